"""Volumes as archivists look for them: by number, case, words, year, retention and unit; one with catalogue and seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    ScalarSelect,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.archive.tables import Archive, ArchiveDisposal, ArchiveItem, ArchiveSupplement
from models.case.tables import Case
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid, NotFound, WrongStage
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import in_territory, visible_cases, visible_documents
from models.kernel.tables import CheckpointEnd
from models.kernel.vocabulary import Role, Stage
from models.office.tables import Organisation, User
from models.papers.rules.retention import Retention
from models.papers.tables import Document

NEVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; nothing given finds every volume. `due` finds what is to be appraised by that day."""

    words: str | None = None
    year: int | None = None
    retention: Retention | None = None
    unit: int | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class ArchiveShown:
    """A volume as lists show it; `keep_until` None is for ever, `key` is where the next page begins."""

    id: int
    archive_number: str
    version: int
    retention: Retention
    keep_until: date | None
    shelf_place: str | None
    archived_at: datetime
    package_path: str | None
    manifest_sha256: str | None
    item_count: int | None
    packed_at: datetime | None
    reopened_at: datetime | None
    reopened_reason: str | None
    destroyed_at: datetime | None
    case_number: str
    title: str
    paper: str
    restricted: bool
    unit: str
    archived_by: str
    key: str


@dataclass(frozen=True, slots=True)
class ItemShown:
    """A line of a volume's catalogue."""

    position: int
    responsible: str
    number: str | None
    title: str
    dated: date | None
    pages: int | None
    note: str | None
    path: str


@dataclass(frozen=True, slots=True)
class SupplementShown:
    """What was added to a volume after it was sealed."""

    archive_number: str
    title: str
    responsible: str
    dated: date | None
    reason: str
    added_at: datetime
    package_path: str | None
    manifest_sha256: str | None
    packed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArchiveOpened:
    """One volume with its catalogue and supplements."""

    archive: ArchiveShown
    items: list[ItemShown]
    supplements: list[SupplementShown]


def destroyed_at() -> ScalarSelect[datetime | None]:
    """When a volume was destroyed with all of its case; null for one that is kept."""
    mine, volume = aliased(Archive), aliased(ArchiveDisposal)
    return (
        select(func.max(volume.destroyed_at))
        .join(mine, mine.id == volume.archive_id)
        .where(mine.case_id == Archive.case_id)
        .correlate(Archive)
        .scalar_subquery()
    )


_SHOWN = (
    Archive.id,
    Archive.archive_number,
    Archive.version,
    Archive.retention,
    Archive.keep_until,
    Archive.shelf_place,
    Archive.archived_at,
    Archive.package_path,
    Archive.manifest_sha256,
    Archive.item_count,
    Archive.packed_at,
    Archive.reopened_at,
    Archive.reopened_reason,
    destroyed_at().label("destroyed_at"),
    Case.case_number,
    Case.title,
    Document.ref.label("paper"),
    Document.restricted,
    Organisation.name.label("unit"),
    User.name.label("archived_by"),
)


def archive_list(
    session: Session, actor: Actor, sought: Sought, *, after: str | None = None, limit: int = 50
) -> list[ArchiveShown]:
    """Return up to `limit` volumes that the actor may see, the latest first; those to be appraised, the first due first.

    `words` are part of the 档号, of a case number or of a title. `after` is the `key` of the last one shown. Raises
    Invalid for a key that is none. One statement.
    """
    query = _volumes(actor).with_only_columns(*_SHOWN).limit(limit)
    if sought.words:
        query = query.where(
            or_(
                Archive.archive_number.contains(sought.words, autoescape=True),
                Case.case_number.contains(sought.words, autoescape=True),
                Case.title.contains(sought.words, autoescape=True),
            )
        )
    if sought.year is not None:
        first, last = (datetime(year, 1, 1, tzinfo=SHANGHAI) for year in (sought.year, sought.year + 1))
        query = query.where(Archive.archived_at >= first.astimezone(UTC), Archive.archived_at < last.astimezone(UTC))
    if sought.retention is not None:
        query = query.where(Archive.retention == sought.retention.value)
    if sought.unit is not None:
        query = query.where(Case.unit_id == sought.unit)
    if sought.due is not None:
        query = query.where(Archive.keep_until <= sought.due, destroyed_at().is_(None)).order_by(
            Archive.keep_until, Archive.id
        )
    else:
        query = query.order_by(Archive.id.desc())
    if after is not None:
        query = query.where(_beyond(after, due=sought.due is not None))
    return [_shown(row) for row in session.execute(query).mappings()]


@dataclass(frozen=True, slots=True)
class EndedCase:
    """A case that was ended before its time and has no volume yet."""

    case_number: str
    title: str
    reason: str | None
    closed_at: datetime | None


def ended_unarchived(session: Session, actor: Actor, *, limit: int = 200) -> list[EndedCase]:
    """Return the cases of the archivist's territory that were ended, went into no other case, and are not archived, the
    latest first. One statement."""
    in_force = select(Archive.case_id).where(Archive.reopened_at.is_(None))
    rows = session.execute(
        select(Case.case_number, Case.title, Case.stage_reason, Case.closed_at)
        .where(
            keeper(actor),
            visible_cases(actor),
            Case.stage == Stage.DISCONTINUED,
            Case.merged_into_id.is_(None),
            Case.id.not_in(in_force),
        )
        .order_by(Case.id.desc())
        .limit(limit)
    )
    return [EndedCase(*row) for row in rows]


def archive_shown(session: Session, actor: Actor, number: str) -> ArchiveOpened:
    """Return one volume with its catalogue and supplements. Raises NotFound, also for what the actor may not see.

    Three statements. The catalogue of a volume with restricted papers is for those on the volume's list.
    """
    query = _volumes(actor).with_only_columns(*_SHOWN).where(Archive.archive_number == number)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(f"没有档号为“{number}”的案卷，或您无权查看。", code="archive_not_found")
    items = session.execute(
        select(
            ArchiveItem.position,
            ArchiveItem.responsible,
            ArchiveItem.number,
            ArchiveItem.title,
            ArchiveItem.dated,
            ArchiveItem.pages,
            ArchiveItem.note,
            ArchiveItem.path,
        )
        .where(ArchiveItem.archive_id == row["id"])
        .order_by(ArchiveItem.position)
    )
    supplements = session.execute(
        select(
            ArchiveSupplement.archive_number,
            ArchiveSupplement.title,
            ArchiveSupplement.responsible,
            ArchiveSupplement.dated,
            ArchiveSupplement.reason,
            ArchiveSupplement.added_at,
            ArchiveSupplement.package_path,
            ArchiveSupplement.manifest_sha256,
            ArchiveSupplement.packed_at,
        )
        .where(ArchiveSupplement.archive_id == row["id"])
        .order_by(ArchiveSupplement.position)
    )
    return ArchiveOpened(
        _shown(row), [ItemShown(*item) for item in items], [SupplementShown(*supplement) for supplement in supplements]
    )


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was recorded of a package when it was sealed: its folder, hash of the manifest, last event, items."""

    path: str
    manifest_sha256: str
    chain_head: str
    chain_length: int
    items: int


def packages_under(session: Session, checkpoint: int) -> list[str]:
    """Return the folders of the sealed packages whose chain ended in a checkpoint. For the system: one statement."""
    ends = select(CheckpointEnd.head).where(CheckpointEnd.number == checkpoint)
    volumes = select(Archive.package_path).where(Archive.packed_at.is_not(None), Archive.chain_head.in_(ends))
    supplements = select(ArchiveSupplement.package_path).where(
        ArchiveSupplement.packed_at.is_not(None), ArchiveSupplement.chain_head.in_(ends)
    )
    return [path for path in session.scalars(union_all(volumes, supplements)) if path is not None]


def package_of(session: Session, actor: Actor, number: str) -> Sealed:
    """Return what is on record of a sealed package, a volume's or a supplement's, as a person may take it away.

    Raises NotFound for what the actor may not see and for what is not sealed yet, WrongStage for what was destroyed. One
    statement.
    """
    supplement = aliased(ArchiveSupplement)
    query = (
        _volumes(actor)
        .outerjoin(supplement, and_(supplement.archive_id == Archive.id, supplement.archive_number == number))
        .where(or_(Archive.archive_number == number, supplement.id.is_not(None)))
        .with_only_columns(
            Archive.package_path,
            Archive.manifest_sha256,
            Archive.chain_head,
            Archive.chain_length,
            Archive.item_count,
            supplement.package_path.label("supplement_path"),
            supplement.manifest_sha256.label("supplement_manifest"),
            supplement.chain_head.label("supplement_head"),
            supplement.chain_length.label("supplement_length"),
            supplement.id.label("supplement"),
            destroyed_at().label("destroyed_at"),
        )
    )
    row = session.execute(query).one_or_none()
    if row is not None and row.destroyed_at is not None:
        raise WrongStage(f"档号“{number}”的档案已销毁，目录和销毁记录保留。", code="destroyed")
    if row is not None and row.supplement is None and row.manifest_sha256 is not None:
        return Sealed(row.package_path, row.manifest_sha256, row.chain_head, row.chain_length, row.item_count or 0)
    if row is not None and row.supplement is not None and row.supplement_manifest is not None:
        manifest, head, length = row.supplement_manifest, row.supplement_head, row.supplement_length
        return Sealed(row.supplement_path, manifest, head, length, 1)
    raise NotFound(f"没有档号为“{number}”的已封装档案包，或您无权查看。", code="package_not_found")


def keeper(actor: Actor) -> ColumnElement[bool]:
    """Cases whose volumes the actor keeps."""
    if actor.has(Role.SYSTEM):
        return true()
    return in_territory(actor, Case.__table__.c.unit_id) if actor.has(Role.ARCHIVIST) else false()


def _volumes(actor: Actor) -> Select[int]:
    """Volumes of the archivist's territory whose paper this one may see: one with restricted papers has a list."""
    return (
        select(Archive.id)
        .join(Case, Case.id == Archive.case_id)
        .join(Document, Document.id == Archive.document_id)
        .join(Organisation, Organisation.id == Case.unit_id)
        .join(User, User.id == Archive.archived_by)
        .where(keeper(actor), visible_documents(actor))
    )


def _shown(row: RowMapping) -> ArchiveShown:
    told = {**row, "retention": Retention(row["retention"])}
    return ArchiveShown(**told, key=f"{row['keep_until'] or NEVER}/{row['id']}")


def _beyond(after: str, *, due: bool) -> ColumnElement[bool]:
    try:
        day, number = after.split("/")
        last, row = date.fromisoformat(day), int(number)
    except ValueError as error:
        raise Invalid("翻页标记有误，请从第一页重新打开。", code="bad_key") from error
    return tuple_(Archive.keep_until, Archive.id) > tuple_(literal(last), literal(row)) if due else Archive.id < row
