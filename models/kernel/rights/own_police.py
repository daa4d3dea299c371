"""Cases in which our own police are examined: the upper unit acts in our place, and its people are told so."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import aliased

from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem
from models.case.tables import Case
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Role
from models.office.tables import Organisation, User

_UNIT, _SUBJECT, _UPPER = aliased(Organisation), aliased(Organisation), aliased(Organisation)
_WHO, _ACCOUNT = aliased(Person), aliased(User)


def about_own_police() -> ColumnElement[bool]:
    """Accountability items, joined to their case, on its unit, one below it, or somebody who works there.

    A dossier names a brigade without its place in the tree; its name begins with that of its detachment.
    """
    return exists(
        select(1)
        .select_from(_SUBJECT)
        .join(_UNIT, _UNIT.id == Case.unit_id)
        .outerjoin(_WHO, _WHO.id == AccountabilityItem.person_id)
        .outerjoin(_ACCOUNT, _ACCOUNT.id == _WHO.user_id)
        .where(
            or_(
                _SUBJECT.id == AccountabilityItem.organisation_id,
                _SUBJECT.id == _WHO.organisation_id,
                _SUBJECT.id == _ACCOUNT.organisation_id,
            ),
            or_(
                _SUBJECT.path.startswith(_UNIT.path, autoescape=False),
                _SUBJECT.name.startswith(_UNIT.name, autoescape=False),
            ),
        )
        .correlate(AccountabilityItem, Case)
    )


def upper_officer(actor: Actor) -> ColumnElement[bool]:
    """Whether the actor drafts for the upper unit: an officer of the bureau."""
    if not actor.has(Role.OFFICER):
        return false()
    return exists(select(1).where(_UPPER.id == actor.organisation_id, _UPPER.issues_as == "bureau"))


def left_to_the_upper_unit() -> ColumnElement[bool]:
    """Cases with such an item that no proposal carries yet."""
    return exists(
        select(1)
        .where(
            AccountabilityItem.case_id == Case.id,
            AccountabilityItem.informational.is_(False),
            AccountabilityItem.document_id.is_(None),
            about_own_police(),
        )
        .correlate(Case)
    )
