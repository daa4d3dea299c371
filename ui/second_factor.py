"""动态口令 at the doors: its key beside the data and never in the database, its picture, and the codes that people show."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode

import segno

from models.kernel.errors import NotAllowed, NotFound, Refused
from models.kernel.installation import Installation
from models.kernel.rights.policy import SYSTEM
from models.kernel.settings import Settings
from models.kernel.storage.sealing import KEY_BYTES, make_key_file
from models.office.commands.guessing import Guesser
from models.office.commands.second_factor import (
    KEY_LOST,
    begin_second_factor,
    fresh_recovery_codes,
    remove_second_factor,
    show_code,
    take_code_guess,
)
from models.office.queries.second_factor import Second, must_set_up, sealed_second, second_of
from models.office.rules.one_time_codes import in_letters, new_secret
from models.office.rules.sealed_secrets import NotOurs, opened

HALF_SECONDS = 300
"""How long somebody may take from the password to the code."""
NAME = "深查"
SWITCHED_OFF = "动态口令没有启用（SHENCHA_SECOND_FACTOR）。"


def key_of(installation: Installation) -> bytes:
    """Return the key of the second factors. Raises Refused where it is missing and was there before."""
    key = _key(installation.settings)
    if key is None:
        raise Refused(KEY_LOST, code="second_factor_key")
    return key


def trouble(installation: Installation) -> str | None:
    """Return what is wrong with the key, as one sentence; None where it opens what the database holds, or nothing is held."""
    with installation.database.reading() as session:
        kept = sealed_second(session)
    if kept is None:
        return None
    key = _key(installation.settings)
    if key is None:
        return f"密钥 {installation.settings.second_factor_key_file} 不见了。{KEY_LOST}"
    try:
        opened(key, *kept)
    except NotOurs:
        return KEY_LOST
    return None


def second(installation: Installation, account: str) -> Second | None:
    """Return the second factor that an account shows; None where it has none, or nobody is asked for theirs."""
    if not installation.settings.second_factor_on:
        return None
    with installation.database.reading() as session:
        return second_of(session, account)


def owes(installation: Installation, account: str) -> bool:
    """Return whether an account has to set up a second factor before anything else."""
    with installation.database.reading() as session:
        return must_set_up(session, account, installation.settings.second_factor_roles)


def begin(installation: Installation, account: str) -> bytes:
    """Begin setting up a telephone for an account; returns the secret that it takes in. Raises NotAllowed, Conflict."""
    if not installation.settings.second_factor_on:
        raise NotAllowed(SWITCHED_OFF, code="second_factor_off")
    with installation.database.reading() as session:
        anybodys = sealed_second(session)
    if anybodys is None:
        _make_key(installation.settings)
    key, secret = key_of(installation), new_secret()
    with replace(installation, admit=None).acting(account) as act:
        begin_second_factor(act, key, secret)
    return secret


def check(installation: Installation, account: str, given: str, by: Guesser) -> None:
    """Compare what somebody shows as code. Raises TooSoon, NotAllowed, NotFound where an account has no second factor,
    Refused where the key is missing."""
    with installation.database.reading() as session:
        if second_of(session, account) is None:
            raise NotFound("没有设置动态口令。", code="no_second_factor")
    key = key_of(installation)
    for_the_system = replace(installation, admit=None)
    with for_the_system.acting(SYSTEM.account) as act:
        take_code_guess(act, account, by)
    with for_the_system.acting(SYSTEM.account) as act:
        show_code(act, account, key, given, by)


def renewed(installation: Installation, account: str, given: str, by: Guesser) -> Sequence[str]:
    """Return new recovery codes for who shows a code; the old ones are void. Raises as `check`."""
    check(installation, account, given, by)
    with replace(installation, admit=None).acting(account) as act:
        return fresh_recovery_codes(act, key_of(installation))


def removed(installation: Installation, account: str, given: str, by: Guesser) -> None:
    """Take the second factor of who shows a code away. Raises as `check`."""
    check(installation, account, given, by)
    with replace(installation, admit=None).acting(account) as act:
        remove_second_factor(act)


def address_of(account: str, secret: bytes) -> str:
    """Return what the picture says to a telephone (the `otpauth` address that all its programs read)."""
    asked = urlencode({"secret": in_letters(secret), "issuer": NAME})
    return f"otpauth://totp/{quote(NAME)}:{quote(account)}?{asked}"


def picture(account: str, secret: bytes) -> str:
    """Return the QR code as SVG for a page."""
    code = segno.make(address_of(account, secret), error="m", micro=False)
    return code.svg_inline(scale=5, border=4, light="#fff", title="动态口令的二维码")


def in_characters(account: str, secret: bytes) -> str:
    """Return the QR code for a terminal."""
    out = io.StringIO()
    segno.make(address_of(account, secret), error="m", micro=False).terminal(out, compact=True)
    return out.getvalue()


def half_way(installation: Installation, account: str, password_hash: str, browser: str, at: datetime) -> str:
    """Return what a form carries from the password to the code: whose right password this browser showed, and until when.

    It opens nothing by itself, and nothing at all once the password is another one.
    """
    told = f"{int(at.timestamp()) + HALF_SECONDS}:{account}"
    mark = _mark(key_of(installation), told, password_hash, browser)
    return f"{base64.urlsafe_b64encode(told.encode()).decode()}.{mark}"


def whose_half(carried: str) -> str:
    """Return the account that a form says it is half in; nothing is believed yet."""
    try:
        return base64.urlsafe_b64decode(carried.partition(".")[0]).decode().partition(":")[2]
    except ValueError:
        return ""


def is_half_way(installation: Installation, carried: str, password_hash: str, browser: str, at: datetime) -> bool:
    """Return whether `half_way` made this for the same password and browser, not long ago."""
    told, _, mark = carried.partition(".")
    try:
        plain = base64.urlsafe_b64decode(told).decode()
        until = int(plain.partition(":")[0])
    except ValueError:
        return False
    right = _mark(key_of(installation), plain, password_hash, browser)
    return hmac.compare_digest(mark.encode(), right.encode()) and at.timestamp() <= until


def _mark(key: bytes, told: str, password_hash: str, browser: str) -> str:
    said = "\0".join(("shencha/half-way", told, password_hash, browser))
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def _key(settings: Settings) -> bytes | None:
    file = settings.second_factor_key_file
    return file.read_bytes() if file.is_file() else None


def _make_key(settings: Settings) -> None:
    """Make the key where there is none."""
    make_key_file(settings.second_factor_key_file, secrets.token_bytes(KEY_BYTES))
