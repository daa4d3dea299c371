"""逾期情况报告: our own leaders hear it from us."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind
from models.office.rules.relations import Group, IssuingBody

KINDS = (
    PaperKind(
        kind=DocumentKind.LATE_REPORT,
        purpose=Purpose.REPORT,
        series="报",
        titles={DocumentForm.REPORT: "关于{accident}整改措施落实情况的报告"},
        to=(Group.SUPERIOR,),
        issued_by={Group.SUPERIOR: IssuingBody.OWN_UNIT},
        any_stage=True,
    ),
)
