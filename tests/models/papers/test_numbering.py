"""Numbers read and write exactly one form; retention at its boundaries."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.accident.rules.grading import Casualties, grade
from models.kernel.errors import Invalid
from models.papers.rules.numbering import (
    CaseNumber,
    DocumentNumber,
    archive_number,
    case_number,
    check_archive_scheme,
    format_document_number,
    parse_case_number,
    parse_document_number,
)
from models.papers.rules.retention import Retention, kept_until, retention


def test_a_document_number_is_written_as_the_standard_does() -> None:
    assert format_document_number("鄂州公交调", 2026, 12) == "鄂州公交调〔2026〕12号"
    assert parse_document_number("鄂州公交调〔2026〕12号") == DocumentNumber("鄂州公交调", 2026, 12)


@pytest.mark.parametrize(
    "text",
    [
        "鄂州公交调[2026]12号",
        "鄂州公交调（2026）12号",
        "鄂州公交调【2026】12号",
        "鄂州公交调〔2026〕012号",
        "鄂州公交调〔2026〕第12号",
        "鄂州公交调〔2026〕0号",
        "鄂州公交调〔26〕12号",
        "鄂州公交调〔2026〕12",
        "鄂州公交调〔２０２６〕12号",
        " 鄂州公交调〔2026〕12号",
        "鄂州公交调〔2026〕12号\n",
        "〔2026〕12号",
        "",
    ],
)
def test_any_other_form_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Invalid, match="机关代字〔2026〕12号"):
        parse_document_number(text)


@given(st.integers(1949, 9999), st.integers(1, 10**7))
def test_a_number_reads_back_as_itself(year: int, serial: int) -> None:
    number, case = DocumentNumber("鄂公交函", year, serial), CaseNumber("4207", year, serial)
    assert parse_document_number(str(number)) == number
    assert parse_case_number(str(case)) == case


def test_a_case_number_pads_to_four_digits_and_grows_beyond() -> None:
    assert str(case_number("420704", 2026, 1)) == "4207-2026-0001"
    assert str(case_number("420700", 2026, 10000)) == "4207-2026-10000"


@pytest.mark.parametrize(
    "text", ["4207-2026-1", "4207-2026-00001", "420700-2026-0001", "4207-2026-0000", "4207/2026/0001"]
)
def test_another_case_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_case_number(text)


def test_parts_out_of_range_are_refused() -> None:
    with pytest.raises(Invalid, match="应为2至20个汉字"):
        DocumentNumber("EZ", 2026, 1)
    with pytest.raises(Invalid, match="应为4位数字"):
        CaseNumber("42", 2026, 1)
    with pytest.raises(Invalid, match="年份26应为四位数字"):
        DocumentNumber("鄂州公交调", 26, 1)
    with pytest.raises(Invalid, match="序号应从1开始"):
        DocumentNumber("鄂州公交调", 2026, 0)


def test_an_archive_number_follows_the_scheme() -> None:
    default = archive_number(fonds="0127", year=2026, term=Retention.YEARS_30, unit="JJZD", volume=7)
    assert default == "0127-2026-D30-JJZD-0007"
    own = archive_number(
        fonds="0127",
        year=2026,
        term=Retention.PERMANENT,
        unit="交警",
        volume=7,
        scheme="{fonds}·{unit}{year}{retention}.{volume}",
    )
    assert own == "0127·交警2026Y.7"
    with pytest.raises(Invalid, match="缺少全宗号或者机构代码"):
        archive_number(fonds=" ", year=2026, term=Retention.PERMANENT, unit="交警", volume=7)


@pytest.mark.parametrize(
    "scheme",
    ["", "{fonds}-{year}", "{fonds}-{year}-{retention}-{unit}-{volume}-{volume}", "{fonds", "{0}-{1}",
     "{fonds}-{year}-{retention}-{unit:d}-{volume}", "{fonds.x}-{year}-{retention}-{unit}-{volume}"],
)  # fmt: skip
def test_a_scheme_that_cannot_work_is_refused(scheme: str) -> None:
    with pytest.raises(Invalid, match="档号方案"):
        check_archive_scheme(scheme)


@pytest.mark.parametrize(
    ("deaths", "hurt", "loss", "term"),
    [
        (None, None, None, "D10"),
        (0, 0, 400_000, "D10"),
        (0, 1, None, "D30"),
        (1, 0, None, "D30"),
        (2, 9, 9_999_999, "D30"),
        (3, None, None, "Y"),
        (0, 10, None, "Y"),
        (0, 0, 10_000_000, "Y"),
        (54, 0, 0, "Y"),
    ],
)
def test_a_grade_reached_by_injuries_or_loss_is_kept_as_one_reached_by_deaths(
    deaths: int | None, hurt: int | None, loss: int | None, term: str
) -> None:
    reached = grade(Casualties(deaths=deaths, serious_injuries=hurt, economic_loss=loss)).grade
    assert retention(reached, deaths, hurt) == term


def test_keeping_is_counted_from_the_year_after_closing() -> None:
    closed = date(2026, 1, 2)
    assert kept_until(Retention.YEARS_10, closed) == date(2036, 12, 31)
    assert kept_until(Retention.YEARS_30, date(2026, 12, 31)) == date(2056, 12, 31)
    assert kept_until(Retention.PERMANENT, closed) is None
