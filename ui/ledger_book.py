"""整改台账 as a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from models.rectification.queries.agency import MeasureInHand
from ui.workbook import Columns, workbook

COLUMNS: Columns[MeasureInHand] = (
    ("通知书文号", lambda row: row.number, 22),
    ("通知书", lambda row: row.notice, 36),
    ("案件编号", lambda row: row.case_number, 16),
    ("措施编号", lambda row: row.measure, 10),
    ("整改措施", lambda row: row.measure_text, 60),
    ("责任单位", lambda row: row.organisation, 24),
    ("分工", lambda row: row.part, 8),
    ("转办单位", lambda row: row.delegated_to, 24),
    ("送达日期", lambda row: row.delivered_at, 12),
    ("签收日期", lambda row: row.acknowledged_at, 12),
    ("签收人", lambda row: row.received_by, 12),
    ("当前要办的事", lambda row: row.why, 20),
    ("期限", lambda row: row.due_on, 12),
    ("预警", lambda row: row.light, 10),
    ("状态", lambda row: row.standing, 12),
    ("最近反馈", lambda row: row.reply_kind, 18),
    ("反馈日期", lambda row: row.replied_at, 12),
    ("研判意见", lambda row: row.verdict, 14),
    ("研判理由", lambda row: row.verdict_reason, 40),
    ("办结方式", lambda row: row.outcome, 18),
    ("办结说明", lambda row: row.outcome_reason, 40),
    ("办结日期", lambda row: row.closed_at, 12),
)


def ledger_book(rows: Iterable[MeasureInHand]) -> bytes:
    """Return the rows of `models.rectification.queries.agency.ledger` as an xlsx file."""
    return workbook("整改台账", COLUMNS, rows)
