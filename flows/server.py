"""Prefect's server as a child process: one is enough for a unit, and losing it loses no case."""

from __future__ import annotations

import base64
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from flows.child import end_child, start_child, works_within
from flows.ports import LOOPBACK, any_port
from models.kernel.errors import Refused
from models.kernel.settings import Settings
from models.kernel.storage.sealing import make_key_file

START_SECONDS = 120.0
SHOWN = "PREFECT_API_AUTH_STRING"
"""Under this name a process carries what it shows to Prefect's API."""


def api_url(port: int) -> str:
    """Return the address of the API of a server here on `port`."""
    return f"http://{LOOPBACK}:{port}/api"


def server_argv(port: int) -> list[str]:
    """Return the command that runs a server in the foreground, as one process."""
    return [sys.executable, "-m", "prefect", "server", "start", "--host", LOOPBACK, "--port", str(port)]


def server_environ(environ: Mapping[str, str], port: int, database_url: str | None = None) -> dict[str, str]:
    """Return the environment of the server and of everyone who talks to it.

    `environ` is one that `flows.environment` prepared, as ours is: what it shows to a server ours asks everybody for, and
    pages from elsewhere may not call it from a browser. `database_url` (`sqlite+aiosqlite:///…` or
    `postgresql+asyncpg://…`) is Prefect's own database; default is a file in Prefect's home.
    """
    for_server = {**environ, "PREFECT_API_URL": api_url(port)}
    if SHOWN in environ:
        for_server.setdefault("PREFECT_SERVER_API_AUTH_STRING", environ[SHOWN])
    own = ",".join(f"http://{host}:{port}" for host in (LOOPBACK, "localhost"))
    for_server.setdefault("PREFECT_SERVER_CORS_ALLOWED_ORIGINS", own)
    if database_url is not None:
        for_server["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database_url
    # A proxy for the outside must not swallow calls to ourselves.
    for name in ("NO_PROXY", "no_proxy"):
        for_server[name] = ",".join(filter(None, [for_server.get(name), LOOPBACK, "localhost"]))
    return for_server


def headers(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what a request to Prefect's API must carry where its server asks who calls."""
    if SHOWN not in environ:
        return {}
    return {"Authorization": f"Basic {base64.b64encode(environ[SHOWN].encode()).decode()}"}


def auth_of(settings: Settings) -> str:
    """Return what the server of this home asks for: what the settings say, else what its file holds, made where missing."""
    if settings.prefect_auth is not None:
        return settings.prefect_auth.get_secret_value()
    file = settings.prefect_auth_file
    make_key_file(file, f"shencha:{secrets.token_urlsafe(24)}\n".encode())
    return file.read_text(encoding="ascii").strip()


def answers(url: str) -> bool:
    """Return whether an HTTP address answers with success within two seconds."""
    try:
        return httpx.get(url, timeout=2.0).is_success
    except httpx.TransportError:
        return False


@contextmanager
def prefect_server(
    environ: Mapping[str, str], log_file: Path, *, port: int | None = None, database_url: str | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run a server for as long as the block lasts; gives (API address, process).

    Raises Refused when it does not become healthy within a minute; the log file tells why.
    """
    port = any_port() if port is None else port
    child = start_child(server_argv(port), server_environ(environ, port, database_url), log_file)
    try:
        if not works_within(START_SECONDS, child, lambda: answers(f"{api_url(port)}/health")):
            raise Refused(f"Prefect 服务未能启动，原因见日志：{log_file}", code="prefect_not_started")
        yield api_url(port), child
    finally:
        end_child(child)
