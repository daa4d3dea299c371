"""Supplements to a sealed archive, and reopening of a case that was closed too early.

A sealed package never changes. A supplement names the first package's manifest; a reopened case gets a new volume when
it is archived again, and the old one stays what it was.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from models.archive.queries.disposals import standing_disposal
from models.archive.queries.in_force import volume_in_force
from models.archive.tables import Archive, ArchiveSupplement
from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.outbox import enqueue
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import HazardState, Stage
from models.office.tables import Organisation
from models.papers.rules.package_places import LISTING, PackageListing
from models.register.commands.work_orders import reopen_hazard

from .listing import keep_listing
from .retention import derive_anew

TOPIC = "supplement"


@action("supplement-archive", title="补充归档（封卷后的材料）", rights=("archive.supplement",), adds=True)
def supplement_archive(
    act: Act,
    case_number: str,
    *,
    title: str,
    file: Stored,
    reason: str,
    file_name: str | None = None,
    media_type: str | None = None,
    responsible: str | None = None,
    number: str | None = None,
    dated: date | None = None,
) -> str:
    """Add a file that came after the seal, as an evaluation's record; the worker seals it into a package of its own.

    Returns the supplement's number. Raises NotAllowed, WrongStage before the volume is sealed, Conflict where this file
    is supplemented already or a disposal waits to be decided, Invalid without title or reason.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "archive.supplement", unit_path=unit_path(act, case))
    archive = _untouched_volume(act, case)
    why = require_reason(reason)
    if not title.strip():
        raise Invalid("请填写补充材料的题名。", code="title_missing")
    if dated is not None and dated > act.today:
        raise Invalid("材料的日期晚于今天，请核对。", code="dated_later")
    place = select(ArchiveSupplement.position).where(
        ArchiveSupplement.archive_id == archive.id, ArchiveSupplement.sha256 == file.sha256
    )
    if (there := act.session.scalar(place)) is not None:
        raise Conflict(f"该文件已作为第{there}次补充归档。", code="supplemented")
    count = act.session.scalar(
        select(func.count()).select_from(ArchiveSupplement).where(ArchiveSupplement.archive_id == archive.id)
    )
    position = (count or 0) + 1
    named = f"{archive.archive_number}-补{position}"
    event = record(
        act,
        case,
        "archive_supplemented",
        why=why,
        archive_number=named,
        title=title.strip(),
        sha256=file.sha256,
        manifest_sha256=archive.manifest_sha256,
        listing=LISTING,
    )
    supplement = ArchiveSupplement(
        archive_id=archive.id,
        position=position,
        archive_number=named,
        title=title.strip(),
        responsible=(responsible and responsible.strip()) or _unit_name(act, case),
        number=number,
        dated=dated,
        reason=why,
        file_name=file_name or "补充材料",
        media_type=media_type or "application/octet-stream",
        size=file.size,
        sha256=file.sha256,
        added_by=act.person,
        added_at=act.at,
        chain_head=event.hash,
        chain_length=event.seq,
    )
    act.session.add(supplement)
    act.session.flush()
    derive_anew(act, case, "补充归档时核对")
    enqueue(act, case, TOPIC, named, supplement=supplement.id)
    return named


def list_supplement(act: Act, case_number: str, supplement: int, listing: PackageListing) -> None:
    """Put on record every file of a supplement's package; again with the same changes nothing."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.carry")
    keep_listing(act, case, act.session.get_one(ArchiveSupplement, supplement), listing)


def record_supplement(act: Act, case_number: str, *, supplement: int, path: str, manifest_sha256: str) -> bool:
    """Record the sealed package of a supplement; False, and nothing changed, where this very package is on record.

    Raises Conflict where another one is.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.carry")
    row = act.session.get_one(ArchiveSupplement, supplement)
    if row.manifest_sha256 is not None:
        if (row.manifest_sha256, row.package_path) == (manifest_sha256, path):
            return False
        raise Conflict("该补充材料已封装内容不同的档案包，不能替换。", code="package_differs")
    row.package_path, row.manifest_sha256, row.packed_at = path, manifest_sha256, act.at
    record(
        act,
        case,
        "supplement_packed",
        archive_number=row.archive_number,
        path=path,
        manifest_sha256=manifest_sha256,
    )
    return True


@action(
    "reopen-archive", title="已归档案件重新办理（退回整改）", rights=("archive.reopen",), same_as=("archive_reopened",)
)
def reopen_archive(act: Act, case_number: str, *, reason: str) -> None:
    """Take an archived case back to rectification, with a reason; what was sealed stays, and is replaced by nothing.

    It is archived again into a further volume with its own number, through the same gate. A case that was ended before its
    time stays ended, and only its volume is opened. Raises NotAllowed, WrongStage before the volume is
    sealed, Conflict while a disposal waits to be decided, Invalid without a reason.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "archive.reopen", unit_path=unit_path(act, case))
    archive = _untouched_volume(act, case)
    why = require_reason(reason)
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "reopen")
    if case.stage is not Stage.DISCONTINUED:
        case.closed_at, case.stage_reason = None, None
        reopen_hazard(act, case, HazardState.ORDERED)
    _out_of_force(act, case, archive, why)


def open_volume(act: Act, case: Case, reason: str) -> None:
    """End the force of the volume of a case that was ended and goes on after all, where it has one."""
    if volume_in_force(act.session, case.id) is not None:
        _out_of_force(act, case, _untouched_volume(act, case), reason)


def _out_of_force(act: Act, case: Case, archive: Archive, why: str) -> None:
    archive.reopened_at, archive.reopened_by, archive.reopened_reason = act.at, act.person, why
    record(act, case, "archive_reopened", why=why, archive_number=archive.archive_number)


def _untouched_volume(act: Act, case: Case) -> Archive:
    """Return the sealed volume in force, of which no disposal is proposed. Raises as `sealed_volume`, Conflict."""
    archive = sealed_volume(act, case)
    if standing_disposal(act.session, archive.id) is not None:
        raise Conflict("本案档案已提出销毁，请先决定是否销毁，再办理。", code="proposed")
    return archive


def sealed_volume(act: Act, case: Case) -> Archive:
    """Return the volume in force of an archived case. Raises WrongStage where there is none, or it is not sealed yet."""
    archive = volume_in_force(act.session, case.id)
    if archive is None:
        raise WrongStage("本案尚未归档。", code="not_archived")
    disposal = standing_disposal(act.session, archive.id)
    if disposal is not None and disposal.approved:
        raise WrongStage("本案档案已批准销毁。", code="destroyed")
    if archive.packed_at is None:
        raise WrongStage("档案包尚未封装完成，请待后台工作进程封装后再办理。", code="not_packed")
    return archive


def _unit_name(act: Act, case: Case) -> str:
    return act.session.scalars(select(Organisation.name).where(Organisation.id == case.unit_id)).one()
