"""逾期情况报告: what a unit that gets no order has not done, told to our leaders."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import closing
from documents.kinds.sentences import cell_day, counts, happened, rests_on, sentence
from documents.kinds.supervision_order.layout import matter
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.content import LateReport
from models.papers.content.wording import day, or_nothing


def _opening(paper: LateReport) -> str:
    text = happened(paper.accident)
    if paper.notice is not None:
        sent = "送达" if paper.limited else "报送"
        served = f"于{day(paper.delivered_on)}{sent}{paper.unit}" if paper.delivered_on else f"发往{paper.unit}"
        text += f"{rests_on(paper.notice.number, paper.notice.dated, paper.notice.title)}已{served}。"
    what = "下列事项尚未收到完成情况" if paper.limited else "下列建议尚未收到书面反馈"
    return body(text + f"截至{day(paper.head.dated)}，{what}，现报告如下：")


def _numbered(lines: Sequence[str]) -> str:
    return "".join(led(f"{n}. ", sentence(line)) for n, line in enumerate(lines, 1))


def build(paper: LateReport) -> Sheet:
    """Lay out the report."""
    head = paper.head
    rows = [
        (
            str(n),
            matter(m),
            cell_day(m.original.due),
            or_nothing(m.done),
            or_nothing(m.not_done),
        )
        for n, m in enumerate(paper.matters, 1)
    ]
    what, open_ = ("事项", "未做工作") if paper.limited else ("建议措施", "反馈情况")
    grid = table(("序号", what, "期限", "已做工作", open_), rows, (640, 2764, 1400, 1940, 2100))
    text = (
        _opening(paper)
        + sections(
            ("尚未完成的事项" if paper.limited else "尚未收到反馈的建议", grid),
            ("期限的计算", counts([m.original for m in paper.matters])),
            ("建议", _numbered(paper.proposals)),
            ("下一步工作", _numbered(paper.next_steps)),
        )
        + body(closing(head))
    )
    return document(head, top(head) + close(text, head, ()) + imprint(head), DocumentKind.LATE_REPORT)
