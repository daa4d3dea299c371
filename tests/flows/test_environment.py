"""Prefect's environment: ours by default, the operator's where set."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from flows.environment import prepare


def test_what_the_operator_sets_wins() -> None:
    environ = {"PREFECT_WORKER_QUERY_SECONDS": "30"}
    prepare(environ, Path("/srv/shencha"))
    assert environ["PREFECT_WORKER_QUERY_SECONDS"] == "30"
    assert environ["PREFECT_HOME"] == "/srv/shencha/prefect"


def test_importing_a_flow_writes_nothing_to_a_persons_home(tmp_path: Path) -> None:
    person = tmp_path / "person"
    person.mkdir()
    environ = {"PATH": os.environ["PATH"], "HOME": str(person), "SHENCHA_HOME": str(tmp_path / "var")}
    seen = "from prefect.settings import get_current_settings as s; print(s().home, s().server.analytics_enabled)"
    script = f"import flows.engine; {seen}"
    told = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [str(tmp_path / "var" / "prefect"), "False"]
    assert list(person.iterdir()) == []
