"""Row-level visibility as SQL predicates: what an actor may see of cases, papers and measures. Every read is filtered
here."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, false, not_, or_, select, true
from sqlalchemy.orm import aliased

from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem, Reader
from models.case.tables import Case, FindingPerson
from models.joining.tables import Recusal
from models.kernel.rights.examined import examined_in, examined_in_case
from models.kernel.rights.policy import POLICE as POLICE
from models.kernel.rights.policy import Actor, StandIn
from models.kernel.tables import Message
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Part, PersonRole, Role
from models.office.tables import Organisation, User
from models.papers.tables import Approval, BundledCase, Delivery, Document, goes_round
from models.prevention.tables import Recurrence
from models.rectification.tables import Assignment, Dispute

CHAIN = (Role.REVIEWER, Role.COUNTERSIGNER, Role.SIGNER)


Number = SQLColumnExpression[int] | SQLColumnExpression[int | None]
"""A column of row numbers."""

# What is made here is kept: every act asks for it several times, and making it costs more than asking the database.
_UNIT = aliased(Organisation)
_kept = lru_cache(maxsize=256)  # by actor: a person whose unit, roles or rights changed is another one here
_RECUSED, _LISTED, _PAPER, _ITEM = aliased(Recusal), aliased(Reader), aliased(Document), aliased(AccountabilityItem)


def in_territory(actor: Actor, organisation_id: Number) -> ColumnElement[bool]:
    """Units at or below the actor's own."""
    # As a set, made once a statement: asked of each row by itself it leads to no index of the rows.
    return organisation_id.in_(select(_UNIT.id).where(_UNIT.path.startswith(actor.path, autoescape=True)))


def takes_part(actor: Actor, case_id: Number) -> ColumnElement[bool]:
    """Cases from which the actor is not recused (回避): who is sees nothing of them, leaders included."""
    if actor.id is None:
        return true()
    return not_(
        exists(
            select(1)
            .where(_RECUSED.case_id == case_id, _RECUSED.user_id == actor.id, _RECUSED.ended_at.is_(None))
            .correlate_except(_RECUSED)
        )
    )


def only_asked_about(actor: Actor | None = None) -> ColumnElement[bool]:
    """Officials, as people of an accident, whom no finding names and only accountability asks about; for an actor those
    whom no paper names that the actor may see."""
    told: ColumnElement[bool] = false()
    if actor is not None:
        told = exists(select(1).where(_ITEM.person_id == Person.id, read_of(actor, _ITEM)).correlate(Person))
    named = exists(select(1).where(FindingPerson.person_id == Person.id).correlate(Person))
    asked = exists(select(1).where(_ITEM.person_id == Person.id).correlate(Person))
    return and_(Person.role == PersonRole.OFFICIAL, not_(named), asked, not_(told))


@_kept
def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Cases of the own territory, cases with a paper to approve or a dispute to adjudicate, and, for agencies, cases with
    a paper served on them; never one from which the actor is recused."""
    if actor.has(Role.SYSTEM):
        return true()
    ways: list[ColumnElement[bool]] = []
    if actor.has(*POLICE):
        ways.append(in_territory(actor, Case.__table__.c.unit_id))
    if actor.has(*CHAIN) or actor.stands_in:
        ways.append(
            exists(
                select(1)
                .select_from(Approval)
                .join(Document, Document.id == Approval.document_id)
                .where(Document.case_id == Case.id, _step_to_take(actor))
                .correlate(Case)
            )
        )
    if actor.has(Role.AGENCY):
        ways.append(
            exists(
                select(1)
                .select_from(Delivery)
                .join(Document, Document.id == Delivery.document_id)
                .where(
                    Delivery.case_id == Case.id,
                    in_territory(actor, Delivery.__table__.c.recipient_id),
                    _open_to(actor),
                    ~goes_round(),  # who gets one is told of the case, and has no part in it
                )
                .correlate(Case)
            )
        )
        ways.append(
            exists(
                select(1)
                .select_from(Assignment)
                .where(Assignment.case_id == Case.id, in_territory(actor, Assignment.__table__.c.delegated_to_id))
                .correlate(Case)
            )
        )
        ways.append(
            exists(
                select(1)
                .select_from(BundledCase)
                .join(Delivery, Delivery.document_id == BundledCase.document_id)
                .join(Document, Document.id == BundledCase.document_id)
                .where(
                    BundledCase.case_id == Case.id,
                    in_territory(actor, Delivery.__table__.c.recipient_id),
                    ~goes_round(),
                )
                .correlate(Case)
            )
        )
    if actor.has(Role.LEADER):
        ways.append(
            exists(
                select(1)
                .where(Dispute.case_id == Case.id, in_territory(actor, Dispute.__table__.c.adjudicator_id))
                .correlate(Case)
            )
        )
    return and_(or_(*ways), takes_part(actor, Case.__table__.c.id)) if ways else false()


@_kept
def visible_documents(actor: Actor) -> ColumnElement[bool]:
    """Papers of visible cases, without restricted ones unless the actor stands on their list and is not examined in
    them; agencies: what was served."""
    if actor.has(Role.SYSTEM):
        return true()
    ways: list[ColumnElement[bool]] = []
    if actor.has(*POLICE):
        ways.append(
            and_(
                exists(
                    select(1)
                    .where(Case.id == Document.case_id, in_territory(actor, Case.__table__.c.unit_id))
                    .correlate(Document)
                ),
                _open_to(actor),
            )
        )
        ways.append(
            and_(
                exists(
                    select(1)
                    .select_from(BundledCase)
                    .join(Case, Case.id == BundledCase.case_id)
                    .where(BundledCase.document_id == Document.id, in_territory(actor, Case.__table__.c.unit_id))
                    .correlate(Document)
                ),
                _open_to(actor),
            )
        )
    if actor.has(*CHAIN) or actor.stands_in:
        ways.append(
            exists(select(1).where(Approval.document_id == Document.id, _step_to_take(actor)).correlate(Document))
        )
    if actor.has(Role.AGENCY):
        ways.append(
            and_(
                Document.status == DocumentStatus.DELIVERED,
                _open_to(actor),
                or_(
                    exists(
                        select(1)
                        .where(
                            Delivery.document_id == Document.id,
                            in_territory(actor, Delivery.__table__.c.recipient_id),
                        )
                        .correlate(Document)
                    ),
                    exists(
                        select(1)
                        .where(
                            Assignment.notice_id == Document.id,
                            in_territory(actor, Assignment.__table__.c.delegated_to_id),
                        )
                        .correlate(Document)
                    ),
                ),
            )
        )
    return and_(or_(*ways), takes_part(actor, Document.__table__.c.case_id)) if ways else false()


def _open_to(actor: Actor) -> ColumnElement[bool]:
    """Papers that are not restricted, or on whose list the actor stands without being examined in them."""
    return or_(Document.restricted.is_(False), and_(_listed(actor), _unexamined(actor)))


def _listed(actor: Actor) -> ColumnElement[bool]:
    return exists(
        select(1)
        .where(Reader.document_id == Document.id, Reader.user_id == actor.id, Reader.removed_at.is_(None))
        .correlate(Document)
    )


def _unexamined(actor: Actor) -> ColumnElement[bool]:
    return not_(examined_in(actor, Document.__table__.c.id))


def _step_to_take(actor: Actor) -> ColumnElement[bool]:
    """Steps by which a paper is shown: of a restricted one only to who is named, by its list, its chain or a signer who
    is away; never to who was taken off the list or is examined."""
    named = or_(
        Approval.user_id == actor.id,
        Approval.decided_by == actor.id,
        _listed(actor),
        *(_in_the_stead_of(right) for right in actor.stands_in),
    )
    struck = exists(
        select(1)
        .where(Reader.document_id == Document.id, Reader.user_id == actor.id, Reader.removed_at.is_not(None))
        .correlate(Document)
    )
    return and_(my_step(actor), or_(Document.restricted.is_(False), and_(named, not_(struck), _unexamined(actor))))


def may_read(person: type[User], document_id: ColumnElement[int]) -> ColumnElement[bool]:
    """People, as rows of accounts, who may read a restricted paper: on its list, in its case, not examined in it."""
    listed = exists(
        select(1)
        .where(_LISTED.document_id == document_id, _LISTED.user_id == person.id, _LISTED.removed_at.is_(None))
        .correlate_except(_LISTED)
    )
    recused = exists(
        select(1)
        .select_from(_RECUSED)
        .join(_PAPER, _PAPER.case_id == _RECUSED.case_id)
        .where(_PAPER.id == document_id, _RECUSED.user_id == person.id, _RECUSED.ended_at.is_(None))
        .correlate_except(_RECUSED, _PAPER)
    )
    return and_(listed, not_(recused), not_(examined_in(person, document_id)))


def sees_subjects(actor: Actor) -> ColumnElement[bool]:
    """Cases in which the actor may know whose accountability is looked at: the officer, and who stands on the list of a
    restricted paper; never who is looked at."""
    if actor.has(Role.SYSTEM):
        return true()
    reads = exists(
        select(1)
        .where(
            Document.case_id == Case.id,
            Document.restricted,
            # Whoever archives stands on the volume's list, not on those of the papers in it.
            Document.kind != DocumentKind.TRACEBACK_ARCHIVE,
            visible_documents(actor),
        )
        .correlate(Case)
    )
    carries = Case.__table__.c.officer_id == actor.id
    return and_(or_(carries, reads), not_(examined_in_case(actor, Case.__table__.c.id)))


def knows_all_subjects(actor: Actor) -> ColumnElement[bool]:
    """Cases of which the actor knows every subject, for the actor put them down: the officer, unless examined there."""
    if actor.has(Role.SYSTEM):
        return true()
    return and_(Case.__table__.c.officer_id == actor.id, not_(examined_in_case(actor, Case.__table__.c.id)))


def read_of(actor: Actor, item: type[AccountabilityItem]) -> ColumnElement[bool]:
    """Accountability items that a paper which the actor may see asks about."""
    return exists(select(1).where(Document.id == item.document_id, visible_documents(actor)).correlate(item))


@_kept
def known_documents(actor: Actor) -> ColumnElement[bool]:
    """Papers of which an actor may know how far they have come: those they see, and the volume of every case of theirs.

    An archived case has a volume always. Were it hidden where a restricted paper lies in it, it would betray that paper.
    """
    if not actor.has(*POLICE):
        return visible_documents(actor)
    volume = and_(
        Document.kind == DocumentKind.TRACEBACK_ARCHIVE,
        exists(
            select(1)
            .where(Case.id == Document.case_id, in_territory(actor, Case.__table__.c.unit_id))
            .correlate(Document)
        ),
    )
    return or_(visible_documents(actor), volume)


def restricted_in_the_open(
    actor: Actor, kinds: Collection[DocumentKind], case_ids: Collection[int]
) -> ColumnElement[bool]:
    """Of some cases those in which the actor may know of restricted papers of these kinds: who stands on a list of one,
    and the case's officer, who is put on every list; an officer who came later and is not on it learns no more than others.
    """
    own = and_(_listed(actor), _unexamined(actor))
    # The cases are named inside, too: PostgreSQL would make a list of every paper on whose list the actor stands.
    papers = select(1).where(Document.case_id == Case.id, Document.kind.in_(kinds), Document.restricted)
    papers = papers.where(Document.case_id.in_(case_ids)).correlate(Case)
    listed, unlisted = exists(papers.where(own)), exists(papers.where(~own))
    return and_(Case.id.in_(case_ids), or_(listed, and_(Case.officer_id == actor.id, ~unlisted)))


@_kept
def visible_assignments(actor: Actor) -> ColumnElement[bool]:
    """Measures in hands: all of a visible case for the police; for agencies those served on or delegated to them."""
    if actor.has(Role.SYSTEM):
        return true()
    ways: list[ColumnElement[bool]] = []
    if actor.has(*POLICE):
        ways.append(
            exists(
                select(1)
                .where(Case.id == Assignment.case_id, in_territory(actor, Case.__table__.c.unit_id))
                .correlate(Assignment)
            )
        )
    if actor.has(Role.AGENCY):
        served = exists(
            select(1)
            .where(
                Delivery.document_id == Assignment.notice_id,
                in_territory(actor, Delivery.__table__.c.recipient_id),
            )
            .correlate(Assignment)
        )
        ways.append(or_(served, in_territory(actor, Assignment.__table__.c.delegated_to_id)))
    if actor.has(Role.LEADER):
        ways.append(
            exists(
                select(1)
                .where(
                    Dispute.assignment_id == Assignment.id,
                    in_territory(actor, Dispute.__table__.c.adjudicator_id),
                )
                .correlate(Assignment)
            )
        )
    return and_(or_(*ways), takes_part(actor, Assignment.__table__.c.case_id)) if ways else false()


@_kept
def visible_messages(actor: Actor) -> ColumnElement[bool]:
    """Messages to the person and to the person's unit, for agencies to the units below it, too; none of a case from which
    the person is recused."""
    if actor.has(Role.SYSTEM):
        return true()
    ways: list[ColumnElement[bool]] = [Message.user_id == actor.id]
    if actor.has(*POLICE):
        ways.append(Message.organisation_id == actor.organisation_id)
    if actor.has(Role.AGENCY):
        ways.append(in_territory(actor, Message.__table__.c.organisation_id))
    return and_(or_(*ways), takes_part(actor, Message.__table__.c.case_id))


@_kept
def watched_assignments(actor: Actor) -> ColumnElement[bool]:
    """Measures in hands of which the actor may know how they stand: the visible ones, and those of the units that
    cooperate in a measure which a unit of the actor's leads."""
    if not actor.has(Role.AGENCY) or actor.has(Role.SYSTEM):
        return visible_assignments(actor)
    lead = aliased(Assignment)
    led = exists(
        select(1)
        .select_from(lead)
        .join(Delivery, Delivery.document_id == lead.notice_id)
        .where(
            lead.measure_id == Assignment.measure_id,
            lead.part == Part.LEAD,
            lead.released_at.is_(None),
            in_territory(actor, Delivery.__table__.c.recipient_id),
        )
        .correlate(Assignment)
    )
    return or_(visible_assignments(actor), led)


@_kept
def visible_recurrences(actor: Actor) -> ColumnElement[bool]:
    """What happened again after a measure: told to the police of either case, to no agency."""
    if actor.has(Role.SYSTEM):
        return true()
    if not actor.has(*POLICE):
        return false()
    return exists(
        select(1)
        .select_from(Case)
        .where(
            Case.id.in_((Recurrence.case_id, Recurrence.old_case_id)),
            in_territory(actor, Case.__table__.c.unit_id),
            takes_part(actor, Case.__table__.c.id),
        )
        .correlate(Recurrence)
    )


def visible_register(actor: Actor) -> ColumnElement[bool]:
    """Registered accidents: figures are of the territory and the same for every police reader, agencies read none."""
    return true() if actor.has(Role.SYSTEM, *POLICE) else false()


@_kept
def my_step(actor: Actor) -> ColumnElement[bool]:
    """Steps of a chain that the actor may take or has taken, in their own right or today in a signer's stead."""
    instead = (_in_the_stead_of(right) for right in actor.stands_in)
    return or_(_own_step(actor), Approval.decided_by == actor.id, *instead)


def _own_step(actor: Actor) -> ColumnElement[bool]:
    return and_(
        Approval.organisation_id == actor.organisation_id,
        Approval.role.in_([role for role in CHAIN if role in actor.roles]),
        or_(Approval.user_id.is_(None), Approval.user_id == actor.id),
    )


def _in_the_stead_of(right: StandIn) -> ColumnElement[bool]:
    return and_(
        Approval.role == Role.SIGNER,
        Approval.organisation_id == right.organisation_id,
        or_(Approval.user_id.is_(None), Approval.user_id == right.principal_id),
        Approval.decision.is_(None),
        true() if right.kinds is None else Document.kind.in_(right.kinds),
        Document.author_id.is_distinct_from(right.principal_id),
    )
