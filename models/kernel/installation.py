"""An open installation: settings, database and the door through which somebody works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.kernel.act import Act, acting, find_actor
from models.kernel.calendar.time import Clock, wall_clock
from models.kernel.rights.policy import SYSTEM, Actor
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.storage.files import FileStore
from models.kernel.storage.room import refuse_when_full
from models.kernel.vocabulary import Door

DEFAULT_ACTOR = "console"


@dataclass(frozen=True, slots=True)
class Reading:
    """Somebody who looks at something at one moment."""

    session: Session
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation that is open for work, by people at a door or by the system itself."""

    settings: Settings
    database: Database
    clock: Clock = wall_clock
    door: Door = Door.SYSTEM
    # For a door at which people only say who they are: who comes, whether they decide something, whether they act at all.
    # Returns the operating-system user that the account is bound to, where that one stands there.
    admit: Callable[[Installation, str, bool, bool], str | None] | None = None

    @property
    def files(self) -> FileStore:
        """Return the store of evidence and papers."""
        return FileStore(self.settings.files)

    @property
    def default_actor(self) -> str:
        """Return who acts where nobody is named."""
        return self.settings.actor or DEFAULT_ACTOR

    def acting(self, account: str | None, *, decides: bool = False) -> AbstractContextManager[Act]:
        """Open a transaction of an account, now. Without one the setting acts, else the console.

        `decides` says that the account approves, signs or decides something: then the door asks who it is in any case.
        Raises NotAllowed where the door does not let the account in, DiskFull where people may only read: signing in and
        out are the system's, and go on.
        """
        named, os_user = self._let_in(account, decides=decides, acts=True)
        if named != SYSTEM.account:
            refuse_when_full(self.settings)
        return acting(self.database, self.settings, named, self.clock(), door=self.door, os_user=os_user)

    def whose(self, account: str | None, *, decides: bool = False, acts: bool = False) -> str:
        """Return the account that reads or acts, once the door has let it in. Raises NotAllowed."""
        return self._let_in(account, decides=decides, acts=acts)[0]

    def _let_in(self, account: str | None, *, decides: bool, acts: bool) -> tuple[str, str | None]:
        named = account or self.default_actor
        return named, None if self.admit is None else self.admit(self, named, decides, acts)

    @contextmanager
    def reading(self, account: str | None) -> Iterator[Reading]:
        """Open a session that changes nothing, for an account. Raises NotFound or NotAllowed for one that may not."""
        at = self.clock()
        named = self.whose(account)
        with self.database.reading() as session:
            actor = find_actor(session, named, at)
            self.database.for_person(session, actor.id)
            yield Reading(session, actor, at)

    @contextmanager
    def as_system(self, at: datetime) -> Iterator[Act]:
        """Open a transaction of the system itself, which can approve, sign and close nothing."""
        with acting(self.database, self.settings, SYSTEM.account, at) as act:
            yield act

    @contextmanager
    def dry_run(self, at: datetime) -> Iterator[Act]:
        """Give the system an act that ends without a trace: what it would do can be asked, and nothing is locked."""
        with self.database.reading() as session:
            yield Act(session, SYSTEM, at, self.settings)
