"""倒查问责建议书: it asks, whoever it goes to, and is no notice."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind

KINDS = (
    PaperKind(
        kind=DocumentKind.ACCOUNTABILITY_PROPOSAL,
        purpose=Purpose.PROPOSE,
        series="责",
        titles={
            DocumentForm.REPORT: "关于建议对{accident}有关履职情况启动倒查问责的报告",
            DocumentForm.LETTER: "关于建议对{accident}有关履职情况启动倒查问责的函",
        },
        answered=False,  # whether the organ tells what came of it is its own matter
        restricted=True,
        by_hand=True,
    ),
)
