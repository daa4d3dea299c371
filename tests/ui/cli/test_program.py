"""The program as a process: quick to help, quiet in pipes, readable under any locale."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ui.installed import FIRST

ROOT = Path(__file__).parent.parent.parent.parent
HEAVY = ("sqlalchemy", "pydantic", "prefect", "docx", "streamlit", "fsspec", "alembic")


def run(home: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "SHENCHA_HOME": str(home), **environ},
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "en_US.ISO-8859-1"])
def test_chinese_is_utf8_under_any_locale(tmp_path: Path, locale: str) -> None:
    said = run(tmp_path, "case", "show", "没有", LC_ALL=locale, PYTHONIOENCODING="latin-1")
    assert (said.returncode, said.stdout) == (1, b"")
    assert said.stderr.decode("utf-8") == f"{FIRST}\n"


def test_help_needs_no_heavy_library() -> None:
    # What `--help` imports decides how long it takes; a clock would make this test a matter of luck.
    script = "import sys; from ui.cli import main; main(['--help']); "
    script += f"sys.exit(','.join(name for name in {HEAVY!r} if name in sys.modules) or None)"
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)
    assert said.returncode == 0, said.stderr.decode()


def test_a_reader_that_has_had_enough_is_no_error(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "case", "schema"],
        cwd=ROOT,
        env={**os.environ, "SHENCHA_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.close()
    assert program.stderr.read() == b""
    assert program.wait() == 0
    program.stderr.close()


def test_a_group_without_a_verb_shows_its_help_as_wrong_usage() -> None:
    bare = subprocess.run([sys.executable, "-m", "ui.cli", "case"], cwd=ROOT, capture_output=True, check=False)
    assert bare.returncode == 2
    assert bare.stdout.decode().startswith("用法：shencha case")
