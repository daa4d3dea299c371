"""整改报告通知书: hands measures to a unit."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind

KINDS = (
    PaperKind(
        kind=DocumentKind.RECTIFICATION_NOTICE,
        purpose=Purpose.ADVISE,
        series="整",
        titles={
            DocumentForm.REPORT: "关于{accident}整改建议的报告",
            DocumentForm.LETTER: "关于商请落实{accident}整改措施的函",
            DocumentForm.NOTICE: "关于落实{accident}整改措施的通知",
        },
        advice="关于消除{accident}所涉安全隐患的提示函",
        carries_measures=True,
        by_hand=True,
    ),
)
