"""Files on their way to a browser: papers by their final file or PDF, named by number and title; evidence comes later.

A route, and not Streamlit's download button: the address works after a reload, and the file never lies in a page's
memory. Who may not see the paper is told that there is none.
"""

from __future__ import annotations

from pathlib import PurePath
from urllib.parse import quote

from anyio import to_thread
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from documents import pdf
from models.dossier.workbook import blank
from models.errors import NotFound, Refused
from models.media import XLSX
from ui.ledger_out import ledger_of
from ui.package_out import package_zip
from ui.papers_out import paper_file, print_set
from ui.web import house
from ui.web.gate import signed_in

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

LEDGER, ARCHIVES = "/file/ledger.xlsx", "/file/archives/"

MOST = 50
"""How many papers one print set holds."""


def routes() -> list[Route]:
    """Return the routes of files."""
    return [
        Route(f"{ARCHIVES}{{number}}.zip", archive_package),
        Route("/file/{case}/{paper}.{form}", paper),
        Route(LEDGER, ledger_file),
        Route("/file-print/set", together),
        Route("/file-template/dossier.xlsx", blank_dossier),
    ]


def address(case_number: str, ref: str, form: str) -> str:
    """Return where a paper's file is found."""
    return f"/file/{quote(case_number)}/{quote(ref)}.{form}"


def archive_address(number: str) -> str:
    """Return where the package of a volume or of a supplement is found."""
    return f"{ARCHIVES}{quote(number)}.zip"


async def paper(request: Request) -> Response:
    """Hand out a paper as docx, or as PDF where this machine can make one; `?show=1` shows it instead of saving it."""
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
    try:
        name, data = await to_thread.run_sync(lambda: ledger_of(house.desk(), account))
    except Refused as refusal:
        return PlainTextResponse(refusal.message, 404)
    return Response(
        data, media_type=TYPES["xlsx"], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )


async def archive_package(request: Request) -> Response:
    """Hand out a sealed package as one zip file."""
    account, number = signed_in(request).account, request.path_params["number"]
    try:
        name, path = await to_thread.run_sync(lambda: package_zip(house.desk(), account, number))
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
        data = await to_thread.run_sync(lambda: print_set(house.desk(), account, papers, pdf=form == "pdf"))
    except Refused as refusal:
        return PlainTextResponse(refusal.message, 404 if isinstance(refusal, NotFound) else 409)
    how = "inline" if form == "pdf" else "attachment"
    name = quote(f"打印套件.{form}")
    return Response(data, media_type=TYPES[form], headers={"Content-Disposition": f"{how}; filename*=UTF-8''{name}"})


async def blank_dossier(_request: Request) -> Response:
    """Hand out the empty spreadsheet from which a case can be filed."""
    data = await to_thread.run_sync(blank)
    how = f"attachment; filename*=UTF-8''{quote('案情卷空白表格.xlsx')}"
    return Response(data, media_type=XLSX.mime, headers={"Content-Disposition": how})


def _made(account: str, case_number: str, ref: str, form: str) -> tuple[str, bytes]:
    name, data = paper_file(house.desk(), account, case_number, ref, pdf=form == "pdf")
    return str(PurePath(name).with_suffix(f".{form}")), data
