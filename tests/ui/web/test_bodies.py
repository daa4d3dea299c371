"""What a stranger can bring into the house by a request: on a real server, byte by byte, nothing that was not asked for."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from flows.ports import LOOPBACK, any_port
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.office.tables import WebSession
from models.rectification.tables import Reply
from tests.stories import Story
from tests.ui.web.conftest import PASSWORD, give_password
from tests.ui.web.test_notice_page import PNG, serve
from tests.waiting import eventually
from ui.web import bodies, notice_page
from ui.web.forms import FORM_COOKIE
from ui.web.frame import Frame
from ui.web.gate import Gate
from ui.web.notice_page import routes as notices
from ui.web.rate_limit import Pace
from ui.web.server import config
from ui.web.signing_in import routes as signing_in

pytestmark = pytest.mark.loopback
HUGE = 50 * 1024 * 1024 * 1024


@dataclass
class Real:
    """A server of ours on a port of this machine, what its upload door was handed, and a notice that it serves."""

    port: int
    handed: list[int]
    notice: str
    code: str
    files: Path

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def raw(self, head: str, body: bytes = b"", seconds: float = 20) -> str:
        """Send bytes as they are and return everything that comes back until the connection ends."""
        lines = [head, f"Host: {LOOPBACK}:{self.port}", f"Origin: {self.address}"]
        with socket.create_connection((LOOPBACK, self.port), timeout=seconds) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = b""
            try:
                while more := line.recv(65536):
                    answer += more
            except ConnectionResetError:
                pass
            return answer.decode(errors="replace")

    def stored(self) -> int:
        return sum(1 for file in self.files.rglob("*") if file.is_file())


@pytest.fixture
def real(story: Story, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Real]:
    settings = {"PUBLIC_URL": "https://anjian.example", "LINK_KEY": "only for this test", "MAX_FILE_BYTES": "100000"}
    for name, value in settings.items():
        monkeypatch.setenv(f"SHENCHA_{name}", value)
    for pace in ("VISITS", "WRONG"):
        monkeypatch.setattr(notice_page, pace, Pace(1000, 1))
    story.installation = replace(
        story.installation,
        settings=story.installation.settings.model_copy(
            update={"public_url": settings["PUBLIC_URL"], "link_key": SecretStr(settings["LINK_KEY"])}
        ),
    )
    story.at = wall_clock()
    notice, code = serve(story)
    give_password(story, "li")
    handed: list[int] = []

    async def upload(request: Request) -> PlainTextResponse:
        handed.append(len(await request.body()))
        return PlainTextResponse("")

    door = Route("/_stcore/upload_file/{session}/{file}", upload, methods=["PUT"])
    ours = Settings()
    gate = Middleware(Gate, settings=ours, frame=Frame())
    port = any_port()
    program = Starlette(routes=[*signing_in(ours), *notices(), door], middleware=[gate])
    server = uvicorn.Server(config(program, ours, port))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert eventually(lambda: server.started)
    yield Real(port, handed, notice, code, tmp_path / "files")
    server.should_exit = True
    thread.join(20)


@contextmanager
def opened(real: Real) -> Iterator[tuple[httpx.Client, str, str]]:
    """Open the notice as a browser; yields it, where its form is sent to, and the key of the form."""
    with httpx.Client(base_url=real.address, headers={"Origin": real.address}) as client:
        page = client.get(real.notice).text
        [to] = re.findall(r'method="post" action="([^"]+)"', page)
        [key] = re.findall(r'form_key" value="([^"]+)"', page)
        yield client, to, key


def signed_in(real: Real) -> str:
    """Sign in; returns the cookies."""
    with httpx.Client(base_url=real.address, headers={"Origin": real.address}) as client:
        [to] = re.findall(r'<form method="post" action="([^"]+)"', client.get("/auth/login").text)
        assert client.post(to, data={"account": "li", "password": PASSWORD}).status_code == 303
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def test_a_huge_body_is_refused_by_its_head_alone(real: Real) -> None:
    """Nothing of it is sent, and the answer is there: who waits for the body would wait for ever."""
    before = real.stored()
    for path in ("/auth/login", "/auth/password", "/auth/logout", real.notice, "/n/no-such-link"):
        answer = real.raw(f"POST {path} HTTP/1.1\r\nContent-Length: {HUGE}")
        assert answer.startswith("HTTP/1.1 413"), path
        assert "提交的内容过大（51200 MB），已拒绝，没有保存任何内容。" in answer
        assert "connection: close" in answer.lower()
    answer = real.raw(f"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nContent-Length: {HUGE}")
    assert answer.startswith("HTTP/1.1 401")
    answer = real.raw(f"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nCookie: {signed_in(real)}\r\nContent-Length: {HUGE}")
    assert answer.startswith("HTTP/1.1 413")
    assert (real.handed, real.stored()) == ([], before)


def test_a_body_without_length_is_refused_however_long_it_goes_on(real: Real) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    for path in ("/auth/login", real.notice, "/_stcore/upload_file/a/b"):
        head = f"POST {path} HTTP/1.1\r\nTransfer-Encoding: chunked\r\nCookie: {signed_in(real)}"
        assert real.raw(head, chunk).startswith("HTTP/1.1 411"), path
    assert real.handed == []


def test_no_body_is_read_for_a_link_or_a_form_that_is_not_ours(real: Real) -> None:
    """The length is right and small, and nothing of the body comes: the answer does not wait for it."""
    with opened(real) as (client, to, _):
        cookie = f"Cookie: {FORM_COOKIE}={client.cookies[FORM_COOKIE]}"
    _, _, token = to.partition("?")
    for path, further, status in (
        (f"/n/no-such-link?{token}", cookie, 404),
        (real.notice, cookie, 400),
        (f"{real.notice}?form={'0' * 64}", cookie, 400),
        (f"{real.notice}?{token}", "X-No: cookie", 400),
        ("/auth/login", cookie, 403),
        ("/auth/password?form=1", cookie, 303),
    ):
        head = f"POST {path} HTTP/1.1\r\n{further}\r\nContent-Length: 50000\r\nConnection: close"
        assert real.raw(head).startswith(f"HTTP/1.1 {status}"), path


def test_another_site_brings_nothing_in(real: Real) -> None:
    with socket.create_connection((LOOPBACK, real.port), timeout=20) as line:
        head = f"POST {real.notice} HTTP/1.1\r\nHost: {LOOPBACK}:{real.port}\r\nOrigin: http://evil.example"
        line.sendall(f"{head}\r\nContent-Length: 50000\r\n\r\n".encode())
        assert line.recv(100).startswith(b"HTTP/1.1 403")


def test_what_is_longer_than_it_said_is_cut_off_at_what_it_said(real: Real) -> None:
    cookie = signed_in(real)
    head = f"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nCookie: {cookie}\r\nContent-Length: 10\r\nConnection: close"
    real.raw(head, b"x" * 1_000_000)
    assert real.handed in ([], [10])


def test_a_body_that_does_not_come_on_is_given_up(real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PAUSE", 0.5)
    head = f"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nCookie: {signed_in(real)}\r\nContent-Length: 5000"
    answer = real.raw(head, b"x" * 10)
    assert answer.startswith("HTTP/1.1 408")
    assert "上传中断或过慢，没有保存任何内容，请重试。" in answer
    assert real.handed == []


def test_a_form_with_a_film_is_told_so_and_no_more_of_it_is_kept_than_may_be(real: Real, story: Story) -> None:
    """Twenty times the size: it is listened to, because a person waits for the sentence, and dropped."""
    before = real.stored()
    with opened(real) as (client, to, key):
        said = {"step": "acknowledge", "form_key": key, "name": "周某", "code": real.code}
        answer = client.post(to, data=said, files={"scan": ("录像.png", PNG + b"\0" * 1_900_000, "image/png")})
    assert answer.status_code == 400
    assert "“录像.png”有1 MB，每个文件不超过97 KB" in answer.text
    assert 'value="周某"' in answer.text
    assert real.stored() == before


def test_a_form_of_many_parts_or_of_endless_words_is_refused(real: Real) -> None:
    with opened(real) as (client, to, _):
        for parts in (
            [(f"f{n}", (None, "x")) for n in range(400)],
            [(f"f{n}", (f"{n}.png", PNG)) for n in range(200)],
            [("text", (None, "长" * 600_000))],
            [("text", ("x.png", PNG, "image/png", {"X-Long": "x" * 10_000}))],
        ):
            answer = client.post(to, files=parts)
            assert answer.status_code == 400
            assert "所填的文字过长，没有提交" in answer.text


def test_a_head_that_does_not_end_is_refused(real: Real) -> None:
    with socket.create_connection((LOOPBACK, real.port), timeout=20) as line:
        line.sendall(b"GET /auth/login HTTP/1.1\r\nX-Long: " + b"x" * 100_000)
        assert line.recv(100).startswith(b"HTTP/1.1 400")


def test_a_request_whose_end_can_be_read_in_two_ways_is_refused_and_nothing_behind_it_is_heard(real: Real) -> None:
    """What a proxy before us might take for one request and we for two (smuggling), or the other way round."""
    cookie = signed_in(real)
    hidden = f"GET /auth/login HTTP/1.1\r\nHost: {LOOPBACK}:{real.port}\r\n\r\n".encode()
    for lengths in (
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
        "Content-Length: 4\r\nContent-Length: 40",
        "Content-Length: 4, 40",
        "Content-Length: +4",
        "Content-Length: 4 4",
        "Content-Length: -1",
        "Content-Length: 0x4",
        "Content-Length : 4",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding:\x0bchunked",
        "X: y\n\nTransfer-Encoding: chunked",
    ):
        head = f"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nCookie: {cookie}\r\n{lengths}"
        answer = real.raw(head, b"0\r\n\r\n" + hidden, seconds=5)
        assert answer.startswith(("HTTP/1.1 400", "HTTP/1.1 411", "HTTP/1.1 501")), (lengths, answer[:80])
        assert answer.count("HTTP/1.1") == 1, lengths
    assert real.handed == []


def test_after_all_that_the_doors_still_open(real: Real, story: Story) -> None:
    with opened(real) as (client, to, key):
        said = {"step": "acknowledge", "form_key": key, "name": "周某", "code": real.code}
        answer = client.post(to, data=said, files={"scan": ("盖章.png", PNG, "image/png")}, follow_redirects=True)
    assert "回执" in answer.text
    assert signed_in(real)
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count(WebSession.id))) == 1
        assert session.scalar(select(func.count(Reply.id))) == 0
