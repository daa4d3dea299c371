"""Records the list of a package's files with their hashes as the last event inside that package, before it is sealed."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.archive.tables import Archive, ArchiveSupplement
from models.case.tables import Case
from models.kernel.act import CAME_IN, Act
from models.kernel.base import Json
from models.kernel.events import record
from models.kernel.tables import Event
from models.papers.rules.package_places import PackageListing

KIND = "package_listed"


def listed_files(session: Session, document_id: int) -> Mapping[str, str] | None:
    """Return the files that the package of a volume lists by their paths; None before it is listed."""
    told = session.scalars(
        select(Event)
        .join(Archive, (Archive.case_id == Event.case_id) & (Archive.chain_length == Event.seq))
        .where(Archive.document_id == document_id, Event.kind == KIND)
    ).one_or_none()
    return None if told is None else told.data["files"]


def keep_listing(
    act: Act, case: Case, package: Archive | ArchiveSupplement, listing: PackageListing, **said: str
) -> None:
    """Record what a package holds as the last event inside it, unless that very list is its last event already."""
    told: Json = {
        "archive_number": package.archive_number,
        **said,
        "files": dict(listing.files),
        "catalogue_sha256": listing.catalogue_sha256,
    }
    last = act.session.scalars(select(Event).where(Event.case_id == case.id, Event.seq == package.chain_length)).one()
    # By which door the worker came says nothing of what lies inside.
    if last.kind == KIND and {key: value for key, value in last.data.items() if key not in CAME_IN} == told:
        return
    event = record(act, case, KIND, **told)
    package.chain_head, package.chain_length = event.hash, event.seq
