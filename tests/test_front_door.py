"""The pages that a stranger reads first say what is so: every place they name exists, every word of the field is told."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.kernel import vocabulary
from models.kernel.vocabulary import Word
from tests.conftest import ROOT

FRONT = ("README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/glossary.md")
PAGES = [*FRONT, *sorted(str(page.relative_to(ROOT)) for page in ROOT.glob("docs/how-to/*.md"))]
GLOSSARY = ROOT / "docs" / "glossary.md"

PLACE = re.compile(r"(?<![\w/.*-])((?:ui|flows|documents|models|tests|docs|\.ci)/[\w./*-]*)")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
ANCHOR = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")
WRITTEN = re.compile(r"A new file, `([^`]+)`:")  # by who follows the page
NEW = "NNNN"  # stands in the name of a file that is still to be written
WORDS = [one for one in vars(vocabulary).values() if inspect.isclass(one) and issubclass(one, Word) and one is not Word]


def places(text: str, *, fenced: bool) -> Iterator[str]:
    """Yield each place of the repository that a text names; a how-to's blocks of code are of files still to be written."""
    read = text if fenced else re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from (place.rstrip(".") for place in PLACE.findall(read) if NEW not in place)


def is_there(place: str) -> bool:
    return any(ROOT.glob(place.rstrip("/"))) if "*" in place else (ROOT / place).exists()


@pytest.mark.parametrize("page", PAGES)
def test_every_place_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    written = set(WRITTEN.findall(text))
    missing = [place for place in places(text, fenced=page in FRONT) if not is_there(place)]
    assert [place for place in missing if place not in written] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    text, here = (ROOT / page).read_text("utf-8"), (ROOT / page).parent
    lost = [to for to in LINK.findall(text) if "://" not in to and not (here / to).exists()]
    for to, anchor in ANCHOR.findall(text):
        if "://" not in to and anchor not in anchors(here / to if to else ROOT / page):
            lost.append(f"{to}#{anchor}")
    assert lost == []


def anchors(page: Path) -> list[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return [re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads]


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_first_page_leads_to_the_other_ones(page: str) -> None:
    links = LINK.findall((ROOT / page).read_text("utf-8"))
    assert {"ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "docs/glossary.md"} <= {*links}


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.__name__)
def test_the_glossary_tells_every_list_of_words_with_all_that_is_on_it(word: type[Word]) -> None:
    rows = [line for line in GLOSSARY.read_text("utf-8").splitlines() if f"| `{word.__name__}` |" in line]
    assert len(rows) == 1
    assert [one.value for one in word if f"{one.label} `{one.value}`" not in rows[0]] == []


def test_the_glossary_names_no_class_that_is_gone() -> None:
    named = set(re.findall(r"`([A-Z]\w+)`", GLOSSARY.read_text("utf-8")))
    files = (ROOT / "models").rglob("*.py")
    known = {
        node.name
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert named - known == set()


def test_a_place_that_is_not_there_is_found() -> None:
    assert list(places("see `models/nowhere.py`, and ui/web/gate.py.", fenced=True)) == [
        "models/nowhere.py",
        "ui/web/gate.py",
    ]
    assert not is_there("models/nowhere.py")
    assert not is_there("models/*/nowhere/")
    assert is_there("models/*/rules/")
