"""Effects of a correction or withdrawal on the wrong paper, its measures and its deadlines."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.accountability.tables import AccountabilityItem
from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.tables import Deadline
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.events import record
from models.kernel.vocabulary import AssignmentState, ClockEffect, DocumentKind, Turn
from models.papers.commands.outdated_papers import settle
from models.papers.commands.shared_papers import parts_of
from models.papers.rules.amending import effect_on
from models.papers.tables import Amendment, Document
from models.rectification.tables import Assignment, Milestone

from .merged_measures import separate, separate_from

AMENDING = (DocumentKind.CORRECTION, DocumentKind.WITHDRAWAL)


def take_effect(act: Act, case: Case, paper: Document, at: datetime) -> None:
    """Let a served correction or withdrawal do what it says to the paper it amends; other kinds amend nothing."""
    if paper.kind not in AMENDING:
        return
    amendment = act.session.get_one(Amendment, paper.id)
    wrong = act.session.get_one(Document, amendment.amended_id)
    amendment.effective_at = at
    names = {part.id: ref for part, ref in parts_of(act, wrong)}
    for part, _ in parts_of(act, wrong):
        for clock in deadlines.open_ones(act, part, document_id=wrong.id):
            if clock.turn is Turn.THEIRS and amendment.deadline_id in (None, clock.id):
                _move(act, part, clock, amendment, at)
        if paper.kind is DocumentKind.WITHDRAWAL:
            _let_go(act, part, wrong, at)
    settle(act, wrong, by=paper)
    for part, ref in parts_of(act, paper):
        _record_effect(act, part, amendment, paper, ref, wrong, names.get(part.id, wrong.ref), at)


def _record_effect(
    act: Act, case: Case, amendment: Amendment, paper: Document, name: str, wrong: Document, amended: str, at: datetime
) -> None:
    record(
        act,
        case,
        "paper_withdrawn" if paper.kind is DocumentKind.WITHDRAWAL else "paper_corrected",
        why=amendment.reason,
        happened_at=at,
        paper=name,
        amended=amended,
        number=wrong.number,
        clocks=amendment.effect.value,
    )


def _move(act: Act, case: Case, clock: Deadline, amendment: Amendment, at: datetime) -> None:
    given, milestone = clock.given_on is not None, clock.milestone_id is not None
    effect = effect_on(amendment.effect, clock.rule_code, given=given, milestone=milestone)
    if amendment.deadline_id is not None:
        effect = amendment.effect
    if effect is ClockEffect.ENDED:
        clock.state, clock.closed_at, clock.next_look_on = "withdrawn", at, None
    elif effect is ClockEffect.RESTARTED and clock.state == "open":
        deadlines.start_anew(act, case, clock, at, event="送达更正文书", why=amendment.reason)
    elif effect is ClockEffect.CHANGED and clock.state == "open":
        assert amendment.new_due_on is not None
        deadlines.set_date(act, case, clock, amendment.new_due_on, why=amendment.reason)
        if clock.milestone_id is not None:
            act.session.get_one(Milestone, clock.milestone_id).due_on = amendment.new_due_on
        elif clock.assignment_id is not None:
            act.session.get_one(Assignment, clock.assignment_id).due_on = amendment.new_due_on


def _let_go(act: Act, case: Case, wrong: Document, at: datetime) -> None:
    """Free what a withdrawn paper carried: its measures wait for a new notice, its items for a new proposal."""
    held = select(Assignment).where(
        Assignment.notice_id == wrong.id,
        Assignment.case_id == case.id,
        Assignment.state != AssignmentState.CLOSED,
    )
    for assignment in act.session.scalars(held).all():
        separate_from(act, assignment, "原通知已撤销")
        if assignment.served_by_id is not None:
            separate(act, assignment, "原通知已撤销")
        if assignment.notice_id is None:
            continue
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "withdraw_notice")
        assignment.notice_id = assignment.delegated_to_id = None
        deadlines.withdraw(act, case, at, assignment_id=assignment.id)
    for item in act.session.scalars(select(AccountabilityItem).where(AccountabilityItem.document_id == wrong.id)):
        item.document_id = None
    deadlines.withdraw(act, case, at, document_id=wrong.id)
