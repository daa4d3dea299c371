"""通报: the commission's office tells its members and the commissions below how measures were carried out."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind
from models.office.rules.relations import Group, IssuingBody

KINDS = (
    PaperKind(
        kind=DocumentKind.CIRCULAR,
        purpose=Purpose.CIRCULATE,
        series="通",
        titles={DocumentForm.CIRCULAR: "关于{unit}的通报"},
        to=(Group.DEPARTMENT, Group.SUBORDINATE),
        issued_by=dict.fromkeys((Group.DEPARTMENT, Group.SUBORDINATE), IssuingBody.ROAD_SAFETY_OFFICE),
        in_name_of="commission",
        closing="特此通报。",
        directive=True,
        any_stage=True,
    ),
)
