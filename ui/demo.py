"""Demo installation: accounts for every role, one finished sample case and three under way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from flows.ports import LOOPBACK
from flows.rehearsal import Progress, Scenario
from flows.rehearsal.assumed import Assumed, assume
from flows.rehearsal.beginning import begin
from flows.rehearsal.desk import papers
from flows.rehearsal.life import live
from flows.rehearsal.machine import untracked
from flows.rehearsal.run import OFFICER, Run
from models.accident.dossier import read
from models.kernel.act import acting
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.errors import Conflict
from models.kernel.installation import Installation
from models.kernel.rights.policy import SYSTEM
from models.kernel.settings import Settings
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Role, SealMode
from models.office.commands.users import add_user, set_password
from models.office.queries.people import user_list
from models.overview.queries.cases import case_list
from models.rectification.queries.notice_links import BY_LINK
from models.register.commands.samples import put_samples
from models.samples import dossier_bytes
from ui.demo_accounts import DEMO_PASSWORD
from ui.passwords import first_password, hashed
from ui.up import WEB_PORT

SAMPLE = "ezhou-four-deaths"
DAY_IN_TITLES = "“{0.month}·{0:%d}”"
_DAY_IN_DATA = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?=[T\"])")
_DAY_IN_TEXT = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")
# What may tell of days to come: limits, and how long a contract runs.
AHEAD = ("measures", "contracts")
ADMIN, AUDITOR = "guanli", "shenji"
# Who sees the whole sample case, its restricted papers too: the officer who carried it.
VIEWER = OFFICER


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A case that is left where people wait for each other: its sample, how many working days ago the accident happened, how
    the units behave, the paper with whose state the days end, and whether papers go by 公文交换, without a proof that is
    their receipt."""

    sample: str
    workdays_ago: int
    scenario: Scenario
    kind: DocumentKind
    status: DocumentStatus
    by_exchange: bool = False

    def waits(self, run: Run) -> bool:
        """Return whether the case has come so far."""
        return any(paper.kind is self.kind for paper in run.rows(papers(run.case_id, self.status)))


UNDER_WAY = (
    # A unit does not answer its notice: the order about it waits for approval.
    UnderWay("ezhou-one-death", 36, Scenario.LATE, DocumentKind.SUPERVISION_ORDER, DocumentStatus.IN_REVIEW),
    # The notices have just been served, and are to be signed for.
    UnderWay(
        "ezhou-injuries",
        25,
        Scenario.ON_TIME,
        DocumentKind.RECTIFICATION_NOTICE,
        DocumentStatus.DELIVERED,
        by_exchange=True,
    ),
    # At the same place it happened once more: the report is to be written.
    UnderWay("ezhou-injuries", 4, Scenario.ON_TIME, DocumentKind.ANALYSIS_REPORT, DocumentStatus.DRAFT),
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo, its roles in words."""

    account: str
    name: str
    organisation: str
    roles: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made: the case that is finished, and those under way. Passwords are told once and kept nowhere; in demo
    mode all have the known one."""

    case_number: str
    under_way: tuple[str, ...]
    accounts: list[DemoAccount]


def exists(installation: Installation) -> bool:
    """Return whether the demo was made here before, to its end. Raises Conflict in an installation that is used in earnest."""
    with installation.database.reading() as session:
        accounts = {user.account for user in user_list(session, SYSTEM)}
        if ADMIN in accounts:
            return True
        broken_off = installation.settings.demo and VIEWER in accounts
        if case_list(session, SYSTEM, local_date(installation.clock()), limit=1) and not broken_off:
            raise Conflict("系统中已有案件，不再建立演示数据；请另设数据目录（SHENCHA_HOME）。", code="in_use")
    return False


def make(installation: Installation, progress: Progress, new: Callable[[], str] = first_password) -> Demo:
    """Live the sample case through, up to today at most, begin three more, and give every account a password.

    Everything is done by the real commands, by people who do not exist; the finished case has the dates of its sample,
    the others happened some weeks ago. Notices bear links to the pages of this machine. Where making it was broken off,
    the cases stay as far as they came, and people get their accounts.
    """
    here = installation.settings.public_url or f"http://{LOOPBACK}:{WEB_PORT}"
    settings = installation.settings.model_copy(update={"seal": SealMode.PAPER, "public_url": here})
    installation = replace(installation, settings=settings)
    now = installation.clock()
    with installation.database.reading() as session:
        found = [case.case_number for case in case_list(session, SYSTEM, local_date(now))]
    finished, *under_way = reversed(found) if found else _lived(installation, now, progress)
    # The administrator comes last: from then on the console makes no accounts.
    with acting(installation.database, settings, "console", now) as act:
        add_user(act, AUDITOR, "卫某", settings.unit, [Role.AUDITOR])
        put_samples(act)
        add_user(act, ADMIN, "陈某", settings.unit, [Role.ADMIN])
    return Demo(finished, tuple(under_way), _passwords(installation, now, new))


def _lived(installation: Installation, now: datetime, progress: Progress) -> list[str]:
    """Live the first case, begin the others; returns their numbers."""
    dossier = read(dossier_bytes(SAMPLE), now=now)
    run = Run(installation, _our_own(assume(dossier), installation.settings), Scenario.LATE)
    with untracked():
        _, report_on = begin(run, dossier)
        live(run, report_on, progress, until=local_date(now - timedelta(days=1)))
        return [run.case_number, *(_begun(run, one, now, progress) for one in UNDER_WAY)]


def _begun(first: Run, one: UnderWay, now: datetime, progress: Progress) -> str:
    """Begin a case after the first, and leave it where its people wait; returns its number."""
    run = first.next_case(one.scenario)
    run.by_exchange = one.by_exchange
    day = run.rules.calendar.add_workdays(local_date(now), -one.workdays_ago)
    dossier = read(_known_on(_moved(dossier_bytes(one.sample), day), local_date(now)), now=now)
    _, report_on = begin(run, dossier)
    at = live(run, report_on, progress, until=local_date(now - timedelta(days=1)), halt=one.waits)
    for served in run.rows(papers(run.case_id, DocumentStatus.DELIVERED)):
        run.agency(served.recipient_id, at)  # also of those who have not answered yet
    return run.case_number


def _moved(dossier: bytes, day: date) -> bytes:
    """Return a sample whose accident happened on another day: every date that it tells lies as far from it, and its number
    and title follow."""
    told = json.loads(dossier)
    then = datetime.fromisoformat(told["accident"]["occurred_at"])
    if (number := told["accident"].get("accident_number")) is not None:
        told["accident"]["accident_number"] = number.replace(f"{then:%Y%m}", f"{day:%Y%m}")
    further = day - then.date()

    def moved(found: re.Match[str]) -> date:
        year, month, of_month = found.groups()
        return date(int(year), int(month), int(of_month or 1)) + further

    def moved_in_words(found: re.Match[str]) -> str:
        there = moved(found)
        return chinese_date(there) if found[3] else f"{there.year}年{there.month}月"

    text = json.dumps(told, ensure_ascii=False).replace(DAY_IN_TITLES.format(then), DAY_IN_TITLES.format(day))
    text = _DAY_IN_DATA.sub(lambda found: moved(found).isoformat(), text)
    return _DAY_IN_TEXT.sub(moved_in_words, text).encode()


def _known_on(dossier: bytes, today: date) -> bytes:
    """Return a dossier as far as somebody can know it: what tells of a day that is still to come is not in it yet."""
    told = json.loads(dossier)
    for name, part in told.items():
        if isinstance(part, list) and name not in AHEAD:
            told[name] = [row for row in part if _latest(row) <= today]
        elif isinstance(part, dict):
            told[name] = {key: value for key, value in part.items() if _latest(value) <= today}
    return json.dumps(told, ensure_ascii=False).encode()


def _latest(told: Any) -> date:
    """Return the last day that a part of a dossier tells of to the day."""
    text = json.dumps(told, ensure_ascii=False)
    days = (*_DAY_IN_DATA.findall(text), *(found for found in _DAY_IN_TEXT.findall(text) if found[2]))
    return max((date(*map(int, parts)) for parts in days), default=date.min)


def _our_own(assumed: Assumed, settings: Settings) -> Assumed:
    """Let the installation's own bodies act, where a rehearsal would assume the county's."""
    return replace(
        assumed,
        unit=settings.unit,
        unit_named=True,
        bureau=settings.bureau,
        commission=settings.commission,
        series_stem=settings.series_stem,
    )


def _passwords(installation: Installation, at: datetime, new: Callable[[], str]) -> list[DemoAccount]:
    known = installation.settings.demo
    with installation.database.reading() as session:
        every = user_list(session, SYSTEM)
    users = [user for user in every if user.account != "console" and not user.account.startswith(BY_LINK)]
    told = []
    for user in users:
        password = DEMO_PASSWORD if known else new()
        kept = hashed(password)
        with acting(installation.database, installation.settings, ADMIN, at) as act:
            set_password(act, user.account, kept, must_change=not known)
        roles = "、".join(role.label for role in user.roles)
        told.append(DemoAccount(user.account, user.name, user.organisation, roles, password))
    return told
