"""Before a door hands out what of which reading is on record, it puts that on record: without a record there is no reading."""

from __future__ import annotations

from models.accident.sheets import sheet
from models.case.queries.facts import SheetShown
from models.kernel.act import acting
from models.kernel.installation import Installation
from models.kernel.rights.policy import SYSTEM
from models.kernel.vocabulary import ReadingKind
from models.office.commands.readings import note_reading


def on_record(
    installation: Installation, account: str | None, kind: ReadingKind, what: str, case_number: str | None = None
) -> None:
    """Put on record that an account, which the door has let in already, reads something. Raises Conflict where the database
    is busy. It is written when the disk is nearly full, too: reading goes on then."""
    named = account or installation.default_actor
    if named == SYSTEM.account:
        return
    now = installation.clock()
    with acting(installation.database, installation.settings, named, now, door=installation.door) as act:
        note_reading(act, kind, what, case_number)


def paper_on_record(installation: Installation, account: str | None, case_number: str, ref: str) -> None:
    """Put on record that an account reads a restricted paper. Raises as `on_record`."""
    on_record(installation, account, ReadingKind.RESTRICTED, f"文书{ref}", case_number)


def personal_on_record(installation: Installation, account: str | None, case_number: str, found: SheetShown) -> None:
    """Put on record that an account sees personal data of a sheet whole, where it does. Raises as `on_record`."""
    if found.clear:
        what = f"“{sheet(found.sheet).title}”的证件号码、电话、住址"
        on_record(installation, account, ReadingKind.PERSONAL, what, case_number)


def export_on_record(
    installation: Installation, account: str | None, what: str, case_number: str | None = None
) -> None:
    """Put on record that an account takes something away as a file. Raises as `on_record`."""
    on_record(installation, account, ReadingKind.EXPORT, what, case_number)
