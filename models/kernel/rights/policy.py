"""Authorisation: one table of role × action × reach. Every command asks it; `visible` turns the reach into SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.kernel.errors import NotAllowed
from models.kernel.vocabulary import DocumentKind, Role


@dataclass(frozen=True, slots=True)
class StandIn:
    """授权代签: a right to take a signer's steps on the day of the act. `kinds` None means every kind of paper."""

    principal_id: int
    principal_name: str
    organisation_id: int
    kinds: frozenset[DocumentKind] | None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for a unit. `path` is the unit's place in the tree; its subtree is the person's territory."""

    id: int | None
    account: str
    name: str
    organisation_id: int | None
    path: str
    roles: frozenset[Role]
    stands_in: tuple[StandIn, ...] = ()

    def has(self, *roles: Role) -> bool:
        """Return whether the person holds one of the roles."""
        return not self.roles.isdisjoint(roles)


# Who reads the cases of their territory, whatever else they may do (`models.kernel.rights.visible`).
POLICE = (
    Role.OFFICER,
    Role.CLERK,
    Role.REVIEWER,
    Role.COUNTERSIGNER,
    Role.SIGNER,
    Role.LEADER,
    Role.ARCHIVIST,
)
SYSTEM = Actor(None, "system", "系统", None, "/", frozenset({Role.SYSTEM}))


class Reach(StrEnum):
    """Over what a right reaches."""

    UNIT = "unit"  # cases whose unit lies in the person's territory
    ADDRESSED = "addressed"  # what is addressed or delegated to a unit in the person's territory
    OWN = "own"  # what concerns the person alone
    STEP = "step"  # the open step of a paper's chain, which names unit, role and perhaps person
    EVERYTHING = "everything"  # no case content involved, or the system itself


POLICY: dict[str, tuple[tuple[Role, Reach], ...]] = {
    "case.file": ((Role.OFFICER, Reach.UNIT),),
    "case.edit": ((Role.OFFICER, Reach.UNIT),),
    "facts.edit": ((Role.OFFICER, Reach.UNIT),),
    # 损害赔偿调解: whoever handles it, whom the case names; nobody else, whatever the role.
    "mediation.handle": ((Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT)),
    # Identity numbers, addresses, telephones: everybody else reads that there is one.
    "facts.personal": ((Role.OFFICER, Reach.UNIT),),
    "case.confirm": ((Role.OFFICER, Reach.UNIT),),
    "case.sponsor": ((Role.LEADER, Reach.UNIT), (Role.OFFICER, Reach.UNIT)),
    "checklist.waive": ((Role.REVIEWER, Reach.UNIT), (Role.SIGNER, Reach.UNIT), (Role.LEADER, Reach.UNIT)),
    "case.death": ((Role.OFFICER, Reach.UNIT),),
    "case.facts": ((Role.OFFICER, Reach.UNIT),),
    "case.join": ((Role.LEADER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "case.link": ((Role.OFFICER, Reach.UNIT),),
    "case.transfer": ((Role.LEADER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "case.receive": ((Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT)),
    "case.liability": ((Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT)),
    "case.discontinue": ((Role.LEADER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "case.not_applicable": ((Role.LEADER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "case.recuse": (
        *((role, Reach.OWN) for role in Role if role not in (Role.ADMIN, Role.SYSTEM, Role.AGENCY, Role.AUDITOR)),
        (Role.LEADER, Reach.UNIT),
        (Role.SIGNER, Reach.UNIT),
    ),
    "case.end_recusal": ((Role.LEADER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    # All of a case leaves, and comes: personal data with it.
    "case.export": ((Role.OFFICER, Reach.UNIT),),
    "case.import": ((Role.OFFICER, Reach.UNIT), (Role.LEADER, Reach.UNIT)),
    "case.carry": ((Role.SYSTEM, Reach.EVERYTHING),),
    "paper.prepare": ((Role.OFFICER, Reach.UNIT), (Role.SYSTEM, Reach.EVERYTHING)),
    "paper.submit": ((Role.OFFICER, Reach.UNIT),),
    "paper.decide": ((Role.REVIEWER, Reach.STEP), (Role.COUNTERSIGNER, Reach.STEP), (Role.SIGNER, Reach.STEP)),
    "paper.sign": ((Role.SIGNER, Reach.STEP),),
    "paper.waive": ((Role.REVIEWER, Reach.UNIT), (Role.SIGNER, Reach.UNIT), (Role.LEADER, Reach.UNIT)),
    "paper.record_decision": ((Role.CLERK, Reach.UNIT), (Role.OFFICER, Reach.UNIT)),
    "paper.seal": ((Role.CLERK, Reach.UNIT),),
    "paper.seal_restricted": ((Role.CLERK, Reach.UNIT), (Role.OFFICER, Reach.UNIT)),
    "paper.deliver": ((Role.CLERK, Reach.UNIT), (Role.OFFICER, Reach.UNIT)),
    "paper.amend": ((Role.OFFICER, Reach.UNIT),),
    "paper.redraft": ((Role.OFFICER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "paper.discard": ((Role.OFFICER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "paper.void": ((Role.SIGNER, Reach.UNIT),),
    "paper.render": ((Role.SYSTEM, Reach.EVERYTHING),),
    "notice.acknowledge": (
        (Role.AGENCY, Reach.ADDRESSED),
        (Role.OFFICER, Reach.UNIT),
        (Role.CLERK, Reach.UNIT),
    ),
    "notice.delegate": ((Role.AGENCY, Reach.ADDRESSED),),
    "reply.give": ((Role.AGENCY, Reach.ADDRESSED), (Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT)),
    "reply.withdraw": ((Role.AGENCY, Reach.ADDRESSED), (Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT)),
    "reply.assess": ((Role.OFFICER, Reach.UNIT),),
    "extension.decide": ((Role.LEADER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "dispute.adjudicate": ((Role.LEADER, Reach.UNIT), (Role.LEADER, Reach.ADDRESSED)),
    "dispute.record": ((Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT)),
    "deadline.decide": ((Role.LEADER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "measure.verify": ((Role.OFFICER, Reach.UNIT),),
    "measure.close": ((Role.OFFICER, Reach.UNIT),),
    "effect.evaluate": ((Role.OFFICER, Reach.UNIT),),
    "recurrence.decide": ((Role.OFFICER, Reach.UNIT),),
    # 风险预警: the officer of the place looks at it; a leader answers for the length of a list and for what is left aside.
    "warning.handle": ((Role.OFFICER, Reach.UNIT),),
    "warning.approve": ((Role.LEADER, Reach.UNIT),),
    "warning.watch": ((Role.SYSTEM, Reach.EVERYTHING),),
    "order.confirm": ((Role.OFFICER, Reach.UNIT),),
    "talk.decide": ((Role.LEADER, Reach.UNIT),),
    "talk.hold": ((Role.OFFICER, Reach.UNIT), (Role.LEADER, Reach.UNIT)),
    "organ.answer": ((Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT)),
    # The register is of the territory and holds no case content.
    "register.edit": ((Role.OFFICER, Reach.EVERYTHING), (Role.CLERK, Reach.EVERYTHING)),
    "incoming.handle": ((Role.CLERK, Reach.UNIT), (Role.OFFICER, Reach.UNIT)),
    "hazard.report": ((Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT), (Role.AGENCY, Reach.ADDRESSED)),
    # By a link nobody is signed in: the program writes down what came.
    "hazard.receive": ((Role.SYSTEM, Reach.EVERYTHING),),
    "hazard.edit": ((Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT)),
    "hazard.check": ((Role.OFFICER, Reach.UNIT),),
    "hazard.dismiss": ((Role.LEADER, Reach.UNIT),),
    "hazard.link": ((Role.OFFICER, Reach.UNIT),),
    "case.archive": ((Role.ARCHIVIST, Reach.UNIT),),
    "archive.excuse": ((Role.LEADER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "archive.audit": ((Role.ARCHIVIST, Reach.UNIT),),
    "archive.transfer": ((Role.ARCHIVIST, Reach.UNIT),),
    "archive.appraise": ((Role.ARCHIVIST, Reach.UNIT),),
    "archive.dispose": ((Role.LEADER, Reach.UNIT), (Role.SIGNER, Reach.UNIT)),
    "archive.supplement": ((Role.ARCHIVIST, Reach.UNIT),),
    "archive.reopen": ((Role.ARCHIVIST, Reach.UNIT),),
    "ladder.climb": ((Role.SYSTEM, Reach.EVERYTHING),),
    "message.send": ((Role.SYSTEM, Reach.EVERYTHING),),
    "message.settle": ((Role.OFFICER, Reach.UNIT), (Role.CLERK, Reach.UNIT)),
    # The register is of the territory, and no case: who keeps statistics brings accidents in, whatever the unit.
    "register.import": ((Role.OFFICER, Reach.EVERYTHING), (Role.CLERK, Reach.EVERYTHING)),
    "organisation.add": (
        (Role.OFFICER, Reach.EVERYTHING),
        (Role.CLERK, Reach.EVERYTHING),
        (Role.ADMIN, Reach.EVERYTHING),
        (Role.SYSTEM, Reach.EVERYTHING),
    ),
    "signing.authorise": ((Role.SIGNER, Reach.OWN), (Role.ADMIN, Reach.EVERYTHING)),
    "absence.record": (
        *((role, Reach.OWN) for role in Role if role not in (Role.ADMIN, Role.SYSTEM, Role.AUDITOR)),
        (Role.ADMIN, Reach.EVERYTHING),
    ),
    "authority.record": ((Role.CLERK, Reach.EVERYTHING), (Role.ADMIN, Reach.EVERYTHING)),
    "work.hand_over": ((Role.ADMIN, Reach.EVERYTHING),),
    "session.own": tuple((role, Reach.OWN) for role in Role if role is not Role.SYSTEM),
    # 查阅记录: everybody's own reading is put down by the door; the auditor reads what is there, and nothing else.
    "reading.note": tuple((role, Reach.OWN) for role in Role if role is not Role.SYSTEM),
    "reading.audit": ((Role.AUDITOR, Reach.EVERYTHING),),
    "session.guard": ((Role.SYSTEM, Reach.EVERYTHING),),
    # Figures of the territory: what is entered beside the register and closed, and closings that are taken back.
    "figures.enter": ((Role.OFFICER, Reach.EVERYTHING), (Role.CLERK, Reach.EVERYTHING)),
    "figures.reopen": ((Role.LEADER, Reach.EVERYTHING), (Role.SIGNER, Reach.EVERYTHING)),
    "office.manage": ((Role.ADMIN, Reach.EVERYTHING), (Role.SYSTEM, Reach.EVERYTHING)),
}
SENTENCES = {
    Reach.UNIT: "只能办理本单位辖区内的案件。",
    Reach.ADDRESSED: "只能办理发给本单位的文书和措施。",
    Reach.STEP: "该文书当前不由您审批。",
    Reach.OWN: "只能办理本人的事项，他人的由管理员办理。",
}


def reaches(actor: Actor, action: str) -> frozenset[Reach]:
    """Return how far the actor's roles carry for an action; empty where none allows it."""
    # Who stands in for a signer takes the signer's steps, and gets none of the signer's other rights.
    return frozenset(
        reach
        for role, reach in POLICY[action]
        if role in actor.roles or (role is Role.SIGNER and reach is Reach.STEP and actor.stands_in)
    )


def require(
    actor: Actor,
    action: str,
    *,
    unit_path: str | None = None,
    addressed: tuple[str, ...] = (),
    at_step: bool = False,
    person: int | None = None,
) -> Reach:
    """Return the reach that allows the act, or refuse.

    `unit_path` is the case's unit, `addressed` are the paths of the units the thing is addressed or delegated to,
    `at_step` whether the open step of the paper's chain is the actor's, `person` whom it concerns. Raises NotAllowed
    with what would be allowed.
    """
    granted = reaches(actor, action)
    if not granted:
        roles = "、".join(dict.fromkeys(role.label for role, _ in POLICY[action] if role is not Role.SYSTEM))
        raise NotAllowed(f"您没有此项权限，此操作由{roles or '系统'}办理。")
    if Reach.EVERYTHING in granted:
        return Reach.EVERYTHING
    if Reach.UNIT in granted and unit_path is not None and unit_path.startswith(actor.path):
        return Reach.UNIT
    if Reach.ADDRESSED in granted and any(path.startswith(actor.path) for path in addressed):
        return Reach.ADDRESSED
    if Reach.STEP in granted and at_step:
        return Reach.STEP
    if Reach.OWN in granted and person is not None and person == actor.id:
        return Reach.OWN
    raise NotAllowed("".join(SENTENCES[reach] for reach in sorted(granted)))
