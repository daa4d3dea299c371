"""The supervisor looks after its processes: starts, restarts with growing pauses, ends, leaves no orphan."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.child import end_child, start_child
from tests.waiting import eventually
from ui.supervisor import Service, Supervisor

ROOT = Path(__file__).parent.parent.parent

WAITS = "import signal; signal.pause()"
FAILS = "raise SystemExit(3)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"


class House:
    """A supervisor over small programs, with a clock in the test's hand and an ear for what it says."""

    def __init__(self, folder: Path, *programs: str) -> None:
        self.now = 0.0
        self.said: list[str] = []
        self.stop = threading.Event()
        services = [
            Service(
                name=f"s{number}",
                title=f"程序{number}",
                address="",
                argv=[sys.executable, "-c", program],
                environ=os.environ,
                healthy=lambda: True,
            )
            for number, program in enumerate(programs)
        ]
        self.supervisor = Supervisor(services, folder, self.said.append, lambda: self.now, self.stop)

    def look_at(self, seconds: float) -> list[str]:
        """Look after everything once at that time; return what was said."""
        self.now = seconds
        self.said.clear()
        for running in self.supervisor.running:
            self.supervisor.look_after(running)
        return list(self.said)

    def wait_for_the_end_of(self, number: int) -> None:
        child = self.supervisor.running[number].child
        assert child is not None
        child.wait(20)


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    house = House(tmp_path, *request.param)
    yield house
    house.supervisor.end()


@pytest.mark.parametrize("house", [[FAILS]], indirect=True)
def test_a_crashed_process_is_started_again_after_pauses_that_double(house: House) -> None:
    house.supervisor.start()
    told = []
    for crash, restart in ((0, 1), (1, 3), (3, 7)):
        house.wait_for_the_end_of(0)
        told += house.look_at(crash)
        assert house.look_at(restart - 0.1) == []
        told += house.look_at(restart)
    assert [line.split("，")[1] for line in told[::2]] == [
        f"{pause} 秒后重新启动；原因见日志 {house.supervisor.logs / 's0.log'}。" for pause in (1, 2, 4)
    ]
    assert told[1::2] == ["程序0已重新启动。"] * 3


@pytest.mark.parametrize("house", [[FAILS]], indirect=True)
def test_a_crash_after_a_steady_minute_is_a_first_crash_again(house: House) -> None:
    house.supervisor.start()
    for crash, restart in ((0, 1), (1, 3)):
        house.wait_for_the_end_of(0)
        house.look_at(crash)
        house.look_at(restart)
    house.wait_for_the_end_of(0)
    assert "1 秒后" in house.look_at(63)[0]


@pytest.mark.parametrize("house", [[WAITS, WAITS]], indirect=True)
def test_what_runs_is_left_alone(house: House) -> None:
    assert house.supervisor.start()
    assert house.look_at(1000) == []


@pytest.mark.parametrize("house", [[FAILS, WAITS]], indirect=True)
def test_one_that_does_not_come_up_keeps_no_other_away(house: House) -> None:
    service = house.supervisor.services[0]
    house.supervisor.services = [
        Service(service.name, service.title, "", service.argv, service.environ, healthy=lambda: False),
        house.supervisor.services[1],
    ]
    assert house.supervisor.start()
    assert house.said == [f"程序0未能按时就绪，系统继续启动；原因见日志 {house.supervisor.logs / 's0.log'}。"]
    assert house.supervisor.running[1].child is not None


@pytest.mark.parametrize("house", [[WAITS, WAITS]], indirect=True)
def test_told_to_stop_it_starts_nothing_more(house: House) -> None:
    house.stop.set()
    assert not house.supervisor.start()
    assert house.supervisor.running == []


@pytest.mark.parametrize("house", [[WAITS, FAILS]], indirect=True)
def test_ending_leaves_nothing_running(house: House) -> None:
    house.supervisor.start()
    house.supervisor.end()
    assert all(running.child is not None and running.child.poll() is not None for running in house.supervisor.running)


def test_a_process_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    child = start_child([sys.executable, "-c", DEAF], os.environ, tmp_path / "log")
    assert eventually(lambda: b"deaf" in (tmp_path / "log").read_bytes())
    end_child(child, grace=0.1)
    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends orphans on Linux only")
def test_no_orphan_after_the_supervisor_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, sys
from pathlib import Path
from flows.child import start_child
child = start_child([sys.executable, "-c", {WAITS!r}], os.environ, Path({str(tmp_path / "log")!r}))
print(child.pid, flush=True)
child.wait()
"""
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    # It must have become the real program: before that it may not be tethered yet and would prove nothing.
    assert eventually(lambda: Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[1:2] == [b"-c"])
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not alive(child))


def alive(pid: int) -> bool:
    """Return whether the process runs; one that waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
