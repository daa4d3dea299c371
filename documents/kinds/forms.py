"""The three forms 报告, 函, 通知: how the reader is addressed, how a paper announces itself and how it closes."""

from __future__ import annotations

from models.papers import Head
from models.rules.vocabulary import DocumentForm

_CLOSINGS = {DocumentForm.REPORT: "特此报告。", DocumentForm.LETTER: "请函复。", DocumentForm.NOTICE: "特此通知。"}
_READERS = {DocumentForm.REPORT: "贵单位", DocumentForm.LETTER: "贵单位", DocumentForm.NOTICE: "你单位"}
_VERBS = {DocumentForm.REPORT: "报告", DocumentForm.LETTER: "函告", DocumentForm.NOTICE: "通知"}


def reader(head: Head) -> str:
    """贵单位 or 你单位."""
    return _READERS[head.form]


def announce(head: Head) -> str:
    """报告, 函告 or 通知, as the verb of 现将…如下."""
    return _VERBS[head.form]


def closing(head: Head) -> str:
    """The closing words of the content, else those of the form, with their full stop."""
    words = head.closing or _CLOSINGS[head.form]
    return words if words.endswith("。") else words + "。"
