"""The figures of a register once more, row by row in plain Python: what the queries are compared with."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from models.kernel.calendar.local_time import SHANGHAI

Row = dict[str, Any]
DIVISIONS = ["420702", "420703", "420704", "420111", None]
KINDS = ["小型客车", "重型货车", "电动自行车", None]


def generated(seed: int, count: int, first: date, days: int) -> list[Row]:
    """Return the rows of a register that holds every kind of gap; units are named by `unit` (ours, below, elsewhere)."""
    draw = random.Random(seed)
    return [_row(draw, number, first + timedelta(days=draw.randrange(days))) for number in range(1, count + 1)]


def _row(draw: random.Random, number: int, day: date) -> Row:
    hour = draw.choice([*range(24), None])
    exclusion = draw.choice([None] * 9 + ["not_on_a_road", "illness", "withdrawn"])
    return {
        "id": number,
        "source": "generated",
        "source_key": str(number),
        "occurred_at": datetime(day.year, day.month, day.day, hour or 0, tzinfo=SHANGHAI),
        "occurred_on": day,
        "hour": hour,
        "weekday": day.isoweekday(),
        "division_code": draw.choice(DIVISIONS),
        "unit": draw.choice([None, "ours", "below", "elsewhere"]),
        "jurisdiction": draw.choice([None, "某大队"]),
        "procedure": draw.choice(["general", "simple", None]),
        "road_number": draw.choice([None, "G316"]),
        "road_name": draw.choice([None, "某某大道", "某某路"]),
        "road_class": draw.choice([None, "国道", "高速公路"]),
        "pattern": draw.choice([None, "追尾", "碰撞"]),
        "cause": draw.choice([None, "超速", "未让行"]),
        "deaths": draw.choice([None, 0, 0, 0, 1, 2, 3, 4]),
        "serious": draw.choice([None, 0, 1, 5]),
        "light": draw.choice([None, 0, 2]),
        "injured_unspecified": draw.choice([None, None, 1]),
        "property_loss": draw.choice([None, 0, 800, 35_000]),
        "exclusion": exclusion,
        "kinds": [draw.choice(KINDS) for _ in range(draw.randrange(4))],
    }


def of_those(rows: Iterable[Row], since: date, until: date, *, territory: str | None = None) -> list[Row]:
    """Return the rows of a span that count whatever their procedure: by jurisdiction, or by `territory` (4 digits)."""
    found = []
    for row in rows:
        if row["exclusion"] is not None or not since <= row["occurred_on"] <= until:
            continue
        if territory is None and row["unit"] == "elsewhere":
            continue
        if territory is not None and row["division_code"] is not None and row["division_code"][:4] != territory:
            continue
        found.append(row)
    return found


def figures(rows: Iterable[Row]) -> dict[str, int | None]:
    """Return the six figures of some rows; None where rows are there and none tells anything."""
    rows = [row for row in rows if row["procedure"] != "simple"]
    deaths = [row["deaths"] for row in rows if row["deaths"] is not None]
    hurt = [
        [row[kind] for kind in ("serious", "light", "injured_unspecified") if row[kind] is not None] for row in rows
    ]
    hurt = [known for known in hurt if known]
    losses = [row["property_loss"] for row in rows if row["property_loss"] is not None]
    return {
        "accidents": len(rows),
        "deaths": sum(deaths) if deaths or not rows else None,
        "injured": sum(sum(known) for known in hurt) if hurt or not rows else None,
        "property_loss": sum(losses) if losses or not rows else None,
        "fatal_accidents": sum(dead >= 1 for dead in deaths) if deaths or not rows else None,
        "severe_accidents": sum(dead >= 3 for dead in deaths) if deaths or not rows else None,
    }


def unknown(rows: Iterable[Row]) -> dict[str, int]:
    """Return in how many rows a figure is not (fully) known."""
    rows = [row for row in rows if row["procedure"] != "simple"]
    dead = sum(row["deaths"] is None for row in rows)
    hurt = sum(row["injured_unspecified"] is None and (row["serious"] is None or row["light"] is None) for row in rows)
    return {
        "accidents": 0,
        "deaths": dead,
        "injured": hurt,
        "property_loss": sum(row["property_loss"] is None for row in rows),
        "fatal_accidents": dead,
        "severe_accidents": dead,
    }


GROUPS: dict[str, Callable[[Row], list[Any]]] = {
    "division": lambda row: [row["division_code"]],
    "jurisdiction": lambda row: [row["unit_name"] or row["jurisdiction"]],
    "road": lambda row: [row["road_number"] or row["road_name"]],
    "road_class": lambda row: [row["road_class"]],
    "hour": lambda row: [None if row["hour"] is None else str(row["hour"] // 2)],
    "weekday": lambda row: [str(row["weekday"])],
    "pattern": lambda row: [row["pattern"]],
    "cause": lambda row: [row["cause"]],
    "vehicle": lambda row: sorted({kind for kind in row["kinds"] if kind}) or [None],
}


def broken_down(rows: Iterable[Row], by: str) -> dict[str | None, dict[str, int | None]]:
    """Return the figures of each group of some rows in which the indices count any."""
    groups: defaultdict[str | None, list[Row]] = defaultdict(list)
    for row in rows:
        for key in GROUPS[by](row):
            groups[key].append(row)
    told = {key: figures(some) for key, some in groups.items()}
    return {key: one for key, one in told.items() if one["accidents"]}
