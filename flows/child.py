"""A child process in a group of its own, with its output in a log file, that never outlives its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
ASK_AGAIN_SECONDS = 0.1


def start_child(argv: Sequence[str], environ: Mapping[str, str], log_file: Path) -> subprocess.Popen[bytes]:
    """Start `argv`; call it from a thread that lives as long as the child should.

    The child leads its own process group, so that a Ctrl-C at the terminal reaches us alone and we end it in order.
    On Linux the kernel kills it when we die, even by `kill -9`.
    """
    log_file.parent.mkdir(parents=True, exist_ok=True)
    # By path and with -P: neither the folder we stand in nor this package's own start-up has a say.
    tethered = [sys.executable, "-P", __file__, str(os.getpid()), "--"] if sys.platform == "linux" else []
    with log_file.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  the caller names a program of ours, never a person's words
            [*tethered, *argv],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def works_within(
    seconds: float, child: subprocess.Popen[bytes], healthy: Callable[[], bool], stop: threading.Event | None = None
) -> bool:
    """Return True as soon as the child is healthy; False when it ended, time is up, or `stop` is set."""
    stop = stop or threading.Event()
    give_up_at = time.monotonic() + seconds
    while child.poll() is None and time.monotonic() < give_up_at:
        if healthy():
            return True
        if stop.wait(ASK_AGAIN_SECONDS):
            break
    return False


def end_child(child: subprocess.Popen[bytes], grace: float = 10.0) -> None:
    """Ask the child's whole group to end; after `grace` seconds insist."""
    for how, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, None)):
        if child.poll() is not None:
            break
        os.killpg(child.pid, how)
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    if _group_lives(child.pid):
        os.killpg(child.pid, signal.SIGKILL)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def tether(parent: int, argv: Sequence[str]) -> None:
    """Become `argv`, killed by the kernel when `parent` dies; the setting survives exec.

    Done by the child itself and not between fork and exec, where a parent with threads may only do what is
    async-signal-safe.
    """
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before the setting held
        sys.exit(0)
    os.execv(argv[0], list(argv))  # noqa: S606  same program of ours


if __name__ == "__main__":
    tether(int(sys.argv[1]), sys.argv[3:])
