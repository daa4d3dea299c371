"""`case causes|similar`."""

from __future__ import annotations

from pathlib import Path

from tests.ui.cli.conftest import Shell


def test_the_causes_are_told_in_words_a_line_each(shell: Shell, case: str) -> None:
    lines = shell("case", "causes", case).out.splitlines()
    assert "道路交通事故：" in lines[0]
    assert any(line.startswith("直接原因（") for line in lines)


def test_the_causes_are_told_to_programs_as_they_were_found(shell: Shell, case: str) -> None:
    said = shell("case", "causes", case, "--json").json
    assert {"accident", "findings", "duties", "measures"} <= set(said)
    assert said["findings"][0]["number"] == "F1"


def test_the_picture_is_written_where_it_is_asked_for(shell: Shell, case: str, tmp_path: Path) -> None:
    out = tmp_path / "致因图.svg"
    assert shell("case", "causes", case, "--svg", out).status == 0
    assert out.read_text().startswith("<svg ")
    refused = shell("case", "causes", case, "--svg", tmp_path / "none" / "x.svg")
    assert refused.status == 1
    assert "不能写入" in refused.err


def test_an_unknown_case_has_neither_causes_nor_likes(shell: Shell, case: str) -> None:
    assert case
    for verb in ("causes", "similar"):
        assert shell("case", verb, "4207-1999-0001").status == 1


def test_without_an_earlier_accident_there_is_none_to_tell(shell: Shell, case: str) -> None:
    assert shell("case", "similar", case, "--json").json == []
    assert "没有找到类似事故" in shell("case", "similar", case).out
