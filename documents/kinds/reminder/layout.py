"""催办函: what was asked for and is not answered yet, with thanks for what came, a new date and a way out."""

from __future__ import annotations

from documents.kinds.forms import closing, reader
from documents.kinds.replies import until
from documents.kinds.sentences import happened, rests_on, sentence, to_be_published
from documents.kinds.supervision_order.layout import grouped, told
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document
from documents.layout.package import Sheet
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.content.wording import day, listed
from models.papers.kinds.reminder.content import Reminder


def _opening(paper: Reminder) -> str:
    """The paper that asked, when it was served, and thanks for what came of it."""
    head = paper.head
    if paper.notice is None:
        return body(happened(paper.accident))
    served = f"于{day(paper.delivered_on)}送达{reader(head)}" if paper.delivered_on else f"发送{reader(head)}"
    text = f"{rests_on(paper.notice.number, paper.notice.dated, paper.notice.title)}已{served}。"
    if paper.received:
        text += f"已收到{reader(head)}{listed(paper.received)}，对{reader(head)}的支持表示感谢。"
    return body(text)


def _open(paper: Reminder) -> str:
    rows = [f"{told(group)}，原定{day(group[0].original.due)}前" for group in grouped(paper.matters)]
    since = f"截至{day(paper.head.dated)}，我单位尚未收到"
    if len(rows) == 1:
        return body(f"{since}下列事项的办理情况：{sentence(rows[0])}")
    return body(f"{since}下列{len(rows)}个事项的办理情况：") + "".join(
        led(f"{n}. ", sentence(row)) for n, row in enumerate(rows, 1)
    )


def _asked(paper: Reminder) -> str:
    """A new date, what to say where it cannot be kept, and that an answer may have crossed this letter."""
    by = until(paper.answer) if paper.answer else ""
    later = "在该日期前说明" if paper.answer else "说明"
    return body(
        f"请{by}函复办理情况；确需延长的，请{later}原因、已完成部分和拟完成日期，我单位将及时研究。"
        "已经函复的，请忽略本函，并告知来文号以便核收。" + (to_be_published((paper.answer,)) if paper.answer else "")
    )


def build(paper: Reminder) -> Sheet:
    """Lay out one reminder."""
    head = paper.head
    text = _opening(paper) + _open(paper) + _asked(paper) + body(closing(head))
    return document(head, top(head) + close(text, head) + imprint(head), DocumentKind.REMINDER)
