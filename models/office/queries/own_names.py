"""Where names of the own bodies and beginnings of numbers in the database are not those that the settings say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.rights.own_bodies import BODIES
from models.kernel.settings import Settings
from models.office.rules.series import prefixes
from models.office.tables import Organisation
from models.papers.tables import Document, NumberCounter, NumberSeries


@dataclass(frozen=True, slots=True)
class Other:
    """A body or a series that has another name than the settings say; `wanted` is empty where they do not say it.

    One that is `used` stands in papers or numbers that are out.
    """

    id: int
    of: str
    now: str
    wanted: str
    used: bool


def other_bodies(session: Session, settings: Settings) -> list[Other]:
    """Return the own bodies that are called otherwise. One statement."""
    wanted = {"unit": settings.unit, "bureau": settings.bureau, "commission": settings.commission}
    issued = exists(select(1).where(Document.issuer_id == Organisation.id).correlate(Organisation))
    investigates = exists(select(1).where(Case.unit_id == Organisation.id).correlate(Organisation))
    rows = session.execute(
        select(Organisation.id, Organisation.issues_as, Organisation.name, or_(issued, investigates).label("used"))
        .where(Organisation.issues_as.is_not(None))
        .order_by(Organisation.id)
    )
    return [
        Other(row.id, row.issues_as, row.name, wanted[row.issues_as], bool(row.used))
        for row in rows
        if row.name != wanted[row.issues_as]
    ]


def other_series(session: Session, settings: Settings) -> list[Other]:
    """Return the series of the own bodies that begin otherwise, by body and kind. One statement."""
    wanted = prefixes(settings.series_stem, settings.series)
    wanted["unit", "case"] = settings.unit_division[:4]
    wanted["unit", "work_order"] = f"{settings.unit_division[:4]}-H"
    drawn = exists(select(1).where(NumberCounter.series_id == NumberSeries.id).correlate(NumberSeries))
    rows = session.execute(
        select(NumberSeries.id, NumberSeries.kind, NumberSeries.prefix, Organisation.issues_as, drawn.label("drawn"))
        .join(Organisation, Organisation.id == NumberSeries.issuer_id)
        .where(Organisation.issues_as.is_not(None))
        .order_by(NumberSeries.id)
    )
    return [
        Other(row.id, f"{row.issues_as}:{row.kind}", row.prefix, told, bool(row.drawn))
        for row in rows
        if (told := wanted.get((row.issues_as, row.kind))) is not None and told != row.prefix
    ]


def sentences(session: Session, settings: Settings) -> list[str]:
    """Return a sentence for each body that is called otherwise than the settings say, and one for the series."""
    bodies, series = other_bodies(session, settings), other_series(session, settings)
    if any(one.of == "unit" and one.used for one in bodies):  # another unit works here: nothing is renamed any more
        bodies, series = ([replace(one, used=True) for one in others] for others in (bodies, series))
    return [*_of_bodies(bodies), *_of_series(series)]


def _of_bodies(others: Sequence[Other]) -> Iterator[str]:
    for one in others:
        now = f"{BODIES[one.of]}现为“{one.now}”"
        setting = f"SHENCHA_{one.of.upper()}"
        if one.wanted:
            yield f"{now}，按设置应为“{one.wanted}”{_why(one.used)}。"
        else:
            yield f"{now}，由本单位全称和行政区划不能得出，请核对后设置 {setting}。"


def _of_series(others: Sequence[Other]) -> Iterator[str]:
    if not others:
        return
    first, used = others[0], sum(one.used for one in others)
    listed = "、".join(one.now for one in others[:3])
    some = f"{listed}等{len(others)}个" if len(others) > 3 else f"{listed}"
    if first.wanted:
        kept = f"，其中{used}个已经编号" if 0 < used < len(others) else ""
        yield f"编号开头{some}与设置不符，按设置应为“{first.wanted}”等{kept}{_why(used == len(others))}。"
    else:
        yield f"编号开头{some}由本单位全称和行政区划不能得出，请核对后设置 SHENCHA_SERIES_STEM。"


def _why(used: bool) -> str:
    return "，已经有案件或者文书，不再更改" if used else "，请在设置本单位后再运行 shencha init 更正"
