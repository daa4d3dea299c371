"""The own password, shown once more by who is signed in: before it is changed, and before a telephone is set up."""

from __future__ import annotations

from models.kernel.errors import Invalid
from models.kernel.installation import Installation
from models.kernel.rights.policy import SYSTEM
from models.office.commands.guessing import Guesser
from models.office.commands.signing_in import guessed_right, take_guess
from models.office.queries.signing_in import password_hash_of
from ui.passwords import fits, token_hash


def desk(token: str) -> Guesser:
    """Return who guesses at an unlocked desk: without end it shall not be tried, and nobody but this desk is held up."""
    return Guesser(f"session {token_hash(token)}")


def own_password_shown(installation: Installation, account: str, token: str, given: str, wrong: str) -> str | None:
    """Compare the own password; returns the hash that it was compared with. Raises TooSoon, Invalid with the sentence `wrong`."""
    here = desk(token)
    with installation.acting(SYSTEM.account) as act:
        take_guess(act, f"{account} itself", here)
    with installation.database.reading() as session:
        kept = password_hash_of(session, account, installation.clock())
    if not fits(kept, given):
        raise Invalid(wrong, code="old_password")
    with installation.acting(SYSTEM.account) as act:
        guessed_right(act, f"{account} itself", here)
    return kept
