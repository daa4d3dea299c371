"""The gate: what gets through without a session, from another site, after a wrong password, after the time is up."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response
from sqlalchemy import make_url, update
from starlette.websockets import WebSocketDisconnect

from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.office.rules.slowing import ONE
from models.office.tables import Guesses, User, WebSession
from models.overview.commands.leaving import disable_user
from tests.security.asking import sent
from tests.security.test_tricks_with_requests import spellings
from tests.stories import Story
from tests.ui.web.conftest import PASSWORD, give_password
from ui.demo_accounts import DEMO_PASSWORD
from ui.web.authentication import COOKIE
from ui.web.server import application

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8501"
STREAM = "ws://127.0.0.1:8501/_stcore/stream"
ORIGIN = {"Origin": HERE}


@pytest.fixture(scope="module")
def program() -> Iterator[TestClient]:
    """The whole program, once: Streamlit's runtime can be had once in a process. The database is each test's own."""
    with TestClient(application(Settings()), base_url=HERE, follow_redirects=False) as client:
        yield client


@pytest.fixture
def browser(story: Story, program: TestClient) -> TestClient:
    """A browser that has no cookie yet."""
    give_password(story, "li")
    program.cookies.clear()
    return program


def signing_in(browser: TestClient, account: str = "li", password: str = PASSWORD, **further: str) -> int:
    return send(browser, "/auth/login", account=account, password=password, **further).status_code


def send(browser: TestClient, address: str, **said: str) -> Response:
    """Fill in the form of a page of ours and send it."""
    [to] = re.findall(r'<form method="post" action="([^"]+)"', browser.get(address).text)
    return browser.post(to, data=said, headers=ORIGIN)


def stream(browser: TestClient, **headers: str) -> bytes:
    """Open Streamlit's stream as its program does, and return its first message."""
    with browser.websocket_connect(STREAM, subprotocols=["streamlit"], headers=headers) as socket:
        return socket.receive_bytes()


def test_without_a_session_no_page_no_file_and_no_stream_opens(browser: TestClient) -> None:
    page = browser.get("/cases?words=G318", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/auth/login?to=%2Fcases%3Fwords%3DG318")
    for address in ("/", "/cases", "/media/x", "/file/4207-2026-0001/D1.pdf", "/_stcore/host-config", "/x/y"):
        assert browser.get(address).status_code == 401, address
    with pytest.raises(WebSocketDisconnect) as refused:
        stream(browser, **ORIGIN)
    assert refused.value.code == 4401


def test_no_spelling_of_an_address_gets_past_the_gate_to_streamlit(browser: TestClient) -> None:
    """With the whole program behind the gate, which looks for files of its own below some addresses."""
    assert browser.portal is not None
    wrong = []
    for path in ("/cases", "/_stcore/host-config", "/_stcore/metrics", "/media/x", "/_stcore/upload_file/a/b"):
        for spelling in spellings(path):
            answer = browser.portal.call(sent, browser.app, spelling)
            if answer.status < 400:
                wrong.append((spelling, answer.status, answer.text[:40]))
    assert wrong == []


def test_the_doors_of_streamlit_for_other_programs_are_shut(browser: TestClient) -> None:
    assert signing_in(browser) == 303
    for address in ("/_stcore/agent/openapi.json", "/_stcore/metrics", "/_stcore/script-health-check"):
        assert browser.get(address).status_code == 403, address


def test_who_signs_in_gets_the_page_and_the_stream(browser: TestClient) -> None:
    assert signing_in(browser) == 303
    page = browser.get("/cases")
    assert page.status_code == 200
    assert '<html lang="zh-CN">' in page.text
    headers = page.headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")
    with browser.websocket_connect(STREAM, subprotocols=["streamlit"], headers=ORIGIN):
        pass


def test_the_cookie_is_for_this_site_alone_and_for_no_script(browser: TestClient) -> None:
    assert signing_in(browser) == 303
    answer = send(browser, "/auth/login", account="li", password=PASSWORD)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_another_site_can_neither_post_nor_open_the_stream(browser: TestClient) -> None:
    assert signing_in(browser) == 303
    foreign = {"Origin": "http://evil.example"}
    assert browser.post("/auth/logout", data={}, headers=foreign).status_code == 403
    assert browser.post("/auth/logout", data={}).status_code == 403
    for headers in (foreign, {}):
        with pytest.raises(WebSocketDisconnect) as refused:
            stream(browser, **headers)
        assert refused.value.code == 1008
    assert browser.get("/cases", headers={"Host": "rebound.example"}).status_code == 403


def test_a_form_that_did_not_come_from_here_signs_nobody_in(browser: TestClient) -> None:
    browser.get("/auth/login")
    said = {"account": "li", "password": PASSWORD}
    for to in ("/auth/login", f"/auth/login?form={'0' * 64}"):
        assert browser.post(to, data=said, headers=ORIGIN).status_code == 403


def test_wrong_passwords_make_the_next_one_wait_and_tell_nothing_about_the_account(
    browser: TestClient, story: Story
) -> None:
    told = set()
    for account in ("li", "nobody"):
        assert {signing_in(browser, account, "wrong") for _ in range(ONE.free)} == {401}
        answer = send(browser, "/auth/login", account=account, password=PASSWORD)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
        told.add(re.findall(r'role="alert">([^<]*)<', answer.text)[0])
    assert told == {"密码输错次数较多，请于1秒后再试。"}
    _waited(story)
    assert signing_in(browser) == 303


def test_nobody_can_shut_the_door_for_who_has_come_through_it_before(browser: TestClient, story: Story) -> None:
    """Strangers guess at an account from the very address of its owner, until that address waits for minutes."""
    assert signing_in(browser) == 303
    mine = dict(browser.cookies)
    browser.cookies.clear()
    for _ in range(ONE.free + 8):
        assert signing_in(browser, password="wrong") == 401
        _waited(story)
    assert signing_in(browser, password="wrong") == 401
    assert signing_in(browser) == 429
    browser.cookies.update(mine)
    assert signing_in(browser) == 303


def _waited(story: Story) -> None:
    """Let the wait of everybody be over, as if time had passed."""
    with story.installation.database.writing() as session:
        session.execute(update(Guesses).values(until=None))


def test_the_known_password_of_the_demo_opens_nothing_elsewhere(browser: TestClient, story: Story) -> None:
    from ui.passwords import hashed

    with story.installation.database.writing() as session:
        session.execute(update(User).where(User.account == "li").values(password_hash=hashed(DEMO_PASSWORD)))
    assert signing_in(browser, password=DEMO_PASSWORD) == 401


def test_the_first_password_must_be_changed_before_anything_else(browser: TestClient, story: Story) -> None:
    give_password(story, "wang", must_change=True)
    assert signing_in(browser, "wang") == 303
    page = browser.get("/cases", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/auth/password")
    with pytest.raises(WebSocketDisconnect) as refused:
        stream(browser, **ORIGIN)
    assert refused.value.code == 4403
    new = {"old": PASSWORD, "new": "another good one", "again": "another good one"}
    assert send(browser, "/auth/password", **{**new, "new": "short", "again": "short"}).status_code == 400
    assert send(browser, "/auth/password", **new).status_code == 303
    assert browser.get("/cases").status_code == 200


def test_signing_out_ends_the_session_on_the_server(browser: TestClient) -> None:
    assert signing_in(browser) == 303
    kept = browser.cookies[COOKIE]
    assert send(browser, "/auth/logout").status_code == 303
    assert browser.get("/cases", headers={"Cookie": f"{COOKIE}={kept}"}).status_code == 401


def test_a_session_ends_when_idle_when_old_and_when_the_account_is_disabled(browser: TestClient, story: Story) -> None:
    def moved(**values: object) -> int:
        assert signing_in(browser) == 303
        with story.installation.database.writing() as session:
            session.execute(update(WebSession).values(**values))
        return browser.get("/cases").status_code

    now = wall_clock()
    assert moved(seen_at=now) == 200
    assert moved(seen_at=now - timedelta(minutes=31)) == 401
    assert moved(began_at=now - timedelta(hours=11)) == 401
    assert signing_in(browser) == 303
    with acting(story.installation.database, story.installation.settings, "console", now) as act:
        disable_user(act, "li", reason="调离")
    assert browser.get("/cases").status_code == 401
    assert signing_in(browser) == 401


def test_signing_in_leads_back_to_where_one_wanted_to_go_but_never_elsewhere(browser: TestClient) -> None:
    for to, led in (("/cases?stage=filed", "/cases?stage=filed"), ("//evil.example", "/"), ("http://evil", "/")):
        answer = send(browser, "/auth/login", account="li", password=PASSWORD, to=to)
        assert answer.headers["location"] == led


def test_a_papers_file_is_handed_to_who_may_see_it_under_its_number_and_title(
    browser: TestClient, story: Story
) -> None:
    case = story.rectifying()
    papers = story.prepare(case)
    restricted = papers[-1]
    give_password(story, "wang")
    assert signing_in(browser) == 303
    answer = browser.get(f"/file/{case}/D1.docx")
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert "%E9%84%82%E5%B7%9E%E5%85%AC%E4%BA%A4%E8%B0%83" in answer.headers["content-disposition"]
    assert browser.get(f"/file/{case}/{restricted}.docx").status_code == 200
    assert browser.get(f"/file/{case}/D99.docx").status_code == 404
    assert browser.get(f"/file/{case}/D1.exe").status_code == 404
    browser.cookies.clear()
    assert browser.get(f"/file/{case}/D1.docx").status_code == 401
    assert signing_in(browser, "wang") == 303
    assert browser.get(f"/file/{case}/D1.docx").status_code == 200
    assert browser.get(f"/file/{case}/{restricted}.docx").status_code == 404
    assert browser.get(f"/file-print/set?paper={case}/{restricted}").status_code == 404


def test_the_health_address_fails_when_the_database_does_and_pages_say_why(
    story: Story, browser: TestClient, tmp_path: Path
) -> None:
    assert browser.get("/_stcore/health").status_code == 200
    file = Path(make_url(story.installation.database.url).database or "")
    file.rename(tmp_path / "away.db")
    try:
        assert browser.get("/_stcore/health").status_code == 503
        page = browser.get("/auth/login")
        assert page.status_code == 503
        assert "），没有写入任何内容" in page.text
        assert "请先运行 shencha init" not in page.text
        assert not file.exists()
    finally:
        (tmp_path / "away.db").rename(file)
    assert browser.get("/_stcore/health").status_code == 200
