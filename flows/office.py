"""Context of every flow: database, settings, file store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from models.kernel.act import Act, acting
from models.kernel.database import Database
from models.kernel.errors import Invalid
from models.kernel.files import FileStore
from models.kernel.policy import SYSTEM
from models.kernel.privacy import owner_only
from models.kernel.schema_version import other_schema
from models.kernel.settings import Settings
from models.kernel.time import wall_clock


@dataclass(frozen=True, slots=True)
class Office:
    """One installation at work."""

    database: Database
    settings: Settings
    files: FileStore

    @contextmanager
    def acting(self, at: datetime) -> Iterator[Act]:
        """Open a transaction of the system itself, which can approve, sign and close nothing."""
        with acting(self.database, self.settings, SYSTEM.account, at) as act:
            yield act

    @contextmanager
    def looking(self, at: datetime) -> Iterator[Act]:
        """Give the system an act that ends without a trace: what it would do can be asked, and nothing is locked."""
        with self.database.reading() as session:
            yield Act(session, SYSTEM, at, self.settings)


_present: ContextVar[Office] = ContextVar("office")


@contextmanager
def office_of(settings: Settings) -> Iterator[Office]:
    """Open the office that the settings describe, and close its database at the end."""
    database = Database(settings.database, create=False)
    try:
        other = other_schema(database.engine)
        if other is not None:
            raise other
        yield Office(database, settings, FileStore(settings.files))
    finally:
        database.close()


@contextmanager
def present(office: Office) -> Iterator[Office]:
    """Let the flows that are called in this block work in `office`."""
    token = _present.set(office)
    try:
        yield office
    finally:
        _present.reset(token)


@contextmanager
def at_work() -> Iterator[Office]:
    """Give a flow its office: the caller's, or the environment's where Prefect itself started the run.

    So a flow takes nothing but plain values, which Prefect can show, store and start it with.
    """
    office = _present.get(None)
    if office is not None:
        yield office
    else:
        with owner_only(), office_of(Settings()) as own, present(own):
            yield own


def moment(as_of: str | None) -> datetime:
    """Return an ISO moment as given to a flow; without one the present. Raises Invalid where no time zone is given."""
    if as_of is None:
        return wall_clock()
    try:
        at = datetime.fromisoformat(as_of)
    except ValueError as error:
        raise Invalid(f"“{as_of}”不是 ISO 格式的时间。", code="not_iso") from error
    if at.tzinfo is None:
        raise Invalid(f"时间“{as_of}”没有时区，请写成 2026-03-05T09:00:00+08:00。", code="no_zone")
    return at
