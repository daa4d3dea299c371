"""What an administrator does to a unit that is there: confirms one that others entered, and renames one with history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid
from models.kernel.events import record_admin
from models.kernel.refs import UnitRef
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import OrganisationKind
from models.office.organisation_list import require_codes, require_line
from models.office.tables import Organisation, OrganisationName

from .organisations import changeable, find_organisation, refuse_known


@action("confirm-organisation", title="确认新登记的单位", rights=("office.manage",), own_verb=True)
def confirm_organisation(
    act: Act,
    *,
    organisation: UnitRef,
    name: str | None = None,
    kind: OrganisationKind | None = None,
    division_code: str | None = None,
    parent: UnitRef | None = None,
    credit_code: str | None = None,
    seen_version: int | None = None,
) -> str:
    """Confirm a unit that somebody entered in a case, put right where it was entered wrongly; returns its name.

    Raises NotAllowed, NotFound, Invalid for codes that are none, Conflict where it waits for nobody, its name means
    another unit, or it was changed after version `seen_version`.
    """
    unit = changeable(act, organisation, seen_version)
    if unit.pending_since is None:
        raise Conflict(f"单位“{unit.name}”不在待确认之列。", code="not_pending")
    require_codes(division_code, credit_code)
    above = None if parent is None else find_organisation(act.session, parent)
    called = require_line("单位名称", name) if name and name.strip() else None
    wanted = {
        "name": called,
        "kind": kind,
        "division_code": division_code,
        "credit_code": credit_code and credit_code.upper(),
        "parent_id": above and above.id,
    }
    changes = _put_right(act, unit, {key: value for key, value in wanted.items() if value})
    if above is not None:
        put_below(act, unit, above)
    unit.pending_since = None
    unit.version += 1
    record_admin(
        act,
        "organisation_confirmed",
        organisation=unit.id,
        name=unit.name,
        changes=changes,
    )
    return unit.name


def _put_right(act: Act, unit: Organisation, wanted: Mapping[str, object]) -> dict[str, list[object]]:
    """Change what is wrong of a unit; returns attribute → what it was, what it is. Raises Conflict for another unit's."""
    changes = {key: [getattr(unit, key), value] for key, value in wanted.items() if value != getattr(unit, key)}
    if changes.keys() & {"name", "division_code"}:
        said = {key: str(wanted.get(key) or getattr(unit, key) or "") for key in ("name", "division_code")}
        refuse_known(act, said["name"], said["division_code"] or None, but=unit.id)
    if "credit_code" in wanted:
        _refuse_taken(act, unit, str(wanted["credit_code"]))
    for key, (_, value) in changes.items():
        setattr(unit, key, value)
    return changes


@action("rename-organisation", title="单位更名", rights=("office.manage",), own_verb=True)
def rename_organisation(
    act: Act,
    *,
    organisation: UnitRef,
    name: str,
    reason: str,
    renamed_on: date | None = None,
    seen_version: int | None = None,
) -> str:
    """Give a unit its new name from a day on, today unless it was earlier; returns its former one, by which it is found
    as before.

    What was written before keeps the name of then. Raises NotAllowed, NotFound, Invalid (no reason, a day in the future
    or before the last change of its name), Conflict where the name means another unit.
    """
    unit = changeable(act, organisation, seen_version)
    why, now, since = require_reason(reason), require_line("单位名称", name), renamed_on or act.today
    if now == unit.name:
        raise Conflict("没有要修改的内容。", code="nothing_to_change")
    _refuse_day(act, unit, since)
    refuse_known(act, now, unit.division_code, but=unit.id)
    former = unit.name
    act.session.add(
        OrganisationName(
            organisation_id=unit.id,
            name=former,
            until=since,
            now=now,
            reason=why,
            recorded_by=act.actor.id,
            recorded_at=act.at,
        )
    )
    unit.name = now
    unit.version += 1
    record_admin(
        act, "organisation_renamed", why=why, organisation=unit.id, name=now, former=former, since=since.isoformat()
    )
    return former


def _refuse_day(act: Act, unit: Organisation, since: date) -> None:
    """Refuse a day on which a unit cannot have got its new name. Raises Invalid."""
    if since > act.today:
        raise Invalid("更名日期在将来，请核对。", code="in_future")
    last = act.session.scalar(
        select(func.max(OrganisationName.until)).where(OrganisationName.organisation_id == unit.id)
    )
    if last is not None and since < last:
        raise Invalid(f"更名日期早于上一次更名（{last}），请核对。", code="out_of_order")


def put_below(act: Act, unit: Organisation, above: Organisation) -> None:
    """Put a unit with all below it under another one. Raises Invalid where that stands below it itself."""
    if above.path.startswith(unit.path):
        raise Invalid(f"“{above.name}”在“{unit.name}”之下，不能作其上级单位。", code="parent_circle")
    former, now = unit.path, f"{above.path}{unit.id}/"
    unit.parent_id = above.id
    below = select(Organisation).where(Organisation.path.startswith(former, autoescape=True))
    for one in act.session.scalars(below).all():
        one.path = now + one.path.removeprefix(former)


def _refuse_taken(act: Act, unit: Organisation, credit_code: str) -> None:
    holder = act.session.scalars(
        select(Organisation.name).where(Organisation.credit_code == credit_code, Organisation.id != unit.id)
    ).first()
    if holder is not None:
        raise Conflict(f"该统一社会信用代码已登记在“{holder}”名下，如为同一单位请合并。", code="credit_code_taken")
