"""Prefect's environment: ours by default, the operator's where set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from flows.environment import prepare
from flows.server import auth_of, headers, server_environ
from models.kernel.settings import Settings


def test_what_the_operator_sets_wins() -> None:
    environ = {"PREFECT_WORKER_QUERY_SECONDS": "30"}
    prepare(environ, Path("/srv/shencha"))
    assert environ["PREFECT_WORKER_QUERY_SECONDS"] == "30"
    assert environ["PREFECT_HOME"] == "/srv/shencha/prefect"


def test_what_prefect_asks_for_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    made = auth_of(settings)
    assert auth_of(settings) == made
    assert settings.prefect_auth_file.stat().st_mode & 0o777 == 0o600
    assert made.startswith("shencha:")
    named = Settings(home=tmp_path / "other", prefect_auth=SecretStr("prefect:yi-ge-kouling"))
    assert auth_of(named) == "prefect:yi-ge-kouling"
    assert not named.prefect_auth_file.exists()
    for wrong in ("nur-ein-wort", ":kouling", "prefect:", "prefect:口令"):
        with pytest.raises(ValidationError, match="用户名:口令"):
            Settings(prefect_auth=SecretStr(wrong))


def test_a_server_of_ours_asks_for_what_its_callers_show_and_shuts_other_origins_out() -> None:
    environ: dict[str, str] = {}
    prepare(environ, Path("/srv/shencha"), "prefect:word")
    told = server_environ(environ, 4200)
    assert told["PREFECT_SERVER_API_AUTH_STRING"] == told["PREFECT_API_AUTH_STRING"] == "prefect:word"
    assert told["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4200,http://localhost:4200"
    assert headers(told) == {"Authorization": "Basic cHJlZmVjdDp3b3Jk"}
    assert headers({}) == {}


def test_importing_a_flow_writes_nothing_to_a_persons_home(tmp_path: Path) -> None:
    person = tmp_path / "person"
    person.mkdir()
    environ = {"PATH": os.environ["PATH"], "HOME": str(person), "SHENCHA_HOME": str(tmp_path / "var")}
    seen = "from prefect.settings import get_current_settings as s; print(s().home, s().server.analytics_enabled)"
    script = f"import flows.engine; {seen}"
    told = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [str(tmp_path / "var" / "prefect"), "False"]
    assert list(person.iterdir()) == []
