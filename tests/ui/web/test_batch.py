"""Many at once: serving papers of several cases in a chosen way, and one notice over several cases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import DeliveryMode, DocumentKind, DocumentStatus, RenditionForm
from models.office.tables import Organisation
from models.papers.tables import Delivery, Document, Rendition
from models.rectification.tables import Measure
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


def served(story: Story) -> list[tuple[DeliveryMode, str | None]]:
    with story.installation.database.reading() as session:
        rows = session.execute(select(Delivery.mode, Delivery.tracking_number).order_by(Delivery.id))
        return [(row.mode, row.tracking_number) for row in rows]


def test_printing_gives_the_ticked_papers_and_records_nothing(story: Story, look: Look) -> None:
    story.at = wall_clock()
    cases = [issued(story, variant) for variant in (0, 1)]
    app = look("li", "batch", do="print")
    printed = next(line for line in words(app).splitlines() if "/file-print/set" in line)
    assert all(case in printed for case in cases)
    app = app.checkbox[0].set_value(False).run()
    printed = next(line for line in words(app).splitlines() if "/file-print/set" in line)
    assert [case in printed for case in cases].count(True) == 1
    assert served(story) == []


def test_papers_of_several_cases_are_served_by_post_together_after_one_question(story: Story, look: Look) -> None:
    story.at = wall_clock() - timedelta(hours=2)
    cases = [issued(story, variant) for variant in (0, 1)]
    app = look("li", "batch", do="deliver")
    assert "打印送达" not in words(app)
    app = press(tick_all(app), "对勾选的文书登记送达")
    assert "请填写送达方式和送达时间。" in words(app)
    app.selectbox(key="batch/mode/0").set_value(DeliveryMode.POST)
    app.datetime_input(key="batch/at/0").set_value(shown_as(story.at + timedelta(hours=1)))
    app = press(app, "对勾选的文书登记送达")
    assert "邮件号" in words(app)
    app.text_input[0].set_value("EMS-1001")
    app = press(app, "对勾选的文书登记送达")
    asked = words(app)
    assert all(case in asked for case in cases)
    assert "开始计算：" in asked
    assert [button.label for button in app.button].count("确认") == 1
    assert served(story) == []
    app = press(app, "确认")
    assert "已登记送达 2 份" in words(app), [error.value for error in app.error]
    assert served(story) == [(DeliveryMode.POST, "EMS-1001")] * 2


def shown_as(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(tzinfo=None)


def test_a_service_in_the_future_or_before_the_signature_is_refused(story: Story, look: Look) -> None:
    story.at = wall_clock()
    issued(story, 0)
    for at, said in ((timedelta(days=2), "晚于现在"), (timedelta(days=-2), "早于签发或用印")):
        app = tick_all(look("li", "batch", do="deliver"))
        app.selectbox(key="batch/mode/0").set_value(DeliveryMode.DIRECT)
        app.datetime_input(key="batch/at/0").set_value(shown_as(story.at + at))
        app = press(app, "对勾选的文书登记送达")
        assert said in words(app)
        assert "确认" not in [button.label for button in app.button]
    assert served(story) == []


def test_the_signed_proofs_of_service_go_with_the_papers_by_their_numbers(story: Story, look: Look) -> None:
    story.at = wall_clock() - timedelta(hours=2)
    for variant in (0, 1):
        issued(story, variant)
    with story.installation.database.reading() as session:
        numbers = session.scalars(
            select(Document.number).where(
                Document.kind == DocumentKind.RECTIFICATION_NOTICE, Document.number.is_not(None)
            )
        ).all()
    app = tick_all(look("li", "batch", do="deliver"))
    app.selectbox(key="batch/mode/0").set_value(DeliveryMode.DIRECT)
    app.datetime_input(key="batch/at/0").set_value(shown_as(story.at + timedelta(hours=1)))
    proof = b"%PDF-1.7 signed"
    upload = app.file_uploader(key="batch/scans/0")
    upload.upload("一张.pdf", proof, "application/pdf").upload(f"{numbers[0]}.pdf", proof, "application/pdf")
    app = press(app, "对勾选的文书登记送达")
    assert "“一张.pdf”不能按文号对应" in words(app).replace("\\", "")
    upload = app.file_uploader(key="batch/scans/0").clear()
    for number in numbers:
        upload.upload(f"{number}.pdf", proof + str(number).encode(), "application/pdf")
    app = press(press(app, "对勾选的文书登记送达"), "确认")
    assert "已登记送达 2 份" in words(app)
    with story.installation.database.reading() as session:
        proofs = session.scalars(select(Rendition.id).where(Rendition.form == RenditionForm.PROOF_OF_SERVICE)).all()
    assert len(proofs) == 2


def test_a_batch_is_signed_after_one_question_that_names_every_number(story: Story, look: Look) -> None:
    story.at = wall_clock() - timedelta(hours=1)
    for variant in (0, 1):
        case = story.rectifying(variant=variant)
        [notice, *_] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
        story.do("li", "submit", case, paper=notice)
        story.do("shen", "approve", case, paper=notice)
    app = press(tick_all(look("qian", "batch", do="sign")), "对勾选的文书签发编号")
    asked = words(app)
    assert "1号" in asked
    assert "2号" in asked
    with story.installation.database.reading() as session:
        assert not session.scalars(
            select(Document.number).where(Document.status == DocumentStatus.SIGNING, Document.number.is_not(None))
        ).all()
    app = press(app, "取消")
    assert "文号即编定" not in words(app)
    app = press(press(tick_all(app), "对勾选的文书签发编号"), "确认")
    assert "已签发编号 2 份" in words(app)


def test_one_notice_over_several_cases_is_drafted_from_the_page(story: Story, look: Look) -> None:
    story.at = wall_clock()
    units(story, LEAD, PARTNER)
    first = Shared(story)
    assert "没有单位在几个案件中" in words(look("li", "batch", do="bundle"))
    Shared(story, variant=1)
    shown = words(look("li", "batch", do="bundle"))
    assert LEAD in shown
    assert first.case in shown
    with story.installation.database.reading() as session:
        unit = session.scalars(select(Organisation.id).where(Organisation.name == LEAD)).one()
    app = press(look("li", "batch", do="bundle", unit=str(unit)), "拟制汇总通知")
    assert f"已拟制汇总通知 {first.case}" in words(app).replace("\\", "")
    with story.installation.database.reading() as session:
        [title] = session.scalars(
            select(Document.title)
            .join(Organisation, Organisation.id == Document.recipient_id)
            .where(Organisation.name == LEAD)
        )
    assert "2起道路交通事故" in title
    assert LEAD not in words(look("li", "batch", do="bundle"))
    assert "汇总通知" not in words(look("nei", "batch"))


def test_a_field_that_is_emptied_is_emptied(story: Story, look: Look) -> None:
    case = story.rectifying()
    measure = story.do("li", "add-measure", case, text="补设标志。", proof="照片两张")
    app = look("li", "case", number=case, part="measures", measure=measure)
    proof = next(one for one in [*app.text_input, *app.text_area] if one.value == "照片两张")
    proof.set_value("")
    press(app, "修改整改措施")
    with story.installation.database.reading() as session:
        assert session.scalars(select(Measure.proof).where(Measure.ref == measure)).one() is None
    app = look("li", "case", number=case, part="measures", measure=measure)
    next(one for one in app.text_area if one.value == "补设标志。").set_value("")
    assert "请填写整改措施内容。" in words(press(app, "修改整改措施"))


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
