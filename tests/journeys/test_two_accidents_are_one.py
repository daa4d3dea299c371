"""并案: what one case had goes on in the other, nothing is lost, and both tell it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from models.accident.tables import Accident, Person, Vehicle
from models.case.queries.checklist import checklist
from models.case.tables import Case, Evidence, Finding
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.joining.tables import MovedRef
from models.kernel.act import find_actor
from models.kernel.base import Base
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Message
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Grade, LinkNature, Role, Stage, Trigger
from models.overview.queries.case_view import case_view
from models.papers.tables import Document, PaperFlag
from models.rectification.tables import Assignment, Measure, Reply
from tests.stories import Story

TELL = "现场勘查确认为同一起事故"


def look(story: Story, case: str, account: str = "ling") -> dict[str, Any]:
    from models.kernel.act import find_actor

    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return case_view(session, actor, case, rulebook(session), story.at)


def count(story: Story, table: Any, case: str) -> int:
    with story.installation.database.reading() as session:
        of_case = select(Case.id).where(Case.case_number == case).scalar_subquery()
        return session.scalar(select(func.count()).select_from(table).where(table.case_id == of_case)) or 0


def test_all_of_one_case_goes_on_in_the_other_and_the_merged_one_points_to_it(story: Story) -> None:
    first, second = story.file(), story.file(variant=5)
    tables = (Finding, Measure, Evidence, Assignment)
    story.do("li", "add-evidence", second, title="行车记录仪", reference="物证室")
    before = {table: count(story, table, first) + count(story, table, second) for table in tables}
    story.do("ling", "merge-case", second, into=first, reason=TELL)
    assert {table: count(story, table, first) for table in tables} == before
    assert all(count(story, table, second) == 0 for table in tables)
    merged, kept = look(story, second), look(story, first)
    assert (merged.stage, merged.joined.merged_into) == (Stage.DISCONTINUED, first)
    assert kept.joined.merged == [second]
    assert merged.inside.stage_reason == f"并入案件{first}：{TELL}"
    [gone] = [event for event in merged.events if event.kind == "case_merged"]
    [come] = [event for event in kept.events if event.kind == "case_absorbed"]
    assert gone.data["renamed"]["F1"] == come.data["renamed"]["F1"] == "F4"
    assert merged.deadlines == [] or {clock.state for clock in merged.deadlines} == {"withdrawn"}
    assert [paper.status for paper in merged.documents] == [DocumentStatus.VOID]


def test_the_same_vehicle_and_the_named_person_are_not_counted_twice(story: Story) -> None:
    first, second = story.file(), story.file(variant=5)
    story.do("ling", "merge-case", second, into=first, reason=TELL, same=["P2=P2"])
    with story.installation.database.reading() as session:
        kept = select(Case.accident_id).where(Case.case_number == first).scalar_subquery()
        vehicles = session.scalars(select(Vehicle.ref).where(Vehicle.accident_id == kept)).all()
        people = session.scalars(select(Person.ref).where(Person.accident_id == kept)).all()
        driver = session.scalars(select(Person.vehicle_id).where(Person.accident_id == kept, Person.ref == "P3")).one()
        own = session.scalars(select(Vehicle.id).where(Vehicle.accident_id == kept)).one()
    assert list(vehicles) == ["V1"]
    assert sorted(people) == ["P1", "P2", "P3"]
    assert driver == own


def test_papers_that_are_out_go_on_with_their_clocks_and_numbers(story: Story) -> None:
    first, second = story.rectifying(), story.rectifying(variant=5)
    notices = story.do("li", "prepare", second, kind=DocumentKind.RECTIFICATION_NOTICE)
    numbers = story.issue(second, *notices)
    story.deliver(second, *notices)
    story.do("ling", "merge-case", second, into=first, reason=TELL)
    kept = look(story, first, "li")
    moved = {paper.number: paper for paper in kept.documents if paper.number in numbers}
    assert {paper.status for paper in moved.values()} == {DocumentStatus.DELIVERED}
    running = [clock for clock in kept.deadlines if clock.rule == "measure.complete" and clock.state == "open"]
    assert len(running) == len(notices)
    # The work goes on where it stood: the unit's receipt is entered in the case that goes on.
    ref = next(iter(moved.values())).ref
    story.do("li", "acknowledge", first, paper=ref, received_by="孙某")
    merged = look(story, second)
    told = [event.data for event in merged.events if event.kind == "paper_moved"]
    assert {data["now"] for data in told} == {paper.ref for paper in moved.values()}
    assert any(event.kind == "paper_delivered" for event in merged.events)
    with story.installation.database.reading() as session:
        report = session.scalars(
            select(PaperFlag.reason).join(Document, Document.id == PaperFlag.document_id).where(Document.ref == "D1")
        ).all()
    assert any("未载入报告" in reason for reason in report)


def test_the_figures_given_grade_and_trigger_the_case_anew(story: Story) -> None:
    first, second = story.file(), story.file(variant=5)
    story.do("ling", "merge-case", second, into=first, reason=TELL, deaths=3)
    with story.installation.database.reading() as session:
        row = session.execute(select(Case.grade, Case.trigger).where(Case.case_number == first)).one()
    assert tuple(row) == (Grade.LARGE, Trigger.STATUTORY)
    assert [event.data["after"] for event in look(story, first).events if event.kind == "case_regraded"] == ["large"]


def test_the_number_of_the_accident_goes_to_the_case_that_has_none(story: Story) -> None:
    first, second = story.file(), story.file(variant=5)
    with story.installation.database.writing() as session:
        ids = select(Case.accident_id).where(Case.case_number == first).scalar_subquery()
        session.scalars(select(Accident).where(Accident.id == ids)).one().accident_number = None
    story.do("ling", "merge-case", second, into=first, reason=TELL)
    assert look(story, first).inside.accident_number == "4207032025060008"
    assert look(story, second).inside.accident_number is None
    with pytest.raises(Conflict, match=first):
        story.file(variant=5)


def test_who_may_not_merge_and_what_may_not_be_merged(story: Story) -> None:
    first, second = story.file(), story.file(variant=5)
    with pytest.raises(NotAllowed, match="领导"):
        story.do("li", "merge-case", second, into=first, reason=TELL)
    with pytest.raises(Invalid, match="理由"):
        story.do("ling", "merge-case", second, into=first, reason=" ")
    with pytest.raises(Invalid, match="相同"):
        story.do("ling", "merge-case", first, into=first, reason=TELL)
    with pytest.raises(NotFound):
        story.do("ling", "merge-case", first, into="4207-1999-0001", reason=TELL)
    with pytest.raises(Invalid, match="V1=V2"):
        story.do("ling", "merge-case", second, into=first, reason=TELL, same=["V1"])
    with pytest.raises(Invalid, match="V9"):
        story.do("ling", "merge-case", second, into=first, reason=TELL, same=["V9=V1"])
    story.address(second)
    story.issue(second, "D1")
    with pytest.raises(WrongStage, match=f"请将{first}并入该案"):
        story.do("ling", "merge-case", second, into=first, reason=TELL)
    story.do("li", "submit", first, paper="D1")
    with pytest.raises(WrongStage, match="审批"):
        story.do("ling", "merge-case", first, into=second, reason=TELL)
    assert look(story, second).joined.merged_into is None


def test_a_merged_case_is_over_and_cannot_be_merged_again(story: Story) -> None:
    first, second, third = story.file(), story.file(variant=5), story.file(variant=6)
    story.do("li", "link-case", second, other=third, nature=LinkNature.SECONDARY, reason="后车追尾")
    story.do("ling", "merge-case", second, into=first, reason=TELL)
    with pytest.raises(WrongStage, match="终止"):
        story.do("ling", "merge-case", second, into=third, reason=TELL)
    with pytest.raises(WrongStage, match="终止"):
        story.do("ling", "merge-case", third, into=second, reason=TELL)
    assert [kin.case_number for kin in look(story, first).joined.linked] == [third]
    assert look(story, second).joined.linked == []


def test_a_restricted_paper_that_moves_is_told_to_its_list_alone_in_both_cases(story: Story) -> None:
    first, second = story.rectifying(), story.rectifying("ezhou-four-deaths")
    proposals = story.do("li", "prepare", second, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.do("ling", "merge-case", first, into=second, reason=TELL)  # nothing restricted moves here
    third = story.rectifying(variant=7)
    before = look(story, second).events
    story.do("ling", "merge-case", second, into=third, reason=TELL)
    after = look(story, second).events
    assert [event.seq for event in before] == [event.seq for event in after][: len(before)]
    assert not any(event.data.get("paper") in proposals for event in after)
    mine = look(story, second, "li").events
    assert {event.data["paper"] for event in mine if event.kind == "paper_moved"} >= set(proposals)
    assert len(look(story, third, "li").documents) == len(look(story, third).documents) + len(proposals)


GOES_OVER = {
    "accountability_items",
    "assignments",
    "case_organisations",
    "checklist_answers",
    "deadlines",
    "deliveries",
    "disputes",
    "documents",
    "evaluations",
    "evidence",
    "fact_rows",
    "findings",
    "incoming_papers",
    "liability_decisions",
    "measures",
    "milestones",
    "paper_flags",
    "proof_forms",
    "recusals",
    "replies",
    "talks",
    "team_members",
    "verifications",
}
STAYS = {
    "archives",
    "bundled_cases",
    "events",
    "fact_changes",
    "gap_excuses",
    "mediation_handlers",
    "messages",
    "moved_refs",
    "not_applicable",
    "outbox",
    "recurrences",
    "transfers",
}


# A case on a notice over several cases is not joined at all (`moving.refuse_bundled`).
# Recurrences follow the measure they stand beside; what nobody decided of a case that ends falls away.
def test_every_table_of_a_case_is_known_to_the_merger() -> None:
    """Born of the thought that somebody adds a table and a merger forgets its rows."""
    of_case = {name for name, table in Base.metadata.tables.items() if "case_id" in table.columns}
    assert of_case == GOES_OVER | STAYS


def test_answers_of_the_checklist_go_over_where_the_other_case_has_none(story: Story) -> None:
    story.wait(days=400)
    first, second = story.file(), story.file(variant=5)
    for case, question, text in (
        (first, "person.licence", "准驾车型相符。"),
        (second, "person.licence", "持C1证。"),
        (second, "person.alcohol", "未检出酒精。"),
    ):
        proof = story.do("li", "add-evidence", case, title=f"{text}的记录", reference="调查卷宗")
        story.do("li", "answer-question", case, question=question, text=text, evidence=[proof])
    story.do("ling", "merge-case", second, into=first, reason=TELL)
    with story.installation.database.reading() as session:
        aspects = checklist(session, find_actor(session, "li", story.at), first)
        kept = set(session.scalars(select(Evidence.ref).join(Case).where(Case.case_number == first)))
    answers = {one.key: one.answer for aspect in aspects for one in aspect.questions if one.answer}
    assert {key: one.text for key, one in answers.items()} == {
        "person.licence": "准驾车型相符。",
        "person.alcohol": "未检出酒精。",
    }
    assert answers["person.alcohol"].evidence != answers["person.licence"].evidence
    assert {ref for one in answers.values() for ref in one.evidence} < kept


def test_short_names_that_went_away_are_never_given_again(story: Story) -> None:
    first, second = story.file(bare=True), story.file(variant=5, bare=True)
    story.do("ling", "merge-case", second, into=first, reason=TELL)
    with story.installation.database.reading() as session:
        gone = session.scalars(select(MovedRef.ref)).all()
        messages = session.scalars(select(func.count()).select_from(Message)).one()
        assert session.scalar(select(func.count()).select_from(Reply)) == 0
        assert session.scalar(select(func.count()).select_from(Deadline).where(Deadline.state == "open")) == 1
    assert {"F1", "F2", "F3", "M1", "M2", "A1", "A2"} == set(gone)
    assert messages == 0
    assert story.do("li", "add-measure", first, text="增设路灯") == "M5"
    story.employ("guest", Role.LEADER)
    assert look(story, first, "guest").joined.merged == [second]
