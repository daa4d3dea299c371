"""Backups as an installation keeps them: by which key, with which references, on record, and when the next is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid
from models.kernel.events import record_admin
from models.kernel.installation import Installation
from models.kernel.record.signatures import signer_in
from models.kernel.settings import LINK_KEY, Settings
from models.kernel.storage.schema_version import kept_version, known_versions
from models.kernel.tables import AdminEvent
from models.migrations.roles import writes
from models.papers.rules.links import key_fingerprint

from .backing_up import Made, back_up
from .rules.manifest import Reference

MADE, FAILED = "backup_made", "backup_failed"
SHORTEST_SECRET = 12
AGAIN = timedelta(hours=1)
"""After a backup that failed by itself, until the next try."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is on record of a backup: when, and what was said of it."""

    at: datetime
    data: dict[str, Any]
    why: str | None


def secret_of(settings: Settings, key_file: Path | None = None) -> bytes | None:
    """Return what backups are encrypted with: the key file named, else that of the settings, else their passphrase.

    A line end after the last line of a key file counts for nothing, so that a passphrase may lie in one. Raises Invalid.
    """
    named = key_file or settings.backup_key_file
    if named is None:
        given = settings.backup_passphrase
        secret = None if given is None else given.get_secret_value().encode()
    else:
        return key_of_file(named)
    return _long_enough(secret)


def key_of_file(named: Path | None) -> bytes | None:
    """Return what stands in a key file; None where none is named. Raises Invalid."""
    if named is None:
        return None
    try:
        return _long_enough(named.read_bytes().rstrip(b"\r\n"))
    except OSError as error:
        raise Invalid(f"密钥文件“{named}”不能读取，请检查路径和权限。", code="key_file_unreadable") from error


def _long_enough(secret: bytes | None) -> bytes | None:
    if secret is not None and len(secret) < SHORTEST_SECRET:
        raise Invalid(f"备份的口令或密钥文件太短，至少 {SHORTEST_SECRET} 个字节。", code="key_too_short")
    return secret


def keep_backup(installation: Installation, url: str, secret: bytes | None) -> Made:
    """Make a backup and put on record that there is one. Raises as `back_up` does."""
    made = back_up(installation, url, secret, installation.clock(), references(installation.settings))
    _record(
        installation,
        MADE,
        backup=made.manifest.name,
        rows=made.manifest.rows,
        files=made.manifest.files.count + made.manifest.packages.count,
        encrypted=secret is not None,
        lacking=len(made.manifest.lacking),
    )
    return made


def record_failure(installation: Installation, why: str) -> None:
    """Put on record that the daily backup failed: nobody stood by who was told."""
    _record(installation, FAILED, why=why)


def references(settings: Settings) -> list[Reference]:
    """Return the secrets that papers and seals need and that no backup holds: where each lies, never what it is."""
    found = []
    if settings.link_secret is not None:
        named = settings.link_key is not None
        place = "SHENCHA_LINK_KEY" if named else str(settings.home.absolute() / LINK_KEY)
        found.append(Reference("文书链接密钥", place, key_fingerprint(settings.link_secret)))
    signer = signer_in(settings.checkpoint_key_file)
    if signer is not None:
        found.append(Reference("检查点签名密钥", str(settings.checkpoint_key_file), signer.public))
    if settings.second_factor_key_file.is_file():
        fingerprint = key_fingerprint(settings.second_factor_key_file.read_bytes())
        found.append(Reference("动态口令密钥文件", str(settings.second_factor_key_file), fingerprint))
    if settings.personal_key_file.is_file():
        fingerprint = key_fingerprint(settings.personal_key_file.read_bytes())
        found.append(Reference("个人信息密钥文件", str(settings.personal_key_file), fingerprint))
    if settings.seal_key is not None:
        found.append(Reference("电子印章密钥文件", str(settings.seal_key.absolute())))
    return found


def last(session: Session, kind: str) -> Kept | None:
    """Return the latest backup that was made (`MADE`) or failed (`FAILED`), as the office has it on record."""
    asked = select(AdminEvent.happened_at, AdminEvent.data, AdminEvent.why).where(AdminEvent.kind == kind)
    row = session.execute(asked.order_by(AdminEvent.id.desc()).limit(1)).first()
    return None if row is None else Kept(row.happened_at, row.data, row.why)


def is_due(session: Session, settings: Settings, now: datetime) -> bool:
    """Return whether the daily backup is to be made: its hour has passed, and none was made since or just failed."""
    if settings.backup_to is None:
        return False
    made, failed = last(session, MADE), last(session, FAILED)
    if made is not None and made.at >= _hour_before(settings, now):
        return False
    return failed is None or now - failed.at >= AGAIN


def _hour_before(settings: Settings, now: datetime) -> datetime:
    here = now.astimezone(SHANGHAI)
    hour = here.replace(hour=settings.backup_hour, minute=0, second=0, microsecond=0)
    return hour if hour <= here else hour - timedelta(days=1)


def _record(installation: Installation, kind: str, *, why: str | None = None, **data: Any) -> None:
    """Put it on record, unless the tables are of an earlier version and wait to be upgraded, or this role only reads."""
    if kept_version(installation.database.engine) == known_versions()[-1] and writes(installation.database.engine):
        with installation.as_system(installation.clock()) as act:
            record_admin(act, kind, why=why, **data)
