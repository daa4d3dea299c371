"""What people write is never markup: looked for in the source of every page, and on every page of a hostile case."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Enum, String, column, table, text, update
from sqlalchemy.exc import DatabaseError
from streamlit.testing.v1 import AppTest

import ui.web
from models.kernel.base import Base
from models.kernel.vocabulary import Role
from tests.stories import Story
from tests.ui.web.conftest import Look, read
from tests.ui.web.test_every_screen import FOREIGN, Foreign, begun, declared, foreign
from ui.web.navigation import EVERYONE, screens_of
from ui.web.parts.words import plain

WEB = Path(ui.web.__file__).parent
# What of Streamlit's takes its first word for markdown.
TAKES_MARKDOWN = {
    *("title", "header", "subheader", "markdown", "caption", "write", "info", "success", "warning", "error", "toast"),
    *("expander", "checkbox", "toggle", "button", "form_submit_button", "text_input", "text_area", "selectbox"),
    *("multiselect", "radio", "date_input", "datetime_input", "number_input", "file_uploader", "metric", "spinner"),
    *("popover", "link_button", "download_button", "tabs", "status", "badge", "time_input", "pills", "dialog"),
}
# What returns words of our own, or words of people made harmless.
HARMLESS = {"plain", "said", "step_title", "field_title", "when", "lit", "len", "size", "listed", "chinese_date"}
# Who is no widget although it has a method of that name.
NOT_STREAMLIT = {"log", "screen"}
# Parameters that hold the labels of fields: ours, from `ui/action_words.py` or the page itself.
LABELS = {"label", "opinion"}


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted(WEB.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            owner = node.func.value
            if node.func.attr in TAKES_MARKDOWN and not (isinstance(owner, ast.Name) and owner.id in NOT_STREAMLIT):
                yield path, node


def harmless(said: ast.expr) -> bool:
    """Return whether an expression can hold no word of people that markdown would read."""
    if isinstance(said, ast.Constant):
        return True
    if isinstance(said, ast.JoinedStr):
        return all(harmless(part.value) for part in said.values if isinstance(part, ast.FormattedValue))
    if isinstance(said, ast.IfExp):
        return harmless(said.body) and harmless(said.orelse)
    if isinstance(said, ast.BinOp):
        return harmless(said.left) and harmless(said.right)
    if isinstance(said, ast.Call):
        if isinstance(said.func, ast.Attribute):
            return said.func.attr in HARMLESS or (said.func.attr == "partition" and harmless(said.func.value))
        return isinstance(said.func, ast.Name) and said.func.id in HARMLESS
    if isinstance(said, ast.Subscript):
        return harmless(said.value)
    if isinstance(said, ast.Attribute):
        return said.attr == "label"  # of a closed list of words
    return isinstance(said, ast.Name) and (said.id.isupper() or said.id in LABELS)


def test_no_page_hands_words_of_people_to_markdown() -> None:
    found = [
        f"{path.relative_to(WEB)}:{call.lineno} {call.func.attr}"  # type: ignore[attr-defined]
        for path, call in calls()
        if not harmless(call.args[0])
    ]
    assert found == []


def test_the_look_finds_what_it_looks_for() -> None:
    for said in ("x", "x['title']", "f'{x.name}'", "'、'.join(names)", "f'已{plain(a)}{b}'"):
        assert not harmless(ast.parse(said, mode="eval").body), said
    for said in ("'x'", "said('标题')", "f'{plain(x)} {day.label} {len(y)}'", "step_title(a).partition('（')[0]"):
        assert harmless(ast.parse(said, mode="eval").body), said
    assert len(list(calls())) > 100


HOSTILE = "<img src=x onerror=alert(1)>**b**[l](http://x.y):red[x]:smile:$x$`c`<b>"
# What is no free text although it is a string: names of things in the house, numbers, hashes, addresses.
FIXED = re.compile(
    r"(ref|sha256|hash|code|kind|account|key|number|prefix|version|token\w*|path|url|state|status|stake|mark|form|source"
    r"|media_type|issuer|subject|way|address|worker|template|series\w*|section|issues_as|actor|milestone|form_key)$"
)
UNMADE = re.compile(r"(?<!\\)(<img|\*\*b|\[l\]|:red|:smile:|\$x|`c|<b>)")

__all__ = ["begun", "foreign"]


def defile(story: Story) -> set[str]:
    """Add hostile words to every free text of the database; returns the columns that carry them now."""
    done = set()
    for name, rows in Base.metadata.tables.items():
        for one in rows.columns:
            if not isinstance(one.type, String) or isinstance(one.type, Enum):
                continue
            if one.foreign_keys or one.primary_key or one.unique or FIXED.search(one.name):
                continue
            try:
                with story.installation.database.writing() as session:
                    value = column(one.name)
                    session.execute(update(table(name, value)).values({one.name: value.concat(HOSTILE)}))
            except DatabaseError:  # records that nobody changes, not even here
                continue
            done.add(f"{name}.{one.name}")
    return done


def shown(page: AppTest) -> Iterator[tuple[str, str]]:
    """Yield what a page hands to markdown, and to HTML."""
    for kind in ("title", "header", "subheader", "markdown", "caption", "info", "error", "success", "warning"):
        yield from ((kind, str(element.value)) for element in getattr(page, kind))
    for kind in ("button", "text_input", "text_area", "selectbox", "multiselect", "radio", "checkbox", "expander"):
        yield from ((kind, str(element.label)) for element in getattr(page, kind))
    yield from (("html", element.proto.body) for element in page.get("html"))


@pytest.mark.parametrize("role", sorted(EVERYONE), ids=lambda role: role.value)
def test_no_page_takes_hostile_words_for_markup(role: Role, foreign: Foreign, story: Story, look: Look) -> None:
    """Every screen of every role, over a case in which each text, name and file name tries to be something else."""
    story.rectifying(variant=1)
    account = f"h-{role.value}"
    story.employ(account, role, unit=_recipient(story) if role is Role.AGENCY else None, by=FOREIGN[Role.ADMIN])
    assert len(defile(story)) > 60
    met = 0
    for screen in screens_of({role}):
        for query in [*declared(screen, foreign), {}, {"number": foreign.case}, {"state": "all"}]:
            page = look(account, screen.address, **query)
            for kind, said in shown(page):
                wrong = "<img src=x" in said or "<b>" in said if kind == "html" else UNMADE.search(said)
                assert not wrong, (screen.address, query, kind, said)
                met += HOSTILE in read(said) or "&lt;img src=x" in said
    assert met


def _recipient(story: Story) -> str:
    """Return the unit that was served."""
    with story.installation.database.reading() as session:
        return str(
            session.execute(
                text("SELECT o.name FROM organisations o JOIN deliveries d ON d.recipient_id = o.id LIMIT 1")
            ).scalar_one()
        )


def test_harmless_words_read_as_they_were_written() -> None:
    for said in (HOSTILE, "K700+350 处“右侧”(2026-01-05) 8:10", "a -> b", "见 http://x.y 或 a@b.cn", "&lt;", "第1. 款"):
        assert read(plain(said)) == said
    assert "\u2060" not in plain("G316线K120+350处，2026-01-15 08:10，（一）1. 某某，价值3-5万元")
    for late in (":smile:", ":material/home:", "https://x.y", "www.x.y", "a@b.cn", "a -> b", "a -- b", "a >= b"):
        assert "\u2060" in plain(late), late
