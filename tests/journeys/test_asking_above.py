"""A person asks a superior or our government in own words: one matter, our inclination, the measures annexed; never in a 报告."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from documents import render
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import (
    AssignmentState,
    AuthorityKind,
    DocumentForm,
    DocumentKind,
    OrganisationKind,
    Outcome,
    Purpose,
    SuperiorAnswer,
)
from models.office.commands.organisations import add_organisation
from models.office.tables import Authority, Organisation
from models.overview.queries.waits import Wait
from models.overview.queries.worklists import waiting_on
from models.papers.filling import content, frozen
from models.papers.preflight import Weight, remarks_on
from models.papers.queries.decisions import answerable, decisions_of, waits_for_answer
from models.papers.queries.documents import document_list
from models.papers.tables import Document, Rendition, SuperiorDecision
from models.rectification.tables import Assignment, Measure
from tests.documents.anatomy import Docx
from tests.stories import Story

A, D = AuthorityKind, DocumentKind
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


APPROVAL = {
    "answer": SuperiorAnswer.APPROVED,
    "number": "鄂州政办函〔2025〕9号",
    "given_by": "鄂州市人民政府办公室",
    "summary": "同意由市公安局行文鄂城区人民政府。",
    "file_name": "批复.pdf",
}


def asked_of_the_government(story: Story, case: str) -> str:
    ref: str = story.do("li", "prepare-request", case, recipient=CITY, measures=["M3"], **WORDS)
    story.issue(case, "D1", ref)
    story.deliver(case, ref)
    story.wait(days=3)
    return ref


def answered(story: Story, case: str, ref: str, account: str = "nei", **otherwise: object) -> None:
    said = {**APPROVAL, "decided_on": story.at.date(), "scan": story.scan(ref), **otherwise}
    story.do(account, "record-superior-decision", case, paper=ref, **said)


def hands(story: Story, unit: str) -> list[tuple[AssignmentState, Outcome | None, str | None]]:
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Assignment.state, Assignment.outcome, Assignment.outcome_reason)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .where(Organisation.name == unit)
            .order_by(Assignment.id)
        )
        return [(row.state, row.outcome, row.outcome_reason) for row in rows]


def test_an_approval_becomes_the_consent_on_which_the_notice_goes_out(story: Story, case: str) -> None:
    ref = asked_of_the_government(story, case)
    answered(story, case, ref)
    with pytest.raises(Conflict, match="已经登记"):
        answered(story, case, ref)
    with pytest.raises(NotAllowed):
        story.do("li", "authority-from-decision", case, paper=ref, organisation=DISTRICT)
    with pytest.raises(Invalid, match="批准不是向鄂城区人民政府行文所需的凭据"):
        story.do("nei", "authority-from-decision", case, paper=ref, organisation=DISTRICT, basis_kind=A.APPROVAL)
    kept = story.do("nei", "authority-from-decision", case, paper=ref, organisation=DISTRICT, purposes=[Purpose.ADVISE])
    with pytest.raises(Conflict, match="已登记为行文凭据"):
        story.do("nei", "authority-from-decision", case, paper=ref, organisation=DISTRICT)
    with story.installation.database.reading() as session:
        recorded = session.get_one(Authority, kept)
        decided = session.scalars(select(SuperiorDecision)).one()
        assert (recorded.kind, recorded.number, recorded.valid_from) == (A.CONSENT, APPROVAL["number"], story.at.date())
        assert session.get_one(Rendition, decided.scan_id).sha256 == recorded.scan_sha256
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    with story.installation.database.reading() as session:
        notice = session.scalars(
            select(Document)
            .join(Organisation, Organisation.id == Document.recipient_id)
            .where(Organisation.name == DISTRICT, Document.kind == D.RECTIFICATION_NOTICE)
        ).one()
        said = content(session, notice.id, settings=story.installation.settings, rules=rulebook(session))
    assert said.kind == "rectification_notice"
    assert said.consents == (APPROVAL["number"],)
    assert f"经人民政府同意（{APPROVAL['number']}）" in Docx(render(said)).text()


def referred(story: Story, case: str) -> str:
    """Let the table draft the 请示 about the lower government's measure; returns it, served."""
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    [ref] = story.papers(case, kind=D.REQUEST_FOR_INSTRUCTIONS)
    story.issue(case, ref)
    story.deliver(case, ref)
    story.wait(days=3)
    assert [state for state, *_ in hands(story, DISTRICT)] == [AssignmentState.REFERRED]
    return ref


def test_measures_that_waited_on_the_request_go_back_to_be_told_on_the_ground_of_the_consent(
    story: Story, case: str
) -> None:
    ref = referred(story, case)
    answered(story, case, ref)
    assert [state for state, *_ in hands(story, DISTRICT)] == [AssignmentState.REFERRED]
    story.do("nei", "authority-from-decision", case, paper=ref, organisation=DISTRICT)
    assert [state for state, *_ in hands(story, DISTRICT)] == [AssignmentState.UNISSUED]
    [notice] = story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    assert paper(story, notice)[0].kind is D.RECTIFICATION_NOTICE
    story.issue(case, notice)
    story.deliver(case, notice)
    assert [state for state, *_ in hands(story, DISTRICT)] == [AssignmentState.AWAITING_RECEIPT]


def test_a_consent_for_other_papers_leaves_the_measures_where_they_wait(story: Story, case: str) -> None:
    ref = referred(story, case)
    answered(story, case, ref)
    story.do("nei", "authority-from-decision", case, paper=ref, organisation=DISTRICT, purposes=[Purpose.REMIND])
    assert [state for state, *_ in hands(story, DISTRICT)] == [AssignmentState.REFERRED]


@pytest.mark.parametrize(
    "answer",
    [{"answer": SuperiorAnswer.NOT_APPROVED}, {"answer": SuperiorAnswer.APPROVED, "taken_over": True}],
    ids=["not approved", "taken over"],
)
def test_an_answer_after_which_we_do_not_write_ends_the_measures_with_its_words(
    story: Story, case: str, answer: dict[str, object]
) -> None:
    ref = referred(story, case)
    answered(story, case, ref, "li", **answer)
    [(state, outcome, why)] = hands(story, DISTRICT)
    assert (state, outcome) == (AssignmentState.CLOSED, Outcome.ANSWERED)
    assert why is not None
    assert why.startswith("鄂州市人民政府办公室（鄂州政办函〔2025〕9号")


def test_a_measure_is_closed_by_hand_with_the_answer_on_record(story: Story, case: str) -> None:
    ref = referred(story, case)
    close = {"measure": "M3", "organisation": DISTRICT, "outcome": Outcome.ANSWERED}
    with pytest.raises(Invalid, match="理由"):
        story.do("li", "close-measure", case, **close)
    answered(story, case, ref)
    story.do("li", "close-measure", case, **close)
    assert hands(story, DISTRICT)[0][2] == (
        f"鄂州市人民政府办公室（鄂州政办函〔2025〕9号，{story.at.date()}）：同意由市公安局行文鄂城区人民政府。"
    )


def test_what_the_government_decided_on_our_report_is_recorded_and_followed(story: Story, case: str) -> None:
    story.do("li", "add-measure", case, text="治理临水临崖路段。", organisation=CITY)
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    with story.installation.database.reading() as session:
        report = session.scalars(
            select(Document.ref).where(Document.form == DocumentForm.REPORT, Document.kind == D.RECTIFICATION_NOTICE)
        ).one()
    with pytest.raises(WrongStage, match="尚未送达"):
        answered(story, case, report)
    story.issue(case, report)
    story.deliver(case, report)
    story.wait(days=5)
    with pytest.raises(NotFound, match="还没有登记答复"):
        story.do("li", "follow-decision", case, paper=report, note="已立项")
    look = story.at.date() + timedelta(days=30)
    answered(story, case, report, summary="6月30日前落实项目和资金。", follow_on=look)
    with story.installation.database.reading() as session:
        plans = session.scalars(
            select(Deadline.state)
            .join(Document, Document.id == Deadline.document_id)
            .where(Document.ref == report, Deadline.rule_code == "notice.plan")
        ).all()
    assert set(plans) == {"met"}
    assert waits(story, "li") == []
    story.wait(days=30)
    assert waits(story, "li") == [report]
    story.do("li", "follow-decision", case, paper=report, note="项目已批复", follow_on=look + timedelta(days=30))
    assert waits(story, "li") == []
    story.do("li", "follow-decision", case, paper=report, note="资金已到位")
    with pytest.raises(Conflict, match="没有待跟进"):
        story.do("li", "follow-decision", case, paper=report, note="再次")


def waits(story: Story, account: str) -> list[str | None]:
    with story.installation.database.reading() as session:
        found = waiting_on(
            session, find_actor(session, account, story.at), story.at.date(), only=[Wait.FOLLOW_DECISION]
        )
        return [one.paper for one in found]


def test_an_answer_that_cannot_be_is_refused_with_each_fault(story: Story, case: str) -> None:
    with pytest.raises(WrongStage, match="不是请示、意见、报告、商请督促函或者问询函"):
        answered(story, case, "D1")
    ref = asked_of_the_government(story, case)
    early, yesterday = story.at.date() - timedelta(days=30), story.at.date() - timedelta(days=1)
    with pytest.raises(Invalid, match="4处不合格") as refused:
        answered(story, case, ref, number=" ", summary="", decided_on=early, follow_on=yesterday)
    assert [fault.path for fault in refused.value.faults] == ["文号", "答复要点", "成文日期", "跟进日期"]
    with pytest.raises(Invalid, match="作出答复的机关含有不可见的控制字符"):
        answered(story, case, ref, given_by="鄂州市\u200b人民政府")
    answered(story, case, ref, answer=SuperiorAnswer.OTHER, summary="转市交通运输局研究。")
    with pytest.raises(WrongStage, match="答复是“其他答复”"):
        story.do("nei", "authority-from-decision", case, paper=ref, organisation=DISTRICT)


def test_a_unit_is_asked_for_facts_and_its_letter_is_recorded(story: Story, case: str) -> None:
    with story.installation.database.writing() as session:
        add_organisation(session, "鄂州市某交通局", OrganisationKind.TRANSPORT, division_code="420700")
    due = story.at.date() + timedelta(days=10)
    ask = {"recipient": "鄂州市某交通局", "questions": ["护栏的设计和养护资料", " "], "due": due}
    with pytest.raises(Invalid, match="请写明询问的事项"):
        story.do("li", "prepare-inquiry", case, recipient="鄂州市某交通局", questions=[" "])
    with pytest.raises(Invalid, match="今天之后"):
        story.do("li", "prepare-inquiry", case, **{**ask, "due": story.at.date()})
    with pytest.raises(WrongStage, match="请以请示提出"):
        story.do("li", "prepare-inquiry", case, **{**ask, "recipient": CITY})
    ref = story.do("li", "prepare-inquiry", case, **ask)
    story.issue(case, ref)
    story.deliver(case, ref)
    row, issuer = paper(story, ref)
    assert (row.form, issuer) == (DocumentForm.LETTER, "unit")
    with story.installation.database.reading() as session:
        said = frozen(session, row.id)
    assert said.kind == "fact_inquiry"
    assert (said.questions, said.due) == (("护栏的设计和养护资料",), due)
    story.wait(days=4)
    answered(
        story,
        case,
        ref,
        answer=SuperiorAnswer.OTHER,
        number="鄂州交函〔2025〕4号",
        given_by="鄂州市某交通局",
        summary="已附养护资料。",
    )
    with story.installation.database.reading() as session:
        told = decisions_of(session, find_actor(session, "li", story.at), case)
    assert told[ref].summary == "已附养护资料。"


def test_a_proposal_that_goes_up_as_a_report_is_answered_in_words_of_its_own() -> None:
    assert answerable(D.LATE_REPORT, DocumentForm.REPORT)
    assert not answerable(D.ACCOUNTABILITY_PROPOSAL, DocumentForm.REPORT)


def test_a_request_waits_for_its_answer_until_it_is_withdrawn(story: Story, case: str) -> None:
    ref = referred(story, case)
    assert waiting(story, case) == [ref]
    back = story.do("li", "draft-withdrawal", case, paper=ref, reason="不再需要。")
    story.issue(case, back)
    story.deliver(case, back)
    assert waiting(story, case) == []


def waiting(story: Story, case: str) -> list[str]:
    with story.installation.database.reading() as session:
        papers = document_list(session, find_actor(session, "li", story.at), case)
    return [paper.ref for paper in papers if waits_for_answer(paper)]
