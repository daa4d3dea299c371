"""催办函: what was asked for and is not answered yet, with an exit for what is on its way."""

from __future__ import annotations

from documents.kinds.forms import closing, reader
from documents.kinds.sentences import happened, rests_on, sentence
from documents.kinds.supervision_order.layout import matter
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document
from documents.layout.package import Sheet
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.content.wording import day
from models.papers.kinds.reminder.content import Reminder


def build(paper: Reminder) -> Sheet:
    """Lay out one reminder."""
    head = paper.head
    opening = happened(paper.accident)
    if paper.notice is not None:
        served = f"于{day(paper.delivered_on)}送达{reader(head)}" if paper.delivered_on else f"发送{reader(head)}"
        opening += f"{rests_on(paper.notice.number, paper.notice.dated, paper.notice.title)}已{served}。"
    opening += f"截至{day(head.dated)}，下列事项尚未收到书面反馈："
    rows = [f"{matter(one)}（原定{day(one.original.due)}前）" for one in paper.matters]
    text = (
        body(opening)
        + "".join(led(f"{n}. ", sentence(row)) for n, row in enumerate(rows, 1))
        + body(f"请{reader(head)}告知办理情况和预计完成时间；如已书面反馈，请告知来文号。")
        + body(closing(head))
    )
    return document(head, top(head) + close(text, head) + imprint(head), DocumentKind.REMINDER)
