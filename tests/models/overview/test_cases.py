"""Cases as lists and screens show them, to everybody only what is theirs."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.accountability.tables import Reader
from models.case.tables import Case, NotApplicable
from models.clock.queries.explain import explain_deadline
from models.clock.queries.rulebook import Rulebook
from models.kernel.errors import NotFound
from models.kernel.rights.policy import SYSTEM
from models.kernel.vocabulary import DocumentForm, DocumentKind, DocumentStatus, Grade, Light, Relation, Stage
from models.office.tables import Organisation
from models.overview.queries.case_view import CaseView, case_view
from models.overview.queries.cases import case_list
from models.overview.queries.progress import KindProgress, Progress
from models.papers.queries.documents import document_list
from models.papers.tables import Document
from models.rectification.tables import Measure
from tests.models.world import NOW, Statements, World, append, deadline, document

TODAY = date(2026, 3, 25)
INSIDERS = ("officer", "second", "clerk", "reviewer", "signer", "leader", "archivist")


def view(session: Session, world: World, rules: Rulebook, account: str) -> CaseView:
    return case_view(session, world.actors[account], world.case_number, rules, NOW)


def text(value: object) -> str:
    """Return everything a view says, to look for what it must not say."""
    return json.dumps(value, ensure_ascii=False, default=str)


def another_case(session: Session, world: World, number: int) -> None:
    accident = Accident(
        title="另案",
        occurred_at=NOW - timedelta(days=number),
        division_code="420704",
        place=f"另一处{number}",
        summary="另案",
    )
    session.add(accident)
    session.flush()
    session.add(
        Case(
            case_number=f"4207-2026-{number:04d}",
            accident_id=accident.id,
            title="另案",
            unit_id=world.ids["unit"],
            officer_id=world.ids["officer"],
            stage=Stage.FILED,
            grade=Grade.ORDINARY,
            grade_provisional=True,
            trigger="scope",
            filed_at=NOW,
            clock_from=NOW,
            last_seq=0,
            last_hash="0" * 64,
        )
    )
    session.flush()


def test_the_list_tells_light_and_progress(session: Session, world: World) -> None:
    (row,) = case_list(session, world.actors["officer"], TODAY)
    assert (row.case_number, row.light, row.officer) == (world.case_number, Light.YELLOW, "陈某")
    assert row.progress == ["issued", "delivered", "in_approval", "draft", "not_started"]


def test_the_list_goes_on_after_a_case_number_and_keeps_to_a_stage(session: Session, world: World) -> None:
    for number in (2, 3):
        another_case(session, world, number)
    actor = world.actors["officer"]
    first = case_list(session, actor, TODAY, limit=2)
    assert [row.case_number for row in first] == ["4207-2026-0003", "4207-2026-0002"]
    rest = case_list(session, actor, TODAY, limit=2, after=first[-1].case_number)
    assert [row.case_number for row in rest] == [world.case_number]
    assert [row.case_number for row in case_list(session, actor, TODAY, stage=Stage.RECTIFYING)] == [world.case_number]


def test_strangers_and_administrators_see_no_case(session: Session, world: World, rules: Rulebook) -> None:
    for account in ("stranger", "foreign_agency", "admin"):
        actor = world.actors[account]
        assert case_list(session, actor, TODAY) == []
        with pytest.raises(NotFound, match="无权查看"):
            view(session, world, rules, account)
        with pytest.raises(NotFound):
            document_list(session, actor, world.case_number)
        with pytest.raises(NotFound):
            explain_deadline(session, actor, world.ids["clock-plan"], rules)


def test_the_view_tells_where_the_case_stands(session: Session, world: World, rules: Rulebook) -> None:
    case = view(session, world, rules, "officer")
    assert (case.grade, case.stage, case.light) == (Grade.LARGE, Stage.RECTIFYING, Light.YELLOW)
    assert case.turn == (
        "待提交审批：限期落实督办单（鄂州市公路事业发展中心）；待审核：倒查问责建议书（鄂州市纪委监委）；"
        "待签收：整改报告通知书（鄂州某运输有限公司）；待报送整改方案：鄂州市公路事业发展中心M1；"
        "待完成整改：鄂州市公路事业发展中心M2。"
    )
    assert [(m.ref, m.due_on, m.light) for m in case.measures] == [
        ("M1", date(2026, 3, 11), Light.YELLOW),
        ("M2", date(2026, 9, 30), Light.GREEN),
        ("M3", None, Light.GREEN),
    ]
    assert [(r.organisation, r.due_on, r.light) for r in case.recipients] == [
        ("鄂州市公路事业发展中心", date(2026, 3, 11), Light.YELLOW),
        ("鄂州某运输有限公司", date(2026, 3, 27), Light.BLUE),
    ]
    assert len(case.events) == 7
    assert [step.counts for step in case.progress][1] == {"delivered": 2}
    assert [clock.late for clock in case.deadlines] == [True, False, False]


def test_an_agency_sees_only_what_is_its_own(session: Session, world: World, rules: Rulebook) -> None:
    case = view(session, world, rules, "road_clerk")
    assert [paper.ref for paper in case.documents] == ["D2"]
    assert [measure.ref for measure in case.measures] == ["M1", "M2"]
    assert [clock.rule for clock in case.deadlines] == ["notice.plan", "measure.complete"]
    assert [(event.kind, event.data.get("paper")) for event in case.events] == [
        ("paper_delivered", "D2"),
        ("reply_given", None),
    ]
    assert case.turn == "待报送整改方案：鄂州市公路事业发展中心M1；待完成整改：鄂州市公路事业发展中心M2。"
    assert case.inside is None
    told = text(case)
    for secret in ("某运输有限公司", "M3", "D3", "D4", "D5", "问责的建议", "陈某", "纪委"):
        assert secret not in told.replace("by='陈某'", "")
    (row,) = case_list(session, world.actors["road_clerk"], TODAY)
    assert row.officer is None
    assert row.progress == ["not_started", "delivered", "withheld", "not_started", "not_started"]


@pytest.mark.parametrize("account", [name for name in INSIDERS if name not in ("officer", "reviewer", "signer")])
def test_a_restricted_paper_does_not_exist_for_those_not_on_its_list(
    session: Session, world: World, rules: Rulebook, account: str
) -> None:
    paper = session.get_one(Document, world.ids["D5"])
    session.add(
        deadline(
            world,
            "accountability.feedback",
            "unit",
            date(2026, 4, 30),
            about="D5",
            document_id=paper.id,
            turn="ours",
        )
    )
    session.flush()
    actor = world.actors[account]
    case = view(session, world, rules, account)
    assert "D5" not in text(case)
    assert "倒查问责建议书" not in case.turn
    assert case.progress[2] == KindProgress(DocumentKind.ACCOUNTABILITY_PROPOSAL, Progress.WITHHELD, {})
    assert "D5" not in text(document_list(session, actor, world.case_number))
    assert case_list(session, actor, TODAY)[0].progress[2] == "withheld"


def test_whether_a_restricted_paper_exists_or_is_not_needed_looks_the_same_to_those_not_on_its_list(
    session: Session, world: World
) -> None:
    another_case(session, world, 2)
    another_case(session, world, 3)
    session.flush()
    third = session.scalars(select(Case.id).where(Case.case_number == "4207-2026-0003")).one()
    session.add(
        NotApplicable(
            case_id=third,
            kind=DocumentKind.ACCOUNTABILITY_PROPOSAL,
            reason="无问责事项",
            approved_by=world.ids["leader"],
            approved_at=NOW,
        )
    )
    session.flush()

    def told(account: str) -> list[str]:
        return [row.progress[2] for row in case_list(session, world.actors[account], TODAY)]

    assert told("officer") == ["not_applicable", "not_started", "in_approval"]
    for account in ("second", "clerk", "leader", "archivist"):
        assert told(account) == ["withheld"] * 3


def test_an_officer_who_came_later_learns_of_a_restricted_paper_no_more_than_others(
    session: Session, world: World
) -> None:
    session.get_one(Case, world.ids["case"]).officer_id = world.ids["second"]
    session.flush()
    assert case_list(session, world.actors["second"], TODAY)[0].progress[2] == "withheld"


def test_the_volume_of_an_archived_case_stands_for_all_of_the_unit_whatever_lies_in_it(
    session: Session, world: World
) -> None:
    volume = session.get_one(Document, world.ids["D5"])
    volume.kind = DocumentKind.TRACEBACK_ARCHIVE
    assert volume.restricted
    session.flush()
    assert case_list(session, world.actors["archivist"], TODAY)[0].progress[4] == "in_approval"
    assert "D5" not in text(document_list(session, world.actors["archivist"], world.case_number))


def test_a_restricted_paper_is_there_for_its_readers_and_its_chain(
    session: Session, world: World, rules: Rulebook
) -> None:
    for account in ("officer", "reviewer", "signer"):
        assert "D5" in [paper.ref for paper in view(session, world, rules, account).documents]
    session.add(Reader(document_id=world.ids["D5"], user_id=world.ids["clerk"], added_at=NOW))
    session.flush()
    case = view(session, world, rules, "clerk")
    assert "D5" in [paper.ref for paper in case.documents]
    assert [event.kind for event in case.events if event.data.get("paper") == "D5"] == ["paper_drafted"]


def test_who_takes_a_step_from_elsewhere_sees_that_paper_only(session: Session, world: World, rules: Rulebook) -> None:
    actor = world.actors["reviewer"]
    away = type(actor)(
        actor.id, actor.account, actor.name, world.ids["unit"], f"/{world.ids['unit']}/999/", actor.roles
    )
    case = case_view(session, away, world.case_number, rules, NOW)
    assert [paper.ref for paper in case.documents] == ["D5"]
    assert (case.measures, case.deadlines, case.events) == ([], [], [])


def test_the_system_sees_everything(session: Session, world: World, rules: Rulebook) -> None:
    case = case_view(session, SYSTEM, world.case_number, rules, NOW)
    assert [paper.ref for paper in case.documents] == ["D1", "D2", "D3", "D5", "D4"]
    assert len(case.events) == 7


def test_a_late_order_lights_red_and_an_ended_clock_nothing(session: Session, world: World) -> None:
    clock = deadline(world, "order.complete", "roads", date(2026, 3, 20), about="D4", document_id=world.ids["D4"])
    session.add(clock)
    session.flush()
    actor = world.actors["officer"]
    assert case_list(session, actor, TODAY)[0].light is Light.RED
    clock.state, clock.closed_at = "met", NOW
    session.flush()
    assert case_list(session, actor, TODAY)[0].light is Light.YELLOW


@pytest.mark.parametrize(("day", "light"), [(11, Light.BLUE), (12, Light.YELLOW), (8, Light.BLUE), (7, Light.GREEN)])
def test_late_begins_the_day_after_the_due_date(session: Session, world: World, day: int, light: Light) -> None:
    (row,) = case_list(session, world.actors["officer"], date(2026, 3, day))
    assert row.light is light


def test_a_superior_is_never_lit(session: Session, world: World) -> None:
    session.get_one(Organisation, world.ids["roads"]).relation = Relation.SUPERIOR
    session.flush()
    assert case_list(session, world.actors["officer"], TODAY)[0].light is Light.BLUE  # of the company alone


def test_our_own_reminder_is_never_lit(session: Session, world: World) -> None:
    for clock in ("plan", "acknowledge"):
        row = session.get_one(type(deadline(world, "x", "roads", TODAY, about="x")), world.ids[f"clock-{clock}"])
        row.state, row.closed_at = "met", NOW
    session.add(deadline(world, "accountability.feedback", "unit", date(2026, 3, 1), about="D1", turn="ours"))
    session.flush()
    assert case_list(session, world.actors["officer"], TODAY)[0].light is Light.GREEN


def test_a_paper_not_needed_is_told_to_the_police_only(session: Session, world: World) -> None:
    session.get_one(Document, world.ids["D4"]).status = DocumentStatus.VOID
    session.get_one(Document, world.ids["D4"]).void_reason = "已按期落实"
    session.add(
        NotApplicable(
            case_id=world.ids["case"],
            kind=DocumentKind.SUPERVISION_ORDER,
            reason="均按期落实",
            approved_by=world.ids["leader"],
            approved_at=NOW,
        )
    )
    session.flush()
    assert case_list(session, world.actors["officer"], TODAY)[0].progress[3] == "not_applicable"
    assert case_list(session, world.actors["road_clerk"], TODAY)[0].progress[3] == "not_started"


def test_papers_are_listed_with_the_file_that_was_made_of_them(session: Session, world: World) -> None:
    papers = document_list(session, world.actors["officer"], world.case_number)
    assert [p.kind for p in papers] == sorted((p.kind for p in papers), key=list(DocumentKind).index)
    notice = papers[1]
    assert (notice.version, notice.sha256, notice.form) == (1, "d2".ljust(64, "0"), DocumentForm.LETTER)
    assert notice.path == "鄂州公交整〔2026〕1号 关于D2整改事项的通知.docx"
    assert (papers[0].version, papers[0].sha256) == (None, None)


def test_a_deadline_explains_itself(session: Session, world: World, rules: Rulebook) -> None:
    clock = explain_deadline(session, world.actors["officer"], world.ids["clock-plan"], rules)
    assert (clock.name, clock.due_on, clock.borrowed) == ("报送整改方案", date(2026, 3, 11), True)
    assert clock.days[-1].number == 7
    assert "2026年3月11日" in clock.explanation
    with pytest.raises(NotFound):
        explain_deadline(session, world.actors["company_clerk"], world.ids["clock-plan"], rules)


def test_an_agency_never_sees_our_clocks(session: Session, world: World, rules: Rulebook) -> None:
    session.add(
        deadline(
            world,
            "reply.assess",
            "unit",
            date(2026, 3, 30),
            about="R1",
            turn="ours",
            assignment_id=world.ids["A-M2"],
            document_id=world.ids["D2"],
        )
    )
    session.flush()
    rules_seen = [clock.rule for clock in view(session, world, rules, "road_clerk").deadlines]
    assert rules_seen == ["notice.plan", "measure.complete"]
    assert "reply.assess" in [clock.rule for clock in view(session, world, rules, "officer").deadlines]


def test_a_measure_in_nobodys_hands_is_told(session: Session, world: World, rules: Rulebook) -> None:
    session.add(Measure(case_id=world.ids["case"], ref="M4", position=4, text="无人承担"))
    session.flush()
    assert view(session, world, rules, "officer").measures[-1].organisations == []
    assert "M4" not in text(view(session, world, rules, "road_clerk"))


def test_reading_takes_the_same_statements_however_much_there_is(
    session: Session, world: World, rules: Rulebook
) -> None:
    actor = world.actors["officer"]
    with Statements(world.database) as before:
        case_list(session, actor, TODAY)
        view(session, world, rules, "officer")
    for number in range(2, 12):
        another_case(session, world, number)
    session.add_all(
        document(world, f"D{n}", DocumentKind.RECTIFICATION_NOTICE, occasion=n, recipient_id=world.ids["roads"])
        for n in range(10, 30)
    )
    session.flush()
    for _ in range(20):
        append(session, world, "evidence_added", evidence="E1")
    with Statements(world.database) as after:
        assert len(case_list(session, actor, TODAY)) == 11
        assert len(view(session, world, rules, "officer").documents) == 25
    assert before.count == after.count
