"""A file on its way in: batch by batch, each accident good, bad, or a repetition of one that stands above it in the file.

What it takes in memory does not grow with the file: what was met before lies in a table of SQLite that is thrown away.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import BinaryIO

from models.register.rules.points import place_all
from models.register.rules.profile import PARTIES_OF_KNOWN, Profile
from models.register.rules.records import Record, RowFault, bound
from models.register.rules.shift import Addresses, address_of
from models.register.rules.source_file import opened
from models.register.rules.territory import Territory

AT_ONCE = 1_000
"""Accidents of a batch: what one transaction writes."""


@dataclass(slots=True)
class Batch:
    """Some accidents of a file: `first` is how many came before, `heads` are those of the file. Those in `repeated` say
    again, word by word, what an earlier one of the file says.
    """

    first: int
    heads: list[str]
    good: list[Record] = field(default_factory=list)
    bad: list[Record] = field(default_factory=list)
    repeated: list[Record] = field(default_factory=list)

    @property
    def accidents(self) -> int:
        """Return how many accidents of the file it deals with."""
        return len(self.good) + len(self.bad) + len(self.repeated)

    @property
    def rows(self) -> int:
        """Return how many rows of the file it deals with."""
        return sum(len(one.rows) for part in (self.good, self.bad, self.repeated) for one in part)


def batches(stream: BinaryIO, profile: Profile, territory: Territory, *, today: date, skip: int = 0) -> Iterator[Batch]:
    """Yield the accidents of a file, without the first `skip`, which are read only for what later ones repeat.

    Raises Invalid where the file is none that the profile describes, or breaks off.
    """
    with opened(stream, profile) as sheet, _seen() as seen:
        binding = bound(profile, sheet, today=today)
        records = binding.records(sheet.rows)
        first = 0
        while found := list(islice(records, min(AT_ONCE, skip - first) if first < skip else AT_ONCE)):
            batch = Batch(first, sheet.heads)
            _divide(found, batch, seen, profile)
            first += len(found)
            if first <= skip:
                continue
            if profile.point is not None:
                place_all(profile.point, batch.good, territory)
                batch.bad += [one for one in batch.good if one.faults]
                batch.good = [one for one in batch.good if not one.faults]
            yield batch


def note_addresses(batch: Batch, addresses: Addresses) -> None:
    """Keep where the addresses of a batch lie, to see whether its datum is that of what came before."""
    for one in batch.good:
        east, north, address = one.values.get("east_m"), one.values.get("north_m"), address_of(one.values)
        if one.at is not None and address is not None and east is not None and north is not None:
            addresses.note(one.at.year, address, east, north, new=True)


def _divide(found: Sequence[Record], batch: Batch, seen: sqlite3.Connection, profile: Profile) -> None:
    known = _known(seen, [one.key for one in found if one.key])
    new: dict[str, tuple[int, bytes]] = {}
    for one in found:
        earlier = known.get(one.key) or new.get(one.key)
        if one.faults:
            batch.bad.append(one)
        elif earlier is None:
            batch.good.append(one)
            new[one.key] = one.row, _digest(one)
        elif earlier[1] == _digest(one):
            batch.repeated.append(one)
        else:
            one.faults.append(_doubled(one, earlier[0], profile))
            batch.bad.append(one)
    seen.executemany(
        "INSERT INTO seen (key, row, digest) VALUES (?, ?, ?)", [(key, *place) for key, place in new.items()]
    )


def _doubled(record: Record, row: int, profile: Profile) -> RowFault:
    if profile.rows == PARTIES_OF_KNOWN:
        told = f"编号“{record.key}”的当事人在第{row}行已经出现过，请按编号排序后再导入。"
    else:
        told = f"编号“{record.key}”与第{row}行相同，但内容不同，请核对哪一行正确。"
    return RowFault(record.row, "+".join(profile.key), told, "doubled_key")


def _digest(record: Record) -> bytes:
    told = "\x1e".join("\x1f".join(cells) for _, cells in record.rows)
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@contextmanager
def _seen() -> Iterator[sqlite3.Connection]:
    """A table of the keys that were met, on disk and gone when it is closed."""
    with closing(sqlite3.connect("", isolation_level=None, check_same_thread=False)) as table:
        table.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, row INTEGER, digest BLOB) WITHOUT ROWID")
        yield table


def _known(seen: sqlite3.Connection, keys: Sequence[str]) -> dict[str, tuple[int, bytes]]:
    asked = list(dict.fromkeys(keys))
    marks = ",".join("?" * len(asked))
    rows = seen.execute(f"SELECT key, row, digest FROM seen WHERE key IN ({marks})", asked)  # noqa: S608  only marks
    return {key: (row, digest) for key, row, digest in rows}
