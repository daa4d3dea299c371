"""The register of accidents (事故台账): one row for each, however little is known of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column
from models.kernel.vocabulary import (
    Exclusion,
    HazardGrade,
    HazardSource,
    HazardState,
    ImportState,
    PartyLiability,
    Procedure,
    QuarantineState,
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


class ImportProfile(Base):
    """导入模板: a version of a profile that an office wrote or changed; the last version is in force."""

    __tablename__ = "import_profiles"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = column("row number", primary_key=True)
    name: Mapped[str] = column("name of the profile")
    version: Mapped[int] = column("number of the version; those that come with the product are number 0")
    text: Mapped[str] = column("the profile as TOML")
    reason: Mapped[str] = column("why it was written or changed")
    author: Mapped[str] = column("account")
    made_at: Mapped[datetime] = column("when")


class ImportRun(Base):
    """导入批次: one file on its way into the register. What was written stands; `position` says where it goes on."""

    __tablename__ = "import_runs"
    __table_args__ = (Index("ix_import_runs_file", "sha256", "profile", "profile_version"),)

    id: Mapped[int] = column("row number", primary_key=True)
    file_name: Mapped[str] = column("name of the file")
    sha256: Mapped[str] = column("hash of the file, which lies in the store")
    file_bytes: Mapped[int] = column("size of the file in bytes", BigInteger)
    profile: Mapped[str] = column("name of the profile")
    profile_version: Mapped[int] = column("its version; 0 is the one that comes with the product")
    source: Mapped[str] = column("source that the profile names", index=True)
    state: Mapped[ImportState] = column("running, done or given up")
    all_or_none: Mapped[bool] = column("whether nothing was to come in where a row was bad")
    shift_reason: Mapped[str | None] = column("why a moved datum was taken in all the same; null where none had moved")
    position: Mapped[int] = column("accidents of the file that are dealt with", default=0)
    rows: Mapped[int] = column("rows of the file that are dealt with", default=0)
    total: Mapped[int] = column("accidents in the file, as counted when it was checked")
    added: Mapped[int] = column("accidents that were new", default=0)
    changed: Mapped[int] = column("accidents of which the file knew something otherwise", default=0)
    unchanged: Mapped[int] = column("accidents that stood there as the file says", default=0)
    repeated: Mapped[int] = column("rows that repeat an earlier one of the file word by word", default=0)
    quarantined: Mapped[int] = column("accidents that were put into quarantine", default=0)
    author: Mapped[str] = column("account that imported it")
    started_at: Mapped[datetime] = column("when it began")
    updated_at: Mapped[datetime] = column("when the last rows were written")
    finished_at: Mapped[datetime | None] = column("when it was done or given up; null while it is under way")


class QuarantinedAccident(Base):
    """隔离的行: an accident of a file that is not in the register, with what is wrong with it, until somebody mends it."""

    __tablename__ = "quarantined_accidents"
    __table_args__ = (
        UniqueConstraint("run_id", "row"),
        Index("ix_quarantined_accidents_state", "state", "id"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    run_id: Mapped[int] = column("import that found it", ForeignKey("import_runs.id"))
    row: Mapped[int] = column("its first row in the file")
    source_key: Mapped[str] = column("what the source knows it by; empty where the file does not say")
    heads: Mapped[JsonList] = column("heads of the file")
    cells: Mapped[JsonList] = column(
        "its rows, each a list of row number and cells; as mended, where somebody mended it"
    )
    faults: Mapped[JsonList] = column("what is wrong: row, column, message and code of each")
    state: Mapped[QuarantineState] = column("open, imported or dropped")
    settled_at: Mapped[datetime | None] = column("when it was imported or dropped; null while it is open")
    settled_by: Mapped[str | None] = column("account that did")
    reason: Mapped[str | None] = column("why it was dropped")


class ImportDifference(Base):
    """What a source says otherwise than the register, where a person or a case set what stands there: it was kept."""

    __tablename__ = "import_differences"
    __table_args__ = (UniqueConstraint("accident_id", "field"),)

    id: Mapped[int] = column("row number", primary_key=True)
    accident_id: Mapped[int] = column("registered accident", ForeignKey("registered_accidents.id"))
    field: Mapped[str] = column("column")
    ours: Mapped[Json] = column('what stands in the register, as {"value": …}')
    theirs: Mapped[Json] = column('what the source says, as {"value": …}')
    run_id: Mapped[int] = column("import that said so last", ForeignKey("import_runs.id"), index=True)
    found_at: Mapped[datetime] = column("when it was first seen")


class EarlierTotal(Base):
    """历史总数: what a span before the register came to, as its source says; a null figure is not known."""

    __tablename__ = "earlier_totals"
    __table_args__ = (
        UniqueConstraint("division_code", "since", "until"),
        CheckConstraint("since <= until", name="ends_after_it_begins"),
        CheckConstraint(
            "accidents >= 0 AND deaths >= 0 AND injured >= 0 AND property_loss >= 0 "
            "AND fatal_accidents >= 0 AND severe_accidents >= 0",
            name="not_negative",
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    division_code: Mapped[str] = column("GB/T 2260 code of the division that it is of")
    since: Mapped[date] = column("first day")
    until: Mapped[date] = column("last day")
    accidents: Mapped[int | None] = column("accidents; null is unknown")
    deaths: Mapped[int | None] = column("dead within 7 days; null is unknown")
    injured: Mapped[int | None] = column("injured; null is unknown")
    property_loss: Mapped[int | None] = column("直接财产损失 in whole yuan; null is unknown", BigInteger)
    fatal_accidents: Mapped[int | None] = column("accidents that cost a life; null is unknown")
    severe_accidents: Mapped[int | None] = column("accidents that cost three lives or more; null is unknown")
    basis: Mapped[str] = column("where the figures are taken from")
    entered_by: Mapped[int | None] = column("who entered them", ForeignKey("users.id"))
    entered_at: Mapped[datetime] = column("when")
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")


class Denominator(Base):
    """统计基数: vehicles and residents of a division in a year, by which deaths are divided."""

    __tablename__ = "denominators"
    __table_args__ = (
        UniqueConstraint("division_code", "year"),
        CheckConstraint("vehicles > 0 AND residents > 0", name="more_than_none"),
        CheckConstraint("vehicles IS NOT NULL OR residents IS NOT NULL", name="one_is_known"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    division_code: Mapped[str] = column("GB/T 2260 code of the division")
    year: Mapped[int] = column("year")
    vehicles: Mapped[int | None] = column("机动车保有量; null is unknown")
    with_motorcycles: Mapped[bool] = column("whether motorcycles are among the vehicles")
    with_motorways: Mapped[bool] = column("whether deaths on motorways are divided by them too")
    residents: Mapped[int | None] = column("常住人口; null is unknown")
    basis: Mapped[str] = column("where the figures are taken from")
    entered_by: Mapped[int | None] = column("who entered them", ForeignKey("users.id"))
    entered_at: Mapped[datetime] = column("when")
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")


class MonthClosing(Base):
    """月度关账: a month as it was counted and as the official statistics have it, frozen together."""

    __tablename__ = "month_closings"

    id: Mapped[int] = column("row number", primary_key=True)
    month: Mapped[date] = column("first day of the month", unique=True)
    official: Mapped[Json] = column("the official totals by indicator; null is not published")
    counted: Mapped[Json] = column("what the register came to at the closing, by indicator; null is unknown")
    basis: Mapped[str] = column("where the official totals are taken from")
    note: Mapped[str | None] = column("why the two differ, where they do")
    closed_by: Mapped[int | None] = column("who closed it", ForeignKey("users.id"))
    closed_at: Mapped[datetime] = column("when")
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")


class DistinctAccidents(Base):
    """Two rows of the register of which a person said that they are two accidents: they are not proposed as one again."""

    __tablename__ = "distinct_accidents"
    __table_args__ = (CheckConstraint("first_id < second_id", name="in_order"),)

    first_id: Mapped[int] = column("the one", ForeignKey("registered_accidents.id"), primary_key=True)
    second_id: Mapped[int] = column("the other", ForeignKey("registered_accidents.id"), primary_key=True, index=True)
    reason: Mapped[str] = column("what tells them apart")
    decided_by: Mapped[int] = column("who said so", ForeignKey("users.id"))
    decided_at: Mapped[datetime] = column("when")


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
