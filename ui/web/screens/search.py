"""检索: findings, measures, replies, papers and evidence in which all words stand, of what the person may see."""

from __future__ import annotations

from html import escape

import streamlit as st

from models.kernel.errors import Refused
from models.kernel.vocabulary import SearchKind
from models.overview.queries.search import Hit, search
from ui.web.navigation import EVERYONE, Screen
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, link, plain

ADDRESS = "search"
HEADS = ("种类", "案件编号", "编号", "内容")


def show(visitor: Visitor) -> None:
    """Show a page of what holds the words that the address asks for."""
    st.title(said("检索"))
    phrase, kind = _asked()
    if not phrase:
        empty("输入要查找的词。", "在您可以查看的问题、措施、反馈、文书和证据中查找，几个词之间用空格隔开。")
        return
    kinds = tuple(SearchKind) if kind is None else (kind,)
    try:
        with visitor.reading() as read:
            found = search(read.session, read.actor, phrase, kinds=kinds, after=after(), limit=PAGE + 1)
    except Refused as refusal:
        st.error(plain(refusal.message))
        return
    if not found:
        empty("没有找到可以查看的内容。", "请减少或更换要查找的词。", link("重新查找", f"/{ADDRESS}"))
        return
    table(HEADS, [_row(hit) for hit in found[:PAGE]], narrow=(0, 1, 2))
    pager(ADDRESS, found, lambda hit: hit.key, words=phrase, kind=kind)


def _asked() -> tuple[str, SearchKind | None]:
    """Read words and kind from the address, and let them be changed; a reload keeps them."""
    asked, kinds = st.query_params, list(SearchKind)
    chosen = asked.get("kind")
    kind = SearchKind(chosen) if chosen in kinds else None
    with st.form("filters", border=False, enter_to_submit=True):
        words_at, kind_at, go = st.columns((5, 2, 1), vertical_alignment="bottom")
        words = words_at.text_input("要查找的词", value=asked.get("words", ""), placeholder="如 护栏 缺失")
        only = kind_at.selectbox(
            "种类",
            kinds,
            index=None if kind is None else kinds.index(kind),
            format_func=lambda one: one.label,
            placeholder="全部",
        )
        if go.form_submit_button("查找", width="stretch"):
            given = {"words": words.strip(), "kind": only}
            st.query_params.from_dict({name: str(value) for name, value in given.items() if value})
            st.rerun()
    return asked.get("words", "").strip(), kind


def _row(hit: Hit) -> tuple[object, ...]:
    number = hit.case_number
    marked = "".join(f"<mark>{escape(piece.text)}</mark>" if piece.hit else escape(piece.text) for piece in hit.passage)
    title = "" if hit.title is None else f"<strong>{escape(hit.title)}</strong><br>"
    return (
        hit.kind,
        None if number is None else link(number, f"/case?number={number}"),
        hit.ref,
        Html(f"{title}{marked}"),
    )


SCREEN = Screen("检索", ADDRESS, "案件", show, EVERYONE, pictured=("?words=护栏",))
