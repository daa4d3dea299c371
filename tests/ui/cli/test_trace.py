"""`case trace`."""

from __future__ import annotations

from tests.ui.cli.conftest import Shell


def test_a_measure_is_told_with_where_it_comes_from_and_what_came_of_it(shell: Shell, case: str) -> None:
    lines = shell("case", "trace", case, "M1").out.splitlines()
    assert lines[0].startswith(f"{case} ")
    back, ahead, others = (lines.index(heading) for heading in ("由来", "后续", "其他案件"))
    assert lines[back + 1].startswith("M1 整改措施：")
    assert lines[back + 2].startswith("└ F")
    assert lines[ahead + 1] == "还没有后续。"
    assert "没有同一路段" in lines[others + 1]


def test_without_a_name_all_of_the_case_is_told_in_its_order(shell: Shell, case: str) -> None:
    lines = shell("case", "trace", case).out.splitlines()
    assert "全案脉络" in lines
    assert any(line.startswith("F1 问题：") for line in lines)
    assert any(line.startswith("└ M1 整改措施：") for line in lines)


def test_programs_are_told_things_and_links(shell: Shell, case: str) -> None:
    said = shell("case", "trace", case, "F1", "--json").json
    assert said["start"] == ["finding/F1"]
    assert {"before": "finding/F1", "after": "measure/M2", "measure": "measure/M2"} in said["links"]
    assert [step["depth"] for step in said["forward"]][:2] == [0, 1]


def test_a_wrong_name_and_a_wrong_case_are_one_sentence_each(shell: Shell, case: str) -> None:
    for words, told in (((case, "M99"), "没有代号为“M99”的"), (("4207-1999-0001", "M1"), "没有编号为“4207-1999-0001”")):
        refused = shell("case", "trace", *words)
        assert (refused.status, refused.out) == (1, "")
        assert told in refused.err
        assert len(refused.err.strip().splitlines()) == 1
