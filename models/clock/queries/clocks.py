"""Loads a stored deadline as the value from which its explanation is computed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from models.clock.rules.deadlines import compute, given_date, with_changes
from models.clock.rules.due import Due, Extension, Pause
from models.kernel.base import Json

from .rulebook import Rulebook

FIRM = "firm"
"""In `changes` of a clock: no rest day moves its end, because the regulation that sets it knows no roll-over."""


class DeadlineFacts(Protocol):
    """The columns of a deadline that its count needs."""

    @property
    def rule_code(self) -> str: ...
    @property
    def rule_version(self) -> int: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def given_on(self) -> date | None: ...
    @property
    def excluded_days(self) -> int: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def changes(self) -> Json: ...


def due_of(deadline: DeadlineFacts, rules: Rulebook, *, production_safety: bool | None = None) -> Due:
    """Return the deadline as it was counted, with its extension and pauses; `due_on` is what the row says.

    Whether the accident is one of production safety decides whether the rule's basis is borrowed; whether the end rolls
    stands with the clock.
    """
    general = rules.rule(deadline.rule_code, deadline.rule_version)
    rule = replace(
        general.for_case(production_safety=bool(production_safety)),
        roll_over=general.roll_over and FIRM not in deadline.changes,
    )
    if deadline.given_on is not None:
        due = given_date(rule, deadline.started_at, deadline.given_on, rules.calendar)
    else:
        due = compute(
            rule,
            deadline.started_at,
            rules.calendar,
            amount=deadline.amount,
            excluded_days=deadline.excluded_days,
        )
    pauses = tuple(
        Pause(date.fromisoformat(p["since"]), date.fromisoformat(p["until"]), p["reason"])
        for p in deadline.changes.get("pauses", ())
    )
    extension = deadline.changes.get("extension")
    granted = extension and Extension(
        date.fromisoformat(extension["previous"]),
        date.fromisoformat(extension["new"]),
        date.fromisoformat(extension["asked_on"]),
        extension["reason"],
    )
    return with_changes(due, pauses=pauses, extension=granted)
