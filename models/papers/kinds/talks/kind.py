"""约谈通知 and 约谈纪要: summon whoever may be ordered; to a department in the name of the road-safety office."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose, SealMode
from models.office.rules.paper_kinds import PaperKind
from models.office.rules.relations import Group, IssuingBody

KINDS = (
    PaperKind(
        kind=DocumentKind.TALK_NOTICE,
        purpose=Purpose.SUMMON,
        series="约",
        titles={DocumentForm.NOTICE: "关于就{accident}整改事项进行约谈的通知"},
        issued_by={Group.DEPARTMENT: IssuingBody.ROAD_SAFETY_OFFICE},
        closing="特此通知。",
        directive=True,
        any_stage=True,
    ),
    PaperKind(
        kind=DocumentKind.TALK_MINUTES,
        purpose=Purpose.SUMMON,
        series="纪",
        titles={DocumentForm.NOTICE: "约谈{unit}纪要"},
        issued_by={Group.DEPARTMENT: IssuingBody.ROAD_SAFETY_OFFICE},
        # What seals minutes is the signature of both sides, on paper.
        seal=SealMode.PAPER,
        closing="特此通知。",
        directive=True,
        any_stage=True,
    ),
)
