"""Who approves is data: chains across units, deputies for some days, absences, and work that changes hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.accountability.tables import Reader
from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import AdminEvent, Event
from models.kernel.vocabulary import DocumentKind, OrganisationKind, Role
from models.office.commands.organisations import add_organisation, issuing_body
from models.office.tables import ChainStep, User
from models.overview.commands.handover import HandedOver
from models.overview.queries.case_view import case_view
from models.overview.queries.worklists import waiting_on
from models.papers.tables import Approval, Document
from tests.stories import Story

LEGAL = "鄂州市公安局法制支队"
BRIGADE = "鄂州市公安局交通警察支队一大队"


@pytest.fixture
def staffed_story(story: Story) -> Story:
    """The office with a brigade, a legal unit, a second signer and an administrator."""
    with story.installation.database.writing() as session:
        add_organisation(session, LEGAL, OrganisationKind.POLICE, parent=issuing_body(session, "bureau"))
        add_organisation(session, BRIGADE, OrganisationKind.POLICE, parent=issuing_body(session, "unit"))
    story.employ("zhong", Role.OFFICER, Role.REVIEWER, unit=BRIGADE)
    story.employ("fa", Role.COUNTERSIGNER, unit=LEGAL)
    story.employ("ju", Role.SIGNER, unit=story.installation.settings.bureau)
    story.employ("fu", Role.LEADER)
    story.employ("guan", Role.ADMIN)
    return story


def set_chain(story: Story, *steps: str, by: str = "guan", **said: object) -> list[str]:
    said = {"issuer": story.installation.settings.unit, "reason": "按审批权限规定设置"} | said
    return list(story.in_office(by, "set-chain", steps=list(steps), **said))


def across_units(story: Story) -> list[str]:
    unit = story.installation.settings.unit
    return [f"审核:{BRIGADE}", f"审核:{unit}:shen", f"会签:{LEGAL}", f"签发:{story.installation.settings.bureau}:ju"]


def event(story: Story, kind: str) -> Event:
    with story.installation.database.reading() as session:
        return session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id.desc()).limit(1)).one()


def user_id(story: Story, account: str) -> int:
    with story.installation.database.reading() as session:
        return session.scalars(select(User.id).where(User.account == account)).one()


def turn(story: Story, account: str, case: str) -> str:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return str(case_view(session, actor, case, rulebook(session), story.at).turn)


def waits(story: Story, account: str) -> list[str]:
    with story.installation.database.reading() as session:
        rows = waiting_on(session, find_actor(session, account, story.at), story.at.date())
    return [row.wait for row in rows]


def test_a_chain_runs_across_brigade_detachment_and_bureau(staffed_story: Story) -> None:
    story = staffed_story
    set_chain(story, *across_units(story), kind=DocumentKind.ANALYSIS_REPORT)
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    with pytest.raises(NotAllowed, match="不由您审批"):
        story.do("shen", "approve", case, paper="D1")
    for account in ("zhong", "shen", "fa"):
        story.do(account, "approve", case, paper="D1", remark="同意")
    with pytest.raises(NotAllowed, match="不由您审批"):
        story.do("qian", "sign", case, paper="D1")
    story.do("ju", "sign", case, paper="D1")
    assert event(story, "paper_issued").data["signed_by"] == "ju某"


def test_a_paper_under_way_keeps_the_steps_it_was_submitted_with(staffed_story: Story) -> None:
    story = staffed_story
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    set_chain(story, *across_units(story))
    story.do("shen", "approve", case, paper="D1")
    story.do("qian", "sign", case, paper="D1")
    with story.installation.database.reading() as session:
        told = session.scalars(select(AdminEvent).where(AdminEvent.kind == "chain_set")).one()
    assert (told.why, len(told.data["before"]), len(told.data["after"])) == ("按审批权限规定设置", 2, 4)


def test_every_fault_of_a_chain_is_told_at_once_and_nothing_changes(staffed_story: Story) -> None:
    story = staffed_story
    unit = story.installation.settings.unit
    with pytest.raises(Invalid, match="未作修改") as refusal:
        set_chain(story, f"签发:{unit}", f"审核:{unit}:li", "审核:没有的单位", f"会签:{unit}")
    assert {fault.code for fault in refusal.value.faults} >= {
        "signer_last",
        "chain_order",
        "nobody_at_step",
        "organisation_not_found",
    }
    with pytest.raises(Invalid, match="理由"):
        set_chain(story, *across_units(story), reason=" ")
    with pytest.raises(Invalid, match="不是发文机关"):
        set_chain(story, *across_units(story), issuer=LEGAL)
    with pytest.raises(NotAllowed, match="管理员"):
        set_chain(story, *across_units(story), by="qian")
    with story.installation.database.reading() as session:
        assert set(session.scalars(select(ChainStep.position))) == {1, 2}


def authorise(story: Story, by: str = "qian", **said: object) -> int:
    days = {"valid_from": story.at.date(), "valid_until": story.at.date() + timedelta(days=5)}
    said = {"principal": "qian", "deputy": "fu", "reason": "外出学习"} | days | said
    return int(story.in_office(by, "authorise-signing", **said))


def test_a_deputy_signs_in_the_period_and_the_paper_says_who_and_for_whom(staffed_story: Story) -> None:
    story = staffed_story
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    with pytest.raises(NotAllowed):
        story.do("fu", "sign", case, paper="D1")
    authorise(story)
    assert waits(story, "fu") == ["sign"]
    story.do("fu", "sign", case, paper="D1")
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document).where(Document.ref == "D1")).one()
        step = session.scalars(select(Approval).where(Approval.role == Role.SIGNER)).one()
    signed = (user_id(story, "fu"), user_id(story, "qian"))
    assert (paper.signed_by, paper.signed_for) == (step.decided_by, step.decided_for) == signed
    told = event(story, "paper_issued")
    assert (told.actor, told.data["signed_by"], told.data["decided_for"]) == ("fu", "fu某", "钱某")
    with pytest.raises(WrongStage, match="已签发"):
        story.do("qian", "sign", case, paper="D1")


def test_an_authorisation_ends_with_its_last_day_or_when_it_is_revoked(staffed_story: Story) -> None:
    story = staffed_story
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    first = authorise(story)
    story.in_office("qian", "revoke-authorisation", authorisation=first, reason="提前返岗")
    with pytest.raises(Conflict, match="已经撤销"):
        story.in_office("qian", "revoke-authorisation", authorisation=first, reason="再撤")
    with pytest.raises(NotAllowed):
        story.do("fu", "sign", case, paper="D1")
    authorise(story)
    story.wait(days=6)
    with pytest.raises(NotAllowed):
        story.do("fu", "sign", case, paper="D1")
    authorise(story, kinds=[DocumentKind.SUPERVISION_ORDER])
    with pytest.raises(NotAllowed):
        story.do("fu", "sign", case, paper="D1")


def test_neither_the_author_nor_a_deputy_of_the_author_signs(staffed_story: Story) -> None:
    story = staffed_story
    story.employ("two", Role.OFFICER, Role.SIGNER, by="guan")
    authorise(story, deputy="li")
    authorise(story, by="guan", principal="two")
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    with pytest.raises(NotAllowed, match="拟稿人不能审批"):
        story.do("li", "sign", case, paper="D1")
    unit = story.installation.settings.unit
    set_chain(story, f"审核:{unit}", f"签发:{unit}:two")
    story.do("qian", "return", case, paper="D1", reason="补充证据")
    story.do("two", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    with pytest.raises(NotAllowed, match="不能代拟稿人"):
        story.do("fu", "sign", case, paper="D1")


def test_each_mistake_in_an_authorisation_gets_its_own_sentence(staffed_story: Story) -> None:
    story = staffed_story
    day = story.at.date()
    with pytest.raises(NotAllowed, match="他人的由管理员"):
        authorise(story, by="ju")
    with pytest.raises(NotAllowed, match="签发"):
        authorise(story, by="li")
    with pytest.raises(Invalid, match="没有签发权"):
        authorise(story, by="guan", principal="shen")
    with pytest.raises(Invalid, match="本人"):
        authorise(story, deputy="qian")
    with pytest.raises(Invalid, match="早于起始"):
        authorise(story, valid_from=day, valid_until=day - timedelta(days=1))
    with pytest.raises(Invalid, match="事后授权"):
        authorise(story, valid_from=day - timedelta(days=9), valid_until=day - timedelta(days=1))
    with pytest.raises(NotFound, match="没有账号"):
        authorise(story, deputy="nobody")
    authorise(story)
    with pytest.raises(Conflict, match="已有授权"):
        authorise(story)


def test_an_absent_signer_is_named_as_the_one_waited_on(staffed_story: Story) -> None:
    story = staffed_story
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    assert "请假" not in turn(story, "li", case)
    day = story.at.date()
    with pytest.raises(NotAllowed, match="他人的由管理员"):
        story.in_office("li", "record-absence", who="qian", absent_from=day, absent_until=day, reason="学习")
    story.in_office(
        "qian", "record-absence", who="qian", absent_from=day, absent_until=day + timedelta(days=4), reason="学习"
    )
    assert turn(story, "li", case).endswith("钱某请假至2025年12月5日。")
    authorise(story)
    assert turn(story, "li", case).endswith("钱某请假至2025年12月5日，可由fu某代签。")
    story.wait(days=5)
    assert "请假" not in turn(story, "li", case)


def hand_over(story: Story, giver: str, taker: str, by: str = "guan", reason: str = "岗位调整") -> HandedOver:
    return story.in_office(by, "hand-over", from_account=giver, to_account=taker, reason=reason)


def test_all_open_work_of_a_person_goes_over_with_one_event_a_case(staffed_story: Story) -> None:
    story = staffed_story
    first, second = story.rectifying("ezhou-four-deaths"), story.file("ezhou-one-death")
    proposals = story.do("li", "prepare", first, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    with pytest.raises(NotFound):
        story.do("wang", "submit", first, paper=proposals[0])
    counts = hand_over(story, "li", "wang")
    assert counts.cases == 2
    assert not hasattr(counts, "restricted_papers")  # an administrator is not told how many there are
    with story.installation.database.reading() as session:
        officers = set(session.scalars(select(Case.officer_id)))
        told = session.scalars(select(Event).where(Event.kind == "work_handed_over")).all()
        readers = set(session.scalars(select(Reader.user_id)))
    assert officers == readers == {user_id(story, "wang")}
    assert len(told) == len({event.case_id for event in told}) == 2
    assert {(event.data["before"], event.data["after"], event.why) for event in told} == {("李某", "王某", "岗位调整")}
    story.do("wang", "submit", first, paper=proposals[0])
    story.do("wang", "submit", second, paper="D1")
    with pytest.raises(Conflict, match="没有需要交接"):
        hand_over(story, "li", "wang")


def test_named_steps_open_approvals_and_authorisations_go_over_too(staffed_story: Story) -> None:
    story = staffed_story
    unit = story.installation.settings.unit
    set_chain(story, f"审核:{unit}:shen", f"签发:{unit}:qian")
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    authorise(story)
    story.employ("xin", Role.SIGNER, by="guan")
    counts = hand_over(story, "qian", "xin")
    assert (counts.chain_steps, counts.approvals, counts.authorisations_ended) == (1, 1, 1)
    story.do("shen", "approve", case, paper="D1")
    with pytest.raises(NotAllowed, match="不由您审批"):
        story.do("qian", "sign", case, paper="D1")
    story.do("xin", "sign", case, paper="D1")


def test_who_cannot_take_over_is_told_why_and_nothing_goes_over(staffed_story: Story) -> None:
    story = staffed_story
    unit = story.installation.settings.unit
    set_chain(story, f"审核:{unit}:shen", f"签发:{unit}:qian")
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    with pytest.raises(Invalid, match="主办民警须为"):
        hand_over(story, "li", "nei")
    with pytest.raises(Invalid, match="审核须由") as refusal:
        hand_over(story, "shen", "zhong")
    assert {fault.code for fault in refusal.value.faults} == {"chain_step", "not_their_step"}
    with pytest.raises(Invalid, match="同一人"):
        hand_over(story, "li", "li")
    with pytest.raises(NotAllowed, match="管理员"):
        hand_over(story, "li", "wang", by="ling")
    with pytest.raises(Invalid, match="理由"):
        hand_over(story, "li", "wang", reason="")
    with story.installation.database.reading() as session:
        assert session.scalars(select(Event).where(Event.kind == "work_handed_over")).all() == []
        assert session.scalars(select(Case.officer_id)).all() == [user_id(story, "li")]


def test_an_officer_of_a_brigade_does_not_take_over_a_case_of_the_detachment(staffed_story: Story) -> None:
    staffed_story.file()
    with pytest.raises(Invalid, match="本辖区"):
        hand_over(staffed_story, "li", "zhong")


def test_no_step_is_taken_before_its_turn(staffed_story: Story) -> None:
    story = staffed_story
    case = story.file()
    authorise(story)
    with pytest.raises(WrongStage, match="没有待审批"):
        story.do("fu", "sign", case, paper="D1")
