"""来文: papers that demand something of us are registered with their limit, and end with our answer, or with their 摘牌."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from models.case.tables import Case, IncomingPaper
from models.clock.commands import deadlines
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.moments import happened
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Fault, Invalid
from models.kernel.events import record
from models.kernel.refs import IncomingRef
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.text.short_names import next_ref
from models.kernel.vocabulary import IncomingKind

from .editing import by_ref, worded

RULE = "incoming.answer"


@action("register-incoming", title="登记来文（检察建议、督办、批示等）", rights=("incoming.handle",), adds=True)
def register_incoming(
    act: Act,
    case_number: str,
    *,
    incoming_kind: IncomingKind,
    number: str,
    sender_name: str,
    dated: date,
    demand: str,
    scan: Stored,
    file_name: str,
    due: date | None = None,
    happened_at: datetime | None = None,
) -> str:
    """Register a paper that demands something of us in a case; returns its short name. Our clock runs until `due`, the day
    that the paper sets, else as the rule counts from its receipt.

    Raises NotAllowed, WrongStage for a case that is over, Invalid with every fault (empty words, days in the wrong order),
    Conflict where the same paper of the same sender is registered.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "incoming.handle", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "tell")
    at = happened(act, happened_at)
    words = {"文号": number, "来文机关": sender_name, "办理要求": demand}
    faults = [Fault(field, f"请填写{field}。", "empty_text") for field, said in words.items() if not said.strip()]
    if dated > local_date(at):
        faults.append(Fault("成文日期", "来文的成文日期晚于收到日期，请核对。", "period"))
    if due is not None and due < local_date(at):
        faults.append(Fault("办理期限", "来文的办理期限早于收到日期，请核对。", "period"))
    if faults:
        raise Invalid(f"来文有{len(faults)}处不合格，未登记：", faults=faults, code="bad_incoming")
    said = {name: worded(text, name) for name, text in words.items()}
    same = select(IncomingPaper.ref).where(
        IncomingPaper.case_id == case.id,
        IncomingPaper.number == said["文号"],
        IncomingPaper.sender == said["来文机关"],
    )
    known = act.session.scalars(same.limit(1)).one_or_none()
    if known is not None:
        raise Conflict(f"{said['来文机关']}的来文“{said['文号']}”已登记为{known}。", code="incoming_recorded")
    ref = next_ref(act, IncomingPaper, case, "W")
    clock = deadlines.start(act, case, RULE, deadlines.Subject(ref, case.unit_id), at, given_on=due)
    act.session.flush()
    act.session.add(
        IncomingPaper(
            case_id=case.id,
            ref=ref,
            kind=incoming_kind,
            number=said["文号"],
            sender=said["来文机关"],
            dated=dated,
            received_at=at,
            demand=said["办理要求"],
            due_on=due,
            deadline_id=clock.id,
            scan_sha256=scan.sha256,
            scan_name=file_name,
            scan_bytes=scan.size,
            recorded_by=act.person,
            recorded_at=act.at,
        )
    )
    record(
        act,
        case,
        "incoming_registered",
        happened_at=at,
        incoming=ref,
        incoming_kind=incoming_kind.value,
        number=said["文号"],
        sender=said["来文机关"],
        due=clock.due_on.isoformat(),
        scan=scan.sha256,
    )
    return ref


@action("close-incoming", title="来文办结（答复、摘牌）", rights=("incoming.handle",))
def close_incoming(
    act: Act,
    case_number: str,
    *,
    incoming: IncomingRef,
    note: str,
    number: str | None = None,
    scan: Stored | None = None,
    file_name: str | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Put on record that a paper was answered, or that its 挂牌督办 was lifted, under which number; its clock ends.

    Raises NotAllowed, NotFound, Conflict where it is closed, Invalid without words, without the scan of a 摘牌, or for a
    moment before it came.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "incoming.handle", unit_path=unit_path(act, case))
    row: IncomingPaper = by_ref(act, IncomingPaper, case, incoming, "来文")
    if row.closed_at is not None:
        raise Conflict(f"来文{incoming}已经办结。", code="incoming_closed")
    at = happened(act, happened_at)
    if at < row.received_at:
        raise Invalid("办结时间早于收到来文的时间，请核对。", code="answered_before_receipt")
    if row.kind is IncomingKind.LISTED and scan is None:
        raise Invalid("挂牌督办以摘牌文件办结，请上传摘牌文件的扫描件。", code="lifting_missing")
    row.outcome, row.closed_at, row.closed_by = worded(note, "办理结果"), at, act.person
    row.closing_number = worded(number, "文号") if number and number.strip() else None
    if scan is not None:
        row.closing_sha256, row.closing_name, row.closing_bytes = scan.sha256, file_name or "答复", scan.size
    _meet(act, case, row, at)
    record(
        act,
        case,
        "incoming_closed",
        why=row.outcome,
        happened_at=at,
        incoming=incoming,
        number=row.closing_number,
        scan=None if scan is None else scan.sha256,
    )


def _meet(act: Act, case: Case, row: IncomingPaper, at: datetime) -> None:
    for clock in deadlines.open_ones(act, case, RULE):
        if clock.id == row.deadline_id:
            deadlines.meet_one(clock, at)
