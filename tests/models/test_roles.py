"""Roles of PostgreSQL: all work goes on under them, and what nobody may do is refused by the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, select, text

from flows.outbox import work_off
from flows.record_watch import daily_checkpoint, look_on, verified
from models.keeping.backing_up import Made
from models.keeping.on_record import keep_backup
from models.keeping.restoring import chosen, restore
from models.keeping.vault import open_vault
from models.kernel.errors import Invalid, Refused
from models.kernel.record.signatures import make_key
from models.kernel.storage.database import Database
from models.migrations import upgrade
from models.migrations.roles import Roles, Standing, grant_anew, script, standing
from models.office.tables import User
from models.overview.commands.indexing import index_slice
from models.overview.queries.search import search
from tests.databases import Databases, run_sql
from tests.roles import as_role, give_roles, with_roles
from tests.stories import WRITTEN, Story, staffed, story_in
from ui.database_role import too_powerful

FOR_EVER = ("events", "admin_events", "fact_changes", "checkpoints", "checkpoint_ends")


@pytest.fixture(scope="module")
def lived(postgres_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A case from its dossier to its package, told by the role of the pages, with the worker's work by its own."""
    home = tmp_path_factory.mktemp("home")
    with with_roles(postgres_databases, postgres_databases.fresh(staffed)) as url:
        with story_in(as_role(url, "web"), home) as story:
            make_key(story.installation.settings.checkpoint_key_file)
            story.installation.files.put(WRITTEN)
            story.archived()
            at = story.at
        with story_in(as_role(url, "worker"), home) as worker:
            while work_off(worker.installation, "one", at).any:
                pass
            while _indexed(worker):
                pass
            daily_checkpoint(worker.installation, at)
            look_on(worker.installation, at)
            assert [faults for _, faults in verified(worker.installation) if faults] == []
        with story_in(as_role(url, "web"), home) as story, story.installation.reading("li") as read:
            assert search(read.session, read.actor, "整改")
        yield url, home


def _indexed(worker: Story) -> bool:
    with worker.installation.as_system(worker.at) as act:
        return bool(index_slice(act))


def refused(url: str, statement: str) -> str:
    """Return how the database refuses a statement."""
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege) as told:
        connection.execute(statement.encode())
    return str(told.value)


@pytest.mark.parametrize("role", ["web", "worker", "reader"])
def test_what_nobody_may_do_to_the_record_is_refused_by_the_database(lived: tuple[str, Path], role: str) -> None:
    url = as_role(lived[0], role)
    for table in FOR_EVER:
        column = "number" if table.startswith("checkpoint") else "id"
        refused(url, f"UPDATE {table} SET {column} = {column}")
        refused(url, f"DELETE FROM {table}")
        refused(url, f"TRUNCATE {table}")
        refused(url, f"DROP TRIGGER {table}_no_change ON {table}")
        refused(url, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        refused(url, f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE sql AS 'SELECT 1'")
    for statement in (
        "SET session_replication_role = replica",
        "ALTER FUNCTION search_mark() RENAME TO nothing",
        "DROP FUNCTION search_mark() CASCADE",
        "CREATE TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE cases",
        "ALTER TABLE cases ADD COLUMN mine int",
        "CREATE TRIGGER mine BEFORE INSERT ON events EXECUTE FUNCTION events_append_only()",
        "UPDATE alembic_version SET version_num = '0001'",
        "TRUNCATE cases",
        "CREATE ROLE mine",
        "COPY events TO PROGRAM 'cat'",
        f"SET ROLE {make_url(lived[0]).database}_owner",
    ):
        refused(url, statement)


def test_a_reader_writes_nothing(lived: tuple[str, Path]) -> None:
    for table in ("cases", "admin_events", "search_due"):
        refused(as_role(lived[0], "reader"), f"INSERT INTO {table} DEFAULT VALUES")


@pytest.mark.parametrize("role", ["web", "worker"])
def test_a_role_that_works_may_neither_too_much_nor_too_little(lived: tuple[str, Path], role: str) -> None:
    with story_in(as_role(lived[0], role), lived[1]) as story:
        assert (_standing(story).too_much, _standing(story).lacking) == ((), ())
        assert too_powerful(story.installation) is None


def test_a_role_that_may_too_much_is_told_so_and_the_owner_only_where_nobody_upgrades(lived: tuple[str, Path]) -> None:
    for url, told, as_owner in (
        (lived[0], "是超级用户", "是超级用户"),
        (as_role(lived[0], "owner"), "是数据表的所有者", None),
    ):
        with story_in(url, lived[1]) as story:
            assert told in (too_powerful(story.installation) or "")
            said = too_powerful(story.installation, owner=True)
            assert as_owner in said if as_owner and said else said is None


BEHIND = "SELECT count(*) FROM renditions JOIN documents d ON d.id = document_id WHERE d.restricted AND d.kind = 'analysis_report'"


def test_files_of_a_restricted_paper_are_kept_back_from_whoever_has_nothing_to_do_with_it(
    lived: tuple[str, Path],
) -> None:
    url, home = lived

    def seen(role: str, said: str | None) -> int:
        dsn = make_url(as_role(url, role)).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(dsn) as connection:
            if said is not None:
                connection.execute("SELECT set_config('app.reader', %s, true)", (said,))
            (count,) = connection.execute(BEHIND.encode()).fetchone() or (0,)
            return int(count)

    run_sql(make_url(url), "UPDATE documents SET restricted = true WHERE kind = 'analysis_report'")
    with story_in(as_role(url, "web"), home) as story, story.installation.database.reading() as session:
        numbers = {row.account: str(row.id) for row in session.execute(select(User.account, User.id))}
        everything = session.scalar(text(BEHIND))
        story.installation.database.for_person(session, int(numbers["wang"]))
        assert session.scalar(text(BEHIND)) == 0
    with story_in(as_role(url, "web"), home) as story, story.installation.reading("li") as read:
        assert read.session.scalar(text(BEHIND)) == everything > 0
    for role, said, count in (
        ("web", None, 0),
        ("web", "", 0),
        ("web", "li; --", 0),
        ("web", "99999999999", 0),
        ("web", numbers["wang"], 0),
        ("web", numbers["ling"], 0),
        ("web", numbers["li"], everything),  # carries the case
        ("web", numbers["qian"], everything),  # signed it
        ("web", "all", everything),
        ("worker", None, everything),
        ("reader", None, everything),
    ):
        assert seen(role, said) == count, (role, said)
    run_sql(make_url(url), "UPDATE documents SET restricted = false WHERE kind = 'analysis_report'")


def test_what_a_role_may_not_is_told_in_a_sentence(lived: tuple[str, Path]) -> None:
    with (
        story_in(as_role(lived[0], "web"), lived[1]) as story,
        pytest.raises(Refused, match="当前连接的角色没有这项权限") as told,
        story.installation.database.writing() as session,
    ):
        session.execute(text("DELETE FROM events"))
    assert told.value.code == "database_role"


def test_a_backup_of_any_role_is_whole_and_comes_back_as_the_owner_for_the_others_to_work_in(
    lived: tuple[str, Path], postgres_databases: Databases, tmp_path: Path
) -> None:
    def backed_up(role: str) -> Made:
        with story_in(as_role(lived[0], role), lived[1]) as story:
            return keep_backup(story.installation, str(tmp_path / "backup"), None)

    by_reader, by_web = backed_up("reader").manifest, backed_up("web").manifest
    assert by_reader.tables == by_web.tables, "who only reads leaves nothing on record"
    vault = open_vault(str(tmp_path / "backup"), None)
    with with_roles(postgres_databases, postgres_databases.empty()) as url:  # before there are tables
        with story_in(as_role(url, "owner"), tmp_path / "home") as new:
            restore(vault, chosen(vault, by_web.name), new.installation.settings)
        with story_in(as_role(url, "web"), tmp_path / "home") as again:
            again.file(variant=3)
            assert (_standing(again).too_much, _standing(again).lacking) == ((), ())
            _an_upgrade_gives_them_what_is_new(url, again)


def _an_upgrade_gives_them_what_is_new(url: str, web: Story) -> None:
    run_sql(make_url(as_role(url, "owner")), "CREATE TABLE later (id int)")
    with web.installation.database.engine.begin() as connection:
        assert not grant_anew(connection), "only the owner gives"
    assert _standing(web).lacking == ("later",)
    owner = Database(as_role(url, "owner"))
    with owner.engine.begin() as connection:
        assert grant_anew(connection)
    assert _standing(web).lacking == ()
    give_roles(url)
    assert (_standing(web).too_much, _standing(web).lacking) == ((), ()), "run again it changes nothing"
    with owner.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0044'"))
    owner.close()
    with pytest.raises(Refused, match="当前连接的角色没有这项权限"):
        upgrade(web.installation.database.engine)


def _standing(story: Story) -> Standing:
    with story.installation.database.engine.connect() as connection:
        found = standing(connection)
    assert found is not None
    return found


def test_names_that_would_be_cut_are_refused() -> None:
    assert Roles("shencha").every == ("shencha_owner", "shencha_web", "shencha_worker", "shencha_reader")
    with pytest.raises(Invalid, match="数据库名"):
        script("a" * 60)
