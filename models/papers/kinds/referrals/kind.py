"""请示, 意见 and 商请督促函: what is written where the paper itself may not go to the unit concerned, or a decision is needed."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind
from models.office.rules.relations import Group, IssuingBody

KINDS = (
    PaperKind(
        kind=DocumentKind.REQUEST_FOR_INSTRUCTIONS,
        purpose=Purpose.REQUEST,
        series="请",
        titles={DocumentForm.REQUEST: "关于{accident}涉及{unit}整改措施办理事项的请示"},
        to=(Group.SUPERIOR,),
        issued_by={Group.SUPERIOR: IssuingBody.OWN_UNIT},
        closing="妥否，请批示。",
        refers=True,
        any_stage=True,
    ),
    PaperKind(
        kind=DocumentKind.REFERRAL_LETTER,
        purpose=Purpose.ADVISE,
        series="商",
        titles={DocumentForm.LETTER: "关于商请督促{unit}落实{accident}整改措施的函"},
        to=(Group.DEPARTMENT, Group.OUTSIDE),
        refers=True,
        any_stage=True,
    ),
    PaperKind(
        kind=DocumentKind.OPINION,
        purpose=Purpose.ADVISE,
        series="意",
        titles={DocumentForm.OPINION: "关于{accident}有关问题的意见"},
        any_stage=True,
    ),
)
