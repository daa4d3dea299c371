"""Brings a file into the register batch by batch: each is written whole in one transaction, so that a killed import goes on.

A run (`ImportRun`) says how far it came. The same file by the same profile goes on where it was left, and changes nothing
where it was done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from sqlalchemy import delete, insert, select, update

from models.kernel.act import Act
from models.kernel.errors import Conflict, Fault, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.rights.policy import require
from models.kernel.storage.files import Stored
from models.kernel.vocabulary import ImportState, QuarantineState
from models.office.tables import Organisation
from models.register.commands.following import plain, when
from models.register.queries.comparing import DERIVED, VALUES, Compared, compared
from models.register.queries.imports import RIGHT, reason_of
from models.register.queries.profiles import Versioned
from models.register.rules.intake import Batch
from models.register.rules.profile import PARTY, Profile
from models.register.rules.records import Record
from models.register.tables import (
    ImportDifference,
    ImportRun,
    QuarantinedAccident,
    RegisterChange,
    RegisteredAccident,
    RegisteredParty,
)

_COLUMNS = (*VALUES, "unit_id")


class Counts(TypedDict):
    """What became of the accidents of a batch."""

    added: int
    changed: int
    unchanged: int
    repeated: int
    quarantined: int


def begin_import(
    act: Act,
    file: Stored,
    *,
    name: str,
    profile: Versioned,
    total: int,
    all_or_none: bool = False,
    shift_reason: str | None = None,
) -> ImportRun:
    """Return the run that brings a file of `total` accidents in: the one that was left unfinished, or a new one.

    Raises NotAllowed.
    """
    require(act.actor, RIGHT)
    left = act.session.scalar(
        select(ImportRun)
        .where(
            ImportRun.sha256 == file.sha256,
            ImportRun.profile == profile.profile.name,
            ImportRun.profile_version == profile.version,
            ImportRun.state == ImportState.RUNNING,
        )
        .order_by(ImportRun.id)
        .limit(1)
    )
    if left is not None:
        return left
    run = ImportRun(
        file_name=name,
        sha256=file.sha256,
        file_bytes=file.size,
        profile=profile.profile.name,
        profile_version=profile.version,
        source=profile.profile.source,
        state=ImportState.RUNNING,
        all_or_none=all_or_none,
        shift_reason=shift_reason,
        position=0,
        rows=0,
        total=total,
        added=0,
        changed=0,
        unchanged=0,
        repeated=0,
        quarantined=0,
        author=act.actor.account,
        started_at=act.at,
        updated_at=act.at,
    )
    act.session.add(run)
    act.session.flush()
    return run


def write_batch(act: Act, run_id: int, batch: Batch, profile: Profile) -> Counts:
    """Write a batch and say how far the run came. Raises NotAllowed, or Conflict where somebody else goes on with it."""
    run = _locked(act, run_id)
    if run.state is not ImportState.RUNNING or run.position != batch.first:
        raise Conflict("这个批次正由另一处导入，或者已经结束，本次没有写入。", code="import_elsewhere")
    counted = _write(act, run_id, profile, batch.good)
    bad = [*batch.bad, *counted.refused]
    _quarantine(act, run, batch.heads, profile, bad)
    counts = Counts(
        added=counted.added,
        changed=counted.changed,
        unchanged=counted.unchanged,
        repeated=len(batch.repeated),
        quarantined=len(bad),
    )
    for name, number in counts.items():
        setattr(run, name, getattr(run, name) + number)
    run.position += batch.accidents
    run.rows += batch.rows
    run.updated_at = act.at
    return counts


def finish_import(act: Act, run_id: int) -> ImportRun:
    """Say that all of a file was dealt with, in the office's stream too. Raises NotAllowed."""
    run = _locked(act, run_id)
    _end(act, run, ImportState.DONE)
    record_admin(act, "accidents_imported", **_told(run))
    return run


def give_up_import(act: Act, run_id: int) -> ImportRun:
    """Leave the rest of a file out for good: what came in stays. Raises NotAllowed, NotFound, Conflict for one that ended."""
    run = _locked(act, run_id)
    if run.state is not ImportState.RUNNING:
        raise Conflict("这个批次已经结束。", code="import_ended")
    _end(act, run, ImportState.GIVEN_UP)
    record_admin(act, "accidents_import_given_up", **_told(run))
    return run


def write_mended(act: Act, run_id: int, profile: Profile, record: Record) -> None:
    """Write one accident that was mended; where it cannot come in after all, its faults say why."""
    _write(act, run_id, profile, [record])


def refuse_nothing_good(total: int, bad: int, faults: Sequence[Fault]) -> None:
    """Refuse a file of which nothing can be read, with its first `faults`. Raises Invalid."""
    if total and bad == total:
        raise Invalid(f"{total}起事故没有一起可以导入，请核对是否选错了模板。", faults=faults, code="nothing_good")


def _end(act: Act, run: ImportRun, state: ImportState) -> None:
    run.state, run.finished_at, run.updated_at = state, act.at, act.at


def _told(run: ImportRun) -> dict[str, Any]:
    counts = ("rows", "added", "changed", "unchanged", "repeated", "quarantined")
    named = ("file_name", "sha256", "profile", "profile_version", "source", "all_or_none", "shift_reason")
    return {"run": run.id, **{name: getattr(run, name) for name in (*named, *counts)}}


def _locked(act: Act, run_id: int) -> ImportRun:
    require(act.actor, RIGHT)
    run = act.session.scalar(select(ImportRun).where(ImportRun.id == run_id).with_for_update())
    if run is None:
        raise NotFound(f"没有第{run_id}批导入。", code="import_not_found")
    return run


# Writing ----------------------------------------------------------------------------------------------------------------


class _Written:
    """What became of the good accidents of a batch; `refused` are those that the register speaks against."""

    def __init__(self) -> None:
        self.added = self.changed = self.unchanged = 0
        self.refused: list[Record] = []


def _write(act: Act, run_id: int, profile: Profile, records: Sequence[Record]) -> _Written:
    done = _Written()
    if not records:
        return done
    moments = {
        place: when(one.at, hour_known=one.hour_known) for place, one in enumerate(records) if one.at is not None
    }
    new: list[tuple[Record, Mapping[str, Any]]] = []
    old: list[Compared] = []
    for place, one in enumerate(compared(act.session, profile, records, moments, locked=True)):
        if one.fault is not None:
            one.record.faults.append(one.fault)
            done.refused.append(one.record)
        elif one.row is None:
            new.append((one.record, moments[place]))
        else:
            old.append(one)
            done.changed += one.differs
            done.unchanged += not one.differs
    units = _units(act, new, [one for one in old if one.parties is not None or "jurisdiction" in one.changes])
    done.added = len(new)
    _insert(act, profile, new, units)
    for one in old:
        _correct(act, run_id, profile, one, units)
    _note_kept(act, run_id, old)
    return done


def _units(act: Act, new: Sequence[tuple[Record, Any]], old: Sequence[Compared]) -> dict[str, int]:
    """Return our units and enterprises by name, of those that the records name."""
    records = [one for one, _ in new]
    names = {one.values.get("jurisdiction") for one in (*records, *(kept.record for kept in old))}
    names |= {party.get("owner_name") for one in (*records, *(kept.record for kept in old)) for party in one.parties}
    asked = select(Organisation.name, Organisation.id).where(Organisation.name.in_(names - {None}))
    return {row.name: row.id for row in act.session.execute(asked)} if names - {None} else {}


def _insert(
    act: Act, profile: Profile, new: Sequence[tuple[Record, Mapping[str, Any]]], units: Mapping[str, int]
) -> None:
    if not new:
        return
    empty = dict.fromkeys(_COLUMNS)
    rows = [
        {
            **empty,
            "details": {},
            **{name: value for name, value in record.values.items() if value is not None},
            **moment,
            "unit_id": units.get(record.values.get("jurisdiction") or ""),
            "source": profile.source,
            "source_key": record.key,
            "recorded_at": act.at,
        }
        for record, moment in new
    ]
    if not any(record.parties for record, _ in new):
        act.session.execute(insert(RegisteredAccident), rows)
        return
    made = act.session.execute(
        insert(RegisteredAccident).returning(RegisteredAccident.source_key, RegisteredAccident.id), rows
    )
    ids = {row.source_key: row.id for row in made}
    _insert_parties(act, [(ids[record.key], record) for record, _ in new], units)


def _insert_parties(act: Act, told: Sequence[tuple[int, Record]], units: Mapping[str, int]) -> None:
    empty = dict.fromkeys(PARTY)
    rows = [
        {
            **empty,
            **party,
            "accident_id": accident,
            "position": position,
            "owner_id": units.get(party.get("owner_name") or ""),
        }
        for accident, record in told
        for position, party in enumerate(record.parties, 1)
    ]
    if rows:
        act.session.execute(insert(RegisteredParty), rows)


def _correct(act: Act, run_id: int, profile: Profile, one: Compared, units: Mapping[str, int]) -> None:
    """Bring a row up to what the source says, keep each change, and let the source know it from now on."""
    row = one.row
    assert row is not None
    adopted = row.source != profile.source
    if not (one.differs or adopted):
        return
    told = dict(one.changes)
    values: dict[str, Any] = {name: after for name, (_, after) in told.items()}
    if "jurisdiction" in values and row.accident_id is None:  # whose case it is handles it
        values["unit_id"] = units.get(values["jurisdiction"])
    if adopted:
        values |= {"source": profile.source, "source_key": one.record.key}
        told["source"] = (row.source, profile.source)
    if one.parties is not None:
        act.session.execute(delete(RegisteredParty).where(RegisteredParty.accident_id == row.id))
        _insert_parties(act, [(row.id, one.record)], units)
        told["parties"] = (_shown(one.parties), _shown(one.record.parties))
    changed = update(RegisteredAccident).where(RegisteredAccident.id == row.id)
    act.session.execute(changed.values(**values, version=row.version + 1))
    act.session.execute(
        insert(RegisterChange),
        [
            {
                "accident_id": row.id,
                "field": name,
                "before": {"value": plain(before)},
                "after": {"value": plain(after)},
                "changed_at": act.at,
                "changed_by": None,
                "reason": reason_of(run_id),
            }
            for name, (before, after) in told.items()
            if name not in DERIVED
        ],
    )


def _shown(parties: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in party.items() if value not in (None, {})} for party in parties]


def _note_kept(act: Act, run_id: int, old: Sequence[Compared]) -> None:
    """Keep what the source says otherwise where the register was not changed; what it says no more is struck."""
    by_id = {one.row.id: one for one in old if one.row is not None}
    asked = select(ImportDifference).where(ImportDifference.accident_id.in_(by_id))
    known = {(one.accident_id, one.field): one for one in act.session.scalars(asked)}
    for (accident, name), difference in known.items():
        if name not in by_id[accident].kept and name in by_id[accident].record.values:
            act.session.delete(difference)
    for accident, one in by_id.items():
        for name, (ours, theirs) in one.kept.items():
            told = {"ours": {"value": plain(ours)}, "theirs": {"value": plain(theirs)}}
            noted = known.get((accident, name))
            if noted is None:
                act.session.add(
                    ImportDifference(accident_id=accident, field=name, run_id=run_id, found_at=act.at, **told)
                )
            elif noted.ours != told["ours"] or noted.theirs != told["theirs"]:
                noted.ours, noted.theirs, noted.run_id = told["ours"], told["theirs"], run_id


def _quarantine(act: Act, run: ImportRun, heads: Sequence[str], profile: Profile, bad: Sequence[Record]) -> None:
    """Put bad accidents aside, each once: the same row of the same file stands there already if it was brought before.

    Only cells of columns that the profile names are kept: the others may hold names and numbers of persons.
    """
    kept = [(place, head) for place, head in enumerate(heads) if head in profile.columns]
    told = {one.row: _put_aside(one, kept) for one in bad}
    if not told:
        return
    before = act.session.scalars(
        select(QuarantinedAccident)
        .join(ImportRun, ImportRun.id == QuarantinedAccident.run_id)
        .where(
            ImportRun.sha256 == run.sha256,
            ImportRun.profile == run.profile,
            QuarantinedAccident.row.in_(told),
        )
    ).all()
    for standing in before:
        new = told.pop(standing.row, None)
        # What an earlier version of the profile put aside has not the columns that this one reads.
        if new is not None and standing.state is QuarantineState.OPEN and standing.heads != new["heads"]:
            for name, value in new.items():
                setattr(standing, name, value)
    if told:
        act.session.execute(
            insert(QuarantinedAccident),
            [{**new, "run_id": run.id, "state": QuarantineState.OPEN} for new in told.values()],
        )


def _put_aside(one: Record, kept: Sequence[tuple[int, str]]) -> dict[str, Any]:
    return {
        "row": one.row,
        "source_key": one.key,
        "heads": [head for _, head in kept],
        "cells": [
            [number, [cells[place] if place < len(cells) else "" for place, _ in kept]] for number, cells in one.rows
        ],
        "faults": [fault.as_json() for fault in one.faults],
    }
