"""附图: which pictures a report shows, in which part and how large; and the scene plan from the facts of road and vehicles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.rules.stakes import stake
from models.accident.tables import Accident, Vehicle
from models.case.tables import Case, Evidence
from models.papers.content import FIGURE_HEIGHT, FIGURE_WIDTH, Figure, FigureSection, Placed, ScenePlan, Stretch
from models.papers.content.wording import number

from .sheets_in_words import Facts

PLAN, CAUSES, PHOTOGRAPH = "现场图", "致因图", "照片"
_SECTIONS = {
    "道路情况": FigureSection.ROAD,
    "事故发生经过": FigureSection.COURSE,
    "现场勘查情况": FigureSection.SURVEY,
    "原因分析": FigureSection.CAUSES,
}
_OF_KIND = {PLAN: FigureSection.ROAD, CAUSES: FigureSection.CAUSES}
_MOST_PHOTOGRAPH = 150.0, 92.0
"""The most that a photograph takes in millimetres: two stand on a page."""
_COARSEST = 25.4 / 100
"""Millimetres that a pixel takes at most: below a hundred to the inch a picture is no longer clear."""
_DRAWN = ("车辆最终位置", "碰撞时车辆位置")
_NORTH = "指北针"
# Metres of the usual outline, by what the type of a vehicle says; the first that fits.
_OUTLINES = (
    (r"摩托|自行车|二轮", (2.0, 0.8)),
    (r"三轮", (3.0, 1.3)),
    (r"挂|牵引|重型", (12.0, 2.5)),
    (r"大型|校车|公共汽车", (11.0, 2.5)),
    (r"中型", (7.5, 2.3)),
    (r"拖拉机", (4.0, 1.8)),
    (r"轻型|面包", (5.5, 2.0)),
)
_CAR = (4.6, 1.8)
_DIGITS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "八": 8, "单": 1, "双": 2}
_LANES = re.compile(r"([一两二三四五六八单双]|\d{1,2})\s*(?:条|个)?(?:机动车)?车道")
_GONE = re.compile(r"缺|未设|未装|没有|无|毁|脱落|拆除")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures in the order of their numbers, and the captions of those asked for that nothing can show."""

    shown: tuple[Figure, ...]
    left_out: tuple[str, ...]


def figures(session: Session, case_id: int, facts: Facts) -> Figures:
    """Return the figures that the list of figures puts into the report."""
    wanted = [row for row in facts.rows["figures"] if row.get("in_report") is True and row.get("caption")]
    if not wanted:
        return Figures((), ())
    plan = scene_plan(session, case_id, facts)
    pictures = _pictures(session, case_id)
    made = [(row, _figure(row, pictures, plan)) for row in wanted]
    standing = [one for _, one in made if one is not None]
    places = list(FigureSection)
    standing.sort(key=lambda one: places.index(one.section))
    return Figures(
        tuple(one.model_copy(update={"number": n}) for n, one in enumerate(standing, 1)),
        tuple(row["caption"] for row, one in made if one is None),
    )


@dataclass(frozen=True, slots=True)
class _Picture:
    """Evidence that can be shown, by its short name or its place in the list of evidence (证3)."""

    ref: str
    kept: Mapping[str, Any]
    details: Mapping[str, Any]


def _pictures(session: Session, case_id: int) -> dict[str, _Picture]:
    rows = session.execute(
        select(Evidence.ref, Evidence.picture, Evidence.details)
        .where(Evidence.case_id == case_id, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.id)
    )
    found: dict[str, _Picture] = {}
    for place, row in enumerate(rows, 1):
        if row.picture:
            found[row.ref] = found[f"证{place}"] = _Picture(row.ref, row.picture, row.details)
    return found


def _figure(row: Mapping[str, Any], pictures: Mapping[str, _Picture], plan: ScenePlan | None) -> Figure | None:
    """A figure not numbered yet; None where it names no picture that there is."""
    kind = row.get("kind")
    named = str(row.get("evidence") or "").strip()
    said = {
        "number": 1,
        "caption": row["caption"],
        "kind": kind,
        "section": _SECTIONS.get(row.get("section") or "") or _OF_KIND.get(kind or "", FigureSection.SURVEY),
    }
    if not named and kind == PLAN and plan is not None:
        return Figure(**said, plan=plan, taken_at=_moment(row.get("taken_at")), taken_by=row.get("taken_by"))
    picture = pictures.get(named)
    if picture is None:
        return None
    kept = picture.kept
    width, height = size(
        kept["width"], kept["height"], wanted=row.get("width_mm"), photograph=kind in (None, PHOTOGRAPH)
    )
    return Figure(
        **said,
        sha256=kept["sha256"],
        media=kept["suffix"],
        width_mm=width,
        height_mm=height,
        evidence=picture.ref,
        taken_at=_moment(row.get("taken_at") or picture.details.get("taken_at")),
        taken_by=row.get("taken_by") or picture.details.get("taken_by"),
        place=row.get("place") or picture.details.get("place"),
    )


def size(across: int, down: int, *, wanted: object, photograph: bool) -> tuple[float, float]:
    """Return width and height in millimetres of a picture of so many pixels: `wanted` wide, else as large as it is clear
    and fits."""
    most = _MOST_PHOTOGRAPH if photograph else (FIGURE_WIDTH, FIGURE_HEIGHT)
    width = min(most[0], across * _COARSEST)
    if isinstance(wanted, int | float) and 0 < wanted <= FIGURE_WIDTH:
        width, most = float(wanted), (FIGURE_WIDTH, FIGURE_HEIGHT)
    width = min(width, most[1] * across / down)
    return round(width, 1), max(0.1, min(FIGURE_HEIGHT, round(width * down / across, 1)))


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None  # half typed


def scene_plan(session: Session, case_id: int, facts: Facts) -> ScenePlan | None:
    """Return what can be drawn of the scene; None while nothing has a place on it."""
    vehicles = _vehicles(session, case_id)
    placed = tuple(_placed(facts.rows["scene"], vehicles))
    if not placed:
        return None
    accident = session.execute(
        select(Accident.stake, Accident.road_name, Accident.road_number)
        .join(Case, Case.accident_id == Accident.id)
        .where(Case.id == case_id)
    ).one()
    road, here = facts.form("road"), stake(accident.stake)
    width = _number(road.get("width_m"))
    return ScenePlan(
        stake=accident.stake,
        stake_metres=None if here is None else here.metres,
        road="".join(filter(None, (accident.road_name, accident.road_number))) or None,
        width=width or ScenePlan.model_fields["width"].default,
        width_known=bool(width),
        lanes=_lanes(road.get("lanes")),
        middle=_middle(str(road.get("separation") or "")),
        radius=_radius(road),
        slope=_slope(road.get("slope_percent")),
        north=next((_number(row.get("heading_deg")) for row in facts.rows["scene"] if row.get("kind") == _NORTH), None),
        placed=placed,
        stretches=tuple(_stretches(facts.rows["facilities"], here.metres)) if here is not None else (),
    )


def _number(value: object) -> float | None:
    """A number; None for what is none or only half typed."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _lanes(text: object) -> int:
    """How many lanes both directions have together, where it is said in figures."""
    found = _LANES.search(str(text or ""))
    if found is None:
        return 0
    count = _DIGITS.get(found[1]) or int(found[1])
    return count if 0 < count <= 12 else 0


def _middle(text: str) -> Literal["dashed", "solid", "double"]:
    """The line between the directions, as it is told."""
    if re.search(r"双|隔离|分隔带|护栏|绿化带", text) and not re.match(r"无|没有|未", text):
        return "double"
    return "solid" if "实线" in text else "dashed"


def _radius(road: Mapping[str, Any]) -> float | None:
    """The bend, where it is known to which side it goes."""
    radius, alignment = _number(road.get("radius_m")), str(road.get("alignment") or "")
    right, left = "右" in alignment, "左" in alignment
    if not radius or right == left:
        return None
    return max(radius, 20.0) * (1 if right else -1)


def _slope(percent: object) -> str | None:
    value = _number(percent)
    return None if not value else f"纵坡{number(value)}%"


def _vehicles(session: Session, case_id: int) -> dict[str, tuple[str, tuple[float, float]]]:
    """What each vehicle is called, and its usual outline."""
    rows = session.execute(
        select(Vehicle.ref, Vehicle.plate, Vehicle.type)
        .join(Case, Case.accident_id == Vehicle.accident_id)
        .where(Case.id == case_id)
    )
    return {row.ref: (" ".join(filter(None, (row.plate, row.type))), _outline(row.type or "")) for row in rows}


def _outline(kind: str) -> tuple[float, float]:
    return next((metres for pattern, metres in _OUTLINES if re.search(pattern, kind)), _CAR)


def _placed(
    rows: Sequence[Mapping[str, Any]], vehicles: Mapping[str, tuple[str, tuple[float, float]]]
) -> Iterator[Placed]:
    """What has a place along and across the road; where somebody typed only one of both nothing is drawn."""
    for row in rows:
        along, across, kind = _number(row.get("along_m")), _number(row.get("across_m")), row.get("kind")
        if along is None or across is None or not kind or kind == _NORTH:
            continue
        name, (length, breadth) = vehicles.get(row.get("vehicle_ref") or "", ("", _CAR))
        vehicle = kind in _DRAWN
        yield Placed(
            kind=kind,
            label=row.get("label") or (f"{name}{kind.removeprefix('车辆')}" if name else kind),
            along=along,
            across=across,
            heading=_number(row.get("heading_deg")) or 0.0,
            to_along=None if vehicle else _number(row.get("to_along_m")),
            to_across=None if vehicle else _number(row.get("to_across_m")),
            length=(_number(row.get("length_m")) or length) if vehicle else None,
            breadth=(_number(row.get("breadth_m")) or breadth) if vehicle else None,
        )


def _stretches(rows: Sequence[Mapping[str, Any]], origin: int) -> Iterator[Stretch]:
    """Guard rails whose stakes and side are known."""
    for row in rows:
        begin, end = stake(row.get("from_stake")), stake(row.get("to_stake"))
        side, kind = str(row.get("side") or ""), str(row.get("kind") or "")
        if kind != "护栏" or begin is None or end is None or ("左" in side) == ("右" in side):
            continue
        first, last = sorted((begin.metres - origin, end.metres - origin))
        state = str(row.get("state") or "")
        what = row.get("what") or kind
        yield Stretch(
            label=f"{what}{number(last - first)}米{f'，{state}' if state else ''}",
            from_along=first,
            to_along=last,
            right="右" in side,
            standing=not _GONE.search(state),
        )
