"""限期落实督办单: orders; to a department in the name of the road-safety office."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind
from models.office.rules.relations import Group, IssuingBody

KINDS = (
    PaperKind(
        kind=DocumentKind.SUPERVISION_ORDER,
        purpose=Purpose.ORDER,
        series="督",
        titles={
            DocumentForm.LETTER: "关于{again}督办{accident}整改措施落实情况的函",
            DocumentForm.NOTICE: "关于{again}限期落实{accident}整改措施的督办通知",
        },
        issued_by={Group.DEPARTMENT: IssuingBody.ROAD_SAFETY_OFFICE},
        directive=True,
        any_stage=True,
    ),
)
