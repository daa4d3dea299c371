"""Words of a list: what somebody wrote is matched to one of them, or the nearest is offered."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from models.kernel.text.folded import folded

from .fields import Choice


def match(choices: Sequence[Choice], text: str) -> Choice | None:
    """Return the choice that a text names by value, label or alias, however it is typed; None otherwise."""
    for choice in choices:
        if text in (choice.value, choice.label):  # as nearly every text is: folding all of a list costs much more
            return choice
    wanted = folded(text)
    for choice in choices:
        if wanted in {folded(one) for one in (choice.value, choice.label, *choice.aliases)}:
            return choice
    return None


def nearest(choices: Sequence[Choice], text: str) -> Choice | None:
    """Return the choice that a text most looks like: one that it holds or that holds it, else one spelt nearly so."""
    wanted = folded(text)
    offer = [choice for choice in choices if not choice.retired]
    spellings = {folded(one): choice for choice in offer for one in (choice.label, *choice.aliases)}
    held = [one for one in spellings if len(one) > 1 and (one in wanted or wanted in one)]
    if wanted and held:
        return spellings[max(held, key=len)]
    close = get_close_matches(wanted, spellings, n=1, cutoff=0.5)
    return spellings[close[0]] if close else None


def offered(choices: Sequence[Choice], text: str) -> str:
    """Return the sentence that offers the nearest word, or all of a short list."""
    near = nearest(choices, text)
    if near is not None:
        return f"最接近的是“{near.label}”"
    return f"可选：{'、'.join(one.label for one in choices if not one.retired)}"
