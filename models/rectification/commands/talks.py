"""约谈: propose, decide, arrange and hold talks; summons and minutes are papers of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, update

from models.case.tables import Case
from models.clock.rules.due import DAY
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.base import JsonList
from models.kernel.calendar.moments import happened
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.refs import PaperRef, TalkRef
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.office.tables import Organisation
from models.papers.commands.approval import find_paper
from models.papers.commands.competence import refuse_talk
from models.papers.commands.drafting import amendable, draft_paper
from models.papers.commands.sealing import stamp
from models.papers.tables import Delivery, Document
from models.rectification.tables import Talk, TalkPaper

SETTLED = (DocumentStatus.DELIVERED, DocumentStatus.VOID)
# Who must come and what to bring where the officer says nothing else (惯例).
ATTENDEES = ("主要负责人", "分管负责人")
PREPARATION = ("书面汇报逾期原因和整改进展", "整改工作台账和证明材料")


def find_talk(act: Act, case: Case, talk: int) -> Talk:
    """Return a talk of the case. Raises NotFound."""
    found = act.session.scalars(select(Talk).where(Talk.case_id == case.id, Talk.id == talk)).one_or_none()
    if found is None:
        raise NotFound(f"本案没有编号为{talk}的约谈。", code="talk_not_found")
    return found


@action("decide-talk", title="决定是否约谈", rights=("talk.decide",), decides=True)
def decide_talk(act: Act, case_number: str, *, talk: TalkRef, approve: bool, reason: str | None = None) -> str | None:
    """Decide on a proposed summons talk; approved, its notice is drafted and the short name returned.

    Declining needs a reason. Raises Conflict where it is decided already, WrongStage for who is never summoned.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "talk.decide", unit_path=unit_path(act, case))
    row = find_talk(act, case, talk)
    if row.state != "proposed":
        raise Conflict("该约谈建议已有决定。", code="talk_decided")
    if approve:
        refuse_talk(act, row.organisation_id)
    why = reason if approve else require_reason(reason)
    row.state, row.approved_by = ("approved" if approve else "declined"), act.person
    record(act, case, "talk_decided", why=why, talk=talk, approved=approve)
    return _draft(act, case, row, DocumentKind.TALK_NOTICE).ref if approve else None


@action("arrange-talk", title="安排约谈的时间、地点和主持人", rights=("talk.hold",))
def arrange_talk(
    act: Act,
    case_number: str,
    *,
    talk: TalkRef,
    planned_for: datetime,
    place: str,
    chaired_by: str,
    matters: Sequence[str] = (),
    attendees: Sequence[str] = (),
    preparation: Sequence[str] = (),
) -> str:
    """Say when, where and under whom an approved talk is held, over what and with whom; returns its notice.

    Without `matters` the notice lists the measures of the order. Where the notice was voided, a new one is drafted.
    Raises WrongStage before the decision or once the notice is on its way, Invalid for a moment that has passed.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "talk.hold", unit_path=unit_path(act, case))
    row = find_talk(act, case, talk)
    _approved(row)
    refuse_talk(act, row.organisation_id)
    if planned_for.tzinfo is None or planned_for <= act.at:
        raise Invalid("约谈时间须晚于现在，并写明时区，请核对。", code="talk_in_the_past")
    if not place.strip() or not chaired_by.strip():
        raise Invalid("请填写约谈地点和主持人。", code="empty_text")
    notice = paper_of(act, row, DocumentKind.TALK_NOTICE)
    if notice is None or notice.status is DocumentStatus.VOID:
        notice = _draft(act, case, row, DocumentKind.TALK_NOTICE)
    amendable(notice)
    row.planned_for, row.place, row.chaired_by = planned_for, place.strip(), chaired_by.strip()
    row.matters = _lines(matters) or None
    row.attendees, row.preparation = _lines(attendees) or [*ATTENDEES], _lines(preparation) or [*PREPARATION]
    record(
        act,
        case,
        "talk_arranged",
        talk=talk,
        paper=notice.ref,
        planned_for=planned_for.isoformat(),
        place=row.place,
        chaired_by=row.chaired_by,
    )
    return notice.ref


@action("hold-talk", title="登记约谈情况", rights=("talk.hold",))
def hold_talk(
    act: Act,
    case_number: str,
    *,
    talk: TalkRef,
    attended_by: str,
    minutes: str,
    participants: list[str] | None = None,
    statements: Sequence[str] = (),
    promises: Sequence[str] = (),
    promised_by: Sequence[str] = (),
    promised_due: Sequence[date] = (),
    absent: Sequence[str] = (),
    happened_at: datetime | None = None,
) -> str:
    """Record a talk that was held: who came, what was put, answered and promised; drafts its 约谈纪要.

    `minutes` is what was put to the unit, a matter a line; a promise goes with who answers for it and by when, where
    these are given. From the next day the ladder may climb on. Returns the short name of the minutes. Raises
    WrongStage before a leader approved the talk or its notice was served, Invalid without attendance or minutes.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "talk.hold", unit_path=unit_path(act, case))
    row = find_talk(act, case, talk)
    _approved(row)
    notice = paper_of(act, row, DocumentKind.TALK_NOTICE)
    if notice is not None and notice.status not in SETTLED:
        raise WrongStage(f"约谈通知{notice.ref}尚未送达，不能登记约谈。", code="talk_notice_not_served")
    at = happened(act, happened_at)
    served = act.session.scalar(
        select(Delivery.delivered_at).where(Delivery.document_id == (notice.id if notice else None))
    )
    if served is not None and at < served:
        raise Invalid("约谈时间早于约谈通知送达时间，请核对。", code="talk_before_notice")
    if not attended_by.strip():
        raise Invalid("请填写参加约谈的人员和约谈纪要。", code="empty_text")
    row.state, row.held_at, row.attended_by = "held", at, attended_by.strip()
    row.participants, row.absent = participants or [], _lines(absent)
    _write(row, minutes, statements, _promises(promises, promised_by, promised_due))
    if row.order_id is not None:
        # The rung after the talk looks at the order again from tomorrow on.
        act.session.execute(
            update(Deadline)
            .where(Deadline.document_id == row.order_id, Deadline.state == "open")
            .values(next_look_on=act.today + DAY)
            .execution_options(synchronize_session=False)
        )
    record(act, case, "talk_held", happened_at=at, talk=talk, attended_by=row.attended_by)
    return _draft(act, case, row, DocumentKind.TALK_MINUTES).ref


@action("edit-minutes", title="修改约谈纪要", rights=("talk.hold",))
def edit_minutes(
    act: Act,
    case_number: str,
    *,
    talk: TalkRef,
    minutes: str,
    statements: Sequence[str] = (),
    promises: Sequence[str] = (),
    promised_by: Sequence[str] = (),
    promised_due: Sequence[date] = (),
) -> None:
    """Write anew what was put, answered and promised at a talk, as long as its minutes are a draft.

    Raises WrongStage once they are on their way or signed.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "talk.hold", unit_path=unit_path(act, case))
    row = find_talk(act, case, talk)
    paper = paper_of(act, row, DocumentKind.TALK_MINUTES)
    if paper is None:
        raise WrongStage("约谈尚未举行，没有约谈纪要。", code="talk_not_held")
    amendable(paper)
    before = {"minutes": row.minutes, "statements": row.statements, "promises": row.promises}
    _write(row, minutes, statements, _promises(promises, promised_by, promised_due))
    after = {"minutes": row.minutes, "statements": row.statements, "promises": row.promises}
    record(act, case, "paper_edited", paper=paper.ref, talk=talk, before=before, after=after)


@action("sign-minutes", title="上传双方签字的约谈纪要扫描件", rights=("paper.seal", "paper.seal_restricted"))
def sign_minutes(
    act: Act, case_number: str, *, paper: PaperRef, scan: Stored, file_name: str, remark: str | None = None
) -> None:
    """Put the scan of minutes signed by both sides on record; from here on they can be served.

    `remark` says what a reader must know of the signatures, as that the unit refused to sign. Raises WrongStage for
    another kind of paper, or before the minutes are issued.
    """
    case = lock_case(act, case_number)
    document = find_paper(act, case, paper)
    if document.kind is not DocumentKind.TALK_MINUTES:
        raise WrongStage(f"文书{paper}不是约谈纪要，请用登记用印。", code="no_minutes")
    stamp(act, case, document, scan, file_name, why=remark)


def paper_of(act: Act, talk: Talk, kind: DocumentKind) -> Document | None:
    """Return the newest paper of a kind that belongs to a talk."""
    return act.session.scalars(
        select(Document)
        .join(TalkPaper, TalkPaper.document_id == Document.id)
        .where(TalkPaper.talk_id == talk.id, Document.kind == kind)
        .order_by(Document.id.desc())
        .limit(1)
    ).one_or_none()


def _approved(talk: Talk) -> None:
    if talk.state != "approved":
        raise WrongStage("该约谈尚未经领导批准，或已经举行。", code="talk_not_approved")


def _draft(act: Act, case: Case, talk: Talk, kind: DocumentKind) -> Document:
    unit = act.session.get_one(Organisation, talk.organisation_id)
    paper = draft_paper(act, case, kind, unit.id, note=talk.reason, unit=unit.name)
    act.session.add(TalkPaper(document_id=paper.id, talk_id=talk.id))
    act.session.flush()
    return paper


def _write(talk: Talk, minutes: str, statements: Sequence[str], promises: JsonList) -> None:
    if not minutes.strip():
        raise Invalid("请填写参加约谈的人员和约谈纪要。", code="empty_text")
    talk.minutes, talk.statements, talk.promises = minutes.strip(), _lines(statements), promises


def _promises(texts: Sequence[str], people: Sequence[str], dates: Sequence[date]) -> JsonList:
    for given in (people, dates):
        if given and len(given) != len(texts):
            raise Invalid("承诺事项与责任人、完成期限应逐一对应，请核对数量。", code="promises_unequal")
    return [
        {
            "text": text.strip(),
            "responsible_person": people[place].strip() or None if people else None,
            "due": dates[place].isoformat() if dates else None,
        }
        for place, text in enumerate(texts)
        if text.strip()
    ]


def _lines(texts: Sequence[str]) -> list[str]:
    return [text.strip() for text in texts if text.strip()]
