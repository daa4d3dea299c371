"""Whoever follows docs/how-to/add-a-field.md has a fact that every door takes in and the report tells."""

from __future__ import annotations

import pytest

from tests.how_to.walking import ROOT, Copy, follow

NEW = "tests/models/case/test_road_temperature.py"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return follow(ROOT / "docs" / "how-to" / "add-a-field.md", tmp_path_factory.mktemp("copy"), {})


def test_it_takes_two_files(copy: Copy) -> None:
    assert copy.program_files() == [
        "models/accident/sheets/of_the_place.py",
        "models/papers/filling/sheet_sentences.py",
    ]


def test_the_test_on_the_page_passes(copy: Copy) -> None:
    said = copy.pytest(NEW)
    assert said.returncode == 0, said.stdout
    assert said.stdout.count(f"PASSED {NEW}::") == 2


def test_the_intake_knows_it(copy: Copy) -> None:
    said = copy.python("-c", DOORS)
    assert said.returncode == 0, said.stderr
    assert said.stdout.split() == ["路面温度（℃）"]


def test_style_holds(copy: Copy) -> None:
    said = copy.style()
    assert said.returncode == 0, said.stdout


DOORS = """
import json
from models.accident.dossier.json_schema import schema
found = []
def walk(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "road_temperature":
                found.append(inner.get("title"))
            walk(inner)
    elif isinstance(value, list):
        for inner in value:
            walk(inner)
walk(schema(2))
print(*found)
"""
