"""现场核查表: the questions of a check on site by aspect, which are data, and what an officer answered."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from models.kernel.errors import Fault, Invalid
from models.kernel.storage import limits
from models.kernel.text.invisible import refuse_invisible

PROBLEM, FINE, NOT_APPLICABLE = ANSWERS = ("有问题", "无问题", "不适用")
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class SiteQuestion:
    """One question of the form: 人, 车, 路, 环 or 管, and what is asked so that a problem is a danger."""

    key: str
    aspect: str
    asks: str


@dataclass(frozen=True, slots=True)
class SiteAnswer:
    """What was answered to a question; a problem says what it is."""

    answer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SiteCheckForm:
    """What the form of a site check says: of which hazard, and, once somebody was there, when, who and what was found.

    `confirmed` None is an empty form, for the pen.
    """

    unit: str
    hazard_number: str
    description: str
    where: str
    printed: date
    at: datetime | None = None
    by: tuple[str, ...] = ()
    answers: Mapping[str, SiteAnswer] = field(default_factory=dict)
    confirmed: bool | None = None
    severity: str | None = None
    note: str | None = None


@cache
def site_questions() -> tuple[SiteQuestion, ...]:
    """Return the questions in the order of the form."""
    read = tomllib.loads((files("models.register.rules") / "site_check.toml").read_text("utf-8"))
    return tuple(SiteQuestion(**question) for question in read["question"])


def read_answers(lines: Iterable[str]) -> dict[str, SiteAnswer]:
    """Return the answers, each written as KEY=ANSWER or KEY=ANSWER：NOTE, by their questions.

    Raises Invalid with every fault: a question that is not asked, answered twice or not at all, a problem without words.
    """
    faults: list[Fault] = []
    asked = {question.key: question for question in site_questions()}
    found: dict[str, SiteAnswer] = {}
    for line in lines:
        key, _, said = line.partition("=")
        answer, _, note = said.replace(":", "：").partition("：")
        key, answer = key.strip(), answer.strip()
        if key not in asked or key in found or answer not in ANSWERS:
            faults.append(Fault(line, f"请写成 项目=答案：说明，答案为{'、'.join(ANSWERS)}，每项一次", "bad_answer"))
        else:
            found[key] = SiteAnswer(answer, note.strip())
            faults += _faults(asked[key], found[key])
    faults += [
        Fault(f"{question.aspect}·{question.asks}", "尚未填写", "not_answered")
        for key, question in asked.items()
        if key not in found and not faults
    ]
    if faults:
        raise Invalid(f"现场核查表有{len(faults)}处不合格，未保存：", faults=faults, code="bad_site_check")
    return {key: found[key] for key in asked}


def _faults(question: SiteQuestion, given: SiteAnswer) -> list[Fault]:
    at = f"{question.aspect}·{question.asks}"
    if given.answer == PROBLEM and not given.note:
        return [Fault(at, "有问题的，请说明具体情况", "note_missing")]
    try:
        refuse_invisible("说明", given.note)
        limits.refuse_long("说明", given.note, LONGEST_NOTE)
    except Invalid as refusal:
        return [Fault(at, refusal.message, refusal.code)]
    return []


def problems(answers: Mapping[str, Mapping[str, str]]) -> list[tuple[SiteQuestion, str]]:
    """Return the questions at which a problem was seen, with what was said, as a check keeps its answers."""
    return [
        (question, answers[question.key]["note"])
        for question in site_questions()
        if answers.get(question.key, {}).get("answer") == PROBLEM
    ]
