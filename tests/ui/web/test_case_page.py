"""The page of one case: what each role sees in each part, steps taken by its forms, and two people at the same thing."""

from __future__ import annotations

from inspect import isfunction, signature

import pytest
from prefect import states
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from flows.archive_supplement import archive_supplement
from flows.case import carry_case
from flows.delivery import delivery
from flows.papers import FLOW_OF
from flows.picture import Seen
from models.actions import REGISTRY
from models.clock.tables import Deadline
from models.kernel.rights.policy import SYSTEM
from models.kernel.vocabulary import DocumentKind, Role
from models.office.tables import Organisation
from models.papers.queries.documents import document_list
from models.papers.tables import Delivery, Document
from models.rectification.tables import Measure
from tests.stories import STAFF, Story
from tests.ui.web.conftest import Look, words
from ui.action_shape import parameters, shape
from ui.action_words import PARAMETERS
from ui.web.case import runs
from ui.web.navigation import screens_of
from ui.web.screens.case_page import PARTS

BROKEN = "页面暂时不能显示"


def press(app: AppTest, label: str) -> AppTest:
    """Press the button that says this."""
    return next(button for button in app.button if button.label == label).click().run()


def served(story: Story) -> tuple[str, str]:
    """A case with a notice served, a proposal in draft, and an agency's person; returns case and the notice."""
    case = story.rectifying()
    papers = story.prepare(case)
    story.issue(case, papers[0])
    story.deliver(case, papers[0])
    return case, papers[0]


def test_every_part_of_a_case_shows_itself_to_every_role_that_may_see_it(story: Story, look: Look) -> None:
    case, _ = served(story)
    for account in STAFF:
        for part in PARTS:
            shown = words(look(account, "case", number=case, part=part))
            assert BROKEN not in shown, (account, part)


def test_every_screen_of_every_role_shows_itself_empty_and_full(story: Story, look: Look) -> None:
    for fill in (lambda: None, lambda: served(story)):
        fill()
        for account, (_, role) in STAFF.items():
            for screen in screens_of({role}):
                app = look(account, screen.address)
                assert BROKEN not in words(app), (account, screen.address)
                assert app.title, (account, screen.address)


def test_a_restricted_paper_is_told_to_nobody_outside_its_list(story: Story, look: Look) -> None:
    case, _ = served(story)
    restricted = story.papers(case)[-1]
    assert "倒查问责建议" in words(look("li", "case", number=case, part="papers", paper=restricted))
    for account in ("shen", "ling", "dang", "wang"):
        for query in ({"part": "papers"}, {"part": "papers", "paper": restricted}, {"part": "record"}, {}):
            shown = words(look(account, "case", number=case, **query))
            assert "道路交通事故倒查问责建议" not in shown, (account, query)


def test_what_is_missing_before_archiving_is_listed_and_may_be_excused_by_a_leader(story: Story, look: Look) -> None:
    case, _ = served(story)
    story.settle(case)
    for account, asked in (("ling", True), ("dang", False)):
        app = look(account, "case", number=case, part="complete")
        shown = words(app)
        assert "处缺项，补齐或者经批准后才能归档" in shown, account
        assert any(box.label == "准予的缺项" for box in app.multiselect) is asked, account


def test_a_foreign_case_is_unknown_to_an_agency_by_any_address(story: Story, look: Look) -> None:
    case, _ = served(story)
    other = story.file(variant=7)
    with story.installation.database.reading() as session:
        recipient = next(p.recipient for p in document_list(session, SYSTEM, case) if p.status == "delivered")
    story.employ("ju", Role.AGENCY, unit=recipient)
    own = words(look("ju", "case", number=case))
    assert "各单位办理情况" in own
    for part in PARTS:
        assert "没有编号为" in words(look("ju", "case", number=other, part=part)), part
        assert BROKEN not in words(look("ju", "case", number=case, part=part)), part
    assert "F1" not in words(look("ju", "case", number=case, part="measures"))


def test_a_paper_stands_beside_the_step_that_waits_and_the_step_is_taken(story: Story, look: Look) -> None:
    case = story.file()
    story.address(case)
    app = look("li", "case", number=case, part="papers", paper="D1")
    assert "sc-paper" in words(app)
    shown = words(press(app, "提交审批"))
    assert "提交审批：已办理。" in shown
    app = look("shen", "case", number=case, part="papers", paper="D1")
    app = press(app, "退回修改")
    assert "请填写：理由" in words(app)
    next(area for area in app.text_area if area.label == "理由").set_value("第三部分缺少依据。")
    assert "退回修改：已办理。" in words(press(app, "退回修改"))
    assert story.papers(case)[0] == "D1"
    assert "退回修改" in words(look("li", "case", number=case, part="papers", paper="D1"))


def test_what_was_typed_stays_when_a_step_is_refused(story: Story, look: Look) -> None:
    case = story.file()
    app = look("li", "case", number=case, part="more", action="withdraw-finding")
    next(area for area in app.text_area if area.label == "理由").set_value("重复登记。")
    app = press(app, "撤回问题")
    assert "请填写：问题" in words(app)
    assert next(area for area in app.text_area if area.label == "理由").value == "重复登记。"


def test_the_second_of_two_people_sees_what_the_first_changed(story: Story, look: Look) -> None:
    case = story.rectifying()
    ref = story.do("li", "add-measure", case, text="补设警告标志。")
    app = look("li", "case", number=case, part="measures", measure=ref)
    story.do("wang", "edit-measure", case, measure=ref, text="王某先改了这一项。")
    next(area for area in app.text_area if area.value == "补设警告标志。").set_value("李某后改。")
    app = press(app, "修改整改措施")
    shown = words(app)
    assert "王某" in shown
    assert "修改整改措施" in shown
    assert "刷新本页" in shown
    again = look("li", "case", number=case, part="measures", measure=ref)
    assert "王某先改了这一项。" in words(again)


def test_a_change_begins_with_what_stands_there_and_sends_only_what_was_changed(story: Story, look: Look) -> None:
    case = story.rectifying()
    ref = story.do("li", "add-measure", case, text="补设警告标志。", proof="照片两张")
    app = look("li", "case", number=case, part="measures", measure=ref)
    next(area for area in app.text_area if area.value == "补设警告标志。").set_value("补设警告标志两块。")
    press(app, "修改整改措施")
    with story.installation.database.reading() as session:
        row = session.scalars(select(Measure).where(Measure.ref == ref)).one()
    assert (row.text, row.proof) == ("补设警告标志两块。", "照片两张")


def test_before_the_signature_findings_and_measures_are_tables_and_their_forms_are_gone(
    story: Story, look: Look
) -> None:
    case = story.file()
    page = look("li", "case", number=case, part="measures")
    assert [one.value for one in page.subheader] == ["问题", "整改措施", "问题与措施对应表"]
    assert not page.expander
    assert look("li", "case", number=case, part="evidence").subheader[0].value == "证据"
    story.address(case)
    story.issue(case, "D1")
    signed = look("li", "case", number=case, part="measures")
    assert [one.label for one in signed.expander] == ["增加整改措施"]


def test_the_note_of_a_draft_is_shown_and_can_be_emptied(story: Story, look: Look) -> None:
    case = story.rectifying()
    [notice, *_] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)

    def note() -> str | None:
        with story.installation.database.reading() as session:
            return session.scalars(select(Document.note).where(Document.ref == notice)).one()

    story.do("li", "edit-paper", case, paper=notice, note="多次催办未果。")
    app = look("li", "case", number=case, part="papers", paper=notice)
    field = next(area for area in app.text_area if area.value == "多次催办未果。")
    field.set_value("")
    press(app, "修改未签发文书的标题或情况说明")
    assert note() is None


def test_the_picture_of_causes_leads_to_each_finding_and_measure(story: Story, look: Look) -> None:
    case = story.rectifying()
    shown = words(look("li", "case", number=case, part="causes"))
    for about in ("finding=F1", "measure=M1"):
        assert f"/case?number={case}&amp;part=measures&amp;{about}" in shown
    assert "data:image/svg+xml;base64," in shown
    assert "直接原因（" in shown
    assert "没有找到类似事故" in shown


def test_an_agency_sees_no_picture_of_causes(story: Story, look: Look) -> None:
    case, _ = served(story)
    with story.installation.database.reading() as session:
        unit = session.scalars(
            select(Organisation.name).join(Delivery, Delivery.recipient_id == Organisation.id).limit(1)
        ).one()
    story.employ("cheng", Role.AGENCY, unit=unit)
    shown = words(look("cheng", "case", number=case, part="causes"))
    assert "data:image/svg" not in shown
    assert "类似事故" not in shown


def test_a_date_is_explained_day_by_day(story: Story, look: Look) -> None:
    case = story.file()
    with story.installation.database.reading() as session:
        clock = session.scalars(select(Deadline.id).order_by(Deadline.id)).first()
    shown = words(look("li", "case", number=case, part="clocks", deadline=str(clock)))
    assert "届满" in shown
    assert "逐日计算" in shown or "第几日" in shown


def test_runs_are_shown_with_state_and_tries(story: Story, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    case = story.file()
    seen = [
        Seen("carry-case", ("D1", "D99"), "Completed", 3, story.at, 1.25),
        Seen("rectification-notice", ("D1",), "AwaitingRetry", 1, story.at, None),
    ]
    failed = Seen("delivery", ("D1",), "Failed", 1, None, None)
    monkeypatch.setattr(runs, "runs_of", lambda number: seen if number == case else None)
    shown = words(look("li", "case", number=case, part="runs"))
    for told in ("自动办理", "生成整改报告通知书", "D99", "完成", "3 次", "2025-12-01 09:00", "1.2 秒", "等待重试"):
        assert told in shown, told
    assert shown.count(f'href="/case?number={case}&amp;part=papers&amp;paper=D1"') == 2
    assert "paper=D99" not in shown  # a paper that the case does not show leads nowhere
    assert runs.AGAIN not in shown
    monkeypatch.setattr(runs, "runs_of", lambda _number: [*seen, failed])
    shown = words(look("li", "case", number=case, part="runs"))
    assert "失败" in shown
    assert runs.AGAIN in shown
    monkeypatch.setattr(runs, "runs_of", lambda _number: [])
    assert "还没有运行记录。" in words(look("li", "case", number=case, part="runs"))


def test_every_flow_of_a_case_and_every_state_of_prefect_has_a_chinese_word() -> None:
    flows = [*FLOW_OF.values(), carry_case, delivery, archive_supplement]
    assert {flow.name for flow in flows} == set(runs.FLOWS)
    makers = [maker for name, maker in vars(states).items() if name[0].isupper() and isfunction(maker)]
    made = {maker().name for maker in makers if "State" in str(signature(maker).return_annotation)}
    assert {"Completed", "AwaitingRetry"} <= made <= set(runs.STATES)


def test_without_prefect_the_page_says_that_its_picture_is_missing(story: Story, look: Look) -> None:
    case = story.file()
    app = look("li", "case", number=case, part="runs")
    assert "现在看不到流程引擎" in app.info[0].value


@pytest.mark.parametrize("name", REGISTRY)
def test_every_step_can_be_asked_for_by_a_form(name: str) -> None:
    step = REGISTRY[name].command
    for parameter in parameters(step):
        assert shape(step, parameter)
        assert PARAMETERS[parameter]
