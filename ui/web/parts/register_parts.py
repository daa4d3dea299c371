"""What pages of the register share: their addresses, and what is looked for as an address says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from models.kernel.errors import Invalid
from models.kernel.vocabulary import Coverage, Procedure
from models.register.queries.register_list import Wanted
from ui.web.parts.words import Html, link

REGISTER, ONE, PLACE, ENTERPRISE, TWICE, MAP = (
    *("accidents", "accident", "place", "enterprise", "duplicates", "accident-map"),
)
"""Addresses of the pages of the register."""


def to_accident(row: int, text: str | None = None) -> Html:
    """Return a link to the page of one accident."""
    return link(text or str(row), f"/{ONE}?id={row}")


def to_case(number: str | None) -> Html | None:
    """Return a link to a case that the reader may see."""
    return None if number is None else link(number, f"/case?number={number}")


def to_enterprise(name: str | None, unit: int | None) -> Html | str | None:
    """Return a link to an enterprise that is on our list; of another one its name."""
    return name if name is None or unit is None else link(name, f"/{ENTERPRISE}?unit={unit}")


def wanted_in(asked: Mapping[str, str]) -> Wanted:
    """Return what an address looks for. Raises Invalid for a day or a number that is none."""
    procedure, coverage = asked.get("procedure", ""), asked.get("coverage", "")
    return Wanted(
        since=_day(asked.get("since")),
        until=_day(asked.get("until")),
        division=asked.get("division") or None,
        road=(asked.get("road") or "").strip() or None,
        deaths=int(asked["deaths"]) if asked.get("deaths", "").isdecimal() else None,
        procedure=Procedure(procedure) if procedure in list(Procedure) else None,
        pattern=(asked.get("pattern") or "").strip() or None,
        has_case={"1": True, "0": False}.get(asked.get("investigated", "")),
        counted=asked.get("counted") != "0",
        words=(asked.get("words") or "").strip() or None,
        coverage=Coverage(coverage) if coverage in list(Coverage) else None,
        territory=asked.get("territory") or None,
    )


def in_address(wanted: Wanted) -> dict[str, str]:
    """Return what is looked for as an address says it."""
    said = {
        "since": wanted.since,
        "until": wanted.until,
        "division": wanted.division,
        "road": wanted.road,
        "deaths": wanted.deaths,
        "procedure": wanted.procedure,
        "pattern": wanted.pattern,
        "investigated": None if wanted.has_case is None else int(wanted.has_case),
        "counted": None if wanted.counted else 0,
        "words": wanted.words,
        "coverage": wanted.coverage,
        "territory": wanted.territory,
    }
    return {name: str(value) for name, value in said.items() if value is not None}


def register_address(wanted: Wanted) -> str:
    """Return where the list of what is looked for is found: a figure of the register leads there."""
    return f"/{REGISTER}?{urlencode(in_address(wanted))}"


def _day(said: str | None) -> date | None:
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise Invalid("日期应写作2026-03-05。", code="bad_date") from None
