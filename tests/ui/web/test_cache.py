"""What is remembered: counted once for all who ask, anew when old or forgotten, and never more than so much."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest

from tests.waiting import eventually
from ui.web import cache as cache_module
from ui.web.cache import Memory


@pytest.fixture
def numbers() -> Iterator[int]:
    """1, 2, 3 …: how often it was counted."""
    return count(1)


def test_it_is_counted_once_while_it_is_young(numbers: Iterator[int]) -> None:
    cache: Memory[str, int] = Memory(seconds=3600, most=5)
    assert [cache.of("a", lambda: next(numbers)) for _ in range(3)] == [1, 1, 1]
    assert (cache.known("a"), cache.known("b")) == (1, None)
    cache.put("a", 7)
    assert cache.of("a", lambda: next(numbers)) == 7


def test_what_is_old_is_counted_anew(numbers: Iterator[int]) -> None:
    cache: Memory[str, int] = Memory(seconds=0, most=5)
    assert [cache.of("a", lambda: next(numbers)) for _ in range(2)] == [1, 2]
    assert cache.known("a") is None


def test_who_comes_together_counts_once(numbers: Iterator[int]) -> None:
    cache: Memory[str, int] = Memory(seconds=3600, most=5)
    with ThreadPoolExecutor(8) as people:
        assert set(people.map(lambda _: cache.of("a", lambda: next(numbers)), range(8))) == {1}


def test_what_is_forgotten_while_it_is_counted_is_remembered_by_nobody() -> None:
    cache: Memory[str, str] = Memory(seconds=3600, most=5)
    counting, may_end = Event(), Event()

    def slowly() -> str:
        counting.set()
        may_end.wait(10)
        return "before"

    with ThreadPoolExecutor(1) as other:
        first = other.submit(cache.of, "a", slowly)
        assert counting.wait(10)
        cache.forget(lambda key: key == "a")
        assert cache.of("a", lambda: "after") == "after"
        may_end.set()
        assert first.result() == "before"
    assert cache.known("a") == "after"


def test_of_too_many_the_one_asked_for_longest_ago_is_forgotten() -> None:
    cache: Memory[int, int] = Memory(seconds=3600, most=2)
    for number in (1, 2):
        cache.put(number, number)
    cache.of(1, lambda: 0)
    cache.put(3, 3)
    assert [cache.known(number) for number in (1, 2, 3)] == [1, None, 3]


def test_a_count_that_fails_is_tried_by_the_next(numbers: Iterator[int]) -> None:
    cache: Memory[str, int] = Memory(seconds=3600, most=5)

    def fails() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.of("a", fails)
    assert cache.of("a", lambda: next(numbers)) == 1


@pytest.fixture
def everything_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is counted takes long."""
    monkeypatch.setattr(cache_module, "SLOW", 0.0)


@pytest.mark.usefixtures("everything_is_slow")
def test_within_the_grace_who_asks_for_what_is_slow_waits_for_nobody() -> None:
    cache: Memory[str, str] = Memory(seconds=0, most=5, grace=3600)
    counting, may_end = Event(), Event()

    def slowly() -> str:
        counting.set()
        may_end.wait(10)
        return "new"

    assert cache.of("a", lambda: "old") == "old"
    # The first lets it be counted; the others find that somebody counts.
    assert [cache.of("a", slowly) for _ in range(3)] == ["old", "old", "old"]
    assert counting.wait(10)
    cache.seconds = 3600
    may_end.set()
    assert eventually(lambda: cache.known("a") == "new", 10)


def test_within_the_grace_what_is_fast_is_counted_at_once(numbers: Iterator[int]) -> None:
    cache: Memory[str, int] = Memory(seconds=0, most=5, grace=3600)
    assert [cache.of("a", lambda: next(numbers)) for _ in range(3)] == [1, 2, 3]


@pytest.mark.usefixtures("everything_is_slow")
def test_a_count_that_fails_within_the_grace_is_logged_and_raised_after_it(caplog: pytest.LogCaptureFixture) -> None:
    cache: Memory[str, int] = Memory(seconds=0, most=5, grace=3600)

    def fails() -> int:
        raise ValueError("no")

    assert cache.of("a", lambda: 0) == 0
    assert cache.of("a", fails) == 0
    assert eventually(lambda: "could not be counted anew" in caplog.text, 10)
    cache.grace = 0.0
    with pytest.raises(ValueError, match="no"):
        cache.of("a", fails)


@pytest.mark.usefixtures("everything_is_slow")
def test_where_no_thread_is_to_be_had_the_next_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cache: Memory[str, str] = Memory(seconds=0, most=5, grace=3600)
    assert cache.of("a", lambda: "old") == "old"

    def refused(_thread: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as crowded:
        crowded.setattr(cache_module.Thread, "start", refused)
        assert cache.of("a", lambda: "new") == "old"
    cache.grace = 0.0
    assert cache.of("a", lambda: "new") == "new"
