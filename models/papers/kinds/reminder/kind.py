"""催办函: reminds who is late and gets no order; it asks what is done and leaves an exit."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose
from models.office.rules.paper_kinds import PaperKind
from models.office.rules.relations import Group

KINDS = (
    PaperKind(
        kind=DocumentKind.REMINDER,
        purpose=Purpose.REMIND,
        series="催",
        titles={
            DocumentForm.LETTER: "关于商请函复{accident}整改措施落实情况的函",
            DocumentForm.NOTICE: "关于抓紧落实{accident}整改措施的通知",
        },
        advice="关于商请告知{accident}所涉安全隐患消除情况的函",
        to=tuple(group for group in Group if group is not Group.SUPERIOR),
        any_stage=True,
    ),
)
