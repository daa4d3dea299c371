"""A mail server and a chat service on this machine, real ones, which misbehave as a test wishes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


@dataclass
class MailServer:
    """What it got, and how it treats its guests: `refuses` addresses or `refuses_senders`, `hangs`, `loses` after DATA.

    `loses` counts down: so many mails are taken in and the connection is cut before the answer.
    """

    port: int = 0
    refuses: set[str] = field(default_factory=set)
    refuses_all: bool = False
    refuses_senders: bool = False
    hangs: bool = False
    loses: int = 0
    mails: list[Message] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def subjects(self) -> list[str]:
        """Return the subjects of all mails taken in."""
        return [str(mail["Subject"]) for mail in self.mails]

    def to(self, address: str) -> list[Message]:
        """Return the mails to an address."""
        return [mail for mail in self.mails if str(mail["To"]) == address]

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        """Take the sender of a mail, or refuse it for good."""
        if self.refuses_senders:
            return "553 5.7.1 sender not allowed"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: Any) -> str:
        self.asked.append(address)
        if self.refuses_all or address in self.refuses:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=default))
        if self.loses:
            self.loses -= 1
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    async def handle_NOOP(self, *_: Any) -> str:
        return "250 OK"


class _Hanging(SMTP):
    """Takes the connection, and says nothing for as long as it is told to hang."""

    def connection_made(self, transport: Any) -> None:
        if not self.event_handler.hangs:
            super().connection_made(transport)

    def eof_received(self) -> bool | None:
        return False if self.session is None else super().eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        if self.session is not None:
            super().connection_lost(error)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Hanging(self.handler, hostname="localhost")


@contextmanager
def mail_server(port: int | None = None) -> Iterator[MailServer]:
    """Run a mail server on a free port, or on that one again."""
    server = MailServer()
    if port is None:
        port = _free_port()
    server.port = port
    controller = _Controller(server, hostname=LOOPBACK, port=port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Chat:
    """What it got, and how it answers: a status and a text, or after `release` only."""

    port: int = 0
    status: int = 200
    answer: str = ""
    hangs: bool = False
    notes: list[dict[str, Any]] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Return the address as `apprise` reads it, with short patience."""
        return f"json://{LOOPBACK}:{self.port}/hook/geheim?rto=1&cto=1"


@contextmanager
def chat_service() -> Iterator[Chat]:
    """Run a chat's webhook on a free port."""
    chat = Chat()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            chat.notes.append(json.loads(body))
            chat.arrived.set()
            if chat.hangs:
                chat.release.wait(20)
                return
            self.send_response(chat.status)
            self.end_headers()
            self.wfile.write(chat.answer.encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Hook)
    server.daemon_threads = True
    chat.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield chat
    finally:
        chat.release.set()
        server.shutdown()
        thread.join()
        server.server_close()
