"""Profiles: how files of other offices are read, each as it is; a profile that is wrong says where."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook

from models.accident.rules.datums import Point, converted
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Datum, PartyLiability
from models.register.rules.profile import built_in, built_in_profile, endless, read_profile
from models.register.rules.source_file import opened
from models.register.rules.suggesting import drafted, fitting
from models.register.rules.territory import Territory, outline
from tests.models.register.files import HEADS, PLAIN, a_file, all_of, codes, plain

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_every_profile_that_comes_with_the_product_can_be_read() -> None:
    assert {"police-accidents", "police-parties", "office-register", "taiwan-a1", "brazil-prf"} <= built_in().keys()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (("deaths =", "tode ="), "accident.tode"),
        (('codes = "weather"', 'codes = "wether"'), "accident.weather.codes"),
        (('key = "编号"', "key = []"), "key"),
        (('date = "日期"', ""), "when"),
        (('latitude = "纬度"', ""), "point"),
        (('latitude = "纬度"', 'latitude = "纬度"\ndatum = "unknown"'), "point.datum"),
        (('latitude = "纬度"', 'latitude = "纬度"\ncrs = "EPSG:1"'), "point.crs"),
        (('source = "plain"', 'source = "case"'), "source"),
        (('name = "plain"', 'name = "Plain Register"'), "name"),
        (('source = "plain"', 'source = "plain"\nencoding = "klingon"'), "encoding"),
        (('source = "plain"', 'source = "plain"\ncolour = "red"'), "colour"),
        (('source = "plain"', 'source = "plain"\nencoding = "hex"'), "encoding"),
        (('source = "plain"', 'source = "plain"\nencoding = "a\\u0000"'), "encoding"),
        (('source = "plain"', 'source = "plain"\ndelimiter = "||"'), "delimiter"),
        (('source = "plain"', 'source = "plain"\ndelimiter = \'"\''), "delimiter"),
        (('latitude = "纬度"', 'latitude = "纬度"\nplaces = [0, 3.5]'), "point.places"),
        (('latitude = "纬度"', 'latitude = "纬度"\ncrs = "+init=/etc/passwd:a"'), "point.crs"),
        (('latitude = "纬度"', 'latitude = "纬度"\ncrs = "EPSG:4978"'), "point.crs"),
        (('deaths = "死亡"', 'deaths = { column = "死亡", pattern = "((?:a+)+)$" }'), "accident.deaths.pattern"),
    ],
)
def test_a_profile_that_is_wrong_says_where(change: tuple[str, str], path: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_profile(PLAIN.replace(*change))
    assert path in {fault.path for fault in refusal.value.faults}


@pytest.mark.parametrize("text", ['name = "a" b', "a = " + "[" * 20_000, "a = " + "9" * 5_000])
def test_what_is_no_toml_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Invalid, match="不是正确的TOML") as refusal:
        read_profile(text)
    assert "statement" not in refusal.value.message


def test_a_pattern_that_might_never_end_is_known_by_its_text() -> None:
    for fine in (r"死亡(\d+)", r"(\d+)人", r"(?:死亡|亡)(\d{1,3})", r"([^;]+);", r"K(\d+)\+\d{3}", r"[(]([*+]+)[)]"):
        assert not endless(fine), fine
    for wrong in (
        r"(a+)+$",
        r"((?:a|aa)+)$",
        r"(\d*)*x",
        r"(?:(a+)b?)*",
        r"(a)\1*",
        r"(.*).*.*.*.*x",
        r"(a?){50}",
        r"(a{2,})+",
    ):
        assert endless(wrong), wrong


def test_a_cell_that_swallowed_its_neighbours_and_what_nobody_sees_are_told() -> None:
    found = all_of(
        a_file(f"A1,2024-03-05,{'长' * 1001},0,1,,", "A2,2024-03-05,\u202e路,0,1,,", f"{'A' * 201},2024-03-05,甲,0,1,,")
    )
    assert {(row, code) for row, _, code in codes(found.bad)} == {
        *((2, "too_long"), (3, "control_character"), (4, "no_key"), (4, "text_too_long"))
    }
    parties = plain(PLAIN.replace('key = "编号"', 'key = "编号"\nrows = "parties"'))
    with pytest.raises(Invalid, match="不像一起事故"):
        all_of(a_file(*("A1,2024-03-05,甲,0,1,,",) * 1_002), parties)


def test_a_register_of_an_office_is_read_whatever_its_encoding() -> None:
    row = "A1,2024年3月5日,滨湖路,1,1,114.88,30.39"
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        found = all_of(a_file(row, "合计,,,1,,,", encoding=encoding))
        assert (len(found.good), codes(found.bad)) == (1, []), encoding
        values = found.good[0].values
        assert (values["place"], values["deaths"], values["weather"]) == ("滨湖路", 1, "晴")
        assert found.good[0].at == datetime(2024, 3, 5, tzinfo=SHANGHAI)


def test_a_workbook_is_read_with_its_title_above_the_heads() -> None:
    book = Workbook()
    book.active.append(["2024年事故台账"])
    book.active.append(HEADS.split(","))
    book.active.append(["A1", datetime(2024, 3, 5, 8, 20), "滨湖路", 1, "晴", 114.88, 30.39])  # noqa: DTZ001
    book.active.append(["A2", 45356, "滨湖路", None, None])
    made = io.BytesIO()
    book.save(made)
    found = all_of(made)
    assert codes(found.bad) == []
    assert [(one.row, one.key, one.hour_known) for one in found.good] == [(3, "A1", True), (4, "A2", False)]
    assert found.good[1].values["deaths"] is None


def test_each_bad_row_is_told_with_column_and_reason() -> None:
    found = all_of(
        a_file(
            "A1,2024-13-05,甲,0,1,,",
            "A2,2024-03-05,乙,-1,1,,",
            "A3,2024-03-05,丙,0,77,,",
            ",2024-03-05,丁,0,1,,",
            "A5,2027-01-01,戊,0,1,,",
            "A6,2024-03-05,己,0,1,30.39,114.88",
            "A7,2024-03-05,庚,0,1,0,0",
            "A8,2024-03-05,辛,0",
            "A9,2024-03-05,壬,0,1,,,多",
        )
    )
    assert [one.key for one in found.good] == ["A7"]
    assert sorted(codes(found.bad)) == [
        (2, "日期", "bad_date"),
        (3, "死亡", "negative"),
        (4, "天气", "unknown_code"),
        (5, "编号", "no_key"),
        (6, "日期", "in_the_future"),
        (7, "经度+纬度", "outside_territory"),
        (9, "", "other_width"),
        (10, "", "other_width"),
    ]


def test_a_key_twice_is_counted_once_where_the_rows_are_the_same_and_asked_about_where_they_are_not() -> None:
    found = all_of(
        a_file(
            *("A1,2024-03-05,甲,0,1,,", "A1,2024-03-05,甲,0,1,,", "A1,2024-03-05,甲,1,1,,", "A2,2024-03-05,乙,0,1,,")
        )
    )
    assert [len(part) for part in (found.good, found.repeated, found.bad)] == [2, 1, 1]
    assert "第2行" in found.bad[0].faults[0].message


def test_a_file_of_other_columns_is_refused_before_anything_is_read() -> None:
    with pytest.raises(Invalid) as missing:
        all_of(a_file("A1,2024-03-05,1", heads="编号,日期,亡人"))
    assert (missing.value.code, "死亡" in missing.value.message) == ("other_columns", True)
    with pytest.raises(Invalid) as doubled:
        all_of(a_file(heads=f"{HEADS},死亡"))
    assert doubled.value.code == "doubled_columns"


def test_parties_of_one_accident_make_one_and_several_values_are_taken_out_of_a_cell() -> None:
    profile = read_profile("""
name = "groups"
title = "当事人各行"
source = "groups"
rows = "parties"
key = ["日期", "时间", "地点"]
[when]
date = "日期"
time = "时间"
calendar = "roc"
[accident]
place = "地点"
deaths = { column = "死伤", pattern = "死亡(\\\\d+)" }
injured_unspecified = { column = "死伤", pattern = "受傷(\\\\d+)" }
[party]
vehicle_kind = "车种"
liability = { column = "责任", codes = { A = "全部责任", B = "无责任" } }
""")
    heads = "日期,时间,地点,死伤,车种,责任"
    rows = (
        "1120105,140800,甲,死亡1;受傷2,小客车,A",
        "1120105,140800,甲,死亡1;受傷2,行人,B",
        "1120106,9,乙,死亡2;受傷0,货车,",
    )
    found = all_of(a_file(*rows, heads=heads), profile)
    first, second = found.good
    assert (first.values["deaths"], first.values["injured_unspecified"], first.at) == (
        *(1, 2),
        datetime(2023, 1, 5, 14, 8, tzinfo=SHANGHAI),
    )
    assert [party["liability"] for party in first.parties] == [PartyLiability.FULL, PartyLiability.NONE]
    assert (len(second.parties), second.hour_known) == (1, True)
    differing = all_of(a_file(rows[0], rows[1].replace("死亡1", "死亡3"), heads=heads), profile)
    assert codes(differing.bad) == [(3, "死伤", "rows_differ")]


def test_the_polices_columns_are_read() -> None:
    heads = "SGBH,XZQH,SGFSSJ,LH,LM,GLS,MS,SGDD,SWRS,ZSRS,QSRS,ZJCCSS,SGXT,TQ,SFTY,DZZB,XM"
    row = '4207001,420704000000,2024-03-05 08:20:00.0,G316,福银线,145,370,葛店段,1,0,2,12000.5,13,3,否,"1,2,114.66,30.51",某人'
    found = all_of(a_file(row, heads=heads), built_in_profile("police-accidents"))
    assert codes(found.bad) == []
    values = found.good[0].values
    told = ("division_code", "stake", "stake_m", "pattern", "weather", "escaped", "property_loss", "longitude")
    assert [values[name] for name in told] == [
        *("420704", "K145+370", 145_370, "追尾碰撞", "雨", False, 12_001, 114.66)
    ]


def test_kilometres_with_a_decimal_comma_are_a_stake() -> None:
    profile = read_profile(
        PLAIN.replace('unknown = ["不详"]', 'decimal = ","\ndelimiter = ";"').partition("[point]")[0]
        + '[stake]\nkm = "km"\n'
    )
    found = all_of(a_file("A1;2024-03-05;甲;0;1;177,3", heads="编号;日期;地点;死亡;天气;km"), profile)
    assert found.good[0].values["stake"] == "K177+300"


def test_coordinates_of_any_datum_become_degrees_of_cgcs2000_and_metres_of_the_grid() -> None:
    for datum in (Datum.GCJ02, Datum.BD09):
        given = converted(Point(114.88, 30.39, Datum.WGS84), datum)
        text = PLAIN + f'datum = "{datum.value}"\n'
        values = all_of(a_file(f"A1,2024-03-05,甲,0,1,{given.x},{given.y}"), plain(text)).good[0].values
        assert values["longitude"] == pytest.approx(114.88, abs=2e-6)
        assert values["latitude"] == pytest.approx(30.39, abs=2e-6)
    metres = plain(PLAIN.replace("longitude", "x").replace("latitude", "y") + 'crs = "EPSG:4546"\n')
    values = all_of(a_file("A1,2024-03-05,甲,0,1,584500,3364000"), metres).good[0].values
    assert (values["longitude"], values["latitude"]) == pytest.approx((111.881, 30.393), abs=2e-3)
    # The grid is of the same projection, whose zone 37 stands before the metres.
    assert (values["east_m"], values["north_m"]) == pytest.approx((37_584_500, 13_364_000), abs=2)


def test_the_outline_of_the_territory_tells_what_lies_on_the_sea() -> None:
    square = '{"type": "Polygon", "coordinates": [[[114, 30], [115, 30], [115, 31], [114, 31], [114, 30]]]}'
    found = all_of(
        a_file("A1,2024-03-05,甲,0,1,114.5,30.5", "A2,2024-03-05,乙,0,1,122.5,30.5"),
        territory=Territory(outline=outline(square)),
    )
    assert ([one.key for one in found.good], codes(found.bad)) == (["A1"], [(3, "经度+纬度", "outside_territory")])
    with pytest.raises(Invalid):
        outline('{"type": "Point"')


def test_a_profile_is_drafted_from_a_file_and_reads_it() -> None:
    stream = a_file(
        *("1,A1,112/3/5 8:20,滨湖路,K1+200,0,1,114.88,30.39", "2,A2,112/3/6,滨湖路,,1,0,,"),
        heads="序号,事故编号,事故时间,事故地点,桩号,死亡,重伤（人）,经度,纬度",
        encoding="gb18030",
    )
    with opened(stream, None) as sheet:
        assert fitting(sheet.heads, list(built_in().values())) is None
        text = drafted(sheet, "our-register", "我们的台账")
    found = all_of(stream, read_profile(text))
    assert codes(found.bad) == []
    assert [one.values["serious"] for one in found.good] == [1, 0]
    assert found.good[0].at == datetime(2023, 3, 5, 8, 20, tzinfo=SHANGHAI)
    with pytest.raises(Invalid), opened(a_file("甲,乙", heads="一,二"), None) as sheet:
        drafted(sheet, "none", "没有日期")


def test_the_known_profile_of_a_file_is_named() -> None:
    with opened(a_file(heads="SGBH,SGFSSJ,SGDD,SWRS,ZSRS,QSRS"), None) as sheet:
        found = fitting(sheet.heads, list(built_in().values()))
    assert found is not None
    assert found.name == "police-accidents"


def test_the_shared_files_are_read_by_their_profiles(shared_data: Path) -> None:
    folder = shared_data / "accidents"
    read: dict[str, tuple[str, Callable[[str], bool]]] = {
        "taiwan-a1-2023h1.csv": ("taiwan-a1", lambda code: False),
        "brazil-prf-2019-01.csv": ("brazil-prf", lambda code: False),
        "barcelona-2015.csv": ("barcelona-2014", lambda code: code == "no_date"),
        "barcelona-2018.csv": ("barcelona-2016", lambda code: code == "doubled_key"),
    }
    accidents = {}
    for name, (profile, expected) in read.items():
        found = all_of(io.BytesIO((folder / name).read_bytes()), built_in_profile(profile))
        assert all(expected(code) for _, _, code in codes(found.bad)), name
        accidents[name] = len(found.good), len(found.bad)
    assert accidents == {
        "taiwan-a1-2023h1.csv": (912, 0),
        "brazil-prf-2019-01.csv": (5088, 0),
        "barcelona-2015.csv": (10_008, 1),
        "barcelona-2018.csv": (9926, 10),
    }
