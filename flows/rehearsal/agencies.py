"""The units that are asked to act: when each signs for a paper and answers, by the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from flows.rehearsal import desk
from flows.rehearsal.run import OFFICER, UPPER_OFFICER, Run
from flows.rehearsal.scenarios import Scenario
from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import ProposalAnswer, ReplyKind

PLAN_AFTER = 3  # working days after the receipt
COMPLETE_BEFORE = 5  # working days before the last day, so that nobody needs to be reminded of it
RECEIVED_AFTER, ADOPTED_AFTER = 3, 10  # working days after a proposal was handed over

WORDS = {
    "notice.plan": (ReplyKind.PLAN, "已制定整改方案，明确责任人、步骤和完成时限，将按期落实（推演拟写）。"),
    "measure.complete": (ReplyKind.COMPLETION, "已按整改方案全部落实，有关材料备查，申请复查（推演拟写）。"),
}


def answers(run: Run, organisation: int) -> bool:
    """Tell whether a unit acts at all today: a late one only once it holds a supervision order or a reminder."""
    if run.scenario is Scenario.SILENT:
        return False
    return organisation != run.late_unit or bool(run.rows(desk.ordered(run.case_id, organisation)))


def reply(run: Run, at: datetime) -> None:
    """Hand in the plans and completions for which the unit's own day has come, one answer per unit and kind."""
    due: dict[tuple[int, str], list[str]] = {}
    for organisation, rule, measure, milestone, day in _planned(run):
        if day > local_date(at):
            continue
        if milestone is None:
            due.setdefault((organisation, rule), []).append(measure)
        else:
            _report_stage(run, at, organisation, measure, milestone)
    for (organisation, rule), measures in due.items():
        kind, text = WORDS[rule]
        run.act(
            run.agency(organisation, at),
            "reply",
            at,
            kind=kind,
            measures=measures,
            text=text,
            organisation=str(organisation),
        )


def _report_stage(run: Run, at: datetime, organisation: int, measure: str, milestone: str) -> None:
    run.act(
        run.agency(organisation, at),
        "reply",
        at,
        kind=ReplyKind.PROGRESS,
        measures=[measure],
        milestone=milestone,
        text="该阶段目标已经达到，有关材料备查（推演拟写）。",
        organisation=str(organisation),
    )


def answer_proposals(run: Run, at: datetime) -> None:
    """Let the competent organs answer; the officer records it, for their letters come on paper."""
    for paper, ours, answer, day in _awaited(run):
        if day <= local_date(at):
            run.act(OFFICER if ours else UPPER_OFFICER, "record-answer", at, paper=paper, answer=answer)


def next_days(run: Run) -> Iterator[date]:
    """Yield the days on which somebody outside means to do something."""
    for _, _, _, _, day in _planned(run):
        yield day
    for *_, day in _awaited(run):
        yield day


def _planned(run: Run) -> list[tuple[int, str, str, str | None, date]]:
    """Return (unit, rule, measure, milestone, day): a plan some days after the receipt, the rest some days before the
    last."""
    calendar = run.rules.calendar
    found = []
    for owed in run.rows(desk.owed(run.case_id)):
        if not answers(run, owed.organisation_id):
            continue
        last = owed.due_on if calendar.is_workday(owed.due_on) else calendar.add_workdays(owed.due_on, -1)
        if owed.rule_code == "notice.plan":
            day = min(calendar.add_workdays(local_date(owed.started_at), PLAN_AFTER), last)
        else:
            day = calendar.add_workdays(last, -COMPLETE_BEFORE)
        found.append((owed.organisation_id, owed.rule_code, owed.ref, owed.milestone, day))
    return found


def _awaited(run: Run) -> list[tuple[str, bool, ProposalAnswer, date]]:
    """Return (paper, whether our officer may read it, answer, day) of the next answer to each proposal."""
    if run.scenario is Scenario.SILENT:
        return []
    calendar = run.rules.calendar
    last = {row.ref: row for row in run.rows(desk.proposals(run.case_id))}
    steps = {
        None: (ProposalAnswer.RECEIVED, RECEIVED_AFTER),
        ProposalAnswer.RECEIVED: (ProposalAnswer.ADOPTED, ADOPTED_AFTER),
    }
    return [
        (row.ref, row.ours, answer, calendar.add_workdays(local_date(row.delivered_at), after))
        for row in last.values()
        if row.answer in steps
        for answer, after in (steps[row.answer],)
    ]
