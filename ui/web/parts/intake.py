"""What was understood of a file before a case is filed from it: figures first, every remark, and all that was read."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from models.accident.dossier import Dossier
from models.accident.dossier.understood import Understood
from models.accident.rules.grading import Casualties, grade
from models.accident.sheets import SHEETS, Field, Sheet, shown
from models.accident.sheets.fields import POINTERS
from models.accident.sheets.values import moment_in_words
from models.kernel import divisions
from ui.web.parts.table import table
from ui.web.parts.words import Html, listed, plain

Row = Mapping[str, Any]


def understood_as(name: str, one: Understood) -> None:
    """Show what one accident of a file says, with the file's name, as it would be filed."""
    dossier = one.dossier
    st.markdown(f"**{plain(dossier.source.title)}**　{plain(name)}")
    st.html(Html(f'<p class="sc-turn">{escape(_summary(dossier))}</p>'))
    if one.remarks:
        st.info(listed("请核对（不影响立案）：", [str(remark) for remark in one.remarks]))
    with st.expander("读到的全部内容"):
        for sheet in SHEETS.values():
            if rows := dossier.facts.get(sheet.name):
                st.markdown(f"**{plain(sheet.title)}**")
                _sheet(sheet, rows, _names(dossier))


def _summary(dossier: Dossier) -> str:
    accident = dossier.accident
    graded = grade(Casualties(accident.deaths, accident.serious_injuries, accident.direct_loss_yuan))
    counted = (("死亡", accident.deaths), ("重伤", accident.serious_injuries), ("轻伤", accident.minor_injuries))
    hurt = "、".join(f"{word}{'不详' if number is None else f'{number}人'}" for word, number in counted)
    rows = "、".join(f"{one.title}{len(dossier.facts[one.name])}" for one in SHEETS.values() if _listed(one, dossier))
    return (
        f"{moment_in_words(accident.occurred_at)}，{divisions.name(accident.division_code)}，{accident.place}。{hurt}，"
        f"{graded.grade.label}事故{'（暂定）' if graded.provisional else ''}。{f'读到：{rows}。' if rows else ''}"
    )


def _listed(sheet: Sheet, dossier: Dossier) -> bool:
    return sheet.many and bool(dossier.facts.get(sheet.name))


def _names(dossier: Dossier) -> dict[str, str]:
    """Return short name → name of the people, vehicles and units, for a page to call them by it."""
    lists = [SHEETS[name] for name in ("people", "officials", "vehicles", "organisations")]
    named = [(row["ref"], row.get(one.named_by or "")) for one in lists for row in dossier.facts.get(one.name, ())]
    return {ref: str(name) for ref, name in named if name}


def _sheet(sheet: Sheet, rows: list[dict[str, Any]], names: Mapping[str, str]) -> None:
    used = [field for field in sheet.fields if any(field.name in row for row in rows)]
    if sheet.many:
        table(("编号", *(field.label for field in used)), [(row["ref"], *_cells(used, row, names)) for row in rows])
    else:
        table(("栏目", "内容"), zip((field.label for field in used), _cells(used, rows[0], names), strict=True))
    for inner, title in (("later_deaths", "事故后死亡"), ("milestones", "阶段目标")):
        inside = [(row.get("ref", ""), one) for row in rows for one in row.get(inner, ())]
        if inside:
            table(("编号", title), [(ref, "，".join(_said(value) for value in one.values())) for ref, one in inside])


def _cells(used: list[Field], row: Row, names: Mapping[str, str]) -> list[str]:
    return [_shown(field, row.get(field.name), names) for field in used]


def _shown(field: Field, value: Any, names: Mapping[str, str]) -> str:
    if field.kind in POINTERS and value is not None:
        return "、".join(names.get(one, one) for one in (value if isinstance(value, list) else [value]))
    if field.standard == "GB/T 2260" and value is not None:
        return divisions.name(value)
    return shown(field, value)


def _said(value: Any) -> str:
    return ("计入" if value else "不计入") if isinstance(value, bool) else str(value)
