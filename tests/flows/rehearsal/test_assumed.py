"""Whom a rehearsal assumes where the dossier is silent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.rehearsal.assumed import assume, examined
from flows.rehearsal.report import END_OF_TIME
from models.accident.dossier import Dossier, read
from models.kernel.divisions import short_name
from models.samples import dossier_bytes


def dossier_at(division: str, *organisations: dict[str, Any]) -> Dossier:
    raw = json.loads(dossier_bytes("ezhou-injuries"))
    raw["accident"]["division_code"] = division
    raw["organisations"] += organisations
    return read(json.dumps(raw).encode(), now=END_OF_TIME)


@pytest.mark.parametrize(
    ("division", "unit", "bureau", "transport"),
    [
        ("430524", "隆回县公安局交通警察大队", "隆回县公安局", "隆回县交通运输局"),
        ("440306", "深圳市公安局交通警察支队宝安大队", "深圳市公安局宝安分局", "深圳市宝安区交通运输局"),
        ("500116", "重庆市江津区公安局交通警察支队", "重庆市江津区公安局", "重庆市江津区交通运输局"),
    ],
)
def test_the_countys_traffic_police_investigate(division: str, unit: str, bureau: str, transport: str) -> None:
    assumed = assume(dossier_at(division))
    assert (assumed.unit, assumed.bureau, assumed.transport.name) == (unit, bureau, transport)
    assert not assumed.unit_named


@pytest.mark.parametrize(
    ("own", "short"),
    [("隆回县", "隆回"), ("新县", "新县"), ("三江侗族自治县", "三江"), ("鄂城区", "鄂城"), ("恩施市", "恩施")],
)
def test_document_numbers_begin_with_the_places_short_name(own: str, short: str) -> None:
    assert short_name(own) == short


def test_bodies_the_dossier_names_keep_its_spelling_but_no_expressway_unit_becomes_the_county() -> None:
    expressway = {
        "ref": "O90",
        "name": "湖南省公安厅交警总队高速公路管理支队隆回大队",
        "kind": "police",
        "division_code": "430524",
        "credit_code": None,
    }
    named = expressway | {"ref": "O91", "name": "隆回县公安局交警大队"}
    transport = expressway | {"ref": "O92", "name": "隆回县交通运输局", "kind": "transport"}
    squad = expressway | {"ref": "O93", "name": "隆回县运输管理所", "kind": "transport"}
    assumed = assume(dossier_at("430524", expressway, named, squad, transport))
    assert (assumed.unit, assumed.unit_named) == ("隆回县公安局交警大队", True)
    assert assumed.bureau == "隆回县公安局"
    assert assumed.transport.name == "隆回县交通运输局"


def test_sanctions_go_to_discipline_penalties_to_emergency_management_the_rest_to_the_government() -> None:
    assumed = assume(dossier_at("430524"))
    assert [assumed.organ(c).name for c in ("党纪政务处分", "行政处罚", "移送司法机关", "其他")] == [
        "隆回县纪委监委",
        "隆回县应急管理局",
        "隆回县公安局",
        "隆回县人民政府",
    ]


def test_an_item_on_our_own_people_is_noticed() -> None:
    dossier = read(dossier_bytes("ezhou-four-deaths"), now=END_OF_TIME)
    assert examined(dossier, ["鄂州市公安局交通警察支队鄂城大队", "鄂州市教育局"]) == [
        "鄂州市公安局交通警察支队鄂城大队"
    ]
