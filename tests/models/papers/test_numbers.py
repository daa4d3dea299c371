"""Numbers have no gaps and no doubles, however many people draw at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from models.first_set_up import initialise
from models.kernel.act import acting
from models.kernel.errors import NotFound
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import DocumentKind
from models.office.commands.organisations import own_unit
from models.papers.commands.numbers import draw
from models.papers.tables import DrawnNumber, NumberSeries

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
SETTINGS = Settings()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, durable=False)
    initialise(database, SETTINGS, AT)
    yield database
    database.close()


def drawn(database: Database, what: str, *, at: datetime = AT, fail: bool = False) -> int:
    with acting(database, SETTINGS, "console", at) as act:
        number = draw(act, own_unit(act.session).id, "case", used_for=what)[2]
        if fail:
            raise InterruptedError
        return number


def test_eight_people_drawing_at_once_get_all_numbers_once(database: Database) -> None:
    with ThreadPoolExecutor(8) as people:
        numbers = list(people.map(lambda n: drawn(database, f"case {n}"), range(200)))
    assert sorted(numbers) == list(range(1, 201))


def test_an_act_that_fails_gives_its_number_back(database: Database) -> None:
    assert drawn(database, "first") == 1
    with pytest.raises(InterruptedError):
        drawn(database, "lost", fail=True)
    assert drawn(database, "second") == 2


def test_each_year_begins_with_one_and_counts_in_local_time(database: Database) -> None:
    new_year_in_shanghai = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert drawn(database, "old", at=new_year_in_shanghai - timedelta(minutes=1)) == 1
    assert drawn(database, "new", at=new_year_in_shanghai) == 1
    with database.reading() as session:
        assert set(session.scalars(select(DrawnNumber.year))) == {2026, 2027}


def test_a_paper_without_series_is_refused_in_one_sentence(database: Database) -> None:
    with (
        pytest.raises(NotFound, match="没有设置该文书的编号序列"),
        acting(database, SETTINGS, "console", AT) as act,
    ):
        draw(act, own_unit(act.session).id, "unheard_of", used_for="nothing")


def test_an_office_at_work_gets_the_series_of_a_kind_that_came_later(database: Database) -> None:
    kind = DocumentKind.LATE_REPORT.value
    with database.writing() as session:
        before = session.execute(select(NumberSeries.issuer_id, NumberSeries.kind, NumberSeries.prefix)).all()
        session.execute(delete(NumberSeries).where(NumberSeries.kind == kind))
    initialise(database, SETTINGS, AT + timedelta(days=30))
    with database.reading() as session:
        after = session.execute(select(NumberSeries.issuer_id, NumberSeries.kind, NumberSeries.prefix)).all()
    assert sorted(map(tuple, after)) == sorted(map(tuple, before))
