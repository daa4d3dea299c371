"""销毁: who keeps the volumes proposes it when the retention has ended, somebody else decides; index and proof remain."""

from __future__ import annotations

from sqlalchemy import select

from models.archive.queries.disposals import standing_disposal
from models.archive.tables import Archive, ArchiveDisposal, ArchiveSupplement
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.base import Json
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, NotAllowed, WrongStage
from models.kernel.events import record
from models.kernel.outbox import enqueue
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason

from .reopening import sealed_volume
from .retention import derive_anew, kept_longest

TOPIC = "destroy"


@action("propose-disposal", title="提出销毁到期档案", rights=("archive.appraise",), same_as=("disposal_proposed",))
def propose_disposal(act: Act, case_number: str, *, reason: str) -> str:
    """Propose to destroy the volumes of a case after their retention; `reason` is what the appraisal found. Returns the 档号.

    Raises NotAllowed, WrongStage (not sealed, a supplement not sealed, kept for ever, not due yet, destroyed),
    Conflict where it is proposed.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "archive.appraise", unit_path=unit_path(act, case))
    why = require_reason(reason)
    volume = sealed_volume(act, case)
    if standing_disposal(act.session, volume.id) is not None:
        raise Conflict("本案档案已提出销毁，待决定。", code="proposed")
    _refuse_unpacked(act, volume)
    _require_due(act, case)
    act.session.add(ArchiveDisposal(archive_id=volume.id, reason=why, proposed_by=act.person, proposed_at=act.at))
    record(act, case, "disposal_proposed", why=why, archive_number=volume.archive_number)
    return volume.archive_number


@action(
    "decide-disposal",
    title="决定是否销毁到期档案",
    rights=("archive.dispose",),
    decides=True,
    same_as=("disposal_decided",),
    asks="批准后销毁档案包和本案独有的文件，不能恢复；目录、销毁记录和事项记录保留。",
)
def decide_disposal(act: Act, case_number: str, *, approve: bool, reason: str) -> None:
    """Approve or refuse what somebody else proposed; what is approved the worker destroys.

    Raises NotAllowed for who proposed it, WrongStage where nothing is proposed, or it is not due (any more).
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "archive.dispose", unit_path=unit_path(act, case))
    why = require_reason(reason)
    volume = sealed_volume(act, case)
    proposed = standing_disposal(act.session, volume.id)
    if proposed is None:
        raise WrongStage("本案档案没有提出销毁。", code="not_proposed")
    if proposed.proposed_by == act.person:
        raise NotAllowed("提出销毁的人不能自己批准，请由其他领导或签发人决定。", code="proposer_decides")
    if approve:
        _require_due(act, case)
    proposed.approved, proposed.decided_by, proposed.decided_at = approve, act.person, act.at
    proposed.decision_reason = why
    record(act, case, "disposal_decided", why=why, archive_number=volume.archive_number, approved=approve)
    if approve:
        enqueue(act, case, TOPIC, f"{case_number}/{proposed.id}", disposal=proposed.id)


def _refuse_unpacked(act: Act, volume: Archive) -> None:
    """Refuse while something supplemented waits for its package: it would be sealed after the rest is gone."""
    unpacked = select(ArchiveSupplement.archive_number).where(
        ArchiveSupplement.archive_id == volume.id, ArchiveSupplement.packed_at.is_(None)
    )
    if (number := act.session.scalar(unpacked.limit(1))) is not None:
        raise WrongStage(f"补充归档{number}尚未封装完成，请待后台工作进程封装后再办理。", code="not_packed")


def _require_due(act: Act, case: Case) -> None:
    """Refuse before the retention that the result asks for today has ended for every volume of the case."""
    derive_anew(act, case, "销毁前核对")
    last = kept_longest(act, case)
    if last is None:
        raise WrongStage("本案档案永久保管，不能销毁。", code="permanent")
    if act.today <= last:
        raise WrongStage(f"本案档案保管至{last}，期满以后才能销毁。", code="not_due")


def require_approved(act: Act, case_number: str, disposal: int) -> ArchiveDisposal | None:
    """Return an approved disposal that the worker may carry out now, its case locked; None where it is carried out, or
    ceased to count because the case has to be kept longer by now."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.carry")
    row = act.session.get_one(ArchiveDisposal, disposal)
    if row.destroyed_at is not None:
        return None
    if not row.approved:
        raise WrongStage("该销毁没有批准。", code="not_approved")
    derive_anew(act, case, "销毁前核对")
    return None if row.lapsed_at is not None else row


def record_destroyed(act: Act, case_number: str, disposal: int, proof: Json) -> None:
    """Put on record what was destroyed, with the proof that remains; again changes nothing."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.carry")
    row = act.session.get_one(ArchiveDisposal, disposal)
    if row.destroyed_at is not None:
        return
    row.destroyed_at, row.proof = act.at, proof
    volume = act.session.get_one(Archive, row.archive_id)
    # Places of files carry titles, some of them of papers that not everybody may know of: the row keeps them.
    told = {name: proof[name] for name in ("packages", "files")}
    record(act, case, "archive_destroyed", why=row.reason, archive_number=volume.archive_number, **told)
