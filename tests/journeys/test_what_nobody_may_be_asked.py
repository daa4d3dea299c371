"""Orders, talks and proposals that may not be: refused in one sentence that says what is open, at every door."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from models.accountability.tables import AccountabilityEvidence, AccountabilityItem
from models.case.tables import Case
from models.clock.queries.lights import unlit_units
from models.kernel.act import acting
from models.kernel.errors import Conflict, Invalid, Refused, WrongStage
from models.kernel.tables import Event, Message
from models.kernel.vocabulary import AccountabilityCategory, DocumentKind, OrganisationKind, Relation, Role, Stage
from models.office.commands.organisations import add_organisation
from models.office.rules.relations import Group
from models.office.tables import Organisation, User
from models.papers.commands.drafting import draft_paper
from models.papers.commands.writing_rules import set_manner
from models.papers.filling import frozen
from models.papers.tables import Document
from models.rectification.commands.escalation import climb
from models.rectification.tables import Talk
from tests.stories import Story

K, D = OrganisationKind, DocumentKind
UNITS = {
    # name: (kind, division, what the refusal of an order says)
    "湖北省某交通部门": (K.TRANSPORT, "420000", "当地上一级其他系统单位"),
    "国家某交通部门": (K.TRANSPORT, None, "高两级以上"),
    "鄂州市某运输公司": (K.ENTERPRISE, "420704", "辖区企业"),
    "鄂城区人民政府": (K.GOVERNMENT, "420704", "下级人民政府"),
    "鄂州市人民政府": (K.GOVERNMENT, "420700", "本级人民政府"),
    "某综合管理机构": (K.TRANSPORT, None, "情况不明的单位"),
    "鄂州市某管理局": (K.URBAN_MANAGEMENT, "420700", ""),
}
NEVER = tuple(name for name, (*_, said) in UNITS.items() if said)
# Whom we may write to ourselves, and what our leaders or the unit itself get when it is late.
LATE = {"湖北省某交通部门": D.LATE_REPORT, "鄂州市某运输公司": D.REMINDER, "鄂州市人民政府": D.LATE_REPORT}


def place(story: Story) -> None:
    with story.installation.database.writing() as session:
        for name, (kind, division, _) in UNITS.items():
            if session.scalar(select(Organisation.id).where(Organisation.name == name)) is None:
                add_organisation(session, name, kind, division_code=division)


def served(story: Story, name: str) -> str:
    """A case in which one measure is in this unit's hands and its notice served; returns the case."""
    place(story)
    case = story.file()
    story.address(case)
    story.do("li", "add-measure", case, text="请完善有关设施。", organisation=name)
    story.issue(case, "D1")
    return noticed(story, case, name)


def noticed(story: Story, case: str, name: str) -> str:
    """Draft, issue and serve a unit's notice; returns the case."""
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    with story.installation.database.reading() as session:
        notice = session.scalars(
            select(Document.ref)
            .join(Organisation, Organisation.id == Document.recipient_id)
            .where(Document.kind == D.RECTIFICATION_NOTICE, Organisation.name == name)
        ).one()
    story.issue(case, notice)
    story.deliver(case, notice)
    return case


def unit(story: Story, name: str) -> int:
    with story.installation.database.reading() as session:
        return session.scalars(select(Organisation.id).where(Organisation.name == name)).one()


def fix(story: Story, name: str, relation: Relation) -> None:
    story.employ("guan", Role.ADMIN)
    story.in_office("guan", "edit-organisation", organisation=name, relation=relation, reason="已核实隶属关系")


@pytest.mark.parametrize("name", LATE)
def test_the_clock_orders_nobody_above_us_and_no_enterprise_but_tells_our_leaders(story: Story, name: str) -> None:
    case = served(story, name)
    story.wait(days=90)
    for _ in range(3):
        story.do("system", climb, case)
        story.wait(days=20)
    assert story.papers(case, kind=D.SUPERVISION_ORDER) == []
    assert len(story.papers(case, kind=LATE[name])) == 1
    assert len(story.papers(case, kind=D.LATE_REPORT)) == 1
    with story.installation.database.reading() as session:
        assert session.scalars(select(Talk.id)).all() == []
        leader = session.scalars(select(User.id).where(User.account == "ling")).one()
        assert session.scalars(select(Message.id).where(Message.user_id == leader)).all()


def test_our_bureau_is_not_told_in_a_report_what_it_has_not_done_itself(story: Story) -> None:
    case = served(story, "鄂州市公安局")
    story.wait(days=90)
    story.do("system", climb, case)
    with story.installation.database.reading() as session:
        reports = session.scalars(select(Document.id).where(Document.kind == D.LATE_REPORT)).all()
    assert reports == []


# An enterprise of the place may be summoned by the commission under its rules, and is ordered by nobody.
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (name, kind)
        for name in NEVER
        for kind in (D.SUPERVISION_ORDER, D.TALK_NOTICE, D.TALK_MINUTES)
        if name != "鄂州市某运输公司" or kind is D.SUPERVISION_ORDER
    ],
)
def test_no_hand_drafts_what_the_clock_may_not(story: Story, name: str, kind: DocumentKind) -> None:
    place(story)
    case_number = story.file()
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        case = act.session.scalars(select(Case).where(Case.case_number == case_number)).one()
        recipient = act.session.scalars(select(Organisation.id).where(Organisation.name == name)).one()
        with pytest.raises(WrongStage, match=f"^{name}是{UNITS[name][2]}.*本单位不能直接.*请") as refused:
            draft_paper(act, case, kind, recipient)
    assert refused.value.message.count("。") == 1


def test_an_edited_table_does_not_lift_the_rule(story: Story) -> None:
    place(story)
    case_number = story.file()
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        set_manner(act, Group.ENTERPRISE, D.SUPERVISION_ORDER, closing="请立即落实。", reason="统一用语")
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        case = act.session.scalars(select(Case).where(Case.case_number == case_number)).one()
        recipient = act.session.scalars(select(Organisation.id).where(Organisation.name == "鄂州市某运输公司")).one()
        with pytest.raises(WrongStage, match="请函商本级行业主管部门办理"):
            draft_paper(act, case, D.SUPERVISION_ORDER, recipient)


def test_a_level_that_a_person_settled_is_known(story: Story) -> None:
    name = "某综合管理机构"
    place(story)
    with pytest.raises(Invalid, match="有1个单位的情况不明") as refused:
        served(story, name)
    assert [fault.path for fault in refused.value.faults] == [f"{name} 层级"]
    fix(story, name, Relation.PEER)
    with story.installation.database.reading() as session:
        case_number = session.scalars(select(Case.case_number)).one()
    case_number = noticed(story, case_number, name)
    story.wait(days=90)
    story.do("system", climb, case_number)
    assert story.papers(case_number, kind=D.SUPERVISION_ORDER)


def test_who_stands_above_us_shows_no_light(story: Story) -> None:
    served(story, "湖北省某交通部门")
    with story.installation.database.reading() as session:
        dark = unlit_units(session)
    assert unit(story, "湖北省某交通部门") in dark


def test_a_talk_proposed_earlier_with_who_is_never_summoned_can_only_be_declined(story: Story) -> None:
    case = served(story, "湖北省某交通部门")
    with story.installation.database.writing() as session:
        row = Talk(
            case_id=session.scalars(select(Case.id).where(Case.case_number == case)).one(),
            organisation_id=session.scalars(
                select(Organisation.id).where(Organisation.name == "湖北省某交通部门")
            ).one(),
            state="proposed",
            reason="督办后仍未落实",
            proposed_at=story.at,
        )
        session.add(row)
        session.flush()
        talk = row.id
    with pytest.raises(WrongStage, match="是当地上一级其他系统单位，本单位不能直接向其约谈；请"):
        story.do("ling", "decide-talk", case, talk=talk, approve=True)
    story.do("ling", "decide-talk", case, talk=talk, approve=False, reason="改由上级机关商请")


def test_an_order_on_its_way_stops_where_its_recipient_turns_out_to_stand_above_us(story: Story) -> None:
    name = "鄂州市某管理局"
    case = served(story, name)
    story.wait(days=90)
    story.do("system", climb, case)
    [order] = story.papers(case, kind=D.SUPERVISION_ORDER)
    story.do("li", "confirm-no-reply", case, paper=order)
    story.do("li", "submit", case, paper=order)
    story.do("shen", "approve", case, paper=order)
    fix(story, name, Relation.SUPERIOR)
    with pytest.raises(WrongStage, match=f"{name}是当地上一级其他系统单位，本单位不能直接向其督办"):
        story.do("qian", "sign", case, paper=order)
    story.do("qian", "return", case, paper=order, reason="对象有误")
    with pytest.raises(WrongStage, match="不能直接向其督办"):
        story.do("li", "submit", case, paper=order)
    story.do("li", "void", case, paper=order, reason="对象有误")


ORGANS = {
    "鄂州市某运输公司": "是辖区企业或者检验检测机构，本单位不能直接向其提出倒查问责建议；请按干部管理权限",
    "鄂州市人民政府": "是本级人民政府，本单位不能直接向其提出倒查问责建议；请由公安机关另行请示",
    "鄂城区人民政府": "的层级低于问责事项所涉单位，没有管理权限",
    "湖北省某交通部门": "请以请示报请上级公安机关办理",
    "国家某交通部门": "请以请示报请上级公安机关办理",
    "某综合管理机构": "请先由管理员在单位管理中确认该单位的层级",
    "鄂州市城市管理执法委员会": "是问责事项所涉单位本身",
}


@pytest.mark.parametrize("organ", ORGANS)
def test_no_item_names_an_organ_that_cannot_be_asked(story: Story, organ: str) -> None:
    place(story)
    case = story.file()
    with pytest.raises(Invalid, match=f"^{organ}.*{ORGANS[organ]}"):
        story.do("li", "confirm-organ", case, item="A2", organ=organ)
    with pytest.raises(Invalid, match=f"^{organ}.*{ORGANS[organ]}"):
        story.do(
            "li",
            "add-accountability",
            case,
            organisation="鄂州市城市管理执法委员会",
            category=AccountabilityCategory.OTHER,
            text="设施损坏未及时修复。",
            findings=["F2"],
            organ=organ,
        )


def test_the_government_above_us_is_no_subject_of_our_proposals(story: Story) -> None:
    place(story)
    case = story.file()
    with pytest.raises(
        Invalid, match=r"^鄂州市人民政府是本单位的上级党委或者政府，本单位不能.*；请由公安机关另行请示。$"
    ):
        story.do(
            "li",
            "add-accountability",
            case,
            organisation="鄂州市人民政府",
            category=AccountabilityCategory.OTHER,
            text="隐患治理未列入计划。",
            findings=["F2"],
            organ=story.discipline(),
        )


def test_a_subject_without_evidence_is_in_no_proposal_until_somebody_completes_it(story: Story) -> None:
    case = story.rectifying(bare=True)
    with story.installation.database.writing() as session:
        session.query(AccountabilityEvidence).delete()
    with pytest.raises(Invalid, match=r"^问责事项A2缺少证据，请补充后再列入建议书"):
        story.do("li", "prepare", case, kind=D.ACCOUNTABILITY_PROPOSAL)
    evidence = story.do("li", "add-evidence", case, title="路灯管护台账复印件", reference="调查卷宗")
    story.do("li", "edit-accountability", case, item="A2", evidence=[evidence])
    [proposal] = story.do("li", "prepare", case, kind=D.ACCOUNTABILITY_PROPOSAL)
    story.issue(case, proposal)
    with story.installation.database.reading() as session:
        row = session.scalars(select(Document).where(Document.ref == proposal)).one()
        said = frozen(session, row.id)
        assert said.kind == "accountability_proposal"
        [subject] = said.subjects
    assert evidence in subject.evidence
    with pytest.raises(Conflict, match="已提交，不能再修改"):
        story.do("li", "edit-accountability", case, item="A2", duty="管护路灯")


def test_what_findings_do_not_say_is_said_of_the_item_also_after_the_report(story: Story) -> None:
    case = story.rectifying()
    item = story.do(
        "li",
        "add-accountability",
        case,
        organisation="鄂州市城市管理执法委员会",
        category=AccountabilityCategory.OTHER,
        text="巡查流于形式。",
        organ=story.discipline(),
    )
    drafted = story.do("li", "prepare", case, kind=D.ACCOUNTABILITY_PROPOSAL)
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document).where(Document.ref == drafted[0])).one()
        assert paper.note is not None
        assert f"问责事项{item}缺少职责、依据、事实、证据" in paper.note
        assert session.scalars(select(AccountabilityItem.document_id).where(AccountabilityItem.ref == item)).all() == [
            None
        ]
    story.prove(case, item)
    story.do(
        "li",
        "edit-accountability",
        case,
        item=item,
        duty="定期巡查路灯并及时修复",
        legal_basis=["《中华人民共和国道路交通安全法》第三十条第一款"],
        facts="2025年4月至5月的巡查记录没有记载路灯损坏",
    )
    [second] = story.do("li", "prepare", case, kind=D.ACCOUNTABILITY_PROPOSAL)
    story.issue(case, second)
    with story.installation.database.reading() as session:
        changed = session.scalars(select(Event).where(Event.kind == "accountability_changed")).all()
        assert len(changed) == 3


def test_a_proposal_drafted_earlier_is_not_signed_while_a_subject_lacks_something(story: Story) -> None:
    case = story.rectifying(bare=True)
    [proposal] = story.do("li", "prepare", case, kind=D.ACCOUNTABILITY_PROPOSAL)
    story.do("li", "submit", case, paper=proposal)
    story.do("shen", "approve", case, paper=proposal)
    with story.installation.database.writing() as session:
        session.query(AccountabilityEvidence).delete()
    with pytest.raises(WrongStage, match=r"^问责事项A2缺少证据"):
        story.do("qian", "sign", case, paper=proposal)
    story.do("qian", "return", case, paper=proposal, reason="补充证据")
    with pytest.raises(WrongStage, match=r"^问责事项A2缺少证据"):
        story.do("li", "submit", case, paper=proposal)
    story.prove(case, "A2")
    story.issue(case, proposal)


def test_a_proposal_drafted_earlier_to_the_body_it_is_about_is_not_signed(story: Story) -> None:
    case = story.rectifying()
    [proposal] = story.do("li", "prepare", case, kind=D.ACCOUNTABILITY_PROPOSAL)
    concerned = unit(story, "鄂州市城市管理执法委员会")
    with story.installation.database.writing() as session:
        session.execute(update(Document).where(Document.ref == proposal).values(recipient_id=concerned))
        session.execute(
            update(AccountabilityItem).where(AccountabilityItem.ref == "A2").values(competent_organ_id=concerned)
        )
    with pytest.raises(WrongStage, match="是问责事项所涉单位本身"):
        story.do("li", "submit", case, paper=proposal)


def test_a_case_whose_subject_stays_open_reaches_its_archive_by_a_reasoned_decision(story: Story) -> None:
    case = story.rectifying()
    with story.installation.database.writing() as session:
        session.query(AccountabilityEvidence).delete()
    notices = story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    story.finish(case)
    with pytest.raises(Refused, match="倒查问责建议书未送达，也未认定不适用"):
        story.do("dang", "archive", case)
    story.do("ling", "mark-not-applicable", case, kind=D.ACCOUNTABILITY_PROPOSAL, reason="证据不足，另行移送线索")
    story.do("dang", "archive", case)
    with story.installation.database.reading() as session:
        assert session.scalars(select(Case.stage).where(Case.case_number == case)).one() is Stage.ARCHIVED
