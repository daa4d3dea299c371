"""中文 or English: menu, headings and column heads by a switch; law, papers and people's words stay Chinese.

The choice is a cookie of the browser, so it outlives reloads and is asked of nobody twice.
"""

from __future__ import annotations

import streamlit as st

from models.actions import REGISTRY
from ui.action_words import meaning
from ui.web.english import ENGLISH

COOKIE = "shencha_language"


def said(text: str) -> str:
    """Return a heading in the language of this browser; what has no English stays Chinese."""
    return ENGLISH.get(text, text) if in_english() else text


def step_title(action: str) -> str:
    """Return the title of a step of the registry: its name there is its English."""
    return action.replace("-", " ").capitalize() if in_english() else REGISTRY[action].title


def field_title(action: str, parameter: str) -> str:
    """Return what a parameter of a step asks for: its name is its English, too."""
    return parameter.replace("_", " ").capitalize() if in_english() else meaning(action, parameter)


def in_english() -> bool:
    """Return whether this browser chose English."""
    return st.context.cookies.get(COOKIE) == "en"
