"""The form of a site check: empty for the pen, or as it was answered; the same content, the same bytes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime

from docx import Document

from documents.site_check_form import TITLE, site_check_form
from models.kernel.calendar.local_time import SHANGHAI
from models.register.rules.site_checks import SiteAnswer, SiteCheckForm, site_questions

EMPTY = SiteCheckForm("某市公安局交通警察支队", "YH2026-0001", "护栏缺失", "S239 K12+300", date(2026, 6, 1))


def said(form: SiteCheckForm) -> str:
    document = Document(io.BytesIO(site_check_form(form)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_an_empty_form_asks_every_question_and_answers_none() -> None:
    told = said(EMPTY)
    assert TITLE in told
    assert "YH2026-0001" in told
    assert all(question.asks in told for question in site_questions())
    assert "☑" not in told


def test_a_filled_form_says_what_was_found_and_by_whom() -> None:
    answers = {question.key: SiteAnswer("无问题") for question in site_questions()}
    answers["road.sight"] = SiteAnswer("有问题", "树木遮挡")
    filled = replace(
        EMPTY,
        at=datetime(2026, 6, 1, 9, tzinfo=SHANGHAI),
        by=("李某", "王某"),
        answers=answers,
        confirmed=True,
        severity="重大隐患",
        note="已设警示桶",
    )
    told = said(filled)
    for words in (
        "2026年6月1日",
        "李某、王某",
        "树木遮挡",
        "☑确认为隐患（等级：重大隐患）",
        "□未确认为隐患",
        "已设警示桶",
    ):
        assert words in told
    assert told.count("☑无问题") == len(site_questions()) - 1
    assert site_check_form(filled) == site_check_form(filled)
