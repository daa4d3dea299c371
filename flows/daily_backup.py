"""The daily backup of an installation whose settings name a place for it; a failure is on record, and tried again."""

from __future__ import annotations

import logging
from datetime import datetime

from models.keeping.on_record import is_due, keep_backup, record_failure, secret_of
from models.kernel.errors import Refused
from models.kernel.installation import Installation

log = logging.getLogger("shencha.backup")


def due(installation: Installation, now: datetime) -> bool:
    """Return whether the backup of this day is still to be made."""
    if installation.settings.backup_to is None:
        return False
    with installation.database.reading() as session:
        return is_due(session, installation.settings, now)


def daily_backup(installation: Installation) -> None:
    """Make it. What goes wrong is put on record, and no reason to stop the worker."""
    settings = installation.settings
    assert settings.backup_to is not None
    try:
        made = keep_backup(installation, settings.backup_to, secret_of(settings))
    except Refused as failure:
        log.error("no backup: %s", failure.message)
        record_failure(installation, failure.message)
    else:
        log.info("backup %s: %d rows, %d new files", made.manifest.name, made.manifest.rows, made.new_files)
