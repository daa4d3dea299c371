"""File downloads: final files and PDFs of papers, named by number and title, and files that others handed in.

A route, and not Streamlit's download button: the address works after a reload, and the file never lies in a page's
memory. Who may not see the paper is told that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from io import BytesIO
from pathlib import PurePath
from urllib.parse import quote

from anyio import to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from documents import pdf
from models.accident.dossier.workbook_out import blank
from models.case.queries.attachments import (
    FileFound,
    ReplyFileShown,
    authority_scan,
    decision_scan,
    evidence_file,
    evidence_thumbnail,
    incoming_scan,
    reply_file,
    verification_photo,
)
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Invalid, NotFound, Refused
from models.kernel.installation import Reading
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.media import JPEG, PDF, PNG, WEBP, XLSX, acting_in, recognise
from models.overview.queries.examinations import known_of, refuse_locked
from models.register.queries.hazards import hazard_photo
from ui.circular_book import circular_file
from ui.figures_book import figures_book
from ui.hazard_book import filters_of, hazard_ledger
from ui.ledger_out import ledger_of
from ui.package_out import package_zip
from ui.papers_out import paper_file, print_set
from ui.register_out import register_book
from ui.site_check_out import site_check_of
from ui.web import served
from ui.web.gate import signed_in
from ui.web.leading import territory
from ui.web.parts.figure_parts import by_in, counted_in, period_in
from ui.web.parts.register_parts import wanted_in
from ui.web.parts.words import Html

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

LEDGER, ARCHIVES = "/file/ledger.xlsx", "/file/archives/"
HAZARDS = "/file-hazard/ledger.xlsx"
REGISTER_FILE = "/file-register/accidents.xlsx"
FIGURES_FILE = "/file-register/figures.xlsx"

MOST = 50
"""How many papers one print set holds."""

SHOWN = {one.mime for one in (PNG, JPEG, WEBP, PDF)}
"""Pictures and PDF: what a browser shows by itself without running anything that stands in it."""


CAREFUL, UNKNOWN = "小心打开_", "application/octet-stream"
"""How the name of a file begins that acts when somebody opens it, and what nobody recognises."""

DRAWN_ONLY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""What a picture may do that is looked at by itself."""


def routes() -> list[Route]:
    """Return the routes of files."""
    return [
        Route(f"{ARCHIVES}{{number}}.zip", archive_package),
        Route("/file/{case}/evidence/{evidence}", of_evidence),
        Route("/file/{case}/evidence/{evidence}/small", small_evidence),
        Route("/file/{case}/reply/{reply}/{number:int}", of_reply),
        Route("/file/{case}/decision/{paper}", of_decision),
        Route("/file/{case}/incoming/{incoming}", of_incoming),
        Route("/file/{case}/incoming/{incoming}/closing", closing_of_incoming),
        Route("/file/{case}/verification/{number:int}", of_verification),
        Route("/file/{case}/{paper}.{form}", paper),
        Route("/file-authority/{number:int}", of_authority),
        Route("/file-hazard/{hazard}/{number:int}", of_hazard),
        Route("/file-hazard/{hazard}/{number:int}/small", small_of_hazard),
        Route("/file-hazard/{hazard}/check.docx", site_check),
        Route("/file-circular/{case}/{paper}.xlsx", circular_tables),
        Route(FIGURES_FILE, figures_file),
        Route(HAZARDS, hazards_file),
        Route(LEDGER, ledger_file),
        Route(REGISTER_FILE, register_file),
        Route("/file-print/set", together),
        Route("/file-template/dossier.xlsx", blank_dossier),
    ]


def address(case_number: str, ref: str, form: str) -> str:
    """Return where a paper's file is found."""
    return f"/file/{quote(case_number)}/{quote(ref)}.{form}"


def circular_address(case_number: str, ref: str) -> str:
    """Return where the tables of a circular are found."""
    return f"/file-circular/{quote(case_number)}/{quote(ref)}.xlsx"


def archive_address(number: str) -> str:
    """Return where the package of a volume or of a supplement is found."""
    return f"{ARCHIVES}{quote(number)}.zip"


def evidence_address(case_number: str, evidence: str) -> str:
    """Return where the file behind evidence is found."""
    return f"/file/{quote(case_number)}/evidence/{quote(evidence)}"


def small_address(case_number: str, evidence: str) -> str:
    """Return where the small picture of evidence is found."""
    return f"{evidence_address(case_number, evidence)}/small"


def photo_address(case_number: str, number: int) -> str:
    """Return where the photo of a check on site is found."""
    return f"/file/{quote(case_number)}/verification/{number}"


def hazard_photo_address(number: str, place: int) -> str:
    """Return where a photograph of a hazard is found; its small copy lies below, as small."""
    return f"/file-hazard/{quote(number)}/{place}"


def site_check_address(number: str) -> str:
    """Return where the form of a hazard's site check is found."""
    return f"/file-hazard/{quote(number)}/check.docx"


def decision_address(case_number: str, paper: str) -> str:
    """Return where the scan of the answer to a paper is found."""
    return f"/file/{quote(case_number)}/decision/{quote(paper)}"


def incoming_address(case_number: str, incoming: str) -> str:
    """Return where the scan of a paper that came in is found; what closed it lies below, as closing."""
    return f"/file/{quote(case_number)}/incoming/{quote(incoming)}"


def authority_address(number: int) -> str:
    """Return where the scan of a recorded authority is found."""
    return f"/file-authority/{number}"


def file_links(case_number: str, reply: str, files: Iterable[ReplyFileShown]) -> Html:
    """Return links to the files of a reply."""
    stem = f"/file/{quote(case_number)}/reply/{quote(reply)}"
    return Html("　".join(file_link(f"{stem}/{one.number}", named(one)) for one in files))


def named(file: ReplyFileShown) -> str:
    """Return the name of a file, with the further names under which the same one came."""
    others = "、".join(file.other_names)
    return f"{file.file_name}（又名{others}）" if others else file.file_name


def file_link(address: str, name: str) -> Html:
    """Return a link that opens a file beside the page."""
    return Html(f'<a class="sc-file" href="{escape(address)}" target="_blank" rel="noopener">{escape(name)}</a>')


async def of_evidence(request: Request) -> Response:
    """Hand out the file behind evidence."""
    asked = request.path_params
    return await _handed_in(
        request, lambda read: evidence_file(read.session, read.actor, asked["case"], asked["evidence"])
    )


async def small_evidence(request: Request) -> Response:
    """Hand out the small picture of evidence."""
    asked = request.path_params
    return await _handed_in(
        request, lambda read: evidence_thumbnail(read.session, read.actor, asked["case"], asked["evidence"]), _small
    )


async def of_reply(request: Request) -> Response:
    """Hand out a file that came with a reply."""
    asked = request.path_params
    return await _handed_in(
        request, lambda read: reply_file(read.session, read.actor, asked["case"], asked["reply"], asked["number"])
    )


async def of_verification(request: Request) -> Response:
    """Hand out the photo of a check on site."""
    asked = request.path_params
    return await _handed_in(
        request, lambda read: verification_photo(read.session, read.actor, asked["case"], asked["number"])
    )


async def of_hazard(request: Request) -> Response:
    """Hand out a photograph of a hazard."""
    asked = request.path_params
    return await _handed_in(
        request, lambda read: hazard_photo(read.session, read.actor, asked["hazard"], asked["number"])
    )


async def small_of_hazard(request: Request) -> Response:
    """Hand out the small copy of a photograph of a hazard."""
    asked = request.path_params
    return await _handed_in(
        request,
        lambda read: hazard_photo(read.session, read.actor, asked["hazard"], asked["number"], small=True),
        _small,
    )


async def site_check(request: Request) -> Response:
    """Hand out the form of a site check: as it was answered, or empty (`?blank=1`, and where nobody was there yet)."""
    account, number = signed_in(request).account, request.path_params["hazard"]
    blank = bool(request.query_params.get("blank"))
    try:
        name, data = await to_thread.run_sync(
            lambda: site_check_of(served.installation(), account, number, blank=blank)
        )
    except Refused as refusal:
        return PlainTextResponse(refusal.message, 404)
    return Response(
        data, media_type=TYPES["docx"], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )


async def hazards_file(request: Request) -> Response:
    """Hand out the ledger of hazards, narrowed as the address says."""
    account, asked = signed_in(request).account, filters_of(request.query_params)
    try:
        name, data = await to_thread.run_sync(lambda: hazard_ledger(served.installation(), account, asked))
    except Refused as refusal:
        return PlainTextResponse(refusal.message, 404)
    return Response(
        data, media_type=TYPES["xlsx"], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )


async def of_decision(request: Request) -> Response:
    """Hand out the scan of what a superior or our government answered to a paper."""
    asked = request.path_params
    return await _handed_in(
        request, lambda read: decision_scan(read.session, read.actor, asked["case"], asked["paper"])
    )


async def of_incoming(request: Request) -> Response:
    """Hand out the scan of a paper that came in."""
    asked = request.path_params
    return await _handed_in(
        request, lambda read: incoming_scan(read.session, read.actor, asked["case"], asked["incoming"])
    )


async def closing_of_incoming(request: Request) -> Response:
    """Hand out the scan of what answered or lifted a paper that came in."""
    asked = request.path_params
    return await _handed_in(
        request, lambda read: incoming_scan(read.session, read.actor, asked["case"], asked["incoming"], closing=True)
    )


async def of_authority(request: Request) -> Response:
    """Hand out the scan of a recorded authority."""
    number = request.path_params["number"]
    return await _handed_in(request, lambda read: authority_scan(read.session, read.actor, number))


async def _handed_in(
    request: Request, find: Callable[[Reading], FileFound], answer: Callable[[FileFound], Response] | None = None
) -> Response:
    """Answer with a file that somebody handed in, or say that there is none."""
    account = signed_in(request).account

    def kept() -> Response:
        with served.installation().reading(account) as read:
            found = find(read)
        return (answer or handed_in)(found)

    try:
        return await to_thread.run_sync(kept)
    except NotFound as refusal:
        return PlainTextResponse(refusal.message, 404)
    except Refused as refusal:
        return PlainTextResponse(refusal.message, 409)


def handed_in(found: FileFound) -> Response:
    """Return a file of the store by its name and hash: pictures and PDF are shown, everything else is saved.

    What acts when it is opened is saved under a name that warns. Raises Conflict for one in which malware was found.
    """
    installation = served.installation()
    with installation.database.reading() as session:
        known = known_of(session, found.sha256)
    refuse_locked(known)
    data = installation.files.read(found.sha256)
    kind = found.media_type or _kind_of(data, found.file_name)
    acts = (known is not None and bool(known.acts)) or _acts(data, kind)
    how = "inline" if kind in SHOWN and not acts else "attachment"
    name = quote(safe_name(f"{CAREFUL if acts else ''}{found.file_name}"))
    return Response(data, media_type=kind, headers={"Content-Disposition": f"{how}; filename*=UTF-8''{name}"})


def _kind_of(data: bytes, name: str) -> str:
    try:
        return recognise(data, name, len(data)).mime
    except Invalid:  # taken before there was a rule that would refuse it
        return UNKNOWN


def _acts(data: bytes, kind: str) -> bool:
    """Look into what a browser would show: it may have come before anybody did."""
    shown = next((one for one in (PNG, JPEG, WEBP, PDF) if one.mime == kind), None)
    return shown is not None and bool(acting_in(BytesIO(data), shown))


def _small(found: FileFound) -> Response:
    """Show a copy that we made ourselves, or a drawing that was found to do nothing; a browser is told so once more."""
    installation = served.installation()
    with installation.database.reading() as session:
        refuse_locked(known_of(session, found.sha256))  # a drawing is its own small picture
    data = installation.files.read(found.sha256)
    kind = found.media_type or (PNG.mime if data.startswith(b"\x89PNG") else JPEG.mime)
    return Response(
        data, media_type=kind, headers={"Content-Security-Policy": DRAWN_ONLY, "X-Content-Type-Options": "nosniff"}
    )


async def paper(request: Request) -> Response:
    """Hand out a paper as docx, or as PDF where one is on record or can be made here; `?show=1` shows it instead of saving it."""
    form = request.path_params["form"]
    if form not in ("docx", "pdf"):
        return PlainTextResponse("没有这种文件。", 404)
    try:
        name, data = await to_thread.run_sync(
            _made, signed_in(request).account, request.path_params["case"], request.path_params["paper"], form
        )
    except NotFound as refusal:
        return PlainTextResponse(refusal.message, 404)
    except Refused as refusal:
        return PlainTextResponse(refusal.message, 409)
    how = "inline" if form == "pdf" and request.query_params.get("show") else "attachment"
    return Response(
        data, media_type=TYPES[form], headers={"Content-Disposition": f"{how}; filename*=UTF-8''{quote(name)}"}
    )


async def ledger_file(request: Request) -> Response:
    """Hand out what a unit had and has to do as a spreadsheet."""
    account = signed_in(request).account
    return await _spreadsheet(lambda: ledger_of(served.installation(), account))


async def register_file(request: Request) -> Response:
    """Hand out the accidents that the address looks for as a spreadsheet."""
    account, asked = signed_in(request).account, dict(request.query_params)
    return await _spreadsheet(lambda: register_book(served.installation(), account, wanted_in(asked)))


async def figures_file(request: Request) -> Response:
    """Hand out the figures that the address asks for as a spreadsheet."""
    account, asked = signed_in(request).account, dict(request.query_params)
    return await _spreadsheet(lambda: _figures(account, asked))


def _figures(account: str, asked: dict[str, str]) -> tuple[str, bytes]:
    installation = served.installation()
    with installation.reading(account) as read:
        today = local_date(read.at)
        period = period_in(asked, today)
        counted = counted_in(asked, installation.settings.unit_division)
        told = territory.figures(installation, read, counted, period, today, by_in(asked))
    return f"事故数据（{period.called}）.xlsx", figures_book(told)


async def circular_tables(request: Request) -> Response:
    """Hand out the tables of a circular as a spreadsheet."""
    account, asked = signed_in(request).account, request.path_params
    return await _spreadsheet(lambda: circular_file(served.installation(), account, asked["case"], asked["paper"]))


async def _spreadsheet(made: Callable[[], tuple[str, bytes]]) -> Response:
    try:
        name, data = await to_thread.run_sync(made)
    except Refused as refusal:
        return PlainTextResponse(refusal.message, 404)
    return Response(
        data, media_type=TYPES["xlsx"], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )


async def archive_package(request: Request) -> Response:
    """Hand out a sealed package as one zip file."""
    account, number = signed_in(request).account, request.path_params["number"]
    try:
        name, path = await to_thread.run_sync(lambda: package_zip(served.installation(), account, number))
    except NotFound as refusal:
        return PlainTextResponse(refusal.message, 404)
    except Refused as refusal:
        return PlainTextResponse(refusal.message, 409)
    return FileResponse(
        path,
        media_type="application/zip",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
        background=BackgroundTask(path.unlink),
    )


async def together(request: Request) -> Response:
    """Hand out the papers that the address names (paper=CASE/D2, repeated) as one file to print."""
    asked = [tuple(name.split("/", 1)) for name in request.query_params.getlist("paper")][:MOST]
    papers = [(named[0], named[1]) for named in asked if len(named) == 2]
    if not papers:
        return PlainTextResponse("没有指明文书。", 404)
    form = "pdf" if pdf.available() else "docx"
    account = signed_in(request).account
    try:
        data = await to_thread.run_sync(lambda: print_set(served.installation(), account, papers, pdf=form == "pdf"))
    except Refused as refusal:
        return PlainTextResponse(refusal.message, 404 if isinstance(refusal, NotFound) else 409)
    how = "inline" if form == "pdf" else "attachment"
    name = quote(f"打印套件.{form}")
    return Response(data, media_type=TYPES[form], headers={"Content-Disposition": f"{how}; filename*=UTF-8''{name}"})


async def blank_dossier(_request: Request) -> Response:
    """Hand out the empty spreadsheet from which a case can be filed."""

    def made() -> bytes:
        with served.installation().database.reading():
            return blank()

    data = await to_thread.run_sync(made)
    how = f"attachment; filename*=UTF-8''{quote('案情卷空白表格.xlsx')}"
    return Response(data, media_type=XLSX.mime, headers={"Content-Disposition": how})


def _made(account: str, case_number: str, ref: str, form: str) -> tuple[str, bytes]:
    name, data = paper_file(served.installation(), account, case_number, ref, pdf=form == "pdf")
    return str(PurePath(name).with_suffix(f".{form}")), data
