"""流程运行: what Prefect's picture shows of this case. Without Prefect the case goes on; only the picture is missing."""

from __future__ import annotations

import streamlit as st

from flows.picture import runs_of
from ui.event_sentence import when
from ui.web.case.opened import Opened
from ui.web.parts.language import said
from ui.web.parts.table import empty, table

STATES = {
    "Completed": "完成",
    "Running": "运行中",
    "Pending": "等待",
    "Scheduled": "已排定",
    "AwaitingRetry": "等待重试",
    "Retrying": "重试中",
    "Failed": "失败",
    "Crashed": "中断",
    "Cancelled": "已取消",
    "Late": "迟到",
}


def show(case: Opened) -> None:
    """Show the runs, or say that they cannot be shown now."""
    st.subheader(said("流程运行"))
    runs = runs_of(case.number)
    if runs is None:
        st.info("现在看不到流程引擎 Prefect 的运行情况；案件照常办理，文书照常生成。")
        return
    if not runs:
        empty("还没有运行记录。", "签发、送达或归档后，后台会自动生成文书，并在这里留下记录。")
        return
    rows = [
        (
            run.name,
            STATES.get(run.state, run.state),
            f"{run.tries} 次",
            "—" if run.began_at is None else when(run.began_at),
            "—" if run.lasted is None else f"{run.lasted:.1f} 秒",
        )
        for run in runs
    ]
    table(("流程", "状态", "执行", "开始", "用时"), rows, narrow=(1, 2, 3, 4))
