"""行文凭据 on record, as far as somebody may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from models.kernel.rights.policy import POLICE, Actor
from models.kernel.vocabulary import AuthorityKind, Purpose, Role
from models.office.tables import Authority, Organisation

from .competence import last_day


@dataclass(frozen=True, slots=True)
class AuthorityShown:
    """One recorded paper, and whether it counts on the day of the question."""

    id: int
    kind: AuthorityKind
    number: str
    title: str | None
    article: str | None
    given_by: str
    scope: str
    organisation: str | None
    purposes: tuple[Purpose, ...]
    valid_from: date
    valid_until: date | None
    in_force: bool
    ended: bool
    scan_sha256: str
    scan_name: str


def visible_authorities(actor: Actor) -> ColumnElement[bool]:
    """Everything but approvals of the bureau's party committee for the police, clerks and administrators; those for who
    recorded them and for signers and leaders: they tell of clues that only a named list may know."""
    if not actor.has(*POLICE, Role.ADMIN, Role.SYSTEM):
        return false()
    if actor.has(Role.SIGNER, Role.LEADER, Role.SYSTEM):
        return true()
    return or_(Authority.kind != AuthorityKind.PARTY_APPROVAL, Authority.recorded_by == actor.id)


def authority_list(session: Session, actor: Actor, today: date) -> list[AuthorityShown]:
    """Return the recorded papers that a person may see, the newest first. One statement."""
    rows = session.execute(
        select(Authority, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Authority.organisation_id)
        .where(visible_authorities(actor))
        .order_by(Authority.id.desc())
    )
    return [_shown(row.Authority, row.name, today) for row in rows]


def _shown(row: Authority, organisation: str | None, today: date) -> AuthorityShown:
    last = last_day(row)
    return AuthorityShown(
        id=row.id,
        kind=row.kind,
        number=row.number,
        title=row.title,
        article=row.article,
        given_by=row.given_by,
        scope=row.scope,
        organisation=organisation,
        purposes=tuple(Purpose(one) for one in row.purposes or ()),
        valid_from=row.valid_from,
        valid_until=last,
        in_force=row.valid_from <= today and (last is None or today <= last),
        ended=row.ended_at is not None,
        scan_sha256=row.scan_sha256,
        scan_name=row.scan_name,
    )
