"""Words that a browser or a spreadsheet would run, in every field that there is: they stay words.

Screens are walked in `tests/ui/web/test_markup.py`; here are the pages that are our own HTML, the answers of routes, the
scripts of our pages, and every workbook that leaves the house.
"""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import String
from sqlalchemy.types import Enum

import ui.web
from models.accident.dossier import workbook_out
from models.accident.sheets import SHEETS, FieldKind
from models.accident.sheets.words_in_force import in_force
from models.kernel.base import Base
from models.office.tables import Organisation
from tests.full_dossier import full_dossier
from tests.security.conftest import Visit
from tests.security.office import FOREIGN, ORIGIN, SERVED, Attacked, Role
from tests.stories import Story
from tests.ui.web.test_markup import FIXED, HOSTILE, defile
from ui.workbook import FORMULA_STARTS

STATIC = Path(ui.web.__file__).parent / "static"
FORMULA = '=HYPERLINK("http://x.y","点")'
FORMULAS = (FORMULA, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", "\t=1", "\r=1")
RAW = re.compile(r"<img src=x|<b>", re.IGNORECASE)


@pytest.mark.parametrize("place", ["/draft/{open}/{draft}", "/auth/login?to=%2F%3C{hostile}", "/auth/password"])
def test_our_own_pages_show_hostile_words_as_words(place: str, attacked: Attacked, story: Story, visit: Visit) -> None:
    defile(story)
    address = place.format(open=attacked.open, draft=attacked.draft, hostile="img%20src%3Dx%3E%22%3E%3Cb%3E")
    answer = visit("li").get(address)
    assert answer.status_code == 200
    assert not RAW.search(answer.text)
    if "draft" in place:
        assert "&lt;img src=x" in answer.text


def test_what_was_typed_wrong_comes_back_as_words(visit: Visit) -> None:
    browser = visit(None)
    [to] = re.findall(r'<form method="post" action="([^"]+)"', browser.get("/auth/login").text)
    for name in ("account", "to", "password"):
        said = {"account": "li", "password": "x", "to": "/", name: f'"/>{HOSTILE}'}
        answer = browser.post(to, data=said, headers=ORIGIN)
        assert answer.status_code in (401, 429)
        assert not RAW.search(answer.text), name


def test_every_free_text_of_the_database_is_made_hostile_where_screens_are_walked(story: Story) -> None:
    """The walk over screens means every field: a text that it leaves alone is in a table that refuses changes."""
    done = defile(story)
    kept = set()
    for name, rows in Base.metadata.tables.items():
        for one in rows.columns:
            free = isinstance(one.type, String) and not isinstance(one.type, Enum)
            fixed = one.foreign_keys or one.primary_key or one.unique or FIXED.search(one.name)
            if free and not fixed and f"{name}.{one.name}" not in done:
                kept.add(name)
    assert kept <= APPEND_ONLY, kept - APPEND_ONLY


APPEND_ONLY = {
    *("events", "admin_events", "checkpoints", "checkpoint_ends", "archive_items", "archives", "renditions"),
    *("approvals", "deadline_rules", "web_sessions", "hazard_steps"),
}


def test_cells_with_hostile_words_go_and_come_as_json(attacked: Attacked, visit: Visit) -> None:
    """Every text field of every sheet that can be written: what comes back is JSON of exactly that, whatever a browser thinks."""
    written = 0
    for sheet in SHEETS.values():
        rows = visit("li").get(f"/facts/{attacked.open}/{sheet.name}").json()["rows"]
        texts = [one.name for one in sheet.fields if one.kind in (FieldKind.TEXT, FieldKind.LONG)]
        ops = [
            {"op": f"h{place}", "kind": "set", "row": rows[0]["ref"], "field": name, "value": HOSTILE, "seen": None}
            for place, name in enumerate(texts)
            if rows
        ]
        if not ops:
            continue
        answer = visit("li").patch(f"/facts/{attacked.open}/{sheet.name}", json={"ops": ops}, headers=ORIGIN)
        assert answer.headers["content-type"] == "application/json", sheet.name
        assert answer.headers["x-content-type-options"] == "nosniff", sheet.name
        json.loads(answer.text)
        written += len(ops)
    assert written > 100


def test_no_script_of_ours_makes_markup_of_words() -> None:
    """Words reach a page as text nodes only; nothing that would read them as HTML or as a program is used."""
    acting = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|\.parseFromString"
    )
    scripts = sorted(STATIC.glob("*.js"))
    assert len(scripts) > 10
    for script in scripts:
        assert not acting.search(script.read_text(encoding="utf-8")), script.name


def _formulas(data: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(data))
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def test_no_workbook_of_a_case_holds_a_formula_whatever_its_facts_say() -> None:
    def hostile(value: object, name: str = "") -> object:
        if isinstance(value, dict):
            return {key: hostile(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [hostile(inner, name) for inner in value]
        return FORMULA + value if isinstance(value, str) and name in texts else value

    long = {one.name for sheet in SHEETS.values() for one in sheet.fields if one.kind is FieldKind.LONG}
    texts = long | {"title", "place", "road_name"}
    tree = hostile(full_dossier())
    assert isinstance(tree, dict)
    data = workbook_out.write_workbook(tree)
    assert _formulas(data) == []


def test_a_word_that_an_administrator_adds_is_no_formula_in_the_empty_workbook(
    attacked: Attacked, story: Story, visit: Visit
) -> None:
    table = next(name for name, one in in_force().tables.items() if not one.closed and one.words)
    for word in ("=1+1", "@SUM(1+1)", "+1"):
        story.in_office(FOREIGN[Role.ADMIN], "add-code", table=table, label=word, reason="试")
    answer = visit("li").get("/file-template/dossier.xlsx")
    assert answer.status_code == 200
    assert _formulas(answer.content) == []


def test_no_cell_of_a_ledger_begins_like_a_formula(attacked: Attacked, story: Story, visit: Visit) -> None:
    defile(story)
    with story.installation.database.writing() as session:
        for place, unit in enumerate(session.query(Organisation)):
            unit.name = f"{FORMULAS[place % len(FORMULAS)]}{unit.id}"
    answer = visit(SERVED).get("/file/ledger.xlsx")
    assert answer.status_code == 200
    assert _formulas(answer.content) == []
    cells = [str(cell.value) for sheet in load_workbook(io.BytesIO(answer.content)) for row in sheet for cell in row]
    assert any(cell.startswith(f"'{start}") for cell in cells for start in FORMULA_STARTS)
    assert not any(cell.startswith(FORMULA_STARTS) for cell in cells)
