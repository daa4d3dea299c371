"""Hazards (隐患): told of without an accident, with what was done about each, and the links for who has no account."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column
from models.kernel.vocabulary import (
    HazardGrade,
    HazardSource,
    HazardState,
)


class Hazard(Base):
    """隐患: something at a place or an enterprise that may cost lives, told of without an accident."""

    __tablename__ = "hazards"
    __table_args__ = (
        CheckConstraint("description <> ''", name="described"),
        CheckConstraint("state <> 'dismissed' OR state_reason IS NOT NULL", name="dismissed_with_reason"),
        CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name="a_point_has_both"),
        Index("ix_hazards_state", "state", "id"),
        Index("ix_hazards_grid", "east_m", "north_m"),
        Index("ix_hazards_stake", "road_number", "stake_m"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    hazard_number: Mapped[str] = column("year and running number, as YH2026-0001", unique=True)
    unit_id: Mapped[int | None] = column(
        "our unit in whose territory it lies; null: any of ours", ForeignKey("organisations.id"), index=True
    )
    source: Mapped[HazardSource] = column("lead, grid report, ledger, patrol, warning or case")
    source_key: Mapped[str | None] = column(
        "what the source knows it by: a ledger's number; the same again is the same", unique=True
    )
    description: Mapped[str] = column("what is dangerous, in words")
    severity: Mapped[HazardGrade | None] = column("ordinary or major; null until somebody said")
    division_code: Mapped[str | None] = column("GB/T 2260 code of county or district; null is unknown")
    place: Mapped[str | None] = column("where, in words")
    road_name: Mapped[str | None] = column("name of the road")
    road_number: Mapped[str | None] = column("number of the road, as G318")
    stake: Mapped[str | None] = column("kilometre stake, as K145+370")
    stake_m: Mapped[int | None] = column("the stake in metres from the road's beginning")
    longitude: Mapped[float | None] = column("degrees east, CGCS2000")
    latitude: Mapped[float | None] = column("degrees north, CGCS2000")
    east_m: Mapped[int | None] = column("metres east in its 3-degree zone, the zone's number before them")
    north_m: Mapped[int | None] = column("metres north, and 10,000,000")
    found_on: Mapped[date] = column("day on which it was seen (排查时间)")
    responsible_id: Mapped[int | None] = column("unit that has to mend it", ForeignKey("organisations.id"), index=True)
    responsible_name: Mapped[str | None] = column("that unit as the source says it")
    responsible_person: Mapped[str | None] = column("person there (责任人)")
    funds: Mapped[int | None] = column("money it takes, in whole yuan; null is unknown", BigInteger)
    due_on: Mapped[date | None] = column("day by which it shall be mended (期限)")
    state: Mapped[HazardState] = column("reported, checked, ordered, closed or dismissed")
    state_reason: Mapped[str | None] = column("why it was dismissed, or how it was closed")
    accepted_on: Mapped[date | None] = column("day on which somebody saw that it is mended (验收)")
    photos: Mapped[JsonList] = column(
        "photographs in the store: sha256, name, media_type, size, thumbnail, of (report, check, sketch), at",
        default=list,
        server_default="[]",
    )
    details: Mapped[Json] = column(
        "further facts by name: `reporter`, `ledger` (what a ledger said last), `site_check` (the last one)",
        default=dict,
        server_default="{}",
    )
    reported_by: Mapped[int | None] = column(
        "who entered it; null where it came by a link", ForeignKey("users.id"), index=True
    )
    link_id: Mapped[int | None] = column("link that it came by", ForeignKey("hazard_links.id"), index=True)
    reported_at: Mapped[datetime] = column("when it came in")
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")


class HazardStep(Base):
    """One thing that was done about a hazard: told of, changed, looked at on site, dismissed. Rows are never changed."""

    __tablename__ = "hazard_steps"

    id: Mapped[int] = column("row number", primary_key=True)
    hazard_id: Mapped[int] = column("hazard", ForeignKey("hazards.id"), index=True)
    kind: Mapped[str] = column("what was done, by its kind in the record of the office")
    at: Mapped[datetime] = column("when")
    user_id: Mapped[int | None] = column("who did it; null where nobody was signed in", ForeignKey("users.id"))
    actor_name: Mapped[str] = column("the person's name on that day, or the link's label")
    why: Mapped[str | None] = column("reason, where one was asked for")
    data: Mapped[Json] = column(
        'what was done: changed columns as {"changes": {column: [before, after]}}, the answers of a site check',
        default=dict,
        server_default="{}",
    )


class HazardLink(Base):
    """上报链接: an address by which people without an account tell of hazards. Who has it writes, and reads nothing."""

    __tablename__ = "hazard_links"
    __table_args__ = (
        CheckConstraint("(revoked_at IS NULL) = (revoke_reason IS NULL)", name="revoked_with_reason"),
        CheckConstraint("source IN ('lead', 'grid')", name="of_people_outside"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    token_sha256: Mapped[str] = column("SHA-256 of what the address ends with; the row does not open it", unique=True)
    label: Mapped[str] = column("whom it is given to, in words")
    source: Mapped[HazardSource] = column("what hazards told of by it count as: lead or grid")
    unit_id: Mapped[int] = column("our unit that gets them", ForeignKey("organisations.id"))
    division_code: Mapped[str | None] = column("GB/T 2260 code that hazards told of by it get; null: none")
    made_by: Mapped[int] = column("who made it", ForeignKey("users.id"))
    made_at: Mapped[datetime] = column("when")
    expires_on: Mapped[date] = column("last day on which it opens")
    revoked_at: Mapped[datetime | None] = column("when somebody revoked it")
    revoked_by: Mapped[int | None] = column("who did", ForeignKey("users.id"))
    revoke_reason: Mapped[str | None] = column("why")
