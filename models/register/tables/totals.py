"""What figures need besides the rows: totals before the register, denominators, months that are closed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, column


class EarlierTotal(Base):
    """历史总数: what a span before the register came to, as its source says; a null figure is not known."""

    __tablename__ = "earlier_totals"
    __table_args__ = (
        UniqueConstraint("division_code", "since", "until"),
        CheckConstraint("since <= until", name="ends_after_it_begins"),
        CheckConstraint(
            "accidents >= 0 AND deaths >= 0 AND injured >= 0 AND property_loss >= 0 "
            "AND fatal_accidents >= 0 AND severe_accidents >= 0",
            name="not_negative",
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    division_code: Mapped[str] = column("GB/T 2260 code of the division that it is of")
    since: Mapped[date] = column("first day")
    until: Mapped[date] = column("last day")
    accidents: Mapped[int | None] = column("accidents; null is unknown")
    deaths: Mapped[int | None] = column("dead within 7 days; null is unknown")
    injured: Mapped[int | None] = column("injured; null is unknown")
    property_loss: Mapped[int | None] = column("直接财产损失 in whole yuan; null is unknown", BigInteger)
    fatal_accidents: Mapped[int | None] = column("accidents that cost a life; null is unknown")
    severe_accidents: Mapped[int | None] = column("accidents that cost three lives or more; null is unknown")
    basis: Mapped[str] = column("where the figures are taken from")
    entered_by: Mapped[int | None] = column("who entered them", ForeignKey("users.id"))
    entered_at: Mapped[datetime] = column("when")
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")


class Denominator(Base):
    """统计基数: vehicles and residents of a division in a year, by which deaths are divided."""

    __tablename__ = "denominators"
    __table_args__ = (
        UniqueConstraint("division_code", "year"),
        CheckConstraint("vehicles > 0 AND residents > 0", name="more_than_none"),
        CheckConstraint("vehicles IS NOT NULL OR residents IS NOT NULL", name="one_is_known"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    division_code: Mapped[str] = column("GB/T 2260 code of the division")
    year: Mapped[int] = column("year")
    vehicles: Mapped[int | None] = column("机动车保有量; null is unknown")
    with_motorcycles: Mapped[bool] = column("whether motorcycles are among the vehicles")
    with_motorways: Mapped[bool] = column("whether deaths on motorways are divided by them too")
    residents: Mapped[int | None] = column("常住人口; null is unknown")
    basis: Mapped[str] = column("where the figures are taken from")
    entered_by: Mapped[int | None] = column("who entered them", ForeignKey("users.id"))
    entered_at: Mapped[datetime] = column("when")
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")


class MonthClosing(Base):
    """月度关账: a month as it was counted and as the official statistics have it, frozen together."""

    __tablename__ = "month_closings"

    id: Mapped[int] = column("row number", primary_key=True)
    month: Mapped[date] = column("first day of the month", unique=True)
    official: Mapped[Json] = column("the official totals by indicator; null is not published")
    counted: Mapped[Json] = column("what the register came to at the closing, by indicator; null is unknown")
    basis: Mapped[str] = column("where the official totals are taken from")
    note: Mapped[str | None] = column("why the two differ, where they do")
    closed_by: Mapped[int | None] = column("who closed it", ForeignKey("users.id"))
    closed_at: Mapped[datetime] = column("when")
    version: Mapped[int] = column("raised by every change; a stale writer is told", default=1, server_default="1")
