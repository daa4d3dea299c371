"""What is measured: whose pages, which addresses, and what is wished of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.vocabulary import Stage
from models.office.tables import User
from tests.benchmarks.web.clients import Ask
from tests.benchmarks.web.town import AGENCY, ARCHIVIST, BUSY, CLERK, LEADER, OFFICER, REVIEWER

TODO, INBOX, DASHBOARD = Ask("todo", "我的待办"), Ask("inbox", "消息"), Ask("dashboard", "督办看板")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a person: what it is called in the table, its clicks, and how many ms 95 of 100 runs may take.

    `obvious` are the clicks on the same page of the obvious application. A `live` page shows what was recorded a moment
    ago: it is measured once more while others act.
    """

    name: str
    account: str
    asks: tuple[Ask, ...]
    limit: float
    obvious: tuple[Ask, ...]
    live: bool = False


def pages(session: Session) -> list[Page]:
    """Return the pages of the issue; cases are of every stage that a person opens."""
    busy = session.scalars(select(User.id).where(User.account == BUSY)).one()
    carried = session.execute(
        select(Case.case_number, Case.title)
        .where(Case.officer_id == busy, Case.stage.in_((Stage.RECTIFYING, Stage.INVESTIGATING, Stage.ARCHIVED)))
        .order_by(Case.id.desc())
        .limit(400)
    ).all()
    chosen = carried[:: max(len(carried) // 20, 1)]
    cases = tuple(Ask("case", row.title, f"number={row.case_number}") for row in chosen)
    obvious = {name: _obvious(ask, f"person={busy}") for name, ask in (("todo", TODO), ("inbox", INBOX))}
    return [
        Page("to-do, an officer who carries a fifth of all cases", BUSY, (TODO,), 100, obvious["todo"], live=True),
        Page("to-do, an officer of a station", OFFICER, (TODO,), 100, (), live=True),
        Page("to-do, an agency", AGENCY, (TODO,), 100, (), live=True),
        Page("to-do, a leader", LEADER, (TODO,), 100, (), live=True),
        Page("to-do, a clerk of the detachment", CLERK, (TODO,), 100, (), live=True),
        Page("to-do, a reviewer", REVIEWER, (TODO,), 100, (), live=True),
        Page("to-do, the archivist", ARCHIVIST, (TODO,), 100, (), live=True),
        Page("inbox, an officer of a station", OFFICER, (INBOX,), 100, ()),
        Page("inbox, the officer who carries a fifth", BUSY, (INBOX,), 100, obvious["inbox"]),
        Page("inbox, an agency", AGENCY, (INBOX,), 100, ()),
        Page("case page, 20 cases in turn", BUSY, cases, 150, tuple(_obvious(ask, ask.query)[0] for ask in cases[:1])),
        Page("dashboard, a leader of the whole city", LEADER, (DASHBOARD,), 150, _obvious(DASHBOARD, ""), live=True),
    ]


def _obvious(ask: Ask, further: str) -> tuple[Ask, ...]:
    return (Ask("", ask.heading, f"page={ask.page}&{further}"),)
