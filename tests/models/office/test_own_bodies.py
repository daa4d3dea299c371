"""What an installation's bodies and numbers are called follows from its unit and division, or is not guessed."""

from __future__ import annotations

import pytest

from models.kernel.rights.own_bodies import derived
from models.office.rules.series import BODY_MARKS, SERIES_MARKS, prefixes


@pytest.mark.parametrize(
    ("unit", "division", "bureau", "commission", "stem"),
    [
        (
            "鄂州市公安局交通警察支队",
            "420700",
            "鄂州市公安局",
            "鄂州市道路交通安全委员会办公室",
            "鄂州公交",
        ),
        (
            "襄阳市公安局交通警察支队",
            "420600",
            "襄阳市公安局",
            "襄阳市道路交通安全委员会办公室",
            "襄阳公交",
        ),
        ("随县公安局交通警察大队", "421321", "随县公安局", "随县道路交通安全委员会办公室", "随县公交"),
        ("隆回县公安局交警大队", "430524", "隆回县公安局", "隆回县道路交通安全委员会办公室", "隆回公交"),
        (
            "三江侗族自治县公安局交通管理大队",
            "450226",
            "三江侗族自治县公安局",
            "三江侗族自治县道路交通安全委员会办公室",
            "三江公交",
        ),
        (
            "襄阳市公安局襄州分局交通警察大队",
            "420607",
            "襄阳市公安局襄州分局",
            "襄阳市襄州区道路交通安全委员会办公室",
            "襄州公交",
        ),
        (
            "重庆市江津区公安局交通巡逻警察支队",
            "500116",
            "重庆市江津区公安局",
            "重庆市江津区道路交通安全委员会办公室",
            "江津公交",
        ),
    ],
)
def test_names_follow_from_unit_and_division(unit: str, division: str, bureau: str, commission: str, stem: str) -> None:
    assert derived(unit, division) == (bureau, commission, stem)


@pytest.mark.parametrize(
    ("unit", "division"),
    [
        ("襄阳市公安局交通警察支队", "420700"),  # of another place
        ("襄阳市公安局交通警察支队襄州大队", "420607"),  # the city's people in a district
        ("襄阳市公安局交通警察支队高速公路大队", "420600"),
        ("湖北省公安厅高速公路警察总队襄阳支队", "420600"),
        ("襄阳交警", "420600"),
        ("襄阳市公安局交通警察支队", "429999"),  # of no place
    ],
)
def test_what_is_not_sure_is_not_guessed(unit: str, division: str) -> None:
    assert derived(unit, division) == ("", "", "")


def test_every_body_has_a_beginning_of_its_own_for_every_kind_and_what_was_said_stands() -> None:
    told = prefixes("襄阳公交", {"bureau:analysis_report": "襄公调"})
    assert len(told) == len(set(told.values())) == len(BODY_MARKS) * len(SERIES_MARKS) >= 36
    assert told["unit", "analysis_report"] == "襄阳公交调"
    assert told["commission", "supervision_order"] == "襄阳公交安督"
    assert told["bureau", "analysis_report"] == "襄公调"
