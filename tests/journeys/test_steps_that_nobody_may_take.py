"""A county office has two officers and one countersigner: what nobody may take is told to who can help."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.case.tables import Case
from models.kernel.act import acting, find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, NotAllowed, Refused
from models.kernel.tables import AdminEvent, Message
from models.kernel.vocabulary import AssignmentState, DocumentKind, ReplyKind, Role
from models.office.commands import users
from models.office.commands.signing_in import begin_session
from models.office.queries.signing_in import password_hash_of, session_of
from models.office.tables import User
from models.overview.commands import leaving
from models.overview.queries.stuck import stuck_counts, stuck_steps
from models.overview.queries.worklists import waiting_on
from models.papers.commands.renditions import Enclosure
from models.papers.queries.verifications import verifications_of
from tests.journeys.conftest import GoOn
from tests.journeys.test_answering_a_notice import Served
from tests.stories import Story


@pytest.fixture
def served(go_on: GoOn) -> Served:
    told: Served = go_on(Served)
    return told


def sealed_answer(served: Served) -> Enclosure:
    return Enclosure(served.story.scan("盖章的整改完成情况"), "整改完成情况.pdf", "application/pdf")


def look_on_site(served: Served, by: str, **said: object) -> None:
    there = {"passed": True, "place": "事故路段", "note": "标志标线齐全"} | said
    served.story.do(by, "verify", served.case, measure=served.measure, organisation=served.recipient, **there)


def labels(served: Served, account: str) -> list[str]:
    story = served.story
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return [wait.label for wait in waiting_on(session, actor, local_date(story.at), case_number=served.case)]


def test_who_types_in_a_sealed_answer_is_not_its_author(served: Served) -> None:
    served.acknowledge()
    served.assess(served.reply(ReplyKind.PLAN))
    done = served.reply(ReplyKind.COMPLETION, by="wang", files=[sealed_answer(served)])
    assert "待研判" in labels(served, "li")
    served.assess(done)
    assert "待现场复查" in labels(served, "wang")
    look_on_site(served, "wang")
    served.story.do("li", "close-measure", served.case, measure=served.measure, organisation=served.recipient)
    assert served.state() is AssignmentState.CLOSED


def test_the_officer_of_the_case_assesses_the_sealed_answer_that_they_typed_in(served: Served) -> None:
    served.acknowledge()
    plan = served.reply(ReplyKind.PLAN, by="li", files=[sealed_answer(served)])
    assert "待研判" in labels(served, "li")
    assert "待研判" not in labels(served, "wang")
    served.assess(plan)


def test_who_writes_down_what_was_said_is_the_author_of_it(served: Served) -> None:
    served.acknowledge()
    said_by_phone = served.reply(ReplyKind.PLAN, by="li")
    assert "待研判" in labels(served, "wang")
    with pytest.raises(NotAllowed, match="录入反馈的人不能研判"):
        served.assess(said_by_phone)
    served.assess(said_by_phone, by="wang")
    done = served.reply(ReplyKind.COMPLETION, by="wang")
    served.assess(done)
    with pytest.raises(NotAllowed, match="复查人不能是"):
        look_on_site(served, "wang")


def stuck(story: Story, account: str) -> list[dict[str, Any]]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return stuck_steps(session, actor, local_date(story.at), settings=story.installation.settings)


def counted(story: Story) -> dict[str, int]:
    with story.installation.database.reading() as session:
        return stuck_counts(session, local_date(story.at), story.installation.settings)


def kinds(story: Story, account: str) -> list[str]:
    return [step.wait for step in stuck(story, account)]


def disable(story: Story, account: str) -> None:
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        leaving.disable_user(act, account, reason="调离", despite_open_work=True)


def test_a_site_visit_that_both_officers_are_shut_out_of_is_told_to_the_chief_and_vanishes(served: Served) -> None:
    story = served.story
    story.employ("guan", Role.ADMIN)
    disable(story, "console")  # the console's account is an officer, too
    served.acknowledge()
    served.assess(served.reply(ReplyKind.PLAN))
    assert "verify" not in kinds(story, "ling")
    served.assess(served.reply(ReplyKind.COMPLETION, by="wang"))
    [step] = [step for step in stuck(story, "ling") if step.wait == "verify"]
    assert (step.case_number, step.inside.measure, step.total >= 1) == (served.case, served.measure, True)
    assert "录入或者研判过该反馈" in step.reason
    assert "两名民警共同复查" in step.helps
    [told] = [step for step in stuck(story, "guan") if step.wait == "verify"]
    assert set(told.as_json()) == {
        "key",
        "total",
        "wait",
        "label",
        "unit",
        "organisation",
        "case_number",
        "reason",
        "helps",
    }
    assert counted(story)["待现场复查"] == 1
    with pytest.raises(NotAllowed):
        stuck(story, "clerk")
    story.employ("zhao", Role.OFFICER, by="guan")
    assert "verify" not in kinds(story, "ling")
    assert "待现场复查" not in counted(story)


def test_a_paper_whose_only_reviewer_is_gone_or_wrote_it_is_told(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    assert stuck(story, "ling") == []
    story.do("ling", "recuse", case, who="shen", reason="与当事人有亲属关系")
    [step] = stuck(story, "ling")
    assert (step.wait, step.inside.paper, step.label) == ("review", "D1", "待审核")
    assert "没有可以办理这一步的人员" in step.reason
    assert counted(story) == {"待审核": 1}
    assert [one.case_number for one in stuck(story, "guan")] == [case]
    story.employ("tan", Role.REVIEWER, by="guan")
    assert stuck(story, "ling") == []
    story.do("tan", "approve", case, paper="D1")
    disable(story, "qian")
    [step] = stuck(story, "ling")
    assert step.wait == "sign"


def test_a_deputy_for_today_takes_the_step_of_a_recused_signer_no_further_than_the_right_goes(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    story.employ("dai", Role.SIGNER, by="guan", unit=story.installation.settings.bureau)
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    day = local_date(story.at)
    story.in_office(
        "qian", "authorise-signing", deputy="dai", principal="qian", valid_from=day, valid_until=day, reason="外出"
    )
    assert stuck(story, "ling") == []
    story.do("ling", "recuse", case, who="dai", reason="与当事人有亲属关系")
    story.do("ling", "recuse", case, who="qian", reason="与当事人有亲属关系")
    assert kinds(story, "ling") == ["sign"]


def test_a_case_whose_officer_is_gone_and_a_unit_without_account_are_told_the_own_first(served: Served) -> None:
    story = served.story
    story.employ("guan", Role.ADMIN)
    others = [step for step in stuck(story, "ling") if step.wait == "acknowledge"]
    assert len(others) == len(served.papers) - 1  # the clerk of one recipient has an account
    assert "没有在用的账号" in others[0].reason
    served.acknowledge()
    disable(story, "clerk")
    assert "answer" in kinds(story, "ling")
    disable(story, "li")
    steps = stuck(story, "ling")
    assert steps[0].wait == "carry"
    assert "交接" in steps[0].helps
    pages = [step.key for step in steps]
    with story.installation.database.reading() as session:
        chief = find_actor(session, "ling", story.at)
        rest = stuck_steps(
            session, chief, local_date(story.at), settings=story.installation.settings, after=pages[0], limit=100
        )
    assert [step.key for step in rest] == pages[1:]
    assert rest[0].total == len(rest)


def test_what_the_chief_may_not_know_of_is_not_in_the_chiefs_list(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    case = story.rectifying()
    [proposal] = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.do("li", "submit", case, paper=proposal)
    disable(story, "shen")
    assert "review" not in kinds(story, "ling")
    assert "review" in kinds(story, "li")
    [told] = [step for step in stuck(story, "guan") if step.wait == "review"]
    assert told.case_number is None


def test_disabling_somebody_with_open_work_is_refused_with_the_counts_until_it_is_said_again(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    case = story.file()
    story.file(variant=1)
    story.do("li", "submit", case, paper="D1")

    def attempt(account: str, **said: Any) -> None:
        with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
            leaving.disable_user(act, account, reason="调离", **said)

    with pytest.raises(Conflict) as refused:
        attempt("li")
    assert refused.value.code == "open_work"
    assert "在办案件 2 件" in refused.value.message
    assert "office do hand-over --from-account li" not in refused.value.message
    assert "office hand-over --from-account li" in refused.value.message
    with pytest.raises(Conflict, match="停用后无人可办的步骤 1 项"):
        attempt("shen")
    attempt("ling")  # nothing lies with the chief
    attempt("li", despite_open_work=True)
    with pytest.raises(NotAllowed, match="已停用"):
        story.do("li", "withdraw-finding", case, finding="F1", reason="重复")

    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        leaving.enable_user(act, "li", reason="调回")
    story.do("li", "submit", story.file(variant=2), paper="D1")
    with (
        pytest.raises(Conflict, match="没有停用"),
        acting(story.installation.database, story.installation.settings, "guan", story.at) as act,
    ):
        leaving.enable_user(act, "li", reason="调回")
    with story.installation.database.reading() as session:
        kinds = session.scalars(select(AdminEvent.kind).where(AdminEvent.kind.in_(("user_disabled", "user_enabled"))))
        assert list(kinds) == ["user_disabled", "user_disabled", "user_enabled"]


def test_an_account_that_is_enabled_again_keeps_neither_sessions_nor_password(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        users.set_password(act, "wang", "argon2id of the old one", must_change=False)
    with acting(story.installation.database, story.installation.settings, "wang", story.at) as act:
        begin_session(act, "token of wang", way="password")
    disable(story, "wang")
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        leaving.enable_user(act, "wang", reason="调回")
    with story.installation.database.reading() as session:
        assert password_hash_of(session, "wang", story.at) is None
        idle, longest = timedelta(hours=1), timedelta(hours=8)
        assert session_of(session, "token of wang", story.at, idle=idle, longest=longest) is None


def test_two_officers_look_together_where_both_had_a_part_in_the_reply(served: Served) -> None:
    story = served.story
    story.employ("guan", Role.ADMIN)
    disable(story, "console")
    served.acknowledge()
    served.assess(served.reply(ReplyKind.PLAN))
    served.assess(served.reply(ReplyKind.COMPLETION, by="wang"))
    with pytest.raises(NotAllowed, match="两名民警共同复查"):
        look_on_site(served, "li")
    for nobody_else, said in (("li", "另一名民警"), ("nei", "另一名民警"), ("nobody", "没有账号")):
        with pytest.raises(Refused, match=said):
            look_on_site(served, "li", together_with=nobody_else)
    with pytest.raises(Invalid, match="双方签字的验收记录"):
        look_on_site(served, "li", joint_with="鄂州市交通运输局 赵某")
    look_on_site(served, "li", together_with="wang")
    [event] = served.events("measure_verified")
    assert event.data["together_with"] == "王某"
    with story.installation.database.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.case_number == served.case)).one()
        assert [row.verifier for row in verifications_of(session, case_id)] == ["李某、王某"]
        told = session.scalars(
            select(Message.subject).join(User, User.id == Message.user_id).where(User.account == "wang")
        )
        assert any("共同复查人" in subject for subject in told)
    assert "verify" not in kinds(story, "ling")


def test_the_authority_takes_part_and_its_record_is_kept(served: Served) -> None:
    served.acknowledge()
    served.assess(served.reply(ReplyKind.PLAN))
    served.assess(served.reply(ReplyKind.COMPLETION))
    record = served.story.scan("验收记录")
    look_on_site(served, "li", joint_with="鄂州市交通运输局 赵某", photo=record, photo_name="验收记录.jpg")
    [event] = served.events("measure_verified")
    assert (event.data["joint_with"], event.data["photo"]) == ("鄂州市交通运输局 赵某", record.sha256)
    assert "together_with" not in event.data
