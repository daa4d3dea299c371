"""Options that many verbs share, and how typed values become days, moments and words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, TypeVar

import typer

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Word

W = TypeVar("W", bound=Word)


def _wants_json(context: typer.Context, value: bool) -> bool:
    if value:
        context.obj.json = True
    return value


Json = Annotated[
    bool, typer.Option("--json", help="输出 JSON，供程序读取", callback=_wants_json, is_eager=True, show_default=False)
]
As = Annotated[
    str | None, typer.Option("--as", metavar="账号", help="以哪个账号办理（默认取 SHENCHA_ACTOR，再默认 console）")
]
CaseNumber = Annotated[str, typer.Argument(metavar="案件编号", help="区划四位-年份-序号", show_default=False)]


def moment(text: str) -> datetime:
    """Read a moment of Asia/Shanghai in ISO 8601. Raises Invalid for a day alone, without a zone, or of another zone.

    A moment of another zone has only one meaning, but whoever types it has mostly copied it: they are to look again.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            f"“{text}”不是可以识别的时间，请写成 2026-03-05T09:00:00+08:00 的形式。", code="bad_datetime"
        ) from error
    if found.tzinfo is None:
        raise Invalid("时间缺少时区，请写明时区，例如 2026-03-05T09:00:00+08:00。", code="naive_datetime")
    if found.utcoffset() != found.astimezone(SHANGHAI).utcoffset():
        here = found.astimezone(SHANGHAI).isoformat()
        raise Invalid(f"“{text}”不是北京时间，请核对后按北京时间填写；如果无误，应写成 {here}。", code="other_zone")
    return found


def day_or_moment(text: str) -> datetime:
    """Read a moment with its zone, or a day for its first moment, since limits count whole days of Asia/Shanghai."""
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), SHANGHAI)
    except ValueError:
        return moment(text)


def day(text: str) -> date:
    """Read a day in ISO 8601. Raises Invalid."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"“{text}”不是可以识别的日期，请写成 2026-03-05 的形式。", code="bad_date") from error


def word(words: type[W]) -> Callable[[str], W]:
    """Return a reader of one of a closed list of words, by its name in code or its Chinese."""

    def read(text: str) -> W:
        for one in words:
            if text in (one.value, one.label):
                return one
        raise typer.BadParameter(f"“{text}”不在可选之列：{choices(words)}。")

    return read


def choices(words: type[Word]) -> str:
    """Return the words of a list, each with its Chinese."""
    return "、".join(f"{one.value} {one.label}" for one in words)


def refuse_no_key(key: str | None) -> None:
    """Refuse what cannot be a public key of checkpoints. Raises Invalid."""
    if key is not None and not re.fullmatch(r"[0-9a-f]{64}|04[0-9a-f]{128}", key):
        raise Invalid("检查点公钥应为小写十六进制数：Ed25519 为 64 位，SM2 为 04 开头的 130 位。", code="not_a_key")
