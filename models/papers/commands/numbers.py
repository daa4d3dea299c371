"""Draws document numbers: gap-free per series and year, inside the transaction that uses them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.kernel.act import Act
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.record.clock_behind import refuse_clock_behind
from models.kernel.vocabulary import SeriesMode
from models.papers.rules import numbering
from models.papers.tables import Document, DrawnNumber, EnteredNumber, NumberCounter, NumberSeries


def number_for(act: Act, issuer_id: int, kind: str, given: str | None, *, used_for: str, on: date) -> str:
    """Return the 发文字号 of a paper signed on a day: drawn from the own series, or `given` from the office's register.

    Raises Invalid where a number is given for an own series or missing for an outside one, NotFound without series,
    Conflict for a number that a paper carries already.
    """
    series = _series(act, issuer_id, kind)
    if series.mode is SeriesMode.EXTERNAL:
        return _enter(act, issuer_id, given, used_for=used_for, on=on)
    if given is not None:
        raise Invalid("该类文书由本系统编号，请不要填写文号。", code="number_given")
    return numbering.format_document_number(*_draw(act, series, used_for))


def _enter(act: Act, issuer_id: int, given: str | None, *, used_for: str, on: date) -> str:
    if given is None or not given.strip():
        raise Invalid("发文机关用自己的发文登记簿编号，请填写登记簿上的文号。", code="number_missing")
    number = numbering.parse_document_number(given.strip())
    if number.year not in (on.year, act.today.year):
        raise Invalid(f"文号“{number}”的年份与签发日期不符，请核对。", code="number_year")
    carried = select(Document.id).where(Document.issuer_id == issuer_id, Document.number == str(number))
    listed = act.session.get(EnteredNumber, (issuer_id, str(number)))
    if listed is not None or act.session.scalar(carried) is not None:
        raise Conflict(f"文号“{number}”已经用于另一文书，请核对发文登记簿。", code="number_taken")
    act.session.add(
        EnteredNumber(
            issuer_id=issuer_id,
            number=str(number),
            agency_code=number.agency_code,
            year=number.year,
            serial=number.serial,
            used_for=used_for,
            entered_by=act.person,
            entered_at=act.at,
        )
    )
    return str(number)


def draw(act: Act, issuer_id: int, kind: str, *, used_for: str) -> tuple[str, int, int]:
    """Return (prefix, year, number) of the next number of a series and write it into the register.

    The counter's row is locked until the transaction ends: draw last. A rolled-back act gives its number back, so
    that numbers have no gaps. Raises NotFound where the issuer keeps no such series.
    """
    return _draw(act, _series(act, issuer_id, kind), used_for)


def draw_several(act: Act, issuer_id: int, kind: str, *, used_for: Sequence[str]) -> tuple[str, int, int]:
    """Return (prefix, year, first) of as many numbers in a row as there are uses, as `draw` does for one."""
    return _draw_several(act, _series(act, issuer_id, kind), used_for)


def draw_name(act: Act, issuer_id: int, kind: str, named: Callable[[str, int, int], str]) -> str:
    """Draw the next number of a series for what is called by it; returns how `named` calls it. Raises as `draw`."""
    series = _series(act, issuer_id, kind)
    year, number = _take(act, series, 1)
    name = named(series.prefix, year, number)
    _keep(act, series, year, number, [name])
    return name


@dataclass(frozen=True, slots=True)
class _Series:
    id: int
    prefix: str
    mode: SeriesMode


def _series(act: Act, issuer_id: int, kind: str) -> _Series:
    series = act.session.execute(
        select(NumberSeries.id, NumberSeries.prefix, NumberSeries.mode).where(
            NumberSeries.issuer_id == issuer_id, NumberSeries.kind == kind
        )
    ).one_or_none()
    if series is None:
        raise NotFound("发文机关没有设置该文书的编号序列，请联系管理员。", code="series_not_found")
    return _Series(*series)


def _draw(act: Act, series: _Series, used_for: str) -> tuple[str, int, int]:
    return _draw_several(act, series, [used_for])


def _draw_several(act: Act, series: _Series, used_for: Sequence[str]) -> tuple[str, int, int]:
    year, first = _take(act, series, len(used_for))
    _keep(act, series, year, first, used_for)
    return series.prefix, year, first


def _keep(act: Act, series: _Series, year: int, first: int, used_for: Sequence[str]) -> None:
    act.session.add_all(
        DrawnNumber(series_id=series.id, year=year, number=number, used_for=use, drawn_at=act.at)
        for number, use in enumerate(used_for, first)
    )


def _take(act: Act, series: _Series, count: int) -> tuple[int, int]:
    refuse_clock_behind(act)
    year = act.today.year
    insert = postgresql.insert if act.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    last = act.session.scalars(
        insert(NumberCounter)
        .values(series_id=series.id, year=year, last=count)
        .on_conflict_do_update(
            index_elements=[NumberCounter.series_id, NumberCounter.year], set_={"last": NumberCounter.last + count}
        )
        .returning(NumberCounter.last)
    ).one()
    return year, last - count + 1


def void_number(act: Act, issuer_id: int, kind: str, *, used_for: str, reason: str) -> None:
    """Mark a drawn or entered number as void; it stays in the register and is never given again."""
    series_id = act.session.scalars(
        select(NumberSeries.id).where(NumberSeries.issuer_id == issuer_id, NumberSeries.kind == kind)
    ).one()
    act.session.execute(
        update(DrawnNumber)
        .where(DrawnNumber.series_id == series_id, DrawnNumber.used_for == used_for)
        .values(void_reason=reason)
        .execution_options(synchronize_session=False)
    )
    act.session.execute(
        update(EnteredNumber)
        .where(EnteredNumber.issuer_id == issuer_id, EnteredNumber.used_for == used_for)
        .values(void_reason=reason)
        .execution_options(synchronize_session=False)
    )
