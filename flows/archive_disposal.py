"""销毁: takes away the packages of a case and the files that are its alone, when two people said so; keeps the proof."""

from __future__ import annotations

import shutil
from datetime import datetime

from sqlalchemy import select

from models.archive.commands.disposing import record_destroyed, require_approved
from models.archive.queries.disposals import packages_of_case
from models.archive.tables import ArchiveDisposal, ArchiveItem
from models.case.tables import Case
from models.kernel.base import Json
from models.kernel.installation import Installation
from models.overview.queries.stored_files import files_of_others, stored_files


def destroy(installation: Installation, case_number: str, disposal: int, at: datetime) -> bool:
    """Carry out an approved disposal; returns False where that was done before. Safe to repeat after a kill: what is gone
    already is passed over, and the proof is on record only when all is gone.

    The case stays locked meanwhile, and it is asked once more whether the retention has ended.
    """
    with installation.as_system(at) as act:
        if require_approved(act, case_number, disposal) is None:
            return False
        case_id = act.session.scalars(select(Case.id).where(Case.case_number == case_number)).one()
        packages = packages_of_case(act.session, case_number)
        own = set(stored_files(act.session, [case_id])) - files_of_others(act.session, case_id)
        items = act.session.execute(
            select(ArchiveItem.archive_id, ArchiveItem.path, ArchiveItem.sha256)
            .order_by(ArchiveItem.id)
            .where(ArchiveItem.archive_id.in_(select(ArchiveDisposal.archive_id).where(ArchiveDisposal.id == disposal)))
        )
        proof: Json = {
            "packages": [
                {
                    "archive_number": one.archive_number,
                    "manifest_sha256": one.manifest_sha256,
                    "chain_head": one.chain_head,
                    "chain_length": one.chain_length,
                }
                for one in packages
            ],
            "items": [{"path": row.path, "sha256": row.sha256} for row in items],
            "files": len(own),
            "destroyed": sorted(own),
        }
        for one in packages:
            folder = installation.settings.archives / str(one.package_path)
            if folder.is_dir():
                shutil.rmtree(folder)
        for sha256 in sorted(own):
            installation.files.drop(sha256)
        record_destroyed(act, case_number, disposal, proof)
    return True
