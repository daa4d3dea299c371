"""State that the parts of a case page share, and the links between them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from models.overview.queries.case_view import CaseRead
from ui.web.parts.choices import Choices
from ui.web.parts.visitor import Visitor


@dataclass(slots=True)
class Opened:
    """One case before one person, for one run of the page."""

    visitor: Visitor
    number: str
    view: CaseRead
    choices: Choices

    @property
    def whole(self) -> bool:
        """Whether the person sees the inside of the case, as the police do."""
        return self.view.whole

    def at(self, part: str, **about: str) -> str:
        """Return the address of a part of this case."""
        return f"/case?{urlencode({'number': self.number, 'part': part, **about})}"

    def asked(self, name: str) -> str | None:
        """Return what the address says it is about, as paper=D2."""
        return st.query_params.get(name) or None
