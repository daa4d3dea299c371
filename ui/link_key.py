"""The secret behind links and answer codes on notices: made once, kept beside the data and never in the database."""

from __future__ import annotations

import os
import secrets

from models.settings import LINK_KEY, Settings

KEY_BYTES = 32


def make_link_key(settings: Settings) -> None:
    """Make the key of an installation that has none and names none; two at once make one."""
    place = settings.home.absolute() / LINK_KEY
    if settings.link_key is not None or place.exists():
        return
    half_written = place.with_name(f"{LINK_KEY}.{os.getpid()}")
    with os.fdopen(os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as key:
        key.write(secrets.token_bytes(KEY_BYTES))
    try:
        os.link(half_written, place)
    except FileExistsError:
        pass  # somebody made it in the same moment: theirs counts
    finally:
        half_written.unlink()
