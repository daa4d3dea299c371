"""收文回执: the slip with which a recipient confirms a paper that has no reply form of its own."""

from __future__ import annotations

from documents.layout.head import enclosure
from documents.layout.table import form
from models.papers.content import Head
from models.papers.content.wording import listed, or_nothing

RECEIPT_SLIP = "收文回执"


def receipt_slip(head: Head, number: int | None = None) -> str:
    """The slip on a page of its own, `number` as the attachments note counts it."""
    return enclosure(number, RECEIPT_SLIP) + form(
        (
            ("文书标题", "".join(head.title), 1.5),
            ("发文字号", or_nothing(head.number), 1),
            ("收文单位", listed(head.recipients), 1),
            ("收文日期", "", 1),
            ("收文份数", "", 1),
            ("签收人\n（单位盖章）", "", 3),
            ("联系人及电话", "", 1),
        )
    )
