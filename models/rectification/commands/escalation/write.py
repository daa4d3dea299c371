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
from models.papers.commands.drafting import Drafted, put_papers
from models.papers.tables import DocumentAssignment
from models.rectification.tables import Talk

from .decide import Step
from .look import Clock, Facts

Papers = dict[int, Drafted]
"""Drafts by the place of their step."""


def write(act: Act, seen: Sequence[Facts], steps: Sequence[Step], papers: Papers) -> None:
    """Write the steps of locked cases and the day on which each of their clocks must be looked at next."""
    put_papers(act, [wanted for step in steps if (wanted := step.paper) is not None], list(papers.values()))
    talks = _talks(act, steps)
    _items(act, steps)
    carried = [
        {"document_id": drafted.paper.id, "assignment_id": assignment}
        for place, drafted in papers.items()
        for assignment in steps[place].carried
    ]
    append(act.session, DocumentAssignment.__table__, carried)
    append(act.session, RungFired.__table__, [*_rungs(act, steps, papers, talks)])
    append(act.session, Message.__table__, [note for step in steps for note in _notes(act, step)])
    _record(act, seen, steps, papers, talks)
    _look_again(act, [clock for facts in seen for clock in facts.clocks])
    act.session.expire_all()


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


def _rungs(act: Act, steps: Sequence[Step], papers: Papers, talks: dict[int, Talk]) -> Iterable[Columns]:
    """A report is a paper of its own and not the rung's."""
    for place, step in enumerate(steps):
        order = papers[place].paper.id if place in papers and not step.due.drafts_report else None
        talk = talks[place].id if place in talks else None
        spent = [(step.clock.id, step.clock.version), *((late.id, late.version) for late in step.spends)]
        for clock, version in spent:
            yield {
                "deadline_id": clock,
                "deadline_version": version,
                "rung": step.due.rung.code,
                "fired_at": act.at,
                "document_id": order,
                "talk_id": talk,
            }


def _notes(act: Act, step: Step) -> Iterable[Columns]:
    """One note for the inbox of each addressee; the key makes a second one impossible. Of what only a named list knows
    it says no more than that a paper waits."""
    clock, case, code = step.clock, step.case, step.due.rung.code
    rule = rules_of(act).rule(clock.rule_code, clock.rule_version)
    subject = f"{step.due.rung.what}：{rule.name}"
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


def _record(act: Act, seen: Sequence[Facts], steps: Sequence[Step], papers: Papers, talks: dict[int, Talk]) -> None:
    cases = [facts.case for facts in seen]
    heads = {case.id: Head(case.id, case.case_number, case.version, case.last_seq, case.last_hash) for case in cases}
    events = Record(act)
    for place, step in enumerate(steps):
        head, clock, drafted = heads[step.case.id], step.clock, papers.get(place)
        if drafted is not None:
            events.add(head, "paper_drafted", why=drafted.paper.note, **drafted.said)
        if place in talks:
            talk = talks[place]
            events.add(head, "talk_proposed", why=talk.reason, talk=talk.id, organisation=step.unit.name)
        if step.item is not None:
            events.add(head, "accountability_added", item=step.item, organisation=step.unit.name)
        events.add(
            head,
            "rung_fired",
            why=step.due.rung.what,
            deadline=clock.key,
            rung=step.due.rung.code,
            version=clock.version,
            organisation=step.unit.name,
            due_on=clock.due_on.isoformat(),
            counts_as_warning=step.due.counts_as_warning,
            paper=None if drafted is None else drafted.paper.ref,
        )
    events.write()


def _look_again(act: Act, clocks: Iterable[Clock]) -> None:
    """Write each next day once, for all clocks that get it."""
    days: dict[date | None, list[int]] = defaultdict(list)
    for clock in clocks:
        days[deadlines.next_look(clock, rules_of(act), after=act.today)].append(clock.id)
    table: Any = Deadline.__table__
    for day, ids in days.items():
        act.session.connection().execute(update(table).where(among(table.c.id, ids)).values(next_look_on=day))
