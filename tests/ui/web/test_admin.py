"""An administrator at the pages: accounts, units, rules, templates, health; no content of a case."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from models.case.commands.facts import add_fact_row
from models.kernel.act import acting, find_actor
from models.kernel.calendar.time import wall_clock
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Medium, Relation, Role
from models.office.commands.signing_in import begin_session
from models.office.queries.administration import account_page, admin_record, unit_page
from models.office.tables import Organisation, User, UserRole, WebSession
from models.overview.commands.leaving import disable_user
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.web.navigation import screens_of
from ui.web.screens.admin_health import DONE


@pytest.fixture
def admin(story: Story) -> str:
    story.at = wall_clock()
    story.employ("guan", Role.ADMIN)
    return "guan"


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_every_page_of_the_administrator_opens(admin: str, look: Look) -> None:
    mine = [screen for screen in screens_of({Role.ADMIN}) if screen.section == "管理"]
    assert len(mine) == 8
    for screen in mine:
        for query in screen.pictured:
            asked = dict(part.split("=") for part in query.lstrip("?").split("&") if part)
            page = look(admin, screen.address, **asked)
            assert not page.exception, screen.address
            assert "页面暂时不能显示" not in words(page), screen.address
    assert "从未运行" in words(look(admin, "health"))


def test_roles_sessions_and_password_of_an_account_are_changed(admin: str, story: Story, look: Look) -> None:
    with acting(story.installation.database, story.installation.settings, "nei", story.at) as act:
        begin_session(act, "a session of nei", way="password")
    shown = look(admin, "accounts", account="nei")
    assert "聂某" in words(shown)
    told = press(shown, "重设登录密码")
    assert "新密码" in words(told)
    assert len(told.code[0].value) >= 12
    assert not told.run().code
    with story.installation.database.reading() as session:
        kept = session.scalars(select(User).where(User.account == "nei")).one()
        assert kept.must_change_password
        assert session.scalars(select(WebSession.ended_why).where(WebSession.user_id == kept.id)).all() == [
            "password_changed"
        ]
    story.in_office(admin, "set-roles", user="nei", roles=[Role.CLERK, Role.ARCHIVIST], reason="兼任。")
    with story.installation.database.reading() as session:
        held = session.scalars(select(UserRole.role).where(UserRole.user_id == kept.id)).all()
    assert set(held) == {Role.CLERK, Role.ARCHIVIST}
    with acting(story.installation.database, story.installation.settings, "nei", story.at) as act:
        begin_session(act, "another session of nei", way="oidc")
    assert story.in_office(admin, "revoke-sessions", user="nei", reason="设备丢失。") == 1
    assert "设备丢失" in words(look(admin, "health"))


def test_the_last_administrator_stays(admin: str, story: Story) -> None:
    from models.overview.commands.leaving import disable_user

    with pytest.raises(Conflict, match="最后一名"):
        story.in_office(admin, "set-roles", user=admin, roles=[Role.CLERK], reason="转岗。")
    with (
        pytest.raises(Conflict, match="最后一名"),
        acting(story.installation.database, story.installation.settings, admin, story.at) as act,
    ):
        disable_user(act, admin, reason="离职。")
    story.employ("yuan", Role.ADMIN, by=admin)
    story.in_office(admin, "set-roles", user=admin, roles=[Role.CLERK], reason="转岗。")
    with pytest.raises(NotAllowed):
        story.in_office(admin, "set-roles", user="li", roles=[Role.CLERK], reason="转岗。")


def test_what_makes_no_sense_is_refused(admin: str, story: Story) -> None:
    unit = story.installation.settings.unit
    for wrong, error, said in (
        ("set-roles", Invalid, {"user": "li", "roles": [], "reason": "无。"}),
        ("set-roles", Conflict, {"user": "li", "roles": [Role.OFFICER], "reason": "无。"}),
        ("set-roles", NotFound, {"user": "nobody", "roles": [Role.OFFICER], "reason": "无。"}),
        ("edit-organisation", Invalid, {"organisation": unit, "reason": " ", "phone": "1"}),
        ("edit-organisation", Invalid, {"organisation": unit, "reason": "改。"}),
        ("edit-organisation", Invalid, {"organisation": unit, "reason": "改。", "industry_authority": unit}),
    ):
        with pytest.raises(error):
            story.in_office(admin, wrong, **said)
    for account in ("li", "ling"):
        with pytest.raises(NotAllowed):
            story.in_office(account, "edit-organisation", organisation=unit, reason="改。", phone="1")


def test_units_are_changed_and_loaded_from_a_list_with_faults_by_row(admin: str, story: Story, look: Look) -> None:
    story.in_office(
        admin,
        "edit-organisation",
        organisation=story.installation.settings.commission,
        relation=Relation.PEER,
        contact="联络某",
        reason="机构改革。",
    )
    assert "联络某" in words(look(admin, "units"))
    page = look(admin, "units")
    page.get("file_uploader")[0].set_value(
        ("units.csv", "名称,类别\n某公路段,公路管理部门\n,企业\n".encode(), "text/csv")
    ).run()
    refused = press(page, "导入")
    assert "第3行" in words(refused)
    page = look(admin, "units")
    page.get("file_uploader")[0].set_value(
        ("units.csv", "名称,类别\n某公路段,公路管理部门\n".encode(), "text/csv")
    ).run()
    assert "已导入 1 个单位" in words(press(page, "导入"))
    assert "某公路段" in words(look(admin, "units", words="公路段"))


def test_a_limit_is_changed_by_its_form(admin: str, look: Look) -> None:
    page = look(admin, "rules", part="limits", code="notice.plan")
    page.number_input[0].set_value(12)
    page.text_area[0].set_value("上级通知调整。")
    done = next(button for button in page.button if "时限规则" in button.label).click().run()
    assert not done.exception
    assert "已办理" in words(done)
    assert "12" in words(look(admin, "rules", part="limits", code="notice.plan"))


def test_lists_are_for_administrators_and_paged(admin: str, story: Story) -> None:
    with story.installation.database.reading() as session:
        actor = find_actor(session, admin, story.at)
        accounts, after = [], None
        while step := account_page(session, actor, after=after, limit=3):
            accounts += [row.account for row in step]
            after = step[-1].key
        assert sorted(accounts) == sorted(session.scalars(select(User.account)))
        units, key = [], None
        while part := unit_page(session, actor, after=key, limit=1):
            units += [row.id for row in part]
            key = part[-1].key
        assert sorted(units) == sorted(session.scalars(select(Organisation.id)))
        assert {event.kind for event in admin_record(session, actor)} <= set(DONE)
        assert set(session.scalars(select(AdminEvent.kind))) <= set(DONE)
        for account in ("li", "dang", "ling"):
            for query in (account_page, unit_page, admin_record):
                with pytest.raises(NotAllowed):
                    query(session, find_actor(session, account, story.at))  # type: ignore[operator]


def test_the_record_says_whose_account_was_changed(admin: str, story: Story, look: Look) -> None:
    with acting(story.installation.database, story.installation.settings, admin, story.at) as act:
        disable_user(act, "dang", reason="调离。")
    assert "停用账号　dang" in words(look(admin, "health"))


def test_an_address_is_entered_and_taken_out_of_use(admin: str, story: Story, look: Look) -> None:
    page = look(admin, "channels")
    assert "没有登记外发地址" in words(page)
    page.selectbox[0].set_value(Medium.MAIL)
    page.text_input[0].set_value("li@example.com")
    entered = next(button for button in page.button if "登记外发地址" in button.label)
    refused = entered.click().run()
    assert "请指明这个地址属于哪个账号" in words(refused)
    next(box for box in refused.selectbox if box.label.startswith("账号")).set_value("li")
    done = next(button for button in refused.button if "登记外发地址" in button.label).click().run()
    assert "li@example.com" in words(done)
    one = look(admin, "channels", channel="1")
    one.text_input[0].set_value("调离。")
    assert "已停用：调离。" in words(press(one, "停用"))


def test_a_unit_entered_in_a_case_is_confirmed_renamed_and_found_by_both_names(
    admin: str, story: Story, look: Look
) -> None:
    case = story.file()
    story.do("li", add_fact_row, case, sheet="organisations", op="unit", values={"name": "鄂州市新站"})
    with story.installation.database.reading() as session:
        unit = session.scalars(select(Organisation.id).where(Organisation.name == "鄂州市新站")).one()
    assert "待确认的单位" in words(look(admin, "units"))
    assert "个单位待确认" in words(look(admin, "todo"))
    page = look(admin, "units", unit=str(unit), words="鄂州市新站")
    assert press(page, "确认新登记的单位").exception == []
    with story.installation.database.reading() as session:
        assert session.get_one(Organisation, unit).pending_since is None
    page = look(admin, "units", unit=str(unit), words="鄂州市新站")
    next(field for field in page.text_input if field.label.startswith("新名称")).set_value("鄂州市新站中心")
    next(field for field in page.text_area if field.label.startswith("更名的依据")).set_value("鄂编发〔2027〕3号")
    press(page, "单位更名")
    for name in ("鄂州市新站", "鄂州市新站中心"):
        found = words(look(admin, "units", words=name))
        assert "鄂州市新站中心" in found
        assert "曾用名：鄂州市新站" in found


def test_a_word_is_added_and_retired_on_the_page_of_code_tables(admin: str, story: Story, look: Look) -> None:
    assert "调查组：分工" in words(look(admin, "codes"))
    page = look(admin, "codes", table="team.role")
    next(field for field in page.text_input if field.label.startswith("词")).set_value("观察员")
    next(field for field in page.text_area if field.label.startswith("理由")).set_value("惯例。")
    press(page, "增加代码表的词")
    assert "观察员" in words(look(admin, "codes", table="team.role"))
    assert "不能增加" in words(look(admin, "codes"))
    assert "由规则使用，不能停用" in words(look(admin, "codes", table="findings.level"))
    assert look("li", "codes").title[0].value != "代码表"
