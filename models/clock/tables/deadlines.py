"""时限: one clock each, with the rule and calendar it was counted by, and what the ladder did about it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, column
from models.kernel.vocabulary import Turn


class Deadline(Base):
    """One limit. Late is never stored: it follows from `due_on`, `closed_at` and today."""

    __tablename__ = "deadlines"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'met', 'withdrawn', 'suspended', 'answered')", name="state_known"),
        CheckConstraint(
            "(state IN ('met', 'withdrawn', 'answered')) = (closed_at IS NOT NULL)", name="closed_with_date"
        ),
        CheckConstraint("state <> 'answered' OR answered_by_id IS NOT NULL", name="answered_by_a_reply"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        # The sweep asks one question: which open clocks have something to say today?
        Index(
            "ix_deadlines_sweep",
            "next_look_on",
            "id",
            sqlite_where=text("state = 'open' AND next_look_on IS NOT NULL"),
            postgresql_where=text("state = 'open' AND next_look_on IS NOT NULL"),
        ),
        # Leaders ask another: which open clocks ended before today, or are about to?
        Index(
            "ix_deadlines_lit",
            "due_on",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_deadlines_reply",
            "reply_id",
            sqlite_where=text("reply_id IS NOT NULL"),
            postgresql_where=text("reply_id IS NOT NULL"),
        ),
        Index("ix_deadlines_case", "case_id", "state"),
        Index("ix_deadlines_organisation", "organisation_id", "state", "turn", "due_on"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    key: Mapped[str] = column("rule, subject and occurrence: the same clock is never started twice", unique=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    document_id: Mapped[int | None] = column("paper it is about", ForeignKey("documents.id"), index=True)
    assignment_id: Mapped[int | None] = column("measure and unit it is about", ForeignKey("assignments.id"), index=True)
    reply_id: Mapped[int | None] = column("reply it is about", ForeignKey("replies.id"))
    milestone_id: Mapped[int | None] = column(
        "阶段目标 it is about; null for a measure as a whole", ForeignKey("milestones.id"), index=True
    )
    organisation_id: Mapped[int] = column("unit whose clock it is", ForeignKey("organisations.id"))
    turn: Mapped[Turn] = column("theirs or ours")
    rule_code: Mapped[str] = column("rule, as notice.plan")
    rule_version: Mapped[int] = column("version of the rule it was counted by")
    amount: Mapped[int | None] = column("units counted where they differ from the rule's; null for a given date")
    given_on: Mapped[date | None] = column("date set by the measure itself instead of a count")
    excluded_days: Mapped[int] = column("days of technical appraisal added back")
    changes: Mapped[Json] = column("extension, pauses and an open suspension, each with dates and reason")
    start_event: Mapped[str] = column("what it counts from, in Chinese")
    started_at: Mapped[datetime] = column("when that happened")
    due_on: Mapped[date] = column("last day; late from 00:00 of the next, Asia/Shanghai")
    opens_on: Mapped[date | None] = column("first day on which the act makes sense; null where any day does")
    first_due_on: Mapped[date] = column("the date before any extension or re-plan")
    provisional: Mapped[bool] = column("暂定: reaches into a year whose holidays are not published")
    calendar_version: Mapped[str] = column("calendar it was counted by")
    half_on: Mapped[date | None] = column("first day on which half the time is used")
    near_on: Mapped[date | None] = column("first day on which it counts as near; null for short limits")
    next_look_on: Mapped[date | None] = column("first day on which a rung of the ladder is due; null when none is left")
    version: Mapped[int] = column("raised by extension, resumption and re-planning: each rung fires once per version")
    state: Mapped[str] = column("open, answered, met, withdrawn or suspended")
    closed_at: Mapped[datetime | None] = column(
        "when it was met or withdrawn, or the moment of the reply that stopped it"
    )
    answered_by_id: Mapped[int | None] = column(
        "reply that stopped it; it is met once a reply is accepted", ForeignKey("replies.id")
    )


class RungFired(Base):
    """A rung of the ladder that fired for one version of a deadline: once, by the key."""

    __tablename__ = "rungs_fired"
    __table_args__ = (
        UniqueConstraint("deadline_id", "deadline_version", "rung"),
        Index("ix_rungs_fired_rung", "rung", "fired_at"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    deadline_id: Mapped[int] = column("deadline", ForeignKey("deadlines.id"))
    deadline_version: Mapped[int] = column("version of the deadline")
    rung: Mapped[str] = column("rung, as warn")
    fired_at: Mapped[datetime] = column("when")
    document_id: Mapped[int | None] = column("paper that was drafted", ForeignKey("documents.id"))
    talk_id: Mapped[int | None] = column("talk that was proposed", ForeignKey("talks.id"))
    withdrawn_at: Mapped[datetime | None] = column("when it was taken back: a reply had arrived in time")


class DeadlineRuleRow(Base):
    """One version of one rule. A rule is changed by adding a version."""

    __tablename__ = "deadline_rules"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("unit IN ('calendar_days', 'working_days', 'months')", name="unit_known"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    code: Mapped[str] = column("rule, as notice.plan")
    version: Mapped[int] = column("version, from 1")
    data: Mapped[Json] = column("the rule: name, start, roll-over, basis, borrowed, turn")
    unit: Mapped[str] = column("calendar_days, working_days or months")
    amount: Mapped[int] = column("how many")
    author: Mapped[str] = column("who set it")
    reason: Mapped[str] = column("why")
    valid_from: Mapped[datetime] = column("from when on it counts")


class LadderRung(Base):
    """One rung of one version of the ladder. The ladder is changed by adding a version as a whole."""

    __tablename__ = "ladder_rungs"
    __table_args__ = (UniqueConstraint("version", "position"), UniqueConstraint("version", "code"))

    id: Mapped[int] = column("row number", primary_key=True)
    version: Mapped[int] = column("version of the ladder, from 1")
    position: Mapped[int] = column("place in the ladder, from 1")
    code: Mapped[str] = column("rung, as warn")
    data: Mapped[Json] = column("the rung: when, what, addressees, working days, approval, light, rules")
    author: Mapped[str] = column("who set it")
    reason: Mapped[str] = column("why")
    valid_from: Mapped[datetime] = column("from when on it counts")


class CalendarYear(Base):
    """A published year of the State Council's holidays; what a new version changed stands in `admin_events`."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = column("year", primary_key=True)
    version: Mapped[str] = column("version, shown in every explanation")
    source: Mapped[str] = column("where it comes from")
    loaded_at: Mapped[datetime] = column("when it was loaded")
    author: Mapped[str] = column("who loaded it", default="system")
    reason: Mapped[str] = column("why", default="系统默认值")


class CalendarDay(Base):
    """A day that differs from the week: a day off or a make-up workday (调休)."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = column("day", primary_key=True)
    year: Mapped[int] = column("published year it belongs to", ForeignKey("calendar_years.year"), index=True)
    off: Mapped[bool] = column("true: day off; false: make-up workday")
    name: Mapped[str] = column("holiday it belongs to, in Chinese")
