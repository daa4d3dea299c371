"""Decides, deadline by deadline and by pure rules, which rungs of the ladder are due. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.queries.rulebook import Rulebook
from models.clock.rules.escalation import ORDER_RULES, Addressee, DueRung, Standing, due_rungs
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.vocabulary import CaseKind, DocumentKind
from models.office.tables import Organisation
from models.papers.commands.drafting import Drafted, Wanted

from .look import Clock, Facts, Late, Sight

ACCOUNT = "account"  # the rung that puts a unit on the list of those whose accountability is looked at


@dataclass(slots=True)
class Step:
    """A rung to fire, with all that comes of it."""

    case: Case
    clock: Clock
    unit: Organisation
    due: DueRung
    told: list[tuple[int | None, int | None]]
    """(unit, person) pairs, one of them None."""
    listed: bool = False
    """Whether the next circular will name the unit for it."""
    restricted: bool = False
    """About a paper, or a subject, that only a named list knows."""
    paper: Wanted | None = None
    drafted: Drafted | None = None
    carried: list[int] = field(default_factory=list)
    """Measures in hands on the paper."""
    spends: list[Late] = field(default_factory=list)
    """Other clocks whose rung the paper spends."""
    talk: str | None = None
    """Why a talk is proposed."""
    item: str | None = None
    """Short name of the accountability item it lists."""
    findings: list[int] = field(default_factory=list)
    """What the item rests on."""

    @property
    def what(self) -> str:
        """Return what the rung does, as people read it."""
        return self.due.rung.what + ("，列入下期通报" if self.listed else "")


def decide(facts: Facts, sight: Sight, rules: Rulebook, today: date) -> Iterator[Step]:
    """Yield the steps of a case in the order in which they happen; `facts` are kept true on the way."""
    for clock in facts.clocks:
        unit = sight.units[clock.organisation_id]
        standing = _standing(facts, clock, sight, rules, today)
        for due in due_rungs(standing, today, rules.calendar, rules.ladder):
            told, restricted = _told(facts.case, clock, unit, due, sight)
            step = Step(facts.case, clock, unit, due, told, restricted=restricted)
            if due.rung.code in ("order", "order.again"):
                _order(facts, step, rules)
                # Circulars count what followed from accidents.
                named = unit.id in sight.circulated and facts.case.kind is CaseKind.ACCIDENT
                step.listed = due.rung.code == "order.again" and named
            elif due.rung.code == "talk" and unit.id in sight.summoned:
                step.talk = _disobeyed(clock)
            elif due.rung.code == ACCOUNT:
                _account(facts, step)
            facts.fired[clock.id].add(due.rung.code)
            yield step


def _disobeyed(clock: Clock) -> str:
    """Why a talk is proposed: the limit of the order that the summons cites, and since when it all is late."""
    ended = f"至{chinese_date(clock.due_on)}期限届满，督办事项仍未落实"
    since = deadlines.red_since(clock)
    return f"{ended}，自{chinese_date(since)}（首次督办期限届满次日）起持续逾期" if since <= clock.due_on else ended


def _standing(facts: Facts, clock: Clock, sight: Sight, rules: Rulebook, today: date) -> Standing:
    of_order = clock.rule_code in ORDER_RULES
    unit = clock.organisation_id
    talk_held = facts.talked.get(unit) if of_order else None
    return Standing(
        rule=clock.rule_code,
        turn=clock.turn,
        start=local_date(clock.started_at),
        due_on=clock.due_on,
        half_on=clock.half_on,
        near_on=clock.near_on,
        when_late=sight.when_late[unit],
        reminder_only=rules.rule(clock.rule_code, clock.rule_version).reminder_only,
        order_open=not of_order and unit in facts.ordered,
        red_since=deadlines.red_since(clock) if of_order and today > clock.due_on else None,
        talk_held_on=None if talk_held is None else local_date(talk_held),
        duty_failure=of_order and any(failing.of_duty for failing in facts.failings[unit]),
        fired=frozenset(facts.fired[clock.id]) | frozenset(clock.changes.get("fired", ())),
    )


def _order(facts: Facts, step: Step, rules: Rulebook) -> None:
    """Draft an order over all that the unit is late with; the rung is spent for every clock whose measure it lists."""
    unit, rung = step.unit.id, step.due.rung.code
    step.paper = Wanted(facts.case, DocumentKind.SUPERVISION_ORDER, unit, note=why_late(step.clock, rules))
    step.carried = facts.late_measures(unit)
    facts.ordered.add(unit)
    if rung != "order":
        return
    step.spends = [late for late in facts.late[unit] if late.id != step.clock.id and rung not in facts.fired[late.id]]
    for late in step.spends:
        facts.fired[late.id].add(rung)


def why_late(clock: Clock, rules: Rulebook) -> str:
    """Say which limit ended when."""
    rule = rules.rule(clock.rule_code, clock.rule_version)
    return f"{rule.name}的期限于{chinese_date(clock.due_on)}届满，至今未收到反馈"


def _account(facts: Facts, step: Step) -> None:
    """Put the unit on the list of accountability items, once; a person confirms the organ and drafts the proposal.

    What the dossier says of the unit is another matter, and perhaps proposed already: it does not stand for this one.
    """
    unit = step.unit.id
    if unit in facts.listed:
        return
    number = len(facts.items) + 1
    while f"A{number}" in facts.items:  # a dossier's own names need not be in order
        number += 1
    step.item = f"A{number}"
    # Only what was found of the unit itself: others' failings are not held against it because it was asked to mend them.
    late = facts.late_measures(unit)
    found = {failing.finding_id for failing in facts.failings[unit] if failing.assignment_id in late}
    step.findings = sorted(found)
    facts.listed.add(unit)
    facts.items.append(step.item)


def _told(
    case: Case, clock: Clock, unit: Organisation, due: DueRung, sight: Sight
) -> tuple[list[tuple[int | None, int | None]], bool]:
    """Return who is told, and whether of something that only a named list knows: of that, nobody else is."""
    if due.rung.code == ACCOUNT:
        return [(None, case.officer_id)], True
    told = _addressees(case, unit, due, sight)
    readers = sight.readers.get(clock.document_id or 0)
    if readers is None:
        return told, False
    return [(None, person) for _, person in told if person in readers], True


def _addressees(case: Case, unit: Organisation, due: DueRung, sight: Sight) -> list[tuple[int | None, int | None]]:
    """Return (unit, person) pairs, one of them None; a rung that waits for approval goes to officer and leaders."""
    told = due.addressees or (Addressee.OFFICER, Addressee.LEADERS)
    people: list[int] = []
    units: list[int] = []
    for addressee in told:
        if addressee is Addressee.RECIPIENT:
            units.append(unit.id)
        elif addressee is Addressee.OFFICER:
            people.append(case.officer_id)
        elif addressee is Addressee.SPONSOR and case.sponsor_id is not None:
            people.append(case.sponsor_id)
        elif addressee is Addressee.LEADERS:
            people += [who for who in sight.leaders.get(case.unit_id, ()) if (case.id, who) not in sight.recused]
    return [(one, None) for one in units] + [(None, person) for person in dict.fromkeys(people)]
