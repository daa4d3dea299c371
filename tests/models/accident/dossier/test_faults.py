"""Every class of bad input is told by its path, its code and one Chinese sentence."""

import json
import re

import pytest
from pydantic import ValidationError
from pydantic_core import InitErrorDetails
from pydantic_core._pydantic_core import list_all_errors  # the only list of what may be raised

from models.accident import dossier
from models.accident.dossier.faults import shape_faults
from models.kernel.errors import Invalid
from tests.models.accident.dossier.conftest import NOW

# place in the dossier, the value put there, and the one fault expected: path, code, part of the sentence
PUT = [
    ("schema", "case-dossier/3", "schema", "wrong_schema", "格式版本应为“case-dossier/1”或"),
    ("accident.deaths", "3", "accident.deaths", "wrong_type", "应为整数"),
    ("accident.deaths", True, "accident.deaths", "wrong_type", "应为整数"),
    ("accident.deaths", 3.0, "accident.deaths", "wrong_type", "应为整数"),
    ("accident.deaths", -1, "accident.deaths", "negative", "不能是负数"),
    ("accident.deaths", 10**9, "accident.deaths", "out_of_range", "不能大于100000"),
    ("accident.deaths", 10**25, "accident.deaths", "out_of_range", "不能大于100000"),
    ("accident.deaths", float("nan"), "accident.deaths", "not_a_number", "不是有限的数"),
    ("accident.longitude", float("inf"), "accident.longitude", "not_a_number", "不是有限的数"),
    ("accident.longitude", True, "accident.longitude", "wrong_type", "应为数字"),
    ("accident.longitude", 180.5, "accident.longitude", "out_of_range", "不能大于180"),
    ("accident.latitude", -91, "accident.latitude", "out_of_range", "不能小于-90"),
    ("accident.direct_loss_yuan", -5, "accident.direct_loss_yuan", "negative", "不能是负数"),
    ("accident.occurred_at", "2027-01-01T00:00:00+08:00", "accident.occurred_at", "in_future", "事故时间在将来"),
    ("accident.occurred_at", "2025-08-16T06:42:00", "accident.occurred_at", "naive_datetime", "没有写明时区"),
    ("accident.occurred_at", "2025-02-30T06:42:00+08:00", "accident.occurred_at", "bad_date", "时间不存在"),
    ("accident.occurred_at", "0001-01-01T00:00:00+14:00", "accident.occurred_at", "bad_date", "时间不存在"),
    ("accident.occurred_at", 1755297720, "accident.occurred_at", "wrong_type", "应为时间文本"),
    ("accident.occurred_at", None, "accident.occurred_at", "wrong_type", "应为时间文本"),
    ("accident.later_deaths.0.date", "2025-08-15", "accident.later_deaths[0].date", "later_death_before_accident", ""),
    ("accident.later_deaths.0.date", "2026-03-02", "accident.later_deaths[0].date", "in_future", "死亡日期在将来"),
    ("accident.later_deaths.0.date", "16/8/2025", "accident.later_deaths[0].date", "bad_date", "日期不存在"),
    ("accident.later_deaths.0.counted", "yes", "accident.later_deaths[0].counted", "wrong_type", "true 或 false"),
    ("accident.deaths", 0, "accident.deaths", "too_many_later_deaths", "计入的1人"),
    ("accident.division_code", "000000", "accident.division_code", "unknown_division", "行政区划代码不存在"),
    ("accident.division_code", "4207", "accident.division_code", "unknown_division", "应为六位数字"),
    ("organisations.0.division_code", "999999", "organisations[0].division_code", "unknown_division", "不存在"),
    ("accident.place", "", "accident.place", "empty_text", "不能为空"),
    ("accident.place", " \u3000", "accident.place", "empty_text", "不能为空"),
    ("accident.place", "鄂城\u0000区", "accident.place", "control_character", "控制字符"),
    ("accident.place", "鄂城\u202e区", "accident.place", "control_character", "控制字符"),
    ("accident.place", "鄂城\ud800区", "accident.place", "control_character", "无法保存的字符"),
    ("accident.place", "鄂城\n区", "accident.place", "control_character", "只能写一行"),
    ("accident.place", "区" * 501, "accident.place", "too_long", "最多500个字"),
    ("accident", [], "accident", "wrong_type", "应为对象"),
    ("vehicles", {}, "vehicles", "wrong_type", "应为数组"),
    ("vehicles.0", None, "vehicles[0]", "wrong_type", "应为对象"),
    ("vehicles.0.owner_ref", "O99", "vehicles[0].owner_ref", "unknown_reference", "没有这个编号的单位"),
    ("vehicles.0.ref", "一号车", "vehicles[0].ref", "wrong_form", "编号只能用"),
    ("people.0.vehicle_ref", "V9", "people[0].vehicle_ref", "unknown_reference", "没有这个编号的车辆"),
    ("people.0.organisation_ref", "P1", "people[0].organisation_ref", "unknown_reference", "没有这个编号的单位"),
    ("people.0.role", "司机", "people[0].role", "unknown_word", "driver（驾驶人）"),
    ("people.0.id_number", "420704198001010011", "people[0].id_number", "bad_identity_number", "校验码不对"),
    ("people.0.id_number", "4207041980", "people[0].id_number", "bad_identity_number", "应为18位"),
    ("people.0.id_number", "420704198013010012", "people[0].id_number", "bad_identity_number", "出生日期不存在"),
    ("people.0.id_number", "420704206001010012", "people[0].id_number", "bad_identity_number", "出生日期在将来"),
    ("organisations.0.credit_code", "91110000600037341X", "organisations[0].credit_code", "bad_credit_code", "校验码"),
    ("organisations.0.credit_code", "9111", "organisations[0].credit_code", "bad_credit_code", "18位"),
    ("organisations.1.ref", "O1", "organisations[1].ref", "duplicate_reference", "单位编号与第1项重复"),
    ("findings.0.person_refs.0", "P99", "findings[0].person_refs[0]", "unknown_reference", "没有这个编号的人员"),
    ("findings.0.organisation_refs.0", "X", "findings[0].organisation_refs[0]", "unknown_reference", "单位"),
    ("findings.0.duty_failure", 1, "findings[0].duty_failure", "wrong_type", "true 或 false"),
    ("findings.0.aspect", None, "findings[0].aspect", "unknown_word", "road（路）"),
    ("measures.3.finding_refs.0", "F99", "measures[3].finding_refs[0]", "unknown_reference", "没有这个编号的问题"),
    ("measures.3.finding_refs.1", "F1", "measures[3].finding_refs[1]", "duplicate_reference", "不止一次"),
    ("measures.4.cooperating_refs.0", "O3", "measures[4].cooperating_refs[0]", "duplicate_reference", "牵头单位"),
    ("measures.4.organisation_ref", "O77", "measures[4].organisation_ref", "unknown_reference", "单位"),
    ("measures.0.milestones.0.due", None, "measures[0].milestones[0].due", "wrong_type", "应为日期文本"),
    ("accountability.0.category", "警告", "accountability[0].category", "unknown_word", "行政处罚、党纪政务处分"),
    ("accountability.0.subject_ref", "O1", "accountability[0].subject_ref", "unknown_reference", "没有这个编号的人员"),
    ("accountability.2.competent_organ_ref", "O0", "accountability[2].competent_organ_ref", "unknown_reference", ""),
    ("team.0.organisation_ref", "O0", "team[0].organisation_ref", "unknown_reference", "单位"),
    ("accident.wheather", "晴", "accident.wheather", "unknown_key", "格式中没有这个键"),
]


def put(raw, place, value):
    *above, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    inside = raw
    for part in above:
        inside = inside[part]
    inside[last] = value


def no_english(sentence):
    return re.search(r"[A-Za-z]{2,}[ ,]+[A-Za-z]{2,}", sentence) is None and not sentence.isascii()


@pytest.mark.parametrize(("place", "value", "path", "code", "says"), PUT, ids=[f"{p[0]}-{p[3]}" for p in PUT])
def test_one_wrong_value_is_exactly_one_fault(raw, faults_of, place, value, path, code, says):
    put(raw, place, value)
    faults = faults_of(raw)
    told = [(fault.path, fault.code) for fault in faults if not _follows(place, fault)]
    assert told == [(path, code)]
    assert says in next(fault.message for fault in faults if fault.path == path)
    assert all(no_english(fault.message) for fault in faults)


def _follows(place, fault):
    """A row that lost its name leaves its pointers behind: those faults are true as well."""
    return place in ("vehicles.0.ref", "organisations.1.ref") and fault.code == "unknown_reference"


def test_all_faults_are_told_at_once_in_reading_order(raw, faults_of):
    put(raw, "team.0.role", "boss")
    put(raw, "accident.deaths", "4")
    put(raw, "accident.division_code", "000000")
    put(raw, "measures.10.finding_refs.0", "F99")
    put(raw, "measures.2.text", "")
    put(raw, "extra", 1)
    del raw["source"]["title"]
    assert [fault.path for fault in faults_of(raw)] == [
        "source.title",
        "accident.deaths",
        "accident.division_code",
        "measures[2].text",
        "measures[10].finding_refs[0]",
        "team[0].role",
        "extra",
    ]


def test_the_refusal_counts_its_faults(raw):
    del raw["accident"], raw["source"]
    with pytest.raises(Invalid, match="案情卷有2处不合格，未写入任何内容"):
        dossier.read(json.dumps(raw).encode(), now=NOW)


@pytest.mark.parametrize("key", ["schema", "source", "accident"])
def test_a_missing_section_is_told(raw, faults_of, key):
    del raw[key]
    assert [(fault.path, fault.code) for fault in faults_of(raw)] == [(key, "missing")]


def test_a_repeated_key_is_told_wherever_it_stands(raw, faults_of):
    text = (
        json.dumps(raw).replace('"deaths": 4', '"deaths": 4, "deaths": 0', 1).replace('"team"', '"schema": 1, "team"')
    )
    told = [(fault.path, fault.code) for fault in faults_of(text.encode())]
    assert told == [("schema", "duplicate_key"), ("accident.deaths", "duplicate_key")]


@pytest.mark.parametrize("digits", ["9" * 31, "9" * 10_000, "1e999", "-1E400"])
def test_a_number_beyond_all_meaning_is_told_and_the_rest_still_read(raw, faults_of, digits):
    raw["zz"] = 1
    text = json.dumps(raw).replace('"deaths": 4', f'"deaths": {digits}', 1)
    told = [(fault.path, fault.code) for fault in faults_of(text.encode())]
    assert told == [("accident.deaths", "not_a_number"), ("zz", "unknown_key")]


def test_a_section_that_cannot_be_read_makes_no_reference_unknown(raw, faults_of):
    raw["findings"] = "many"
    assert [(fault.path, fault.code) for fault in faults_of(raw)] == [("findings", "wrong_type")]


@pytest.mark.parametrize("error", list_all_errors(), ids=lambda error: error["type"])
def test_no_english_leaks_whatever_the_validator_says(error):
    location = ("people", 0, "role") if error["type"] == "enum" else ("accident", "deaths")
    details = InitErrorDetails(type=error["type"], loc=location, input=None, ctx=error.get("example_context") or {})
    refusal = ValidationError.from_exception_data("Dossier", [details])
    [(_, fault)] = shape_faults(refusal)
    assert no_english(fault.message)
