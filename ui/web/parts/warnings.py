"""Banner for every page while no sweep has run for long: reminders and late papers are then missing."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from models.overview.queries.condition import last_sweep
from ui.event_sentence import when
from ui.web.cache import Memory
from ui.web.parts.visitor import Visitor

STALE = timedelta(minutes=15)
SWEPT: Memory[str, datetime | None] = Memory(seconds=10, most=100)


def warn(visitor: Visitor) -> None:
    """Show a red banner where no sweep ran for long: reminders and late papers are then missing."""
    last = SWEPT.of(visitor.installation.settings.database, lambda: _last_sweep(visitor))
    if last is None:
        st.error("时限检查还没有运行过，提醒和督办不会自动产生，请管理员启动后台工作进程（shencha up）。")
    elif visitor.installation.clock() - last > STALE:
        st.error(f"时限检查自 {when(last)} 起没有运行，提醒和督办可能缺失，请管理员查看后台工作进程。")


def _last_sweep(visitor: Visitor) -> datetime | None:
    with visitor.reading() as read:
        return last_sweep(read.session)
