"""What a file says of accidents beside what the register holds: new, the same, otherwise, or kept because somebody set it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from models.register.rules.points import COLUMNS as POINT
from models.register.rules.profile import ACCIDENT, PARTIES_OF_KNOWN, PARTY, Profile
from models.register.rules.records import Record, RowFault
from models.register.rules.shift import Addresses, address_of
from models.register.tables import RegisteredAccident, RegisteredParty

WHEN = ("occurred_at", "occurred_on", "hour", "weekday")
STAKE = ("stake", "stake_m")
TOGETHER = (POINT, WHEN, STAKE)
"""Columns that change together: who set one of them set them all."""
DERIVED = frozenset(("occurred_on", "weekday", "stake_m", "east_m", "north_m"))
"""Columns that follow from others, of which no change is told."""
VALUES = (*ACCIDENT, *WHEN, *STAKE, *POINT, "details")
"""What an import may write of an accident."""
OWN_SOURCES = ("case", "hand")
OTHER_YEAR = timedelta(days=31)
"""The same key so far apart is another accident: sources that number from 1 each year do that."""
_TABLE = RegisteredAccident.__table__
_ROW = [_TABLE.c[name] for name in ("id", "source", "source_key", "accident_id", "edited", "version", *VALUES)]


@dataclass(slots=True)
class Compared:
    """One good accident of a file beside its row, which is None where it is new.

    `changes` and `kept` are columns with what stands there and what the file says; `parties` are those of the register where
    the file's differ. `fault` says why it cannot come in after all.
    """

    record: Record
    row: Row[Any] | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    kept: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    parties: list[dict[str, Any]] | None = None
    fault: RowFault | None = None

    @property
    def differs(self) -> bool:
        """Return whether the register has to change for it."""
        return bool(self.changes) or self.parties is not None


def compared(
    session: Session,
    profile: Profile,
    records: Sequence[Record],
    when: Mapping[int, Mapping[str, Any]],
    *,
    locked: bool = False,
) -> list[Compared]:
    """Return each record beside its row. `when` are the columns of its moment, by its place among the records; `locked`
    holds the rows for who writes them, so that nobody corrects one meanwhile.
    """
    rows = _rows(session, profile, records, locked=locked)
    parties = _parties(session, [row.id for row in rows.values()]) if _brings_parties(profile) else {}
    found = []
    for place, record in enumerate(records):
        one = Compared(record, rows.get(record.key))
        if one.row is not None:
            _compare(one, {**record.values, **when.get(place, {})})
            if _brings_parties(profile):
                _compare_parties(one, parties.get(one.row.id, []))
        elif profile.rows == PARTIES_OF_KNOWN:
            told = f"台账中没有编号为“{record.key}”的事故，请先导入事故，再导入当事人。"
            one.fault = RowFault(record.row, "+".join(profile.key), told, "accident_not_found")
        found.append(one)
    return found


def registered_addresses(session: Session, source: str, addresses: Addresses) -> None:
    """Add where addresses of a source lie that a file brings too: of the years beside those of the file, and of the same."""
    new = {address for (_, fresh), known in addresses.loads.items() if fresh for address in known}
    years = [year for year, fresh in addresses.loads if fresh]
    if not new:
        return
    row = RegisteredAccident
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    ours = row.source == source, row.east_m.is_not(None)
    before = session.scalar(select(func.max(row.occurred_on)).where(*ours, row.occurred_on < first))
    after = session.scalar(select(func.min(row.occurred_on)).where(*ours, row.occurred_on > last))
    since = date(before.year, 1, 1) if before else first
    until = date(after.year, 12, 31) if after else last
    asked = select(row.occurred_on, row.place, row.road_number, row.stake_m, row.east_m, row.north_m).where(
        *ours, row.occurred_on.between(since, until)
    )
    for one in session.execute(asked.execution_options(yield_per=5_000)):
        address = address_of({"place": one.place, "road_number": one.road_number, "stake_m": one.stake_m})
        if address in new:
            addresses.note(one.occurred_on.year, address, one.east_m, one.north_m, new=False)


def _brings_parties(profile: Profile) -> bool:
    return bool(profile.party)


def _rows(session: Session, profile: Profile, records: Sequence[Record], *, locked: bool) -> dict[str, Row[Any]]:
    """Return the rows by key: of the source, or of the same 事故编号 where a case or a person wrote them before."""
    keys = [one.key for one in records]
    asked = select(*_ROW).where(_TABLE.c.source == profile.source, _TABLE.c.source_key.in_(keys))
    if locked:
        asked = asked.order_by(_TABLE.c.id).with_for_update()
    found = {row.source_key: row for row in session.execute(asked)}
    numbers = {
        number: one.key
        for one in records
        if one.key not in found and (number := one.values.get("accident_number")) is not None
    }
    if numbers:
        own = select(*_ROW).where(
            _TABLE.c.accident_number.in_(numbers), _TABLE.c.source.in_(OWN_SOURCES), _TABLE.c.merged_into_id.is_(None)
        )
        for row in session.execute((own.with_for_update() if locked else own).order_by(_TABLE.c.id)):
            found.setdefault(numbers[row.accident_number], row)
    return found


def _parties(session: Session, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    names = (*PARTY, "details")
    asked = (
        select(RegisteredParty.accident_id, *(getattr(RegisteredParty, name) for name in names))
        .where(RegisteredParty.accident_id.in_(ids))
        .order_by(RegisteredParty.accident_id, RegisteredParty.position)
    )
    for row in session.execute(asked):
        found[row.accident_id].append({name: getattr(row, name) for name in names})
    return found


def _compare(one: Compared, told: Mapping[str, Any]) -> None:
    row = one.row
    assert row is not None
    if (at := told.get("occurred_on")) is not None and abs(at - row.occurred_on) > OTHER_YEAR:
        message = f"台账中编号“{one.record.key}”的事故发生在{row.occurred_on}，本行为{at}，请核对是否其他年度的事故。"
        one.fault = RowFault(one.record.row, "", message, "key_of_another_year")
        return
    held = _held(row.edited)
    vague = row.hour is not None and not one.record.hour_known and at == row.occurred_on
    for name, after in told.items():
        if vague and name in WHEN:  # the same day without its time is no correction
            continue
        before = getattr(row, name)
        if name == "details":
            after = {**(before or {}), **(after or {})}
        # What the source does not know takes nothing away that the register does.
        if after is None or before == after:
            continue
        # A case knows better than a list; a person is asked before what they set is changed.
        kept = name in held or (row.accident_id is not None and before not in (None, {}))
        if kept and name in DERIVED:
            continue
        (one.kept if kept else one.changes)[name] = (before, after)


def _held(edited: Iterable[str]) -> set[str]:
    held = set(edited)
    return held | {name for group in TOGETHER if held & set(group) for name in group}


def _compare_parties(one: Compared, before: list[dict[str, Any]]) -> None:
    after = [{**dict.fromkeys(PARTY), "details": {}, **party} for party in one.record.parties]
    if before != after and one.row is not None and "parties" not in one.row.edited:
        one.parties = before
