"""A backup and a restore that are killed in the middle: no half passes for a whole, and the next run begins anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from models.keeping.backing_up import back_up
from models.keeping.dump import counted, lines, snapshot, tables_of
from models.keeping.restoring import chosen, restore
from models.keeping.vault import open_vault
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from tests.conftest import ROOT
from tests.databases import Databases
from tests.stories import START, staffed, story_in


def rows(database: Database) -> dict[str, object]:
    with snapshot(database) as connection:
        return {table.name: counted(lines(connection, table)) for table in tables_of(connection)}


def killed(what: str, to: Path, home: Path, *points: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.keeping_killed", what, str(to), *map(str, points)],
        env={**os.environ, "SHENCHA_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_a_backup_or_a_restore_that_is_killed_anywhere_leaves_no_half_and_is_begun_anew(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    home, to = tmp_path / "home", tmp_path / "to"
    url = sqlite_databases.fresh(staffed)
    with story_in(url, home) as story:
        story.file()
        for number in range(5):
            story.installation.files.put(f"file {number}".encode())
    shutil.copyfile(url.removeprefix("sqlite:///"), home / "shencha.db")
    settings = Settings(home=home)
    database = Database(settings.database, create=False)
    before = rows(database)
    steps = len(before)
    last = 1 + steps + 1 + 5 + 1 + 1  # the head, the tables, the lists with their files, the manifest
    assert killed("back-up", to, home, 1, last, 2, steps, steps + 3) == ["killed 0 there"] * 5
    assert not open_vault(str(to), None).names()
    back_up(Installation(settings, database), str(to), None, START)
    database.close()
    vault = open_vault(str(to), None)
    assert len(vault.names()) == 1
    assert not list((to / "arriving").iterdir()), "what the killed left is taken away"
    shutil.rmtree(home)
    assert killed("restore", to, home, 1, 4, 6, steps // 2, steps) == ["killed 1 missing"] * 5
    assert restore(vault, chosen(vault, None), settings).files == 0, "the files that came before count"
    database = Database(settings.database, create=False)
    assert rows(database) == before
    database.close()
    assert sorted(path.name for path in home.iterdir() if path.suffix not in (".db-wal", ".db-shm")) == [
        "files",
        "shencha.db",
    ]
