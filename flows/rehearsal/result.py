"""What came of a rehearsal: the case, its papers, deadlines and days, and the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.rehearsal.scenarios import Scenario
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Grade, Trigger, Turn


@dataclass(frozen=True, slots=True)
class PaperFiled:
    """A paper; `path` is its file in the folder, None for one that was never issued."""

    kind: DocumentKind
    number: str | None
    version: int | None
    recipient: str | None
    status: DocumentStatus
    issued_on: date | None
    sha256: str | None
    path: str | None
    title: str


@dataclass(frozen=True, slots=True)
class DeadlineKept:
    """A clock with its dates and how they were counted."""

    rule: str
    name: str
    organisation: str
    paper: str | None
    measure: str | None
    turn: Turn
    started_on: date
    start_event: str
    due_on: date
    provisional: bool
    state: str
    closed_on: date | None
    late: bool
    borrowed: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened on a day, in a sentence, and why."""

    on: date
    what: str
    why: str | None


@dataclass(frozen=True, slots=True)
class Package:
    """The archive beside the papers: its folder, how many items it holds, and the hash of its manifest."""

    path: str
    items: int
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A dossier's whole life, and what had to be assumed for it."""

    case_number: str
    grade: Grade
    grade_provisional: bool
    trigger: Trigger
    scenario: Scenario
    assumptions: list[str]
    documents: list[PaperFiled]
    deadlines: list[DeadlineKept]
    timeline: list[Happening]
    archive: Package
