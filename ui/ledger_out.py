"""A unit's ledger as a file for a person."""

from __future__ import annotations

from models.clock.queries.rulebook import rulebook
from models.kernel.calendar.local_time import local_date
from models.kernel.installation import Installation
from models.rectification.queries.agency import ledger
from ui.ledger_book import ledger_book
from ui.readings import export_on_record


def ledger_of(installation: Installation, account: str | None) -> tuple[str, bytes]:
    """Return name and bytes of the ledger of the account's units, today. Raises NotAllowed for who is no agency."""
    with installation.reading(account) as read:
        today = local_date(read.at)
        rows = ledger(read.session, read.actor, rulebook(read.session), today)
    export_on_record(installation, account, "整改台账")
    return f"整改台账{today:%Y%m%d}.xlsx", ledger_book(rows)
