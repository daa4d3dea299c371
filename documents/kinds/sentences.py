"""Sentences and tables that more than one paper uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from documents.layout.measures import KAI
from documents.layout.table import table
from documents.layout.text import body, led
from models.papers import AccidentFacts, DeadlineLine, EvidenceEntry, FindingEntry, MeasureEntry, Milestone
from models.papers.wording import NOTHING, casualties, day, listed, moment, or_nothing, ordinal
from models.rules.vocabulary import Aspect


def sentence(text: str | None) -> str:
    """The text with its full stop; the stroke for none."""
    text = (text or "").strip()
    return text if not text or text[-1] in "。！？；：…" else text + "。"


def happened(accident: AccidentFacts) -> str:
    """When, where, what: the opening sentence of every paper."""
    pattern = f"（{accident.pattern}）" if accident.pattern else ""
    return (
        f"{moment(accident.occurred_at)}许，在{accident.place}发生一起道路交通事故{pattern}，{casualties(accident)}。"
    )


def graded(accident: AccidentFacts) -> str:
    """The grade, what it rests on or borrows from, and that it may still change."""
    basis = f"{accident.grade_basis}，" if accident.grade_basis else ""
    open_end = "（伤亡或损失尚未全部查清，暂定）" if accident.grade_provisional else ""
    return f"{basis}事故等级为{accident.grade.label}事故{open_end}。"


def rests_on(number: str | None, dated: date | None, title: str = "调查分析报告书") -> str:
    """《调查分析报告书》（文号，日期）, as one paper cites another."""
    known = [part for part in (number, day(dated) if dated else None) if part]
    return f"《{title}》" + (f"（{'，'.join(known)}）" if known else "")


def finding_note(finding: FindingEntry) -> str:
    """Who it concerns, the basis and the evidence, one sentence each; nothing for what is not there."""
    concerned = listed((*finding.organisations, *finding.people))
    parts = [f"涉及：{concerned}。"] if concerned != NOTHING else []
    parts.append(f"依据：{listed(finding.basis)}。")
    parts.append(f"证据：{listed(finding.evidence)}。")
    return "".join(parts)


_ASPECTS = {
    Aspect.PERSON: "人员方面",
    Aspect.VEHICLE: "车辆方面",
    Aspect.ROAD: "道路方面",
    Aspect.ENVIRONMENT: "环境方面",
    Aspect.MANAGEMENT: "管理方面",
}


def aspect(finding: FindingEntry) -> str:
    """人员方面 …, as headings call it."""
    return _ASPECTS[finding.aspect]


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
    """Problems as （一）（二）, or as 1. 2. below such a heading, each with its aspect, level, basis and evidence."""
    if not entries:
        return body(NOTHING)
    return "".join(
        led(
            (f"{n}. " if items else f"（{ordinal(n)}）") + f"{aspect(f)}（{f.level.label}，问题{f.number}）。",
            sentence(f.text),
            KAI,
        )
        + body(finding_note(f))
        for n, f in enumerate(entries, 1)
    )


def stages(milestones: Sequence[Milestone]) -> list[str]:
    """Each milestone on a line of its own: what it is, what must be reached, until when."""
    return [f"{m.kind.label}：{m.text.rstrip('。；')}" + (f"（{day(m.due)}前）" if m.due else "") for m in milestones]


def _task(measure: MeasureEntry) -> str:
    told = [f"（已于{measure.notified}）"] if measure.notified else []
    return "\n".join([measure.text, *stages(measure.milestones), *told])


def _responsible(measure: MeasureEntry) -> str:
    """The lead alone, or 牵头 and 配合; a cooperating unit's date stands where it is another than the measure's."""
    if not measure.cooperating:
        return or_nothing(measure.lead)
    own = {p.organisation: p.due for p in measure.partners if p.due and p.due != measure.due}
    names = [name + (f"（{day(own[name])}前）" if name in own else "") for name in measure.cooperating]
    return "\n".join([f"牵头：{or_nothing(measure.lead)}", f"配合：{listed(names)}"])


def measures(entries: Sequence[MeasureEntry]) -> str:
    """Measures as a table, and under it how each limit was counted."""
    rows = [
        (m.number, _task(m), _responsible(m), or_nothing(m.responsible_person), cell_day(m.due), or_nothing(m.proof))
        for m in entries
    ]
    grid = table(
        ("序号", "整改措施", "责任单位", "责任人", "完成期限", "证明方式"), rows, (780, 2604, 1720, 900, 1320, 1520)
    )
    counted = [f"措施{m.number}的期限：{sentence(m.due_explanation)}" for m in entries if m.due_explanation]
    return grid + "".join(body(line) for line in counted)


def limit(line: DeadlineLine) -> str:
    """One date with how it was counted and on what basis."""
    text = f"{day(line.due)}前" if line.due else NOTHING
    text += "（该年度放假安排尚未公布，暂定）" if line.provisional else ""
    text += f"。计算方法：{(line.explanation or NOTHING).rstrip('。')}"
    if line.basis:
        text += f"。依据：{line.basis.rstrip('。')}"
    return text + ("（参考值）。" if line.borrowed else "。")


def _short_hash(sha256: str | None) -> str:
    return f"{sha256[:8]}\n{sha256[8:16]}" if sha256 else NOTHING


def evidence(entries: Sequence[EvidenceEntry]) -> str:
    """The list of evidence; a hash is shown by its first 16 digits, the archive keeps it whole."""
    rows = [
        (
            e.number,
            e.title,
            or_nothing(e.source),
            cell_day(e.obtained_on),
            or_nothing(e.pages),
            _short_hash(e.sha256),
        )
        for e in entries
    ]
    return table(
        ("编号", "证据名称", "来源", "取得日期", "页数", "校验值\n前16位"), rows, (760, 2764, 2000, 1240, 640, 1440)
    )
