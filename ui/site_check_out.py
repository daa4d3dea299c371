"""The form of a site check on its way out: as it was answered, or empty for who goes there."""

from __future__ import annotations

from datetime import datetime

from documents.site_check_form import TITLE, site_check_form
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import NotAllowed
from models.kernel.installation import Installation
from models.kernel.rights.policy import POLICE
from models.kernel.vocabulary import HazardGrade, Role
from models.office.commands.organisations import own_unit
from models.register.queries.hazards import hazard_shown, where_in_words
from models.register.rules.site_checks import SiteAnswer, SiteCheckForm


def site_check_of(
    installation: Installation, account: str | None, number: str, *, blank: bool = False
) -> tuple[str, bytes]:
    """Return name and bytes of the form of a hazard; `blank` leaves the answers out. Raises NotFound, NotAllowed."""
    with installation.reading(account) as read:
        found = hazard_shown(read.session, read.actor, number)
        if not read.actor.has(*POLICE, Role.SYSTEM):
            raise NotAllowed("现场核查表由办案人员查看。")
        unit, today = found.unit or own_unit(read.session).name, local_date(read.at)
    empty = SiteCheckForm(unit, found.hazard_number, found.description, where_in_words(found), today)
    check = found.site_check
    if check is None or blank:
        return f"{TITLE}{number}.docx", site_check_form(empty)
    filled = SiteCheckForm(
        *(empty.unit, empty.hazard_number, empty.description, empty.where, empty.printed),
        at=datetime.fromisoformat(check["at"]),
        by=tuple(name for name in (check["by_name"], check["with_name"]) if name),
        answers={key: SiteAnswer(**answer) for key, answer in check["answers"].items()},
        confirmed=check["confirmed"],
        severity=HazardGrade(check["severity"]).label if check["severity"] else None,
        note=check["note"],
    )
    return f"{TITLE}{number}.docx", site_check_form(filled)
