"""单位: the tree of units; one can be added or changed, or a whole list loaded with every fault by its row."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from models.office import organisation_list
from models.office.commands.importing import import_organisations
from models.office.queries.administration import PendingUnit, UnitListed, pending_count, pending_units, unit_page
from ui.event_sentence import when
from ui.web.navigation import Screen
from ui.web.parts.admin import ADMIN, SECTION, folded, searched
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, cell, link

ADDRESS = "units"
PENDING = ("单位", "类别", "区划", "信用代码", "登记时间", "可能是")
HEADS = ("单位", "类别", "区划", "信用代码", "关系", "行业主管部门", "联系人", "电话")
COLUMNS = (
    "列：名称、类别必填；可有行政区划代码、上级单位、统一社会信用代码、与本单位关系、行业主管部门、联系人、联系电话。"
    "UTF-8 或 GB18030 编码；任何一行有误则全部不写入。"
)


def show(visitor: Visitor) -> None:
    """Show a page of the tree, and below it the ways to change it."""
    st.title(said("单位"))
    show_done()
    if _pending(visitor):
        st.subheader(said("全部单位"))
    words = searched("单位名称或信用代码", "如 公路")
    with visitor.reading() as read:
        found = unit_page(read.session, read.actor, words=words, after=after(), limit=PAGE + 1)
    if found:
        table(HEADS, [_row(unit, flat=bool(words)) for unit in found[:PAGE]], narrow=(2, 3, 4))
        pager(ADDRESS, found, lambda row: row.key, words=words)
    else:
        empty("没有符合条件的单位。", "请更换查找条件。", link("全部单位", f"/{ADDRESS}"))
    chosen, choices = st.query_params.get("unit"), Choices(visitor)
    if chosen:
        _change(visitor, choices, chosen, next((unit for unit in found if str(unit.id) == chosen), None))
    folded(visitor, "add-organisation", choices)
    _import(visitor)


def _change(visitor: Visitor, choices: Choices, chosen: str, unit: UnitListed | None) -> None:
    """Show what can be done to one unit; a change that has seen an older version of it is refused."""
    now = {} if unit is None else _changeable(unit)
    seen: dict[str, object] = {"organisation": chosen} | ({} if unit is None else {"seen_version": unit.version})
    folded(visitor, "edit-organisation", choices, fixed=seen, current=now, open_now=True)
    if unit is None:
        return
    if unit.pending:
        folded(visitor, "confirm-organisation", choices, fixed=seen, open_now=True)
    folded(visitor, "rename-organisation", choices, fixed=seen)
    folded(visitor, "merge-organisation", choices, fixed=seen)


def _pending(visitor: Visitor) -> bool:
    """Show the units that officers entered and that wait here to be confirmed; returns whether there are any."""
    with visitor.reading() as read:
        waiting = pending_units(read.session, read.actor, limit=PAGE)
    if waiting:
        st.subheader(said("待确认的单位"))
        st.caption("办案中新登记的单位：核对后确认、更正，或并入已有的单位。办案不受影响。")
        table(PENDING, [_waiting(unit) for unit in waiting], narrow=(1, 2, 3, 4))
    return bool(waiting)


def _waiting(unit: PendingUnit) -> tuple[object, ...]:
    at = f"/{ADDRESS}?{urlencode({'unit': unit.id, 'words': unit.name})}"
    return (
        link(unit.name, at),
        unit.kind,
        unit.division_code,
        unit.credit_code,
        when(unit.pending_since),
        "、".join(unit.alike),
    )


def _badge(visitor: Visitor) -> int:
    with visitor.reading() as read:
        return pending_count(read.session, read.actor)


def _changeable(unit: UnitListed) -> dict[str, object]:
    """Return what the form to change a unit begins with, by its parameters."""
    return {
        "relation": unit.relation,
        "unit_level": unit.level,
        "led_from": unit.led_from,
        "line": unit.line,
        "standing": unit.standing,
        "division_code": unit.division_code,
        "industry_authority": unit.industry_authority,
        "contact": unit.contact,
        "phone": unit.phone,
    }


def _row(unit: UnitListed, *, flat: bool) -> tuple[object, ...]:
    depth = 0 if flat else unit.depth
    own = "（发文机关）" if unit.issues_as else "（待确认）" if unit.pending else ""
    former = f"<br>曾用名：{cell('、'.join(unit.former))}" if unit.former else ""
    at = f"/{ADDRESS}?{urlencode({'unit': unit.id, 'words': unit.name})}"
    return (
        Html(f"{'　' * depth}{link(unit.name, at)}{own}{former}"),
        unit.kind,
        unit.division_code,
        unit.credit_code,
        unit.relation,
        unit.industry_authority,
        unit.contact,
        unit.phone,
    )


def _import(visitor: Visitor) -> None:
    with st.expander(said("从 CSV 导入单位")):
        st.caption(COLUMNS)
        file = upload(
            "单位名册（CSV）", visitor.installation.settings.max_file_bytes, kinds=["csv", "txt"], key="units/file"
        )
        if not st.button("导入", type="primary") or file is None:
            return
        data = file.getvalue()
        take(lambda: _imported(visitor, data))


def _imported(visitor: Visitor, data: bytes) -> str:
    units = organisation_list.read(data, limit=visitor.installation.settings.max_file_bytes)
    with visitor.acting() as act:
        count = import_organisations(act, units)
    return f"已导入 {count} 个单位。"


SCREEN = Screen("单位", ADDRESS, SECTION, show, ADMIN, badge=_badge)
