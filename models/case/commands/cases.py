"""Commands on a case as a whole: sponsor, correction by a later death, papers it does not need."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.accident.rules.grading import counts
from models.accident.tables import LaterDeath
from models.case.tables import Case, NotApplicable
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.case_accident import accident_of
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import ENDED
from models.kernel.refs import AccountRef
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_documents
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Role
from models.office.commands.restricted import recused_among
from models.office.tables import User, UserRole
from models.papers.tables import Document

from .editing import change
from .regrading import regrade


@action(
    "assign-sponsor", title="确定包案领导", rights=("case.sponsor",), same_as=("sponsor_assigned",), after="end-recusal"
)
def assign_sponsor(act: Act, case_number: str, *, sponsor: AccountRef) -> None:
    """Name the 包案领导. Raises NotFound for an account that is no leader of the territory."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.sponsor", unit_path=unit_path(act, case))
    require_running(case)
    leader = act.session.execute(
        select(User.id, User.name)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.account == sponsor, UserRole.role == Role.LEADER, User.disabled_at.is_(None))
    ).one_or_none()
    if leader is None:
        raise NotFound(f"账号“{sponsor}”不存在或不是领导，不能包案。")
    if recused_among(act, case, [leader.id]):
        raise NotAllowed(f"{leader.name}已回避本案，不能包案。", code="recused")
    before, case.sponsor_id = case.sponsor_id, leader.id
    record(act, case, "sponsor_assigned", sponsor=leader.name, before=before)


@action("record-death", title="登记伤者死亡", rights=("case.death",), same_as=("death_recorded",))
def record_death(act: Act, case_number: str, *, died_on: date, note: str | None = None) -> None:
    """Record a death after the accident.

    Within the 7-day window (令493 art. 13) it counts: the case is graded anew, open clocks are re-planned and each
    issued paper is flagged for correction. After the window it is recorded and, by statistical practice, changes
    nothing else. Raises Invalid for a date before the accident or in the future.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.death", unit_path=unit_path(act, case))
    require_running(case)
    accident = accident_of(act.session, case)
    if died_on < accident.occurred_at.astimezone(SHANGHAI).date():
        raise Invalid("死亡日期早于事故发生日期，请核对。")
    if died_on > act.today:
        raise Invalid("死亡日期晚于今天，请核对。")
    counted = counts(died_on, accident.occurred_at, accident_day_counts=act.settings.accident_day_counts)
    act.session.add(
        LaterDeath(accident_id=accident.id, died_on=died_on, counted=counted, note=note, recorded_at=act.at)
    )
    deaths_before = accident.deaths
    if counted:
        wanted = {"deaths": (accident.deaths or 0) + 1}
        # The person was among the injured before; which column is known only where the injury was graded.
        if accident.serious_injuries:
            wanted["serious_injuries"] = accident.serious_injuries - 1
        elif accident.injured_unspecified:
            wanted["injured_unspecified"] = accident.injured_unspecified - 1
        change(accident, wanted)
    record(
        act,
        case,
        "death_recorded",
        why=note,
        died_on=died_on.isoformat(),
        counted=counted,
        before=deaths_before,
        after=accident.deaths,
    )
    if counted:
        regrade(act, case, accident, why="事故死亡人数已变更，文书所载伤亡情况需更正")


@action(
    "mark-not-applicable",
    title="认定文书不适用",
    rights=("case.not_applicable",),
    decides=True,
    same_as=("not_applicable_recorded",),
)
def mark_not_applicable(act: Act, case_number: str, *, kind: DocumentKind, reason: str) -> None:
    """Record that a case needs no accountability proposal or no supervision order; printed in the archive's 备考表.

    Raises Invalid for other papers or without reason, WrongStage before the report is signed or while such a paper
    is out or under way, Conflict where it is recorded already.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.not_applicable", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "rectify")
    if kind not in (DocumentKind.ACCOUNTABILITY_PROPOSAL, DocumentKind.SUPERVISION_ORDER):
        raise Invalid("只有倒查问责建议书和限期落实督办单可以认定为不适用。")
    require_reason(reason)
    if act.session.get(NotApplicable, (case.id, kind)) is not None:
        raise Conflict(f"{kind.label}已认定为不适用。")
    existing = act.session.execute(
        select(Document.ref, visible_documents(act.actor).label("seen")).where(
            Document.case_id == case.id, Document.kind == kind, Document.status != DocumentStatus.VOID
        )
    ).all()
    if any(not paper.seen for paper in existing):
        # Who may not know of a restricted paper is sent to somebody who may.
        raise WrongStage(f"{kind.label}是否适用须先与主办民警核对，现在不能认定为不适用。", code="ask_the_officer")
    if existing:
        told = "、".join(paper.ref for paper in existing)
        raise WrongStage(f"本案已有{kind.label}（{told}），不能认定为不适用。")
    act.session.add(
        NotApplicable(case_id=case.id, kind=kind, reason=reason.strip(), approved_by=act.person, approved_at=act.at)
    )
    record(act, case, "not_applicable_recorded", why=reason.strip(), kind=kind.value)


def require_running(case: Case) -> None:
    """Refuse a case that is over. Raises WrongStage."""
    if case.stage in ENDED:
        raise WrongStage(f"案件已{case.stage.label}，不能再修改。")
