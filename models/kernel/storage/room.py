"""Room on the disk: people are warned while there is some, and nothing is written any more before there is none."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from models.kernel.errors import DiskFull
from models.kernel.settings import Settings

from .place import Place

MEGA = 1 << 20


@dataclass(frozen=True, slots=True)
class Room:
    """Where the least is left of the disks that an installation writes to, and how many bytes."""

    place: Path
    free: int

    @property
    def megabytes(self) -> int:
        """Return what is left in whole MB."""
        return self.free // MEGA


def room(settings: Settings) -> Room:
    """Return the least room of home, database, files and archives, as far as they lie on this machine."""
    return min((Room(place, _free(place)) for place in _places(settings)), key=lambda one: one.free)


def refuse_when_full(settings: Settings) -> None:
    """Refuse to write while there is still room for what is under way. Raises DiskFull with what is left and where."""
    if settings.disk_stop_mb and (least := room(settings)).free < settings.disk_stop_mb * MEGA:
        raise DiskFull(str(least.place), least.megabytes)


def _places(settings: Settings) -> set[Path]:
    url, files = make_url(settings.database), Place(settings.files).folder
    found = {settings.home.absolute(), settings.archives}
    found |= {files} if files is not None else set()
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        found.add(Path(url.database).absolute().parent)
    return found


def _free(place: Path) -> int:
    """Return the free bytes of a folder's disk; one that does not exist yet will lie on its parent's."""
    there = next(one for one in (place, *place.parents) if one.exists())
    return shutil.disk_usage(there).free
