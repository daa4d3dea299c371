"""A PostgreSQL database with roles of its own, and its address as each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

from models.migrations.roles import Roles, script
from tests.databases import Databases, run_sql


def as_role(url: str, role: str) -> str:
    """Return the address of a database for one of its roles: owner, web, worker, reader."""
    parsed = make_url(url)
    return parsed.set(username=f"{parsed.database}_{role}").render_as_string(hide_password=False)


def give_roles(url: str) -> None:
    """Run as superuser what `shencha init --roles` prints."""
    parsed = make_url(url)
    run_sql(parsed, *script(str(parsed.database)))


@contextmanager
def with_roles(databases: Databases, url: str) -> Iterator[str]:
    """Give a database its roles; both are gone when the block ends. Yields the address of its superuser."""
    give_roles(url)
    try:
        yield url
    finally:
        databases.drop(url)
        assert databases.server is not None
        roles = Roles(str(make_url(url).database))
        run_sql(databases.server, *(f'DROP ROLE "{role}"' for role in roles.every))
