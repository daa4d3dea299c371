"""The short names of what a case holds: findings, evidence, replies, talks, as forms let a person choose among them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from sqlalchemy import Row, not_, select, true
from sqlalchemy.orm import Session

from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem
from models.case.queries.attachments import ReplyFileShown, files_of
from models.case.tables import PROVING, Case, Evidence, Finding, FindingOrganisation
from models.kernel.base import Json
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import only_asked_about, read_of, visible_assignments, visible_documents
from models.kernel.storage.media import SVG
from models.kernel.tables import FileExamination
from models.kernel.vocabulary import Aspect, FindingLevel, PersonRole, ReplyKind, Verdict
from models.office.rules.subject_parts import Part
from models.office.tables import Organisation, User
from models.overview.queries.examinations import Known, known
from models.papers.filling.subjects import subjects as subjects_of
from models.papers.queries.verifications import VerificationShown, verifications_of
from models.papers.tables import Document
from models.rectification.queries.notice_links import SCAN_ACCOUNT
from models.rectification.tables import Assessment, Assignment, Measure, Reply, Talk

from .case_view import CaseRead

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class ReplyShown:
    """An answer of a unit, its files, and what was said to it; `given_by` is the unit of who wrote it down."""

    id: int
    ref: str
    kind: ReplyKind
    text: str
    requested_due_on: date | None
    on_behalf: bool
    happened_at: datetime
    of_milestone: bool
    by_scan: bool
    merged: bool
    measure: str
    organisation: str
    verdict: Verdict | None
    reason: str | None
    withdrawn_at: datetime | None
    given_by: int
    files: list[ReplyFileShown]


@dataclass(frozen=True, slots=True)
class FindingShown:
    """A finding and the units that it concerns."""

    id: int
    ref: str
    aspect: Aspect
    level: FindingLevel
    text: str
    cause_tags: list[str]
    legal_basis: list[str]
    duty_failure: bool
    organisations: list[str]


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """Evidence with its file (size in bytes) or where it is kept, and the findings that it supports."""

    ref: str
    title: str
    findings: list[str]
    file_name: str | None
    size: int | None
    sha256: str | None
    reference: str | None
    added_at: datetime
    other_names: list[str] | None = None
    media_type: str | None = None
    picture: Json | None = None
    details: Json = field(default_factory=dict)
    known: Known | None = None

    @property
    def shown(self) -> bool:
        """Whether there is a small picture of it."""
        return bool(self.picture) or self.media_type == SVG.mime


@dataclass(frozen=True, slots=True)
class ItemShown:
    """An accountability item, the organ that may look into it, and what a proposal still lacks about it."""

    ref: str
    category: str
    organ: str | None
    missing: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Somebody in the accident; the name may be unknown."""

    ref: str
    name: str | None
    role: PersonRole


@dataclass(frozen=True, slots=True)
class TalkShown:
    """A talk with a unit."""

    id: int
    state: str
    organisation: str


class CaseContents:
    """What a case holds, each kind read when somebody first asks for it; an agency gets the replies to its own measures
    and nothing inside.

    Whose accountability is looked at is told only to those who may know. The statements grow with no rows but the units
    that disobeyed an order, whose orders are told.
    """

    def __init__(self, case: CaseRead, actor: Actor) -> None:
        self._case, self._actor = case, actor

    @cached_property
    def _papers(self) -> Sequence[Row[str, int, str | None]]:
        with self._case.reading() as session:
            return session.execute(
                select(Document.ref, Document.round, Document.note).where(
                    Document.case_id == self._case.case.id, visible_documents(self._actor)
                )
            ).all()

    @property
    def rounds(self) -> dict[str, int]:
        """Return the round of approval of each paper by its short name."""
        return {paper.ref: paper.round for paper in self._papers}

    @property
    def notes(self) -> dict[str, str]:
        """Return the note of each paper that has one by its short name."""
        return {paper.ref: paper.note for paper in self._papers if paper.note and self._case.whole}

    @cached_property
    def replies(self) -> list[ReplyShown]:
        """Return the answers of units."""
        with self._case.reading() as session:
            return _replies(session, self._actor, self._case.case.id)

    @cached_property
    def findings(self) -> list[FindingShown]:
        """Return the findings in their order."""
        return self._inside(_findings)

    @cached_property
    def evidence(self) -> list[EvidenceShown]:
        """Return the evidence, oldest first."""
        return self._inside(_evidence)

    @cached_property
    def items(self) -> list[ItemShown]:
        """Return the accountability items that the actor may know of."""
        return self._inside(lambda session, case: _items(session, self._actor, case, subjects=self._subjects))

    @cached_property
    def people(self) -> list[PersonShown]:
        """Return who was in the accident."""
        return self._inside(lambda session, case: _people(session, self._actor, case, subjects=self._subjects))

    @cached_property
    def talks(self) -> list[TalkShown]:
        """Return the talks with units."""
        return self._inside(_talks)

    @cached_property
    def verifications(self) -> list[VerificationShown]:
        """Return the checks on site."""
        return self._inside(verifications_of)

    @property
    def _subjects(self) -> bool:
        return bool(self._case.case.all_subjects)

    def _inside(self, look: Callable[[Session, int], list[Told]]) -> list[Told]:
        """Return what only the police are told; nothing to others."""
        if not self._case.whole:
            return []
        with self._case.reading() as session:
            return look(session, self._case.case.id)


def _replies(session: Session, actor: Actor, case_id: int) -> list[ReplyShown]:
    rows = session.execute(
        select(
            Reply.id,
            Reply.ref,
            Reply.kind,
            Reply.text,
            Reply.requested_due_on,
            Reply.on_behalf,
            Reply.happened_at,
            Reply.milestone_id.is_not(None).label("of_milestone"),
            User.account.startswith(SCAN_ACCOUNT).label("by_scan"),
            Assignment.served_by_id.is_not(None).label("merged"),
            Measure.ref.label("measure"),
            Organisation.name.label("organisation"),
            Assessment.verdict,
            Assessment.reason,
            Reply.withdrawn_at,
            User.organisation_id.label("given_by"),
        )
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Organisation, Organisation.id == Reply.organisation_id)
        .join(User, User.id == Reply.author_id)
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(Reply.case_id == case_id, visible_assignments(actor))
        .order_by(Reply.id)
    ).all()
    files = files_of(session, [row.id for row in rows])
    return [ReplyShown(**row._asdict(), files=files.get(row.id, [])) for row in rows]


def _findings(session: Session, case_id: int) -> list[FindingShown]:
    units: dict[int, list[str]] = {}
    for finding_id, name in session.execute(
        select(FindingOrganisation.finding_id, Organisation.name)
        .join(Organisation, Organisation.id == FindingOrganisation.organisation_id)
        .join(Finding, Finding.id == FindingOrganisation.finding_id)
        .where(Finding.case_id == case_id)
        .order_by(Organisation.id)
    ):
        units.setdefault(finding_id, []).append(name)
    rows = session.execute(
        select(
            Finding.id,
            Finding.ref,
            Finding.aspect,
            Finding.level,
            Finding.text,
            Finding.cause_tags,
            Finding.legal_basis,
            Finding.duty_failure,
        )
        .where(Finding.case_id == case_id, Finding.withdrawn_at.is_(None))
        .order_by(Finding.position, Finding.id)
    )
    return [FindingShown(*row, units.get(row.id, [])) for row in rows]


def _evidence(session: Session, case_id: int) -> list[EvidenceShown]:
    supported: dict[int, list[str]] = {}
    for evidence_id, finding in session.execute(
        select(PROVING.c.evidence_id, Finding.ref)
        .join(Finding, Finding.id == PROVING.c.finding_id)
        .where(Finding.case_id == case_id)
        .order_by(Finding.position, Finding.id)
    ):
        supported.setdefault(evidence_id, []).append(finding)
    rows = session.execute(
        select(Evidence, FileExamination)
        .outerjoin(FileExamination, FileExamination.sha256 == Evidence.sha256)
        .where(Evidence.case_id == case_id, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.id)
    )
    return [
        EvidenceShown(
            ref=row.ref,
            title=row.title,
            findings=supported.get(row.id, []),
            file_name=row.file_name,
            size=row.size,
            sha256=row.sha256,
            reference=row.reference,
            added_at=row.added_at,
            other_names=row.other_names,
            media_type=row.media_type,
            picture=row.picture,
            details=row.details,
            known=None if examined is None else known(examined),
        )
        for row, examined in rows
    ]


def _items(session: Session, actor: Actor, case_id: int, *, subjects: bool) -> list[ItemShown]:
    seen = true() if subjects else read_of(actor, AccountabilityItem)
    rows = session.execute(
        select(AccountabilityItem.ref, AccountabilityItem.category, Organisation.name.label("organ"))
        .outerjoin(Organisation, Organisation.id == AccountabilityItem.competent_organ_id)
        .where(AccountabilityItem.case_id == case_id, seen)
        .order_by(AccountabilityItem.id)
    )
    asked = subjects_of(session, case_id, AccountabilityItem.informational.is_(False), seen)
    lacking = {one.ref: one.missing for one in asked}
    return [ItemShown(*row, lacking.get(row.ref, ())) for row in rows]


def _people(session: Session, actor: Actor, case_id: int, *, subjects: bool) -> list[PersonShown]:
    rows = session.execute(
        select(Person.ref, Person.name, Person.role)
        .join(Case, Case.accident_id == Person.accident_id)
        .where(Case.id == case_id, true() if subjects else not_(only_asked_about(actor)))
        .order_by(Person.id)
    )
    return [PersonShown(*row) for row in rows]


def _talks(session: Session, case_id: int) -> list[TalkShown]:
    rows = session.execute(
        select(Talk.id, Talk.state, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Talk.organisation_id)
        .where(Talk.case_id == case_id)
        .order_by(Talk.id)
    )
    return [TalkShown(*row) for row in rows]
