"""改文字: the page on which a draft is edited paragraph by paragraph, and its routes behind the gate.

A page of its own beside Streamlit's program, as plain HTML: what is typed is saved by `static/draft.js` within two
seconds, and nothing is drawn anew below the hands of who types.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote, urlencode

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from models.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from models.papers.commands.last_word import drop_text, keep_text
from models.papers.preflight import Place
from models.papers.queries.last_word import DraftShown, PassageShown
from models.papers.rules.facts_in_words import FactFault
from ui.editing import CameBack, came_back, draft_of, editable_file
from ui.event_sentence import when
from ui.web import served
from ui.web.bodies import DRAFT
from ui.web.case.preflight_places import ROWS, SHEETS
from ui.web.facts.asked import from_json
from ui.web.facts.told import refusal_told
from ui.web.files_out import TYPES
from ui.web.gate import signed_in
from ui.web.own_page import HEAD, TAIL, page

Json = dict[str, Any]  # what json.dumps takes: a border


def routes() -> list[Route]:
    """Return the routes of drafts."""
    return [
        Route(f"{DRAFT}{{case}}/{{paper}}.docx", file, methods=["GET"]),
        Route(f"{DRAFT}{{case}}/{{paper}}/back", back, methods=["POST"]),
        Route(f"{DRAFT}{{case}}/{{paper}}", shown, methods=["GET"]),
        Route(f"{DRAFT}{{case}}/{{paper}}", change, methods=["PATCH"]),
    ]


def address(case_number: str, paper: str) -> str:
    """Return where a draft is edited."""
    return f"{DRAFT}{quote(case_number)}/{quote(paper)}"


async def shown(request: Request) -> Response:
    """Show the draft, each paragraph in a field of its own."""
    account, case, paper = _about(request)
    try:
        draft = await to_thread.run_sync(lambda: draft_of(served.installation(), account, case, paper))
    except Refused as refusal:
        missing = isinstance(refusal, NotFound)
        told = page("不能修改文字", refusal.message, f'<a class="way" href="{_back(case, paper)}">返回文书</a>')
        return HTMLResponse(told, 404 if missing else 409)
    return HTMLResponse(_page(case, draft, account))


async def change(request: Request) -> Response:
    """Take the words of a paragraph, or put the generated ones back; answers with what stands there now."""
    account, case, paper = _about(request)
    body = await request.body()

    def write() -> Json:
        asked = _asked(body, account)
        name, seen, words = asked["passage"], asked["seen"], asked["text"]
        with served.installation().acting(account) as act:
            if words is not None:
                kept = keep_text(act, case, paper=paper, passage=name, text=words, seen_version=seen)
                return {"text": words, "version": kept}
            drop_text(act, case, paper=paper, passage=name, seen_version=seen)
        now = draft_of(served.installation(), account, case, paper)
        there = next((one for one in now.passages if one.name == name), None)
        return {"text": there.text, "version": there.version} if there else {"text": "", "version": 0}

    return await _answered(write, case)


async def file(request: Request) -> Response:
    """Hand out the draft as a file to be edited in an office program."""
    account, case, paper = _about(request)
    try:
        name, data = await to_thread.run_sync(lambda: editable_file(served.installation(), account, case, paper))
    except Refused as refusal:
        return JSONResponse(refusal_told(refusal), int(refusal_told(refusal)["status"]))
    return Response(
        data, media_type=TYPES["docx"], headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )


async def back(request: Request) -> Response:
    """Say what an edited file changes; with `?save=1` keep it."""
    account, case, paper = _about(request)
    save = request.query_params.get("save") == "1"
    data = await request.body()

    def take() -> Json:
        return _differences(came_back(served.installation(), account, data, save=save, of=(case, paper)))

    return await _answered(take, case)


def _about(request: Request) -> tuple[str, str, str]:
    return signed_in(request).account, request.path_params["case"], request.path_params["paper"]


def _asked(body: bytes, account: str) -> Json:
    """Return what a browser asks for. Raises Invalid, NotAllowed for words of somebody who is not signed in any more."""
    asked = from_json(body)
    wanted = {"account": (str,), "passage": (str,), "text": (str, type(None)), "seen": (int,)}
    if any(not isinstance(asked.get(name), kinds) for name, kinds in wanted.items()):
        raise Invalid("请求的内容不完整，请刷新页面后再试。", code="bad_request")
    if asked["account"] != account:
        raise NotAllowed("这里登录的已是另一个账号，文字没有保存。", code="other_account")
    return asked


def _differences(came: CameBack) -> Json:
    return {
        "saved": came.saved,
        "differences": [{"label": one.label, "before": one.before, "now": one.now} for one in came.differences],
    }


async def _answered(run: Callable[[], Json], case: str) -> Response:
    try:
        return JSONResponse(await to_thread.run_sync(run))
    except Refused as refusal:
        told = refusal_told(refusal)
        faults = [_fault(case, one) for one in refusal.faults if isinstance(one, FactFault)]
        return JSONResponse(told | {"faults": faults}, int(told["status"]))
    except SQLAlchemyError as error:
        served.told_once(error)
        return JSONResponse({"status": 503, "code": "database_gone", "message": served.NO_ANSWER}, 503)


def _fault(case: str, one: FactFault) -> Json:
    return {"message": str(one), "href": _entered(case, one.place, one.row)}


def _entered(case: str, place: Place, row: str | None) -> str | None:
    """Return where in the case a fact is entered; None for what is the office's."""
    if place in SHEETS:
        return _case(case, "facts", of=SHEETS[place])
    if place in ROWS:
        return _case(case, "measures", **({ROWS[place]: row} if row else {}))
    return _case(case, "more") if place is Place.ACCOUNTABILITY else None


def _case(case: str, part: str, **about: str) -> str:
    return f"/case?{urlencode({'number': case, 'part': part, **about})}"


def _back(case: str, paper: str) -> str:
    return escape(_case(case, "papers", paper=paper))


def _page(case: str, draft: DraftShown, account: str) -> str:
    at = escape(address(case, draft.paper))
    head = HEAD.format(title=f"改文字 {escape(draft.paper)}").replace(
        "</head>", '<link rel="stylesheet" href="/auth/draft.css"></head>'
    )
    return (
        f"{head}<h1>{escape(draft.title)}</h1><p>案件{escape(case)}　文书{escape(draft.paper)}　{draft.status.label}　"
        f'<a href="{_back(case, draft.paper)}">返回文书</a></p>'
        "<p>逐段修改文字，停下两秒内自动保存。数字、日期、单位和人名、依据来自案件，要改请到案件里改；"
        "表格、标题和署名由系统生成。</p>"
        f'<p><a href="{at}.docx" download>导出可编辑文件（Word、WPS，不含图片）</a></p>'
        '<label for="back">带回改过的文件</label><input id="back" type="file" accept=".docx">'
        '<div id="came" role="status" hidden></div>'
        f'<form id="draft" data-address="{at}" data-account="{escape(account)}">'
        f"{''.join(map(_passage, draft.passages))}{''.join(map(_gone, draft.gone))}</form>"
        f'<script src="/auth/draft.js" defer></script>{TAIL}'
    )


def _passage(one: PassageShown) -> str:
    told = escape(one.lead.strip() or one.label)
    if one.fixed:
        return (
            f'<section><h2>{escape(one.label)}</h2><p class="lead">{escape(one.lead)}{escape(one.text)}</p>'
            '<p class="told">含有签发时才确定的日期或者文号，不能修改。</p></section>'
        )
    lead = f'<p class="lead">{escape(one.lead)}</p>' if one.lead.strip() else ""
    return (
        f'<section data-passage="{escape(one.name)}" data-version="{one.version}"><h2>{escape(one.label)}</h2>'
        f'{lead}{_overtaken(one)}<textarea aria-label="{told}" rows="3">{escape(one.text)}</textarea>'
        f'<p class="told" aria-live="polite">{_kept(one)}</p>'
        f'<button type="button" class="undo"{"" if one.version else " hidden"}>恢复为系统生成的文字</button></section>'
    )


def _overtaken(one: PassageShown) -> str:
    if one.was is None or one.kept is None:
        return ""
    return (
        '<div class="overtaken" role="alert"><strong>所依据的案件情况已变更</strong>，请决定用哪一种文字：'
        f"<dl><dt>修改时的原文</dt><dd>{escape(one.was)}</dd><dt>{escape(one.by or '')}改成的文字</dt>"
        f'<dd class="kept">{escape(one.kept)}</dd><dt>现在的案件情况</dt><dd>{escape(one.generated)}</dd></dl>'
        '<button type="button" class="again">把改成的文字放进来再改</button></div>'
    )


def _gone(one: PassageShown) -> str:
    return (
        f'<section data-passage="{escape(one.name)}" data-version="{one.version}"><h2>{escape(one.label)}</h2>'
        '<div class="overtaken" role="alert"><strong>案件情况变更后，这一段已不在文书里。</strong>'
        f'<p>{escape(one.by or "")}改成的文字：{escape(one.kept or "")}</p></div><p class="told" aria-live="polite"></p>'
        '<button type="button" class="undo">不再保留</button></section>'
    )


def _kept(one: PassageShown) -> str:
    if one.by is None or one.at is None or one.was is not None:
        return ""
    return f"{escape(one.by)}　{when(one.at)}修改"
