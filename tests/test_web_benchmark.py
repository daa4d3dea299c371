"""The bench of the pages runs on a handful of cases, and what it seeds is sound."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from models.case.tables import Case
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import event_record
from models.kernel.storage.database import Database
from tests.benchmarks.measuring import Size
from tests.benchmarks.report import markdown
from tests.benchmarks.web.bench import bench
from tests.benchmarks.web.seed import seed
from tests.benchmarks.web.stores import sqlite

CASES = 120
TODAY = date(2026, 11, 20)


def test_seeded_cases_are_of_every_stage_and_their_chains_are_sound(database_url: str) -> None:
    database = Database(database_url, durable=False)
    seed(database, CASES, TODAY)
    with database.reading() as session:
        cases = session.execute(select(Case.case_number, Case.stage, Case.last_seq, Case.last_hash)).all()
        assert Counter(case.stage.value for case in cases).keys() >= {"investigating", "rectifying", "archived"}
        for case in cases[::7]:
            checked = chain.verify(event_record(session, case.case_number, until=case.last_seq))
            assert (checked.ok, checked.length, checked.head) == (True, 50, case.last_hash)
    database.close()


@pytest.mark.server
@pytest.mark.long
def test_every_page_is_measured_beside_the_obvious_one(tmp_path: Path) -> None:
    with sqlite(tmp_path, CASES) as store:
        measured = bench(store, Size.TINY, tmp_path / "homes", browser=False)
    assert all(figure > 0 for row in measured.rows for figure in row.figures)
    told = markdown([measured])
    for page in ("to-do", "inbox", "case page", "dashboard"):
        assert f"{page}, built the obvious way" in told
