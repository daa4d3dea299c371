"""Organisations: own bodies, and those a dossier names, matched to the tree or added to it."""

from __future__ import annotations

from collections.abc import Iterable

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
from models.office.organisation_list import require_codes
from models.office.tables import Organisation

ISSUERS = ("unit", "bureau", "commission")


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
) -> Organisation:
    """Put a unit into the tree, below `parent` or as a root. Raises Invalid for an empty name."""
    if not name.strip():
        raise Invalid("单位名称不能为空。")
    unit = Organisation(
        name=name.strip(),
        kind=kind,
        division_code=division_code,
        parent_id=parent.id if parent else None,
        path="",
        credit_code=credit_code,
        issues_as=issues_as,
        relation=relation,
        industry_authority_id=industry_authority_id,
    )
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


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
    """Add a unit by hand and put it on record. Raises NotAllowed, Invalid for codes that are none, NotFound for the
    `parent`, Conflict where name and division exist already."""
    policy.require(act.actor, "organisation.add")
    require_codes(division_code, credit_code)
    alike = select(Organisation.name).where(
        Organisation.folded_name == folded(name), Organisation.division_code == division_code
    )
    known = act.session.scalars(alike.limit(1)).one_or_none()
    if known == name:
        raise Conflict(f"单位“{name}”已经存在。")
    if known is not None:
        raise Conflict(f"单位“{name}”已登记为“{known}”，请使用已登记的名称。", code="known_as")
    above = None if parent is None else find_organisation(act.session, parent)
    unit = add_organisation(
        act.session,
        name,
        kind,
        division_code=division_code,
        parent=above,
        credit_code=credit_code,
        relation=relation,
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
) -> None:
    """Change how a unit stands to us, what it is in the order of offices, who supervises its trade, and whom to call; papers
    written before keep theirs.

    Raises NotAllowed, NotFound for either unit, Invalid without reason or change, for a unit that is its own authority, or
    for a division that never was.
    """
    policy.require(act.actor, "office.manage")
    why = require_reason(reason)
    unit = find_organisation(act.session, organisation)
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
        "contact": contact and contact.strip(),
        "phone": phone and phone.strip(),
    }
    changes = {name: value for name, value in wanted.items() if value is not None and value != getattr(unit, name)}
    if not changes:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    before = {name: getattr(unit, name) for name in changes}
    for name, value in changes.items():
        setattr(unit, name, None if value == "" else value)
    record_admin(
        act,
        "organisation_changed",
        why=why,
        organisation=unit.id,
        changes={name: [before[name], value] for name, value in changes.items()},
    )


def place_organisations(act: Act, named: Iterable[NamedUnit]) -> dict[str | None, int]:
    """Return ref → row number: a unit is known by its credit code, else by name and division; others are added.

    Names are compared in their folded form (brackets, width, blanks, dots). A null ref has no entry, so that
    `.get(None)` says what it means: nobody.
    """
    units = list(named)
    known = act.session.execute(
        select(Organisation.id, Organisation.folded_name, Organisation.division_code, Organisation.credit_code).where(
            Organisation.folded_name.in_([folded(u.name) for u in units])
            | Organisation.credit_code.in_([u.credit_code for u in units if u.credit_code])
        )
    ).all()
    by_code = {row.credit_code: row.id for row in known if row.credit_code}
    by_name = {(row.folded_name, row.division_code): row.id for row in known}
    placed: dict[tuple[str, str | None], Organisation] = {}
    found: dict[str | None, int] = {}
    for unit in units:
        key = folded(unit.name), unit.division_code
        same = by_code.get(unit.credit_code) if unit.credit_code else None
        same = same or by_name.get(key)
        if same is not None:
            found[unit.ref] = same
        elif key not in placed:
            placed[key] = Organisation(
                name=unit.name,
                kind=unit.kind,
                division_code=unit.division_code,
                credit_code=unit.credit_code,
                path="",
            )
    act.session.add_all(placed.values())
    act.session.flush()
    for root in placed.values():
        root.path = f"/{root.id}/"
    found |= {u.ref: placed[folded(u.name), u.division_code].id for u in units if u.ref not in found}
    return found


def find_organisation(session: Session, name: str) -> Organisation:
    """Return a unit by row number or full name, however typed. Raises NotFound, or Invalid where it fits several."""
    if name.isascii() and name.isdigit():
        unit = session.get(Organisation, int(name))
        if unit is not None:
            return unit
    units = session.scalars(select(Organisation).where(Organisation.name == name).limit(2)).all()
    if not units:
        alike = select(Organisation).where(Organisation.folded_name == folded(name))
        units = session.scalars(alike.limit(2)).all()
    if not units:
        raise NotFound(f"没有名为“{name}”的单位，请先登记该单位。", code="organisation_not_found")
    if len(units) > 1:
        raise Invalid(f"名为“{name}”的单位不止一个，请用单位编号指明。", code="organisation_ambiguous")
    return units[0]
