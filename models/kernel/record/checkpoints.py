"""Checkpoints: one signed hash over where every chain ends, so that history cannot be rewritten behind it.

A chain shows that an event was changed; it does not show that all its later events were written anew. A checkpoint does,
for its line is kept outside the database and names the one before.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, insert, literal, select, union_all
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Fault
from models.kernel.record import merkle, signatures
from models.kernel.record.event_chain import GENESIS, JSON, canonical
from models.kernel.record.event_record import as_utc
from models.kernel.record.merkle import ChainEnd
from models.kernel.tables import Checkpoint, CheckpointEnd, OfficeStream, RecordedReading

FORMAT = "shencha-checkpoint/1"
READINGS = "readings"
"""Name of the chain of readings."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a package carries: the checkpoint's line, and how the chain inside the package leads to its root."""

    line: str
    inclusion: merkle.Inclusion

    @property
    def number(self) -> int:
        """Return the number of the checkpoint."""
        return int(json.loads(self.line)["number"])

    def as_json(self) -> dict[str, JSON]:
        """Return it as published."""
        proof = self.inclusion
        return {
            "checkpoint": json.loads(self.line),
            "index": proof.index,
            "leaves": proof.leaves,
            "path": list(proof.path),
        }


def take_checkpoint(act: Act, signer: signatures.Signer | None, *, daily: bool = False) -> Checkpoint:
    """Take a checkpoint of all chains as they end in this act, and return it; the last one where nothing has moved since.

    Whoever takes one waits for the office's stream, as whoever records there: do it last in an act. `daily` also takes
    one where nothing has moved, once a day: a day without a line would be a day on which one was taken away.
    """
    session = act.session
    session.flush()
    office = session.scalars(select(OfficeStream).with_for_update().execution_options(populate_existing=True)).one()
    last = session.scalars(select(Checkpoint).order_by(Checkpoint.number.desc()).limit(1)).first()
    before = {end.stream: end for end in ends_at(session, last.number)} if last is not None else {}
    moved = [end for end in _ends_now(session, office) if before.get(end.stream) != end]
    if last is not None and not moved and not (daily and local_date(last.taken_at) < act.today):
        return last
    number = 1 if last is None else last.number + 1
    ends = _ordered({**before, **{end.stream: end for end in moved}}.values())
    taken = Checkpoint(
        number=number,
        taken_at=act.at,
        streams=len(ends),
        events=sum(end.events for end in ends),
        root=merkle.root(ends),
    )
    taken.line = _line(taken, act.settings.unit, GENESIS if last is None else last.line_sha256, signer)
    taken.line_sha256 = line_hash(taken.line)
    session.add(taken)
    session.flush()
    if moved:
        session.execute(
            insert(CheckpointEnd),
            [{"stream": end.stream, "number": number, "events": end.events, "head": end.head} for end in moved],
        )
    return taken


def proof_for(session: Session, end: ChainEnd) -> Proof | None:
    """Return the proof of the first checkpoint at which a chain ended just so; None where there was none."""
    number = session.scalar(
        select(CheckpointEnd.number).where(
            CheckpointEnd.stream == end.stream, CheckpointEnd.events == end.events, CheckpointEnd.head == end.head
        )
    )
    if number is None:
        return None
    ends = ends_at(session, number)
    at = bisect_left([one.stream.encode() for one in ends], end.stream.encode())
    line = session.scalars(select(Checkpoint.line).where(Checkpoint.number == number)).one()
    return Proof(line, merkle.inclusion(ends, at))


def ends_at(session: Session, number: int) -> list[ChainEnd]:
    """Return where every chain ended at a checkpoint, in the order of its tree."""
    newest = (
        select(CheckpointEnd.stream, func.max(CheckpointEnd.number).label("number"))
        .where(CheckpointEnd.number <= number)
        .group_by(CheckpointEnd.stream)
        .subquery()
    )
    rows = session.execute(
        select(CheckpointEnd.stream, CheckpointEnd.events, CheckpointEnd.head).join(
            newest, (newest.c.stream == CheckpointEnd.stream) & (newest.c.number == CheckpointEnd.number)
        )
    )
    return _ordered(ChainEnd(*row) for row in rows)


def knows_line(session: Session, said: Mapping[str, JSON]) -> bool:
    """Whether this database holds the very checkpoint that a line says."""
    number, line = said.get("number"), canonical(said).decode()
    kept = session.scalars(select(Checkpoint.line).where(Checkpoint.number == number)).one_or_none()
    return kept == line


def check_line(line: str, *, previous: str | None, public: str | None = None) -> Iterator[Fault]:
    """Yield what is wrong with the line of a checkpoint by itself: its spelling, what it names before it, its signature.

    `previous` is the hash of the line before where that is at hand; with `public` the line must be signed by that key.
    """
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    if not isinstance(said, dict) or said.get("format") != FORMAT or canonical(said).decode() != line:
        yield Fault("$", "不是检查点的规定格式", "checkpoint_line")
        return
    path = f"检查点{said.get('number')}"
    if previous is not None and said.get("previous") != previous:
        yield Fault(path, "与前一个检查点不衔接", "checkpoint_link")
    yield from _signature_faults(path, said, public)


def _signature_faults(path: str, said: Mapping[str, Any], public: str | None) -> Iterator[Fault]:
    signature = said.get("signature")
    if signature is None:
        if public is not None:
            yield Fault(path, "没有签名", "checkpoint_unsigned")
        return
    if public is not None and said.get("key") != public:
        yield Fault(path, "不是用所给的密钥签名", "checkpoint_key")
    data = canonical({name: value for name, value in said.items() if name != "signature"})
    try:
        right = signatures.good(str(said.get("algorithm")), str(said.get("key")), data, bytes.fromhex(str(signature)))
    except ValueError:
        right = False
    if right is None:
        yield Fault(path, f"本程序不认识签名算法“{said.get('algorithm')}”", "checkpoint_algorithm")
    elif not right:
        yield Fault(path, "签名与内容不符", "checkpoint_signature")


def _line(taken: Checkpoint, unit: str, previous: str, signer: signatures.Signer | None) -> str:
    said: dict[str, JSON] = {
        "format": FORMAT,
        "unit": unit,
        "number": taken.number,
        "taken_at": as_utc(taken.taken_at),
        "streams": taken.streams,
        "events": taken.events,
        "root": taken.root,
        "previous": previous,
    }
    if signer is None:
        return canonical(said).decode()
    said = {**said, "algorithm": signer.algorithm, "key": signer.public}
    return canonical({**said, "signature": signer.sign(canonical(said)).hex()}).decode()


def _ends_now(session: Session, office: OfficeStream) -> Iterator[ChainEnd]:
    """Yield where every chain ends now, all at one moment: that is why it is one statement."""
    cases = select(Case.case_number, Case.last_seq, Case.last_hash)
    accidents = select(
        literal("accident/").concat(cast(Accident.id, String)), Accident.last_seq, Accident.last_hash
    ).where(Accident.last_seq > 0)
    readings = (
        select(literal(READINGS), RecordedReading.seq, RecordedReading.hash)
        .order_by(RecordedReading.seq.desc())
        .limit(1)
        .subquery()
    )
    for row in session.execute(union_all(cases, accidents, select(readings))):
        yield ChainEnd(*row)
    yield ChainEnd(office.stream_name, office.last_seq, office.last_hash)


def _ordered(ends: Iterable[ChainEnd]) -> list[ChainEnd]:
    """By the bytes of the name: a database's order of words may change with its version."""
    return sorted(ends, key=lambda end: end.stream.encode())


def file_name(number: int, line: str) -> str:
    """Return the name of the file that keeps a line outside: two lines of one number stand beside each other there."""
    return f"checkpoint-{number:08d}-{line_hash(line)[:12]}.json"


def stamp_name(number: int, line: str) -> str:
    """Return the name of the file that keeps the time stamp of a line outside, beside it."""
    return file_name(number, line).removesuffix(".json") + ".tsr"


def line_hash(line: str) -> str:
    """Return the hash of a line, which the next one names."""
    return hashlib.sha256(line.encode()).hexdigest()
