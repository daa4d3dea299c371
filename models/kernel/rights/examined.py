"""Conflict of interest: people whose own accountability a case, paper or item asks about may neither read nor act on it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem, TransferredClue
from models.case.tables import FindingOrganisation, FindingPerson
from models.kernel.rights.policy import Actor
from models.office.tables import User
from models.papers.tables import Amendment

_ITEM, _SUBJECT, _AMENDS = aliased(AccountabilityItem), aliased(Person), aliased(Amendment)
_CLUE, _OF_UNIT, _OF_PERSON = aliased(TransferredClue), aliased(FindingOrganisation), aliased(FindingPerson)


def examined_in(actor: Actor | type[User], document_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Papers that ask about the actor or the actor's unit; of people as rows of accounts, too."""
    # A correction or withdrawal is about the same people as the paper that it puts right.
    about = or_(
        _ITEM.document_id == document_id,
        _ITEM.document_id.in_(
            select(_AMENDS.amended_id).where(_AMENDS.document_id == document_id).correlate_except(_AMENDS)
        ),
        _ITEM.id.in_(select(_CLUE.item_id).where(_CLUE.document_id == document_id).correlate_except(_CLUE)),
    )
    return or_(_examined(actor, about), _clue_names(actor, document_id))


def _clue_names(actor: Actor | type[User], document_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Transfers of clues whose findings name the actor or the actor's unit."""
    return exists(
        select(1)
        .select_from(_CLUE)
        .outerjoin(_OF_UNIT, _OF_UNIT.finding_id == _CLUE.finding_id)
        .outerjoin(_OF_PERSON, _OF_PERSON.finding_id == _CLUE.finding_id)
        .outerjoin(_SUBJECT, _SUBJECT.id == _OF_PERSON.person_id)
        .where(_CLUE.document_id == document_id, or_(_OF_UNIT.organisation_id == actor.organisation_id, _is(actor)))
        .correlate_except(_CLUE, _OF_UNIT, _OF_PERSON, _SUBJECT)
    )


def _is(actor: Actor | type[User]) -> ColumnElement[bool]:
    """People of an accident who are the account's person; while nobody said whose it is, the same name in the same unit."""
    same_name = and_(
        _SUBJECT.user_id.is_(None), _SUBJECT.name == actor.name, _SUBJECT.organisation_id == actor.organisation_id
    )
    return or_(_SUBJECT.user_id == actor.id, same_name)


def examined_in_case(actor: Actor, case_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Cases in which the actor's or the actor's unit's accountability is looked at, whether or not a paper says so yet."""
    return _examined(actor, _ITEM.case_id == case_id)


def _examined(actor: Actor | type[User], about: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(
        select(1)
        .select_from(_ITEM)
        .outerjoin(_SUBJECT, _SUBJECT.id == _ITEM.person_id)
        .where(about, or_(_ITEM.organisation_id == actor.organisation_id, _is(actor)))
        .correlate_except(_ITEM, _SUBJECT)
    )


def asks_about(actor: Actor, item_id: int) -> ColumnElement[bool]:
    """Whether an accountability item asks about the actor or the actor's unit."""
    return _examined(actor, _ITEM.id == item_id)
