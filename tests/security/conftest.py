"""The office under attack, told once in a process and copied for each test that goes on from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.databases import Databases
from tests.security.office import HERE, Attacked, TestClient, an_office, program, signed_in, token_of
from tests.stories import Beginning, Story, beginning
from tests.ui.web.conftest import look, sign_in, story

Visit = Callable[[str | None], TestClient]


@pytest.fixture
def begun(sqlite_databases: Databases) -> Beginning[Attacked]:
    return beginning(sqlite_databases, an_office)


@pytest.fixture
def attacked(begun: Beginning[Attacked], story: Story) -> Attacked:
    return begun.of(story)


@pytest.fixture
def visit(attacked: Attacked, story: Story) -> Iterator[Visit]:
    """One browser, signed in as whoever is named; None is a stranger. It follows no redirection."""
    tokens: dict[str, str] = {}
    with TestClient(program(story.installation.settings), base_url=HERE, follow_redirects=False) as client:

        def of(account: str | None) -> TestClient:
            if account is not None and account not in tokens:
                tokens[account] = token_of(story, account)
            return signed_in(client, tokens.get(account or ""))

        yield of


__all__ = ["Visit", "attacked", "begun", "look", "sign_in", "story", "visit"]
