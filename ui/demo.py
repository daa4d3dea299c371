"""An installation to look around in: demo accounts for every role, and our own sample case, lived through to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flows.office import Office
from flows.rehearsal import Progress, Scenario
from flows.rehearsal.assumed import Assumed, assume
from flows.rehearsal.beginning import begin
from flows.rehearsal.life import live
from flows.rehearsal.machine import untracked
from flows.rehearsal.run import OFFICER, Run
from models.clock import local_date
from models.commands.act import acting
from models.commands.office import add_user, set_password
from models.dossier import read
from models.errors import Conflict
from models.queries.cases import case_list
from models.queries.people import user_list
from models.rules.policy import SYSTEM
from models.rules.vocabulary import Role, SealMode
from models.samples import dossier_bytes
from models.settings import Settings
from ui.demo_accounts import DEMO_PASSWORD
from ui.desk import Desk
from ui.passwords import first_password, hashed

SAMPLE = "ezhou-four-deaths"
ADMIN = "guanli"
# Who sees the whole sample case, its restricted papers too: the officer who carried it.
VIEWER = OFFICER


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made. Passwords are told once and kept nowhere; in demo mode all have the known one."""

    case_number: str
    accounts: list[dict[str, str]]


def exists(desk: Desk) -> bool:
    """Return whether the demo was made here before. Raises Conflict in an installation that is used in earnest."""
    with desk.database.reading() as session:
        if any(user["account"] == ADMIN for user in user_list(session, SYSTEM)):
            return True
        if case_list(session, SYSTEM, local_date(desk.clock()), limit=1):
            raise Conflict("系统中已有案件，不再建立演示数据；请另设数据目录（SHENCHA_HOME）。", code="in_use")
    return False


def make(desk: Desk, progress: Progress, new: Callable[[], str] = first_password) -> Demo:
    """Live the sample case through, up to today at most, and give every account a password.

    Everything is done by the real commands under the real dates of the sample, by people who do not exist.
    """
    settings = desk.settings.model_copy(update={"seal": SealMode.PAPER})
    office = Office(desk.database, settings, desk.files)
    now = desk.clock()
    dossier = read(dossier_bytes(SAMPLE), now=now)
    run = Run(office, _our_own(assume(dossier), settings), Scenario.LATE)
    with untracked():
        _, report_on = begin(run, dossier)
        live(run, report_on, progress, until=local_date(now - timedelta(days=1)))
    # The administrator comes last: from then on the console makes no accounts.
    with acting(office.database, settings, "console", now) as act:
        add_user(act, ADMIN, "陈某", settings.unit, [Role.ADMIN])
    return Demo(run.case_number, _passwords(desk, now, new))


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


def _passwords(desk: Desk, at: datetime, new: Callable[[], str]) -> list[dict[str, str]]:
    known = desk.settings.demo
    with desk.database.reading() as session:
        users = [user for user in user_list(session, SYSTEM) if user["account"] != "console"]
    told = []
    for user in users:
        password = DEMO_PASSWORD if known else new()
        kept = hashed(password)
        with acting(desk.database, desk.settings, ADMIN, at) as act:
            set_password(act, user["account"], kept, must_change=not known)
        told.append(
            {
                "account": user["account"],
                "name": user["name"],
                "organisation": user["organisation"],
                "roles": "、".join(role.label for role in user["roles"]),
                "password": password,
            }
        )
    return told
