"""State of one rehearsal under way: office, case, scenario, assumptions made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, Select, select

from flows.rehearsal.assumed import Assumed
from flows.rehearsal.scans import simulated_scan
from flows.rehearsal.scenarios import Scenario
from models.actions import ACTIONS, OFFICE_ACTIONS
from models.clock.queries.rulebook import Rulebook, rulebook
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.installation import Installation
from models.kernel.storage.files import Stored
from models.kernel.vocabulary import DocumentKind, Role
from models.office.commands import chains, users
from models.office.tables import User
from models.papers.filling.volume_names import names

# Our people: account, name, roles. The names are nobody's.
OFFICER, COLLEAGUE, CLERK = "zhuban", "fucha", "neiqin"
REVIEWER, COUNTERSIGNER, SIGNER = "shenhe", "huiqian", "qianfa"
LEADER, ARCHIVIST = "lingdao", "dangan"
STAFF = (
    (OFFICER, "赵某", Role.OFFICER),
    (COLLEAGUE, "钱某", Role.OFFICER),
    (CLERK, "孙某", Role.CLERK),
    (REVIEWER, "李某", Role.REVIEWER),
    (COUNTERSIGNER, "陈某", Role.COUNTERSIGNER),
    (SIGNER, "周某", Role.SIGNER),
    (LEADER, "吴某", Role.LEADER),
    (ARCHIVIST, "郑某", Role.ARCHIVIST),
)
COUNTERSIGNED = (DocumentKind.ANALYSIS_REPORT, DocumentKind.ACCOUNTABILITY_PROPOSAL)
# The upper unit's people, who act where our own police are examined.
UPPER_OFFICER, UPPER_REVIEWER, UPPER_SIGNER = "shangji", "shangshen", "shangqian"
UPPER_STAFF = (
    (UPPER_OFFICER, "冯某", Role.OFFICER),
    (UPPER_REVIEWER, "陈某", Role.REVIEWER),
    (UPPER_SIGNER, "褚某", Role.SIGNER),
)


@dataclass
class Run:
    """What everybody in a rehearsal shares."""

    installation: Installation
    assumed: Assumed
    scenario: Scenario
    case_number: str = ""
    case_id: int = 0
    late_unit: int | None = None
    hired: bool = False  # whether our people have their accounts
    upper: bool = False  # whether the upper unit's people take part
    by_exchange: bool = False  # whether papers go by 公文交换, to be signed for by who gets them
    assumptions: list[str] = field(default_factory=list)
    proved: list[str] = field(default_factory=list)  # items behind which evidence was simulated
    agencies: dict[int, str] = field(default_factory=dict)
    today: date = date.max

    def next_case(self, scenario: Scenario) -> Run:
        """Return a run of another case in the same office, with the people there are."""
        return Run(self.installation, self.assumed, scenario, hired=self.hired)

    def act(
        self, account: str, action: str, at: datetime, /, **given: object
    ) -> Any:  # each command answers in its own way
        """Take one step of the case as an account, through the registry that every door uses."""
        self.today = local_date(at)
        with acting(self.installation.database, self.installation.settings, account, at) as act:
            return ACTIONS[action](act, self.case_number, **given)

    def rows(self, statement: Select[*tuple[object, ...]]) -> Sequence[Row[*tuple[object, ...]]]:
        """Read plain rows, as they stand now."""
        with self.installation.database.reading() as session:
            return session.execute(statement).all()

    @property
    def rules(self) -> Rulebook:
        """The rules and the calendar in force."""
        with self.installation.database.reading() as session:
            return rulebook(session)

    def scan(self, what: str, *lines: str) -> Stored:
        """Put a simulated scan into the store, as a door does before an act may mention it."""
        return self.installation.files.put(simulated_scan(what, lines))

    def place(self, measure: str) -> str:
        """Return the place of a measure among those of the case, by which the record calls it."""
        with self.installation.database.reading() as session:
            return names(session, self.case_id).place(measure)

    def assume(self, sentence: str) -> None:
        """Keep a sentence about something that the dossier does not say; the same one once."""
        if sentence not in self.assumptions:
            self.assumptions.append(sentence)

    def hire(self, at: datetime) -> None:
        """Create the accounts of our people; the report and what asks for accountability are countersigned (法制).

        Whom an earlier case in the same office brought is there already.
        """
        if self.hired:
            return
        self.hired = True
        for account, name, role in STAFF:
            self._account(account, name, self.assumed.unit, role, at)
        unit = self.assumed.unit
        steps = [f"{role.value}:{unit}" for role in (Role.REVIEWER, Role.COUNTERSIGNER, Role.SIGNER)]
        with acting(self.installation.database, self.installation.settings, "console", at) as act:
            for kind in COUNTERSIGNED:
                chains.set_chain(act, issuer=unit, steps=steps, kind=kind, reason="推演设定")

    def hire_above(self, at: datetime) -> None:
        """Create the accounts of the upper unit and let them decide on its proposals."""
        for account, name, role in UPPER_STAFF:
            self._account(account, name, self.assumed.bureau, role, at)
        with acting(self.installation.database, self.installation.settings, "console", at) as act:
            OFFICE_ACTIONS["set-chain"](
                act,
                issuer=self.assumed.bureau,
                kind=DocumentKind.ACCOUNTABILITY_PROPOSAL,
                steps=[f"{role.value}:{self.assumed.bureau}" for role in (Role.REVIEWER, Role.SIGNER)],
                reason="推演设定",
            )
        self.upper = True

    def agency(self, organisation: int, at: datetime) -> str:
        """Return the account by which a unit answers, created when it is first needed."""
        account = self.agencies.get(organisation)
        if account is None:
            account = self.agencies[organisation] = f"danwei-{organisation}"
            self._account(account, "王某", str(organisation), Role.AGENCY, at)
        return account

    def _account(self, account: str, name: str, organisation: str, role: Role, at: datetime) -> None:
        """Create an account, unless an earlier case or a rehearsal that was broken off here left it behind."""
        if self.rows(select(User.id).where(User.account == account)):
            return
        with acting(self.installation.database, self.installation.settings, "console", at) as act:
            users.add_user(act, account, name, organisation, [role])


def moment(day: date, at: time) -> datetime:
    """Return a moment of a simulated day in Asia/Shanghai."""
    return datetime.combine(day, at, SHANGHAI)
