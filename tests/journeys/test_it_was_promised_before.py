"""类似事故: what was promised after an earlier accident at the same bend is shown in the new case and told in its report."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from documents import render
from models.accident.dossier import read
from models.accident.tables import Accident, Vehicle
from models.case.commands.filing import file_case
from models.case.queries.causes import causes
from models.case.tables import Case
from models.kernel.act import acting, find_actor
from models.kernel.errors import NotAllowed, NotFound
from models.kernel.vocabulary import AccountabilityCategory, Aspect, FindingLevel, Outcome, RecurrenceDecision, Role
from models.papers.content import AnalysisReport, parse
from models.papers.tables import Document
from models.prevention.queries.similar import SimilarAccident, similar_accidents
from tests.documents.anatomy import Docx
from tests.first_format import first_format
from tests.stories import Story

ONE_DEATH, BUSES = "ezhou-one-death", "ezhou-four-deaths"
BEND = {"road_name": "环湖公路", "road_number": "X012", "stake": "K3+200"}
ELSEWHERE = {"road_name": "沿江大道", "road_number": "X099", "stake": "K9+000", "longitude": None, "latitude": None}


def accident(
    story: Story,
    *,
    sample: str = ONE_DEATH,
    plates: tuple[str, ...] = (),
    firms: bool = False,
    by: str = "li",
    **facts: Any,
) -> str:
    """File an accident of a month later; without firms and plates nothing is in common but what `facts` say."""
    story.wait(days=30)
    dossier = json.loads(first_format(sample))
    number = f"42070{story.at:%y%m%d%H%M}0"
    dossier["accident"] |= {
        "accident_number": number,
        "place": f"弯道{number}",
        "occurred_at": story.at.isoformat(),
        "later_deaths": [],
        "longitude": None,
        "latitude": None,
    } | facts
    for at, vehicle in enumerate(dossier["vehicles"]):
        vehicle["plate"] = plates[at] if at < len(plates) else f"鄂A{number[-6:-1]}{at}"
        if not firms:
            vehicle["owner_ref"] = None
    if not firms:
        for person in dossier["people"]:
            person["organisation_ref"] = None
    story.wait(hours=1)
    with acting(story.installation.database, story.installation.settings, by, story.at) as act:
        return file_case(act, read(json.dumps(dossier).encode(), now=story.at)).case_number


def signed(story: Story, case: str) -> str:
    story.address(case)
    story.issue(case, "D1")
    return case


def found(story: Story, case: str, account: str = "li") -> tuple[SimilarAccident, ...]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return similar_accidents(session, actor, case, story.installation.settings)


def alike(story: Story, case: str) -> dict[str, list[str]]:
    return {one.case_number: [thing.words for thing in one.alike] for one in found(story, case)}


def report(story: Story, case: str) -> AnalysisReport:
    with story.installation.database.reading() as session:
        frozen = session.scalars(
            select(Document.content)
            .join(Case, Case.id == Document.case_id)
            .where(Case.case_number == case, Document.ref == "D1")
        ).one()
    paper = parse(frozen if isinstance(frozen, bytes | str) else json.dumps(frozen))
    assert isinstance(paper, AnalysisReport)
    return paper


def test_an_undone_measure_at_the_same_bend_is_shown_in_the_new_case_and_told_in_its_report(story: Story) -> None:
    old = signed(story, accident(story, **BEND))
    papers = story.prepare(old)
    story.issue(old, *papers)
    story.deliver(old, *papers)
    new = accident(story, **(BEND | {"stake": "K3+450"}))
    [earlier] = [one for one in found(story, new) if one.case_number == old]
    assert earlier.alike[0].words == "同一路段，相距250米"
    assert [(one.measure, one.standing, one.done) for one in earlier.measures] == [
        ("M1", "待签收", False),
        ("M2", "待签收", False),
    ]
    story.do("li", "close-measure", old, measure="M1", outcome=Outcome.NOT_DONE, reason="经费未落实。")
    signed(story, new)
    promised = report(story, new).promised
    assert [one.standing for one in promised] == ["未完成（说明理由）", "未办结（待签收）"]
    assert promised[0].alike == ("同一路段",)
    text = Docx(render(report(story, new))).text()
    assert "此前整改措施落实情况" in text
    assert promised[1].measure in text
    assert "未办结（待签收）" in text


def test_a_measure_that_was_found_to_have_nothing_to_do_with_it_is_not_told_in_the_report(story: Story) -> None:
    signed(story, accident(story, **BEND))
    new = accident(story, **BEND)
    story.do("li", "decide-recurrence", new, decision=RecurrenceDecision.UNRELATED, reason="原措施针对另一方向。")
    assert report(story, signed(story, new)).promised == ()


def test_a_report_without_an_earlier_accident_says_nothing_of_it(story: Story) -> None:
    case = signed(story, accident(story, **BEND))
    assert report(story, case).promised == ()
    assert "此前整改措施落实情况" not in Docx(render(report(story, case))).text()


def test_the_same_vehicle_is_found_by_its_plate_wherever_it_was(story: Story) -> None:
    old = accident(story, plates=("鄂G12345",), division_code="420702", **BEND)
    new = accident(story, plates=("鄂G12345",), division_code="420703", **ELSEWHERE)
    assert alike(story, new) == {old: ["同一车辆：鄂G12345"]}
    assert found(story, old) == ()


def test_the_same_enterprise_is_found_by_name(story: Story) -> None:
    old = accident(story, sample=BUSES, firms=True, division_code="420702", **BEND)
    new = accident(story, sample=BUSES, firms=True, division_code="420703", **ELSEWHERE)
    [words] = [words for words in alike(story, new)[old] if words.startswith("同一企业")]
    assert words != "同一企业"


def test_the_same_cause_is_found_within_the_district_and_named(story: Story) -> None:
    old, other = (accident(story, **(BEND | {"division_code": code})) for code in ("420702", "420703"))
    new = accident(story, **(ELSEWHERE | {"division_code": "420702"}))
    for case in (old, other, new):
        story.do(
            "li",
            "add-finding",
            case,
            text="会车时没有减速。",
            aspect=Aspect.PERSON,
            level=FindingLevel.DIRECT,
            tags=["会车未减速", f"另一标签{case}"],
        )
    seen = alike(story, new)
    assert any("会车未减速" in words and words.startswith("同一区县同类原因：") for words in seen[old])
    assert other not in seen
    assert not any("另一标签" in words for words in seen[old])


def test_a_withdrawn_finding_makes_nothing_alike(story: Story) -> None:
    old, new = accident(story, division_code="420702", **BEND), accident(story, division_code="420702", **ELSEWHERE)
    before = alike(story, new)
    for case in (old, new):
        story.do(
            "li",
            "add-finding",
            case,
            text="会车时没有减速。",
            aspect=Aspect.PERSON,
            level=FindingLevel.DIRECT,
            tags=["会车未减速"],
        )
    assert alike(story, new) != before
    with story.installation.database.reading() as session:
        entries = causes(session, find_actor(session, "li", story.at), old).findings
    [ref] = [one.number for one in entries if one.tags == ("会车未减速",)]
    story.do("li", "withdraw-finding", old, finding=ref, reason="查无此事。")
    assert alike(story, new) == before


def test_only_cases_that_the_reader_may_look_into_are_told(story: Story) -> None:
    old = signed(story, accident(story, **BEND))
    new = accident(story, **BEND)
    story.employ("hui", Role.OFFICER)
    assert [one.case_number for one in found(story, new, "hui")] == [old]
    story.do("hui", "recuse", old, who="hui", reason="与当事人有亲属关系")
    assert found(story, new, "hui") == ()
    story.employ("cheng", Role.AGENCY, unit="鄂州市城市管理执法委员会")
    with pytest.raises((NotFound, NotAllowed)):
        found(story, new, "cheng")


def test_what_lies_longer_back_than_the_installation_asks_is_not_told(story: Story) -> None:
    old = accident(story, **BEND)
    new = accident(story, **BEND)
    with story.installation.database.writing() as session:
        session.execute(
            update(Case)
            .where(Case.case_number == old)
            .values(closed_at=story.at - timedelta(days=366 * story.installation.settings.recurrence_years))
        )
    assert alike(story, new).get(old, ["同一区县"])[0].startswith("同一区县")


def test_the_picture_of_causes_tells_nothing_of_whose_accountability_is_looked_at(story: Story) -> None:
    case = accident(story, firms=True, **BEND)
    with story.installation.database.reading() as session:
        before = causes(session, find_actor(session, "wang", story.at), case)
    story.do(
        "li",
        "add-accountability",
        case,
        person="P1",
        category=AccountabilityCategory.OTHER,
        text="玄黄履职不到位",
    )
    with story.installation.database.reading() as session:
        for account in ("li", "wang"):
            seen = causes(session, find_actor(session, account, story.at), case)
            assert seen == before
            assert "玄黄" not in seen.model_dump_json()


def test_the_report_carries_the_picture_of_what_was_found(story: Story) -> None:
    case = signed(story, accident(story, firms=True, **BEND))
    paper = report(story, case)
    assert paper.cause_picture == "事故致因图"
    with story.installation.database.reading() as session:
        now = causes(session, find_actor(session, "li", story.at), case)
    assert (paper.findings, paper.duties) == (now.findings, now.duties)
    assert "图1　事故致因图" in Docx(render(paper)).text()


def test_vehicles_without_a_plate_are_not_alike(story: Story) -> None:
    cases = [accident(story, division_code=code, **place) for code, place in (("420702", BEND), ("420703", ELSEWHERE))]
    with story.installation.database.writing() as session:
        of_cases = select(Accident.id).join(Case, Case.accident_id == Accident.id).where(Case.case_number.in_(cases))
        session.execute(update(Vehicle).where(Vehicle.accident_id.in_(of_cases)).values(plate=None))
    assert alike(story, cases[1]) == {}
