"""What people do to the register: correct a column, say that two rows are one accident or are not, name the case of one.

Each act is on record twice: column by column in `register_changes`, and as an act in the stream of the office.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from models.accident.rules.places import stake_metres
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.refs import CaseRef
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_cases
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Exclusion
from models.office.tables import Organisation
from models.register.rules.columns import COLUMNS, POINT, SOURCE, Column
from models.register.rules.records import EARLIEST
from models.register.tables import DistinctAccidents, RegisterChange, RegisteredAccident, RegisteredParty

from .following import follow_case, plain, put, when, where_on_the_grid
from .parties import REF

RIGHT = "register.edit"
DERIVED = ("occurred_on", "weekday", "stake_m", "east_m", "north_m")
"""What follows from another column: a correction writes it, and the record need not say so."""


@action("correct-registered-accident", title="更正事故台账", rights=(RIGHT,), own_verb=True)
def correct_registered_accident(
    act: Act, *, accident: int, field: str, value: str, reason: str, seen_version: int | None = None
) -> int:
    """Correct a column of a registered accident, with a reason; no import and no case changes it any more.

    `field` is a column's name or its Chinese name, an empty `value` says that it is unknown. Returns the new version.
    Raises NotAllowed, NotFound, Invalid for a value that is none, Conflict where nothing changes, the row is merged, or it
    was changed after version `seen_version`.
    """
    row = _open(act, accident, seen_version)
    why, column = require_reason(reason), _column(field)
    if row.merged_into_id is not None:
        raise Conflict(f"该行已并入序号{row.merged_into_id}，请更正那一行，或先拆分。", code="merged")
    written = _written(column, value)
    if column.name == "occurred_at" and not EARLIEST <= written["occurred_on"] <= act.today:
        raise Invalid(f"“{column.label}”应在{EARLIEST.year}年以后、今天以前，请核对。", code="bad_moment")
    if column.name == "jurisdiction" and row.accident_id is None:
        written["unit_id"] = _unit_named(act, written["jurisdiction"])
    changes = {name: now for name, now in written.items() if getattr(row, name) != now}
    if not changes:
        raise Conflict(f"“{column.label}”没有变化。", code="nothing_to_change")
    before = {name: plain(getattr(row, name)) for name in changes}
    if column.name == "exclusion":
        row.exclusion_reason = why if changes["exclusion"] is not None else None
    for name, now in changes.items():
        if name in DERIVED:
            setattr(row, name, now)
        else:
            put(act, row, name, now, why, by=act.person)
    row.edited = sorted({*row.edited, *written})
    row.version += 1
    record_admin(
        act,
        "registered_accident_corrected",
        why=why,
        accident=row.id,
        before=before,
        after={name: plain(now) for name, now in changes.items()},
    )
    return row.version


def _unit_named(act: Act, name: str | None) -> int | None:
    """Return our unit of a name, by which figures of jurisdictions go; None for none of ours."""
    return act.session.scalar(select(Organisation.id).where(Organisation.name == name)) if name else None


def _column(field: str) -> Column:
    found = COLUMNS.get(field) or next((one for one in COLUMNS.values() if one.label == field), None)
    if found is None:
        raise Invalid(f"事故台账没有“{field}”这一栏。", code="no_such_column")
    return found


def _written(column: Column, said: str) -> dict[str, Any]:
    """Return what a correction writes, column by column: with a moment its day, with a stake its metres."""
    value = column.parsed(said)
    if column.name == "occurred_at":
        return when(value)
    if column.name == "stake":
        return {"stake": value, "stake_m": stake_metres(value)}
    if column.name == POINT:
        longitude, latitude = value or (None, None)
        return where_on_the_grid(longitude, latitude)
    return {column.name: value}


@action(
    "merge-registered-accidents",
    title="合并事故台账的重复行",
    rights=(RIGHT,),
    own_verb=True,
    after="correct-registered-accident",
)
def merge_registered_accidents(act: Act, *, accident: int, stays: int, reason: str) -> None:
    """Say that two rows are one accident: `accident` is counted no more and names the one that `stays`.

    A case of the one is a case of the other. Raises NotAllowed, NotFound, Invalid for the same row twice, Conflict where
    one is merged already, or both have a case: those are merged as cases.
    """
    gone, goes_on = _two(act, accident, stays)
    why = require_reason(reason)
    _join(act, gone, goes_on, why)
    record_admin(act, "registered_accidents_merged", why=why, accident=gone.id, stays=goes_on.id)


def _join(act: Act, gone: RegisteredAccident, goes_on: RegisteredAccident, why: str) -> None:
    for one in (gone, goes_on):
        if one.merged_into_id is not None:
            raise Conflict(f"序号{one.id}已并入序号{one.merged_into_id}，请先拆分或合并到那一行。", code="merged")
    if gone.accident_id is not None and goes_on.accident_id is not None:
        raise Conflict("两起事故都已立案，请在案件中并案（merge-case），台账随之合并。", code="both_investigated")
    case = None
    if gone.accident_id is not None:
        case = act.session.scalars(select(Case).where(Case.accident_id == gone.accident_id)).one()
        moved, gone.accident_id = gone.accident_id, None
        act.session.flush()
        goes_on.accident_id = moved
    put(act, gone, "exclusion", Exclusion.MERGED, why, by=act.person)
    put(act, gone, "merged_into_id", goes_on.id, why, by=act.person)
    gone.exclusion_reason = why
    gone.version += 1
    goes_on.version += 1
    act.session.execute(
        update(RegisteredAccident)
        .where(RegisteredAccident.merged_into_id == gone.id)
        .values(merged_into_id=goes_on.id, version=RegisteredAccident.version + 1)
    )
    act.session.flush()
    if case is not None:
        follow_case(act, case)


@action(
    "split-registered-accident",
    title="拆分已合并的事故台账行",
    rights=(RIGHT,),
    own_verb=True,
    after="merge-registered-accidents",
)
def split_registered_accident(act: Act, *, accident: int, reason: str) -> None:
    """Take back that a row is the same accident as another one: it counts again, and has again the case that brought it.

    Raises NotAllowed, NotFound, Conflict for a row that is not merged, or whose case was merged into another one.
    """
    row = _open(act, accident, None)
    why = require_reason(reason)
    if row.merged_into_id is None:
        raise Conflict(f"序号{row.id}没有并入其他行，无需拆分。", code="not_merged")
    if row.accident_id is not None:
        raise Conflict("该事故的案件已并入他案，请在案件中分案（split-case）。", code="case_merged")
    goes_on = act.session.get_one(RegisteredAccident, row.merged_into_id)
    before = _before_it_was_merged(act, row)
    put(act, row, "exclusion", before, why, by=act.person)
    put(act, row, "merged_into_id", None, why, by=act.person)
    row.exclusion_reason = None if before is None else why
    row.version += 1
    goes_on.version += 1
    _tell_apart(act, row, goes_on, why)
    if row.source == SOURCE and row.source_key == f"accident/{goes_on.accident_id}":
        _give_back(act, row, goes_on, why)
    record_admin(act, "registered_accident_split", why=why, accident=row.id, stays=goes_on.id)


def _before_it_was_merged(act: Act, row: RegisteredAccident) -> Exclusion | None:
    """Return why a row was not counted before it was merged: what was no road accident is none when it is apart again."""
    change = RegisterChange
    kept = act.session.scalars(
        select(change.before)
        .where(change.accident_id == row.id, change.field == "exclusion")
        .order_by(change.id.desc())
        .limit(1)
    ).first()
    said = (kept or {}).get("value")
    return None if said in (None, Exclusion.MERGED) else Exclusion(said)


def _give_back(act: Act, row: RegisteredAccident, goes_on: RegisteredAccident, why: str) -> None:
    """Let the row have again the case that brought it, and the parties and the number that the case told of."""
    if goes_on.accident_number == row.accident_number and "accident_number" not in goes_on.edited:
        put(act, goes_on, "accident_number", None, why, by=act.person)
    own, goes_on.accident_id = goes_on.accident_id, None
    for party in act.session.scalars(select(RegisteredParty).where(RegisteredParty.accident_id == goes_on.id)).all():
        if REF in party.details:
            act.session.delete(party)
    act.session.flush()
    row.accident_id = own
    act.session.flush()
    follow_case(act, act.session.scalars(select(Case).where(Case.accident_id == own)).one())


@action(
    "tell-accidents-apart",
    title="确认不是同一起事故",
    rights=(RIGHT,),
    own_verb=True,
    after="split-registered-accident",
)
def tell_accidents_apart(act: Act, *, accident: int, another: int, reason: str) -> None:
    """Say that two rows are two accidents: they are not proposed as one again. Raises NotAllowed, NotFound, Invalid for the
    same row twice, Conflict where that was said."""
    one, other = _two(act, accident, another)
    why = require_reason(reason)
    if not _tell_apart(act, one, other, why):
        raise Conflict("已确认不是同一起事故。", code="told_apart")
    record_admin(act, "registered_accidents_told_apart", why=why, accident=one.id, another=other.id)


def _tell_apart(act: Act, one: RegisteredAccident, other: RegisteredAccident, why: str) -> bool:
    """Remember that two rows are two accidents; returns whether that is new."""
    first, second = sorted((one.id, other.id))
    if act.session.get(DistinctAccidents, (first, second)) is not None:
        return False
    act.session.add(
        DistinctAccidents(first_id=first, second_id=second, reason=why, decided_by=act.person, decided_at=act.at)
    )
    return True


@action(
    "link-registered-accident",
    title="把事故台账的行对应到案件",
    rights=(RIGHT,),
    own_verb=True,
    after="tell-accidents-apart",
)
def link_registered_accident(act: Act, *, accident: int, case: CaseRef, reason: str) -> None:
    """Say that a registered accident is the one of a case: the row that the case brought is merged into it.

    Raises NotAllowed, NotFound for a row or a case that the actor may not see, Conflict where either has another one.
    """
    row = _open(act, accident, None)
    why = require_reason(reason)
    found = act.session.scalars(select(Case).where(Case.case_number == case, visible_cases(act.actor))).one_or_none()
    if found is None or found.accident_id is None:
        raise NotFound(f"没有编号为“{case}”的事故案件。", code="case_not_found")
    own = act.session.scalars(
        select(RegisteredAccident).where(RegisteredAccident.accident_id == found.accident_id).with_for_update()
    ).one()
    if own.id == row.id or own.source != SOURCE:
        raise Conflict(f"案件{case}已对应序号{own.id}。", code="linked")
    _join(act, own, row, why)
    record_admin(act, "registered_accident_linked", why=why, accident=row.id, case=case)


def _two(act: Act, one: int, other: int) -> tuple[RegisteredAccident, RegisteredAccident]:
    """Return two rows, locked in the order of their numbers. Raises Invalid where they are the same."""
    if one == other:
        raise Invalid("两个序号相同，请核对。", code="same_row")
    held = {number: _open(act, number, None) for number in sorted((one, other))}
    return held[one], held[other]


def _open(act: Act, accident: int, seen_version: int | None) -> RegisteredAccident:
    policy.require(act.actor, RIGHT)
    row = act.session.scalars(
        select(RegisteredAccident)
        .where(RegisteredAccident.id == accident)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound(f"事故台账中没有序号为{accident}的事故。", code="accident_not_found")
    if seen_version is not None and row.version != seen_version:
        raise Conflict("该事故已被他人更正，本次未保存，请核对最新内容后再办理。", code="conflict_seen")
    return row
