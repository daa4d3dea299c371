"""How pages read: one pool of connections for all of them, and the account that the setting names."""

from __future__ import annotations

import streamlit as st

from models.database import Database
from models.errors import NotFound
from ui.desk import Desk, missing, read_settings


def desk() -> Desk:
    """Return the open installation. Raises NotFound with what to do where there is none yet."""
    settings = read_settings()
    if missing(settings):
        raise NotFound("系统尚未初始化：请在服务器上运行 shencha init，然后刷新本页。", code="not_initialised")
    return Desk(settings, _database(settings.database))


@st.cache_resource(show_spinner=False)
def _database(url: str) -> Database:
    """Return the pool that all sessions of this process share."""
    return Database(url)
