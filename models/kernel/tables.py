"""Tables of the kernel: events (append-only) and where the office's end, outbox, messages, workers and their duties."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column
from models.kernel.rights.secrecy import PAPER_WAITS
from models.kernel.vocabulary import FileState, ReadingKind

ALL_OR_NONE = " AND ".join(
    f"(seq IS NULL) = ({name} IS NULL)" for name in ("recorded_at", "actor_name", "prev_hash", "hash")
)


class Event(Base):
    """One act of a case or an accident, chained to the one before it by hash. The databases refuse to change or delete it."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index(
            "uq_events_accident_id_seq",
            "accident_id",
            "seq",
            unique=True,
            sqlite_where=text("accident_id IS NOT NULL"),
            postgresql_where=text("accident_id IS NOT NULL"),
        ),
        CheckConstraint("seq >= 1", name="seq_counts_from_one"),
        CheckConstraint("(case_id IS NULL) <> (accident_id IS NULL)", name="of_one_stream"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int | None] = column("case whose stream it belongs to", ForeignKey("cases.id"))
    seq: Mapped[int] = column("number inside the stream, from 1 without gaps")
    kind: Mapped[str] = column("what happened, in the past tense: notice_acknowledged")
    happened_at: Mapped[datetime] = column("when it happened")
    recorded_at: Mapped[datetime] = column("when it was recorded")
    actor: Mapped[str] = column("account that acted, or system", index=True)
    actor_name: Mapped[str] = column("name of the person at that time")
    why: Mapped[str | None] = column("reason given")
    data: Mapped[Json] = column("what it was about, before and after")
    prev_hash: Mapped[str] = column("hash of the event before")
    hash: Mapped[str] = column("hash of this event", unique=True)
    accident_id: Mapped[int | None] = column("accident whose stream it belongs to", ForeignKey("accidents.id"))


class AdminEvent(Base):
    """An act outside any case: accounts, units, rules, calendars. The stream of the office; the databases keep it, too.

    What was recorded before the office had a stream has no number in it; the first event that has one vouches for it.
    """

    __tablename__ = "admin_events"
    __table_args__ = (
        CheckConstraint(ALL_OR_NONE, name="chained_as_a_whole"),
        Index("uq_admin_events_seq", "seq", unique=True),
        Index("uq_admin_events_hash", "hash", unique=True),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    kind: Mapped[str] = column("what happened, in the past tense")
    happened_at: Mapped[datetime] = column("when")
    actor: Mapped[str] = column("account that acted, or system")
    why: Mapped[str | None] = column("reason given")
    data: Mapped[Json] = column("before and after")
    seq: Mapped[int | None] = column("number inside the stream; null before there was one")
    recorded_at: Mapped[datetime | None] = column("when it was recorded; null before there was a stream")
    actor_name: Mapped[str | None] = column("name of the person at that time; null before there was a stream")
    prev_hash: Mapped[str | None] = column("hash of the event before; null before there was a stream")
    hash: Mapped[str | None] = column("hash of this event; null before there was a stream")


class OfficeStream(Base):
    """Where the stream of the office ends: one row, locked by whoever adds to it, after every case that the act locks."""

    __tablename__ = "office_stream"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = column("always 1", primary_key=True)
    last_seq: Mapped[int] = column("number of the last event of the chain")
    last_hash: Mapped[str] = column("hash of the last event of the chain")

    @property
    def stream_name(self) -> str:
        """Return what its events are hashed with."""
        return "office"


class RecordedReading(Base):
    """查阅记录: who read what of which reading is on record. Chained like events, and the databases refuse to change it.

    It names cases by their numbers and people by what they were called: what becomes of either changes no row.
    """

    __tablename__ = "readings"

    id: Mapped[int] = column("row number", primary_key=True)
    seq: Mapped[int] = column("number in the chain, from 1 without gaps", unique=True)
    read_at: Mapped[datetime] = column("when", index=True)
    account: Mapped[str] = column("account that read", index=True)
    name: Mapped[str] = column("name of the person at that time")
    door: Mapped[str] = column("by which door: page, command line")
    kind: Mapped[ReadingKind] = column("restricted paper, personal data or export")
    what: Mapped[str] = column("which paper, row or export, in words that tell nothing of its content")
    case_number: Mapped[str | None] = column("case; null where it is of none, or of many", index=True)
    prev_hash: Mapped[str] = column("hash of the row before")
    hash: Mapped[str] = column("hash of this row", unique=True)


class Checkpoint(Base):
    """One hash over where every chain ended at a moment, chained to the one before; its line is kept outside too.

    The databases refuse to change or delete it.
    """

    __tablename__ = "checkpoints"

    number: Mapped[int] = column("counts from 1 without gaps", primary_key=True, autoincrement=False)
    taken_at: Mapped[datetime] = column("when it was taken")
    streams: Mapped[int] = column("chains it covers: cases, accidents with events of their own, the office")
    events: Mapped[int] = column("events in all of them")
    root: Mapped[str] = column("root of the Merkle tree over where the chains ended, ordered by name")
    line: Mapped[str] = column("what is kept outside: canonical JSON with its signature")
    line_sha256: Mapped[str] = column("hash of the line, which the next checkpoint names")


class CheckpointEnd(Base):
    """Where a chain ended when a checkpoint was taken, kept where it differs from the checkpoint before."""

    __tablename__ = "checkpoint_ends"

    stream: Mapped[str] = column("name of the stream", primary_key=True)
    number: Mapped[int] = column(
        "first checkpoint at which it ended here", ForeignKey("checkpoints.number"), primary_key=True, index=True
    )
    events: Mapped[int] = column("number of its last event then")
    head: Mapped[str] = column("hash of its last event then")


class CheckpointStamp(Base):
    """The time stamp of somebody outside over the line of a checkpoint. The databases refuse to change or delete it."""

    __tablename__ = "checkpoint_stamps"

    number: Mapped[int] = column("checkpoint", ForeignKey("checkpoints.number"), primary_key=True, autoincrement=False)
    stamped_at: Mapped[datetime] = column("moment that the stamp tells")
    authority: Mapped[str] = column("who stamped it, by the name in its certificate")
    answer: Mapped[str] = column("the whole answer of the service (RFC 3161), DER in base64")
    received_at: Mapped[datetime] = column("when it was received")


class RecordWatch(Base):
    """How far the worker is on its round through the whole record, which lines are outside and which stamps are owed: one row."""

    __tablename__ = "record_watch"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = column("always 1", primary_key=True)
    put_out: Mapped[int] = column("last checkpoint whose line is outside the database", default=0)
    begun_at: Mapped[datetime | None] = column("when the present round began; null between rounds")
    cases_upto: Mapped[int] = column("row number of the last case checked in this round", default=0)
    accidents_upto: Mapped[int] = column("row number of the last accident checked in this round", default=0)
    checked: Mapped[int] = column("chains checked in this round", default=0)
    whole_at: Mapped[datetime | None] = column("when the last whole round ended")
    whole_streams: Mapped[int] = column("chains checked in the last whole round", default=0)
    stamp_from: Mapped[int | None] = column(
        "first checkpoint that must have a time stamp; null where no service is set"
    )
    stamp_tries: Mapped[int] = column("how often the service failed since it last answered", server_default="0")
    stamp_due_at: Mapped[datetime | None] = column("not asked before, after a failure")
    stamp_error: Mapped[str | None] = column("what went wrong the last time")


class RecordFault(Base):
    """What a round found that does not hold, until a later look finds it whole again."""

    __tablename__ = "record_faults"

    stream: Mapped[str] = column("name of the stream; checkpoints for the lines themselves", primary_key=True)
    code: Mapped[str] = column("what is wrong, for machines", primary_key=True)
    message: Mapped[str] = column("what is wrong, the first of its kind")
    found_at: Mapped[datetime] = column("when it was first found")


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


class FileExamination(Base):
    """What is known of a file that was handed in, by its hash: what in it acts, and what the scanner said of it."""

    __tablename__ = "file_examinations"
    __table_args__ = (
        CheckConstraint("(found IS NULL) = (state NOT IN ('found', 'failed'))", name="found_is_named"),
        CheckConstraint("(examined_at IS NULL) = (state = 'waiting')", name="examined_when"),
        Index("ix_file_examinations_state", "state", "asked_at"),
    )

    sha256: Mapped[str] = column("hash of a file that was handed in", primary_key=True)
    acts: Mapped[JsonList] = column("what in it acts when somebody opens it, in words; evidence alone may have any")
    state: Mapped[FileState] = column("what the scanner said; waiting while it was not asked")
    found: Mapped[str | None] = column("what was found, or why it could not be examined")
    examined_at: Mapped[datetime | None] = column("when the scanner said so; null while it waits")
    asked_at: Mapped[datetime | None] = column("when the scanner was last asked, also in vain; null before")
    told: Mapped[str | None] = column("which finding is on the record of administrators")
    released_at: Mapped[datetime | None] = column("when an administrator let it be handed out all the same")


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
