"""监管回溯档案: the volume of a case, from its first paper to its last event."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import NotNullable, exists, select
from sqlalchemy.orm import Session, aliased

from models.archive.tables import Archive, GapExcuse
from models.case.tables import Case
from models.case.tables import NotApplicable as NotApplicableRow
from models.kernel.calendar.local_time import local_date
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, Outcome
from models.office.queries.names_then import names_then
from models.office.tables import Organisation, User
from models.papers.content import (
    ArchivedFile,
    DeliveryEntry,
    EventEntry,
    ExcusedGap,
    NotApplicable,
    OutcomeEntry,
    ReplyEntry,
    TracebackArchive,
    VerificationEntry,
    VolumeNotes,
)
from models.papers.content.wording import day, places, title_lines
from models.papers.filling.draft import Draft, local
from models.papers.filling.register import fills
from models.papers.filling.volume_names import Names, names, without_keys
from models.papers.queries.case_papers import of_case
from models.papers.queries.verifications import verifications_of
from models.papers.rules.package_places import PackageFolder
from models.papers.rules.retention import Retention
from models.papers.tables import Delivery, Document, Waiver
from models.rectification.tables import Assessment, Assignment, Dispute, Measure, Reply

from .related_cases import in_words
from .volume import Catalogue, StoredFile, add_evidence, add_incoming, add_papers, files_of_replies

BY_PROOF = "proof_of_service"


@fills(DocumentKind.TRACEBACK_ARCHIVE)
def content(session: Session, draft: Draft) -> TracebackArchive:
    """Return what the volume holds. It says all of the case: who may not see a restricted paper may not see it."""
    row = draft.row
    archive = _archive(session, row.id)
    catalogue, called = Catalogue(), names(session, row.case_id)
    excused = _excused(session, row.id)
    catalogue.lost = {one.file_sha256 for one, _ in excused if one.file_sha256}
    add_papers(session, draft, catalogue)
    add_incoming(session, draft, catalogue)
    add_evidence(session, draft, catalogue, row.issuer_name)
    replies = _replies(session, row.case_id, catalogue, called)
    verifications = _verifications(session, row.case_id, catalogue, called)
    events = _events(session, row.case_id, archive.chain_length if archive else row.last_seq, called)
    dated = draft.issued_on or (local_date(archive.archived_at) if archive else None)
    return TracebackArchive(
        case_number=row.case_number,
        fonds_name=row.issuer_name,
        fonds_number=draft.settings.fonds,
        archive_number=archive.archive_number if archive else draft.number,
        title=title_lines(row.title),
        issuer=row.issuer_name,
        period_from=local_date(row.filed_at),
        period_to=dated or (local_date(events[-1].at) if events else None),
        retention=Retention(archive.retention).label if archive else None,
        shelf_place=archive.shelf_place if archive else None,
        dated=dated,
        accident=draft.topic(),
        items=tuple(catalogue.items),
        deliveries=_deliveries(session, row.case_id),
        replies=replies,
        verifications=verifications,
        outcomes=_outcomes(session, row.case_id, called),
        events=events,
        event_count=len(events),
        event_chain_head=archive.chain_head if archive else row.last_hash,
        notes=_notes(session, draft, archive, catalogue, called, dated, excused),
    )


@dataclass(frozen=True, slots=True)
class _Archive:
    archive_number: str
    retention: str
    shelf_place: str | None
    archived_at: datetime
    chain_head: str
    chain_length: int
    archivist: str


def _archive(session: Session, document_id: int) -> _Archive | None:
    row = session.execute(
        select(
            Archive.archive_number,
            Archive.retention,
            Archive.shelf_place,
            Archive.archived_at,
            Archive.chain_head,
            Archive.chain_length,
            User.name.label("archivist"),
        )
        .join(User, User.id == Archive.archived_by)
        .where(Archive.document_id == document_id)
    ).one_or_none()
    return None if row is None else _Archive(*row)


def _deliveries(session: Session, case_id: int) -> tuple[DeliveryEntry, ...]:
    recipient, clerk, receiver, employer = (
        aliased(Organisation),
        aliased(User),
        aliased(User),
        aliased(Organisation),
    )
    by_proof = exists(
        select(Event.seq).where(
            Event.case_id == Document.case_id,
            Event.kind == "paper_acknowledged",
            Event.data["paper"].as_string() == Document.ref,
            Event.data["means"].as_string() == BY_PROOF,
        )
    )
    rows = session.execute(
        select(
            Delivery.id,
            Document.number,
            Document.title,
            recipient.name.label("recipient"),
            recipient.path.label("recipient_path"),
            Delivery.mode,
            Delivery.delivered_at,
            clerk.name.label("delivered_by"),
            Delivery.received_by,
            Delivery.acknowledged_at,
            employer.path.label("receiver_path"),
            by_proof.label("by_proof"),
        )
        .join(Document, Document.id == Delivery.document_id)
        .join(recipient, recipient.id == Delivery.recipient_id)
        .join(clerk, clerk.id == Delivery.recorded_by)
        .outerjoin(receiver, receiver.id == Delivery.acknowledged_by)
        .outerjoin(employer, employer.id == receiver.organisation_id)
        .where(of_case(case_id))
        .order_by(Delivery.delivered_at, Delivery.id)
    ).all()
    then = names_then(session, "deliveries", "recipient_id", {row.id: local_date(row.delivered_at) for row in rows})
    return tuple(
        DeliveryEntry(
            document=f"《{row.title}》（{row.number}）",
            recipient=then.get(row.id, row.recipient),
            mode=row.mode,
            delivered_at=local(row.delivered_at),
            delivered_by=row.delivered_by,
            received_by=row.received_by,
            received_at=local(row.acknowledged_at) if row.acknowledged_at else None,
            recorded_on_behalf=not row.by_proof and _on_behalf(row.recipient_path, row.receiver_path),
            by_proof=row.by_proof,
        )
        for row in rows
    )


def _on_behalf(recipient: str, receiver: str | None) -> bool:
    """代录: the account that entered the receipt stands neither below nor above the recipient."""
    return receiver is not None and not (receiver.startswith(recipient) or recipient.startswith(receiver))


def _replies(session: Session, case_id: int, catalogue: Catalogue, called: Names) -> tuple[ReplyEntry, ...]:
    assessor = aliased(User)
    rows = session.execute(
        select(
            Reply.id,
            Reply.ref,
            Reply.kind,
            Reply.text,
            Reply.incoming_number,
            Reply.happened_at,
            Reply.on_behalf,
            Reply.withdrawn_at,
            Organisation.name.label("organisation"),
            Measure.ref.label("measure"),
            Assessment.verdict,
            Assessment.assessed_at,
            assessor.name.label("assessor"),
        )
        .join(Organisation, Organisation.id == Reply.organisation_id)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .outerjoin(assessor, assessor.id == Assessment.assessor_id)
        .where(Reply.case_id == case_id)
        .order_by(Reply.happened_at, Reply.id)
    ).all()
    then = names_then(session, "replies", "organisation_id", {row.id: local_date(row.happened_at) for row in rows})
    files = files_of_replies(session, case_id)
    decisions = _decisions(session, case_id)
    entries = []
    for row in rows:
        organisation = then.get(row.id, row.organisation)
        archived: tuple[ArchivedFile, ...] = ()
        if files.get(row.id):
            archived = catalogue.add(
                PackageFolder.REPLIES,
                f"{organisation}关于{called.measure(row.measure)}的{row.kind.label}",
                files[row.id],
                responsible=organisation,
                number=row.incoming_number,
                dated=local_date(row.happened_at),
                about=f"reply/{row.ref}",
            )
        if row.id in decisions:
            decision = decisions[row.id]
            catalogue.add(
                PackageFolder.REPLIES,
                f"{called.measure(row.measure)}的职责争议裁定",
                [StoredFile(decision.scan_name or "", decision.scan_sha256, None)],
                responsible=decision.body,
                number=decision.incoming_number,
                dated=local_date(decision.decided_at),
                about=f"reply/{row.ref}",
            )
        entries.append(
            ReplyEntry(
                organisation=organisation,
                kind=row.kind,
                subject=called.measure(row.measure),
                received_at=local(row.happened_at),
                summary=row.text,
                evidence=archived,
                verdict=row.verdict,
                assessed_by=row.assessor,
                assessed_at=local(row.assessed_at) if row.assessed_at else None,
                recorded_on_behalf=row.on_behalf,
                withdrawn_at=local(row.withdrawn_at) if row.withdrawn_at else None,
            )
        )
    return tuple(entries)


@dataclass(frozen=True, slots=True)
class _Decision:
    scan_name: str | None
    scan_sha256: str
    incoming_number: str | None
    decided_at: datetime
    body: str


def _decisions(session: Session, case_id: int) -> dict[int, _Decision]:
    """The written adjudications of disputes, by the reply that raised each."""
    rows = session.execute(
        select(
            Dispute.reply_id,
            Dispute.scan_name,
            NotNullable(Dispute.scan_sha256),
            Dispute.incoming_number,
            NotNullable(Dispute.decided_at),
            Organisation.name,
        )
        .join(Organisation, Organisation.id == Dispute.adjudicator_id)
        .where(Dispute.case_id == case_id, Dispute.scan_sha256.is_not(None))
    )
    return {row[0]: _Decision(*row[1:]) for row in rows}


def _verifications(
    session: Session, case_id: int, catalogue: Catalogue, called: Names
) -> tuple[VerificationEntry, ...]:
    rows = sorted(verifications_of(session, case_id), key=lambda row: row.verified_at)
    entries = []
    for row in rows:
        photos: tuple[ArchivedFile, ...] = ()
        if row.photo_sha256:
            photos = catalogue.add(
                PackageFolder.REPLIES,
                f"{called.measure(row.measure)}的现场复查照片",
                [StoredFile(row.photo_name or "", row.photo_sha256, None)],
                responsible=row.verifier,
                dated=local_date(row.verified_at),
                about=f"measure/{row.measure}",
            )
        entries.append(
            VerificationEntry(
                measure=called.measure(row.measure),
                organisation=row.organisation,
                verified_at=local(row.verified_at),
                verified_by=row.verifier,
                place=row.place,
                result=f"{'合格' if row.passed else '不合格'}。{row.note}",
                photos=photos,
            )
        )
    return tuple(entries)


def _outcomes(session: Session, case_id: int, called: Names) -> tuple[OutcomeEntry, ...]:
    """Every measure of the case with each responsible unit; a measure nobody held stands alone."""
    leading, elsewhere = aliased(Assignment), aliased(Case)
    rows = session.execute(
        select(
            Assignment.id,
            Measure.ref,
            Measure.text,
            Measure.withdrawn_at,
            Organisation.name.label("organisation"),
            Assignment.outcome,
            Assignment.outcome_reason,
            Assignment.closed_at,
            elsewhere.case_number.label("merged_case"),
        )
        .outerjoin(Assignment, Assignment.measure_id == Measure.id)
        .outerjoin(leading, leading.id == Assignment.served_by_id)
        .outerjoin(elsewhere, elsewhere.id == leading.case_id)
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Measure.case_id == case_id)
        .order_by(Measure.position, Measure.id, Assignment.id)
    ).all()
    closed = {row.id: local_date(row.closed_at) for row in rows if row.closed_at is not None}
    then = names_then(session, "assignments", "organisation_id", closed)
    return tuple(
        OutcomeEntry(
            measure=called.measure(row.ref),
            text=row.text,
            organisation=then.get(row.id, row.organisation),
            outcome=row.outcome,
            closed_on=_day(row.closed_at or row.withdrawn_at),
            reason="措施已撤回" if row.withdrawn_at else _why(row.merged_case, row.outcome_reason),
        )
        for row in rows
    )


def _why(merged_case: str | None, reason: str | None) -> str | None:
    """The reason of an end, and the case in which the work was done where it was done together."""
    merged = f"与案件{merged_case}的整改措施合并整改" if merged_case else None
    return "；".join(filter(None, (merged, reason))) or None


def _events(session: Session, case_id: int, until: int, called: Names) -> tuple[EventEntry, ...]:
    rows = session.execute(
        select(Event.seq, Event.kind, Event.happened_at, Event.actor_name, Event.why, Event.data)
        .where(Event.case_id == case_id, Event.seq <= until)
        .order_by(Event.seq)
    )
    return tuple(
        EventEntry(
            sequence=row.seq,
            at=local(row.happened_at),
            actor=row.actor_name,
            what=HAPPENINGS[row.kind] + called.about(row.data),
            why=without_keys(row.why),
        )
        for row in rows
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else local_date(moment)


def _notes(
    session: Session,
    draft: Draft,
    archive: _Archive | None,
    catalogue: Catalogue,
    called: Names,
    dated: date | None,
    excused: Sequence[tuple[GapExcuse, str]],
) -> VolumeNotes:
    absent = session.execute(
        select(NotApplicableRow.kind, NotApplicableRow.reason, NotApplicableRow.approved_at, User.name)
        .join(User, User.id == NotApplicableRow.approved_by)
        .where(NotApplicableRow.case_id == draft.row.case_id)
        .order_by(NotApplicableRow.kind)
    )
    remarks = [f"归档说明：{draft.row.stage_reason}"] if draft.row.stage_reason else []
    remarks += in_words(session, draft.row.case_id)
    remarks += _referred(session, draft.row.case_id, called)
    remarks += _waived(session, draft.row.case_id, called)
    pages = [item.pages for item in catalogue.items]
    known = [count for count in pages if count is not None]
    return VolumeNotes(
        total_pages=sum(known) if known and len(known) == len(pages) else None,
        not_applicable=tuple(
            NotApplicable(
                document=row.kind,
                reason=row.reason,
                approved_by=row.name,
                approved_on=local_date(row.approved_at),
            )
            for row in absent
        ),
        remarks=tuple(remarks),
        excused=tuple(
            ExcusedGap(
                what=_named(one.what, called),
                reason=one.reason,
                approved_by=by,
                approved_on=local_date(one.approved_at),
            )
            for one, by in excused
        ),
        prepared_by=archive.archivist if archive else None,
        dated=dated,
    )


def _excused(session: Session, document_id: int) -> list[tuple[GapExcuse, str]]:
    """Return what the volume was closed without, each with the name of who approved it."""
    rows = session.execute(
        select(GapExcuse, User.name)
        .join(Archive, Archive.id == GapExcuse.archive_id)
        .join(User, User.id == GapExcuse.approved_by)
        .where(Archive.document_id == document_id)
        .order_by(GapExcuse.id)
    )
    return [(row.GapExcuse, row.name) for row in rows]


_HELD = re.compile(r"整改措施(M\d+)")
_REF = re.compile(r"(?:(?<=证据)|(?<=反馈)|(?<=来文)|(?<=事项)|(?<=文书)|^)[DERWX]\d+")


def _named(what: str, called: Names) -> str:
    """Return what is missing as somebody reads it who does not know the case's short names."""
    return _REF.sub("", _HELD.sub(lambda found: called.measure(found[1]), what))


def _referred(session: Session, case_id: int, called: Names) -> list[str]:
    """Which measures went through somebody else, and what came of it."""
    rows = session.execute(
        select(Measure.ref, Organisation.name, Assignment.outcome, Assignment.outcome_reason)
        .join(Assignment, Assignment.measure_id == Measure.id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Assignment.case_id == case_id, Assignment.outcome.in_((Outcome.ANSWERED, Outcome.UNDECIDED)))
        .order_by(Measure.position, Assignment.id)
    )
    alike: dict[str, list[str]] = {}
    for row in rows:
        said = f"（{row.name}）{row.outcome.label}：{(row.outcome_reason or '').rstrip('。')}"
        alike.setdefault(said, []).append(called.called(row.ref))
    return [f"{_together(measures)}{said}" for said, measures in alike.items()]


def _waived(session: Session, case_id: int, called: Names) -> list[str]:
    """What papers lacked when they were signed, who let it pass and why: one line a paper, person and reason."""
    rows = session.execute(
        select(Document.title, Document.number, Waiver.what, Waiver.remark, Waiver.reason, Waiver.waived_at, User.name)
        .join(Document, Document.id == Waiver.document_id)
        .join(User, User.id == Waiver.waived_by)
        .where(of_case(case_id), Document.number.is_not(None))
        .order_by(Waiver.id)
    ).all()
    lines: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        head = f"《{row.title}》（{row.number}）签发前，{row.name}于{day(local_date(row.waived_at))}准予不补（{row.reason}）"
        lines.setdefault(head, {}).setdefault(row.what, []).append(called.called(row.remark.partition("/")[2]))
    return [
        f"{head}：{'；'.join(_lacking(what, rows) for what, rows in lacked.items())}" for head, lacked in lines.items()
    ]


def _lacking(what: str, rows: list[str]) -> str:
    """Return what is missing and of which things: 第1项措施、第2项措施的责任人."""
    named = _together([row for row in rows if row])
    return f"{named}的{what}" if named else what


FEW = 3
"""Problems up to which they are named; more are counted, for their words stand in the paper."""
_MEASURE = re.compile(r"第(\d+)项措施")


def _together(rows: Sequence[str]) -> str:
    """Return things of one kind in few words: measures by their numbers, many problems by how many they are."""
    numbers = [int(found[1]) for row in rows if (found := _MEASURE.fullmatch(row))]
    others = [row for row in rows if not _MEASURE.fullmatch(row)]
    told = [f"{places(sorted(dict.fromkeys(numbers)))}措施"] if numbers else []
    told += [f"{len(others)}个问题"] if len(others) > FEW and all(row.startswith("“") for row in others) else others
    return "、".join(told)
