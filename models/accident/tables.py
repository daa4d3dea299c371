"""The accident: when, where, who and what was lost."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, validates

from models.accident.rules.places import stake_metres
from models.kernel.base import Base, Json, JsonList, column, counted, entered
from models.kernel.record.event_chain import GENESIS
from models.kernel.storage.sealed_columns import Marked, Sealed, SealedJson
from models.kernel.vocabulary import PersonOutcome, PersonRole


class Accident(Base):
    """One road accident; the police system's own number is the duplicate key, else time, division and place."""

    __tablename__ = "accidents"
    __table_args__ = (
        UniqueConstraint("occurred_at", "division_code", "place"),
        # Asked when an accident is filed: what happened near here, or on this road, before?
        Index("ix_accidents_position", "latitude", "longitude"),
        Index("ix_accidents_road_name", "road_name", "division_code"),
        Index("ix_accidents_road_stake", "road_number", "stake_m"),
        # Asked beside a case: what else of the same cause happened in this district, the newest first?
        Index("ix_accidents_division_time", "division_code", "occurred_at"),
        CheckConstraint("deaths >= 0", name="deaths_not_negative"),
        CheckConstraint("serious_injuries >= 0", name="serious_injuries_not_negative"),
        CheckConstraint("minor_injuries >= 0", name="minor_injuries_not_negative"),
        CheckConstraint("injured_unspecified >= 0", name="injured_unspecified_not_negative"),
        CheckConstraint("economic_loss >= 0", name="economic_loss_not_negative"),
        CheckConstraint("property_loss >= 0", name="property_loss_not_negative"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    accident_number: Mapped[str | None] = column("事故编号 of the police's own system", unique=True)
    title: Mapped[str] = column("how the accident is called")
    occurred_at: Mapped[datetime] = column("when it happened", index=True)
    division_code: Mapped[str] = column("GB/T 2260 code of the county or district")
    place: Mapped[str] = column("where, in words")
    road_name: Mapped[str | None] = column("name of the road")
    road_number: Mapped[str | None] = column("number of the road, as G318")
    stake: Mapped[str | None] = column("kilometre stake, as K145+370")
    stake_m: Mapped[int | None] = column("the stake in metres from the road's beginning; null for what is no stake")
    road_class: Mapped[str | None] = column("class of the road, in words")
    longitude: Mapped[float | None] = column("degrees east, in CGCS2000 where the datum is known")
    latitude: Mapped[float | None] = column("degrees north, in CGCS2000 where the datum is known")
    weather: Mapped[str | None] = column("weather, in words")
    light: Mapped[str | None] = column("light, in words")
    pattern: Mapped[str | None] = column("事故形态, in words")
    deaths: Mapped[int | None] = column("deaths that count for the grade; null is unknown")
    serious_injuries: Mapped[int | None] = column("serious injuries; null is unknown")
    minor_injuries: Mapped[int | None] = column("minor injuries; null is unknown")
    injured_unspecified: Mapped[int | None] = column("injured of unknown severity; null is unknown")
    economic_loss: Mapped[int | None] = column(
        "直接经济损失 in whole yuan, bears on the grade; null is unknown; to the fen in the details", BigInteger
    )
    property_loss: Mapped[int | None] = column(
        "直接财产损失 in whole yuan, one of the four indices; null is unknown; to the fen in the details", BigInteger
    )
    production_safety: Mapped[bool | None] = column("是否生产安全事故; null where not decided")
    investigated_by: Mapped[str | None] = column("body that investigates under 令493 art. 19")
    summary: Mapped[str] = column("what happened")
    source_title: Mapped[str | None] = column("title of the intake's source")
    details: Mapped[Json] = entered()
    versions: Mapped[Json] = counted()
    last_seq: Mapped[int] = column("number of the last event of its own chain", default=0, server_default="0")
    last_hash: Mapped[str] = column("hash of the last event of its own chain", default=GENESIS, server_default=GENESIS)

    @property
    def stream_name(self) -> str:
        """Return what its events are hashed with: no number of a case, and not the 事故编号, which may come later."""
        return f"accident/{self.id}"

    @validates("stake")
    def _measure_stake(self, _name: str, stake: str | None) -> str | None:
        """Keep the metres beside the words: an index can answer for a section of a road only in metres."""
        self.stake_m = stake_metres(stake)
        return stake


class LaterDeath(Base):
    """A death after the accident day."""

    __tablename__ = "later_deaths"

    id: Mapped[int] = column("row number", primary_key=True)
    accident_id: Mapped[int] = column("accident", ForeignKey("accidents.id"), index=True)
    died_on: Mapped[date] = column("day of death")
    counted: Mapped[bool] = column("whether it is among the deaths that count for the grade")
    note: Mapped[str | None] = column("remark")
    recorded_at: Mapped[datetime] = column("when it was recorded")


class Vehicle(Base):
    """A vehicle of the accident."""

    __tablename__ = "vehicles"
    __table_args__ = (UniqueConstraint("accident_id", "ref"),)

    id: Mapped[int] = column("row number", primary_key=True)
    accident_id: Mapped[int] = column("accident", ForeignKey("accidents.id"))
    ref: Mapped[str] = column("short name inside the case, as V1")
    plate: Mapped[str | None] = column("number plate", index=True)
    type: Mapped[str | None] = column("type of vehicle, in words")
    usage: Mapped[str | None] = column("what it was used for, in words")
    owner_id: Mapped[int | None] = column("owner or operator", ForeignKey("organisations.id"), index=True)
    approved_load_kg: Mapped[int | None] = column("approved load in kg")
    actual_load_kg: Mapped[int | None] = column("actual load in kg")
    approved_persons: Mapped[int | None] = column("approved number of persons")
    actual_persons: Mapped[int | None] = column("actual number of persons")
    speed_kmh: Mapped[float | None] = column("speed in km/h")
    speed_limit_kmh: Mapped[float | None] = column("speed limit in km/h")
    defects: Mapped[JsonList] = column("what was wrong with it, in words")
    details: Mapped[Json] = entered()
    versions: Mapped[Json] = counted()


class Person(Base):
    """A person of the accident or of the duty behind it."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("accident_id", "ref"),)

    id: Mapped[int] = column("row number", primary_key=True)
    accident_id: Mapped[int] = column("accident", ForeignKey("accidents.id"))
    ref: Mapped[str] = column("short name inside the case, as P1")
    name: Mapped[str | None] = column("name")
    role: Mapped[PersonRole] = column("part in the accident or the duty")
    vehicle_id: Mapped[int | None] = column("vehicle the person was in", ForeignKey("vehicles.id"))
    organisation_id: Mapped[int | None] = column(
        "unit the person belongs to", ForeignKey("organisations.id"), index=True
    )
    position: Mapped[str | None] = column("post, in words")
    outcome: Mapped[PersonOutcome] = column("what happened to the person")
    id_number: Mapped[str | None] = column(
        "identity number (GB 11643), sealed by a key outside the database; masked on reading",
        Sealed("people.id_number"),
    )
    id_mark: Mapped[str | None] = column(
        "keyed hash of the identity number: equal ones are found by it", Marked(), index=True
    )
    user_id: Mapped[int | None] = column(
        "account of this very person, where it is one of ours", ForeignKey("users.id"), index=True
    )
    details: Mapped[Json] = column(
        "facts by field, as the sheet declares them; personal ones sealed by a key outside the database",
        SealedJson("people.details"),
        default=dict,
        server_default=text("'{}'"),
    )
    versions: Mapped[Json] = counted()

    @validates("id_number")
    def _mark(self, _name: str, number: str | None) -> str | None:
        """Keep the mark beside the number: nothing else can be compared."""
        self.id_mark = number
        return number


class CodeEntry(Base):
    """One word of a code table (代码表) of the sheets: ours, as changed, or one that an administrator added.

    What no row speaks of is as the sheets declare it.
    """

    __tablename__ = "code_entries"
    __table_args__ = (
        UniqueConstraint("list", "value"),
        CheckConstraint("label <> ''", name="labelled"),
        CheckConstraint("valid_until >= valid_from", name="ends_after_it_begins"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    list: Mapped[str] = column("code table, by the field that it is for, as team.role")
    value: Mapped[str] = column("what is stored")
    label: Mapped[str] = column("what the office calls it")
    aliases: Mapped[JsonList] = column("other words that mean it")
    standard: Mapped[str | None] = column("standard that has it, as GB/T 2261.1; null where we know of none")
    standard_code: Mapped[str | None] = column("its code in that standard")
    valid_from: Mapped[date | None] = column("first day on which it is offered; null for always")
    valid_until: Mapped[date | None] = column("first day on which it is offered no more; null while it is")
    reason: Mapped[str | None] = column("why it was added or retired; null for ours")
    changed_by: Mapped[int | None] = column("who changed it last; null for ours", ForeignKey("users.id"))
    changed_at: Mapped[datetime] = column("when")
    version: Mapped[int] = column("number of the change of all tables that it came with", index=True)
