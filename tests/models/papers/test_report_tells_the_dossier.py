"""A full dossier is found again in its report: at least 98 of 100 of the values that a report is asked to tell."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from documents import render
from models.accident.dossier import read, write
from models.case.commands.filing import file_case
from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting
from models.papers.filling import content
from models.papers.tables import Document
from models.samples import NAMES, dossier_bytes
from tests.documents.anatomy import Docx
from tests.full_dossier import full_dossier
from tests.models.papers.leaves import lost
from tests.stories import Story

SHARED = ("baoan-2020-03-22", "hukun-2014-07-19", "jiangjin-2015-12-12", "xinxian-2016-05-14", "yangshuo-2019-06-09")
ENOUGH = 98  # of 100


def report_of(story: Story, data: bytes) -> tuple[dict[str, Any], str]:
    """File a dossier; return it in the second format, and the text of its report's file."""
    occurred = datetime.fromisoformat(json.loads(data)["accident"]["occurred_at"])
    story.at = max(story.at, occurred.replace(hour=9, minute=0) + timedelta(days=30))
    dossier = read(data, now=story.at)
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        file_case(act, dossier, reason="群众反映集中的路段")
    said: dict[str, Any] = {"issued_on": story.at.date(), "number": "鄂州公交调〔2026〕3号", "signatory": "程某某"}
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document.id).where(Document.ref == "D1")).one()
        report = content(session, paper, settings=story.installation.settings, rules=rulebook(session), **said)
    return write(dossier), Docx(render(report)).text()


def complaint(tree: dict[str, Any], text: str) -> str:
    """Return nothing, or the figure with what is missing."""
    every, missing = lost(tree, text)
    share = 100 * (every - len(missing)) / every
    lines = [f"{share:.1f} of 100 of {every}", *(f"{one.path}: {one.value}" for one in missing)]
    return "" if share >= ENOUGH else "\n".join(lines)


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_found_again_in_its_report_which_has_no_dash_and_no_key(name: str, story: Story) -> None:
    tree, text = report_of(story, dossier_bytes(name))
    assert complaint(tree, text) == ""
    assert "—" not in text.replace("GB 7258—2017", "")
    assert re.findall(r"(?<![A-Z0-9])[FMEDPVO]\d{1,3}(?!\d)", text) == []


@pytest.mark.parametrize("name", SHARED)
def test_a_real_dossier_is_found_again_in_its_report(name: str, story: Story, shared_data: Path) -> None:
    tree, text = report_of(story, (shared_data / "dossiers" / f"{name}.json").read_bytes())
    assert complaint(tree, text) == ""


def test_every_field_of_every_sheet_has_a_place_in_the_report(story: Story) -> None:
    tree, text = report_of(story, json.dumps(full_dossier()).encode())
    every, missing = lost(tree, text)
    assert every > 250
    assert "\n".join(f"{one.path}: {one.value}" for one in missing) == ""
