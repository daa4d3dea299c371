"""A process that brings up web programs: it has imported everything, and forks one for each line it reads.

Run as a program. A line says as JSON where the pages are served, in which environment, and where the log goes; the
answer is the process id. `{"end": pid}` waits until that one has ended. Four fifths of what a web program needs before
its first page stands is importing, and a test has a web program of its own. That `python -m ui.web` itself comes up is
proved in `tests/ui/test_up.py`.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import threading
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import uvicorn  # noqa: F401  what the server imports when it begins to serve
from sqlalchemy.orm import configure_mappers

import models.tables  # noqa: F401  every table is mapped before the fork
import ui.web
from flows.environment import prepare
from models.kernel.settings import Settings

RUNS_WHEN_IMPORTED = ("ui.web.__main__", "ui.web.app")


def import_everything() -> None:
    for module in walk_packages(ui.web.__path__, "ui.web."):
        if module.name not in RUNS_WHEN_IMPORTED:
            import_module(module.name)
    configure_mappers()
    assert threading.active_count() == 1, "a fork would lose a thread"


def serve(wanted: dict[str, Any]) -> None:
    """Become what `python -m ui.web PORT` is in that environment."""
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.environ.clear()
    os.environ.update(wanted["environ"])
    prepare(os.environ, Settings().home.absolute())  # as `flows` does when it is imported
    sys.argv = ["ui.web", str(wanted["port"])]
    runpy.run_module("ui.web", run_name="__main__", alter_sys=True)


def main() -> None:
    import_everything()
    for line in sys.stdin:
        wanted = json.loads(line)
        if pid := wanted.get("end"):
            os.waitpid(pid, 0)
        else:
            pid = os.fork()
            if pid == 0:
                serve(wanted)
                os._exit(0)
        os.write(1, f"{pid}\n".encode())


if __name__ == "__main__":
    main()
