"""What the register holds as a file for a person: the same lines as the list, as many as may be taken away at once."""

from __future__ import annotations

from models.kernel.calendar.local_time import local_date
from models.kernel.errors import NotAllowed
from models.kernel.installation import Installation
from models.kernel.vocabulary import Role
from models.register.queries.register_list import Listed, Wanted, register_rows
from ui.event_sentence import when
from ui.readings import export_on_record
from ui.register_words import NOTE, division
from ui.workbook import Columns, workbook

MOST = 50_000
TAKING = (Role.OFFICER, Role.LEADER)


def _clock(row: Listed) -> str | None:
    return None if row.hour is None else when(row.occurred_at)[-5:]


COLUMNS: Columns[Listed] = (
    ("序号", lambda row: row.id, 9),
    ("事故编号", lambda row: row.accident_number, 22),
    ("日期", lambda row: row.occurred_on, 12),
    ("时间", _clock, 8),
    ("行政区划", lambda row: division(row.division_code, row.occurred_on), 20),
    ("道路编号", lambda row: row.road_number, 10),
    ("道路名称", lambda row: row.road_name, 20),
    ("桩号", lambda row: row.stake, 12),
    ("地点", lambda row: row.place, 36),
    ("事故形态", lambda row: row.pattern, 14),
    ("处理程序", lambda row: row.procedure, 10),
    ("死亡", lambda row: row.deaths, 7),
    ("重伤", lambda row: row.serious, 7),
    ("轻伤", lambda row: row.light, 7),
    ("伤情不明", lambda row: row.injured_unspecified, 9),
    ("直接财产损失（元）", lambda row: row.property_loss, 16),
    ("案件编号", lambda row: row.case_number, 16),
    ("不计入统计的原因", lambda row: row.exclusion, 20),
)


def register_book(installation: Installation, account: str | None, wanted: Wanted) -> tuple[str, bytes]:
    """Return name and bytes of the accidents that are looked for. Raises NotAllowed for who takes none away, Invalid for too
    many; that it was taken away is on record."""
    with installation.reading(account) as read:
        if not read.actor.has(*TAKING):
            raise NotAllowed("事故台账由民警或领导导出。", code="not_taking")
        today = local_date(read.at)
        # All of it before the first line is written: a workbook that is refused half made cannot be closed.
        rows = register_rows(read.session, read.actor, wanted, most=MOST)
        data = workbook("事故台账", COLUMNS, rows, note=NOTE)
    export_on_record(installation, account, "事故台账")
    return f"事故台账{today:%Y%m%d}.xlsx", data
