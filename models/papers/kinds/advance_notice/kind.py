"""先行整改通知: hands over what cannot wait for the report."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind

KINDS = (
    PaperKind(
        kind=DocumentKind.ADVANCE_NOTICE,
        of_accident=True,
        purpose=Purpose.URGENT,
        series="先",
        titles={
            DocumentForm.REPORT: "关于{accident}暴露紧急隐患的报告",
            DocumentForm.LETTER: "关于立即消除{accident}所涉安全隐患的函",
            DocumentForm.NOTICE: "关于先行整改{accident}所涉隐患的通知",
        },
        advice="关于立即消除{accident}所涉安全隐患的提示函",
        carries_measures=True,
        any_stage=True,
    ),
)
