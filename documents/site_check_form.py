"""现场核查表: the form of a site check as docx, empty for the pen, or as it was answered."""

from __future__ import annotations

from documents.layout.measures import BIAOSONG, CELL, FANG
from documents.layout.package import Frame, Sheet, assemble
from documents.layout.table import form, table
from documents.layout.text import empty, paragraph, run, run_properties
from models.kernel.calendar.local_time import chinese_date
from models.papers.content.wording import moment
from models.register.rules.site_checks import ANSWERS, SiteCheckForm, site_questions

TITLE = "道路交通安全隐患现场核查表"
_TITLE = run_properties(BIAOSONG, 44)
_NOTE = "说明：每项选一个答案，有问题的写明具体情况；照片、草图随本表保存。"


def site_check_form(sheet: SiteCheckForm) -> bytes:
    """Return the form as docx; the same content gives the same bytes."""
    head = form(
        [
            ("隐患编号", sheet.hazard_number, 1),
            ("隐患描述", sheet.description, 2),
            ("位　　置", sheet.where, 1),
            ("核查时间", moment(sheet.at) if sheet.at else "", 1),
            ("核 查 人", "、".join(sheet.by), 1.5),
        ],
        label=1,
        field=4,
    )
    answered = [
        (question.aspect, question.asks, _boxes(sheet, question.key), _said(sheet, question.key))
        for question in site_questions()
    ]
    questions = table(("方面", "核查项目", "情况", "具体问题"), answered, (0.5, 2.8, 1.8, 2), blank=True)
    result = form(
        [
            ("核查结论", _verdict(sheet), 1),
            ("核查情况", sheet.note or "", 2),
            ("核查人签名", "", 2),
        ],
        label=1,
        field=4,
    )
    text = (
        paragraph("GWTitle", run(sheet.unit, _TITLE))
        + paragraph("GWTitle", run(TITLE, _TITLE))
        + empty()
        + head
        + empty()
        + questions
        + empty()
        + result
        + paragraph("GWCellText", run(f"{_NOTE}打印日期：{chinese_date(sheet.printed)}。", run_properties(FANG, CELL)))
    )
    return assemble(
        Sheet(
            body=text,
            frame=Frame.DOCUMENT,
            title=f"{TITLE} {sheet.hazard_number}",
            creator=sheet.unit,
            category=TITLE,
            dated=sheet.printed,
        )
    )


def _boxes(sheet: SiteCheckForm, key: str) -> str:
    given = sheet.answers.get(key)
    problem, fine, none = (
        f"{'☑' if given is not None and given.answer == answer else '□'}{answer}" for answer in ANSWERS
    )
    return f"{problem}　{fine}\n{none}"


def _said(sheet: SiteCheckForm, key: str) -> str | None:
    """Return what the problem is; None leaves room for the pen."""
    given = sheet.answers.get(key)
    if given is None:
        return None
    return given.note or "—"


def _verdict(sheet: SiteCheckForm) -> str:
    yes, no = ("☑" if sheet.confirmed is one else "□" for one in (True, False))
    return f"{yes}确认为隐患（等级：{sheet.severity or '　　　　'}）　{no}未确认为隐患"
