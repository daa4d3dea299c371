"""The worker asks the scanner about files that nobody has examined yet (待查杀的文件), a few at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from flows.scanner import Away, Verdict, ask
from models.kernel.errors import NotFound
from models.kernel.installation import Installation
from models.kernel.vocabulary import FileState
from models.overview.commands.examinations import keep_verdict
from models.overview.queries.examinations import next_due

log = logging.getLogger("shencha.scanner")

AT_ONCE = 20
SECONDS = 120.0
"""How long one file may take where nobody waits for it."""


def examine_slice(installation: Installation, clock: Callable[[], datetime], going: Callable[[], bool]) -> int:
    """Ask about the next files; returns how many were examined. Ends at the first that finds nobody to ask."""
    address = installation.settings.scanner
    if address is None:
        return 0
    with installation.database.reading() as session:
        waiting = next_due(session, AT_ONCE, clock())
    done = 0
    for sha256 in waiting:
        if not going():
            break
        try:
            verdict: Verdict | None = _asked(installation, address, sha256)
        except Away as away:
            log.warning("the scanner could not be asked: %s", away)
            verdict = None
        with installation.as_system(clock()) as act:
            state, found = (None, None) if verdict is None else (verdict.state, verdict.found)
            keep_verdict(act, sha256, state, found)
        if verdict is None:
            break
        done += 1
    return done


def _asked(installation: Installation, address: str, sha256: str) -> Verdict:
    try:
        with installation.files.open(sha256) as stream:
            return ask(address, stream, SECONDS)
    except NotFound as missing:
        return Verdict(FileState.FAILED, missing.message)
