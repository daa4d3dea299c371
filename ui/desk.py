"""Entry point of every door: opens settings and database, and acts as an account at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from models.kernel.act import Act, acting, find_actor
from models.kernel.database import Database
from models.kernel.errors import Fault, Invalid, Refused
from models.kernel.files import FileStore
from models.kernel.policy import Actor
from models.kernel.schema_version import kept_version, other_schema
from models.kernel.settings import Settings
from models.kernel.time import Clock, wall_clock
from models.kernel.vocabulary import Door
from ui.installed import absent, was_here

DEFAULT_ACTOR = "console"


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who looks at something at one moment."""

    session: Session
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """An installation that is open for work."""

    settings: Settings
    database: Database
    clock: Clock = wall_clock
    door: Door = Door.SYSTEM
    admit: Callable[[Desk, str, bool], None] | None = None  # for a door at which people only say who they are

    def acting(self, account: str | None, *, decides: bool = False) -> AbstractContextManager[Act]:
        """Open a transaction of an account, now. Without one the setting acts, else the console.

        `decides` says that the account approves, signs or decides something: then the door asks who it is in any case.
        Raises NotAllowed where the door does not let the account in.
        """
        return acting(self.database, self.settings, self.whose(account, decides=decides), self.clock(), door=self.door)

    def whose(self, account: str | None, *, decides: bool = False) -> str:
        """Return the account that reads or acts, once the door has let it in. Raises NotAllowed."""
        named = account or self.default_actor
        if self.admit is not None:
            self.admit(self, named, decides)
        return named

    @contextmanager
    def reading(self, account: str | None) -> Iterator[Reader]:
        """Open a session that changes nothing, for an account. Raises NotFound or NotAllowed for one that may not."""
        at = self.clock()
        named = self.whose(account)
        with self.database.reading() as session:
            yield Reader(session, find_actor(session, named, at), at)

    @property
    def default_actor(self) -> str:
        """Return who acts where nobody is named."""
        return self.settings.actor or DEFAULT_ACTOR

    @property
    def files(self) -> FileStore:
        """Return the store of evidence and papers."""
        return FileStore(self.settings.files)


def read_settings() -> Settings:
    """Return the settings of this process. Raises Invalid with one fault per setting that is wrong."""
    try:
        return Settings()
    except ValidationError as wrong:
        raise Invalid("设置有误，请修改后重试：", faults=[_fault(error) for error in wrong.errors()]) from wrong


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
def open_desk(*, create: bool = False) -> Iterator[Desk]:
    """Open the installation that the settings name, for the command line; `create` allows a database that is not there.

    Raises NotFound before `shencha init`, DatabaseGone where it was there before, Refused for another version's tables.
    """
    from ui.asking import Asking

    settings = read_settings()
    if not create and missing(settings):
        raise absent(settings)
    database = Database(settings.database, create=create)
    try:
        if not create:
            refuse_other_schema(settings, database)
        yield Desk(settings, database, door=Door.CLI, admit=Asking())
    finally:
        database.close()


def refuse_other_schema(settings: Settings, database: Database) -> None:
    """Let nobody work with tables of another version. Raises Refused, or what `absent` says where there are none."""
    other = other_schema(database.engine)
    if other is not None:
        raise other
    if kept_version(database.engine) is None:
        raise absent(settings)


def refuse_to_replace(desk: Desk) -> None:
    """Refuse to make a new database where this home had one, or to touch one of a newer program. Raises Refused."""
    there = not missing(desk.settings)
    kept = kept_version(desk.database.engine) if there else None
    if kept is None and was_here(desk.settings):
        gone = absent(desk.settings)
        raise Refused(f"{gone.message}确已不要的，用 shencha init --new-database 另建一个空的。", code=gone.code)
    other = other_schema(desk.database.engine) if there else None
    if other is not None and other.code == "schema_newer":
        raise other


def missing(settings: Settings) -> bool:
    """Return whether the embedded database does not exist yet: looking must not make an empty one."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return False
    return not Path(url.database).exists()
