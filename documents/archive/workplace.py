"""A locked, empty folder beside the target, in which a package is built before one rename shows it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.kernel.errors import Conflict


@contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """Yield the folder to build `target` in; what a killed run left there is cleared first, and what remains after.

    The name is fixed, so that leftovers are found again; the lock on the folder itself, which dies with its process,
    tells leftovers from work under way. Raises Conflict when another process builds the same target.
    """
    place = target.with_name(f".{target.name}.partial")
    target.parent.mkdir(parents=True, exist_ok=True)
    place.mkdir(exist_ok=True)
    busy = Conflict(f"“{target.name}”正在由另一个任务写入，请稍后再试。", code="package_busy")
    try:
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError as error:
        raise busy from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise busy from error
        # The other task may have finished, and renamed this very folder, between our opening and our lock.
        if not _is(handle, place):
            raise busy
        _clear(place)
        try:
            yield place
        finally:
            if _is(handle, place):
                shutil.rmtree(place)
    finally:
        os.close(handle)


def _is(handle: int, place: Path) -> bool:
    return place.exists() and os.path.samestat(os.fstat(handle), place.stat())


def _clear(place: Path) -> None:
    for child in place.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()
