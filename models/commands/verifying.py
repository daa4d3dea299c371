"""现场复查: on site, by somebody who neither wrote nor assessed the reply."""

from __future__ import annotations

from sqlalchemy import func, select

from models.errors import Invalid, NotAllowed
from models.files import Stored
from models.queries.whose import wrote
from models.rules import lifecycle, policy
from models.rules.vocabulary import ReplyKind
from models.tables import Assessment, Reply, Verification

from .act import Act, record, unit_path
from .following import carry_over
from .hands import find_hand, require_own, unit_name
from .linking import lock_linked
from .reworking import start_rework


def verify(
    act: Act,
    case_number: str,
    *,
    measure: str,
    passed: bool,
    place: str,
    note: str,
    organisation: str | None = None,
    photo: Stored | None = None,
    photo_name: str | None = None,
) -> None:
    """Record what was seen on site. What was not found done goes back for rework.

    Raises NotAllowed where the verifier wrote or assessed the reply, WrongStage before a completion was accepted.
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
    if author or assessor == act.actor.id:
        raise NotAllowed("复查人不能是该反馈的录入人或研判人。", code="verifier_involved")
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
    )
    carry_over(act, assignment)
