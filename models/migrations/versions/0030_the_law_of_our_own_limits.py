"""Two limits as the law has them: 令493 art. 29 knows no roll-over, 安全生产法 art. 86 speaks of production safety.

What runs goes on as it was counted and told; a new version of each rule counts from now on.
"""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

CHANGES = {
    "investigation.report": {"rolls_if_production_safety": False},
    "effect.evaluate": {"borrowed": True, "borrowed_if_production_safety": False},
}
WHY = "按《生产安全事故报告和调查处理条例》第二十九条、《中华人民共和国安全生产法》第八十六条的适用范围更正"


def upgrade() -> None:
    connection = op.get_bind()
    rules = sa.table(
        "deadline_rules",
        *(sa.column(name) for name in ("code", "version", "unit", "amount", "author", "reason")),
        sa.column("data", sa.JSON()),
        sa.column("valid_from", sa.DateTime(timezone=True)),
    )
    for code, changed in CHANGES.items():
        newest = connection.execute(
            sa.select(rules).where(rules.c.code == code).order_by(rules.c.version.desc()).limit(1)
        ).one_or_none()
        if newest is None or newest.author != "system":
            continue  # an office that set its own rule keeps it
        data = newest.data if isinstance(newest.data, dict) else json.loads(newest.data)
        version = newest.version + 1
        connection.execute(
            rules.insert().values(
                code=code,
                version=version,
                data={**data, **changed, "version": version},
                unit=newest.unit,
                amount=newest.amount,
                author="system",
                reason=WHY,
                valid_from=datetime.now(UTC),
            )
        )


def downgrade() -> None:
    rules = sa.table("deadline_rules", sa.column("code"), sa.column("reason"))
    op.execute(rules.delete().where(rules.c.code.in_([*CHANGES]), rules.c.reason == WHY))
