"""Checks that the database has the tables of this version. Asked before every piece of work, so it is one cheap query."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from models.kernel.errors import Refused

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
TABLE = "alembic_version"
_TOLD = re.compile(r"""^(revision|down_revision)\b[^=\n]*= *["']?(\w+)""", re.MULTILINE)


@cache
def known_versions() -> tuple[str, ...]:
    """Return the versions of the tables that this program knows, in their order: its own is the last.

    Read off the migrations' files: to load them with Alembic takes longer than most commands.
    """
    after = {}
    for file in VERSIONS.glob("[0-9]*.py"):
        told = dict(_TOLD.findall(file.read_text(encoding="utf-8")))
        after[told["down_revision"]] = told["revision"]
    found: list[str] = []
    at = after.get("None")
    while at is not None:
        found.append(at)
        at = after.get(at)
    return tuple(found)


def kept_version(engine: Engine) -> str | None:
    """Return the version of a database's tables; None where there are none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(TABLE):
            return None
        found: str | None = connection.execute(text(f"SELECT version_num FROM {TABLE}")).scalar()  # noqa: S608
        return found


def other_schema(engine: Engine) -> Refused | None:
    """Return why this program must not work with a database that has tables, as one sentence; None where it may."""
    kept, own = kept_version(engine), known_versions()[-1]
    if kept in (None, own):
        return None
    if kept in known_versions():
        return Refused(
            f"数据库的版本（{kept}）比程序的（{own}）旧：请先用 shencha backup 备份，再运行 shencha init 升级。",
            code="schema_older",
        )
    return Refused(
        f"数据库由更新的版本（{kept}）写成，本程序只到 {own}：请升级程序，不要用旧程序打开。", code="schema_newer"
    )
