"""A scanner of our own for tests: speaks as much of clamd's protocol as we use, on a socket of this machine."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

MALWARE = b"this text stands for malware"
NAME = "Test.Malware-1"


@dataclass
class Clamd:
    """What it was handed, and how it behaves: `says` takes the place of every answer, `silent` gives none."""

    address: str
    heard: list[int] = field(default_factory=list)
    says: str | None = None
    silent: bool = False

    def answer(self, data: bytes) -> str:
        """Return what is said of a stream."""
        if self.says is not None:
            return self.says
        return f"stream: {NAME} FOUND" if MALWARE in data else "stream: OK"


@contextmanager
def clamd(folder: Path) -> Iterator[Clamd]:
    """Run the scanner for the block."""
    path = folder / "clamd.sock"
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    listening.listen()
    scanner = Clamd(f"clamd:{path}")
    thread = threading.Thread(target=_serve, args=(listening, scanner), daemon=True)
    thread.start()
    try:
        yield scanner
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        path.unlink()
        thread.join(5)


def _serve(listening: socket.socket, scanner: Clamd) -> None:
    while True:
        try:
            line, _ = listening.accept()
        except OSError:
            return
        with line, line.makefile("rb") as said:
            asked = _word(said)
            if asked == b"PING":
                line.sendall(b"PONG\0")
                continue
            assert asked == b"INSTREAM"
            data = b""
            while size := struct.unpack("!L", said.read(4))[0]:
                data += said.read(size)
            scanner.heard.append(len(data))
            if scanner.silent:
                said.read(1)  # until who asked is gone
            else:
                line.sendall(scanner.answer(data).encode() + b"\0")


def _word(said: object) -> bytes:
    read = getattr(said, "read")  # noqa: B009
    assert read(1) == b"z"
    word = b""
    while (sign := read(1)) not in (b"\0", b""):
        word += sign
    return word
