"""What the values of one row say about each other: asked of the person, never a reason to lose what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from models.accident.rules.boxes import outside
from models.kernel.errors import Fault, Invalid

from . import points
from .sheet import Sheet

Row = Mapping[str, Any]


def row_faults(sheet: Sheet, row: Row) -> dict[str, tuple[Fault, ...]]:
    """Return the faults that lie between the fields of a row, by the field at which they are shown."""
    found: dict[str, list[Fault]] = {}
    for name, code, message in _CHECKS.get(sheet.name, _nothing)(row):
        found.setdefault(name, []).append(Fault(sheet.field(name).label, message, code))
    return {name: tuple(of) for name, of in found.items()}


def _nothing(_row: Row) -> Iterator[tuple[str, str, str]]:
    return iter(())


def _accident(row: Row) -> Iterator[tuple[str, str, str]]:
    place, code = row.get("coordinates"), row.get("division_code")
    if isinstance(place, dict) and _beyond(place, code):
        yield "coordinates", "outside_division", "坐标不在所填行政区划的范围内，请核对坐标、坐标系和行政区划"
    if row.get("time_known") == "range" and not row.get("occurred_until"):
        yield "occurred_until", "odd_figure", "时间为时间段时，请填写截止时间"
    begun, ended = row.get("occurred_at"), row.get("occurred_until")
    if isinstance(begun, str) and isinstance(ended, str) and ended < begun:
        yield "occurred_until", "odd_figure", "截止时间早于起始时间，请核对"
    if _more(row, "deaths_at_scene", "deaths"):
        yield "deaths_at_scene", "odd_figure", "现场死亡人数多于死亡人数，请核对"
    if _more(row, "property_loss_yuan", "direct_loss_yuan"):
        yield "property_loss_yuan", "odd_figure", "直接财产损失大于直接经济损失，请核对"


def _beyond(place: dict[str, Any], code: Any) -> bool:
    try:
        return outside(points.point(place), code if isinstance(code, str) else None)
    except Invalid:
        return False  # told as a fault of its own


def _more(row: Row, one: str, other: str) -> bool:
    left, right = row.get(one), row.get(other)
    return isinstance(left, int | float) and isinstance(right, int | float) and left > right


def _vehicle(row: Row) -> Iterator[tuple[str, str, str]]:
    if _more(row, "speed_kmh", "speed_until_kmh"):
        yield "speed_until_kmh", "odd_figure", "车速上限小于车速，请核对"


# The day that a state of a mediation asks for, and the days in their order.
_DAY_OF = {"受理": "accepted_on", "达成协议": "agreed_on", "未达成": "ended_on", "终止": "ended_on"}
_DAYS = {
    "accepted_on": "受理日期",
    "begun_on": "开始调解日期",
    "agreed_on": "达成协议日期",
    "ended_on": "未达成或终止日期",
}


def _mediation(row: Row) -> Iterator[tuple[str, str, str]]:
    state = row.get("state")
    wanted = _DAY_OF.get(state) if isinstance(state, str) else None
    if wanted is not None and not row.get(wanted):
        yield wanted, "odd_figure", f"状态为“{state}”，请填写{_DAYS[wanted]}"
    if state in ("达成协议", "未达成", "终止") and not row.get("outcome"):
        yield "outcome", "odd_figure", f"状态为“{state}”，请填写结果"
    if row.get("agreed_on") and row.get("ended_on"):
        yield "ended_on", "odd_figure", "已填写达成协议日期，又填写未达成或终止日期，请核对"
    known = [(name, day) for name in _DAYS if isinstance(day := row.get(name), str)]
    for (before, earlier), (name, later) in pairwise(known):
        if later < earlier:
            yield name, "odd_figure", f"{_DAYS[name]}早于{_DAYS[before]}，请核对"


def _hearing(row: Row) -> Iterator[tuple[str, str, str]]:
    told, stated = row.get("told_on"), row.get("stated_on")
    if isinstance(told, str) and isinstance(stated, str) and stated < told:
        yield "stated_on", "odd_figure", "陈述申辩日期早于告知日期，请核对"
    wanted = {"stated_on": "陈述申辩日期", "statement": "陈述申辩内容", "outcome": "复核和采纳情况"}
    for name, label in wanted.items():
        if row.get("stated") is True and not row.get(name):
            yield name, "odd_figure", f"当事人有陈述申辩的，请填写{label}"
        if row.get("stated") is False and row.get(name):
            yield name, "odd_figure", f"当事人没有陈述申辩，又填写了{label}，请核对"


def _unsafe_vehicle(row: Row) -> Iterator[tuple[str, str, str]]:
    found, removed = row.get("found_on"), row.get("removed_on")
    if isinstance(found, str) and isinstance(removed, str) and removed < found:
        yield "removed_on", "odd_figure", "确认消除日期早于发现日期，请核对"


_CHECKS = {
    "accident": _accident,
    "vehicles": _vehicle,
    "mediation": _mediation,
    "hearings": _hearing,
    "unsafe_vehicles": _unsafe_vehicle,
}
