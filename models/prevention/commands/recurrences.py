"""整改后又发生: records accidents near earlier measures for the officers of both cases, until a person decides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from models.case.commands.findings import add_finding
from models.case.tables import Case, Finding
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.base import Json
from models.kernel.case_accident import accident_id_of
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.refs import RecurrenceRef
from models.kernel.rights import policy
from models.kernel.tables import Message
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Aspect, FindingLevel, RecurrenceDecision, Stage
from models.prevention.queries.recurrences import Found, happened_before
from models.prevention.tables import Recurrence
from models.rectification.commands.measures import add_measure
from models.rectification.tables import Measure

# So many measures are named in a message; the rest is counted.
NAMED = 8


def look_for_recurrences(act: Act, case: Case) -> None:
    """Put down each earlier measure that this case's accident comes after, and tell the officers of both cases.

    Called when a case is filed and when its accident's place is corrected; what no longer holds and nobody has
    decided lapses. A second call changes nothing. The case row must be locked; the old ones are locked here.
    """
    act.session.flush()
    found = {
        (one.measure_id, one.reason): one for one in happened_before(act.session, accident_id_of(case), act.settings)
    }
    known = act.session.scalars(select(Recurrence).where(Recurrence.accident_id == case.accident_id)).all()
    lapsed = [
        row
        for row in known
        if row.decision is None and row.lapsed_at is None and (row.measure_id, row.reason) not in found
    ]
    again = [row for row in known if row.lapsed_at is not None and (row.measure_id, row.reason) in found]
    stand = {(row.measure_id, row.reason) for row in known}
    new = [one for key, one in found.items() if key not in stand]
    if not new and not lapsed and not again:
        return
    _lock(act, {one.old_case_id for one in new} | {row.old_case_id for row in (*lapsed, *again)})
    for row in lapsed:
        row.lapsed_at = act.at
    for row in again:
        row.lapsed_at = None
    rows = [*again, *_put_down(act, case, new, len(known))]
    _record(act, case, lapsed, "recurrence_lapsed")
    _record(act, case, rows, "recurrence_found")
    _tell(act, case, rows)


def _lock(act: Act, case_ids: Iterable[int]) -> list[Case]:
    query = select(Case).where(Case.id.in_(sorted(case_ids))).order_by(Case.id).with_for_update()
    return list(act.session.scalars(query))


def _put_down(act: Act, case: Case, new: Sequence[Found], taken: int) -> list[Recurrence]:
    rows = [
        Recurrence(
            case_id=case.id,
            ref=f"X{place}",
            accident_id=case.accident_id,
            old_case_id=one.old_case_id,
            measure_id=one.measure_id,
            reason=one.reason,
            distance_m=one.distance_m,
            organisation_id=one.organisation_id,
            found_at=act.at,
        )
        for place, one in enumerate(new, taken + 1)
    ]
    act.session.add_all(rows)
    act.session.flush()
    return rows


def _record(
    act: Act, case: Case, rows: Sequence[Recurrence], kind: str, *, why: str | None = None, **more: str | None
) -> None:
    """Append what happened to the chain of both cases: one event for each old case, and its twin over there."""
    old = {row.id: row for row in _old_cases(act, rows)}
    measures = _measures(act, rows)
    for old_id, together in _by_old_case(rows).items():
        told: Json = {
            "recurrences": [row.ref for row in together],
            "measures": list(dict.fromkeys(measures[row.measure_id] for row in together)),
            "reasons": list(dict.fromkeys(row.reason.value for row in together)),
            **more,
        }
        other = old[old_id]
        record(act, case, kind, why=why, old_case=other.case_number, **told)
        record(act, other, kind, why=why, new_case=case.case_number, **told)


def _by_old_case(rows: Iterable[Recurrence]) -> dict[int, list[Recurrence]]:
    grouped: dict[int, list[Recurrence]] = defaultdict(list)
    for row in rows:
        grouped[row.old_case_id].append(row)
    return grouped


def _old_cases(act: Act, rows: Iterable[Recurrence]) -> Sequence[Case]:
    return act.session.scalars(select(Case).where(Case.id.in_({row.old_case_id for row in rows}))).all()


def _measures(act: Act, rows: Iterable[Recurrence]) -> dict[int, str]:
    found = act.session.execute(select(Measure.id, Measure.ref).where(Measure.id.in_({row.measure_id for row in rows})))
    return {row.id: row.ref for row in found}


def _tell(act: Act, case: Case, rows: Sequence[Recurrence]) -> None:
    """Tell the new case's officer of all of it, and each old case's officer of what is theirs: one message each."""
    if not rows:
        return
    measures = _measures(act, rows)
    old = {one.id: one for one in _old_cases(act, rows)}
    round_ = act.session.scalar(select(func.count()).select_from(Message).where(Message.case_id == case.id))
    lines = {
        old_id: f"{old[old_id].title}（{old[old_id].case_number}）的措施"
        f"{_listed(dict.fromkeys(measures[row.measure_id] for row in together))}，"
        f"{'、'.join(dict.fromkeys(row.reason.label for row in together))}"
        for old_id, together in _by_old_case(rows).items()
    }
    told: dict[int, tuple[Case, list[str]]] = {case.officer_id: (case, list(lines.values()))}
    for old_id, line in lines.items():
        other = old[old_id]
        if other.officer_id != case.officer_id:
            told.setdefault(other.officer_id, (other, []))[1].append(line)
    act.session.add_all(
        Message(
            key=f"recurrence/{case.case_number}/{round_}/u{officer}",
            case_id=about.id,
            organisation_id=None,
            user_id=officer,
            subject=f"整改后又发生：{case.case_number}",
            body=f"{case.title}（{case.case_number}）发生在已采取整改措施之后：{_listed(said, '；')}。"
            "请研究原措施是否见效，决定重新研究或认定无关。",
            sent_at=act.at,
        )
        for officer, (about, said) in told.items()
    )


def _listed(names: Iterable[str], between: str = "、") -> str:
    told = list(names)
    rest = f"等{len(told)}项" if len(told) > NAMED else ""
    return between.join(told[:NAMED]) + rest


@action(
    "decide-recurrence",
    title="处理整改后又发生（重新研究或认定无关）",
    rights=("recurrence.decide",),
    same_as=("recurrence_decided",),
)
def decide_recurrence(
    act: Act,
    case_number: str,
    *,
    decision: RecurrenceDecision,
    reason: str,
    recurrences: Sequence[RecurrenceRef] = (),
    text: str | None = None,
    aspect: Aspect = Aspect.MANAGEMENT,
) -> str | None:
    """Take the question of old measures up again in this case, or say why they have nothing to do with its accident.

    Reopening adds a finding to the new case (a measure once its report is signed), worded by `text` or else by what
    recurred, returns its short name, and holds the old measures to have had no effect. Without `recurrences` all that
    wait are decided. Raises NotFound, Conflict for one decided before, WrongStage where nothing waits or the new case
    can take nothing up.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "recurrence.decide", unit_path=unit_path(act, case))
    why = require_reason(reason)
    rows = _waiting(act, case, recurrences)
    _lock(act, {row.old_case_id for row in rows})
    taken_up: str | None = None
    if decision is RecurrenceDecision.REOPENED:
        taken_up = _take_up(act, case, rows, text, aspect)
    elif text is not None:
        raise Invalid("认定无关时不写内容（text），只写理由。", code="text_without_use")
    for row in rows:
        row.decision, row.decision_reason = decision, why
        row.decided_by, row.decided_at = act.person, act.at
    act.session.flush()
    _record(act, case, rows, "recurrence_decided", why=why, decision=decision.value, taken_up=taken_up)
    return taken_up


def _waiting(act: Act, case: Case, refs: Sequence[str]) -> list[Recurrence]:
    known = {
        row.ref: row
        for row in act.session.scalars(select(Recurrence).where(Recurrence.case_id == case.id).order_by(Recurrence.id))
    }
    for ref in refs:
        if ref not in known:
            raise NotFound(f"本案没有编号为“{ref}”的整改后又发生事项。", code="ref_not_found")
        row = known[ref]
        if row.decision is not None:
            raise Conflict(f"{ref}已处理为“{row.decision.label}”。", code="recurrence_decided")
        if row.lapsed_at is not None:
            raise WrongStage(f"{ref}在更正事故地点后已不成立，不需要处理。", code="recurrence_lapsed")
    chosen = [known[ref] for ref in dict.fromkeys(refs)] or [
        row for row in known.values() if row.decision is None and row.lapsed_at is None
    ]
    if not chosen:
        raise WrongStage("本案没有待处理的整改后又发生事项。", code="nothing_waits")
    return chosen


def _take_up(act: Act, case: Case, rows: Sequence[Recurrence], text: str | None, aspect: Aspect) -> str:
    """Add what refers to the old measures to the new case; returns its short name."""
    measures = _measures(act, rows)
    old = {one.id: one for one in _old_cases(act, rows)}
    said = text or "".join(
        f"案件{old[old_id].case_number}的整改措施"
        f"{'、'.join(dict.fromkeys(measures[row.measure_id] for row in together))}"
        f"采取后又发生本起事故（{'、'.join(dict.fromkeys(row.reason.label for row in together))}），原措施未见效。"
        for old_id, together in _by_old_case(rows).items()
    )
    if case.stage in (Stage.FILED, Stage.INVESTIGATING):
        ref = add_finding(
            act, case.case_number, text=said, aspect=aspect, level=FindingLevel.INDIRECT, tags=["整改后又发生"]
        )
        finding = act.session.scalars(select(Finding.id).where(Finding.case_id == case.id, Finding.ref == ref)).one()
        for row in rows:
            row.finding_id = finding
    elif case.stage is Stage.RECTIFYING:
        ref = add_measure(act, case.case_number, text=said if text else f"{said}重新研究并落实整改措施。")
        measure = act.session.scalars(select(Measure.id).where(Measure.case_id == case.id, Measure.ref == ref)).one()
        for row in rows:
            row.new_measure_id = measure
    else:
        raise WrongStage(
            f"本案当前为“{case.stage.label}”，不能增加问题或措施；报告审批中的，请待退回或签发后再处理。",
            code="cannot_take_up",
        )
    return ref
