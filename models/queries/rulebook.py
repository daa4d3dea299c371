"""The rules and the calendar in force, read from their tables and kept in memory until a row is added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.rules.deadline_rules import DeadlineRule, Unit
from models.rules.vocabulary import Turn
from models.rules.workdays import Calendar, DayKind
from models.rules.workdays import CalendarDay as Day
from models.tables import CalendarDay, CalendarYear, DeadlineRuleRow


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every version of every deadline rule, and the calendar."""

    calendar: Calendar
    versions: Mapping[tuple[str, int], DeadlineRule]
    latest: Mapping[str, DeadlineRule]

    def rule(self, code: str, version: int | None = None) -> DeadlineRule:
        """Return a rule, the latest version by default. Raises NotFound for one that never was."""
        found = self.latest.get(code) if version is None else self.versions.get((code, version))
        if found is None:
            raise NotFound(f"没有时限规则“{code}”。", code="rule_not_found")
        return found


def rulebook(session: Session) -> Rulebook:
    """Return what is in force in the session's database. One small statement where nothing has changed."""
    signature = session.execute(
        select(
            select(func.max(DeadlineRuleRow.id)).scalar_subquery(),
            select(func.max(CalendarYear.loaded_at)).scalar_subquery(),
            select(func.count()).select_from(CalendarDay).scalar_subquery(),
        )
    ).one()
    key = (str(session.get_bind().engine.url), *signature)
    if key not in _shelf:
        if len(_shelf) >= SHELF:
            _shelf.clear()
        _shelf[key] = _load(session)
    return _shelf[key]


SHELF = 8
_shelf: dict[tuple[Any, ...], Rulebook] = {}


def _load(session: Session) -> Rulebook:
    rows = session.execute(select(DeadlineRuleRow.code, DeadlineRuleRow.data).order_by(DeadlineRuleRow.version))
    rules = [rule_from(row.data) for row in rows]
    days = session.execute(select(CalendarDay.day, CalendarDay.off, CalendarDay.name))
    calendar = Calendar.of(
        (Day(row.day, DayKind.OFF if row.off else DayKind.WORK, row.name) for row in days),
        {row.year: row.version for row in session.execute(select(CalendarYear.year, CalendarYear.version))},
    )
    return Rulebook(calendar, {(rule.code, rule.version): rule for rule in rules}, {rule.code: rule for rule in rules})


def rule_from(data: Mapping[str, Any]) -> DeadlineRule:
    """Return the rule that `rule_data` wrote down."""
    return DeadlineRule(**{**data, "unit": Unit(data["unit"]), "turn": Turn(data["turn"])})


def rule_data(rule: DeadlineRule) -> dict[str, Any]:
    """Return a rule as plain values for its row."""
    return asdict(rule)
