"""What lives long is looked at by the collector now and then, and not after every run."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from itertools import count
from weakref import ref

import pytest

from ui.web import garbage


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(garbage, "_runs", count(1))
    yield
    gc.unfreeze()


class Session:
    """Something that refers to itself, as sessions do."""

    def __init__(self) -> None:
        self.itself = self


def test_after_the_first_run_what_there_is_is_put_out_of_sight() -> None:
    gc.unfreeze()
    garbage.after_run()
    put_away = gc.get_freeze_count()
    assert put_away > 10_000
    garbage.after_run()
    assert gc.get_freeze_count() <= put_away


def test_what_came_later_and_stays_is_put_out_of_sight_where_it_is_much() -> None:
    garbage.after_run()
    put_away = gc.get_freeze_count()
    gc.collect()
    for _ in range(garbage.OFTEN):
        garbage.after_run()
    assert gc.get_freeze_count() <= put_away
    much: list[list[int]] = [[] for _ in range(2 * garbage.MANY)]
    gc.collect()
    for _ in range(garbage.OFTEN):
        garbage.after_run()
    assert gc.get_freeze_count() >= put_away + len(much)


def test_a_session_that_ends_while_it_is_out_of_sight_is_collected_the_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(garbage, "EVERY", 20)
    session = Session()
    garbage.after_run()
    seen = ref(session)
    del session
    gc.collect()
    assert seen() is not None
    for _ in range(garbage.EVERY):
        garbage.after_run()
    assert seen() is None
