"""The chain of a paper: who may take which step, once, and what two people at the same moment get."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.act import acting
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Role, Stage
from models.office.commands.users import add_user
from models.office.tables import Organisation
from models.papers.tables import Approval, Document, DrawnNumber
from tests.stories import Story


def employ(story: Story, account: str, *roles: Role) -> None:
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        add_user(act, account, f"{account}某", story.installation.settings.unit, roles)


def together(*acts: Callable[[], object]) -> list[object]:
    """Let people act at the same moment; returns what each got, refusals included."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(one, acts))


def stage(story: Story, case: str) -> Stage:
    with story.installation.database.reading() as session:
        return session.scalars(select(Case.stage).where(Case.case_number == case)).one()


def status(story: Story, case: str, paper: str) -> DocumentStatus:
    with story.installation.database.reading() as session:
        return session.scalars(
            select(Document.status).join(Case).where(Case.case_number == case, Document.ref == paper)
        ).one()


def test_the_report_is_submitted_reviewed_and_signed_and_rectification_begins(story: Story) -> None:
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    assert stage(story, case) is Stage.REVIEWING
    story.do("shen", "approve", case, paper="D1")
    number = story.do("qian", "sign", case, paper="D1")
    assert number == "鄂州公交调〔2025〕1号"
    assert stage(story, case) is Stage.RECTIFYING


def test_each_wrong_person_is_told_whose_step_it_is(story: Story) -> None:
    case = story.file()
    with pytest.raises(NotAllowed, match="民警"):
        story.do("shen", "submit", case, paper="D1")
    story.do("li", "submit", case, paper="D1")
    for account in ("li", "nei", "ling", "dang"):
        with pytest.raises(NotAllowed):
            story.do(account, "approve", case, paper="D1")
    with pytest.raises(NotAllowed, match="不由您审批"):
        story.do("qian", "sign", case, paper="D1")


def test_the_author_approves_nothing_even_with_the_role(story: Story) -> None:
    case = story.file()
    employ(story, "both", Role.OFFICER, Role.REVIEWER)
    story.do("both", "submit", case, paper="D1")
    with pytest.raises(NotAllowed, match="拟稿人不能审批"):
        story.do("both", "approve", case, paper="D1")


def test_a_return_needs_a_reason_and_opens_a_new_round(story: Story) -> None:
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    with pytest.raises(Invalid, match="理由"):
        story.do("shen", "return", case, paper="D1", reason="  ")
    story.do("shen", "return", case, paper="D1", reason="路面因素分析不足")
    assert stage(story, case) is Stage.INVESTIGATING
    assert status(story, case, "D1") is DocumentStatus.RETURNED
    story.do("li", "submit", case, paper="D1")
    with pytest.raises(Conflict, match="已被退回并重新提交"):
        story.do("shen", "approve", case, paper="D1", seen_round=1)
    story.do("shen", "approve", case, paper="D1", seen_round=2)
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Approval)) == 4


def test_two_reviewers_at_the_same_moment_decide_once(story: Story) -> None:
    case = story.file()
    employ(story, "second", Role.REVIEWER)
    story.do("li", "submit", case, paper="D1")
    got = together(
        lambda: story.do("shen", "approve", case, paper="D1"),
        lambda: story.do("second", "return", case, paper="D1", reason="材料不全"),
    )
    refused = [one for one in got if isinstance(one, Refused)]
    assert len(refused) == 1
    assert isinstance(refused[0], Conflict | WrongStage | NotAllowed)
    with story.installation.database.reading() as session:
        kinds = session.scalars(select(Event.kind).where(Event.kind.in_(("paper_approved", "paper_returned")))).all()
        decided = session.scalars(select(Approval).where(Approval.decided_at.is_not(None))).all()
    assert len(kinds) == len(decided) == 1


def test_two_signatures_at_the_same_moment_draw_one_number(story: Story) -> None:
    case = story.file()
    employ(story, "deputy", Role.SIGNER)
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    got = together(*(lambda who=who: story.do(who, "sign", case, paper="D1") for who in ("qian", "deputy")))
    assert sum(isinstance(one, str) for one in got) == 1
    assert sum(isinstance(one, Conflict | WrongStage) for one in got) == 1
    with story.installation.database.reading() as session:
        drawn = session.scalars(select(DrawnNumber.used_for).where(DrawnNumber.used_for.contains("/D1"))).all()
    assert list(drawn) == [f"{case}/D1"]


def test_a_colleague_who_comes_second_is_told_who_was_first(story: Story) -> None:
    case = story.file()
    employ(story, "second", Role.REVIEWER)
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    with pytest.raises(Conflict, match="沈某"):
        story.do("second", "approve", case, paper="D1")


def test_the_same_accident_filed_twice_at_the_same_moment_is_one_case(story: Story) -> None:
    got = together(lambda: story.file(), lambda: story.file())
    assert sum(isinstance(one, str) for one in got) == 1
    assert sum(isinstance(one, Conflict) for one in got) == 1
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_notice_waits_for_every_measure_to_have_a_unit_and_lists_what_is_missing(story: Story) -> None:
    case = story.file("ezhou-four-deaths", bare=True)
    story.issue(case, "D1")
    with pytest.raises(Invalid, match="M15、M16"):
        story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)


def test_a_voided_paper_keeps_its_number_and_frees_its_measures(story: Story) -> None:
    case = story.rectifying()
    first, *_ = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    number = story.issue(case, first)[0]
    story.do("qian", "void", case, paper=first, reason="受文单位名称有误")
    with story.installation.database.reading() as session:
        voided = session.execute(
            select(DrawnNumber.used_for, DrawnNumber.void_reason).where(DrawnNumber.void_reason.is_not(None))
        ).all()
        kept = session.scalars(select(Document.number).where(Document.ref == first)).one()
    assert voided == [(f"{case}/{first}", "受文单位名称有误")]
    assert kept == number
    again = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    assert story.issue(case, again[0]) != [number]


def test_a_restricted_paper_does_not_exist_for_who_is_not_on_its_list(story: Story) -> None:
    case = story.rectifying("ezhou-four-deaths")
    proposals = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    for account in ("wang", "nei"):
        with pytest.raises(NotFound, match="无权查看"):
            story.do(account, "deliver", case, paper=proposals[0])
    story.issue(case, proposals[0])
    with pytest.raises(NotFound, match="无权查看"):
        story.do("wang", "deliver", case, paper=proposals[0])


def test_a_refused_act_leaves_nothing_behind(story: Story) -> None:
    case = story.file()
    with story.installation.database.reading() as session:
        before = session.scalar(select(func.count()).select_from(Event))
    for account, action, said in (
        ("li", "sign", {"paper": "D1"}),
        ("li", "deliver", {"paper": "D1"}),
        ("dang", "archive", {}),
        ("li", "submit", {"paper": "D9"}),
    ):
        with pytest.raises(Refused):
            story.do(account, action, case, **said)
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == before


def test_a_returned_report_is_still_due_on_its_old_day(story: Story) -> None:
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    assert clock_of_report(story) == "met"
    story.do("shen", "return", case, paper="D1", reason="材料不全")
    assert clock_of_report(story) == "open"


def clock_of_report(story: Story) -> str:
    with story.installation.database.reading() as session:
        return session.scalars(select(Deadline.state).where(Deadline.rule_code == "investigation.report")).one()


def test_an_officer_discards_a_draft_but_only_a_signer_voids_what_has_a_number(story: Story) -> None:
    case = story.rectifying()
    first, *_ = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.do("li", "void", case, paper=first, reason="对象有误")
    again, *_ = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, again)
    with pytest.raises(NotAllowed, match="签发"):
        story.do("li", "void", case, paper=again, reason="对象有误")


def test_no_body_writes_to_itself(story: Story) -> None:
    case = story.file()
    settings = story.installation.settings
    for name in (settings.unit, settings.bureau, settings.commission):
        story.do("li", "add-measure", case, text="加强夜间路面巡查", organisation=name)
    story.address(case)
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Organisation.issues_as, Document.issuer_id, Document.recipient_id)
            .join(Document, Document.recipient_id == Organisation.id)
            .where(Organisation.issues_as.is_not(None))
        ).all()
    assert {row.issues_as for row in rows} == {"unit", "bureau", "commission"}
    assert all(row.issuer_id != row.recipient_id for row in rows)
