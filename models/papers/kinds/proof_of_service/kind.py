"""送达回证: a form made from a delivery; it has no number and no chain."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentKind
from models.office.rules.paper_kinds import PaperKind

KINDS = (
    PaperKind(
        kind=DocumentKind.PROOF_OF_SERVICE,
    ),
)
