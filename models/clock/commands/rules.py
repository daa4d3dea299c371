"""New versions of deadline rules and of the ladder, with author and reason; running deadlines are recounted."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select, update

from models.clock.queries.rulebook import Rulebook, rule_data, rules_of, rung_data
from models.clock.rules.deadline_rules import DeadlineRule, Unit
from models.clock.rules.escalation import Rung, check_ladder, next_look
from models.clock.tables import Deadline, DeadlineRuleRow, LadderRung, RungFired
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.text.reasons import require_reason
from models.office.commands.users import require_manager

from . import deadlines
from .replanning import Replanned, replan


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A new version of a rule, and what it moved."""

    rule: DeadlineRule
    replanned: Replanned


@action("set-rule", title="修改时限规则（生成新版本）", rights=("office.manage",), own_verb=True)
def set_rule(
    act: Act,
    code: str,
    *,
    amount: int | None = None,
    unit: Unit | None = None,
    roll_over: bool | None = None,
    basis: str | None = None,
    borrowed: bool | None = None,
    reason: str,
) -> RuleSet:
    """Add a version of a deadline rule with what is given changed; every running clock of the rule is counted by it.

    A date that a person set and a granted extension stand. Raises NotAllowed, NotFound for an unknown rule, Invalid
    for an amount that is no length, an empty basis, no reason, or nothing that changes.
    """
    require_manager(act)
    why = require_reason(reason)
    old = _known(rules_of(act), code)
    if basis is not None and not basis.strip():
        raise Invalid("请写明规则的依据。", code="basis_missing")
    wanted = {
        "amount": amount,
        "unit": unit,
        "roll_over": roll_over,
        "basis": None if basis is None else basis.strip(),
        "borrowed": borrowed,
    }
    changes = {name: value for name, value in wanted.items() if value is not None and value != getattr(old, name)}
    if not changes:
        raise Invalid(f"规则“{code}”没有任何改动，请写明要改成什么。", code="nothing_changes")
    new = dataclasses.replace(old, **changes, version=old.version + 1)  # type: ignore[arg-type]  # checked by the rule
    act.session.add(
        DeadlineRuleRow(
            code=code,
            version=new.version,
            data=rule_data(new),
            unit=new.unit.value,
            amount=new.amount,
            author=act.actor.account,
            reason=why,
            valid_from=act.at,
        )
    )
    replanned = replan(
        act,
        rules_of(act).with_rule(new),
        Deadline.rule_code == code,
        occasion=f"rule/{code}/{new.version}",
        why=f"时限规则“{new.name}”改为第{new.version}版",
        by_newest_rule=True,
    )
    record_admin(
        act,
        "rule_set",
        why=why,
        rule=code,
        version=new.version,
        changes={name: [getattr(old, name), value] for name, value in changes.items()},
    )
    return RuleSet(new, replanned)


def _known(rules: Rulebook, code: str) -> DeadlineRule:
    if code not in rules.latest:
        known = "、".join(sorted(rules.latest))
        raise NotFound(f"没有时限规则“{code}”，可用的有：{known}。", code="rule_not_found")
    return rules.rule(code)


def set_ladder(act: Act, rungs: Sequence[Rung], *, reason: str) -> int:
    """Replace the ladder by a new version; returns the version. What fired before stays; the next sweep looks anew.

    Raises NotAllowed, Invalid with every fault of the ladder (`check_ladder`), an unknown rule, or no reason.
    """
    require_manager(act)
    why = require_reason(reason)
    faults = check_ladder(rungs, rules_of(act).latest)
    if faults:
        raise Invalid(f"督办阶梯有{len(faults)}处错误，未生效。", faults=faults, code="ladder")
    if tuple(rungs) == rules_of(act).ladder:
        raise Invalid("督办阶梯没有任何改动。", code="nothing_changes")
    version = rules_of(act).ladder_version + 1
    act.session.add_all(
        LadderRung(
            version=version,
            position=position,
            code=rung.code,
            data=rung_data(rung),
            author=act.actor.account,
            reason=why,
            valid_from=act.at,
        )
        for position, rung in enumerate(rungs, 1)
    )
    act.session.flush()
    _look_anew(act, dataclasses.replace(rules_of(act), ladder=tuple(rungs), ladder_version=version))
    record_admin(act, "ladder_set", why=why, version=version, rungs=[rung.code for rung in rungs])
    return version


def _look_anew(act: Act, rules: Rulebook) -> None:
    """A rung may have moved to an earlier day than the one at which a clock would be looked at next."""
    fired: dict[tuple[int, int], set[str]] = defaultdict(set)
    for row in act.session.execute(
        select(RungFired.deadline_id, RungFired.deadline_version, RungFired.rung)
        .join(Deadline, Deadline.id == RungFired.deadline_id)
        .where(Deadline.state == "open")
    ):
        fired[row.deadline_id, row.deadline_version].add(row.rung)
    clocks = act.session.execute(
        select(
            Deadline.id,
            Deadline.version,
            Deadline.rule_code,
            Deadline.turn,
            Deadline.started_at,
            Deadline.due_on,
            Deadline.half_on,
            Deadline.near_on,
            Deadline.next_look_on,
            Deadline.changes,
        ).where(Deadline.state == "open")
    )
    looks = []
    for clock in clocks:
        standing = deadlines.standing(clock, fired=frozenset(fired[clock.id, clock.version]))
        look = next_look(standing, rules.calendar, today=act.today, ladder=rules.ladder)
        if clock.due_on < act.today and clock.next_look_on is not None:
            # It may wait for the next month's paper (`escalation/tell.py`); a look too many costs nothing.
            look = min(look or date.max, clock.next_look_on)
        if look != clock.next_look_on:
            looks.append({"row_id": clock.id, "look": look})
    if looks:
        table: Any = Deadline.__table__
        act.session.connection().execute(
            update(table).where(table.c.id == bindparam("row_id")).values(next_look_on=bindparam("look")),
            looks,
        )
    act.session.expire_all()
