"""可读性核查: puts on record what a look at a sealed package found."""

from __future__ import annotations

from collections.abc import Sequence

from models.archive.tables import ArchiveAudit
from models.kernel.act import Act
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Fault
from models.kernel.events import record
from models.kernel.rights import policy

MOST = 50  # more faults than that are one fault: the package is not what it was


def record_audit(
    act: Act,
    case_number: str,
    *,
    archive_id: int,
    supplement_id: int | None,
    number: str,
    files: int,
    faults: Sequence[Fault],
) -> None:
    """Record whether a package, by its 档号, is whole and readable, and what is not. Raises NotAllowed, NotFound."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "archive.audit", unit_path=unit_path(act, case))
    told = [{"path": fault.path, "message": fault.message, "code": fault.code} for fault in faults[:MOST]]
    act.session.add(
        ArchiveAudit(
            archive_id=archive_id,
            supplement_id=supplement_id,
            audited_at=act.at,
            audited_by=act.person,
            sound=not faults,
            files=files,
            faults=told,
        )
    )
    # What is wrong may name papers that only a list of people knows of: the record says how much, the look says what.
    record(act, case, "archive_audited", archive_number=number, sound=not faults, files=files, faults=len(faults))
