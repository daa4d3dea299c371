"""Whether the role that connects to the database may no more than its work needs, as one sentence with what to do."""

from __future__ import annotations

from models.kernel.installation import Installation
from models.migrations.roles import Standing, is_superuser, standing

HOW = "请用 shencha init --roles 建立角色，平时以 _web 和 _worker 结尾的角色连接（见 docs/operations.md）。"


def standing_of(installation: Installation) -> Standing | None:
    """Return what the connected role may; None on SQLite."""
    with installation.database.engine.connect() as connection:
        return standing(connection)


def too_powerful(installation: Installation, *, owner: bool = False) -> str | None:
    """Return what the connected role may and should not; to own the tables is right where an `owner` is wanted."""
    if owner:
        with installation.database.engine.connect() as connection:
            if not is_superuser(connection):
                return None
    found = standing_of(installation)
    return None if found is None or not found.too_much else told(found)


def told(found: Standing) -> str:
    """Return the sentence about a role that may too much."""
    return f"连接数据库的角色“{found.role}”权限过大（{'、'.join(found.too_much)}），数据库因此拦不住对记录的改动。{HOW}"
