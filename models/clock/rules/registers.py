"""Registers of notices kept elsewhere: their files, the rule they are counted by, and the state of a notice on a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.accident.sheets.written import day
from models.kernel.errors import Fault, Invalid
from models.kernel.vocabulary import Turn, Word

from .deadline_rules import DeadlineRule, Unit
from .register_files import RegisterLine, register_lines

MOST = 1_000_000


class NoticeState(Word):
    """Where a notice stands on a day; derived from answers and due date, never stored."""

    COMPLETED = "completed", "已全部答复"
    PENDING = "pending", "期限内"
    PARTIAL = "partial", "超期，部分答复"
    OVERDUE = "overdue", "超期，未答复"


def notice_state(addressees: int, replies: int, due_on: date, today: date) -> NoticeState:
    """Return the state on `today`. Where the register does not say whom it asked (0), answers complete nothing."""
    if 0 < addressees <= replies:
        return NoticeState.COMPLETED
    if today <= due_on:
        return NoticeState.PENDING
    return NoticeState.PARTIAL if replies else NoticeState.OVERDUE


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of a register. `row` is its line in the file, the heading being 1; `published` is what it says itself."""

    row: int
    ref: str | None
    issued_on: date
    addressees: int
    replies: int
    published: str | None = None


_SHORT = re.compile(r"([0-9]{1,4})([dwm])(r?)")
_UNITS = {"d": Unit.CALENDAR_DAYS, "w": Unit.WORKING_DAYS, "m": Unit.MONTHS}


def register_rule(named: str, known: Mapping[str, DeadlineRule]) -> DeadlineRule:
    """Return the rule a register is counted by: a known code, or a length such as 56d, 10w, 6m (with r: it rolls).

    d are calendar days, w working days, m months. Raises Invalid for anything else.
    """
    if named in known:
        return known[named]
    short = _SHORT.fullmatch(named)
    if short is None:
        raise Invalid(
            f"没有时限规则“{named}”；可写规则代码，或者写期限：56d为56日，10w为10个工作日，6m为6个月，"
            "末尾加r表示遇休息日顺延。",
            code="unknown_rule",
        )
    amount, unit, rolls = short.groups()
    return DeadlineRule(
        code=named,
        name="登记簿答复期限",
        unit=_UNITS[unit],
        amount=int(amount),
        starts_at="通知发出",
        basis="登记簿自身的答复期限",
        turn=Turn.THEIRS,
        roll_over=bool(rolls),
    )


@dataclass(frozen=True, slots=True)
class RegisterRead:
    """What a file says: its notices, and each fault of the rows that are none."""

    rows: tuple[NoticeRow, ...]
    faults: tuple[Fault, ...]


def read_register(data: bytes, *, as_of: date) -> RegisterRead:
    """Return the notices of a register with the columns ref, issued_on, addressees, replies; others are passed over.

    A column status_on_YYYY_MM_DD of the day asked for is taken along. References may be missing or doubled, as in
    real registers. Raises Invalid for what is no register at all (`register_files`).
    """
    published = f"status_on_{as_of:%Y_%m_%d}"
    faults: list[Fault] = []
    read = [_row(line, published, faults) for line in register_lines(data)]
    if not read:
        raise Invalid("登记簿中没有任何通知，请核对文件。", code="register_empty")
    return RegisterRead(tuple(row for row in read if row is not None), tuple(faults))


def _row(line: RegisterLine, published: str, faults: list[Fault]) -> NoticeRow | None:
    before = len(faults)
    issued_on = _date(line.cells["issued_on"])
    if issued_on is None:
        faults.append(Fault(line.place("issued_on"), "请写成2026-03-05或者2026年3月5日的形式。", "register_date"))
    counts = {name: _count(line.cells[name]) for name in ("addressees", "replies")}
    for name, count in counts.items():
        if count is None:
            faults.append(Fault(line.place(name), f"必须是0至{MOST}之间的整数，请修改。", "register_count"))
    if len(faults) > before or issued_on is None:
        return None
    return NoticeRow(
        row=line.number,
        ref=line.cells["ref"].strip() or None,
        issued_on=issued_on,
        addressees=counts["addressees"] or 0,
        replies=counts["replies"] or 0,
        published=line.cells.get(published) or None,
    )


def _date(text: str) -> date | None:
    try:
        return day(text)
    except Invalid:
        return None


def _count(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= MOST else None
