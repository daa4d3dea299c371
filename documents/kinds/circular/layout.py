"""通报: figures by unit with their doubt, what is late and why, good examples, our own police, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from documents.kinds.sentences import overview, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.measures import KAI
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.content.wording import day, in_short, ordinal
from models.papers.kinds.circular.content import Circular, DueCount, LateMatter, OwnMatter, OwnPolice
from models.papers.rules.shares import FEWEST, in_words, overlap, percent

from .accidents import accidents_of, short_period

LONG, ALL = "按期完成率（括号内为95%置信区间）", "合计"
UNTOLD = "未报送书面说明"


def share(count: DueCount) -> str:
    """The part that was done on time with its interval; of too few none."""
    return in_words(count.on_time, count.due)


def because(matter: LateMatter) -> str:
    """What the unit itself said, and how it was pressed since."""
    ended = (f"按未完成办结：{matter.ended}",) if matter.ended else ()
    return "；".join((matter.reason or UNTOLD, *matter.pressed, *ended))


def _opening(paper: Circular) -> str:
    """On what it rests, of which time it tells, and how everything in it was counted."""
    by = f"{paper.power}，" if paper.power else ""
    if not paper.periodic:
        happened = f"{in_short(paper.accident)}。" if paper.accident else ""
        return body(f"{happened}{by}现将有关情况通报如下。")
    until = f"{paper.until.month}月{paper.until.day}日" if paper.until else ""
    period = f"{day(paper.since)}至{until if _one_year(paper) else day(paper.until)}"
    both = "道路交通事故情况和深度调查整改措施" if paper.figures.accidents else "道路交通事故深度调查整改措施"
    data = "整改措施数据" if paper.figures.accidents else "数据"
    counted = f"{data}截至{until}24时，由牵头单位统计，合并整改的统计一次；"
    counted += f"{until}前已获准延期或者中止计时的措施不计入到期数"
    counted += "；完成时间为单位报送完成情况的时间，经核对退回的不计"
    after = f"；第{_late_part(paper)}部分原因栏注明了截止日后的进展" if paper.figures.matters else ""
    return body(f"{by}现将{period}{paper.place}{both}落实情况通报如下。{counted}{after}。")


def _one_year(paper: Circular) -> bool:
    return paper.since is not None and paper.until is not None and paper.since.year == paper.until.year


def _late_part(paper: Circular) -> str:
    """Which part of a period's circular lists what is late."""
    return ordinal(2 + (paper.figures.accidents is not None) + bool(paper.lessons))


def _overall(paper: Circular) -> str:
    if not paper.periodic:
        return ""
    total, figures = paper.figures.total, paper.figures
    text = f"{short_period(paper)}，{paper.place}在办深度调查案件{figures.open_cases}件，到期整改措施{total.due}项"
    if total.due:
        text += f"，按期完成{total.on_time}项，逾期后完成{total.done_late}项，逾期未完成{total.late}项"
    text += "。"
    if total.share is not None and total.interval is not None:
        low, high = total.interval
        text += f"按期完成率{percent(total.share)}（95%置信区间{percent(low)}至{percent(high)}）。"
    if figures.earlier:
        text += f"此前到期、至{day(paper.until)}仍未完成的{figures.earlier}项不计入上述项数，一并列入第{_late_part(paper)}部分。"
    return body(text) + _units(paper)


def _units(paper: Circular) -> str:
    units, total = paper.figures.units, paper.figures.total
    if not units:
        return ""
    whole = () if len(units) == 1 else ((ALL, total),)
    rows = [
        (name, str(one.due), str(one.on_time), str(one.done_late), str(one.late), share(one).replace("（", "\n（"))
        for name, one in (*((one.unit, one) for one in units), *whole)
    ]
    header = ("单位", "到期（项）", "按期完成", "逾期后完成", "逾期未完成", LONG)
    return table(header, rows, (2300, 900, 900, 1000, 1000, 2744)) + body(_no_ranking(paper))


def _no_ranking(paper: Circular) -> str:
    """Why the order of the rows says nothing of merit."""
    units = paper.figures.units
    told = [(one.on_time, one.due) for one in units if one.share is not None]
    few = f"到期数不足{FEWEST}项的不计算比例。" if len(told) < len(units) or paper.figures.total.share is None else ""
    alike = "各单位区间相互重叠，" if len(told) > 1 and overlap(told) else ""
    order = f"{alike}措施难易和资金需求也不相同，" if alike else "各项措施难易和资金需求不同，"
    return few + (f"{order}本表按到期数排列，不作名次。" if len(units) > 1 else "")


def _late(paper: Circular) -> str:
    rows = [
        (
            one.unit,
            one.matter,
            f"{one.planned.year}年\n{one.planned.month}月{one.planned.day}日",
            str(one.days_late),
            because(one),
        )
        for one in paper.figures.matters
    ]
    on = "" if paper.periodic or not rows else body(f"截至{day(paper.figures.counted_on)}，下列事项逾期未完成。")
    header = ("单位", "事项", "原定日期", "逾期天数", "原因（单位说明）")
    return on + table(header, rows, (1400, 2450, 1350, 700, 2944))


def _numbered(lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return body(sentence(lines[0]))
    return "".join(led(f"（{ordinal(n)}）", sentence(line), KAI) for n, line in enumerate(lines, 1))


def _own(paper: Circular) -> str:
    own = paper.figures.own
    if own is None or not (own.matters or own.replies):
        return ""
    late = [one for one in own.matters if one.done is None]
    done = [one for one in own.matters if one.done is not None]
    text = "，".join(
        part
        for part in (
            f"{own.unit}逾期后完成{len(done)}项" if done else "",
            f"{'' if done else own.unit}逾期未完成{len(late)}项" if late else "",
        )
        if part
    )
    text = f"{text}。{_told(own.matters)}" if text else ""
    return body(text + _judged(paper, own))


def _told(matters: Sequence[OwnMatter]) -> str:
    """By whom and what, each with the date it was planned for and the one on which it was done."""
    said = []
    for by, theirs in groupby(sorted(matters, key=lambda one: one.by), key=lambda one: one.by):
        items = [
            f"{one.matter}，原定{_in_year(one)}，{f'{one.done.month}月{one.done.day}日完成' if one.done else '尚未完成'}"
            for one in theirs
        ]
        said.append(f"{by}承办{len(items)}项：{'；'.join(items)}。")
    return "".join(said)


def _in_year(one: OwnMatter) -> str:
    same = one.done is None or one.done.year == one.planned.year
    return f"{one.planned.month}月{one.planned.day}日" if same else day(one.planned)


def _judged(paper: Circular, own: OwnPolice) -> str:
    """How soon the reports of others were judged, within our own limit."""
    if not own.replies:
        return ""
    text = f"{short_period(paper)}公安机关收到整改反馈{own.replies}件，{own.limit}内完成核对{own.in_time}件，"
    text += f"超期{own.exceeded}件" if own.exceeded else "没有超期"
    return text + (f"，{own.running}件尚在期限内" if own.running else "") + "。"


def _steps(paper: Circular) -> str:
    lines = []
    late = sum(one.ended is None for one in paper.figures.matters)
    if late and paper.report_by:
        whose = f"{late}项逾期未完成事项的" if paper.periodic else ""
        line = f"{whose}责任单位于{day(paper.report_by)}前（含当日）向我办书面报送进展"
        pressed = any("督办" in said for one in paper.figures.matters for said in one.pressed)
        lines.append(line + ("；已督办事项按督办日期执行" if pressed else ""))
    if paper.periodic and paper.figures.coming:
        lines.append(
            f"{paper.coming.partition('年')[2] or paper.coming}到期措施共{paper.figures.coming}项，请责任单位按期完成并报送完成情况"
            "；日期有异议或者有特殊困难的，请在到期前书面提出"
        )
    return _numbered((*lines, *paper.steps))


def _accident(paper: Circular) -> str:
    if paper.periodic or paper.accident is None:
        return ""
    return overview(paper.accident, paper.head.dated)


def _text(paper: Circular) -> str:
    return _opening(paper) + sections(
        ("事故概况", _accident(paper)),
        ("道路交通事故情况", accidents_of(paper)),
        ("整改措施总体情况" if paper.figures.accidents else "总体情况", _overall(paper)),
        ("问题和教训", _numbered(paper.lessons) if paper.lessons else ""),
        ("逾期未完成事项", _late(paper)),
        ("好的做法", _numbered(paper.practices) if paper.practices else ""),
        ("公安机关自身情况", _own(paper)),
        ("下一步要求", _steps(paper)),
    )


def build(paper: Circular) -> Sheet:
    """Lay out the circular."""
    head = paper.head
    return document(head, top(head) + close(_text(paper), head) + imprint(head), DocumentKind.CIRCULAR)
