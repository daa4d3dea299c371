"""Numbers: gap-free per series and year, drawn inside the transaction that uses them; none is ever drawn twice."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.errors import NotFound
from models.tables import DrawnNumber, NumberCounter, NumberSeries

from .act import Act


def draw(act: Act, issuer_id: int, kind: str, *, used_for: str) -> tuple[str, int, int]:
    """Return (prefix, year, number) of the next number of a series and write it into the register.

    The counter's row is locked until the transaction ends: draw last. A rolled-back act gives its number back, so
    that numbers have no gaps. Raises NotFound where the issuer keeps no such series.
    """
    series = act.session.execute(
        select(NumberSeries.id, NumberSeries.prefix).where(
            NumberSeries.issuer_id == issuer_id, NumberSeries.kind == kind
        )
    ).one_or_none()
    if series is None:
        raise NotFound("发文机关没有设置该文书的编号序列，请联系管理员。", code="series_not_found")
    year = act.today.year
    insert = postgresql.insert if act.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    number = act.session.scalars(
        insert(NumberCounter)
        .values(series_id=series.id, year=year, last=1)
        .on_conflict_do_update(
            index_elements=[NumberCounter.series_id, NumberCounter.year], set_={"last": NumberCounter.last + 1}
        )
        .returning(NumberCounter.last)
    ).one()
    act.session.add(DrawnNumber(series_id=series.id, year=year, number=number, used_for=used_for, drawn_at=act.at))
    return series.prefix, year, number


def void_number(act: Act, issuer_id: int, kind: str, *, used_for: str, reason: str) -> None:
    """Mark a drawn number as void; it stays in the register and is never given again."""
    series_id = act.session.scalars(
        select(NumberSeries.id).where(NumberSeries.issuer_id == issuer_id, NumberSeries.kind == kind)
    ).one()
    act.session.execute(
        update(DrawnNumber)
        .where(DrawnNumber.series_id == series_id, DrawnNumber.used_for == used_for)
        .values(void_reason=reason)
        .execution_options(synchronize_session=False)
    )
