"""Answers, decisions, pauses and days in any order: whatever a measure has come to, somebody can take a step."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.actions import ACTIONS
from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.act import acting
from models.kernel.errors import Refused
from models.kernel.vocabulary import Adjudication, AssignmentState, ReplyKind, Role, Verdict
from models.office.tables import Organisation
from models.papers.tables import Document
from models.rectification.queries.replies import pending
from models.rectification.tables import Assessment, Assignment, Measure, Reply
from tests.journeys.test_clock_machine import served
from tests.stories import Story, story_in

THEIR_WORK = ("notice.plan", "measure.complete", "returned.rework")
JUDGED = (ReplyKind.PLAN, ReplyKind.COMPLETION, ReplyKind.REFUSAL)
GOOD = (Verdict.ACCEPTED, Verdict.ACCEPTED_ALTERNATE)
MOVES = (
    *(f"reply/{kind.value}" for kind in JUDGED * 2),
    *("reply/extension", "reply/extension", "reply/dispute"),
    *("withdraw", "accept", "accept", "return", "return", "grant", "decline", "confirm"),
    *("suspend", "resume", "pass", "fail", "wait/1", "wait/6", "wait/20"),
)
# Nothing but an answer, a verdict, a decision, a check or the end of the measure: waiting is no way on.
Step = tuple[str, str, dict[str, Any]]


class Walk:
    """One measure in one unit's hands."""

    def __init__(self, story: Story) -> None:
        self.story = story
        with story.installation.database.reading() as session:
            hand = session.execute(
                select(Assignment.id, Measure.ref, Organisation.name)
                .join(Measure, Measure.id == Assignment.measure_id)
                .join(Organisation, Organisation.id == Assignment.organisation_id)
                .order_by(Assignment.id)
                .limit(1)
            ).one()
            self.notice = self._paper(session, hand.id)
            self.case = self._case(session)
        self.hand, self.measure, self.unit = hand
        story.employ("ju", Role.AGENCY, unit=self.unit)
        story.do("ju", "acknowledge", self.case, paper=self.notice, received_by="周某")

    @staticmethod
    def _paper(session: Any, hand: int) -> str:
        query = select(Document.ref).join(Assignment, Assignment.notice_id == Document.id).where(Assignment.id == hand)
        return str(session.scalars(query).one())

    @staticmethod
    def _case(session: Any) -> str:
        return str(session.scalars(select(Case.case_number)).one())

    def rows(self, query: Any) -> list[Any]:
        with self.story.installation.database.reading() as session:
            return list(session.execute(query).all())

    def state(self) -> AssignmentState:
        return AssignmentState(self.rows(select(Assignment.state).where(Assignment.id == self.hand))[0][0])

    def waiting(self) -> list[Any]:
        return self.rows(
            select(Reply.ref, Reply.kind, Reply.requested_due_on, Reply.id)
            .where(Reply.assignment_id == self.hand, pending())
            .order_by(Reply.id)
        )

    def clocks(self, *states: str) -> list[Deadline]:
        mine = (Deadline.assignment_id == self.hand, Deadline.rule_code.in_(THEIR_WORK), Deadline.state.in_(states))
        return [clock for (clock,) in self.rows(select(Deadline).where(*mine).order_by(Deadline.id))]

    def steps(self, move: str) -> Iterator[Step]:
        """Say what a move means where the measure stands now; several answers may wait for it."""
        name, _, value = move.partition("/")
        if name == "reply":
            said: dict[str, Any] = {"kind": ReplyKind(value), "measures": [self.measure], "text": "情况说明"}
            if said["kind"] is ReplyKind.EXTENSION:
                last = [c.due_on for c in self.clocks("open", "suspended") if c.rule_code == "measure.complete"]
                said["requested_due"] = max([*last, self.story.at.date()]) + timedelta(days=10)
            yield "ju", "reply", said
        for reply in self.waiting():
            about = {"reply": reply.ref}
            if name == "withdraw":
                yield "ju", "withdraw-reply", about
            elif reply.kind is ReplyKind.DISPUTE:
                if name == "confirm":
                    yield "ling", "adjudicate", {**about, "decision": Adjudication.CONFIRMED, "reason": "协议载明"}
            elif reply.kind is ReplyKind.EXTENSION:
                if name in ("grant", "decline"):
                    until = max(reply.requested_due_on, self.story.at.date() + timedelta(days=1))
                    grant = {"grant": name == "grant", "until": until if name == "grant" else None, "reason": "研究"}
                    yield "ling", "decide-extension", {**about, **grant}
            elif name in ("accept", "return"):
                verdict = Verdict.ACCEPTED if name == "accept" else Verdict.RETURNED
                yield "li", "assess", {**about, "verdict": verdict, "reason": "经研究"}
        if name in ("suspend", "resume"):
            for clock in self.clocks("open" if name == "suspend" else "suspended"):
                yield "ling", name, {"deadline": clock.key, "reason": "等待批复"}
        if name in ("pass", "fail"):
            seen = {"measure": self.measure, "organisation": self.unit, "place": "现场", "note": "所见"}
            yield "wang", "verify", {**seen, "passed": name == "pass"}
        if name == "close":
            yield "li", "close-measure", {"measure": self.measure, "organisation": self.unit}

    def go(self, move: str, pick: int) -> None:
        if move.startswith("wait/"):
            self.story.wait(days=int(move[5:]))
            return
        steps = list(self.steps(move))
        if steps:
            account, action, said = steps[pick % len(steps)]
            try:
                self.story.do(account, action, self.case, **said)
            except Refused:
                return

    def possible(self, step: Step) -> bool:
        """Return whether a step would be taken; nothing of it stays."""
        account, action, said = step
        installation = self.story.installation
        try:
            with _undone(), acting(installation.database, installation.settings, account, self.story.at) as act:
                ACTIONS[action](act, self.case, **said)
                act.session.flush()
                raise _Undo
        except Refused:
            return False
        return True

    def look(self) -> None:
        """Somebody can take a step; each answer that waits can be judged; no clock is met that nobody accepted."""
        state = self.state()
        if state is AssignmentState.CLOSED:
            return
        ways = (*(f"reply/{kind.value}" for kind in JUDGED), "pass", "close", "accept", "return", "confirm")
        assert any(self.possible(step) for way in ways for step in self.steps(way)), f"nobody can do anything: {state}"
        judging = ("accept", "return", "grant", "decline", "confirm")
        waiting = self.waiting()
        for reply in waiting:
            mine = [s for way in judging for s in self.steps(way) if s[2]["reply"] == reply.ref]
            assert any(self.possible(step) for step in mine), f"nobody can judge {reply} while {state}"
            assert self.possible(("ju", "withdraw-reply", {"reply": reply.ref}))
            if reply.kind is ReplyKind.EXTENSION and state is not AssignmentState.AWAITING_VERIFICATION:
                grants = [s for s in self.steps("grant") if s[2]["reply"] == reply.ref]
                stopped = [c for c in self.clocks("suspended") if c.rule_code == "measure.complete"]
                assert any(map(self.possible, grants)) or stopped or self.late(reply), f"only 不同意 is left: {state}"
        self._clocks_say_whose_turn_it_is(state, waiting)

    def late(self, reply: Any) -> bool:
        """A re-plan or a longer limit can have overtaken a wish; then another date would be granted."""
        return any(clock.due_on >= reply.requested_due_on for clock in self.clocks("open", "answered", "suspended"))

    def _clocks_say_whose_turn_it_is(self, state: AssignmentState, waiting: list[Any]) -> None:
        accepted = self.rows(
            select(Reply.id)
            .join(Assessment, Assessment.reply_id == Reply.id)
            .where(Reply.assignment_id == self.hand, Reply.kind.in_(JUDGED), Assessment.verdict.in_(GOOD))
        )
        assert accepted or not self.clocks("met"), "met, though nothing was accepted"
        answers = [reply for reply in waiting if reply.kind in JUDGED]
        running = {clock.rule_code for clock in self.clocks("open", "suspended")}
        if any(reply.kind in (ReplyKind.COMPLETION, ReplyKind.REFUSAL) for reply in answers):
            assert not running, f"{running} press while the ball is with us"
        if answers:
            assert not running & {"notice.plan", "returned.rework"}
            return
        owes = {
            AssignmentState.AWAITING_PLAN: "notice.plan",
            AssignmentState.AWAITING_COMPLETION: "measure.complete",
            AssignmentState.RETURNED: "returned.rework",
        }
        if state in owes:
            assert owes[state] in running, f"nothing counts while {state}: {running}"


class _Undo(Exception):
    """Takes back what was tried."""


@contextmanager
def _undone() -> Iterator[None]:
    try:
        yield
    except _Undo:
        return


@settings(
    max_examples=12,
    phases=[Phase.generate, Phase.shrink],
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 5)), min_size=4, max_size=14))
def test_whatever_was_answered_and_decided_somebody_can_go_on(moves: list[tuple[str, int]]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="shencha-walk-"))
    try:
        shutil.copyfile(served(), folder / "case.db")
        with story_in(f"sqlite:///{folder / 'case.db'}", folder / "home") as story:
            story.wait(days=41)
            walk = Walk(story)
            for move, pick in moves:
                walk.go(move, pick)
                walk.look()
    finally:
        shutil.rmtree(folder)
