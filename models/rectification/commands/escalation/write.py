"""Writes the steps of the ladder: rungs, drafts, proposals, messages and events, each kind in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import update

from models.accountability.tables import AccountabilityFinding, AccountabilityItem
from models.clock.commands import deadlines
from models.clock.commands.deadlines import Columns
from models.clock.queries.rulebook import rules_of
from models.clock.rules.escalation import DISOBEYED
from models.clock.tables import Deadline, RungFired
from models.kernel.act import Act
from models.kernel.calendar.local_time import chinese_date
from models.kernel.record.bulk_events import Head, Record, among, append
from models.kernel.rights.secrecy import PAPER_WAITS
from models.kernel.tables import Message
from models.kernel.vocabulary import AccountabilityCategory, SubjectType
from models.papers.commands.drafting import Drafted, Wanted, put_papers
from models.papers.tables import Document, DocumentAssignment
from models.rectification.tables import Talk

from .decide import Step
from .look import Facts
from .tell import Telling, next_month


def write(act: Act, seen: Sequence[Facts], steps: Sequence[Step], tellings: Sequence[Telling]) -> None:
    """Write the steps of locked cases, what is told of them, and the day on which each of their clocks must be looked at
    next."""
    papers = _in_order(seen, steps, tellings)
    put_papers(act, [wanted for wanted, _ in papers], [drafted for _, drafted in papers])
    talks = _talks(act, steps)
    _items(act, steps)
    append(act.session, DocumentAssignment.__table__, [*_carried(steps, tellings)])
    _touch(act, [telling.into.id for telling in tellings if telling.into is not None])
    append(act.session, RungFired.__table__, [*_rungs(act, steps, talks)])
    append(act.session, Message.__table__, [note for step in steps for note in _notes(act, step)])
    _record(act, seen, steps, tellings, talks)
    _look_again(act, seen)
    act.session.expire_all()


def _in_order(
    seen: Sequence[Facts], steps: Sequence[Step], tellings: Sequence[Telling]
) -> list[tuple[Wanted, Drafted]]:
    """Return the drafts case by case, as one case alone would have them."""
    of: dict[int, list[tuple[Wanted, Drafted]]] = {facts.case.id: [] for facts in seen}
    everything: list[Step | Telling] = [*tellings, *steps]
    for one in everything:
        if one.paper is not None and one.drafted is not None:
            of[one.case.id].append((one.paper, one.drafted))
    return [paper for papers in of.values() for paper in papers]


def _carried(steps: Sequence[Step], tellings: Sequence[Telling]) -> Iterable[Columns]:
    for telling in tellings:
        for assignment in telling.carried:
            yield {"document_id": telling.paper_id, "assignment_id": assignment}
    for step in steps:
        if step.drafted is not None:
            for assignment in step.carried:
                yield {"document_id": step.drafted.paper.id, "assignment_id": assignment}


def _touch(act: Act, papers: Sequence[int]) -> None:
    """Draft anew, with today's day, what takes in more: who had it before the eyes is told by its version."""
    if papers:
        table: Any = Document.__table__
        changed = update(table).where(among(table.c.id, papers)).values(version=table.c.version + 1, drafted_at=act.at)
        act.session.connection().execute(changed)


def _talks(act: Act, steps: Sequence[Step]) -> dict[int, Talk]:
    talks = {
        place: Talk(
            case_id=step.case.id,
            organisation_id=step.unit.id,
            order_id=step.clock.document_id,
            state="proposed",
            reason=step.talk,
            proposed_at=act.at,
        )
        for place, step in enumerate(steps)
        if step.talk is not None
    }
    act.session.add_all(talks.values())
    act.session.flush()
    return talks


def _items(act: Act, steps: Sequence[Step]) -> None:
    items = [
        (
            step,
            AccountabilityItem(
                case_id=step.case.id,
                ref=step.item,
                subject_type=SubjectType.ORGANISATION,
                organisation_id=step.unit.id,
                category=AccountabilityCategory.OTHER.label,
                text=DISOBEYED,
                informational=False,
            ),
        )
        for step in steps
        if step.item is not None
    ]
    act.session.add_all(item for _, item in items)
    act.session.flush()
    act.session.add_all(
        AccountabilityFinding(item_id=item.id, finding_id=finding) for step, item in items for finding in step.findings
    )
    act.session.flush()


def _rungs(act: Act, steps: Sequence[Step], talks: dict[int, Talk]) -> Iterable[Columns]:
    """An order is the rung's; a report or a reminder is a paper of its own."""
    for place, step in enumerate(steps):
        talk = talks[place].id if place in talks else None
        spent = [(step.clock.id, step.clock.version), *((late.id, late.version) for late in step.spends)]
        for clock, version in spent:
            yield {
                "deadline_id": clock,
                "deadline_version": version,
                "rung": step.due.rung.code,
                "fired_at": act.at,
                "document_id": None if step.drafted is None else step.drafted.paper.id,
                "talk_id": talk,
            }


def _notes(act: Act, step: Step) -> Iterable[Columns]:
    """One note for the inbox of each addressee; the key makes a second one impossible. Of what only a named list knows
    it says no more than that a paper waits."""
    clock, case, code = step.clock, step.case, step.due.rung.code
    rule = rules_of(act).rule(clock.rule_code, clock.rule_version)
    subject = f"{step.what}：{rule.name}"
    until = chinese_date(clock.due_on)
    body = f"{case.title}（{case.case_number}）：{step.unit.name}“{rule.name}”的期限为{until}。"
    for organisation, user in step.told:
        who = f"o{organisation}" if organisation else f"u{user}"
        yield {
            "key": f"{clock.key}/v{clock.version}/{code}/{who}",
            "case_id": case.id,
            "organisation_id": organisation,
            "user_id": user,
            "subject": PAPER_WAITS if step.restricted else subject,
            "body": PAPER_WAITS if step.restricted else body,
            "restricted": step.restricted,
            "sent_at": act.at,
        }


def _record(
    act: Act, seen: Sequence[Facts], steps: Sequence[Step], tellings: Sequence[Telling], talks: dict[int, Talk]
) -> None:
    """Record case by case, as one case alone would have it."""
    events = Record(act)
    of: dict[int, list[tuple[int, Step]]] = defaultdict(list)
    for place, step in enumerate(steps):
        of[step.case.id].append((place, step))
    said: dict[int, list[Telling]] = defaultdict(list)
    for telling in tellings:
        said[telling.case.id].append(telling)
    for facts in seen:
        case = facts.case
        head = Head(case.id, case.case_number, case.version, case.last_seq, case.last_hash)
        told = _record_telling(events, head, said[case.id])
        for place, step in of[case.id]:
            _record_step(events, head, step, talks.get(place), told)
    events.write()


def _record_telling(events: Record, head: Head, tellings: Sequence[Telling]) -> dict[int, str]:
    """Record what is told of one case; return by late clock the short name of the paper that tells of it."""
    told: dict[int, str] = {}
    for telling in tellings:
        ref = ""
        if telling.drafted is not None:
            ref = telling.drafted.paper.ref
            events.add(head, "paper_drafted", why=telling.why, **telling.drafted.said)
        elif telling.into is not None:
            ref = telling.into.ref
            events.add(head, "late_paper_extended", why=telling.why, paper=ref, organisations=telling.units)
        told.update(dict.fromkeys((clock.id for clock in telling.clocks), ref))
    return told


def _record_step(events: Record, head: Head, step: Step, talk: Talk | None, told: dict[int, str]) -> None:
    clock, paper = step.clock, told.get(step.clock.id) if step.due.drafts_report else None
    if step.drafted is not None:
        paper = step.drafted.paper.ref
        events.add(head, "paper_drafted", why=step.drafted.paper.note, **step.drafted.said)
    if talk is not None:
        events.add(head, "talk_proposed", why=talk.reason, talk=talk.id, organisation=step.unit.name)
    if step.item is not None:
        events.add(head, "accountability_added", item=step.item, organisation=step.unit.name)
    events.add(
        head,
        "rung_fired",
        why=step.what,
        deadline=clock.key,
        rung=step.due.rung.code,
        version=clock.version,
        organisation=step.unit.name,
        due_on=clock.due_on.isoformat(),
        counts_as_warning=step.due.counts_as_warning,
        paper=paper,
    )


def _look_again(act: Act, seen: Sequence[Facts]) -> None:
    """Write each next day once, for all clocks that get it; what no paper of this month told of is looked at in the next."""
    days: dict[date | None, list[int]] = defaultdict(list)
    for facts in seen:
        for clock in facts.clocks:
            day = deadlines.next_look(clock, rules_of(act), after=act.today)
            if clock.id in facts.untold:
                day = min(day or date.max, next_month(act.today))
            days[day].append(clock.id)
    table: Any = Deadline.__table__
    for day, ids in days.items():
        act.session.connection().execute(update(table).where(among(table.c.id, ids)).values(next_look_on=day))
