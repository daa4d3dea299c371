"""The gate in front of everything: no page, no file and no WebSocket without a session, and nothing from other sites."""

from __future__ import annotations

import ipaddress
import logging
import re
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.kernel.errors import Refused
from models.kernel.settings import Settings
from models.office.queries.signing_in import SignedIn
from ui.web import bodies, served
from ui.web.authentication import token_in, who
from ui.web.forms import BY_HTTPS
from ui.web.frame import INDEX, Frame

log = logging.getLogger("shencha.web")
SIGN_IN, PASSWORD, SERVICE_OUT = "/auth/login", "/auth/password", "/auth/oidc/out"
CODE, SECOND = "/auth/code", "/auth/second"
HEALTH, FAVICON, PROGRAM = "/_stcore/health", "/favicon.png", "/static/"
# What needs no session: signing in, the link printed on a notice and the one by which hazards are told of, which bring their
# own proof, and Streamlit's own program files. What lies below these and is none of them is not there: Streamlit would answer
# it with a page of its own.
OPEN = ("/auth/", "/n/", "/h/")
# Streamlit's door for other programs, which we do not offer.
CLOSED = ("/_stcore/agent", "/_stcore/metrics", "/_stcore/script-health-check")
MACHINERY = (
    "/_stcore/",
    "/static/",
    "/media/",
    "/component/",
    "/auth/",
    "/favicon.png",
    "/file/",
    "/file-authority/",
    "/file-hazard/",
    "/file-print/",
    "/file-template/",
    bodies.FACTS,
    bodies.DRAFT,
)
# An open table asks every two seconds what others changed: that is no use of a session, which would else never end.
BY_ITSELF = re.compile(rf"{bodies.FACTS}[^/]+/[^/]+/since/\d+", re.ASCII)
SAFE = ("GET", "HEAD", "OPTIONS")
NOT_SIGNED_IN, MUST_CHANGE, MUST_SET_UP, FOREIGN, UNWELL = 4401, 4403, 4404, 1008, 1011


class Gate:
    """Middleware that lets through what belongs to a session, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, settings: Settings, frame: Frame) -> None:
        self.app, self.settings, self.frame = app, settings, frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or hand on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        scope[BY_HTTPS] = secure(connection, self.settings)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._harden(MutableHeaders(scope=message), connection)
            await send(message)

        refusal = await self._refusal(connection)
        if refusal is None:
            await self._with_body(connection, receive, guarded)
        elif scope["type"] == "websocket":
            # Before it is accepted: no script has run, no session of Streamlit has begun.
            await send({"type": "websocket.close", "code": refusal})
        else:
            await self._answer(connection, refusal)(scope, receive, guarded)

    async def _with_body(self, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        """Hand on a request whose body, if it has one, is declared and small enough; end it where it does not come on."""
        scope = connection.scope
        if scope["type"] == "websocket" or scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        too_much = bodies.refused(connection.headers, bodies.most(scope["path"], self.settings))
        if too_much is not None:
            status, sentence = too_much
            await _closing(sentence, status)(scope, receive, send)
            return
        begun = False

        async def watched_send(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            body = bodies.Watched(receive, int(connection.headers.get("content-length", "0")))
            await self.app(scope, body, watched_send)
        except (bodies.Slow, bodies.Longer) as broken:
            if begun:
                raise
            slow = isinstance(broken, bodies.Slow)
            answer = (
                _closing("上传中断或过慢，没有保存任何内容，请重试。", 408) if slow else _closing("请求有误。", 400)
            )
            await answer(scope, receive, send)
        except ClientDisconnect:
            log.info("somebody went away while sending to %s", scope["path"].split("/")[1])

    async def _refusal(self, connection: HTTPConnection) -> int | None:
        path = connection.scope["path"]
        if path.startswith(CLOSED) or not known_host(connection, self.settings) or self._from_elsewhere(connection):
            return FOREIGN
        if path == HEALTH:
            return None if await to_thread.run_sync(served.unwell) is None else UNWELL
        if path == FAVICON or path.startswith(OPEN) or is_program(path):
            return None
        try:
            used = BY_ITSELF.fullmatch(path) is None
            found = await to_thread.run_sync(_who, token_in(connection.cookies), used)
        except SQLAlchemyError as error:
            served.told_once(error)
            return UNWELL
        if found is None:
            return NOT_SIGNED_IN
        connection.scope["shencha.signed_in"] = found
        if found.must_change_password:
            return MUST_CHANGE
        return MUST_SET_UP if found.must_set_up else None

    def _from_elsewhere(self, connection: HTTPConnection) -> bool:
        """Whether a page of another site is behind what changes something: the browser tells by Origin."""
        if connection.scope["type"] == "http" and connection.scope["method"] in SAFE:
            return False
        try:
            origin = urlsplit(connection.headers.get("origin", "")).netloc
        except ValueError:  # what no browser sends
            return True
        return origin not in own_hosts(connection, self.settings)

    def _answer(self, connection: HTTPConnection, refusal: int) -> Response:
        if refusal == FOREIGN:
            return _closing("此请求不来自本系统的网页，已拒绝。", 403)
        if refusal == UNWELL:
            return _closing(served.NO_ANSWER, 503)
        if connection.scope["method"] not in SAFE:
            return _closing("请先登录。", 401)
        if "text/html" not in connection.headers.get("accept", ""):
            return PlainTextResponse("请先登录。", 401)
        if refusal == MUST_CHANGE:
            return RedirectResponse(PASSWORD, 303)
        if refusal == MUST_SET_UP:
            return RedirectResponse(SECOND, 303)
        asked = connection.scope["path"]
        query = connection.scope["query_string"].decode("latin-1")
        place = quote(f"{asked}?{query}" if query else asked, safe="")
        return RedirectResponse(SIGN_IN if asked == "/" else f"{SIGN_IN}?to={place}", 303)

    def _harden(self, headers: MutableHeaders, connection: HTTPConnection) -> None:
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "geolocation=(), microphone=(), payment=(), usb=()"
        headers["X-Frame-Options"] = "SAMEORIGIN"
        headers.setdefault("Content-Security-Policy", self.frame.policy)
        if secure(connection, self.settings):
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if not connection.scope["path"].startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")


class Pages:
    """Middleware that answers every address of a page with our frame, in which Streamlit's program then runs."""

    def __init__(self, app: ASGIApp, frame: Frame) -> None:
        self.app, self.frame = app, frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page, or hand on."""
        if scope["type"] != "http" or scope["path"] == FAVICON or scope["path"].startswith((*MACHINERY, *OPEN)):
            await self.app(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD") and "/" not in scope["path"].strip("/"):
            await self.frame.answer()(scope, receive, send)
        else:
            # Streamlit's program looks below the page's address first, and at the root when there is nothing.
            await PlainTextResponse("没有这个地址。", 404)(scope, receive, send)


def is_program(path: str) -> bool:
    """Return whether an address is that of one of Streamlit's own program files."""
    return path.startswith(PROGRAM) and path in program_files()


@cache
def program_files() -> frozenset[str]:
    """Return the addresses of Streamlit's own program files, as they lie there: no other spelling of one is known."""
    below = INDEX.parent
    return frozenset(f"/{file.relative_to(below).as_posix()}" for file in below.rglob("*") if file.is_file())


async def not_there(_request: Request) -> Response:
    """Answer what lies below a door of ours and is nothing."""
    return PlainTextResponse("没有这个地址。", 404)


def below_our_doors() -> list[Route]:
    """Return the last of all routes: whatever lies below a door of ours that needs no session, and is nothing."""
    return [Route(f"{door}{{rest:path}}", not_there) for door in OPEN]


def _closing(sentence: str, status: int) -> Response:
    """Return a refusal after which nothing more is listened to: what else was coming stays outside."""
    return PlainTextResponse(sentence, status, {"Connection": "close"})


def signed_in(connection: HTTPConnection) -> SignedIn:
    """Return who asks, on a route behind the gate."""
    found = connection.scope["shencha.signed_in"]
    assert isinstance(found, SignedIn)
    return found


def known_host(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the browser calls us by a name of ours: a foreign name that leads here is somebody's trick."""
    try:
        host = urlsplit(f"//{connection.headers.get('host', '')}").hostname or ""
    except ValueError:  # what no browser sends
        return False
    if host == "localhost" or host == urlsplit(settings.public_url or "").hostname:
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def own_hosts(connection: HTTPConnection, settings: Settings) -> set[str]:
    """Return the hosts, with port, from which pages of ours come."""
    public = urlsplit(settings.public_url or "").netloc
    return {host for host in (connection.headers.get("host", ""), public) if host}


def secure(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the browser came by https, to us or to the proxy in front of us."""
    public = urlsplit(settings.public_url or "")
    by_proxy = public.scheme == "https" and connection.headers.get("host", "") == public.netloc
    return connection.url.scheme in ("https", "wss") or by_proxy


def _who(token: str | None, used: bool) -> Any:
    try:
        return who(served.installation(), token, used=used)
    except Refused:
        return None
