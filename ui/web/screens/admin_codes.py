"""代码表: the words that the sheets offer; one can be added or retired, what was written stays as it is."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from models.accident.sheets.words_in_force import CodeTable
from models.office.queries.codes import CodeShown, code_list, code_tables
from ui.web.navigation import Screen
from ui.web.parts.admin import ADMIN, SECTION, folded
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import link, plain

ADDRESS = "codes"
TABLES = ("代码表", "在用的词", "增加")
WORDS = ("词", "也可写作", "标准", "标准代码", "起用", "停用", "说明")


def show(visitor: Visitor) -> None:
    """Show all tables, or the words of the one that was chosen with the ways to change them."""
    st.title(said("代码表"))
    show_done()
    with visitor.reading() as read:
        tables = code_tables(read.session, read.actor)
    chosen = next((one for one in tables if one.name == st.query_params.get("table")), None)
    if chosen is None:
        st.caption("情况表各栏可选的词。增加后各页面、案情卷表格和核对都随之更新；停用的词不再供选择，已填写的照旧。")
        table(TABLES, [_row(one) for one in tables], narrow=(1, 2))
        return
    _words(visitor, chosen)


def _row(one: CodeTable) -> tuple[object, ...]:
    used = sum(not word.retired for word in one.words)
    return (
        link(one.title, f"/{ADDRESS}?{urlencode({'table': one.name})}"),
        used,
        "由规则使用，不能增加" if one.closed else "可以",
    )


def _words(visitor: Visitor, chosen: CodeTable) -> None:
    st.html(f"<p>{link('全部代码表', f'/{ADDRESS}')}</p>")
    with visitor.reading() as read:
        found = code_list(read.session, read.actor, chosen.name)
    st.subheader(plain(chosen.title))
    if found:
        table(WORDS, [_word(one) for one in found], narrow=(2, 3, 4, 5))
    else:
        empty("表中还没有词。", "没有词时这一栏填写任何文字；增加后供选择，其他词仍可填写。")
    choices = Choices(visitor)
    if not chosen.closed:
        folded(visitor, "add-code", choices, fixed={"table": chosen.name})
    folded(visitor, "retire-code", choices, fixed={"table": chosen.name})


def _word(one: CodeShown) -> tuple[object, ...]:
    return (
        one.label,
        "、".join(one.aliases),
        one.standard,
        one.standard_code,
        one.valid_from,
        one.valid_until,
        "由规则使用，不能停用" if one.ruled else "",
    )


SCREEN = Screen("代码表", ADDRESS, SECTION, show, ADMIN)
