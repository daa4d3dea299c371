"""风险预警: criteria as data, lists, warnings with what they rest on and what came of them, and what the passes computed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column
from models.kernel.vocabulary import ListState, WarningKind, WarningMethod, WarningOutcome, WarningState

LIVE = text("state IN ('drafted', 'open', 'proposed')")


class WarningCriterion(Base):
    """判定标准: one version of one criterion of an office. It is changed by adding a version."""

    __tablename__ = "warning_criteria"
    __table_args__ = (UniqueConstraint("code", "version"), CheckConstraint("version >= 1", name="version_from_one"))

    id: Mapped[int] = column("row number", primary_key=True)
    code: Mapped[str] = column("criterion, as site.fatal_3")
    version: Mapped[int] = column("version, from 1")
    data: Mapped[Json] = column("the criterion: name, kind, days, metres, liability, what fires it")
    basis: Mapped[str] = column("source: rule and article, or whose practice")
    borrowed: Mapped[bool] = column("whether the basis is only borrowed, or its text was not at hand")
    in_force: Mapped[bool] = column("whether it is asked")
    author: Mapped[str] = column("who set it")
    reason: Mapped[str] = column("why")
    valid_from: Mapped[datetime] = column("from when on it counts")


class WarningList(Base):
    """预警名单: what one pass put forward for one division, and, a year later, how it went. 工作秘密; never exported."""

    __tablename__ = "warning_lists"
    __table_args__ = (
        UniqueConstraint("method", "kind", "criterion_id", "division_code", "as_of"),
        CheckConstraint("state <> 'returned' OR decision_reason IS NOT NULL", name="returned_with_reason"),
        CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_by_somebody"),
        Index("ix_warning_lists_state", "state", "id"),
        Index("ix_warning_lists_as_of", "as_of"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    method: Mapped[WarningMethod] = column("three_year, probability, criterion or burst")
    kind: Mapped[WarningKind] = column("site, section, enterprise, employer or cause")
    criterion_id: Mapped[int | None] = column("criterion and version", ForeignKey("warning_criteria.id"), index=True)
    division_code: Mapped[str] = column("GB/T 2260 code of the division it is about; our own where none is known")
    unit_id: Mapped[int] = column("unit that works on it", ForeignKey("organisations.id"), index=True)
    as_of: Mapped[date] = column("accidents up to the end of this day were looked at; the year after it is judged")
    size_m: Mapped[int | None] = column("metres a cell or a section is long; null where units or causes are listed")
    length: Mapped[int] = column("how many warnings it holds: as many as the unit can work on, or fewer")
    base_rate: Mapped[float | None] = column(
        "share of all subjects that see a severe accident in a year; null: too little"
    )
    figures: Mapped[Json] = column(
        "how well such lists did on the unit's own earlier years; empty where there is too little",
        default=dict,
        server_default="{}",
    )
    state: Mapped[ListState] = column("drafted, approved or returned")
    decided_by: Mapped[int | None] = column(
        "leader who decided; null where a rule needs nobody", ForeignKey("users.id")
    )
    decided_at: Mapped[datetime | None] = column("when")
    decision_reason: Mapped[str | None] = column("why it was returned, or what was said")
    made_at: Mapped[datetime] = column("when the pass made it")
    judged_on: Mapped[date | None] = column("day on which the year after it was looked at; null before")
    judged: Mapped[Json] = column(
        "subjects, those with a severe accident, and hits of the same length by the three-year count",
        default=dict,
        server_default="{}",
    )
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")


class RiskWarning(Base):
    """风险预警: one place, section, enterprise, employer or cause that somebody should look at, and why."""

    __tablename__ = "warnings"
    __table_args__ = (
        # The same evidence never warns twice, however often a pass runs.
        UniqueConstraint("origin", "subject_key", "evidence_hash"),
        CheckConstraint("state <> 'dismissed' OR state_reason IS NOT NULL", name="dismissed_with_reason"),
        CheckConstraint("probability >= 0 AND probability <= 1", name="a_probability"),
        CheckConstraint("(hit IS NULL) = (judged_on IS NULL)", name="judged_on_a_day"),
        Index("ix_warnings_live", "state", "id", sqlite_where=LIVE, postgresql_where=LIVE),
        Index("ix_warnings_subject", "origin", "subject_key"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    number: Mapped[str] = column("year and running number, as YJ2026-0001", unique=True)
    list_id: Mapped[int] = column("list", ForeignKey("warning_lists.id"), index=True)
    position: Mapped[int] = column("place in the list, from 1")
    origin: Mapped[str] = column("what warned: the criterion's code, or the method")
    kind: Mapped[WarningKind] = column("site, section, enterprise, employer or cause")
    subject_key: Mapped[str] = column("the subject in one word: a cell, a section, a unit's row or name, a cause")
    title: Mapped[str] = column("the subject as a person reads it")
    division_code: Mapped[str] = column("GB/T 2260 code of the division")
    east_m: Mapped[int | None] = column("a site's corner: metres east on the grid")
    north_m: Mapped[int | None] = column("a site's corner: metres north on the grid")
    size_m: Mapped[int | None] = column("metres a site or section is long")
    road: Mapped[str | None] = column("a section's road, by number or name")
    stake_from_m: Mapped[int | None] = column("metres at which a section begins")
    organisation_id: Mapped[int | None] = column(
        "the enterprise, where it is on our list", ForeignKey("organisations.id"), index=True
    )
    evidence: Mapped[JsonList] = column("rows of registered accidents it rests on, the newest first")
    evidence_hash: Mapped[str] = column("SHA-256 over the sorted evidence")
    evidence_from: Mapped[date] = column("first day that was looked at")
    observed: Mapped[int] = column("accidents seen in those days")
    expected: Mapped[float | None] = column("accidents such a subject would show in them; null: too little is known")
    probability: Mapped[float | None] = column(
        "chance of a severe accident within a year; null where no model carries it"
    )
    state: Mapped[WarningState] = column("drafted, open, proposed, confirmed, dismissed or lapsed")
    state_reason: Mapped[str | None] = column("what was said when it was confirmed, or why it shall be dismissed")
    outcome: Mapped[WarningOutcome | None] = column("what a confirmed one became")
    hazard_id: Mapped[int | None] = column("hazard that is worked on", ForeignKey("hazards.id"), unique=True)
    handled_by: Mapped[int | None] = column("who confirmed it or proposed to dismiss it", ForeignKey("users.id"))
    handled_at: Mapped[datetime | None] = column("when")
    decided_by: Mapped[int | None] = column("leader who approved the dismissal", ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = column("when")
    lapses_on: Mapped[date | None] = column("day from which it lapses where nobody does anything; null once it ended")
    objections: Mapped[JsonList] = column(
        "what the enterprise said against it: {said, by, on, recorded_by}", default=list, server_default="[]"
    )
    judged_on: Mapped[date | None] = column("day on which the year after it was looked at; null before")
    hit: Mapped[bool | None] = column("whether a severe accident happened there within the year; null before")
    happened: Mapped[JsonList] = column("rows of the severe accidents of that year", default=list, server_default="[]")
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")


class PassResult(Base):
    """What one pass computed on one day about one thing; the row without a name says that the pass is done."""

    __tablename__ = "prevention_results"
    __table_args__ = (UniqueConstraint("task", "due_on", "code"),)

    id: Mapped[int] = column("row number", primary_key=True)
    task: Mapped[str] = column("criteria, bursts, screening, judging or effect")
    due_on: Mapped[date] = column("day it was due")
    code: Mapped[str] = column("criterion or kind of measure; empty: the pass as a whole")
    data: Mapped[Json] = column("the figures", default=dict, server_default="{}")
    made_at: Mapped[datetime] = column("when it was computed")
