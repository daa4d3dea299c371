"""Imports a ledger of hazards (隐患台账): the same file again changes nothing, a later one changes what it says otherwise.

A ledger is known by its name and each line by its 序号; lines of our own export are known by 系统编号. What the ledger said last
is kept beside the hazard, so that what people changed here since is never overwritten: the difference is told instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.errors import Fault, Invalid
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_hazards
from models.kernel.storage import limits
from models.kernel.text.folded import folded
from models.kernel.vocabulary import HazardSource, HazardState
from models.office.organisation_list import require_codes, require_line
from models.office.queries.known_units import known_units, meant
from models.register.commands.following import plain
from models.register.commands.hazard_steps import note_step
from models.register.commands.hazards import draw_numbers
from models.register.queries.near_hazards import Alike, hazards_alike
from models.register.rules.hazard_ledger import LedgerLine, read_ledger
from models.register.tables import Hazard

_WORKED_ON = (HazardState.ORDERED, HazardState.CLOSED, HazardState.DISMISSED)
_REASONS = {HazardState.CLOSED: "台账“{}”记为已销号", HazardState.DISMISSED: "台账“{}”记为不作隐患处理"}
_MOST_ALIKE = 200
"""So many new lines are compared with what lies near them: of a first ledger of thousands nobody reads more."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A column of a known hazard that a ledger says otherwise: what stood here, and what the file says."""

    row: int
    hazard_number: str
    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class LedgerImported:
    """What an import did, or would do: numbers of new hazards (in a dry run their rows), what was changed, what was not taken
    because people changed it here, which lines are left out and why, rows below the table, and hazards near that are alike.
    """

    ledger: str
    dry_run: bool
    added: list[str]
    changed: list[Difference]
    not_taken: list[Difference]
    unchanged: int
    faults: list[Fault]
    passed_over: list[int]
    alike: list[tuple[int, str]]


@dataclass(slots=True)
class _Change:
    hazard: Hazard
    values: dict[str, Any] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)


@dataclass(slots=True)
class _Plan:
    new: list[tuple[LedgerLine, Hazard]] = field(default_factory=list)
    changes: list[_Change] = field(default_factory=list)
    not_taken: list[Difference] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    alike: list[tuple[int, str]] = field(default_factory=list)


def import_hazards(
    act: Act,
    data: bytes,
    *,
    ledger: str,
    division_code: str | None = None,
    skip_bad: bool = False,
    dry_run: bool = False,
) -> LedgerImported:
    """Load a ledger (`rules/hazard_ledger.py`) under its name; hazards of it belong to the actor's unit.

    All of it or nothing, unless `skip_bad` leaves bad lines out and tells them; `dry_run` tells what would be done and
    writes nothing. Raises NotAllowed, Invalid with each bad line by row and column.
    """
    policy.require(act.actor, "hazard.edit", unit_path=act.actor.path)
    name = require_line("台账名称", ledger, limits.LONGEST_NAME)
    require_codes(division_code or None, None)
    read = read_ledger(data, today=act.today)
    plan = _planned(act, name, division_code or None, read.lines)
    faults = [*read.faults, *plan.faults]
    if faults and not dry_run and not (skip_bad and (plan.new or plan.changes or plan.unchanged)):
        raise Invalid(f"台账有{len(faults)}处错误，未写入任何内容：", faults=faults, code="bad_ledger")
    if not dry_run:
        _carried_out(act, name, plan, hashlib.sha256(data).hexdigest(), len(faults))
    return LedgerImported(
        name,
        dry_run,
        [f"第{line.row}行" if dry_run else hazard.hazard_number for line, hazard in plan.new],
        [one for change in plan.changes for one in change.differences],
        plan.not_taken,
        plan.unchanged,
        faults,
        list(read.passed_over),
        plan.alike,
    )


def _planned(act: Act, ledger: str, division_code: str | None, lines: Sequence[LedgerLine]) -> _Plan:
    plan = _Plan()
    known = _known(act, ledger, lines)
    units = _units(act, lines)
    for line in lines:
        unit = units.get(folded(line.said.get("responsible_name") or ""))
        hazard = known.get(line.number or _key(act, ledger, line))
        if hazard is not None:
            _compared(plan, ledger, line, unit, hazard)
        elif line.number:
            fault = f"本系统没有编号为“{line.number}”的隐患，新的隐患请不要填写系统编号"
            plan.faults.append(Fault(f"第{line.row}行“系统编号”", fault, "hazard_not_found"))
        else:
            plan.new.append((line, _new(act, ledger, division_code, line, unit)))
    with act.session.no_autoflush:
        for line, hazard in plan.new[:_MOST_ALIKE]:
            alike = hazards_alike(act.session, act.actor, Alike.to(hazard))
            plan.alike += [(line.row, one.hazard_number) for one in alike]
    return plan


def _key(act: Act, ledger: str, line: LedgerLine) -> str:
    """Return what a line is known by: units name their ledgers each for itself."""
    return f"ledger/{act.actor.organisation_id}/{ledger}/{line.key}"


def _known(act: Act, ledger: str, lines: Sequence[LedgerLine]) -> dict[str, Hazard]:
    """Return the hazards that lines are about, locked, by the number or the key that a line names them by."""
    numbers = [line.number for line in lines if line.number]
    keys = [_key(act, ledger, line) for line in lines if not line.number]
    found: dict[str, Hazard] = {}
    for column, wanted in ((Hazard.hazard_number, numbers), (Hazard.source_key, keys)):
        for at in range(0, len(wanted), 500):
            rows = act.session.scalars(
                select(Hazard)
                .where(column.in_(wanted[at : at + 500]), visible_hazards(act.actor))
                .order_by(Hazard.id)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
            found |= {str(getattr(row, column.key)): row for row in rows}
    return found


def _units(act: Act, lines: Sequence[LedgerLine]) -> dict[str, int]:
    """Return folded name → row number of the one unit that it means; of a name that fits several, or none, nothing."""
    names = {name for line in lines if (name := line.said.get("responsible_name"))}
    found = {name: meant(units) for name, units in known_units(act.session, names).items()} if names else {}
    return {name: units[0].id for name, units in found.items() if len(units) == 1}


def _new(act: Act, ledger: str, division_code: str | None, line: LedgerLine, unit: int | None) -> Hazard:
    state = line.said.get("state", HazardState.REPORTED)
    reason = _REASONS.get(state)
    return Hazard(
        **{**line.said, "state": state},
        responsible_id=unit,
        source=HazardSource.LEDGER,
        source_key=_key(act, ledger, line),
        unit_id=act.actor.organisation_id,
        division_code=division_code,
        state_reason=reason and reason.format(ledger),
        details={"ledger": _told(ledger, line, {})},
        photos=[],
        reported_by=act.actor.id,
        reported_at=act.at,
        version=1,
    )


def _told(ledger: str, line: LedgerLine, last: Mapping[str, Any]) -> Json:
    """Return what is kept of what a ledger said: its last word in each column, also of those that this file left out."""
    return {
        "name": ledger,
        "key": line.key,
        "said": {**last, **{name: plain(value) for name, value in line.said.items()}},
        "acceptance": line.acceptance,
        "others": dict(line.others),
    }


def _compared(plan: _Plan, ledger: str, line: LedgerLine, unit: int | None, hazard: Hazard) -> None:
    """Plan what a line changes of a known hazard: what it says otherwise than last time, and nobody changed here since."""
    kept = {} if line.number else hazard.details.get("ledger", {})
    last = kept.get("said", {})
    change = _Change(hazard)
    for name, value in line.said.items():
        before, after = plain(getattr(hazard, name)), plain(value)
        if before == after or (name in last and last[name] == after):
            continue
        difference = Difference(line.row, hazard.hazard_number, name, before, after)
        # Our own export says by its version what its lines began from: what was changed here since is newer.
        older = line.version is not None and line.version != hazard.version
        if older or _stays(name, last, before, hazard, ours=line.number is not None):
            plan.not_taken.append(difference)
        else:
            change.values[name] = value
            change.differences.append(difference)
    if "responsible_name" in change.values:
        change.values["responsible_id"] = unit
    if change.values.get("state") in _REASONS:
        change.values["state_reason"] = _REASONS[change.values["state"]].format(ledger)
    if not line.number and (told := _told(ledger, line, last)) != kept:
        change.values["details"] = {**hazard.details, "ledger": told}
    plan.unchanged += not change.differences
    if change.values:
        plan.changes.append(change)


def _stays(name: str, last: Mapping[str, Any], before: Any, hazard: Hazard, *, ours: bool) -> bool:
    """Whether what stands here is kept although a file says otherwise.

    The state of a hazard that somebody works on here, and everything that people changed since the file came last.
    """
    if name in ("state", "accepted_on") and (ours or hazard.state in _WORKED_ON or "site_check" in hazard.details):
        return True
    return name in last and before != last[name]


def _carried_out(act: Act, ledger: str, plan: _Plan, sha256: str, left_out: int) -> None:
    told = [change for change in plan.changes if change.differences]
    for change in plan.changes:
        for name, value in change.values.items():
            setattr(change.hazard, name, value)
    for change in told:
        changes = {one.column: [one.before, one.after] for one in change.differences}
        note_step(act, change.hazard, "hazard_changed", why=f"台账“{ledger}”", changes=changes)
    hazards = [hazard for _, hazard in plan.new]
    for hazard, number in zip(hazards, draw_numbers(act, len(hazards)) if hazards else [], strict=True):
        hazard.hazard_number = number
    act.session.add_all(hazards)
    act.session.flush()
    for line, hazard in plan.new:
        note_step(act, hazard, "hazard_reported", why=f"台账“{ledger}”第{line.row}行")
    if plan.new or plan.changes:
        record_admin(
            act,
            "hazards_imported",
            ledger=ledger,
            sha256=sha256,
            added=[hazard.hazard_number for hazard in hazards],
            changed=[change.hazard.hazard_number for change in told],
            left_out=left_out,
        )
