"""Import profiles in force: what an office wrote stands before what comes with the product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.errors import NotFound
from models.register.rules.profile import Profile, built_in, read_profile
from models.register.tables import ImportProfile


@dataclass(frozen=True, slots=True)
class Versioned:
    """A profile with its version; 0 is what comes with the product, which nobody wrote here."""

    profile: Profile
    version: int
    author: str | None = None
    made_at: datetime | None = None
    reason: str | None = None

    def as_json(self) -> dict[str, object]:
        """Return what `--json` prints."""
        told = self.profile
        return {
            "name": told.name,
            "version": self.version,
            "title": told.title,
            "source": told.source,
            "rows": told.rows,
            "author": self.author,
            "made_at": self.made_at,
            "reason": self.reason,
            "text": told.text,
        }


def profile_list(session: Session) -> list[Versioned]:
    """Return the profiles in force by name. They hold nothing of any accident, and are everybody's to read."""
    last = select(func.max(ImportProfile.id)).group_by(ImportProfile.name)
    written = session.scalars(select(ImportProfile).where(ImportProfile.id.in_(last)))
    found = {one.name: Versioned(one, 0) for one in built_in().values()} | {
        row.name: _versioned(row) for row in written
    }
    return [found[name] for name in sorted(found)]


def profile_in_force(session: Session, name: str, version: int | None = None) -> Versioned:
    """Return a profile by its name, in its last version or the one asked for. Raises NotFound with those there are."""
    asked = select(ImportProfile).where(ImportProfile.name == name).order_by(ImportProfile.version.desc()).limit(1)
    if version is not None:
        asked = asked.where(ImportProfile.version == version)
    row = session.scalar(asked)
    if row is not None:
        return _versioned(row)
    if name in built_in() and not version:
        return Versioned(built_in()[name], 0)
    known = "、".join(one.profile.name for one in profile_list(session))
    raise NotFound(f"没有名为“{name}”的导入模板，现有：{known}。", code="profile_not_found")


def _versioned(row: ImportProfile) -> Versioned:
    return Versioned(read_profile(row.text), row.version, row.author, row.made_at, row.reason)
