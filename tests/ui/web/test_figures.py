"""事故数据: every reader of the police sees the same figures, what they count, and where their rows are; charts say it in words."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import Role
from models.papers.rules.periods import Period
from models.register.queries.figures import Line, Month
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.web.leading.charts import breakdown_chart, outliers, trend_chart, trend_in_words


def month(number: int, accidents: int, *, whole: bool = True) -> Month:
    """Return a month of which ten accidents are expected."""
    return Month(date(2026, number, 1), accidents, 0, 9, 0, 10.0, 4, 17, whole)


def test_the_page_says_what_it_counts_and_opens_the_rows(story: Story, look: Look) -> None:
    story.file()
    asked = {"from": "2025-01-01", "to": "2025-12-01"}
    page = words(look("ling", "figures", **asked)).replace("&amp;", "&")
    for said in (
        "内部参考，以公安交管统计为准",
        "按一般程序处理的和程序不详的道路交通事故",
        "/accidents?since=2025-01-01&until=2025-12-01&coverage=jurisdiction",
        "死亡3人以上事故起数",
        "此前不足三年的数据，不作期望区间",
        "历史总数和统计基数由民警、内勤录入",
    ):
        assert said in page, said
    officer = words(look("wang", "figures", **asked, by="weekday")).replace("&amp;", "&")
    assert "星期" in officer
    assert page.count("/accidents?") >= 2


def test_a_span_that_cannot_be_is_told_and_strange_words_of_the_address_ask_for_nothing(
    story: Story, look: Look
) -> None:
    page = words(look("li", "figures", **{"from": "2025-05-02", "to": "2025-05-01"}))
    assert "末日早于首日" in page
    page = look("li", "figures", **{"from": "morgen", "by": "moon", "coverage": "all", "division": "999999"})
    assert not page.exception


def test_for_an_agency_there_is_no_such_page(story: Story, look: Look) -> None:
    story.employ("ju", Role.AGENCY, unit="鄂州市公安局")
    page = look("ju", "figures")
    assert all(title.value != "事故数据" for title in page.title)


def test_charts_say_in_words_what_they_show() -> None:
    months = [month(1, 12), month(2, 3), month(3, 1, whole=False)]
    assert [one.month.month for one in outliers(months)] == [2], "a month that is not over is no outlier"
    assert trend_in_words(months, 2026) == "2026年各月事故起数：1月12起，2月3起，3月1起；超出期望区间的月份：2月。"
    drawn = trend_chart(months, 2026).to_dict()
    assert drawn["description"] == trend_in_words(months, 2026)
    assert "http" not in str({name: value for name, value in drawn.items() if name != "$schema"})
    lines = [Line("追尾", "追尾", {"accidents": 3}, {"accidents": 2}, {})]
    assert breakdown_chart(lines, "事故形态").to_dict()["description"] == "事故形态：追尾3起（上年同期2起）。"
    assert Period(date(2026, 1, 1), date(2026, 3, 31)).called == "2026年第一季度"
