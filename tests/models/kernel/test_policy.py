"""The policy: who may do what, over what; as a table that a reviewer can read, and as laws that hold for all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, product

import pytest
from sqlalchemy import false
from sqlalchemy.sql.elements import ColumnElement

from models.actions import REGISTRY
from models.kernel.errors import NotAllowed
from models.kernel.rights.policy import POLICY, SYSTEM, Actor, Reach, StandIn, reaches, require
from models.kernel.rights.visible import visible_assignments, visible_cases, visible_documents
from models.kernel.vocabulary import DocumentKind, Role

# U: cases of the person's territory; A: what is addressed to it; S: the open step of a paper's chain; O: what concerns
# the person alone; E: everything (no case content, or the system itself); a dot: no right.
LETTERS = {"U": Reach.UNIT, "A": Reach.ADDRESSED, "S": Reach.STEP, "O": Reach.OWN, "E": Reach.EVERYTHING}
TABLE = """
                     officer clerk reviewer countersigner signer agency leader archivist admin auditor system
case.file               U      .      .           .         .      .      .        .       .       .       .
case.edit               U      .      .           .         .      .      .        .       .       .       .
facts.edit              U      .      .           .         .      .      .        .       .       .       .
mediation.handle        U      U      .           .         .      .      .        .       .       .       .
facts.personal          U      .      .           .         .      .      .        .       .       .       .
case.confirm            U      .      .           .         .      .      .        .       .       .       .
case.sponsor            U      .      .           .         .      .      U        .       .       .       .
checklist.waive         .      .      U           .         U      .      U        .       .       .       .
case.death              U      .      .           .         .      .      .        .       .       .       .
case.facts              U      .      .           .         .      .      .        .       .       .       .
case.join               .      .      .           .         U      .      U        .       .       .       .
case.link               U      .      .           .         .      .      .        .       .       .       .
case.transfer           .      .      .           .         U      .      U        .       .       .       .
case.receive            U      U      .           .         .      .      .        .       .       .       .
case.liability          U      U      .           .         .      .      .        .       .       .       .
case.discontinue        .      .      .           .         U      .      U        .       .       .       .
case.not_applicable     .      .      .           .         U      .      U        .       .       .       .
case.recuse             O      O      O           O         UO     .      UO       O       .       .       .
case.end_recusal        .      .      .           .         U      .      U        .       .       .       .
case.export             U      .      .           .         .      .      .        .       .       .       .
case.import             U      .      .           .         .      .      U        .       .       .       .
case.carry              .      .      .           .         .      .      .        .       .       .       E
paper.prepare           U      .      .           .         .      .      .        .       .       .       E
paper.submit            U      .      .           .         .      .      .        .       .       .       .
paper.decide            .      .      S           S         S      .      .        .       .       .       .
paper.sign              .      .      .           .         S      .      .        .       .       .       .
paper.waive             .      .      U           .         U      .      U        .       .       .       .
paper.record_decision   U      U      .           .         .      .      .        .       .       .       .
paper.seal              .      U      .           .         .      .      .        .       .       .       .
paper.seal_restricted   U      U      .           .         .      .      .        .       .       .       .
paper.deliver           U      U      .           .         .      .      .        .       .       .       .
paper.amend             U      .      .           .         .      .      .        .       .       .       .
paper.redraft           U      .      .           .         U      .      .        .       .       .       .
paper.discard           U      .      .           .         U      .      .        .       .       .       .
paper.void              .      .      .           .         U      .      .        .       .       .       .
paper.render            .      .      .           .         .      .      .        .       .       .       E
notice.acknowledge      U      U      .           .         .      A      .        .       .       .       .
notice.delegate         .      .      .           .         .      A      .        .       .       .       .
reply.give              U      U      .           .         .      A      .        .       .       .       .
reply.withdraw          U      U      .           .         .      A      .        .       .       .       .
reply.assess            U      .      .           .         .      .      .        .       .       .       .
extension.decide        .      .      .           .         U      .      U        .       .       .       .
dispute.adjudicate      .      .      .           .         .      .      UA       .       .       .       .
dispute.record          U      U      .           .         .      .      .        .       .       .       .
deadline.decide         .      .      .           .         U      .      U        .       .       .       .
measure.verify          U      .      .           .         .      .      .        .       .       .       .
measure.close           U      .      .           .         .      .      .        .       .       .       .
effect.evaluate         U      .      .           .         .      .      .        .       .       .       .
recurrence.decide       U      .      .           .         .      .      .        .       .       .       .
warning.handle          U      .      .           .         .      .      .        .       .       .       .
warning.approve         .      .      .           .         .      .      U        .       .       .       .
warning.watch           .      .      .           .         .      .      .        .       .       .       E
order.confirm           U      .      .           .         .      .      .        .       .       .       .
talk.decide             .      .      .           .         .      .      U        .       .       .       .
talk.hold               U      .      .           .         .      .      U        .       .       .       .
organ.answer            U      U      .           .         .      .      .        .       .       .       .
register.edit           E      E      .           .         .      .      .        .       .       .       .
incoming.handle         U      U      .           .         .      .      .        .       .       .       .
hazard.report           U      U      .           .         .      A      .        .       .       .       .
hazard.receive          .      .      .           .         .      .      .        .       .       .       E
hazard.edit             U      U      .           .         .      .      .        .       .       .       .
hazard.check            U      .      .           .         .      .      .        .       .       .       .
hazard.dismiss          .      .      .           .         .      .      U        .       .       .       .
hazard.link             U      .      .           .         .      .      .        .       .       .       .
case.archive            .      .      .           .         .      .      .        U       .       .       .
archive.excuse          .      .      .           .         U      .      U        .       .       .       .
archive.audit           .      .      .           .         .      .      .        U       .       .       .
archive.transfer        .      .      .           .         .      .      .        U       .       .       .
archive.appraise        .      .      .           .         .      .      .        U       .       .       .
archive.dispose         .      .      .           .         U      .      U        .       .       .       .
archive.supplement      .      .      .           .         .      .      .        U       .       .       .
archive.reopen          .      .      .           .         .      .      .        U       .       .       .
ladder.climb            .      .      .           .         .      .      .        .       .       .       E
message.send            .      .      .           .         .      .      .        .       .       .       E
message.settle          U      U      .           .         .      .      .        .       .       .       .
register.import         E      E      .           .         .      .      .        .       .       .       .
organisation.add        E      E      .           .         .      .      .        .       E       .       E
signing.authorise       .      .      .           .         O      .      .        .       E       .       .
absence.record          O      O      O           O         O      O      O        O       E       .       .
authority.record        .      E      .           .         .      .      .        .       E       .       .
work.hand_over          .      .      .           .         .      .      .        .       E       .       .
session.own             O      O      O           O         O      O      O        O       O       O       .
reading.note            O      O      O           O         O      O      O        O       O      O       .
reading.audit           .      .      .           .         .      .      .        .       .      E       .
session.guard           .      .      .           .         .      .      .        .       .       .       E
figures.enter           E      E      .           .         .      .      .        .       .       .       .
figures.reopen          .      .      .           .         E      .      E        .       .       .       .
office.manage           .      .      .           .         .      .      .        .       E       .       E
"""
HEAD, *ROWS = (line.split() for line in TABLE.strip("\n").splitlines())
PEOPLE = [role for role in Role if role is not Role.SYSTEM]


def actor(*roles: Role, path: str = "/1/2/") -> Actor:
    return Actor(7, "li", "李某", 2, path, frozenset(roles))


def situations() -> Iterator[dict[str, object]]:
    """Every way in which a thing can lie with the person of `actor`."""
    for unit, addressed, step, person in product(
        ("/1/2/", "/1/3/"), ((), ("/1/2/4/",), ("/9/",)), (True, False), (7, 8)
    ):
        yield {"unit_path": unit, "addressed": addressed, "at_step": step, "person": person}


def allowed(who: Actor, right: str, situation: dict[str, object]) -> bool:
    try:
        require(who, right, **situation)  # type: ignore[arg-type]  # each of its own type
    except NotAllowed:
        return False
    return True


def test_the_policy_is_this_table() -> None:
    assert [role.value for role in Role] == HEAD
    read = {
        right: {
            (Role(role), LETTERS[letter]) for role, cell in zip(HEAD, cells, strict=True) for letter in cell.strip(".")
        }
        for right, *cells in ROWS
    }
    assert list(read) == list(POLICY)
    for right, rows in POLICY.items():
        assert set(rows) == read[right], right
        assert len(rows) == len(set(rows)), right


@pytest.mark.parametrize("right", POLICY)
def test_the_table_is_what_a_person_with_one_role_is_allowed(right: str) -> None:
    for role in Role:
        granted = {reach for holder, reach in POLICY[right] if holder is role}
        assert reaches(actor(role), right) == granted
        for situation in situations():
            lies = {Reach.EVERYTHING}
            lies |= {Reach.UNIT} if situation["unit_path"] == "/1/2/" else set()
            lies |= {Reach.ADDRESSED} if situation["addressed"] == ("/1/2/4/",) else set()
            lies |= {Reach.STEP} if situation["at_step"] else set()
            lies |= {Reach.OWN} if situation["person"] == 7 else set()
            assert allowed(actor(role), right, situation) is bool(granted & lies), (role, situation)


@pytest.mark.parametrize("right", POLICY)
def test_several_roles_carry_as_far_as_each_does_and_nobody_gains_by_losing_one(right: str) -> None:
    for size in range(len(Role) + 1):
        for roles in combinations(Role, size):
            single = {reach for role in roles for reach in reaches(actor(role), right)}
            assert reaches(actor(*roles), right) == single
    for one, other in combinations(Role, 2):
        for situation in situations():
            either = allowed(actor(one), right, situation) or allowed(actor(other), right, situation)
            assert allowed(actor(one, other), right, situation) is either


@pytest.mark.parametrize("right", POLICY)
def test_whoever_stands_higher_may_do_what_those_below_may_and_a_neighbour_nothing(right: str) -> None:
    for role, situation in product(Role, situations()):
        below = replace(actor(role), path="/1/2/4/")
        assert allowed(actor(role), right, situation) >= allowed(below, right, situation)
        neighbour = replace(actor(role, path="/1/22/"), id=9)
        elsewhere = {**situation, "at_step": False}
        if Reach.EVERYTHING not in reaches(neighbour, right):
            assert not allowed(neighbour, right, elsewhere)


@pytest.mark.parametrize("right", POLICY)
def test_nobody_may_do_it_without_a_role_and_the_refusal_says_who_may(right: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        require(actor(), right, unit_path="/1/2/", addressed=("/1/2/",), at_step=True, person=7)
    holders = [role.label for role, _ in POLICY[right] if role is not Role.SYSTEM] or ["系统"]
    assert all(label in str(refused.value) for label in holders)


def test_the_system_prepares_and_carries_and_can_approve_sign_and_close_nothing() -> None:
    assert {right for right in POLICY if reaches(SYSTEM, right)} == {
        *("case.carry", "ladder.climb", "message.send", "session.guard", "warning.watch"),
        *("paper.prepare", "paper.render", "hazard.receive"),
        *("organisation.add", "office.manage"),
    }
    decided = {right for action in REGISTRY.values() if action.decides for right in action.rights}
    assert {"paper.decide", "paper.sign", "deadline.decide", "extension.decide", "talk.decide"} <= decided
    for right in decided | {"measure.close", "measure.verify", "case.archive", "paper.record_decision"}:
        assert not reaches(SYSTEM, right), right


def test_an_administrator_touches_no_case_and_sees_no_content() -> None:
    admin = actor(Role.ADMIN)
    assert {right for right in POLICY if reaches(admin, right)} == {
        *("organisation.add", "signing.authorise", "absence.record", "authority.record"),
        *("work.hand_over", "session.own", "office.manage", "reading.note"),
    }
    for visible in (visible_cases, visible_documents, visible_assignments):
        seen: ColumnElement[bool] = visible(admin)
        assert str(seen) == str(false()), visible


def test_an_auditor_reads_who_read_what_and_sees_no_content() -> None:
    auditor = actor(Role.AUDITOR)
    assert {right for right in POLICY if reaches(auditor, right)} == {"session.own", "reading.note", "reading.audit"}
    for visible in (visible_cases, visible_documents, visible_assignments):
        seen: ColumnElement[bool] = visible(auditor)
        assert str(seen) == str(false()), visible


def test_only_the_chain_decides_on_papers_and_only_a_signer_signs() -> None:
    assert {role for role, _ in POLICY["paper.decide"]} == {Role.REVIEWER, Role.COUNTERSIGNER, Role.SIGNER}
    assert POLICY["paper.sign"] == ((Role.SIGNER, Reach.STEP),)
    assert {right for right, rows in POLICY.items() if Reach.STEP in dict(rows).values()} == {
        "paper.decide",
        "paper.sign",
    }


def test_agencies_reach_only_what_is_addressed_to_them_and_themselves() -> None:
    for right in POLICY:
        assert reaches(actor(Role.AGENCY), right) <= {Reach.ADDRESSED, Reach.OWN}, right


def test_who_stands_in_for_a_signer_takes_the_signers_steps_and_nothing_else() -> None:
    stand_in = StandIn(3, "钱某", 2, frozenset({DocumentKind.ANALYSIS_REPORT}))
    for role, right in product(PEOPLE, POLICY):
        gained = reaches(replace(actor(role), stands_in=(stand_in,)), right) - reaches(actor(role), right)
        assert gained <= {Reach.STEP}
        assert not gained or right in ("paper.decide", "paper.sign")
    assert reaches(replace(actor(Role.CLERK), stands_in=(stand_in,)), "paper.sign") == {Reach.STEP}


def test_a_refusal_of_a_thing_elsewhere_says_over_what_the_right_reaches() -> None:
    with pytest.raises(NotAllowed, match="只能办理本单位辖区内的案件。"):
        require(actor(Role.OFFICER), "case.edit", unit_path="/1/3/")
    with pytest.raises(NotAllowed, match="只能办理发给本单位的文书和措施。"):
        require(actor(Role.AGENCY), "reply.give", unit_path="/1/2/", addressed=("/9/",))
    with pytest.raises(NotAllowed, match="该文书当前不由您审批。"):
        require(actor(Role.SIGNER), "paper.sign", unit_path="/1/2/")
    with pytest.raises(NotAllowed, match="只能办理本人的事项，他人的由管理员办理。"):
        require(actor(Role.SIGNER), "signing.authorise", person=8)
    with pytest.raises(NotAllowed, match="此操作由系统办理。"):
        require(actor(Role.ADMIN), "case.carry")
