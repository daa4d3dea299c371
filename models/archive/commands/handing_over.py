"""移交: puts on record that a volume was handed to another archive."""

from __future__ import annotations

from models.archive.tables import ArchiveTransfer
from models.kernel.act import Act
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.events import record
from models.kernel.rights import policy


def record_handed_over(
    act: Act, case_number: str, *, archive_id: int, number: str, recipient: str, list_sha256: str
) -> None:
    """Record to whom a volume went, with the hash of the checksums that went along. Raises NotAllowed, NotFound."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "archive.transfer", unit_path=unit_path(act, case))
    act.session.add(
        ArchiveTransfer(
            archive_id=archive_id,
            recipient=recipient,
            list_sha256=list_sha256,
            transferred_by=act.person,
            transferred_at=act.at,
        )
    )
    record(act, case, "archive_handed_over", archive_number=number, recipient=recipient, list_sha256=list_sha256)
