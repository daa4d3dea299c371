"""调查分析报告摘录: what one unit gets to read of the report."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind

KINDS = (
    PaperKind(
        kind=DocumentKind.EXCERPT,
        of_accident=True,
        purpose=Purpose.INFORM,
        series="摘",
        titles={
            DocumentForm.REPORT: "关于报送{accident}调查分析报告摘录的报告",
            DocumentForm.LETTER: "关于函送{accident}调查分析报告摘录的函",
            DocumentForm.NOTICE: "关于印发{accident}调查分析报告摘录的通知",
        },
        answered=False,
    ),
)
