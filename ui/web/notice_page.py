"""The page behind the code printed on a notice: plain HTML for a telephone, without account, script or Streamlit.

The link shows the notice and keeps a draft. Signing for it and answering take the digits of the sealed paper, or a scan
of the answer with the unit's own seal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from anyio import to_thread
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from models.commands.act import Act
from models.commands.notice_links import answering, answering_by_scan, drafting, show_code
from models.commands.registry import ACTIONS
from models.commands.renditions import Enclosure
from models.commands.reply_drafts import save_draft
from models.errors import Invalid, NotFound, Refused
from models.queries.attachments import reply_file
from models.queries.notice_links import Opened, notice_page, opened
from models.queries.rulebook import rulebook
from models.rules.vocabulary import ReplyKind
from ui.incoming import Incoming, receive
from ui.web import house
from ui.web.files_out import SHOWN, handed_in
from ui.web.forms import STALE, from_our_form, with_form_cookie
from ui.web.notice_view import shown
from ui.web.own_page import page
from ui.web.pace import Pace

PLACE = "/n/{token}"
FILES_PLACE = "/n/{token}/{case}/{reply}/{number:int}"
OPENED_AT = "/n/"
LONGEST, FILES, FILE_FIELDS = 5000, 5, 30
# A whole office may stand behind one address; somebody who tries links gets few for the asking.
VISITS, WRONG = Pace(120, 0.5), Pace(10, 60)
SCANS = Pace(5, 600)  # by link: who has no code puts a file into the store before anybody has looked at it
OFTEN = "访问过于频繁，请稍后再试。"

Uploads = Mapping[str, list[UploadFile]]
Told = tuple[str | None, str | None]  # what was done, what went wrong


def routes() -> list[Route]:
    """Return the routes of notices: the page, and the files of the answers that stand on it."""
    return [Route(PLACE, notice, methods=["GET", "POST"]), Route(FILES_PLACE, answered_with)]


async def notice(request: Request) -> Response:
    """Show a notice, or take what was written about it."""
    address = request.client.host if request.client else ""
    token = request.path_params["token"]
    if not VISITS.allows(address):
        return _nothing(OFTEN, 429)
    if request.method == "GET":
        return await to_thread.run_sync(_answer, request, token, address, (None, None), {})
    limit = house.desk().settings.max_file_bytes
    async with request.form(max_files=FILES + 1, max_fields=FILE_FIELDS, max_part_size=limit) as given:
        if not from_our_form(request, {name: value for name, value in given.items() if isinstance(value, str)}):
            return await to_thread.run_sync(_answer, request, token, address, (None, STALE), {})
        return await to_thread.run_sync(_taken, request, token, address, given)


async def answered_with(request: Request) -> Response:
    """Hand out a file of an answer that stands on the notice's page."""
    address = request.client.host if request.client else ""
    if not VISITS.allows(address):
        return _nothing(OFTEN, 429)
    return await to_thread.run_sync(_file, address, request.path_params)


def _file(address: str, asked: Mapping[str, Any]) -> Response:
    desk = house.desk()
    try:
        with desk.database.reading() as session:
            one = opened(session, asked["token"], desk.clock())
            found = reply_file(session, one.actor, asked["case"], asked["reply"], asked["number"], one.document_id)
        return handed_in(found)
    except NotFound as refusal:
        return _nothing(refusal.message if WRONG.allows(address) else OFTEN, 404)


def _answer(request: Request, token: str, address: str, told: Told, typed: Mapping[str, Any]) -> Response:
    desk = house.desk()
    now = desk.clock()
    try:
        with desk.database.reading() as session:
            found = notice_page(session, opened(session, token, now), rulebook(session), now)
    except NotFound as refusal:
        return _nothing(refusal.message if WRONG.allows(address) else OFTEN, 404)
    done, wrong = told
    return with_form_cookie(
        request,
        lambda form: shown(found, f"{OPENED_AT}{token}", form, done=done, wrong=wrong, typed=typed),
        400 if wrong else 200,
    )


def _nothing(why: str, status: int) -> Response:
    return HTMLResponse(page("文书查看与反馈", "", wrong=why), status)


def _taken(request: Request, token: str, address: str, given: FormData) -> Response:
    said = {name: value.strip()[:LONGEST] for name, value in given.items() if isinstance(value, str)}
    typed = {**said, "measures": [str(one) for one in given.getlist("measures")]}
    step = STEPS.get(said.get("step", ""))
    try:
        if step is None:
            raise Invalid(STALE, code="step_unknown")
        done = step(token, typed, {name: _uploads(given, name) for name in ("files", "scan")})
    except NotFound as refusal:
        return _answer(request, token, address, (None, refusal.message), typed)
    except Refused as refusal:
        faults = "；".join(str(fault) for fault in refusal.faults)
        return _answer(request, token, address, (None, refusal.message + faults), typed)
    return _answer(request, token, address, (done, None), {})


def _uploads(given: FormData, name: str) -> list[UploadFile]:
    return [one for one in given.getlist(name) if isinstance(one, UploadFile) and one.filename]


@contextmanager
def _recipient(token: str, typed: Mapping[str, Any]) -> Iterator[tuple[Act, Opened]]:
    """Open a transaction of the recipient, who showed the code or handed in a sealed scan: `_proven` has seen to it."""
    desk, name, code = house.desk(), typed.get("name", ""), typed.get("code")
    way = (
        answering(desk.database, desk.settings, token, code, name, desk.clock())
        if code
        else answering_by_scan(desk.database, desk.settings, token, name, desk.clock())
    )
    with way as recipient:
        yield recipient


def _proven(token: str, typed: Mapping[str, Any], given: Uploads) -> Incoming | None:
    """Return the sealed scan, which is there at least where no code is. Who shows neither gets no file stored.

    Raises NotAllowed for a wrong code, Invalid without either, for a scan of another kind, and for too many of them.
    """
    desk = house.desk()
    if typed.get("code"):
        show_code(desk.database, desk.settings, token, typed["code"], desk.clock())
    elif not given["scan"]:
        raise Invalid("请填写答复码，或上传加盖公章的扫描件。", code="proof_missing")
    else:
        with desk.database.reading() as session:
            opened(session, token, desk.clock())
        if not SCANS.allows(token):
            raise Invalid(OFTEN, code="too_often")
    if not given["scan"]:
        return None
    scan = _received(given["scan"][0])
    if scan.media_type not in SHOWN:
        raise Invalid("盖章扫描件须是图片或 PDF。", code="scan_kind")
    return scan


def _received(upload: UploadFile) -> Incoming:
    desk = house.desk()
    return receive(upload.file, upload.filename or "附件", desk.settings.max_file_bytes, desk.files)


def _acknowledge(token: str, typed: Mapping[str, Any], given: Uploads) -> str:
    scan = _proven(token, typed, given)
    told = {} if scan is None else {"scan": scan.stored, "scan_name": scan.name}
    with _recipient(token, typed) as (act, one):
        ACTIONS["acknowledge"](act, one.case_number, paper=one.paper, received_by=typed.get("name", ""), **told)
    return "已签收。"


def _reply(token: str, typed: Mapping[str, Any], given: Uploads) -> str:
    kind, requested, reached = _kind(typed), _day(typed), _reached(typed)
    scan = _proven(token, typed, given)
    taken = [*([] if scan is None else [scan]), *map(_received, given["files"])]
    each_once = {file.stored.sha256: file for file in taken}
    with _recipient(token, typed) as (act, one):
        refs = ACTIONS["reply"](
            act,
            one.case_number,
            kind=kind,
            measures=typed["measures"],
            text=typed.get("text", ""),
            requested_due=requested,
            milestone=reached,
            files=[Enclosure(file.stored, file.name, file.media_type) for file in each_once.values()],
        )
    return f"反馈已提交（{'、'.join(refs)}），请等待研判。"


def _draft(token: str, typed: Mapping[str, Any], _given: Uploads) -> str:
    desk = house.desk()
    kind = _kind(typed) if typed.get("kind") else None
    measure, _, milestone = typed.get("milestone", "").partition("/")
    with drafting(desk.database, desk.settings, token, desk.clock()) as (act, one):
        save_draft(
            act,
            one.document_id,
            one.organisation_id,
            kind=kind,
            measures=typed["measures"],
            text=typed.get("text", ""),
            requested_due=_day(typed),
            milestone=milestone if [measure] == typed["measures"] else None,
            written_by=typed.get("name"),
        )
    return "草稿已保存，尚未提交；提交时须填写答复码，或上传盖章扫描件。"


def _kind(typed: Mapping[str, Any]) -> ReplyKind:
    if typed.get("kind") not in list(ReplyKind):
        raise Invalid("请选择反馈类型。", code="kind_missing")
    return ReplyKind(typed["kind"])


def _reached(typed: Mapping[str, Any]) -> str | None:
    """Return the milestone that was chosen as MEASURE/MILESTONE. Raises Invalid for one of a measure that was not."""
    measure, _, milestone = typed.get("milestone", "").partition("/")
    if milestone and typed["measures"] != [measure]:
        raise Invalid(f"报告阶段目标{milestone}已达到时，请只勾选措施{measure}。", code="milestone_elsewhere")
    return milestone or None


def _day(typed: Mapping[str, Any]) -> date | None:
    given = typed.get("requested_due")
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise Invalid(f"“{given}”不是可以识别的日期。", code="bad_date") from error


STEPS: dict[str, Callable[[str, Mapping[str, Any], Uploads], str]] = {
    "acknowledge": _acknowledge,
    "reply": _reply,
    "draft": _draft,
}
