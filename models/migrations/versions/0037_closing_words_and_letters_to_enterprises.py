"""行文规则 as offices write: 请予支持并函复, 请认真贯彻落实; to enterprises, over which we have no power, letters that advise.

A row that an office changed stays as it is; papers keep the version that they were drafted by.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

ENTERPRISES = ("enterprise", "enterprise_elsewhere", "enterprise_other_city")
TOLD = "特此函告。"
ASKED = {"请函复。": "请予支持并函复。", "特此通知。": "请认真贯彻落实。"}
# What asks for no answer, and what is no demand, keeps its closing words.
OTHERS = ("talk_notice", "talk_minutes", "correction", "withdrawal", "excerpt")
TITLES = {
    "rectification_notice": "关于消除{accident}所涉安全隐患的提示函",
    "advance_notice": "关于立即消除{accident}所涉安全隐患的提示函",
    "reminder": "关于商请告知{accident}所涉安全隐患消除情况的函",
    "supervision_order": "关于{again}督办{accident}整改措施落实情况的函",
    "correction": "关于更正{number}文书的函",
    "withdrawal": "关于撤销{number}文书的函",
    "excerpt": "关于函送{accident}调查分析报告摘录的函",
}
WHY = "按公文用语和行文权限更正系统默认值"


REMINDER = {
    "code": "reminder.answer",
    "name": "函复催办事项",
    "unit": "working_days",
    "amount": 5,
    "starts_at": "收到本函",
    "basis": "同类督办工作的通行做法",
    "turn": "theirs",
    "borrowed": True,
    "roll_over": True,
    "version": 1,
    "reminder_only": True,
}


def upgrade() -> None:
    connection = op.get_bind()
    _add_limit(connection)
    manners = sa.Table("manners", sa.MetaData(), autoload_with=connection)
    rows = connection.execute(sa.select(manners).order_by(manners.c.version)).mappings()
    newest = {(row["recipients"], row["kind"]): dict(row) for row in rows}
    for row in newest.values():
        changed = _changed(row)
        if row["author"] == "system" and any(row[name] != value for name, value in changed.items()):
            del row["id"]
            version = {"version": row["version"] + 1, "reason": WHY, "valid_from": datetime.now(UTC)}
            connection.execute(manners.insert().values({**row, **changed, **version}))


def _add_limit(connection: sa.Connection) -> None:
    """The limit that a reminder sets, where rules were loaded before there was one."""
    rules = sa.Table("deadline_rules", sa.MetaData(), autoload_with=connection)
    codes = set(connection.scalars(sa.select(rules.c.code)))
    if codes and REMINDER["code"] not in codes:
        connection.execute(
            rules.insert().values(
                code=REMINDER["code"],
                version=1,
                data=REMINDER,
                unit=REMINDER["unit"],
                amount=REMINDER["amount"],
                author="system",
                reason="系统默认值",
                valid_from=datetime.now(UTC),
            )
        )


def _changed(row: dict[str, Any]) -> dict[str, Any]:
    """Return what a shipped row says from now on."""
    kind = row["kind"]
    if kind == "accountability_proposal":
        return {"closing": TOLD} if row["form"] == "letter" else {}
    if row["recipients"] in ENTERPRISES and kind in TITLES:
        return {"form": "letter", "title": TITLES[kind], "closing": TOLD}
    return {} if kind in OTHERS else {"closing": ASKED.get(row["closing"], row["closing"])}
