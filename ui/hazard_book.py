"""隐患台账 as a workbook in the columns in which offices keep it; read again, it changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from models.kernel.calendar.local_time import local_date
from models.kernel.errors import NotAllowed
from models.kernel.installation import Installation
from models.kernel.rights.policy import POLICE
from models.kernel.vocabulary import HazardSource, HazardState, Role
from models.register.queries.hazards import Filters, ledger_rows
from models.register.rules.hazard_ledger import HEADS
from models.register.tables import Hazard
from ui.readings import export_on_record
from ui.workbook import FORMULA_STARTS, plain_cell

TITLE = "隐患台账"
_COLUMNS: tuple[tuple[str, Callable[[Hazard], object], int], ...] = (
    ("road", lambda row: row.road_name, 22),
    ("stake", lambda row: row.stake, 22),
    ("place", lambda row: row.place, 28),
    ("description", lambda row: row.description, 50),
    ("severity", lambda row: row.severity, 10),
    ("found_on", lambda row: row.found_on, 12),
    ("responsible", lambda row: row.responsible_name, 24),
    ("person", lambda row: row.responsible_person, 12),
    ("funds", lambda row: row.funds, 14),
    ("due", lambda row: row.due_on, 12),
    ("state", lambda row: row.state, 14),
    ("accepted", lambda row: _acceptance(row), 18),
    ("number", lambda row: row.hazard_number, 14),
    ("version", lambda row: row.version, 10),
)
HEADS_OUT = [HEADS["key"][0], *(HEADS[name][0] for name, _, _ in _COLUMNS)]


def _acceptance(row: Hazard) -> object:
    """Return the day of acceptance, in the words of the ledger it came from where there are some."""
    words = row.details.get("ledger", {}).get("acceptance")
    return words if words and row.accepted_on else row.accepted_on


def filters_of(asked: Mapping[str, str]) -> Filters:
    """Return what an address narrows a list to; what is no word of ours narrows nothing."""
    state, source = asked.get("state", ""), asked.get("source", "")
    return Filters(
        state=HazardState(state) if state in list(HazardState) else None,
        source=HazardSource(source) if source in list(HazardSource) else None,
        division_code=asked.get("division") or None,
        words=asked.get("words") or None,
        open_only=asked.get("part", "open") == "open",
    )


def hazard_ledger(
    installation: Installation, account: str | None, filters: Filters, *, as_csv: bool = False
) -> tuple[str, bytes]:
    """Return name and bytes of the ledger of what an account may see, xlsx or CSV; that it was taken is put on record.

    Raises NotAllowed for who sees no hazards, whatever they are.
    """
    with installation.reading(account) as read:
        if not read.actor.has(*POLICE, Role.AGENCY, Role.SYSTEM):
            raise NotAllowed("您没有此项权限，隐患台账由办案人员和协办单位导出。")
        today = local_date(read.at)
        rows = [
            [place, *(told(row) for _, told, _ in _COLUMNS)]
            for place, row in enumerate(ledger_rows(read.session, read.actor, filters), 1)
        ]
    export_on_record(installation, account, TITLE)
    made = _csv(rows) if as_csv else _book(rows)
    return f"{TITLE}{today:%Y%m%d}.{'csv' if as_csv else 'xlsx'}", made


def _book(rows: Iterable[Sequence[object]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(TITLE)
    sheet.freeze_panes = "A2"
    for place, width in enumerate((8, *(width for _, _, width in _COLUMNS)), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    heads = [plain_cell(sheet, head) for head in HEADS_OUT]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([plain_cell(sheet, value) for value in row])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    made = io.StringIO(newline="")
    written = csv.writer(made)
    written.writerow(HEADS_OUT)
    written.writerows([_plain(value) for value in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")  # without the mark a spreadsheet takes it for GB 18030


def _plain(value: object) -> object:
    if value is None or isinstance(value, int | date):
        return value
    text = str(getattr(value, "label", value))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
