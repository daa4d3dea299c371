"""What 问询函 must hold before it is signed: a day that is still to come."""

from __future__ import annotations

from collections.abc import Iterator

from models.papers.preflight import Place, Remark, checks, missing

from .content import FactInquiry


@checks(FactInquiry)
def of_inquiry(inquiry: FactInquiry) -> Iterator[Remark]:
    """Yield where the answer is wished for on a day that has passed when the letter is signed."""
    if inquiry.due is not None and inquiry.head.dated is not None and inquiry.due <= inquiry.head.dated:
        yield missing("inquiry_late", Place.PAPER, "尚未过去的答复日期", "请对方答复的日期已过，请作废后重新拟制。")
