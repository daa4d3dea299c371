"""Every screen × role × object of others: whatever address is typed, nothing of anybody else appears.

The screens come from the registry: one that is added later is walked by itself. Every text of the foreign case carries
a mark; a mark on any page fails.
"""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from itertools import product
from urllib.parse import parse_qsl, quote

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Match, Route
from streamlit.testing.v1 import AppTest

from flows.case import carry
from flows.installation import working_in
from models.accident.dossier import read
from models.accountability.tables import AccountabilityItem
from models.archive.tables import Archive
from models.case.commands.filing import file_case
from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import DocumentKind, OrganisationKind, ReplyKind, Role
from models.office.commands.organisations import own_unit
from models.office.commands.signing_in import begin_session
from models.office.tables import Organisation, User
from models.papers.commands.renditions import Enclosure, PictureFile
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure, Verification
from models.samples import dossier_bytes
from tests.databases import Databases
from tests.stories import Beginning, Story, beginning
from tests.ui.web.conftest import Look, words
from ui.passwords import token_hash
from ui.web.authentication import COOKIE
from ui.web.files_out import routes
from ui.web.frame import Frame
from ui.web.gate import Gate
from ui.web.navigation import EVERYONE, Screen, screens, screens_of

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

MARK = "他单位标记"
FOREIGN = {role: f"w-{role.value}" for role in EVERYONE | {Role.AUDITOR}}


@dataclass
class Foreign:
    """The case of others, and everything in it that an address could name."""

    case: str
    papers: list[str] = field(default_factory=list)
    restricted: list[str] = field(default_factory=list)
    archive: str = ""
    unit: int = 0
    evidence: str = ""
    hazard: str = ""


def marked(dossier: dict[str, object]) -> dict[str, object]:
    """Return a dossier in which every free text carries the mark."""

    def walk(value: object, name: str = "") -> object:
        if isinstance(value, dict):
            return {key: walk(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, name) for inner in value]
        return f"{MARK}{value}" if isinstance(value, str) and name in ("text", "place", "title", "summary") else value

    found = walk(dossier)
    assert isinstance(found, dict)
    return found


@pytest.fixture
def begun(sqlite_databases: Databases) -> Beginning[Foreign]:
    return beginning(sqlite_databases, a_foreign_case)


@pytest.fixture
def foreign(begun: Beginning[Foreign], story: Story) -> Foreign:
    return begun.of(story)


def a_foreign_case(story: Story) -> Foreign:
    """A case of our unit, archived with restricted papers; every account that looks belongs to another unit."""
    story.at = wall_clock()
    dossier = marked(json.loads(dossier_bytes("ezhou-one-death")))
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        case = file_case(act, read(json.dumps(dossier).encode(), now=story.at)).case_number
    scan = story.scan(MARK)
    evidence = story.do(
        "li",
        "add-evidence",
        case,
        title=f"{MARK}照片",
        file=scan,
        file_name=f"{MARK}.pdf",
        media_type="application/pdf",
    )
    hazard = story.in_office(
        "li",
        "report-hazard",
        description=f"{MARK}隐患",
        place=f"{MARK}路口",
        photos=[PictureFile(scan, f"{MARK}.pdf", "application/pdf")],
    )
    story.address(case)
    story.issue(case, "D1")
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    notice = next(ref for ref in story.papers(case, kind=DocumentKind.RECTIFICATION_NOTICE))
    with story.installation.database.reading() as session:
        recipient = session.scalars(
            select(Organisation.name)
            .join(Document, Document.recipient_id == Organisation.id)
            .where(Document.ref == notice)
        ).one()
        measures = session.scalars(
            select(Measure.ref)
            .join(Assignment, Assignment.measure_id == Measure.id)
            .join(Document, Document.id == Assignment.notice_id)
            .where(Document.ref == notice)
        ).all()
    story.employ("zhu", Role.AGENCY, unit=recipient)
    story.do("zhu", "acknowledge", case, paper=notice, received_by=f"{MARK}签收人")
    photo = Enclosure(scan, f"{MARK}.pdf", "application/pdf")
    story.do("zhu", "reply", case, kind=ReplyKind.PLAN, measures=measures[:1], text=f"{MARK}反馈", files=[photo])
    with story.installation.database.writing() as session:
        checked = session.execute(select(Assignment.id, Assignment.case_id).order_by(Assignment.id)).first()
        assert checked is not None
        session.add(
            Verification(
                case_id=checked.case_id,
                assignment_id=checked.id,
                passed=True,
                place=f"{MARK}现场",
                note=f"{MARK}情况",
                photo_sha256=scan.sha256,
                photo_name=f"{MARK}.pdf",
                verifier_id=session.scalars(select(User.id).where(User.account == "wang")).one(),
                verified_at=story.at,
            )
        )
    story.archive(case)
    with working_in(story.installation):
        carry(story.installation, case, story.at)
    _employ_elsewhere(story)
    with story.installation.database.reading() as session:
        return Foreign(
            case,
            papers=list(session.scalars(select(Document.ref).order_by(Document.id))),
            restricted=list(session.scalars(select(Document.ref).where(Document.restricted))),
            archive=session.scalars(select(Archive.archive_number)).one(),
            unit=own_unit(session).id,
            evidence=evidence,
            hazard=hazard,
        )


def _employ_elsewhere(story: Story) -> None:
    """Give every role to somebody of a unit that has nothing to do with the case."""
    with story.installation.database.writing() as session:
        other = Organisation(name="外地支队", kind=OrganisationKind.POLICE, path="")
        session.add(other)
        session.flush()
        other.path = f"/{other.id}/"
    for role, account in sorted(FOREIGN.items(), key=lambda pair: pair[0] is Role.ADMIN):
        story.employ(account, role, unit="外地支队")


def addresses(foreign: Foreign) -> list[dict[str, str]]:
    """Return what can be typed behind the address of any screen: every name of the foreign case, in every part."""
    numbers = [{}, {"number": foreign.case}, {"number": foreign.archive}, {"number": foreign.hazard}]
    asked: list[dict[str, str]] = [
        {"words": MARK},
        {"words": foreign.case},
        {"unit": str(foreign.unit)},
        {"account": "li"},
        {"state": "all"},
        *({"what": what, "unit": str(foreign.unit)} for what in ("late", "accidents", "measures", "warnings")),
    ]
    inside = [{"paper": paper} for paper in foreign.papers[:1] + foreign.restricted[:1]]
    inside += [{"reply": "R1"}, {"talk": "1"}, {"measure": "M1", "part": "measures"}]
    inside += [{"part": part} for part in ("record", "evidence")]
    return [*numbers, *asked, *({"number": foreign.case, **more} for more in inside)]


def declared(screen: Screen, foreign: Foreign) -> list[dict[str, str]]:
    """Return the addresses that a screen itself says it has, with the foreign names in them."""
    names = {"case": foreign.case, "paper": foreign.papers[0], "volume": foreign.archive}
    names |= {"asking": foreign.case, "extension": "R1", "dispute": "R1"}
    return [dict(parse_qsl(part.format(**names).lstrip("?"))) for part in screen.pictured]


@pytest.mark.parametrize("role", sorted(FOREIGN), ids=lambda role: role.value)
def test_no_screen_shows_anything_of_another_unit(role: Role, foreign: Foreign, look: Look) -> None:
    """What a role has shows nothing of the foreign case, and what it has not is not there by its address either."""
    account, mine = FOREIGN[role], screens_of({role})
    shown = 0
    for screen in mine:
        for query in [*declared(screen, foreign), *_of_kind(screen, addresses(foreign))]:
            page = look(account, screen.address, **query)
            assert not page.exception, (screen.address, query)
            _nothing_of(page, foreign, (role.value, screen.address, query))
            shown += 1
    assert shown > len(mine)
    for screen in screens():
        if screen not in mine:
            page = look(account, screen.address, number=foreign.case)
            assert not any(title.value == screen.title for title in page.title), screen.address
            _nothing_of(page, foreign, (role.value, screen.address))


def _of_kind(screen: Screen, asked: list[dict[str, str]]) -> list[dict[str, str]]:
    """Keep what a screen could read from its address: its program is what tells."""
    source = inspect.getsource(import_module(screen.show.__module__))
    if screen.address == "case":
        return asked
    return [query for query in asked if all(f'"{name}"' in source for name in query)]


def _nothing_of(page: AppTest, foreign: Foreign, where: object) -> None:
    typed = {str(value) for value in page.query_params.values()}
    # Where an accident happened stands in the register of the territory, for all police alike; nothing of its case does.
    said = _said(page).replace(f"{MARK}{json.loads(dossier_bytes('ezhou-one-death'))['accident']['place']}", "")
    assert MARK not in said, where
    if not any(foreign.case in value or value in foreign.case for value in typed):
        assert foreign.case not in said, where
        if foreign.archive not in typed:  # what somebody typed is told to them again
            assert foreign.archive not in said, where


def _said(page: AppTest) -> str:
    """Return what a page says, except what its reader typed into it."""
    fields = [*page.text_input, *page.text_area]
    offered = [option for box in [*page.selectbox, *page.multiselect] for option in box.options]
    typed = {str(box.value) for box in fields if box.label}
    return "\n".join(
        [words(page), *map(str, offered), *(str(box.value) for box in page.text_area if box.value not in typed)]
    )


@pytest.fixture
def browser(foreign: Foreign, story: Story) -> Callable[[str], TestClient]:
    """Browsers that are signed in, at the routes of files behind the gate."""
    gate = Middleware(Gate, settings=story.installation.settings, frame=Frame())
    program = Starlette(routes=routes(), middleware=[gate])

    def of(account: str) -> TestClient:
        token = f"browser of {account}"
        with acting(story.installation.database, story.installation.settings, account, wall_clock()) as act:
            begin_session(act, token_hash(token), way="oidc")
        return TestClient(program, base_url="http://127.0.0.1:8501", cookies={COOKIE: token})

    return of


def test_no_file_of_another_unit_is_handed_out(foreign: Foreign, browser: Callable[[str], TestClient]) -> None:
    """Each route of files with every foreign name in it; what a route does not know it cannot give."""
    wanted = [f"/file/{foreign.case}/{paper}.{form}" for paper, form in product(foreign.papers, ("docx", "pdf"))]
    wanted += [
        f"/file/archives/{quote(foreign.archive)}.zip",
        f"/file/archives/{quote(foreign.archive)}-%E8%A1%A51.zip",
        f"/file/{foreign.case}/evidence/{foreign.evidence}",
        f"/file/{foreign.case}/evidence/{foreign.evidence}/small",
        f"/file/{foreign.case}/reply/R1/1",
        f"/file/{foreign.case}/verification/1",
        f"/file/{foreign.case}/incoming/W1",
        f"/file/{foreign.case}/incoming/W1/closing",
        *(f"/file/{foreign.case}/decision/{paper}" for paper in foreign.papers),
        f"/file-hazard/{foreign.hazard}/1",
        f"/file-hazard/{foreign.hazard}/1/small",
        f"/file-hazard/{foreign.hazard}/check.docx",
        f"/file-circular/{foreign.case}/{foreign.papers[0]}.xlsx",
    ]
    walked = {route.name for route in routes() for address in wanted if _fits(route, address)}
    of_no_case = {
        "ledger_file",
        "hazards_file",
        "register_file",
        "figures_file",
        "together",
        "blank_dossier",
        "of_authority",
    }
    assert {route.name for route in routes()} - walked <= of_no_case, "a new route of files must be walked here"
    for role, account in FOREIGN.items():
        visitor = browser(account)
        for address in wanted:
            answer = visitor.get(address)
            assert answer.status_code == 404, (role, address)
            assert MARK not in answer.text, (role, address)
        printed = visitor.get(f"/file-print/set?paper={foreign.case}/{foreign.papers[0]}")
        assert printed.status_code == 404, role
        assert MARK not in printed.text, role
        ledger = visitor.get("/file/ledger.xlsx")
        assert ledger.status_code == (200 if role is Role.AGENCY else 404), role
        assert foreign.case.encode() not in ledger.content
        hazards = visitor.get("/file-hazard/ledger.xlsx?part=all")
        assert hazards.status_code == (404 if role in (Role.ADMIN, Role.AUDITOR) else 200), role
        assert hazards.status_code == 404 or len(list(load_workbook(BytesIO(hazards.content)).active)) == 1, role
        register = visitor.get("/file-register/accidents.xlsx")
        assert register.status_code == (200 if role in (Role.OFFICER, Role.LEADER) else 404), role
        if register.status_code == 200:
            lines = load_workbook(BytesIO(register.content)).active
            assert lines is not None
            assert foreign.case not in str(list(lines.iter_rows(values_only=True)))


def test_what_was_handed_in_is_for_the_police_of_the_case_and_for_who_handed_it_in(
    foreign: Foreign, browser: Callable[[str], TestClient]
) -> None:
    ours, theirs = browser("wang"), browser("zhu")
    answer = theirs.get(f"/file/{foreign.case}/reply/R1/1")
    assert answer.status_code == 200
    assert MARK in answer.content.decode()
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == f"inline; filename*=UTF-8''{quote(MARK)}.pdf"
    assert ours.get(f"/file/{foreign.case}/reply/R1/1").content == answer.content
    assert ours.get(f"/file/{foreign.case}/evidence/{foreign.evidence}").content == answer.content
    photo = ours.get(f"/file/{foreign.case}/verification/1")
    assert (photo.content, photo.headers["content-type"]) == (answer.content, "application/pdf")
    assert theirs.get(f"/file/{foreign.case}/verification/1").status_code == 404
    missing = (
        f"evidence/{foreign.evidence}",
        "evidence/E99",
        "verification/0",
        "verification/2",
        "reply/R1/2",
        "reply/R1/0",
        "reply/R9/1",
    )
    assert {theirs.get(f"/file/{foreign.case}/{asked}").status_code for asked in missing} == {404}
    assert {ours.get(f"/file/{foreign.case}/{asked}").status_code for asked in missing[1:]} == {404}


def _fits(route: Route, address: str) -> bool:
    match, _ = route.matches({"type": "http", "path": address, "method": "GET", "headers": []})
    return match is not Match.NONE


def test_restricted_papers_are_for_those_on_their_list(
    foreign: Foreign, story: Story, look: Look, browser: Callable[[str], TestClient]
) -> None:
    """Colleagues of the very unit, whose case it is, get no restricted paper, nor a word of it."""
    assert foreign.restricted
    with story.installation.database.reading() as session:
        subjects = [text for text in session.scalars(select(AccountabilityItem.text)) if text]
    for account in ("wang", "nei", "ling"):
        visitor = browser(account)
        for paper in foreign.restricted:
            page = look(account, "case", number=foreign.case, part="papers", paper=paper)
            assert not page.exception
            assert "倒查问责建议书" not in "".join(str(title.value) for title in page.subheader), (account, paper)
            assert not any(text in words(page) for text in subjects), (account, paper)
            assert visitor.get(f"/file/{foreign.case}/{paper}.docx").status_code == 404, account


def test_the_recipient_of_a_notice_sees_the_notice_and_not_the_inside(foreign: Foreign, look: Look) -> None:
    """The mark is found where it belongs: a walk that finds it nowhere would prove nothing."""
    assert MARK in words(look("li", "case", number=foreign.case, part="measures"))
    assert MARK in words(look("zhu", "mine", state="all"))
    for part in ("evidence", "runs"):
        assert "没有登记证据" not in words(look("zhu", "case", number=foreign.case, part=part))
