"""The dossiers of five real accidents go through all three scenarios."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from flows.rehearsal import Scenario, rehearse
from tests.journeys.rehearsed import assert_sound, assert_story

LARGEST = "hukun-2014-07-19"
DOSSIERS = ("baoan-2020-03-22", "jiangjin-2015-12-12", "xinxian-2016-05-14", "yangshuo-2019-06-09", LARGEST)
SECONDS = 60


@pytest.mark.parametrize("scenario", list(Scenario))
@pytest.mark.parametrize("name", DOSSIERS)
def test_a_real_dossier_is_carried_to_its_archive(
    name: str, scenario: Scenario, tmp_path: Path, shared_data: Path
) -> None:
    dossier = (shared_data / "dossiers" / f"{name}.json").read_bytes()
    began = time.monotonic()
    result = rehearse(dossier, scenario, tmp_path / "out")
    assert time.monotonic() - began < SECONDS
    assert_sound(result, tmp_path / "out")
    assert_story(result, scenario)


def test_the_boundary_death_of_the_largest_accident_is_said(tmp_path: Path, shared_data: Path) -> None:
    dossier = (shared_data / "dossiers" / f"{LARGEST}.json").read_bytes()
    result = rehearse(dossier, Scenario.ON_TIME, tmp_path / "out")
    assert (result["case_number"], result["grade"], result["trigger"]) == ("4305-2014-0001", "exceptional", "statutory")
    assert (
        "2014年7月26日的死亡在7日期内（至2014年7月26日），案情卷未计入死亡人数；推演沿用案情卷的54人，请核对。"
        in (result["assumptions"])
    )
    assert any("隆回县公安局交通警察大队" in sentence for sentence in result["assumptions"])
    assert any("12" in sentence or "隆回县交通运输局" in sentence for sentence in result["assumptions"])
