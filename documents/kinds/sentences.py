"""Sentences and tables that more than one paper uses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from documents.layout.measures import KAI
from documents.layout.table import table
from documents.layout.text import body, led
from models.papers import AccidentFacts, DeadlineLine, EvidenceEntry, FindingEntry, MeasureEntry
from models.papers.wording import NOTHING, casualties, day, listed, moment, or_nothing, ordinal


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
    """The grade, and that it may still change."""
    open_end = "（伤亡或损失尚未全部查清，暂定）" if accident.grade_provisional else ""
    return f"事故等级为{accident.grade.label}事故{open_end}。"


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


def findings(entries: Sequence[FindingEntry]) -> str:
    """Problems as （一）（二）, each with its aspect, level, basis and evidence."""
    if not entries:
        return body(NOTHING)
    return "".join(
        led(f"（{ordinal(n)}）{f.aspect.label}的方面（{f.level.label}，问题{f.number}）。", sentence(f.text), KAI)
        + body(finding_note(f))
        for n, f in enumerate(entries, 1)
    )


def _task(measure: MeasureEntry) -> str:
    stages = [
        f"阶段目标：{m.text.rstrip('。；')}（{day(m.due)}前）" if m.due else f"阶段目标：{m.text}"
        for m in measure.milestones
    ]
    return "\n".join([measure.text, *stages])


def _responsible(measure: MeasureEntry) -> str:
    return "\n".join(
        [or_nothing(measure.lead), *(["配合：" + listed(measure.cooperating)] if measure.cooperating else [])]
    )


def measures(entries: Sequence[MeasureEntry]) -> str:
    """Measures as a table, and under it how each limit was counted."""
    rows = [
        (m.number, _task(m), _responsible(m), or_nothing(m.responsible_person), day(m.due), or_nothing(m.proof))
        for m in entries
    ]
    grid = table(
        ("序号", "整改措施", "责任单位", "责任人", "完成期限", "证明方式"), rows, (0.7, 3.6, 1.9, 1.0, 1.5, 1.9)
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


def evidence(entries: Sequence[EvidenceEntry]) -> str:
    """The list of evidence; a hash is shown by its first 16 digits, the archive keeps it whole."""
    rows = [
        (
            e.number,
            e.title,
            or_nothing(e.source),
            day(e.obtained_on),
            or_nothing(e.pages),
            (e.sha256 or NOTHING)[:16],
        )
        for e in entries
    ]
    return table(("编号", "证据名称", "来源", "取得日期", "页数", "校验值前16位"), rows, (0.9, 3.2, 2.0, 1.5, 0.7, 1.8))
