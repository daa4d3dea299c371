"""`python -m tests.benchmarks.sweep_memory URL AS_OF`: sweep as a worker does and tell by how much the process grew."""

from __future__ import annotations

import json
import resource
import sys
from datetime import datetime

from flows.office import Office
from flows.sweep import Pass, anything_due
from models.database import Database
from models.files import FileStore
from models.settings import Settings


def peak_mb() -> float:
    """Return the most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Sweep, and print what was done and the growth of the peak."""
    url, as_of = sys.argv[1:]
    settings = Settings(database_url=url)
    office, at = Office(Database(url), settings, FileStore(settings.files)), datetime.fromisoformat(as_of)
    anything_due(office, at)
    before = peak_mb()
    rungs = sum(1 for _ in Pass(office, at))
    print(json.dumps({"rungs": rungs, "grown_mb": peak_mb() - before}))


if __name__ == "__main__":
    main()
