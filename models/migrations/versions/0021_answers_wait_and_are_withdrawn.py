"""A clock that an answer stopped is not met before the answer is accepted; an answer can be withdrawn."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"

STATES = "state IN ('open', 'met', 'withdrawn', 'suspended', 'answered')"
ENDED = "(state IN ('met', 'withdrawn', 'answered')) = (closed_at IS NOT NULL)"
ANSWERED = "state <> 'answered' OR answered_by_id IS NOT NULL"
CLOSED_AT = "when it was met or withdrawn, or the moment of the reply that stopped it"
THEIR_WORK = ("notice.plan", "measure.complete", "returned.rework")


def upgrade() -> None:
    # On SQLite a table is made anew, while others point at it.
    _obey_keys(False)
    with op.batch_alter_table("replies") as batch:
        batch.add_column(
            sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True, comment="撤回: when it was taken back")
        )
        batch.add_column(sa.Column("withdrawn_by", sa.Integer(), nullable=True, comment="who took it back"))
        batch.create_foreign_key(op.f("fk_replies_withdrawn_by"), "users", ["withdrawn_by"], ["id"])
        batch.create_check_constraint(
            op.f("ck_replies_withdrawn_by_somebody"), "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)"
        )
    with op.batch_alter_table("deadlines") as batch:
        batch.add_column(
            sa.Column(
                "answered_by_id",
                sa.Integer(),
                nullable=True,
                comment="reply that stopped it; it is met once a reply is accepted",
            )
        )
        batch.create_foreign_key(op.f("fk_deadlines_answered_by_id"), "replies", ["answered_by_id"], ["id"])
        batch.drop_constraint(op.f("ck_deadlines_state_known"), type_="check")
        batch.drop_constraint(op.f("ck_deadlines_closed_with_date"), type_="check")
        batch.create_check_constraint(op.f("ck_deadlines_state_known"), STATES)
        batch.create_check_constraint(op.f("ck_deadlines_closed_with_date"), ENDED)
        batch.create_check_constraint(op.f("ck_deadlines_answered_by_a_reply"), ANSWERED)
        batch.alter_column(
            "state",
            existing_type=sa.String(),
            existing_nullable=False,
            comment="open, answered, met, withdrawn or suspended",
        )
        batch.alter_column(
            "closed_at", existing_type=sa.DateTime(timezone=True), existing_nullable=True, comment=CLOSED_AT
        )
    _obey_keys(True)
    _let_answers_wait()


def _obey_keys(obey: bool) -> None:
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    connection = bind.connection.driver_connection
    assert connection is not None
    connection.execute("COMMIT")  # inside a transaction the switch does nothing
    connection.execute(f"PRAGMA foreign_keys = {'ON' if obey else 'OFF'}")
    connection.execute("BEGIN")


def _let_answers_wait() -> None:
    """Clocks that count as met by an answer that nobody has assessed yet wait for that from now on."""
    replies, deadlines, assessments = (
        sa.table("replies", *map(sa.column, ("id", "assignment_id", "milestone_id", "kind", "happened_at"))),
        sa.table(
            "deadlines",
            *map(
                sa.column,
                ("id", "assignment_id", "milestone_id", "rule_code", "state", "closed_at", "answered_by_id"),
            ),
        ),
        sa.table("assessments", sa.column("reply_id")),
    )
    stopped: Any = sa.and_(
        deadlines.c.assignment_id == replies.c.assignment_id,
        deadlines.c.state == "met",
        deadlines.c.closed_at == replies.c.happened_at,
        deadlines.c.rule_code.in_(THEIR_WORK),
    )
    answers = replies.c.kind.in_(("plan", "completion", "refusal"))
    reached = sa.and_(replies.c.milestone_id.is_not(None), deadlines.c.milestone_id == replies.c.milestone_id, ~answers)
    waiting = sa.select(deadlines.c.id, replies.c.id).where(
        stopped,
        sa.or_(answers, reached),
        ~sa.exists(sa.select(1).where(assessments.c.reply_id == replies.c.id)),
    )
    for clock, reply in op.get_bind().execute(waiting.order_by(replies.c.id)).all():
        op.execute(deadlines.update().where(deadlines.c.id == clock).values(state="answered", answered_by_id=reply))
