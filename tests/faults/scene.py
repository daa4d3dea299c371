"""An office with cases in every state, addresses for its people, and an untouched twin to compare with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from models.kernel.act import acting
from models.kernel.vocabulary import DocumentKind, Medium, Role
from models.office.commands.channels import add_channel
from tests.databases import Databases, run_sql
from tests.outside import LOOPBACK, Chat, MailServer, chat_service, mail_server
from tests.stories import Story, story_in

HOOK = "SHENCHA_CHANNEL_LING"
MAILBOX = "li@example.com"


@dataclass
class Scene:
    """The office, its twin, and the world outside."""

    story: Story
    twin: Story
    post: MailServer
    chat: Chat

    @property
    def environ(self) -> dict[str, str]:
        """Return what workers of the office must know beyond its database."""
        return {**outside(self.post), HOOK: self.chat.url}


def outside(post: MailServer) -> dict[str, str]:
    """Return the settings of a worker that mails at any hour, each message alone."""
    return {
        "SHENCHA_SMTP_HOST": LOOPBACK,
        "SHENCHA_SMTP_PORT": str(post.port),
        "SHENCHA_SMTP_SECURITY": "none",
        "SHENCHA_SMTP_SECONDS": "0.5",
        "SHENCHA_MAIL_FROM": "shencha@police.example.com",
        "SHENCHA_QUIET_HOURS": "",
        "SHENCHA_DIGEST_AFTER": "1000000",
        "SHENCHA_SWEEP_SECONDS": "0.5",
        # No outer address may be asked, whatever the machine is set to.
        "NO_PROXY": LOOPBACK,
    }


def tell(story: Story, cases: int) -> None:
    """File cases: a third are carried to their archive, a third have served papers that nobody answers, a third wait.

    All lie a year back, so that the first sweep finds each open clock late.
    """
    story.employ("guan", Role.ADMIN)
    for account, medium, address in (("li", Medium.MAIL, MAILBOX), ("ling", Medium.CHAT, HOOK)):
        with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
            add_channel(act, medium, address, user=account)
    for variant in range(cases):
        if variant % 3 == 0:
            story.archived(variant=variant)
            continue
        case = story.rectifying(variant=variant)
        if variant % 3 == 1:
            notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
            story.issue(case, *notices)
            story.deliver(case, *notices)


@contextmanager
def scene(databases: Databases, staff: str, folder: Path, cases: int) -> Iterator[Scene]:
    """Set a scene in the database `staff`, which `staffed` prepared."""
    with mail_server() as post, chat_service() as chat, story_in(staff, folder / "home") as story:
        tell(story, cases)
        story.installation.database.close()
        with story_in(_copied(databases, staff, folder), folder / "twin") as twin:
            if (folder / "home").exists():
                shutil.copytree(folder / "home", folder / "twin", dirs_exist_ok=True)
            yield Scene(story, twin, post, chat)


def _copied(databases: Databases, url: str, folder: Path) -> str:
    if databases.server is None:
        source, copy = str(make_url(url).database), folder / "twin.sqlite"
        shutil.copyfile(source, copy)  # closed before, so that nothing is left in its write-ahead log
        return f"sqlite:///{copy}"
    name = f"{make_url(url).database}_twin"
    run_sql(databases.server, f'CREATE DATABASE "{name}" TEMPLATE "{make_url(url).database}"')
    return databases.server.set(database=name).render_as_string(hide_password=False)
