"""What people enter beside the register: totals of spans before it, and vehicles and residents to divide deaths by."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from models.kernel import divisions
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.storage.limits import refuse_long
from models.kernel.text.invisible import refuse_invisible
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Indicator
from models.register.tables import Denominator, EarlierTotal

FIRST_YEAR = 1951
"""Of the years before there are no official statistics of road accidents."""


@action("enter-earlier-totals", title="登记历史总数", rights=("figures.enter",))
def enter_earlier_totals(
    act: Act,
    *,
    since: date,
    until: date,
    basis: str,
    division_code: str | None = None,
    accidents: int | None = None,
    deaths: int | None = None,
    injured: int | None = None,
    property_loss: int | None = None,
    fatal_accidents: int | None = None,
    severe_accidents: int | None = None,
    reason: str | None = None,
    seen_version: int | None = None,
) -> None:
    """Enter what a span before the register came to; money in whole yuan, what is not known is left out.

    Entered again it is corrected, which wants a reason. Raises NotAllowed, Invalid for a span that is not over, figures
    that cannot be, a division outside our own or no source, Conflict where it was entered before or has changed since.
    """
    policy.require(act.actor, "figures.enter")
    if until < since:
        raise Invalid("统计时期的末日早于首日，请核对。", code="period")
    if until >= act.today or since.year < FIRST_YEAR:
        raise Invalid("历史总数须是已经结束的时期，请核对首日和末日。", code="period_to_come")
    told: dict[str, Any] = {
        Indicator.ACCIDENTS.value: accidents,
        Indicator.DEATHS.value: deaths,
        Indicator.INJURED.value: injured,
        Indicator.PROPERTY_LOSS.value: property_loss,
        Indicator.FATAL_ACCIDENTS.value: fatal_accidents,
        Indicator.SEVERE_ACCIDENTS.value: severe_accidents,
    }
    refuse_impossible(told)
    division = own_division(act, division_code)
    told["basis"] = require_basis(basis)
    row = act.session.scalar(
        select(EarlierTotal)
        .where(EarlierTotal.division_code == division, EarlierTotal.since == since, EarlierTotal.until == until)
        .with_for_update()
    )
    place = {"division_code": division, "since": since, "until": until}
    why = _written(act, EarlierTotal, row, place, told, reason, seen_version)
    days = {"since": since.isoformat(), "until": until.isoformat()}
    record_admin(act, "earlier_total_entered", why=why, division=division, **days, **told)


@action("enter-denominator", title="登记统计基数", rights=("figures.enter",))
def enter_denominator(
    act: Act,
    *,
    year: int,
    basis: str,
    with_motorcycles: bool,
    with_motorways: bool,
    division_code: str | None = None,
    vehicles: int | None = None,
    residents: int | None = None,
    reason: str | None = None,
    seen_version: int | None = None,
) -> None:
    """Enter vehicles and residents of a division in a year, and say whether motorcycles and motorways are among them.

    Entered again they are corrected, which wants a reason. Raises NotAllowed, Invalid for figures that cannot be, a year to
    come, a division outside our own or no source, Conflict where it was entered before or has changed since.
    """
    policy.require(act.actor, "figures.enter")
    if not FIRST_YEAR <= year <= act.today.year:
        raise Invalid(f"年份“{year}”不可能，请核对。", code="year")
    if vehicles is None and residents is None:
        raise Invalid("机动车保有量和常住人口至少填写一项。", code="nothing_said")
    for what, number in (("机动车保有量", vehicles), ("常住人口", residents)):
        if number is not None and not 0 < number < 2**31:
            raise Invalid(f"{what}“{number}”不可能，请核对。", code="bad_number")
    division = own_division(act, division_code)
    told = {
        "vehicles": vehicles,
        "residents": residents,
        "with_motorcycles": with_motorcycles,
        "with_motorways": with_motorways,
        "basis": require_basis(basis),
    }
    row = act.session.scalar(
        select(Denominator).where(Denominator.division_code == division, Denominator.year == year).with_for_update()
    )
    why = _written(act, Denominator, row, {"division_code": division, "year": year}, told, reason, seen_version)
    record_admin(act, "denominator_entered", why=why, division=division, year=year, **told)


def refuse_impossible(told: dict[str, Any]) -> None:
    """Refuse figures that are negative, contradict each other, or are none at all. Raises Invalid."""
    label = {one.value: one.label for one in Indicator}
    for name, value in told.items():
        if value is not None and not 0 <= value < 2**53:
            raise Invalid(f"{label[name]}“{value}”不可能，请核对。", code="bad_number")
    if all(value is None for value in told.values()):
        raise Invalid("请至少填写一项数字。", code="nothing_said")
    for less, more in (
        ("severe_accidents", "fatal_accidents"),
        ("fatal_accidents", "accidents"),
        ("fatal_accidents", "deaths"),
    ):
        few, many = told.get(less), told.get(more)
        if few is not None and many is not None and few > many:
            raise Invalid(f"{label[less]}（{few}）多于{label[more]}（{many}），请核对。", code="figures_contradict")


def require_basis(text: str) -> str:
    """Return where figures are taken from. Raises Invalid where nothing is said."""
    told = text.strip()
    if not told:
        raise Invalid("请写明数字的来源，如某年统计年报。", code="basis_missing")
    refuse_invisible("来源", told)
    refuse_long("来源", told)
    return told


def own_division(act: Act, code: str | None) -> str:
    """Return the division that figures are entered of: our own where none is said. Raises Invalid for one outside."""
    ours = act.settings.unit_division
    if code is None:
        return ours
    if not divisions.known(code) or not divisions.covers(ours, code):
        raise Invalid(f"行政区划代码“{code}”不在本单位辖区（{ours}）以内，请核对。", code="division_outside")
    return code


def refuse_seen_before(seen_version: int | None, version: int) -> None:
    """Refuse what was decided on an older version than the present one. Raises Conflict."""
    if seen_version is not None and seen_version != version:
        raise Conflict("该项数字已被他人修改，本次未保存，请核对最新内容后再办理。", code="conflict_seen")


def _written(
    act: Act,
    table: type[EarlierTotal] | type[Denominator],
    row: EarlierTotal | Denominator | None,
    place: dict[str, Any],
    told: dict[str, Any],
    reason: str | None,
    seen_version: int | None,
) -> str | None:
    """Write a row, or correct the one there is; returns why it was corrected."""
    if row is None:
        act.session.add(table(**place, **told, entered_by=act.actor.id, entered_at=act.at))
        return None
    refuse_seen_before(seen_version, row.version)
    if not (reason or "").strip():
        raise Conflict("该项数字已经登记过，更正的请写明理由。", code="entered_before")
    why = require_reason(reason)
    if all(getattr(row, name) == value for name, value in told.items()):
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    for name, value in told.items():
        setattr(row, name, value)
    row.entered_by, row.entered_at, row.version = act.actor.id, act.at, row.version + 1
    return why
