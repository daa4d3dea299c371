"""Whether the role that connects to the database may no more than its work needs, as one sentence with what to do."""

from __future__ import annotations

from models.kernel.installation import Installation
from models.migrations.roles import Standing, is_superuser, standing
from ui.installation import database_at

HOW = "请用 shencha init --roles 建立角色，平时以 _web 和 _worker 结尾的角色连接（见 docs/operations.md）。"


def standings(installation: Installation) -> list[Standing]:
    """Return what the connected role may, and the worker's where it has one of its own; nothing on SQLite."""
    with installation.database.engine.connect() as connection:
        found = [standing(connection)]
    own = installation.settings.worker_database_url
    if own is not None and own.get_secret_value() != installation.database.url:
        with database_at(own.get_secret_value()) as database, database.engine.connect() as connection:
            found.append(standing(connection))
    return [one for one in found if one is not None]


def too_powerful(installation: Installation, *, owner: bool = False) -> str | None:
    """Return what the roles that connect may and should not; to own the tables is right where an `owner` is wanted."""
    if owner:
        with installation.database.engine.connect() as connection:
            if not is_superuser(connection):
                return None
    found = [told(one) for one in standings(installation) if one.too_much]
    return "".join(dict.fromkeys(found)) or None


def told(found: Standing) -> str:
    """Return the sentence about a role that may too much."""
    return f"连接数据库的角色“{found.role}”权限过大（{'、'.join(found.too_much)}），数据库因此拦不住对记录的改动。{HOW}"
