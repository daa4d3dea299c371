"""The installation that every flow works in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from importlib.metadata import version

from flows.untold import Untold
from models.kernel.calendar.time import wall_clock
from models.kernel.errors import Invalid
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.storage.privacy import owner_only
from models.kernel.storage.schema_version import other_schema

log = logging.getLogger("shencha.flows")
SOFTWARE = f"深查 {version('shencha')}"
"""What a package says sealed it."""

_present: ContextVar[Installation] = ContextVar("installation")


@contextmanager
def open_for_work(settings: Settings) -> Iterator[Installation]:
    """Open the installation that the settings describe, and close its database at the end."""
    database = Database(settings.database, create=False)
    try:
        other = other_schema(database.engine)
        if other is not None:
            raise other
        yield Installation(settings, database)
    finally:
        database.close()


@contextmanager
def working_in(installation: Installation) -> Iterator[Installation]:
    """Let the flows that are called in this block work in `installation`."""
    token = _present.set(installation)
    try:
        yield installation
    finally:
        _present.reset(token)


@contextmanager
def current_installation() -> Iterator[Installation]:
    """Give a flow its installation: the caller's, or the environment's where Prefect itself started the run.

    So a flow takes nothing but plain values, which Prefect can show, store and start it with.
    """
    installation = _present.get(None)
    if installation is not None:
        yield installation
    else:
        with owner_only(), open_for_work(Settings()) as own, working_in(own):
            try:
                yield own
            except Exception as error:
                log.exception("a flow that Prefect started failed")
                raise Untold(error) from None


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
