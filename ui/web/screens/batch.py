"""批量办理: many papers in one go. Each is done by itself: one that is refused keeps no other from being done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st

from documents import pdf
from models.commands.registry import ACTIONS, OFFICE_ACTIONS
from models.errors import Refused
from models.queries.bundles import bundles
from models.queries.waits import Wait
from models.queries.worklists import waiting_on
from models.rules.local_time import local_date
from models.rules.vocabulary import DeliveryMode, Role
from ui.web.navigation import Screen
from ui.web.parts.action_form import action_form, may
from ui.web.parts.choices import Choices
from ui.web.parts.done import held, show_done
from ui.web.parts.language import said
from ui.web.parts.seat import Seat
from ui.web.parts.table import empty, table
from ui.web.parts.trouble import tell
from ui.web.parts.waiting import step_address
from ui.web.parts.words import Html, cell, lamp, link, plain

MOST = 50
ADDRESS, TOLD = "batch", "batch"


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


PROVEN_BY = {
    DeliveryMode.LEFT: "witness",
    DeliveryMode.POST: "tracking_number",
    DeliveryMode.CONFIDENTIAL_POST: "register_number",
    DeliveryMode.EXCHANGE: "register_number",
}


def show(seat: Seat) -> None:
    """Show what can be done to many papers, and do it."""
    st.title(said("批量办理"))
    show_done()
    offered = {name: kind for name, kind in KINDS.items() if may(seat.actor, kind.action)}
    chosen = st.query_params.get("do", "")
    further = {name: (title, show_it) for name, (title, action, show_it) in OTHERS.items() if may(seat.actor, action)}
    if chosen not in offered and chosen not in further:
        chosen = next(iter([*offered, *further]))
    titles = {name: kind.title for name, kind in offered.items()} | {
        name: title for name, (title, _) in further.items()
    }
    st.html(
        '<nav class="sc-parts" aria-label="批量办理">'
        + "".join(
            f'<a class="sc-in" href="/{ADDRESS}?do={name}"{" aria-current=page" if name == chosen else ""}>{title}</a>'
            for name, title in titles.items()
        )
        + "</nav>"
    )
    if chosen in further:
        further[chosen][1](seat)
    else:
        _many(seat, chosen, offered[chosen])


def _seal(seat: Seat) -> None:
    st.markdown("把用印后的扫描件一起拖进来。文件名须含文号，系统按文号对应到文书；有一份对不上，全部不登记。")
    action_form(seat, None, "seal-scans", Choices(seat))


def _bundle(seat: Seat) -> None:
    """One notice for what a unit has to do in several cases: the units of which that can be said, and the form."""
    st.markdown("一个单位在几个案件中都有待通知的措施时，可以合为一份通知；还没有提交的单份草稿会并入。")
    with seat.reading() as reader:
        found = bundles(reader.session, reader.actor, limit=MOST)
    if not found:
        empty(
            "没有单位在几个案件中都有待通知的措施。",
            "只有一个案件的，请在案件的“文书”中拟制通知书。",
            link("案件列表", "/cases"),
        )
        return
    rows = [
        (
            link(one["name"], f"/{ADDRESS}?do=bundle&unit={one['id']}"),
            Html("、".join(link(case, f"/case?number={case}&part=measures") for case in one["cases"])),
            one["measures"],
        )
        for one in found
    ]
    table(("单位", "案件", "待通知的措施"), rows, narrow=(2,))
    chosen = next((one for one in found if str(one["id"]) == st.query_params.get("unit")), None)
    if chosen is None:
        st.caption("点单位名称后选择案件。")
        return
    st.subheader(f"给{plain(chosen['name'])}的汇总通知")
    with st.form("batch/bundle"):
        cases = st.multiselect("案件", chosen["cases"], chosen["cases"], placeholder="请选择")
        note = st.text_input("补充说明（可不填）").strip()
        sent = st.form_submit_button("拟制汇总通知", type="primary")
    if not sent:
        return
    try:
        with seat.acting() as act:
            made = OFFICE_ACTIONS["bundle-notice"](act, recipient=str(chosen["id"]), cases=cases, note=note or None)
    except Refused as refusal:
        tell(refusal)
        return
    number, paper = made.split()
    st.success(f"已拟制汇总通知 {plain(made)}，共 {len(cases)} 个案件。")
    st.html(link("打开通知，核对后提交审批", f"/case?number={number}&part=papers&paper={paper}"))


OTHERS = {"seal": ("批量用印", "seal-scans", _seal), "bundle": ("汇总通知", "bundle-notice", _bundle)}


def _many(seat: Seat, name: str, kind: Kind) -> None:
    results = held(TOLD)
    for line in results.get("lines", []):
        line()
    results.clear()
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
            if box.checkbox(plain(label), key=key, label_visibility="collapsed"):
                picked.append(wait)
            told.html(_told(wait))
            if wait["light"] is not None:
                light.html(lamp(wait["light"]))
        how = _served_how() if name == "deliver" else {}
        sent = st.form_submit_button(f"对勾选的文书{plain(kind.title)}", type="primary")
    if name == "deliver":
        papers = urlencode([("paper", f"{wait['case_number']}/{wait['paper']}") for wait in every])
        st.html(
            f'<a class="sc-go" href="/file-print/set?{escape(papers)}" target="_blank">打印以上 {len(every)} 份</a>'
        )
    if sent:
        _do(seat, kind, picked, how)


def _served_how() -> dict[str, Any]:
    """Ask once how the ticked papers were served, and what proves it; the step itself says what a mode needs."""
    modes = list(DeliveryMode)
    left, right = st.columns((1, 2))
    mode = left.selectbox("送达方式", modes, format_func=lambda word: word.label)
    proof = right.text_input(
        "凭据（邮寄填邮件号，机要、公文交换填登记号，留置填见证人）", help="对勾选的每一份都这样登记。"
    ).strip()
    why = st.text_input("留置原因（留置送达必填）").strip()
    said: dict[str, Any] = {"mode": mode}
    if proof and mode in PROVEN_BY:
        said[PROVEN_BY[mode]] = proof
    if why and mode is DeliveryMode.LEFT:
        said["left_reason"] = why
    return said


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


def _do(seat: Seat, kind: Kind, picked: list[dict[str, Any]], how: dict[str, Any]) -> None:
    if not picked:
        st.warning("请先勾选要办理的文书。")
        return
    done: list[str] = []
    told: list[Callable[[], object]] = held(TOLD).setdefault("lines", [_done(kind, done)])
    bar = st.progress(0.0, f"{kind.title}…")
    for count, wait in enumerate(picked, 1):
        seen = {"seen_round": wait["round"]} if kind.seen else how
        try:
            with seat.acting() as act:
                result = ACTIONS[kind.action](act, wait["case_number"], paper=wait["paper"], **seen)
            done.append(f"{wait['case_number']} {wait['paper']}{f'（{result}）' if isinstance(result, str) else ''}")
        except Refused as refusal:
            told.append(_refused(wait, refusal))
        bar.progress(count / len(picked), f"{kind.title}：{count}/{len(picked)}")
    st.rerun()


def _done(kind: Kind, done: list[str]) -> Callable[[], object]:
    return lambda: st.success(f"已{plain(kind.title)} {len(done)} 份：{plain('、'.join(done))}。") if done else None


def _refused(wait: dict[str, Any], refusal: Refused) -> Callable[[], object]:
    def show_it() -> None:
        st.markdown(f"**{plain(wait['case_number'])} {plain(wait['paper'])}**")
        tell(refusal)

    return show_it


SCREEN = Screen(
    "批量办理",
    ADDRESS,
    "案件",
    show,
    {Role.OFFICER, Role.CLERK, Role.REVIEWER, Role.COUNTERSIGNER, Role.SIGNER},
    pictured=("", "?do=seal", "?do=bundle"),
)
