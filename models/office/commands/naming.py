"""Keeps names of own bodies and series in step with the settings until a paper has used them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.act import Act
from models.kernel.errors import Fault, Invalid
from models.kernel.events import record_admin
from models.kernel.rights.policy import SYSTEM
from models.kernel.settings import Settings
from models.office.queries.own_names import other_bodies, other_series
from models.office.tables import Organisation
from models.papers.tables import NumberSeries

WANTED = {"bureau": "向上级行文的机关", "commission": "制发督办单的机关", "series_stem": "发文字号机关代字的开头"}


def require_names(settings: Settings) -> None:
    """Refuse to begin without knowing what to call the own bodies. Raises Invalid with a fault for each name."""
    open_names = {name: what for name, what in WANTED.items() if not getattr(settings, name)}
    if not open_names:
        return
    faults = [Fault(f"SHENCHA_{name.upper()}", f"请设置{what}", "name_open") for name, what in open_names.items()]
    raise Invalid(
        f"由本单位全称“{settings.unit}”和行政区划 {settings.unit_division} 不能得出下列名称，"
        "请核对 SHENCHA_UNIT 和 SHENCHA_UNIT_DIVISION 是否属于同一地方，或者逐项设置：",
        faults=faults,
        code="names_open",
    )


def follow_settings(session: Session, settings: Settings, at: datetime) -> None:
    """Call bodies and series as the settings say, where no case, paper or number has used the old name.

    Only where somebody said whose installation it is, and it is not one that another unit works in: nobody's installation
    is turned into another's by settings that are missing or meant for another database.
    """
    bodies = other_bodies(session, settings)
    if "unit" not in settings.model_fields_set or any(one.of == "unit" and one.used for one in bodies):
        return
    changes: dict[str, list[str]] = {}
    for one in bodies:
        if one.wanted and not one.used and _free(session, one.wanted, settings.unit_division):
            body = session.get_one(Organisation, one.id)
            body.name, body.division_code = one.wanted, settings.unit_division
            changes[one.of] = [one.now, one.wanted]
    taken = set(session.scalars(select(NumberSeries.prefix)))
    for one in other_series(session, settings):
        if one.wanted and not one.used and one.wanted not in taken:
            session.get_one(NumberSeries, one.id).prefix = one.wanted
            taken.add(one.wanted)
            changes[one.of] = [one.now, one.wanted]
    if changes:
        record_admin(Act(session, SYSTEM, at, settings), "installation_renamed", changes=changes)


def _free(session: Session, name: str, division: str) -> bool:
    same = select(Organisation.id).where(Organisation.name == name, Organisation.division_code == division)
    return session.scalar(same) is None
