"""Files of accidents on their way into the register, for both doors: checked as a whole first, then written batch by batch."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import BinaryIO

from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Fault, Invalid
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.files import Stored
from models.kernel.storage.media import recognise_table, refuse_acting
from models.register.commands.following import when
from models.register.commands.importing import begin_import, finish_import, refuse_nothing_good, write_batch
from models.register.queries.comparing import compared, registered_addresses
from models.register.queries.profiles import Versioned
from models.register.rules.intake import Batch, batches, note_addresses
from models.register.rules.profile import Profile
from models.register.rules.records import RowFault
from models.register.rules.shift import Addresses, Shift, shifted
from models.register.rules.territory import Territory, outline
from models.register.tables import ImportRun
from ui.incoming import Incoming, receive

SHOWN = 200
"""Faults that are told one by one; the others are counted, and stand in the file of faults."""
Progress = Callable[[int, int | None], None]
"""What is told on the way: how many accidents are done, and of how many, where that is known."""


@dataclass(slots=True)
class Checked:
    """What a file would do to the register: accidents by what becomes of them, and the first faults."""

    rows: int = 0
    accidents: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    bad: int = 0
    kept: int = 0
    faults: list[RowFault] = field(default_factory=list)
    fault_count: int = 0
    shift: Shift | None = None

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints of a dry run."""
        names = ("rows", "accidents", "new", "changed", "unchanged", "repeated", "bad", "kept", "fault_count")
        return {**{name: getattr(self, name) for name in names}, "faults": [one.as_json() for one in self.faults]}


def received(stream: BinaryIO, name: str, installation: Installation, profile: Profile) -> Incoming:
    """Store a file that is to be brought in. Raises Invalid for one that is no table, or too large."""
    limit = installation.settings.max_import_bytes
    return receive(
        stream, name, installation, recognised=partial(recognise_table, limit=limit, encoding=profile.encoding)
    )


def refuse_no_table(stream: BinaryIO, name: str, installation: Installation) -> None:
    """Refuse what is no table that could be brought in, before it is looked into. Raises Invalid."""
    limit = installation.settings.max_import_bytes
    try:
        kind = recognise_table(stream, name, limit)
    except Invalid as refusal:
        if refusal.code != "bad_encoding":
            raise
        kind = recognise_table(stream, name, limit, "latin-1")
    refuse_acting(stream, kind, name)


def territory_of(settings: Settings) -> Territory:
    """Return where accidents may lie. Raises Invalid for an outline that cannot be read."""
    if settings.outline is None:
        return Territory()
    try:
        return Territory(outline=outline(settings.outline.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("辖区边界文件不能读取，请检查设置 SHENCHA_OUTLINE。", code="bad_outline") from error


def check(
    installation: Installation,
    stream: BinaryIO,
    profile: Profile,
    *,
    compare: bool = True,
    faults: Callable[[RowFault], None] | None = None,
    progress: Progress | None = None,
) -> Checked:
    """Return what a file would do, row by row; nothing is written. `faults` is told each fault, however many there are.

    Without `compare` the register is asked only for its datum. Raises Invalid for a file that is none of this profile.
    """
    told, addresses = Checked(), Addresses()
    today = local_date(installation.clock())
    territory = territory_of(installation.settings)
    for batch in batches(stream, profile, territory, today=today):
        if compare:
            _compare(installation, profile, batch, told)
        else:
            told.new += len(batch.good)
        note_addresses(batch, addresses)
        _count(batch, told, faults)
        if progress is not None:
            progress(told.accidents, None)
    with installation.database.reading() as session:
        registered_addresses(session, profile.source, addresses)
    told.shift = shifted(addresses)
    return told


def _compare(installation: Installation, profile: Profile, batch: Batch, told: Checked) -> None:
    moments = {
        place: when(one.at, hour_known=one.hour_known) for place, one in enumerate(batch.good) if one.at is not None
    }
    with installation.database.reading() as session:
        found = compared(session, profile, batch.good, moments)
    for one in found:
        if one.fault is not None:
            one.record.faults.append(one.fault)
            continue
        told.new += one.row is None
        told.changed += one.row is not None and one.differs
        told.unchanged += one.row is not None and not one.differs
        told.kept += len(one.kept)
    batch.bad += [one for one in batch.good if one.faults]
    batch.good = [one for one in batch.good if not one.faults]


def _count(batch: Batch, told: Checked, faults: Callable[[RowFault], None] | None) -> None:
    told.rows += batch.rows
    told.accidents += batch.accidents
    told.repeated += len(batch.repeated)
    told.bad += len(batch.bad)
    for one in sorted(batch.bad, key=lambda record: record.row):
        told.fault_count += len(one.faults)
        told.faults += one.faults[: SHOWN - len(told.faults)]
        if faults is not None:
            for fault in one.faults:
                faults(fault)


def refuse_checked(told: Checked, profile: Profile, *, all_or_none: bool, shift_reason: str | None) -> None:
    """Refuse a file as a whole: nothing of it can be read, its datum has changed, or a row is bad and all or none was
    asked for. Raises Invalid.
    """
    refuse_nothing_good(told.accidents, told.bad, [as_fault(one) for one in told.faults[:3]])
    if told.shift is not None and not (shift_reason or "").strip():
        raise moved(told.shift, profile)
    if all_or_none and told.bad:
        raise Invalid(f"{told.bad}起事故有错误，按要求全部不导入。", faults=map(as_fault, told.faults), code="bad_rows")


def moved(shift: Shift, profile: Profile) -> Invalid:
    """Return what is said of a datum that has changed."""
    before = f"{'已导入的' if shift.before == shift.after else ''}{shift.before}年"
    return Invalid(
        f"坐标系与同一来源（{profile.source}）前后不一致：{shift.after}年与{before}共有{shift.addresses}个相同地点，"
        f"位置整体偏移{shift.metres:.0f}米（东{shift.east:+.0f}米、北{shift.north:+.0f}米），没有导入。"
        "请查清这一时期的坐标系，另建模板，在 [point] 中写明 datum 或 crs 后再导入；确已核实无误的，写明理由后导入。",
        code="datum_changed",
    )


def as_fault(one: RowFault) -> Fault:
    """Return a fault of a row as refusals tell it."""
    return Fault(f"第{one.row}行{f'“{one.column}”列' if one.column else ''}", one.message, one.code)


def bring_in(
    installation: Installation,
    acting: Callable[[], AbstractContextManager[Act]],
    stream: BinaryIO,
    file: Stored,
    *,
    name: str,
    profile: Versioned,
    total: int,
    all_or_none: bool = False,
    shift_reason: str | None = None,
    progress: Progress | None = None,
) -> ImportRun:
    """Write a file of `total` accidents into the register, from where an earlier import of it was left; returns its run.

    Every batch is a transaction of its own (`acting` opens them). Raises Conflict where it is being brought in elsewhere.
    """
    with acting() as act:
        run = begin_import(
            act, file, name=name, profile=profile, total=total, all_or_none=all_or_none, shift_reason=shift_reason
        )
        run_id, done, today = run.id, run.position, act.today
    told = profile.profile
    territory = territory_of(installation.settings)
    for batch in batches(stream, told, territory, today=today, skip=done):
        with acting() as act:
            write_batch(act, run_id, batch, told)
        done += batch.accidents
        if progress is not None:
            progress(done, total)
    with acting() as act:
        return finish_import(act, run_id)


@contextmanager
def fault_file(path: Path | None) -> Iterator[Callable[[RowFault], None] | None]:
    """Write faults into a CSV that a spreadsheet opens. Raises Invalid where nothing can be written."""
    if path is None:
        yield None
        return
    try:
        out = path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise Invalid(f"不能写入“{path}”，请检查路径和权限。", code="file_unwritable") from error
    with closing(out):
        written = csv.writer(out)
        written.writerow(("行", "列", "原因", "代码"))
        yield lambda one: written.writerow((one.row, one.column, one.message, one.code))
