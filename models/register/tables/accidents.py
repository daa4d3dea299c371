"""The register of accidents (事故台账): one row for each, however little is known of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column
from models.kernel.vocabulary import (
    Exclusion,
    PartyLiability,
    Procedure,
)

COUNTED = text("exclusion IS NULL")
UNCOUNTED = text("exclusion IS NOT NULL")
FATAL = text("exclusion IS NULL AND deaths > 0")
INVESTIGATED = text("exclusion IS NULL AND accident_id IS NOT NULL")


class RegisteredAccident(Base):
    """An accident as statistics count it. What an investigation finds out stands in `Accident`, which it names.

    Deaths that count are those within 7 days; unknown is null and never 0.
    """

    __tablename__ = "registered_accidents"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint("deaths >= 0", name="deaths_not_negative"),
        CheckConstraint("serious >= 0 AND light >= 0 AND injured_unspecified >= 0", name="injured_not_negative"),
        CheckConstraint("property_loss >= 0", name="property_loss_not_negative"),
        CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name="a_point_has_both"),
        CheckConstraint("(east_m IS NULL) = (north_m IS NULL)", name="a_grid_point_has_both"),
        CheckConstraint("exclusion <> 'merged' OR merged_into_id IS NOT NULL", name="merged_into_another"),
        CheckConstraint(
            "merged_into_id IS NULL OR (exclusion IS NOT NULL AND merged_into_id <> id)", name="counted_once"
        ),
        CheckConstraint("hour >= 0 AND hour <= 23", name="hour_of_a_day"),
        # What figures, lists and the grid ask: the counted ones of a span of days.
        Index("ix_registered_accidents_day", "occurred_on", "id", sqlite_where=COUNTED, postgresql_where=COUNTED),
        # What figures add up, so that a year is read off the index alone. No free text: PostgreSQL indexes no long one.
        Index(
            "ix_registered_accidents_figures",
            "occurred_on",
            "procedure",
            "deaths",
            "serious",
            "light",
            "injured_unspecified",
            "property_loss",
            "unit_id",
            "division_code",
            "hour",
            "weekday",
            "exclusion",
            sqlite_where=COUNTED,
            postgresql_where=COUNTED,
        ),
        # The few among the many: the fatal ones, those with a case, those that are not counted.
        Index("ix_registered_accidents_fatal", "occurred_on", "id", sqlite_where=FATAL, postgresql_where=FATAL),
        Index(
            "ix_registered_accidents_investigated",
            "occurred_on",
            "id",
            sqlite_where=INVESTIGATED,
            postgresql_where=INVESTIGATED,
        ),
        Index(
            "ix_registered_accidents_uncounted", "occurred_on", "id", sqlite_where=UNCOUNTED, postgresql_where=UNCOUNTED
        ),
        Index("ix_registered_accidents_number", "accident_number"),
        Index("ix_registered_accidents_road", "road_name", "occurred_on"),
        # What happened at this place, or on this section?
        # It ends with what the grid leaves out, so that a million cells are counted from the index alone.
        Index("ix_registered_accidents_grid", "east_m", "north_m", "exclusion"),
        Index("ix_registered_accidents_stake", "road_number", "stake_m"),
        Index("ix_registered_accidents_division_day", "division_code", "occurred_on"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    source: Mapped[str] = column("where it comes from: `case`, `hand`, or the name that an import's profile gives")
    source_key: Mapped[str] = column("what the source knows it by; the same key again is the same accident")
    accident_number: Mapped[str | None] = column("事故编号 of the police's own system")
    title: Mapped[str | None] = column("how it is called, where somebody called it")
    occurred_at: Mapped[datetime] = column("when it happened; midnight where only the day is known")
    occurred_on: Mapped[date] = column("its day in local time: what periods are counted by")
    hour: Mapped[int | None] = column("hour of that day, 0 to 23; null where only the day is known")
    weekday: Mapped[int] = column("day of the week, 1 Monday to 7 Sunday")
    division_code: Mapped[str | None] = column("territory: GB/T 2260 code of county or district; null is unknown")
    jurisdiction: Mapped[str | None] = column("管辖: unit that handles it, as the source says (GLBM)")
    unit_id: Mapped[int | None] = column(
        "that unit, where it is one of ours", ForeignKey("organisations.id"), index=True
    )
    procedure: Mapped[Procedure | None] = column("general or simple; null where the source does not say")
    place: Mapped[str | None] = column("where, in words")
    road_name: Mapped[str | None] = column("name of the road")
    road_number: Mapped[str | None] = column("number of the road, as G318")
    road_class: Mapped[str | None] = column("class of the road, in words")
    stake: Mapped[str | None] = column("kilometre stake, as K145+370")
    stake_m: Mapped[int | None] = column("the stake in metres from the road's beginning")
    junction: Mapped[str | None] = column("kind of junction or section, in words")
    alignment: Mapped[str | None] = column("alignment of the road, in words")
    longitude: Mapped[float | None] = column("degrees east, CGCS2000")
    latitude: Mapped[float | None] = column("degrees north, CGCS2000")
    east_m: Mapped[int | None] = column("metres east in its 3-degree zone, the zone's number before them (rules/grid)")
    north_m: Mapped[int | None] = column("metres north, and 10,000,000 (rules/grid)")
    weather: Mapped[str | None] = column("weather, in words")
    light_condition: Mapped[str | None] = column("light, in words")
    pattern: Mapped[str | None] = column("事故形态, in words")
    cause: Mapped[str | None] = column("认定原因, in words")
    escaped: Mapped[bool | None] = column("whether somebody fled; null is unknown")
    secondary: Mapped[bool | None] = column("whether it followed from another accident; null is unknown")
    deaths: Mapped[int | None] = column("dead within 7 days; null is unknown")
    deaths_at_scene: Mapped[int | None] = column("dead at the scene; null is unknown")
    deaths_after_rescue: Mapped[int | None] = column("dead after failed rescue; null is unknown")
    deaths_24h: Mapped[int | None] = column("dead within 24 hours; null is unknown")
    deaths_3d: Mapped[int | None] = column("dead within 3 days; null is unknown")
    deaths_7d: Mapped[int | None] = column("dead within 7 days, as the source splits them; null is unknown")
    deaths_30d: Mapped[int | None] = column("dead within 30 days; null is unknown")
    missing: Mapped[int | None] = column("missing; null is unknown")
    serious: Mapped[int | None] = column("seriously injured; null is unknown")
    light: Mapped[int | None] = column("lightly injured; null is unknown")
    injured_unspecified: Mapped[int | None] = column("injured of unknown severity; null is none such or unknown")
    property_loss: Mapped[int | None] = column("直接财产损失 in whole yuan; null is unknown", BigInteger)
    vehicles: Mapped[int | None] = column("number of vehicles; null is unknown")
    details: Mapped[Json] = column("further columns of the source by their names", default=dict, server_default="{}")
    exclusion: Mapped[Exclusion | None] = column("why figures do not count it; null where they do")
    exclusion_reason: Mapped[str | None] = column("the reason in words, where a person said so")
    merged_into_id: Mapped[int | None] = column(
        "row of the same accident that counts", ForeignKey("registered_accidents.id"), index=True
    )
    accident_id: Mapped[int | None] = column(
        "the accident of a case, where it is investigated", ForeignKey("accidents.id"), unique=True
    )
    edited: Mapped[JsonList] = column(
        "columns that a person set: no import changes them", default=list, server_default="[]"
    )
    source_updated_at: Mapped[datetime | None] = column("when the source changed it last (GXSJ), where it says so")
    recorded_at: Mapped[datetime] = column("when it came into the register")
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")


class RegisteredParty(Base):
    """A party of a registered accident: a vehicle with who drove and who owns it, or somebody on foot. No names of persons."""

    __tablename__ = "registered_parties"
    __table_args__ = (UniqueConstraint("accident_id", "position"),)

    id: Mapped[int] = column("row number", primary_key=True)
    accident_id: Mapped[int] = column("registered accident", ForeignKey("registered_accidents.id"))
    position: Mapped[int] = column("order among the parties, from 1")
    role: Mapped[str | None] = column("part in the accident, in words (RYLX)")
    plate: Mapped[str | None] = column("number plate", index=True)
    vehicle_kind: Mapped[str | None] = column("kind of vehicle, in words")
    vehicle_use: Mapped[str | None] = column("what it was used for, in words")
    owner_name: Mapped[str | None] = column("enterprise that owns or operates it, as the source says")
    owner_id: Mapped[int | None] = column(
        "that enterprise, where it is on our list", ForeignKey("organisations.id"), index=True
    )
    employer_name: Mapped[str | None] = column("employer of the driver, as the source says")
    liability: Mapped[PartyLiability | None] = column("full, main, equal, minor or none; null is unknown (SGZR)")
    injury: Mapped[str | None] = column("what happened to the person, in words (SHCD)")
    years_driving: Mapped[int | None] = column("years since the first licence (JL); null is unknown")
    details: Mapped[Json] = column("further columns of the source by their names", default=dict, server_default="{}")


class RegisterChange(Base):
    """One column of one registered accident that was changed after it had come: by a person, or by a later import."""

    __tablename__ = "register_changes"

    id: Mapped[int] = column("row number", primary_key=True)
    accident_id: Mapped[int] = column("registered accident", ForeignKey("registered_accidents.id"), index=True)
    field: Mapped[str] = column("column")
    before: Mapped[Json] = column('what stood there, as {"value": …}')
    after: Mapped[Json] = column('what stands there now, as {"value": …}')
    changed_at: Mapped[datetime] = column("when")
    changed_by: Mapped[int | None] = column(
        "who changed it; null where an import or a case did", ForeignKey("users.id")
    )
    reason: Mapped[str] = column("why, or which import or case it followed")


class DistinctAccidents(Base):
    """Two rows of the register of which a person said that they are two accidents: they are not proposed as one again."""

    __tablename__ = "distinct_accidents"
    __table_args__ = (CheckConstraint("first_id < second_id", name="in_order"),)

    first_id: Mapped[int] = column("the one", ForeignKey("registered_accidents.id"), primary_key=True)
    second_id: Mapped[int] = column("the other", ForeignKey("registered_accidents.id"), primary_key=True, index=True)
    reason: Mapped[str] = column("what tells them apart")
    decided_by: Mapped[int] = column("who said so", ForeignKey("users.id"))
    decided_at: Mapped[datetime] = column("when")
