"""证据: files and references that findings rest on."""

from __future__ import annotations

from models.case.tables import Evidence, Finding
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid
from models.kernel.events import record
from models.kernel.refs import EvidenceRef, FindingRef
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.text.short_names import next_ref
from models.kernel.vocabulary import Stage

from .editing import by_ref, open_for_editing, worded


@action("add-evidence", title="登记证据（文件或原件存放处）", rights=("case.edit",))
def add_evidence(
    act: Act,
    case_number: str,
    *,
    title: str,
    file: Stored | None = None,
    file_name: str | None = None,
    media_type: str | None = None,
    reference: str | None = None,
    finding: FindingRef | None = None,
) -> str:
    """Register evidence: a file taken into the store, or where the original lies. Raises Invalid unless exactly one.

    Also while measures are being rectified: what an accountability item lacks is often found then. The signed report
    keeps the list that it has.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    if case.stage is not Stage.RECTIFYING:
        case = open_for_editing(act, case_number)
    if (file is None) == (reference is None):
        raise Invalid("请上传一个文件，或写明原件存放处，二者取一。", code="file_or_reference")
    about = None if finding is None else by_ref(act, Finding, case, finding, "问题").id
    evidence = Evidence(
        case_id=case.id,
        ref=next_ref(act, Evidence, case, "E"),
        title=worded(title, "证据名称"),
        finding_id=about,
        file_name=file_name,
        media_type=media_type,
        size=None if file is None else file.size,
        sha256=None if file is None else file.sha256,
        reference=reference,
        added_by=act.person,
        added_at=act.at,
    )
    act.session.add(evidence)
    record(act, case, "evidence_added", evidence=evidence.ref, title=evidence.title, sha256=evidence.sha256)
    return evidence.ref


@action("withdraw-evidence", title="撤回证据", rights=("case.edit",))
def withdraw_evidence(act: Act, case_number: str, *, evidence: EvidenceRef, reason: str) -> None:
    """Take evidence out of the report; the file and the record of it stay."""
    case = open_for_editing(act, case_number)
    row: Evidence = by_ref(act, Evidence, case, evidence, "证据")
    if row.withdrawn_at is not None:
        raise Conflict(f"证据{evidence}已撤回。")
    row.withdrawn_at = act.at
    record(act, case, "evidence_withdrawn", why=worded(reason, "撤回理由"), evidence=evidence)
