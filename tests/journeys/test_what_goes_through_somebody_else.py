"""Competence before form: what may not go straight is asked of who may write it; recorded papers open a way, dated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting, find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import (
    AssignmentState,
    AuthorityKind,
    DocumentForm,
    DocumentKind,
    Level,
    OrganisationKind,
    Outcome,
    Purpose,
    Role,
    Standing,
)
from models.office.commands.organisations import add_organisation
from models.office.queries.authorities import authority_list
from models.office.rules.competence import Way
from models.office.rules.stands import Stand
from models.office.tables import Authority, Organisation
from models.papers.commands.drafting import draft_paper
from models.papers.filling import content, frozen
from models.papers.queries.writing import ask
from models.papers.tables import Document
from models.rectification.commands.escalation import climb
from models.rectification.tables import Assignment
from tests.stories import Story

K, D = OrganisationKind, DocumentKind
UNITS = {
    "鄂城区人民政府": (K.GOVERNMENT, "420704"),
    "鄂城区某管理局": (K.URBAN_MANAGEMENT, "420704"),
    "国家某主管部门": (K.TRANSPORT, None),
    "鄂州市某管理局": (K.HOUSING, "420700"),
}


def asked(story: Story, name: str) -> tuple[str, str]:
    """A case with a measure for a unit, its report signed and its papers drafted; returns the case and the unit's paper."""
    with story.installation.database.writing() as session:
        kind, division = UNITS[name]
        if session.scalar(select(Organisation.id).where(Organisation.name == name)) is None:
            add_organisation(session, name, kind, division_code=division)
    case = story.file()
    story.address(case)
    measure = story.do("li", "add-measure", case, text="请完善有关设施。", organisation=name)
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    with story.installation.database.reading() as session:
        paper = session.scalars(
            select(Document.ref)
            .join(Assignment, Assignment.notice_id == Document.id)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .where(Organisation.name == name)
        ).one()
    assert measure
    return case, paper


def document(story: Story, ref: str) -> tuple[Document, str, str]:
    """Return a paper, what its issuer issues as, and its recipient's name."""
    with story.installation.database.reading() as session:
        row = session.scalars(select(Document).where(Document.ref == ref)).one()
        issuer = session.get_one(Organisation, row.issuer_id).issues_as or ""
        return row, issuer, session.get_one(Organisation, row.recipient_id).name


def states(story: Story, name: str) -> list[tuple[AssignmentState, Outcome | None]]:
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Assignment.state, Assignment.outcome)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .where(Organisation.name == name)
        )
        return [(row.state, row.outcome) for row in rows]


def forget(story: Story, *kinds: AuthorityKind) -> None:
    """Let the office have no such papers on record."""
    with story.installation.database.reading() as session:
        held = session.scalars(select(Authority.id).where(Authority.kind.in_(kinds))).all()
    for authority in held:
        with story.installation.database.writing() as session:
            session.execute(delete(Authority).where(Authority.id == authority))
    story.employ("guan", Role.ADMIN)  # an act of administrators: what is remembered of the rules is read anew


def record(story: Story, kind: AuthorityKind, number: str, **said: object) -> int:
    given = {"given_by": "某机关", "scope": "整改事项", "file_name": "凭据.pdf", "valid_from": story.at.date(), **said}
    return int(
        story.in_office("nei", "record-authority", basis_kind=kind, number=number, scan=story.scan(number), **given)
    )


@pytest.mark.parametrize(
    ("name", "kind", "form", "recipient"),
    [
        ("鄂城区人民政府", D.REQUEST_FOR_INSTRUCTIONS, DocumentForm.REQUEST, "鄂州市公安局"),
        ("国家某主管部门", D.REQUEST_FOR_INSTRUCTIONS, DocumentForm.REQUEST, "鄂州市公安局"),
        ("鄂城区某管理局", D.REFERRAL_LETTER, DocumentForm.LETTER, "鄂州市城市管理执法委员会"),
    ],
)
def test_what_may_not_go_straight_is_asked_of_who_may_write_it(
    story: Story, name: str, kind: DocumentKind, form: DocumentForm, recipient: str
) -> None:
    case, ref = asked(story, name)
    paper, issuer, to = document(story, ref)
    assert (paper.kind, paper.form, issuer, to) == (kind, form, "unit", recipient)
    assert paper.note is not None
    assert paper.note.startswith(f"{name}是")
    story.issue(case, ref)
    story.deliver(case, ref)
    assert states(story, name) == [(AssignmentState.REFERRED, None)]
    with story.installation.database.reading() as session:
        said = frozen(session, paper.id)
    assert said.kind in ("request_for_instructions", "referral_letter")
    assert (said.unit, [one.text for one in said.measures]) == (name, ["请完善有关设施。"])


def test_a_measure_that_waits_on_somebody_else_is_late_for_nobody_and_ends_with_the_answer(story: Story) -> None:
    case, ref = asked(story, "国家某主管部门")
    story.issue(case, ref)
    story.deliver(case, ref)
    story.wait(days=90)
    story.do("system", climb, case)
    late = [one for kind in (D.SUPERVISION_ORDER, D.REMINDER) for one in story.papers(case, kind=kind)]
    assert "国家某主管部门" not in [document(story, one)[2] for one in late]
    about = {"measure": "M3", "organisation": "国家某主管部门"}
    with pytest.raises(WrongStage, match="已转请办理"):
        story.do("li", "verify", case, passed=True, place="现场", note="查看", **about)
    with pytest.raises(Invalid, match="理由"):
        story.do("li", "close-measure", case, outcome=Outcome.ANSWERED, **about)
    story.do(
        "li", "close-measure", case, outcome=Outcome.ANSWERED, reason="市公安局鄂州公复〔2026〕3号：已函请办理", **about
    )
    assert states(story, "国家某主管部门") == [(AssignmentState.CLOSED, Outcome.ANSWERED)]


def test_only_what_was_referred_ends_with_an_answer_or_undecided(story: Story) -> None:
    case, _ = asked(story, "鄂州市某管理局")
    with pytest.raises(WrongStage, match="不能登记转请办理的结果"):
        story.do(
            "li",
            "close-measure",
            case,
            measure="M3",
            organisation="鄂州市某管理局",
            outcome=Outcome.UNDECIDED,
            reason="无",
        )


def test_a_recorded_consent_opens_the_notice_to_a_lower_government_on_its_days(story: Story) -> None:
    case, ref = asked(story, "鄂城区人民政府")
    story.do("li", "void", case, paper=ref, reason="已取得同意")
    record(
        story,
        AuthorityKind.CONSENT,
        "鄂州政办函〔2025〕9号",
        organisation="鄂城区人民政府",
        purposes=[Purpose.ADVISE],
        valid_until=story.at.date() + timedelta(days=30),
    )
    [again] = story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    paper, issuer, to = document(story, again)
    assert (paper.kind, paper.form, issuer, to) == (
        D.RECTIFICATION_NOTICE,
        DocumentForm.NOTICE,
        "bureau",
        "鄂城区人民政府",
    )
    story.do("li", "submit", case, paper=again)
    story.do("shen", "approve", case, paper=again)
    with story.installation.database.reading() as session:
        said = content(session, paper.id, settings=story.installation.settings, rules=rulebook(session))
    assert said.kind == "rectification_notice"
    assert said.consents == ("鄂州政办函〔2025〕9号",)
    story.wait(days=31)
    with pytest.raises(WrongStage, match=r"是下级人民政府.*请先请示本级人民政府"):
        story.do("qian", "sign", case, paper=again)


def test_without_independent_standing_the_bureau_writes_to_a_peer(story: Story) -> None:
    forget(story, AuthorityKind.INDEPENDENT)
    _, ref = asked(story, "鄂州市某管理局")
    paper, issuer, _ = document(story, ref)
    assert (paper.form, issuer) == (DocumentForm.LETTER, "bureau")


def test_what_ended_while_a_paper_was_on_its_way_opens_it_no_more(story: Story) -> None:
    case, ref = asked(story, "鄂州市某管理局")
    assert document(story, ref)[1] == "unit"
    story.do("li", "submit", case, paper=ref)
    story.do("shen", "approve", case, paper=ref)
    forget(story, AuthorityKind.INDEPENDENT)
    with pytest.raises(WrongStage, match="请以公安局名义以函行文。请作废后重新拟制"):
        story.do("qian", "sign", case, paper=ref)
    story.do("qian", "return", case, paper=ref, reason="行文权限已变化")
    story.do("li", "void", case, paper=ref, reason="行文权限已变化")
    [again] = story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    assert document(story, again)[1] == "bureau"
    story.issue(case, again)


def test_a_unit_placed_anew_while_its_notice_was_drafted_gets_it_in_its_own_form(story: Story) -> None:
    name = "鄂州市公安局交通警察支队某大队"
    UNITS[name] = (K.POLICE, "420703")
    case, ref = asked(story, name)
    assert document(story, ref)[0].form is DocumentForm.NOTICE
    story.employ("guan", Role.ADMIN)
    story.in_office("guan", "edit-organisation", organisation=name, unit_level=Level.CITY, reason="体制调整")
    with pytest.raises(WrongStage, match="现应以函行文，请作废后重新拟制"):
        story.do("li", "submit", case, paper=ref)


def test_a_paper_rests_on_what_counted_on_the_day_that_it_bears(story: Story) -> None:
    case, ref = asked(story, "鄂城区人民政府")
    story.do("li", "void", case, paper=ref, reason="已取得同意")
    last = story.at.date() + timedelta(days=5)
    of = {"organisation": "鄂城区人民政府", "purposes": [Purpose.ADVISE]}
    record(story, AuthorityKind.CONSENT, "鄂州政办函〔2025〕9号", **of, valid_until=last)
    [again] = story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    story.do("li", "submit", case, paper=again)
    story.do("shen", "approve", case, paper=again)
    within, between = story.at + timedelta(days=2), story.at + timedelta(days=7)
    story.wait(days=12)
    record(story, AuthorityKind.CONSENT, "鄂州政办函〔2025〕10号", **of)
    said = {"paper": again, "leader": "qian", "approve": True, "scan_name": "批示.pdf", "scan": story.scan("批示")}
    with pytest.raises(WrongStage, match="请先请示本级人民政府"):
        story.do("nei", "record-decision", case, **said, happened_at=between)
    story.do("nei", "record-decision", case, **said, happened_at=within)
    with story.installation.database.reading() as session:
        assert frozen(session, document(story, again)[0].id).consents == ("鄂州政办函〔2025〕9号",)


def test_without_the_rule_of_the_commission_there_is_no_order_but_a_reminder(story: Story) -> None:
    forget(story, AuthorityKind.COMMISSION_RULE)
    case, ref = asked(story, "鄂州市某管理局")
    story.issue(case, ref)
    story.deliver(case, ref)
    story.wait(days=60)
    story.do("system", climb, case)
    assert story.papers(case, kind=D.SUPERVISION_ORDER) == []
    reminders = [document(story, one) for one in story.papers(case, kind=D.REMINDER)]
    assert "鄂州市某管理局" in [to for _, _, to in reminders]
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        row = act.session.scalars(select(Case).where(Case.case_number == case)).one()
        unit = act.session.scalars(select(Organisation.id).where(Organisation.name == "鄂州市某管理局")).one()
        with pytest.raises(WrongStage, match=r"请改用催办函或者提示函，或者请先登记道路交通安全委员会的规则"):
            draft_paper(act, row, D.SUPERVISION_ORDER, unit)


def test_an_unknown_level_is_decided_by_a_person_first(story: Story) -> None:
    UNITS["某联合体"] = (K.OTHER, "420704")
    with pytest.raises(Invalid, match="1个单位的情况不明") as refused:
        asked(story, "某联合体")
    assert [fault.path for fault in refused.value.faults] == ["某联合体 层级"]
    story.employ("guan", Role.ADMIN)
    story.in_office(
        "guan", "edit-organisation", organisation="某联合体", unit_level=Level.UNDETERMINED, reason="无法确认"
    )
    with story.installation.database.reading() as session:
        case = session.scalars(select(Case.case_number)).one()
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    assert story.papers(case, kind=D.REQUEST_FOR_INSTRUCTIONS)


def test_a_paper_on_record_is_ended_and_not_changed_and_each_mistake_is_named(story: Story) -> None:
    with pytest.raises(Invalid, match="3处不合格") as refused:
        record(story, AuthorityKind.CONSENT, " ", scope=" ", valid_from=story.at.date())
    assert {fault.path for fault in refused.value.faults} == {"文号", "适用范围", "单位"}
    with pytest.raises(NotAllowed, match="内勤"):
        story.in_office(
            "li",
            "record-authority",
            basis_kind=AuthorityKind.AUTHORISATION,
            number="1号",
            given_by="某机关",
            scope="整改",
            scan=story.scan(),
            file_name="a.pdf",
            valid_from=story.at.date(),
        )
    number = record(story, AuthorityKind.AUTHORISATION, "鄂州政〔2025〕1号")
    with pytest.raises(Conflict, match="已经登记"):
        record(story, AuthorityKind.AUTHORISATION, "鄂州政〔2025〕1号")
    with pytest.raises(Invalid, match="终止日期"):
        story.in_office(
            "nei", "end-authority", authority=number, reason="撤回", last_day=story.at.date() + timedelta(days=1)
        )
    story.in_office("nei", "end-authority", authority=number, reason="市政府撤回")
    with pytest.raises(Conflict, match="已经终止"):
        story.in_office("nei", "end-authority", authority=number, reason="再次")
    story.wait(days=1)
    with story.installation.database.reading() as session:
        shown = authority_list(session, find_actor(session, "li", story.at), story.at.date())
    assert next((one.number, one.in_force) for one in shown) == ("鄂州政〔2025〕1号", False)


def test_what_the_party_committee_approved_is_seen_by_who_recorded_it_and_by_those_who_sign(story: Story) -> None:
    record(story, AuthorityKind.PARTY_APPROVAL, "局党委〔2025〕7次", organisation=story.discipline())
    with story.installation.database.reading() as session:
        seen = {
            account: any(
                one.kind is AuthorityKind.PARTY_APPROVAL
                for one in authority_list(session, find_actor(session, account, story.at), story.at.date())
            )
            for account in ("nei", "qian", "ling", "li", "dang")
        }
    assert seen == {"nei": True, "qian": True, "ling": True, "li": False, "dang": False}


def test_a_place_sets_a_row_of_its_own_with_its_basis_and_never_opens_what_is_never_open(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    row = {
        "issuer_standing": Standing.TRAFFIC_POLICE,
        "recipient_stand": Stand.PEER,
        "purpose": Purpose.ADVISE,
        "valid_from": story.at.date(),
        "basis": "鄂州市公文处理办法第九条",
        "reason": "按本市规定",
    }
    with pytest.raises(Invalid, match="任何本地规定都不得放开"):
        story.in_office(
            "guan",
            "set-competence",
            **{**row, "recipient_stand": Stand.OWN_GOVERNMENT, "purpose": Purpose.ORDER},
            way=Way.DIRECT,
        )
    with pytest.raises(Invalid, match="请写明依据"):
        story.in_office("guan", "set-competence", **{**row, "basis": " "}, way=Way.BY_BUREAU)
    with pytest.raises(Invalid, match="失效日期"):
        story.in_office(
            "guan", "set-competence", **row, way=Way.BY_BUREAU, valid_until=story.at.date() - timedelta(days=1)
        )
    with pytest.raises(NotAllowed):
        story.in_office("li", "set-competence", **row, way=Way.BY_BUREAU)
    assert story.in_office("guan", "set-competence", **row, way=Way.BY_BUREAU) == 1
    assert story.in_office("guan", "set-competence", **row, way=Way.BY_BUREAU) == 2
    _, ref = asked(story, "鄂州市某管理局")
    assert document(story, ref)[1] == "bureau"


def test_a_row_of_the_place_that_ended_counts_to_its_last_day_and_the_shipped_ones_count_again(story: Story) -> None:
    story.employ("guan", Role.ADMIN)
    row = {"issuer_standing": Standing.TRAFFIC_POLICE, "recipient_stand": Stand.PEER, "purpose": Purpose.ADVISE}
    said = {"basis": "鄂州市公文处理办法第九条", "reason": "按本市规定", "valid_from": story.at.date()}
    story.in_office("guan", "set-competence", **row, **said, way=Way.BY_BUREAU)
    with pytest.raises(NotAllowed):
        story.in_office("li", "end-competence", competence=1, reason="无")
    tomorrow = story.at.date() + timedelta(days=1)
    with pytest.raises(Invalid, match="终止日期"):
        story.in_office("guan", "end-competence", competence=1, reason="无", last_day=tomorrow)
    story.in_office("guan", "end-competence", competence=1, reason="办法修订")
    with pytest.raises(Conflict, match="已经终止"):
        story.in_office("guan", "end-competence", competence=1, reason="再次")
    with pytest.raises(NotFound, match="没有9号"):
        story.in_office("guan", "end-competence", competence=9, reason="无")
    story.wait(days=1)
    _, ref = asked(story, "鄂州市某管理局")
    assert document(story, ref)[1] == "unit"


def test_title_and_article_of_the_rule_stand_in_the_order_that_rests_on_it(story: Story) -> None:
    forget(story, AuthorityKind.COMMISSION_RULE)
    cited = {"title": "《某市道路交通安全委员会工作规则》", "article": " 第十六条第二款 "}
    record(story, AuthorityKind.COMMISSION_RULE, "某道安委〔2025〕3号", scope="督办、约谈", **cited)
    case, ref = asked(story, "鄂州市某管理局")
    story.issue(case, ref)
    story.deliver(case, ref)
    story.wait(days=60)
    story.do("system", climb, case)
    orders = [document(story, one) for one in story.papers(case, kind=D.SUPERVISION_ORDER)]
    paper = next(row for row, _, to in orders if to == "鄂州市某管理局")
    with story.installation.database.reading() as session:
        said = content(session, paper.id, settings=story.installation.settings, rules=rulebook(session))
    assert said.kind == "supervision_order"
    assert said.power == "依据《某市道路交通安全委员会工作规则》（某道安委〔2025〕3号）第十六条第二款"


def test_whether_clues_may_go_is_answered_by_what_a_person_may_know_of(story: Story) -> None:
    organ = story.discipline()
    record(story, AuthorityKind.PARTY_APPROVAL, "局党委〔2025〕7次", organisation=organ)
    with story.installation.database.reading() as session:
        unit = session.scalars(select(Organisation.id).where(Organisation.name == organ)).one()
        told = {
            account: ask(session, find_actor(session, account, story.at), unit, D.CLUE_TRANSFER, story.at.date())
            for account in ("qian", "li")
        }
    assert told["qian"].rests_on == ("公安局党委批准（局党委〔2025〕7次）",)
    assert (told["li"].may, told["li"].rests_on) == (False, ())
