"""催办函: what was asked for and is not answered yet, with thanks for what came, a new date and a way out."""

from __future__ import annotations

from documents.kinds.forms import closing, reader, writer
from documents.kinds.replies import until
from documents.kinds.sentences import cell_day, happened, rests_on, to_be_published
from documents.kinds.supervision_order.layout import grouped, told
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body
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
    sent = [f"{day(one.dated)}去函催办（{one.number}）" for one in paper.reminded if one.number]
    text += f"{writer(head)}{'，'.join(sent)}。" if sent else ""
    if paper.received:
        text += f"已收到{reader(head)}{listed(paper.received)}，对{reader(head)}的支持表示感谢。"
    return body(text)


def _open(paper: Reminder) -> str:
    """What is still open: one thing in a sentence, several as a table with their dates."""
    rows = [(told(group, paper.notice), group[0].original.due) for group in grouped(paper.matters)]
    since = f"截至{day(paper.head.dated)}，{writer(paper.head)}尚未收到下列"
    if len(rows) == 1:
        [(what, due)] = rows
        return body(f"{since}事项的办理情况：{what}，原定{day(due)}前（含当日）。")
    grid = [(str(n), what, cell_day(due)) for n, (what, due) in enumerate(rows, 1)]
    return body(f"{since}{len(rows)}个事项的办理情况：") + table(
        ("序号", "事项", "原定日期\n（含当日）"), grid, (640, 6404, 1800)
    )


def _asked(paper: Reminder) -> str:
    """A new date, what to say where it cannot be kept, and that an answer may have crossed this letter."""
    by = until(paper.answer) if paper.answer else ""
    later = "在该日期前说明" if paper.answer else "说明"
    return body(
        f"请{by}函复办理情况；确需延长的，请{later}原因、已完成部分和拟完成日期，{writer(paper.head)}将及时研究。"
        "已经函复的，请忽略本函，并告知来文号以便核收。" + (to_be_published((paper.answer,)) if paper.answer else "")
    )


def build(paper: Reminder) -> Sheet:
    """Lay out one reminder."""
    head = paper.head
    text = _opening(paper) + _open(paper) + _asked(paper) + body(closing(head))
    return document(head, top(head) + close(text, head) + imprint(head), DocumentKind.REMINDER)
