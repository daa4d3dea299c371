"""上报链接: officers make and revoke addresses by which grid workers and passers-by tell of hazards without an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import token_hex

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.rights.visible import in_territory
from models.kernel.storage import limits
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import HazardSource
from models.office.organisation_list import require_codes, require_line
from models.papers.commands.renditions import PictureFile
from models.papers.rules import links
from models.register.commands.hazards import refuse_reporter, seen_today, where_of, write_down
from models.register.queries.hazard_links import link_opened, told_key
from models.register.rules.hazards import BY_OTHERS
from models.register.tables import Hazard, HazardLink

LONGEST_DAYS = 366
LINK_PHOTOS = 4


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody told by a link: the fields of the form, by the columns they go into, and who says so, if said."""

    description: str
    where: Mapping[str, str | None]
    reporter: str | None
    form_key: str


@action("make-hazard-link", title="制发隐患上报链接", rights=("hazard.link",))
def make_hazard_link(
    act: Act,
    *,
    given_to: str,
    hazard_source: HazardSource = HazardSource.GRID,
    division_code: str | None = None,
    expires_on: date | None = None,
) -> str:
    """Make a link; returns what its address ends with. Hazards told of by it come to the actor's unit.

    It opens for half a year where no day is said. Raises NotAllowed, Invalid (no words, a source that is not of people
    outside, a day that is over or further than a year).
    """
    policy.require(act.actor, "hazard.link", unit_path=act.actor.path)
    secret = act.settings.link_secret
    if secret is None:
        raise Conflict("没有文书链接的密钥，不能制发链接，请联系管理员。", code="link_key_missing")
    if hazard_source not in BY_OTHERS:
        raise Invalid(f"链接的来源可选：{'、'.join(one.label for one in BY_OTHERS)}。", code="bad_source")
    until = expires_on or act.today + timedelta(days=act.settings.link_days)
    if not act.today <= until <= act.today + timedelta(days=LONGEST_DAYS):
        raise Invalid("有效期须在今天之后、一年之内。", code="period")
    require_codes(division_code or None, None)
    link = HazardLink(
        token_sha256=token_hex(32),  # until the row has a number from which the token follows
        label=require_line("发给何人", given_to, limits.LONGEST_NAME),
        source=hazard_source,
        unit_id=act.actor.organisation_id,
        division_code=division_code or None,
        made_by=act.person,
        made_at=act.at,
        expires_on=until,
    )
    act.session.add(link)
    act.session.flush()
    token = links.hazard_token(secret, link.id)
    link.token_sha256 = links.fingerprint(token)
    record_admin(
        act,
        "hazard_link_made",
        link=link.id,
        label=link.label,
        source=hazard_source.value,
        unit=link.unit_id,
        expires_on=until.isoformat(),
    )
    return token


@action("revoke-hazard-link", title="停用隐患上报链接", rights=("hazard.link",))
def revoke_hazard_link(act: Act, *, link: int, reason: str) -> None:
    """Let a link open nothing any more; what was told by it stays. Raises NotAllowed, NotFound, Conflict, Invalid."""
    policy.require(act.actor, "hazard.link", unit_path=act.actor.path)
    why = require_reason(reason)
    row = act.session.scalars(
        select(HazardLink)
        .where(HazardLink.id == link, in_territory(act.actor, HazardLink.__table__.c.unit_id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为{link}的上报链接。", code="link_not_found")
    if row.revoked_at is not None:
        raise Conflict(f"上报链接{link}已经停用。", code="link_revoked")
    row.revoked_at, row.revoked_by, row.revoke_reason = act.at, act.person, why
    record_admin(act, "hazard_link_revoked", why=why, link=link, label=row.label)


def receive_hazard(act: Act, token: str, told: Told, photos: Sequence[PictureFile] = ()) -> str:
    """Write down what came by a link; returns its number. The same form sent again is the same hazard.

    Only the program does, at the door of links. Raises NotFound for a link that opens nothing, Invalid as `report_hazard`.
    """
    policy.require(act.actor, "hazard.receive")
    link = act.session.get_one(HazardLink, link_opened(act.session, token, act.at).id, with_for_update=True)
    key = told_key(link.id, told.form_key)
    known = act.session.scalar(select(Hazard.hazard_number).where(Hazard.source_key == key))
    if known is not None:
        return known
    limits.refuse_many(len(photos), LINK_PHOTOS)
    reporter = refuse_reporter(told.reporter)
    hazard = Hazard(
        **seen_today(act, told.description),
        **where_of({**told.where, "division_code": link.division_code}),
        source=link.source,
        source_key=key,
        unit_id=link.unit_id,
        link_id=link.id,
        details={"reporter": reporter} if reporter else {},
    )
    return write_down(act, hazard, photos)
