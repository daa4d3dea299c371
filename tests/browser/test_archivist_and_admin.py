"""The archivist and the administrator in a real browser, and the banner that everybody sees when the clock stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from flows.case import carry
from flows.clock import beat
from flows.installation import working_in
from models.archive.tables import Archive
from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import Role
from models.office.commands.users import set_password
from tests.browser.conftest import PASSWORD, Visit, with_passwords
from tests.browser.gestures import choose, press, says
from tests.browser.serving import Visitor, serving, visiting
from tests.databases import Databases
from tests.stories import Story, story_in
from tests.waiting import eventually
from ui.passwords import hashed

pytestmark = [pytest.mark.browser, pytest.mark.loopback]


@pytest.fixture(scope="module")
def story(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """One office for the file, with an administrator and one sealed volume; the clock beat a moment ago."""
    url, home = sqlite_databases.fresh(with_passwords), tmp_path_factory.mktemp("home")
    with story_in(url, home) as story:
        story.at = wall_clock()
        story.employ("guan", Role.ADMIN)
        with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
            set_password(act, "guan", hashed(PASSWORD), must_change=False)
        case = story.archived()
        with working_in(story.installation):
            carry(story.installation, case, story.at)
        beat(story.installation, "browser", story.at, swept=1)
        yield story
    sqlite_databases.drop(url)


@pytest.fixture(scope="module")
def visit(story: Story, browser: Browser) -> Iterator[Visit]:
    """Send somebody to the pages of the one server."""
    with ExitStack() as open_things:
        settings = story.installation.settings
        address = open_things.enter_context(serving(settings.home, settings.database))

        def go(account: str, password: str = PASSWORD) -> Visitor:
            visitor = open_things.enter_context(visiting(browser, address))
            visitor.sign_in(account, password)
            return visitor

        yield go


def test_an_archivist_finds_a_volume_checks_it_and_takes_it_away(story: Story, visit: Visit, tmp_path: Path) -> None:
    with story.installation.database.reading() as session:
        volume = session.scalars(select(Archive.archive_number)).one()
    archivist = visit("dang")
    archivist.settled()
    archivist.open("/archives")
    archivist.page.get_by_label("档号、案件编号或题名").fill("不存在的案卷")
    press(archivist, "查找")
    says(archivist, "没有符合条件的案卷。")
    archivist.settled()
    archivist.page.get_by_label("档号、案件编号或题名").fill(volume)
    press(archivist, "查找")
    archivist.page.get_by_role("link", name=volume).click()
    archivist.page.wait_for_url(re.compile("volume"))
    says(archivist, "卷内目录")
    press(archivist, "校验档案包")
    says(archivist, "档案包完整，与封装时记录的校验值一致。")
    with archivist.page.expect_download() as coming:
        archivist.page.get_by_role("link", name="下载档案包（zip）").click()
    taken = tmp_path / "package.zip"
    coming.value.save_as(taken)
    assert volume in coming.value.suggested_filename
    with ZipFile(taken) as package:
        assert any(name.endswith("bagit.txt") for name in package.namelist())
    assert archivist.elsewhere == []
    assert archivist.complaints == []


def test_an_administrator_makes_an_account_and_shuts_it_at_once(story: Story, visit: Visit) -> None:
    admin = visit("guan")
    admin.settled()
    admin.open("/accounts")
    admin.page.get_by_text("建立账号", exact=True).first.click()
    form = admin.page.get_by_test_id("stForm").filter(has_text="角色")
    form.get_by_label("账号").fill("xin")
    form.get_by_label("名称").fill("辛某")
    choose(admin, form.get_by_label("单位"), story.installation.settings.unit)
    choose(admin, form.get_by_label("角色"), "民警")
    form.get_by_role("button", name="建立账号").click()
    says(admin, "建立账号：已办理。")
    admin.open("/accounts?account=xin")
    admin.page.get_by_text("重设登录密码", exact=True).first.click()
    press(admin, "重设登录密码")
    says(admin, "的新密码")
    first = admin.page.get_by_test_id("stCode").inner_text().strip()

    newcomer = visit("xin", first)
    newcomer.page.wait_for_selector("text=首次登录，请先修改密码，再开始办理。")
    newcomer.page.goto(f"{newcomer.address}/cases")
    assert newcomer.page.url.endswith("/auth/password")
    newcomer.page.fill("#old", first)
    newcomer.page.fill("#new", "my very own words")
    newcomer.page.fill("#again", "my very own words")
    newcomer.page.click("button")
    newcomer.settled()
    newcomer.reads("我的待办")

    admin.open("/accounts?account=xin")
    admin.page.get_by_text("停用账号", exact=True).first.click()
    admin.page.get_by_label("理由").last.fill("调离。")
    admin.page.get_by_role("button", name="停用账号").click()
    says(admin, "停用的账号不能登录")
    newcomer.page.get_by_role("link", name="案件列表", exact=True).click()
    says(newcomer, "登录已结束，请重新登录。")
    newcomer.page.goto(f"{newcomer.address}/cases")
    assert "/auth/login" in newcomer.page.url


def test_an_administrator_loads_units_with_faults_by_row_and_sets_a_limit_and_the_calendar(visit: Visit) -> None:
    admin = visit("guan")
    admin.settled()
    admin.open("/units")
    admin.page.get_by_text("从 CSV 导入单位", exact=True).click()
    _hand_in(admin, "units.csv", "名称,类别\n某公路段,公路管理部门\n,企业\n")
    press(admin, "导入")
    says(admin, "第3行")
    admin.open("/units?words=某公路段")
    admin.reads("没有符合条件的单位。")
    admin.page.get_by_text("从 CSV 导入单位", exact=True).click()
    _hand_in(admin, "units.csv", "名称,类别\n某公路段,公路管理部门\n")
    press(admin, "导入")
    says(admin, "已导入 1 个单位")

    admin.open("/rules?part=limits&code=notice.plan")
    admin.page.get_by_label("长度").fill("12")
    admin.page.get_by_label("理由").last.fill("上级通知调整。")
    admin.page.get_by_role("button", name="修改时限规则").click()
    says(admin, "已办理。")
    admin.settled()
    assert re.search("12 ?个?工作日", admin.text())

    admin.open("/rules?part=calendar&year=2028")
    admin.reads("2028年放假安排尚未载入")
    admin.page.get_by_text("载入某年放假安排", exact=True).click()
    _hand_in(admin, "2028.json", '{"year": 2028, "days": "x"}')
    admin.page.get_by_label("依据或理由，如通知文号").fill("国办发明电〔2027〕1号")
    press(admin, "上传并生效")
    admin.page.get_by_test_id("stAlert").filter(has_text="days").first.wait_for()
    assert admin.elsewhere == []
    assert admin.complaints == []


def test_a_clock_that_stands_is_a_red_banner_for_everybody(story: Story, visit: Visit) -> None:
    officer, admin = visit("li"), visit("guan")
    officer.settled()
    assert "没有运行，提醒和督办可能缺失" not in officer.text()
    beat(story.installation, "browser", wall_clock() - timedelta(hours=2), swept=1)
    for person, page in ((officer, "/todo"), (officer, "/cases"), (admin, "/health"), (visit("ling"), "/todo")):
        # A page knows of the last sweep for some seconds.
        assert eventually(lambda person=person, page=page: _warned(person, page), 60), page
    says(admin, "须处理")


def _warned(person: Visitor, page: str) -> bool:
    person.open(page)
    return person.page.get_by_test_id("stAlert").filter(has_text="没有运行，提醒和督办可能缺失").count() == 1


def _hand_in(visitor: Visitor, name: str, text: str) -> None:
    visitor.page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/plain", "buffer": text.encode()})
    says(visitor, name)
