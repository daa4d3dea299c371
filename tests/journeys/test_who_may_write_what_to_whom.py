"""The table of manners at work: form, body, title, closing, series and signer by recipient; who is late gets its due."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.clock.tables import RungFired
from models.kernel.act import acting
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import DocumentForm, DocumentKind, DocumentStatus, OrganisationKind, Role, SealMode
from models.office.commands.organisations import add_organisation
from models.office.commands.users import add_user
from models.office.rules.relations import Group, IssuingBody
from models.office.tables import Organisation
from models.papers.commands.writing_rules import set_manner
from models.papers.filling import frozen
from models.papers.tables import Approval, Document, MannerRow
from models.rectification.commands.escalation import climb
from tests.stories import Story

K = OrganisationKind
RECIPIENTS = {
    # name: (kind, division)
    "鄂州市人民政府": (K.GOVERNMENT, "420700"),
    "鄂州市某管理局": (K.URBAN_MANAGEMENT, "420700"),
    "鄂州市公安局交通警察支队华容大队": (K.POLICE, "420703"),
    "武汉市某管理局": (K.URBAN_MANAGEMENT, "420100"),
    "鄂州市某纪检机关": (K.DISCIPLINE_INSPECTION, "420700"),
}


def recipients(story: Story) -> None:
    with story.installation.database.writing() as session:
        for name, (kind, division) in RECIPIENTS.items():
            known = select(Organisation.id).where(Organisation.name == name, Organisation.division_code == division)
            if session.scalar(known) is None:
                add_organisation(session, name, kind, division_code=division)


def noticed(story: Story, *names: str) -> dict[str, str]:
    """A case under rectification with one more measure for each unit named; returns the case and their notices."""
    recipients(story)
    case = story.file()
    story.address(case)
    for name in names:
        story.do("li", "add-measure", case, text=f"请{name}完善有关设施。", organisation=name)
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Organisation.name, Document.ref)
            .join(Document, Document.recipient_id == Organisation.id)
            .where(Document.kind == DocumentKind.RECTIFICATION_NOTICE)
        )
        return {"case": case, **{row.name: row.ref for row in rows}}


def paper(story: Story, ref: str) -> Document:
    with story.installation.database.reading() as session:
        return session.scalars(select(Document).where(Document.ref == ref)).one()


def change(story: Story, account: str, group: Group, kind: DocumentKind, **given: object) -> int:
    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        return set_manner(act, group, kind, **given)  # type: ignore[arg-type]  # what a wrong caller gets is tested


@pytest.mark.parametrize(
    ("name", "form", "issued_as", "title"),
    [
        ("鄂州市人民政府", DocumentForm.REPORT, "bureau", "整改建议的报告"),
        ("鄂州市某管理局", DocumentForm.LETTER, "unit", "整改措施的函"),
        ("鄂州市公安局交通警察支队华容大队", DocumentForm.NOTICE, "unit", "整改措施的通知"),
        ("武汉市某管理局", DocumentForm.LETTER, "unit", "整改措施的函"),
    ],
)
def test_each_recipient_is_written_to_in_its_form_by_the_body_that_may(
    story: Story, name: str, form: DocumentForm, issued_as: str, title: str
) -> None:
    notices = noticed(story, name)
    found = paper(story, notices[name])
    with story.installation.database.reading() as session:
        issuer = session.get_one(Organisation, found.issuer_id).issues_as
    assert (found.form, issuer) == (form, issued_as)
    assert found.title.endswith(title)


def late(story: Story, name: str) -> str:
    """Serve a unit's notice and let it stay silent past the day on which the receipt was due; returns the case."""
    notices = noticed(story, name)
    case = notices["case"]
    story.issue(case, notices[name])
    story.deliver(case, notices[name])
    story.wait(days=60)
    story.do("system", climb, case)
    story.do("system", climb, case)
    return case


@pytest.mark.parametrize("name", ["鄂州市人民政府", "鄂州市某纪检机关"])
def test_who_may_get_no_order_is_reported_to_our_leaders_once_by_a_draft_that_a_person_sends(
    story: Story, name: str
) -> None:
    case = late(story, name)
    assert story.papers(case, kind=DocumentKind.SUPERVISION_ORDER) == []
    [ref] = story.papers(case, kind=DocumentKind.LATE_REPORT)
    found = paper(story, ref)
    assert (found.status, found.form) == (DocumentStatus.DRAFT, DocumentForm.REPORT)
    assert name not in found.title
    with story.installation.database.reading() as session:
        assert session.get_one(Organisation, found.recipient_id).issues_as == "bureau"
        fired = set(session.scalars(select(RungFired.rung)))
    assert fired <= {"remind.half", "remind.near", "warn"}
    [number] = story.issue(case, ref)
    assert number == "鄂州公交报〔2026〕1号"
    with story.installation.database.reading() as session:
        said = frozen(session, found.id)
    assert said.kind == "late_report"
    [part] = said.advised  # neither a government nor an organ of law is set a limit
    assert (said.late, part.unit, bool(part.matters)) == ((), name, True)


def test_a_unit_elsewhere_that_is_late_is_reminded_by_a_letter_and_ordered_by_nobody(story: Story) -> None:
    case = late(story, "武汉市某管理局")
    assert story.papers(case, kind=DocumentKind.SUPERVISION_ORDER) == []
    [ref] = story.papers(case, kind=DocumentKind.REMINDER)
    assert paper(story, ref).form is DocumentForm.LETTER
    story.issue(case, ref)
    with story.installation.database.reading() as session:
        said = frozen(session, paper(story, ref).id)
    assert said.kind == "reminder"
    assert said.matters


def test_a_peer_that_is_late_gets_an_order_by_the_commission_and_no_report_is_drafted(story: Story) -> None:
    case = late(story, "鄂州市某管理局")
    [ref] = story.papers(case, kind=DocumentKind.SUPERVISION_ORDER)
    with story.installation.database.reading() as session:
        assert session.get_one(Organisation, paper(story, ref).issuer_id).issues_as == "commission"
    assert story.papers(case, kind=DocumentKind.LATE_REPORT) == []


def test_an_order_to_a_superior_is_refused_in_words(story: Story) -> None:
    from models.case.tables import Case
    from models.papers.commands.drafting import draft_paper

    notices = noticed(story, "鄂州市人民政府")
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        case = act.session.scalars(select(Case).where(Case.case_number == notices["case"])).one()
        government = act.session.scalars(select(Organisation.id).where(Organisation.name == "鄂州市人民政府")).one()
        with pytest.raises(WrongStage, match="是本级人民政府，本单位不能直接向其督办；请写入逾期情况报告"):
            draft_paper(act, case, DocumentKind.SUPERVISION_ORDER, government, note="逾期")


def test_a_changed_row_writes_the_next_paper_and_leaves_the_drafted_one_alone(story: Story) -> None:
    notices = noticed(story, "鄂州市某管理局", "鄂州市公安局交通警察支队华容大队")
    case, letter = notices["case"], notices["鄂州市某管理局"]
    version = change(
        story,
        "console",
        Group.DEPARTMENT,
        DocumentKind.RECTIFICATION_NOTICE,
        title="关于请予研究{accident}整改事项的函",
        closing="盼复。",
        series="鄂州公交函",
        reason="局办公室统一公文用语",
    )
    assert version == 2
    assert "商请落实" in paper(story, letter).title
    story.do("li", "void", case, paper=letter, reason="按新的用语重拟")
    [again] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    assert story.issue(case, again) == ["鄂州公交函〔2025〕1号"]
    found = paper(story, again)
    assert found.title.startswith("关于请予研究")
    with story.installation.database.reading() as session:
        assert frozen(session, found.id).head.closing == "盼复。"
        assert session.scalars(select(MannerRow.reason).where(MannerRow.version == 2)).all() == ["局办公室统一公文用语"]
        assert session.scalars(select(AdminEvent.why).where(AdminEvent.kind == "manner_set")).all()
    assert story.issue(case, notices["鄂州市公安局交通警察支队华容大队"]) == ["鄂州公交整〔2025〕1号"]
    story.do("qian", "void", case, paper=again, reason="对象有误")


def test_a_row_may_ask_for_a_seal_that_the_installation_does_not(story: Story) -> None:
    notices = noticed(story, "鄂州市公安局交通警察支队华容大队")
    case = notices["case"]
    row = (Group.SUBORDINATE, DocumentKind.RECTIFICATION_NOTICE)
    change(story, "console", *row, seal=SealMode.PAPER, reason="通知一律用印")
    story.do("li", "void", case, paper=notices["鄂州市公安局交通警察支队华容大队"], reason="按新规则重拟")
    [again] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, again)
    with pytest.raises(WrongStage, match="尚未用印"):
        story.do("li", "deliver", case, paper=again)


def test_a_row_may_name_who_must_sign(story: Story) -> None:
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        add_user(act, "zheng", "郑某", story.installation.settings.unit, [Role.SIGNER])
    row = (Group.SUBORDINATE, DocumentKind.RECTIFICATION_NOTICE)
    change(story, "console", *row, signer="zheng", reason="分管领导签发通知")
    notices = noticed(story, "鄂州市公安局交通警察支队华容大队")
    case, notice = notices["case"], notices["鄂州市公安局交通警察支队华容大队"]
    story.do("li", "submit", case, paper=notice)
    story.do("shen", "approve", case, paper=notice)
    with pytest.raises(NotAllowed, match="不由您审批"):
        story.do("qian", "sign", case, paper=notice)
    story.do("zheng", "sign", case, paper=notice)
    with story.installation.database.reading() as session:
        assert session.scalars(select(Approval.user_id).where(Approval.user_id.is_not(None))).all()


def test_each_mistake_in_a_row_is_refused_in_words_and_only_administrators_may_set_it(story: Story) -> None:
    row = (Group.DEPARTMENT, DocumentKind.RECTIFICATION_NOTICE)
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        add_user(act, "guan", "管某", story.installation.settings.unit, [Role.ADMIN])
    for account in ("li", "qian", "ling", "console"):
        with pytest.raises(NotAllowed, match="管理员"):
            change(story, account, *row, closing="请复。", reason="统一用语")
    with pytest.raises(Invalid, match="理由"):
        change(story, "guan", *row, closing="请复。", reason=" ")
    with pytest.raises(Invalid, match="没有任何改动"):
        change(story, "guan", *row, reason="统一用语")
    with pytest.raises(Invalid, match="1处错误"):
        change(story, "guan", *row, title="关于{谁}的函", reason="统一用语")
    with pytest.raises(NotFound, match="没有签发权限"):
        change(story, "guan", *row, signer="li", reason="指定签发人")
    with pytest.raises(Conflict, match="其他发文机关"):
        change(story, "guan", *row, issued_by=IssuingBody.CITY_BUREAU, series="鄂州公交整", reason="改用局文")
    with pytest.raises(NotFound, match="不制发限期落实督办单"):
        change(story, "guan", Group.SUPERIOR, DocumentKind.SUPERVISION_ORDER, closing="请复。", reason="试")


def test_superiors_and_other_cities_are_neither_lit_nor_counted(story: Story) -> None:
    from models.clock.queries.lights import unlit_units

    late(story, "鄂州市人民政府")
    with story.installation.database.reading() as session:
        government = session.scalars(select(Organisation.id).where(Organisation.name == "鄂州市人民政府")).one()
        assert government in unlit_units(session)
