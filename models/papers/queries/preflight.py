"""Preflight of a paper as people see it: what is missing or doubtful, and what of it somebody let pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case, CaseOrganisation
from models.clock.queries.rulebook import Rulebook
from models.kernel.errors import NotFound
from models.kernel.lifecycle import UNSIGNED
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases, visible_documents
from models.kernel.settings import Settings
from models.kernel.vocabulary import DocumentKind
from models.office.tables import Organisation, User
from models.papers.filling import content
from models.papers.preflight import Place, Remark, Weight, doubtful, remarks_on
from models.papers.tables import Document, Waiver

UNITS_NAMED = 3
"""Units that a remark names; of more it tells how many there are."""


@dataclass(frozen=True, slots=True)
class WaiverShown:
    """Who let a remark pass, and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RemarkShown:
    """A remark with its name for a waiver; `blocks` says whether the paper cannot be signed because of it."""

    key: str
    weight: Weight
    place: Place
    what: str
    row: str | None
    text: str
    waivable: bool
    waived: WaiverShown | None

    @property
    def blocks(self) -> bool:
        """Whether nobody can sign while it stands."""
        return self.weight is Weight.MISSING and self.waived is None


def preflight(
    session: Session, actor: Actor, case_number: str, paper: str, *, settings: Settings, rules: Rulebook, today: date
) -> tuple[RemarkShown, ...]:
    """Return what a paper lacks today; nothing for one that is signed. Raises NotFound for who may not see the paper."""
    found = session.execute(
        select(Document.id, Document.status, Document.kind, Document.case_id, Document.recipient_id)
        .join(Case, Case.id == Document.case_id)
        .where(Case.case_number == case_number, Document.ref == paper, visible_cases(actor), visible_documents(actor))
    ).one_or_none()
    if found is None:
        raise NotFound(f"没有文书“{paper}”，或您无权查看。", code="document_not_found")
    if found.status not in UNSIGNED or found.kind is DocumentKind.TRACEBACK_ARCHIVE:
        return ()
    said = content(session, found.id, settings=settings, rules=rules, issued_on=today)
    waived = waivers_of(session, found.id)
    return tuple(
        RemarkShown(one.key, one.weight, one.place, one.what, one.row, one.text, one.waivable, waived.get(one.key))
        for one in (
            *remarks_on(said),
            *_of_casualties(session, found.case_id, found.kind),
            *_of_units(session, found.case_id, found.kind, found.recipient_id),
        )
    )


def _of_casualties(session: Session, case_id: int, kind: DocumentKind) -> Iterator[Remark]:
    """Yield that somebody keeps the casualties of a report open, although no figure is missing that could change its grade."""
    of_case = select(Accident.details).join(Case, Case.accident_id == Accident.id).where(Case.id == case_id)
    if kind is DocumentKind.ANALYSIS_REPORT and session.scalars(of_case).one().get("casualties_settled") is False:
        text = "伤亡情况注明尚未查清，查清后请办理“伤亡已查清”。"
        yield doubtful("casualties_open", Place.ACCIDENT, "查清的伤亡情况", text)


def _of_units(session: Session, case_id: int, kind: DocumentKind, recipient: int | None) -> Iterator[Remark]:
    """Yield that units wait for an administrator: of a report all that the case lists, of any other paper its recipient."""
    listed = select(CaseOrganisation.organisation_id).where(CaseOrganisation.case_id == case_id)
    named = Organisation.id.in_(listed) if kind is DocumentKind.ANALYSIS_REPORT else Organisation.id == recipient
    names = session.scalars(
        select(Organisation.name).where(named, Organisation.pending_since.is_not(None)).order_by(Organisation.id)
    ).all()
    if names:
        told = "".join(f"“{name}”" for name in names[:UNITS_NAMED])
        many = f"等{len(names)}个单位" if len(names) > UNITS_NAMED else ""
        text = f"{told}{many}是办案中新登记的，待管理员确认，请核对名称后提请确认。"
        yield doubtful("units_pending", Place.OFFICE, "已确认的单位", text)


def waivers_of(session: Session, document_id: int) -> Mapping[str, WaiverShown]:
    """Return who let which remark on a paper pass, by the remark's key."""
    rows = session.execute(
        select(Waiver.remark, Waiver.reason, Waiver.waived_at, User.name)
        .join(User, User.id == Waiver.waived_by)
        .where(Waiver.document_id == document_id)
        .order_by(Waiver.id)
    )
    return {row.remark: WaiverShown(row.name, row.waived_at, row.reason) for row in rows}
