"""How values are worded on paper: dates, money, people, lists, the accident in one sentence, lines of a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from models.kernel.vocabulary import HazardSource

from .facts import AccidentFacts, CaseTopic, HazardFacts

NOTHING = "—"
"""Stands where there is no content, so that a field is struck and never left blank."""

BEIJING = timezone(timedelta(hours=8))
DIGITS = "零一二三四五六七八九"


def or_nothing(text: object | None) -> str:
    """Return the value as text, or the stroke."""
    return NOTHING if text is None or not str(text).strip() else str(text)


def day(value: date | None) -> str:
    """2026年3月5日, without padding (GB/T 9704 art. 7.3.5.4); `—` for none."""
    return NOTHING if value is None else f"{value.year}年{value.month}月{value.day}日"


def _local(value: datetime) -> datetime:
    return value.astimezone(BEIJING) if value.tzinfo else value


def beijing_date(value: datetime) -> date:
    """The day of a moment in Beijing."""
    return _local(value).date()


def moment(value: datetime | None) -> str:
    """2026年3月5日14时32分, Beijing time; a value without a zone is taken as it stands."""
    if value is None:
        return NOTHING
    local = _local(value)
    return f"{day(local.date())}{local.hour}时" + (f"{local.minute}分" if local.minute else "")


def short_day(value: date | datetime) -> str:
    """3·15, as accidents are called after their day."""
    local = _local(value) if isinstance(value, datetime) else value
    return f"{local.month}·{local.day}"


def number(value: Decimal | float | int | None) -> str:
    """A figure without needless zeros or exponent."""
    if value is None:
        return NOTHING
    digits = f"{Decimal(str(value)):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def money(yuan: Decimal | int | None) -> str:
    """54.4226万元 from ten thousand yuan on, else 9800元; exact to the fen; `—` for none."""
    if yuan is None:
        return NOTHING
    return f"{number(Decimal(yuan) / 10_000)}万元" if yuan >= 10_000 else f"{number(Decimal(yuan))}元"


def sums(amounts: Sequence[Decimal]) -> tuple[str, ...]:
    """Return the amounts of one table, all in 万元 as soon as one of them is; exact to the fen."""
    if all(amount < 10_000 for amount in amounts):
        return tuple(money(amount) for amount in amounts)
    return tuple(f"{number(amount / 10_000)}万元" for amount in amounts)


def people(count: int | None) -> str:
    """3人, in Arabic figures; `—` for unknown."""
    return NOTHING if count is None else f"{count}人"


def listed(names: Iterable[str], *, by: str = "、") -> str:
    """The names joined, or the stroke when there is none."""
    return by.join(n for n in names if n.strip()) or NOTHING


_LAW = re.compile(r"《[^》]+》(?:（[^）]*）)?(?=第|$)")


def norms(basis: Iterable[str]) -> str:
    """The norms joined, or the stroke: each law is named once, with its articles; one that is cited by article not bare.

    Between titles that stand side by side there is no 、 (GB/T 15834 art. 4.5.3.5).
    """
    laws: dict[str, list[str]] = {}
    for one in dict.fromkeys(text.strip() for text in basis if text.strip()):
        law = _LAW.match(one)
        laws.setdefault(law[0] if law else one, []).append(one[law.end() :] if law else "")
    cited = [law + "、".join(_each_article_once(articles)) for law, articles in laws.items()]
    several = any(len(articles) > 1 for articles in laws.values())
    return ("，" if several else "、").join(cited).replace("》、《", "》《") or NOTHING


_PLACE = re.compile("(第[^第条]+条(?:之[一二三四五六七八九十]+)?)(第[^第款]+款)?(第[^第项]+项)?")


def _each_article_once(articles: Iterable[str]) -> list[str]:
    """第三十条第一款、第二款: paragraphs of one article that stand side by side name it with the first, as do items."""
    told: list[str] = []
    last: tuple[str | None, ...] = ()
    for one in filter(None, articles):
        place = _PLACE.fullmatch(one)
        parts = place.groups() if place else ()
        shared = 0
        for at in (0, 1):
            alike = len(parts) == len(last) == 3 and parts[at] == last[at] and parts[at + 1] and last[at + 1]
            shared = at + 1 if alike and shared == at else shared
        told.append("".join(filter(None, parts[shared:])) if shared else one)
        last = parts
    return told


def places(numbers: Sequence[int], of: str = "项") -> str:
    """第1项至第7项 where three or more stand in a row, else 第2、4项."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"第{numbers[0]}{of}至第{numbers[-1]}{of}"
    return f"第{'、'.join(map(str, numbers))}{of}"


_CALLED = {
    **{word: word for word in ("局", "厅", "支队", "大队", "中队", "公司", "中心")},
    **dict.fromkeys(("检察院", "法院"), "院"),
    **dict.fromkeys(("委员会", "监委", "纪委"), "委"),
    **dict.fromkeys(("委员会办公室", "安办"), "办"),
    **dict.fromkeys(("学校", "小学", "中学"), "校"),
}
_KIND = re.compile(f"(?:{'|'.join(_CALLED)})$")


def called(name: str) -> str:
    """Return what follows 你 and 我 for a body of this name: 局, 支队, 公司; 单位 for what has no such word."""
    kind = _KIND.search(name)
    return _CALLED[kind[0]] if kind else "单位"


def ordinal(n: int) -> str:
    """1 → 一 … 99 → 九十九, for headings; from 100 on in Arabic figures."""
    if not 1 <= n <= 99:
        return str(n)
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


def casualties(accident: AccidentFacts) -> str:
    """造成3人死亡、5人受伤，直接经济损失54.4226万元; says so when nobody was hurt or nothing is known yet."""
    known = (accident.serious_injuries, accident.minor_injuries, accident.injured_unspecified)
    parts = [f"{people(accident.deaths)}死亡"] if accident.deaths else []
    if accident.injured_unspecified:
        parts.append(f"{people(sum(k or 0 for k in known))}受伤")
    else:
        words = ("重伤", "轻伤")
        parts += [f"{people(k)}{word}" for k, word in zip(known, words, strict=False) if k]
    if parts:
        harm = "造成" + "、".join(parts)
    elif accident.deaths is None or None in known[:2]:
        harm = "人员伤亡情况尚在核实"
    else:
        harm = "未造成人员伤亡"
    loss = "" if accident.economic_loss is None else f"，直接经济损失{money(accident.economic_loss)}"
    return harm + loss


_TOLD_BY = {
    HazardSource.LEAD: "接群众举报",
    HazardSource.GRID: "接网格员上报",
    HazardSource.LEDGER: "经排查",
    HazardSource.PATROL: "公安机关交通管理部门经排查",
    HazardSource.WARNING: "公安机关交通管理部门经分析",
    HazardSource.CASE: "公安机关交通管理部门在工作中发现",
}
"""How a hazard came to be known; a list of warnings is secret and not spoken of."""


def noticed(hazard: HazardFacts) -> str:
    """2026年3月5日，接群众举报，316国道K12+300处存在安全隐患: when, by whom, where."""
    return f"{day(hazard.found_on)}，{_TOLD_BY[hazard.source]}，{hazard.where}存在安全隐患"


def in_short(accident: CaseTopic) -> str:
    """2026年3月13日，…处发生较大道路交通事故，造成4人死亡、6人受伤: the accident, or the hazard, for who must act."""
    if isinstance(accident, HazardFacts):
        return f"{noticed(accident)}：{accident.description.rstrip('。；')}"
    grade = "" if accident.grade_provisional else accident.grade.label
    told = f"，{suffered}" if (suffered := harm(accident)) else ""
    return f"{day(beijing_date(accident.occurred_at))}，{accident.place}发生{grade}道路交通事故{told}"


def harm(accident: AccidentFacts) -> str:
    """造成4人死亡、6人受伤: dead and injured without their kinds; nothing where there are none, or nobody knows."""
    hurt = (accident.serious_injuries, accident.minor_injuries, accident.injured_unspecified)
    parts = [f"{accident.deaths}人死亡"] if accident.deaths else []
    parts += [f"{injured}人受伤"] if (injured := sum(k or 0 for k in hurt)) else []
    return f"造成{'、'.join(parts)}" if parts else ""


def hazard_name(where: str) -> str:
    """316国道K12+300处安全隐患, as titles call it."""
    return f"{where}安全隐患"


def accident_name(accident: CaseTopic) -> str:
    """“3·15”较大道路交通事故 or 316国道K12+300处安全隐患, as titles call it."""
    if isinstance(accident, HazardFacts):
        return hazard_name(accident.where)
    return f"“{short_day(accident.occurred_at)}”{accident.grade.label}道路交通事故"


_HALF = re.compile(r"[^\u2e80-\U0010ffff—…“”‘’·×°]")


def width(text: str) -> float:
    """Width of a line in full-width characters; ASCII and its neighbours take half of one."""
    return len(text) - len(_HALF.findall(text)) / 2


TITLE_WIDTH = 20  # characters of 22 pt in 156 mm
_AFTER = ("的", "》", "、", "，", "（以下", "发生", "事故")
_WORDS = re.compile(
    "(?:特别重大|较大|重大|一般)?道路交通事故|特别重大|较大|重大|一般|道路|交通|事故|调查|分析|报告|整改|措施|建议|落实|单位|人员|责任|履职|监管|回溯|档案|倒查问责|启动|安全隐患|消除|办理|事项"
)
_NAME = re.compile("“[^”]*”(?:特别重大|较大|重大|一般)?道路交通事故")
_UNIT = re.compile(
    "(?:涉及|督促)([^，。“”]+?(?:公司|政府|委员会|部门|中心|支队|大队|院|局|所|厅|厂|站)(?:（[^）]*）)?)(?=整改|落实|的|$)"
)
"""A unit that a title speaks of; it may be part of a longer one."""
_NEVER_BEFORE = "的》”、，）：；。〕］·"
_NEVER_AFTER = "《“（〔［·"


def title_lines(title: str, *, most: float = TITLE_WIDTH) -> tuple[str, ...]:
    """Break a title by meaning into as few balanced lines of at most `most` characters as it takes.

    Breaks stand after 的, 》 or a noun that ends a phrase where possible, never inside 《》 or “” unless
    there is no other way, and never leave a mark at the start of a line (GB/T 9704 art. 7.3.1: 词意完整).
    """
    title = title.strip()
    if width(title) <= most:
        return (title,)
    count = -int(-width(title) // most)
    lines: list[str] = []
    units = tuple(found[1] for found in _UNIT.finditer(title))
    wanted, rest = width(title) / count, title
    while width(rest) > most:
        left = max(count - len(lines) - 1, 1)
        lines.append(rest[: _break(rest, units, min(wanted, most), most, most * left)])
        rest = rest[len(lines[-1]) :]
    return (*lines, rest)


def _break(text: str, units: Sequence[str], wanted: float, most: float, room: float) -> int:
    """Return where a line ends best: a name is torn where that saves a line, a word inside it never."""

    def cost(at: int) -> float:
        before, after = text[:at], text[at:]
        quoted = before.count("《") > before.count("》") or before.count("“") > before.count("”")
        torn = after[0] in _NEVER_BEFORE or before[-1] in _NEVER_AFTER
        digits = before[-1].isascii() and after[0].isascii()
        split = any(word.start() < at < word.end() for word in _WORDS.finditer(text))
        named = any(name.start() < at < name.end() for name in _NAME.finditer(text))
        unit = any(begin < at < begin + len(one) for one in units if (begin := text.find(one)) >= 0)
        longer = width(after) > room
        ugly = 6 * quoted + 40 * torn + 40 * digits + 20 * split + 20 * named + 30 * unit + 18 * longer
        return abs(width(before) - wanted) + ugly - 5 * before.endswith(_AFTER)

    places = [at for at in range(1, len(text)) if width(text[:at]) <= most]
    return min(places, key=cost) if places else 1
