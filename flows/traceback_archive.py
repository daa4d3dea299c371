"""监管回溯档案: the closed case becomes its volume and the sealed package."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from sqlalchemy import select

from documents.archive.accompanying import accompanying
from documents.archive.bag import ARCHIVE_NUMBER, CASE_NUMBER, DATE, VOLUME_TWIN, listing, write_bag
from documents.archive.catalogue_xml import VolumeTold
from flows.fixing import fix_before_sealing, fixed_volume
from flows.installation import SOFTWARE, current_installation, moment
from flows.record_watch import checkpoint_of
from flows.rendering import RETRIES, as_docx
from flows.stamping import stamp_at_once, stamp_late
from models.archive.commands.archiving import freeze_volume, list_package, record_package
from models.archive.commands.listing import listed_files
from models.archive.tables import Archive
from models.case.tables import Case
from models.kernel.errors import WrongStage
from models.kernel.installation import Installation
from models.kernel.record.checkpoints import proof_for
from models.kernel.record.event_record import event_record
from models.kernel.record.merkle import ChainEnd
from models.kernel.storage.file_names import safe_name
from models.papers.commands.renditions import FinalFile, attach_finals
from models.papers.content import HazardFacts, TracebackArchive
from models.papers.filling import thawed
from models.papers.tables import Document, Template


@flow(name="traceback-archive", **RETRIES)
def traceback_archive(document_id: int, as_of: str | None = None) -> bool:
    """Render the volume and seal its package; returns False where that was done before. Safe to repeat."""
    with current_installation() as installation:
        return pack(installation, document_id, moment(as_of))


def pack(installation: Installation, document_id: int, at: datetime) -> bool:
    """Write the package of an archived case and put it on record. All other papers must have their files.

    What the volume says is frozen first, so that a repeated or killed run writes the very same package.
    """
    case_number, packed_at = _standing(installation, document_id)
    if packed_at is not None:
        return False
    fix_before_sealing(installation, case_number, at)
    with installation.as_system(at) as act:
        freeze_volume(act, case_number)
    return seal(installation, document_id, at)


def seal(installation: Installation, document_id: int, at: datetime) -> bool:
    """Render a frozen volume, write its package, and put both on record; returns False where that was done before."""
    with installation.database.reading() as session:
        row = session.execute(_FROZEN.where(Document.id == document_id)).one()
    volume = thawed(row.content)
    assert isinstance(volume, TracebackArchive)
    assert volume.dated is not None
    paper = as_docx(installation.files, volume, row.template)
    stored = installation.files.put(paper)
    twin = _twin(installation, document_id, at)
    info = {
        ARCHIVE_NUMBER: row.archive_number,
        CASE_NUMBER: row.case_number,
        DATE: volume.dated.isoformat(),
        "Source-Organization": volume.issuer,
    }
    with installation.database.reading() as session:
        past = event_record(session, row.case_number, until=row.chain_length)
    excused = volume.notes.excused
    told = VolumeTold(volume.title_line, volume.retention, SOFTWARE, isinstance(volume.accident, HazardFacts))
    beside = accompanying(told, volume.items, info, past, excused=excused, open_file=installation.files.open)
    with installation.as_system(at) as act:
        listed = listing(volume.items, info, volume=paper, twin=twin, beside=beside, excused=excused)
        list_package(act, row.case_number, listed)
        checkpoint_of(act)
    with installation.database.reading() as session:
        kept = session.scalars(select(Archive).where(Archive.document_id == document_id)).one()
        events = event_record(session, row.case_number, until=kept.chain_length)
        proof = proof_for(session, ChainEnd(row.case_number, kept.chain_length, kept.chain_head))
    stamp = stamp_at_once(installation, proof, at)
    bag = write_bag(
        installation.settings.archives / safe_name(row.archive_number),
        volume.items,
        info,
        events,
        volume=paper,
        twin=twin,
        proof=None if proof is None else proof.as_json(),
        stamp=stamp,
        beside=beside,
        excused=excused,
        open_file=installation.files.open,
    )
    name = safe_name(f"{row.number} {row.title}.docx")
    with installation.as_system(at) as act:
        attach_finals(act, row.case_number, [FinalFile(document_id, stored, name, row.content_version)])
        recorded = record_package(act, row.case_number, path=bag.path.name, manifest_sha256=bag.manifest_sha256)
    if stamp is None:
        stamp_late(installation, bag.path.name, proof)
    return recorded


def _twin(installation: Installation, document_id: int, at: datetime) -> bytes | None:
    """Return the volume's PDF/A file; a package whose files are listed already gets none that is not in the list."""
    with installation.database.reading() as session:
        listed = listed_files(session, document_id)
        if listed is not None:
            known = listed.get(VOLUME_TWIN)
            return None if known is None else installation.files.read(known)
    return fixed_volume(installation, document_id, at)


_FROZEN = (
    select(
        Document.title,
        Document.number,
        Document.content,
        Document.content_version,
        Case.case_number,
        Archive.archive_number,
        Archive.chain_length,
        Template.sha256.label("template"),
    )
    .select_from(Document)
    .join(Case, Case.id == Document.case_id)
    .join(Archive, Archive.document_id == Document.id)
    .outerjoin(Template, Template.id == Document.template_id)
)


def _standing(installation: Installation, document_id: int) -> tuple[str, datetime | None]:
    """Return the case number and when the package was sealed. Raises WrongStage for a case not archived."""
    with installation.database.reading() as session:
        row = session.execute(
            select(Case.case_number, Archive.packed_at)
            .select_from(Document)
            .join(Case, Case.id == Document.case_id)
            .join(Archive, Archive.document_id == Document.id)
            .where(Document.id == document_id)
        ).one_or_none()
    if row is None:
        raise WrongStage("该文书不是已归档案件的监管回溯档案。", code="not_archived")
    return row.case_number, row.packed_at
