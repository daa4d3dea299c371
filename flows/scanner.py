"""The scanner for malware (查杀程序): asks a `clamd` by its INSTREAM command over TCP or a socket of this machine."""

from __future__ import annotations

import logging
import socket
import struct
import time
from dataclasses import dataclass
from typing import BinaryIO

from models.kernel.settings import Settings, scanner_of
from models.kernel.vocabulary import FileState

log = logging.getLogger("shencha.scanner")

BLOCK = 1 << 18
ANSWER = 4096
"""More bytes than an answer of one line has."""


class Away(Exception):
    """The scanner could not be asked, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scanner said of a file: clean, found with its name, or failed with why it could not be examined."""

    state: FileState
    found: str | None = None


def ask(address: str, stream: BinaryIO, seconds: float) -> Verdict:
    """Let the scanner examine a stream from its beginning; it is left there. Raises Away after so many seconds at most."""
    stream.seek(0)
    try:
        answer = _asked(address, stream, time.monotonic() + seconds)
    except OSError as gone:
        raise Away(str(gone) or type(gone).__name__) from gone
    finally:
        stream.seek(0)
    return _understood(answer)


def answers(address: str, seconds: float) -> bool:
    """Tell whether a scanner answers at an address."""
    until = time.monotonic() + seconds
    try:
        with _connected(address, until) as line:
            line.sendall(b"zPING\0")
            return _answer(line, until) == "PONG"
    except (OSError, Away):
        return False


def examined_now(settings: Settings, stream: BinaryIO) -> Verdict | None:
    """Return what the scanner says while somebody waits; None where there is none, or it cannot say so soon."""
    if settings.scanner is None:
        return None
    try:
        return ask(settings.scanner, stream, settings.scanner_seconds)
    except Away as away:
        log.warning("the scanner could not be asked: %s", away)
        return None


def _asked(address: str, stream: BinaryIO, until: float) -> str:
    with _connected(address, until) as line:
        try:
            line.sendall(b"zINSTREAM\0")
            while block := stream.read(BLOCK):
                line.settimeout(_left(until))
                line.sendall(struct.pack("!L", len(block)) + block)
            line.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough, and says why
        return _answer(line, until)


def _connected(address: str, until: float) -> socket.socket:
    where = scanner_of(address)
    if isinstance(where, tuple):
        return socket.create_connection(where, timeout=_left(until))
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_left(until))
        line.connect(where)
    except OSError:
        line.close()
        raise
    return line


def _answer(line: socket.socket, until: float) -> str:
    told = b""
    while b"\0" not in told and len(told) < ANSWER:
        line.settimeout(_left(until))
        more = line.recv(ANSWER)
        if not more:
            break
        told += more
    if not told:
        raise Away("no answer")
    return told.split(b"\0")[0].decode(errors="replace").strip()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no answer in time")
    return left


def _understood(answer: str) -> Verdict:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict(FileState.CLEAN)
    if said.endswith(" FOUND"):
        return Verdict(FileState.FOUND, said.removesuffix(" FOUND"))
    return Verdict(FileState.FAILED, said.removesuffix(" ERROR")[:200])
