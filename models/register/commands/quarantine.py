"""Accidents in quarantine: mended cell by cell, tried again, or left out for good with a reason."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.errors import Conflict, Fault, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.rights.policy import require
from models.kernel.storage.limits import refuse_long
from models.kernel.vocabulary import QuarantineState
from models.register.commands.importing import write_mended
from models.register.queries.imports import RIGHT
from models.register.queries.profiles import profile_in_force
from models.register.rules.points import place_all
from models.register.rules.profile import Profile
from models.register.rules.records import LONGEST, Binding, Record, RowFault
from models.register.rules.territory import Territory
from models.register.tables import ImportRun, QuarantinedAccident

Cell = tuple[int, str]
"""A row of the file and a head."""
SHIFTED, LOOKED_AT, DOUBLED = "other_width", "other_width_mended", "doubled_key"
"""Codes of faults that the kept cells do not show any more: a row too short or too long, one that was put right since, and a
number that stands in the file before."""


def mend(act: Act, quarantine_id: int, changes: Mapping[Cell, str]) -> None:
    """Write other texts into cells of an accident in quarantine. Raises NotAllowed, NotFound, Invalid, Conflict."""
    found = _open(act, quarantine_id)
    cells = [[number, list(texts)] for number, texts in found.cells]
    for (row, head), text in changes.items():
        place = next((place for place, (number, _) in enumerate(cells) if number == row), None)
        if place is None or head not in found.heads:
            raise Invalid(f"这起事故没有第{row}行“{head}”列。", code="no_such_cell")
        refuse_long(f"“{head}”", text, LONGEST)
        cells[place][1][found.heads.index(head)] = text.strip()
    found.cells = cells
    looked_at = {row for row, _ in changes}
    found.faults = [
        {**fault, "code": LOOKED_AT} if fault["code"] == SHIFTED and fault["row"] in looked_at else fault
        for fault in found.faults
    ]


def retry(act: Act, quarantine_id: int, territory: Territory) -> None:
    """Bring an accident in, by the profile that is in force now; `territory` is where accidents may lie.

    Raises NotAllowed, NotFound, Conflict, Invalid with what is still wrong.
    """
    found = _open(act, quarantine_id)
    run = act.session.get_one(ImportRun, found.run_id)
    profile = profile_in_force(act.session, run.profile).profile
    _refuse_columns_that_were_not_kept(found, profile)
    record = Binding(profile, found.heads, today=act.today).record([(number, list(c)) for number, c in found.cells])
    record.faults += _left(found, record)
    if not record.faults and profile.point is not None:
        place_all(profile.point, [record], territory)
    if not record.faults:
        write_mended(act, run.id, profile, record)
    if record.faults:
        faults = [
            Fault(f"第{one.row}行{f'“{one.column}”列' if one.column else ''}", one.message, one.code)
            for one in record.faults
        ]
        raise Invalid("这起事故仍有错误，没有导入。", faults=faults, code="still_wrong")
    found.source_key = record.key
    _settle(act, found, QuarantineState.IMPORTED, None)
    record_admin(act, "quarantine_imported", run=run.id, row=found.row, key=record.key)


def _refuse_columns_that_were_not_kept(found: QuarantinedAccident, profile: Profile) -> None:
    """What a later profile reads of the file and the earlier one did not is not in quarantine: it would be lost unseen."""
    missing = [one for one in profile.columns if one not in found.heads and one not in profile.optional]
    if missing:
        told = f"导入模板已修改，隔离区没有保存这些列：{'、'.join(missing)}。请用原文件重新导入，本行会随之更新。"
        raise Invalid(told, code="other_columns")


def _left(found: QuarantinedAccident, record: Record) -> list[RowFault]:
    """Return what is still wrong although the kept cells can be read: cells that stand one column off, and a number that
    an earlier row has, whose accident this one would write over.
    """
    kept = [one for one in found.faults if one["code"] == SHIFTED]
    if record.key == found.source_key:
        kept += [one for one in found.faults if one["code"] == DOUBLED]
    return [RowFault(one["row"], one["column"], one["message"], one["code"]) for one in kept]


def drop(act: Act, quarantine_id: int, *, reason: str) -> None:
    """Leave an accident of a file out for good. Raises NotAllowed, NotFound, Invalid without a reason, Conflict."""
    if not reason.strip():
        raise Invalid("请写明不导入的理由。", code="reason_missing")
    refuse_long("理由", reason)
    found = _open(act, quarantine_id)
    _settle(act, found, QuarantineState.DROPPED, reason.strip())
    record_admin(act, "quarantine_dropped", why=reason.strip(), run=found.run_id, row=found.row, key=found.source_key)


def _settle(act: Act, found: QuarantinedAccident, state: QuarantineState, reason: str | None) -> None:
    found.state, found.settled_at, found.settled_by, found.reason = state, act.at, act.actor.account, reason


def _open(act: Act, quarantine_id: int) -> QuarantinedAccident:
    require(act.actor, RIGHT)
    found = act.session.scalar(
        select(QuarantinedAccident).where(QuarantinedAccident.id == quarantine_id).with_for_update()
    )
    if found is None:
        raise NotFound(f"隔离区没有编号为{quarantine_id}的行。", code="quarantine_not_found")
    if found.state is not QuarantineState.OPEN:
        raise Conflict(f"这起事故{found.state.label}，不能再处理。", code="quarantine_settled")
    return found
