"""Eleven years of accidents of Barcelona on one grid, read in spite of what is wrong with the files.

Latin-1 to 2015 and UTF-8 after; X and Y swapped to 2015; decimal commas; blanks behind keys; numbers twice; rows without a
place (−1, a dot, nothing). The longitude was wrecked by a spreadsheet and is not read. From 2014 on X and Y follow another
datum, 225 m away, and no file says so: the addresses that two years share tell it, and the later years are moved back.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
from pyproj import Transformer

from models.prevention.rules.cells import Flags, Ints
from models.register.rules.grid import grid_metres

YEARS = range(2010, 2021)
BREAK_M = 30
"""Two years whose shared addresses lie further apart than this follow different data."""
SHARED = 100
"""Shared addresses that tell anything of it."""
KINDS = ("pedestrian", "one vehicle", "two vehicles", "more vehicles")
_BLAMELESS = ("Desconegut", "No és causa del  vianant", "")


@dataclass(frozen=True, slots=True)
class Accidents:
    """One number a row in each: metres of the grid, year, day (ordinal), whether severe (dead or badly hurt), kind."""

    east: Ints
    north: Ints
    year: Ints
    day: Ints
    severe: Flags
    kind: Ints

    def __len__(self) -> int:
        """Return the number of accidents."""
        return len(self.year)


class _Row(NamedTuple):
    address: str
    x: float
    y: float
    day: date
    severe: bool
    kind: int


def read(folder: Path, *, one_datum: bool = True) -> tuple[Accidents, list[str]]:
    """Return the located accidents of all years, and what was found on the way, in words.

    Without `one_datum` the places stay as they were published: to see what that costs.
    """
    told, rows = [], list[_Row]()
    places: dict[str, tuple[float, float]] = {}
    east = north = 0.0
    lost = 0
    for year in YEARS:
        read_, left_out = _year(folder / f"barcelona-{year}.csv", year)
        here = [row._replace(x=row.x - east, y=row.y - north) for row in read_]
        apart = _apart(places, _addresses(here))
        if one_datum and apart is not None and max(map(abs, apart)) > BREAK_M:
            east, north = east + apart[0], north + apart[1]
            here = [row._replace(x=row.x - apart[0], y=row.y - apart[1]) for row in here]
            told.append(
                f"from {year} on the datum is another: {apart[0]:.2f} m east, {apart[1]:.2f} m north, taken back"
            )
        places |= _addresses(here)
        rows += here
        lost += left_out
    told.append(f"{len(rows):,} located accidents; {lost} rows without a place, or with a number that was there before")
    return _on_the_grid(rows), told


def _year(file: Path, year: int) -> tuple[list[_Row], int]:
    encoding = "latin-1" if year <= 2015 else "utf-8-sig"
    rows: dict[str, _Row] = {}
    lines = 0
    with file.open(encoding=encoding, newline="") as text:
        for line in csv.DictReader(text, delimiter=";"):
            lines += 1
            cells = {key.strip(): value.strip() for key, value in line.items()}
            row = _row(cells)
            if row is not None:
                rows.setdefault(cells["Numero_expedient"], row)
    return list(rows.values()), lines - len(rows)


def _row(cells: Mapping[str, str]) -> _Row | None:
    # Wherever they stand, metres north of the equator are more than metres east in a zone.
    try:
        x, y = sorted(float(cells[f"Coordenada_UTM_{axis}"].replace(",", ".")) for axis in "XY")
    except ValueError:
        return None
    if x < 0:
        return None
    vehicles = int(cells["Numero_vehicles_implicats"])
    on_foot = cells["Descripcio_causa_vianant"] not in _BLAMELESS
    return _Row(
        f"{cells['Codi_carrer']} {cells['Num_postal']}",
        x,
        y,
        date(int(cells["Any"]), int(cells["Mes_any"]), int(cells["Dia_mes"])),
        int(cells["Numero_morts"]) + int(cells["Numero_lesionats_greus"]) > 0,
        0 if on_foot else min(max(vehicles, 1), 3),
    )


def _addresses(rows: list[_Row]) -> dict[str, tuple[float, float]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.address].append(row)
    return {key: (median(r.x for r in here), median(r.y for r in here)) for key, here in found.items()}


def _apart(
    before: Mapping[str, tuple[float, float]], now: Mapping[str, tuple[float, float]]
) -> tuple[float, float] | None:
    """Return by how much the shared addresses moved, east and north; None where too few are shared."""
    shared = before.keys() & now.keys()
    if len(shared) < SHARED:
        return None
    return median(now[key][0] - before[key][0] for key in shared), median(
        now[key][1] - before[key][1] for key in shared
    )


def _on_the_grid(rows: list[_Row]) -> Accidents:
    def column(values: Iterator[int]) -> Ints:
        return np.fromiter(values, np.int64, len(rows))

    to_degrees = Transformer.from_crs("EPSG:25831", "EPSG:4258", always_xy=True)
    longitude, latitude = to_degrees.transform([row.x for row in rows], [row.y for row in rows])
    east, north = grid_metres(longitude, latitude)
    return Accidents(
        east,
        north,
        column(row.day.year for row in rows),
        column(row.day.toordinal() for row in rows),
        np.fromiter((row.severe for row in rows), np.bool_, len(rows)),
        column(row.kind for row in rows),
    )
