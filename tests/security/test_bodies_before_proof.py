"""No byte of a body is asked for before link, form, session, origin and size are right: two thousand tries, no server."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.office.commands.signing_in import begin_session
from tests.databases import Databases
from tests.stories import Story, staffed
from tests.ui.web.conftest import read_by_pages
from ui.passwords import form_token, token_hash
from ui.web import draft_page, files_out, hazard_page, notice_page, second_factor, signing_in
from ui.web.authentication import COOKIE
from ui.web.bodies import DRAFT, FACTS, most
from ui.web.facts import routes as facts
from ui.web.forms import FORM_COOKIE, TOKEN
from ui.web.frame import Frame
from ui.web.gate import Gate
from ui.web.rate_limit import Pace
from ui.web.server_limits import UPLOADS

HOST = "127.0.0.1:8501"
OURS, THEIRS = f"http://{HOST}", "https://evil.example"
BROWSER = "a browser of ours"
DOORS = (
    "/auth/login",
    "/auth/code",
    "/auth/second",
    "/auth/password",
    "/auth/logout",
    "/n/no-such-link",
    f"/n/{'x' * 43}",
    "/h/no-such-link",
    f"{UPLOADS}session/file",
    f"{FACTS}案1/accident",
    f"{DRAFT}案1/D1",
    f"{DRAFT}案1/D1/back",
    "/file/案1/D1.pdf",
    "/cases",
    "/no-such-door",
)
METHODS = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class Try:
    """One request to the program, and whether anything of its body was asked for."""

    status: int = 0
    asked_for: int = 0
    said: bytes = b""
    closes: bool = False
    body: bytes = b"x"

    async def receive(self) -> MutableMapping[str, Any]:
        self.asked_for += 1
        return {"type": "http.request", "body": self.body, "more_body": False}

    async def send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.closes = (b"connection", b"close") in [(k.lower(), v.lower()) for k, v in message["headers"]]
        self.said += message.get("body", b"")


@pytest.fixture
def program(tmp_path: Path, sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starlette]:
    url = sqlite_databases.fresh(staffed)
    for pace in ("VISITS", "WRONG"):
        monkeypatch.setattr(notice_page, pace, Pace(100_000, 1))
        monkeypatch.setattr(hazard_page, pace, Pace(100_000, 1))

    async def upload(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    with read_by_pages(url, tmp_path, monkeypatch) as story:
        _sign_in(story)
        ours = Settings()
        yield Starlette(
            routes=[
                *signing_in.routes(ours),
                *notice_page.routes(),
                *hazard_page.routes(),
                *facts.routes(),
                *second_factor.routes(),
                *draft_page.routes(),
                *files_out.routes(),
                Route(f"{UPLOADS}{{session}}/{{file}}", upload, methods=["PUT", "POST"]),
            ],
            middleware=[Middleware(Gate, settings=ours, frame=Frame())],
        )
    sqlite_databases.drop(url)


def _sign_in(story: Story) -> None:
    with acting(story.installation.database, story.installation.settings, "li", wall_clock()) as act:
        begin_session(act, token_hash("li's token"), way="oidc")


SIGNED_IN = f"{COOKIE}=li's token"
FORM = f"{FORM_COOKIE}={BROWSER}"


def tried(program: Starlette, requests: Iterator[tuple[str, str, dict[str, str]]]) -> Iterator[tuple[Any, Try]]:
    async def send_all() -> list[tuple[Any, Try]]:
        return [(one, await _send(program, *one)) for one in requests]

    yield from anyio.run(send_all)


async def _send(program: Starlette, method: str, address: str, headers: dict[str, str]) -> Try:
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in ({"Host": HOST} | headers).items()],
        "client": ("203.0.113.7", 4711),
        "server": ("127.0.0.1", 8501),
    }
    one = Try()
    await program(scope, one.receive, one.send)
    return one


def test_no_body_is_asked_for_from_elsewhere_by_nobody_or_without_a_length(program: Starlette) -> None:
    wrong: tuple[dict[str, str], ...] = (
        {"Origin": THEIRS, "Content-Length": "10", "Cookie": SIGNED_IN},
        {"Content-Length": "10", "Cookie": SIGNED_IN},
        {"Origin": "null", "Content-Length": "10", "Cookie": SIGNED_IN},
        {"Host": "evil.example", "Origin": "http://evil.example", "Content-Length": "10", "Cookie": SIGNED_IN},
        {"Origin": OURS, "Transfer-Encoding": "chunked", "Cookie": SIGNED_IN},
        {"Origin": OURS, "Transfer-Encoding": "gzip, chunked", "Content-Length": "5", "Cookie": SIGNED_IN},
        {"Origin": OURS, "Content-Length": "-1", "Cookie": SIGNED_IN},
        {"Origin": OURS, "Content-Length": "+5", "Cookie": SIGNED_IN},
        {"Origin": OURS, "Content-Length": "5, 5", "Cookie": SIGNED_IN},
        {"Origin": OURS, "Content-Length": "0x10", "Cookie": SIGNED_IN},
        {"Origin": OURS, "Content-Length": "\xb2", "Cookie": SIGNED_IN},
        {"Origin": OURS, "Content-Length": "", "Cookie": SIGNED_IN},
        {"Origin": OURS, "Content-Length": "9" * 30, "Cookie": SIGNED_IN},
    )
    requests = ((method, door, headers) for method, door, headers in itertools.product(METHODS, DOORS, wrong))
    count = 0
    for about, one in tried(program, requests):
        count += 1
        assert one.asked_for == 0, about
        assert one.status in (400, 401, 403, 404, 405, 411, 413), (about, one.status)
    assert count > 700


def test_no_body_is_asked_for_from_who_is_not_signed_in_or_shows_a_wrong_form(program: Starlette) -> None:
    cookies = ["", f"{COOKIE}=", f"{COOKIE}={secrets.token_urlsafe(32)}", f"{COOKIE}={'x' * 4000}", FORM]
    forms = ["", f"?{TOKEN}=", f"?{TOKEN}={'0' * 64}", f"?{TOKEN}=%00", f"?{TOKEN}={form_token('another browser')}"]
    sizes = ["1", "60000"]
    requests = (
        (method, door + query, {"Origin": OURS, "Content-Length": size, "Cookie": cookie})
        for method, door, query, size, cookie in itertools.product(METHODS[:2], DOORS, forms, sizes, cookies)
    )
    count = 0
    for about, one in tried(program, requests):
        count += 1
        assert one.asked_for == 0, about
        assert one.status in (303, 400, 401, 403, 404, 405, 413), (about, one.status)
    assert count >= 1400


def test_no_link_that_opens_nothing_is_listened_to_even_with_a_right_form(program: Starlette) -> None:
    right = f"?{TOKEN}={form_token(BROWSER)}"
    links = [secrets.token_urlsafe(size) for size in (1, 8, 16, 24, 32, 33) for _ in range(50)]
    requests = (
        ("POST", f"/n/{link}{right}", {"Origin": OURS, "Content-Length": "500", "Cookie": FORM}) for link in links
    )
    for about, one in tried(program, requests):
        assert (one.asked_for, one.status, one.closes) == (0, 404, True), about


def test_who_is_signed_in_brings_no_more_than_a_door_takes(program: Starlette) -> None:
    ours = Settings()
    for door in DOORS:
        limit = most(door, ours)
        headers = {"Origin": OURS, "Content-Length": str(limit + 1), "Cookie": f"{SIGNED_IN}; {FORM}"}
        for about, one in tried(program, iter([(method, door, headers) for method in METHODS])):
            assert (one.asked_for, one.status, one.closes) == (0, 413, True), about
            assert "没有保存任何内容" in one.said.decode(), about


def test_what_is_right_is_listened_to(program: Starlette) -> None:
    headers = {"Origin": OURS, "Content-Length": "1", "Cookie": SIGNED_IN}
    [(_, upload)] = tried(program, iter([("PUT", f"{UPLOADS}a/b", headers)]))
    assert (upload.status, upload.said, upload.asked_for) == (200, b"1", 1)
    of_form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": FORM}
    form = {"Origin": OURS, "Content-Length": "1", **of_form}
    [(_, entering)] = tried(program, iter([("POST", f"/auth/login?{TOKEN}={form_token(BROWSER)}", form)]))
    assert entering.asked_for >= 1


def test_more_than_was_declared_is_cut_off(program: Starlette) -> None:
    async def send() -> Try:
        one = Try(body=b"x" * 100)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "PUT",
            "scheme": "http",
            "path": f"{UPLOADS}a/b",
            "raw_path": b"",
            "query_string": b"",
            "root_path": "",
            "headers": [
                (b"host", HOST.encode()),
                (b"origin", OURS.encode()),
                (b"cookie", SIGNED_IN.encode()),
                (b"content-length", b"10"),
            ],
            "client": ("203.0.113.7", 4711),
            "server": ("127.0.0.1", 8501),
        }
        await program(scope, one.receive, one.send)
        return one

    one = anyio.run(send)
    assert (one.status, one.said.decode()) == (400, "请求有误。")
