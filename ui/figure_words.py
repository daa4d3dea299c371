"""Figures of the register in words, the same on pages and at the command line."""

from __future__ import annotations

from models.register.queries.figures import Change, Figure
from models.register.queries.sentences import amount
from models.register.rules.figures import UNKNOWN, change_in_words

LIST = "/accidents"
"""Address of the list of the register, which opens the rows behind a figure."""
NOTHING = "—"


def unknown(figure: Figure) -> str:
    """Return in how many accidents a figure is not known, where some are: （另有3起损失未定）."""
    if not figure.unknown or figure.value is None:
        return ""
    return f"（另有{figure.unknown}起{UNKNOWN[figure.indicator]}）"


def compared(figure: Figure, change: Change) -> str:
    """Return how a figure changed, and what of it is no count of the register."""
    told = change_in_words(figure.indicator, figure.value, change.before)
    return f"{told}（基数为录入的历史总数）" if change.source == "entered" and change.before is not None else told


def base(figure: Figure, change: Change) -> str:
    """Return what a figure is compared with; — where nothing is known of that span."""
    return NOTHING if change.source is None else amount(figure.indicator, change.before)
