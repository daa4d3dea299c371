"""`python -m tests.benchmarks.sweep_memory URL AS_OF…`: sweep as a worker does and tell by how much each sweep grew it."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from flows.sweep import Pass, anything_due
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database


def memory_mb(name: str) -> float:
    """Return what Linux says of this process: VmRSS is what it holds, VmHWM the most it held since `forget_peak`.

    The peak that getrusage tells begins with the parent's, and would hide any growth.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def forget_peak() -> None:
    """Let the peak begin at what is held now."""
    Path("/proc/self/clear_refs").write_text("5")


def main() -> None:
    """Sweep at each moment, and print what was done and how far the peak rose above what was held before."""
    url, *moments = sys.argv[1:]
    settings = Settings(database_url=url)
    installation = Installation(settings, Database(url))
    told = []
    for at in map(datetime.fromisoformat, moments):
        anything_due(installation, at)
        forget_peak()
        before = memory_mb("VmRSS")
        rungs = sum(1 for _ in Pass(installation, at))
        told.append({"rungs": rungs, "grown_mb": memory_mb("VmHWM") - before})
    print(json.dumps(told))


if __name__ == "__main__":
    main()
