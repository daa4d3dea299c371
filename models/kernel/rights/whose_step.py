"""SQL conditions that tell which waiting steps are a person's own."""

from __future__ import annotations

from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, exists, false, literal, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from models.case.tables import Case
from models.kernel.rights.own_police import upper_officer
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import POLICE, in_territory, my_step, takes_part, visible_documents
from models.kernel.vocabulary import DocumentStatus, ReplyKind, Role
from models.papers.tables import Delivery, Document
from models.rectification.tables import Assessment, Assignment, Dispute, Reply, ReplyFile, Talk, Verification

Condition: TypeAlias = ColumnElement[bool]
# Ways to be the one that is waited for. No row satisfies two of them, so that each can be asked by itself, by its index:
# joined by OR they would have neither database look anywhere but at everything.
Ways: TypeAlias = tuple[Condition, ...]


def here(actor: Actor) -> Condition:
    """Cases of the actor's territory in which the actor takes part."""
    return and_(in_territory(actor, Case.__table__.c.unit_id), takes_part(actor, Case.__table__.c.id))


def police(actor: Actor) -> Condition:
    """Cases that the actor sees as the police do."""
    return here(actor) if actor.has(*POLICE, Role.SYSTEM) else false()


def officer(actor: Actor) -> Condition:
    """Cases that the actor carries."""
    return and_(Case.officer_id == actor.id, here(actor)) if actor.has(Role.OFFICER) else false()


def drafter(actor: Actor) -> Ways:
    """Papers the actor drafts: of cases that the actor carries, those in which the upper unit acts in our stead, and
    those that the actor submitted and got back."""
    if not actor.has(Role.OFFICER):
        return ()
    sees = visible_documents(actor)
    upper = and_(
        Document.restricted,
        Document.issuer_id == actor.organisation_id,
        Case.unit_id != actor.organisation_id,
        Case.officer_id != actor.id,
    )
    # Who submitted a paper that came back is told so, whoever carries the case.
    returned = and_(
        Document.status == DocumentStatus.RETURNED,
        Document.author_id == actor.id,
        Case.officer_id != actor.id,
        not_(upper),
    )
    return and_(officer(actor), sees), and_(upper, here(actor), sees), and_(returned, here(actor), sees)


def upper_drafter(actor: Actor) -> Condition:
    """Cases of units below, for officers of the upper unit: where our own police are examined, they draft."""
    return and_(upper_officer(actor), here(actor))


def clerk(actor: Actor) -> Ways:
    """Papers the actor proves served: the clerk of the unit, or the officer of the case where there is none at hand."""
    return (and_(here(actor) if actor.has(Role.CLERK) else officer(actor), visible_documents(actor)),)


def server(actor: Actor) -> Ways:
    """Papers the actor seals and serves: who proves them served, and who drafts them. A clerk's reach holds all these."""
    return clerk(actor) if actor.has(Role.CLERK) else drafter(actor)


def step_taker(actor: Actor) -> Condition:
    """Steps of a chain that are the actor's to take; the author never approves."""
    return and_(my_step(actor), visible_documents(actor), Document.author_id.is_distinct_from(actor.id))


def served(actor: Actor) -> Condition:
    """Papers served on a unit of the actor's."""
    if not actor.has(Role.AGENCY):
        return false()
    ours = in_territory(actor, Delivery.__table__.c.recipient_id)
    # Said once more of the paper: SQLite begins with every paper of a kind unless it is told which few these are.
    waiting = select(Delivery.document_id).where(Delivery.acknowledged_at.is_(None), ours)
    return and_(Document.id.in_(waiting), ours, visible_documents(actor))


def holder(actor: Actor) -> Condition:
    """Measures in the hands of, or delegated to, a unit of the actor's."""
    if not actor.has(Role.AGENCY):
        return false()
    hands = Assignment.__table__.c
    ours = or_(in_territory(actor, hands.organisation_id), in_territory(actor, hands.delegated_to_id))
    return and_(ours, takes_part(actor, Case.__table__.c.id))


def extension() -> Condition:
    """Answers that ask for more time, spelled out: few of all answers do, and an index holds just them."""
    return Reply.kind == literal(ReplyKind.EXTENSION, Reply.kind.type, literal_execute=True)


def wrote(person: ColumnElement[int] | InstrumentedAttribute[int] | int | None) -> Condition:
    """Answers of which somebody is the author: who enters one from a sealed paper, with its scan, only types it in."""
    scanned = exists(select(1).where(ReplyFile.reply_id == Reply.id).correlate(Reply))
    return and_(Reply.author_id == person, not_(and_(Reply.on_behalf, scanned)))


def judge(actor: Actor) -> Ways:
    """The officer assesses, or a colleague where the officer wrote the reply; leaders and signers decide extensions."""
    asks, others = extension(), and_(here(actor), not_(wrote(actor.id)))
    ways: list[Condition] = []
    if actor.has(Role.OFFICER):
        ways.append(and_(not_(asks), Case.officer_id == actor.id, others))
        ways.append(and_(not_(asks), Case.officer_id != actor.id, wrote(Case.officer_id), others))
    if actor.has(Role.LEADER, Role.SIGNER):
        ways.append(and_(asks, others))
    return tuple(ways)


def adjudicator(actor: Actor) -> Condition:
    """Disputes: leaders of the unit and of the body that may adjudicate, except who wrote the dispute."""
    if not actor.has(Role.LEADER):
        return false()
    body = in_territory(actor, Dispute.__table__.c.adjudicator_id)
    return and_(or_(here(actor), body), not_(wrote(actor.id)))


def inspector(actor: Actor) -> Ways:
    """Any officer of the unit who neither wrote nor assessed a completion; closing is the case officer's."""
    if not actor.has(Role.OFFICER):
        return ()
    involved = exists(
        select(1)
        .select_from(Reply)
        .join(Assessment, Assessment.reply_id == Reply.id)
        .where(
            Reply.assignment_id == Assignment.id,
            Reply.kind == ReplyKind.COMPLETION,
            or_(wrote(actor.id), Assessment.assessor_id == actor.id),
        )
        .correlate(Assignment)
    )
    passed = exists(
        select(1)
        .where(Verification.assignment_id == Assignment.id, Verification.passed.is_(True))
        .correlate(Assignment)
    )
    return and_(here(actor), not_(passed), not_(involved)), and_(here(actor), passed, Case.officer_id == actor.id)


def talker(actor: Actor) -> Ways:
    """Talks: a leader decides, the officer of the case holds them."""
    proposed = Talk.state == "proposed"
    ways = [and_(proposed, here(actor))] if actor.has(Role.LEADER) else []
    return (*ways, and_(not_(proposed), officer(actor)))


def archivist(actor: Actor) -> Condition:
    """Cases whose volume the actor closes."""
    return here(actor) if actor.has(Role.ARCHIVIST) else false()
