"""Two people at the same thing: whose form was opened before the other acted is told who, when and what, and saves nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from streamlit.testing.v1 import AppTest

from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, Role
from models.overview.queries.case_view import case_view
from tests.journeys.test_summoning_a_unit import arrange, summoned_over
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.web import served
from ui.web.parts.action_form import take_seen
from ui.web.parts.visitor import Visitor


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def said(app: AppTest) -> str:
    """Return what the page says, without the strokes that keep a time from being read as a picture."""
    return words(app).replace("\\:", ":")


def field(widgets: Any, label: str, place: int = 0) -> Any:
    return [widget for widget in widgets if widget.label.startswith(label)][place]


def report_clock(story: Story) -> Deadline:
    with story.installation.database.reading() as session:
        return session.scalars(select(Deadline).where(Deadline.rule_code == "investigation.report")).one()


def told(story: Story) -> int:
    with story.installation.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


CLOCK_ACTS = ("suspend", "resume", "extend", "exclude-appraisal")
BUTTONS = {
    "suspend": "中止一个时限",
    "resume": "恢复中止的时限",
    "extend": "延长本单位的时限",
    "exclude-appraisal": "扣除技术鉴定时间",
}
SUMMER = datetime(2025, 7, 1, 9, tzinfo=SHANGHAI)


def decide(story: Story, account: str, case: str, action: str, clock: Deadline) -> None:
    """Take a decision about a clock, first or second."""
    day = story.at.date()
    said: dict[str, Any] = {"reason": "鉴定机构排期较长"}
    if action == "extend":
        said["until"] = clock.due_on + timedelta(days=20)
    if action == "exclude-appraisal":
        said |= {"since": day - timedelta(days=3), "until": day - timedelta(days=1)}
    story.do(account, action, case, deadline=clock.key, **said)


@pytest.mark.parametrize("action", CLOCK_ACTS)
@pytest.mark.parametrize("first", CLOCK_ACTS)
def test_a_decision_about_a_clock_is_refused_where_another_leader_decided_about_it(
    story: Story, look: Look, first: str, action: str
) -> None:
    story.employ("fu", Role.LEADER)
    story.at = SUMMER
    case = story.file()
    story.wait(days=5)
    clock = report_clock(story)
    if first == "resume":
        decide(story, "ling", case, "suspend", clock)
    app = look("ling", "case", number=case, part="clocks")
    decide(story, "fu", case, first, clock)
    before = told(story)
    place = ("extend", "suspend", "resume", "exclude-appraisal").index(action)
    chosen = field(app.selectbox, "时限", place)
    chosen.set_value(chosen.options[0])
    field(app.text_area, "理由", place).set_value("另有安排")
    for date in app.date_input:
        date.set_value(clock.due_on + timedelta(days=9))
    app = press(app, BUTTONS[action])
    assert "fu某已于2025年7月6日09:00对同一内容“" in said(app)
    assert "本次未保存，请核对最新内容后再办理" in words(app)
    assert told(story) == before


def test_a_decision_about_another_clock_is_no_news(story: Story, look: Look) -> None:
    story.employ("fu", Role.LEADER)
    case = story.rectifying()
    [notice, *_] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, notice)
    story.deliver(case, notice)
    with story.installation.database.reading() as session:
        mine, other = session.scalars(
            select(Deadline)
            .where(Deadline.rule_code.in_(("measure.complete", "notice.acknowledge")), Deadline.state == "open")
            .order_by(Deadline.due_on.desc())
        ).all()[:2]
    app = look("ling", "case", number=case, part="clocks")
    story.do("fu", "suspend", case, deadline=other.key, reason="另一时限")
    chosen = field(app.selectbox, "时限", 1)
    chosen.set_value(next(one for one in chosen.options if str(mine.due_on) in one))
    field(app.text_area, "理由", 1).set_value("等待鉴定")
    shown = said(press(app, BUTTONS["suspend"]))
    assert "本次未保存" not in shown
    assert "届满，不能再中止" in shown  # the command itself speaks, for pages live by the clock on the wall


def test_two_leaders_before_the_same_talk(story: Story, look: Look) -> None:
    story.employ("fu", Role.LEADER)
    case, talk = summoned_over(story)
    app = look("ling", "decide", number=case, talk=str(talk))
    at = f"{story.at:%H:%M}"
    story.do("fu", "decide-talk", case, talk=talk, approve=True)
    app = press(app, "同意约谈")
    assert f"fu某已于{story.at.year}年{story.at.month}月{story.at.day}日{at}对同一内容“决定约谈”" in said(app)
    assert "该约谈建议已有决定" in words(look("ling", "decide", number=case, talk=str(talk)))


def seen(story: Story, account: str, case: str) -> tuple[Visitor, int]:
    """Open a form of the case: who sits before it, and the last event that was shown."""
    installation = served.installation()
    with installation.acting(account) as act:
        actor = act.actor
    with story.installation.database.reading() as session:
        view = case_view(session, actor, case, rulebook(session), story.at)
    return Visitor(installation, actor), view.events[-1].seq


def test_every_step_of_a_talk_is_refused_where_a_colleague_took_one(story: Story) -> None:
    case, talk = summoned_over(story)
    story.employ("ou", Role.OFFICER)
    story.do("ling", "decide-talk", case, talk=talk, approve=True)

    def refused(account: str, before: int, action: str, what: str, **said: Any) -> None:
        with pytest.raises(Conflict, match=f"已于.*对同一内容“{what}”"):
            take_seen(known(account), case, action, before, **said)

    def known(account: str) -> Visitor:
        return seen(story, account, case)[0]

    arranging = {"talk": talk, "planned_for": story.at + timedelta(days=900), "place": "甲", "chaired_by": "凌某"}
    holding = {"talk": talk, "attended_by": "吴某", "minutes": "督办事项逾期"}
    _, before = seen(story, "li", case)
    notice = arrange(story, case, talk, "ou")
    refused("li", before, "arrange-talk", "安排约谈", **arranging)
    refused("li", before, "hold-talk", "安排约谈", **holding)
    _, before = seen(story, "li", case)
    story.issue(case, notice)
    story.deliver(case, notice)
    story.wait(days=3)
    minutes = story.do("ou", "hold-talk", case, **{**holding, "talk": talk})
    refused("wang", before, "hold-talk", "约谈", **holding)
    refused("wang", before, "edit-minutes", "约谈", talk=talk, minutes="改")
    _, before = seen(story, "li", case)
    story.do("ou", "edit-minutes", case, talk=talk, minutes="督办事项逾期未落实")
    refused("li", before, "edit-minutes", "修改文书", talk=talk, minutes="改")
    scan = story.scan()
    refused("li", before, "sign-minutes", "修改文书", paper=minutes, scan=scan, file_name="纪要.pdf")
    _, before = seen(story, "li", case)
    story.issue(case, minutes)
    story.do("nei", "sign-minutes", case, paper=minutes, scan=scan, file_name="纪要.pdf")
    refused("li", before, "sign-minutes", "双方签署约谈纪要", paper=minutes, scan=scan, file_name="纪要.pdf")
