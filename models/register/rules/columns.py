"""The columns of a registered accident as people read and correct them: each with its Chinese name and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.accident.rules.stakes import stake as stake_of
from models.accident.sheets.written import moment
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.divisions import known
from models.kernel.errors import Invalid
from models.kernel.storage import limits
from models.kernel.text.invisible import refuse_invisible
from models.kernel.vocabulary import Exclusion, Procedure, Word

Written = Mapping[str, Any]
"""What a correction writes, by the columns of the table."""
SOURCE = "case"
"""The source of a row that a case brought."""
BY_CASE = "案件"
"""With what the reason of a change begins that a case made; its number follows."""
MOST, MOST_YUAN = 100_000, 10**12
"""The largest numbers that are taken: what files may bring (`values`) people may write, and no more."""
LONGEST_KNOWN_BY = 200
"""Characters of what accidents are looked for by: an index takes no more."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that people may correct: its name in the table, its Chinese name, how a text is read, whether it may be empty."""

    name: str
    label: str
    read: Callable[[str], Any]
    needed: bool = False

    def parsed(self, said: str) -> Any:
        """Return what a text says; None for an empty one. Raises Invalid with the column's name."""
        plain = said.strip()
        if not plain:
            if self.needed:
                raise Invalid(f"“{self.label}”不能为空。", code="missing")
            return None
        try:
            return self.read(plain)
        except Invalid as refusal:
            raise Invalid(f"“{self.label}”{refusal.message}", code=refusal.code) from None


def _text(said: str) -> str:
    refuse_invisible("内容", said)
    limits.refuse_long("内容", said)
    return said


def _known_by(said: str) -> str:
    limits.refuse_long("内容", said, LONGEST_KNOWN_BY)
    return _text(said)


def _whole(most: int) -> Callable[[str], int]:
    def read(said: str) -> int:
        if not (said.isascii() and said.isdecimal()):
            raise Invalid("应为不小于0的整数。", code="bad_number")
        if len(said) > 20 or int(said) > most:
            raise Invalid(f"不能大于{most}，请核对。", code="too_large")
        return int(said)

    return read


_count = _whole(MOST)


def _yes_or_no(said: str) -> bool:
    answer = {"是": True, "否": False}.get(said)
    if answer is None:
        raise Invalid("应为“是”或“否”。", code="bad_choice")
    return answer


def _moment(said: str) -> datetime:
    try:
        return moment(said).astimezone(SHANGHAI)
    except (Invalid, ValueError):
        raise Invalid("不是日期和时间，如2026-03-05 18:30。", code="bad_moment") from None


def _division(said: str) -> str:
    if not known(said):
        raise Invalid("不是行政区划代码（6位）。", code="bad_division")
    return said


def _stake(said: str) -> str:
    found = stake_of(said)
    if found is None:
        raise Invalid("不是桩号，如K145+370。", code="bad_stake")
    return str(found)


def _degrees(said: str) -> tuple[float, float]:
    """Read 经度,纬度. Raises Invalid for what lies nowhere on earth."""
    parts = said.replace("，", ",").split(",")
    try:
        longitude, latitude = (float(part) for part in parts)
    except ValueError:
        raise Invalid("应为“经度,纬度”，如114.895,30.391。", code="bad_point") from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Invalid("不在地球上，经度在前、纬度在后。", code="bad_point")
    return longitude, latitude


def _word(words: type[Word], *but: Word) -> Callable[[str], Word]:
    offered = [word for word in words if word not in but]

    def read(said: str) -> Word:
        for word in offered:
            if said in (word.value, word.label):
                return word
        raise Invalid(f"应为：{'、'.join(word.label for word in offered)}。", code="bad_choice")

    return read


POINT = "coordinates"
"""Degrees east and north as one column: neither says anything without the other."""
COLUMNS = {
    one.name: one
    for one in (
        Column("accident_number", "事故编号", _known_by),
        Column("title", "名称", _text),
        Column("occurred_at", "发生时间", _moment, needed=True),
        Column("division_code", "行政区划代码", _division),
        Column("jurisdiction", "管辖单位", _text),
        Column("procedure", "处理程序", _word(Procedure)),
        Column("place", "地点", _text),
        Column("road_name", "道路名称", _known_by),
        Column("road_number", "道路编号", _known_by),
        Column("road_class", "道路类型", _text),
        Column("stake", "桩号", _stake),
        Column(POINT, "经纬度（CGCS2000）", _degrees),
        Column("junction", "路口路段类型", _text),
        Column("alignment", "道路线形", _text),
        Column("weather", "天气", _text),
        Column("light_condition", "照明条件", _text),
        Column("pattern", "事故形态", _text),
        Column("cause", "认定原因", _text),
        Column("escaped", "是否逃逸", _yes_or_no),
        Column("secondary", "是否二次事故", _yes_or_no),
        Column("deaths", "死亡人数（7日内）", _count),
        Column("deaths_at_scene", "当场死亡", _count),
        Column("deaths_after_rescue", "抢救无效死亡", _count),
        Column("deaths_24h", "24小时内死亡", _count),
        Column("deaths_3d", "3日内死亡", _count),
        Column("deaths_7d", "7日内死亡（来源分列）", _count),
        Column("deaths_30d", "30日内死亡", _count),
        Column("missing", "失踪人数", _count),
        Column("serious", "重伤人数", _count),
        Column("light", "轻伤人数", _count),
        Column("injured_unspecified", "伤情不明的受伤人数", _count),
        Column("property_loss", "直接财产损失（元）", _whole(MOST_YUAN)),
        Column("vehicles", "车辆数", _count),
        Column("exclusion", "不计入统计的原因", _word(Exclusion, Exclusion.MERGED)),
    )
}


def in_words(value: Any) -> str:
    """Return a value of any column as a page shows it; empty for what is unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Word):
        return value.label
    if isinstance(value, tuple):
        return ",".join(f"{part:.6f}".rstrip("0") for part in value)
    return str(value)
