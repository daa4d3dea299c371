"""A command line to type at: an installation of its own, staffed as in the stories."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases
from tests.first_format import first_format
from tests.stories import PASSWORD, give_passwords, staffed
from ui.cli import main

UNIT = "鄂州市公安局交通警察支队"


@dataclass(frozen=True, slots=True)
class Said:
    """What a command line answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


Shell = Callable[..., Said]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without anything in it."""
    monkeypatch.setenv("SHENCHA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def bare(home: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """The command line before `shencha init`."""

    def run(*arguments: object) -> Said:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        return Said(status, *capsys.readouterr())

    return run


@pytest.fixture
def shell(bare: Shell, sqlite_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """The command line of an installation with an account for each role, all of whom show the same password."""
    url = sqlite_databases.fresh(staffed)
    monkeypatch.setenv("SHENCHA_DATABASE_URL", url)
    (tmp_path / "password").write_text(PASSWORD)
    monkeypatch.setenv("SHENCHA_PASSWORD_FILE", str(tmp_path / "password"))

    def run(*arguments: object) -> Said:
        give_passwords(url)  # also to those whom the line before made
        return bare(*arguments)

    yield run
    sqlite_databases.drop(url)


def issue(shell: Shell, case: str, paper: str) -> None:
    """Take a paper through its chain; the reviewer lets pass what the sample does not say."""
    assert shell("case", "do", case, "submit", "--paper", paper, "--as", "li").status == 0
    assert shell("case", "do", case, "approve", "--paper", paper, "--as", "shen").status == 0
    let_pass(shell, case, paper)
    assert shell("case", "do", case, "sign", "--paper", paper, "--as", "qian").status == 0


def let_pass(shell: Shell, case: str, paper: str) -> None:
    """Waive as the reviewer what a paper lacks."""
    told = shell("document", "preflight", case, "--paper", paper, "--as", "shen", "--json").json
    lacking = [one["key"] for one in told if one["weight"] == "missing" and one["waived"] is None]
    if lacking:
        keys = [word for key in lacking for word in ("--remarks", key)]
        given = ("--paper", paper, *keys, "--reason", "样例资料未载明。", "--as", "shen")
        assert shell("case", "do", case, "waive-remarks", *given).status == 0


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A small dossier on disk, which tells no more than the first format can."""
    path = tmp_path / "dossier.json"
    path.write_bytes(first_format("ezhou-one-death"))
    return path


@pytest.fixture
def case(shell: Shell, dossier: Path) -> str:
    """The number of a filed case."""
    number: str = shell("case", "file", dossier, "--json").json["case_number"]
    return number
