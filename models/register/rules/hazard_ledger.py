"""A ledger of hazards (隐患台账) as offices keep it: its columns with their usual heads, and what each cell means.

序号 路段 桩号 隐患描述 等级 排查时间 责任单位 责任人 资金 期限 状态 验收. Further columns are kept as they are; 系统编号 is the
number that we gave a hazard and that our own export carries.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from models.accident.sheets.written import day, number, plain
from models.clock.rules.register_files import table_rows
from models.kernel.errors import Fault, Invalid
from models.kernel.storage import limits
from models.kernel.text.folded import folded
from models.kernel.text.invisible import refuse_invisible
from models.kernel.vocabulary import HazardGrade, HazardState

from .hazards import is_number, road_number, staked

LARGEST, MOST_ROWS = 20 * limits.MEGA, 20_000
_HEAD_ROWS, _ENOUGH = 8, 3  # a title and who filled the form in stand above the heads

HEADS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "key": ("序号", ("编号", "隐患编号", "台账编号", "NO", "NO.")),
    "road": ("路段", ("道路", "道路名称", "路段名称", "隐患路段", "线路", "路线", "路线名称", "所在道路")),
    "stake": ("桩号", ("里程桩号", "公里桩号", "起止桩号", "桩号位置", "隐患桩号")),
    "description": (
        "隐患描述",
        ("隐患内容", "隐患情况", "存在问题", "存在隐患", "问题描述", "主要隐患", "隐患问题", "安全隐患"),
    ),
    "severity": ("等级", ("隐患等级", "隐患级别", "级别", "风险等级")),
    "found_on": ("排查时间", ("排查日期", "发现时间", "发现日期", "上报时间", "检查时间")),
    "responsible": ("责任单位", ("整改单位", "整改责任单位", "治理单位", "治理责任单位", "责任部门")),
    "person": ("责任人", ("整改责任人", "治理责任人", "责任人员", "负责人")),
    "funds": ("资金", ("整改资金", "治理资金", "所需资金", "资金概算", "投入资金")),
    "due": ("期限", ("整改期限", "治理期限", "完成时限", "整改时限", "完成期限", "治理时限")),
    "state": ("状态", ("整改状态", "治理状态", "整改情况", "治理情况", "办理状态", "进展情况")),
    "accepted": ("验收", ("验收时间", "验收日期", "验收情况", "销号时间", "销号日期")),
    "place": ("地点", ("位置", "具体位置", "隐患位置", "隐患地点")),
    "number": ("系统编号", ()),
    "version": ("系统版本", ()),
}
"""Our columns, each with the head of our export and those by which it is known too."""
COLUMNS = tuple(name for name in HEADS if name not in ("place", "number", "version"))
_SAID_BY: Mapping[str, tuple[str, ...]] = {
    "description": ("description",),
    "road_number": ("road",),
    "road_name": ("road",),
    "place": ("place",),
    "stake": ("stake",),
    "stake_m": ("stake",),
    "severity": ("severity",),
    "found_on": ("found_on",),
    "responsible_name": ("responsible",),
    "responsible_person": ("person",),
    "funds": ("funds",),
    "due_on": ("due",),
    "state": ("state", "accepted"),
    "accepted_on": ("accepted",),
}
"""By which columns of a file each column of `Hazard` is told: what a file does not have, it does not say."""
_MUST = ("description", "found_on")
_FOOTER = re.compile(r"(填表|制表|审核|合计|总计|备注|注[:：]|说明[:：]|单位负责人)")
_IN_TEN_THOUSANDS = re.compile(r"万")
_GRADES = {
    "一般": HazardGrade.ORDINARY,
    "一般隐患": HazardGrade.ORDINARY,
    "重大": HazardGrade.MAJOR,
    "重大隐患": HazardGrade.MAJOR,
}
_STATES = {
    **{state.label: state for state in HazardState},
    **dict.fromkeys(("未核查", "已上报", "新增"), HazardState.REPORTED),
    **dict.fromkeys(("未整改", "待整改", "未治理", "待治理", "已确认"), HazardState.CHECKED),
    **dict.fromkeys(("整改中", "治理中", "正在整改", "正在治理", "推进中", "交办"), HazardState.ORDERED),
    **dict.fromkeys(
        ("已整改", "已治理", "已完成", "完成", "整改完成", "治理完成", "销号", "已验收"), HazardState.CLOSED
    ),
}
_NOT_YET = ("", "未验收", "待验收", "否", "-", "—", "/")
_DAY_IN_WORDS = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?(?:底|末)?(?:前)?", re.ASCII)
_BEFORE = re.compile(r"(?:底|末)?(?:之)?前$")
_SERIAL = re.compile(r"[34]\d{4}|5[0-4]\d{3}", re.ASCII)  # days as a spreadsheet counts them: 1982 to 2050
_FIRST_DAY = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line that says what it should: where it stands, how the ledger knows it, and what it says of the hazard.

    `version` is that of the hazard when we exported it, None where the file does not say;
    `said` holds those columns of `Hazard` that the file has, by their names; `acceptance` what stands under 验收 in words,
    `others` the further columns by their heads.
    """

    row: int
    key: str | None
    number: str | None
    said: Mapping[str, Any]
    acceptance: str | None
    others: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, slots=True)
class LedgerRead:
    """What a file says: its sound lines, each fault of the others, and the rows below the table that were passed over."""

    lines: tuple[LedgerLine, ...]
    faults: tuple[Fault, ...]
    passed_over: tuple[int, ...]


@dataclass(slots=True)
class _Table:
    heads: Mapping[str, str]  # column → head as it stands there
    places: Mapping[str, int]
    others: Mapping[int, str]
    faults: list[Fault] = field(default_factory=list)


def read_ledger(data: bytes, *, today: date) -> LedgerRead:
    """Return what a ledger says, CSV (UTF-8 or GB 18030) or xlsx with one sheet.

    Raises Invalid for what is no ledger at all: too large, no heads, a column missing or doubled, no line.
    """
    if len(data) > LARGEST:
        raise Invalid(f"台账文件超过{limits.size(LARGEST)}，请分成几个文件导入。", code="too_large")
    rows = list(table_rows(data, "隐患台账"))
    head_at, table = _heads(rows)
    lines: list[LedgerLine] = []
    passed_over: list[int] = []
    for row, cells in rows[head_at + 1 :]:
        if not any(cell.strip() for cell in cells):
            continue
        if _is_footer(cells, table):
            passed_over.append(row)
            continue
        line = _line(row, cells, table, today)
        if line is not None:
            lines.append(line)
    if len(lines) > MOST_ROWS:
        raise Invalid(f"台账有{len(lines)}行，一次最多{MOST_ROWS}行，请分成几个文件导入。", code="too_many_rows")
    if not lines and not table.faults:
        raise Invalid("台账中没有任何隐患，请核对文件。", code="ledger_empty")
    lines = _once(lines, table)
    return LedgerRead(tuple(lines), tuple(table.faults), tuple(passed_over))


def _heads(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, _Table]:
    known = {folded(head): name for name, (own, others) in HEADS.items() for head in (own, *others)}
    for at, (_, cells) in enumerate(rows[:_HEAD_ROWS]):
        named = [known.get(folded(_bare(cell))) for cell in cells]
        if sum(name is not None for name in named) >= _ENOUGH:
            return at, _table(cells, named)
    raise Invalid(f"没有找到台账的表头，前{_HEAD_ROWS}行中应有一行写明：{_all_heads()}。", code="ledger_heads")


def _bare(head: str) -> str:
    """Return a head without what stands in brackets behind it: 资金（万元）."""
    return re.sub(r"[（(].*?[)）]|[*＊]|\s", "", head)


def _table(cells: Sequence[str], named: Sequence[str | None]) -> _Table:
    heads: dict[str, str] = {}
    places: dict[str, int] = {}
    for at, name in enumerate(named):
        head = cells[at].strip()
        if name is None:
            continue
        if name in heads:
            raise Invalid(f"台账的列“{heads[name]}”和“{head}”是同一列，请只留一列。", code="ledger_columns")
        heads[name], places[name] = head, at
    missing = [HEADS[name][0] for name in _MUST if name not in places]
    if not {"road", "stake", "place"} & set(places):
        missing.append("路段")
    if not {"key", "number"} & set(places):
        missing.append("序号")
    if missing:
        raise Invalid(f"台账缺少列：{'、'.join(missing)}；应有{_all_heads()}。", code="ledger_columns")
    others = {at: cells[at].strip() for at, name in enumerate(named) if name is None and cells[at].strip()}
    return _Table(heads, places, others)


def _all_heads() -> str:
    return "、".join(HEADS[name][0] for name in COLUMNS)


def _is_footer(cells: Sequence[str], table: _Table) -> bool:
    """Below the table stand sums and who filled it in: a row without a hazard that begins with such words."""
    place = table.places["description"]
    described = place < len(cells) and cells[place].strip()
    first = next(cell.strip() for cell in cells if cell.strip())
    return not described and _FOOTER.match(first) is not None


def _line(row: int, cells: Sequence[str], table: _Table, today: date) -> LedgerLine | None:
    before = len(table.faults)
    told = {name: _unquoted(cells[at].strip()) if at < len(cells) else "" for name, at in table.places.items()}
    read = dict(_understood(row, told, table, today))
    if len(table.faults) > before:
        return None
    acceptance = read.pop("acceptance")
    number, version = told.get("number") or None, read.pop("version")
    said = {name: value for name, value in read.items() if any(column in table.places for column in _SAID_BY[name])}
    others = {head: cells[at].strip() for at, head in table.others.items() if at < len(cells) and cells[at].strip()}
    return LedgerLine(row, told.get("key") or None, number, said, acceptance, others, version)


def _unquoted(text: str) -> str:
    """Return a text without the sign that our export puts before what a spreadsheet would take for a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _understood(row: int, told: Mapping[str, str], table: _Table, today: date) -> Iterator[tuple[str, Any]]:
    """Yield what a line says by the columns of `Hazard`; what it does not say well becomes a fault."""

    def cell(name: str, read: Any, *given: Any) -> Any:
        """Return what a cell means; None where it is empty or refused."""
        if not told.get(name):
            return None
        try:
            return read(told[name], *given)
        except Invalid as refusal:
            fault(name, refusal.message.rstrip("。"), refusal.code)
            return None

    def fault(name: str, message: str, code: str) -> None:
        table.faults.append(Fault(f"第{row}行“{table.heads.get(name, HEADS[name][0])}”", message, code))

    if not told.get("key") and not told.get("number"):
        fault("key", "请填写序号：再次导入时按序号认出同一条隐患", "key_missing")
    if told.get("number") and not is_number(told["number"]):
        fault("number", f"“{told['number']}”不是本系统的隐患编号，请删去或改为 YH2026-0001 的形式", "bad_number")
    for name in _MUST:
        if not told.get(name):
            fault(name, "请填写", "missing")
    if not (told.get("road") or told.get("place") or told.get("stake")):
        fault("road", "请写明路段、桩号或者地点", "place_missing")
    yield "version", cell("version", _version)
    road = cell("road", _text)
    yield "description", cell("description", _text)
    yield "road_number", road_number(road)
    yield "road_name", road
    yield "place", cell("place", _text)
    where = cell("stake", staked)
    yield "stake", where and where.written
    yield "stake_m", where and where.metres
    yield "severity", cell("severity", _grade)
    found = cell("found_on", _day)
    yield "found_on", found
    if found is not None and found > today:
        fault("found_on", f"{found}晚于今天，请核对", "in_the_future")
    yield "responsible_name", cell("responsible", _text)
    yield "responsible_person", cell("person", _text)
    yield "funds", cell("funds", _funds, bool(_IN_TEN_THOUSANDS.search(table.heads.get("funds", ""))))
    due = cell("due", _due)
    yield "due_on", due
    if due is not None and found is not None and due < found:
        fault("due", f"{due}早于排查时间{found}，请核对", "period")
    state = cell("state", _state)
    accepted = cell("accepted", _accepted) or (None, None)
    yield "accepted_on", accepted[0]
    yield "acceptance", accepted[1]
    yield "state", state or (HazardState.CLOSED if accepted[0] else HazardState.REPORTED)
    if accepted[0] is not None and state not in (None, HazardState.CLOSED):
        fault("state", f"已于{accepted[0]}验收，状态却是“{told['state']}”，请核对", "contradiction")
    if accepted[0] is not None and (accepted[0] > today or (found is not None and accepted[0] < found)):
        fault("accepted", f"{accepted[0]}应在排查时间之后、今天之前，请核对", "period")


def _once(lines: list[LedgerLine], table: _Table) -> list[LedgerLine]:
    """Refuse a number that stands twice in one file: which of the two is the hazard?"""
    first: dict[tuple[str, str], int] = {}
    kept = []
    for line in lines:
        name, mark = ("number", line.number) if line.number else ("key", line.key or "")
        earlier = first.setdefault((name, mark), line.row)
        if earlier == line.row:
            kept.append(line)
        else:
            at = f"第{line.row}行“{table.heads[name]}”"
            table.faults.append(Fault(at, f"“{mark}”与第{earlier}行重复，请核对", "key_twice"))
    return kept


def _text(text: str) -> str:
    refuse_invisible("内容", text)
    limits.refuse_long("内容", text)
    return text


def _version(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise Invalid(f"“{text}”不是导出时写入的版本，请不要改动这一列", code="bad_version")
    return int(text)


def _grade(text: str) -> HazardGrade:
    found = _GRADES.get(plain(text))
    if found is None:
        raise Invalid(f"不认识等级“{text}”，可写 一般、重大", code="unknown_grade")
    return found


def _state(text: str) -> HazardState:
    found = _STATES.get(plain(text))
    if found is None:
        raise Invalid(
            f"不认识状态“{text}”，可写 {'、'.join(state.label for state in HazardState)}", code="unknown_state"
        )
    return found


def _day(text: str) -> date:
    """Return a day as people and spreadsheets write it; a serial counts from the end of 1899."""
    if _SERIAL.fullmatch(plain(text)):
        return _FIRST_DAY + timedelta(days=int(plain(text)))
    return day(text.split(" ")[0] if re.search(r" \d{1,2}:", text) else text)


def _due(text: str) -> date:
    """Return the last day of a limit: a day, or the end of a month (2026年5月底前)."""
    month = _MONTH.fullmatch(plain(text))
    if month is not None and 1 <= int(month[2]) <= 12:
        year, of_year = int(month[1]), int(month[2])
        return date(year, of_year, calendar.monthrange(year, of_year)[1])
    try:
        return _day(_BEFORE.sub("", text.strip()))
    except Invalid as refusal:
        raise Invalid(f"“{text}”不是期限，请写成 2026-05-31 或 2026年5月底", code=refusal.code) from refusal


def _funds(text: str, in_ten_thousands: bool) -> int:
    """Return whole yuan; a bare number below a head in 万元 is in ten thousands."""
    amount = number(text, "元")
    if in_ten_thousands and not _IN_TEN_THOUSANDS.search(text) and not text.strip().endswith("元"):
        amount *= Decimal(10_000)
    if amount < 0 or amount != int(amount) or amount >= 10**13:
        raise Invalid(f"资金“{text}”须是不小于0的整元数", code="bad_funds")
    return int(amount)


def _accepted(text: str) -> tuple[date | None, str | None]:
    """Return the day on which it was accepted, and what is said of it where that is more than the day."""
    if text in _NOT_YET:
        return None, None
    try:
        return _day(text), None
    except Invalid:
        found = _DAY_IN_WORDS.search(text)
        if found is None:
            raise Invalid(f"“{text}”请写明验收日期，如 2026-05-31", code="day_missing") from None
        return day(found[0]), _text(text)
