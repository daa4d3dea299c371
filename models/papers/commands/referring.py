"""转请办理: the paper that is written where the one that was wished may not go to the unit concerned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.errors import Fault, Invalid
from models.kernel.record.bulk_events import among
from models.kernel.vocabulary import DocumentKind, OrganisationKind, Purpose
from models.office.commands.organisations import issuing_bodies
from models.office.queries.competence import Competence, body_of, seen_by
from models.office.rules.competence import Ruling, Way
from models.office.rules.stands import Stand, stand
from models.office.tables import Organisation

from .competence import our_competence

# 请示 asks our superior; all other ways lead to a peer, which is asked by a letter.
BY_LETTER = (Way.VIA_AUTHORITY, Way.VIA_POLICE_THERE)


@dataclass(frozen=True, slots=True)
class Instead:
    """Which paper is written instead, to whom, and why."""

    kind: DocumentKind
    recipient_id: int
    why: str


def instead_of(act: Act, recipients: Iterable[int], purpose: Purpose) -> Mapping[int, Instead]:
    """Return, by recipient, what is written instead of a paper of this purpose; nothing where the paper itself may go.

    Raises Invalid with one fault for each unit of which level, leader or place is not known: a person decides first.
    """
    units = act.session.scalars(select(Organisation).where(among(Organisation.id, set(recipients)))).all()
    ours = our_competence(act)
    rulings = {unit.id: ours.ruling(unit, purpose) for unit in units}
    faults = [
        Fault(f"{unit.name} {found.missing.label}", found.sentence, f"{found.missing.value}_unknown")
        for unit in units
        if (found := rulings[unit.id]).missing is not None
    ]
    if faults:
        raise Invalid(f"有{len(faults)}个单位的情况不明，确认后才能拟制文书：", faults=faults, code="units_unknown")
    return {unit.id: _instead(act, ours, unit, rulings[unit.id]) for unit in units if not rulings[unit.id].leaves}


def _instead(act: Act, ours: Competence, unit: Organisation, ruling: Ruling) -> Instead:
    """Return the paper for the first open way: a letter where somebody of our level is known, else a 请示."""
    if ruling.way in BY_LETTER:
        other = _authority(act, ours, unit) if ruling.way is Way.VIA_AUTHORITY else _police_there(act, ours, unit)
        if other is not None:
            return Instead(DocumentKind.REFERRAL_LETTER, other, ruling.sentence)
    bureau = issuing_bodies(act.session)["bureau"]
    return Instead(DocumentKind.REQUEST_FOR_INSTRUCTIONS, bureau.id, ruling.sentence)


def _authority(act: Act, ours: Competence, unit: Organisation) -> int | None:
    """Return the authority of our level for a unit of a lower one: its 行业主管部门 if it is a peer, else by its line."""
    named = select(Organisation).where(Organisation.id == unit.industry_authority_id)
    alike = select(Organisation).where(
        Organisation.kind == unit.kind, Organisation.id != unit.id, Organisation.disabled_at.is_(None)
    )
    found = [*act.session.scalars(named), *act.session.scalars(alike.order_by(Organisation.id))]
    return next((one.id for one in found if stand(ours.ours, seen_by(ours.ours, one)) is Stand.PEER), None)


def _police_there(act: Act, ours: Competence, unit: Organisation) -> int | None:
    """Return the police of a unit's place whom we may write to."""
    police = select(Organisation).where(
        Organisation.kind == OrganisationKind.POLICE, Organisation.disabled_at.is_(None)
    )
    division = (unit.division_code or "")[:4]
    found = act.session.scalars(police.where(Organisation.division_code.startswith(division)).order_by(Organisation.id))
    return next((one.id for one in found if stand(ours.ours, body_of(one)) is Stand.POLICE_ELSEWHERE), None)
