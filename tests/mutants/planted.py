"""Planted mutants: one line of a rule made wrong, and the fast tests that must notice it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """What goes wrong; `line` of `file`, which stands there once, becomes `instead`; `tests` are named as pytest does."""

    name: str
    wrong: str
    file: str
    line: str
    instead: str
    tests: tuple[str, ...]


PLANTED = (
    Mutant(
        "policy.stand_in",
        "who stands in for a signer gets all rights of the signer",
        "models/kernel/rights/policy.py",
        "if role in actor.roles or (role is Role.SIGNER and reach is Reach.STEP and actor.stands_in)",
        "if role in actor.roles or (role is Role.SIGNER and actor.stands_in)",
        ("tests/models/kernel/test_policy.py",),
    ),
    Mutant(
        "policy.territory",
        "a right reaches into the cases of every unit",
        "models/kernel/rights/policy.py",
        "if Reach.UNIT in granted and unit_path is not None and unit_path.startswith(actor.path):",
        "if Reach.UNIT in granted and unit_path is not None:",
        ("tests/models/kernel/test_policy.py",),
    ),
    Mutant(
        "lifecycle.guard",
        "a measure is closed as done though nobody looked on site",
        "models/kernel/lifecycle.py",
        'Transition(A.AWAITING_VERIFICATION, "close_as_done", "verified", A.CLOSED),',
        'Transition(A.AWAITING_VERIFICATION, "close_as_done", None, A.CLOSED),',
        ("tests/models/kernel/test_lifecycle.py",),
    ),
    Mutant(
        "chain.link",
        "an event's hash does not cover the hash before it",
        "models/kernel/record/event_chain.py",
        'covered["prev_hash"] = prev_hash',
        'covered["prev_hash"] = GENESIS',
        ("tests/models/kernel/test_event_chain.py",),
    ),
    Mutant(
        "visible.struck",
        "who was taken off a paper's list reads on",
        "models/kernel/rights/visible.py",
        ".where(Reader.document_id == Document.id, Reader.user_id == actor.id, Reader.removed_at.is_(None))",
        ".where(Reader.document_id == Document.id, Reader.user_id == actor.id)",
        ("tests/journeys/test_lists_and_recusals.py",),
    ),
    Mutant(
        "visible.recused",
        "who stays out of a case sees it",
        "models/kernel/rights/visible.py",
        "return and_(or_(*ways), takes_part(actor, Case.__table__.c.id)) if ways else false()",
        "return or_(*ways) if ways else false()",
        ("tests/journeys/test_lists_and_recusals.py",),
    ),
    Mutant(
        "clock.late",
        "the last day is late",
        "models/clock/rules/deadlines.py",
        "return local_date(at) > due_on",
        "return local_date(at) >= due_on",
        ("tests/models/clock/test_deadlines.py",),
    ),
    Mutant(
        "clock.extension",
        "an extension may be asked for on the last day",
        "models/clock/rules/deadlines.py",
        "if asked_on >= due.due_on:",
        "if asked_on > due.due_on:",
        ("tests/models/clock/test_deadlines.py",),
    ),
    Mutant(
        "ladder.one_order",
        "each late measure of a notice draws an order of its own",
        "models/clock/rules/escalation.py",
        "if rung.when is When.OVERDUE and rung.needs_approval and standing.order_open:",
        "if rung.when is When.OVERDUE and rung.needs_approval and not standing.order_open:",
        ("tests/models/clock/test_escalation.py",),
    ),
    Mutant(
        "ladder.talk",
        "a talk is in vain on the day on which it is held",
        "models/clock/rules/escalation.py",
        "return max(red_on, standing.talk_held_on + DAY), date.max",
        "return max(red_on, standing.talk_held_on), date.max",
        ("tests/models/clock/test_escalation.py",),
    ),
    Mutant(
        "calendar.roll",
        "a limit ends on a rest day",
        "models/kernel/calendar/workdays.py",
        "return day if self.is_workday(day) else self.next_workday(day)",
        "return day",
        ("tests/models/clock/test_deadlines.py",),
    ),
    Mutant(
        "grade.floor",
        "a grade begins one above its number",
        "models/accident/rules/grading.py",
        "if any(figure is not None and figure >= floor for figure, floor in zip(figures, floors, strict=True)):",
        "if any(figure is not None and figure > floor for figure, floor in zip(figures, floors, strict=True)):",
        ("tests/models/accident/test_grading.py",),
    ),
    Mutant(
        "grade.window",
        "a death on the seventh day no longer counts",
        "models/accident/rules/grading.py",
        "return later_death_on <= window_ends(accident_at, accident_day_counts=accident_day_counts)",
        "return later_death_on < window_ends(accident_at, accident_day_counts=accident_day_counts)",
        ("tests/models/accident/test_grading.py",),
    ),
    Mutant(
        "chain_of_approval.twice",
        "one person takes two steps of a paper's chain",
        "models/office/rules/approval_chain.py",
        "for account in sorted({account for account in named if named.count(account) > 1}):",
        "for account in sorted({account for account in named if named.count(account) > 2}):",
        ("tests/models/office/test_approval_chain.py",),
    ),
    Mutant(
        "competence.relation",
        "a government above us is none of our superiors",
        "models/office/rules/relations.py",
        "if recipient.kind in _RULERS and within(issuer.division, recipient.division):",
        "if recipient.kind in _RULERS and within(recipient.division, issuer.division):",
        ("tests/models/office/test_relations.py",),
    ),
    Mutant(
        "competence.level",
        "a body of a higher level is ordered",
        "models/office/rules/stands.py",
        "    if up == 1:\n        return Stand.HIGHER_HERE",
        "    if up == 1:\n        return Stand.PEER",
        ("tests/models/office/test_competence.py",),
    ),
    Mutant(
        "carrier.months",
        "a carrier is ordered for accidents six months to the day apart",
        "models/papers/kinds/compel_decision/conditions.py",
        "tuple(one for one in known if first.on <= one.on < six_months_after(first.on))",
        "tuple(one for one in known if first.on <= one.on <= six_months_after(first.on))",
        ("tests/models/papers/test_carrier_conditions.py",),
    ),
    Mutant(
        "carrier.heard",
        "a party whose statement nobody looked into is ordered",
        "models/papers/kinds/compel_decision/conditions.py",
        "elif hearing.stated and not (hearing.stated_on and hearing.statement and hearing.outcome):",
        "elif hearing.stated and not (hearing.stated_on and hearing.statement):",
        ("tests/models/papers/test_carrier_conditions.py",),
    ),
    Mutant(
        "optimistic_lock.about",
        "a form is kept though somebody acted on the same thing since",
        "models/optimistic_lock.py",
        "if event.kind in same or (not drafted and about & _things(event.data)):",
        "if event.kind in same:",
        ("tests/models/overview/test_optimistic_lock.py",),
    ),
    Mutant(
        "competence.circular",
        "a circular names whom nobody may name",
        "models/office/queries/competence.py",
        'return self.ruling(unit, Purpose.CIRCULATE, by="commission").leaves',
        "return True",
        ("tests/journeys/test_a_circular.py",),
    ),
    Mutant(
        "backup.last_block",
        "what was cut after a block opens as if it were whole",
        "models/keeping/rules/cipher.py",
        'return count.to_bytes(11, "big") + bytes([last])',
        'return count.to_bytes(11, "big") + bytes([last and count < 0])',
        ("tests/models/keeping/test_format.py",),
    ),
    Mutant(
        "restore.lost_files",
        "a restore says done though files of the backup are damaged",
        "models/keeping/restoring.py",
        "if files.lost and not in_part:",
        "if not files and not in_part:",
        ("tests/models/keeping/test_drill.py",),
    ),
    Mutant(
        "archive.excuse_state",
        "what was excused once is excused however it stands later",
        "models/archive/queries/completeness.py",
        "excuse = excused.get((gap.key, gap.state)) if gap.excusable else None",
        "excuse = next((one for (key, _), one in excused.items() if key == gap.key), None)",
        ("tests/journeys/test_complete_before_closed.py",),
    ),
    Mutant(
        "archive.shared_files",
        "a disposal takes away files that another case holds",
        "flows/archive_disposal.py",
        "own = set(stored_files(act.session, [case_id])) - files_of_others(act.session, case_id)",
        "own = set(stored_files(act.session, [case_id]))",
        ("tests/journeys/test_a_volume_through_the_years.py",),
    ),
    Mutant(
        "figures.injured",
        "injured of whom only some are known count as all known",
        "models/register/queries/counting.py",
        "    func.count(func.coalesce(ROW.injured_unspecified, ROW.serious + ROW.light)),",
        "    func.count(func.coalesce(ROW.injured_unspecified, ROW.serious, ROW.light)),",
        ("tests/models/register/test_figures.py",),
    ),
    Mutant(
        "figures.simple",
        "accidents of the simple procedure count in the four indices",
        "models/register/queries/counting.py",
        "    if procedure is Procedure.SIMPLE:",
        "    if procedure is None:",
        ("tests/models/register/test_figures.py",),
    ),
)
