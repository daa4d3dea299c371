"""Values of fields: read from what people write, checked, and shown; the same at every door."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from models.accident.rules.identities import credit_code, identity_number
from models.accident.rules.stakes import stake
from models.kernel import divisions
from models.kernel.calendar.local_time import SHANGHAI, chinese_date
from models.kernel.errors import Fault, Invalid
from models.kernel.text.folded import folded
from models.kernel.text.invisible import first_invisible

from . import points, words, written
from .fields import LISTS, NUMBERS, Field, FieldKind

Value = str | int | float | bool | list[str] | dict[str, Any] | None
K = FieldKind

LONGEST_LINE, LONGEST_TEXT = 500, 20_000
QUESTIONS = frozenset({"unknown_word_kept", "datum_unknown", "bad_stake", "outside_division", "odd_figure"})
"""Codes of faults that only ask: the value may stand as it is."""
_YES, _NO = ("是", "有", "true", "y", "yes", "√", "已"), ("否", "无", "没有", "false", "n", "no", "×", "未")
_EVERY_SIGN, _ROW_SIGN = re.compile(r"[；;、,，\n]"), re.compile(r"[；;\n]")
_NO_ROWS: Mapping[str, str] = {}


def parse(field: Field, text: str, rows: Mapping[str, str] = _NO_ROWS) -> Value:
    """Return the value that a text means; None for an empty one. Raises Invalid with a Chinese sentence and a code.

    `rows` are the rows that a ref may name, by short name and by folded name.
    """
    said = text.replace("\r\n", "\n").strip()
    if place := first_invisible(said):
        raise Invalid(f"含有不可见的控制字符（{place}），请删除后重试", code="control_character")
    if written.error_value(said):
        raise Invalid(f"“{said}”是表格的错误值，请改正后重试", code="error_value")
    if not said:
        return None
    _refuse_long(field, said)
    return _READERS[field.kind](field, said, rows)


def _refuse_long(field: Field, said: str) -> None:
    """Refuse more than a cell is for, whatever it should hold: half a date is kept as it was typed, a book is not."""
    longest = LONGEST_TEXT if field.kind in (K.LONG, *LISTS) else LONGEST_LINE
    if len(said) > longest:
        raise Invalid(f"文字过长，最多{longest}个字", code="too_long")


def _text(field: Field, said: str, _rows: Mapping[str, str]) -> Value:
    if field.kind is K.TEXT and ("\n" in said or "\t" in said):
        raise Invalid("只能写一行，不能换行或用制表符", code="control_character")
    check = _BY_STANDARD.get(field.standard or "")
    return said if check is None else check(said)


def _division(said: str) -> str:
    """Return the code of a division that is named by code or by name. Raises Invalid."""
    if re.fullmatch(r"\d{6}", said, re.ASCII):
        if not divisions.known(said):
            raise Invalid("行政区划代码不存在，请按国家标准代码核对", code="unknown_division")
        return said
    found = divisions.named(said)
    if len(found) == 1:
        return found[0]
    if found:
        raise Invalid(
            f"“{said}”有{len(found)}处，请写全称，如{divisions.name(found[0])}，或填六位代码", code="many_divisions"
        )
    raise Invalid(f"没有名为“{said}”的行政区划，请写全称或六位代码", code="unknown_division")


_BY_STANDARD: Mapping[str, Callable[[str], str]] = {
    "GB 11643": identity_number,
    "GB 32100": credit_code,
    "GB/T 2260": _division,
}


def _number(field: Field, said: str, _rows: Mapping[str, str]) -> Value:
    value = written.number(said, field.unit)
    if field.kind is K.INTEGER and value != value.to_integral_value():
        raise Invalid(f"“{said}”应为整数", code="not_whole")
    if not math.isfinite(float(value)):
        raise Invalid("数字过大，请核对", code="out_of_range")
    _bounded(field, value)  # first: a figure of thirty digits cannot even be rounded
    if field.kind is K.MONEY and value != value.quantize(Decimal("0.01")):
        raise Invalid(f"“{said}”最多写到分", code="too_exact")
    return int(value) if value == value.to_integral_value() else float(value)


def _bounded(field: Field, value: Decimal | float) -> None:
    if field.least is not None and value < field.least:
        low = "不能是负数" if field.least == 0 else f"不能小于{field.least:g}"
        raise Invalid(low, code="negative" if field.least == 0 else "out_of_range")
    if field.most is not None and value > field.most:
        raise Invalid(f"不能大于{field.most:,.0f}", code="out_of_range")


def _date(_field: Field, said: str, _rows: Mapping[str, str]) -> Value:
    return written.day(said).isoformat()


def _moment(_field: Field, said: str, _rows: Mapping[str, str]) -> Value:
    return written.moment(said).astimezone(SHANGHAI).isoformat()


def _clock(_field: Field, said: str, _rows: Mapping[str, str]) -> Value:
    return f"{written.clock(said):%H:%M}"


def _boolean(_field: Field, said: str, _rows: Mapping[str, str]) -> Value:
    if said.lower() in _YES or said.lower() in _NO:
        return said.lower() in _YES
    raise Invalid("应填“是”或“否”", code="not_yes_or_no")


def _choice(field: Field, said: str, _rows: Mapping[str, str]) -> Value:
    found = words.match(field.choices, said)
    if found is not None:
        return found.value
    if field.open:
        return str(_text(field, said, _rows))
    raise Invalid(f"词表中没有“{said}”，{words.offered(field.choices, said)}", code="unknown_word")


def _choices(field: Field, said: str, rows: Mapping[str, str]) -> Value:
    sign = _EVERY_SIGN if field.choices else _ROW_SIGN  # what is free text may hold every other sign
    parts = [part.strip() for part in sign.split(said) if part.strip()]
    return list(dict.fromkeys(str(_choice(field, part, rows)) for part in parts))


def _ref(field: Field, said: str, rows: Mapping[str, str]) -> Value:
    found = rows.get(said) or rows.get(folded(said))
    if found is None:
        raise Invalid(f"没有“{said}”，请先登记，或填已登记的名称、编号", code="unknown_reference")
    return found


def _refs(field: Field, said: str, rows: Mapping[str, str]) -> Value:
    whole = rows.get(folded(said))  # a name may hold the signs that part two names
    if whole is not None:
        return [whole]
    parts = [part.strip() for part in _EVERY_SIGN.split(said) if part.strip()]
    return list(dict.fromkeys(str(_ref(field, part, rows)) for part in parts))


def _stake(_field: Field, said: str, _rows: Mapping[str, str]) -> Value:
    found = stake(said)
    if found is None:
        raise Invalid(f"“{said}”不是公里桩号，应如 K12+318", code="bad_stake")
    return str(found)


def _place(_field: Field, said: str, _rows: Mapping[str, str]) -> Value:
    value = points.read(said)
    points.point(value)
    return value


_READERS: Mapping[FieldKind, Callable[[Field, str, Mapping[str, str]], Value]] = {
    K.TEXT: _text,
    K.LONG: _text,
    K.INTEGER: _number,
    K.DECIMAL: _number,
    K.MONEY: _number,
    K.DATE: _date,
    K.MOMENT: _moment,
    K.CLOCK: _clock,
    K.BOOLEAN: _boolean,
    K.CHOICE: _choice,
    K.CHOICES: _choices,
    K.REF: _ref,
    K.REFS: _refs,
    K.ORGANISATION: _ref,
    K.STAKE: _stake,
    K.PLACE: _place,
}


def faults(field: Field, value: Value) -> tuple[Fault, ...]:
    """Return what is wrong with a value, or only asked about it (`QUESTIONS`), each named by the field's word.

    A text in a field that holds something else is what somebody typed and nobody understood: it is kept, and told.
    """
    if value is None or value == "" or value == []:
        return (Fault(field.label, "缺少这一项", "missing"),) if field.required else ()
    try:
        _check(field, value)
    except Invalid as refusal:
        return (Fault(field.label, refusal.message, refusal.code),)
    return tuple(Fault(field.label, message, code) for code, message in _questions(field, value))


def _check(field: Field, value: Value) -> None:
    """Raise Invalid for a value that is none of the field's."""
    if field.kind in LISTS:
        _check_list(field, value)
    elif field.kind in NUMBERS:
        _check_number(field, value)
    elif field.kind is K.BOOLEAN:
        if not isinstance(value, bool):
            raise Invalid("应填“是”或“否”", code="not_yes_or_no")
    elif field.kind is K.PLACE:
        points.point(value if isinstance(value, dict) else points.read(str(value)))
        if not isinstance(value, dict):
            raise Invalid("坐标应有经度 x、纬度 y 和坐标系 datum 三项", code="bad_coordinates")
    elif not isinstance(value, str):
        raise Invalid("应为文本", code="wrong_type")
    elif field.kind in (K.REF, K.ORGANISATION):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", value):
            raise Invalid(f"没有“{value}”，请先登记，或填已登记的名称、编号", code="unknown_reference")
    else:
        parse(field, value)


def _check_list(field: Field, value: Value) -> None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Invalid("应为若干项", code="wrong_type")
    if field.kind is K.CHOICES:
        for one in value:
            if place := first_invisible(one):
                raise Invalid(f"含有不可见的控制字符（{place}），请删除后重试", code="control_character")
            if not field.open and words.match(field.choices, one) is None:
                raise Invalid(f"词表中没有“{one}”，{words.offered(field.choices, one)}", code="unknown_word")


def _check_number(field: Field, value: Value) -> None:
    if isinstance(value, str):
        parse(field, value)
        raise Invalid("应为数字", code="wrong_type")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid("应为数字", code="wrong_type")
    if field.kind is K.INTEGER and not isinstance(value, int):
        raise Invalid("应为整数", code="not_whole")
    if field.kind is K.MONEY and round(value, 2) != value:
        raise Invalid("最多写到分", code="too_exact")
    _bounded(field, value)


def _questions(field: Field, value: Value) -> list[tuple[str, str]]:
    """Return what is asked of a value that may stand: its code and sentence."""
    if field.kind is K.PLACE and isinstance(value, dict) and value.get("datum", "unknown") == "unknown":
        return [("datum_unknown", "没有写明坐标系，请核对是 WGS-84、GCJ-02、BD-09 还是 CGCS2000")]
    if not field.open or not field.choices:
        return []
    several = value if isinstance(value, list) else [value]
    unknown = [one for one in several if isinstance(one, str) and words.match(field.choices, one) is None]
    return [
        ("unknown_word_kept", f"词表中没有“{one}”，原词已保留，{words.offered(field.choices, one)}") for one in unknown
    ]


def shown(field: Field, value: Value) -> str:
    """Return a value as an office writes it; `parse` reads it back. Refs are shown by their short names."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(_label(field, one) for one in value)
    if isinstance(value, dict):
        return points.shown(value)
    if isinstance(value, int | float):
        return f"{Decimal(str(value)):f}"
    return _in_words(field, value)


def _in_words(field: Field, value: str) -> str:
    try:
        if field.kind is K.DATE:
            return chinese_date(date.fromisoformat(value))
        if field.kind is K.MOMENT:
            at = datetime.fromisoformat(value)
            return value if at.tzinfo is None else moment_in_words(at)
        if field.kind is K.CLOCK:
            return clock_in_words(time.fromisoformat(value))
    except (ValueError, OverflowError):
        return value  # half typed, or at the end of the calendar
    return _label(field, value)


def moment_in_words(at: datetime) -> str:
    """Return 2026年11月5日8时10分, in Asia/Shanghai."""
    here = at.astimezone(SHANGHAI)
    return f"{chinese_date(here.date())}{clock_in_words(here.time())}"


def clock_in_words(at: time) -> str:
    """Return 8时10分; seconds where there are any."""
    seconds = f"{at.second}秒" if at.second else ""
    return f"{at.hour}时{at.minute:02d}分{seconds}"


def _label(field: Field, value: str) -> str:
    return next((one.label for one in field.choices if one.value == value), value)
