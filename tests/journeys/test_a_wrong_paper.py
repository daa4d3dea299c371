"""A wrong paper: changed before its seal, voided before its delivery, corrected or withdrawn after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from flows.rendering import render_paper, unrendered_of
from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.act import acting, find_actor
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.settings import Settings
from models.kernel.vocabulary import (
    AssignmentState,
    ClockEffect,
    DocumentKind,
    DocumentStatus,
    ReplyKind,
    SealMode,
    Stage,
)
from models.office.tables import Organisation
from models.papers.filling import frozen
from models.papers.queries.documents import document_list
from models.papers.queries.outdated_papers import flagged_papers
from models.papers.tables import Amendment, Document, DocumentVersion, DrawnNumber
from models.rectification.tables import Assignment, Measure
from tests.stories import Story


def row(story: Story, case: str, ref: str) -> Document:
    with story.installation.database.reading() as session:
        return session.scalars(
            select(Document)
            .join(Case, Case.id == Document.case_id)
            .where(Case.case_number == case, Document.ref == ref)
        ).one()


def papers(story: Story, account: str, case: str) -> dict[str, dict[str, object]]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return {paper.ref: paper for paper in document_list(session, actor, case)}


def flags(story: Story, account: str = "li") -> dict[str, list[dict[str, str]]]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return {flag.paper: flag.changes for flag in flagged_papers(session, actor)}


def clocks(story: Story, ref: str) -> dict[str, Deadline]:
    with story.installation.database.reading() as session:
        found = session.scalars(
            select(Deadline).join(Document, Document.id == Deadline.document_id).where(Document.ref == ref)
        )
        return {clock.rule_code: clock for clock in found}


def drafted(story: Story) -> tuple[str, str]:
    """A case with the draft of its first notice."""
    case = story.rectifying()
    return case, story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)[0]


def served(story: Story) -> tuple[str, str]:
    case, notice = drafted(story)
    story.issue(case, notice)
    story.deliver(case, notice)
    return case, notice


def test_a_signed_paper_is_changed_before_its_seal_and_keeps_its_number(story: Story) -> None:
    case, notice = drafted(story)
    [number] = story.issue(case, notice)
    assert render_paper(story.installation, row(story, case, notice).id, story.at)
    first = row(story, case, notice).content_sha256
    story.do("li", "redraft", case, paper=notice, reason="责任人姓名有误")
    assert row(story, case, notice).status is DocumentStatus.RETURNED
    with pytest.raises(WrongStage):
        story.do("li", "deliver", case, paper=notice)
    with story.installation.database.reading() as session:
        measure = session.scalars(
            select(Measure.ref)
            .join(Assignment, Assignment.measure_id == Measure.id)
            .join(Document, Document.id == Assignment.notice_id)
            .where(Document.ref == notice)
            .limit(1)
        ).one()
    story.do("li", "edit-measure", case, measure=measure, text="更换为符合标准的护栏，并加设警示标志。")
    story.do("li", "edit-paper", case, paper=notice, title="关于落实有关整改措施的函")
    assert story.issue(case, notice) == [number]
    again = row(story, case, notice)
    assert (again.content_version, again.title, again.content_sha256 == first) == (2, "关于落实有关整改措施的函", False)
    with story.installation.database.reading() as session:
        [version] = session.scalars(select(DocumentVersion)).all()
        drawn = session.scalar(
            select(func.count()).select_from(DrawnNumber).where(DrawnNumber.used_for.contains(notice))
        )
    assert (version.content_sha256, version.reason, drawn) == (first, "责任人姓名有误", 1)
    assert notice in [paper.ref for paper in unrendered_of(story.installation, case)]
    assert render_paper(story.installation, again.id, story.at)
    assert papers(story, "li", case)[notice].version == 2


def test_a_signed_report_may_be_signed_anew_while_rectification_goes_on(story: Story) -> None:
    case = story.rectifying()
    number = row(story, case, "D1").number
    story.do("qian", "redraft", case, paper="D1", reason="直接经济损失已核定")
    assert story.issue(case, "D1") == [number]
    with story.installation.database.reading() as session:
        assert session.scalars(select(Case.stage)).one() is Stage.RECTIFYING
        approvals = session.scalars(select(Deadline.state).where(Deadline.rule_code == "report.approve")).all()
    assert approvals == ["met"]


def test_who_may_redraft_and_when(story: Story) -> None:
    case, notice = drafted(story)
    with pytest.raises(WrongStage, match="不能改稿"):
        story.do("li", "redraft", case, paper=notice, reason="未签发")
    story.issue(case, notice)
    for account in ("nei", "shen", "ling", "dang"):
        with pytest.raises(NotAllowed):
            story.do(account, "redraft", case, paper=notice, reason="有误")
    with pytest.raises(Invalid, match="理由"):
        story.do("li", "redraft", case, paper=notice, reason=" ")
    story.deliver(case, notice)
    with pytest.raises(WrongStage, match="更正或撤销"):
        story.do("li", "redraft", case, paper=notice, reason="有误")


def test_a_sealed_paper_is_neither_changed_nor_corrected_but_voided(story: Story) -> None:
    settings = story.installation.settings
    sealed = Settings(home=settings.home, database_url=settings.database_url, seal=SealMode.PAPER)
    story.installation = replace(story.installation, settings=sealed)
    case, notice = drafted(story)
    [number] = story.issue(case, notice)
    scan = story.installation.files.put(b"%PDF-1.7 scan")
    story.do("nei", "seal", case, paper=notice, scan=scan, file_name="scan.pdf")
    with pytest.raises(WrongStage, match="作废后重新拟制"):
        story.do("li", "redraft", case, paper=notice, reason="有误")
    with pytest.raises(WrongStage, match="作废后重新拟制"):
        story.do("li", "draft-withdrawal", case, paper=notice, reason="有误")
    story.do("qian", "void", case, paper=notice, reason="主送单位有误")
    assert (row(story, case, notice).status, row(story, case, notice).number) == (DocumentStatus.VOID, number)


def correct(story: Story, case: str, notice: str, **said: object) -> str:
    given: dict[str, object] = {"places": ["正文第二段"], "wrong": ["二十处"], "right": ["十二处"]}
    return str(story.do("li", "draft-correction", case, paper=notice, reason="数量笔误", **(given | said)))


def test_a_correction_has_its_own_number_and_leaves_the_clocks_where_it_says_so(story: Story) -> None:
    case, notice = served(story)
    before = {code: clock.due_on for code, clock in clocks(story, notice).items()}
    ref = correct(story, case, notice)
    with pytest.raises(Conflict, match="正在办理"):
        correct(story, case, notice)
    [number] = story.issue(case, ref)
    assert number == "鄂州公交更〔2025〕1号"
    assert row(story, case, ref).title == f"关于更正《{row(story, case, notice).title}》的函"
    with story.installation.database.reading() as session:
        said = frozen(session, row(story, case, ref).id)
    assert {clock.effect for clock in said.clocks} == {ClockEffect.UNCHANGED}
    assert (said.passages[0].right, said.paper.number) == ("十二处", row(story, case, notice).number)
    assert papers(story, "li", case)[notice].amended_by == []
    story.wait(days=1)
    story.deliver(case, ref)
    story.do("li", "acknowledge", case, paper=ref, received_by="周某")
    assert {code: clock.due_on for code, clock in clocks(story, notice).items()} == before
    assert [by.number for by in papers(story, "li", case)[notice].amended_by] == [number]


def test_a_correction_may_count_the_clocks_anew_from_its_delivery(story: Story) -> None:
    case, notice = served(story)
    before = clocks(story, notice)["notice.plan"]
    ref = correct(story, case, notice, clocks=ClockEffect.RESTARTED)
    story.issue(case, ref)
    story.wait(days=10)
    story.deliver(case, ref)
    after = clocks(story, notice)["notice.plan"]
    assert (after.start_event, after.version) == ("送达更正文书", before.version + 1)
    assert after.started_at == story.at
    assert after.due_on > before.due_on


def test_a_correction_may_set_a_new_date_of_completion(story: Story) -> None:
    case, notice = served(story)
    new = story.at.date() + timedelta(days=90)
    plan = clocks(story, notice)["notice.plan"].due_on
    story_ref = correct(story, case, notice, clocks=ClockEffect.CHANGED, new_due=new)
    story.issue(case, story_ref)
    story.deliver(case, story_ref)
    assert clocks(story, notice)["measure.complete"].due_on == new
    assert clocks(story, notice)["notice.plan"].due_on == plan


def test_a_withdrawal_ends_the_clocks_and_frees_the_measures_for_a_new_notice(story: Story) -> None:
    case, notice = served(story)
    story.do("li", "acknowledge", case, paper=notice, received_by="周某")
    ref = story.do("li", "draft-withdrawal", case, paper=notice, reason="责任单位已调整")
    [number] = story.issue(case, ref)
    assert number == "鄂州公交撤〔2025〕1号"
    assert {clock.state for clock in clocks(story, notice).values()} == {"met", "open"}
    story.deliver(case, ref)
    assert "open" not in {clock.state for clock in clocks(story, notice).values()}
    with pytest.raises(Conflict, match=r"已由.*撤销"):
        story.do("li", "draft-withdrawal", case, paper=notice, reason="再撤销")
    with story.installation.database.reading() as session:
        freed = session.scalars(select(Assignment.state).where(Assignment.notice_id.is_(None))).all()
    assert set(freed) == {AssignmentState.UNISSUED}
    again = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    assert len(again) == 1
    assert row(story, case, again[0]).occasion == 2
    assert row(story, case, notice).status is DocumentStatus.DELIVERED


def test_the_volume_shows_both_the_wrong_paper_and_what_put_it_right(story: Story) -> None:
    case = story.rectifying()
    all_papers = story.prepare(case)
    story.issue(case, *all_papers)
    story.deliver(case, *all_papers)
    notice = story.papers(case, kind=DocumentKind.RECTIFICATION_NOTICE)[0]
    ref = correct(story, case, notice)
    [number] = story.issue(case, ref)
    story.deliver(case, ref)
    story.archive(case)
    with story.installation.database.reading() as session:
        volume = session.scalars(select(Document).where(Document.kind == DocumentKind.TRACEBACK_ARCHIVE)).one()
        from models.clock.queries.rulebook import rulebook
        from models.papers.filling import content

        said = content(
            session,
            volume.id,
            settings=story.installation.settings,
            rules=rulebook(session),
            issued_on=volume.issued_on,
            number=volume.number,
            signatory=None,
        )
    remarks = {item.number: item.remark for item in said.items if item.number}
    assert number in remarks
    assert f"已更正：见{number}" in (remarks[row(story, case, notice).number] or "")


def test_each_mistake_in_putting_a_paper_right_is_told_in_words(story: Story) -> None:
    case, notice = drafted(story)
    with pytest.raises(WrongStage, match="不需要更正或撤销"):
        correct(story, case, notice)
    story.issue(case, notice)
    with pytest.raises(WrongStage, match="请改稿"):
        correct(story, case, notice)
    story.deliver(case, notice)
    for account in ("nei", "qian", "ling", "shen", "dang"):
        with pytest.raises(NotAllowed, match="民警"):
            story.do(account, "draft-withdrawal", case, paper=notice, reason="有误")
    for given, sentence in (
        ({"right": []}, "逐一对应"),
        ({"places": [], "wrong": [], "right": []}, "请写明更正的位置"),
        ({"right": [" "]}, "不能为空"),
        ({"clocks": ClockEffect.ENDED}, "请用撤销"),
        ({"clocks": ClockEffect.CHANGED}, "新的完成日期"),
        ({"new_due": date(2026, 5, 1)}, "新的完成日期"),
        ({"clocks": ClockEffect.CHANGED, "new_due": story.at.date()}, "晚于今天"),
    ):
        with pytest.raises(Invalid, match=sentence):
            correct(story, case, notice, **given)
    with pytest.raises(Invalid, match="理由"):
        story.do("li", "draft-withdrawal", case, paper=notice, reason="")
    with pytest.raises(NotFound, match="无权查看"):
        story.do("li", "draft-withdrawal", case, paper="D99", reason="有误")
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Amendment)) == 0


def test_a_correction_of_a_restricted_paper_is_as_restricted(story: Story) -> None:
    case = story.rectifying("ezhou-four-deaths")
    proposal = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)[0]
    story.issue(case, proposal)
    story.deliver(case, proposal)
    ref = correct(story, case, proposal)
    assert row(story, case, ref).restricted
    with pytest.raises(NotFound, match="无权查看"):
        story.do("wang", "submit", case, paper=ref)


def test_a_late_death_flags_each_signed_paper_with_before_and_after_until_it_is_put_right(story: Story) -> None:
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Accident)) == 0
    case = story.file()
    with story.installation.database.reading() as session:
        day = session.scalars(select(Accident.occurred_at)).one().astimezone(SHANGHAI).date()
    story.address(case)
    story.issue(case, "D1")
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    sent, draft = notices[0], notices[1]
    story.issue(case, sent)
    story.deliver(case, sent)
    story.do("li", "record-death", case, died_on=day + timedelta(days=1))
    assert set(flags(story)) == {"D1", sent}
    story.do("li", "record-death", case, died_on=day + timedelta(days=2))
    told = {change.place: (change.wrong, change.right) for change in flags(story)[sent]}
    assert told["死亡人数"] == ("1人", "3人")
    assert told["事故等级"] == ("一般事故", "较大事故")
    assert "较大道路交通事故" in told["标题"][1]
    assert "较大道路交通事故" in row(story, case, draft).title
    assert papers(story, "li", case)[sent].flag
    story.do("li", "redraft", case, paper="D1", reason="死亡人数变更")
    story.issue(case, "D1")
    assert "较大道路交通事故" in row(story, case, "D1").title
    assert set(flags(story)) == {sent}
    ref = str(story.do("li", "draft-correction", case, paper=sent, reason="死亡人数变更"))
    story.issue(case, ref)
    assert set(flags(story)) == {sent}
    story.deliver(case, ref)
    assert flags(story) == {}


def test_flags_are_seen_only_by_who_may_see_the_paper(story: Story) -> None:
    case = story.file()
    with story.installation.database.reading() as session:
        day = session.scalars(select(Accident.occurred_at)).one().astimezone(SHANGHAI).date()
        agency = session.scalars(select(Organisation.name).where(Organisation.issues_as.is_(None)).limit(1)).one()
    story.issue(case, "D1")
    from models.kernel.vocabulary import Role
    from models.office.commands.users import add_user

    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        add_user(act, "clerk", "周某", agency, [Role.AGENCY])
    story.do("li", "record-death", case, died_on=day + timedelta(days=1))
    assert flags(story)
    assert flags(story, "clerk") == {}


def test_replies_that_waited_for_a_withdrawn_notice_wait_no_longer(story: Story) -> None:
    case, notice = served(story)
    story.do("li", "acknowledge", case, paper=notice, received_by="周某")
    with story.installation.database.reading() as session:
        unit, measure = session.execute(
            select(Organisation.name, Measure.ref)
            .select_from(Assignment)
            .join(Document, Document.id == Assignment.notice_id)
            .join(Measure, Measure.id == Assignment.measure_id)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .where(Document.ref == notice)
            .limit(1)
        ).one()
    story.do("nei", "reply", case, kind=ReplyKind.PLAN, measures=[measure], text="拟于下月实施。", organisation=unit)
    ref = story.do("li", "draft-withdrawal", case, paper=notice, reason="责任单位已调整")
    story.issue(case, ref)
    story.deliver(case, ref)
    with story.installation.database.reading() as session:
        assert session.scalars(select(Deadline.state).where(Deadline.rule_code == "reply.assess")).all() == [
            "withdrawn"
        ]
