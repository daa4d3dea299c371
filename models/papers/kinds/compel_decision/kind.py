"""责令限期消除安全隐患决定书: the one order that traffic police give an enterprise, a specialised carrier of our place."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind
from models.office.rules.relations import Group

KINDS = (
    PaperKind(
        kind=DocumentKind.COMPEL_DECISION,
        of_accident=True,
        purpose=Purpose.COMPEL,
        series="责改",
        titles={DocumentForm.DECISION: DocumentKind.COMPEL_DECISION.label},
        to=(Group.ENTERPRISE,),
        closing="本决定自送达之日起生效。",
        answered=False,
        carries_measures=True,
    ),
)
