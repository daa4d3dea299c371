"""补充归档: what came after the seal becomes a package of its own that names the first one."""

from __future__ import annotations

from datetime import datetime

from prefect import flow
from sqlalchemy import select

from documents.archive.accompanying import accompanying
from documents.archive.bag import ARCHIVE_NUMBER, CASE_NUMBER, DATE, listing, write_bag
from documents.archive.catalogue_xml import VolumeTold
from documents.archive.supplement_sheet import Supplement, supplement_sheet
from flows.installation import SOFTWARE, current_installation, moment
from flows.record_watch import checkpoint_of
from flows.rendering import RETRIES
from flows.stamping import stamp_at_once, stamp_late
from models.archive.commands.reopening import list_supplement, record_supplement
from models.archive.tables import Archive, ArchiveSupplement
from models.case.tables import Case
from models.kernel.calendar.local_time import local_date
from models.kernel.installation import Installation
from models.kernel.record.checkpoints import proof_for
from models.kernel.record.event_record import event_record
from models.kernel.record.merkle import ChainEnd
from models.kernel.storage.file_names import safe_name
from models.kernel.vocabulary import CaseKind
from models.office.tables import Organisation, User
from models.papers.content import ArchivedFile, CatalogueItem
from models.papers.rules.retention import Retention


@flow(name="archive-supplement", **RETRIES)
def archive_supplement(supplement: int, as_of: str | None = None) -> bool:
    """Seal a supplement's package; returns False where that was done before. Safe to repeat."""
    with current_installation() as installation:
        return pack_supplement(installation, supplement, moment(as_of))


def pack_supplement(installation: Installation, supplement: int, at: datetime) -> bool:
    """Write the package of a supplement, the same bytes however often, and put it on record."""
    with installation.database.reading() as session:
        row = session.execute(_SUPPLEMENT.where(ArchiveSupplement.id == supplement)).one()
        if row.packed_at is not None:
            return False
    name = safe_name(row.file_name)
    item = CatalogueItem(
        sequence=1,
        responsible=row.responsible,
        number=row.number,
        title=row.title,
        dated=row.dated,
        remark=f"补充归档：{row.reason}",
        files=(ArchivedFile(path=f"data/evidence/{name}", sha256=row.sha256, size=row.size),),
    )
    page = supplement_sheet(
        Supplement(
            issuer=row.issuer,
            archive_number=row.archive_number,
            volume=row.volume,
            case_number=row.case_number,
            title=row.title,
            responsible=row.responsible,
            number=row.number,
            dated=row.dated,
            reason=row.reason,
            added_by=row.added_by,
            added_on=local_date(row.added_at),
            file_name=name,
            sha256=row.sha256,
            volume_manifest=row.volume_manifest,
        )
    )
    info = {
        ARCHIVE_NUMBER: row.archive_number,
        CASE_NUMBER: row.case_number,
        DATE: local_date(row.added_at).isoformat(),
        "Source-Organization": row.issuer,
        "Supplement-To": row.volume,
        "Supplement-To-Manifest": row.volume_manifest,
    }
    with installation.database.reading() as session:
        past = event_record(session, row.case_number, until=row.chain_length)
    told = VolumeTold(row.title, Retention(row.retention).label, SOFTWARE, row.kind is CaseKind.HAZARD)
    beside = accompanying(told, [item], info, past, open_file=installation.files.open)
    with installation.as_system(at) as act:
        list_supplement(act, row.case_number, supplement, listing([item], info, volume=page, beside=beside))
        checkpoint_of(act)
    with installation.database.reading() as session:
        kept = session.get_one(ArchiveSupplement, supplement)
        events = event_record(session, row.case_number, until=kept.chain_length)
        proof = proof_for(session, ChainEnd(row.case_number, kept.chain_length, kept.chain_head))
    stamp = stamp_at_once(installation, proof, at)
    bag = write_bag(
        installation.settings.archives / safe_name(row.archive_number),
        [item],
        info,
        events,
        volume=page,
        proof=None if proof is None else proof.as_json(),
        stamp=stamp,
        beside=beside,
        open_file=installation.files.open,
    )
    with installation.as_system(at) as act:
        recorded = record_supplement(
            act, row.case_number, supplement=supplement, path=bag.path.name, manifest_sha256=bag.manifest_sha256
        )
    if stamp is None:
        stamp_late(installation, bag.path.name, proof)
    return recorded


_SUPPLEMENT = (
    select(
        ArchiveSupplement.archive_number,
        ArchiveSupplement.title,
        ArchiveSupplement.responsible,
        ArchiveSupplement.number,
        ArchiveSupplement.dated,
        ArchiveSupplement.reason,
        ArchiveSupplement.file_name,
        ArchiveSupplement.size,
        ArchiveSupplement.sha256,
        ArchiveSupplement.added_at,
        ArchiveSupplement.packed_at,
        ArchiveSupplement.chain_length,
        Archive.archive_number.label("volume"),
        Archive.retention,
        Archive.manifest_sha256.label("volume_manifest"),
        Case.case_number,
        Case.kind,
        Organisation.name.label("issuer"),
        User.name.label("added_by"),
    )
    .select_from(ArchiveSupplement)
    .join(Archive, Archive.id == ArchiveSupplement.archive_id)
    .join(Case, Case.id == Archive.case_id)
    .join(Organisation, Organisation.id == Case.unit_id)
    .join(User, User.id == ArchiveSupplement.added_by)
)
