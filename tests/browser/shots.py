"""`python -m tests.browser.shots DIR [ROLE …]`: every screen for every role as PNG, wide and phone-sized."""

from __future__ import annotations

import re
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from flows.case import carry
from flows.clock import beat
from flows.installation import working_in
from flows.sweep import sweep
from models.accident.tables import Accident
from models.archive.tables import Archive
from models.case.tables import Case
from models.kernel.act import acting
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.rights.policy import SYSTEM
from models.kernel.vocabulary import DocumentKind, DocumentStatus, ReplyKind, Role
from models.office.commands.users import add_user, set_password
from models.office.tables import Organisation
from models.papers.commands.renditions import Enclosure
from models.papers.queries.documents import document_list
from models.rectification.tables import Assignment, Measure
from tests.browser.serving import CHROMIUM, PHONE, WIDE, chromium, serving, visiting
from tests.stories import STAFF, Story, staffed, story_in
from ui.passwords import hashed
from ui.web.navigation import screens_of

PASSWORD = "a password for pictures"
ADMIN, AGENCY = "guan", "ju"
SILENT = timedelta(days=75)


def seed(url: str, home: Path) -> dict[str, str]:
    """Fill an office with cases at several stages; returns the case whose page is shown to each account."""
    staffed(url)
    with story_in(url, home) as story:
        return filled(story)


def _late(story: Story) -> str:
    """Let the units of a case sign for their notices and then be silent for 75 days; what is late by then is swept."""
    story.at = wall_clock() - SILENT
    case = story.rectifying("ezhou-four-deaths", variant=3)
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    for notice in notices[1:]:
        story.do("nei", "acknowledge", case, paper=notice, received_by="签收某")
    story.at += SILENT
    sweep(story.installation, story.at)
    beat(story.installation, "pictures", story.at, swept=1)
    with story.installation.database.writing() as session:
        # The samples' accidents are of last year: the leaders' page shall have something of this one, too.
        session.execute(
            update(Accident)
            .where(Accident.id == select(Case.accident_id).where(Case.case_number == case).scalar_subquery())
            .values(occurred_at=story.at - SILENT - timedelta(days=40))
        )
    return case


def filled(story: Story) -> dict[str, str]:
    """Let cases come to several stages, and give every account the password of the pictures; returns them as `seed`."""
    late = _late(story)
    story.at = wall_clock()
    drafting = story.file()
    carried = story.rectifying(variant=1)
    papers = story.prepare(carried)
    story.issue(carried, *papers[:2])
    story.deliver(carried, papers[0])
    shown = dict.fromkeys(STAFF, carried) | {"ling": late}
    story.do("li", "submit", drafting, paper="D1")
    with story.installation.database.reading() as session:
        recipient = next(p.recipient for p in document_list(session, SYSTEM, carried) if p.ref == papers[0])
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        add_user(act, AGENCY, "某单位", recipient, [Role.AGENCY])
        add_user(act, ADMIN, "管某", story.installation.settings.unit, [Role.ADMIN])
    kept = hashed(PASSWORD)
    for account in (*STAFF, AGENCY, ADMIN):
        with acting(story.installation.database, story.installation.settings, ADMIN, story.at) as act:
            set_password(act, account, kept, must_change=False)
    return {**shown, AGENCY: carried, ADMIN: carried}


def names(url: str, home: Path, case: str) -> dict[str, str]:
    """Return what else stands in addresses, as `named`."""
    with story_in(url, home) as story:
        return named(story, case)


def named(story: Story, case: str) -> dict[str, str]:
    """Archive a case, let the notice of `case` be signed for, and let its unit ask for something.

    Returns what stands in addresses: the notice, the sealed volume, the case in which an extension is asked for and a
    duty disputed, and the two replies that ask.
    """
    story.at = wall_clock() - timedelta(days=1)
    archived = story.archived(variant=2)
    with working_in(story.installation):
        carry(story.installation, archived, story.at)
    with story.installation.database.reading() as session:
        volume = session.scalars(select(Archive.archive_number)).one()
    story.at = wall_clock()
    paper = story.papers(case, DocumentStatus.DELIVERED)[0]
    story.do(AGENCY, "acknowledge", case, paper=paper, received_by="周某")
    return {"paper": paper, "volume": volume, **_asking(story)}


def _asking(story: Story) -> dict[str, str]:
    """Let a unit ask for more time and another one dispute its duty; returns the case and the two replies."""
    case = story.rectifying(variant=4)
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    story.deliver(case, *notices)
    for notice in notices:
        story.do("nei", "acknowledge", case, paper=notice, received_by="签收某")
    with story.installation.database.reading() as session:
        hands = session.execute(
            select(Measure.ref, Organisation.name)
            .select_from(Assignment)
            .join(Measure, Measure.id == Assignment.measure_id)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .join(Case, Case.id == Assignment.case_id)
            .where(Case.case_number == case)
            .order_by(Assignment.id)
        ).all()
    (late, slow), (foreign, other) = hands[:2]
    until = local_date(story.at) + timedelta(days=90)
    asked = {"measures": [late], "organisation": slow, "text": "雨季不能施工。", "requested_due": until}
    letter = [Enclosure(story.scan("来函"), "来函.pdf", "application/pdf")]
    disputed = {"measures": [foreign], "organisation": other, "text": "该路段不归我单位养护。", "files": letter}
    [extension] = story.do("nei", "reply", case, kind=ReplyKind.EXTENSION, **asked)
    [dispute] = story.do("nei", "reply", case, kind=ReplyKind.DISPUTE, **disputed)
    return {"asking": case, "extension": extension, "dispute": dispute}


def main(out: Path, only: list[str]) -> int:
    """Take the pictures, of some roles only where they are named; returns how many."""
    if not CHROMIUM.exists():
        print(f"需要 {CHROMIUM} 才能拍摄网页图片。", file=sys.stderr)
        return 0
    out.mkdir(parents=True, exist_ok=True)
    taken = 0
    with tempfile.TemporaryDirectory(prefix="shencha-shots-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        url = f"sqlite:///{Path(folder) / 'shots.db'}"
        cases = seed(url, home)
        places = names(url, home, cases[AGENCY])
        roles = {account: {role} for account, (_, role) in STAFF.items()} | {AGENCY: {Role.AGENCY}, ADMIN: {Role.ADMIN}}
        del roles["wang"]  # a second officer sees what the first sees
        roles = {
            account: held for account, held in roles.items() if not only or {role.value for role in held} & {*only}
        }
        with serving(home, url) as address, chromium() as browser:
            for size in (WIDE, PHONE):
                for account, held in roles.items():
                    with visiting(browser, address, size) as visitor:
                        visitor.sign_in(account, PASSWORD)
                        for screen in screens_of(held):
                            for part in screen.pictured:
                                query = part.format(case=cases[account], **places)
                                visitor.open(f"/{screen.address}{query}")
                                word = next(iter(held)).value
                                name = re.sub(r"[^a-z]+", "-", part.replace("{case}", "").replace("number", "")).strip(
                                    "-"
                                )
                                stem = f"{word}-{screen.address}{'-' + name if name else ''}-{size[0]}"
                                visitor.whole(out / f"{stem}.png")
                                taken += 1
    return taken


if __name__ == "__main__":
    print(f"{main(Path(sys.argv[1]), sys.argv[2:])} 张图片")
