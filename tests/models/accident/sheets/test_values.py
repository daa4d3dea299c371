"""What people write is understood or asked about, and what is shown reads back as the same value."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.accident.sheets import SHEETS, Field, FieldKind, faults, parse, row_faults, sheet, shown
from models.kernel.errors import Invalid, NotFound
from models.kernel.text.folded import folded


def field(path: str) -> Field:
    of, name = path.split(".")
    return sheet(of).field(name)


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("accident.occurred_at", "2026/11/5 8:10", "2026-11-05T08:10:00+08:00"),
        ("accident.occurred_at", "2026年11月5日8时10分", "2026-11-05T08:10:00+08:00"),
        ("accident.occurred_at", "2026年11月5日下午3时许", "2026-11-05T15:00:00+08:00"),
        ("accident.occurred_at", "2026.11.05 08:10", "2026-11-05T08:10:00+08:00"),
        ("accident.occurred_at", "２０２６／１１／５　８：１０", "2026-11-05T08:10:00+08:00"),
        ("accident.occurred_at", "2026-11-05T00:10:00Z", "2026-11-05T08:10:00+08:00"),
        ("accident.occurred_at", "2026年3月13日（星期五）17时42分许", "2026-03-13T17:42:00+08:00"),
        ("measures.due", "2026.12.31", "2026-12-31"),
        ("measures.due", "2026/12/5", "2026-12-05"),
        ("measures.due", "20261205", "2026-12-05"),
        ("measures.due", "2026-12-05 00:00:00", "2026-12-05"),
        ("accident.deaths", "2人", 2),
        ("accident.deaths", "三人", 3),
        ("accident.deaths", "十二人", 12),
        ("accident.deaths", "３", 3),
        ("accident.direct_loss_yuan", "85万", 850_000),
        ("accident.direct_loss_yuan", "512.6万元", 5_126_000),
        ("accident.direct_loss_yuan", "1,200.55元", 1200.55),
        ("accident.direct_loss_yuan", "１，２００元", 1200),
        ("vehicles.actual_load_kg", "26.1吨", 26_100),
        ("vehicles.speed_kmh", "85km/h", 85),
        ("people.role", "驾驶员", "driver"),
        ("people.role", "driver", "driver"),
        ("people.outcome", "无伤", "unhurt"),
        ("organisations.kind", "企业", "enterprise"),
        ("findings.level", "直接", "direct"),
        ("findings.aspect", "人的因素", "person"),
        ("accident.division_code", "梁子湖区", "420702"),
        ("accident.division_code", "420704", "420704"),
        ("accident.stake", "305KM+500m", "K305+500"),
        ("accident.coordinates", "114.871,30.392 GCJ-02", {"x": 114.871, "y": 30.392, "datum": "gcj02"}),
        ("accident.coordinates", "114.871，30.392（百度）", {"x": 114.871, "y": 30.392, "datum": "bd09"}),
        ("accident.coordinates", "114.871 30.392", {"x": 114.871, "y": 30.392, "datum": "unknown"}),
        ("accident.secondary", "是", True),
        ("findings.duty_failure", "否", False),
        ("people.further_roles", "押运、车主", ["押运员", "车主"]),
        (
            "findings.legal_basis",
            "安全生产法第二十八条、第四十一条；道路运输条例第三十条",
            ["安全生产法第二十八条、第四十一条", "道路运输条例第三十条"],
        ),
        ("course.text", "  第一段。\r\n第二行。 ", "第一段。\n第二行。"),
        ("accident.place", "   ", None),
    ],
)
def test_what_an_office_writes_is_understood(path: str, text: str, value: Any) -> None:
    read = parse(field(path), text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("accident.occurred_at", "2026-11-05", "time_missing"),
        ("accident.occurred_at", "2026年11月5日", "time_missing"),
        ("accident.occurred_at", "2026年2月30日8时", "bad_date"),
        ("accident.occurred_at", "2026-11-05 25:10", "bad_time"),
        ("accident.occurred_at", "上周五", "bad_datetime"),
        ("measures.due", "年底前", "bad_date"),
        ("measures.due", "1026-01-01", "bad_date"),
        ("accident.deaths", "约5人", "not_exact"),
        ("accident.deaths", "十余人", "not_exact"),
        ("accident.deaths", "2.5", "not_whole"),
        ("accident.deaths", "-1", "negative"),
        ("accident.deaths", "很多", "not_a_number"),
        ("accident.direct_loss_yuan", "470余万元", "not_exact"),
        ("accident.direct_loss_yuan", "1.234元", "too_exact"),
        ("people.outcome", "受惊", "unknown_word"),
        ("findings.level", "根本", "unknown_word"),
        ("accident.division_code", "朝阳区", "many_divisions"),
        ("accident.division_code", "无名区", "unknown_division"),
        ("accident.stake", "桥头", "bad_stake"),
        ("accident.coordinates", "30.392", "bad_coordinates"),
        ("accident.coordinates", "114.8,30.3 北京54", "unknown_datum"),
        ("accident.place", "某路\u2028东侧", "control_character"),
        ("accident.place", "某路\n东侧", "control_character"),
        ("accident.secondary", "大概", "not_yes_or_no"),
        ("people.id_number", "420704198001010011", "bad_identity_number"),
        ("people.vehicle_ref", "V9", "unknown_reference"),
    ],
)
def test_what_nobody_can_understand_is_told_in_the_offices_words(path: str, text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(field(path), text)
    assert refused.value.code == code
    assert [fault.code for fault in faults(field(path), text)] == [code] or field(path).kind is FieldKind.REF


def test_an_unknown_word_of_an_open_list_is_kept_and_the_nearest_offered() -> None:
    role = field("people.role")
    assert parse(role, "三轮车驾驶人") == "三轮车驾驶人"
    [fault] = faults(role, "三轮车驾驶人")
    assert (fault.code, "最接近的是“驾驶人”" in fault.message) == ("unknown_word_kept", True)
    assert faults(role, "driver") == ()


def test_a_unit_is_named_however_it_is_typed() -> None:
    owner = field("vehicles.owner_ref")
    rows = {"O1": "O1", folded("鄂州市某顺（集团）运输有限公司"): "O1"}
    assert parse(owner, "鄂州市某顺(集团) 运输有限公司", rows) == "O1"
    assert parse(owner, "O1", rows) == "O1"


def test_a_point_is_asked_for_its_datum_and_for_its_division() -> None:
    place = field("accident.coordinates")
    assert [fault.code for fault in faults(place, {"x": 114.87, "y": 30.39, "datum": "unknown"})] == ["datum_unknown"]
    far = {"coordinates": {"x": 121.47, "y": 31.23, "datum": "wgs84"}, "division_code": "420704"}
    assert row_faults(sheet("accident"), far)["coordinates"][0].code == "outside_division"
    near = {**far, "coordinates": {"x": 114.87, "y": 30.39, "datum": "wgs84"}}
    assert row_faults(sheet("accident"), near) == {}


def test_what_was_typed_half_is_a_fault_and_no_value() -> None:
    assert [fault.code for fault in faults(field("accident.deaths"), "约5人")] == ["not_exact"]
    assert [fault.code for fault in faults(field("accident.place"), None)] == ["missing"]
    assert [fault.code for fault in faults(field("accident.deaths"), 2.5)] == ["not_whole"]
    assert faults(field("accident.deaths"), None) == ()


MONEY = st.decimals(0, 10**11, places=2).map(lambda amount: int(amount) if amount == int(amount) else float(amount))
VALUES = {
    FieldKind.INTEGER: st.integers(0, 100),
    FieldKind.MONEY: MONEY,
    FieldKind.DATE: st.dates(min_value=date(1950, 1, 1), max_value=date(2199, 12, 31)).map(str),
    FieldKind.CLOCK: st.times().map(lambda at: f"{at:%H:%M}"),
    FieldKind.BOOLEAN: st.booleans(),
    FieldKind.STAKE: st.integers(0, 9_999_999).map(lambda metres: f"K{metres // 1000}+{metres % 1000:03d}"),
}


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_what_is_shown_reads_back_as_the_same_value(kind: FieldKind, data: st.DataObject) -> None:
    one = Field("x", "项目", kind)
    value = data.draw(VALUES[kind])
    assert parse(one, shown(one, value)) == value
    assert faults(one, value) == ()


@pytest.mark.parametrize("path", [f"{one.name}.{f.name}" for one in SHEETS.values() for f in one.fields if f.choices])
def test_every_word_of_a_list_reads_back(path: str) -> None:
    one = field(path)
    for choice in one.choices:
        read = parse(one, shown(one, choice.value))
        assert read == ([choice.value] if one.kind is FieldKind.CHOICES else choice.value)


def test_sheets_name_each_thing_once_and_point_where_there_is_something() -> None:
    for one in SHEETS.values():
        for words in ([f.name for f in one.fields], [f.label for f in one.fields]):
            assert len(set(words)) == len(words), one.name
        for f in one.fields:
            assert f.target is None or SHEETS[f.target].many
        assert one.many == bool(one.prefix)
    with pytest.raises(NotFound):
        sheet("nothing")
    with pytest.raises(NotFound):
        sheet("people").field("nothing")
