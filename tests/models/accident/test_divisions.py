"""Divisions, present and past."""

from datetime import date

import pytest

from models.kernel import divisions
from models.kernel.errors import NotFound
from models.kernel.vocabulary import DivisionLevel


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("420704", "湖北省鄂州市鄂城区"),
        ("420700", "湖北省鄂州市"),
        ("420000", "湖北省"),
        ("110101", "北京市东城区"),
        ("469001", "海南省五指山市"),
        ("429004", "湖北省仙桃市"),
        ("659001", "新疆维吾尔自治区石河子市"),
        ("500233", "重庆市忠县"),
        ("620201", "甘肃省嘉峪关市"),
        ("441900", "广东省东莞市"),
        ("810000", "香港特别行政区"),
    ],
)
def test_a_full_name_has_every_body_above_and_no_filler(code, name):
    assert divisions.name(code) == name


@pytest.mark.parametrize("code", ["110100", "469000", "429006", "420700", "710000", "110103", "422131", "510202"])
def test_codes_of_every_level_and_of_the_past_are_known(code):
    assert divisions.known(code)


@pytest.mark.parametrize("code", ["000000", "", "42070", "4207040", "420799", "420 04", "４２０７０４"])
def test_what_never_was_a_code_is_unknown(code):
    assert not divisions.known(code)
    with pytest.raises(NotFound, match="不存在"):
        divisions.name(code)


def test_a_code_is_known_in_its_years_only():
    assert divisions.known("110103", date(2010, 6, 1))
    assert not divisions.known("110103", date(2011, 1, 1))
    assert not divisions.known("420704", date(1983, 12, 31))


def test_a_code_that_changed_hands_has_the_name_of_its_time():
    assert divisions.own_name("420703", date(1985, 5, 1)) == "黄州区"
    assert divisions.own_name("420703") == "华容区"


@pytest.mark.parametrize(
    ("code", "parent", "level"),
    [
        ("420704", "420700", DivisionLevel.COUNTY),
        ("420700", "420000", DivisionLevel.CITY),
        ("420000", None, DivisionLevel.PROVINCE),
        ("110101", "110000", DivisionLevel.COUNTY),
        ("429004", "420000", DivisionLevel.COUNTY),
    ],
)
def test_parent_and_level(code, parent, level):
    assert divisions.parent(code) == parent
    assert divisions.level(code) is level


def test_a_body_covers_itself_and_what_lies_below_it():
    assert divisions.covers("420000", "420704")
    assert divisions.covers("420700", "420704")
    assert divisions.covers("420704", "420704")
    assert not divisions.covers("420704", "420700")
    assert not divisions.covers("420700", "420600")
