"""Roles (角色) of a PostgreSQL database: who owns its tables, who works in them, who only reads; the databases refuse the rest.

A database has four, named after it: its owner makes and upgrades tables; the pages and the command line, and the worker,
write rows and can change no table, trigger or function, and no row that is append-only; a reader takes copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, text

from models.kernel.errors import Invalid

from .row_security import policies

LONGEST_NAME = 63 - len("_worker")
"""Bytes: PostgreSQL cuts longer names off, and two roles would be one."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the four roles of a database."""

    database: str

    def __post_init__(self) -> None:
        """Raise Invalid where names would be cut."""
        if len(self.database.encode()) > LONGEST_NAME:
            raise Invalid(f"数据库名“{self.database}”过长，不能据以命名角色，请换用较短的库名。", code="name_too_long")

    @property
    def owner(self) -> str:
        """Return who owns the tables: for `shencha init`, restoring and moving."""
        return f"{self.database}_owner"

    @property
    def web(self) -> str:
        """Return who works at the pages and the command line."""
        return f"{self.database}_web"

    @property
    def worker(self) -> str:
        """Return who works by itself."""
        return f"{self.database}_worker"

    @property
    def reader(self) -> str:
        """Return who reads everything and writes nothing: for copies."""
        return f"{self.database}_reader"

    @property
    def working(self) -> tuple[str, str]:
        """Return those who write rows."""
        return self.web, self.worker

    @property
    def every(self) -> tuple[str, ...]:
        """Return all four."""
        return self.owner, *self.working, self.reader


KEPT = (
    "SELECT DISTINCT c.oid, c.relname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
    " JOIN pg_class c ON c.oid = t.tgrelid WHERE p.proname = c.relname || '_append_only'"
)
"""The tables that are append-only, as the database itself knows them: none is forgotten that comes later."""

# What belongs to a column or to an extension goes with it.
_HANDED_OVER = """\
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT c.oid::regclass AS name, CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass
                      AND d.deptype IN ('a', 'i', 'e')) LOOP
    EXECUTE format('ALTER %s %s OWNER TO %I', found.kind, found.name, {owner});
  END LOOP;
  FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
      AND p.prokind = 'f' AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid
                      AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e') LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO %I', found.name, {owner});
  END LOOP;
END $$"""
_MADE = """\
DO $$ DECLARE wanted text; BEGIN
  FOREACH wanted IN ARRAY ARRAY[{every}] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN EXECUTE format('CREATE ROLE %I LOGIN', wanted); END IF;
    EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', wanted);
  END LOOP;
END $$"""
_KEPT_FOR_EVER = """\
DO $$ DECLARE found record; BEGIN
  FOR found IN {kept} LOOP
    EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM {working}', found.oid::regclass);
  END LOOP;
  IF to_regclass('public.alembic_version') IS NOT NULL THEN
    REVOKE INSERT, UPDATE, DELETE ON public.alembic_version FROM {working};
  END IF;
END $$"""


def script(database: str) -> list[str]:
    """Return the statements that give a database its roles, for its superuser to run in it, before `init` or after.

    They may be run again. No password stands in them: whoever runs them sets one for each role.
    """
    roles = Roles(database)
    return [
        _MADE.format(every=", ".join(_literal(one) for one in roles.every)),
        f"ALTER DATABASE {_name(database)} OWNER TO {_name(roles.owner)}",
        f"REVOKE ALL ON DATABASE {_name(database)} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {_name(database)} TO {_names(roles.every)}",
        f"ALTER SCHEMA public OWNER TO {_name(roles.owner)}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {_names(roles.every)}",
        _HANDED_OVER.format(owner=_literal(roles.owner)),
        *grants(roles),
    ]


def grants(roles: Roles) -> list[str]:
    """Return the statements by which the owner lets the others at the tables that there are; after an upgrade, too."""
    working = _names(roles.working)
    return [
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {working}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {working}",
        _KEPT_FOR_EVER.format(kept=KEPT, working=working),
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {_name(roles.reader)}",
        f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {_name(roles.reader)}",
        *policies(_name(roles.web), _names((roles.worker, roles.reader))),
    ]


def grant_anew(connection: Connection) -> bool:
    """Let the working roles at what an upgrade made, where the database has roles and its owner is connected.

    Returns whether there was something to do; the caller commits.
    """
    if connection.dialect.name != "postgresql":
        return False
    roles = Roles(str(connection.execute(text("SELECT current_database()")).scalar()))
    asked = text("SELECT count(*) FROM pg_roles WHERE rolname = ANY(:names)")
    there = connection.execute(asked, {"names": list(roles.every)}).scalar() == len(roles.every)
    if not there or not connection.execute(_OWNS, {"owner": roles.owner}).scalar():
        return False
    for statement in grants(roles):
        connection.exec_driver_sql(statement.replace("%", "%%"))  # which the driver would take for a place of a value
    return True


@dataclass(frozen=True, slots=True)
class Standing:
    """What the connected role may: its name, what it may and should not, and which tables it lacks something on."""

    role: str
    too_much: tuple[str, ...]
    lacking: tuple[str, ...]


def standing(connection: Connection) -> Standing | None:
    """Return what the connected role may; None on SQLite, which has no roles."""
    if connection.dialect.name != "postgresql":
        return None
    row = connection.execute(_POWERS).one()
    too_much = [told for told, has in zip(_TOLD, row[1:], strict=True) if has]
    lacking = connection.execute(_LACKING).scalars().all()
    return Standing(row[0], tuple(too_much), tuple(lacking))


def writes(engine: Engine) -> bool:
    """Return whether the connected role may put something on record."""
    if engine.dialect.name != "postgresql":
        return True
    with engine.connect() as connection:
        return bool(connection.execute(text("SELECT has_table_privilege('admin_events', 'INSERT')")).scalar())


def is_superuser(connection: Connection) -> bool:
    """Return whether the connected role is the server's superuser, for whom no refusal counts."""
    asked = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return connection.dialect.name == "postgresql" and bool(connection.execute(asked).scalar())


_TOLD = (
    "是超级用户",
    "可以建立角色、数据库或者复制",
    "不受行级安全限制",
    "是数据表的所有者，可以更改表和触发器",
    "可以建立表和函数",
    "可以修改或删除只增不改的记录",
)
_POWERS = text(
    "SELECT current_user, r.rolsuper, NOT r.rolsuper AND (r.rolcreaterole OR r.rolcreatedb OR r.rolreplication),"  # noqa: S608  ours
    " NOT r.rolsuper AND r.rolbypassrls,"
    " EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    " AND pg_has_role(r.oid, c.relowner, 'USAGE')),"
    " has_schema_privilege(r.oid, 'public', 'CREATE'),"
    f" EXISTS (SELECT FROM ({KEPT}) AS kept WHERE has_table_privilege(r.oid, kept.oid, 'UPDATE, DELETE, TRUNCATE'))"
    " FROM pg_roles r WHERE r.rolname = current_user"
)
_LACKING = text(
    "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"  # noqa: S608  KEPT is ours
    " AND c.relname <> 'alembic_version' AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')"
    f" AND (c.oid IN (SELECT kept.oid FROM ({KEPT}) AS kept)"
    " OR has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))) ORDER BY c.relname"
)
_OWNS = text("SELECT pg_has_role(current_user, :owner, 'MEMBER')")


def _name(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _names(words: Sequence[str]) -> str:
    return ", ".join(_name(word) for word in words)


def _literal(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
