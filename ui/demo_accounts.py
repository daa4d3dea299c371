"""The accounts of a demo, and their known password: good only where SHENCHA_DEMO says that this is one."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from models.kernel.act import find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.installation import Installation
from models.kernel.rights.policy import SYSTEM, Actor
from models.kernel.vocabulary import Role
from models.office.queries.people import user_list
from models.overview.queries.worklists import waiting_on
from models.rectification.queries.notice_links import BY_LINK

DEMO_PASSWORD = "shencha-demo"  # noqa: S105 - meant to be known


def one_of_each(installation: Installation) -> list[tuple[str, str]]:
    """Return one account for each combination of roles, with the roles in words; of agencies the one that has most to do."""
    with installation.database.reading() as session:
        users = [
            user
            for user in user_list(session, SYSTEM)
            if user.disabled_at is None and user.account != "console" and not user.account.startswith(BY_LINK)
        ]
        today = local_date(installation.clock())
        busy = {
            user.account: _waiting(session, find_actor(session, user.account, installation.clock()), today)
            for user in users
            if user.roles == [Role.AGENCY]
        }
    found: dict[str, str] = {}
    for user in sorted(users, key=lambda user: -busy.get(user.account, 0)):
        found.setdefault("、".join(role.label for role in user.roles), user.account)
    order = [user.account for user in users]
    return sorted(((account, roles) for roles, account in found.items()), key=lambda one: order.index(one[0]))


def _waiting(session: Session, actor: Actor, today: date) -> int:
    first = waiting_on(session, actor, today, limit=1)
    return first[0].total if first else 0
