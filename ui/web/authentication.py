"""Session authentication: checks the cookie's token against the sessions of the database on every request and run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from models.kernel.installation import Installation
from models.kernel.rights.policy import SYSTEM
from models.office.commands.signing_in import see_session
from models.office.queries.signing_in import SignedIn, session_of
from ui.passwords import token_hash
from ui.web import served

# The prefix makes a browser refuse the cookie where it did not come by https from this very host.
COOKIE, SECURE_COOKIE = "shencha_session", "__Host-shencha_session"
SEEN_EVERY = timedelta(minutes=1)


def token_in(cookies: Mapping[str, str]) -> str | None:
    """Return the token that a browser sent."""
    return cookies.get(SECURE_COOKIE) or cookies.get(COOKIE) or None


def who(installation: Installation, token: str | None, *, used: bool = True) -> SignedIn | None:
    """Return whose session a token opens, and note that it is in use; None for one that is no longer good.

    What a page asks by itself is no use (`used=False`): an open window shall not keep a session alive for ever.
    """
    if not token:
        return None
    at, kept = installation.clock(), token_hash(token)
    with installation.database.reading() as session:
        found = session_of(
            session,
            kept,
            at,
            idle=served.idle(installation.settings),
            longest=served.longest(installation.settings),
            second_for=installation.settings.second_factor_roles,
        )
    if used and found is not None and at - found.seen_at >= SEEN_EVERY:
        with installation.acting(SYSTEM.account) as act:
            see_session(act, kept)
    return found
