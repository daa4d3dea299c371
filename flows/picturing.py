"""Copies of photographs that became evidence before it kept any (证据照片的副本): made up by the worker, a few at a time."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import NotNullable, select

from models.case.commands.evidence import keep_copies
from models.case.tables import Evidence
from models.kernel.errors import Invalid, NotFound
from models.kernel.installation import Installation
from models.kernel.storage.pictures import DRAWABLE, Picture, pictured

log = logging.getLogger("shencha.picturing")

AT_ONCE = 20
"""Photographs looked at in one go; the next go takes the next ones."""


def make_up_copies(installation: Installation, at: datetime) -> int:
    """Make the copies of photographs that have none; returns how many were looked at.

    What nothing can draw is marked, so that nobody tries it again; it stays evidence as it came.
    """
    owed = select(
        Evidence.id, NotNullable(Evidence.sha256), Evidence.file_name, NotNullable(Evidence.media_type)
    ).where(Evidence.picture.is_(None), Evidence.sha256.is_not(None), Evidence.media_type.in_(DRAWABLE))
    with installation.database.reading() as session:
        found = session.execute(owed.order_by(Evidence.id).limit(AT_ONCE)).all()
    made = {row.id: _copies(installation, row.sha256, row.file_name or "", row.media_type) for row in found}
    if made:
        with installation.as_system(at) as act:
            keep_copies(act, made)
    return len(made)


def _copies(installation: Installation, sha256: str, name: str, media_type: str) -> Picture | None:
    try:
        with installation.files.open(sha256) as stream:
            return pictured(stream, DRAWABLE[media_type], name, installation.files)
    except (Invalid, NotFound) as refusal:
        log.warning("no copies of the picture %s: %s", sha256[:12], refusal.message)
        return None
