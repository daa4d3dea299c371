"""When a specialised carrier may be ordered: 道路交通安全法 art. 102, 公安部令146号 art. 83, and the party heard before.

Pure: the same conditions refuse a draft and keep a paper from being signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from models.clock.rules.due import add_months

from .content import GraveAccident, Hearing, Party

GRAVE_DEATHS = 3
GRAVE_SHARES = ("全部责任", "主要责任")
MONTHS = 6
PROVISIONS = ("compel_carrier", "compel_carrier_procedure")
"""The powers that the order names; both must be in force on its day."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One condition that does not hold: a clause without a stop."""

    code: str
    text: str


def six_months_after(day: date) -> date:
    """Return the day of the same number six months on, or the month's last."""
    return add_months(day, MONTHS)


def grave(accident: GraveAccident) -> bool:
    """Return whether an accident counts: three deaths or more, the carrier's driver mainly or fully liable."""
    return accident.deaths >= GRAVE_DEATHS and accident.share in GRAVE_SHARES


def within_six_months(accidents: Sequence[GraveAccident], own: date) -> tuple[GraveAccident, ...]:
    """Return the most grave accidents that lie in one span of six months together with a grave one of day `own`.

    The span ends on the day before that of the same number: in doubt nobody is ordered.
    """
    known = sorted((one for one in accidents if grave(one)), key=lambda one: (one.on, one.place))
    if all(one.on != own for one in known):
        return ()
    spans = (
        tuple(one for one in known if first.on <= one.on < six_months_after(first.on))
        for first in known
        if first.on <= own < six_months_after(first.on)
    )
    return max(spans, key=len, default=())


def lacking(
    party: Party,
    accidents: Sequence[GraveAccident],
    hearing: Hearing | None,
    basis: Sequence[str],
    unsettled: Sequence[str] = (),
) -> Iterator[Lack]:
    """Yield each condition that does not hold; `accidents` are those within six months, `unsettled` cells that were typed
    and not understood."""
    for cell in unsettled:
        yield Lack("unsettled", f"{cell}没有写定")
    if not party.specialised:
        yield Lack("no_carrier", "单位情况表没有登记其为专业运输单位")
    if len(accidents) < 2:
        yield Lack(
            "no_second_accident",
            "没有六个月内两次一次死亡三人以上、其负主要责任或者全部责任的事故（本案事故和情况表登记的事故合并计算）",
        )
    for one in accidents:
        if not one.liability_number:
            yield Lack("no_liability", f"{one.on:%Y-%m-%d}的事故没有登记有效的事故认定书")
    yield from _of_hearing(hearing)
    if len(basis) < len(PROVISIONS):
        yield Lack("no_basis", "作出决定之日的法律依据没有收录或者没有核对")


def _of_hearing(hearing: Hearing | None) -> Iterator[Lack]:
    if hearing is None or hearing.told_on is None:
        yield Lack("not_told", "没有登记告知拟作决定的事实、理由、依据和陈述申辩权利的日期")
        return
    if hearing.stated is None:
        yield Lack("not_heard", "没有登记当事人是否陈述申辩")
    elif hearing.stated and not (hearing.stated_on and hearing.statement and hearing.outcome):
        yield Lack("not_heard", "没有登记陈述申辩的日期、内容或者复核采纳情况")
