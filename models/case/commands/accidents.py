"""Corrections to an accident after filing (number, losses, nature), and links between accidents."""

from __future__ import annotations

from sqlalchemy import or_, select

from models.accident.rules.grading import grade_basis
from models.accident.tables import Accident, Person
from models.case.announcements import AccidentRetold
from models.case.tables import Case
from models.clock.commands import deadlines
from models.joining.tables import CaseLink
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_accident import accident_of
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record
from models.kernel.reactions import announce
from models.kernel.refs import AccountRef, CaseRef, PersonRef
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_cases
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import LinkNature
from models.office.commands.authorisations import find_user
from models.papers.commands.outdated_papers import flag_papers

from .cases import require_running
from .editing import change
from .regrading import regrade


@action("set-accident-number", title="登记或更正事故编号", rights=("case.facts",), same_as=("accident_number_set",))
def set_accident_number(act: Act, case_number: str, *, number: str, reason: str | None = None) -> None:
    """Enter the 事故编号 of the police's own system, or correct it (then with a reason); signed papers that bear the
    old one are flagged.

    Raises Conflict where another accident has the number: it is the key by which an accident is found twice.
    """
    case, accident = _open(act, case_number, "case.facts")
    number = number.strip()
    if not number:
        raise Invalid("请填写事故编号。", code="number_missing")
    if number == accident.accident_number:
        raise Conflict(f"事故编号已登记为{number}。", code="same_number")
    taken = act.session.execute(
        select(Case.case_number, Case.merged_into_id)
        .join(Accident, Accident.id == Case.accident_id)
        .where(Accident.accident_number == number)
    ).one_or_none()
    if taken is not None:
        raise Conflict(
            f"事故编号{number}已用于案件{taken.case_number}。如为同一事故，请并案（merge-case）。",
            code="duplicate_accident",
        )
    before = accident.accident_number
    why = None if before is None and reason is None else require_reason(reason)
    change(accident, {"accident_number": number})
    record(act, case, "accident_number_set", why=why, before=before, after=number)
    flag_papers(act, case, accident, why=f"事故编号由{before}更正为{number}" if before else "事故编号已登记")
    announce(act, AccidentRetold(case))


@action(
    "set-losses",
    title="变更直接经济损失、直接财产损失（重新定级）",
    rights=("case.facts",),
    same_as=("losses_changed",),
)
def set_losses(
    act: Act,
    case_number: str,
    *,
    economic_loss: int | None = None,
    property_loss: int | None = None,
    reason: str,
) -> None:
    """Change the two losses, in whole yuan: 直接经济损失 bears on the grade, 直接财产损失 on the four indices.

    The accident is graded anew, open clocks are counted again, signed papers that give the old figure are flagged.
    """
    case, accident = _open(act, case_number, "case.facts")
    why = require_reason(reason)
    wanted = {"economic_loss": economic_loss, "property_loss": property_loss}
    for name, amount in wanted.items():
        if amount is not None and amount < 0:
            raise Invalid(f"{LOSSES[name]}不能为负数，请修改。", code="negative")
    changes = change(accident, wanted)
    record(act, case, "losses_changed", why=why, **changes)
    regrade(
        act, case, accident, why=f"{'、'.join(LOSSES[name] for name in changes['after'])}已变更，文书所载数额需更正"
    )


LOSSES = {"economic_loss": "直接经济损失", "property_loss": "直接财产损失"}


@action(
    "determine-nature",
    title="认定是否生产安全事故、由谁组织调查",
    rights=("case.facts",),
    same_as=("nature_determined",),
)
def determine_nature(
    act: Act, case_number: str, *, production_safety: bool, investigated_by: str | None = None, reason: str
) -> str:
    """Say whether the accident is one of production safety, and which body investigates (令493 art. 19).

    Decides whether grade and limits rest on the regulation or borrow from it; returns what the grade rests on. Raises
    Invalid without the body where it is one, Conflict where nothing changes.
    """
    case, accident = _open(act, case_number, "case.facts")
    why = require_reason(reason)
    body = investigated_by.strip() if investigated_by and investigated_by.strip() else accident.investigated_by
    if production_safety and body is None:
        raise Invalid("生产安全事故须写明由哪一机关组织调查。", code="investigator_missing")
    if (accident.production_safety, accident.investigated_by) == (production_safety, body):
        raise Conflict("认定结果没有变化。", code="same_nature")
    before = {"production_safety": accident.production_safety, "investigated_by": accident.investigated_by}
    change(accident, {"production_safety": production_safety, "investigated_by": body})
    basis = grade_basis(production_safety=production_safety)
    deadlines.follow_nature(act, case)
    record(
        act,
        case,
        "nature_determined",
        why=why,
        before=before,
        after={"production_safety": production_safety, "investigated_by": body},
        grade_basis=basis.text,
    )
    return basis.text


@action("link-case", title="关联两案（如二次事故、同一隐患）", rights=("case.link",), same_as=("case_linked",))
def link_case(act: Act, case_number: str, *, other: CaseRef, nature: LinkNature, reason: str) -> None:
    """Link two cases that belong together and stay two, as a secondary crash, or a work order and the accident that
    happened by its hazard; both records tell it.

    Raises NotFound for a case that the actor may not see, Conflict where the link stands.
    """
    case, kin = lock_cases(act, case_number, other)
    policy.require(act.actor, "case.link", unit_path=unit_path(act, case))
    why = require_reason(reason)
    if _link(act, case, kin) is not None:
        raise Conflict(f"案件{case_number}与{other}已经关联。", code="linked")
    first, second = sorted((case.id, kin.id))
    act.session.add(
        CaseLink(first_id=first, second_id=second, nature=nature, reason=why, linked_by=act.person, linked_at=act.at)
    )
    for one, another in ((case, kin), (kin, case)):
        record(act, one, "case_linked", why=why, other_case=another.case_number, nature=nature.value)


@action("unlink-case", title="解除关联", rights=("case.link",), same_as=("case_unlinked",))
def unlink_case(act: Act, case_number: str, *, other: CaseRef, reason: str) -> None:
    """Take a link back, with the reason; both records keep that it stood. Raises NotFound where there is none."""
    case, kin = lock_cases(act, case_number, other)
    policy.require(act.actor, "case.link", unit_path=unit_path(act, case))
    link = _link(act, case, kin)
    if link is None:
        raise NotFound(f"案件{case_number}与{other}没有关联。", code="not_linked")
    link.ended_at, link.ended_reason = act.at, require_reason(reason)
    for one, another in ((case, kin), (kin, case)):
        record(act, one, "case_unlinked", why=link.ended_reason, other_case=another.case_number)


def _link(act: Act, case: Case, kin: Case) -> CaseLink | None:
    first, second = sorted((case.id, kin.id))
    return act.session.scalars(
        select(CaseLink).where(CaseLink.first_id == first, CaseLink.second_id == second, CaseLink.ended_at.is_(None))
    ).one_or_none()


@action("identify-person", title="确认案中人员是本系统的哪个账号", rights=("case.facts",), after="confirm-finding")
def identify_person(act: Act, case_number: str, *, person: PersonRef, who: AccountRef) -> None:
    """Say which of our accounts is a person of the case: whoever is examined is told by it, not by a like name."""
    case, accident = _open(act, case_number, "case.facts")
    row = act.session.scalars(
        select(Person).where(Person.accident_id == accident.id, Person.ref == person)
    ).one_or_none()
    if row is None:
        raise NotFound(f"本案没有编号为“{person}”的人员。", code="ref_not_found")
    user = find_user(act, who, active=False)
    if row.user_id == user.id:
        raise Conflict(f"人员{person}已确认为该账号。", code="identified")
    row.user_id = user.id
    record(act, case, "person_identified", person=person, account=user.account)


def _open(act: Act, case_number: str, action: str) -> tuple[Case, Accident]:
    case = lock_case(act, case_number)
    policy.require(act.actor, action, unit_path=unit_path(act, case))
    require_running(case)
    return case, accident_of(act.session, case)


def lock_cases(act: Act, case_number: str, other: str) -> tuple[Case, Case]:
    """Return two cases, locked in one order whoever asks. Raises NotFound, Invalid for the same case twice."""
    if case_number == other:
        raise Invalid("两个案件编号相同，请核对。", code="same_case")
    found = {
        case.case_number: case
        for case in act.session.scalars(
            select(Case)
            .where(or_(Case.case_number == case_number, Case.case_number == other), visible_cases(act.actor))
            .order_by(Case.id)
            .with_for_update()
        )
    }
    for number in (case_number, other):
        if number not in found:
            raise NotFound(f"没有编号为“{number}”的案件，或您无权查看。", code="case_not_found")
    return found[case_number], found[other]
