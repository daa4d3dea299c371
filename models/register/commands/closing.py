"""月度关账: a month of the register is compared with the official statistics, and both are frozen."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Indicator
from models.papers.rules.periods import Period
from models.register.queries.counting import Counted, sums_in
from models.register.rules.figures import DAY, MATURE_DAYS, differences, month_of
from models.register.tables import MonthClosing

from .totals import refuse_impossible, refuse_seen_before, require_basis


@action("close-month", title="月度关账", rights=("figures.enter",))
def close_month(
    act: Act,
    *,
    month: str,
    accidents: int,
    deaths: int,
    basis: str,
    injured: int | None = None,
    property_loss: int | None = None,
    fatal_accidents: int | None = None,
    severe_accidents: int | None = None,
    difference_note: str | None = None,
) -> dict[str, int]:
    """Freeze what a month came to beside its official totals; returns by how much the register lies above them.

    Where the two differ, the note says why. Raises NotAllowed, Invalid for a month that is not mature (its last day is not
    seven days ago), figures that cannot be, no source, or a difference without a note, Conflict for a closed month.
    """
    policy.require(act.actor, "figures.enter")
    period = _month(month)
    if period.until + MATURE_DAYS * DAY >= act.today:
        since = period.until + (MATURE_DAYS + 1) * DAY
        raise Invalid(
            f"{period.called}末的死亡人数满{MATURE_DAYS}日才能确定，{since.month}月{since.day}日起可以关账。",
            code="month_immature",
        )
    official = {
        Indicator.ACCIDENTS.value: accidents,
        Indicator.DEATHS.value: deaths,
        Indicator.INJURED.value: injured,
        Indicator.PROPERTY_LOSS.value: property_loss,
        Indicator.FATAL_ACCIDENTS.value: fatal_accidents,
        Indicator.SEVERE_ACCIDENTS.value: severe_accidents,
    }
    refuse_impossible(official)
    source = require_basis(basis)
    if _closing(act, period.since) is not None:
        raise Conflict(f"{period.called}已经关账，更正的请先撤销关账。", code="month_closed")
    counted = sums_in(act.session, Counted(act.settings.unit_division), period).figures
    apart = differences(counted, official)
    if apart and not (difference_note or "").strip():
        told = "、".join(f"{Indicator(name).label}{more:+,}" for name, more in apart.items())
        raise Invalid(f"台账与交管统计不一致（台账相比：{told}），请说明原因。", code="difference_unexplained")
    note = require_reason(difference_note) if apart else None
    act.session.add(
        MonthClosing(
            month=period.since,
            official=official,
            counted=counted,
            basis=source,
            note=note,
            closed_by=act.person,
            closed_at=act.at,
        )
    )
    act.session.flush()
    record_admin(
        act, "month_closed", why=note, month=period.since.isoformat(), official=official, counted=counted, basis=source
    )
    return apart


@action("reopen-month", title="撤销关账", rights=("figures.reopen",), decides=True)
def reopen_month(act: Act, *, month: str, reason: str, seen_version: int | None = None) -> None:
    """Take a closing back, so that the month can be closed anew; the office's record keeps both.

    Raises NotAllowed, NotFound for a month that is not closed, Invalid without reason, Conflict where it has changed since.
    """
    policy.require(act.actor, "figures.reopen")
    why = require_reason(reason)
    period = _month(month)
    row = _closing(act, period.since)
    if row is None:
        raise NotFound(f"{period.called}没有关账。", code="month_not_closed")
    refuse_seen_before(seen_version, row.version)
    record_admin(
        act,
        "month_reopened",
        why=why,
        month=period.since.isoformat(),
        official=row.official,
        counted=row.counted,
        closed_at=row.closed_at.isoformat(),
    )
    act.session.delete(row)


def _closing(act: Act, first: date) -> MonthClosing | None:
    return act.session.scalar(select(MonthClosing).where(MonthClosing.month == first).with_for_update())


def _month(text: str) -> Period:
    if not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", text.strip()):
        raise Invalid(f"“{text}”不是可以识别的月份，请写成 2026-03 的形式。", code="bad_month")
    return month_of(date.fromisoformat(f"{text.strip()}-01"))
