"""What 限期落实督办单 must hold before it is signed: what is late, what of it was not done, and the new limit."""

from __future__ import annotations

from collections.abc import Iterator

from models.papers.preflight import Place, Remark, checks, missing

from .content import SupervisionOrder


@checks(SupervisionOrder)
def of_order(order: SupervisionOrder) -> Iterator[Remark]:
    """Yield what the order lacks."""
    if not order.matters:
        yield missing("no_matters", Place.PAPER, "逾期事项", "督办单没有列出逾期的事项。", waivable=False)
    if order.notice_number is None or order.notice_delivered_on is None:
        yield missing("no_notice", Place.PAPER, "所督办的通知书", "督办单没有写明所督办的通知书及其送达日期。")
    if order.new_limit.due is None and order.new_limit.explanation is None:
        yield missing("no_new_limit", Place.PAPER, "新的期限", "督办单没有新的期限。")
