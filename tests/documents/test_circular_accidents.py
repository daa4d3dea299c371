"""通报: its accidents in the words of an office: numbers first below ten, nothing of a base of 0, no ranking, and their doubt."""

from __future__ import annotations

import pytest

from documents import render
from documents.kinds.circular.accidents import change
from models.kernel.vocabulary import Indicator
from models.papers.kinds.circular.content import AccidentCount, Circular
from tests.documents.anatomy import Docx
from tests.documents.kinds.circular import ACCIDENTS, FIGURES, circular, of_accidents


def text(paper: Circular) -> str:
    return Docx(render(paper)).text()


@pytest.mark.parametrize(
    ("indicator", "now", "before", "said"),
    [
        (Indicator.ACCIDENTS, 42, 45, "下降6.7%"),
        (Indicator.DEATHS, 6, 8, "减少2人（下降25.0%）"),
        (Indicator.DEATHS, 2, 0, "—"),
        (Indicator.DEATHS, 0, 0, "持平"),
        (Indicator.DEATHS, None, 3, "—"),
        (Indicator.INJURED, 51, 51, "持平"),
        (Indicator.PROPERTY_LOSS, 50_100, 50_000, "基本持平（上升0.2%）"),
    ],
)
def test_a_change_is_told_in_numbers_first_where_its_base_is_small(
    indicator: Indicator, now: int | None, before: int | None, said: str
) -> None:
    assert change(AccidentCount(indicator=indicator, now=now, before=before)) == said


def test_a_month_tells_its_accidents_first_and_everything_after_counts_one_part_later() -> None:
    whole = text(of_accidents())
    for said in (
        "6月1日至6月30日全市道路交通事故情况和深度调查整改措施落实情况通报如下",
        "一、道路交通事故情况",
        "6月，全市共发生道路交通事故42起，死亡6人，受伤51人，直接财产损失13.2万元（另有3起损失未定）。",
        "亡人事故6起，上年同期7起，减少1起；死亡3人以上事故0起，上年同期1起，减少1起。",
        "1月至6月累计发生道路交通事故231起",
        "本表按行政区划代码排列，不作名次。",
        "于2026年7月1日按管辖统计，为内部参考，以公安交管统计为准",
        "未满7日，死亡人数还可能增加",
        "二、整改措施总体情况",
        "三、逾期未完成事项",
        "第三部分原因栏注明了截止日后的进展",
    ):
        assert said in whole, said


def test_without_anything_to_compare_with_no_change_is_told() -> None:
    figures = tuple(one.model_copy(update={"before": None}) for one in ACCIDENTS.figures)
    year = ACCIDENTS.model_copy(update={"figures": figures, "cumulative": (), "divisions": ()})
    whole = text(circular(called="2026年度", figures=FIGURES.model_copy(update={"accidents": year})))
    assert "全年，全市共发生道路交通事故42起" in whole
    assert "其中，亡人事故6起；死亡3人以上事故0起。上年同期没有可比的数据。" in whole
    assert "累计" not in whole
    assert "不作名次" in whole, "of units"


def test_a_circular_without_the_register_is_what_it_was() -> None:
    whole = text(circular())
    assert "道路交通事故情况" not in whole
    assert "一、总体情况" in whole
    assert "第二部分原因栏注明了截止日后的进展" in whole
