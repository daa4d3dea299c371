"""The secret behind links and answer codes on notices: made once, kept beside the data and never in the database.

The database keeps its fingerprint, so that a second machine or a restored home with another secret is noticed before it
prints codes that open nothing.
"""

from __future__ import annotations

import os
import secrets
from contextlib import AbstractContextManager
from pathlib import Path

from models.kernel.act import Act, acting
from models.kernel.errors import Conflict, Refused
from models.kernel.installation import Installation
from models.kernel.rights.policy import SYSTEM
from models.kernel.settings import LINK_KEY, Settings
from models.papers.rules.links import key_fingerprint
from models.rectification.commands.link_keys import keep_link_key, replace_link_key
from models.rectification.queries.link_keys import fits_printed_links, kept_fingerprint

KEY_BYTES = 32
COST = "已印制文书上的链接、二维码和答复码将全部失效"


def make_link_key(settings: Settings) -> None:
    """Make the key of an installation that has none and names none; two at once make one."""
    place = _place(settings)
    if settings.link_key is not None or place.exists():
        return
    half_written = _written(place)
    try:
        os.link(half_written, place)
    except FileExistsError:
        pass  # somebody made it in the same moment: theirs counts
    finally:
        half_written.unlink()


def first_or_same(installation: Installation) -> None:
    """Make the key where this database never had one; for `init`. Raises Refused where it had another."""
    with installation.database.reading() as session:
        untouched = kept_fingerprint(session) is None and fits_printed_links(session, _secret(installation.settings))
    if untouched:
        make_link_key(installation.settings)
    keep_or_refuse(installation)


def keep_or_refuse(installation: Installation) -> None:
    """Let a program begin with the key that its database knows, and tell a database that knows none.

    Raises Refused where the key is another one or is missing.
    """
    wrong = trouble(installation)
    if wrong is not None:
        raise wrong
    secret = _secret(installation.settings)
    with installation.database.reading() as session:
        known = kept_fingerprint(session) is not None
    if secret and not known:
        with _by_the_operator(installation) as act:
            keep_link_key(act, secret)


def trouble(installation: Installation) -> Refused | None:
    """Return what is wrong with the key of this home, as one sentence with the way out."""
    secret = _secret(installation.settings)
    with installation.database.reading() as session:
        kept = kept_fingerprint(session)
        fits = kept is not None or fits_printed_links(session, secret)
    if fits and (kept is None or (secret and key_fingerprint(secret) == kept)):
        return None
    named = installation.settings.link_key is not None
    place = "SHENCHA_LINK_KEY" if named else str(_place(installation.settings))
    bring = "请改为原来的密钥" if named else "请从原来的机器或密钥的保管处复制 link.key 到这里"
    lost = f"确已丢失的，运行 shencha init --new-link-key 换用新密钥，{COST}。"
    if not secret:
        return Refused(f"文书链接的密钥 {place} 不见了：{bring}；{lost}", code="link_key_missing")
    return Refused(f"{place} 不是本数据库的文书链接密钥：{bring}；{lost}", code="link_key_other")


def new_link_key(installation: Installation) -> int:
    """Begin with a new key, or the one that the setting names; returns how many printed links that ends.

    The old key stays beside the new one under another name. Raises Conflict where nothing would change.
    """
    place = _place(installation.settings)
    if installation.settings.link_key is not None:
        secret = installation.settings.link_key.get_secret_value().encode()
        with installation.database.reading() as session:
            if kept_fingerprint(session) == key_fingerprint(secret):
                raise Conflict("SHENCHA_LINK_KEY 就是正在使用的密钥，没有更换。", code="nothing_changes")
        half_written = None
    else:
        half_written = _written(place)
        secret = half_written.read_bytes()
    try:
        with _by_the_operator(installation) as act:
            ended = replace_link_key(act, secret)
            if half_written is not None:
                if place.exists():
                    place.replace(place.with_name(f"{LINK_KEY}.{key_fingerprint(place.read_bytes())[:8]}"))
                half_written.replace(place)
    finally:
        if half_written is not None:
            half_written.unlink(missing_ok=True)
    return ended


def _secret(settings: Settings) -> bytes | None:
    """Return the key as it is now; the settings' own memory may be older than the file."""
    if settings.link_key is not None:
        return settings.link_key.get_secret_value().encode()
    place = _place(settings)
    return place.read_bytes() if place.is_file() else None


def _place(settings: Settings) -> Path:
    return settings.home.absolute() / LINK_KEY


def _written(place: Path) -> Path:
    """Write a new key under a name of its own."""
    half_written = place.with_name(f"{LINK_KEY}.{os.getpid()}")
    with os.fdopen(os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as key:
        key.write(secrets.token_bytes(KEY_BYTES))
    return half_written


def _by_the_operator(installation: Installation) -> AbstractContextManager[Act]:
    return acting(
        installation.database, installation.settings, SYSTEM.account, installation.clock(), door=installation.door
    )
