"""Whom we may order, summon or ask to examine, asked of rows: the hard rule of `models.office.rules.competence` for our bodies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import DocumentKind
from models.office.rules.competence import (
    Bar,
    Refusal,
    order_bar,
    order_refusal,
    organ_bar,
    organ_refusal,
    subject_bar,
    subject_refusal,
)
from models.office.rules.paper_kinds import DIRECTIVE
from models.office.rules.relations import Body
from models.office.tables import Organisation


def body_of(unit: Organisation) -> Body:
    """Return the facts of a unit that decide how it stands to others."""
    return Body(unit.kind, unit.division_code, tuple(unit.path.strip("/").split("/")))


@dataclass(frozen=True, slots=True)
class Competence:
    """What our unit may ask of others; whoever of our bodies writes, it is our unit that asks."""

    ours: Body

    def order_bar(self, recipient: Organisation) -> Bar | None:
        """Return why a unit is neither ordered nor summoned."""
        return order_bar(self.ours, body_of(recipient), override=recipient.relation)

    def order_refusal(self, recipient: Organisation, kind: DocumentKind) -> Refusal | None:
        """Return why a paper that orders or summons may not go to a unit; None for other papers, too."""
        bar = self.order_bar(recipient) if kind in DIRECTIVE else None
        return None if bar is None else order_refusal(bar, recipient.name, kind)

    def organ_refusal(self, organ: Organisation, subjects: Iterable[Organisation] = ()) -> Refusal | None:
        """Return why an organ cannot be asked to examine these units, or people of theirs."""
        bar = organ_bar(
            self.ours, body_of(organ), override=organ.relation, subjects=[body_of(subject) for subject in subjects]
        )
        return None if bar is None else organ_refusal(bar, organ.name)

    def subject_refusal(self, subject: Organisation) -> Refusal | None:
        """Return why a unit itself cannot be the subject of a proposal of ours."""
        bar = subject_bar(self.ours, body_of(subject))
        return None if bar is None else subject_refusal(bar, subject.name)


def competence(session: Session) -> Competence | None:
    """Return what our unit may ask of others; None before the installation has one."""
    own = session.scalars(select(Organisation).where(Organisation.issues_as == "unit")).one_or_none()
    return None if own is None else Competence(body_of(own))
