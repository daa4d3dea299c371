"""A process that brings up real workers, one for each line it reads, and lets them die where the line says.

Run as a program. `end` lets a worker live until a signal; `before 3` or `after 3` kills it, as `kill -9` would, around
its third commit; `steps 40` kills it after that many of its calls to the system's file functions, `sent 2` after its
second message was handed over and before that is marked. Forking from a process that has imported everything costs
milliseconds, so that a test can afford many deaths.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from flows import chat, mail, outbox
from flows.clock import Leases
from flows.installation import open_for_work
from flows.worker import run
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.office.rules import sending

LEASE = timedelta(seconds=0.3)
# Handing over takes waits of its own, and a note in hand for longer counts as uncertain.
SEND_LEASE = timedelta(seconds=5)
# Where there is not enough left to do to meet the fate, it comes all the same, in whatever is being done then.
AT_THE_LATEST = 10.0
SOON = timedelta(seconds=0.3)
TOUCHING_FILES = ("open", "os.mkdir", "os.rename", "os.rmdir", "os.remove", "os.listdir", "os.scandir", "shutil.rmtree")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_at_commit(engine: Any, number: int, *, before: bool) -> None:
    """Die around the commit of that number: the moment before it holds, or the moment after."""
    commits = count(1)
    real = engine.dialect.do_commit

    def commit(connection: Any) -> None:
        last = next(commits) == number
        if last and before:
            die()
        real(connection)
        if last:
            die()

    engine.dialect.do_commit = commit


def die_at_step(number: int) -> None:
    """Die at that many calls that touch files, wherever the worker then is."""
    steps = count(1)

    def watch(name: str, _: Any) -> None:
        if name in TOUCHING_FILES and next(steps) == number:
            die()

    sys.addaudithook(watch)


def die_after_sending(number: int) -> None:
    """Die when the message of that number was taken over, before anything says so."""
    sent = count(1)

    def then_dying(real: Callable[..., None]) -> Callable[..., None]:
        def hand_over(*given: Any) -> None:
            real(*given)
            if next(sent) == number:
                die()

        return hand_over

    mail.hand_over, chat.tell = then_dying(mail.hand_over), then_dying(chat.tell)


def hurry() -> None:
    """Try again soon: a test cannot wait for minutes."""
    sending.PAUSES = (SOON,) * len(sending.PAUSES)
    outbox.BACKOFF = (SOON,) * len(outbox.BACKOFF)


def work(fate: str, say: Callable[[str], None]) -> None:
    logging.disable(logging.CRITICAL)
    hurry()
    kind, _, number = fate.partition(" ")
    if kind != "end":
        at_the_latest = threading.Timer(AT_THE_LATEST, die)
        at_the_latest.daemon = True
        at_the_latest.start()
    with open_for_work(Settings()) as installation:
        if kind == "steps":
            die_at_step(int(number))
        elif kind == "sent":
            die_after_sending(int(number))
        elif kind in ("before", "after"):
            die_at_commit(installation.database.engine, int(number), before=kind == "before")
        run(installation, wall_clock, ready=lambda: say("ready"), leases=Leases(LEASE, SEND_LEASE, LEASE))


def main() -> None:
    def say(word: str) -> None:
        os.write(1, f"{word}\n".encode())

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            work(line.strip(), say)
            os._exit(0)
        say(str(pid))
        _, status = os.waitpid(pid, 0)
        say(f"ended {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
