"""How the command line opens an installation: settings read, database there, its tables ours."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from models.kernel.errors import Fault, Invalid, NotFound, Refused
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.storage.schema_version import kept_version, other_schema
from models.kernel.vocabulary import Door
from ui.installed import absent, vanished, was_here


def read_settings() -> Settings:
    """Return the settings of this process. Raises Invalid with one fault per setting that is wrong."""
    try:
        return Settings()
    except ValidationError as wrong:
        raise Invalid("设置有误，请修改后重试：", faults=[_fault(error) for error in wrong.errors()]) from wrong


def become_the_worker(environ: MutableMapping[str, str]) -> None:
    """Let this process connect to the database as the worker's role, where the settings name one of its own."""
    own = read_settings().worker_database_url
    if own is not None:
        environ["SHENCHA_DATABASE_URL"] = own.get_secret_value()


def _fault(error: object) -> Fault:
    assert isinstance(error, dict)
    name = "_".join(["SHENCHA", *(str(part) for part in error["loc"])]).upper()
    expected = (error.get("ctx") or {}).get("expected")
    if expected is not None:
        return Fault(
            name, f"值“{error['input']}”不可用，可用的有：{expected.replace(' or ', '、').replace(', ', '、')}"
        )
    if error.get("type") == "value_error":
        return Fault(name, str((error.get("ctx") or {}).get("error")))
    return Fault(name, f"值“{error['input']}”的写法不对")


@contextmanager
def open_installation(*, create: bool = False, older: bool = False) -> Iterator[Installation]:
    """Open the installation that the settings name, for the command line; `create` allows a database that is not there,
    `older` one that waits to be upgraded.

    Raises NotFound before `shencha init`, DatabaseGone where it was there before, Refused for another version's tables.
    """
    from ui.asking import Asking

    settings = read_settings()
    if not create and (missing(settings) or vanished(settings)):
        raise absent(settings)
    database = Database(settings.database, create=create)
    try:
        if not create:
            refuse_other_schema(settings, database, older=older)
        yield Installation(settings, database, door=Door.CLI, admit=Asking())
    finally:
        database.close()


@contextmanager
def words_in_force() -> Iterator[None]:
    """Let the words of the installation be in force, for what needs nothing else of it; where none can be opened, ours."""
    with ExitStack() as opened:
        try:
            installation = opened.enter_context(open_installation())
        except Refused:
            pass
        else:
            opened.enter_context(installation.database.reading())
        yield


@contextmanager
def database_at(url: str) -> Iterator[Database]:
    """Open a database by its address alone. Raises Invalid for what is no address, NotFound where there is no file."""
    try:
        parsed = make_url(url)
        file = parsed.database if parsed.get_backend_name() == "sqlite" else None
    except (ArgumentError, NoSuchModuleError) as error:
        raise Invalid(
            "数据库地址应写成 sqlite:////路径/shencha.db 或 postgresql://用户@主机/库名。", code="bad_url"
        ) from error
    if file is not None and not Path(file).exists():
        raise NotFound(f"没有数据库文件 {file}。", code="no_database")
    database = Database(url, create=False)
    try:
        yield database
    finally:
        database.close()


def refuse_other_schema(settings: Settings, database: Database, *, older: bool = False) -> None:
    """Let nobody work with tables of another version. Raises Refused, or what `absent` says where there are none."""
    other = other_schema(database.engine)
    if other is not None and not (older and other.code == "schema_older"):
        raise other
    if kept_version(database.engine) is None:
        raise absent(settings)


def refuse_to_replace(installation: Installation) -> None:
    """Refuse to make a new database where this home had one, or to touch one of a newer program. Raises Refused."""
    there = not missing(installation.settings)
    kept = kept_version(installation.database.engine) if there else None
    if kept is None:
        refuse_lost(installation.settings)
    other = other_schema(installation.database.engine) if there else None
    if other is not None and other.code == "schema_newer":
        raise other


def refuse_lost(settings: Settings) -> None:
    """Refuse to make a database, or even a folder, where a mark says that there was one. Raises Refused."""
    if was_here(settings):
        gone = absent(settings)
        raise Refused(f"{gone.message}确已不要的，用 shencha init --new-database 另建一个空的。", code=gone.code)


def missing(settings: Settings) -> bool:
    """Return whether the embedded database does not exist yet: looking must not make an empty one."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return False
    return not Path(url.database).exists()
