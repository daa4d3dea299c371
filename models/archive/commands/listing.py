"""Records the list of a package's files with their hashes as the last event inside that package, before it is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.archive.tables import Archive, ArchiveSupplement
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.events import record
from models.kernel.tables import Event

KIND = "package_listed"


def keep_listing(
    act: Act, case: Case, package: Archive | ArchiveSupplement, listing: Mapping[str, Any], **said: Any
) -> None:
    """Record what a package holds as the last event inside it, unless that very list is its last event already."""
    told = {"archive_number": package.archive_number, **said, **listing}
    last = act.session.scalars(select(Event).where(Event.case_id == case.id, Event.seq == package.chain_length)).one()
    # By which door the worker came says nothing of what lies inside.
    if last.kind == KIND and {key: value for key, value in last.data.items() if key != "door"} == told:
        return
    event = record(act, case, KIND, **told)
    package.chain_head, package.chain_length = event.hash, event.seq
