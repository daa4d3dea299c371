"""A recipient, the police, the calendar and the sweep do what they like in any order; a naive daily model watches.

The sweep reads only the clocks whose `next_look_on` has come. The model reads every clock, knows no such day, and says
for each rung by plain counting whether it is reached: nothing may fire early, twice in a version, or be missed.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from flows.sweep import sweep
from models.case.tables import Case, Finding, FindingOrganisation
from models.clock.commands.calendars import load_year
from models.clock.commands.rules import set_rule
from models.clock.rules.deadline_rules import Unit, default_rule
from models.clock.tables import CalendarDay, Deadline, RungFired
from models.kernel.act import acting
from models.kernel.base import Base
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.tables import Message
from models.kernel.vocabulary import (
    Adjudication,
    AssignmentState,
    DocumentKind,
    DocumentStatus,
    OrganisationKind,
    ReplyKind,
    Turn,
    Verdict,
)
from models.office.commands.organisations import add_organisation
from models.office.tables import Organisation
from models.papers.commands.renditions import Enclosure
from models.papers.tables import Document
from models.rectification.queries.replies import pending
from models.rectification.tables import Assignment, Dispute, Measure, MeasureFinding, Reply
from tests.arrangements import as_file
from tests.databases import migrated
from tests.stories import Story, staffed, story_in

DAY = timedelta(days=1)
ONE = st.integers(0, 50)
ANOTHER = "鄂州市示例教育局"
THEIR_WORK = ("notice.plan", "measure.complete", "returned.rework")


@cache
def served() -> Path:
    """Return a database with one case whose notices are served, made once."""
    folder = Path(tempfile.mkdtemp(prefix="shencha-machine-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = f"sqlite:///{folder / 'served.db'}"
    migrated(url)
    staffed(url)
    with story_in(url, folder / "home") as story:
        story.wait(days=40)
        case = story.rectifying()
        with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
            add_organisation(act.session, ANOTHER, OrganisationKind.EDUCATION, division_code="420700")
        papers = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
        story.issue(case, *papers)
        story.deliver(case, *papers)
        with story.installation.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "served.db"


class Clockwork(RuleBasedStateMachine):
    """One case, many hands."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="shencha-machine-"))
        shutil.copyfile(served(), self.folder / "case.db")
        self.opened = story_in(f"sqlite:///{self.folder / 'case.db'}", self.folder / "home")
        self.story: Story = self.opened.__enter__()
        self.story.wait(days=40)
        with self.story.installation.database.reading() as session:
            self.case = session.scalars(select(Case.case_number)).one()

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.__exit__(None, None, None)
            shutil.rmtree(self.folder)

    def read(self, query: Any) -> list[Any]:
        with self.story.installation.database.reading() as session:
            return list(session.execute(query).all())

    def attempt(self, account: str, action: str, **said: Any) -> None:
        """What is refused is refused whole; that is tested elsewhere."""
        try:
            self.story.do(account, action, self.case, **said)
        except Refused:
            return

    def manage(self, command: Any, *values: Any, **said: Any) -> None:
        installation = self.story.installation
        try:
            with acting(installation.database, installation.settings, "console", self.story.at) as act:
                command(act, *values, **said)
        except Refused:
            return

    def clock(self, pick: int, *states: str) -> Deadline | None:
        rows = self.read(select(Deadline).where(Deadline.state.in_(states)).order_by(Deadline.id))
        return rows[pick % len(rows)][0] if rows else None

    @rule(days=st.sampled_from((1, 2, 3, 5, 8)))
    def wait(self, days: int) -> None:
        self.story.wait(days=days)

    @rule(days=st.sampled_from((1, 3, 5, 8, 13, 21)))
    def wait_and_look(self, days: int) -> None:
        self.story.wait(days=days)
        self.look()

    @rule(days=st.integers(2, 6))
    def look_daily(self, days: int) -> None:
        for _ in range(days):
            self.wait_and_look(days=1)

    @rule()
    def acknowledge(self) -> None:
        query = select(Document.ref).where(
            Document.kind == DocumentKind.RECTIFICATION_NOTICE, Document.status == DocumentStatus.DELIVERED
        )
        for row in self.read(query):
            self.attempt("li", "acknowledge", paper=row.ref, received_by="周某")

    @rule(pick=ONE, kind=st.sampled_from((ReplyKind.PLAN, ReplyKind.COMPLETION, ReplyKind.PROGRESS)))
    def answer(self, pick: int, kind: ReplyKind) -> None:
        self._reply(pick, kind)

    @rule(pick=ONE, days=st.integers(1, 40))
    def ask_for_more_time(self, pick: int, days: int) -> None:
        self._reply(pick, ReplyKind.EXTENSION, requested_due=self.story.at.date() + timedelta(days=30 + days))

    def _reply(self, pick: int, kind: ReplyKind, **said: Any) -> None:
        rows = self.read(
            select(Measure.ref, Organisation.name)
            .select_from(Assignment)
            .join(Measure, Measure.id == Assignment.measure_id)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .order_by(Assignment.id)
        )
        hand = rows[pick % len(rows)]
        self.attempt(
            "li", "reply", kind=kind, measures=[hand.ref], text="已按要求办理。", organisation=hand.name, **said
        )

    @rule(pick=ONE, verdict=st.sampled_from((Verdict.ACCEPTED, Verdict.RETURNED)))
    def decide(self, pick: int, verdict: Verdict) -> None:
        rows = self.read(select(Reply.ref, Reply.kind, Reply.requested_due_on).where(pending()).order_by(Reply.id))
        if not rows:
            return
        one = rows[pick % len(rows)]
        if one.kind is ReplyKind.EXTENSION:
            grant = verdict is Verdict.ACCEPTED
            said = {"grant": grant, "until": one.requested_due_on if grant else None, "reason": "经研究决定"}
            self.attempt("ling", "decide-extension", reply=one.ref, **said)
        else:
            self.attempt("wang", "assess", reply=one.ref, verdict=verdict, reason="经研究决定")

    @rule(pick=ONE)
    def take_back(self, pick: int) -> None:
        rows = self.read(select(Reply.ref).where(pending()).order_by(Reply.id))
        if rows:
            self.attempt("li", "withdraw-reply", reply=rows[pick % len(rows)].ref)

    @rule(pick=ONE)
    def suspend(self, pick: int) -> None:
        clock = self.clock(pick, "open")
        if clock is not None:
            self.attempt("ling", "suspend", deadline=clock.key, reason="职责争议")

    @rule(pick=ONE)
    def resume(self, pick: int) -> None:
        clock = self.clock(pick, "suspended")
        if clock is None:
            return
        if clock.changes["suspension"].get("until") is not None:
            self.attempt("ling", "resume", deadline=clock.key)
            assert self.read(select(Deadline.state).where(Deadline.id == clock.id)) == [("suspended",)]
            return
        left = clock.changes["suspension"]["remaining"]
        due_on = self.story.do("ling", "resume", self.case, deadline=clock.key)
        today = local_date(self.story.at)
        counts_workdays = default_rule(clock.rule_code).unit is Unit.WORKING_DAYS
        days = [today + n * DAY for n in range(1, (due_on - today).days + 1)]
        if counts_workdays:
            assert sum(self.works(day) for day in days) == left
        else:
            assert len(days) >= left
            assert not any(self.works(day) for day in days[left - 1 : -1]) or len(days) == left

    @rule(pick=ONE)
    def dispute(self, pick: int) -> None:
        """A unit says a measure is not its to do: everything it owes for it stands still, nothing else does."""
        standing = {c.id: c.state for (c,) in self.read(select(Deadline))}
        raised = len(self.read(select(Dispute.assignment_id).where(Dispute.decided_at.is_(None))))
        self._reply(pick, ReplyKind.DISPUTE, files=[Enclosure(self.story.scan(), "争议.pdf", "application/pdf")])
        waiting = self.read(
            select(Dispute.assignment_id).where(Dispute.decided_at.is_(None)).order_by(Dispute.reply_id.desc())
        )
        if len(waiting) == raised:
            assert {c.id: c.state for (c,) in self.read(select(Deadline))} == standing
            return
        mine = Deadline.assignment_id == waiting[0].assignment_id
        for (clock,) in self.read(select(Deadline).where(mine, Deadline.rule_code.in_(THEIR_WORK))):
            assert clock.state != "open"
        others = self.read(select(Deadline).where(~mine | Deadline.assignment_id.is_(None)))
        assert all(standing.get(c.id, "open") == c.state for (c,) in others)

    @rule(pick=ONE, away=st.sampled_from((False, False, True)))
    def adjudicate(self, pick: int, away: bool) -> None:
        """The unit keeps the measure with exactly the days that were left, or is done with it."""
        rows = self.read(
            select(Reply.ref, Dispute.assignment_id)
            .join(Dispute, Dispute.reply_id == Reply.id)
            .where(Dispute.decided_at.is_(None))
            .order_by(Reply.id)
        )
        if not rows:
            return
        one = rows[pick % len(rows)]
        mine = (Deadline.assignment_id == one.assignment_id, Deadline.rule_code.in_(THEIR_WORK))
        left = {
            c.id: c.changes["suspension"]["remaining"]
            for (c,) in self.read(select(Deadline).where(*mine, Deadline.state == "suspended"))
            if c.changes["suspension"].get("until") == f"dispute/{one.ref}"
        }
        decision = Adjudication.REASSIGNED if away else Adjudication.CONFIRMED
        said = {"reply": one.ref, "decision": decision, "reason": "经研究决定", "to": ANOTHER if away else None}
        self.attempt("ling", "adjudicate", **said)
        decided = self.read(select(Dispute.decided_at).where(Dispute.assignment_id == one.assignment_id))
        if away and decided[0].decided_at is None:
            return  # the other unit holds the measure already
        assert decided[0].decided_at is not None
        today = local_date(self.story.at)
        for (clock,) in self.read(select(Deadline).where(*mine, Deadline.id.in_(left))):
            if away:
                assert clock.state == "withdrawn"
                continue
            assert clock.state == "open"
            days = [today + n * DAY for n in range(1, (clock.due_on - today).days + 1)]
            counted = [
                day for day in days if default_rule(clock.rule_code).unit is not Unit.WORKING_DAYS or self.works(day)
            ]
            assert len(counted) >= left[clock.id]
            if default_rule(clock.rule_code).unit is Unit.WORKING_DAYS:
                assert len(counted) == left[clock.id]

    @rule(void=st.sampled_from((False, False, True)))
    def carry_the_orders(self, void: bool) -> None:
        """Issue and serve what the ladder drafted, or throw it away."""
        orders = self.read(
            select(Document.ref).where(
                Document.kind == DocumentKind.SUPERVISION_ORDER, Document.status == DocumentStatus.DRAFT
            )
        )
        for order in orders:
            if void:
                self.attempt("qian", "void", paper=order.ref, reason="已电话催办")
                continue
            self.story.do("li", "confirm-no-reply", self.case, paper=order.ref)
            self.story.issue(self.case, order.ref)
            self.story.deliver(self.case, order.ref)

    @rule(ahead=st.integers(1, 15))
    def correct_the_calendar(self, ahead: int) -> None:
        """The State Council turns one day of the coming fortnight into its opposite."""
        changed = local_date(self.story.at) + ahead * DAY
        if changed.year != 2026:
            return
        rows = self.read(select(CalendarDay.day, CalendarDay.off, CalendarDay.name).where(CalendarDay.year == 2026))
        days = {row.day: (row.name, row.off) for row in rows}
        days[changed] = ("临时调整", self.works(changed))
        said = [{"name": name, "date": day.isoformat(), "isOffDay": off} for day, (name, off) in days.items()]
        self.manage(load_year, as_file({"year": 2026, "days": said}), reason="临时调整", replace=True)

    @rule(code=st.sampled_from(("notice.plan", "measure.complete", "returned.rework")), amount=st.integers(4, 40))
    def change_a_rule(self, code: str, amount: int) -> None:
        self.manage(set_rule, code, amount=amount, reason="市局规定")

    @rule()
    def look(self) -> None:
        before = {(row.deadline_id, row.deadline_version, row.rung) for row in self.fired()}
        result = sweep(self.story.installation, self.story.at)
        assert result.failed == []
        fired = [(row.deadline_id, row.deadline_version, row.rung) for row in self.fired()]
        assert len(fired) == len(set(fired))
        new = set(fired) - before
        reached = self.reached()
        assert new <= reached, f"too early: {new - reached}"
        missed = {one for one in reached - set(fired) if not self.excused(*one)}
        assert not missed, f"missed: {missed}"
        state = self.everything()
        assert sweep(self.story.installation, self.story.at).rungs == []
        assert self.everything() == state

    def fired(self) -> list[Any]:
        return self.read(select(RungFired.deadline_id, RungFired.deadline_version, RungFired.rung))

    def works(self, day: date) -> bool:
        rows = self.read(select(CalendarDay.off).where(CalendarDay.day == day))
        return not rows[0].off if rows else day.weekday() < 5

    def reached(self) -> set[tuple[int, int, str]]:
        """Walk over every running clock and say what today asks for."""
        today = local_date(self.story.at)
        found = set()
        for (clock,) in self.read(select(Deadline).where(Deadline.state == "open")):
            rungs = []
            if clock.half_on <= today <= clock.due_on:
                rungs.append("remind.half")
            if clock.near_on is not None and clock.near_on <= today <= clock.due_on:
                rungs.append("remind.near")
            if today > clock.due_on:
                rungs.append("warn")
                if clock.rule_code in THEIR_WORK and clock.turn is Turn.THEIRS:
                    rungs.append("order")
                if clock.rule_code == "order.complete":
                    rungs += self.of_orders(clock, today)
            found |= {(clock.id, clock.version, rung) for rung in rungs}
        return found

    def of_orders(self, clock: Deadline, today: date) -> list[str]:
        """An order's clock turns red at once; ten working days later a talk is due. A second order takes these over."""
        red = date.fromisoformat(clock.changes.get("red_since", (clock.due_on + DAY).isoformat()))
        worked = sum(self.works(red + n * DAY) for n in range(1, max(0, (today - red).days) + 1))
        rungs = ["order.again"] + ["talk"] * (worked >= 10) + ["account"] * self.duty_failed(clock)
        return [rung for rung in rungs if rung not in clock.changes.get("fired", ())]

    def duty_failed(self, clock: Deadline) -> bool:
        return bool(
            self.read(
                select(Finding.id)
                .join(FindingOrganisation, FindingOrganisation.finding_id == Finding.id)
                .join(MeasureFinding, MeasureFinding.finding_id == Finding.id)
                .join(Assignment, Assignment.measure_id == MeasureFinding.measure_id)
                .where(
                    Finding.duty_failure,
                    FindingOrganisation.organisation_id == clock.organisation_id,
                    Assignment.organisation_id == clock.organisation_id,
                    Assignment.state != AssignmentState.CLOSED,
                )
            )
        )

    def excused(self, deadline_id: int, _version: int, rung: str) -> bool:
        """An order is not drafted where one to the unit is under way, nor to a unit that none may go to."""
        if rung != "order":
            return False
        [row] = self.read(
            select(Organisation.id, Organisation.kind)
            .join(Deadline, Deadline.organisation_id == Organisation.id)
            .where(Deadline.id == deadline_id)
        )
        if row.kind.value in ("government", "party_committee"):
            return True
        running = select(Deadline.id).where(Deadline.document_id == Document.id, Deadline.state == "open").exists()
        under_way = select(Document.id).where(
            Document.kind == DocumentKind.SUPERVISION_ORDER,
            Document.recipient_id == row.id,
            Document.status != DocumentStatus.VOID,
            (Document.status != DocumentStatus.DELIVERED) | running,
        )
        return bool(self.read(under_way))

    def everything(self) -> dict[str, list[str]]:
        return {table.name: sorted(map(repr, self.read(select(table)))) for table in Base.metadata.sorted_tables}

    @precondition(lambda self: hasattr(self, "story"))
    @invariant()
    def no_date_lies_before_its_start_and_near_is_three_working_days_before(self) -> None:
        for (clock,) in self.read(select(Deadline).where(Deadline.state == "open")):
            start = local_date(clock.started_at)
            assert start < clock.due_on
            assert start < clock.half_on <= clock.due_on
            if clock.near_on is not None and clock.near_on > start + DAY:
                between = [clock.near_on + n * DAY for n in range((clock.due_on - clock.near_on).days)]
                assert sum(self.works(day) for day in between) == 3

    @precondition(lambda self: hasattr(self, "story"))
    @invariant()
    def nobody_is_told_twice(self) -> None:
        keys = [row.key for row in self.read(select(Message.key))]
        assert len(keys) == len(set(keys))


Clockwork.TestCase.settings = settings(
    max_examples=8,
    phases=[Phase.generate],
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestClockwork = Clockwork.TestCase
