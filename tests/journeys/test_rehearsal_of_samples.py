"""The whole life of our own sample dossiers in each scenario, papers, package and story."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.rehearsal import Scenario, rehearse
from flows.rehearsal.result import Rehearsed
from models.kernel.errors import Conflict, Invalid
from models.kernel.settings import Settings
from models.samples import NAMES, dossier_bytes
from tests.first_format import first_format
from tests.journeys.rehearsed import assert_sound, assert_story, files, papers


@pytest.mark.parametrize("scenario", list(Scenario))
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_carried_from_dossier_to_archive(name: str, scenario: Scenario, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = rehearse(dossier_bytes(name), scenario, out)
    assert_sound(result, out, dossier_bytes(name))
    assert_story(result, scenario)
    assert not any("准予不补" in sentence for sentence in result.assumptions)


def test_two_rehearsals_give_the_same_values_and_the_same_bytes(tmp_path: Path) -> None:
    results: list[Rehearsed] = [
        rehearse(dossier_bytes("ezhou-one-death"), Scenario.SILENT, tmp_path / name) for name in ("first", "second")
    ]
    assert results[0] == results[1]
    assert files(tmp_path / "first") == files(tmp_path / "second")


def test_an_office_that_investigates_only_what_it_must_says_why_it_goes_further(tmp_path: Path) -> None:
    wished = Settings(scope="statutory", home=tmp_path / "home")
    result = rehearse(dossier_bytes("ezhou-one-death"), "on-time", tmp_path / "out", settings=wished)
    assert result.trigger == "discretionary"
    assert any("酌定开展" in sentence for sentence in result.assumptions)
    assert not (tmp_path / "home").exists()


def test_dates_that_have_passed_and_missing_units_are_filled_in_and_said(tmp_path: Path) -> None:
    result = rehearse(first_format("ezhou-four-deaths"), Scenario.ON_TIME, tmp_path / "out")
    assert any("未指明责任单位" in sentence for sentence in result.assumptions)
    assert any(
        "鄂城区人民政府是本单位的上级党委或者政府，本单位不能对其提出倒查问责建议" in sentence
        for sentence in result.assumptions
    )
    assert len(papers(result, "analysis_report")) == 1


def test_a_used_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(Conflict, match="不是空文件夹"):
        rehearse(dossier_bytes("ezhou-one-death"), Scenario.ON_TIME, tmp_path)
    assert files(tmp_path).keys() == {"mine.txt"}


def test_a_bad_dossier_or_scenario_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        rehearse(b"{}", Scenario.ON_TIME, tmp_path / "out")
    with pytest.raises(Invalid, match="可选：on-time、late、silent"):
        rehearse(dossier_bytes("ezhou-one-death"), "sometimes", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_that_is_broken_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupt(_done: float, _day: str) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        rehearse(dossier_bytes("ezhou-one-death"), Scenario.ON_TIME, tmp_path / "out", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_progress_only_grows_and_ends_at_one(tmp_path: Path) -> None:
    steps: list[float] = []
    rehearse(
        dossier_bytes("ezhou-injuries"),
        Scenario.ON_TIME,
        tmp_path / "out",
        progress=lambda done, _day: steps.append(done),
    )
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
