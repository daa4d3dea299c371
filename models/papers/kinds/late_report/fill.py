"""逾期情况报告: what units that may get no order are late with, for our leaders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.calendar.local_time import local_date
from models.kernel.lifecycle import SIGNED
from models.kernel.vocabulary import DocumentKind
from models.office.tables import Organisation
from models.papers.content import DeadlineLine, LateReport, LateUnit, OverdueMatter, PaperReference
from models.papers.content.wording import called
from models.papers.filling.draft import Draft, limited
from models.papers.filling.register import fills
from models.papers.kinds.supervision_order.fill import (
    LateClock,
    NoticeFacts,
    answers_to,
    late_clocks,
    matter_of,
    notices_of,
    places_of,
)
from models.papers.tables import Document


@fills(DocumentKind.LATE_REPORT)
def content(session: Session, draft: Draft) -> LateReport:
    """Return what the report says: all that is late on its date, or, in a draft, on the day on which it was
    drafted or last took in what became late."""
    row = draft.row
    on = draft.issued_on or local_date(row.drafted_at)
    us = f"我{called(row.issuer_name)}"
    notices = {notice.id: notice for notice in notices_of(session, row.id)}
    reminded = _reminders(session, row.case_id, local_date(row.drafted_at))
    late: list[LateUnit] = []
    advised: list[LateUnit] = []
    for (unit, notice_id), matters in _matters(session, draft, on, notices).items():
        notice = notices.get(notice_id or 0)
        told = notice is None or limited(notice.form, notice.recipient_kind)
        said = matters if told else _advised(matters)
        (late if told else advised).append(_part(unit, notice, reminded.get(unit, ()), said))
    return LateReport(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.topic(),
        late=tuple(late),
        advised=tuple(one for one in advised if one.matters),
        next_steps=(f"{us}继续与有关单位联系，收到书面反馈后核对并续报",),
    )


def _matters(
    session: Session, draft: Draft, on: date, notices: Mapping[int, NoticeFacts]
) -> Mapping[tuple[str, int | None], list[OverdueMatter]]:
    """Return what is late by unit and notice, in the order of the dates."""
    answers, places = answers_to(session, draft.row.id, on), places_of(session, notices)
    found: defaultdict[tuple[str, int | None], list[OverdueMatter]] = defaultdict(list)
    for clock in late_clocks(session, draft, on, notices):
        matter = matter_of(clock, answers, draft, places.get(clock.notice_id or 0, {}))
        found[clock.organisation, clock.notice_id].append(_counted_where_needed(clock, matter))
    return found


def _counted_where_needed(clock: LateClock, matter: OverdueMatter) -> OverdueMatter:
    """How a date was counted is told where days were left out of it, or where its calendar is not published yet."""
    if clock.excluded_days or clock.provisional:
        return matter
    return matter.model_copy(update={"original": matter.original.model_copy(update={"explanation": None})})


def _part(
    unit: str, notice: NoticeFacts | None, reminded: Sequence[PaperReference], matters: Iterable[OverdueMatter]
) -> LateUnit:
    return LateUnit(
        unit=unit,
        notice=PaperReference(title=notice.title, number=notice.number, dated=notice.issued_on) if notice else None,
        delivered_on=local_date(notice.delivered_at) if notice and notice.delivered_at else None,
        reminded=tuple(reminded),
        matters=tuple(matters),
    )


def _advised(matters: Sequence[OverdueMatter]) -> tuple[OverdueMatter, ...]:
    """What a unit was advised, once for each measure, without the limits that only we keep in view."""
    told: dict[str, OverdueMatter] = {}
    for one in matters:
        kind, _, advice = one.matter.partition("：")
        if kind == one.original.what and advice:  # a stage is part of what was advised
            late = (one.not_done or "").startswith("逾期")
            changed = {"matter": advice, "original": DeadlineLine(what=kind), "days_late": None, "measure": None}
            told[advice] = one.model_copy(update=changed | ({"not_done": "尚未收到办理结果"} if late else {}))
    return tuple(told.values())


def _reminders(session: Session, case_id: int, before: date) -> Mapping[str, list[PaperReference]]:
    """Return the reminders of a case by their recipient: those of earlier days, so that one that leaves while the report
    is being approved does not change what the reviewers saw."""
    rows = session.execute(
        select(Organisation.name, Document.title, Document.number, Document.issued_on)
        .join(Organisation, Organisation.id == Document.recipient_id)
        .where(
            Document.case_id == case_id,
            Document.kind == DocumentKind.REMINDER,
            Document.status.in_(SIGNED),
            Document.issued_on < before,
        )
        .order_by(Document.issued_on, Document.id)
    )
    sent: defaultdict[str, list[PaperReference]] = defaultdict(list)
    for name, title, number, dated in rows:
        sent[name].append(PaperReference(title=title, number=number, dated=dated))
    return sent
