"""问询函: asks a unit for facts that the investigation needs; it orders nothing and starts no clock of theirs."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind
from models.office.rules.relations import Group

KINDS = (
    PaperKind(
        kind=DocumentKind.FACT_INQUIRY,
        of_accident=True,
        purpose=Purpose.INFORM,
        series="问",
        titles={
            DocumentForm.LETTER: "关于{again}了解{accident}有关情况的函",
            DocumentForm.NOTICE: "关于{again}报送{accident}有关情况的通知",
        },
        to=tuple(group for group in Group if group is not Group.SUPERIOR),
        any_stage=True,
    ),
)
