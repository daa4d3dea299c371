"""The signed-in person behind a page run; taken from the session, never from what the page says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import streamlit as st

from models.kernel.act import Act, find_actor
from models.kernel.policy import Actor
from models.kernel.vocabulary import Door, Role
from ui.desk import Desk, Reader
from ui.web import cached_worklists, house
from ui.web.authentication import token_in, who
from ui.web.leading import cached_figures


@dataclass(frozen=True, slots=True)
class Seat:
    """One person at the open installation, for the length of one run of a page."""

    desk: Desk
    actor: Actor

    @property
    def account(self) -> str:
        """Return the account that reads and acts."""
        return self.actor.account

    @property
    def person(self) -> tuple[str, Actor]:
        """Return who sits here among all installations of this process."""
        return self.desk.settings.database, self.actor

    def has(self, *roles: Role) -> bool:
        """Return whether the person holds one of the roles."""
        return self.actor.has(*roles)

    @contextmanager
    def reading(self, *, of_one_case: bool = False) -> Iterator[Reader]:
        """Open a session that changes nothing, for this person, now; see `Database.reading`."""
        with self.desk.database.reading(of_one_case=of_one_case) as session:
            yield Reader(session, self.actor, self.desk.clock())

    @contextmanager
    def acting(self) -> Iterator[Act]:
        """Open a transaction of this person, now; rights are read afresh."""
        try:
            with self.desk.acting(self.account) as act:
                yield act
        finally:
            cached_worklists.forget(self.person)
            if self.has(Role.LEADER, Role.SIGNER):
                cached_figures.forget(self.desk.settings.database)


def take_seat() -> Seat | None:
    """Return the seat of the session behind this page; None where it is over. Raises NotFound before `init`.

    Asked on every run, so that a session taken back or an account disabled ends with the next click.
    """
    desk = house.desk()
    found = who(desk, token_in(st.context.cookies))
    if found is None or found.must_change_password:
        return None
    if found.way == "oidc":
        desk = replace(desk, door=Door.OIDC)
    with desk.database.reading() as session:
        return Seat(desk, find_actor(session, found.account, desk.clock()))
