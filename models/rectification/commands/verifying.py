"""现场复查: verification on site by somebody who neither wrote nor assessed the reply, or by two together."""

from __future__ import annotations

from sqlalchemy import func, select

from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.base import Json
from models.kernel.case_lock import unit_path
from models.kernel.errors import Invalid, NotAllowed
from models.kernel.events import record
from models.kernel.refs import AccountRef, MeasureRef, UnitRef
from models.kernel.rights import policy
from models.kernel.rights.whose_step import wrote
from models.kernel.storage.files import Stored
from models.kernel.tables import Message
from models.kernel.vocabulary import ReplyKind, Role
from models.office.commands.authorisations import find_user, has_role
from models.office.commands.restricted import recused_among
from models.office.tables import Organisation, User
from models.papers.commands.shared_papers import lock_linked
from models.rectification.tables import Assessment, Reply, Verification

from .assignments import find_hand, require_own, unit_name
from .merged_copies import carry_over
from .reworking import start_rework


@action("verify", title="登记现场复查", rights=("measure.verify",))
def verify(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    passed: bool,
    place: str,
    note: str,
    organisation: UnitRef | None = None,
    together_with: AccountRef | None = None,
    joint_with: str | None = None,
    photo: Stored | None = None,
    photo_name: str | None = None,
) -> None:
    """Record what was seen on site. What was not found done goes back for rework.

    Who wrote or assessed the reply looks `together_with` a second officer, who is told, or `joint_with` somebody of the
    authority, whose signed record is the `photo`. Raises NotAllowed where that one looks alone, WrongStage before a
    completion was accepted, Invalid without place, note or record, and for a second person who is no other officer of
    ours or stays out of the case.
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "measure.verify", unit_path=unit_path(act, case))
    assignment = find_hand(act, case, measure, organisation)
    require_own(act, assignment)
    lifecycle.advance(lifecycle.MEASURE, assignment.state, "verify")
    if not place.strip() or not note.strip():
        raise Invalid("请填写复查地点和复查情况。", code="empty_text")
    involved = act.session.execute(
        select(wrote(act.person), Assessment.assessor_id)
        .join(Assessment, Assessment.reply_id == Reply.id)
        .where(Reply.assignment_id == assignment.id, Reply.kind == ReplyKind.COMPLETION)
        .order_by(Reply.id.desc())
        .limit(1)
    ).one()
    author, assessor = involved
    second, joint = _second_officer(act, case, together_with), _authority(joint_with, photo)
    if (author or assessor == act.actor.id) and second is None and joint is None:
        raise NotAllowed(
            "复查人不能是该反馈的录入人或研判人；没有其他民警的，由两名民警共同复查，或者与主管部门联合验收。",
            code="verifier_involved",
        )
    act.session.add(
        Verification(
            case_id=case.id,
            assignment_id=assignment.id,
            passed=passed,
            place=place.strip(),
            note=note.strip(),
            photo_sha256=None if photo is None else photo.sha256,
            photo_name=photo_name,
            verifier_id=act.person,
            together_with_id=None if second is None else second.id,
            joint_with=joint,
            verified_at=act.at,
        )
    )
    if not passed:
        assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "return")
        act.session.flush()
        count = act.session.scalar(
            select(func.count()).select_from(Verification).where(Verification.assignment_id == assignment.id)
        )
        start_rework(act, case, assignment, f"V{count}", of_plan=False)
    record(
        act,
        case,
        "measure_verified",
        measure=measure,
        organisation=unit_name(act, assignment.organisation_id),
        passed=passed,
        place=place.strip(),
        photo=None if photo is None else photo.sha256,
        **_beside(second, joint),
    )
    if second is not None:
        _tell_second(act, case, measure, second)
    carry_over(act, assignment)


def _second_officer(act: Act, case: Case, account: str | None) -> User | None:
    """Return the officer who looked along. Raises Invalid for one who could not have."""
    if account is None:
        return None
    second = find_user(act, account)
    unit = act.session.scalars(select(Organisation.path).where(Organisation.id == second.organisation_id)).one()
    if second.id == act.actor.id or not has_role(act, second, Role.OFFICER):
        raise Invalid("共同复查人须为另一名民警。", code="second_officer")
    if not unit_path(act, case).startswith(unit) or recused_among(act, case, [second.id]):
        raise Invalid(f"{second.name}不是本辖区的民警，或者已回避该案，不能共同复查。", code="second_officer")
    return second


def _authority(joint_with: str | None, record_of_it: Stored | None) -> str | None:
    """Return who of the authority took part. Raises Invalid without the record that both sides signed."""
    if joint_with is None or not joint_with.strip():
        return None
    if record_of_it is None:
        raise Invalid("联合验收须附双方签字的验收记录（现场照片文件一栏）。", code="joint_record_missing")
    return joint_with.strip()


def _beside(second: User | None, joint: str | None) -> Json:
    """What the event says of who looked along; of one who looked alone it says what it always did."""
    told = {"together_with": None if second is None else second.name, "joint_with": joint}
    return {name: value for name, value in told.items() if value is not None}


def _tell_second(act: Act, case: Case, measure: str, second: User) -> None:
    """Let the second officer know of what bears their name."""
    act.session.add(
        Message(
            key=f"{case.case_number}/verified/{case.last_seq}/u{second.id}",
            case_id=case.id,
            organisation_id=None,
            user_id=second.id,
            subject=f"您被登记为共同复查人：{case.case_number} {measure}",
            body=f"{act.actor.name}登记了对案件{case.case_number}措施{measure}的现场复查，共同复查人为您。未参加的，请向本单位领导说明。",
            urgent=False,
            sent_at=act.at,
        )
    )
