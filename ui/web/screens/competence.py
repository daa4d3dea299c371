"""行文权限: may such a paper go to such a unit; the recorded papers that open a way; the whole table behind the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.refs import Thing
from models.kernel.vocabulary import DocumentKind, Purpose, Role, Standing, Word
from models.office.queries.authorities import AuthorityShown, authority_list
from models.office.queries.competence_table import LineShown, competence_table
from models.office.rules.stands import Stand
from models.papers.queries.writing import answer_rows, ask, judged_kinds
from ui.web.files_out import authority_address, file_link
from ui.web.navigation import POLICE, Screen
from ui.web.parts.admin import folded
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.trouble import tell
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import parts_of_page
from ui.web.parts.words import link

ADDRESS = "competence"
LINE_HEADS = ("发文机关", "受文单位", "行文目的", "怎样行文", "抄送", "须有的凭据", "依据", "来源", "状态")
PAPER_HEADS = ("编号", "种类", "名称、文号和条款", "出具机关", "适用范围", "受文单位", "有效期", "扫描件", "状态")
MANY = 4
"""From so many words on a cell names the first two and their number: 本级人民政府、本级党委等11类."""
W = TypeVar("W", bound=Word)


def show(visitor: Visitor) -> None:
    """Show the part that the address names."""
    part = st.query_params.get("part", "ask")
    part = part if part in PARTS else "ask"
    st.title(said("行文权限"))
    parts_of_page("行文权限", ADDRESS, {name: title for name, (title, _) in PARTS.items()}, part)
    show_done()
    PARTS[part][1](visitor)


def _ask(visitor: Visitor) -> None:
    units = Choices(visitor).of(Thing.UNIT) or {}
    kinds = {kind.value: kind.label for kind in judged_kinds()}
    with visitor.reading() as read:
        today = local_date(read.at)
    with st.form("ask"):
        unit = st.selectbox(
            "受文单位", list(units), index=_place(list(units), "recipient"), format_func=lambda one: units[one]
        )
        kind = st.selectbox("文书", list(kinds), index=_place(list(kinds), "kind"), format_func=lambda one: kinds[one])
        on = st.date_input("日期", value=_asked_day() or today, format="YYYY-MM-DD")
        if st.form_submit_button("查询", type="primary") and unit and kind:
            st.query_params.from_dict({"part": "ask", "recipient": str(unit), "kind": kind, "on": on.isoformat()})
            st.rerun()
    asked = (st.query_params.get("recipient"), st.query_params.get("kind"))
    if asked[0] not in units or asked[1] not in kinds:
        st.caption(
            "选定受文单位和文书后，系统说明能否行文，以谁的名义、用什么文种、抄送谁，以及不能直接行文时走哪条途径。"
        )
        return
    try:
        with visitor.reading() as read:
            answer = ask(read.session, read.actor, int(str(asked[0])), DocumentKind(asked[1]), _asked_day() or today)
    except Refused as refusal:
        tell(refusal)
        return
    table(("项目", "内容"), list(answer_rows(answer).items()), narrow=(0,))


def _place(values: Sequence[object], parameter: str) -> int | None:
    asked = st.query_params.get(parameter)
    return values.index(asked) if asked in values else None


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(st.query_params.get("on", ""))
    except ValueError:
        return None


def _papers(visitor: Visitor) -> None:
    with visitor.reading() as read:
        found = authority_list(read.session, read.actor, local_date(read.at))
    key = after() or ""
    shown = [one for one in found if not key.isdecimal() or one.id < int(key)]
    if shown:
        table(PAPER_HEADS, [_paper(one) for one in shown[:PAGE]], narrow=(0, 8))
        pager(ADDRESS, shown[: PAGE + 1], lambda one: one.id, part="papers")
    else:
        empty("没有登记行文凭据。", "政府同意、授权、委托、独立行文资格、道安委规则等，附扫描件登记后作为行文的依据。")
    choices = Choices(visitor)
    chosen = next((one for one in found if str(one.id) == st.query_params.get("authority") and not one.ended), None)
    if chosen is not None:
        folded(visitor, "end-authority", choices, fixed={"authority": chosen.id}, open_now=True)
    folded(visitor, "record-authority", choices)


def _paper(one: AuthorityShown) -> tuple[object, ...]:
    cited = f"《{one.title}》（{one.number}）{one.article or ''}" if one.title else f"{one.number}{one.article or ''}"
    state = "有效" if one.in_force else "已终止" if one.ended else "不在有效期"
    return (
        one.id if one.ended else link(str(one.id), f"/{ADDRESS}?part=papers&authority={one.id}"),
        one.kind,
        cited,
        one.given_by,
        one.scope + (f"（{'、'.join(purpose.label for purpose in one.purposes)}）" if one.purposes else ""),
        one.organisation or "各单位",
        f"{one.valid_from}起" + (f"至{one.valid_until}" if one.valid_until else ""),
        file_link(authority_address(one.id), one.scan_name),
        state,
    )


def _table(visitor: Visitor) -> None:
    issuer, recipient, purpose = (
        _word(Standing, "issuer"),
        _word(Stand, "stand"),
        _word(Purpose, "purpose"),
    )
    _filters(issuer, recipient, purpose)
    with visitor.reading() as read:
        lines = competence_table(
            read.session, read.actor, local_date(read.at), issuer=issuer, recipient=recipient, purpose=purpose
        )
    keys = [line.key for line in lines]
    start = keys.index(str(after())) + 1 if after() in keys else 0
    shown = lines[start : start + PAGE + 1]
    table(LINE_HEADS, [_line(line) for line in shown[:PAGE]])
    kept = _kept(issuer, recipient, purpose)
    pager(
        ADDRESS,
        shown,
        lambda line: line.key,
        part="table",
        issuer=kept["issuer"],
        stand=kept["stand"],
        purpose=kept["purpose"],
    )
    st.caption("自上而下逐行核对，第一行条件具备的为准；本地规定在前，系统所附在后。")
    choices = Choices(visitor)
    chosen = next((line for line in lines if str(line.id) == st.query_params.get("row") and not line.ended), None)
    if chosen is not None:
        folded(visitor, "end-competence", choices, fixed={"competence": chosen.id}, open_now=True)
    folded(visitor, "set-competence", choices)


def _filters(issuer: Standing | None, recipient: Stand | None, purpose: Purpose | None) -> None:
    with st.form("filters", border=False):
        first, second, third, go = st.columns((3, 4, 3, 1), vertical_alignment="bottom")
        with first:
            by = _choice("发文机关", Standing, issuer)
        with second:
            to = _choice("受文单位", Stand, recipient)
        with third:
            what = _choice("行文目的", Purpose, purpose)
        if go.form_submit_button("查找", width="stretch"):
            kept = {name: value for name, value in _kept(by, to, what).items() if value}
            st.query_params.from_dict(kept)
            st.rerun()


def _choice(label: str, words: type[W], now: W | None) -> W | None:
    offered = list(words)
    return st.selectbox(
        label,
        offered,
        index=None if now is None else offered.index(now),
        format_func=lambda one: one.label,
        placeholder="全部",
    )


def _kept(issuer: Standing | None, recipient: Stand | None, purpose: Purpose | None) -> dict[str, str | None]:
    chosen = {"issuer": issuer, "stand": recipient, "purpose": purpose}
    return {"part": "table", **{name: None if word is None else word.value for name, word in chosen.items()}}


def _word(words: type[W], parameter: str) -> W | None:
    asked = st.query_params.get(parameter)
    return next((word for word in words if word.value == asked), None)


def _line(line: LineShown) -> tuple[object, ...]:
    source: object = "系统所附"
    if line.id is not None:
        at = f"/{ADDRESS}?{urlencode({'part': 'table', 'row': line.id})}"
        told = f"本地规定第{line.version}版（{line.author}：{line.reason}）"
        source = told if line.ended else link(told, at)
    return (
        _some(line.issuers),
        _some(line.recipients),
        _some(line.purposes),
        f"{'不得发出；' if line.refused else ''}{line.says}",
        "、".join(line.copies),
        line.needs,
        "、".join(line.basis),
        source,
        _state(line),
    )


def _state(line: LineShown) -> str:
    if line.in_force:
        since = f"{line.valid_from}起" if line.valid_from else ""
        return f"有效{'，' if since or line.valid_until else ''}{since}{f'至{line.valid_until}' if line.valid_until else ''}"
    return "已终止" if line.ended else "不在有效期"


def _some(words: Sequence[Word]) -> str:
    labels = [word.label for word in words]
    if len(labels) == len(type(words[0])):
        return "全部"
    return "、".join(labels) if len(labels) <= MANY else f"{'、'.join(labels[:2])}等{len(labels)}类"


PARTS: dict[str, tuple[str, Callable[[Visitor], None]]] = {
    "ask": ("可否行文", _ask),
    "papers": ("行文凭据", _papers),
    "table": ("行文权限表", _table),
}

SCREEN = Screen("行文权限", ADDRESS, "行文", show, POLICE | {Role.ADMIN}, pictured=("", "?part=papers", "?part=table"))
