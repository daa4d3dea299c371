"""The page behind the code printed on a notice: plain HTML for a telephone, without account, script or Streamlit.

The link shows the notice and keeps a draft. Signing for it and answering take the digits of the sealed paper, or a scan
of the answer with the unit's own seal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from models.actions import ACTIONS
from models.case.queries.attachments import reply_file
from models.clock.queries.rulebook import rulebook
from models.kernel.act import Act
from models.kernel.errors import Conflict, Invalid, NotFound, Refused, TooSoon
from models.kernel.storage import limits
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.files import Stored
from models.kernel.vocabulary import ReplyKind
from models.office.commands.guessing import Guesser
from models.papers.commands.renditions import Enclosure
from models.rectification.commands import replying
from models.rectification.commands.notice_links import answering, answering_by_scan, drafting, show_code
from models.rectification.commands.reply_drafts import save_draft
from models.rectification.commands.submissions import content_hash, taken_before
from models.rectification.commands.submissions import receipt as write_receipt
from models.rectification.queries.notice_links import Opened, notice_page, opened
from models.rectification.queries.submissions import receipt_of
from ui.event_sentence import when
from ui.incoming import Incoming, receive
from ui.web import served
from ui.web.files_out import SHOWN, handed_in
from ui.web.forms import STALE, Given, Handed, all_of, closing, from_our_form, with_form_cookie
from ui.web.notice_view import Typed, shown
from ui.web.own_page import page
from ui.web.rate_limit import Pace

PLACE = "/n/{token}"
FILES_PLACE = "/n/{token}/{case}/{reply}/{number:int}"
OPENED_AT = "/n/"
RECEIPT, SAVED_AT = "receipt", "saved"
SAVED = "草稿已保存，尚未提交；提交时须填写答复码，或上传盖章扫描件。"
AGAIN = "所填文字都保留在下面，文件须重新选择。"
# A whole office may stand behind one address; somebody who tries links gets few for the asking.
VISITS, WRONG = Pace(120, 0.5), Pace(10, 60)
# Who has no code puts a file into the store before anybody has looked at it: few of one address, and not many of all.
SCANS, ALL_SCANS = Pace(5, 600), Pace(50, 60)
OFTEN = "访问过于频繁，请稍后再试。"

Uploads = Mapping[str, list[Handed]]
Told = tuple[str | None, str | None]  # what was done, what went wrong


def routes() -> list[Route]:
    """Return the routes of notices: the page, and the files of the answers that stand on it."""
    return [Route(PLACE, notice, methods=["GET", "POST"]), Route(FILES_PLACE, answered_with)]


async def notice(request: Request) -> Response:
    """Show a notice, or take what was written about it: nothing of it is read before link and form are known."""
    address = request.client.host if request.client else ""
    token = request.path_params["token"]
    if not VISITS.allows(address):
        return _nothing(OFTEN, 429)
    if request.method == "GET":
        return await to_thread.run_sync(_shown, request, token, address)
    unknown = await to_thread.run_sync(_unknown, token, address)
    if unknown is not None:
        return unknown
    if not from_our_form(request):
        return await to_thread.run_sync(_answer, request, token, address, (None, STALE), None)
    try:
        given = await all_of(request, served.installation().settings.max_file_bytes)
    except Invalid as refusal:
        return await to_thread.run_sync(_answer, request, token, address, (None, refusal.message), None)
    with closing(given):
        return await to_thread.run_sync(_taken, request, token, address, given)


def _unknown(token: str, address: str) -> Response | None:
    """Return the refusal of a link that opens nothing; nobody listens to what else was coming."""
    installation = served.installation()
    try:
        with installation.database.reading() as session:
            opened(session, token, installation.clock())
    except NotFound as refusal:
        return _nothing(refusal.message if WRONG.allows(address) else OFTEN, 404, {"Connection": "close"})
    return None


async def answered_with(request: Request) -> Response:
    """Hand out a file of an answer that stands on the notice's page."""
    address = request.client.host if request.client else ""
    if not VISITS.allows(address):
        return _nothing(OFTEN, 429)
    asked = request.path_params
    return await to_thread.run_sync(_file, address, asked["token"], asked["case"], asked["reply"], asked["number"])


def _file(address: str, token: str, case_number: str, reply: str, number: int) -> Response:
    installation = served.installation()
    try:
        with installation.database.reading() as session:
            one = opened(session, token, installation.clock())
            found = reply_file(session, one.actor, case_number, reply, number, one.document_id)
        return handed_in(found)
    except NotFound as refusal:
        return _nothing(refusal.message if WRONG.allows(address) else OFTEN, 404)
    except Conflict as refusal:
        return _nothing(refusal.message, 409)


def _shown(request: Request, token: str, address: str) -> Response:
    """Show the notice, with the receipt of the form that led here."""
    asked, installation = request.query_params, served.installation()
    done = SAVED if SAVED_AT in asked else None
    if RECEIPT in asked:
        try:
            with installation.database.reading() as session:
                found = receipt_of(session, asked[RECEIPT], opened(session, token, installation.clock()).document_id)
        except NotFound:
            found = None
        done = None if found is None else f"回执{found.number}号，{when(found.at)}提交：{found.told}"
    return _answer(request, token, address, (done, None), None)


def _answer(
    request: Request, token: str, address: str, told: Told, typed: Typed | None, refusal: Refused | None = None
) -> Response:
    installation = served.installation()
    now = installation.clock()
    try:
        with installation.database.reading() as session:
            found = notice_page(session, opened(session, token, now), rulebook(session), now)
    except NotFound as unknown:
        return _nothing(unknown.message if WRONG.allows(address) else OFTEN, 404)
    done, wrong = told
    largest = installation.settings.max_file_bytes
    wait = {"Retry-After": str(refusal.seconds)} if isinstance(refusal, TooSoon) else None
    return with_form_cookie(
        request,
        lambda form: shown(found, f"{OPENED_AT}{token}", form, largest=largest, done=done, wrong=wrong, typed=typed),
        429 if wait else 400 if wrong else 200,
        wait,
    )


def _nothing(why: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(page("文书查看与反馈", "", wrong=why), status, headers)


def _taken(request: Request, token: str, address: str, given: Given) -> Response:
    said = given.last()
    typed = Typed({name: value for name, value in said.items() if name != "measures"}, given.words.get("measures", []))
    step = STEPS.get(said.get("step", ""))
    try:
        if step is None or not said.get("form_key"):
            raise Invalid(STALE, code="step_unknown")
        _refuse_files(given)
        try:
            step(token, typed, given.files, address)
        except Conflict as first:
            # The same form was on its way twice, and the other one is through by now: this one gets its receipt.
            if first.code != "conflict_unique":
                raise
            step(token, typed, given.files, address)
    except Refused as refusal:
        faults = "；".join(str(fault) for fault in refusal.faults)
        again = AGAIN if given.files else ""
        return _answer(request, token, address, (None, refusal.message + faults + again), typed, refusal)
    shown = SAVED_AT if step is _draft else f"{RECEIPT}={quote(said['form_key'])}"
    return RedirectResponse(f"{OPENED_AT}{token}?{shown}", 303)


def _refuse_files(given: Given) -> None:
    """Refuse files that are too many or too large. Raises Invalid, naming the file."""
    files = [one for of_field in given.files.values() for one in of_field]
    limits.refuse_many(len(files))
    largest = served.installation().settings.max_file_bytes
    for one in files:
        if one.size > largest:
            raise Invalid(
                f"“{safe_name(one.name)}”有{limits.size(one.size)}，每个文件不超过{limits.size(largest)}，"
                "请压缩或拆分后再提交。",
                code="file_too_large",
            )


@contextmanager
def _recipient(token: str, typed: Typed, address: str) -> Iterator[tuple[Act, Opened]]:
    """Open a transaction of the recipient, who showed the code or handed in a sealed scan: `_proven` has seen to it."""
    installation, name, code = served.installation(), typed.get("name"), typed.get("code")
    way = (
        answering(
            installation.database, installation.settings, token, code, name, installation.clock(), Guesser(address)
        )
        if code
        else answering_by_scan(installation.database, installation.settings, token, name, installation.clock())
    )
    with way as recipient:
        yield recipient


def _proven(token: str, typed: Typed, given: Uploads, address: str) -> Incoming | None:
    """Return the sealed scan, which is there at least where no code is. Who shows neither gets no file stored.

    Raises NotAllowed for a wrong code, Invalid without either, for a scan of another kind, and for too many of them.
    """
    installation, scans = served.installation(), given.get("scan", [])
    if typed.get("code"):
        show_code(
            installation.database,
            installation.settings,
            token,
            typed.get("code"),
            installation.clock(),
            Guesser(address),
        )
    elif not scans:
        raise Invalid("请填写答复码，或上传加盖公章的扫描件。", code="proof_missing")
    elif not (SCANS.allows(f"{token} {address}") and ALL_SCANS.allows(token)):
        raise Invalid(OFTEN, code="too_often")
    if not scans:
        return None
    scan = _received(scans[0])
    if scan.media_type not in SHOWN:
        raise Invalid("盖章扫描件须是图片或 PDF。", code="scan_kind")
    return scan


def _received(upload: Handed) -> Incoming:
    return receive(upload.upload.file, upload.name, served.installation())


def _once(act: Act, one: Opened, typed: Typed, files: Iterable[Stored], take: Callable[[], str]) -> None:
    """Take a form that was not taken yet. Sent again, it changes nothing: its receipt stands."""
    said = {name: value for name, value in typed.fields.items() if name not in ("code", "form_key")}
    content = content_hash({**said, "measures": typed.measures, "files": sorted({file.sha256 for file in files})})
    if taken_before(act, typed.get("form_key"), one.document_id, content) is None:
        write_receipt(act, typed.get("form_key"), take())


def _acknowledge(token: str, typed: Typed, given: Uploads, address: str) -> None:
    scan = _proven(token, typed, given, address)
    told = {} if scan is None else {"scan": scan.stored, "scan_name": scan.name}
    with _recipient(token, typed, address) as (act, one):

        def take() -> str:
            ACTIONS["acknowledge"](act, one.case_number, paper=one.paper, received_by=typed.get("name"), **told)
            return "已签收。"

        _once(act, one, typed, [] if scan is None else [scan.stored], take)


def _reply(token: str, typed: Typed, given: Uploads, address: str) -> None:
    kind, requested, reached = _kind(typed), _day(typed), _reached(typed)
    limits.refuse_long("反馈内容", typed.get("text"))
    scan = _proven(token, typed, given, address)
    taken = [*([] if scan is None else [scan]), *map(_received, given.get("files", []))]
    with _recipient(token, typed, address) as (act, one):

        def take() -> str:
            refs = replying.reply(
                act,
                one.case_number,
                kind=kind,
                measures=typed.measures,
                text=typed.get("text"),
                requested_due=requested,
                milestone=reached,
                files=[Enclosure(file.stored, file.name, file.media_type) for file in taken],
            )
            return f"反馈已提交（{'、'.join(refs)}），请等待研判。"

        _once(act, one, typed, [file.stored for file in taken], take)


def _withdraw(token: str, typed: Typed, _given: Uploads, address: str) -> None:
    case_number, _, ref = typed.get("taken_back").rpartition("/")
    if not ref:
        raise Invalid("请选择要撤回的反馈。", code="reply_missing")
    if not typed.get("code"):
        raise Invalid("撤回反馈须填写答复码。", code="proof_missing")
    with _recipient(token, typed, address) as (act, one):

        def take() -> str:
            ACTIONS["withdraw-reply"](act, case_number, reply=ref)
            return f"反馈{ref}已撤回。"

        _once(act, one, typed, [], take)


def _draft(token: str, typed: Typed, _given: Uploads, _address: str) -> None:
    installation = served.installation()
    kind = _kind(typed) if typed.get("kind") else None
    measure, _, milestone = typed.get("milestone").partition("/")
    with drafting(installation.database, installation.settings, token, installation.clock()) as (act, one):
        save_draft(
            act,
            one.document_id,
            one.organisation_id,
            kind=kind,
            measures=typed.measures,
            text=typed.get("text"),
            requested_due=_day(typed),
            milestone=milestone if [measure] == typed.measures else None,
            written_by=typed.get("name"),
        )


def _kind(typed: Typed) -> ReplyKind:
    if typed.get("kind") not in list(ReplyKind):
        raise Invalid("请选择反馈类型。", code="kind_missing")
    return ReplyKind(typed.get("kind"))


def _reached(typed: Typed) -> str | None:
    """Return the milestone that was chosen as MEASURE/MILESTONE. Raises Invalid for one of a measure that was not."""
    measure, _, milestone = typed.get("milestone").partition("/")
    if milestone and typed.measures != [measure]:
        raise Invalid(f"报告阶段目标{milestone}已达到时，请只勾选措施{measure}。", code="milestone_elsewhere")
    return milestone or None


def _day(typed: Typed) -> date | None:
    given = typed.get("requested_due")
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise Invalid(f"“{given}”不是可以识别的日期。", code="bad_date") from error


STEPS: dict[str, Callable[[str, Typed, Uploads, str], None]] = {
    "acknowledge": _acknowledge,
    "reply": _reply,
    "withdraw": _withdraw,
    "draft": _draft,
}
