"""What a home holds is for whoever runs the system; what is handed out lies as the person's own umask says."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.samples import dossier_bytes
from tests.ui.cli.conftest import Shell


@pytest.fixture(autouse=True)
def _an_open_handed_person() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(place: Path) -> list[str]:
    """The names below a place that other accounts of the machine may reach."""
    everything = [place, *place.rglob("*")]
    return [str(path) for path in everything if stat.S_IMODE(path.lstat().st_mode) & 0o077]


def test_all_that_a_command_line_writes_below_home_is_for_its_owner_alone(home: Path, tmp_path: Path) -> None:
    """By a process of its own, as a person starts it: database and its log beside it, evidence, logs, keys."""
    dossier, photo = tmp_path / "dossier.json", tmp_path / "说明.txt"
    dossier.write_bytes(dossier_bytes("ezhou-one-death"))
    photo.write_text("现场情况说明", encoding="utf-8")
    for arguments in (["init"], ["case", "file", str(dossier)], ["case", "list"]):
        subprocess.run([sys.executable, "-m", "ui.cli", *arguments], check=True, capture_output=True, umask=0o022)
    assert open_to_others(home) == []
    assert {"shencha.db", "link.key"} <= {path.name for path in home.iterdir()}


@pytest.mark.loopback
def test_an_old_home_that_lies_open_is_told_by_the_doctor_and_closed_by_init(bare: Shell, home: Path) -> None:
    bare("init")
    kept = home / "files" / "ab" / "cdef"
    kept.parent.mkdir(parents=True)
    kept.write_text("证据")
    for path in (home, kept.parent.parent, kept.parent, kept):
        path.chmod(0o755)
    findings = {one["part"]: one for one in bare("doctor", "--json").json["findings"]}
    assert findings["privacy"]["level"] == "bad"
    assert f"chmod -R go= {home}" in findings["privacy"]["message"]
    assert "4 个文件或文件夹向其他用户开放" in findings["privacy"]["message"]
    bare("init")
    assert open_to_others(home) == []
    findings = {one["part"]: one for one in bare("doctor", "--json").json["findings"]}
    assert findings["privacy"]["level"] == "good"


def test_what_is_handed_out_lies_as_the_person_wants_it(shell: Shell, case: str, tmp_path: Path) -> None:
    said = shell("document", "export", case, "--out", tmp_path / "out")
    assert said.status == 0
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o755
    assert os.umask(0o022) == 0o022, "a command line leaves no umask behind"
