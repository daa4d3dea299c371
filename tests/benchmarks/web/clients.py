"""Streamlit's program without a browser: signs in by HTTP, opens the WebSocket, asks for runs, and reads what comes."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from ui.web.authentication import COOKIE

LONGEST = 600  # seconds that a run may take


@dataclass(frozen=True, slots=True)
class Ask:
    """What a click asks for: a page by its address, with its query, and the heading by which it is known."""

    page: str
    heading: str
    query: str = ""


@dataclass(slots=True)
class Run:
    """One run of a page, as the browser sees it: how long until the script was finished, and what was wrong."""

    seconds: float = 0.0
    size: int = 0
    elements: int = 0
    headings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def sign_in(address: str, account: str, password: str) -> str:
    """Sign in as the form does; returns the cookie of the session."""
    with httpx.Client(base_url=address, headers={"Origin": address}) as client:
        [to] = re.findall(r'<form method="post" action="([^"]+)"', client.get("/auth/login").text)
        answer = client.post(to, data={"account": account, "password": password})
        if COOKIE not in client.cookies:
            raise AssertionError(f"{account} could not sign in: {answer.status_code}")
        return f"{COOKIE}={client.cookies[COOKIE]}"


@asynccontextmanager
async def window(address: str, cookie: str = "") -> AsyncIterator[ClientConnection]:
    """Open a window: one session of Streamlit's."""
    async with connect(
        f"{address.replace('http', 'ws')}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]  # a plain string is one
        additional_headers={"Cookie": cookie} if cookie else {},
        origin=address,  # type: ignore[arg-type]  # a plain string is one
        max_size=None,
    ) as socket:
        yield socket


async def click(socket: ClientConnection, ask: Ask) -> Run:
    """Ask for a run and read until its script is finished."""
    message = BackMsg()
    message.rerun_script.page_name = ask.page
    message.rerun_script.query_string = ask.query
    run, began = Run(), time.perf_counter()
    await socket.send(message.SerializeToString())
    while True:
        told = await asyncio.wait_for(socket.recv(), LONGEST)
        assert isinstance(told, bytes)
        run.size += len(told)
        answer = ForwardMsg.FromString(told)
        if answer.WhichOneof("type") == "script_finished":
            break
        _note(run, answer)
    run.seconds = time.perf_counter() - began
    if answer.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
        run.failures.append(f"{ask.page}: the script did not finish: {answer.script_finished}")
    if ask.heading not in run.headings:
        run.failures.append(f"{ask.page}: no heading {ask.heading}, but {run.headings}")
    return run


def _note(run: Run, answer: ForwardMsg) -> None:
    """Note what a person would see: an exception, or an error in place of the page, is a failure."""
    if answer.WhichOneof("type") != "delta" or answer.delta.WhichOneof("type") != "new_element":
        return
    run.elements += 1
    element = answer.delta.new_element
    kind = element.WhichOneof("type")
    if kind == "exception":
        run.failures.append(f"{element.exception.type}: {element.exception.message}")
    elif kind == "alert" and element.alert.format == Alert.ERROR:
        run.failures.append(element.alert.body)
    elif kind == "heading":
        run.headings.append(element.heading.body)


async def clicks(address: str, cookie: str, asks: Sequence[Ask], before: Callable[[], None] | None = None) -> list[Run]:
    """Click one after the other in one window; `before` each click something may happen elsewhere."""
    runs = []
    async with window(address, cookie) as socket:
        for ask in asks:
            if before is not None:
                before()
            runs.append(await click(socket, ask))
    return runs


async def at_once(address: str, cookies: Sequence[str], ask: Ask, rounds: int) -> list[list[Run]]:
    """Let everybody click at the same moment, and again when all have got their page; returns round by round."""
    from contextlib import AsyncExitStack

    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(window(address, cookie)) for cookie in cookies]
        return [await asyncio.gather(*(click(socket, ask) for socket in sockets)) for _ in range(rounds)]
