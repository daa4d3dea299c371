"""The rules and the calendar in force, read from their tables and kept in memory until a row is added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.clock.rules.deadline_rules import DeadlineRule, Unit
from models.clock.rules.escalation import DEFAULT_LADDER, Addressee, Rung, When
from models.clock.tables import CalendarDay, CalendarYear, DeadlineRuleRow, LadderRung
from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.calendar.workdays import Calendar, DayKind
from models.kernel.calendar.workdays import CalendarDay as Day
from models.kernel.errors import NotFound
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Light, Rhythm, Turn
from models.office.queries.competence import Competence, Competences, competences, own_bodies
from models.office.rules.writing_rules import STANDARD, Manner, Manners
from models.papers.tables import CircularRhythm, MannerRow


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every version of every deadline rule, the calendar, the ladder with its version (0: the default), and how we
    write to whom."""

    calendar: Calendar
    versions: Mapping[tuple[str, int], DeadlineRule]
    latest: Mapping[str, DeadlineRule]
    ladder: tuple[Rung, ...] = DEFAULT_LADDER
    ladder_version: int = 0
    manners: Manners = STANDARD
    competences: Competences = field(default_factory=Competences)
    rhythms: tuple[tuple[date, Rhythm], ...] = ()
    """From which day on circulars are due how often, the newest last."""

    def rhythm(self, on: date) -> Rhythm:
        """Return how often a circular is due on a day: quarterly where nobody said otherwise."""
        return next((every for since, every in reversed(self.rhythms) if since <= on), Rhythm.QUARTER)

    def rule(self, code: str, version: int | None = None) -> DeadlineRule:
        """Return a rule, the latest version by default. Raises NotFound for one that never was."""
        found = self.latest.get(code) if version is None else self.versions.get((code, version))
        if found is None:
            known = "、".join(sorted(self.latest))
            raise NotFound(f"没有时限规则“{code}”，可用的有：{known}。", code="rule_not_found")
        return found

    def with_rule(self, rule: DeadlineRule) -> Rulebook:
        """Return the rulebook with one more version of a rule."""
        versions = {**self.versions, (rule.code, rule.version): rule}
        return replace(self, versions=versions, latest={**self.latest, rule.code: rule})


def rulebook(session: Session) -> Rulebook:
    """Return what is in force in the session's database. One small statement where nothing has changed."""
    key = (str(session.get_bind().engine.url), *session.execute(_SIGNATURE).one())
    if key not in _shelf:
        if len(_shelf) >= SHELF:
            _shelf.clear()
        _shelf[key] = _load(session)
    return _shelf[key]


def rules_of(act: Act) -> Rulebook:
    """Return the rules, as they stood when this act first asked for them. Most acts never do."""
    found: Rulebook | None = act.session.info.get("rules")
    if found is None:
        with act.session.no_autoflush:  # a row under construction is not ready to be written
            found = act.session.info["rules"] = rulebook(act.session)
    return found


def competence(session: Session, on: date) -> Competence | None:
    """Return what our unit may ask of others on a day; None before the installation has one."""
    bodies = own_bodies(session)
    return Competence(bodies, rulebook(session).competences, on) if "unit" in bodies else None


SHELF = 8
_shelf: dict[tuple[object, ...], Rulebook] = {}
_SIGNATURE = select(
    select(func.max(DeadlineRuleRow.id)).scalar_subquery(),
    select(func.max(MannerRow.id)).scalar_subquery(),
    select(func.max(CalendarYear.loaded_at)).scalar_subquery(),
    select(func.count()).select_from(CalendarDay).scalar_subquery(),
    # A correction may come with an earlier moment and as many days as before; its record is always new.
    select(func.max(AdminEvent.id)).scalar_subquery(),
)


def _load(session: Session) -> Rulebook:
    rows = session.execute(select(DeadlineRuleRow.code, DeadlineRuleRow.data).order_by(DeadlineRuleRow.version))
    rules = [rule_from(row.data) for row in rows]
    days = session.execute(select(CalendarDay.day, CalendarDay.off, CalendarDay.name))
    calendar = Calendar.of(
        (Day(row.day, DayKind.OFF if row.off else DayKind.WORK, row.name) for row in days),
        {row.year: row.version for row in session.execute(select(CalendarYear.year, CalendarYear.version))},
    )
    version = session.scalar(select(func.max(LadderRung.version))) or 0
    rungs = session.scalars(select(LadderRung.data).where(LadderRung.version == version).order_by(LadderRung.position))
    return Rulebook(
        calendar,
        {(rule.code, rule.version): rule for rule in rules},
        {rule.code: rule for rule in rules},
        tuple(rung_from(data) for data in rungs) or DEFAULT_LADDER,
        version,
        manners(session),
        competences(session),
        tuple(
            (row.valid_from, row.every)
            for row in session.execute(
                select(CircularRhythm.valid_from, CircularRhythm.every).order_by(CircularRhythm.id)
            )
        ),
    )


def manners(session: Session) -> Manners:
    """Read the newest version of each row; an installation without rows writes by the standard table."""
    newest = {(row.recipients, row.kind): row for row in session.scalars(select(MannerRow).order_by(MannerRow.version))}
    if not newest:
        return STANDARD
    return Manners(
        {key: manner_from(row) for key, row in newest.items()},
        {key: row.id for key, row in newest.items()},
        {key: row.version for key, row in newest.items()},
    )


def manner_from(row: MannerRow) -> Manner:
    """Return the manner that a row holds."""
    return Manner(**{one.name: getattr(row, one.name) for one in fields(Manner)})


def rule_from(data: Json) -> DeadlineRule:
    """Return the rule that `rule_data` wrote down."""
    return DeadlineRule(**{**data, "unit": Unit(data["unit"]), "turn": Turn(data["turn"])})


def rule_data(rule: DeadlineRule) -> Json:
    """Return a rule as plain values for its row."""
    return asdict(rule)


def rung_from(data: Json) -> Rung:
    """Return the rung that `rung_data` wrote down."""
    return Rung(
        code=data["code"],
        when=When(data["when"]),
        what=data["what"],
        addressees=tuple(Addressee(told) for told in data["addressees"]),
        working_days=data["working_days"],
        needs_approval=data["needs_approval"],
        light=None if data["light"] is None else Light(data["light"]),
        rules=None if data["rules"] is None else frozenset(data["rules"]),
    )


def rung_data(rung: Rung) -> Json:
    """Return a rung as plain values for its row."""
    return {
        **asdict(rung),
        "addressees": [told.value for told in rung.addressees],
        "rules": None if rung.rules is None else sorted(rung.rules),
    }
