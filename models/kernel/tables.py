"""Tables of the kernel: events (append-only), outbox, messages, workers and their duties."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped

from models.kernel.secrecy import PAPER_WAITS

from .base import Base, Json, column


class Event(Base):
    """One act, chained to the one before it by hash. The databases refuse to change or delete a row."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("case_id", "seq"), CheckConstraint("seq >= 1", name="seq_counts_from_one"))

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    seq: Mapped[int] = column("number inside the case, from 1 without gaps")
    kind: Mapped[str] = column("what happened, in the past tense: notice_acknowledged")
    happened_at: Mapped[datetime] = column("when it happened")
    recorded_at: Mapped[datetime] = column("when it was recorded")
    actor: Mapped[str] = column("account that acted, or system", index=True)
    actor_name: Mapped[str] = column("name of the person at that time")
    why: Mapped[str | None] = column("reason given")
    data: Mapped[Json] = column("what it was about, before and after")
    prev_hash: Mapped[str] = column("hash of the event before")
    hash: Mapped[str] = column("hash of this event", unique=True)


class AdminEvent(Base):
    """An act outside any case: accounts, units, rules, calendars."""

    __tablename__ = "admin_events"

    id: Mapped[int] = column("row number", primary_key=True)
    kind: Mapped[str] = column("what happened, in the past tense")
    happened_at: Mapped[datetime] = column("when")
    actor: Mapped[str] = column("account that acted, or system")
    why: Mapped[str | None] = column("reason given")
    data: Mapped[Json] = column("before and after")


class Outbox(Base):
    """Work that must follow a commit, written in the same transaction; the worker claims and does it, once by key."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "due_at",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        CheckConstraint("tries >= 0", name="tries_count_up"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    key: Mapped[str] = column("what is to be done to what: the same work is never queued twice", unique=True)
    case_id: Mapped[int | None] = column("case", ForeignKey("cases.id"), index=True)
    topic: Mapped[str] = column("which flow does it")
    payload: Mapped[Json] = column("what the flow needs to know")
    created_at: Mapped[datetime] = column("when it was queued")
    due_at: Mapped[datetime] = column("not before; pushed back after a failure")
    claimed_by: Mapped[str | None] = column("worker that holds it")
    claimed_until: Mapped[datetime | None] = column("end of the claim: a dead worker's work is taken over after it")
    tries: Mapped[int] = column("how often it was tried", default=0)
    last_error: Mapped[str | None] = column("what went wrong the last time")
    done_at: Mapped[datetime | None] = column("when it was done")
    flow_run_id: Mapped[str | None] = column("Prefect's run, where it could be tracked")


class Message(Base):
    """A note to a unit or a person, once per occasion by key."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_organisation", "organisation_id", "id"),
        Index("ix_messages_user", "user_id", "id"),
        Index(
            "ix_messages_unplanned",
            "id",
            sqlite_where=text("planned_at IS NULL"),
            postgresql_where=text("planned_at IS NULL"),
        ),
        CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name="one_addressee"),
        CheckConstraint(
            f"NOT restricted OR (subject = '{PAPER_WAITS}' AND body = '{PAPER_WAITS}')", name="restricted_says_nothing"
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    key: Mapped[str] = column("occasion and addressee", unique=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    organisation_id: Mapped[int | None] = column("unit it is for", ForeignKey("organisations.id"))
    user_id: Mapped[int | None] = column("person it is for", ForeignKey("users.id"))
    subject: Mapped[str] = column("what it is about, one line")
    body: Mapped[str] = column("what to do by when")
    sent_at: Mapped[datetime] = column("when it was put into the inbox")
    read_at: Mapped[datetime | None] = column("when it was first opened")
    restricted: Mapped[bool] = column("about a restricted paper: says only that one waits", server_default=false())
    urgent: Mapped[bool] = column("goes out at night and on rest days too, never in a digest", server_default=false())
    planned_at: Mapped[datetime | None] = column("when it was decided to which addresses it goes")


class Heartbeat(Base):
    """What a worker last did, and whether it said goodbye."""

    __tablename__ = "heartbeats"

    worker: Mapped[str] = column("worker", primary_key=True)
    beat_at: Mapped[datetime] = column("last sign of life")
    host: Mapped[str | None] = column("machine it runs on")
    pid: Mapped[int | None] = column("process there")
    version: Mapped[str | None] = column("version of the program")
    began_at: Mapped[datetime | None] = column("when it began")
    ended_at: Mapped[datetime | None] = column("when it ended as it should; a stale row without is a worker that died")
    last_sweep_at: Mapped[datetime | None] = column("last sweep")
    looked_at: Mapped[int | None] = column("deadlines the last sweep looked at")
    stuck_work: Mapped[int | None] = column("pieces of work in the outbox that nobody got done, at the last sweep")
    stuck_sends: Mapped[int | None] = column("messages that could not be sent or are uncertain, at the last sweep")


class Duty(Base):
    """What one worker at a time does for all: held until it is given back or its time has run out."""

    __tablename__ = "duties"

    name: Mapped[str] = column("what is done: sweep", primary_key=True)
    worker: Mapped[str] = column("worker that holds it")
    held_until: Mapped[datetime] = column("end of the hold: a dead worker's duty is taken over after it")


APPEND_ONLY = {
    # The BEFORE INSERT trigger also stops INSERT OR REPLACE on connections that forgot recursive_triggers.
    "sqlite": [
        "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        "WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
    ],
}
SAME_ROW = {"events": "id = NEW.id OR (case_id = NEW.case_id AND seq = NEW.seq)", "admin_events": "id = NEW.id"}


def append_only(dialect: str) -> list[str]:
    """Return the statements that make the event tables append-only on a database; migrations run them."""
    return [
        statement.format(table=table, same=same)
        for table, same in SAME_ROW.items()
        for statement in APPEND_ONLY[dialect]
    ]
