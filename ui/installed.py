"""Remembers which databases a home has used, so that a missing one is reported instead of created anew."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from models.kernel.errors import DatabaseGone, NotFound, Refused
from models.kernel.settings import Settings

REMEMBERED = "databases"
FIRST = "数据库尚未初始化，首次使用请先运行 shencha init；以前用过的，请检查数据目录和数据盘，不要运行。"


def remember(settings: Settings) -> None:
    """Note that the database of the settings is there."""
    if not was_here(settings):
        _place(settings).parent.mkdir(parents=True, exist_ok=True)
        with _place(settings).open("a", encoding="utf-8") as lines:
            lines.write(f"{_name(settings)}\n")


def was_here(settings: Settings) -> bool:
    """Return whether this home has worked with the database of the settings."""
    place = _place(settings)
    return place.is_file() and _name(settings) in place.read_text(encoding="utf-8").splitlines()


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
