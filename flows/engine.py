"""Adapter to Prefect: runs a flow in this process and records the run; without Prefect the work is done all the same."""

from __future__ import annotations

import copy
import functools
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import httpx
from prefect import Flow
from prefect import tags as tagged
from prefect.context import FlowRunContext, SettingsContext, SyncClientContext, get_settings_context
from prefect.exceptions import Abort, Pause
from prefect.filesystems import LocalFileSystem
from prefect.settings import (
    PREFECT_API_REQUEST_TIMEOUT,
    PREFECT_API_TLS_INSECURE_SKIP_VERIFY,
    PREFECT_API_URL,
    PREFECT_CLIENT_MAX_RETRIES,
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    Settings,
)

from flows.untold import Untold

R = TypeVar("R")

log = logging.getLogger("shencha.engine")

CONNECT_AND_READ_SECONDS = 0.7
REMEMBERED_SECONDS = 5.0

IN_PROCESS: dict[Any, Any] = {
    # The heartbeat thread sleeps in steps of one second and is joined: every run would take that second.
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
    # With Prefect's defaults (five tries, 60 s each) a server that dies in the middle holds a case for minutes.
    PREFECT_CLIENT_MAX_RETRIES: 1,
    PREFECT_API_REQUEST_TIMEOUT: 5.0,
}


class Tracked(NamedTuple, Generic[R]):
    """What the work returned, and Prefect's run of it; None where Prefect did not take part."""

    result: R
    flow_run_id: UUID | None


def is_healthy(url: str) -> bool:
    """Return whether the API at `url` says that it is well, within 1.5 s."""
    try:
        secret = not url.startswith("http://")  # reading every certificate of the world takes longer than the answer
        return httpx.get(f"{url}/health", timeout=CONNECT_AND_READ_SECONDS, verify=secret).is_success
    except httpx.HTTPError as silence:
        log.info("Prefect at %s does not answer: %r", url, silence)
        return False


@dataclass
class Reachability:
    """Whether a Prefect API answers, asked at most once per `remembered` seconds and address."""

    healthy: Callable[[str], bool] = is_healthy
    monotonic: Callable[[], float] = time.monotonic
    remembered: float = REMEMBERED_SECONDS
    _known: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def answers(self, url: str) -> bool:
        """Return whether the API at `url` is well, as asked now or some seconds ago."""
        asked_at, answered = self._known.get(url, (float("-inf"), False))
        if self.monotonic() - asked_at >= self.remembered:
            answered = self.healthy(url)
            self._known[url] = self.monotonic(), answered
        return answered

    def failed(self, url: str) -> None:
        """Remember that a call just failed, so that the work behind it does not wait for the same failure."""
        self._known[url] = self.monotonic(), False


class _Once(Generic[R]):
    """A function that is never done again once it has succeeded, however often the engine asks.

    Prefect repeats a flow with retries when it could not record that the flow *succeeded*; it cannot know better,
    we do.
    """

    def __init__(self, work: Callable[..., R]) -> None:
        self.work = work
        self.flow_run_id: UUID | None = None
        self.results: list[R] = []
        self.error: BaseException | None = None
        self.told: BaseException | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> R:
        if self.results:
            return self.results[0]
        context = FlowRunContext.get()
        if context is not None and context.flow_run is not None:
            self.flow_run_id = context.flow_run.id
        try:
            result = self.work(*args, **kwargs)
        except BaseException as error:  # an interrupt too: interrupted work must not be started afresh below
            self.error = self.told = error
            if not isinstance(error, Exception):
                raise
            self.told = Untold(error)
            raise self.told from None  # Prefect keeps the whole trace
        self.error = self.told = None
        self.results.append(result)
        return result


REACHABILITY = Reachability()


def tracked(
    flow: Flow[..., R],
    *args: Any,
    tags: Iterable[str] = (),
    run_name: str | None = None,
    reachability: Reachability = REACHABILITY,
    **kwargs: Any,
) -> Tracked[R]:
    """Do the flow's work here and now, once, recorded as a Prefect run where Prefect answers.

    `tags` and `run_name` are how the run is found in Prefect's own pages. What the function raises comes through
    unchanged. A failure of Prefect never does: before the work it makes the run untracked, after the work it only
    leaves Prefect's picture incomplete. The flow's own retries need Prefect; untracked work is repeated by whoever
    claims its outbox row again.
    """
    url = PREFECT_API_URL.value()
    once = _Once(flow.fn)
    if url and reachability.answers(url):
        run = _as_run_of(flow, once, run_name)
        try:
            with in_process(), tagged(*tags):
                run(*args, **kwargs)
        except (Exception, Abort, Pause) as failure:  # noqa: BLE001  whatever Prefect raises, the work is ours to finish
            if failure is not once.told:
                log.warning("Prefect failed around %s, which goes on without it: %r", flow.name, failure)
                reachability.failed(url)
        if once.error is not None:
            raise once.error
        if once.results:
            return Tracked(once.results[0], once.flow_run_id)
    return Tracked(flow.fn(*args, **kwargs), None)


class _Made:
    """Prefect's settings as last given and as made of them for runs in this process."""

    given: Settings | None = None
    ours: Settings | None = None


@contextmanager
def in_process() -> Iterator[None]:
    """Work with Prefect's settings for runs in this process.

    They are kept: for each copy Prefect reads its whole environment and every file of settings again (30 ms).
    """
    context = get_settings_context()
    if context.settings is not _Made.ours and context.settings is not _Made.given:
        plain = (PREFECT_API_URL.value() or "").startswith("http://")
        updates = IN_PROCESS | ({PREFECT_API_TLS_INSECURE_SKIP_VERIFY: True} if plain else {})
        _Made.given, _Made.ours = context.settings, context.settings.copy_with_update(updates=updates)
    assert _Made.ours is not None
    with SettingsContext(profile=context.profile, settings=_Made.ours):
        yield


@contextmanager
def one_connection(reachability: Reachability = REACHABILITY) -> Iterator[None]:
    """Let the runs of this block share a connection to Prefect, where it answers; each would open its own else."""
    url = PREFECT_API_URL.value()
    with ExitStack() as stack:
        if url and reachability.answers(url):
            try:
                with in_process():
                    stack.enter_context(SyncClientContext.get_or_create())
            except Exception as failure:  # noqa: BLE001  the work behind it goes on without Prefect
                log.warning("Prefect does not take a connection: %r", failure)
                reachability.failed(url)
        yield


class _Nowhere(LocalFileSystem):
    """Keeps nothing: Prefect stores the error of every failed try, whatever is set, else in the working directory."""

    _block_type_slug = "nowhere"

    async def awrite_path(self, path: str, content: bytes) -> str:
        """Take it and forget it."""
        return path

    def write_path(self, path: str, content: bytes) -> str:  # type: ignore[override]  # both ways, as its parent has it
        """Take it and forget it."""
        return path


def _as_run_of(flow: Flow[..., R], once: _Once[R], run_name: str | None) -> Flow[..., R]:
    """Return the flow with `once` in place of its function; both modes then pass the very same arguments."""

    @functools.wraps(flow.fn)
    def work(*args: Any, **kwargs: Any) -> R:
        return once(*args, **kwargs)

    run = copy.copy(flow)
    run.fn = work
    run.should_validate_parameters = False
    # Without a place of its own Prefect asks its server for one, three times a run.
    run.result_storage = _Nowhere()
    if run_name is not None:
        # A callable, because Prefect would read braces in a plain name as a format.
        run.flow_run_name = lambda: run_name
    return run
