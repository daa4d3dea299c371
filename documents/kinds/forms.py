"""The three forms 报告, 函, 通知: how the reader is addressed, how a paper announces itself and how it closes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.layout.head import enclosure
from models.kernel.vocabulary import DocumentForm
from models.papers.content import Attachment, Head

_FORMS = {
    DocumentForm.REPORT: ("特此报告。", "报告"),
    DocumentForm.REQUEST: ("妥否，请批示。", "请示"),
    DocumentForm.LETTER: ("请予支持并函复。", "函告"),
    DocumentForm.NOTICE: ("请认真贯彻落实。", "通知"),
    DocumentForm.CIRCULAR: ("特此通报。", "通报"),
    DocumentForm.OPINION: ("以上意见，供参考。", "提出意见"),
    DocumentForm.DECISION: ("本决定自送达之日起生效。", "决定"),
}
_UPWARD = (DocumentForm.REPORT, DocumentForm.REQUEST)
_CALLED = {
    **{word: word for word in ("局", "厅", "支队", "大队", "中队", "公司", "中心")},
    **dict.fromkeys(("检察院", "法院"), "院"),
    **dict.fromkeys(("委员会", "监委", "纪委"), "委"),
    **dict.fromkeys(("委员会办公室", "安办"), "办"),
    **dict.fromkeys(("学校", "小学", "中学"), "校"),
}
_KIND = re.compile(f"(?:{'|'.join(_CALLED)})$")
_BY_NAME = re.compile("(?:政府|党委|[省市区县]委)$")


def reader(head: Head) -> str:
    """How the one reader is called: 你局, 你公司, else 你单位; by its name who stands above, and every government."""
    if len(head.recipients) != 1:
        return "各单位" if head.recipients else "你单位"
    [name] = head.recipients
    if head.form in _UPWARD or _BY_NAME.search(name):
        return name
    kind = _KIND.search(name)
    return f"你{_CALLED[kind[0]] if kind else '单位'}"


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
