"""GB/T 2260 divisions, with the codes and names that history has left behind (data/divisions.tsv, since 1980)."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from models.kernel.errors import NotFound
from models.kernel.vocabulary import DivisionLevel

# Rows of the table that stand for no body of their own: a full name leaves them out.
FILLERS = frozenset(
    {"市辖区", "县", "省直辖行政单位"}
    | {f"{who}直辖县级行政{what}" for who in ("省", "自治区") for what in ("单位", "区划")}
)
_AUTONOMOUS = re.compile(r"(?P<place>.{2,}?)(?:[㐀-鿿]{1,4}族)+自治[县旗州]$")


class Period(NamedTuple):
    """One name of a code and the years in which it may have been valid; `last` is None while it is."""

    name: str
    first: int
    last: int | None

    def covers(self, year: int) -> bool:
        """Tell whether the name may have been valid in a year."""
        return self.first <= year and (self.last is None or year <= self.last)


@cache
def _periods() -> dict[str, tuple[Period, ...]]:
    """Return code → its periods, oldest first; read at first use, for most commands never ask."""
    found: dict[str, list[Period]] = {}
    text = (files("models.kernel") / "data" / "divisions.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        code, name, first, last = line.split("\t")
        found.setdefault(code, []).append(Period(name, int(first), int(last) if last else None))
    return {code: tuple(sorted(of, key=lambda p: (p.last or 9999, p.first))) for code, of in found.items()}


def known(code: str, on: date | None = None) -> bool:
    """Tell whether the code is in the table: at any time since 1980, or in the year of `on`."""
    periods = _periods().get(code, ())
    return any(on is None or p.covers(on.year) for p in periods)


def level(code: str) -> DivisionLevel:
    """Return the level that the code's form says: 420000 province, 420700 city, 420704 county."""
    if code.endswith("0000"):
        return DivisionLevel.PROVINCE
    return DivisionLevel.CITY if code.endswith("00") else DivisionLevel.COUNTY


def parent(code: str) -> str | None:
    """Return the next higher body's code; None for a province. Counties without a city have their province."""
    for above in (code[:4] + "00", code[:2] + "0000"):
        if above != code and any(p.name not in FILLERS for p in _periods().get(above, ())):
            return above
    return None


def covers(above: str, code: str) -> bool:
    """Tell whether `code` lies in `above` or is the same division."""
    return code.startswith(stem(above))


def below(code: str, on: date) -> list[str]:
    """Return the divisions at and below `code` that have a body of their own in the year of `on`, by code."""
    shared = stem(code)
    return sorted(
        found
        for found, periods in _periods().items()
        if found.startswith(shared) and any(p.name not in FILLERS and p.covers(on.year) for p in periods)
    )


def every_name() -> frozenset[str]:
    """Return every own name that the table knows, of divisions of today and of before."""
    return frozenset(period.name for periods in _periods().values() for period in periods) - FILLERS


def own_name(code: str, on: date | None = None) -> str:
    """Return the division's own name, e.g. 鄂城区; in the year of `on` if the table knows one, else the latest.

    Raises NotFound for a code that never was.
    """
    periods = _periods().get(code)
    if not periods:
        raise NotFound(f"行政区划代码 {code} 不存在", code="unknown_division")
    return next((p.name for p in reversed(periods) if on is not None and p.covers(on.year)), periods[-1].name)


def name(code: str, on: date | None = None) -> str:
    """Return the full name, e.g. 湖北省鄂州市鄂城区. Raises NotFound for a code that never was."""
    own, above = own_name(code, on), parent(code)
    if above is None:
        return own
    prefix = name(above, on)
    # Cities without counties repeat themselves one level down (620200, 620201).
    return prefix if prefix.endswith(own) and level(code) is DivisionLevel.COUNTY else prefix + own


def named(text: str) -> list[str]:
    """Return the divisions of today that a name fits, in full or by their own name: 湖北省鄂州市梁子湖区, 梁子湖区."""
    own = [
        code
        for code, periods in _periods().items()
        if periods[-1].last is None and periods[-1].name not in FILLERS and text.endswith(periods[-1].name)
    ]
    exact = [code for code in own if own_name(code) == text]
    return exact or [code for code in own if name(code).endswith(text)]


def short_name(own: str) -> str:
    """Return what document numbers call a place: 隆回县 → 隆回, 三江侗族自治县 → 三江; 新县 keeps its two characters."""
    autonomous = _AUTONOMOUS.match(own)
    if autonomous:
        return autonomous["place"]
    return own[:-1] if len(own) > 2 else own


def stem(code: str) -> str:
    """Return the digits that divisions below share."""
    return {DivisionLevel.PROVINCE: code[:2], DivisionLevel.CITY: code[:4]}.get(level(code), code)
