"""What lives long is looked at by the collector now and then, and not after every run."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event
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


def test_what_came_later_and_stays_is_put_out_of_sight_where_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    garbage.after_run()
    put_away = gc.get_freeze_count()
    much: list[list[int]] = [[] for _ in range(10_000)]
    monkeypatch.setattr(garbage, "LONG", 3600.0)
    for _ in range(garbage.OFTEN):
        garbage.after_run()
    assert gc.get_freeze_count() <= put_away
    monkeypatch.setattr(garbage, "LONG", 0.0)
    for _ in range(garbage.OFTEN):
        garbage.after_run()
    assert gc.get_freeze_count() >= put_away + len(much)


def test_what_other_threads_are_making_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tuple that anybody else holds while it is being filled cannot be finished: its maker gets a SystemError."""
    monkeypatch.setattr(garbage, "OFTEN", 1)
    monkeypatch.setattr(garbage, "LONG", 3600.0)
    over = Event()

    def make() -> None:
        while not over.is_set():
            tuple(number for number in range(200))

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(2) as others:
            made = [others.submit(make) for _ in range(2)]
            for _ in range(100):
                garbage.after_run()
            over.set()
            for one in made:
                one.result()
    finally:
        over.set()
        sys.setswitchinterval(interval)


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
