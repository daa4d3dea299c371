"""通报: the accidents of the period in words and two tables, beside the same days a year before; divisions are not ranked."""

from __future__ import annotations

from collections.abc import Sequence

from documents.layout.table import table
from documents.layout.text import body
from models.kernel.vocabulary import Indicator
from models.papers.content.wording import NOTHING, day
from models.papers.kinds.circular.content import AccidentCount, AccidentFigures, Circular, DivisionCount
from models.register.rules.figures import SMALL, UNIT, UNKNOWN, percent, shown

HEADLINES = (Indicator.FATAL_ACCIDENTS, Indicator.SEVERE_ACCIDENTS)
"""What stands beside the four indices."""
BY_DIVISION = (Indicator.ACCIDENTS, Indicator.FATAL_ACCIDENTS, Indicator.SEVERE_ACCIDENTS, Indicator.DEATHS)
"""What a division is told of beside a year before; the injured follow without."""
NOBODY_KNOWS = "不详"


def short_period(paper: Circular) -> str:
    """第二季度, where the title has said the year; 全年 of a whole one."""
    if paper.called.endswith("年度"):
        return "全年"
    return paper.called.partition("年")[2] if paper.called.endswith(("季度", "月", "半年")) else "通报期内"


def accidents_of(paper: Circular) -> str:
    """Lay out the accidents of a period; nothing where the register does not hold it."""
    told = paper.figures.accidents
    if told is None or paper.until is None:
        return ""
    since_new_year = f"1月至{paper.until.month}月累计"
    return (
        body(in_words(f"{short_period(paper)}，{paper.place}共", told.figures))
        + (body(in_words(since_new_year, told.cumulative)) if told.cumulative else "")
        + _indices(told)
        + _divisions(told.divisions)
        + body(on_what(paper))
    )


def amount(one: AccidentCount, value: int | None) -> str:
    """A figure with its unit: 12起, 3.5万元; what nobody knows is 不详."""
    return NOBODY_KNOWS if value is None else f"{shown(one.indicator, value)}{UNIT[one.indicator]}"


def change(one: AccidentCount) -> str:
    """How a figure changed: — with a base of 0 or none, with a base below ten the difference before the percentage."""
    part = percent(one.now, one.before)
    if part is None or one.now is None or one.before is None:
        return "持平" if one.now == one.before == 0 else NOTHING
    if one.now == one.before:
        return "持平"
    rate = f"{'上升' if one.now > one.before else '下降'}{abs(part)}%"
    return f"{_difference(one)}（{rate}）" if shown(one.indicator, one.before) < SMALL else rate


def _difference(one: AccidentCount) -> str:
    """增加2人, 减少0.4万元; both figures are known."""
    now, before = shown(one.indicator, one.now or 0), shown(one.indicator, one.before or 0)
    if now == before:
        return "基本持平"
    return f"{'增加' if now > before else '减少'}{abs(now - before)}{UNIT[one.indicator]}"


def in_words(opening: str, counts: Sequence[AccidentCount]) -> str:
    """The four indices and how each changed, then the accidents that cost a life."""
    of = {one.indicator: one for one in counts}
    accidents, deaths, injured, loss = (one for one in counts if one.indicator not in HEADLINES)
    text = (
        f"{opening}发生道路交通事故{amount(accidents, accidents.now)}，死亡{_known(deaths)}，"
        f"受伤{_known(injured)}，直接财产损失{_known(loss)}。"
    )
    compared = [one for one in (accidents, deaths, injured, loss) if one.before is not None and one.now is not None]
    if compared:
        text += f"与上年同期相比，{'，'.join(_changed(one) for one in compared)}。"
    lives = "；".join(_beside_a_year_before(of[one]) for one in HEADLINES)
    return f"{text}其中，{lives}。" + ("" if compared else "上年同期没有可比的数据。")


def _known(one: AccidentCount) -> str:
    missing = f"（另有{one.unknown}起{UNKNOWN[one.indicator]}）" if one.unknown and one.now is not None else ""
    return f"{amount(one, one.now)}{missing}"


def _changed(one: AccidentCount) -> str:
    """死亡人数减少2人（下降25.0%）; with a base of 0 what there is now is more than nothing."""
    told = change(one)
    return f"{one.indicator.label}{_difference(one) if told == NOTHING else told}"


def _beside_a_year_before(one: AccidentCount) -> str:
    told = f"{one.indicator.label.removesuffix('起数')}{amount(one, one.now)}"
    if one.before is None or one.now is None:
        return told
    how = "持平" if one.now == one.before else _difference(one)
    return f"{told}，上年同期{amount(one, one.before)}，{how}"


def _indices(told: AccidentFigures) -> str:
    """The table of the figures, with those since New Year where the period begins later."""
    header = ["指标", "本期", "上年\n同期", "同比"]
    parts: list[float] = [2400, 950, 950, 2600]
    rows = [[_named(one), *_cells(one)] for one in told.figures]
    if told.cumulative:
        header += ["本年\n累计", "上年\n同期", "同比"]
        parts += [950, 950, 2600]
        rows = [[*row, *_cells(one)] for row, one in zip(rows, told.cumulative, strict=True)]
    return table(header, rows, parts)


def _named(one: AccidentCount) -> str:
    """事故起数（起）, 亡人事故（起）."""
    name = one.indicator.label
    return f"{name.removesuffix('起数') if one.indicator in HEADLINES else name}（{UNIT[one.indicator]}）"


def _cells(one: AccidentCount) -> tuple[str, str, str]:
    return _number(one, one.now), _number(one, one.before, NOTHING), change(one).replace("（", "\n（")


def _divisions(lines: Sequence[DivisionCount]) -> str:
    if not lines:
        return ""
    named = ["事故\n起数", "亡人\n事故", "死亡3人\n以上事故", "死亡\n人数"]
    header = ["区划", *(head for one in named for head in (one, "上年\n同期")), "受伤\n人数"]
    rows = []
    for line in lines:
        of = {one.indicator: one for one in line.counts}
        both = [
            cell
            for one in BY_DIVISION
            for cell in (_number(of[one], of[one].now), _number(of[one], of[one].before, NOTHING))
        ]
        rows.append([line.name, *both, _number(of[Indicator.INJURED], of[Indicator.INJURED].now)])
    order = body("本表按行政区划代码排列，不作名次。") if len(lines) > 1 else ""
    return table(header, rows, (1650, 850, 850, 850, 850, 1350, 850, 850, 850, 850)) + order


def _number(one: AccidentCount, value: int | None, unknown: str = NOBODY_KNOWS) -> str:
    return unknown if value is None else str(shown(one.indicator, value))


def on_what(paper: Circular) -> str:
    """On what the accidents' figures rest, and what must be known of them; empty where there are none."""
    told = paper.figures.accidents
    if told is None:
        return ""
    return (
        f"以上事故数据于{day(told.counted_on)}按管辖统计，为{told.note}；只计按一般程序处理的和程序不详的道路交通事故，"
        f"死亡人数为事故发生后7日内死亡的人数。{''.join(told.beside)}"
    )
