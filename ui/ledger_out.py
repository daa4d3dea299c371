"""A unit's ledger as a file for a person."""

from __future__ import annotations

from models.clock.queries.rulebook import rulebook
from models.kernel.local_time import local_date
from models.rectification.queries.agency import ledger
from ui.desk import Desk
from ui.ledger_book import ledger_book


def ledger_of(desk: Desk, account: str | None) -> tuple[str, bytes]:
    """Return name and bytes of the ledger of the account's units, today. Raises NotAllowed for who is no agency."""
    with desk.reading(account) as reader:
        today = local_date(reader.at)
        rows = ledger(reader.session, reader.actor, rulebook(reader.session), today)
    return f"整改台账{today:%Y%m%d}.xlsx", ledger_book(rows)
