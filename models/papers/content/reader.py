"""How a paper speaks to the one who reads it, and of the one who writes it: 你局, 我支队, or the name of who stands above."""

from __future__ import annotations

import re

from models.kernel.vocabulary import DocumentForm

from .common import Head
from .wording import called

_UPWARD = (DocumentForm.REPORT, DocumentForm.REQUEST)
_BY_NAME = re.compile("(?:政府|党委|[省市区县]委)$")


def reader(head: Head) -> str:
    """How the one reader is called: 你局, 你公司, else 你单位; by its name who stands above, and every government."""
    if len(head.recipients) != 1:
        return "各单位" if head.recipients else "你单位"
    [name] = head.recipients
    if head.form in _UPWARD or _BY_NAME.search(name):
        return name
    return f"你{called(name)}"


def writer(head: Head) -> str:
    """How the issuer calls itself: 我局, 我支队, else 我单位."""
    return f"我{called(head.issuer)}"
