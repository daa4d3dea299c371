"""Remembers which databases a home has used, so that a missing one is reported instead of created anew.

The mark stands in the home, and outside of it too: a data disk that is not mounted takes the home's own mark with it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from sqlalchemy import make_url

from models.kernel.errors import DatabaseGone, NotFound, Refused
from models.kernel.settings import Settings

REMEMBERED = "databases"
STATE = "XDG_STATE_HOME"
FIRST = "数据库尚未初始化，首次使用请先运行 shencha init；以前用过的，请检查数据目录和数据盘，不要运行。"


def remember(settings: Settings) -> None:
    """Note that the database of the settings is there, in the home and, where the account has a place for it, outside."""
    _note(_place(settings), _name(settings))
    if (outside := _outside()) is not None:
        # An account that may write nowhere else has the mark in its home alone.
        with suppress(OSError):
            _note(outside, _name_outside(settings))


def was_here(settings: Settings) -> bool:
    """Return whether this home has worked with the database of the settings."""
    outside = _outside()
    return _noted(_place(settings), _name(settings)) or (
        outside is not None and _noted(outside, _name_outside(settings))
    )


def vanished(settings: Settings) -> bool:
    """Return whether the home is not the one that worked here: its mark is gone, and the one outside is still there.

    So is a mount point without its disk: a folder in which files could be written that nobody finds again.
    """
    outside = _outside()
    return (
        outside is not None
        and not _noted(_place(settings), _name(settings))
        and _noted(outside, _name_outside(settings))
    )


def _note(place: Path, line: str) -> None:
    if not _noted(place, line):
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as lines:
            lines.write(f"{line}\n")


def _noted(place: Path, line: str) -> bool:
    try:
        return line in place.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False


def _outside() -> Path | None:
    """Return where the account that runs the system keeps what programs remember; None for an account without a home."""
    try:
        return Path(os.environ.get(STATE) or Path.home() / ".local" / "state") / "shencha" / "homes"
    except RuntimeError:
        return None


def _name_outside(settings: Settings) -> str:
    return f"{settings.home.absolute()}\t{_name(settings)}"


def absent(settings: Settings) -> Refused:
    """Return what a database that is not there means: it was never made, or it has vanished."""
    return DatabaseGone(_name(settings)) if was_here(settings) else NotFound(FIRST, code="not_initialised")


def _place(settings: Settings) -> Path:
    return settings.home.absolute() / REMEMBERED


def _name(settings: Settings) -> str:
    """Return the name of a database without its password, and the same wherever a home with its own is moved to."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and url.database:
        file, home = Path(url.database).absolute(), settings.home.absolute()
        return str(file.relative_to(home) if file.is_relative_to(home) else file)
    return url.set(password=None).render_as_string()
