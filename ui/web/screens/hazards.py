"""隐患: what was told of or found without an accident; telling of one, ledgers in and out, links for people outside."""

from __future__ import annotations

from html import escape

import segno
import streamlit as st

from models.kernel import divisions
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.vocabulary import HazardSource, HazardState, Role
from models.register.commands.hazard_ledgers import LedgerImported, import_hazards
from models.register.queries.hazard_links import LinkShown, link_list
from models.register.queries.hazards import HazardListed, hazard_list, hazards_to_check
from models.register.rules.hazard_ledger import COLUMNS as LEDGER_COLUMNS
from models.register.rules.hazard_ledger import HEADS as LEDGER_HEADS
from models.register.rules.hazard_ledger import LARGEST
from models.register.rules.hazards import BY_HAND, BY_OTHERS
from ui.event_sentence import when
from ui.hazard_book import filters_of
from ui.hazard_words import difference, told
from ui.web.bodies import HAZARDS as OPENED_AT
from ui.web.cache import Memory
from ui.web.files_out import HAZARDS, file_link
from ui.web.navigation import POLICE, Screen
from ui.web.parts.action_form import Only, action_form, may
from ui.web.parts.choices import Choices
from ui.web.parts.done import held, show_done
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.trouble import tell
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import parts_of_page
from ui.web.parts.words import Html, cell, link, listed, plain

ADDRESS = "hazards"
HEADS = ("编号", "隐患描述", "位置", "状态", "等级", "责任单位", "排查时间", "期限")
PARTS = {"open": "在办的隐患", "all": "全部隐患", "report": "登记隐患", "import": "导入台账", "links": "上报链接"}
LINK_HEADS = ("编号", "发给", "来源", "有效期至", "上报数", "状态")
_NEEDS = {"report": "report-hazard", "import": "edit-hazard", "links": "make-hazard-link"}
WAITING: Memory[tuple[str, object], int] = Memory(seconds=15, most=2000)


def show(visitor: Visitor) -> None:
    """Show the part that the address names."""
    st.title(said("隐患"))
    show_done()
    parts = {name: title for name, title in PARTS.items() if name not in _NEEDS or may(visitor.actor, _NEEDS[name])}
    part = st.query_params.get("part", "open")
    part = part if part in parts else "open"
    parts_of_page("隐患", ADDRESS, parts, part)
    if part == "report":
        action_form(visitor, None, "report-hazard", Choices(visitor), only=_by_hand(visitor))
    elif part == "import":
        _import(visitor)
    elif part == "links":
        _links(visitor)
    else:
        _list(visitor, part)


def _by_hand(visitor: Visitor) -> Only:
    """Offer the sources that the person may name."""
    allowed = BY_HAND if visitor.has(Role.OFFICER, Role.CLERK) else BY_OTHERS
    return lambda parameter, value: parameter != "hazard_source" or value in allowed


def _list(visitor: Visitor, part: str) -> None:
    asked = {name: value for name in ("state", "source", "division", "words") if (value := st.query_params.get(name))}
    _narrowing(part, asked)
    try:
        with visitor.reading() as read:
            found = hazard_list(
                read.session, read.actor, filters_of({**asked, "part": part}), after=after(), limit=PAGE + 1
            )
    except Refused as refusal:
        tell(refusal)
        return
    if not found:
        empty("没有隐患。", "群众举报、网格员上报、台账导入和民警排查的隐患会出现在这里。")
        return
    table(HEADS, [_row(one) for one in found[:PAGE]], narrow=(0, 3, 4, 6, 7))
    pager(
        ADDRESS,
        found,
        lambda one: one.key,
        part=part,
        state=asked.get("state"),
        source=asked.get("source"),
        division=asked.get("division"),
        words=asked.get("words"),
    )
    query = "&".join([f"part={part}", *(f"{name}={value}" for name, value in asked.items())])
    st.html(f"<p>{file_link(f'{HAZARDS}?{query}', '导出台账')}</p>")


def _narrowing(part: str, asked: dict[str, str]) -> None:
    """Let state, source, division and words be changed; the address keeps them."""
    states, sources = list(HazardState), list(HazardSource)
    with st.form("filters", border=False, enter_to_submit=True):
        words_at, state_at, source_at, division_at, go = st.columns((4, 2, 2, 2, 1), vertical_alignment="bottom")
        words = words_at.text_input("要查找的词", value=asked.get("words", ""), placeholder="如 护栏")
        state = state_at.selectbox(
            "状态",
            states,
            index=states.index(HazardState(asked["state"])) if asked.get("state") in states else None,
            format_func=lambda one: one.label,
            placeholder="全部",
        )
        source = source_at.selectbox(
            "来源",
            sources,
            index=sources.index(HazardSource(asked["source"])) if asked.get("source") in sources else None,
            format_func=lambda one: one.label,
            placeholder="全部",
        )
        division = division_at.text_input("行政区划代码", value=asked.get("division", ""))
        if go.form_submit_button("查找", width="stretch"):
            given = {"part": part, "words": words.strip(), "state": state, "source": source, "division": division}
            st.query_params.from_dict({name: str(value) for name, value in given.items() if value})
            st.rerun()


def _row(one: HazardListed) -> tuple[object, ...]:
    photos = f"（照片{one.photos}张）" if one.photos else ""
    return (
        link(one.hazard_number, f"/hazard?number={one.hazard_number}"),
        f"{one.description}{photos}",
        one.where,
        one.state,
        one.severity,
        one.responsible_name,
        one.found_on,
        one.due_on,
    )


def _import(visitor: Visitor) -> None:
    """Take in a ledger: first what it would do, then, when somebody says so, doing it."""
    heads = "、".join(LEDGER_HEADS[name][0] for name in LEDGER_COLUMNS)
    st.caption(
        f"CSV 或只有一张工作表的 XLSX，列：{plain(heads)}。同一台账再次导入时名称须相同，只改变台账中变动的内容。"
    )
    memory = held("hazards/import")
    with st.form("import"):
        name = st.text_input("台账名称", placeholder="如 2026年道路隐患台账").strip()
        division = st.text_input("行政区划代码（6 位，可不填）").strip()
        file = upload("台账文件", LARGEST, kinds=("csv", "xlsx"), key=f"ledger/{memory.get('taken', 0)}")
        skip = st.checkbox("有错误的行不导入，其余照常导入")
        look, go = st.columns(2)
        looked = look.form_submit_button("先核对（不写入）", width="stretch")
        sent = go.form_submit_button("导入", type="primary", width="stretch")
    if not (looked or sent):
        if "done" in memory:
            _told(memory.pop("done"))
        return
    if file is None:
        st.error("请选择台账文件。")
        return
    try:
        with visitor.acting() as act:
            done = import_hazards(
                act, file.getvalue(), ledger=name, division_code=division or None, skip_bad=skip, dry_run=not sent
            )
    except Refused as refusal:
        tell(refusal)
        return
    if sent:
        memory["taken"], memory["done"] = memory.get("taken", 0) + 1, done
        st.rerun()
    _told(done)


def _told(done: LedgerImported) -> None:
    (st.info if done.dry_run else st.success)(plain(" ".join(told(done))))
    for title, found in (("变动的内容", done.changed), ("没有采用的内容", done.not_taken)):
        if found:
            st.subheader(said(title))
            table(("行", "编号", "栏目", "本系统", "台账"), map(difference, found))
    if done.faults:
        st.warning(listed("没有导入的行：", done.faults))


def _links(visitor: Visitor) -> None:
    """Show the links of the territory, the address and the code of the one that the page's address names, and the forms."""
    settings = visitor.installation.settings
    with visitor.reading() as read:
        found = link_list(read.session, read.actor, settings.link_secret, local_date(read.at))
    if found:
        table(LINK_HEADS, [_link_row(one) for one in found], narrow=(0, 2, 3, 4))
    else:
        empty("还没有上报链接。", "制发后把网址或者二维码交给网格员、群众，不用账号即可上报隐患和照片。")
    chosen = st.query_params.get("link", "")
    one = next((one for one in found if str(one.id) == chosen), None)
    if one is not None:
        _link(visitor, one, settings.public_url or "")
    with st.expander(said("制发上报链接"), expanded=not found):
        action_form(
            visitor,
            None,
            "make-hazard-link",
            Choices(visitor),
            only=lambda parameter, value: parameter != "hazard_source" or value in BY_OTHERS,
        )


def _link_row(one: LinkShown) -> tuple[object, ...]:
    if one.revoked_at is not None:
        state = f"{one.revoked_by}于{when(one.revoked_at)}停用：{one.revoke_reason}"
    else:
        state = "在用" if one.token else "已过期，或者密钥已更换"
    return (
        link(str(one.id), f"/{ADDRESS}?part=links&link={one.id}"),
        f"{one.label}（{divisions.own_name(one.division_code)}）" if one.division_code else one.label,
        one.source,
        one.expires_on,
        one.hazards,
        state,
    )


def _link(visitor: Visitor, one: LinkShown, public: str) -> None:
    with st.container(border=True):
        st.markdown(f"**上报链接 {plain(one.id)}：{plain(one.label)}**")
        if one.token is None:
            st.caption("这个链接已经打不开。")
            return
        address = f"{public.rstrip('/')}{OPENED_AT}{one.token}"
        if public:
            drawn = segno.make(address, error="m").svg_data_uri(scale=4, border=4, light="#fff")
            picture = f'<img alt="上报链接的二维码" src="{escape(drawn)}">'
            st.html(Html(f"<p>{cell(address)}</p><p>{picture}</p>"))
        else:
            st.caption(plain(f"没有设置协办单位可以访问的网址（public_url），链接为本系统网址加上 {address}"))
        action_form(visitor, None, "revoke-hazard-link", Choices(visitor), fixed={"link": one.id})


def _badge(visitor: Visitor) -> int:
    def count() -> int:
        with visitor.reading() as read:
            return hazards_to_check(read.session, read.actor)

    return WAITING.of(visitor.person, count)


SCREEN = Screen(
    "隐患",
    ADDRESS,
    "隐患",
    show,
    POLICE | {Role.AGENCY},
    badge=_badge,
    pictured=("", "?part=report", "?part=import", "?part=links"),
)
