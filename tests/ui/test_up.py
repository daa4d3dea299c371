"""`shencha up`: what it starts, where people find it, and that it ends as a whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from flows.ports import any_port
from flows.server import answers, api_url
from models.kernel.errors import Conflict
from models.kernel.storage.privacy import lying_open
from tests.waiting import eventually
from ui.supervisor import Running
from ui.up import READY_FILE, only_one, report_ready, running_prefect, services, table

ROOT = Path(__file__).parent.parent.parent


def test_the_table_tells_where_each_part_is(tmp_path: Path) -> None:
    parts = [Running(service, came_up=True) for service in services(tmp_path, {}, 4200, 8501)]
    assert table(parts, tmp_path / "logs").splitlines() == [
        "系统已启动，地址如下：",
        "  流程引擎 Prefect：http://127.0.0.1:4200",
        "  后台工作进程：（无网页，日志见 worker.log）",
        "  网页：http://127.0.0.1:8501",
        f"  日志：{tmp_path / 'logs'}",
        "按 Ctrl-C 结束。",
    ]


def test_the_table_does_not_claim_what_did_not_come_up(tmp_path: Path) -> None:
    worker, web = services(tmp_path, {}, None, 8501)
    told = table([Running(worker, came_up=True), Running(web)], tmp_path).splitlines()
    assert told[0] == "系统只启动了一部分，地址如下："
    assert told[2] == "  网页：http://127.0.0.1:8501（未就绪，正在重试）"


def test_a_prefect_of_somebody_else_is_not_started_again(tmp_path: Path) -> None:
    assert [service.name for service in services(tmp_path, {}, None, 8501)] == ["worker", "web"]


def test_the_worker_counts_as_started_when_it_says_so_and_not_by_an_old_word(tmp_path: Path) -> None:
    worker = services(tmp_path, {}, None, 8501)[0]
    (tmp_path / "logs").mkdir()
    report_ready(worker.environ)
    assert worker.healthy()
    worker.before()
    assert not worker.healthy()


def test_only_the_worker_is_told_how_the_worker_comes_into_the_database(tmp_path: Path) -> None:
    worker, web = services(tmp_path, {"SHENCHA_WORKER_DATABASE_URL": "postgresql://worker@db/x"}, None, 8501)
    assert "SHENCHA_WORKER_DATABASE_URL" in worker.environ
    assert "SHENCHA_WORKER_DATABASE_URL" not in web.environ


def test_a_worker_without_a_supervisor_tells_nobody(tmp_path: Path) -> None:
    report_ready({})
    assert READY_FILE not in os.environ
    assert list(tmp_path.iterdir()) == []


def test_a_home_runs_one_system(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(Conflict, match="系统已在"), only_one(tmp_path):
        pytest.fail("two at once")
    with only_one(tmp_path):
        assert (tmp_path / "up.lock").exists()


@pytest.mark.server
def test_the_system_starts_restarts_what_crashed_and_ends_as_a_whole(tmp_path: Path) -> None:
    prefect_port, web_port = any_port(), any_port()
    script = "import functools; from ui.up import up; "
    script += f"up(web_port={web_port}, prefect_port={prefect_port}, say=functools.partial(print, flush=True))"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environ["SHENCHA_HOME"] = str(tmp_path)
    subprocess.run([sys.executable, "-m", "ui.cli", "init"], env=environ, cwd=ROOT, check=True, capture_output=True)
    said = tmp_path / "said"
    with said.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-c", script], env=environ, cwd=ROOT, stdout=output, stderr=output)
    try:
        assert eventually(lambda: "按 Ctrl-C 结束" in said.read_text(), 120), said.read_text()
        health = f"{api_url(prefect_port)}/health"
        assert answers(health)
        assert (tmp_path / "prefect" / "pages").is_dir()
        assert lying_open(tmp_path / "prefect").count == 0, "what it unpacks is the owner's, too"
        assert (tmp_path / "prefect.auth").stat().st_mode & 0o777 == 0o600
        assert "prefect.auth" in said.read_text()
        assert httpx.post(f"{api_url(prefect_port)}/flow_runs/filter", json={}).status_code == 401
        assert running_prefect(tmp_path) == api_url(prefect_port), "the doctor knows where it really runs"
        os.kill(child_of(process.pid, "prefect"), signal.SIGKILL)
        assert eventually(lambda: "流程引擎 Prefect意外退出（状态 -9）" in said.read_text())
        assert eventually(lambda: answers(health), 60)
        group = child_of(process.pid, "prefect")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert said.read_text().endswith("系统已结束。\n")
        assert running_prefect(tmp_path) is None
        assert not Path(f"/proc/{group}").exists()
    finally:
        process.kill()


def child_of(parent: int, word: str) -> int:
    """Return the process id of the child of `parent` whose command has `word`."""
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        if word in Path(f"/proc/{child}/cmdline").read_text().split("\0"):
            return int(child)
    raise AssertionError(f"no {word} below {parent}")
