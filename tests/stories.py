"""Cases told through the real commands: who does what, on which day. Every person in them is invented."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from argon2 import PasswordHasher
from pydantic import SecretStr
from sqlalchemy import make_url, select, update

from flows.case import carry
from flows.installation import working_in
from models import first_set_up as installing
from models.accident.dossier import read
from models.accountability.tables import AccountabilityItem
from models.actions import ACTIONS, OFFICE_FORMS
from models.archive.queries.completeness import GapShown, completeness
from models.archive.tables import Archive
from models.case.commands.filing import file_case
from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting, find_actor
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.storage.files import Stored
from models.kernel.vocabulary import (
    AssignmentState,
    AuthorityKind,
    DocumentKind,
    DocumentStatus,
    OrganisationKind,
    Outcome,
    Role,
    SealMode,
)
from models.office.commands import authorities, organisations, users
from models.office.tables import Authority, Organisation, User
from models.papers.filling import content
from models.papers.preflight import Weight, remarks_on
from models.papers.tables import Document, Waiver
from models.rectification.tables import Assignment, Measure
from models.samples import dossier_bytes
from tests.databases import Databases
from tests.first_format import first_format

START = datetime(2025, 12, 1, 9, tzinfo=SHANGHAI)
STAFF = {
    # account: (name, role); two officers, because who assesses does not verify
    "li": ("李某", Role.OFFICER),
    "wang": ("王某", Role.OFFICER),
    "nei": ("聂某", Role.CLERK),
    "shen": ("沈某", Role.REVIEWER),
    "qian": ("钱某", Role.SIGNER),
    "ling": ("凌某", Role.LEADER),
    "dang": ("党某", Role.ARCHIVIST),
}


def staffed(url: str) -> None:
    """Prepare an office with reference data and one account for each role: a template for `Databases.fresh`."""
    database, settings = Database(url, durable=False), Settings()
    installing.initialise(database, settings, START)
    for account, (name, role) in STAFF.items():
        with acting(database, settings, "console", START) as act:
            users.add_user(act, account, name, settings.unit, [role])
    entitled(database, settings, START)
    database.close()


# What an office has on record: it writes in its own name, and its commission's rules let it hand over, order and summon.
ENTITLED = (
    (AuthorityKind.INDEPENDENT, "某公通〔2020〕1号", "市公安局", "以支队名义对外行文"),
    (AuthorityKind.COMMISSION_RULE, "某道安委〔2024〕2号", "市道路交通安全委员会", "交办、督办、约谈、通报"),
)


WRITTEN = "凭据扫描件".encode()
"""What stands in the scans of those papers; a store in which somebody looks for them is given it."""


def entitled(database: Database, settings: Settings, at: datetime) -> None:
    """Put on record what most stories rest on: what comes without it is told in stories of its own."""
    for kind, number, giver, scope in ENTITLED:
        with acting(database, settings, "nei", at) as act:
            authorities.record_authority(
                act,
                basis_kind=kind,
                number=number,
                given_by=giver,
                scope=scope,
                scan=Stored(hashlib.sha256(WRITTEN).hexdigest(), len(WRITTEN)),
                file_name="凭据.pdf",
                valid_from=date(2000, 1, 1),
            )


PASSWORD = "yige-ceshi-mima"
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def give_passwords(url: str) -> None:
    """Let everybody who has no password come in at the command line by the one that tests know.

    Done before each line that is typed: to open a database as our programs do takes as long as some lines.
    """
    if url.startswith("sqlite:"):
        there = f"file:{quote(str(make_url(url).database))}?mode=rw"
        with closing(sqlite3.connect(there, uri=True, timeout=30)) as plain, plain:
            plain.execute(
                "UPDATE users SET password_hash = ?, must_change_password = 0 WHERE password_hash IS NULL", (_CHEAP,)
            )
        return
    database = Database(url, durable=False)
    with database.writing() as session:
        wanting = User.password_hash.is_(None)
        session.execute(update(User).where(wanting).values(password_hash=_CHEAP, must_change_password=False))
    database.close()


class Story:
    """One office and its present moment, `at`; what is done is done then.

    The samples do not say all that a paper must hold: what is missing is let pass when it is signed, unless `strict`.
    """

    strict = False

    def __init__(self, installation: Installation, at: datetime = START) -> None:
        self.installation, self.at = installation, at

    def do(self, account: str, action: str | Callable[..., Any], case: str, **said: Any) -> Any:
        """Let somebody do something in a case: an action of the registry by its name, or any command."""
        if action in ("sign", "record-decision") and not self.strict:
            self.let_pass(case, said["paper"])
        done = self._done(account, action, case, **said)
        if action == "approve" and not self.strict:
            self.let_pass(case, said["paper"])
        return done

    def _done(self, account: str, action: str | Callable[..., Any], case: str, **said: Any) -> Any:
        command = ACTIONS[action] if isinstance(action, str) else action
        with acting(self.installation.database, self.installation.settings, account, self.at) as act:
            return command(act, case, **said)

    def in_office(self, account: str, action: str, /, **said: Any) -> Any:
        """Let somebody take a step outside any case: an office action of the registry by its name."""
        with acting(self.installation.database, self.installation.settings, account, self.at) as act:
            return OFFICE_FORMS[action](act, **said)

    def employ(self, account: str, *roles: Role, unit: str | None = None, by: str = "console") -> None:
        """Make an account, in the own unit unless another is named; once there is an administrator, by that one."""
        with acting(self.installation.database, self.installation.settings, by, self.at) as act:
            users.add_user(act, account, f"{account}某", unit or self.installation.settings.unit, roles)

    def sealing(self, mode: SealMode) -> None:
        """Let the office seal its papers in this way from now on."""
        self.installation = replace(
            self.installation, settings=self.installation.settings.model_copy(update={"seal": mode})
        )

    def scan(self, said: str = "扫描件") -> Stored:
        """Put a file into the store, as a door does before an act may mention it."""
        return self.installation.files.put(f"%PDF-1.7 {said}".encode())

    def installation_at(self) -> Installation:
        """Return the office as a program of this moment finds it."""
        return replace(self.installation, clock=lambda: self.at)

    def wait(self, **span: float) -> None:
        """Let time pass: `wait(days=3)`."""
        self.at += timedelta(**span)

    def file(self, sample: str = "ezhou-one-death", variant: int = 0, *, bare: bool = False) -> str:
        """File a sample, or the same accident moved to another place and number; returns the case number.

        A `bare` one tells no more than the first format of dossiers can.
        """
        dossier = json.loads(first_format(sample) if bare else dossier_bytes(sample))
        if variant:
            facts = dossier["accident"]
            facts["accident_number"] = f"{int(facts['accident_number']) + variant}"
            facts["place"] = f"{facts['place']}以东{variant}米"
        with acting(self.installation.database, self.installation.settings, "li", self.at) as act:
            return file_case(act, read(json.dumps(dossier).encode(), now=self.at)).case_number

    def issue(self, case: str, *papers: str) -> list[str]:
        """Take papers through their chain; returns their numbers."""
        numbers = []
        for paper in papers:
            self.do("li", "submit", case, paper=paper)
            self.do("shen", "approve", case, paper=paper)
            numbers.append(self._done("qian", "sign", case, paper=paper))  # what it lacks was let pass at its approval
        return numbers

    def let_pass(self, case: str, paper: str) -> None:
        """Put on record that somebody let pass what a paper lacks; a paper that is not there lacks nothing."""
        with self.installation.database.writing() as session:
            document = session.scalars(
                select(Document.id)
                .join(Case, Case.id == Document.case_id)
                .where(Case.case_number == case, Document.ref == paper, Document.status == DocumentStatus.SIGNING)
            ).one_or_none()
            if document is None:
                return
            said = content(
                session,
                document,
                settings=self.installation.settings,
                rules=rulebook(session),
                issued_on=local_date(self.at),
                number=None,
                signatory=None,
            )
            passed = set(session.scalars(select(Waiver.remark).where(Waiver.document_id == document)))
            by = session.scalars(select(User.id).order_by(User.account != "qian", User.id)).first()
            session.add_all(
                Waiver(
                    document_id=document,
                    remark=one.key,
                    what=one.what,
                    reason="样例资料未载明。",
                    waived_by=by,
                    waived_at=self.at,
                )
                for one in remarks_on(said)
                if one.waivable and one.weight is Weight.MISSING and one.key not in passed
            )

    def address(self, case: str) -> None:
        """Give every measure a unit, every item an organ, and every date that has passed a new one."""
        with self.installation.database.reading() as session:
            held = select(Assignment.measure_id)
            of_case = select(Case.id).where(Case.case_number == case).scalar_subquery()
            nobodys = session.scalars(
                select(Measure.ref).where(Measure.case_id == of_case, Measure.id.not_in(held))
            ).all()
            past = session.scalars(
                select(Measure.ref)
                .join(Assignment, Assignment.measure_id == Measure.id)
                .where(Measure.case_id == of_case, Assignment.due_on <= self.at.date())
                .distinct()
            ).all()
            items = session.scalars(
                select(AccountabilityItem.ref).where(
                    AccountabilityItem.case_id == of_case,
                    AccountabilityItem.informational.is_(False),
                    AccountabilityItem.competent_organ_id.is_(None),
                )
            ).all()
            unit = session.scalars(
                select(Organisation.name)
                .where(Organisation.kind != OrganisationKind.ENTERPRISE, Organisation.issues_as.is_(None))
                .order_by(Organisation.id)
            ).first()
        for measure in nobodys:
            self.do("li", "confirm-responsible", case, measure=measure, organisation=unit)
        for measure in past:
            self.do("li", "edit-measure", case, measure=measure, due=self.at.date() + timedelta(days=60))
        for item in items:
            self.do("li", "confirm-organ", case, item=item, organ=self.discipline())
        self.prove(case)

    def discipline(self) -> str:
        """Return the supervision organ of the place, registered where the sample does not name it."""
        name, kind, division = "鄂州市纪委监委", OrganisationKind.DISCIPLINE_INSPECTION, "420700"
        with self.installation.database.writing() as session:
            if session.scalar(select(Organisation.id).where(Organisation.name == name)) is None:
                organisations.add_organisation(session, name, kind, division_code=division)
        return name

    def approved(self, organ: str) -> None:
        """Put on record that the bureau's party committee approved to hand clues to an organ, once."""
        with self.installation.database.reading() as session:
            known = select(Authority.id).where(Authority.kind == AuthorityKind.PARTY_APPROVAL)
            if session.scalar(known.limit(1)) is not None:
                return
        self.in_office(
            "nei",
            "record-authority",
            basis_kind=AuthorityKind.PARTY_APPROVAL,
            number="某公党〔2025〕7号",
            given_by="市公安局党委",
            scope="移送问题线索",
            scan=Stored("0" * 64, 1),
            file_name="凭据.pdf",
            valid_from=date(2000, 1, 1),
            organisation=organ,
        )

    def prove(self, case: str, *items: str) -> None:
        """Put evidence behind items: by default behind all that a proposal may ask about."""
        with self.installation.database.reading() as session:
            asked = session.scalars(
                select(AccountabilityItem.ref)
                .join(Case, Case.id == AccountabilityItem.case_id)
                .where(Case.case_number == case, AccountabilityItem.informational.is_(False))
                .order_by(AccountabilityItem.id)
            ).all()
        for item in items or asked:
            evidence = self.do("li", "add-evidence", case, title="履职情况调查笔录", reference="调查卷宗")
            self.do("li", "edit-accountability", case, item=item, evidence=[evidence])

    def papers(self, case: str, *statuses: DocumentStatus, kind: DocumentKind | None = None) -> list[str]:
        """Return the short names of a case's papers that stand in one of the states."""
        query = select(Document.ref).join(Case, Case.id == Document.case_id).where(Case.case_number == case)
        if statuses:
            query = query.where(Document.status.in_(statuses))
        if kind is not None:
            query = query.where(Document.kind == kind)
        with self.installation.database.reading() as session:
            return list(session.scalars(query.order_by(Document.id)))

    def rectifying(self, sample: str = "ezhou-one-death", variant: int = 0, *, bare: bool = False) -> str:
        """File a case, address everything, and sign its report."""
        case = self.file(sample, variant, bare=bare)
        self.address(case)
        self.issue(case, "D1")
        return case

    def prepare(self, case: str) -> list[str]:
        """Draft the notices and proposals of a case by hand; returns their short names."""
        drafted: list[str] = self.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
        drafted += self.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
        return drafted

    def deliver(self, case: str, *papers: str) -> None:
        """Serve papers by the officer, who may see restricted ones too."""
        for paper in papers:
            self.do("li", "deliver", case, paper=paper)

    def summon(self, case: str, talk: int) -> str:
        """Approve a talk, arrange it for the day after tomorrow, and serve its notice; returns the notice."""
        notice: str = self.do("ling", "decide-talk", case, talk=talk, approve=True)
        self.do(
            "li",
            "arrange-talk",
            case,
            talk=talk,
            planned_for=self.at + timedelta(days=2),
            place="支队会议室",
            chaired_by="凌某（分管领导）",
        )
        self.issue(case, notice)
        self.deliver(case, notice)
        return notice

    def finish(self, case: str) -> None:
        """Settle all, and have excused what is missing: the case can be archived."""
        self.settle(case)
        self.excuse(case)

    def settle(self, case: str) -> None:
        """Close every measure with a reason, and waive the order where there is none."""
        with self.installation.database.reading() as session:
            open_ones = session.execute(
                select(Measure.ref, Organisation.name)
                .select_from(Assignment)
                .join(Measure, Measure.id == Assignment.measure_id)
                .join(Organisation, Organisation.id == Assignment.organisation_id)
                .join(Case, Case.id == Assignment.case_id)
                .where(Case.case_number == case, Assignment.state != AssignmentState.CLOSED)
                .order_by(Assignment.id)
            ).all()
        for measure, organisation in open_ones:
            self.do(
                "li",
                "close-measure",
                case,
                measure=measure,
                organisation=organisation,
                outcome=Outcome.NO_LONGER_APPLICABLE,
                reason="道路已改线，措施不再适用。",
            )
        if not self.papers(case, kind=DocumentKind.SUPERVISION_ORDER):
            self.do(
                "ling", "mark-not-applicable", case, kind=DocumentKind.SUPERVISION_ORDER, reason="各单位均按期办理。"
            )

    def lacking(self, case: str, account: str = "ling") -> list[GapShown]:
        """Return what a case lacks before it is archived and nobody excused."""
        with self.installation.database.reading() as session:
            actor = find_actor(session, account, self.at)
            found = completeness(session, actor, case, self.installation.files)
        return [one for one in found if one.blocks]

    def excuse(self, case: str, *further: str) -> None:
        """Let be missing whatever may be; of restricted papers the signer knows who signed them."""
        for account in ("ling", "qian", *further):
            keys = [one.key for one in self.lacking(case, account) if one.excusable]
            if keys:
                self.do(account, "excuse-missing", case, missing=keys, reason="已核实，原件存放纸质卷宗。")

    def archive(self, case: str) -> str:
        """Finish what is open, and archive; returns the 档号."""
        self.finish(case)
        number: str = self.do("dang", "archive", case)
        return number

    def seal_volume(self, case: str) -> Path:
        """Render what is to be rendered and seal the volume of an archived case; returns its package."""
        with working_in(self.installation):
            carry(self.installation, case, self.at)
        with self.installation.database.reading() as session:
            path = session.scalars(
                select(Archive.package_path)
                .join(Case, Case.id == Archive.case_id)
                .where(Case.case_number == case, Archive.reopened_at.is_(None))
            ).one()
        return Path(self.installation.settings.archives) / str(path)

    def archived(self, sample: str = "ezhou-one-death", variant: int = 0) -> str:
        """Carry a case by hand from its dossier to its archive; nothing is rendered or packed yet."""
        case = self.rectifying(sample, variant)
        papers = self.prepare(case)
        self.issue(case, *papers)
        self.deliver(case, *papers)
        self.archive(case)
        return case


@contextmanager
def story_in(url: str, home: Path, *, durable: bool = False) -> Iterator[Story]:
    """Tell a story in a database that `staffed` prepared; files and packages go below `home`."""
    told = frozenset((name, value) for name, value in os.environ.items() if name.startswith("SHENCHA_"))
    settings = _settings(told).model_copy(update={"home": home, "database_url": SecretStr(url)})
    database = Database(url, durable=durable)
    try:
        yield Story(Installation(settings, database))
    finally:
        database.close()


@cache
def _settings(_environ: frozenset[tuple[str, str]]) -> Settings:
    """Read once for an environment: to read them takes longer than to copy a database."""
    return Settings()


Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Beginning(Generic[Told]):
    """What many tests have in common: `told` in a process once, and copied with its files for every test that goes on."""

    prepare: Callable[[str], None]
    home: Path
    story: Story
    told: Told

    def copied(self, databases: Databases, home: Path) -> str:
        """Return the URL of a database in which it has happened, with its files below `home`."""
        shutil.copytree(self.home, home, dirs_exist_ok=True)
        return databases.fresh(self.prepare)

    def of(self, story: Story) -> Told:
        """Return what was told, as if this story had told it, which stands at the same moment then."""
        story.at = self.story.at
        return deepcopy(self.told, {id(self.story): story})


_BEGUN: dict[tuple[Databases, Callable[[Story], Any]], Beginning[Any]] = {}


def beginning(databases: Databases, tell: Callable[[Story], Told]) -> Beginning[Told]:
    """Return what `tell` tells of a staffed office; each is told once in a process and a kind of database."""
    if (databases, tell) not in _BEGUN:
        _BEGUN[databases, tell] = _told_once(databases, tell)
    return _BEGUN[databases, tell]


def _told_once(databases: Databases, tell: Callable[[Story], Told]) -> Beginning[Told]:
    home = Path(tempfile.mkdtemp(prefix="beginning-", dir=databases.folder))
    found: list[Beginning[Told]] = []

    def prepare(url: str) -> None:
        with story_in(url, home) as story:
            found.append(Beginning(prepare, home, story, tell(story)))

    databases.drop(databases.fresh(prepare, on=staffed))
    return found[0]
