"""The whole life of our own sample dossiers in each scenario, papers, package and story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from flows.rehearsal import Scenario, rehearse
from flows.rehearsal.result import Rehearsed
from models.kernel.errors import Conflict, Invalid
from models.kernel.settings import Settings
from models.samples import NAMES, dossier_bytes
from tests.first_format import first_format
from tests.journeys.rehearsed import assert_sound, assert_story, files, papers

LATE_AGAIN = {("ezhou-one-death", Scenario.LATE), ("ezhou-injuries", Scenario.LATE)}
"""What the four deaths tell with more units is told of these by `make test-long`."""
LIVES = [
    pytest.param(name, scenario, marks=pytest.mark.long if (name, scenario) in LATE_AGAIN else ())
    for name in NAMES
    for scenario in Scenario
]


@dataclass(frozen=True, slots=True)
class Lived:
    """A rehearsal with the folder that it wrote to and how far it said to have come, day by day."""

    result: Rehearsed
    out: Path
    steps: list[float]


Live = Callable[[str, Scenario], Lived]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Live:
    """Rehearse a sample in a scenario; each is lived once for all tests that only look at it."""

    @cache
    def lived(name: str, scenario: Scenario) -> Lived:
        out, steps = tmp_path_factory.mktemp(f"{name}-{scenario}") / "out", list[float]()
        result = rehearse(dossier_bytes(name), scenario, out, progress=lambda done, _day: steps.append(done))
        return Lived(result, out, steps)

    return lived


@pytest.mark.parametrize(("name", "scenario"), LIVES)
def test_a_sample_is_carried_from_dossier_to_archive(name: str, scenario: Scenario, live: Live) -> None:
    lived = live(name, scenario)
    result, out = lived.result, lived.out
    assert_sound(result, out, dossier_bytes(name))
    assert_story(result, scenario)
    assert not any("准予不补" in sentence for sentence in result.assumptions)


def test_two_rehearsals_give_the_same_values_and_the_same_bytes(live: Live, tmp_path: Path) -> None:
    first = live("ezhou-one-death", Scenario.SILENT)
    assert rehearse(dossier_bytes("ezhou-one-death"), Scenario.SILENT, tmp_path / "second") == first.result
    assert files(tmp_path / "second") == files(first.out)


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


def test_progress_only_grows_and_ends_at_one(live: Live) -> None:
    steps = live("ezhou-injuries", Scenario.ON_TIME).steps
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
