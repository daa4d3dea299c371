"""Hosts, origins, methods and spellings of addresses that no browser of ours sends, and cookies and forms of others."""

from __future__ import annotations

import asyncio
import re
from itertools import product
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from models.kernel.settings import Settings
from tests.security.asking import asked
from tests.security.conftest import Visit
from tests.security.office import ORIGIN, Attacked, TestClient, program
from tests.stories import PASSWORD, Story, give_passwords
from ui.web.authentication import COOKIE
from ui.web.server import config

FOREIGN_HOSTS = (
    *(
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8501",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
    ),
    *("", "[", "[::1", "]", "127.1.evil", "0x7f000001", "2130706433x", "xn--lcalhost-54a", "http://127.0.0.1", "a b"),
)
FOREIGN_ORIGINS = (
    *("http://evil.example", "null", "", "http://127.0.0.1:8501.evil.example", "http://evil.example@127.0.0.1:85010"),
    *(
        "http://127.0.0.1",
        "http://127.0.0.1:8502",
        "http://[",
        "//",
        "127.0.0.1:8501",
        "http://localhost:8501",
        "file://",
    ),
)
BEHIND = ("/cases", "/file/{case}/D1.docx", "/facts/{case}/people", "/draft/{case}/D3", "/media/x", "/_stcore/stream")


@pytest.fixture
def app(attacked: Attacked, story: Story) -> Starlette:
    return program(story.installation.settings)


def spellings(path: str) -> list[str]:
    """Return other spellings of an address, as a server hands them on after decoding."""
    head, _, tail = path.lstrip("/").partition("/")
    doors = ("/auth/..", "/static/..", "/n/..", "/favicon.png/..", "/_stcore/health/..", "/auth/own.css/..")
    return [
        f"/{path}",
        f"//{path}",
        path.replace("/", "//"),
        f"/.{path}",
        f"/./{head}/./{tail}",
        f"{path}/",
        f"{path}/.",
        f"{path};.css",
        f"/{head};x=1/{tail}",
        f"{path}\x00",
        f"{path}%00.css",
        path.replace("/", "\\"),
        path.replace("/", "%2f"),
        path.upper(),
        f"{path}?",
        f"{path}#x",
        f" {path}",
        f"{path} ",
        *(f"{door}{path}" for door in doors),
        *(f"{door.removesuffix('..')}%2e%2e{path}" for door in doors),
        *(f"{door.removesuffix('/..')}{path}" for door in doors),
    ]


def test_no_spelling_of_an_address_gets_past_the_gate(app: Starlette, attacked: Attacked) -> None:
    tried = 0
    for path in (one.format(case=attacked.sealed.case) for one in BEHIND):
        for spelling, method in product(
            [path, *spellings(path)], ("GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get")
        ):
            answer = asked(app, spelling, method=method)
            tried += 1
            assert answer.status >= 400, (spelling, method, answer)
            assert not answer.text.startswith("PK"), spelling
    assert tried > 1000


def test_a_name_that_is_not_ours_is_refused_before_anything_else(app: Starlette) -> None:
    """DNS that leads here (rebinding), and what is no name at all: 403 each, never an error."""
    for host, path in product(FOREIGN_HOSTS, ("/", "/auth/login", "/n/x", "/_stcore/health", "/static/x.js")):
        assert asked(app, path, host=host).status == 403, (host, path)
        assert asked(app, path, host=host, websocket=True).status == 1008, (host, path)
    forwarded = {"X-Forwarded-Host": "127.0.0.1:8501", "X-Host": "127.0.0.1", "Forwarded": "host=127.0.0.1"}
    assert asked(app, "/auth/login", host="evil.example", headers=forwarded).status == 403


def test_a_host_of_ours_is_not_taken_from_what_a_browser_says_of_a_proxy(app: Starlette) -> None:
    """Nothing that somebody adds to a request opens a door, whatever it claims to have been before."""
    claims = {
        "X-Forwarded-For": "127.0.0.1",
        "X-Real-IP": "127.0.0.1",
        "X-Original-URL": "/auth/login",
        "X-Rewrite-URL": "/auth/login",
        "X-HTTP-Method-Override": "GET",
        "X-Method-Override": "GET",
        "X-User": "li",
        "Remote-User": "li",
        "Authorization": "Basic bGk6eA==",
    }
    for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        assert asked(app, "/cases", method=method, headers={**claims, **ORIGIN}).status == 401


def test_another_origin_changes_nothing_and_opens_no_stream(app: Starlette) -> None:
    for origin in FOREIGN_ORIGINS:
        for method, path in product(("POST", "PUT", "PATCH", "DELETE"), ("/auth/login", "/n/x", "/facts/x/people")):
            answer = asked(app, path, method=method, headers={"Origin": origin, "Content-Length": "0"})
            assert answer.status == 403, (origin, method, path)
        assert asked(app, "/_stcore/stream", websocket=True, headers={"Origin": origin}).status == 1008, origin
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"):
        assert asked(app, "/auth/login", method=method).status == 403, method
    assert asked(app, "/_stcore/stream", websocket=True).status == 1008
    assert asked(app, "/_stcore/stream", websocket=True, headers=ORIGIN).status == 4401


def test_no_answer_lets_another_site_read_it(app: Starlette) -> None:
    for path in ("/auth/login", "/cases", "/n/x", "/_stcore/health"):
        answer = asked(app, path, headers={"Origin": "http://evil.example"})
        assert not any(name.startswith("access-control") for name in answer.headers), path
        policy = answer.headers["content-security-policy"]
        for said in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'self'", "form-action 'self'"):
            assert said in policy, path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


def _form(browser: TestClient) -> str:
    [to] = re.findall(r'<form method="post" action="([^"]+)"', browser.get("/auth/login").text)
    return str(to)


def test_a_session_that_somebody_laid_into_the_browser_is_not_the_one_after_signing_in(
    visit: Visit, story: Story
) -> None:
    give_passwords(story.installation.settings.database)
    browser = visit(None)
    browser.cookies.set(COOKIE, "laid in by somebody else")
    answer = browser.post(_form(browser), data={"account": "li", "password": PASSWORD}, headers=ORIGIN)
    assert answer.status_code == 303
    [given] = re.findall(rf"{COOKIE}=([^;]+)", str(answer.headers["set-cookie"]))
    assert len(given) > 40
    assert visit(None).get("/cases", headers={"Cookie": f"{COOKIE}={given}"}).status_code == 200
    for token in ("laid in by somebody else", "", "' OR 1=1 --", "%00", given[:-1], given + "x", "x" * 5000):
        assert visit(None).get("/cases", headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401, token


def test_the_form_of_another_browser_is_refused(visit: Visit, story: Story) -> None:
    give_passwords(story.installation.settings.database)
    theirs = _form(visit(None))
    mine = visit(None)
    _form(mine)
    said = {"account": "li", "password": PASSWORD}
    assert mine.post(theirs, data=said, headers=ORIGIN).status_code == 403
    assert visit(None).post(theirs, data=said, headers=ORIGIN).status_code == 403
    without = theirs.partition("?")[0]
    for token in ("", "?form=", "?form=é", f"?form={'0' * 64}", "?form=a&form=b"):
        assert mine.post(f"{without}{token}", data=said, headers=ORIGIN).status_code == 403, token


def test_by_https_every_cookie_is_for_this_very_host_and_for_https_alone(visit: Visit, story: Story) -> None:
    """A neighbour's host cannot lay one of these into a browser: its name asks for that."""
    give_passwords(story.installation.settings.database)
    settings = Settings(public_url="https://anjian.example")
    told: list[str] = []
    with TestClient(program(settings), base_url="https://anjian.example", follow_redirects=False) as browser:
        to = _form(browser)
        answer = browser.post(
            to, data={"account": "li", "password": PASSWORD}, headers={"Origin": "https://anjian.example"}
        )
        assert answer.status_code == 303
        told += browser.get("/auth/login").headers.get_list("set-cookie") + answer.headers.get_list("set-cookie")
        told += browser.get("/auth/language?to=en").headers.get_list("set-cookie")
        assert answer.headers["strict-transport-security"]
    assert len({one.partition("=")[0] for one in told}) == 4
    for one in told:
        # The language opens nothing, and a page of Streamlit's reads it by this name.
        assert one.startswith(("__Host-", "shencha_language")), one
        assert "Secure" in one, one
        assert "HttpOnly" in one, one
        assert "Path=/" in one, one


def test_only_a_proxy_on_this_machine_is_believed_whom_it_speaks_for() -> None:
    seen: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["client"][0], scope["scheme"]))

    served = config(app, Settings(), 8501)
    served.load()
    headers = [(b"x-forwarded-for", b"6.6.6.6, 7.7.7.7"), (b"x-forwarded-proto", b"https")]
    for client in ("127.0.0.1", "10.0.0.9", "::1"):
        scope = {"type": "http", "client": (client, 1), "scheme": "http", "headers": headers}
        asyncio.run(served.loaded_app(scope, None, None))
    # Of several the last is the one that our proxy saw itself.
    assert seen == [("7.7.7.7", "https"), ("10.0.0.9", "http"), ("::1", "http")]


def test_where_signing_in_leads_is_inside(visit: Visit, story: Story) -> None:
    give_passwords(story.installation.settings.database)
    for to in (
        "//evil.example",
        "/\\evil.example",
        "http://evil.example",
        "/auth/logout",
        "javascript:alert(1)",
        "\t//evil",
    ):
        browser = visit(None)
        answer = browser.post(_form(browser), data={"account": "li", "password": PASSWORD, "to": to}, headers=ORIGIN)
        assert answer.headers["location"] == "/", to
