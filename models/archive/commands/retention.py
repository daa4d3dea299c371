"""保管期限: derived from the result, and derived anew for every volume of a case when the result changes."""

from __future__ import annotations

from sqlalchemy import select

from models.archive.tables import Archive, ArchiveDisposal
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.case_accident import accident_of, grade_of
from models.kernel.events import record
from models.kernel.vocabulary import CaseKind, Grade
from models.papers.rules.retention import Retention, kept_until, retention


def term_of(act: Act, case: Case) -> Retention:
    """Return how long volumes of the case are kept, by what is known now; nobody was hurt by a hazard that was mended."""
    if case.kind is CaseKind.HAZARD:
        return retention(Grade.ORDINARY, None, None)
    accident = accident_of(act.session, case)
    return retention(grade_of(case), accident.deaths, accident.serious_injuries)


def derive_anew(act: Act, case: Case, why: str) -> None:
    """Let the volumes of a case be kept as its result asks, earlier ones too; what changes is on record. The 档号 stays."""
    destroyed = select(ArchiveDisposal.archive_id).where(ArchiveDisposal.destroyed_at.is_not(None))
    volumes = select(Archive).where(Archive.case_id == case.id, Archive.id.not_in(destroyed)).order_by(Archive.id)
    term: Retention | None = None
    for volume in act.session.scalars(volumes).all():
        term = term or term_of(act, case)
        before = Retention(volume.retention)
        if before is term:
            continue
        volume.retention, volume.keep_until = term.value, kept_until(term, local_date(volume.archived_at))
        record(
            act,
            case,
            "retention_changed",
            why=why,
            archive_number=volume.archive_number,
            before=before.value,
            after=term.value,
        )
