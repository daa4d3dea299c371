"""Named lists, recusals, people who are examined, and the upper unit that acts where our own police are."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.accountability.tables import AccountabilityItem
from models.case.tables import Case
from models.joining.tables import Recusal
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import AccountabilityCategory, DocumentKind, Role
from models.office.queries.chains import waiting_approvals
from models.office.tables import Organisation
from models.overview.queries.messages import inbox
from models.overview.queries.worklists import waiting_on
from models.papers.queries.readers import reader_list
from models.papers.tables import Document
from tests.journeys.test_two_accidents_are_one import look
from tests.stories import Story

PROPOSAL = DocumentKind.ACCOUNTABILITY_PROPOSAL
ORGAN = "鄂州市城市管理执法委员会"


def proposing(story: Story) -> tuple[str, str]:
    """Return a case and its drafted proposal."""
    case = story.rectifying()
    [paper] = story.do("li", "prepare", case, kind=PROPOSAL)
    return case, paper


def sees(story: Story, account: str, case: str, paper: str) -> bool:
    try:
        return paper in [one.ref for one in look(story, case, account).documents]
    except NotFound:
        return False


def names(story: Story, case: str, paper: str, account: str = "li") -> list[tuple[str, bool]]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        rows = reader_list(session, actor, case, paper)
        return [(row.account, row.removed_at is None) for row in rows]


def waits(story: Story, account: str) -> list[tuple[str, str | None]]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return [(row.wait, row.paper) for row in waiting_on(session, actor, story.at.date())]


def test_the_author_keeps_the_list_and_a_colleague_reads_while_on_it(story: Story) -> None:
    case, paper = proposing(story)
    assert not sees(story, "wang", case, paper)
    story.do("li", "add-reader", case, paper=paper, reader="wang", reason="协助核对事实")
    assert sees(story, "wang", case, paper)
    with pytest.raises(NotAllowed, match="拟稿人或签发人"):
        story.do("wang", "add-reader", case, paper=paper, reader="nei", reason="用印")
    with pytest.raises(Conflict, match="已在名单"):
        story.do("li", "add-reader", case, paper=paper, reader="wang", reason="协助核对事实")
    story.do("li", "remove-reader", case, paper=paper, reader="wang", reason="核对完毕")
    assert not sees(story, "wang", case, paper)
    assert names(story, case, paper) == [("li", True), ("wang", False)]
    with pytest.raises(NotFound):
        names(story, case, paper, "ling")
    told = [event.kind for event in look(story, case, "li").events][-2:]
    assert told == ["reader_added", "reader_removed"]
    assert "reader_added" not in [event.kind for event in look(story, case, "ling").events]


def test_a_list_kept_by_hand_is_not_filled_again_by_the_next_round(story: Story) -> None:
    case, paper = proposing(story)
    story.employ("second", Role.REVIEWER)
    story.do("li", "submit", case, paper=paper)
    assert sees(story, "second", case, paper)
    story.do("li", "remove-reader", case, paper=paper, reader="second", reason="不参与本案")
    story.do("shen", "return", case, paper=paper, reason="依据不足")
    story.do("li", "submit", case, paper=paper)
    assert not sees(story, "second", case, paper)
    assert ("review", paper) not in waits(story, "second")
    with pytest.raises(NotFound):
        story.do("second", "approve", case, paper=paper)
    story.do("shen", "approve", case, paper=paper)
    story.do("qian", "add-reader", case, paper=paper, reader="second", reason="恢复参与")
    assert sees(story, "second", case, paper)


def test_who_cannot_be_put_on_a_list_or_taken_off_it(story: Story) -> None:
    case, paper = proposing(story)
    story.employ("guan", Role.ADMIN)
    story.employ("away", Role.OFFICER, unit=ORGAN, by="guan")
    for account in ("guan", "away"):
        with pytest.raises(Invalid, match="本辖区"):
            story.do("li", "add-reader", case, paper=paper, reader=account, reason="协助")
    with pytest.raises(NotFound, match="没有账号"):
        story.do("li", "add-reader", case, paper=paper, reader="nobody", reason="协助")
    with pytest.raises(Invalid, match="理由"):
        story.do("li", "add-reader", case, paper=paper, reader="wang", reason=" ")
    with pytest.raises(WrongStage, match="不是限制公开"):
        story.do("li", "add-reader", case, paper="D1", reader="wang", reason="协助")
    with pytest.raises(NotFound, match="无权查看"):
        story.do("ling", "add-reader", case, paper=paper, reader="ling", reason="想看")
    with pytest.raises(NotFound, match="不在名单"):
        story.do("li", "remove-reader", case, paper=paper, reader="wang", reason="协助")
    with pytest.raises(Conflict, match="至少要有一人"):
        story.do("li", "remove-reader", case, paper=paper, reader="li", reason="不再办理")
    story.do("li", "submit", case, paper=paper)
    with pytest.raises(WrongStage, match="拟稿人"):
        story.do("qian", "remove-reader", case, paper=paper, reader="li", reason="不再办理")


def test_a_recused_person_sees_and_does_nothing_in_the_case_leaders_included(story: Story) -> None:
    case = story.file()
    story.do("li", "assign-sponsor", case, sponsor="ling")
    story.do("ling", "recuse", case, who="ling", reason="与当事人有亲属关系")
    with pytest.raises(NotFound):
        look(story, case, "ling")
    with pytest.raises(NotFound):
        story.do("ling", "discontinue", case, reason="撤案")
    view = look(story, case, "li")
    assert view.inside.sponsor is None
    assert [one.name for one in view.joined.recused] == ["凌某"]
    assert [event.data["kind"] for event in view.events if event.kind == "person_recused"] == ["asked"]
    with pytest.raises(NotAllowed, match="已回避"):
        story.do("li", "assign-sponsor", case, sponsor="ling")
    with pytest.raises(NotAllowed, match="领导"):
        story.do("li", "end-recusal", case, who="ling", reason="情形消失")
    story.do("qian", "end-recusal", case, who="ling", reason="情形消失")
    assert look(story, case, "ling").joined.recused == []


def test_a_recused_person_is_shown_no_message_of_the_case(story: Story) -> None:
    case = story.file()
    story.wait(days=200)
    sweep(story.installation, story.at)

    def told() -> list[dict[str, Any]]:
        with story.installation.database.reading() as session:
            return inbox(session, find_actor(session, "ling", story.at))

    assert told()
    story.do("ling", "recuse", case, who="ling", reason="与当事人有亲属关系")
    assert told() == []


def test_the_officer_who_is_recused_hands_over_and_the_list_goes_along(story: Story) -> None:
    case, paper = proposing(story)
    with pytest.raises(Invalid, match="接办民警"):
        story.do("ling", "recuse", case, who="li", reason="与当事人有利害关系")
    with pytest.raises(Invalid, match="不能接办"):
        story.do("ling", "recuse", case, who="li", reason="与当事人有利害关系", hand_to="nei")
    with pytest.raises(NotAllowed, match="本人"):
        story.do("wang", "recuse", case, who="li", reason="与当事人有利害关系", hand_to="wang")
    story.do("ling", "recuse", case, who="li", reason="与当事人有利害关系", hand_to="wang")
    assert look(story, case, "wang").inside.officer == "王某"
    assert sees(story, "wang", case, paper)
    assert not sees(story, "li", case, paper)
    assert waits(story, "li") == []
    assert ("submit", paper) in waits(story, "wang")
    with pytest.raises(Conflict, match="已回避"):
        story.do("ling", "recuse", case, who="li", reason="与当事人有利害关系")
    with pytest.raises(Invalid, match="已回避本案"):
        story.do("wang", "add-reader", case, paper=paper, reader="li", reason="协助")


def test_a_step_of_a_recused_person_waits_on_somebody_else(story: Story) -> None:
    case = story.file()
    story.employ("second", Role.REVIEWER)
    unit = story.installation.settings.unit
    steps = [f"审核:{unit}:shen", f"签发:{unit}:qian"]
    story.in_office("console", "set-chain", issuer=unit, kind=None, steps=steps, reason="固定审核人")
    story.do("li", "submit", case, paper="D1")
    with pytest.raises(Invalid, match="没有其他人可以办理"):
        story.do("qian", "recuse", case, who="qian", reason="与当事人有利害关系")
    story.do("shen", "recuse", case, who="shen", reason="与当事人有利害关系")
    with pytest.raises(NotFound):
        story.do("shen", "approve", case, paper="D1")
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        number = session.scalars(select(Case.id)).one()
        [step] = waiting_approvals(session, actor, number, story.at.date())
    assert [person.name for person in step.people] == ["second某"]
    story.do("second", "approve", case, paper="D1")


def test_a_paper_submitted_later_waits_on_a_colleague_of_who_stays_out(story: Story) -> None:
    case = story.file()
    unit = story.installation.settings.unit
    steps = [f"审核:{unit}:shen", f"签发:{unit}:qian"]
    story.in_office("console", "set-chain", issuer=unit, kind=None, steps=steps, reason="固定审核人")
    story.do("shen", "recuse", case, who="shen", reason="与当事人有利害关系")
    with pytest.raises(WrongStage, match="审核步骤的人员均已回避"):
        story.do("li", "submit", case, paper="D1")
    story.employ("second", Role.REVIEWER)
    story.do("li", "submit", case, paper="D1")
    assert ("review", "D1") in waits(story, "second")
    assert waits(story, "shen") == []
    story.do("second", "approve", case, paper="D1")


def test_a_leader_who_stays_out_decides_nothing_on_paper_either(story: Story) -> None:
    case = story.file()
    story.employ("second", Role.REVIEWER)
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "recuse", case, who="shen", reason="与当事人有利害关系")
    with pytest.raises(NotAllowed, match="已回避或与文书所涉事项有关"):
        story.do(
            "nei",
            "record-decision",
            case,
            paper="D1",
            leader="shen",
            approve=True,
            scan=story.scan(),
            scan_name="批示.pdf",
        )


def test_who_is_examined_does_not_see_the_paper_even_as_its_reviewer(story: Story) -> None:
    case = story.rectifying("ezhou-four-deaths")
    papers = story.do("li", "prepare", case, kind=PROPOSAL)
    for paper in papers:
        story.do("li", "submit", case, paper=paper)
    with story.installation.database.reading() as session:
        about = session.scalars(
            select(Document.ref)
            .join(AccountabilityItem, AccountabilityItem.document_id == Document.id)
            .where(AccountabilityItem.ref == "A5")
        ).one()
    other = next(paper for paper in papers if paper != about)
    assert sees(story, "shen", case, about)
    story.do("li", "identify-person", case, person="P8", who="shen")
    assert not sees(story, "shen", case, about)
    assert sees(story, "shen", case, other)
    with pytest.raises(NotFound, match="无权查看"):
        story.do("shen", "approve", case, paper=about)
    with pytest.raises(Invalid, match="所涉对象"):
        story.do("li", "add-reader", case, paper=about, reader="shen", reason="协助")
    assert "accountability_added" not in [event.kind for event in look(story, case, "shen").events]


def on_ourselves(story: Story, case: str, unit: str) -> None:
    story.do(
        "li",
        "add-accountability",
        case,
        organisation=unit,
        category=AccountabilityCategory.OTHER,
        text="路面管控不到位",
        organ=ORGAN,
        duty="维护责任路段通行秩序",
        legal_basis=["《中华人民共和国道路交通安全法》第八十七条第一款"],
        facts="当日没有安排巡逻",
        evidence=[story.do("li", "add-evidence", case, title="勤务安排表", reference="调查卷宗")],
    )


def upper_people(story: Story) -> str:
    bureau = story.installation.settings.bureau
    for account, role in (("shang", Role.OFFICER), ("shangshen", Role.REVIEWER), ("shangqian", Role.SIGNER)):
        story.employ(account, role, unit=bureau)
    return bureau


def test_where_our_own_police_are_examined_the_upper_unit_acts(story: Story) -> None:
    case = story.rectifying()
    [paper] = story.do("li", "prepare", case, kind=PROPOSAL)
    on_ourselves(story, case, story.installation.settings.unit)
    with pytest.raises(NotAllowed, match="由上级单位“鄂州市公安局”拟制和审批"):
        story.do("li", "prepare", case, kind=PROPOSAL)
    bureau = upper_people(story)
    assert ("propose_above", None) in waits(story, "shang")
    [above] = story.do("shang", "prepare", case, kind=PROPOSAL)
    assert ("propose_above", None) not in waits(story, "shang")
    assert ("submit", above) in waits(story, "shang")
    assert not any(sees(story, account, case, above) for account in ("li", "ling", "shen", "qian", "dang"))
    with pytest.raises(WrongStage, match="被审查单位的人员办理"):
        story.do("shang", "submit", case, paper=above)
    story.in_office(
        "console",
        "set-chain",
        issuer=bureau,
        kind=PROPOSAL,
        steps=[f"审核:{bureau}", f"签发:{bureau}"],
        reason="提级办理",
    )
    with pytest.raises(Invalid, match="所涉对象"):
        story.do("shang", "add-reader", case, paper=above, reader="ling", reason="知悉")
    story.do("shang", "submit", case, paper=above)
    story.do("shangshen", "approve", case, paper=above)
    number = story.do("shangqian", "sign", case, paper=above)
    story.do("shang", "deliver", case, paper=above)
    with story.installation.database.reading() as session:
        issuer = session.scalars(
            select(Organisation.name)
            .join(Document, Document.issuer_id == Organisation.id)
            .where(Document.number == number)
        ).one()
    assert issuer == bureau
    assert sees(story, "li", case, paper)


def test_a_brigade_that_a_dossier_names_is_one_of_ours(story: Story) -> None:
    case = story.rectifying("ezhou-four-deaths")
    papers = story.do("li", "prepare", case, kind=PROPOSAL)
    with story.installation.database.reading() as session:
        left = session.scalars(
            select(AccountabilityItem.ref).where(
                AccountabilityItem.document_id.is_(None), AccountabilityItem.informational.is_(False)
            )
        ).all()
    assert papers
    assert list(left) == ["A7"]  # on somebody of 鄂州市公安局交通警察支队鄂城大队


def test_who_is_asked_about_does_not_choose_who_decides(story: Story) -> None:
    case = story.file()
    on_ourselves(story, case, story.installation.settings.unit)
    with pytest.raises(NotFound, match="问责事项"):
        story.do("wang", "confirm-organ", case, item="A3", organ=ORGAN)


def test_a_leader_learns_nothing_by_what_is_refused(story: Story) -> None:
    case, paper = proposing(story)
    with pytest.raises(WrongStage) as refused:
        story.do("ling", "mark-not-applicable", case, kind=PROPOSAL, reason="无需问责")
    assert paper not in refused.value.message
    with pytest.raises(WrongStage) as refused:
        story.do("dang", "archive", case)
    assert paper not in refused.value.message


def test_a_recusal_stands_once_and_both_databases_say_so(story: Story) -> None:
    case = story.file()
    story.do("wang", "recuse", case, who="wang", reason="与当事人有利害关系")
    rows: Any
    with story.installation.database.reading() as session:
        rows = session.execute(select(Recusal.kind, Recusal.ended_at)).all()
    assert [(row.kind.value, row.ended_at) for row in rows] == [("asked", None)]
    with pytest.raises(NotFound, match="没有回避"):
        story.do("qian", "end-recusal", case, who="li", reason="情形消失")
