"""Bytes to a JSON tree, stricter than the standard library: nothing is guessed, nothing is dropped silently."""

from __future__ import annotations

import codecs
import json
import math
from collections import Counter

from models.kernel.errors import Fault, Invalid
from models.kernel.storage.limits import MEGA, size

from .faults import Location, path

Container = dict[str, object] | list[object]

LIMIT_BYTES = 30 * MEGA
LIMIT_DEPTH = 20
LIMIT_VALUES = 100_000
# Longer integers are typing errors, and turning them into numbers takes quadratic time.
LIMIT_DIGITS = 30


class Repeated(dict[str, object]):
    """An object in which some keys stood more than once; holds the first value of each."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(reversed(pairs))
        counts = Counter(key for key, _ in pairs)
        self.keys_again = [key for key, times in counts.items() if times > 1]


class NoNumber:
    """Stands where the file has NaN, an infinity, or a number too long to be meant."""

    def __init__(self, message: str) -> None:
        self.message = message


def tree(data: bytes) -> tuple[dict[str, object], list[tuple[Location, Fault]]]:
    """Return the file's object and the faults of its notation.

    Raises Invalid with a single fault where nothing more can be said: too big, other encoding, not JSON, too deep, no
    object.
    """
    if len(data) >= LIMIT_BYTES:
        raise _refusal("too_big", f"文件过大（{len(data) / MEGA:.1f} MB），应小于 {size(LIMIT_BYTES)}")
    found = _parse(_decode(data))
    if not isinstance(found, dict):
        raise _refusal("not_an_object", "文件内容应为一个对象，即最外层是花括号")
    return found, _notation_faults(found)


def _refusal(code: str, message: str) -> Invalid:
    return Invalid(message, faults=[Fault("", message, code)])


def _decode(data: bytes) -> str:
    """Return the text of UTF-8 bytes, with or without byte order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    # UTF-16 without a mark passes as UTF-8 full of NUL; JSON begins with ASCII, so the first signs show it.
    if text is None or "\0" in text[:4]:
        raise _refusal("wrong_encoding", f"文件编码不是 UTF-8（{_seems(data)}），请另存为 UTF-8 后重试")
    return text


def _seems(data: bytes) -> str:
    """Return what the encoding seems to be; a guess for the person, never used to read."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "似为 UTF-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or 0 in data[:4]:
        return "似为 UTF-16"
    for encoding in ("GB18030", "Big5"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return f"似为 {encoding}"
    return "无法识别"


def _parse(text: str) -> object:
    if not text.strip():
        raise _refusal("not_json", "文件是空的")
    # Refused before a tree of many small things takes a hundred times the file's memory; texts may hold some commas.
    if text.count(",") > 10 * LIMIT_VALUES:
        raise _refusal("too_big", f"内容过多，最多{LIMIT_VALUES}项")
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=lambda _: NoNumber("不是有限的数，未知请写 null"),
            parse_int=_integer,
            parse_float=_decimal,
        )
    except json.JSONDecodeError as error:
        where = f"第{error.lineno}行第{error.colno}列"
        raise _refusal("not_json", f"文件不是合法的 JSON，{where}附近有语法错误") from None
    except RecursionError:
        raise _refusal("too_deep", f"内容嵌套过深，最多{LIMIT_DEPTH}层") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    plain = dict(pairs)
    return plain if len(plain) == len(pairs) else Repeated(pairs)


def _integer(digits: str) -> object:
    return int(digits) if len(digits) <= LIMIT_DIGITS else NoNumber("数字过大，请核对")


def _decimal(digits: str) -> object:
    number = float(digits)
    return number if math.isfinite(number) else NoNumber("数字过大，请核对")


def _notation_faults(root: dict[str, object]) -> list[tuple[Location, Fault]]:
    """Return repeated keys and impossible numbers, which are then taken out of the tree. Raises Invalid: too much."""
    found: list[tuple[Location, Fault]] = []
    waiting: list[tuple[Location, Container]] = [((), root)]
    values = 0
    while waiting:
        location, inside = waiting.pop()
        if len(location) > LIMIT_DEPTH:
            raise _refusal("too_deep", f"内容嵌套过深，最多{LIMIT_DEPTH}层")
        values += len(inside)
        if values > LIMIT_VALUES:
            raise _refusal("too_big", f"内容过多，最多{LIMIT_VALUES}项")
        if isinstance(inside, Repeated):
            message = "同一对象中这个键写了不止一次"
            found += [_at((*location, key), "duplicate_key", message) for key in inside.keys_again]
        for key, value in _items(inside):
            if isinstance(inside, dict) and isinstance(key, str) and not _storable(key):
                found.append(_at((*location, key), "unknown_key", "键中含有无法保存的字符"))
                del inside[key]  # the shape could not even name it
            elif isinstance(value, NoNumber):
                found.append(_at((*location, key), "not_a_number", value.message))
                _blank(inside, key)
            elif isinstance(value, dict | list):
                waiting.append(((*location, key), value))
    return found


def _items(inside: Container) -> list[tuple[str | int, object]]:
    return [*inside.items()] if isinstance(inside, dict) else [*enumerate(inside)]


def _storable(text: str) -> bool:
    """Tell whether UTF-8 can hold the text: JSON escapes may name half a character."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _blank(inside: Container, key: str | int) -> None:
    """Put null where no number stood, so that the shape still reads the rest."""
    if isinstance(inside, dict):
        inside[str(key)] = None
    else:
        inside[int(key)] = None


def _at(location: Location, code: str, message: str) -> tuple[Location, Fault]:
    return location, Fault(path(location), message, code)
