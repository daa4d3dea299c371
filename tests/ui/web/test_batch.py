"""Many at once: serving papers of several cases in a chosen way, and one notice over several cases."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from models.clock import wall_clock
from models.rules.vocabulary import DeliveryMode, DocumentKind
from models.tables import Delivery, Document, Measure, Organisation
from tests.journeys.shared import LEAD, PARTNER, Shared, units
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from tests.ui.web.test_case_page import press


def issued(story: Story, variant: int) -> str:
    case = story.rectifying(variant=variant)
    [notice, *_] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, notice)
    return case


def tick_all(app: AppTest) -> AppTest:
    for box in app.checkbox:
        box.set_value(True)
    return app


def test_papers_of_several_cases_are_printed_and_served_by_post_together(story: Story, look: Look) -> None:
    story.at = wall_clock()
    cases = [issued(story, variant) for variant in (0, 1)]
    app = look("li", "batch", do="deliver")
    printed = next(line for line in words(app).splitlines() if "/file-print/set" in line)
    assert all(case in printed for case in cases)
    tick_all(app)
    app.selectbox[0].set_value(DeliveryMode.POST)
    app = press(app, "对勾选的文书打印送达")
    assert words(app).count("邮件号") >= 2
    app = tick_all(app)
    app.text_input[0].set_value("EMS-1001")
    app = press(app, "对勾选的文书打印送达")
    assert "已打印送达 2 份" in words(app), [error.value for error in app.error]
    with story.office.database.reading() as session:
        served = session.execute(select(Delivery.mode, Delivery.tracking_number)).all()
    assert served == [(DeliveryMode.POST, "EMS-1001")] * 2


def test_one_notice_over_several_cases_is_drafted_from_the_page(story: Story, look: Look) -> None:
    story.at = wall_clock()
    units(story, LEAD, PARTNER)
    first = Shared(story)
    assert "没有单位在几个案件中" in words(look("li", "batch", do="bundle"))
    Shared(story, variant=1)
    shown = words(look("li", "batch", do="bundle"))
    assert LEAD in shown
    assert first.case in shown
    with story.office.database.reading() as session:
        unit = session.scalars(select(Organisation.id).where(Organisation.name == LEAD)).one()
    app = press(look("li", "batch", do="bundle", unit=str(unit)), "拟制汇总通知")
    assert f"已拟制汇总通知 {first.case}" in words(app).replace("\\", "")
    with story.office.database.reading() as session:
        [title] = session.scalars(
            select(Document.title)
            .join(Organisation, Organisation.id == Document.recipient_id)
            .where(Organisation.name == LEAD)
        )
    assert "2起道路交通事故" in title
    assert LEAD not in words(look("li", "batch", do="bundle"))
    assert "汇总通知" not in words(look("nei", "batch"))


def test_a_field_that_is_emptied_is_emptied(story: Story, look: Look) -> None:
    case = story.file()
    measure = story.do("li", "add-measure", case, text="补设标志。", proof="照片两张")
    finding = story.do("li", "edit-finding", case, finding="F1", tags=["超速", "夜间"], text="夜间超速行驶。")
    assert finding is None
    app = look("li", "case", number=case, part="measures", measure=measure)
    proof = next(one for one in [*app.text_input, *app.text_area] if one.value == "照片两张")
    proof.set_value("")
    press(app, "修改整改措施")
    with story.office.database.reading() as session:
        assert session.scalars(select(Measure.proof).where(Measure.ref == measure)).one() is None
    app = look("li", "case", number=case, part="measures", finding="F1")
    tags = next(one for one in app.text_area if one.value == "超速\n夜间")
    tags.set_value("")
    press(app, "修改问题")
    assert "超速</span>" not in words(look("li", "case", number=case, part="measures"))
    app = look("li", "case", number=case, part="measures", finding="F1")
    next(one for one in app.text_area if one.value == "夜间超速行驶。").set_value("")
    assert "请填写问题内容。" in words(press(app, "修改问题"))


def test_every_clock_of_a_case_is_on_one_of_its_pages(
    story: Story, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.web.case import clocks

    case = story.rectifying()
    papers = story.prepare(case)
    story.issue(case, papers[0])
    story.deliver(case, papers[0])
    whole = words(look("li", "case", number=case, part="clocks")).count("为什么")
    assert whole > 2
    monkeypatch.setattr(clocks, "BARS", 2)
    pages = [words(look("li", "case", number=case, part="clocks", page=str(n))) for n in range(1, -(-whole // 2) + 1)]
    assert "第2页" in pages[0]
    assert sum(page.count("为什么") for page in pages) == whole
