"""The faults of `make faults`, each in a small version: everything exists exactly once."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, select

from models.kernel.act import acting
from models.kernel.tables import Message
from models.kernel.vocabulary import Medium, Role, SendState
from models.office.commands.channels import add_channel
from models.office.tables import Send, User
from tests.databases import Databases, Unavailable, postgres
from tests.faults.breaking import killed, mail_errs, restarted
from tests.faults.scene import HOOK, outside
from tests.flows.nurse import PATIENCE, nursery_of
from tests.outside import chat_service, mail_server
from tests.stories import Story
from tests.waiting import eventually

pytestmark = [pytest.mark.server]


@pytest.mark.parametrize("databases", ["postgresql", pytest.param("sqlite", marks=pytest.mark.long)], indirect=True)
def test_a_worker_killed_at_random_points_leaves_everything_there_once(databases: Databases, tmp_path: Path) -> None:
    survived = killed(databases, tmp_path, cases=4, kills=6, seed=11)
    assert survived.held.mails > 0
    assert survived.held.rungs > 0


@pytest.mark.parametrize("medium", Medium)
def test_a_worker_killed_between_sending_and_marking_mails_under_one_id_and_chats_once(
    story: Story, medium: Medium
) -> None:
    with mail_server() as post, chat_service() as chat:
        tell_wang(story, medium)
        with nursery_of(story, {**outside(post), HOOK: chat.url}) as nursery:
            nursery.bring_up("sent 1")
            assert nursery.end() == -signal.SIGKILL
            assert len(post.mails) + len(chat.notes) == 1
            worker = nursery.bring_up()
            ended = {SendState.SENT if medium is Medium.MAIL else SendState.UNCERTAIN}
            assert eventually(lambda: states(story) == ended, PATIENCE)
            os.kill(worker, signal.SIGTERM)
            assert nursery.end() == 0
        if medium is Medium.MAIL:
            one, two = post.mails
            assert one["Message-ID"] == two["Message-ID"]
        else:
            assert len(chat.notes) == 1


def tell_wang(story: Story, medium: Medium) -> None:
    """Put one message into the inbox of somebody who has one address, and whom no case concerns."""
    story.employ("guan", Role.ADMIN)
    story.file()
    address = "wang@example.com" if medium is Medium.MAIL else HOOK
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        add_channel(act, medium, address, user="wang")
    with story.installation.database.writing() as session:
        wang = session.scalars(select(User.id).where(User.account == "wang")).one()
        session.add(
            Message(key="k", case_id=1, organisation_id=None, user_id=wang, subject="甲", body="乙", sent_at=story.at)
        )


def states(story: Story) -> set[SendState]:
    with story.installation.database.reading() as session:
        return set(session.scalars(select(Send.state)))


@pytest.fixture
def own_server() -> Iterator[URL]:
    """A PostgreSQL server that no other test stands on: this one is stopped."""
    folder = Path(tempfile.mkdtemp(prefix="shencha-pg-restarted-"))
    try:
        with postgres(folder) as url:
            yield url
    except Unavailable as reason:
        pytest.skip(f"no PostgreSQL here: {reason}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_postgresql_restarted_in_the_middle_loses_nothing(own_server: URL, tmp_path: Path) -> None:
    databases = Databases(tmp_path, server=own_server, worker="restarted")
    assert restarted(databases, tmp_path, cases=4, restarts=1).held.rungs > 0


def test_a_mail_server_that_refuses_hangs_and_loses_connections_gets_every_mail(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    survived = mail_errs(sqlite_databases, tmp_path, cases=4, rounds=10, seed=3)
    assert survived.held.mails > 0
