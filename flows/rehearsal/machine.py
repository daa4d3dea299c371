"""Automatic work in a rehearsal: the morning sweep and the outbox, without Prefect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from prefect.settings import PREFECT_API_URL, temporary_settings
from sqlalchemy import select

from flows import outbox
from flows import sweep as sweeping
from flows.rehearsal.run import Run
from models.kernel.errors import Refused
from models.kernel.tables import Outbox

WORKER = "rehearsal"


@contextmanager
def untracked() -> Iterator[None]:
    """Keep what a rehearsal runs out of Prefect's picture, even where a server is at hand."""
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        yield


def sweep(run: Run, at: datetime) -> None:
    """Let the clocks climb. Raises Refused where one could not be looked at."""
    for failure in sweeping.sweep(run.installation, at).failed:
        raise Refused(f"推演中时限巡查失败：{failure.message}", code="rehearsal_sweep")


def work_off(run: Run, at: datetime) -> None:
    """Do all work that waits in the outbox. Raises Refused where some of it failed: nothing in a rehearsal is retried."""
    while True:
        worked = outbox.work_off(run.installation, WORKER, at)
        if worked.failed:
            told = run.rows(select(Outbox.key, Outbox.last_error).where(Outbox.last_error.is_not(None)))
            raise Refused(
                f"推演中自动办理失败：{'；'.join(f'{row.key} {row.last_error}' for row in told)}",
                code="rehearsal_outbox",
            )
        if not worked.any:
            return
