"""A person asks a superior or our government in own words: one matter, our inclination, the measures annexed; never in a 报告."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock.queries.rulebook import rulebook
from models.kernel.errors import Invalid, NotAllowed, WrongStage
from models.kernel.vocabulary import AssignmentState, DocumentForm, DocumentKind, OrganisationKind
from models.office.commands.organisations import add_organisation
from models.office.tables import Organisation
from models.papers.filling import content, frozen
from models.papers.preflight import Weight, remarks_on
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure
from tests.stories import Story

D = DocumentKind
CITY, DISTRICT = "鄂州市人民政府", "鄂城区人民政府"
WORDS = {
    "title": "就有关整改事项向鄂城区人民政府行文",
    "matter": "部分问题属于鄂城区人民政府统筹解决的事项，需要其组织所属部门和乡镇一并落实。",
    "reasons": "上述事项时间性强，汛期临近。",
    "inclination": "为此，我局拟就附件所列措施行文鄂城区人民政府，并倾向于由我局行文",
}


@pytest.fixture
def case(story: Story) -> str:
    """A case with a measure for a lower government, M3, and our own government on record."""
    with story.installation.database.writing() as session:
        add_organisation(session, CITY, OrganisationKind.GOVERNMENT, division_code="420700")
        add_organisation(session, DISTRICT, OrganisationKind.GOVERNMENT, division_code="420704")
    number = story.file()
    story.address(number)
    due = story.at.date() + timedelta(days=60)
    story.do("li", "add-measure", number, text="请调整劝导站值班。", organisation=DISTRICT, due=due, proof="值班表")
    return number


def paper(story: Story, ref: str) -> tuple[Document, str]:
    with story.installation.database.reading() as session:
        row = session.scalars(select(Document).where(Document.ref == ref)).one()
        return row, session.get_one(Organisation, row.issuer_id).issues_as or ""


def test_a_request_to_our_government_goes_in_the_bureaus_name_with_one_matter_and_its_annex(
    story: Story, case: str
) -> None:
    ref = story.do("li", "prepare-request", case, recipient=CITY, measures=["M3"], **WORDS)
    row, issuer = paper(story, ref)
    assert (row.kind, row.form, issuer) == (D.REQUEST_FOR_INSTRUCTIONS, DocumentForm.REQUEST, "bureau")
    assert row.title == "关于就有关整改事项向鄂城区人民政府行文的请示"
    story.issue(case, ref)
    story.deliver(case, ref)
    with story.installation.database.reading() as session:
        said = frozen(session, row.id)
        assert said.kind == "request_for_instructions"
        assert said.own is not None
        assert (said.own.matter, [one.units for one in said.own.annex]) == (WORDS["matter"], [(DISTRICT,)])
        assert said.own.annex[0].due == story.at.date() + timedelta(days=60)
        state = session.scalars(
            select(Assignment.state).join(Measure, Measure.id == Assignment.measure_id).where(Measure.ref == "M3")
        ).one()
    assert state is AssignmentState.UNISSUED  # asked about, not handed over


def test_an_opinion_upward_closes_as_a_request_and_to_a_peer_for_reference(story: Story, case: str) -> None:
    with story.installation.database.writing() as session:
        add_organisation(session, "鄂州市某交通局", OrganisationKind.TRANSPORT, division_code="420700")
    closings = []
    for recipient, issuer in ((CITY, "bureau"), ("鄂州市某交通局", "unit")):
        ref = story.do("li", "prepare-opinion", case, recipient=recipient, **WORDS)
        row, by = paper(story, ref)
        assert (row.form, by) == (DocumentForm.OPINION, issuer)
        with story.installation.database.reading() as session:
            said = content(session, row.id, settings=story.installation.settings, rules=rulebook(session))
        assert said.kind == "opinion"
        closings.append((said.head.closing, said.head.signatory))
    assert closings == [("以上意见妥否，请批示。", ""), ("以上意见，供参考。", None)]


def test_to_whom_it_may_not_go_it_is_refused_with_the_open_way_and_each_empty_part_is_named(
    story: Story, case: str
) -> None:
    with pytest.raises(WrongStage, match="请改用函"):
        story.do("li", "prepare-request", case, recipient=DISTRICT, **WORDS)
    with pytest.raises(WrongStage, match="请先请示本级人民政府"):
        story.do("li", "prepare-opinion", case, recipient=DISTRICT, **WORDS)
    with pytest.raises(Invalid, match="2项没有填写") as refused:
        story.do("li", "prepare-request", case, recipient=CITY, **{**WORDS, "matter": " ", "inclination": ""})
    assert {fault.path for fault in refused.value.faults} == {"请示事项", "倾向性意见"}
    with pytest.raises(Invalid, match="没有编号为“M9”的有效措施"):
        story.do("li", "prepare-request", case, recipient=CITY, measures=["M9"], **WORDS)
    with pytest.raises(NotAllowed):
        story.do("nei", "prepare-request", case, recipient=CITY, **WORDS)


def test_a_second_matter_is_doubted_and_a_request_inside_a_report_stops_it(story: Story, case: str) -> None:
    twice = {**WORDS, "inclination": "拟由我局行文。另请协调治理资金。"}
    ref = story.do("li", "prepare-request", case, recipient=CITY, **twice)
    story.do("li", "add-measure", case, text="有关经费请予安排。", organisation=CITY)
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    with story.installation.database.reading() as session:
        report = session.scalars(
            select(Document.id).where(Document.form == DocumentForm.REPORT, Document.kind == D.RECTIFICATION_NOTICE)
        ).one()
        request = session.scalars(select(Document.id).where(Document.ref == ref)).one()
        told = {
            one: remarks_on(content(session, one, settings=story.installation.settings, rules=rulebook(session)))
            for one in (report, request)
        }
    assert [one.code for one in told[request] if one.code == "one_matter"] == ["one_matter"]
    [stop] = [one for one in told[report] if one.code == "report_requests"]
    assert (stop.weight, "请予安排" in stop.text) == (Weight.MISSING, True)
