"""批量办理: many papers in one go. Each is done by itself: one that is refused keeps no other from being done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st

from documents import pdf
from models.commands.registry import ACTIONS
from models.errors import Refused
from models.queries.waits import Wait
from models.queries.worklists import waiting_on
from models.rules.local_time import local_date
from models.rules.vocabulary import Role
from ui.web.navigation import Screen
from ui.web.parts.action_form import action_form, may, show_done
from ui.web.parts.choices import Choices
from ui.web.parts.language import said
from ui.web.parts.seat import Seat
from ui.web.parts.table import empty
from ui.web.parts.trouble import tell
from ui.web.parts.waiting import step_address
from ui.web.parts.words import Html, cell, lamp, link

MOST = 50
ADDRESS = "batch"


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be done to many papers at once: its name, the waits it answers, the step, and who takes it."""

    title: str
    waits: tuple[Wait, ...]
    action: str
    seen: bool = False


KINDS = {
    "submit": Kind("提交审批", (Wait.SUBMIT,), "submit"),
    "approve": Kind("核稿会签", (Wait.REVIEW, Wait.COUNTERSIGN), "approve", seen=True),
    "sign": Kind("签发编号", (Wait.SIGN,), "sign", seen=True),
    "deliver": Kind("打印送达", (Wait.SEAL, Wait.DELIVER), "deliver"),
}


def show(seat: Seat) -> None:
    """Show what can be done to many papers, and do it."""
    st.title(said("批量办理"))
    show_done()
    offered = {name: kind for name, kind in KINDS.items() if may(seat.actor, kind.action)}
    chosen = st.query_params.get("do", "")
    sealing = may(seat.actor, "seal-scans")
    if chosen not in offered and not (chosen == "seal" and sealing):
        chosen = next(iter(offered), "seal")
    titles = {name: kind.title for name, kind in offered.items()} | ({"seal": "批量用印"} if sealing else {})
    st.html(
        '<nav class="sc-parts" aria-label="批量办理">'
        + "".join(
            f'<a class="sc-in" href="/{ADDRESS}?do={name}"{" aria-current=page" if name == chosen else ""}>{title}</a>'
            for name, title in titles.items()
        )
        + "</nav>"
    )
    if chosen == "seal":
        _seal(seat)
    else:
        _many(seat, chosen, offered[chosen])


def _seal(seat: Seat) -> None:
    st.markdown("把用印后的扫描件一起拖进来。文件名须含文号，系统按文号对应到文书；有一份对不上，全部不登记。")
    action_form(seat, None, "seal-scans", Choices(seat))


def _many(seat: Seat, name: str, kind: Kind) -> None:
    for line in st.session_state.pop("batch_told", []):
        line()
    with seat.reading() as reader:
        every = waiting_on(reader.session, reader.actor, local_date(reader.at), limit=MOST, only=kind.waits)
    if not every:
        empty(f"没有等您{kind.title}的文书。", "轮到您时会出现在这里和“我的待办”。", link("我的待办", "/todo"))
        return
    with st.form(f"batch/{name}"):
        picked = []
        for wait in every:
            box, told, light = st.columns((1, 12, 2), vertical_alignment="center")
            # The round stands in the key: a paper that was changed and submitted again is no longer ticked.
            key = f"batch/{name}/{wait['case_number']}/{wait['paper']}/{wait['round']}"
            label = f"{wait['case_number']} {wait['paper']}"
            if box.checkbox(label, key=key, label_visibility="collapsed"):
                picked.append(wait)
            told.html(_told(wait))
            if wait["light"] is not None:
                light.html(lamp(wait["light"]))
        sent = st.form_submit_button(f"对勾选的文书{kind.title}", type="primary")
    if name == "deliver":
        papers = urlencode([("paper", f"{wait['case_number']}/{wait['paper']}") for wait in every])
        st.html(
            f'<a class="sc-go" href="/file-print/set?{escape(papers)}" target="_blank">打印以上 {len(every)} 份</a>'
        )
        st.caption("送达方式记为直接送达；邮寄、留置等方式请打开文书逐份登记。")
    if sent:
        _do(seat, kind, picked)


def _told(wait: dict[str, Any]) -> Html:
    number = f"{wait['number']}　" if wait["number"] else ""
    to = f"（{wait['recipient']}）" if wait["recipient"] else ""
    printed = ""
    if wait["number"]:
        form = "pdf" if pdf.available() else "docx"
        where = f"/file/{quote(wait['case_number'])}/{quote(wait['paper'])}.{form}?show=1"
        printed = f'　<a class="sc-go" href="{where}" target="_blank">打印</a>'
    return Html(
        f"<span>{link(wait['label'], step_address(wait))}　{cell(number + wait['paper_title'] + to)}{printed}</span>"
    )


def _do(seat: Seat, kind: Kind, picked: list[dict[str, Any]]) -> None:
    if not picked:
        st.warning("请先勾选要办理的文书。")
        return
    done: list[str] = []
    told: list[Callable[[], object]] = []
    bar = st.progress(0.0, f"{kind.title}…")
    for count, wait in enumerate(picked, 1):
        seen = {"seen_round": wait["round"]} if kind.seen else {}
        try:
            with seat.acting() as act:
                result = ACTIONS[kind.action](act, wait["case_number"], paper=wait["paper"], **seen)
            done.append(f"{wait['case_number']} {wait['paper']}{f'（{result}）' if isinstance(result, str) else ''}")
        except Refused as refusal:
            told.append(_refused(wait, refusal))
        bar.progress(count / len(picked), f"{kind.title}：{count}/{len(picked)}")
    if done:
        told.insert(0, _done(kind, done))
    st.session_state["batch_told"] = told
    st.rerun()


def _done(kind: Kind, done: list[str]) -> Callable[[], object]:
    return lambda: st.success(f"已{kind.title} {len(done)} 份：{'、'.join(done)}。")


def _refused(wait: dict[str, Any], refusal: Refused) -> Callable[[], object]:
    def show_it() -> None:
        st.markdown(f"**{wait['case_number']} {wait['paper']}**")
        tell(refusal)

    return show_it


SCREEN = Screen(
    "批量办理",
    ADDRESS,
    "案件",
    show,
    {Role.OFFICER, Role.CLERK, Role.REVIEWER, Role.COUNTERSIGNER, Role.SIGNER},
    pictured=("", "?do=seal"),
)
