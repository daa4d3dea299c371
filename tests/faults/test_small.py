"""The faults of `make faults`, each in a small version: everything exists exactly once."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.databases import Databases, Unavailable, postgres
from tests.faults.breaking import killed, mail_errs, restarted

pytestmark = [pytest.mark.server, pytest.mark.xdist_group("worker")]


def test_a_worker_killed_between_sending_and_marking_mails_under_one_id_and_chats_once(
    databases: Databases, tmp_path: Path
) -> None:
    survived = killed(databases, tmp_path, cases=4, kills=6, seed=11)
    assert survived.held.mails > 0
    assert survived.held.notes > 0


@pytest.fixture
def own_server() -> Iterator[URL]:
    """A PostgreSQL server that no other test stands on: this one is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="shencha-pg-restarted-"))
    try:
        with postgres(folder) as url:
            yield url
    except Unavailable as reason:
        pytest.skip(f"no PostgreSQL here: {reason}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_postgresql_restarted_in_the_middle_loses_nothing(own_server: URL, tmp_path: Path) -> None:
    databases = Databases(tmp_path, server=own_server, worker="restarted")
    assert restarted(databases, tmp_path, cases=4, restarts=1).held.rungs > 0


def test_a_mail_server_that_refuses_hangs_and_loses_connections_gets_every_mail(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    survived = mail_errs(sqlite_databases, tmp_path, cases=4, rounds=10, seed=3)
    assert survived.held.mails > 0
