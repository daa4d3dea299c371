"""The worker's watch over the record: a checkpoint a day, put outside, and a slice of all chains and files a minute."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Fault, NotFound, Refused
from models.kernel.installation import Installation
from models.kernel.record.checking import (
    check_accidents,
    check_case,
    check_cases,
    check_checkpoints,
    missing_streams,
)
from models.kernel.record.checkpoints import READINGS, file_name, stamp_name, take_checkpoint
from models.kernel.record.readings import readings_faults
from models.kernel.record.signatures import signer_in
from models.kernel.record.stamping import stamp_faults, stamp_of, stamped_bytes
from models.kernel.record.time_stamps import authorities_in
from models.kernel.record.watching import (
    CHECKPOINTS,
    UNKNOWN,
    explain_lines,
    keep_faults,
    keep_look,
    lines_to_put_out,
    mark_put_out,
    outside_faults,
)
from models.kernel.record.watching import look_on as look_at_next
from models.kernel.storage.files import FileStore, copied
from models.kernel.storage.place import Place
from models.kernel.tables import Checkpoint
from models.office.queries.office_chain import office_chain
from models.overview.queries.stored_files import office_files, stored_files

log = logging.getLogger("shencha.record")

OFFICE = "office"
SLICES_A_DAY = 1200
"""Of the 1,440 minutes of a day, those in which a slice is looked at: the rest is for a worker that was away."""

STAMPS_A_ROUND = 20
"""Time stamps that a round reads anew, the newest: `shencha record verify` reads all, some milliseconds each."""

LEAST = 50
"""Chains in a slice of a small installation, which is then whole within minutes."""


def daily_checkpoint(installation: Installation, at: datetime) -> None:
    """Take the checkpoint of the day where there is none yet, and put outside what is not there."""
    with installation.database.reading() as session:
        newest = session.scalar(select(func.max(Checkpoint.taken_at)))
    if newest is None or local_date(newest) < local_date(at):
        with installation.as_system(at) as act:
            take(act)
    put_outside(installation, at)


def take(act: Act) -> Checkpoint:
    """Take the checkpoint of the day; unsigned where there is no key, which the doctor says."""
    return take_checkpoint(act, signer_in(act.settings.checkpoint_key_file), daily=True)


def checkpoint_of(act: Act) -> Checkpoint:
    """Return a checkpoint over what an act has recorded, as the last of what it does; the worker puts it outside."""
    return take_checkpoint(act, signer_in(act.settings.checkpoint_key_file))


def put_outside(installation: Installation, at: datetime) -> int:
    """Write the lines of checkpoints outside the database; returns how many. What cannot be written is tried again."""
    with installation.database.reading() as session:
        lines = [(number, line, stamp_of(session, number)) for number, line in lines_to_put_out(session)]
    outside = Place(installation.settings.checkpoints_place)
    for number, line, stamp in lines:
        for name, data in ((file_name(number, line), stamped_bytes(line)), (stamp_name(number, line), stamp)):
            if data is not None and not outside.exists(name):
                outside.write(name, data)
        with installation.as_system(at) as act:
            mark_put_out(act, number)
    return len(lines)


def explain(installation: Installation, at: datetime, reason: str) -> list[str]:
    """Put on record why lines stand outside that the database does not have, as after a restore; returns their names."""
    with installation.database.reading() as session:
        unknown = [
            fault.path
            for fault in outside_faults(session, Place(installation.settings.checkpoints_place))
            if fault.code == UNKNOWN
        ]
    if unknown:
        with installation.as_system(at) as act:
            explain_lines(act, unknown, reason)
    return unknown


def look_on(installation: Installation, at: datetime) -> None:
    """Look at the next slice of the record. A round ends with the office's chain and the checkpoints."""
    with installation.database.reading() as session:
        looked, kind = look_at_next(session, _slice(session))
        faults = {stream: list(found) for stream, found in looked.faults.items()}
        files = _file_faults(session, installation.files, looked.streams) if kind == "cases" else {}
        whole = {} if looked.streams else _whole(session, installation, STAMPS_A_ROUND)
    for stream, found in files.items():
        faults.setdefault(stream, []).extend(found)
    with installation.as_system(at) as act:
        keep_faults(act, looked.streams, faults)
        keep_faults(act, whole, whole)
        keep_look(act, looked, kind)
    for stream, found in {**faults, **whole}.items():
        for fault in found:
            log.error("the record of %s does not hold: %s (%s)", stream, fault.message, fault.code)


def verified(installation: Installation) -> Iterator[tuple[str, Sequence[Fault]]]:
    """Check everything now, and yield each chain by its name with what is wrong with it; the checkpoints come last."""
    for look in (check_cases, check_accidents):
        after: int | None = 0
        while after is not None:
            with installation.database.reading() as session:
                looked = look(session, after=after, limit=LEAST)
                files = _file_faults(session, installation.files, looked.streams) if look is check_cases else {}
            for stream in looked.streams:
                yield stream, (*looked.faults.get(stream, ()), *files.get(stream, ()))
            after = looked.last if looked.streams else None
    with installation.database.reading() as session:
        yield from _whole(session, installation, None).items()


def verified_case(session: Session, installation: Installation, case_number: str) -> Sequence[Fault]:
    """Return what is wrong with the chain and the files of one case, which must exist."""
    files = _file_faults(session, installation.files, [case_number])
    return (*check_case(session, case_number), *files.get(case_number, ()))


def _slice(session: Session) -> int:
    streams = session.scalar(select(Checkpoint.streams).order_by(Checkpoint.number.desc()).limit(1)) or 0
    return max(LEAST, math.ceil(streams / SLICES_A_DAY))


def _whole(session: Session, installation: Installation, stamps: int | None) -> dict[str, list[Fault]]:
    """Return what is wrong with what belongs to no single case: the office's chain and files, and the checkpoints.

    `stamps` says how many time stamps are read anew; None reads all.
    """
    checkpoints = [*check_checkpoints(session), *missing_streams(session)]
    checkpoints += _stamps(session, installation, stamps)
    checkpoints += outside_faults(session, Place(installation.settings.checkpoints_place))
    files = (file_fault(installation.files, sha256) for sha256 in sorted(office_files(session)))
    office = [*office_chain(session).faults, *(fault for fault in files if fault is not None)]
    return {OFFICE: office, READINGS: list(readings_faults(session)), CHECKPOINTS: checkpoints}


def _stamps(session: Session, installation: Installation, last: int | None) -> list[Fault]:
    try:
        return list(stamp_faults(session, authorities_in(installation.settings.timestamp_ca), last=last))
    except Refused as refusal:
        return [Fault(CHECKPOINTS, refusal.message.rstrip("。"), refusal.code)]


def _file_faults(session: Session, store: FileStore, numbers: Sequence[str]) -> dict[str, list[Fault]]:
    """Return which files of some cases are gone or damaged, by case number."""
    rows = session.execute(select(Case.id, Case.case_number).where(Case.case_number.in_(numbers)))
    cases = {row.id: row.case_number for row in rows}
    found: dict[str, list[Fault]] = {}
    for sha256, case_id in stored_files(session, cases.keys()).items():
        if fault := file_fault(store, sha256):
            found.setdefault(cases[case_id], []).append(fault)
    return found


def file_fault(store: FileStore, sha256: str) -> Fault | None:
    """Return what is wrong with a stored file, read block by block; None where it is whole."""
    try:
        with store.open(sha256) as stream:
            found = copied(stream)
    except NotFound:
        return Fault(sha256, f"文件库中缺少文件 {sha256[:12]}…", "file_missing")
    if found.sha256 != sha256:
        return Fault(sha256, f"文件库中的文件 {sha256[:12]}… 已损坏", "file_damaged")
    return None
