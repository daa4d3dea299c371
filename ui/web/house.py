"""The installation that this web process serves: settings and one pool of connections for all pages and routes."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache

from models.database import Database
from models.errors import NotFound
from models.rules.vocabulary import Door
from models.settings import Settings
from ui.desk import Desk, missing, read_settings


def desk() -> Desk:
    """Return the open installation. Raises NotFound with what to do where there is none yet."""
    settings = _settings(frozenset((k, v) for k, v in os.environ.items() if k.startswith("SHENCHA_")))
    if missing(settings):
        raise NotFound("系统尚未初始化：请在服务器上运行 shencha init，然后刷新本页。", code="not_initialised")
    return Desk(settings, _database(settings.database), door=Door.PAGE)


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
    return Database(url)
