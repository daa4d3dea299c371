"""What waits on whom in one small case."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from models.case.tables import Case, NotApplicable
from models.kernel.errors import Invalid
from models.kernel.vocabulary import AssignmentState, DocumentKind, DocumentStatus, Light, Part, ReplyKind, Role, Stage
from models.overview.queries.worklists import waiting_on
from models.papers.tables import Approval, Document
from models.rectification.tables import Assessment, Assignment, Measure, Reply, Talk, Verification
from tests.models.world import NOW, SERVED, Statements, World, deadline, document

TODAY = date(2026, 3, 25)


def waits(session: Session, world: World, account: str) -> list[tuple[str, str | None]]:
    """Return what waits on an account, each with the paper, measure or reply it is about."""
    rows = waiting_on(session, world.actors[account], TODAY)
    return [(r.wait, r.reply or r.measure or r.paper) for r in rows]


def test_an_agency_owes_its_own_measures_by_due_date(session: Session, world: World) -> None:
    rows = waiting_on(session, world.actors["road_clerk"], TODAY)
    assert [(r.wait, r.measure, r.due_on, r.light) for r in rows] == [
        ("plan", "M1", date(2026, 3, 11), Light.YELLOW),
        ("complete", "M2", date(2026, 9, 30), Light.GREEN),
    ]


def test_a_recipient_is_asked_to_acknowledge(session: Session, world: World) -> None:
    assert waits(session, world, "company_clerk") == [("acknowledge", "D3")]


def test_nothing_waits_on_strangers_and_administrators(session: Session, world: World) -> None:
    for account in ("stranger", "foreign_agency", "admin"):
        assert waits(session, world, account) == []


def test_only_the_open_step_of_a_chain_waits(session: Session, world: World) -> None:
    assert waits(session, world, "reviewer") == [("review", "D5")]
    assert waits(session, world, "signer") == []
    first = session.query(Approval).filter_by(document_id=world.ids["D5"], position=1).one()
    first.decision, first.decided_at, first.decided_by = "approved", NOW, world.ids["reviewer"]
    session.get_one(Document, world.ids["D5"]).status = DocumentStatus.SIGNING
    session.flush()
    assert waits(session, world, "reviewer") == []
    assert waits(session, world, "signer") == [("sign", "D5")]


def test_the_author_is_not_asked_to_approve(session: Session, world: World) -> None:
    session.get_one(Document, world.ids["D5"]).author_id = world.ids["reviewer"]
    session.flush()
    assert waits(session, world, "reviewer") == []


def test_an_order_is_confirmed_before_it_is_submitted(session: Session, world: World) -> None:
    assert waits(session, world, "officer") == [("submit", "D4")]
    session.get_one(Document, world.ids["D4"]).confirmed_no_reply_by = None
    session.flush()
    assert waits(session, world, "officer") == [("confirm_no_reply", "D4")]
    assert waits(session, world, "second") == []


def test_a_restricted_draft_waits_only_on_those_on_its_list(session: Session, world: World) -> None:
    session.get_one(Document, world.ids["D5"]).status = DocumentStatus.RETURNED
    session.flush()
    assert ("returned", "D5") in waits(session, world, "officer")
    session.get_one(Case, world.ids["case"]).officer_id = world.ids["second"]
    session.flush()
    assert waits(session, world, "second") == [("submit", "D4")]


def test_a_signed_paper_waits_on_the_clerk(session: Session, world: World) -> None:
    paper = session.get_one(Document, world.ids["D4"])
    paper.number, paper.content, paper.status = "鄂州公交督〔2026〕1号", {}, DocumentStatus.ISSUED
    session.flush()
    assert waits(session, world, "clerk") == [("seal", "D4")]
    paper.status = DocumentStatus.SEALED
    session.flush()
    assert waits(session, world, "clerk") == [("deliver", "D4")]


def answer(session: Session, world: World, kind: ReplyKind, author: str, **more: object) -> Reply:
    """Put in an answer about M1 that nobody assessed."""
    reply = Reply(
        case_id=world.ids["case"],
        ref="R2",
        assignment_id=world.ids["A-M1"],
        organisation_id=world.ids["roads"],
        kind=kind,
        text="见附件",
        author_id=world.ids[author],
        happened_at=SERVED,
        recorded_at=SERVED,
        **more,
    )
    session.add(reply)
    session.flush()
    return reply


def test_an_answer_makes_it_our_turn(session: Session, world: World) -> None:
    reply = answer(session, world, ReplyKind.PLAN, "road_clerk")
    session.add(deadline(world, "reply.assess", "unit", date(2026, 3, 27), about="R2", reply_id=reply.id, turn="ours"))
    session.flush()
    assert waits(session, world, "road_clerk") == [("complete", "M2")]
    (first, *_) = waiting_on(session, world.actors["officer"], TODAY)
    assert (first.wait, first.reply, first.light) == ("assess", "R2", Light.BLUE)


def test_who_entered_an_answer_does_not_assess_it(session: Session, world: World) -> None:
    answer(session, world, ReplyKind.PLAN, "officer")
    assert ("assess", "R2") not in waits(session, world, "officer")
    assert ("assess", "R2") in waits(session, world, "second")


def test_a_report_of_progress_changes_nobodys_turn(session: Session, world: World) -> None:
    before = waits(session, world, "road_clerk")
    answer(session, world, ReplyKind.PROGRESS, "road_clerk")
    assert waits(session, world, "road_clerk") == before
    assert waits(session, world, "officer") == [("submit", "D4")]


def test_an_extension_is_decided_by_leaders_and_signers(session: Session, world: World) -> None:
    answer(session, world, ReplyKind.EXTENSION, "road_clerk", requested_due_on=date(2026, 6, 1))
    assert waits(session, world, "leader") == [("decide_extension", "R2")]
    assert waits(session, world, "signer") == [("decide_extension", "R2")]
    assert ("decide_extension", "R2") not in waits(session, world, "officer")


def test_a_completion_is_verified_by_somebody_else_and_closed_by_the_officer(session: Session, world: World) -> None:
    hand = session.get_one(Assignment, world.ids["A-M1"])
    hand.state = AssignmentState.AWAITING_VERIFICATION
    answer(session, world, ReplyKind.COMPLETION, "officer")
    session.add(Assessment(reply_id=2, verdict="accepted", assessor_id=world.ids["officer"], assessed_at=NOW))
    session.flush()
    assert ("verify", "M1") in waits(session, world, "second")
    assert ("verify", "M1") not in waits(session, world, "officer")
    session.add(
        Verification(
            case_id=world.ids["case"],
            assignment_id=hand.id,
            passed=True,
            place="樊口",
            note="已完成",
            verifier_id=world.ids["second"],
            verified_at=NOW,
        )
    )
    session.flush()
    assert ("close", "M1") in waits(session, world, "officer")
    assert waits(session, world, "second") == []


def test_talks_are_decided_by_a_leader_arranged_and_held_by_the_officer(session: Session, world: World) -> None:
    talk = Talk(
        case_id=world.ids["case"],
        organisation_id=world.ids["roads"],
        state="proposed",
        reason="督办后仍未落实",
        proposed_at=NOW,
    )
    session.add(talk)
    session.flush()
    assert waits(session, world, "leader") == [("decide_talk", None)]
    talk.state = "approved"
    session.flush()
    assert waits(session, world, "leader") == []
    assert ("arrange_talk", None) in waits(session, world, "officer")
    talk.planned_for, talk.place, talk.chaired_by = NOW, "会议室", "凌某"
    session.flush()
    assert ("hold_talk", None) in waits(session, world, "officer")


def test_a_finished_case_waits_on_the_archivist(session: Session, world: World) -> None:
    assert waits(session, world, "archivist") == []
    for ref in ("A-M1", "A-M2", "A-M3"):
        hand = session.get_one(Assignment, world.ids[ref])
        hand.state, hand.outcome = AssignmentState.CLOSED, "done"
    for ref in ("D4", "D5"):
        paper = session.get_one(Document, world.ids[ref])
        paper.status, paper.void_reason = DocumentStatus.VOID, "不需要"
    for kind in (DocumentKind.ACCOUNTABILITY_PROPOSAL, DocumentKind.SUPERVISION_ORDER):
        session.add(
            NotApplicable(
                case_id=world.ids["case"],
                kind=kind,
                reason="均已尽责",
                approved_by=world.ids["leader"],
                approved_at=NOW,
            )
        )
    session.flush()
    assert waits(session, world, "archivist") == [("archive", None)]


def test_nothing_waits_in_an_ended_case(session: Session, world: World) -> None:
    case = session.get_one(Case, world.ids["case"])
    case.stage, case.stage_reason = Stage.DISCONTINUED, "移送"
    session.flush()
    for account in ("officer", "road_clerk", "company_clerk"):
        assert waits(session, world, account) == []


def test_the_list_goes_on_after_the_last_row_shown(session: Session, world: World) -> None:
    actor = world.actors["road_clerk"]
    (first,) = waiting_on(session, actor, TODAY, limit=1)
    (second,) = waiting_on(session, actor, TODAY, limit=1, after=first.key)
    assert (first.measure, second.measure) == ("M1", "M2")
    assert waiting_on(session, actor, TODAY, after=second.key) == []
    with pytest.raises(Invalid, match="翻页标记"):
        waiting_on(session, actor, TODAY, after="nonsense")


def test_a_list_takes_the_same_statements_however_long_it_is(session: Session, world: World) -> None:
    actor = world.actors["road_clerk"]
    with Statements(world.database) as before:
        waiting_on(session, actor, TODAY)
    for n in range(10, 30):
        measure = Measure(case_id=world.ids["case"], ref=f"M{n}", position=n, text="再补标志")
        session.add(measure)
        session.flush()
        session.add(
            Assignment(
                case_id=world.ids["case"],
                measure_id=measure.id,
                organisation_id=world.ids["roads"],
                part=Part.LEAD,
                state=AssignmentState.AWAITING_PLAN,
                notice_id=world.ids["D2"],
            )
        )
    session.flush()
    with Statements(world.database) as after:
        rows = waiting_on(session, actor, TODAY)
    assert len(rows) == 22
    assert before.count == after.count


def test_roles_add_up(session: Session, world: World) -> None:
    both = world.actors["officer"]
    actor = type(both)(
        both.id, both.account, both.name, both.organisation_id, both.path, frozenset({Role.OFFICER, Role.REVIEWER})
    )
    assert {row.wait for row in waiting_on(session, actor, TODAY)} == {"submit"}  # it wrote D5 itself
    session.add(document(world, "D9", DocumentKind.RECTIFICATION_NOTICE, status=DocumentStatus.DRAFT))
    session.flush()
    assert len(waiting_on(session, actor, TODAY)) == 2
