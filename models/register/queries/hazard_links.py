"""Links by which people without an account tell of hazards: which there are, and what the holder of one may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models.kernel.calendar.local_time import local_date
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor, reaches
from models.kernel.rights.visible import in_territory
from models.kernel.vocabulary import HazardSource
from models.office.tables import Organisation, User
from models.papers.rules.links import fingerprint, hazard_token
from models.register.tables import Hazard, HazardLink


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link as who made it sees it; `token` is None where it opens nothing any more."""

    id: int
    label: str
    source: HazardSource
    unit: str
    division_code: str | None
    made_by: str
    made_at: datetime
    expires_on: date
    revoked_at: datetime | None
    revoked_by: str | None
    revoke_reason: str | None
    hazards: int
    token: str | None


@dataclass(frozen=True, slots=True)
class LinkOpened:
    """What the holder of a link learns: which unit gets what is told, and until when."""

    id: int
    unit: str
    expires_on: date


def link_list(session: Session, actor: Actor, secret: bytes | None, today: date) -> list[LinkShown]:
    """Return the links of the actor's territory, the newest first, for who may make them; else none."""
    if not reaches(actor, "hazard.link"):
        return []
    told = select(Hazard.link_id, func.count().label("count")).group_by(Hazard.link_id).subquery()
    revoker = aliased(User)
    rows = session.execute(
        select(HazardLink, Organisation.name, User.name, revoker.name, func.coalesce(told.c.count, 0))
        .join(Organisation, Organisation.id == HazardLink.unit_id)
        .join(User, User.id == HazardLink.made_by)
        .outerjoin(revoker, revoker.id == HazardLink.revoked_by)
        .outerjoin(told, told.c.link_id == HazardLink.id)
        .where(in_territory(actor, HazardLink.__table__.c.unit_id))
        .order_by(HazardLink.id.desc())
    )
    return [
        LinkShown(
            link.id,
            link.label,
            link.source,
            unit,
            link.division_code,
            maker,
            link.made_at,
            link.expires_on,
            link.revoked_at,
            ended_by,
            link.revoke_reason,
            count,
            _token(link, secret, today),
        )
        for link, unit, maker, ended_by, count in rows
    ]


def _token(link: HazardLink, secret: bytes | None, today: date) -> str | None:
    if secret is None or link.revoked_at is not None or link.expires_on < today:
        return None
    token = hazard_token(secret, link.id)
    return token if fingerprint(token) == link.token_sha256 else None


def link_opened(session: Session, token: str, now: datetime) -> LinkOpened:
    """Return what a link opens. Raises NotFound, in the same words, for one that is unknown, revoked or over."""
    row = session.execute(
        select(HazardLink.id, Organisation.name, HazardLink.expires_on)
        .join(Organisation, Organisation.id == HazardLink.unit_id)
        .where(
            HazardLink.token_sha256 == fingerprint(token),
            HazardLink.revoked_at.is_(None),
            HazardLink.expires_on >= local_date(now),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("链接无效或者已停用，请向发给您链接的单位索取新的链接。", code="link_unknown")
    return LinkOpened(*row)


def told_by(session: Session, token: str, form_key: str, now: datetime) -> str:
    """Return the number of what was told by a link with one form. Raises NotFound where nothing was."""
    link = link_opened(session, token, now)
    number = session.scalar(select(Hazard.hazard_number).where(Hazard.source_key == told_key(link.id, form_key)))
    if number is None:
        raise NotFound("没有这次上报的记录。", code="report_unknown")
    return number


def told_key(link_id: int, form_key: str) -> str:
    """Return what a hazard told of by a link is known by: the same form sent twice is one hazard."""
    return f"link/{link_id}/{form_key}"
