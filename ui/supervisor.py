"""Process supervisor: starts child processes in order, restarts crashed ones with growing pauses, ends them all."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flows.child import end_child, start_child, works_within

START_SECONDS = 120.0
LOOK_SECONDS = 0.2
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY_SECONDS = 60.0


def nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True)
class Service:
    """One process of the system: how it is started, how one sees that it works, where a person finds it."""

    name: str
    title: str
    address: str
    argv: Sequence[str]
    environ: Mapping[str, str]
    healthy: Callable[[], bool]
    before: Callable[[], None] = nothing


@dataclass
class Running:
    """A service and its present process; `pause` is how long to wait before the next start after a crash."""

    service: Service
    came_up: bool = False
    child: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE
    start_again_at: float | None = None


@dataclass
class Supervisor:
    """Runs `services`; tells people through `say`; everything stops soon after `stop` is set."""

    services: Sequence[Service]
    logs: Path
    say: Callable[[str], None]
    monotonic: Callable[[], float]
    stop: threading.Event
    running: list[Running] = field(default_factory=list)

    def start(self) -> bool:
        """Start every service, each after the one before it works; return False when told to stop meanwhile.

        A service that does not come up is said so and does not keep the others away: `watch` goes on trying.
        """
        for service in self.services:
            if self.stop.is_set():
                return False
            running = Running(service)
            self.running.append(running)
            child = self._launch(running)
            running.came_up = works_within(START_SECONDS, child, service.healthy, self.stop)
            if not running.came_up and not self.stop.is_set():
                self.say(f"{service.title}未能按时就绪，系统继续启动；原因见日志 {self._log(service)}。")
        return not self.stop.is_set()

    def watch(self) -> None:
        """Look after the services until told to stop."""
        while not self.stop.wait(LOOK_SECONDS):
            for running in self.running:
                self.look_after(running)

    def look_after(self, running: Running) -> None:
        """Notice a crash, and start the service again when its pause is over."""
        now = self.monotonic()
        if running.start_again_at is not None:
            if now >= running.start_again_at:
                self._launch(running)
                self.say(f"{running.service.title}已重新启动。")
        elif running.child is not None and (status := running.child.poll()) is not None:
            if now - running.started_at >= STEADY_SECONDS:
                running.pause = FIRST_PAUSE
            running.start_again_at = now + running.pause
            self.say(
                f"{running.service.title}意外退出（状态 {status}），{running.pause:g} 秒后重新启动；"
                f"原因见日志 {self._log(running.service)}。"
            )
            running.pause = min(running.pause * 2, LONGEST_PAUSE)

    def end(self) -> None:
        """End every service, the last started first."""
        for running in reversed(self.running):
            if running.child is not None:
                end_child(running.child)

    def _launch(self, running: Running) -> subprocess.Popen[bytes]:
        running.service.before()
        running.child = start_child(running.service.argv, running.service.environ, self._log(running.service))
        running.started_at = self.monotonic()
        running.start_again_at = None
        return running.child

    def _log(self, service: Service) -> Path:
        return self.logs / f"{service.name}.log"
