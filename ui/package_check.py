"""Verifies a package and compares it with what the database recorded when it was sealed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from documents.archive.verify import CHECKPOINT, STAMP, Fault, Result, verify
from flows.archive_audit import held_against
from models.archive.queries.archives import Sealed, package_of
from models.kernel.errors import NotFound, Refused
from models.kernel.record.checkpoints import knows_line
from models.kernel.record.event_chain import canonical
from models.kernel.record.stamping import stamped_bytes
from models.kernel.record.time_stamps import authorities_in, read_stamp
from models.kernel.rights.policy import SYSTEM
from models.kernel.storage.database import Database
from ui.event_sentence import when
from ui.installation import missing, read_settings

NOT_COMPARED = "未与封卷记录核对"


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a package; `sealing` says in Chinese which record of the sealing it was held against, or why
    against none."""

    found: Result
    sealing: str

    def as_json(self) -> dict[str, object]:
        """Return it as published."""
        return {**self.found.as_json(), "sealing": self.sealing}


def checked(path: Path, manifest: str | None = None, key: str | None = None) -> Checked:
    """Return what `verify` finds of a package, held also against the database of this installation where it knows it."""
    found = _stamp_read(path, verify(path, manifest, key))
    if found.says is None:
        # Without a catalogue nobody knows which package it is meant to be.
        return Checked(found, _given(manifest, "目录不能读取"))
    try:
        sealed = _recorded(found.says.archive_number)
    except SQLAlchemyError:
        return Checked(found, _given(manifest, "本机数据库不能读取"))
    if isinstance(sealed, str):
        return Checked(found, _given(manifest, sealed))
    if found.compared.checkpoint and not _known(path):
        unknown = Fault(CHECKPOINT, "本机数据库没有这个检查点", "sealed_checkpoint")
        found = replace(found, faults=[*found.faults, unknown])
    return Checked(held_against(found, sealed), "已与本机数据库的封卷记录核对")


def _stamp_read(path: Path, found: Result) -> Result:
    """Check the time stamp in a package to the end where the certificates of its service are at hand, and say by whom it is."""
    left = [remark for remark in found.remarks if remark.code != "stamp_unchecked"]
    if left == found.remarks or (file := read_settings().timestamp_ca) is None:
        return found
    line = canonical(json.loads((path / CHECKPOINT).read_bytes())["checkpoint"]).decode()
    try:
        stamp = read_stamp((path / STAMP).read_bytes(), stamped_bytes(line), authorities=authorities_in(file))
    except Refused as refusal:
        return replace(found, remarks=left, faults=[*found.faults, Fault(STAMP, refusal.message.rstrip("。"), "stamp")])
    told = f"检查点由“{stamp.authority}”于 {when(stamp.at)} 加盖时间戳，已核对到所设的根证书"
    return replace(found, remarks=[*left, Fault(STAMP, told, "stamp_checked")])


def _known(path: Path) -> bool:
    """Whether the checkpoint that a package carries is one of this installation."""
    database = Database(read_settings().database)
    try:
        with database.reading() as session:
            return knows_line(session, json.loads((path / CHECKPOINT).read_bytes())["checkpoint"])
    finally:
        database.close()


def _given(manifest: str | None, why: str) -> str:
    return "已与给出的清单校验值核对" if manifest else f"{NOT_COMPARED}（{why}）"


def _recorded(number: str) -> Sealed | str:
    """Return what the database of this installation recorded of a package, or why it knows nothing of it."""
    settings = read_settings()
    if missing(settings):
        return "本机没有数据库"
    database = Database(settings.database)
    try:
        with database.reading() as session:
            return package_of(session, SYSTEM, number)
    except NotFound:
        return f"本机数据库没有档号为“{number}”的已封装案卷"
    finally:
        database.close()
