"""Throttling of guesses at passwords and answer codes: each wrong one makes the next wait longer; nobody is locked out.

Three counts: one address at one account (or notice), everybody at it, one address at everything. Who has guessed right
before, by the same browser or from the same address, is held up by the own wrong guesses alone: what strangers try must
not keep people from their work.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.kernel.errors import TooSoon
from models.office.rules.slowing import ALL, FORGOTTEN, KNOWN, ONE, Slowing
from models.office.tables import Guesses


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who guesses: from which network address, and by which browser that we have marked before."""

    address: str | None = None
    browser: str | None = None


@dataclass(frozen=True, slots=True)
class _Count:
    key: str
    slowing: Slowing


def guess(session: Session, what: str, whom: str, by: Guesser, at: datetime, sentence: str) -> int:
    """Take one guess, counted as wrong until `right` says otherwise: many at once are held up as one after another.

    `whom` need not exist. Returns how many were wrong in a row, this one included. Raises TooSoon, which counts nothing,
    with the `sentence` in which `{seconds}` stands.
    """
    _forget_old(session, at)
    counts = _counts(session, what, whom, by, at)
    rows = _rows(session, [count.key for count in counts], _hash(what, whom), at)
    waits = max((row.until - at).total_seconds() if row.until is not None else 0.0 for row in rows.values())
    if waits > 0:
        seconds = math.ceil(waits)
        raise TooSoon(sentence.format(seconds=seconds), seconds)
    for count in counts:
        row = rows[count.key]
        row.wrong = 1 if at - row.last_at >= FORGOTTEN else row.wrong + 1
        row.last_at, row.until = at, at + count.slowing.wait(row.wrong)
    return rows[counts[0].key].wrong


def right(session: Session, what: str, whom: str, by: Guesser, at: datetime) -> None:
    """Note that the guess just taken was right: the own wrong ones are forgotten, those of others are not."""
    counts = _counts(session, what, whom, by, at)
    own = [key for key in (_by_browser(what, whom, by), _by_address(what, whom, by)) if key is not None]
    rows = _rows(session, sorted({*(count.key for count in counts), *own}), _hash(what, whom), at)
    for count in counts:
        row = rows[count.key]
        row.wrong = max(0, row.wrong - 1)
        row.until = row.last_at + count.slowing.wait(row.wrong)
    for key in own:
        row = rows[key]
        row.wrong, row.until, row.right_at, row.last_at = 0, None, at, at


def forget(session: Session, what: str, whom: str) -> None:
    """Forget every guess at one account or notice. For commands that have checked who asks."""
    session.execute(delete(Guesses).where(Guesses.about == _hash(what, whom)))


def _counts(session: Session, what: str, whom: str, by: Guesser, at: datetime) -> list[_Count]:
    """Return what holds a guess up, the narrowest first."""
    browser, address = _by_browser(what, whom, by), _by_address(what, whom, by)
    known = set(
        session.scalars(
            select(Guesses.who_at_what).where(
                Guesses.who_at_what.in_([key for key in (browser, address) if key]), Guesses.right_at > at - KNOWN
            )
        )
    )
    for key in (browser, address):
        if key is not None and key in known:
            return [_Count(key, ONE)]
    everybody, everything = _hash(what, whom, "*"), _hash(what, "*", _near(by.address))
    return [_Count(address, ONE), _Count(everybody, ALL), _Count(everything, ALL)]


def _rows(session: Session, keys: list[str], about: str, at: datetime) -> dict[str, Guesses]:
    """Return the counts, locked, always in the same order; new ones begin at nought."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for key in sorted(keys):
        session.execute(
            insert(Guesses).values(who_at_what=key, about=about, wrong=0, last_at=at).on_conflict_do_nothing()
        )
    found = session.scalars(
        select(Guesses)
        .where(Guesses.who_at_what.in_(keys))
        .order_by(Guesses.who_at_what)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.who_at_what: row for row in found}


def _forget_old(session: Session, at: datetime) -> None:
    """Keep the table small whatever anybody types: what is a day old goes, and who guessed right half a year later."""
    session.execute(
        delete(Guesses)
        .where(Guesses.last_at < at - FORGOTTEN, Guesses.right_at.is_(None) | (Guesses.right_at < at - KNOWN))
        .execution_options(synchronize_session=False)
    )


def _by_browser(what: str, whom: str, by: Guesser) -> str | None:
    return None if not by.browser else _hash(what, whom, "browser", by.browser)


def _by_address(what: str, whom: str, by: Guesser) -> str:
    return _hash(what, whom, "address", _near(by.address))


def _near(address: str | None) -> str:
    """Return what counts as one address: who has one of IPv6 has all of its network."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    return str(ipaddress.ip_network(f"{known}/64", strict=False)) if known.version == 6 else str(known)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
