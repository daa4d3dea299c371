"""A first draft of a profile for a file that nobody described yet: heads are compared with words that offices use.

It is a draft: what was not understood stands in it as a remark, and a person looks at it before it is put into force.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import islice

from models.kernel.errors import Invalid
from models.register.rules import values
from models.register.rules.profile import Profile
from models.register.rules.source_file import Sheet

LOOKED_AT = 200
"""Rows from which a column's form is guessed."""
KEYS = ("事故编号", "事故编码", "案件编号", "SGBH", "编号", "Numero_expedient", "id")
DATES = (
    "事故日期",
    "发生日期",
    "事故时间",
    "发生时间",
    "事故发生时间",
    "發生日期",
    "SGFSSJ",
    "日期",
    "data_inversa",
    "date",
)
TIMES = ("时间", "时刻", "发生时间", "事故时间", "發生時間", "horario", "time")
WORDS: Mapping[str, tuple[str, ...]] = {
    "division_code": ("行政区划", "行政区划代码", "区划代码", "XZQH"),
    "jurisdiction": ("管辖单位", "办案单位", "管理部门", "处理单位", "處理單位名稱警局層", "GLBM", "所属大队", "大队"),
    "procedure": ("处理程序", "适用程序", "案件类型"),
    "place": ("事故地点", "发生地点", "地点", "发生地址", "位置", "發生地點", "SGDD"),
    "road_name": ("道路名称", "路名", "路段", "LM"),
    "road_number": ("道路编号", "路号", "LH", "br"),
    "road_class": ("道路类型", "道路等级", "公路等级", "DLLX"),
    "junction": ("路口路段类型", "路口类型", "LKLDLX"),
    "alignment": ("道路线形", "线形", "DLXX"),
    "weather": ("天气", "天气情况", "天候名稱", "TQ"),
    "light_condition": ("照明条件", "光线", "光線名稱", "ZMTJ"),
    "pattern": ("事故形态", "碰撞形态", "SGXT"),
    "cause": ("事故原因", "认定原因", "主要原因", "SGRDYY"),
    "deaths": ("死亡人数", "死亡", "亡人数", "死亡数", "SWRS", "Numero_morts", "mortos"),
    "serious": ("重伤人数", "重伤", "ZSRS", "Numero_lesionats_greus", "feridos_graves"),
    "light": ("轻伤人数", "轻伤", "QSRS", "Numero_lesionats_lleus", "feridos_leves"),
    "injured_unspecified": ("受伤人数", "受伤", "伤人数", "SSRS"),
    "missing": ("失踪人数", "失踪", "SZRS"),
    "property_loss": ("直接财产损失", "财产损失", "经济损失", "损失", "ZJCCSS"),
    "vehicles": ("车辆数", "涉及车辆数", "机动车数", "Numero_vehicles_implicats", "veiculos"),
    "escaped": ("是否逃逸", "逃逸", "SFTY"),
    "source_updated_at": ("更新时间", "GXSJ"),
}
STAKES = ("桩号", "公里桩号", "里程", "km")
LONGITUDES = ("经度", "經度", "longitude", "lng", "lon")
LATITUDES = ("纬度", "緯度", "latitude", "lat")
FOOTERS = ("合计", "总计", "填报", "制表", "说明")


def fitting(heads: Sequence[str], known: Sequence[Profile]) -> Profile | None:
    """Return the known profile that describes most of a file with these heads; None where none fits."""
    fits = [one for one in known if all(column in heads for column in one.columns if column not in one.optional)]
    return max(fits, key=lambda one: sum(column in heads for column in one.columns), default=None)


def drafted(sheet: Sheet, name: str, title: str) -> str:
    """Return a draft as TOML for a file that is open. Raises Invalid where not even the column of the day is found."""
    rows = [cells for _, cells in islice(sheet.rows, LOOKED_AT)]
    return "\n".join(_lines(sheet, rows, name, title)) + "\n"


def _lines(sheet: Sheet, rows: Sequence[Sequence[str]], name: str, title: str) -> list[str]:
    heads = sheet.heads
    day, time = _when(heads, rows)
    used = {day, time}
    mapped = {target: head for target, words in WORDS.items() if (head := _named(heads, words, used)) is not None}
    used |= set(mapped.values())
    key, stake = _named(heads, KEYS, set()), _named(heads, STAKES, used)
    east, north = _named(heads, LONGITUDES, set()), _named(heads, LATITUDES, set())
    keys = [key] if key else [one for one in (day, time, mapped.get("place"), mapped.get("road_name")) if one]
    used |= {key, stake, east, north}
    lines = [
        f"name = {_toml(name)}",
        f"title = {_toml(title)}",
        f"source = {_toml(name)}",
        *([f"encoding = {_toml(sheet.encoding)}"] if sheet.encoding else []),
        *([f"delimiter = {_toml(sheet.delimiter)}"] if sheet.delimiter else []),
        *([] if key else ["# 没有找到事故编号，以日期和地点区分各起事故，请核对。"]),
        f"key = {_toml(keys)}",
        f"footers = {_toml(list(FOOTERS))}",
        'unknown = ["-", "—", "不详"]',
        "",
        "[when]",
        f"date = {_toml(day)}",
        *([f"time = {_toml(time)}"] if time else []),
        *(['calendar = "roc"'] if _in_roc_years(heads, rows, day) else []),
        "",
        "[accident]",
        *([f"accident_number = {_toml(key)}"] if key else []),
        *(f"{target} = {_toml(head)}" for target, head in mapped.items()),
    ]
    if stake:
        lines += ["", "[stake]", f"text = {_toml(stake)}"]
    if east and north:
        lines += ["", "# 请查清坐标系：wgs84、cgcs2000、gcj02（高德、腾讯）或者 bd09（百度）。", "[point]"]
        lines += [f"longitude = {_toml(east)}", f"latitude = {_toml(north)}", 'datum = "wgs84"']
    left = [head for head in heads if head and head not in used]
    return [*lines, *(["", f"# 没有对应的列：{'、'.join(left)}"] if left else [])]


def _when(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, str | None]:
    day = next((head for head in _all_named(heads, DATES) if _read_as_days(heads, rows, head)), None)
    day = day or next((head for head in heads if head and _read_as_days(heads, rows, head)), None)
    if day is None:
        raise Invalid("没有找到事故日期所在的列，不能拟出模板，请参照已有模板编写。", code="no_date_column")
    return day, next((head for head in _all_named(heads, TIMES) if head != day), None)


def _read_as_days(heads: Sequence[str], rows: Sequence[Sequence[str]], head: str) -> bool:
    cells = _cells(heads, rows, head)
    return bool(cells) and sum(_is_day(cell) for cell in cells) >= 0.9 * len(cells)


def _is_day(cell: str) -> bool:
    for calendar in ("gregorian", "roc"):
        try:
            values.moment(cell, calendar=calendar)
        except Invalid:
            continue
        return True
    return False


def _in_roc_years(heads: Sequence[str], rows: Sequence[Sequence[str]], day: str) -> bool:
    first = next(iter(_cells(heads, rows, day)), "")
    return re.match(r"\D*(\d{2,3})(?:\D|\d{4}$)", first) is not None and not re.match(r"\d{5}", first[:5] + "x")


def _cells(heads: Sequence[str], rows: Sequence[Sequence[str]], head: str) -> list[str]:
    place = list(heads).index(head)
    return [cells[place].strip() for cells in rows if place < len(cells) and cells[place].strip()]


def _named(heads: Sequence[str], words: Sequence[str], used: set[str | None]) -> str | None:
    return next((head for head in _all_named(heads, words) if head not in used), None)


def _all_named(heads: Sequence[str], words: Sequence[str]) -> list[str]:
    """Return the heads that are one of the words, units in brackets apart, in the order of the words."""
    plain = {re.sub(r"[（(].*", "", head).strip().casefold(): head for head in reversed(heads) if head}
    return [plain[word.casefold()] for word in words if word.casefold() in plain]


def _toml(value: object) -> str:
    """Return a text or a list of texts as TOML: what JSON writes of them is TOML, too."""
    return json.dumps(value, ensure_ascii=False)
