"""Facts of a row as the sentences of an office, by the data of `sheet_sentences`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from models.accident.sheets import SHEETS, Field
from models.kernel.calendar.local_time import local_date
from models.papers.content import Told
from models.papers.content.wording import money

from .sheet_sentences import SENTENCES, VEHICLE_ROWS, Sentences
from .sheets_in_words import Facts, told

_NAME = re.compile(r"\{(\w+)(\?)?(?::(\w+)(?: ([^}]*))?)?\}")
_NONE = ("无", "没有", "无。")


def _until(said: str, _word: str) -> str:
    """有效期至2028年5月; 长期有效; 已过期 as it is written."""
    return f"有效期至{said}" if said[0].isdigit() else "长期有效" if said == "长期" else said


def _with(said: str, word: str) -> str:
    """道路运输证有效, 无气象预警, and as it is where the word, or the end of it, is in it."""
    if said in _NONE:
        return f"无{word}"
    return said if word[-2:] in said else f"{word}{said}"


def _are(said: str, word: str) -> str:
    """照明为两侧路灯, 无照明."""
    found = _with(said, word)
    return found if not found.startswith(word) else f"{word}为{found.removeprefix(word)}"


_USED = {"使用": "使用了{}", "未使用": "未使用{}", "不详": "{}使用情况不详"}

WORDINGS: Mapping[str, Callable[[str, str], str]] = {
    "until": _until,
    "till": lambda said, _word: f"至{said}" if said[0].isdigit() else said,
    "with": _with,
    "are": _are,
    "end": lambda said, word: said if word in said else f"{said}{word}",
    "yes": lambda said, word: word if said == "是" else "",
    "some": lambda said, _word: "" if said == "0" else said,
    "used": lambda said, word: _USED.get(said, "").format(word),
    "before": lambda said, word: f"{word}{said}",
    "since": lambda said, word: f"自{said}{word}",
    "money": lambda said, _word: money(Decimal(said)),
    "made": lambda said, _word: f"签订{said}" if said.endswith(("合同", "协议")) else f"建立{said}关系",
}
"""How a value is worded: from what the sheet shows of it and the word behind the name; nothing lets the clause vanish."""
_MAY_LACK = ("before", "since")


def sentences(
    facts: Facts, sheet: str, values: Mapping[str, Any], *, of: str | None = None, **also: str | None
) -> tuple[str, ...]:
    """Return what is known of a row, a sentence each; `of` names other sentences for it than the sheet's own.

    `also` gives words that no field of the sheet holds, or another word for one that does.
    """
    words = _words(facts, sheet, values, also)
    return tuple(_spoken(SENTENCES[of or sheet], words))


def one_text(found: Iterable[str]) -> str | None:
    """Return sentences as one text; None for none."""
    return "".join(found) or None


def vehicle_rows(facts: Facts, values: Mapping[str, Any]) -> tuple[Told, ...]:
    """Return what the table of vehicles says of one: every line, with no text where nothing is known."""
    late = lapsed(facts, values.get("inspection_valid_until"))
    words = _words(facts, "vehicles", values, {"lapsed": "已逾期" if late else None})
    return tuple(Told(label=label, text=_clause(pattern, words).lstrip("，")) for label, pattern in VEHICLE_ROWS)


_VALID_UNTIL = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")


def lapsed(facts: Facts, until: object) -> bool:
    """Return whether what was valid until a day, or the end of a month, was so no longer when the accident happened."""
    found = _VALID_UNTIL.fullmatch(until.strip()) if isinstance(until, str) else None
    if found is None:
        return False
    on = local_date(datetime.fromisoformat(facts.accident["occurred_at"]))
    year, month, day = (int(part) if part else 31 for part in found.groups())
    return (year, month, day) < (on.year, on.month, on.day)


def _spoken(given: Sentences, words: Callable[[str], str | None]) -> Iterator[str]:
    for clauses in given:
        said = [text for clause in clauses if (text := _clause(clause, words))]
        if said and not said[0].startswith("（"):
            yield _joined(said)


def _joined(said: list[str]) -> str:
    text = said[0]
    for clause in said[1:]:
        text = text.rstrip("。；，") + ("" if clause.startswith("（") else "，") + clause
    return text if text.endswith(("。", "！", "？")) else f"{text.rstrip('；，')}。"


def _clause(pattern: str, words: Callable[[str], str | None]) -> str:
    """Return a clause in words; nothing where one of its fields has none."""
    empty, filled = False, False

    def word(found: re.Match[str]) -> str:
        nonlocal empty, filled
        name, may_lack, wording, argument = found.groups()
        said = words(name)
        if said and wording:
            said = WORDINGS[wording](said, argument or "")
        filled = filled or bool(said)
        empty = empty or not (said or may_lack or wording in _MAY_LACK)
        return said or ""

    text = _NAME.sub(word, pattern)
    return text if filled and not empty else ""


def _words(
    facts: Facts, sheet: str, values: Mapping[str, Any], also: Mapping[str, str | None]
) -> Callable[[str], str | None]:
    fields = _fields(sheet)

    def said(name: str) -> str | None:
        if name in also:
            return also[name]
        one = fields.get(name)
        return told(facts, one, values.get(name)) if one else None

    return said


@cache
def _fields(sheet: str) -> Mapping[str, Field]:
    return {one.name: one for one in SHEETS[sheet].fields}
