"""Every way a value can be refused, as one Chinese sentence with its JSON path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from models.accident.sheets import SHEETS
from models.kernel.errors import Fault
from models.kernel.vocabulary import AccountabilityCategory, Word

from .shape import Dossier

Location = tuple[str | int, ...]
Context = Mapping[str, Any]
Sentence = tuple[str, Callable[[Context], str]]

_FIRST = [field.alias or name for name, field in Dossier.model_fields.items()]
_SECTIONS = {name: place for place, name in enumerate(dict.fromkeys((*_FIRST, *SHEETS)))}


def path(location: Iterable[str | int]) -> str:
    """Return `measures[3].finding_refs[0]` for its parts; keys nobody could read are shown escaped and shortened."""
    shown = ""
    for part in location:
        if isinstance(part, int):
            shown += f"[{part}]"
        else:
            key = part if len(part) <= 40 else part[:40] + "…"
            key = key if key.isprintable() else key.encode("unicode_escape").decode("ascii")
            shown += f".{key}" if shown else key
    return shown


def reading_order(location: Location) -> tuple[object, ...]:
    """Return a key that sorts faults as a reader of the file meets them: by section, then by place in it."""
    section = _SECTIONS.get(str(location[0]), len(_SECTIONS)) if location else -1
    return section, tuple((0, part, "") if isinstance(part, int) else (1, 0, part) for part in location[1:])


def _fixed(code: str, sentence: str) -> Sentence:
    return code, lambda _: sentence


# pydantic's error types that the shape can raise → our code and sentence.
SENTENCES: dict[str, Sentence] = {
    "missing": _fixed("missing", "缺少这一项"),
    "extra_forbidden": _fixed("unknown_key", "格式中没有这个键，请核对拼写或删去"),
    "model_type": _fixed("wrong_type", "应为对象，即写在花括号里的一组键和值"),
    "tuple_type": _fixed("wrong_type", "应为数组，即写在方括号里的若干项"),
    "string_type": _fixed("wrong_type", "应为文本"),
    "int_type": _fixed("wrong_type", "应为整数，不加引号，不带小数点"),
    "float_type": _fixed("wrong_type", "应为数字，不加引号"),
    "bool_type": _fixed("wrong_type", "应为 true 或 false，不加引号"),
    "string_too_short": _fixed("empty_text", "不能为空，未知请写 null（可空的项）或补全"),
    "string_too_long": ("too_long", lambda context: f"文字过长，最多{context['max_length']}个字"),
    "string_pattern_mismatch": _fixed("wrong_form", "编号只能用英文字母、数字、点、横线和下划线，最多32位"),
    "greater_than_equal": ("out_of_range", lambda context: f"不能小于{context['ge']}"),
    "less_than_equal": ("out_of_range", lambda context: f"不能大于{context['le']}"),
    "finite_number": _fixed("not_a_number", "不是有限的数"),
    "literal_error": _fixed("wrong_schema", "格式版本应为“case-dossier/1”或“case-dossier/2”"),
    "string_unicode": _fixed("control_character", "含有无法保存的字符，请删除后重试"),
}
_OTHERWISE = _fixed("invalid", "内容不合格式要求")


def shape_faults(refusal: ValidationError) -> list[tuple[Location, Fault]]:
    """Return where and what for each of pydantic's errors."""
    found = []
    for error in refusal.errors(include_url=False):
        location, context = error["loc"], error.get("ctx", {})
        code, message = _sentence(error["type"], location, error["msg"], context)
        found.append((location, Fault(path(location), message, code)))
    return found


def _sentence(kind: str, location: Location, message: str, context: Context) -> tuple[str, str]:
    if kind in OWN:
        return kind, message
    if kind == "enum":
        return "unknown_word", f"只能是下列之一：{_choices(location)}"
    if kind == "string_pattern_mismatch" and str(location[-1]) == "division_code":
        return "unknown_division", "行政区划代码应为六位数字"
    if kind == "greater_than_equal" and context.get("ge") == 0:
        return "negative", "不能是负数"
    code, sentence = SENTENCES.get(kind, _OTHERWISE)
    return code, sentence(context)


# Codes that models.accident.dossier.values raises with the sentence already written.
OWN = frozenset(
    {"wrong_type", "bad_date", "naive_datetime", "control_character", "bad_identity_number", "bad_credit_code"}
    | {"unknown_word", "not_a_number", "error_value", "time_missing"}
)


def _choices(location: Location) -> str:
    """Return the words allowed at a place, each with what it means."""
    word = _word_at(location)
    if word is AccountabilityCategory:
        return "、".join(w.label for w in word)
    return "、".join(f"{w.value}（{w.label}）" for w in word)


def _word_at(location: Location) -> type[Word]:
    """Return the closed list that the shape expects at a place."""
    expected: object = Dossier
    for part in location:
        if isinstance(part, str):
            expected = _declared(expected, part)
    assert isinstance(expected, type)
    assert issubclass(expected, Word)
    return expected


def _declared(model: object, key: str) -> object:
    """Return the type of a key, without its list and its annotations."""
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    declared: object = model.model_fields[key].annotation
    while not isinstance(declared, type) and get_args(declared):
        declared = get_args(declared)[0]
    return declared
