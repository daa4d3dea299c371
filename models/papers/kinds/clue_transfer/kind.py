"""问题线索移送函: to the supervision organ as a rule, to other competent organs of our own city as well."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind
from models.office.rules.relations import Group

KINDS = (
    PaperKind(
        kind=DocumentKind.CLUE_TRANSFER,
        of_accident=True,
        purpose=Purpose.CLUE,
        series="移",
        titles={DocumentForm.LETTER: "关于移送{accident}问题线索的函"},
        to=(Group.OUTSIDE, Group.DEPARTMENT),
        closing="专此函达。",  # whether the organ tells what came of clues is its own matter
        restricted=True,
        any_stage=True,
    ),
)
