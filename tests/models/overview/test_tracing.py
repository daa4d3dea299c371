"""回溯: the graph that is walked, and a case as it is traced by everybody, on either database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from models import tables as t
from models.accountability.tables import Reader
from models.case.tables import Case, Finding
from models.kernel.errors import NotFound
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import (
    DocumentKind,
    Grade,
    PersonOutcome,
    PersonRole,
    RecusalKind,
    ReplyKind,
    Stage,
    Trigger,
    Verdict,
)
from models.overview.queries.traced import Trace, trace
from models.overview.queries.traced_elsewhere import SHOWN
from models.overview.rules.tracing import Graph, Happening, Link, Node, Traced, course, graph, laid_down, proposed_after
from tests.models.world import NOW, SERVED, Statements, World, build, document
from ui.cli.answer import as_json

DAY = timedelta(days=1)
OTHER = "4207-2026-0002"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    database = Database(database_url, durable=False)
    yield build(database)
    database.close()


def traced(world: World, account: str, ref: str | None = None, case: str | None = None) -> Trace:
    with world.database.reading() as session:
        return trace(session, world.actors[account], case or world.case_number, ref, Settings(), NOW)


def back(found: Trace) -> list[str]:
    return [step.key for step in found.back]


def forward(found: Trace) -> list[str]:
    return [step.key for step in found.forward]


def node(key: str) -> Node:
    kind, ref = key.split("/")
    return Node(key, Traced(kind), ref, "", "")


def small(*links: Link, more: tuple[str, ...] = ()) -> Graph:
    keys = dict.fromkeys([*(end for link in links for end in (link.before, link.after)), *more])
    return graph([node(key) for key in keys], links)


def keys(found: Graph, start: str, *, ahead: bool) -> list[tuple[str, int]]:
    return [(step.key, step.depth) for step in found.walk([start], forward=ahead)]


# --- the rules ---------------------------------------------------------------------------------------------------


def test_a_course_goes_from_the_notice_by_reply_and_assessment_to_the_check_and_the_order() -> None:
    happenings = [
        Happening("paper/D4", Traced.PAPER, NOW + 5 * DAY),
        Happening("reply/R1", Traced.REPLY, NOW + DAY),
        Happening("verification/1", Traced.VERIFICATION, NOW + 3 * DAY),
        Happening("paper/D2", Traced.PAPER, NOW, opens=True),
        Happening("assessment/R1", Traced.ASSESSMENT, NOW + 2 * DAY, of="reply/R1"),
        Happening("reply/R2", Traced.REPLY, NOW + 6 * DAY),
    ]
    assert [(link.before, link.after) for link in course("measure/M1", happenings)] == [
        ("measure/M1", "paper/D2"),
        ("paper/D2", "reply/R1"),
        ("reply/R1", "assessment/R1"),
        ("assessment/R1", "verification/1"),
        ("verification/1", "paper/D4"),
        ("paper/D4", "reply/R2"),
    ]


def test_an_order_after_silence_follows_from_the_notice() -> None:
    silent = [
        Happening("paper/D2", Traced.PAPER, NOW, opens=True),
        Happening("paper/D4", Traced.PAPER, NOW + DAY),
    ]
    assert course("measure/M1", silent)[-1] == Link("paper/D2", "paper/D4", "measure/M1")


def test_who_follows_one_measure_through_a_notice_does_not_meet_the_replies_to_another() -> None:
    found = small(
        Link("measure/M1", "paper/D2", "measure/M1"),
        Link("measure/M2", "paper/D2", "measure/M2"),
        Link("paper/D2", "reply/R1", "measure/M1"),
        Link("paper/D2", "reply/R2", "measure/M2"),
    )
    assert keys(found, "measure/M1", ahead=True) == [("measure/M1", 0), ("paper/D2", 1), ("reply/R1", 2)]
    assert keys(found, "reply/R2", ahead=False) == [("reply/R2", 0), ("paper/D2", 1), ("measure/M2", 2)]
    assert len(keys(found, "paper/D2", ahead=True)) == 3


def test_what_was_told_further_above_is_not_told_twice_and_no_circle_is_walked_for_ever() -> None:
    found = small(
        Link("evidence/E1", "finding/F1"),
        Link("evidence/E1", "finding/F2"),
        Link("finding/F1", "item/A1"),
        Link("finding/F2", "item/A1"),
        Link("item/A1", "paper/D5"),
        Link("paper/D5", "finding/F1"),
    )
    steps = found.walk(["evidence/E1"], forward=True)
    assert [step.key for step in steps if step.again] == ["finding/F1", "item/A1"]


def test_a_long_course_is_walked_to_its_end() -> None:
    found = small(*(Link(f"paper/D{n}", f"paper/D{n + 1}") for n in range(5000)))
    assert found.walk(["paper/D0"], forward=True)[-1].depth == 5000


def test_a_proposal_follows_an_order_only_about_the_same_finding_and_later() -> None:
    links = [
        Link("finding/F1", "measure/M1", "measure/M1"),
        Link("finding/F2", "measure/M2", "measure/M2"),
        Link("measure/M1", "paper/D4", "measure/M1"),
        Link("measure/M2", "paper/D4", "measure/M2"),
        Link("finding/F1", "item/A1"),
        Link("item/A1", "paper/D5"),
    ]
    assert proposed_after(links, {"paper/D4": NOW}, {"paper/D5": NOW + DAY}) == [
        Link("paper/D4", "paper/D5", "measure/M1")
    ]
    assert proposed_after(links, {"paper/D4": NOW + 2 * DAY}, {"paper/D5": NOW + DAY}) == []


def test_what_nothing_follows_from_lies_in_the_volume() -> None:
    links = [
        Link("finding/F1", "measure/M1", "measure/M1"),
        Link("measure/M1", "paper/D2", "measure/M1"),
        Link("measure/M2", "paper/D2", "measure/M2"),
        Link("paper/D2", "reply/R1", "measure/M2"),
    ]
    nodes = [*small(*links, more=("evidence/E9", "archive/D7")).nodes.values()]
    assert laid_down(nodes, links, ["archive/D7"]) == [
        Link("evidence/E9", "archive/D7"),
        Link("paper/D2", "archive/D7", "measure/M1"),
        Link("reply/R1", "archive/D7", "measure/M2"),
    ]


# --- one case ----------------------------------------------------------------------------------------------------


def test_a_measure_is_traced_back_to_its_evidence_and_on_to_the_order(world: World) -> None:
    found = traced(world, "officer", "M2")
    assert back(found) == ["measure/M2", "finding/F1", "evidence/E1"]
    assert forward(found)[:5] == ["measure/M2", "paper/D2", "reply/R1", "assessment/R1", "paper/D4"]
    told = {key: one.text for key, one in found.graph.nodes.items()}
    assert told["reply/R1"] == "鄂州市公路事业发展中心（整改方案）：计划于九月底前完成标志补设。"
    assert told["assessment/R1"] == "对R1：认可"


def test_the_measure_beside_it_on_the_same_notice_has_no_reply(world: World) -> None:
    assert "reply/R1" not in forward(traced(world, "officer", "M1"))
    assert "paper/D4" in forward(traced(world, "officer", "M1"))


def test_a_reply_leads_back_to_what_was_found_and_to_the_evidence(world: World) -> None:
    assert back(traced(world, "officer", "R1")) == ["reply/R1", "paper/D2", "measure/M2", "finding/F1", "evidence/E1"]


def test_a_thing_is_also_found_by_its_key_and_without_a_name_all_of_the_case_is_told(world: World) -> None:
    assert traced(world, "officer", "assessment/R1").start == ("assessment/R1",)
    whole = traced(world, "officer")
    assert (whole.start, whole.back) == ((), ())
    assert {step.key for step in whole.forward} == set(whole.graph.nodes)


def test_a_proposal_is_traced_by_its_readers_alone(world: World) -> None:
    found = traced(world, "officer", "D5")
    assert {"item/A1", "finding/F1", "evidence/E1"} <= set(back(found))
    with pytest.raises(NotFound):
        traced(world, "second", "D5")
    seen = as_json(traced(world, "second"))
    assert not any(word in seen for word in ("paper/D5", "item/A1", "问责"))


def test_who_was_put_on_the_list_sees_more_and_who_was_taken_off_sees_less(world: World) -> None:
    with world.database.writing() as session:
        session.add(Reader(document_id=world.ids["D5"], user_id=world.ids["second"], added_at=NOW))
    assert "item/A1" in back(traced(world, "second", "D5"))
    with world.database.writing() as session:
        gone = {"removed_at": NOW, "removed_by": world.ids["officer"]}
        session.execute(update(Reader).where(Reader.user_id == world.ids["second"]).values(gone))
    with pytest.raises(NotFound):
        traced(world, "second", "D5")


def test_an_agency_traces_its_own_measures_and_nothing_of_the_inside(world: World) -> None:
    found = traced(world, "road_clerk")
    assert set(found.graph.nodes) == {"measure/M1", "measure/M2", "paper/D2", "reply/R1", "assessment/R1"}
    assert (found.inside, found.elsewhere) == (False, ())
    assert set(traced(world, "company_clerk").graph.nodes) == {"measure/M3", "paper/D3"}
    for ref in ("F1", "E1", "M3", "D3", "D4", "A1"):
        with pytest.raises(NotFound):
            traced(world, "road_clerk", ref)


def test_a_check_on_site_follows_the_assessment_and_is_told_to_the_police_alone(world: World) -> None:
    with world.database.writing() as session:
        session.add(
            t.Verification(
                case_id=world.ids["case"],
                assignment_id=world.ids["A-M2"],
                passed=False,
                place="K120",
                note="标志未装",
                verifier_id=world.ids["second"],
                verified_at=SERVED + 9 * DAY,
            )
        )
    found = traced(world, "officer", "R1")
    assert (
        forward(found) == ["reply/R1", "assessment/R1", "verification/1", "paper/D4", "paper/D5"][: len(found.forward)]
    )
    assert found.graph.nodes["verification/1"].text == "未通过，K120：标志未装"
    assert "标志未装" not in as_json(traced(world, "road_clerk"))


def test_a_wrong_name_is_one_sentence_and_the_same_for_what_is_hidden(world: World) -> None:
    said = "案件“4207-2026-0001”中没有代号为“{}”的证据、问题、措施、文书或反馈，或您无权查看。"
    for ref in ("M99", "", "m2", "%"):
        with pytest.raises(NotFound) as refused:
            traced(world, "officer", ref)
        assert (refused.value.message, refused.value.code) == (said.format(ref), "nothing_to_trace")
    with pytest.raises(NotFound) as hidden:
        traced(world, "second", "D5")
    assert hidden.value.message == said.format("D5")


def test_strangers_are_told_of_no_case(world: World) -> None:
    for account in ("stranger", "foreign_agency", "admin"):
        with pytest.raises(NotFound, match="无权查看"):
            traced(world, account, "M1")


def test_the_statements_do_not_grow_with_the_things(world: World) -> None:
    with Statements(world.database) as before:
        traced(world, "officer")
    with world.database.writing() as session:
        more_replies(session, world, 30)
    with Statements(world.database) as after:
        assert len(traced(world, "officer").graph.nodes) > 70
    assert after.count == before.count <= 21


def more_replies(session: Session, world: World, many: int) -> None:
    for number in range(2, many + 2):
        reply = t.Reply(
            case_id=world.ids["case"],
            ref=f"R{number}",
            assignment_id=world.ids["A-M2"],
            organisation_id=world.ids["roads"],
            kind=ReplyKind.PROGRESS,
            text="进展",
            author_id=world.ids["road_clerk"],
            happened_at=SERVED + timedelta(days=3, minutes=number),
            recorded_at=NOW,
        )
        session.add(reply)
        session.flush()
        judged = {"verdict": Verdict.RETURNED, "reason": "不足", "assessor_id": world.ids["officer"]}
        session.add(t.Assessment(reply_id=reply.id, assessed_at=NOW, **judged))
    session.flush()


def test_what_is_withdrawn_is_told_as_such(world: World) -> None:
    with world.database.writing() as session:
        session.execute(update(Finding).where(Finding.ref == "F1").values(withdrawn_at=NOW))
    assert traced(world, "officer", "M1").graph.nodes["finding/F1"].void


def test_everything_leads_into_the_volume_which_tells_no_more_of_itself_than_its_day(world: World) -> None:
    with world.database.writing() as session:
        volume = document(world, "D9", DocumentKind.TRACEBACK_ARCHIVE, restricted=True, form=None)
        session.add(volume)
        session.flush()
        session.add(
            t.Archive(
                case_id=world.ids["case"],
                document_id=volume.id,
                archive_number="秘密档号",
                retention="Y",
                archived_by=world.ids["archivist"],
                archived_at=NOW,
                chain_head="0" * 64,
                chain_length=1,
            )
        )
    for account in ("officer", "second"):
        found = traced(world, account, "M2")
        assert forward(found)[-1] == "archive/D9"
        assert "秘密档号" not in as_json(found)
    assert "evidence/E2" in back(traced(world, "second", "D9"))


# --- other cases -------------------------------------------------------------------------------------------------


def another(session: Session, world: World, *, number: str = OTHER, unit: str = "unit", days: int = 30) -> None:
    """A case on the same road, of the same company, with the same driver; tagged as F2 is."""
    accident = t.Accident(
        title="另案",
        occurred_at=NOW - days * DAY,
        division_code="420704",
        place=f"另一处{number}",
        road_name="316国道",
        road_number="G316",
        summary="另案",
    )
    session.add(accident)
    session.flush()
    case = Case(
        case_number=number,
        accident_id=accident.id,
        title=f"另案{number}",
        unit_id=world.ids[unit],
        officer_id=world.ids["officer"],
        stage=Stage.FILED,
        grade=Grade.ORDINARY,
        grade_provisional=True,
        trigger=Trigger.SCOPE,
        filed_at=NOW,
        clock_from=NOW,
        last_seq=0,
        last_hash="0" * 64,
    )
    person = t.Person(
        accident_id=accident.id,
        ref="P4",
        name="朱某",
        role=PersonRole.DRIVER,
        organisation_id=world.ids["company"],
        outcome=PersonOutcome.SERIOUS,
        id_number="110101199003070011",
    )
    session.add_all([case, person])
    session.flush()
    found = {"position": 1, "level": "direct", "aspect": "management", "text": "例检不实。", "duty_failure": True}
    finding = Finding(case_id=case.id, ref="F7", cause_tags=["车辆例检不落实"], legal_basis=[], **found)
    session.add(finding)
    session.flush()
    session.execute(insert(t.FindingOrganisation).values(finding_id=finding.id, organisation_id=world.ids["roads"]))
    session.execute(update(Finding).where(Finding.id == world.ids["F2"]).values(cause_tags=["车辆例检不落实"]))


def shared(found: Trace) -> dict[str, tuple[str, list[str]]]:
    return {
        f"{thing.by.value} {thing.named}": (thing.cases[0].case_number, list(thing.cases[0].refs))
        for thing in found.elsewhere
    }


def test_other_cases_are_told_by_section_unit_enterprise_tag_and_person(world: World) -> None:
    with world.database.writing() as session:
        another(session, world)
    assert shared(traced(world, "officer")) == {
        "section G316": (OTHER, []),
        "unit 鄂州市公路事业发展中心": (OTHER, ["F7"]),
        "enterprise 鄂州某运输有限公司": (OTHER, ["P4"]),
        "tag 车辆例检不落实": (OTHER, ["F7"]),
        "person P1 朱某": (OTHER, ["P4"]),
    }


def test_it_goes_both_ways_in_time(world: World) -> None:
    with world.database.writing() as session:
        another(session, world)
    there = shared(traced(world, "officer", case=OTHER))
    assert there["tag 车辆例检不落实"] == (world.case_number, ["F2"])
    assert there["enterprise 鄂州某运输有限公司"] == (world.case_number, ["F2", "M3", "P1", "V1"])


def test_from_one_measure_only_its_own_units_and_tags_lead_elsewhere(world: World) -> None:
    with world.database.writing() as session:
        another(session, world)
    assert {thing.by.value for thing in traced(world, "officer", "M1").elsewhere} == {
        "section",
        "unit",
        "enterprise",
        "person",
    }
    assert "unit 鄂州市公路事业发展中心" not in shared(traced(world, "officer", "M3"))
    assert "tag 车辆例检不落实" in shared(traced(world, "officer", "M3"))


def test_people_are_told_only_to_who_may_read_their_numbers(world: World) -> None:
    with world.database.writing() as session:
        another(session, world)
    for account in ("leader", "reviewer", "clerk"):
        assert {thing.by.value for thing in traced(world, account).elsewhere} == {
            "section",
            "unit",
            "enterprise",
            "tag",
        }
    assert "110101199003070011" not in as_json(traced(world, "officer"))


def test_cases_of_other_territories_are_not_told(world: World) -> None:
    with world.database.writing() as session:
        another(session, world, unit="elsewhere")
    assert traced(world, "officer").elsewhere == ()


def test_a_case_from_which_somebody_is_recused_is_not_told_to_that_person(world: World) -> None:
    with world.database.writing() as session:
        another(session, world)
        other = session.query(Case).filter_by(case_number=OTHER).one()
        session.add(
            t.Recusal(
                case_id=other.id,
                user_id=world.ids["second"],
                kind=RecusalKind.ASKED,
                reason="亲属",
                recorded_by=world.ids["leader"],
                recorded_at=NOW,
            )
        )
    assert traced(world, "second").elsewhere == ()
    assert traced(world, "officer").elsewhere != ()


def test_of_many_the_newest_are_told_and_that_there_are_more(world: World) -> None:
    with world.database.writing() as session:
        for number in range(SHOWN + 5):
            another(session, world, number=f"4207-2026-1{number:03d}", days=number + 1)
    for thing in traced(world, "officer").elsewhere:
        assert (len(thing.cases), thing.more) == (SHOWN, True)
        assert thing.cases[0].case_number == "4207-2026-1000"


def test_what_is_published_names_every_thing_once_and_every_link_between_what_was_met(world: World) -> None:
    said = json.loads(as_json(traced(world, "officer", "M2")))
    assert set(said) == {"case_number", "title", "start", "things", "links", "back", "forward", "elsewhere"}
    assert said["start"] == ["measure/M2"]
    told = [one["key"] for one in said["things"]]
    assert len(told) == len(set(told))
    assert {end for link in said["links"] for end in (link["before"], link["after"])} <= set(told)
