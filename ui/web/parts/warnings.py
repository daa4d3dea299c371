"""What everybody must know on every page: that the clock stands still."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from models.queries.condition import last_sweep
from ui.event_sentence import when
from ui.web.parts.seat import Seat

STALE = timedelta(minutes=15)


def warn(seat: Seat) -> None:
    """Show a red banner where no sweep ran for long: reminders and late papers are then missing."""
    with seat.reading() as reader:
        last = last_sweep(reader.session)
    if last is None:
        st.error("时限检查还没有运行过，提醒和督办不会自动产生，请管理员启动后台工作进程（shencha up）。")
    elif reader.at - last > STALE:
        st.error(f"时限检查自 {when(last)} 起没有运行，提醒和督办可能缺失，请管理员查看后台工作进程。")
