"""The policy as SQL: what an actor may see of cases, papers and measures. Every read is filtered by these and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from models.rules.policy import Actor, StandIn
from models.rules.vocabulary import DocumentKind, DocumentStatus, Role
from models.tables import Approval, Assignment, Case, Delivery, Document, Organisation, Reader, Recurrence

POLICE = (
    Role.OFFICER,
    Role.CLERK,
    Role.REVIEWER,
    Role.COUNTERSIGNER,
    Role.SIGNER,
    Role.LEADER,
    Role.ARCHIVIST,
)
CHAIN = (Role.REVIEWER, Role.COUNTERSIGNER, Role.SIGNER)


# What is made here is kept: every act asks for it several times, and making it costs more than asking the database.
_UNIT = aliased(Organisation)
_kept = lru_cache(maxsize=256)  # by actor: a person whose unit, roles or rights changed is another one here


def in_territory(actor: Actor, organisation_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Units at or below the actor's own."""
    return exists(
        select(1)
        .where(_UNIT.id == organisation_id, _UNIT.path.startswith(actor.path, autoescape=True))
        .correlate_except(_UNIT)
    )


@_kept
def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Cases of the own territory, cases with a paper to approve, and, for agencies, cases with a paper served on them."""
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
                .where(Document.case_id == Case.id, my_step(actor))
                .correlate(Case)
            )
        )
    if actor.has(Role.AGENCY):
        ways.append(
            exists(
                select(1)
                .select_from(Delivery)
                .where(Delivery.case_id == Case.id, in_territory(actor, Delivery.__table__.c.recipient_id))
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
    return or_(*ways) if ways else false()


@_kept
def visible_documents(actor: Actor) -> ColumnElement[bool]:
    """Papers of visible cases, without restricted ones unless the actor stands on their list; agencies: what was served."""
    if actor.has(Role.SYSTEM):
        return true()
    listed = exists(select(1).where(Reader.document_id == Document.id, Reader.user_id == actor.id).correlate(Document))
    open_to_me = or_(Document.restricted.is_(False), listed)
    ways: list[ColumnElement[bool]] = []
    if actor.has(*POLICE):
        ways.append(
            and_(
                exists(
                    select(1)
                    .where(Case.id == Document.case_id, in_territory(actor, Case.__table__.c.unit_id))
                    .correlate(Document)
                ),
                open_to_me,
            )
        )
    if actor.has(*CHAIN) or actor.stands_in:
        ways.append(exists(select(1).where(Approval.document_id == Document.id, my_step(actor)).correlate(Document)))
    if actor.has(Role.AGENCY):
        ways.append(
            and_(
                Document.status == DocumentStatus.DELIVERED,
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
    return or_(*ways) if ways else false()


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


def restricted_in_the_open(actor: Actor, kinds: Collection[DocumentKind]) -> ColumnElement[bool]:
    """Cases in which the actor may know of restricted papers of these kinds: who stands on a list of one, and the
    case's officer, who is put on every list; an officer who came later and is not on it learns no more than others."""
    own = select(1).where(Reader.document_id == Document.id, Reader.user_id == actor.id).correlate(Document)
    papers = select(1).where(Document.case_id == Case.id, Document.kind.in_(kinds), Document.restricted).correlate(Case)
    listed, unlisted = exists(papers.where(exists(own))), exists(papers.where(~exists(own)))
    return or_(listed, and_(Case.officer_id == actor.id, ~unlisted))


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
    return or_(*ways) if ways else false()


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
        )
        .correlate(Recurrence)
    )


@_kept
def my_step(actor: Actor) -> ColumnElement[bool]:
    """Steps of a chain that the actor may take or has taken, in their own right or today in a signer's stead."""
    roles = [role for role in CHAIN if role in actor.roles]
    own = and_(
        Approval.organisation_id == actor.organisation_id,
        Approval.role.in_(roles),
        or_(Approval.user_id.is_(None), Approval.user_id == actor.id),
    )
    return or_(own, Approval.decided_by == actor.id, *(_in_the_stead_of(right) for right in actor.stands_in))


def _in_the_stead_of(right: StandIn) -> ColumnElement[bool]:
    return and_(
        Approval.role == Role.SIGNER,
        Approval.organisation_id == right.organisation_id,
        or_(Approval.user_id.is_(None), Approval.user_id == right.principal_id),
        Approval.decision.is_(None),
        true() if right.kinds is None else Document.kind.in_(right.kinds),
        Document.author_id.is_distinct_from(right.principal_id),
    )
