"""单位: the tree of units; one can be added or changed, or a whole list loaded with every fault by its row."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from models.office import organisation_list
from models.office.commands.importing import import_organisations
from models.office.queries.administration import UnitListed, unit_page
from ui.web.navigation import Screen
from ui.web.parts.admin import ADMIN, SECTION, folded, searched
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.uploads import upload
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, link

ADDRESS = "units"
HEADS = ("单位", "类别", "区划", "信用代码", "关系", "行业主管部门", "联系人", "电话")
COLUMNS = (
    "列：名称、类别必填；可有行政区划代码、上级单位、统一社会信用代码、与本单位关系、行业主管部门、联系人、联系电话。"
    "UTF-8 或 GB18030 编码；任何一行有误则全部不写入。"
)


def show(visitor: Visitor) -> None:
    """Show a page of the tree, and below it the ways to change it."""
    st.title(said("单位"))
    show_done()
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
        now = next((_changeable(unit) for unit in found if str(unit.id) == chosen), {})
        folded(visitor, "edit-organisation", choices, fixed={"organisation": chosen}, current=now, open_now=True)
    folded(visitor, "add-organisation", choices)
    _import(visitor)


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
    own = "（发文机关）" if unit.issues_as else ""
    at = f"/{ADDRESS}?{urlencode({'unit': unit.id, 'words': unit.name})}"
    return (
        Html(f"{'　' * depth}{link(unit.name, at)}{own}"),
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


SCREEN = Screen("单位", ADDRESS, SECTION, show, ADMIN)
