"""Facts that no sheet takes: what points to nothing, names that are none, acts under another's name, ends of the calendar."""

from __future__ import annotations

from typing import Any

import pytest

from models.kernel.errors import Conflict, Invalid, WrongStage
from tests.sheets import Sheets
from tests.stories import Story


@pytest.fixture
def sheets(story: Story) -> Sheets:
    return Sheets(story)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("people.P1.vehicle_ref", "V99"),
        ("vehicles.V1.owner_ref", "O99"),
        ("vehicles.V1.owner_ref", "unit-999999"),
        ("vehicles.V1.owner_ref", "unit-99999999999999999999999"),
        ("road.1.manager_ref", "O99"),
        ("findings.F1.person_refs", ["P99"]),
        ("measures.M1.finding_refs", ["F99"]),
    ],
)
def test_nothing_points_to_a_row_that_is_not_there(sheets: Sheets, path: str, value: Any) -> None:
    with pytest.raises(Invalid, match="不在本案"):
        sheets.set(path, value)


def test_a_row_comes_back_only_after_what_it_points_to(sheets: Sheets) -> None:
    vehicle = sheets.add("vehicles", plate="鄂G00001")
    person = sheets.add("people", name="某人", vehicle_ref=vehicle)
    sheets.remove("people", person)
    sheets.remove("vehicles", vehicle)
    with pytest.raises(Invalid, match=f"“{vehicle}”不在本案"):
        sheets.restore("people", person)
    sheets.restore("vehicles", vehicle)
    sheets.restore("people", person)
    assert sheets.texts("people", "vehicle_ref")[person] == "鄂G00001"


def test_half_a_date_waits_when_a_measure_is_given_to_a_unit(sheets: Sheets) -> None:
    measure = sheets.add("measures", text="补设照明。", due="2026年")
    sheets.set(f"measures.{measure}.organisation_ref", "O1")
    assert sheets.texts("measures", "due")[measure] == "2026年"


def test_whose_accountability_is_looked_at_is_not_overwritten_by_half_a_word(sheets: Sheets) -> None:
    [row, *_] = sheets.shown("accountability").rows
    with pytest.raises(WrongStage, match="另行增加"):
        sheets.set(f"accountability.{row.ref}.subject_type", "约3人")


def test_a_new_unit_has_a_name_that_a_paper_can_print(sheets: Sheets) -> None:
    for name in ("公\x01司", "公\ud800司", "公司" * 300, "#REF!"):
        with pytest.raises(Invalid, match="名称"):
            sheets.add("organisations", name=name)


def test_the_name_of_one_act_does_not_answer_for_another(sheets: Sheets) -> None:
    sheets.set("accident.1.village", "新民社区", op="one")
    assert sheets.set("accident.1.village", "新民社区", op="one").version == 1
    with pytest.raises(Conflict, match="编号已用于另一次操作"):
        sheets.set("accident.1.road_name", "滨湖路", op="one")
    sheets.set("people.P1.seat", "前排左", op="seat")
    with pytest.raises(Conflict, match="编号已用于另一次操作"):
        sheets.set("people.P2.seat", "后排", op="seat")


def test_half_a_date_is_kept_and_a_book_is_not(sheets: Sheets) -> None:
    for path in ("accident.1.deaths", "accident.1.occurred_until", "vehicles.V1.owner_ref"):
        with pytest.raises(Invalid, match="文字过长"):
            sheets.set(path, "9" * 501)


def test_the_ends_of_calendar_and_figures_break_no_sheet(sheets: Sheets) -> None:
    for value in ("9999-12-31 23:59", "9999-12-31T23:59:59-12:00", "1900-01-01 08:00"):
        assert sheets.set("accident.1.occurred_until", value).faults
        assert sheets.texts("accident", "occurred_until") == {"1": value}
    for value in ("1" + "0" * 30, "1" + "0" * 400 + ".5"):
        assert [one.code for one in sheets.set("accident.1.direct_loss_yuan", value).faults] == ["out_of_range"]
    indicator = sheets.add("indicators", organisation_ref="O1", item="车辆数", value="1")
    assert sheets.set(f"indicators.{indicator}.value", "1" + "0" * 400 + ".5").faults
