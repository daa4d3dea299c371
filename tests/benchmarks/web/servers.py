"""The two web servers that are measured, each a process of its own: ours as `shencha up` starts it, and the obvious one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.ports import LOOPBACK, any_port
from flows.server import answers
from tests.waiting import eventually

ROOT = Path(__file__).parent.parent.parent.parent
NAIVE = Path(__file__).parent / "naive" / "app.py"
START_SECONDS, STOP_SECONDS = 90, 30


@dataclass(frozen=True, slots=True)
class Server:
    """A web server that runs: where it answers, and its process."""

    address: str
    pid: int

    @property
    def memory_mb(self) -> float:
        """How much memory the process holds now."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))

    @property
    def processor_seconds(self) -> float:
        """How much of a processor the process has used: what does not grow with what else the machine does."""
        spent = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def ours(home: Path, database_url: str) -> Iterator[Server]:
    """Serve our pages for the block."""
    port = any_port()
    with _running([sys.executable, "-m", "ui.web", str(port)], port, home, database_url) as server:
        yield server


@contextmanager
def naive(home: Path, database_url: str) -> Iterator[Server]:
    """Serve the obvious pages for the block; of the settings only those that a machine without a screen needs."""
    port = any_port()
    command = [sys.executable, "-m", "streamlit", "run", str(NAIVE), "--server.headless=true", f"--server.port={port}"]
    with _running(command, port, home, database_url) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], port: int, home: Path, database_url: str) -> Iterator[Server]:
    home.mkdir(parents=True, exist_ok=True)
    environ = {**os.environ, "SHENCHA_HOME": str(home), "SHENCHA_DATABASE_URL": database_url}
    log = home / "web.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=output)
    try:
        address = f"http://{LOOPBACK}:{port}"
        assert eventually(lambda: answers(f"{address}/_stcore/health"), START_SECONDS), log.read_text()
        yield Server(address, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
