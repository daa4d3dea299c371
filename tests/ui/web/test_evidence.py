"""The evidence of a case on its page: small pictures for who may see them, drawings that do nothing, the plan of the scene."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.kernel.storage.media import SVG
from tests.pictures import photograph, written
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.incoming import receive, take_in_pictures
from ui.web.authentication import COOKIE
from ui.web.files_out import evidence_address, routes, small_address
from ui.web.frame import Frame
from ui.web.gate import Gate

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8501"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9"/></svg>'


@pytest.fixture
def browser(story: Story, sign_in: Callable[[str], str]) -> Iterator[TestClient]:
    """The routes of files, through the gate, before the officer in charge."""
    story.at = wall_clock()
    gate = Middleware(Gate, settings=Settings(), frame=Frame())
    with TestClient(Starlette(routes=routes(), middleware=[gate]), base_url=HERE) as browser:
        browser.cookies.set(COOKIE, sign_in("li"))
        yield browser


def pictured(story: Story, folder: Path) -> str:
    """A case with a photograph, a drawing, and a paper."""
    case = story.file(bare=True)
    photo = take_in_pictures([written(folder, "现场.jpg", photograph(turned=6))], story.installation)
    story.do("li", "add-pictures", case, pictures=photo, title="现场照片", taken_by="赵某")
    drawn = receive(io.BytesIO(DRAWING), "现场图.svg", story.installation)
    story.do(
        "li", "add-evidence", case, title="图", file=drawn.stored, file_name=drawn.name, media_type=drawn.media_type
    )
    story.do("li", "add-evidence", case, title="笔录", reference="卷宗")
    return case


def test_pictures_are_shown_small_and_a_drawing_may_do_nothing(
    story: Story, browser: TestClient, tmp_path: Path
) -> None:
    case = pictured(story, tmp_path)
    small = browser.get(small_address(case, "E1"))
    assert (small.status_code, small.headers["content-type"]) == (200, "image/jpeg")
    assert len(small.content) < len(browser.get(evidence_address(case, "E1")).content)
    drawing = browser.get(small_address(case, "E2"))
    assert drawing.content == DRAWING
    assert drawing.headers["content-type"] == SVG.mime
    assert "sandbox" in drawing.headers["content-security-policy"]
    whole = browser.get(evidence_address(case, "E2"))
    assert whole.headers["content-disposition"].startswith("attachment")
    assert browser.get(small_address(case, "E3")).status_code == 404
    browser.cookies.clear()
    assert browser.get(small_address(case, "E1"), follow_redirects=False).status_code != 200


def test_the_page_shows_evidence_and_the_plan_that_the_facts_give(story: Story, look: Look, tmp_path: Path) -> None:
    case = story.file("ezhou-four-deaths")
    photo = take_in_pictures([written(tmp_path, "现场.jpg", photograph())], story.installation)
    [ref] = story.do("li", "add-pictures", case, pictures=photo, title="现场照片", taken_by="赵某")
    said = words(look("li", "case", number=case, part="evidence"))
    assert small_address(case, ref) in said
    assert "2025-08-16 08:25，赵某" in said
    assert 'alt="现场图" src="data:image/svg+xml;base64,' in said
    assert "<svg" not in said, "pages take elements of SVG out"
    assert "登记照片和图" in said
