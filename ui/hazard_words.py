"""What is told of an import of hazards, the same on the page and at the command line."""

from __future__ import annotations

from collections.abc import Iterator

from models.kernel.vocabulary import HazardGrade, HazardState
from models.register.commands.hazard_ledgers import Difference, LedgerImported

COLUMNS = {
    "description": "隐患描述",
    "road_number": "道路编号",
    "road_name": "路段",
    "place": "地点",
    "stake": "桩号",
    "stake_m": "桩号（米）",
    "longitude": "经度",
    "latitude": "纬度",
    "east_m": "网格东（米）",
    "north_m": "网格北（米）",
    "division_code": "行政区划",
    "severity": "等级",
    "found_on": "排查时间",
    "responsible_name": "责任单位",
    "responsible_id": "责任单位编号",
    "responsible_person": "责任人",
    "funds": "资金（元）",
    "due_on": "期限",
    "state": "状态",
    "accepted_on": "验收日期",
}
"""Columns of `Hazard` that a step or a file changes, as people read them."""
_WORDS = {word.value: word.label for of in (HazardState, HazardGrade) for word in of}


def shown(value: object) -> str:
    """Return what stood or stands in a column."""
    return "—" if value is None else str(_WORDS.get(str(value), value))


def difference(one: Difference) -> tuple[str, ...]:
    """Return a difference as a row: line, hazard, column, what stood here, what the file says."""
    return f"第{one.row}行", one.hazard_number, COLUMNS[one.column], shown(one.before), shown(one.after)


def told(done: LedgerImported) -> Iterator[str]:
    """Yield what an import did, or would do, a sentence each."""
    will = "将" if done.dry_run else "已"
    changed = len({one.hazard_number for one in done.changed})
    yield f"台账“{done.ledger}”：{will}新增{len(done.added)}条，{will}修改{changed}条，{done.unchanged}条没有变化。"
    if done.not_taken:
        yield f"{len(done.not_taken)}处与本系统不同而没有采用：本系统在上次导入后已修改，或者状态由本系统办理。"
    if done.faults:
        yield f"{len(done.faults)}处错误，所在行没有导入。"
    if done.passed_over:
        yield f"表格下方的第{'、'.join(map(str, done.passed_over))}行是合计或者填表说明，没有读入。"
    for row, number in done.alike:
        yield f"第{row}行与{number}相距不远、描述相似，请核对是否同一处隐患。"
