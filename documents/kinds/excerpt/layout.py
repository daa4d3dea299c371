"""调查分析报告摘录: only what concerns its reader, marked 摘录 with the report's number and date."""

from __future__ import annotations

from documents.kinds.forms import closing, reader
from documents.kinds.sentences import cell_day, rests_on, sentence, stages
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.measures import KAI
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentForm, DocumentKind, Part
from models.papers.content import Excerpt, ExcerptFinding, ExcerptMeasure
from models.papers.content.wording import NOTHING, norms, or_nothing, ordinal


def _finding(n: int, finding: ExcerptFinding) -> str:
    basis = body(f"依据：{norms(finding.basis)}。") if norms(finding.basis) != NOTHING else ""
    return led(f"（{ordinal(n)}）", sentence(finding.text), KAI) + basis


def _task(measure: ExcerptMeasure) -> str:
    return "\n".join([measure.text, *stages(measure.milestones)])


def _part(measure: ExcerptMeasure) -> str:
    return (
        measure.part.label
        if measure.part is Part.LEAD
        else measure.part.label + (f"\n（牵头：{measure.lead}）" if measure.lead else "")
    )


def _measures(paper: Excerpt) -> str:
    rows = [
        (m.number, _task(m), _part(m), or_nothing(m.responsible_person), cell_day(m.due), or_nothing(m.proof))
        for m in paper.measures
    ]
    header = ("序号", "整改措施", "承担方式", "责任人", "完成期限", "证明方式")
    return table(header, rows, (780, 2604, 1720, 900, 1320, 1520))


def _used_for(paper: Excerpt) -> str:
    """What the excerpt is for: a superior reads it, others find their dates in the paper that asks them to act."""
    head = paper.head
    if head.form is DocumentForm.REPORT:
        return "本摘录供审阅整改建议时参考。"
    asked = f"发送{reader(head)}的函" if head.form is DocumentForm.LETTER else "整改通知"
    return f"本摘录供{reader(head)}落实{paper.accident}整改措施时使用，签收、答复和期限以{asked}为准。"


def build(paper: Excerpt) -> Sheet:
    """Lay out the excerpt for one unit."""
    head, source = paper.head, rests_on(paper.report.number, paper.report.dated, paper.report.title)
    text = (
        body(f"本件摘自{source}，只摘录其中涉及{paper.organisation}的整改措施和与之对应的问题。")
        + sections(
            ("存在的问题", "".join(_finding(n, f) for n, f in enumerate(paper.findings, 1))),
            ("整改措施", _measures(paper)),
        )
        + body(_used_for(paper))
        + body(closing(head))
    )
    return document(head, top(head) + close(text, head) + imprint(head), DocumentKind.EXCERPT)
