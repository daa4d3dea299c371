"""The installation of this web process: settings and one connection pool for all pages and routes."""

from __future__ import annotations

import logging
import os
import time
from datetime import timedelta
from functools import cache

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models.kernel.errors import DatabaseGone, Refused
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import Door
from ui.installation import missing, read_settings, refuse_other_schema
from ui.installed import absent, vanished

log = logging.getLogger("shencha.web")
MINUTE = 60.0
NO_ANSWER = "数据库没有应答，请稍后再试；管理员可在服务器上运行 shencha doctor 查看。"


def installation() -> Installation:
    """Return the open installation. Raises NotFound with what to do where there is none yet, DatabaseGone where there is
    none any more, Refused where its tables are another version's."""
    settings = _settings(frozenset((k, v) for k, v in os.environ.items() if k.startswith("SHENCHA_")))
    if missing(settings) or vanished(settings):
        raise DatabaseGone(settings.database.rpartition("/")[2]) if settings.database in _seen else absent(settings)
    return Installation(settings, _database(settings.database), door=Door.PAGE)


def unwell() -> str | None:
    """Return why no page can be served now; None where the database answers."""
    try:
        with installation().database.reading() as session:
            session.execute(text("SELECT 1"))
    except Refused as refusal:
        return refusal.message
    except SQLAlchemyError as error:
        told_once(error)
        return NO_ANSWER
    return None


def told_once(error: SQLAlchemyError) -> None:
    """Write into the log that the database does not answer: one line a minute, however many people ask."""
    now = time.monotonic()
    if now - _told.get("at", -MINUTE) >= MINUTE:
        _told["at"] = now
        log.error("the database does not answer: %s", str(getattr(error, "orig", error)).splitlines()[0])


_told: dict[str, float] = {}


def idle(settings: Settings) -> timedelta:
    """Return after how long without use a session is over."""
    return timedelta(minutes=settings.session_idle_minutes)


def longest(settings: Settings) -> timedelta:
    """Return how long a session may last in all."""
    return timedelta(hours=settings.session_hours)


@cache
def _settings(_environment: frozenset[tuple[str, str]]) -> Settings:
    """Read once: every click asks for them."""
    return read_settings()


@cache
def _database(url: str) -> Database:
    """Return the one pool of a database, once its tables are known to be ours; a refusal is not kept."""
    database = Database(url, create=False)
    try:
        refuse_other_schema(read_settings(), database)
    except BaseException:
        database.close()
        raise
    _seen.add(url)
    return database


_seen: set[str] = set()
