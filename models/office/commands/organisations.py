"""Organisations: own bodies, and those a dossier names, matched to the tree or added to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.dossier import Organisation as NamedUnit
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.refs import UnitRef
from models.kernel.rights import policy
from models.kernel.text.folded import folded
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Level, Line, OrganisationKind, Relation, Standing
from models.office.organisation_list import require_codes, require_line
from models.office.queries.known_units import alike, known_units, meant
from models.office.tables import Organisation

ISSUERS = ("unit", "bureau", "commission")
LONGEST_NUMBER = 10
"""Digits with which no row is numbered any more."""


def own_unit(session: Session) -> Organisation:
    """Return the unit this installation belongs to. Raises NotFound before `shencha init`."""
    return issuing_body(session, "unit")


def issuing_body(session: Session, issues_as: str) -> Organisation:
    """Return the body that issues as `unit`, `bureau` or `commission`. Raises NotFound before `shencha init`."""
    bodies: dict[str | None, Organisation] = session.info.get("bodies", {})
    if issues_as not in bodies:  # asked for again in the same transaction they cost nothing
        found = session.scalars(select(Organisation).where(Organisation.issues_as.is_not(None)))
        bodies = session.info["bodies"] = {body.issues_as: body for body in found}
    body = bodies.get(issues_as)
    if body is None:
        raise NotFound("系统尚未初始化，请先运行 shencha init。", code="not_initialised")
    return body


def issuing_bodies(session: Session) -> dict[str, Organisation]:
    """Return our bodies by what they issue as. Raises NotFound before `shencha init`."""
    return {issues_as: issuing_body(session, issues_as) for issues_as in ISSUERS}


def add_organisation(
    session: Session,
    name: str,
    kind: OrganisationKind,
    *,
    division_code: str | None = None,
    parent: Organisation | None = None,
    credit_code: str | None = None,
    issues_as: str | None = None,
    relation: Relation | None = None,
    industry_authority_id: int | None = None,
    pending_since: datetime | None = None,
) -> Organisation:
    """Put a unit into the tree, below `parent` or as a root; `pending_since` where an administrator still has to confirm
    it. Raises Invalid for a name that is empty, or no line."""
    unit = Organisation(
        name=require_line("单位名称", name),
        kind=kind,
        division_code=division_code,
        parent_id=parent.id if parent else None,
        path="",
        credit_code=credit_code,
        issues_as=issues_as,
        relation=relation,
        industry_authority_id=industry_authority_id,
        pending_since=pending_since,
    )
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


def waits_since(act: Act) -> datetime | None:
    """Return since when a unit that is made now waits for an administrator; None where one makes it."""
    return None if policy.reaches(act.actor, "office.manage") else act.at


def refuse_known(act: Act, name: str, division_code: str | None, *, but: int | None = None) -> None:
    """Refuse a name that means a unit which is there, however it is typed. Raises Conflict with what that is called."""
    known = alike(act.session, name, division_code, but=but)
    if known is None:
        return
    if known.former:
        raise Conflict(f"“{name}”是“{known.name}”的曾用名或已并入该单位，请使用“{known.name}”。", code="known_as")
    if known.name == name:
        raise Conflict(f"单位“{name}”已经存在。")
    raise Conflict(f"单位“{name}”已登记为“{known.name}”，请使用已登记的名称。", code="known_as")


@action("add-organisation", title="登记一个单位", rights=("organisation.add",), own_verb=True)
def register(
    act: Act,
    name: str,
    kind: OrganisationKind,
    *,
    division_code: str | None = None,
    parent: UnitRef | None = None,
    credit_code: str | None = None,
    relation: Relation | None = None,
) -> int:
    """Add a unit by hand and put it on record; an administrator confirms what others add.

    Raises NotAllowed, Invalid for codes that are none, NotFound for the `parent`, Conflict where the name means a unit
    that is there.
    """
    policy.require(act.actor, "organisation.add")
    name = require_line("单位名称", name)
    require_codes(division_code, credit_code)
    refuse_known(act, name, division_code)
    above = None if parent is None else find_organisation(act.session, parent)
    unit = add_organisation(
        act.session,
        name,
        kind,
        division_code=division_code,
        parent=above,
        credit_code=credit_code,
        relation=relation,
        pending_since=waits_since(act),
    )
    record_admin(act, "organisation_added", organisation=unit.id, name=name, kind=kind.value)
    return unit.id


@action("edit-organisation", title="修改单位的层级、关系、主管部门和联系方式", rights=("office.manage",))
def edit_organisation(
    act: Act,
    *,
    organisation: UnitRef,
    reason: str,
    relation: Relation | None = None,
    unit_level: Level | None = None,
    led_from: Level | None = None,
    line: Line | None = None,
    standing: Standing | None = None,
    division_code: str | None = None,
    industry_authority: UnitRef | None = None,
    contact: str | None = None,
    phone: str | None = None,
    seen_version: int | None = None,
) -> None:
    """Change how a unit stands to us, what it is in the order of offices, who supervises its trade, and whom to call; papers
    written before keep theirs.

    Raises NotAllowed, NotFound for either unit, Invalid without reason or change, for a unit that is its own authority, or
    for a division that never was, Conflict where it was changed after version `seen_version`.
    """
    policy.require(act.actor, "office.manage")
    why = require_reason(reason)
    unit = changeable(act, organisation, seen_version)
    authority = None if industry_authority is None else find_organisation(act.session, industry_authority)
    if authority is not None and authority.id == unit.id:
        raise Invalid("单位不能是自己的行业主管部门。", code="own_authority")
    require_codes(division_code, None)
    wanted = {
        "relation": relation,
        "level": unit_level,
        "led_from": led_from,
        "line": line,
        "standing": standing,
        "division_code": division_code,
        "industry_authority_id": None if authority is None else authority.id,
        "contact": contact and contact.strip() and require_line("联系人", contact),
        "phone": phone and phone.strip() and require_line("联系电话", phone),
    }
    changes = {name: value for name, value in wanted.items() if value is not None and value != getattr(unit, name)}
    if not changes:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    before = {name: getattr(unit, name) for name in changes}
    for name, value in changes.items():
        setattr(unit, name, None if value == "" else value)
    unit.version += 1
    record_admin(
        act,
        "organisation_changed",
        why=why,
        organisation=unit.id,
        changes={name: [before[name], value] for name, value in changes.items()},
    )


def changeable(act: Act, organisation: str, seen_version: int | None) -> Organisation:
    """Return a unit, locked, that the actor may change. Raises NotAllowed, NotFound, Conflict where it has changed since."""
    policy.require(act.actor, "office.manage")
    found = find_organisation(act.session, organisation)
    unit = act.session.scalars(
        select(Organisation)
        .where(Organisation.id == found.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if unit.merged_into_id is not None:  # while this act waited for the lock: before, the one that goes on was found
        raise Conflict(f"单位“{unit.name}”刚才已并入其他单位，本次未保存，请核对后再办理。", code="conflict_seen")
    if seen_version is not None and unit.version != seen_version:
        raise Conflict(f"单位“{unit.name}”已被他人修改，本次未保存，请核对最新内容后再办理。", code="conflict_seen")
    return unit


def place_organisations(act: Act, named: Iterable[NamedUnit]) -> dict[str | None, int]:
    """Return ref → row number: a unit is known by its credit code, else by name and division; others are added, and wait
    for an administrator.

    Names are compared in their folded form (brackets, width, blanks, dots), former names after present ones. A null ref
    has no entry, so that `.get(None)` says what it means: nobody.
    """
    units = list(named)
    by_code = _by_credit_code(act, [unit.credit_code for unit in units if unit.credit_code])
    known = known_units(act.session, [unit.name for unit in units])
    placed: dict[tuple[str, str | None], Organisation] = {}
    found: dict[str | None, int] = {}
    for unit in units:
        key = folded(unit.name), unit.division_code
        same = by_code.get(unit.credit_code) if unit.credit_code else None
        if same is None:
            here = meant([one for one in known.get(key[0], ()) if one.division_code == unit.division_code])
            same = here[0].id if here else None
        if same is not None:
            found[unit.ref] = same
        elif key not in placed:
            placed[key] = Organisation(
                name=unit.name,
                kind=unit.kind,
                division_code=unit.division_code,
                credit_code=unit.credit_code,
                path="",
                pending_since=waits_since(act),
            )
    act.session.add_all(placed.values())
    act.session.flush()
    for root in placed.values():
        root.path = f"/{root.id}/"
    found |= {u.ref: placed[folded(u.name), u.division_code].id for u in units if u.ref not in found}
    return found


def _by_credit_code(act: Act, codes: Iterable[str]) -> dict[str | None, int]:
    """Return credit code → row number of the unit that has it, or that took its bearer over."""
    rows = act.session.execute(
        select(Organisation.credit_code, Organisation.id, Organisation.merged_into_id).where(
            Organisation.credit_code.in_(list(codes))
        )
    )
    return {row.credit_code: row.merged_into_id or row.id for row in rows}


def find_organisation(session: Session, name: str) -> Organisation:
    """Return a unit by row number or full name, however typed, the former one too; of a merged one the unit that goes on.

    Raises NotFound, or Invalid where it fits several.
    """
    if name.isascii() and name.isdigit() and len(name) < LONGEST_NUMBER:
        unit = session.get(Organisation, int(name))
        if unit is not None:
            return unit if unit.merged_into_id is None else session.get_one(Organisation, unit.merged_into_id)
    units = session.scalars(
        select(Organisation).where(Organisation.name == name, Organisation.merged_into_id.is_(None)).limit(2)
    ).all()
    if not units:
        found = meant(known_units(session, [name]).get(folded(name), ()))
        units = [session.get_one(Organisation, unit.id) for unit in found[:2]]
    if not units:
        raise NotFound(f"没有名为“{name}”的单位，请先登记该单位。", code="organisation_not_found")
    if len(units) > 1:
        raise Invalid(f"名为“{name}”的单位不止一个，请用单位编号指明。", code="organisation_ambiguous")
    return units[0]
