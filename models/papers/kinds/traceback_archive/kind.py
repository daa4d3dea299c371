"""监管回溯档案: a volume, which goes to nobody and has its own numbers."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentKind
from models.office.rules.paper_kinds import PaperKind

KINDS = (
    PaperKind(
        kind=DocumentKind.TRACEBACK_ARCHIVE,
    ),
)
