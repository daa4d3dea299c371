"""The signed-in person behind a page run; taken from the session, never from what the page says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import streamlit as st

from models.kernel.act import Act, find_actor
from models.kernel.installation import Installation, Reading
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Door, Role
from ui.passwords import token_hash
from ui.web import cached_worklists, served
from ui.web.authentication import token_in, who
from ui.web.leading import cached_figures


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person at the open installation, for the length of one run of a page."""

    installation: Installation
    actor: Actor

    @property
    def account(self) -> str:
        """Return the account that reads and acts."""
        return self.actor.account

    @property
    def person(self) -> tuple[str, Actor]:
        """Return who sits here among all installations of this process."""
        return self.installation.settings.database, self.actor

    def has(self, *roles: Role) -> bool:
        """Return whether the person holds one of the roles."""
        return self.actor.has(*roles)

    @contextmanager
    def reading(self, *, of_one_case: bool = False) -> Iterator[Reading]:
        """Open a session that changes nothing, for this person, now; see `Database.reading`."""
        with self.installation.database.reading(of_one_case=of_one_case) as session:
            self.installation.database.for_person(session, self.actor.id)
            yield Reading(session, self.actor, self.installation.clock())

    @contextmanager
    def acting(self) -> Iterator[Act]:
        """Open a transaction of this person, now; rights are read afresh."""
        try:
            with self.installation.acting(self.account) as act:
                yield act
        finally:
            cached_worklists.forget(self.person)
            if self.has(Role.LEADER, Role.SIGNER):
                cached_figures.forget(self.installation.settings.database)


def who_is_signed_in() -> Visitor | None:
    """Return the person of the session behind this page; None where it is over. Raises NotFound before `init`.

    Asked on every run, so that a session taken back or an account disabled ends with the next click.
    """
    installation = served.installation()
    found = who(installation, token_in(st.context.cookies))
    if found is None or found.must_change_password or found.must_set_up:
        return None
    if found.way == "oidc":
        installation = replace(installation, door=Door.OIDC)
    with installation.database.reading() as session:
        return Visitor(installation, find_actor(session, found.account, installation.clock()))


def session_here() -> str:
    """Return the hash of the token of the session behind this page, by which its row is known."""
    return token_hash(token_in(st.context.cookies) or "")
