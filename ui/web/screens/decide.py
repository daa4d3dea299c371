"""A talk, an extension or a dispute of duty to decide: the facts and two buttons on one side, the paper on the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Invalid, Refused
from models.kernel.vocabulary import Adjudication, Role
from models.office.queries.people import organisation_list
from models.overview.queries.decisions import (
    DisputeToDecide,
    ExtensionToDecide,
    TalkToDecide,
    dispute_to_decide,
    extension_to_decide,
    talk_to_decide,
)
from ui.papers_out import paper_file
from ui.web.navigation import Screen
from ui.web.parts.action_form import take_seen
from ui.web.parts.done import held, show_done, take
from ui.web.parts.language import said
from ui.web.parts.preview import readable
from ui.web.parts.table import empty, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, link, plain

WHO = frozenset({Role.LEADER, Role.SIGNER})
OPINION = "意见（不同意时必填）"
ToDecide = TalkToDecide | ExtensionToDecide | DisputeToDecide


def nothing_more() -> None:
    """Ask for nothing but the opinion."""


def show(visitor: Visitor) -> None:
    """Show what the address names: `number` with `talk`, `reply` or `dispute`."""
    number, talk, reply, dispute = (st.query_params.get(name, "") for name in ("number", "talk", "reply", "dispute"))
    st.html(link("返回督办看板", "/dashboard"))
    show_done()
    if number and talk.isdecimal():
        _talk(visitor, number, int(talk))
    elif number and reply:
        _extension(visitor, number, reply)
    elif number and dispute:
        _dispute(visitor, number, dispute)
    else:
        st.title(said("待决定事项"))
        empty("没有指明要决定的事项。", "请从看板的“等待决定”中打开。")


def _talk(visitor: Visitor, number: str, talk: int) -> None:
    with visitor.reading() as read:
        facts = talk_to_decide(read.session, read.actor, number, talk)
    st.title(f"是否约谈{plain(facts.organisation)}")
    lines = [("案件", _case(number, facts)), ("约谈单位", facts.organisation), ("理由", facts.reason)]

    def decide(approve: bool, reason: str, seen: int) -> None:
        take_seen(visitor, number, "decide-talk", seen, talk=talk, approve=approve, reason=reason or None)

    decided = None if facts.state == "proposed" else "该约谈建议已有决定。"
    _beside(visitor, number, facts, lines, decided, ("同意约谈", "不同意"), decide)


def _extension(visitor: Visitor, number: str, reply: str) -> None:
    with visitor.reading() as read:
        facts = extension_to_decide(read.session, read.actor, number, reply)
    st.title(f"是否同意{plain(facts.organisation)}延期")
    lines = [
        ("案件", _case(number, facts)),
        ("措施", f"{facts.measure} {facts.measure_text}"),
        ("现期限", facts.due_on),
        ("申请延至", facts.requested_due_on),
        ("申请单位", facts.organisation),
        ("申请理由", facts.text),
        ("提出", f"{facts.author}　{local_date(facts.happened_at)}"),
    ]

    chosen = f"decide/{number}/{reply}/until"

    def decide(approve: bool, reason: str, seen: int) -> None:
        until = st.session_state.get(chosen) if approve else None
        take_seen(
            visitor, number, "decide-extension", seen, reply=reply, grant=approve, until=until, reason=reason or None
        )

    def ask() -> None:
        st.date_input("同意的，准予延至", value=facts.requested_due_on, format="YYYY-MM-DD", key=chosen)

    decided = None if facts.verdict is None else f"该申请已有决定：{facts.verdict.label}。"
    decided = "该申请已撤回。" if facts.withdrawn_at else decided
    _beside(visitor, number, facts, lines, decided, ("同意延期", "不同意"), decide, ask=ask)


def _dispute(visitor: Visitor, number: str, reply: str) -> None:
    with visitor.reading() as read:
        facts = dispute_to_decide(read.session, read.actor, number, reply)
        units = organisation_list(read.session, read.actor)
    st.title(f"{plain(facts.organisation)}对职责有争议，由谁承担")
    others = {str(unit.id): unit.name for unit in units if unit.id != facts.organisation_id}
    lines = [
        ("案件", _case(number, facts)),
        ("措施", f"{facts.measure} {facts.measure_text}"),
        ("争议单位", facts.organisation),
        ("争议理由", facts.text),
        ("提出", f"{facts.author}　{local_date(facts.happened_at)}"),
        ("裁定机关", facts.adjudicator),
    ]

    chosen = f"decide/{number}/{reply}/to"

    def decide(keep: bool, reason: str, seen: int) -> None:
        to = st.session_state.get(chosen)
        if not keep and to is None:
            raise Invalid("请先选择改由哪个单位承担。", code="reassigned_to")
        decision = Adjudication.CONFIRMED if keep else Adjudication.REASSIGNED
        said = {"decision": decision, "reason": reason, "to": None if keep else to}
        take_seen(visitor, number, "adjudicate", seen, reply=reply, **said)

    def ask() -> None:
        st.selectbox(
            "改由哪个单位承担（维持的不选）",
            list(others),
            index=None,
            format_func=lambda unit: others[unit],
            placeholder="请选择",
            key=chosen,
        )

    decided = None if facts.decision is None else f"该争议已裁定：{facts.decision.label}。"
    decided = "该争议已撤回。" if facts.withdrawn_at else decided
    words = (Adjudication.CONFIRMED.label, Adjudication.REASSIGNED.label)
    _beside(visitor, number, facts, lines, decided, words, decide, ask=ask, opinion="裁定理由（必填）")


def _case(number: str, facts: ToDecide) -> Html:
    return link(facts.title, f"/case?number={number}")


def _beside(
    visitor: Visitor,
    number: str,
    facts: ToDecide,
    lines: Sequence[tuple[str, object]],
    decided: str | None,
    words: tuple[str, str],
    decide: Callable[[bool, str, int], None],
    *,
    ask: Callable[[], None] = nothing_more,
    opinion: str = OPINION,
) -> None:
    left, right = st.columns((2, 3), gap="large")
    with left:
        table(("事项", "内容"), lines, narrow=(0,))
        _choose(facts, decided, words, decide, ask, opinion, f"decide/{number}/{facts.subject}")
    with right:
        _paper(visitor, number, facts.paper)


def _choose(
    facts: ToDecide,
    decided: str | None,
    words: tuple[str, str],
    decide: Callable[[bool, str, int], None],
    ask: Callable[[], None],
    opinion: str,
    key: str,
) -> None:
    """Ask for the decision; who answers for what somebody else decided meanwhile is told so by the step itself."""
    memory = held(key)
    seen = memory.get("seq", facts.seq)
    memory["seq"] = facts.seq
    place, chosen, reason = st.empty(), None, ""
    if decided is None or seen != facts.seq:
        with place.container():
            ask()
            chosen, reason = _buttons(words, opinion, f"{key}/reason")
    if chosen is not None:
        take(partial(_decided, words, decide, chosen, reason, seen))
    elif decided is not None:
        place.info(plain(decided))


def _buttons(words: tuple[str, str], opinion: str, key: str) -> tuple[bool | None, str]:
    reason = st.text_area(opinion, key=key, height=80).strip()
    yes, no = st.columns(2)
    chosen = None
    if yes.button(plain(words[0]), type="primary", width="stretch"):
        chosen = True
    if no.button(plain(words[1]), width="stretch"):
        chosen = False
    return chosen, reason


def _decided(
    words: tuple[str, str], decide: Callable[[bool, str, int], None], chosen: bool, reason: str, seen: int
) -> str:
    decide(chosen, reason, seen)
    return f"{words[0] if chosen else words[1]}：已办理。"


def _paper(visitor: Visitor, number: str, ref: str | None) -> None:
    if ref is None:
        st.caption("没有相关文书。")
        return
    try:
        _, docx = paper_file(visitor.installation, visitor.account, number, ref)
    except Refused as refusal:
        st.info(plain(refusal.message))
        return
    st.html(readable(docx))


SCREEN = Screen(
    "待决定事项",
    "decide",
    "领导",
    show,
    WHO,
    listed=False,
    pictured=("?number={asking}&reply={extension}", "?number={asking}&dispute={dispute}"),
)
