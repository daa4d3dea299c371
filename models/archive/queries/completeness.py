"""归档前检查: what a case lacks before it is archived, as people see it, and what of it somebody let pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.archive.rules.gaps import Gap, GapKind
from models.archive.tables import GapExcuse
from models.case.tables import Case
from models.kernel.errors import NotFound
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.rights.visible import restricted_in_the_open, visible_cases, visible_documents
from models.kernel.storage.files import FileStore
from models.kernel.vocabulary import DocumentKind
from models.office.tables import User
from models.papers.tables import Document

from .gaps import gaps_of
from .in_force import volume_in_force

_RESTRICTED = (DocumentKind.ACCOUNTABILITY_PROPOSAL,)
HIDDEN = "有其他文书的事项未办完，请与主办民警、上级单位核对"
"""All that is said of restricted papers to who may not see them: not even how many there are."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """Who let something be missing, when and why."""

    row: int
    by: str
    by_id: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class GapShown:
    """A gap as people see it. `key` None: it concerns papers that this person may not see; all of them are one line.

    `part` and `about` lead to the part of the case where it is mended, `step` is the action that mends it.
    """

    key: str | None
    kind: str
    text: str
    number: str | None
    unit: str | None
    part: str
    about: str | None
    step: str | None
    excusable: bool
    excused: Excuse | None

    @property
    def blocks(self) -> bool:
        """Whether the case cannot be archived because of it."""
        return self.excused is None


def completeness(session: Session, actor: Actor, case_number: str, store: FileStore) -> tuple[GapShown, ...]:
    """Return what a case lacks before it is archived; nothing for one that is archived. Raises NotFound, also for who has no
    part in investigating it: what is missing is no business of an agency's.

    Who may not know of restricted papers reads the same list whether there are any or not; archiving looks at all of it.
    """
    case = _known(session, actor, case_number)
    if volume_in_force(session, case.id) is not None:
        return ()
    gaps = gaps_of(session, case, store)
    found = shown(session, actor, gaps, excuses(session, case.id))
    secret = {f"{GapKind.PAPER_MISSING.value}/{kind.value}" for kind in _RESTRICTED}
    if session.scalar(select(Case.id).where(restricted_in_the_open(actor, _RESTRICTED, [case.id]))) is not None:
        secret = set()
    return tuple(gap for gap in found if gap.key is not None and gap.key not in secret)


def is_archived(session: Session, actor: Actor, case_number: str) -> bool:
    """Return whether a case has its volume, as one that was ended before its time may too. Raises as `completeness`."""
    return volume_in_force(session, _known(session, actor, case_number).id) is not None


def _known(session: Session, actor: Actor, case_number: str) -> Case:
    known = select(Case).where(Case.case_number == case_number, visible_cases(actor))
    case = session.scalars(known).one_or_none() if actor.has(*POLICE) else None
    if case is None:
        raise NotFound(f"没有编号为“{case_number}”的案件，或您无权查看。", code="case_not_found")
    return case


def excuses(session: Session, case_id: int) -> Mapping[tuple[str, str], Excuse]:
    """Return by gap and state who let it be missing. One statement."""
    rows = session.execute(
        select(GapExcuse, User.name)
        .join(User, User.id == GapExcuse.approved_by)
        .where(GapExcuse.case_id == case_id)
        .order_by(GapExcuse.id)
    )
    return {
        (row.GapExcuse.gap, row.GapExcuse.state): Excuse(
            row.GapExcuse.id, row.name, row.GapExcuse.approved_by, row.GapExcuse.approved_at, row.GapExcuse.reason
        )
        for row in rows
    }


def seen_by(session: Session, actor: Actor, gaps: Iterable[Gap]) -> set[int]:
    """Return the papers among those that gaps are about that the actor may see. One statement."""
    papers = {gap.paper for gap in gaps if gap.paper is not None}
    if not papers:
        return set()
    return set(session.scalars(select(Document.id).where(Document.id.in_(papers), visible_documents(actor))))


def shown(
    session: Session, actor: Actor, gaps: Iterable[Gap], excused: Mapping[tuple[str, str], Excuse]
) -> tuple[GapShown, ...]:
    """Return gaps as the actor may see them: what stands, and what was let pass."""
    kept = list(gaps)
    seen = seen_by(session, actor, kept)
    told: dict[str, GapShown] = {}
    for gap in kept:
        excuse = excused.get((gap.key, gap.state)) if gap.excusable else None
        if gap.paper is None or gap.paper in seen:
            told[gap.key] = GapShown(
                gap.key,
                gap.kind.value,
                gap.text,
                gap.number,
                gap.unit,
                gap.part,
                gap.about,
                gap.step,
                gap.excusable,
                excuse,
            )
        elif excuse is None:
            told[""] = GapShown(
                None, GapKind.PAPER_UNSETTLED.value, HIDDEN, None, None, "papers", None, None, False, None
            )
    return tuple(told.values())
