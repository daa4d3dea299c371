"""流程运行: what Prefect's picture shows of this case. Without Prefect the case goes on; only the picture is missing."""

from __future__ import annotations

import streamlit as st

from flows.picture import Seen, runs_of
from models.kernel.vocabulary import DocumentKind
from ui.event_sentence import when
from ui.web.case.opened import Opened
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.words import Html, cell, link

FLOWS = {
    "carry-case": "自动办理（起草、生成、告知、封装）",
    **{kind.value.replace("_", "-"): f"生成{kind.label}" for kind in DocumentKind if kind.one_of_five},
    "traceback-archive": "封装监管回溯档案",
    "accompanying-paper": "生成其他文书",
    "archive-supplement": "封装补充归档材料",
    "delivery": "告知文书已送达",
}
STATES = {
    "Completed": "完成",
    "Running": "运行中",
    "Pending": "等待",
    "Submitting": "等待",
    "InfrastructurePending": "等待",
    "AwaitingConcurrencySlot": "排队",
    "Scheduled": "已排定",
    "AwaitingRetry": "等待重试",
    "Retrying": "重试中",
    "Paused": "暂停",
    "Suspended": "暂停",
    "Failed": "失败",
    "TimedOut": "超时",
    "Crashed": "中断",
    "Cancelling": "取消中",
    "Cancelled": "已取消",
    "Late": "迟到",
}
UNDONE = ("Failed", "TimedOut", "Crashed")
AGAIN = "没有办成的，后台会自动再办，每次另列一行。"


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
    shown = {paper.ref for paper in case.view.documents}
    rows = [
        (
            FLOWS.get(run.flow, run.flow),
            _papers(case, run, shown),
            STATES.get(run.state, run.state),
            f"{run.tries} 次",
            "—" if run.began_at is None else when(run.began_at),
            "—" if run.lasted is None else f"{run.lasted:.1f} 秒",
        )
        for run in runs
    ]
    table(("流程", "文书", "状态", "执行", "开始", "用时"), rows, narrow=(2, 3, 4, 5))
    if any(run.state in UNDONE for run in runs):
        st.caption(AGAIN)


def _papers(case: Opened, run: Seen, shown: set[str]) -> Html:
    """Return the papers of a run, each leading to its page where the case has one."""
    told = [link(paper, case.at("papers", paper=paper)) if paper in shown else cell(paper) for paper in run.papers]
    return Html("、".join(told) or "—")
