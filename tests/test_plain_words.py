"""The reader of papers finds every fault that is planted, and none in what an office writes."""

from __future__ import annotations

import re

import pytest

from documents import render
from documents.kinds.sentences import sentence
from documents.layout.table import table
from tests.documents import samples
from tests.plain_words import (
    Lines,
    empty_columns,
    faults,
    misdated,
    misframed,
    prose,
    said,
    twice,
    unframed,
    upward,
    written,
)

PLANTED = (
    "时限：签收文书，3个工作日（规则notice.acknowledge，第1版）。",
    "日历版本：2026-1。",
    "依据：同类督办工作的通行做法（参考值）。",
    "未履行情况：问题F9、F10所述事项未按职责要求落实。",
    "措施M3由区养护中心牵头。",
    "阶段目标S1的期限为5月30日。",
    "证据：E1。",
    "事项为paper_acknowledged。",
    "队列delivered.link已处理。",
    "事故等级为较大事故（暂定）。",
    "线索来源：来源未指明。",
    "护栏长度待核实。",
    "问责事项尚未确认有权机关，确认后再列入建议书（confirm-organ）。",
)


@pytest.mark.parametrize("line", PLANTED)
def test_a_word_of_the_program_is_found(line: str) -> None:
    assert list(said(line))


@pytest.mark.parametrize(
    "line",
    [
        "应尽职责：—职责依据：—。",
        "光线：—。",
        "依据：。",
        "证据：",
        "—",
        "按期完成；。",
        "已经完成。。",
        "（联系人：事故深度调查办公室，电话：—）",
        "有关单位（）。",
        "依据：《公路法》、《安全生产法》。",
    ],
)
def test_a_label_without_content_or_a_torn_joint_is_found(line: str) -> None:
    assert list(prose(line))


@pytest.mark.parametrize(
    "line",
    [
        "2026年3月13日17时42分许，在县道岭坪线（X317）K12+318处，准驾车型B2的货车沿S201行驶。",
        "现将有关情况通知如下：",
        "请于12月3日前（含当日）报送。",
        "证1、证4、材料2。",
        "按《机动车运行安全技术条件》（GB 7258—2017）检验。",
        "存放于data/documents/004-1_关于通知.docx。",
        "档号J001-2025-D30-事故-0001，案件编号4207-2025-0001。",
        "车速58/40（km/h）。",
    ],
)
def test_what_an_office_writes_is_left_alone(line: str) -> None:
    assert [*said(line), *prose(line)] == []


def test_a_draft_may_say_that_its_grade_is_provisional() -> None:
    assert list(said("事故等级暂定为较大事故。", issued=False)) == []


def test_what_people_wrote_themselves_is_theirs() -> None:
    assert list(said("停在A1出口。", source="车辆停在A1出口外")) == []
    assert list(said("停在A1出口。", source="车辆停在A12出口外"))


def test_a_column_struck_in_every_row_is_found_and_the_tables_have_none() -> None:
    grid = (("序号", "措施", "责任人"), ("1", "修复护栏", "—"), ("2", "补设标志", "—\n—"))
    assert list(empty_columns(grid)) == ["责任人"]
    assert list(empty_columns((("存放位置", "—"), ("全宗号", "J001")))) == []
    laid = table(grid[0], grid[1:], (1, 3, 1))
    assert "责任人" not in laid
    assert laid.count("<w:gridCol") == 2
    assert table(grid[0], [("1", "修复护栏", None)], (1, 3, 1)).count("<w:gridCol") == 3
    assert table(grid[0], [], (1, 3, 1)) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [("已完成；。", "已完成。"), ("已完成；", "已完成。"), ("已完成。。", "已完成。"), ("", ""), (None, "")],
)
def test_a_sentence_ends_with_one_stop(text: str | None, told: str) -> None:
    assert sentence(text) == told


@pytest.mark.parametrize(
    "line",
    [
        "请领导以适当方式商请某单位推进落实。",
        "请填写所附《整改反馈表》，加盖公章后送达我单位。",
        "对措施或者职责有不同意见的，请书面说明理由。",
        "附件：收文回执",
    ],
)
def test_a_report_that_asks_for_something_is_found(line: str) -> None:
    assert list(upward((line, "特此报告。")))
    assert list(upward((line, "特此通知。"))) == []


def test_a_sentence_that_a_paper_says_twice_is_found() -> None:
    long = "县道弯道外侧的波形护栏在此前事故中损毁，缺失约60米，三个月未修复。"
    assert list(twice((f"（一）{long}", f"未履行情况：{long}"))) == [long]
    assert list(twice((long, "依据：《中华人民共和国安全生产法》。", "依据：《中华人民共和国安全生产法》。"))) == []


def test_the_names_by_which_a_dossier_links_its_entries_are_not_what_people_wrote() -> None:
    source = written('{"findings": [{"ref": "A3", "finding_refs": ["F1"], "text": "准驾车型A1"}]}')
    assert list(said("问责事项A3尚未确认有权机关。", source=source))
    assert list(said("准驾车型A1。", source=source)) == []


def test_a_paper_without_date_telephone_or_power_is_found() -> None:
    order = samples.order()
    assert unframed(render(order), "supervision_order") == []
    bare = order.model_copy(
        update={"head": order.head.model_copy(update={"dated": None, "contact_phone": "000-00000000"}), "power": None}
    )
    assert unframed(render(bare), "supervision_order") == ["no date", "nobody to call", "no power"]


@pytest.mark.parametrize(
    "paper",
    [
        Lines(("请认真贯彻落实。",), (), "关于“3·15”事故整改措施落实情况的报告", "市公安局：", "支队"),
        Lines(("特此报告。",), (), "关于“3·15”事故整改措施落实情况的报告", "市交通运输局：", "支队"),
        Lines(("妥否，请批示。",), (), "关于整改措施办理事项的报告", "市公安局：", "支队"),
        Lines(("请予支持并函复。",), (), "关于商请落实整改措施的通知", "市教育局：", "市公安局"),
        Lines(("特此函告。",), (), "关于更正江公交调〔2026〕12号文书的函", "市教育局：", "市公安局"),
        Lines(("请予支持并函复。",), (), "关于商请函复整改措施落实情况的函", "市公安局：", "市公安局"),
    ],
)
def test_a_wrong_form_or_reader_a_number_in_the_title_and_a_letter_to_oneself_are_found(paper: Lines) -> None:
    assert len(list(misframed(paper))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "请自收到本函之日起5个工作日内、即2026年5月11日前（含当日）函复办理情况。",
        "《关于落实整改措施的函》（江公交调〔2026〕12号，2026年5月8日）2026年5月7日送达你中心。",
        "我局于2026年5月7日送达你中心的《关于落实整改措施的函》（江公交调〔2026〕12号，2026年5月8日）有误。",
    ],
)
def test_a_date_that_cannot_be_is_found(line: str) -> None:
    assert len(list(misdated(Lines((line, "2026年5月12日"), ())))) == 1


def test_a_slip_with_another_date_than_its_order_is_found() -> None:
    slip = ((("督办期限", "2026年5月26日"),),)
    assert list(misdated(Lines(("请于2026年5月27日前（含当日）完成。", "2026年5月12日"), slip)))
    assert not list(misdated(Lines(("请于2026年5月26日前（含当日）完成。", "2026年5月12日"), slip)))


@pytest.mark.parametrize("name", sorted(samples.papers()))
def test_the_samples_are_framed_and_dated_as_the_readers_ask(name: str) -> None:
    found = faults(render(samples.papers()[name]))
    assert [one for one in found if re.search("under|title|itself|reported|limit|served|slip", one)] == []
