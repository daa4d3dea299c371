"""The language check: each slip is found with its words, and sound text passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from models.papers.content.passages import Line
from models.papers.preflight import Weight, language, remarks_on
from models.papers.preflight.text import of_text
from tests.documents import samples

SOUND = (
    "2026年3月5日14时32分许，在江城市东湖区发生一起道路交通事故（追尾碰撞），造成3人死亡。",
    "依据《中华人民共和国道路交通安全法》第二十一条、第二十二条，《公路法》第三十五条。",
    "经查：（1）驾驶人“疲劳驾驶”；（2）车辆超载……现将有关情况报告如下：",
    "1）现场勘查；2）调取监控。上述《通知》（江公交〔2026〕12号）《方案》已印发。",
    "联系人：聂某，电话：027-00000000，网址 www.example.org/a_b.html，K12+300米，限速60km/h。",
)
SLIPS: tuple[tuple[Callable[[str], Iterator[str]], str, str], ...] = (
    (language.same_authority_twice, "违反《公路法》第三十五条，依据《公路法》第三十五条。", "《公路法》第三十五条"),
    (language.same_authority_twice, "根据《公路法》，依据《公路法》开展调查。", "《公路法》"),
    (language.unclosed, "该车（核载19人超员运行。", "该车（核载"),
    (language.unclosed, "所谓疲劳驾驶”的情形。", "疲劳驾驶”"),
    (language.unclosed, "依据《公路法第三十五条。", "《公路法"),
    (language.unclosed, "（见《方案）》。", "方案）》"),
    (language.titles_joined_by_a_comma, "依据《公路法》、《安全生产法》。", "》、《"),
    (language.stroke_in_prose, "责任人：—。", "—"),
    (language.stroke_in_prose, "完成期限为____。", "____"),
    (language.program_words, "该单位 notice.acknowledge 未办理。", "notice.acknowledge"),
    (language.program_words, "车速为None。", "None"),
    (language.program_words, "状态 paper_kept 。", "paper_kept"),
    (language.doubled_marks, "未保持安全距离。。车辆失控。", "。。"),
    (language.doubled_marks, "张某，；李某", "，；"),
    (language.doubled_marks, "（驾驶人，）当场死亡", "，"),
    (language.half_width_marks, "驾驶人张某,未减速。", ","),
    (language.half_width_marks, "该车(重型货车)超载。", "(重型货车)"),
    (language.half_width_marks, "调查结束.现报告。", "."),
    (language.doubled_sentences, "驾驶人未保持安全距离。天气晴。驾驶人未保持安全距离。", "驾驶人未保持安全距离"),
    (language.notes_of_a_typist, "排查危险路段（报告未指明地区）。", "报告未指明地区"),
    (language.notes_of_a_typist, "珠海市有关部门（报告未具名）", "报告未具名"),
    (language.requests, "以上意见妥否，请批示。", "妥否"),
    (language.requests, "恳请市政府协调解决。", "恳请"),
    (language.requests, "现将方案报上，请批示。", "请批示"),
    (language.requests, "有关经费请予安排。", "请予安排"),
)


@pytest.mark.parametrize(("check", "text", "found"), SLIPS)
def test_a_slip_is_found_with_its_words(check: Callable[[str], Iterator[str]], text: str, found: str) -> None:
    assert any(found in one for one in check(text)), list(check(text))


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_passes_every_check(text: str) -> None:
    assert [(code, *check(text)) for code, _, check in language.TEXT_CHECKS if list(check(text))] == []


def test_what_a_test_report_leaves_open_is_no_note_of_a_typist() -> None:
    assert list(language.notes_of_a_typist("检验报告未载明制动力，鉴定报告未提及灯光。")) == []


def test_a_note_of_a_typist_in_a_table_is_doubtful_and_named_with_its_place() -> None:
    paper = samples.papers()["rectification_notice-notice"]
    measure = paper.measures[0].model_copy(update={"text": "查处超限超载（报告未指明地区）。"})
    noted = paper.model_copy(update={"measures": (measure, *paper.measures[1:])})
    [told] = [one for one in remarks_on(noted) if one.code == "typist_note"]
    assert told.weight is Weight.DOUBTFUL
    assert "张表" in told.text
    assert "报告未指明地区" in told.text


def test_a_paragraph_that_repeats_the_one_before_it_is_found() -> None:
    lines = [Line("甲/1", "驾驶人未保持安全距离。"), Line("甲/2", "驾驶人未保持安全距离。"), Line("甲/3", "同上。")]
    assert [line.place for line, _ in language.doubled_paragraphs(lines)] == ["甲/2"]


def test_sums_of_one_table_are_in_one_unit() -> None:
    assert list(language.mixed_units(("车辆损失", "3.5万元", "路产损失", "9800元"))) == ["3.5万元、9800元"]
    assert list(language.mixed_units(("3.5万元", "0.98万元"))) == []


def test_a_title_does_not_break_inside_a_name() -> None:
    assert list(language.broken_names(("关于江城市公路", "管理中心整改的函"), ["江城市公路管理中心"])) == [
        "江城市公路管理中心"
    ]
    assert list(language.broken_names(("关于江城市公路管理中心", "整改的函"), ["江城市公路管理中心"])) == []


def test_a_law_is_not_cited_for_a_day_before_it_was_in_force() -> None:
    law = "《中华人民共和国道路交通安全法》"
    assert list(language.before_the_law(f"2003年5月1日，违反{law}。", None))
    assert list(language.before_the_law(f"违反{law}。", date(2003, 5, 1)))
    assert not list(language.before_the_law(f"2003年5月1日，至2026年3月1日，违反{law}。", date(2003, 5, 1)))
    assert not list(language.before_the_law("违反《某某办法》。", date(1999, 1, 1)))


def test_the_papers_of_the_system_have_no_slips() -> None:
    assert [remark.text for paper in samples.papers().values() for remark in of_text(paper)] == []


def test_each_remark_names_the_paragraph_and_the_words() -> None:
    paper = samples.papers()["analysis_report"]
    course = ("车辆行至弯道,未减速，，失控。",)
    told = [one for one in remarks_on(paper.model_copy(update={"course": course})) if one.code.endswith("_marks")]
    assert [one.weight for one in told] == [Weight.DOUBTFUL, Weight.DOUBTFUL]
    assert any(
        one.text == "“事故经过和应急处置·事故发生经过”第1段汉字之间用了半角标点：“车辆行至弯道,未减速，，失控。”。"
        for one in told
    ), [one.text for one in told]
