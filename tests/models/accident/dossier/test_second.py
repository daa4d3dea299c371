"""`case-dossier/2`: generated from the sheets, the first format goes into it without loss, and it reads what it writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.accident import dossier
from models.accident.dossier import Dossier, notes, read, write
from models.accident.sheets import SHEETS
from models.kernel.errors import Fault
from tests.first_format import first_format

from .conftest import NOW

SAMPLES = ("ezhou-one-death", "ezhou-four-deaths", "ezhou-injuries")
SHARED = ("baoan-2020-03-22", "hukun-2014-07-19", "jiangjin-2015-12-12", "xinxian-2016-05-14", "yangshuo-2019-06-09")


def first(raw: dict[str, Any]) -> Dossier:
    return read(json.dumps(raw).encode(), now=NOW)


def again(one: Dossier) -> Dossier:
    return first(write(one))


def without_order(one: Dossier) -> dict[str, Any]:
    said = one.model_dump(mode="json", by_alias=True)
    said["people"] = sorted(said["people"], key=lambda person: person["ref"])
    return said


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_goes_into_the_second_format_without_loss(name: str) -> None:
    one = first(json.loads(first_format(name)))
    assert without_order(again(one)) == without_order(one)
    assert again(again(one)) == again(one)


@pytest.mark.parametrize("name", SHARED)
def test_a_real_dossier_goes_into_the_second_format_without_loss(name: str, shared_data: Path) -> None:
    one = first(json.loads((shared_data / "dossiers" / f"{name}.json").read_bytes()))
    assert without_order(again(one)) == without_order(one)
    assert again(again(one)) == again(one)
    assert not {person["role"] for person in one.facts["people"]} & {"official", "manager"}


@pytest.fixture
def second() -> dict[str, Any]:
    return write(first(json.loads(first_format("ezhou-four-deaths"))))


def test_everything_a_sheet_has_can_be_said(second: dict[str, Any]) -> None:
    second["accident"] |= {"coordinates": {"x": 114.87, "y": 30.39, "datum": "gcj02"}, "missing": 1}
    second["accident"] |= {"direct_loss_yuan": 5_126_000.55, "time_known": "range", "stake": "305KM+500m"}
    second["vehicles"][0] |= {"cargo": "石料", "vin": "LSVAA4182E2123456"}
    second["people"][0] |= {"role": "三轮车驾驶人", "further_roles": ["押运员"], "liability": "主要责任"}
    second["team"].append({"name": "方某某", "role": "expert", "speciality": "道路安全"})
    second["response"] = {"alarm_at": "2026-02-01T17:43:00+08:00", "appraisal": "处置得当。"}
    second["timeline"] = [{"at": "2026-02-01T17:43:00+08:00", "what": "报警"}]
    second["mediation"] = {"state": "调解中"}
    one = first(second)
    assert one.facts["timeline"][0]["ref"] == "L1"
    assert one.facts["accident"][0]["stake"] == "K305+500"
    assert one.accident.direct_loss_yuan == 5_126_000
    assert one.facts["accident"][0]["direct_loss_yuan"] == 5_126_000.55
    assert one.accident.longitude == pytest.approx(114.865, abs=1e-3)
    assert one.people[0].role.value == "other"
    assert again(one) == one
    assert {note.code for note in notes(one, now=NOW)} >= {"unknown_word_kept"}


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        (("vehicles", 0, "nothing", 1), "vehicles[0].nothing", "unknown_key"),
        (("vehicles", 0, "owner_ref", "O99"), "vehicles[0].owner_ref", "unknown_reference"),
        (("vehicles", 0, "gross_kg", -1), "vehicles[0].gross_kg", "negative"),
        (("people", 0, "belt", "有"), "people[0].belt", "unknown_word"),
        (("people", 0, "died_at", "2026-02-01"), "people[0].died_at", "time_missing"),
        (("accident", None, "direct_loss_yuan", 1.234), "accident.direct_loss_yuan", "not_a_number"),
        (("accident", None, "coordinates", {"x": 1}), "accident.coordinates.y", "missing"),
        (("road", None, "manager_ref", "O99"), "road.manager_ref", "unknown_reference"),
        (("officials", 0, "ref", "P1"), "officials[0].ref", "duplicate_reference"),
    ],
)
def test_one_wrong_value_is_one_fault(
    change: tuple[str, int | None, str, Any],
    path: str,
    code: str,
    second: dict[str, Any],
    faults_of: Callable[[object], tuple[Fault, ...]],
) -> None:
    sheet, row, key, value = change
    if sheet == "officials":
        second["officials"].insert(0, {"ref": "P99", "name": "罗某", "role": "official"})
    part = second.setdefault(sheet, {})
    (part if row is None else part[row])[key] = value
    assert [(fault.path, fault.code) for fault in faults_of(second)] == [(path, code)]


def test_the_schema_tells_every_field_by_the_offices_word() -> None:
    told = dossier.schema(2)
    for one in SHEETS.values():
        definition = told["$defs"][f"Sheet{one.name.title().replace('_', '')}"]["properties"]
        for field in one.fields:
            assert definition[field.name]["title"] == field.label
    assert "case-dossier/2" in json.dumps(told, ensure_ascii=False)
