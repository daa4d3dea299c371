"""The measures of a case, in whose hands they are, how far they have come, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from models.kernel.vocabulary import AssignmentState as State
from models.kernel.vocabulary import Stage
from tests.benchmarks.web.rows import Rows
from tests.benchmarks.web.town import Person

if TYPE_CHECKING:
    from tests.benchmarks.web.cases import Life

FIRST_UNIT = 3  # so many measures are with the first unit, the others with a second
TEXTS = ("修复路侧护栏。", "增设减速标线。", "补装路灯。", "开展驾驶人安全教育。", "清理占道堆物。")
# Of twenty measures in hands of a running case, by number.
STATES = {
    1: State.AWAITING_PLAN,
    2: State.AWAITING_PLAN,
    3: State.AWAITING_VERIFICATION,
    4: State.RETURNED,
    6: State.CLOSED,
    7: State.CLOSED,
}
ANSWERED, LATE = 5, 41  # of twenty one has an answer that nobody assessed; of so many that are due one is late


@dataclass(frozen=True, slots=True)
class Hand:
    """A measure in the hands of a unit."""

    id: int
    nth: int
    unit: int
    person: Person
    state: State

    @property
    def served(self) -> bool:
        """Whether its notice is out."""
        return self.state is not State.UNISSUED

    @property
    def late(self) -> bool:
        """Whether its date has passed without an end."""
        return self.id % LATE == 0 and self.served and self.state is not State.CLOSED


def hands(rows: Rows, one: Life) -> list[Hand]:
    """Add the measures and assignments of a case, and the answers to them."""
    held = []
    for nth in range(1, 6):
        row_id = next(one.ids.hands)
        agencies = one.town.agencies
        person = agencies[(one.nth * 13 + (0 if nth <= FIRST_UNIT else 1)) % len(agencies)]
        hand = Hand(row_id, nth, person.unit, person, _state(one, row_id))
        rows.add(
            "measures",
            id=row_id,
            case_id=one.nth,
            ref=f"M{nth}",
            position=nth,
            text=TEXTS[nth - 1],
        )
        rows.add("measure_findings", measure_id=row_id, finding_id=2 * one.nth - nth % 2)
        held.append(hand)
    return held


def _state(one: Life, row_id: int) -> State:
    if one.stage is Stage.ARCHIVED:
        return State.CLOSED
    if one.stage is not Stage.RECTIFYING:
        return State.UNISSUED
    if one.nth % 40 == 0:
        return State.AWAITING_RECEIPT
    return STATES.get(row_id % 20, State.AWAITING_COMPLETION)


def due_of(one: Life, hand: Hand, served: date) -> date:
    """Return the day on which a measure is to be complete; only of the late ones it has passed."""
    due = served + timedelta(days=30 + hand.id % 90)
    if hand.state is State.CLOSED:
        return due
    if hand.late:
        return one.today - timedelta(days=1 + hand.id % 45)
    return max(due, one.today + timedelta(days=hand.id % 60))


def in_hands(rows: Rows, one: Life, hand: Hand, notice: int | None, served: date | None) -> None:
    """Add the assignment with its clocks, and its answers with what we did about them."""
    from tests.benchmarks.web.cases import clock

    closed = one.after(140) if hand.state is State.CLOSED else None
    due = due_of(one, hand, served) if served else None
    rows.add(
        "assignments",
        id=hand.id,
        case_id=one.nth,
        measure_id=hand.id,
        organisation_id=hand.unit,
        part="lead",
        due_on=str(due) if due else None,
        state=hand.state.value,
        outcome="done" if closed else None,
        notice_id=notice,
        closed_at=rows.moment(closed) if closed else None,
    )
    if notice is None or served is None:
        return
    rows.add("document_assignments", document_id=notice, assignment_id=hand.id)
    about, done = f"D/M{hand.nth}", closed
    if hand.state is State.AWAITING_PLAN:
        plan = max(served + timedelta(days=9), one.today + timedelta(days=hand.id % 12))
        clock(
            rows,
            one,
            "notice.plan",
            about,
            served,
            9,
            due=plan,
            unit=hand.unit,
            turn="theirs",
            document=notice,
            hand=hand.id,
        )
    row_id = clock(
        rows,
        one,
        "measure.complete",
        about,
        served,
        30,
        due=due,
        unit=hand.unit,
        turn="theirs",
        document=notice,
        hand=hand.id,
        met=done,
    )
    _rungs(rows, one, hand, row_id)
    _answers(rows, one, hand, closed)


def _rungs(rows: Rows, one: Life, hand: Hand, deadline: int) -> None:
    if not (hand.late or hand.id % 25 == 0):
        return
    for rung, ago in (("remind.half", 30), ("remind.near", 5), ("warn", 0)):
        day = one.today if hand.late else one.after(120)
        rows.add(
            "rungs_fired",
            deadline_id=deadline,
            deadline_version=1,
            rung=rung,
            fired_at=rows.moment(day - timedelta(days=ago)),
        )


def _answers(rows: Rows, one: Life, hand: Hand, closed: date | None) -> None:
    from tests.benchmarks.web.cases import clock

    waits = hand.id % 20 == ANSWERED and hand.state is State.AWAITING_COMPLETION
    if not (closed or waits or hand.state in (State.AWAITING_VERIFICATION, State.RETURNED)):
        return
    reply, day = next(one.ids.replies), closed or one.after(130)
    asks = waits and hand.id % 100 == ANSWERED
    rows.add(
        "replies",
        id=reply,
        case_id=one.nth,
        ref=f"R{hand.nth}",
        assignment_id=hand.id,
        organisation_id=hand.unit,
        kind="extension" if asks else "completion",
        text="施工单位正在办理，申请延期。" if asks else "已按要求完成，现场照片附后。",
        requested_due_on=str(one.today + timedelta(days=60)) if asks else None,
        author_id=hand.person.id,
        on_behalf=False,
        happened_at=rows.moment(day),
        recorded_at=rows.moment(day),
    )
    if waits:
        due = one.today + timedelta(days=hand.id % 9 - 1)
        clock(rows, one, "reply.assess", f"R{hand.nth}", day, 7, due=due, unit=one.unit, turn="ours", reply=reply)
        return
    accepted = hand.state is not State.RETURNED
    rows.add(
        "assessments",
        reply_id=reply,
        verdict="accepted" if accepted else "returned",
        reason=None if accepted else "照片不清，请补充。",
        assessor_id=one.officer.id,
        assessed_at=rows.moment(day, "03:00:00"),
    )
    if closed:
        rows.add(
            "verifications",
            case_id=one.nth,
            assignment_id=hand.id,
            passed=True,
            place="事故现场",
            note="现场查看，已完成。",
            verifier_id=one.town.officers[one.nth % len(one.town.officers)].id,
            verified_at=rows.moment(closed, "04:00:00"),
        )
