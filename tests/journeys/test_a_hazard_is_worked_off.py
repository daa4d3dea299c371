"""隐患交办: a hazard becomes a case without an accident, is ordered, answered, supervised, verified, archived and struck off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from models.overview.queries.dashboard.indices import four_indices
from sqlalchemy import select

from documents import sheet
from documents.archive.verify import verify
from models.archive.tables import Archive
from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.keeping.exporting import export_case
from models.keeping.importing import import_case
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event, Message
from models.kernel.vocabulary import (
    CaseKind,
    DocumentForm,
    DocumentKind,
    DocumentStatus,
    HazardGrade,
    HazardSource,
    HazardState,
    Light,
    LinkNature,
    OrganisationKind,
    Outcome,
    ReplyKind,
    Rhythm,
    Turn,
    Verdict,
)
from models.office.commands.organisations import add_organisation
from models.office.tables import Organisation, User
from models.overview.queries.case_view import case_view
from models.overview.queries.cases import case_list
from models.overview.queries.dashboard.as_of import AsOf
from models.papers.filling import frozen
from models.papers.tables import Document
from models.rectification.commands.escalation import climb
from models.rectification.tables import Assignment, Measure, Reply, Talk
from models.register.tables import Hazard, RegisteredAccident
from tests.databases import Databases
from tests.stories import WRITTEN, Story, staffed, story_in

ROADS, GOVERNMENT, CARRIER = "鄂州市公路管理局", "鄂州市人民政府", "鄂州甲运输有限公司"
PLACE = "316国道K12+300处"


def place_units(story: Story) -> None:
    """Register the units of the story, those that no sample brings."""
    wanted = {
        ROADS: OrganisationKind.ROAD_AUTHORITY,
        GOVERNMENT: OrganisationKind.GOVERNMENT,
        CARRIER: OrganisationKind.ENTERPRISE,
    }
    with story.installation.database.writing() as session:
        for name, kind in wanted.items():
            if session.scalar(select(Organisation.id).where(Organisation.name == name)) is None:
                add_organisation(session, name, kind, division_code="420700")


def hazard(story: Story, number: str = "YH2025-0001", **facts: Any) -> str:
    """Put a hazard that somebody looked at on the list, with a photograph."""
    told: dict[str, Any] = {
        "source": HazardSource.LEAD,
        "description": "弯道外侧波形护栏缺失约20米，外侧为高约6米的陡坡。",
        "severity": HazardGrade.MAJOR,
        "place": PLACE,
        "found_on": date(2025, 11, 28),
        "state": HazardState.CHECKED,
        "details": {
            "site_check": {
                "at": "2025-11-30T15:00:00+08:00",
                "answers": {
                    "road.alignment": {
                        "answer": "有问题",
                        "note": "弯道半径约80米，护栏立柱断裂3根，未设置线形诱导标",
                    },
                    "road.sight": {"answer": "无问题", "note": ""},
                    "surroundings.light": {"answer": "有问题", "note": "夜间无照明"},
                },
                "note": "车辆失控后直接驶出路外坠落，易造成群死群伤",
            }
        },
        "photos": [story.installation.files.put(PHOTO).sha256],
    }
    with story.installation.database.writing() as session:
        session.add(Hazard(hazard_number=number, reported_at=story.at, **(told | facts)))
    return number


PHOTO = b"\xff\xd8\xff\xe0 a photograph"


def opened(story: Story, number: str = "YH2025-0001", **said: Any) -> str:
    """Open the work order of a hazard by the road authority."""
    told = {
        "text": "补设缺失的波形护栏，更换断裂立柱",
        "organisation": ROADS,
        "due": story.at.date() + timedelta(days=30),
        "responsible_person": "周某",
        "proof": "整改前后照片和验收记录",
    }
    return str(story.in_office("li", "open-work-order", hazard=number, **(told | said)))


def of(story: Story, query: Any) -> Any:
    with story.installation.database.reading() as session:
        return session.scalars(query).all()


def words(story: Story, case: str, paper: str) -> str:
    """Return what a signed paper says, as its file has it, without the law that it quotes."""
    asked = select(Document.id).join(Case, Case.id == Document.case_id)
    with story.installation.database.reading() as session:
        said = frozen(session, session.scalars(asked.where(Case.case_number == case, Document.ref == paper)).one())
    return re.sub("《中华人民共和国道路交通安全法》[^。]*。", "", re.sub("<[^>]+>", "", sheet(said).body))


@dataclass(frozen=True, slots=True)
class Done:
    """A work order whose measures are all closed: one by the road authority after an order, one by our own unit."""

    story: Story
    case: str


def looked_after(story: Story, case: str, measure: str, unit: str) -> None:
    """Let one officer assess what was reported, another look on site, and the first close the measure."""
    [reply] = of(
        story,
        select(Reply.ref)
        .join(Assignment)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(Measure.ref == measure, Reply.kind == ReplyKind.COMPLETION),
    )
    story.do("li", "assess", case, reply=reply, verdict=Verdict.ACCEPTED)
    story.do(
        "wang", "verify", case, measure=measure, organisation=unit, passed=True, place=PLACE, note="已按要求完成。"
    )
    story.do("li", "close-measure", case, measure=measure, organisation=unit)


def done(story: Story) -> Done:
    """Tell the whole life of a work order up to its archive."""
    place_units(story)
    case = opened(story, hazard(story))
    ours = story.installation.settings.unit
    due = story.at.date() + timedelta(days=20)
    signs = story.do(
        "li", "add-measure", case, text="增设急弯警告标志，施划减速标线", organisation=ours, due=due, proof="照片"
    )
    story.do("li", "take-on-measure", case, measure=signs)
    [notice] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, notice)
    story.deliver(case, notice)
    story.do("nei", "acknowledge", case, paper=notice, received_by="周某")
    story.wait(days=32)
    story.do("system", climb, case)
    [order] = story.papers(case, DocumentStatus.DRAFT, kind=DocumentKind.SUPERVISION_ORDER)
    story.do("li", "confirm-no-reply", case, paper=order)
    story.issue(case, order)
    story.deliver(case, order)
    for unit, measure in ((ROADS, "M1"), (ours, signs)):
        story.do(
            "nei", "reply", case, kind=ReplyKind.COMPLETION, measures=[measure], organisation=unit, text="已完成。"
        )
        looked_after(story, case, measure, unit)
    return Done(story, case)


def test_a_hazard_is_ordered_supervised_mended_archived_and_struck_off(story: Story, tmp_path: Path) -> None:
    of_the_year = of(story, select(RegisteredAccident.id))
    told = done(story)
    case = told.case
    assert case == "4207-H2025-0001"
    notice, order = story.papers(case, DocumentStatus.DELIVERED)
    for paper in (notice, order):
        assert "事故" not in words(story, case, paper).replace("事故深度调查办公室", "")
    said = words(story, case, notice)
    assert "接群众举报，316国道K12+300处存在安全隐患" in said
    assert "2025年11月30日，公安机关交通管理部门进行了现场核查，认定为重大隐患。" in said
    assert "道路方面。弯道半径约80米，护栏立柱断裂3根，未设置线形诱导标。" in said
    assert "316国道K12+300处安全隐患有" in words(story, case, order)
    assert of(story, select(RegisteredAccident.id)) == of_the_year
    assert story.lacking(case) == [] or all(one.excusable for one in story.lacking(case)), story.lacking(case)
    story.excuse(case)
    number = story.do("dang", "archive", case)
    [row] = of(story, select(Hazard))
    assert (row.state, row.accepted_on, row.state_reason) == (HazardState.CLOSED, story.at.date(), f"案件{case}办结")
    package = story.seal_volume(case)
    checked = verify(package, of(story, select(Archive.manifest_sha256))[0])
    assert checked.ok, checked.faults
    catalogue = json.loads((package / "data/catalogue.json").read_bytes())
    assert {"证据：隐患照片1"} <= {item["title"] for item in catalogue["items"]}
    assert "D10" in number
    assert "一件安全隐患交办" in (package / "index.html").read_text()
    with story.installation.database.reading() as session:
        [archived] = of(story, select(Document.id).where(Document.kind == DocumentKind.TRACEBACK_ARCHIVE))
        volume = re.sub("<[^>]+>", "", sheet(frozen(session, archived)).body).replace(number, "")
    assert "隐患概况" in volume
    assert "事故" not in volume, volume[max(0, volume.index("事故") - 60) : volume.index("事故") + 60]
    kinds = of(story, select(Event.kind).order_by(Event.seq))
    assert kinds[0] == "work_order_opened"
    assert "hazard_closed" in kinds


def test_a_work_order_goes_to_another_office_and_back_into_none_twice(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    here, there = sqlite_databases.fresh(staffed), sqlite_databases.fresh(staffed)
    with story_in(here, tmp_path / "here") as one, story_in(there, tmp_path / "there") as other:
        told = done(one)
        one.installation.files.put(WRITTEN)
        export_case(one.installation, "li", told.case, tmp_path / "case.zip", None)
        hazard(other, description="别处的隐患。")
        import_case(other.installation, "li", tmp_path / "case.zip", None)
        rows = of(other, select(Hazard).order_by(Hazard.id))
        assert [row.hazard_number for row in rows] == ["YH2025-0001", "YH2025-0001-2"]
        [case] = of(other, select(Case))
        assert (case.case_number, case.kind, case.hazard_id) == (told.case, CaseKind.HAZARD, rows[1].id)
        assert of(other, select(Assignment.outcome)) == [Outcome.DONE, Outcome.DONE]
        with pytest.raises(Conflict, match="已在本系统"):
            import_case(other.installation, "li", tmp_path / "case.zip", None)
        next_one = opened(other, hazard(other, "YH2025-0003"), organisation=other.installation.settings.unit)
        assert next_one == "4207-H2025-0002"
    for url in (here, there):
        sqlite_databases.drop(url)


@pytest.fixture
def office(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """An office with the units of the story, where nothing asks which database it is."""
    url = sqlite_databases.fresh(staffed)
    with story_in(url, tmp_path) as told:
        place_units(told)
        yield told
    sqlite_databases.drop(url)


def test_papers_are_worded_for_whom_they_go_to(office: Story) -> None:
    case = opened(office, hazard(office))
    due = office.at.date() + timedelta(days=20)
    office.do("li", "add-measure", case, text="落实安全防护设施改造资金", organisation=GOVERNMENT, proof="文件")
    office.do("li", "add-measure", case, text="途经该路段减速慢行", organisation=CARRIER, due=due, proof="记录")
    papers = office.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    office.issue(case, *papers)
    titles = of(office, select(Document.title).order_by(Document.id))
    assert titles == [
        "关于商请落实316国道K12+300处安全隐患整改措施的函",
        "关于316国道K12+300处安全隐患整改建议的报告",
        "关于消除316国道K12+300处安全隐患的提示函",
    ]
    forms = of(office, select(Document.form).order_by(Document.id))
    assert forms == [DocumentForm.LETTER, DocumentForm.REPORT, DocumentForm.LETTER]
    for paper in papers:
        assert "事故" not in words(office, case, paper).replace("事故深度调查办公室", "")
    with office.installation.database.reading() as session:
        report = frozen(session, of(office, select(Document.id).order_by(Document.id))[1])
    assert "第二十九条第二款" in report.power


def test_the_ladder_climbs_as_for_every_case_and_announces_no_circular(office: Story) -> None:
    since = date(2025, 1, 1)
    office.in_office("console", "set-circular-rhythm", every=Rhythm.QUARTER, reason="按季通报。", valid_from=since)
    case = opened(office, hazard(office))
    [notice] = office.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    office.issue(case, notice)
    office.deliver(case, notice)
    office.do("nei", "acknowledge", case, paper=notice, received_by="周某")
    later = office.at.date() + timedelta(days=45)
    asked = {"measures": ["M1"], "organisation": ROADS, "text": "材料采购需要时间", "requested_due": later}
    [reply] = office.do("nei", "reply", case, kind=ReplyKind.EXTENSION, **asked)
    office.do("ling", "decide-extension", case, reply=reply, grant=True, until=later)
    for days in (60, 20):
        office.wait(days=days)
        office.do("system", climb, case)
        [order] = office.papers(case, DocumentStatus.DRAFT, kind=DocumentKind.SUPERVISION_ORDER)
        office.do("li", "confirm-no-reply", case, paper=order)
        office.issue(case, order)
        office.deliver(case, order)
        assert "通报" not in words(office, case, order)
    assert "将约谈有关负责人" in words(office, case, order)
    office.wait(days=40)
    office.do("system", climb, case)
    [talk] = of(office, select(Talk.id))
    summons = office.summon(case, talk)
    assert "316国道K12+300处安全隐患有整改事项经督办仍未完成" in words(office, case, summons)
    assert "事故" not in words(office, case, summons).replace("事故深度调查办公室", "")
    assert "列入下期通报" not in "".join(filter(None, of(office, select(Event.why))))


def test_an_ordinary_hazard_is_told_to_a_government_without_the_article_on_grave_ones(office: Story) -> None:
    case = opened(office, hazard(office, severity=HazardGrade.ORDINARY), organisation=GOVERNMENT)
    [paper] = office.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    office.issue(case, paper)
    with office.installation.database.reading() as session:
        assert frozen(session, of(office, select(Document.id))[0]).power is None


def test_what_our_unit_does_itself_is_nobodys_paper_and_warns_our_leaders_when_late(office: Story) -> None:
    ours = office.installation.settings.unit
    case = opened(office, hazard(office), organisation=ours, due=office.at.date() + timedelta(days=10))
    [clock] = of(office, select(Deadline).where(Deadline.rule_code == "measure.complete"))
    assert (clock.turn, clock.due_on) == (Turn.OURS, office.at.date() + timedelta(days=10))
    with pytest.raises(Conflict, match="没有需要新拟的整改报告通知书"):
        office.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    office.wait(days=12)
    office.do("system", climb, case)
    assert office.papers(case) == []
    told = of(office, select(User.account).join(Message, Message.user_id == User.id))
    assert "ling" in told
    office.do("li", "reply", case, kind=ReplyKind.COMPLETION, measures=["M1"], organisation=ours, text="标志已增设。")
    [reply] = of(office, select(Reply.ref))
    office.do("wang", "assess", case, reply=reply, verdict=Verdict.RETURNED, reason="标线未施划。")
    [rework] = of(office, select(Deadline).where(Deadline.rule_code == "returned.rework"))
    assert rework.turn is Turn.OURS


def test_a_hazard_is_ordered_once_and_only_with_a_ground(office: Story) -> None:
    unseen = hazard(office, "YH2025-0002", state=HazardState.REPORTED, details={})
    with pytest.raises(Invalid, match="还没有现场核查"):
        opened(office, unseen)
    case = opened(office, unseen, found="护栏缺失20米", danger="易坠车")
    [paper] = office.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    office.issue(case, paper)
    said = words(office, case, paper)
    assert "护栏缺失20米" in said
    assert "2025年12月1日，公安机关交通管理部门进行了现场核查" in said
    with pytest.raises(Conflict, match=f"已交办，案件编号{case}"):
        opened(office, unseen)
    with pytest.raises(NotFound, match="没有编号为“YH2099-0001”的隐患"):
        opened(office, "YH2099-0001")
    gone = hazard(office, "YH2025-0004", state=HazardState.DISMISSED, state_reason="重复上报")
    with pytest.raises(WrongStage, match="不作隐患处理"):
        opened(office, gone)
    with pytest.raises(NotAllowed):
        office.in_office(
            "nei", "open-work-order", hazard=unseen, text="补设护栏", organisation=ROADS, due=date(2026, 1, 5)
        )


def test_an_order_ended_before_its_time_gives_the_hazard_free(office: Story) -> None:
    number = hazard(office)
    case = opened(office, number)
    office.do("ling", "discontinue", case, reason="该路段已封闭改线。")
    assert of(office, select(Hazard.state)) == [HazardState.CHECKED]
    assert opened(office, number) == "4207-H2025-0002"


def test_what_needs_an_accident_is_refused_in_words(office: Story) -> None:
    case = opened(office, hazard(office))
    none = "本案是隐患交办，没有事故"
    for account, action, said in (
        ("li", "record-death", {"died_on": office.at.date()}),
        ("li", "settle-casualties", {}),
        ("ling", "transfer-out", {"to": ROADS, "reason": "移交", "received_by": "周某"}),
        ("li", "correct-fact", {"sheet": "accident", "row": "1", "field": "place", "value": "别处", "reason": "更正"}),
    ):
        with pytest.raises(WrongStage, match=none):
            office.do(account, action, case, **said)
    with pytest.raises(WrongStage, match="隐患交办没有调查报告"):
        office.do("li", "add-finding", case, level="direct", aspect="road", text="护栏缺失")
    other = office.file()
    with pytest.raises(WrongStage, match=none):
        office.do("ling", "merge-case", case, into=other, reason="同一事故")
    with pytest.raises(WrongStage):
        office.do("li", "prepare-advance", case, measures=["M1"], reason="紧急")


def test_a_hazard_that_became_an_accident_is_linked_to_its_case(office: Story) -> None:
    case = opened(office, hazard(office))
    accident = office.file()
    office.do("li", "link-case", case, other=accident, nature=LinkNature.SAME_HAZARD, reason="事故发生在该隐患处")
    with office.installation.database.reading() as session:
        view = case_view(session, find_actor(session, "li", office.at), accident, rulebook(session), office.at)
    assert view.joined is not None
    assert [(one.case_number, one.nature.label) for one in view.joined.linked] == [(case, "同一隐患")]


def test_lists_show_it_and_figures_of_accidents_do_not(office: Story) -> None:
    accident = office.file()
    before = _indices(office)
    case = opened(office, hazard(office))
    assert _indices(office) == before
    with office.installation.database.reading() as session:
        actor = find_actor(session, "li", office.at)
        today = office.at.date()
        listed = case_list(session, actor, today)
        assert (listed[0].case_number, listed[0].kind, listed[0].grade) == (case, CaseKind.HAZARD, None)
        assert listed[0].place == PLACE
        assert [one.case_number for one in case_list(session, actor, today, words="K12+300")] == [case]
        assert [one.case_number for one in case_list(session, actor, today, kind=CaseKind.ACCIDENT)] == [accident]
        view = case_view(session, actor, case, rulebook(session), office.at)
    assert view.accident is None
    assert (view.hazard.hazard_number, view.hazard.where) == ("YH2025-0001", PLACE)
    assert view.light is Light.GREEN
    assert "拟制通知书" in view.turn
    assert of(office, select(RegisteredAccident.id)) == [1]


def _indices(story: Story) -> object:
    with story.installation.database.reading() as session:
        return four_indices(session, find_actor(session, "ling", story.at), AsOf(story.at.date(), story.at.date()))
