"""保管期限: derived from the result, and derived anew for every volume of a case when the result changes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.archive.queries.disposals import is_destroyed
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
    """Let the volumes of a case be kept as its result asks, earlier ones too; what changes is on record. The 档号 stays.

    A disposal that is not carried out ends where it is not due any more. A case that was destroyed stays as it was.
    """
    if is_destroyed(act.session, case.id):
        return
    volumes = act.session.scalars(select(Archive).where(Archive.case_id == case.id).order_by(Archive.id)).all()
    term: Retention | None = None
    for volume in volumes:
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
    for disposal in _standing(act, case):
        _lapse_before_its_time(act, case, disposal, why)


def kept_longest(act: Act, case: Case) -> date | None:
    """Return the last day on which any volume of an archived case is kept; None for ever."""
    ends = act.session.scalars(select(Archive.keep_until).where(Archive.case_id == case.id)).all()
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _standing(act: Act, case: Case) -> list[ArchiveDisposal]:
    return list(
        act.session.scalars(
            select(ArchiveDisposal)
            .join(Archive, Archive.id == ArchiveDisposal.archive_id)
            .where(
                Archive.case_id == case.id,
                ArchiveDisposal.approved.is_not(False),
                ArchiveDisposal.lapsed_at.is_(None),
            )
        )
    )


def _lapse_before_its_time(act: Act, case: Case, disposal: ArchiveDisposal, why: str) -> None:
    last = kept_longest(act, case)
    if last is not None and last < act.today:
        return
    disposal.lapsed_at = act.at
    number = act.session.get_one(Archive, disposal.archive_id).archive_number
    record(act, case, "disposal_lapsed", why=why, archive_number=number)
