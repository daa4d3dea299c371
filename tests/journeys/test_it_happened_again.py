"""整改后又发生: a new accident where, or by whom, measures were taken before comes to the officers of both cases."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.accident.dossier import read
from models.accident.tables import Accident
from models.case.commands.filing import file_case
from models.case.tables import Case, Finding
from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting, find_actor
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.case_lock import lock_case
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event, Message
from models.kernel.vocabulary import EffectVerdict, Outcome, RecurrenceDecision, Role, Stage
from models.office.tables import User
from models.overview.queries.case_view import case_view
from models.overview.queries.worklists import waiting_on
from models.prevention.commands.recurrences import look_for_recurrences
from models.prevention.queries.recurrences import recurrence_list
from models.prevention.tables import Recurrence
from models.rectification.tables import Measure
from tests.first_format import first_format
from tests.stories import Story

REOPENED, UNRELATED = RecurrenceDecision.REOPENED, RecurrenceDecision.UNRELATED
ONE_DEATH, BUSES = "ezhou-one-death", "ezhou-four-deaths"
NOWHERE = {"road_name": None, "road_number": None, "stake": None, "longitude": None, "latitude": None}


def again(
    story: Story,
    sample: str = ONE_DEATH,
    *,
    by: str = "li",
    firms: bool = False,
    days: float = 30,
    **accident: Any,
) -> str:
    """File another accident, `days` from now, with the sample's place unless `accident` says otherwise."""
    story.wait(days=days)
    dossier = json.loads(first_format(sample))
    facts = dossier["accident"]
    number = f"42070{story.at:%y%m%d%H%M}0"
    facts |= {"accident_number": number, "place": f"新事故{number}", "later_deaths": []} | accident
    facts["occurred_at"] = facts.get("occurred_at") if "occurred_at" in accident else story.at.isoformat()
    if not firms:
        for vehicle in dossier["vehicles"]:
            vehicle["owner_ref"] = None
        for person in dossier["people"]:
            person["organisation_ref"] = None
    story.wait(hours=1)
    with acting(story.installation.database, story.installation.settings, by, story.at) as act:
        return file_case(act, read(json.dumps(dossier).encode(), now=story.at)).case_number


def rows(story: Story, account: str = "li", **how: Any) -> list[dict[str, Any]]:
    with story.installation.database.reading() as session:
        return recurrence_list(session, find_actor(session, account, story.at), **how)


def pairs(story: Story, **how: Any) -> set[tuple[str, str, str]]:
    return {(row.old_case_number, row.measure, row.reason.value) for row in rows(story, **how)}


def view(story: Story, case: str) -> dict[str, Any]:
    with story.installation.database.reading() as session:
        return case_view(session, find_actor(session, "li", story.at), case, rulebook(session), story.at)


def waits(story: Story, account: str) -> list[tuple[str, str]]:
    with story.installation.database.reading() as session:
        found = waiting_on(session, find_actor(session, account, story.at), story.at.date())
    return [(row.label, row.case_number) for row in found if row.wait in ("recurrence", "relapse")]


def inbox(story: Story, account: str) -> list[str]:
    with story.installation.database.reading() as session:
        return list(
            session.scalars(
                select(Message.body)
                .join(User, User.id == Message.user_id)
                .where(User.account == account, Message.subject.startswith("整改后又发生"))
                .order_by(Message.id)
            )
        )


def events(story: Story, case: str, kind: str) -> list[dict[str, Any]]:
    with story.installation.database.reading() as session:
        return list(
            session.scalars(
                select(Event.data)
                .join(Case, Case.id == Event.case_id)
                .where(Case.case_number == case, Event.kind == kind)
                .order_by(Event.seq)
            )
        )


def decide(story: Story, case: str, decision: RecurrenceDecision, by: str = "li", **said: Any) -> Any:
    return story.do(by, "decide-recurrence", case, decision=decision, **({"reason": "经现场核查。"} | said))


def test_it_comes_to_both_officers_with_the_old_measures_beside_it(story: Story) -> None:
    old = story.rectifying()
    new = again(story, by="wang")
    assert pairs(story) == {(old, "M1", "same_section"), (old, "M2", "same_section")}
    assert waits(story, "wang") == [("待处理：整改后又发生", new)]
    assert waits(story, "li") == [("本案整改后又发生，待处理", old)]
    assert waits(story, "nei") == []
    for account in ("li", "wang"):
        [told] = inbox(story, account)
        assert new in told
        assert f"（{old}）的措施M1、M2，同一路段" in told
    for case, other in ((new, {"old_case": old}), (old, {"new_case": new})):
        [said] = events(story, case, "recurrence_found")
        found = {"recurrences": ["X1", "X2"], "measures": ["M1", "M2"], "reasons": ["same_section"]}
        assert said == {**found, **other, "door": "system"}
        shown = view(story, case)
        assert [row.measure for row in shown.recurrences] == ["M1", "M2"]
        assert "整改后又发生" in shown.turn
    assert [row.after for row in view(story, old).recurrences] == [True, True]
    assert [row.after for row in view(story, new).recurrences] == [False, False]


def test_one_officer_with_both_cases_is_told_and_waited_for_once(story: Story) -> None:
    story.rectifying()
    new = again(story)
    assert waits(story, "li") == [("待处理：整改后又发生", new)]
    assert len(inbox(story, "li")) == 1


def test_an_archived_case_is_told_and_stays_archived(story: Story) -> None:
    case = story.rectifying()
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    for measure in ("M1", "M2"):
        story.do("li", "close-measure", case, measure=measure, outcome=Outcome.NOT_DONE, reason="经费未落实。")
    story.archive(case)
    new = again(story, by="wang")
    assert {row.old_case_number for row in rows(story)} == {case}
    shown = view(story, case)
    assert shown.stage is Stage.ARCHIVED
    assert shown.turn.startswith("案件已归档。本案整改后又发生，待处理")
    assert [said["new_case"] for said in events(story, case, "recurrence_found")] == [new]


def test_years_after_the_archive_it_is_another_accident(story: Story) -> None:
    case = story.rectifying()
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    for measure in ("M1", "M2"):
        story.do("li", "close-measure", case, measure=measure, outcome=Outcome.NOT_DONE, reason="经费未落实。")
    story.archive(case)
    years = story.installation.settings.recurrence_years
    again(story, days=365 * years - 5)
    assert len(rows(story)) == 2
    again(story, days=20, place="另一处", accident_number="4207032099")
    assert {row.old_case_number for row in rows(story)} == {case}
    assert len(rows(story)) == 2


def test_before_the_report_only_a_closed_measure_counts(story: Story) -> None:
    old = story.file()
    assert again(story, days=1)
    assert rows(story) == []
    story.address(old)
    story.do("li", "close-measure", old, measure="M1", outcome=Outcome.NOT_DONE, reason="经费未落实。")
    again(story, days=1)
    assert pairs(story) == {(old, "M1", "same_section")}


def test_what_happened_before_the_measure_or_fell_away_does_not_count(story: Story) -> None:
    old = story.rectifying()
    story.do("li", "close-measure", old, measure="M2", outcome=Outcome.SUPERSEDED, reason="并入M1。")
    earlier = (datetime(2025, 11, 30, 20, tzinfo=SHANGHAI)).isoformat()
    again(story, occurred_at=earlier)
    assert rows(story) == []
    again(story, days=1)
    assert pairs(story) == {(old, "M1", "same_section")}


def test_near_far_and_on_the_section_by_coordinates_and_stakes(story: Story) -> None:
    old = story.rectifying(BUSES)
    near = again(story, BUSES, latitude=30.3635, stake="K12+690")
    reasons = {(row.reason.value, row.distance_m) for row in rows(story, case_number=near)}
    assert reasons == {("nearby", 389), ("same_section", 390)}
    further = again(story, BUSES, latitude=30.375, stake="K14+100")
    assert {(row.reason.value, row.distance_m) for row in rows(story, case_number=further)} >= {("same_section", 1800)}
    assert {row.reason.value for row in rows(story, case_number=further) if row.old_case_number == old} == {
        "same_section"
    }
    far = again(story, BUSES, latitude=30.45, stake="K20+100")
    assert rows(story, case_number=far) == []
    assert view(story, far).recurrences == []


def test_the_same_enterprise_elsewhere(story: Story) -> None:
    old = story.rectifying(BUSES)
    new = again(story, BUSES, firms=True, **NOWHERE)
    found = rows(story, case_number=new)
    assert {row.reason.value for row in found} == {"same_enterprise"}
    assert {row.enterprise for row in found} <= {"鄂州市某砂石运输有限公司", "鄂州市某城乡公交有限公司"}
    with story.installation.database.reading() as session:
        standing = set(
            session.scalars(select(Measure.ref).join(Case, Case.id == Measure.case_id).where(Case.case_number == old))
        )
    assert {row.measure for row in found} == standing
    alone = again(story, BUSES, **NOWHERE)
    assert rows(story, case_number=alone) == []


def test_reopened_it_becomes_a_finding_and_the_old_measure_is_held_to_have_had_no_effect(story: Story) -> None:
    old = story.rectifying()
    new = again(story, by="wang")
    story.wait(days=1)
    ref = decide(story, new, REOPENED, recurrences=["X1"], reason="照明仍未到位。")
    with story.installation.database.reading() as session:
        finding = session.scalars(
            select(Finding).join(Case, Case.id == Finding.case_id).where(Case.case_number == new, Finding.ref == ref)
        ).one()
    assert f"案件{old}的整改措施M1" in finding.text
    assert "未见效" in finding.text
    [first, second] = view(story, new).recurrences
    assert (first.decision, first.finding, first.decided_by) == (REOPENED, ref, "李某")
    assert second.decision is None
    effect = {one.measure: one for one in view(story, old).effect.measures}
    assert (effect["M1"].result, effect["M1"].refuted) == (EffectVerdict.NONE, True)
    assert (effect["M2"].result, effect["M2"].refuted) == (None, False)
    for case in (old, new):
        [said] = events(story, case, "recurrence_decided")
        assert (said["decision"], said["taken_up"], said["measures"]) == ("reopened", ref, ["M1"])
    assert waits(story, "wang") == [("待处理：整改后又发生", new)]
    story.do("li", "close-measure", old, measure="M1", outcome=Outcome.NOT_DONE, reason="经费未落实。")
    story.at = datetime(2026, 10, 8, 9, tzinfo=SHANGHAI)
    form = {"measure": "M1", "looked_at": "现场", "conclusion": "照明到位"}
    with pytest.raises(Invalid, match="已认定未见效"):
        story.do("li", "evaluate-measure", old, effect=EffectVerdict.EFFECTIVE, **form)
    story.do("li", "evaluate-measure", old, effect=EffectVerdict.PARTLY, **form)
    effect = {one.measure: one for one in view(story, old).effect.measures}
    assert (effect["M1"].result, effect["M1"].verdict) == (EffectVerdict.NONE, EffectVerdict.PARTLY)


def test_once_the_report_is_signed_it_becomes_a_measure(story: Story) -> None:
    old = story.rectifying()
    new = again(story)
    story.address(new)
    story.do("li", "submit", new, paper="D1")
    with pytest.raises(WrongStage, match="报告审批中"):
        decide(story, new, REOPENED)
    story.do("shen", "approve", new, paper="D1")
    story.do("qian", "sign", new, paper="D1")
    ref = decide(story, new, REOPENED, text="重新论证路口照明方案。")
    with story.installation.database.reading() as session:
        measure = session.scalars(
            select(Measure.text)
            .join(Case, Case.id == Measure.case_id)
            .where(Case.case_number == new, Measure.ref == ref)
        ).one()
    assert measure == "重新论证路口照明方案。"
    assert {row.new_measure for row in rows(story, undecided=False)} == {ref}
    assert {row.old_case_number for row in rows(story, undecided=False)} == {old}


def test_unrelated_with_a_reason_ends_the_waiting(story: Story) -> None:
    old = story.rectifying()
    new = again(story, by="wang")
    assert decide(story, new, UNRELATED, by="wang", reason="系驾驶人突发疾病。") is None
    assert (waits(story, "li"), waits(story, "wang"), rows(story)) == ([], [], [])
    assert {row.decision_reason for row in rows(story, undecided=False)} == {"系驾驶人突发疾病。"}
    assert not any(one.refuted for one in view(story, old).effect.measures)
    assert len(events(story, old, "recurrence_decided")) == 1


def test_a_corrected_place_finds_what_is_there_and_lets_lapse_what_is_not(story: Story) -> None:
    old = story.rectifying()
    new = again(story, **NOWHERE)
    assert rows(story) == []
    move(story, new, road_name="临江路")
    assert pairs(story) == {(old, "M1", "same_section"), (old, "M2", "same_section")}
    move(story, new, road_name="临江路")
    assert len(events(story, new, "recurrence_found")) == 1
    decide(story, new, UNRELATED, recurrences=["X1"])
    move(story, new, road_name="沿江大道")
    assert (rows(story), waits(story, "li")) == ([], [])
    states = {row.ref: row.lapsed_at is not None for row in rows(story, undecided=False)}
    assert states == {"X1": False, "X2": True}
    with pytest.raises(WrongStage, match="已不成立"):
        decide(story, new, UNRELATED, recurrences=["X2"])
    assert [said["recurrences"] for said in events(story, old, "recurrence_lapsed")] == [["X2"]]
    move(story, new, road_name="临江路")
    assert pairs(story) == {(old, "M2", "same_section")}
    assert len(inbox(story, "li")) == 2


def move(story: Story, case: str, **place: Any) -> None:
    """Correct where the accident of a case happened, and look again."""
    story.wait(hours=1)
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        row = lock_case(act, case)
        act.session.execute(update(Accident).where(Accident.id == row.accident_id).values(**place))
        look_for_recurrences(act, row)


def test_each_mistake_is_told_in_words(story: Story) -> None:
    story.rectifying()
    new = again(story)
    for account in ("nei", "shen", "qian", "ling", "dang"):
        with pytest.raises(NotAllowed, match="民警"):
            decide(story, new, UNRELATED, by=account)
    with pytest.raises(Invalid, match="理由"):
        decide(story, new, UNRELATED, reason=" ")
    with pytest.raises(NotFound, match="没有编号为“X9”"):
        decide(story, new, UNRELATED, recurrences=["X1", "X9"])
    with pytest.raises(Invalid, match="只写理由"):
        decide(story, new, UNRELATED, text="重新论证。")
    assert len(rows(story)) == 2
    decide(story, new, UNRELATED, recurrences=["X1"])
    with pytest.raises(Conflict, match="已处理为“与原措施无关”"):
        decide(story, new, REOPENED, recurrences=["X1"])
    decide(story, new, UNRELATED)
    with pytest.raises(WrongStage, match="没有待处理"):
        decide(story, new, UNRELATED)


def test_agencies_and_administrators_learn_nothing_of_it(story: Story) -> None:
    story.rectifying()
    again(story)
    story.employ("xie", Role.AGENCY, unit="鄂州市城市管理执法委员会")
    story.employ("guan", Role.ADMIN)
    assert (rows(story, "xie"), rows(story, "guan"), len(rows(story, "ling"))) == ([], [], 2)


def test_the_list_is_turned_page_by_page(story: Story) -> None:
    story.rectifying()
    again(story)
    [first] = rows(story, limit=1)
    [second] = rows(story, limit=1, after=first.key)
    assert (first.ref, second.ref) == ("X2", "X1")
    assert rows(story, after=second.key) == []
    with pytest.raises(Invalid, match="翻页标记"):
        rows(story, after="x")


def test_the_same_look_twice_writes_nothing(story: Story) -> None:
    story.rectifying()
    new = again(story)
    with acting(story.installation.database, story.installation.settings, "li", story.at + timedelta(hours=1)) as act:
        look_for_recurrences(act, lock_case(act, new))
    with story.installation.database.reading() as session:
        assert len(session.scalars(select(Recurrence.id)).all()) == 2
    assert len(inbox(story, "li")) == 1
