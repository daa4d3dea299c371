"""Sentences and tables that more than one paper uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from documents.layout.measures import FANG, KAI
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import Aspect
from models.papers.content import (
    AccidentFacts,
    CaseTopic,
    DeadlineLine,
    EarlierAccident,
    EvidenceEntry,
    FindingEntry,
    HazardFacts,
    MeasureEntry,
    Milestone,
)
from models.papers.content.wording import (
    NOTHING,
    casualties,
    day,
    in_short,
    listed,
    moment,
    norms,
    or_nothing,
    ordinal,
    places,
)

_STOPS = re.compile("[。；，]*。")


def sentence(text: str | None) -> str:
    """The text with one full stop; nothing for none."""
    text = _STOPS.sub("。", (text or "").strip())
    return text if not text or text[-1] in "。！？：…" else text.rstrip("；，、") + "。"


def happened(accident: CaseTopic) -> str:
    """When, where, what: the opening sentence of every paper."""
    if isinstance(accident, HazardFacts):
        return sentence(in_short(accident))
    pattern = f"（{accident.pattern}）" if accident.pattern else ""
    return (
        f"{moment(accident.occurred_at)}许，在{accident.place}发生一起道路交通事故{pattern}，{casualties(accident)}。"
    )


def graded(accident: AccidentFacts, on: date | None) -> str:
    """The grade and what it rests on; while not all is known, a draft says 暂定 and a paper of `on` what it goes by."""
    basis = f"{accident.grade_basis}，" if accident.grade_basis else ""
    grade = f"{accident.grade.label}事故"
    if accident.grade_provisional and on is None:
        return f"{basis}事故等级暂定为{grade}（伤亡或者损失尚未全部查清）。"
    known = f"按截至{day(on)}查明的伤亡和损失，" if accident.grade_provisional else ""
    return f"{basis}{known}事故等级为{grade}。"


def looked(hazard: HazardFacts) -> str:
    """When somebody looked on site, and how grave the hazard was found; nothing where nobody did."""
    grave = f"，认定为{hazard.severity.label}" if hazard.severity else ""
    return f"{day(hazard.checked_on)}，公安机关交通管理部门进行了现场核查{grave}。" if hazard.checked_on else ""


def seen(hazard: HazardFacts) -> list[str]:
    """What was found on site, a sentence each: 道路方面。…; then why it is dangerous."""
    found = [(f"{ASPECTS[one.aspect]}。" if one.aspect else "") + sentence(one.text) for one in hazard.found]
    return [*found, *([sentence(hazard.danger)] if hazard.danger else [])]


def overview(accident: CaseTopic, on: date | None) -> str:
    """事故概况: the course of it where it is told, and the grade; the opening has said when, where and what. Of a hazard what
    was seen on site."""
    if isinstance(accident, HazardFacts):
        return "".join(body(text) for text in (looked(accident), *seen(accident)) if text)
    return (body(sentence(accident.summary)) if accident.summary else "") + body(graded(accident, on))


def rests_on(number: str | None, dated: date | None, title: str = "调查分析报告书") -> str:
    """《调查分析报告书》（文号，日期）, as one paper cites another."""
    known = [part for part in (number, day(dated) if dated else None) if part]
    return f"《{title}》" + (f"（{'，'.join(known)}）" if known else "")


ASPECTS = {
    Aspect.PERSON: "人员方面",
    Aspect.VEHICLE: "车辆方面",
    Aspect.ROAD: "道路方面",
    Aspect.ENVIRONMENT: "环境方面",
    Aspect.MANAGEMENT: "管理方面",
}


def aspect(finding: FindingEntry) -> str:
    """人员方面 …, as headings call it."""
    return ASPECTS[finding.aspect]


def cell_day(value: date | None) -> str:
    """A date for a narrow cell, broken after the year."""
    return day(value).replace("年", "年\n")


def cell_moment(value: datetime | None) -> str:
    """Day and time on a line each."""
    return moment(value).replace("日", "日\n")


def cell_number(number: str | None) -> str:
    """A 发文字号 for a narrow cell, broken before its year."""
    return or_nothing(number).replace("〔", "\n〔")


def findings(entries: Sequence[FindingEntry], *, items: bool = False) -> str:
    """Problems as （一）（二）, or as 1. 2. below such a heading, each with its basis: the facts, and nobody's name."""
    return "".join(
        led(
            f"{n}. " if items else f"（{ordinal(n)}）{aspect(f)}。",
            f"{aspect(f)}。{sentence(f.text)}" if items else sentence(f.text),
            FANG if items else KAI,
        )
        + (body(f"依据：{norms(f.basis)}。") if norms(f.basis) != NOTHING else "")
        for n, f in enumerate(entries, 1)
    )


def stages(milestones: Sequence[Milestone]) -> list[str]:
    """Each milestone on a line of its own: what it is, what must be reached, until when."""
    return [f"{m.kind.label}：{m.text.rstrip('。；')}" + (f"（{day(m.due)}前）" if m.due else "") for m in milestones]


def task(measure: MeasureEntry) -> str:
    """What is to be done, what it rests on, its stages and the advance notice that told of it, each on a line."""
    told = [measure.told] if measure.told else []
    told += [f"（已于{measure.notified}）"] if measure.notified else []
    return "\n".join([measure.text, *stages(measure.milestones), *told])


def reasons(entries: Sequence[MeasureEntry]) -> str:
    """On what measures rest, by their numbers; nothing where nobody said it of any."""
    by_basis: dict[str, list[str]] = {}
    for one in entries:
        if one.basis:
            by_basis.setdefault(one.basis, []).append(one.number)
    if len(entries) == 1:
        return "".join(f"上述措施的依据是{basis}。" for basis in by_basis)
    return "；".join(f"第{'、'.join(items)}项的依据是{basis}" for basis, items in by_basis.items()) + (
        "。" if by_basis else ""
    )


def _person(measure: MeasureEntry) -> str:
    """The lead's person; those of the cooperating units on lines of their own."""
    others = [f"{p.organisation}：{p.responsible_person}" for p in measure.partners if p.responsible_person]
    return "\n".join(filter(None, (measure.responsible_person, *others))) or NOTHING


def responsible(measure: MeasureEntry) -> str:
    """The lead alone, or 牵头 and 配合; a cooperating unit's date stands where it is another than the measure's."""
    if not measure.cooperating:
        return or_nothing(measure.lead)
    own = {p.organisation: p.due for p in measure.partners if p.due and p.due != measure.due}
    names = [name + (f"（{day(own[name])}前）" if name in own else "") for name in measure.cooperating]
    return "\n".join([f"牵头：{or_nothing(measure.lead)}", f"配合：{listed(names)}"])


def measures(
    entries: Sequence[MeasureEntry],
    *,
    own: str | None = None,
    what: str = "整改措施",
    problems: Mapping[str, str] | None = None,
    title: str | None = None,
    blank: bool = False,
) -> str:
    """Measures as a table; what is the same for all stands once above it.

    `problems` gives words for the problems that measures are against, by their numbers, as a report tells them, and `title`
    says what the table is where a paper counts its tables;
    `own` is the recipient of a notice: where it alone answers for all of them it is not named in every row, and a limit
    that all share is told with the answers.
    """
    alone = own is not None and all(m.lead == own and not m.cooperating for m in entries)
    years = {m.due.year for m in entries if m.due}
    year = f"{min(years)}年" if len(years) == 1 else ""
    rows = [
        (
            m.number,
            "\n".join(problems[n] for n in m.findings if n in problems) if problems else NOTHING,
            task(m),
            NOTHING if alone else responsible(m),
            _person(m),
            cell_day(m.due).removeprefix(f"{year}\n") if year else cell_day(m.due),
            or_nothing(m.proof),
        )
        for m in entries
    ]
    header = ("序号", "问题", what, "责任单位", "责任人", "完成期限", "证明方式")
    grid = table(header, rows, (520, 1480, 2820, 1500, 1100, 1400, 1440), title=title, blank=blank)
    shared = own is not None and len({m.due_explanation for m in entries}) == 1
    included = f"表中日期均为{year}，含当日。" if year else "表中日期均含当日。"
    above = included if years else ""
    above += "" if shared else _counted(entries)
    return (body(above) if above else "") + grid


def _counted(entries: Sequence[MeasureEntry]) -> str:
    """The limits that nobody set a date for, each once with the measures it is for."""
    for_whom: dict[str, list[str]] = {}
    for entry in entries:
        if entry.due_explanation:
            for_whom.setdefault(entry.due_explanation, []).append(entry.number)
    return "".join(
        ("各项措施" if len(numbers) == len(entries) else f"第{'、'.join(numbers)}项措施")
        + f"的完成期限：{sentence(explanation)}"
        for explanation, numbers in for_whom.items()
    )


def limit(line: DeadlineLine) -> str:
    """A limit that begins with the service: how long, and until when. One of our own names no law for it."""
    until = f"{day(line.due)}前（含当日）" if line.due else ""
    length = (line.explanation or "").rstrip("。")
    text = f"{length}，即{until}" if length and until else length or until
    law = f"依据：{line.basis.rstrip('。')}。" if line.basis and not line.borrowed else ""
    return (text and sentence(text)) + law


def to_be_published(lines: Iterable[DeadlineLine]) -> str:
    """That a date may move with a calendar that is still to come, in words of an office; nothing where none may."""
    years = sorted({line.due.year for line in lines if line.provisional and line.due})
    if not years:
        return ""
    return f"{'、'.join(f'{year}年' for year in years)}放假安排尚未公布，公布后日期有变动的，我单位另行书面告知。"


SAME = re.compile(r"与第(\d+)项相同")
"""How a line says that its limit was counted as that of another."""


def counts(lines: Sequence[DeadlineLine], further: Sequence[tuple[str, str]] = ()) -> str:
    """How the dates of several lines were counted: each count once, with the items it is for; then `further` counts,
    each under what it is about."""
    shared: dict[int, list[int]] = {}
    for n, line in enumerate(lines, 1):
        same = SAME.fullmatch(line.explanation or "")
        if line.explanation:
            shared.setdefault(int(same[1]) if same else n, []).append(n)
    each = [(_items(numbers, lines), _how(lines[n - 1])) for n, numbers in shared.items()]
    each += [(what, sentence(how)) for what, how in further]
    told = "".join(
        led(f"（{ordinal(place)}）{what}。", how, KAI) if len(each) > 1 else led(f"{what}。", how, FANG)
        for place, (what, how) in enumerate(each, 1)
    )
    doubt = to_be_published(lines)
    return told + (body(doubt) if told and doubt else "")


def _how(line: DeadlineLine) -> str:
    law = f"依据：{line.basis.rstrip('。')}。" if line.basis and not line.borrowed else ""
    return sentence(line.explanation) + law


def _items(numbers: Sequence[int], lines: Sequence[DeadlineLine]) -> str:
    """第1项（报送整改方案）, 第2项至第7项, 第2、4项; what it is about alone where that is the only line."""
    what = listed(dict.fromkeys(lines[n - 1].what for n in numbers))
    return what if len(lines) == 1 else f"{places(numbers)}（{what}）"


def earlier_list(earlier: Sequence[EarlierAccident], *, title: str | None = None) -> str:
    """Earlier accidents of the same section as a table; nothing for none."""
    rows = [
        (
            str(n),
            cell_day(one.on),
            or_nothing(one.place),
            or_nothing(one.pattern),
            or_nothing(one.deaths),
            or_nothing(one.injured),
            or_nothing(one.weather),
            or_nothing(one.note),
        )
        for n, one in enumerate(earlier, 1)
    ]
    header = ("序号", "日期", "地点", "形态", "死亡\n（人）", "受伤\n（人）", "天气", "说明")
    return table(header, rows, (0.75, 1.7, 1.8, 1.6, 0.9, 0.9, 0.75, 1.5), title=title, blank=True) if rows else ""


def _short_hash(sha256: str | None) -> str:
    return f"{sha256[:8]}\n{sha256[8:16]}" if sha256 else NOTHING


def evidence(entries: Sequence[EvidenceEntry], *, blank: bool = False) -> str:
    """The list of evidence; a hash is shown by its first 16 digits, the archive keeps it whole."""
    rows = [
        (
            e.number,
            "\n".join(filter(None, (e.title, e.note))),
            or_nothing(e.form),
            or_nothing(e.source),
            or_nothing(e.provider),
            e.obtained or cell_day(e.obtained_on),
            or_nothing(e.extent or e.pages),
            _short_hash(e.sha256),
        )
        for e in entries
    ]
    header = ("编号", "证据名称", "形式", "来源", "提供或制作", "取得日期", "页数或时长", "校验值\n前16位")
    return table(header, rows, (760, 2400, 800, 1700, 1200, 1240, 1000, 1440), blank=blank)
