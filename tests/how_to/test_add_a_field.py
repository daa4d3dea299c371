"""Whoever follows docs/how-to/add-a-field.md has a fact that is taken in, kept and told, in both databases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from models.kernel.storage.schema_version import known_versions
from tests.how_to.walking import ROOT, Copy, follow

NEW = "tests/models/case/test_road_surface.py"


@pytest.fixture(scope="module")
def numbers() -> Mapping[str, str]:
    return {"NNNN": f"{int(known_versions()[-1]) + 1:04}", "LAST": known_versions()[-1]}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, numbers: Mapping[str, str]) -> Copy:
    return follow(ROOT / "docs" / "how-to" / "add-a-field.md", tmp_path_factory.mktemp("copy"), numbers)


def test_it_takes_the_files_that_the_page_counts(copy: Copy, numbers: Mapping[str, str]) -> None:
    assert copy.program_files() == [
        "models/accident/tables.py",
        f"models/migrations/versions/{numbers['NNNN']}_road_surface.py",
        "models/accident/dossier/shape.py",
        "models/case/commands/filing.py",
        "models/joining/commands/splitting.py",
        "ui/web/screens/filing.py",
        "models/papers/content/facts.py",
        "models/papers/filling/draft.py",
        "documents/kinds/analysis_report/layout.py",
        "documents/fields/shared.py",
    ]


def test_the_test_on_the_page_passes(copy: Copy) -> None:
    said = copy.pytest(NEW)
    assert said.returncode == 0, said.stdout
    assert said.stdout.count(f"PASSED {NEW}::") == 2


def test_migration_and_tables_agree_and_intake_paper_and_template_have_it(copy: Copy, tmp_path: Path) -> None:
    said = copy.python("-c", DOORS, f"sqlite:///{tmp_path / 'fresh.db'}")
    assert said.returncode == 0, said.stderr
    assert said.stdout.split() == ["[]", "路面状况", "路面状况", "路面状况：湿滑"]


def test_types_and_style_hold(copy: Copy) -> None:
    said = copy.python("-m", "mypy", "-p", "models.papers.filling", "-p", "documents.kinds.analysis_report")
    assert said.returncode == 0, said.stdout
    said = copy.style()
    assert said.returncode == 0, said.stdout


DOORS = """
import re, sys
from documents.kinds.analysis_report.layout import build
from documents.templates import fields
from models.accident.dossier.json_schema import schema
from models.kernel.vocabulary import DocumentKind
from models.migrations.drift import drift
from tests.documents import samples

report = samples.report()
wet = report.model_copy(update={"accident": report.accident.model_copy(update={"road_surface": "湿滑"})})
print(drift(sys.argv[1]))
print(schema()["$defs"]["Accident"]["properties"]["road_surface"]["title"])
print(*(field.name for field in fields(DocumentKind.ANALYSIS_REPORT) if field.name == "路面状况"))
print(*re.findall("路面状况：湿滑", build(wet).body))
"""
