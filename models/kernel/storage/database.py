"""The database engine: one transaction per act; on SQLite the write lock is taken at its beginning."""

from __future__ import annotations

import logging
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Inspector, create_engine, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DataError, DisconnectionError, IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from models.kernel.errors import Conflict, DatabaseGone, Invalid, Refused
from models.kernel.settings import Settings

from .current import REMEMBERED, current_is
from .personal_keys import HEAD, Keys, use_keys
from .sealed_columns import sealed_in

log = logging.getLogger("shencha.database")
BUSY_MS = 30_000
IDLE_SECONDS = 1.0
SAMPLE = 1000  # entries of an index that SQLite looks at
PREPARED_AT = 2  # a statement is prepared when a connection sends it for the third time
PREPARED_MOST = 400  # what pages of all roles ask, over and over
GONE_SECONDS = 10  # after which PostgreSQL ends what it works on for a process that was killed
RECYCLE_SECONDS = 3600  # after which a connection to SQLite is replaced
CACHE_KB = 32_000  # for each of the few connections
NO_RIGHT = "42501"
"""How PostgreSQL says that a role may not do something."""

ROLE_REFUSED = (
    "数据库拒绝了这一操作：当前连接的角色没有这项权限，没有写入。初始化、升级和恢复请以表的所有者角色连接"
    "（SHENCHA_DATABASE_URL）；平时办理出现这一提示的，请以所有者运行 shencha init 补上权限。"
)

READER, EVERYBODY = "app.reader", "all"
"""The setting by which PostgreSQL knows for whom a transaction reads, and what it says where it works for no single person."""

_READS_FOR = text(f"SELECT set_config('{READER}', :person, true)")
SEALED_COLUMNS: tuple[tuple[str, str, str | None], ...] = (
    ("people", "id_number", "id_mark"),
    ("people", "details", None),
    ("case_drafts", "data", None),
    ("fact_changes", "after", None),
    ("fact_changes", "before", None),
)
"""Table and column of all that is sealed; of the first also the column that has something where it has."""

SEALED_AT_ONCE = 50

_PLAN_ONCE = text("SET LOCAL plan_cache_mode = force_generic_plan")


class Database:
    """Opens sessions. `writing` commits or rolls back as a whole and turns lost races into `Conflict`."""

    def __init__(
        self, url: str, *, durable: bool = True, create: bool = True, personal_key_file: Path | None = None
    ) -> None:
        """Connect lazily to `url`. `durable=False` is for scratch databases that nobody will miss.

        Without `create` a file that is not there is missed, and no empty one is made in its place. Personal data are
        sealed by the keys in `personal_key_file`, else in that of this process's settings.
        """
        import_module("models.tables")  # every table, by name: the kernel imports no room
        import_module("models.accident.code_tables")  # and whose data say what the sheets' words are
        self.remembered: dict[str, object] = {}
        """What is kept from one transaction to the next, by who keeps it."""
        self.url = url
        self.engine = _engine(url, durable=durable, create=create)
        self.personal_keys = Keys(
            cache(lambda: personal_key_file or Settings().personal_key_file), partial(_something_sealed, self.engine)
        )
        use_keys(self.engine.dialect, self.personal_keys)
        self._immediate = self.engine.execution_options(immediate=True)
        self._read_only = self.engine.execution_options(postgresql_readonly=True)

    @contextmanager
    def reading(self, *, of_one_case: bool = False) -> Iterator[Session]:
        """Yield a session that changes nothing; PostgreSQL refuses what would.

        `of_one_case` says that each statement begins with one case, so that a plan for any case is as good as one for
        this: PostgreSQL then plans once what it would plan anew for the first eight.
        """
        info = {REMEMBERED: self.remembered}
        with (
            Session(self._read_only, autoflush=False, expire_on_commit=False, info=info) as session,
            current_is(session),
        ):
            if of_one_case and self.engine.dialect.name == "postgresql":
                session.execute(_PLAN_ONCE)
            yield session
            # Ended like this and not by the rollback of `close`, at which the driver throws away every statement that it
            # prepared; what somebody put into the session by mistake is not written.
            session.expunge_all()
            session.commit()

    @staticmethod
    def for_person(session: Session, person: int | None) -> None:
        """Let the rest of a transaction see no restricted paper with which a person has nothing to do, on PostgreSQL.

        What a person sees is decided by the predicates; this is the wall behind them. Nobody (`None`) is the system.
        """
        if person is not None and session.get_bind().dialect.name == "postgresql":
            session.execute(_READS_FOR, {"person": str(person)})

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session that commits at the end or changes nothing. Raises Conflict where somebody was first."""
        try:
            info = {REMEMBERED: self.remembered}
            with (
                Session(self._immediate, expire_on_commit=False, info=info) as session,
                current_is(session),
                session.begin(),
            ):
                yield session
        except StaleDataError as lost:
            raise Conflict("刚才已有他人修改同一内容，请刷新后重试。", code="conflict_stale") from lost
        except IntegrityError as refused:
            taken = _taken(refused)
            if taken is None:
                raise
            # What it is called in the tables is for the log: it says nothing to a person.
            log.warning("somebody was first: %s", taken)
            raise Conflict("同一内容已经存在，本次操作未写入。", code="conflict_unique") from refused
        except OperationalError as busy:
            if "locked" in str(busy.orig) or "deadlock" in str(busy.orig):
                raise Conflict("数据库正忙，本次操作未写入，请稍后重试。", code="conflict_busy") from busy
            raise

    def analyse(self) -> None:
        """Let SQLite see how full its tables are, from a sample of each index; PostgreSQL's own worker sees to that itself.

        Without it SQLite takes every index for equally good, and reads a table from the wrong end. Connections that are
        open now learn of it when they are next replaced.
        """
        if self.engine.dialect.name != "sqlite":
            return
        with self._immediate.begin() as connection:
            connection.exec_driver_sql(f"PRAGMA analysis_limit = {SAMPLE}")
            connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _something_sealed(engine: Engine, thorough: bool) -> str | None:
    """Return something sealed that a database holds; None where it holds nothing of the kind.

    Unless `thorough`, only identity numbers are looked at, which an index finds.
    """
    with engine.connect() as connection:
        there = inspect(connection)
        for table, column, known_by in SEALED_COLUMNS if thorough else SEALED_COLUMNS[:1]:
            if there.has_table(table) and (known_by is None or _has_column(there, table, known_by)):
                held = f"{known_by} IS NOT NULL" if known_by else f"CAST({column} AS TEXT) LIKE '%{HEAD}%'"
                asked = f"SELECT CAST({column} AS TEXT) FROM {table} WHERE {held}"  # noqa: S608  names of ours
                few = {"stream_results": True, "yield_per": SEALED_AT_ONCE}
                with connection.execute(text(asked), execution_options=few) as rows:
                    kept = next(filter(None, (sealed_in(row) for row in rows.scalars() if row)), None)
                if kept is not None:
                    return kept
    return None


def _has_column(there: Inspector, table: str, column: str) -> bool:
    return any(one["name"] == column for one in there.get_columns(table))


def _taken(refused: IntegrityError) -> str | None:
    """Return the columns or constraint whose uniqueness a lost race hit; None where it was no race but a fault."""
    found = re.search(r"UNIQUE constraint failed: ([\w., ]+)|unique constraint \"(\w+)\"", str(refused.orig))
    return None if found is None else found.group(1) or found.group(2)


def _ask_the_idle(engine: Engine) -> None:
    """Ask a connection that lay idle whether it still lives, and take a new one where it does not.

    Who acts again within a second needs no such question before each transaction (`pool_pre_ping` has no such limit).
    """

    @event.listens_for(engine, "checkin")
    def lie_down(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def get_up(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        idle_since = record.info.get("idle_since")
        if idle_since is None or time.monotonic() - idle_since < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as gone:
            raise InvalidatePoolError from gone  # the pool opens a new one, and gives out none that is older


def _prepare(engine: Engine) -> None:
    """Keep what is asked often prepared; let PostgreSQL compile no statement, and finish none whose asker is gone.

    Its compiler takes seconds for ours, which are long and answered in milliseconds. The second is not known before
    version 14.
    """

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # psycopg's own, which takes no text that is made
        connection.prepared_max = PREPARED_MOST
        connection.autocommit = True  # what is set in a transaction would end with it
        connection.execute("SET jit = off")
        if connection.info.server_version >= 140000:
            connection.execute(f"SET client_connection_check_interval = '{GONE_SECONDS}s'")
        connection.execute(f"SET {READER} = '{EVERYBODY}'")
        connection.autocommit = False


def _miss(engine: Engine, file: Path, *, create: bool) -> None:
    """Notice when the file of an embedded database is taken away or exchanged under a running program.

    SQLite itself would make an empty one, or go on writing into one that nobody finds any more. Raises DatabaseGone.
    """
    made = not create

    @event.listens_for(engine, "do_connect")
    def look(*_: object) -> None:
        nonlocal made
        if made and not file.exists():
            raise DatabaseGone(str(file))
        made = True

    @event.listens_for(engine, "connect")
    def note(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _identity(file)

    @event.listens_for(engine, "checkout")
    def compare(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        found = _identity(file)
        if found is None:
            raise DatabaseGone(str(file))
        if record.info.get("file") not in (None, found):
            raise DisconnectionError  # another file has its name, as after a restore: the pool opens that one


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _refuse_unstorable(engine: Engine) -> None:
    """Tell a person in a sentence what no column takes: half a character, a NUL, a number with too many digits; and what
    the role in the database may not do.

    Doors refuse what they know of; this is for what got past them, which the driver or PostgreSQL meets last.
    """

    @event.listens_for(engine, "handle_error")
    def told(context: ExceptionContext) -> None:
        met = context.original_exception
        if isinstance(met, UnicodeEncodeError | OverflowError) or isinstance(context.sqlalchemy_exception, DataError):
            log.warning("what no column takes: %s", type(met).__name__)
            raise Invalid("含有不能保存的字符，或数字过大，没有保存，请核对。", code="not_storable") from met
        if getattr(met, "sqlstate", None) == NO_RIGHT:
            log.warning("what the role may not: %s", str(met).splitlines()[0])
            raise Refused(ROLE_REFUSED, code="database_role") from met


def _engine(url: str, *, durable: bool, create: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        # Two cores and fifty people: a small pool that waits beats a large one that thrashes. The connection that was given
        # back last is taken first: it has prepared what is asked all the time, and planning costs more than answering.
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=10,
            max_overflow=10,
            pool_use_lifo=True,
            connect_args={"prepare_threshold": PREPARED_AT},
        )
        _refuse_unstorable(engine)
        _ask_the_idle(engine)
        _prepare(engine)
        return engine
    engine = create_engine(parsed, connect_args={"timeout": BUSY_MS / 1000}, pool_recycle=RECYCLE_SECONDS)
    _refuse_unstorable(engine)
    if parsed.database and parsed.database != ":memory:" and not parsed.database.startswith("file:"):
        file = Path(parsed.database).absolute()
        if create:
            file.parent.mkdir(parents=True, exist_ok=True)
        _miss(engine, file, create=create)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for a writer's lock
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
        # Lists reach across the whole file: with SQLite's own 2 MB nearly every page of it is read anew each time.
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        # FULL: a committed signature survives a power cut, for one fsync a commit.
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
