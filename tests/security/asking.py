"""Requests as no browser sends them: a path, a host and a method are handed to a program as they stand."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anyio
from starlette.types import ASGIApp, Message


@dataclass(frozen=True, slots=True)
class Told:
    """What came back: a status (of a WebSocket: the code with which it was closed, 0 where it was accepted), and words."""

    status: int
    text: str
    headers: Mapping[str, str]


def asked(
    app: ASGIApp,
    path: str,
    *,
    method: str = "GET",
    host: str = "127.0.0.1:8501",
    query: str = "",
    headers: Mapping[str, str] | None = None,
    websocket: bool = False,
) -> Told:
    """Ask a program outside of any loop; the parameters are those of `sent`."""
    return asyncio.run(sent(app, path, method, host, query, headers, websocket))


async def sent(
    app: ASGIApp,
    path: str,
    method: str = "GET",
    host: str = "127.0.0.1:8501",
    query: str = "",
    headers: Mapping[str, str] | None = None,
    websocket: bool = False,
) -> Told:
    """Ask a program; `path` is what the server has decoded already, dots, slashes and all."""
    named = {"host": host, **{name.lower(): value for name, value in (headers or {}).items()}}
    scope: dict[str, Any] = {
        "type": "websocket" if websocket else "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "ws" if websocket else "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()],
        "client": ("127.0.0.1", 40000),
        "server": ("127.0.0.1", 8501),
        "subprotocols": ["streamlit"],
    }
    if websocket:
        del scope["method"]
    came: list[Message] = []
    incoming: list[Message] = [
        {"type": "websocket.connect"} if websocket else {"type": "http.request", "body": b"", "more_body": False}
    ]

    async def receive() -> Message:
        if not incoming:
            await anyio.sleep_forever()  # whoever hears of an end that comes too early gives up answering
        return incoming.pop(0)

    async def send(message: Message) -> None:
        came.append(message)

    await app(scope, receive, send)
    if websocket:
        first = came[0]
        return Told(0 if first["type"] == "websocket.accept" else int(first["code"]), "", {})
    assert came, f"no answer to {method} {path!r}"
    head = came[0]
    body = b"".join(message.get("body", b"") for message in came[1:])
    return Told(
        head["status"],
        body.decode("utf-8", "replace"),
        {name.decode(): value.decode("latin-1") for name, value in head["headers"]},
    )
