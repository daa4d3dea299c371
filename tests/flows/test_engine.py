"""Tracked work is done once, whatever Prefect does around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from prefect import Flow
from prefect.exceptions import Abort
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings

from flows.engine import Reachability, in_process, is_healthy, one_connection, tracked
from flows.untold import Untold
from models.kernel.errors import Conflict

NOBODY = "http://127.0.0.1:9/api"


@pytest.fixture
def api() -> Iterator[Reachability]:
    """An API that is said to answer; the engine behind it is the test's."""
    with temporary_settings({PREFECT_API_URL: NOBODY}):
        yield Reachability(healthy=lambda url: True)


class Scripted(Flow[..., Any]):
    """A flow whose engine does what the test says."""

    def __init__(self, work: Callable[..., Any], engine: Callable[[Callable[..., Any]], Any]) -> None:
        super().__init__(work)
        self.engine = engine

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.engine(lambda: self.fn(*args, **kwargs))


class Work:
    """Counts how often it was done; fails as often as it is told to."""

    def __init__(self, *failures: BaseException) -> None:
        self.failures = list(failures)
        self.done = 0

    def __call__(self, number: int) -> int:
        self.done += 1
        if self.failures:
            raise self.failures.pop(0)
        return number + 1


def as_flow(work: Work, engine: Callable[[Callable[..., Any]], Any]) -> Scripted:
    def once(number: int) -> int:
        return work(number)

    return Scripted(once, engine)


def dies_before(work: Callable[..., Any]) -> None:
    raise ConnectionError("gone")


def refuses(work: Callable[..., Any]) -> None:
    raise Abort("not now")


def dies_after(work: Callable[..., Any]) -> None:
    work()
    raise ConnectionError("gone")


def repeats_what_succeeded(work: Callable[..., Any]) -> Any:
    work()
    return work()


def retries(work: Callable[..., Any]) -> Any:
    try:
        return work()
    except Untold:
        return work()


def swallows(work: Callable[..., Any]) -> None:
    try:
        work()
    except BaseException as error:
        raise ConnectionError("gone while recording the failure") from error


def test_without_an_address_the_plain_function_does_the_work() -> None:
    work = Work()
    assert tracked(as_flow(work, dies_before), 1) == (2, None)
    assert work.done == 1


@pytest.mark.parametrize("engine", [dies_before, refuses, dies_after, repeats_what_succeeded])
def test_work_is_done_exactly_once(api: Reachability, engine: Callable[..., Any]) -> None:
    work = Work()
    assert tracked(as_flow(work, engine), 1, reachability=api).result == 2
    assert work.done == 1


@pytest.mark.parametrize("engine", [dies_before, refuses, dies_after, swallows])
@pytest.mark.parametrize("error", [ValueError("ours"), KeyboardInterrupt()])
def test_the_works_own_exception_comes_through_and_nothing_is_repeated(
    api: Reachability, engine: Callable[..., Any], error: BaseException
) -> None:
    work = Work(error)
    with pytest.raises(type(error)) as raised:
        tracked(as_flow(work, engine), 1, reachability=api)
    assert raised.value is error
    assert work.done == 1


def test_the_flows_own_retries_may_repeat_failed_work(api: Reachability) -> None:
    work = Work(ValueError("first time"))
    assert tracked(as_flow(work, retries), 1, reachability=api).result == 2
    assert work.done == 2


def test_prefect_is_told_the_kind_of_an_error_and_nothing_that_it_says() -> None:
    assert str(Untold(ValueError("岳某"))) == "ValueError"
    assert str(Untold(Conflict("岳某的文书", code="conflict_stale"))) == "Conflict conflict_stale"


def test_after_a_failure_of_prefect_the_next_work_does_not_wait_for_it_again(api: Reachability) -> None:
    tracked(as_flow(Work(), dies_before), 1, reachability=api)
    assert not api.answers(NOBODY)


def test_an_api_is_asked_again_only_after_some_seconds() -> None:
    now, asked = [100.0], []

    def healthy(url: str) -> bool:
        asked.append(now[0])
        return now[0] < 104

    reachability = Reachability(healthy, monotonic=lambda: now[0], remembered=5.0)
    answers = []
    for now[0] in (100.0, 104.9, 105.0, 109.9, 110.0):
        answers.append(reachability.answers(NOBODY))
    assert answers == [True, True, False, False, False]
    assert asked == [100.0, 105.0, 110.0]


def test_prefects_settings_are_copied_once_for_all_runs() -> None:
    with temporary_settings({PREFECT_API_URL: NOBODY}):
        with in_process():
            ours = get_current_settings()
            with in_process():
                assert get_current_settings() is ours
        with in_process():
            assert get_current_settings() is ours
    assert ours.flows.heartbeat_frequency is None
    with temporary_settings({PREFECT_API_URL: "https://prefect.example.org/api"}), in_process():
        assert get_current_settings().api.url == "https://prefect.example.org/api"
        assert not get_current_settings().api.tls_insecure_skip_verify


@pytest.mark.loopback
def test_where_nobody_answers_no_connection_is_kept_and_the_work_goes_on() -> None:
    reachability = Reachability(healthy=lambda url: True)
    with temporary_settings({PREFECT_API_URL: NOBODY}):
        with one_connection(reachability):
            assert tracked(as_flow(Work(), dies_before), 1, reachability=reachability) == (2, None)
        assert not reachability.answers(NOBODY)


@pytest.mark.loopback
def test_nobody_at_the_address_is_no_answer() -> None:
    assert not is_healthy(NOBODY)
