"""The office that is attacked: everybody in it, two of its cases, and one of every kind of thing that has an address.

Every free text of the sealed case carries a mark (`tests/ui/web/test_every_screen.py`), what is restricted a second one.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from models.case.tables import Case
from models.kernel.act import acting
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.kernel.vocabulary import (
    AuthorityKind,
    DocumentKind,
    IncomingKind,
    OrganisationKind,
    Role,
    SuperiorAnswer,
)
from models.office.commands.organisations import add_organisation
from models.office.commands.signing_in import begin_session
from models.office.tables import Authority
from models.papers.tables import Document
from tests.stories import Story
from tests.ui.web.test_every_screen import FOREIGN, MARK, Foreign, a_foreign_case
from ui.passwords import token_hash
from ui.web.authentication import COOKIE
from ui.web.draft_page import routes as drafts
from ui.web.facts.routes import routes as facts
from ui.web.files_out import routes as files
from ui.web.frame import Frame
from ui.web.gate import Gate, Pages, below_our_doors
from ui.web.notice_page import routes as notices
from ui.web.signing_in import routes as signing_in

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8501"
ORIGIN = {"Origin": HERE}
CITY = "鄂州市人民政府"
SECRET_WORD = "玄黄"
"""Stands in what the restricted draft of the open case says, and in nothing else."""

# Whoever works in the unit of the cases, by account: one of every role of the police, and two officers.
UNIT = frozenset({"li", "wang", "nei", "shen", "huiq", "qian", "ling", "dang"})
OFFICERS = frozenset({"li", "wang"})
SERVED, RECUSED, ADMINISTRATOR = "zhu", "bi", "guan"
NEIGHBOUR, ELSEWHERE = FOREIGN[Role.AGENCY], FOREIGN[Role.OFFICER]
# The same unit's administrator, who sees no case; an officer of the unit who stays out of both cases; the unit that was
# served; and of another unit an officer and somebody who answers notices, whom neither case concerns.
EVERYBODY = (*sorted(UNIT), ADMINISTRATOR, RECUSED, SERVED, NEIGHBOUR, ELSEWHERE)


@dataclass
class Attacked:
    """The sealed case, the open one, and the short names of what lies in them."""

    sealed: Foreign
    open: str
    notices: list[str] = field(default_factory=list)
    volume: str = ""
    draft: str = ""
    secret_draft: str = ""
    request: str = ""
    incoming: str = ""
    evidence: str = ""
    authority: int = 0
    approval: int = 0


def an_office(story: Story) -> Attacked:
    """Tell both cases, and employ everybody."""
    sealed = a_foreign_case(story)
    by = FOREIGN[Role.ADMIN]
    for account, role in ((ADMINISTRATOR, Role.ADMIN), ("huiq", Role.COUNTERSIGNER), (RECUSED, Role.OFFICER)):
        story.employ(account, role, by=by)
    told = _open_case(story, Attacked(sealed, ""))
    for case in (sealed.case, told.open):
        story.do(RECUSED, "recuse", case, who=RECUSED, reason="与当事人有亲属关系")
    organ = story.discipline()
    told.authority = _recorded(story, AuthorityKind.INDEPENDENT, None)
    told.approval = _recorded(story, AuthorityKind.PARTY_APPROVAL, organ)
    with story.installation.database.reading() as session:
        of_sealed = select(Document.ref).join(Case, Case.id == Document.case_id).where(Case.case_number == sealed.case)
        notices = of_sealed.where(Document.kind == DocumentKind.RECTIFICATION_NOTICE).order_by(Document.id)
        told.notices = list(session.scalars(notices))
        told.volume = session.scalars(of_sealed.where(Document.kind == DocumentKind.TRACEBACK_ARCHIVE)).one()
    return told


def _recorded(story: Story, kind: AuthorityKind, organ: str | None) -> int:
    said = {"number": f"{kind.value}〔2025〕7号", "given_by": "市公安局党委", "scope": "移送问题线索"}
    scan = {"scan": story.scan(MARK), "file_name": "凭据.pdf", "valid_from": date(2001, 1, 1)}
    story.in_office("nei", "record-authority", basis_kind=kind, organisation=organ, **said, **scan)
    with story.installation.database.reading() as session:
        return session.scalars(select(Authority.id).where(Authority.number == said["number"])).one()


def _open_case(story: Story, told: Attacked) -> Attacked:
    """Tell a case whose report is signed: a request that was answered, a paper that came in, a secret draft."""
    with story.installation.database.writing() as session:
        add_organisation(session, CITY, OrganisationKind.GOVERNMENT, division_code="420700")
    told.open = case = story.rectifying(variant=1)
    scan = {"scan": story.scan(MARK), "file_name": f"{MARK}.pdf"}
    kept = {"file": scan["scan"], "file_name": f"{MARK}.pdf", "media_type": "application/pdf"}
    told.evidence = story.do("li", "add-evidence", case, title=f"{MARK}笔录", **kept)
    told.request = story.do(
        "li",
        "prepare-request",
        case,
        recipient=CITY,
        title=f"{MARK}事项",
        matter=f"{MARK}事项",
        reasons="汛期临近。",
        inclination="由我局行文",
    )
    story.issue(case, told.request)
    story.deliver(case, told.request)
    today = local_date(story.at)
    answer = {"number": "鄂州政办函〔2025〕9号", "decided_on": today, "summary": f"{MARK}同意。", **scan}
    story.do("nei", "record-superior-decision", case, paper=told.request, answer=SuperiorAnswer.APPROVED, **answer)
    came = {"number": "鄂州检建〔2025〕6号", "sender_name": "鄂州市人民检察院", "demand": f"{MARK}要求", **scan}
    told.incoming = story.do(
        "nei", "register-incoming", case, incoming_kind=IncomingKind.PROCURATORIAL, dated=today, **came
    )
    story.do("li", "close-incoming", case, incoming=told.incoming, note="已回复。", number="函1号", **scan)
    told.draft = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)[0]
    told.secret_draft = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)[0]
    story.do("li", "edit-paper", case, paper=told.secret_draft, title=f"关于{SECRET_WORD}的建议书", note=SECRET_WORD)
    return told


def program(settings: Settings) -> Starlette:
    """Return our own routes behind the gate, without Streamlit in the middle: a page is answered by its frame."""
    frame = Frame()
    routes: list[Route] = [*signing_in(settings), *files(), *facts(), *drafts(), *notices(), *below_our_doors()]
    walls = [Middleware(Gate, settings=settings, frame=frame), Middleware(Pages, frame=frame)]
    return Starlette(routes=routes, middleware=walls)


def token_of(story: Story, account: str) -> str:
    """Begin a session as the service of the house would; returns its token."""
    token = f"browser of {account}"
    with acting(story.installation.database, story.installation.settings, account, wall_clock()) as act:
        begin_session(act, token_hash(token), way="oidc")
    return token


def signed_in(client: TestClient, token: str | None) -> TestClient:
    """Give a browser the cookie of a session, or none."""
    client.cookies.clear()
    if token is not None:
        client.cookies.set(COOKIE, token)
    return client
