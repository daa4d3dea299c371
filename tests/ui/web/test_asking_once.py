"""What draws a number or starts a clock asks once before it happens, and says what it will do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from models.clock.tables import Deadline
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.calendar.time import wall_clock
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import DeliveryMode, DocumentKind, DocumentStatus, Role
from models.office.tables import User
from models.overview.commands.leaving import disable_user, enable_user
from models.papers.tables import Delivery, Document, DrawnNumber
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from tests.ui.web.test_case_page import press


def count(story: Story, table: type) -> int:
    with story.installation.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def written(app: AppTest, label: str, text: str) -> None:
    [one for one in [*app.text_input, *app.text_area] if one.label.startswith(label)][-1].set_value(text)


def to_sign(story: Story) -> tuple[str, str]:
    case = story.rectifying()
    [notice, *_] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.do("li", "submit", case, paper=notice)
    story.do("shen", "approve", case, paper=notice)
    return case, notice


def test_a_number_is_drawn_only_after_it_was_told_and_confirmed(story: Story, look: Look) -> None:
    story.at = wall_clock() - timedelta(hours=1)
    case, notice = to_sign(story)
    drawn, app = count(story, DrawnNumber), look("qian", "case", number=case, part="papers", paper=notice)
    app = press(app, "签发并编号")
    assert "签发后文号即编定" in words(app)
    assert "编号 鄂州公交整〔" in words(app)
    assert count(story, DrawnNumber) == drawn
    app = press(app, "取消")
    assert "签发后文号即编定" not in words(app)
    assert story.papers(case, DocumentStatus.SIGNING) == [notice]
    app = press(press(app, "签发并编号"), "确认")
    assert "签发并编号：已办理。" in words(app)
    assert count(story, DrawnNumber) == drawn + 1
    assert notice in story.papers(case, DocumentStatus.ISSUED)


def test_serving_tells_which_clocks_start_until_when_and_who_is_told(story: Story, look: Look) -> None:
    story.at = wall_clock() - timedelta(hours=1)
    case, notice = to_sign(story)
    story.do("qian", "sign", case, paper=notice)
    app = press(look("li", "case", number=case, part="papers", paper=notice), "登记送达")
    assert "请填写：送达时间、送达方式" in words(app) or "请填写：送达方式、送达时间" in words(app)
    next(box for box in app.selectbox if box.label == "送达方式").set_value(DeliveryMode.DIRECT)
    at = (story.at + timedelta(minutes=5)).astimezone(SHANGHAI).replace(tzinfo=None)
    next(field for field in app.datetime_input if field.label == "送达时间").set_value(at)
    app = press(app, "登记送达")
    asked = words(app)
    assert "开始计算：" in asked
    assert "系统通知" in asked
    assert count(story, Delivery) == 0
    app = press(app, "确认")
    with story.installation.database.reading() as session:
        dates = session.scalars(
            select(Deadline.due_on).join(Document, Document.id == Deadline.document_id).where(Document.ref == notice)
        ).all()
    assert dates
    assert all(str(day) in asked for day in dates)
    app = look("li", "case", number=case, part="papers", paper=notice)
    written(app, "签收人", "周某")
    asked = words(press(app, "签收"))
    assert "周某签收" in asked
    assert "改期：" in asked


def test_what_would_be_refused_is_refused_without_asking(story: Story, look: Look) -> None:
    case, notice = to_sign(story)
    app = look("qian", "case", number=case, part="papers", paper=notice)
    written(app, "文号", "鄂州公交整〔2026〕9号")
    app = press(app, "签发并编号")
    assert "由本系统编号" in words(app)
    assert "确认" not in [button.label for button in app.button]


def test_disabling_somebody_with_open_work_shows_the_counts_and_names_the_hand_over(story: Story, look: Look) -> None:
    story.employ("guan", Role.ADMIN)
    story.file()
    story.file(variant=1)
    app = look("guan", "accounts", account="li")
    written(app, "理由", "调离")
    app = press(app, "停用账号")
    assert "在办案件 2 件" in words(app).replace("\\", "")
    assert "交接" in words(app)
    with story.installation.database.reading() as session:
        assert session.scalars(select(User.disabled_at).where(User.account == "li")).one() is None
    app = press(app, "确认")
    assert "停用的账号不能登录" in words(app)
    with story.installation.database.reading() as session:
        event = session.scalars(select(AdminEvent).where(AdminEvent.kind == "user_disabled")).one()
    assert event.data["open_work"] == {"cases": 2}

    health = words(look("guan", "health"))
    assert "案件承办 2 项" in health
    assert "请管理员把该案交接给另一名民警" in health
    assert "道路交通事故" not in health  # nothing of what the cases are about

    app = look("guan", "accounts", account="li")
    written(app, "理由", "调回")
    assert "恢复账号：已办理。" in words(press(app, "恢复账号"))
    assert "没有登录密码" in words(look("guan", "accounts", account="li"))
    assert "案件承办 2 项" not in words(look("guan", "health"))


def test_the_chief_is_told_first_and_in_red_what_nobody_may_take(story: Story, look: Look) -> None:
    story.employ("guan", Role.ADMIN)
    case = story.file()
    story.do("li", "submit", case, paper="D1")
    assert "无人可办" not in words(look("ling", "todo"))
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        disable_user(act, "shen", reason="调离", despite_open_work=True)
    for page in ("todo", "dashboard"):
        shown = words(look("ling", page))
        assert "无人可办的步骤" in shown, page
        assert '<span class="sc-light sc-red">无人可办</span> 待审核' in shown, page
    assert shown.index("无人可办的步骤") < shown.index("等待决定")
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        enable_user(act, "shen", reason="调回")
    assert "无人可办" not in words(look("ling", "todo"))


def test_somebody_without_open_work_is_disabled_in_one_act(story: Story, look: Look) -> None:
    story.employ("guan", Role.ADMIN)
    app = look("guan", "accounts", account="wang")
    written(app, "理由", "调离")
    assert "停用的账号不能登录" in words(press(app, "停用账号"))


def issued(story: Story, variant: int) -> tuple[str, str]:
    case = story.rectifying(variant=variant)
    [notice, *_] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, notice)
    return case, notice


@pytest.fixture
def two(story: Story) -> list[tuple[str, str]]:
    story.at = wall_clock() - timedelta(days=1)
    return [issued(story, variant) for variant in (0, 1)]
