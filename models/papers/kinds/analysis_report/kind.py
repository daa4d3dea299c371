"""调查分析报告书: written to nobody; it gets its number when it is signed."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentKind
from models.office.rules.paper_kinds import PaperKind

KINDS = (
    PaperKind(
        kind=DocumentKind.ANALYSIS_REPORT,
        of_accident=True,
        series="调",
    ),
)
