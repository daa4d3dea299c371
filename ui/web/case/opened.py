"""State that the parts of a case page share, and the links between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

import streamlit as st

from models.overview.queries.case_view import CaseRead
from models.papers.queries.decisions import DecisionShown, decisions_of
from ui.web.parts.choices import Choices
from ui.web.parts.visitor import Visitor


@dataclass(slots=True)
class Opened:
    """One case before one person, for one run of the page."""

    visitor: Visitor
    number: str
    view: CaseRead
    choices: Choices
    _decisions: dict[str, DecisionShown] | None = field(default=None)

    @property
    def whole(self) -> bool:
        """Whether the person sees the inside of the case, as the police do."""
        return self.view.whole

    @property
    def decisions(self) -> dict[str, DecisionShown]:
        """Return the answers to papers of the case by the papers' short names; read when first asked for."""
        if self._decisions is None:
            with self.visitor.reading() as read:
                self._decisions = decisions_of(read.session, read.actor, self.number) if self.whole else {}
        return self._decisions

    def at(self, part: str, **about: str) -> str:
        """Return the address of a part of this case."""
        return f"/case?{urlencode({'number': self.number, 'part': part, **about})}"

    def asked(self, name: str) -> str | None:
        """Return what the address says it is about, as paper=D2."""
        return st.query_params.get(name) or None
