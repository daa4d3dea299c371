"""回避: keeps a person out of a case, by own wish or by order, and moves that person's steps to somebody else."""

from __future__ import annotations

from sqlalchemy import exists, select

from models.case.tables import Case
from models.joining.tables import Recusal
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record
from models.kernel.refs import AccountRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import RecusalKind, Role
from models.office.commands.authorisations import find_user, has_role
from models.office.tables import User, UserRole
from models.papers.tables import Approval, Document

from .handover import CaseWork, case_faults, hand_over_case, open_work


@action("recuse", title="登记回避（自行或责令）", rights=("case.recuse",), same_as=("person_recused",))
def recuse(act: Act, case_number: str, *, who: AccountRef, reason: str, hand_to: AccountRef | None = None) -> None:
    """Let a person stay out of a case from now on: the person sees nothing of it and does nothing in it.

    The person asks for it, or a leader or signer orders it. What lies with the person goes to `hand_to`; without one,
    a step of a chain goes to a colleague with the same role. Raises NotAllowed, Conflict, Invalid where nobody else can
    do what lies with the person.
    """
    case = lock_case(act, case_number)
    person = find_user(act, who, active=False)
    policy.require(act.actor, "case.recuse", unit_path=unit_path(act, case), person=person.id)
    why = require_reason(reason)
    if _standing(act, case, person) is not None:
        raise Conflict(f"{person.name}已回避本案。", code="recused")
    work = next(iter(open_work(act, person, Case.id == case.id)), None)
    taker = None if hand_to is None else find_user(act, hand_to)
    if taker is not None and taker.id == person.id:
        raise Invalid("接办人不能是回避人本人。", code="same_person")
    if work is not None:
        _give_away(act, work, person, taker, why)
    kind = RecusalKind.ASKED if person.id == act.actor.id else RecusalKind.ORDERED
    act.session.add(
        Recusal(case_id=case.id, user_id=person.id, kind=kind, reason=why, recorded_by=act.person, recorded_at=act.at)
    )
    record(act, case, "person_recused", why=why, person=person.name, kind=kind.value)


@action("end-recusal", title="解除回避", rights=("case.end_recusal",), decides=True, same_as=("recusal_ended",))
def end_recusal(act: Act, case_number: str, *, who: AccountRef, reason: str) -> None:
    """Let a person take part again; what was handed over stays where it is. Raises NotAllowed, NotFound."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.end_recusal", unit_path=unit_path(act, case))
    person = find_user(act, who, active=False)
    standing = _standing(act, case, person)
    if standing is None:
        raise NotFound(f"{person.name}没有回避本案。", code="not_recused")
    standing.ended_at, standing.ended_reason = act.at, require_reason(reason)
    record(act, case, "recusal_ended", why=standing.ended_reason, person=person.name)


def _standing(act: Act, case: Case, person: User) -> Recusal | None:
    return act.session.scalars(
        select(Recusal).where(Recusal.case_id == case.id, Recusal.user_id == person.id, Recusal.ended_at.is_(None))
    ).one_or_none()


def _give_away(act: Act, work: CaseWork, person: User, taker: User | None, why: str) -> None:
    """Hand over what lies with the person. Raises Invalid where nobody can take it."""
    if taker is not None:
        _taken_over(act, work, person, taker, why)
        return
    if work.officer:
        raise Invalid(f"{person.name}是本案主办民警，请指明接办民警（--hand-to）。", code="successor_missing")
    if work.sponsor:
        work.case.sponsor_id = None
        record(act, work.case, "sponsor_assigned", why=why, sponsor=None, before=person.name)
    for approval, document in work.approvals:
        if not _colleague(act, work.case, approval, document, person):
            raise Invalid(
                f"文书{document.ref}待{person.name}{approval.role.label}，没有其他人可以办理，请指明接办人（--hand-to）。",
                code="successor_missing",
            )
        approval.user_id = None


def _taken_over(act: Act, work: CaseWork, person: User, taker: User, why: str) -> None:
    if work.sponsor and not has_role(act, taker, Role.LEADER):
        work.sponsor, work.case.sponsor_id = False, None
    faults = list(case_faults(act, taker, work))
    if faults:
        raise Invalid(
            f"{taker.name}不能接办，未作登记：" + "；".join(map(str, faults)) + "。",
            faults=faults,
            code="cannot_take_over",
        )
    hand_over_case(act, work, person, taker, why)


def _colleague(act: Act, case: Case, approval: Approval, document: Document, person: User) -> bool:
    """Return whether somebody else of the unit holds the step's role, is not the paper's author and takes part."""
    out = exists(
        select(1)
        .where(Recusal.case_id == case.id, Recusal.user_id == User.id, Recusal.ended_at.is_(None))
        .correlate(User)
    )
    found = act.session.scalar(
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            User.organisation_id == approval.organisation_id,
            UserRole.role == approval.role,
            User.disabled_at.is_(None),
            User.id != person.id,
            User.id.is_distinct_from(document.author_id),
            ~out,
        )
        .limit(1)
    )
    return found is not None
