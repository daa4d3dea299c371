"""What a correction or withdrawal does to each clock of the wrong paper, and how changed facts are put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from models.kernel.calendar.local_time import SHANGHAI, chinese_date
from models.kernel.vocabulary import ClockEffect, Grade

COMPLETIONS = ("measure.complete", "order.complete")
FACTS = {
    # Fact of an accident in a paper's content: how it is read out.
    "occurred_at": "事故时间",
    "place": "事故地点",
    "weather": "天气",
    "light": "照明条件",
    "pattern": "事故形态",
    "deaths": "死亡人数",
    "serious_injuries": "重伤人数",
    "minor_injuries": "轻伤人数",
    "injured_unspecified": "受伤人数（伤情未定）",
    "economic_loss": "直接经济损失",
    "property_loss": "直接财产损失",
    "accident_number": "事故编号",
    "grade": "事故等级",
    "title": "标题",
}


MONEY = ("economic_loss", "property_loss")
# A paper that does not give these yet is not wrong when they become known.
LATER = (*MONEY, "accident_number", "minor_injuries", "weather", "light", "pattern")
IN_WORDS = ("place", "weather", "light", "pattern", "accident_number", "title")


# A fact as a paper's content and a flag keep it; and by its name what the paper says and what is right now.
Fact = str | int | None
Changes = dict[str, list[Fact]]


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that a paper states wrongly, as a correction lists it."""

    place: str
    wrong: str
    right: str


def effect_on(effect: ClockEffect, rule_code: str, *, given: bool, milestone: bool = False) -> ClockEffect:
    """Return what an amendment's stated effect means for one clock.

    A new date is one of completion as a whole. A restart counts a length anew, so a date that a person set stands.
    """
    if effect is ClockEffect.CHANGED and (milestone or rule_code not in COMPLETIONS):
        return ClockEffect.UNCHANGED
    if effect is ClockEffect.RESTARTED and given:
        return ClockEffect.UNCHANGED
    return effect


def changed_facts(said: Mapping[str, object], title: str, now: Mapping[str, Fact]) -> Changes:
    """Return per fact [what the paper says, what is right now]: `said` is the paper's frozen content.

    Papers that do not state the accident's figures have none. A title names the grade.
    """
    accident = said.get("accident")
    if not isinstance(accident, dict):
        return {}
    changes = {
        fact: [_said(fact, accident), now[fact]]
        for fact in FACTS
        if fact in now and _said(fact, accident) != now[fact] and not (fact in LATER and accident.get(fact) is None)
    }
    if "grade" in changes:
        before, after = (f"{Grade(str(grade)).label}道路交通事故" for grade in changes["grade"])
        if before in title:
            changes["title"] = [title, title.replace(before, after)]
    return changes


def _said(fact: str, accident: Mapping[str, Fact]) -> Fact:
    """What a paper says of a fact; money stands in it to the fen, as text, and a moment in its own notation."""
    value = accident.get(fact)
    if fact == "occurred_at" and isinstance(value, str):
        return datetime.fromisoformat(str(value)).astimezone(SHANGHAI).isoformat()
    return int(Decimal(value)) if fact in MONEY and value is not None else value


def in_words(changes: Mapping[str, Sequence[Fact]]) -> list[Change]:
    """Return the changes as a correction lists them."""
    return [Change(FACTS[fact], _word(fact, before), _word(fact, after)) for fact, (before, after) in changes.items()]


def _word(fact: str, value: Fact) -> str:
    if fact == "grade":
        return f"{Grade(str(value)).label}事故"
    if value is None:
        return "尚未查清"
    if fact in IN_WORDS:
        return str(value)
    if fact == "occurred_at":
        at = datetime.fromisoformat(str(value))
        return f"{chinese_date(at.date())}{at.hour}时{at.minute:02d}分"
    return f"{value}元" if fact in MONEY else f"{value}人"
