"""The kinds of value a dossier holds, each with its limits; a refusal carries its Chinese sentence already."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from models.accident.rules.identities import credit_code, identity_number
from models.accident.sheets.written import TIME_MISSING, YEARS, error_value
from models.kernel.errors import Invalid
from models.kernel.text.invisible import first_invisible
from models.kernel.vocabulary import AccountabilityCategory, Word

T = TypeVar("T")
W = TypeVar("W", bound=Word)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)


def day(value: object) -> date:
    """Return the date of `2026-03-01`. Raises PydanticCustomError."""
    if type(value) is date:
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("wrong_type", "应为日期文本，如 2026-03-01")
    try:
        found = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise PydanticCustomError("bad_date", "日期不存在或写法不对，应如 2026-03-01")
    return found


def moment(value: object) -> datetime:
    """Return the aware time of `2026-03-01T08:30:00+08:00`. Raises PydanticCustomError."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("wrong_type", "应为时间文本，如 2026-03-01T08:30:00+08:00")
    if _DAY.fullmatch(value):
        raise PydanticCustomError("time_missing", TIME_MISSING)
    try:
        found = datetime.fromisoformat(value) if _MOMENT.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None or found.year not in YEARS:
        raise PydanticCustomError("bad_date", "时间不存在或写法不对，应如 2026-03-01T08:30:00+08:00")
    if found.tzinfo is None:
        raise PydanticCustomError("naive_datetime", "时间没有写明时区，应在末尾加上 +08:00")
    return found


def written(text: str) -> str:
    """Return the text with plain line ends. Raises PydanticCustomError for what no paper could print."""
    text = text.replace("\r\n", "\n")
    if place := first_invisible(text):
        raise PydanticCustomError(
            "control_character", "含有不可见的控制字符（{place}），请删除后重试", {"place": place}
        )
    if error_value(text):
        raise PydanticCustomError("error_value", "“{value}”是表格的错误值，请改正后重试", {"value": text.strip()})
    return text


def _one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise PydanticCustomError("control_character", "只能写一行，不能换行或用制表符")
    return text


def _checked(check: Callable[[str], str]) -> Callable[[str], str]:
    """Return a check whose refusal pydantic understands."""

    def checked(text: str) -> str:
        try:
            return check(text)
        except Invalid as refusal:
            raise PydanticCustomError(refusal.code, refusal.message) from None

    return checked


def _category(value: object) -> object:
    """Return the category that has this label: the dossier writes the Chinese word."""
    return next((c for c in AccountabilityCategory if value in (c.label, c)), value)


Many = Annotated[tuple[T, ...], Field(strict=False)]
Of = Annotated[W, Field(strict=False)]

Line = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(written), AfterValidator(_one_line)]
Text = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(written)]
Ref = Annotated[str, StringConstraints(strip_whitespace=False, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$")]
DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
IdentityNumber = Annotated[str, AfterValidator(_checked(identity_number))]
CreditCode = Annotated[str, AfterValidator(_checked(credit_code))]

Day = Annotated[date, BeforeValidator(day)]
Moment = Annotated[datetime, BeforeValidator(moment)]

Count = Annotated[int, Field(ge=0, le=100_000)]
Yuan = Annotated[int, Field(ge=0, le=1_000_000_000_000)]
Kilograms = Annotated[int, Field(ge=0, le=10_000_000)]
Speed = Annotated[int, Field(ge=0, le=500)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]

Category = Annotated[
    AccountabilityCategory,
    Field(strict=False),
    BeforeValidator(_category),
    PlainSerializer(lambda category: category.label, return_type=str),
    WithJsonSchema({"type": "string", "enum": [c.label for c in AccountabilityCategory]}),
]
