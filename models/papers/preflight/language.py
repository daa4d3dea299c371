"""Language check 文字检查: slips in what a paper finally says, each told with its paragraph and the words found.

Every check is a function of a text, or of the paragraphs, and knows no case. GB/T 15834 is the standard of punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import TypeAlias

from models.knowledge.rules.library import library
from models.papers.content.passages import Line

Found: TypeAlias = Iterator[str]

_PAIRS = dict(zip("（《“‘〔【「([", "）》”’〕】」)]", strict=True))
_CLOSING = {closing: opening for opening, closing in _PAIRS.items()}
_ITEM = re.compile(r"(?:^|[；。，：、])\s*[\d一二三四五六七八九十]+$")  # 1）
_AROUND = 8  # characters shown on each side of what was found
_SHORT = 8  # a sentence shorter than this may stand twice: 特此通知
_CITED = re.compile(r"《[^《》]+》(?:（[^（）]*）)?第[零〇一二三四五六七八九十百]+条(?:第[一二三四五六七八九十]+款)?")
_RESTS = re.compile(r"(?:依据|根据|按照|依照)[^。；，]{0,10}?(《[^《》]+》)")
_DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_LAW = re.compile(r"《([^《》]+)》")
_DASH = re.compile(r"(?:^|(?<=[：，、；（“]))—(?=$|[，。、；）”])")
_PLACEHOLDER = re.compile(r"_{2,}|＿{2,}|…{3,}|\.{4,}|[○〇]{3,}|□{1,}(?=[，。；]|$)")
_PROGRAM = re.compile(
    r"(?<![A-Za-z0-9@./_-])(?:[a-z]{2,}(?:[._][a-z]{2,})+|None|null|NaN|undefined|True|False)(?![A-Za-z0-9@/_-]|\.[a-z])"
)
_DOUBLED = re.compile(r"([，。；：、？！])[，。；：、]+|[，；：、](?=[）》”])")
_HALF = re.compile(r"(?<=[一-龥）》”])[,;:!?](?=[一-龥（《“]|$)|(?<=[一-龥])\.(?=[一-龥]|$)|\([^()]*[一-龥][^()]*\)")
_ASKS = re.compile(
    r"妥否|当否|恳请|(?<![申提邀聘敬])请(?:予|批|审批|审议|核准|答复|函复|回复|研究|支持|协调|解决|同意)"
)
TYPIST = (
    r"(?<![验测定估])(?:报告|通报|原文|材料)中?未(?:具名|指明|指出|写|载明|列明|提及|说明|公布|将)",
    r"原文如此",
    r"（(?:录入|填报|整理)[^（）]{0,4}(?:注|说明|推断|补充)",
)
"""How whoever typed the data speaks of the source; a reader of the paper does not know it (a test report has its own 未)."""
_TYPIST = re.compile("|".join(TYPIST))
_WAN, _YUAN = re.compile(r"\d(?:[\d.,]*)万元"), re.compile(r"\d[\d.,]*元")


def around(text: str, start: int, end: int) -> str:
    """Return what was found with its neighbours, short enough for a line."""
    return text[max(0, start - _AROUND) : end + _AROUND]


def _each(pattern: re.Pattern[str], text: str) -> Found:
    for one in pattern.finditer(text):
        yield around(text, one.start(), one.end())


def same_authority_twice(text: str) -> Found:
    """Yield a basis that a paragraph names twice: the same article, or 依据…，根据… with the same law."""
    for pattern, group in ((_CITED, 0), (_RESTS, 1)):
        seen: set[str] = set()
        for one in pattern.finditer(text):
            if one[group] in seen:
                yield one[group]
            seen.add(one[group])


def unclosed(text: str) -> Found:
    """Yield a bracket or quotation mark that is opened and not closed, or closed and not opened."""
    waiting: list[int] = []
    for at, character in enumerate(text):
        if character in _PAIRS:
            waiting.append(at)
        elif character in _CLOSING:
            if waiting and text[waiting[-1]] == _CLOSING[character]:
                waiting.pop()
            elif not (character in ")）" and _ITEM.search(text[:at])):
                yield around(text, at, at + 1)
                return
    yield from (around(text, at, at + 1) for at in waiting[:1])


def titles_joined_by_a_comma(text: str) -> Found:
    """Yield 》、《: between titles that stand side by side there is no 、 (GB/T 15834 art. 4.5.3.5)."""
    yield from _each(re.compile("》、《"), text)


def stroke_in_prose(text: str) -> Found:
    """Yield a stroke that stands for nothing, or a blank to be filled in, in running text."""
    yield from _each(_DASH, text)
    yield from _each(_PLACEHOLDER, text)


def program_words(text: str) -> Found:
    """Yield keys of events, rules and fields, and values of programs, which no reader knows."""
    yield from (one[0] for one in _PROGRAM.finditer(text))


def doubled_marks(text: str) -> Found:
    """Yield two marks where one is enough."""
    yield from _each(_DOUBLED, text)


def half_width_marks(text: str) -> Found:
    """Yield a half-width mark between Chinese characters (GB/T 15834 art. 5.1)."""
    yield from _each(_HALF, text)


def doubled_sentences(text: str) -> Found:
    """Yield a sentence that a paragraph says twice."""
    seen: set[str] = set()
    for sentence in re.split("[。！？]", text):
        said = sentence.strip()
        if len(said) >= _SHORT and said in seen:
            yield said
        seen.add(said)


def doubled_paragraphs(lines: Sequence[Line]) -> Iterator[tuple[Line, str]]:
    """Yield a paragraph that says what the one before it says."""
    for one, following in pairwise(lines):
        if one.text == following.text and len(one.text) >= _SHORT:
            yield following, one.text


def mixed_units(cells: Iterable[str]) -> Found:
    """Yield two sums of one table, one in 元 and one in 万元."""
    text = "\n".join(cells)
    wan, yuan = _WAN.search(text), _YUAN.search(text)
    if wan and yuan:
        yield f"{wan[0]}、{yuan[0]}"


def broken_names(lines: Sequence[str], names: Iterable[str]) -> Found:
    """Yield a name inside which a title breaks into lines."""
    whole, ends, at = "".join(lines), set(), 0
    for line in lines[:-1]:
        at += len(line)
        ends.add(at)
    for name in dict.fromkeys(names):
        start = whole.find(name)
        if start >= 0 and any(start < end < start + len(name) for end in ends):
            yield name


def before_the_law(text: str, happened: date | None) -> Found:
    """Yield a law that was not yet in force on the last day that a paragraph names, else on the day of the accident."""
    cited = _LAW.findall(text)
    if not cited:
        return
    days = [day for day in map(_day, _DATE.findall(text)) if day is not None]
    on = max(days) if days else happened
    begins = {law.title: min(edition.valid_from for edition in law.editions) for law in library().laws.values()}
    for title in dict.fromkeys(cited):
        if on is not None and title in begins and on < begins[title]:
            yield f"《{title}》（{begins[title]:%Y-%m-%d}起施行）"


def _day(parts: tuple[str, str, str]) -> date | None:
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def notes_of_a_typist(text: str) -> Found:
    """Yield what somebody wrote about the source while typing the data (报告未指明地区), not for a reader of the paper."""
    yield from _each(_TYPIST, text)


def requests(text: str) -> Found:
    """Yield words that ask for something: a 报告 may hold no 请示事项 (党政机关公文处理工作条例 art. 15)."""
    yield from _each(_ASKS, text)


TEXT_CHECKS: tuple[tuple[str, str, Callable[[str], Found]], ...] = (
    ("same_authority_twice", "同一依据写了两次", same_authority_twice),
    ("unclosed", "括号、引号或者书名号没有成对", unclosed),
    ("titles_joined", "并列的书名号之间不用顿号", titles_joined_by_a_comma),
    ("stroke_in_prose", "正文里有代替内容的横线或者空位", stroke_in_prose),
    ("program_words", "有程序用语", program_words),
    ("doubled_marks", "标点重复", doubled_marks),
    ("half_width_marks", "汉字之间用了半角标点", half_width_marks),
    ("doubled_sentences", "同一句话写了两次", doubled_sentences),
)
"""Code, what is told, and the check of one paragraph."""
