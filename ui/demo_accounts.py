"""The accounts of a demo, and their known password: good only where SHENCHA_DEMO says that this is one."""

from __future__ import annotations

from models.queries.people import user_list
from models.rules.policy import SYSTEM
from ui.desk import Desk

DEMO_PASSWORD = "shencha-demo"  # noqa: S105 - meant to be known


def one_of_each(desk: Desk) -> list[tuple[str, str]]:
    """Return one account for each combination of roles, with the roles in words."""
    with desk.database.reading() as session:
        users = user_list(session, SYSTEM)
    found: dict[str, str] = {}
    for user in users:
        if user["account"] != "console" and user["disabled_at"] is None:
            found.setdefault("、".join(role.label for role in user["roles"]), user["account"])
    return [(account, roles) for roles, account in found.items()]
