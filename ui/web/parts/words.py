"""Lights and plain texts as markdown; what comes from people is never taken for markup."""

from __future__ import annotations

import re

from models.rules.vocabulary import Light

_COLOUR = {Light.GREEN: "green", Light.BLUE: "blue", Light.YELLOW: "orange", Light.RED: "red"}
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$])")


def lit(light: Light) -> str:
    """Return a light as a coloured word: colour alone would say nothing to some."""
    return f":{_COLOUR[light]}[{light.label}]"


def plain(text: str) -> str:
    """Return a text so that markdown shows it as it is."""
    return _MARKUP.sub(r"\\\1", text).replace("\n", " ")
