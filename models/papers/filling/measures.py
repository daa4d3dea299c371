"""Measures as papers list them, and limits that start only when a paper is served."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.case.tables import Finding
from models.clock.rules.deadline_explanation import count_in_words
from models.clock.rules.deadline_rules import DeadlineRule
from models.clock.rules.deadlines import compute
from models.clock.rules.due import Due
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import AssignmentState, DocumentForm, DocumentKind, Outcome, Part
from models.office.tables import Organisation
from models.papers.content import DeadlineLine, MeasureEntry, Milestone, Partner
from models.papers.content.wording import day, money
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure, MeasureFinding
from models.rectification.tables import Milestone as MilestoneRow

from .draft import Draft
from .findings import grouped, unsettled
from .sheets_in_words import Facts, column


@dataclass(frozen=True, slots=True)
class _Hand:
    """A measure in one unit's hands, and the notice that told the unit of it."""

    organisation_id: int
    part: Part
    responsible_person: str | None
    due_on: date | None
    name: str
    told_by: DocumentKind | None
    told_number: str | None
    told_on: date | None
    state: AssignmentState
    outcome: Outcome | None


def measures(
    session: Session,
    case_id: int,
    *wanted: ColumnElement[bool],
    recipient_id: int | None = None,
    unlimited: str | None = None,
    told: bool = False,
) -> tuple[MeasureEntry, ...]:
    """Return the standing measures of a case that satisfy all of `wanted`. Four statements.

    Date and responsible person are those of `recipient_id`, else of the lead; `unlimited` explains the limit of a
    measure without a date of its own; `told` asks for the advance notice that carried a measure. Units that were taken
    out of a measure are not named.
    """
    standing = (Measure.case_id == case_id, Measure.withdrawn_at.is_(None), *wanted)
    rows = session.execute(
        select(Measure.id, Measure.ref, Measure.text, Measure.proof, Measure.details)
        .where(*standing)
        .order_by(Measure.position, Measure.id)
    ).all()
    held, answered, stages = _held(session, *standing), _answered(session, *standing), _stages(session, *standing)
    entries = []
    for row in rows:
        hands = held.get(row.id, [])
        entry = _entry(
            _Measure(row.ref, row.text + unsettled("measures", row.details), row.proof),
            hands,
            answered.get(row.id, ()),
            recipient_id,
            unlimited,
        )
        entry = entry.model_copy(update={"milestones": tuple(stages.get(row.id, ()))})
        entries.append(entry.model_copy(update={"notified": _notified(hands)}) if told else entry)
    return tuple(entries)


def with_reasons(
    session: Session, case_id: int, entries: Sequence[MeasureEntry], *, costs: bool
) -> tuple[MeasureEntry, ...]:
    """Return measures with the article that somebody gave as the reason to ask for each; with `costs` what it takes, too."""
    details = dict(session.execute(select(Measure.ref, Measure.details).where(Measure.case_id == case_id)).all())

    def said(entry: MeasureEntry, name: str) -> str | None:
        return column(Facts(), "measures", name, [details.get(entry.number, {})])[0]

    return tuple(
        one.model_copy(
            update={
                "basis": norms_alone(said(one, "basis")),
                "told": f"所需资金{money(Decimal(cost))}。"
                if costs and (cost := said(one, "funds_yuan"))
                else one.told,
            }
        )
        for one in entries
    )


def norms_alone(text: str | None) -> str | None:
    """Return what somebody wrote as the reason, where it names an article and is no sentence of its own."""
    said = (text or "").strip().rstrip("。")
    return said if said.startswith("《") and "。" not in said else None


def _held(session: Session, *standing: ColumnElement[bool]) -> dict[int, list[_Hand]]:
    """Return the hands of each measure by its row number."""
    held: dict[int, list[_Hand]] = {}
    for hand in session.execute(
        select(
            Assignment.measure_id,
            Assignment.organisation_id,
            Assignment.part,
            Assignment.responsible_person,
            Assignment.due_on,
            Organisation.name,
            Document.kind,
            Document.number,
            Document.issued_on,
            Assignment.state,
            Assignment.outcome,
        )
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .outerjoin(Document, Document.id == Assignment.notice_id)
        .where(*standing, Assignment.released_at.is_(None))
        .order_by(Assignment.measure_id, Assignment.id)
    ):
        held.setdefault(hand[0], []).append(_Hand(*hand[1:]))
    return held


def _answered(session: Session, *standing: ColumnElement[bool]) -> Mapping[int, Sequence[str]]:
    """Return the findings that each measure answers."""
    return grouped(
        session.execute(
            select(MeasureFinding.measure_id, Finding.ref)
            .join(Finding, Finding.id == MeasureFinding.finding_id)
            .join(Measure, Measure.id == MeasureFinding.measure_id)
            .where(*standing)
            .order_by(MeasureFinding.measure_id, Finding.position)
        )
    )


def stages_of(session: Session, measure_ids: Sequence[int]) -> dict[int, list[Milestone]]:
    """Return the milestones of measures by their row numbers. One statement."""
    return _stages(session, Measure.id.in_(measure_ids))


def _stages(session: Session, *standing: ColumnElement[bool]) -> dict[int, list[Milestone]]:
    """Return the milestones of each measure."""
    stages: dict[int, list[Milestone]] = {}
    for stage in session.execute(
        select(MilestoneRow.measure_id, MilestoneRow.text, MilestoneRow.due_on, MilestoneRow.kind)
        .join(Measure, Measure.id == MilestoneRow.measure_id)
        .where(*standing, MilestoneRow.withdrawn_at.is_(None))
        .order_by(MilestoneRow.measure_id, MilestoneRow.id)
    ):
        stages.setdefault(stage.measure_id, []).append(Milestone(text=stage.text, due=stage.due_on, kind=stage.kind))
    return stages


@dataclass(frozen=True, slots=True)
class _Measure:
    ref: str
    text: str
    proof: str | None


def _notified(hands: list[_Hand]) -> str | None:
    """The advance notices that were signed, as the report cites them, and that what they asked for is done already."""
    told = [hand for hand in hands if hand.told_by is DocumentKind.ADVANCE_NOTICE and hand.told_on is not None]
    numbers = dict.fromkeys(f"{day(hand.told_on)}以{hand.told_number}先行通知" for hand in told)
    done = all((hand.state, hand.outcome) == (AssignmentState.CLOSED, Outcome.DONE) for hand in hands)
    return "；".join(numbers) + ("，已整改并经现场核对" if done else "") if told else None


def _entry(
    measure: _Measure, hands: list[_Hand], answers: Iterable[str], recipient_id: int | None, unlimited: str | None
) -> MeasureEntry:
    lead = next((hand for hand in hands if hand.part is Part.LEAD), None)
    own = next((hand for hand in hands if hand.organisation_id == recipient_id), lead)
    due = own.due_on if own else None
    return MeasureEntry(
        number=measure.ref,
        text=measure.text,
        lead=lead.name if lead else None,
        cooperating=tuple(hand.name for hand in hands if hand.part is Part.COOPERATING),
        partners=tuple(
            Partner(organisation=hand.name, responsible_person=hand.responsible_person, due=hand.due_on)
            for hand in hands
            if hand.part is Part.COOPERATING
        ),
        part=own.part if own and own.organisation_id == recipient_id else None,
        responsible_person=own.responsible_person if own else None,
        due=due,
        due_explanation=unlimited if due is None else None,
        proof=measure.proof,
        findings=tuple(answers),
    )


def in_words(rule: DeadlineRule) -> str:
    """Return a limit whose start is still to come: 自文书送达之日起3个工作日内."""
    return f"自{rule.starts_at.partition('（')[0]}之日起{length(rule)}内"


def length(rule: DeadlineRule) -> str:
    """Return how long a limit is: 3个工作日."""
    return f"{rule.amount}{rule.unit.label}"


# What a recipient does by a limit of a notice.
_ANSWERS: Mapping[str, Literal["receipt", "plan", "completion"]] = {
    "notice.acknowledge": "receipt",
    "notice.plan": "plan",
    "measure.complete": "completion",
}


def to_come(draft: Draft, code: str) -> DeadlineLine:
    """Return a limit that starts with the service; a signed paper says the date of a service on its own day.

    A limit that rests on no law of its own names none.
    """
    rule, due = draft.rule(code), _expected(draft, code)
    answer = _ANSWERS.get(code)
    return DeadlineLine(
        what=rule.name,
        answer=answer,
        due=due and due.due_on,
        provisional=due is not None and due.provisional,
        explanation=in_words(rule),
        basis=law_of(rule),
        borrowed=rule.borrowed,
    )


def counted_from(draft: Draft, code: str, event: str) -> str | None:
    """Return how the date of such a limit was counted from an event on the paper's day; nothing for a draft."""
    due = _expected(draft, code)
    return None if due is None else in_one_paragraph(due, event)


def in_one_paragraph(due: Due, event: str) -> str:
    """Return the count of a limit in one paragraph; the law has a field of its own."""
    law = f"依据：{due.rule.basis}。"
    return "".join(line for line in count_in_words(due, event=event).splitlines() if line != law)


def _expected(draft: Draft, code: str) -> Due | None:
    if draft.issued_on is None:
        return None
    return compute(draft.rule(code), datetime.combine(draft.issued_on, time.min, SHANGHAI), draft.rules.calendar)


def law_of(rule: DeadlineRule) -> str | None:
    """Return the law of a limit; None for one that is a demand of ours."""
    return None if rule.borrowed else rule.basis


def demanded(draft: Draft, codes: Iterable[str], measures: Sequence[MeasureEntry]) -> tuple[DeadlineLine, ...]:
    """Return what a notice demands until when; completion only where a measure has no date that was set for it.

    A letter asks for no receipt beside the 送达回证, and counts from when it comes in.
    """
    lines, letter = [], draft.row.form is DocumentForm.LETTER
    for code in codes:
        if letter and code == "notice.acknowledge":
            continue
        line = to_come(draft, code)
        if letter and code == "notice.plan":
            line = line.model_copy(update={"explanation": f"自收到本函之日起{length(draft.rule(code))}内"})
        if code == "measure.complete":
            without = [entry for entry in measures if entry.due_explanation is not None]
            if not without:
                continue
            if len(without) < len(measures):
                line = line.model_copy(update={"what": f"{line.what}（表中另定日期的除外）"})
        lines.append(line)
    return tuple(lines)


def dated(draft: Draft, entries: Sequence[MeasureEntry]) -> tuple[MeasureEntry, ...]:
    """Return a notice's measures with the dates that it sets: those without one of their own take the general limit."""
    general = to_come(draft, "measure.complete")
    return tuple(
        entry
        if entry.due is not None
        else entry.model_copy(update={"due": general.due, "due_explanation": general.explanation})
        for entry in entries
    )
