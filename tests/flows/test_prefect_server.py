"""A real Prefect server with the locked versions: it starts, records our runs, deploys our flows, and may die."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import yaml
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.flows import load_flow_from_entrypoint
from prefect.settings import (
    PREFECT_API_AUTH_STRING,
    PREFECT_API_URL,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)
from sqlalchemy import select

from flows import picture
from flows.engine import Reachability, tracked
from flows.outbox import work_off
from flows.ports import LOOPBACK, any_port
from flows.server import headers, prefect_server
from models.accident.dossier import read
from models.case.commands.filing import file_case
from models.kernel.act import acting
from models.kernel.tables import Outbox
from models.papers.tables import Rendition
from models.samples import dossier_bytes
from tests.databases import Databases
from tests.stories import Story, staffed, story_in

pytestmark = [pytest.mark.server]

ROOT = Path(__file__).parent.parent.parent


AUTH = "shencha:yige-ceshi-kouling"


def environ_in(home: Path) -> dict[str, str]:
    places = {"SHENCHA_HOME": str(home), "PREFECT_HOME": str(home / "prefect")}
    return {**os.environ, **places, "PREFECT_API_AUTH_STRING": AUTH}


def at(url: str) -> dict[Any, str]:
    """Where we find a server, and what it asks for."""
    return {PREFECT_API_URL: url, PREFECT_API_AUTH_STRING: AUTH}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the server that lives as long as this file's tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    """The API address of a server that lives as long as this file's tests."""
    with prefect_server(environ_in(home), home / "prefect.log") as (url, _):
        yield url


@pytest.fixture
def client(server: str) -> Iterator[SyncPrefectClient]:
    """A client of the server, whose address is also ours for this test."""
    with temporary_settings(at(server)), get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def mortal(server: str, home: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server of the test's own, whose address is ours for this test."""
    # It starts with a copy of the other one's tables; making them takes longer than all else.
    (tmp_path / "prefect").mkdir()
    with (
        closing(sqlite3.connect(home / "prefect" / "prefect.db")) as tables,
        closing(sqlite3.connect(tmp_path / "prefect" / "prefect.db")) as copy,
    ):
        tables.backup(copy)
    with (
        prefect_server(environ_in(tmp_path), tmp_path / "prefect.log") as (url, process),
        temporary_settings(at(url)),
    ):
        yield process


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_the_server_asks_everybody_who_calls_and_answers_no_page_from_elsewhere(server: str) -> None:
    asked = {"limit": 1}
    for shown in ({}, {"Authorization": "Basic c2hlbmNoYTp4"}, {"Authorization": f"Bearer {AUTH}"}):
        assert httpx.post(f"{server}/flow_runs/filter", json=asked, headers=shown).status_code == 401
        assert httpx.get(f"{server}/admin/settings", headers=shown).status_code == 401
    right = headers({"PREFECT_API_AUTH_STRING": AUTH})
    assert httpx.post(f"{server}/flow_runs/filter", json=asked, headers=right).is_success
    assert httpx.get(f"{server}/health").is_success, "that it lives is no secret"
    for origin, open_to in (
        ("https://elsewhere.example", None),
        (server.removesuffix("/api"), server.removesuffix("/api")),
    ):
        answer = httpx.get(f"{server}/health", headers={"Origin": origin})
        assert answer.headers.get("access-control-allow-origin") == open_to


def test_a_tracked_run_is_found_by_its_tags(client: SyncPrefectClient) -> None:
    @flow(name="carry-nothing")
    def carry(number: int) -> int:
        return number + 1

    result, run_id = tracked(carry, 1, tags=["case:4207-2026-0001"], run_name="4207-2026-0001 {notice}")
    runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=["case:4207-2026-0001"])))
    assert result == 2
    assert [(run.id, run.name, run.state_name) for run in runs] == [(run_id, "4207-2026-0001 {notice}", "Completed")]


def test_a_failed_run_is_recorded_and_its_own_exception_comes_through(client: SyncPrefectClient) -> None:
    fault = ValueError("ours")

    @flow
    def fail() -> None:
        raise fault

    with pytest.raises(ValueError, match="ours") as raised:
        tracked(fail, tags=["case:failing"])
    runs = client.read_flow_runs(flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=["case:failing"])))
    assert raised.value is fault
    assert [run.state_name for run in runs] == ["Failed"]


def test_prefects_retries_repeat_failed_work_and_leave_no_file_behind(
    client: SyncPrefectClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    tries: list[int] = []

    @flow(retries=1, retry_delay_seconds=0)
    def second_time_lucky() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("first time")
        return "done"

    assert tracked(second_time_lucky).result == "done"
    assert len(tries) == 2
    assert list(tmp_path.iterdir()) == []


def test_the_picture_of_a_case_tells_states_and_tries_and_is_missing_without_a_server(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", AUTH)
    tries: list[int] = []

    @flow(name="picture", retries=2, retry_delay_seconds=0)
    def third_time_lucky() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("not yet")

    @flow(name="picture")
    def fail() -> None:
        raise ValueError("never")

    with temporary_settings(at(server)):
        papers = ["paper:D10", "paper:D2"]
        tracked(third_time_lucky, tags=["case:4207-2026-0777", *papers], run_name="4207-2026-0777 carry-case")
        with pytest.raises(ValueError, match="never"):
            tracked(fail, tags=["case:4207-2026-0777", "paper:D3"], run_name="4207-2026-0777 delivery D3")
    seen = picture.runs_of("4207-2026-0777", server)
    assert seen is not None
    assert {(run.flow, run.papers, run.state, run.tries) for run in seen} == {
        ("carry-case", ("D2", "D10"), "Completed", 3),
        ("delivery", ("D3",), "Failed", 1),
    }
    assert all(run.began_at is not None and run.lasted is not None for run in seen)
    assert picture.runs_of("4207-2026-0778", server) == []
    assert picture.runs_of("4207-2026-0777", f"http://{LOOPBACK}:{any_port()}/api") is None


def test_work_inside_work_is_a_run_of_its_own(client: SyncPrefectClient) -> None:
    @flow
    def inner() -> str:
        return "inner"

    @flow
    def outer() -> object:
        return tracked(inner)

    outside = tracked(outer)
    assert isinstance(outside.result, tuple)
    result, inner_run_id = outside.result
    assert result == "inner"
    assert len({inner_run_id, outside.flow_run_id, None}) == 3


def test_arguments_arrive_as_they_were_given(client: SyncPrefectClient) -> None:
    @flow
    def kind_of(value: int) -> str:
        return type(value).__name__

    assert tracked(kind_of, "7").result == "str"


def test_work_goes_on_untracked_after_the_server_is_killed(mortal: subprocess.Popen[bytes]) -> None:
    done: list[int] = []

    @flow
    def work() -> int:
        done.append(1)
        return len(done)

    # One memory for all three: the second call still believes in the server, the third knows better.
    reachability = Reachability(remembered=3600)
    assert tracked(work, reachability=reachability).flow_run_id is not None
    kill(mortal)
    assert tracked(work, reachability=reachability) == (2, None)
    assert tracked(work, reachability=reachability) == (3, None)


@pytest.mark.parametrize("fault", [None, ValueError("ours")])
def test_work_is_done_once_when_the_server_dies_during_it(
    mortal: subprocess.Popen[bytes], fault: Exception | None
) -> None:
    done: list[int] = []

    @flow(retries=2, retry_delay_seconds=0)
    def work() -> str:
        done.append(1)
        kill(mortal)
        if fault is not None:
            raise fault
        return "done"

    if fault is None:
        result, run_id = tracked(work)
        assert (result, run_id is None) == ("done", False)
    else:
        with pytest.raises(ValueError, match="ours") as raised:
            tracked(work)
        assert raised.value is fault
    assert done == [1]


def deployments() -> list[dict[str, str]]:
    found: list[dict[str, str]] = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    return found


@pytest.mark.parametrize("entrypoint", [deployment["entrypoint"] for deployment in deployments()])
def test_an_entrypoint_is_a_flow(entrypoint: str) -> None:
    assert load_flow_from_entrypoint(str(ROOT / entrypoint)).name


def test_all_deployments_are_made_and_a_worker_runs_one(
    client: SyncPrefectClient, server: str, home: Path, sqlite_databases: Databases
) -> None:
    url = sqlite_databases.fresh(staffed)
    environ = environ_in(home) | {"PREFECT_API_URL": server, "SHENCHA_DATABASE_URL": url}
    environ |= {"PWD": str(ROOT), "PYTHONPATH": str(ROOT)}
    with story_in(url, home) as story:
        case = story.rectifying()

    def prefect(*words: str) -> str:
        command = [sys.executable, "-m", "prefect", *words]
        told = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert told.returncode == 0, told.stdout + told.stderr
        return told.stdout + told.stderr

    prefect("work-pool", "create", "shencha", "--type", "process")
    prefect("deploy", "--all")
    made = {deployment.name for deployment in client.read_deployments()}
    assert made == {deployment["name"] for deployment in deployments()}

    asked = {
        "engine-health/engine-health": {},
        "carry-case/carry-case": {"case_number": case, "as_of": story.at.isoformat()},
        "sweep/sweep": {"as_of": story.at.isoformat()},
    }
    runs = {
        name: client.create_flow_run_from_deployment(client.read_deployment_by_name(name).id, parameters=parameters).id
        for name, parameters in asked.items()
    }
    said = prefect("worker", "start", "--pool", "shencha", "--run-once")
    ended = {name: client.read_flow_run(run).state for name, run in runs.items()}
    assert {name: state is not None and state.is_completed() for name, state in ended.items()} == dict.fromkeys(
        asked, True
    ), said
    with story_in(url, home) as story:
        assert story.papers(case) == ["D1", "D2", "D3", "D4"]
        with story.installation.database.reading() as session:
            assert session.scalars(select(Rendition.made_at)).all() == [story.at]


def runs_of(client: SyncPrefectClient, *tags: str) -> dict[str, str | None]:
    """Return name and state of the runs that carry all these tags."""
    found = client.read_flow_runs(flow_run_filter=FlowRunFilter(tags=FlowRunFilterTags(all_=list(tags))))
    return {run.name: run.state_name for run in found}


def test_what_ran_for_a_case_and_for_a_paper_is_found_in_prefect(client: SyncPrefectClient, story: Story) -> None:
    case = story.rectifying(variant=1)
    work_off(story.installation, "one", story.at)
    assert runs_of(client, f"case:{case}")[f"{case} carry-case"] == "Completed"
    assert runs_of(client, f"case:{case}", "paper:D1") == {f"{case} carry-case": "Completed"}
    with story.installation.database.reading() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.id)).all()
    (run,) = {row.flow_run_id for row in rows}  # what was asked for together is one run
    assert run is not None
    assert client.read_flow_run(UUID(run)).name == f"{case} carry-case"
    story.issue(case, "D3")
    work_off(story.installation, "one", story.at)
    story.deliver(case, "D3")
    work_off(story.installation, "one", story.at)
    assert runs_of(client, f"case:{case}", "paper:D3") == {
        f"{case} rectification-notice D3": "Completed",
        f"{case} delivery D3": "Completed",
    }


HOSTILE = ("岳麓疑名", "430104199003078817", "13907311234", "<b>")
"""A name, an identity number, a telephone number and markup, as they may stand in a case."""


def test_prefect_learns_nothing_that_people_wrote(server: str, home: Path, story: Story) -> None:
    @flow(name="failing-with-words", retries=1, retry_delay_seconds=0)
    def fail(document: int) -> None:
        raise ValueError("".join(HOSTILE))

    dossier = json.loads(dossier_bytes("ezhou-one-death"))
    name, identity, telephone, markup = HOSTILE
    dossier["accident"]["place"] = f"{name}{markup}路口"
    for person in dossier["people"]:
        person |= {"name": f"{name}{person['ref']}", "violations": f"{identity}，{telephone}"}
    with temporary_settings(at(server) | {PREFECT_LOGGING_TO_API_ENABLED: "true"}):
        with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
            case = file_case(act, read(json.dumps(dossier).encode(), now=story.at)).case_number
        story.address(case)
        story.issue(case, "D1")
        while work_off(story.installation, "one", story.at).any:
            pass
        with pytest.raises(ValueError, match=name):
            tracked(fail, 1, tags=[f"case:{case}"])
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as kept:
        told = "\n".join(kept.iterdump())
    assert "ValueError" in told, "what failed is known"
    assert case in told
    assert [word for word in HOSTILE[:3] if word in told] == []
    assert HOSTILE[0].encode("unicode_escape").decode() not in told


def test_the_outbox_goes_on_without_prefect(mortal: subprocess.Popen[bytes], story: Story) -> None:
    story.archived()
    assert work_off(story.installation, "one", story.at, limit=1).done == 1
    kill(mortal)
    while work_off(story.installation, "one", story.at).any:
        pass
    with story.installation.database.reading() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.id)).all()
    assert [row.key for row in rows if row.done_at is None] == []
    assert rows[0].flow_run_id is not None
    assert rows[-1].flow_run_id is None
