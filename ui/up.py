"""`shencha up`: starts Prefect's server, the worker and the web, keeps them alive, and ends them together."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from flows.ports import LOOPBACK, configured_port, free_port
from flows.server import SHOWN, answers, api_url, auth_of, server_argv, server_environ
from models.kernel.errors import Conflict
from models.kernel.settings import Settings
from models.kernel.storage.privacy import close_up
from ui.supervisor import Running, Service, Supervisor

PREFECT_PORT = 4200
WEB_PORT = 8501
READY_FILE = "SHENCHA_READY_FILE"
LOCK, RUNNING = "up.lock", "running.json"

Say = Callable[[str], None]


def services(home: Path, environ: Mapping[str, str], prefect_port: int | None, web_port: int) -> list[Service]:
    """Return what the system consists of, in the order of starting. Without `prefect_port` Prefect is elsewhere."""
    ready = home / "logs" / "worker.ready"
    worker_environ = {**environ, READY_FILE: str(ready)}
    web = f"http://{LOOPBACK}:{web_port}"
    prefect = []
    if prefect_port is not None:
        api = api_url(prefect_port)

        def stands() -> bool:
            # It unpacks its pages with the rights that they were installed with, whatever our umask says.
            up = answers(f"{api}/health")
            if up:
                close_up(home / "prefect")
            return up

        prefect.append(
            Service(
                name="prefect",
                title="流程引擎 Prefect",
                address=api.removesuffix("/api"),
                argv=server_argv(prefect_port),
                environ=environ,
                healthy=stands,
            )
        )
    return [
        *prefect,
        Service(
            name="worker",
            title="后台工作进程",
            address="（无网页，日志见 worker.log）",
            argv=[sys.executable, "-m", "ui.cli", "worker"],
            environ=worker_environ,
            before=lambda: ready.unlink(missing_ok=True),
            healthy=ready.exists,
        ),
        Service(
            name="web",
            title="网页",
            address=web,
            argv=web_argv(web_port),
            # It is not told how the worker comes into the database.
            environ={name: value for name, value in environ.items() if name != "SHENCHA_WORKER_DATABASE_URL"},
            healthy=lambda: answers(f"{web}/_stcore/health"),
        ),
    ]


def web_argv(port: int) -> list[str]:
    """Return the command that serves the pages in the foreground."""
    return [sys.executable, "-m", "ui.web", str(port)]


def report_ready(environ: Mapping[str, str]) -> None:
    """Tell the supervisor, if there is one, that this process has begun to work; for the worker to call."""
    if READY_FILE in environ:
        Path(environ[READY_FILE]).touch()


def table(parts: Sequence[Running], logs: Path) -> str:
    """Return the lines that tell a person where to look, and what is not there yet."""
    head = "系统已启动，地址如下：" if all(part.came_up for part in parts) else "系统只启动了一部分，地址如下："
    lines = [
        f"  {part.service.title}：{part.service.address}{'' if part.came_up else '（未就绪，正在重试）'}"
        for part in parts
    ]
    return "\n".join([head, *lines, f"  日志：{logs}", "按 Ctrl-C 结束。"])


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the right to run the system in `home`; the kernel gives it back however we end. Raises Conflict."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise Conflict(f"系统已在 {home} 中运行，请先结束它，或用 SHENCHA_HOME 指定其他目录。") from held
        yield


@contextmanager
def told_where(home: Path, prefect_api: str, web: str) -> Iterator[None]:
    """Keep beside the lock where the parts of a running system are found, for whoever asks how they are."""
    place = home / RUNNING
    place.write_text(json.dumps({"prefect_api": prefect_api, "web": web}), encoding="utf-8")
    try:
        yield
    finally:
        place.unlink(missing_ok=True)


def running_prefect(home: Path) -> str | None:
    """Return where the engine of the system that runs in `home` is; None where none runs, however the last one ended."""
    try:
        with (home / LOCK).open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                found = json.loads((home / RUNNING).read_text(encoding="utf-8"))
                return str(found["prefect_api"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not there yet, or half written: it is just beginning
    return None


def choose(preferred: int, asked: int | None, say: Say) -> int:
    """Return the port a person asked for, or the preferred one or its next free neighbour. Raises Conflict."""
    if asked is not None:
        return configured_port(asked)
    port = free_port(preferred)
    if port != preferred:
        say(f"端口 {preferred} 已被占用，改用 {port}。")
    return port


def up(*, web_port: int | None = None, prefect_port: int | None = None, say: Say = print) -> None:
    """Run the whole system in SHENCHA_HOME until Ctrl-C or SIGTERM; returns when everything has ended.

    Where PREFECT_API_URL names a server of somebody else's, none is started. Raises Conflict when the system runs in
    this home already or a port that was asked for is taken.
    """
    settings = Settings()
    home = settings.home.absolute()
    with only_one(home):
        web_port = choose(WEB_PORT, web_port, say)
        environ = {**os.environ, "SHENCHA_HOME": str(home)}
        own = None
        if "PREFECT_API_URL" not in environ:
            own = choose(PREFECT_PORT, prefect_port, say)
            environ = server_environ({SHOWN: auth_of(settings), **environ}, own)
        stop = threading.Event()
        told = told_where(home, environ["PREFECT_API_URL"], f"http://{LOOPBACK}:{web_port}")
        with told, _stopped_by_signals(stop):
            supervisor = Supervisor(services(home, environ, own, web_port), home / "logs", say, time.monotonic, stop)
            try:
                if supervisor.start():
                    say(table(supervisor.running, home / "logs"))
                    if own is not None and settings.prefect_auth is None:
                        say(f"流程引擎的页面和接口须登录，用户名和口令见 {settings.prefect_auth_file}。")
                    supervisor.watch()
            finally:
                supervisor.end()
                say("系统已结束。")


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    # Whoever started us with nohup wants us to outlive the terminal.
    hang_up = [signal.SIGHUP] if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN else []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, *hang_up)}
    for number in before:
        signal.signal(number, lambda *_: stop.set())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
