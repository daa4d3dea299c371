"""The routes of facts, behind the gate: read a sheet, save cells and rows, ask what others changed, what can be chosen.

Who asks is the account of the session; rights and visibility are those of commands and queries. Every refusal is JSON with
a code and one Chinese sentence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from models.accident.sheets import FieldKind, Sheet, sheet, targets
from models.case.queries.facts import CellShown, changes_since, happened_at, sheet_shown
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.knowledge.queries import suggested
from ui.readings import personal_on_record
from ui.web import served
from ui.web.bodies import FACTS
from ui.web.facts import asked, changing
from ui.web.facts.progress import part_filled
from ui.web.facts.told import Json, entry_told, news_told, refusal_told, sheet_told
from ui.web.gate import signed_in
from ui.web.parts.language import COOKIE

LAST = 2**31 - 1
"""No change has a higher number: the database could not even compare one."""
SHORT = 14
"""Characters of a long text by which a row is chosen."""


def routes() -> list[Route]:
    """Return the routes of facts."""
    return [
        Route(f"{FACTS}{{case}}/choices/{{sheet}}", choices, methods=["GET"]),
        Route(f"{FACTS}{{case}}/knowledge", knowledge, methods=["GET"]),
        Route(f"{FACTS}{{case}}/foreseen/{{sheet}}", foreseen, methods=["POST"]),
        Route(f"{FACTS}{{case}}/{{sheet}}", whole, methods=["GET"]),
        Route(f"{FACTS}{{case}}/{{sheet}}", change, methods=["PATCH"]),
        Route(f"{FACTS}{{case}}/{{sheet}}/since/{{seq:int}}", since, methods=["GET"]),
    ]


async def whole(request: Request) -> Response:
    """Answer with a whole sheet: its columns, rows, and whether the person may edit it."""
    account, case, name = _about(request)
    english, clear = request.cookies.get(COOKIE) == "en", _clear(request)

    def look() -> Json:
        with served.installation().reading(account) as read:
            found = sheet_shown(read.session, read.actor, case, name, clear=clear)
            personal_on_record(served.installation(), account, case, found)
            return sheet_told(sheet(name), found, account, english=english)

    return await _answered(look)


async def since(request: Request) -> Response:
    """Answer with what changed in a sheet after a change; 204 where nothing did. It does not count as use of a session."""
    account, case, name = _about(request)
    seq, clear = min(request.path_params["seq"], LAST), _clear(request)

    def look() -> Json:
        with served.installation().reading(account) as read:
            changes = changes_since(read.session, read.actor, case, seq, name)
            if not changes:
                return {}
            found = sheet_shown(read.session, read.actor, case, name, clear=clear)
            personal_on_record(served.installation(), account, case, found)
            filled = part_filled(read.session, read.actor, case, sheet(name).name)
            return {**news_told(sheet(name), found, changes, account), "filled": filled}

    return await _answered(look)


async def choices(request: Request) -> Response:
    """Answer with the rows of a sheet that references may name, as pairs of short name and what is read; 304 for no news."""
    account, case, name = _about(request)

    def look() -> list[tuple[str, str]]:
        with served.installation().reading(account) as read:
            return [
                (row.ref, " ".join(filter(None, (row.ref, _named(row.cells, sheet(one))))))
                for one in targets(sheet(name).name)
                for row in sheet_shown(read.session, read.actor, case, one).rows
            ]

    answer = await _answered(look)
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if answer.status_code == 200 and request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer


async def change(request: Request) -> Response:
    """Take changes in their order and say what became of each; its own status where it is only one, else 207 for any refused."""
    account, case, name = _about(request)
    body = await request.body()

    def write() -> Json:
        return changing.take(served.installation(), account, case, name, asked.read(body, account))

    return await _answered(write, _status_of_several)


async def foreseen(request: Request) -> Response:
    """Answer with the papers that say otherwise, and the limits that would move, if a cell were corrected so."""
    account, case, name = _about(request)
    body = await request.body()

    def look() -> Json:
        row, field, value = asked.cell(body)
        return changing.foreseen(served.installation(), account, case, name, row, field, value)

    return await _answered(look)


async def knowledge(request: Request) -> Response:
    """Answer with the entries of the knowledge base nearest to some words, with the law of the day of the accident."""
    account, case = signed_in(request).account, request.path_params["case"]
    words = request.query_params.get("words", "").strip()

    def look() -> Json:
        installation = served.installation()
        with installation.reading(account) as read:
            happened = local_date(happened_at(read.session, read.actor, case))
        found = suggested(words, local_date(installation.clock()), breach=happened) if words else ()
        return {"entries": [entry_told(one) for one in found]}

    return await _answered(look)


def _status_of_several(told: Json) -> int:
    statuses = [one["status"] for one in told["said"]]
    refused = [status for status in statuses if status != 200]
    if not refused:
        return 200
    return int(refused[0]) if len(statuses) == 1 else 207


def _about(request: Request) -> tuple[str, str, str]:
    return signed_in(request).account, request.path_params["case"], request.path_params["sheet"]


def _clear(request: Request) -> bool:
    """Whether somebody asks to see personal data whole, which is put on record."""
    return request.query_params.get("clear") == "1"


def _named(cells: Mapping[str, CellShown], of: Sheet) -> str:
    """Return by what a person knows a row: of a long text its beginning, and never the sign that parts two rows."""
    if of.named_by is None:
        return ""
    text = re.sub(r"\s*[；;\n]\s*", "，", cells[of.named_by].text)
    long = of.field(of.named_by).kind is FieldKind.LONG and len(text) > SHORT
    return f"{text[:SHORT]}…" if long else text


async def _answered(
    run: Callable[[], Json | list[tuple[str, str]]], status: Callable[[Json], int] | None = None
) -> Response:
    """Run what asks the database beside the loop; nothing found to tell is 204."""
    try:
        told = await to_thread.run_sync(run)
    except Refused as refusal:
        refused = refusal_told(refusal)
        return JSONResponse(refused, int(refused["status"]))
    except SQLAlchemyError as error:
        served.told_once(error)
        return JSONResponse({"status": 503, "code": "database_gone", "message": served.NO_ANSWER}, 503)
    if told == {}:
        return Response(status_code=204)
    return JSONResponse(told, 200 if status is None or isinstance(told, list) else status(told))
