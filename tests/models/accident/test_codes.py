"""The code tables and what free text they recognise."""

import pytest

from models.accident.rules import codes
from models.kernel.errors import NotFound
from models.kernel.vocabulary import Aspect, CodeTable


@pytest.mark.parametrize("table", CodeTable)
def test_every_code_and_every_word_of_a_table_is_unique(table):
    entries = codes.entries(table)
    words = [word for entry in entries for word in (entry.name, *entry.aliases)]
    assert len({entry.code for entry in entries}) == len(entries)
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("table", "text", "name"),
    [
        (CodeTable.WEATHER, "小雨", "雨"),
        (CodeTable.LIGHT, " 夜间无路灯 ", "夜间无路灯照明"),
        (CodeTable.PATTERN, "追尾", "追尾碰撞"),
        (CodeTable.ROAD_CLASS, "二级公路", "二级公路"),
        (CodeTable.CAUSE, "使用手机", "分心驾驶"),
    ],
)
def test_a_name_or_an_alias_is_recognised(table, text, name):
    code = codes.match(table, text)
    assert code is not None
    assert codes.name(table, code) == name


@pytest.mark.parametrize("text", ["未超载", "", None, "超"])
def test_a_part_of_a_word_is_not_recognised(text):
    assert codes.match(CodeTable.CAUSE, text) is None


def test_a_cause_tells_its_aspect():
    aspects = [codes.aspect_of(code) for code in ("101", "201", "301", "401", "501")]
    assert aspects == [Aspect.PERSON, Aspect.VEHICLE, Aspect.ROAD, Aspect.ENVIRONMENT, Aspect.MANAGEMENT]


def test_an_unknown_code_is_not_found():
    with pytest.raises(NotFound, match="天气代码 77 不存在"):
        codes.name(CodeTable.WEATHER, "77")
