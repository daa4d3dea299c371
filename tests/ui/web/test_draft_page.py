"""A draft on its editing page: who comes sees its paragraphs, what is typed is saved, what is refused says where to go."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from tests.stories import Story
from ui.editing import draft_of
from ui.web.authentication import COOKIE
from ui.web.draft_page import address, routes
from ui.web.frame import Frame
from ui.web.gate import Gate

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8501"
ORIGIN = {"Origin": HERE}


@pytest.fixture
def come(story: Story, sign_in: Callable[[str], str]) -> Iterator[Callable[[str], TestClient]]:
    """Come to the routes as somebody, through the gate."""
    gate = Middleware(Gate, settings=Settings(), frame=Frame())
    story.at = wall_clock()
    with TestClient(Starlette(routes=routes(), middleware=[gate]), base_url=HERE) as browser:

        def entered(account: str) -> TestClient:
            browser.cookies.clear()
            browser.cookies.set(COOKIE, sign_in(account))
            return browser

        yield entered


def test_words_are_saved_with_the_version_that_was_read_and_can_be_undone(
    story: Story, come: Callable[[str], TestClient]
) -> None:
    case = story.file()
    at = address(case, "D1")
    browser = come("li")
    opening = draft_of(story.installation, "li", case, "D1").passages[0]
    page = browser.get(at)
    assert page.status_code == 200
    assert f'data-passage="{opening.name}" data-version="0"' in page.text
    words = opening.text.replace("调查组", "本调查组")

    def save(text: str | None, seen: int, account: str = "li") -> dict[str, object]:
        body = {"account": account, "passage": opening.name, "text": text, "seen": seen}
        answer = browser.patch(at, json=body, headers=ORIGIN)
        return {**answer.json(), "code": answer.status_code}

    saved = save(words, 0)
    assert (saved["code"], saved["text"]) == (200, words)
    assert save(words + "又改。", 0)["code"] == 409
    refused = save(words.replace("2", "3"), int(str(saved["version"])))
    assert refused["code"] == 422
    faults = refused["faults"]
    assert isinstance(faults, list)
    assert any(f"/case?number={case}&part=facts&of=accident" == fault["href"] for fault in faults)
    assert save(words, 0, account="wang")["code"] == 401
    assert save(None, int(str(saved["version"]))) == {"code": 200, "text": opening.text, "version": 0}
    for broken in (b"{", b"[" * 100_000, b'{"account": "li", "passage": "\\ud800", "text": "\\ud800", "seen": 0}'):
        assert browser.patch(at, content=broken, headers=ORIGIN).status_code == 422
    assert browser.patch(at, json={}).status_code == 403, "no page of ours asked"


def test_a_file_goes_out_and_comes_back_and_its_differences_are_shown_first(
    story: Story, come: Callable[[str], TestClient]
) -> None:
    import docx

    case = story.file()
    at = address(case, "D1")
    browser = come("li")
    file = browser.get(f"{at}.docx")
    assert "attachment" in file.headers["content-disposition"]
    one = next(
        one
        for one in draft_of(story.installation, "li", case, "D1").passages
        if not one.fixed and not any(map(str.isdigit, one.text))
    )
    document = docx.Document(io.BytesIO(file.content))
    typed = next(text for text in document.element.body.iter("{*}t") if text.text == one.text)
    typed.text = f"经查，{one.text}"
    out = io.BytesIO()
    document.save(out)
    shown = browser.post(f"{at}/back", content=out.getvalue(), headers=ORIGIN).json()
    assert shown == {
        "saved": False,
        "differences": [{"label": one.label, "before": one.text, "now": f"经查，{one.text}"}],
    }
    assert browser.post(f"{at}/back?save=1", content=out.getvalue(), headers=ORIGIN).json()["saved"]
    assert f"经查，{one.text}" in browser.get(at).text
    again = browser.post(f"{at}/back", content=out.getvalue(), headers=ORIGIN)
    assert (again.status_code, again.json()["code"]) == (409, "other_version")
    wrong = browser.post(f"{at}/back", content=b"no file", headers=ORIGIN)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_docx")


def test_who_may_not_see_the_paper_is_told_that_there_is_none_and_a_signed_one_is_closed(
    story: Story, come: Callable[[str], TestClient]
) -> None:
    case = story.file()
    story.address(case)
    browser = come("li")
    assert browser.get(address(case, "D9")).status_code == 404
    story.issue(case, "D1")
    closed = browser.get(address(case, "D1"))
    assert closed.status_code == 409
    assert "文字不能再改" in closed.text
