"""What every door opens before anything else: the settings, the database behind them, and who acts at which moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from models.clock import Clock, wall_clock
from models.commands.act import Act, acting, find_actor
from models.database import Database
from models.errors import Fault, Invalid, NotFound
from models.files import FileStore
from models.rules.policy import Actor
from models.settings import Settings

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

    def acting(self, account: str | None) -> AbstractContextManager[Act]:
        """Open a transaction of an account, now. Without one the setting acts, else the console."""
        return acting(self.database, self.settings, account or self.default_actor, self.clock())

    @contextmanager
    def reading(self, account: str | None) -> Iterator[Reader]:
        """Open a session that changes nothing, for an account. Raises NotFound or NotAllowed for one that may not."""
        at = self.clock()
        with self.database.reading() as session:
            yield Reader(session, find_actor(session, account or self.default_actor, at), at)

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
    return Fault(name, f"值“{error['input']}”的写法不对")


@contextmanager
def open_desk(*, create: bool = False) -> Iterator[Desk]:
    """Open the installation that the settings name; `create` allows a database that is not there yet.

    Raises NotFound before `shencha init`.
    """
    settings = read_settings()
    if not create and missing(settings):
        raise NotFound("数据库尚未初始化，请先运行 shencha init。", code="not_initialised")
    database = Database(settings.database)
    try:
        yield Desk(settings, database)
    finally:
        database.close()


def missing(settings: Settings) -> bool:
    """Return whether the embedded database does not exist yet: looking must not make an empty one."""
    url = make_url(settings.database)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return False
    return not Path(url.database).exists()
