"""The drill: back up while people work, destroy, restore, verify, go on; on both databases, and from one to the other."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import update

from models.keeping import on_record
from models.keeping.backing_up import Made, back_up, stored_columns
from models.keeping.chains import check_chains
from models.keeping.dump import counted, lines, snapshot, tables_of
from models.keeping.moving import move
from models.keeping.restoring import Restored, check, chosen, put_back, restore
from models.keeping.rules.manifest import FileList
from models.keeping.vault import open_vault, part_of
from models.kernel.errors import Conflict, Invalid, NotFound, Refused
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.tables import Event
from models.kernel.vocabulary import Role
from tests.databases import Databases
from tests.stories import START, WRITTEN, Story, staffed, story_in

SECRET = b"correct horse battery"
FILES = (b"first", b"second")


def made(story: Story, to: Path, secret: bytes | None = SECRET) -> Made:
    return back_up(story.installation, str(to), secret, story.at)


def elsewhere(story: Story, home: Path, url: str) -> Settings:
    """Return the settings of a second installation of the same office, which holds nothing."""
    return Settings(home=home, database_url=SecretStr(url))


def came_back(to: Path, settings: Settings, secret: bytes | None = SECRET, name: str | None = None) -> Restored:
    vault = open_vault(str(to), secret)
    return restore(vault, chosen(vault, name), settings)


@contextmanager
def opened(settings: Settings) -> Iterator[Installation]:
    database = Database(settings.database, create=False)
    try:
        yield Installation(settings, database)
    finally:
        database.close()


def rows(database: Database) -> dict[str, object]:
    with snapshot(database) as connection:
        return {table.name: counted(lines(connection, table)) for table in tables_of(connection)}


def test_what_was_backed_up_under_load_is_whole_when_everything_is_destroyed_and_goes_on(
    story: Story, databases: Databases, tmp_path: Path
) -> None:
    story.archived()
    package = story.installation.settings.archives / "a" / "data.txt"
    package.parent.mkdir(parents=True)
    package.write_text("sealed")
    stop, filed = threading.Event(), []

    def work() -> None:
        variant = 1
        while not stop.is_set():
            scan = story.installation.files.put(f"scan {variant}".encode())
            filed.append((story.file(variant=variant), scan.sha256))
            variant += 1

    busy = threading.Thread(target=work)
    busy.start()
    try:
        made(story, tmp_path / "to")
        loaded = made(story, tmp_path / "to").manifest
    finally:
        stop.set()
        busy.join()
    made(story, tmp_path / "to")
    assert made(story, tmp_path / "to").new_files == 0, "a file is brought once"
    shutil.rmtree(story.installation.settings.home)
    settings = elsewhere(story, tmp_path / "again", databases.empty() if databases.server else "")
    if databases.server is None:
        settings = Settings(home=tmp_path / "again")
    told = came_back(tmp_path / "to", settings, name=loaded.name)
    assert told.lost == ()
    assert told.chains.faults == ()
    assert (settings.archives / "a" / "data.txt").read_text() == "sealed"
    with opened(settings) as installation:
        with installation.database.reading() as session:
            assert check_chains(session).events == told.chains.events > 30
        number, sha256 = filed[0]
        assert installation.files.read(sha256).startswith(b"scan")
        again = Story(installation, story.at)
        assert again.papers(number)
        assert again.file(variant=900).startswith(number[:4])
        again.employ("neu", Role.OFFICER)


def test_a_backup_of_either_kind_is_restored_into_the_other_row_by_row(
    story: Story, databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    story.rectifying()
    made(story, tmp_path / "to", None)
    before = rows(story.installation.database)
    other: Databases = request.getfixturevalue("sqlite_databases" if databases.server else "postgres_databases")
    settings = elsewhere(story, tmp_path / "other", other.empty())
    came_back(tmp_path / "to", settings, None)
    with opened(settings) as installation:
        assert rows(installation.database) == before
        Story(installation, story.at).file(variant=3)  # new rows are numbered after those that came


def test_a_database_moves_to_the_other_kind_and_back_without_a_difference(
    sqlite: Story, sqlite_databases: Databases, postgres_databases: Databases
) -> None:
    story = sqlite
    story.rectifying()
    there, back = postgres_databases.empty(), sqlite_databases.empty()
    first = move(story.installation.database, there, story.at)
    assert first.rows > 500
    between = Database(there)
    move(between, back, story.at)
    between.close()
    returned = Database(back)
    assert rows(returned) == rows(story.installation.database)
    with pytest.raises(Conflict, match="已有数据库，不会覆盖"):
        move(story.installation.database, back, story.at)
    returned.close()


def test_a_database_with_a_broken_chain_is_not_moved_and_nothing_is_left(sqlite: Story, tmp_path: Path) -> None:
    sqlite.file()
    with sqlite.installation.database.writing() as session:
        session.connection().exec_driver_sql("DROP TRIGGER events_no_update")
        session.execute(update(Event).where(Event.seq == 1).values(why="anders"))
    with pytest.raises(Refused, match="条记录链不完整") as refusal:
        move(sqlite.installation.database, f"sqlite:///{tmp_path / 'new.db'}", sqlite.at)
    assert refusal.value.code == "chain_broken"
    assert not list(tmp_path.glob("*new.db*"))


def test_a_database_at_work_is_not_moved(sqlite: Story, tmp_path: Path) -> None:
    from flows.clock import beat, farewell

    beat(sqlite.installation, "one", sqlite.at)
    with pytest.raises(Conflict, match="系统正在运行"):
        move(sqlite.installation.database, f"sqlite:///{tmp_path / 'new.db'}", sqlite.at)
    farewell(sqlite.installation, "one", sqlite.at)
    move(sqlite.installation.database, f"sqlite:///{tmp_path / 'new.db'}", sqlite.at)


@pytest.fixture
def sqlite(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A staffed office on SQLite."""
    url = sqlite_databases.fresh(staffed)
    with story_in(url, tmp_path / "home") as story:
        yield story
    sqlite_databases.drop(url)


@pytest.fixture(scope="module")
def backups(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain and an encrypted backup of one office with two files; what is done to one is done to a copy."""
    folder = tmp_path_factory.mktemp("backups")
    with story_in(sqlite_databases.fresh(staffed), folder / "home") as story:
        story.file()
        for content in FILES:
            story.installation.files.put(content)
        made(story, folder / "plain", None)
        made(story, folder / "encrypted")
    return folder


@pytest.fixture
def kept(backups: Path, tmp_path: Path) -> Path:
    """The plain one."""
    return shutil.copytree(backups / "plain", tmp_path / "to")


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def exchanged(one: Path, other: Path) -> None:
    between = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(between)


def parts(to: Path) -> Path:
    (folder,) = (to / "backups").iterdir()
    return folder


def stored(to: Path) -> list[Path]:
    return sorted(path for path in (to / "files").rglob("*") if path.is_file())


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a byte of the rows": lambda to: flipped(parts(to) / "tables" / "cases"),
    "rows gone": lambda to: (parts(to) / "tables" / "cases").unlink(),
    "rows of another table": lambda to: exchanged(parts(to) / "tables" / "cases", parts(to) / "tables" / "users"),
    "rows cut": lambda to: (parts(to) / "tables" / "events").write_bytes(b""),
    "the list of files": lambda to: flipped(parts(to) / "files"),
    "a byte of a file": lambda to: flipped(stored(to)[0]),
    "a file gone": lambda to: stored(to)[0].unlink(),
    "a file exchanged": lambda to: exchanged(*stored(to)[:2]),
    "the manifest cut": lambda to: (parts(to) / "manifest").write_bytes((parts(to) / "manifest").read_bytes()[:-30]),
    "a byte of the manifest": lambda to: flipped(parts(to) / "manifest"),
    "the manifest gone": lambda to: (parts(to) / "manifest").unlink(),
}


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_backup_is_found_and_nothing_is_shown_as_restored(
    backups: Path, tmp_path: Path, damage: str, encrypted: bool
) -> None:
    secret = SECRET if encrypted else None
    shutil.copytree(backups / ("encrypted" if encrypted else "plain"), tmp_path / "to")
    DAMAGE[damage](tmp_path / "to")
    settings = Settings(home=tmp_path / "again")
    with pytest.raises(Refused) as refusal:
        came_back(tmp_path / "to", settings, secret)
    assert refusal.value.code in ("backup_damaged", "backup_incomplete", "no_backup")
    assert not (tmp_path / "again" / "shencha.db").exists()


def test_what_is_left_of_a_damaged_backup_comes_back_when_that_is_asked_for(kept: Path, tmp_path: Path) -> None:
    flipped(stored(kept)[0])
    vault, settings = open_vault(str(kept), None), Settings(home=tmp_path / "again")
    assert [fault.code for fault in check(vault, chosen(vault, None)).faults] == ["backup_damaged"]
    told = restore(vault, chosen(vault, None), settings, in_part=True)
    assert (len(told.lost), told.files) == (1, 1)
    with opened(settings) as installation, installation.database.reading() as session:
        assert check_chains(session).faults == ()


def test_a_living_home_is_never_overwritten_but_its_files_are_mended(kept: Path, sqlite: Story) -> None:
    vault, store = open_vault(str(kept), None), sqlite.installation.files
    for content in FILES:
        store.put(content)
    settings = sqlite.installation.settings
    settings = Settings(home=settings.home, database_url=SecretStr(settings.database))
    damaged, missing = (stored.sha256 for stored in list(store.all())[:2])
    Path(store.path(damaged)).write_bytes(b"other")
    Path(store.path(missing)).unlink()
    with pytest.raises(Conflict, match="已有数据库，不会覆盖"):
        restore(vault, chosen(vault, None), settings)
    assert put_back(vault, chosen(vault, None), settings).files == 2
    assert {store.read(damaged), store.read(missing)} == {b"first", b"second"}
    assert put_back(vault, chosen(vault, None), settings).files == 0


def test_a_damaged_file_keeps_no_other_back_and_is_named(sqlite: Story, tmp_path: Path) -> None:
    sound, spoilt = (sqlite.installation.files.put(content).sha256 for content in (b"first", b"second"))
    Path(sqlite.installation.files.path(spoilt)).write_bytes(b"other")
    found = made(sqlite, tmp_path / "to").manifest
    # What the office has on record was never in this store.
    assert set(found.lacking) == {spoilt, hashlib.sha256(WRITTEN).hexdigest()}
    assert found.files.count == 1
    settings = Settings(home=tmp_path / "again")
    came_back(tmp_path / "to", settings)
    with opened(settings) as installation:
        assert installation.files.read(sound) == b"first"


def test_the_key_must_be_the_one_of_the_place(sqlite: Story, kept: Path, tmp_path: Path) -> None:
    made(sqlite, tmp_path / "encrypted")
    for secret, code in ((None, "backup_key_missing"), (b"another long secret", "backup_key_wrong")):
        with pytest.raises(Invalid) as refusal:
            made(sqlite, tmp_path / "encrypted", secret)
        assert refusal.value.code == code
    with pytest.raises(Conflict, match="没有加密"):
        made(sqlite, kept)
    with pytest.raises(NotFound, match="这里没有备份"):
        came_back(tmp_path / "nothing", Settings(home=tmp_path / "again"))


def test_an_encrypted_place_gives_nothing_away(sqlite: Story, tmp_path: Path) -> None:
    sha256 = sqlite.installation.files.put("某某的证言".encode()).sha256
    made(sqlite, tmp_path / "to")
    for path in (tmp_path / "to").rglob("*"):
        assert sha256[2:] not in path.name
        if path.is_file():
            content = path.read_bytes()
            assert "某某".encode() not in content
            assert b"\x1f\x8b" not in content[:2]


def test_no_backup_lies_in_what_it_is_to_replace(sqlite: Story) -> None:
    with pytest.raises(Invalid, match="在数据目录之内"):
        made(sqlite, sqlite.installation.settings.home / "backups")


def test_a_place_that_cannot_be_written_is_said_so(sqlite: Story, tmp_path: Path) -> None:
    (tmp_path / "to").write_text("a file")
    with pytest.raises(Invalid, match="备份位置不能读写"):
        made(sqlite, tmp_path / "to")


def test_every_column_that_names_a_stored_file_is_known() -> None:
    assert {
        (table, column) for table in ("evidence", "renditions", "reply_files") for column in stored_columns(table)
    } == {
        ("evidence", "sha256"),
        ("renditions", "sha256"),
        ("reply_files", "sha256"),
    }
    assert stored_columns("registers") == stored_columns("nothing") == set()


def test_the_daily_backup_is_due_after_its_hour_once_and_an_hour_after_a_failure(sqlite: Story, tmp_path: Path) -> None:
    settings = sqlite.installation.settings.model_copy(update={"backup_to": str(tmp_path / "to"), "backup_hour": 2})
    sqlite.at = START.replace(hour=1)
    sqlite.installation = replace(sqlite.installation, settings=settings, clock=lambda: sqlite.at)

    def due() -> bool:
        with sqlite.installation.database.reading() as session:
            return on_record.is_due(session, settings, sqlite.at)

    assert due(), "there is none at all"
    on_record.keep_backup(sqlite.installation, str(tmp_path / "to"), None)
    assert not due()
    sqlite.wait(hours=1)
    assert due(), "its hour has come"
    on_record.record_failure(sqlite.installation, "备份位置不能读写")
    assert not due()
    sqlite.wait(hours=1)
    assert due()
    on_record.keep_backup(sqlite.installation, str(tmp_path / "to"), None)
    sqlite.wait(hours=22, minutes=59)
    assert not due()
    with sqlite.installation.database.reading() as session:
        found = on_record.last(session, on_record.MADE)
    assert found is not None
    assert found.data["rows"] > 500


def test_a_backup_lies_in_any_place_and_comes_back_from_there(sqlite: Story, tmp_path: Path) -> None:
    sha256 = sqlite.installation.files.put(b"first").sha256
    place = "memory://shencha-backups"
    back_up(sqlite.installation, place, SECRET, sqlite.at)
    assert back_up(sqlite.installation, place, SECRET, sqlite.at).new_files == 0
    settings = Settings(home=tmp_path / "again", files_url="memory://shencha-again")
    vault = open_vault(place, SECRET)
    restore(vault, chosen(vault, None), settings)
    with opened(settings) as installation:
        assert installation.files.read(sha256) == b"first"


def test_a_backup_that_a_newer_program_wrote_is_left_alone(kept: Path, tmp_path: Path) -> None:
    vault = open_vault(str(kept), None)
    newer = replace(chosen(vault, None), schema="9999")
    with pytest.raises(Refused, match="请升级程序后再恢复"):
        restore(vault, newer, Settings(home=tmp_path / "again"))
    with pytest.raises(NotFound, match="没有备份“nothing”。可用的有："):
        chosen(vault, "nothing")


def test_a_home_that_cannot_be_written_is_said_so(kept: Path, tmp_path: Path) -> None:
    vault = open_vault(str(kept), None)
    (tmp_path / "again").write_text("a file")
    with pytest.raises(Invalid, match="恢复时不能读写"):
        restore(vault, chosen(vault, None), Settings(home=tmp_path / "again"))


def test_no_path_of_a_backup_leads_out_of_the_archives(kept: Path, tmp_path: Path) -> None:
    vault = open_vault(str(kept), None)
    found = chosen(vault, None)
    line = json.dumps(["../../out", hashlib.sha256(b"first").hexdigest(), 5]).encode() + b"\n"
    packages = vault.write_lines(part_of(found.name, "packages"), [line])
    told = replace(found, packages=FileList(1, 5, packages.sha256))
    with pytest.raises(Refused) as refusal:
        restore(vault, told, Settings(home=tmp_path / "again"))
    assert "不在档案目录之内" in refusal.value.faults[0].message
    assert not (tmp_path / "out").exists()
