"""Real workers for tests, brought up one at a time over a story's office and ended or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from select import select as select_ready

from tests.stories import Story

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 90.0  # seconds for a word: on a busy machine importing everything alone takes twenty


class Nursery:
    """Brings up one worker at a time over a story's office."""

    def __init__(self, story: Story, environ: Mapping[str, str] | None = None) -> None:
        told = {
            **os.environ,
            "SHENCHA_HOME": str(story.installation.settings.home),
            "SHENCHA_DATABASE_URL": story.installation.database.url,
            "SHENCHA_OUTBOX_SECONDS": "0.05",
            "PYTHONPATH": str(ROOT),
            **(environ or {}),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.nursery"],
            env=told,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )

    def bring_up(self, fate: str = "end") -> int:
        """Start a worker with that fate; returns its process id."""
        self.write(fate)
        return int(self.read())

    def end(self, seconds: float = PATIENCE) -> int:
        """Wait until the worker has ended; returns its exit code, negative for a signal."""
        while not (word := self.read(seconds)).startswith("ended"):
            assert word == "ready", word
        return int(word.split()[1])

    def write(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def read(self, seconds: float = PATIENCE) -> str:
        """Return the next word; the nursery writes whole lines, so that one that has begun is there."""
        assert self.process.stdout is not None
        heard, _, _ = select_ready([self.process.stdout], [], [], seconds)
        assert heard, f"no word within {seconds} s"
        return self.process.stdout.readline().decode().strip()


@contextmanager
def nursery_of(story: Story, environ: Mapping[str, str] | None = None) -> Iterator[Nursery]:
    nursery = Nursery(story, environ)
    try:
        yield nursery
    finally:
        # With the worker that may still live: it holds the pipe that is read to its end below.
        os.killpg(nursery.process.pid, signal.SIGKILL)
        nursery.process.communicate()
