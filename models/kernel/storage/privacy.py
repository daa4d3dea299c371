"""File permissions: what lies in the data folder is readable by its owner alone; exports follow the person's umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER_ONLY = 0o077
_persons: list[int] = []


@contextmanager
def owner_only() -> Iterator[None]:
    """Make files and folders for the owner alone, for the length of a program; its children inherit that."""
    before = os.umask(OWNER_ONLY)
    _persons.append(before)
    try:
        yield
    finally:
        _persons.pop()
        os.umask(before)


@contextmanager
def handed_out() -> Iterator[None]:
    """Write what a person asked for into a folder of theirs: with the umask they came with."""
    before = os.umask(_persons[-1]) if _persons else None
    try:
        yield
    finally:
        if before is not None:
            os.umask(before)


@dataclass(frozen=True, slots=True)
class LyingOpen:
    """What others on this machine may reach: how many files and folders, and the first of them."""

    count: int = 0
    first: Path | None = None


def lying_open(*places: Path) -> LyingOpen:
    """Return what lies open below the places: anything that its group or everybody may read, write or enter."""
    found = [path for place in places for path in _reachable(place) if _mode(path) & OWNER_ONLY]
    return LyingOpen(len(found), found[0] if found else None)


def close_up(*places: Path) -> LyingOpen:
    """Take everything below the places away from all others; returns what is not ours and so stays as it is."""
    stays = []
    for place in places:
        for path in _reachable(place):
            mode = _mode(path)
            if not mode & OWNER_ONLY:
                continue
            try:
                path.chmod(mode & ~OWNER_ONLY)
            except OSError:  # somebody else's, or gone meanwhile
                if path.exists():
                    stays.append(path)
    return LyingOpen(len(stays), stays[0] if stays else None)


def _reachable(place: Path) -> Iterator[Path]:
    """Yield a place and what is below it; a link below it leads to what is not ours to close."""
    place = place.resolve()
    if not place.exists():
        return
    yield place
    for folder, folders, files in os.walk(place):
        yield from (path for name in (*folders, *files) if not (path := Path(folder, name)).is_symlink())


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except OSError:
        return 0
