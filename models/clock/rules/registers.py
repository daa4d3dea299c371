"""Registers of notices kept elsewhere: their files, the rule they are counted by, and the state of a notice on a day."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from models.kernel.errors import Fault, Invalid
from models.kernel.vocabulary import Turn, Word

from .deadline_rules import DeadlineRule, Unit

LARGEST = 50_000_000
COLUMNS = ("ref", "issued_on", "addressees", "replies")
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


def read_register(data: bytes, *, as_of: date) -> list[NoticeRow]:
    """Return the lines of a CSV register with the columns ref, issued_on, addressees, replies; others are passed over.

    A column status_on_YYYY_MM_DD of the day asked for is taken along. References may be missing or doubled, as in
    real registers. Raises Invalid with every fault and its line.
    """
    rows = _lines(data)
    published = f"status_on_{as_of:%Y_%m_%d}"
    faults: list[Fault] = []
    read = [_row(number, fields, published, faults) for number, fields in rows]
    if faults:
        raise Invalid(f"登记簿有{len(faults)}处错误，未载入。", faults=faults, code="register_file")
    if not read:
        raise Invalid("登记簿中没有任何通知，请核对文件。", code="register_empty")
    return [row for row in read if row is not None]


def _lines(data: bytes) -> list[tuple[int, dict[str, str]]]:
    if len(data) > LARGEST:
        raise Invalid("登记簿文件超过50MB，请分成几个文件载入。", code="too_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("登记簿文件不是UTF-8编码，请另存为UTF-8。", code="not_utf8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    try:
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise Invalid(f"登记簿缺少列：{'、'.join(missing)}；必须有{'、'.join(COLUMNS)}。", code="register_columns")
        return [(reader.line_num, fields) for fields in reader]
    except csv.Error as error:
        raise Invalid(f"登记簿第{reader.line_num}行附近不是正确的CSV，请核对引号。", code="not_csv") from error


def _row(number: int, fields: dict[str, str], published: str, faults: list[Fault]) -> NoticeRow | None:
    before = len(faults)
    issued_on = _date(fields["issued_on"])
    if issued_on is None:
        faults.append(Fault(f"第{number}行.issued_on", "日期必须写成2026-03-05的形式，请修改。", "register_date"))
    counts = {name: _count(fields[name]) for name in ("addressees", "replies")}
    for name, count in counts.items():
        if count is None:
            faults.append(Fault(f"第{number}行.{name}", f"必须是0至{MOST}之间的整数，请修改。", "register_count"))
    if len(faults) > before or issued_on is None:
        return None
    return NoticeRow(
        row=number,
        ref=fields["ref"].strip() or None,
        issued_on=issued_on,
        addressees=counts["addressees"] or 0,
        replies=counts["replies"] or 0,
        published=fields.get(published) or None,
    )


def _date(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def _count(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 and int(text) <= MOST else None
