"""The three forms 报告, 函, 通知: how the reader is addressed, how a paper announces itself and how it closes."""

from __future__ import annotations

from collections.abc import Sequence

from documents.layout.head import enclosure
from models.kernel.vocabulary import DocumentForm
from models.papers.content import Attachment, Head
from models.papers.content.reader import reader as reader
from models.papers.content.reader import writer as writer

_FORMS = {
    DocumentForm.REPORT: ("特此报告。", "报告"),
    DocumentForm.REQUEST: ("妥否，请批示。", "请示"),
    DocumentForm.LETTER: ("请予支持并函复。", "函告"),
    DocumentForm.NOTICE: ("请认真贯彻落实。", "通知"),
    DocumentForm.CIRCULAR: ("特此通报。", "通报"),
    DocumentForm.OPINION: ("以上意见，供参考。", "提出意见"),
    DocumentForm.DECISION: ("本决定自送达之日起生效。", "决定"),
}


def upward(head: Head) -> bool:
    """A 报告 asks for nothing (党政机关公文处理工作条例 art. 15): no answer, no form to fill, no code."""
    return head.form is DocumentForm.REPORT


def announce(head: Head) -> str:
    """报告, 函告 or 通知, as the verb of 现将…如下."""
    return _FORMS[head.form][1]


def closing(head: Head) -> str:
    """The closing words of the content, else those of the form, with their full stop."""
    words = head.closing or _FORMS[head.form][0]
    return words if words.endswith("。") else words + "。"


def enclosed(*own: tuple[str, str], others: Sequence[Attachment] = ()) -> tuple[tuple[str, ...], str]:
    """The titles for the attachments note, and the pages of our own that have content, numbered as the note counts."""
    told = [(title, content) for title, content in own if content]
    titles = (*(title for title, _ in told), *(attachment.title for attachment in others))
    numbered = len(titles) > 1
    pages = "".join(enclosure(n if numbered else None, title) + content for n, (title, content) in enumerate(told, 1))
    return titles, pages
