"""The page behind a link for hazards (随手拍): plain HTML for a telephone, without account or script.

Who has the link tells of a hazard and reads nothing but the number it got. A form is taken once, however often it is sent.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from html import escape
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from models.kernel.act import Act
from models.kernel.calendar.local_time import chinese_date
from models.kernel.errors import Conflict, Invalid, NotFound, Refused
from models.kernel.rights.policy import SYSTEM
from models.kernel.storage import limits
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.pictures import taken_where
from models.kernel.vocabulary import Datum, Door
from models.papers.commands.renditions import PictureFile
from models.register.commands.hazard_links import LINK_PHOTOS, Told, receive_hazard
from models.register.queries.hazard_links import LinkOpened, link_opened, told_by
from models.register.rules.hazards import spot
from ui.incoming import receive_pictures
from ui.web import served
from ui.web.bodies import HAZARDS, PHOTO
from ui.web.forms import STALE, Given, all_of, closing, from_our_form, sent_to, with_form_cookie
from ui.web.own_page import field, hidden, page
from ui.web.rate_limit import Pace

TITLE = "上报道路交通安全隐患"
RECEIPT = "receipt"
VISITS, WRONG = Pace(120, 0.5), Pace(10, 60)
# A link may be known to a whole county: few reports of one address, not many of all who have it.
REPORTS, ALL_REPORTS = Pace(6, 60), Pace(60, 20)
OFTEN = "访问过于频繁，请稍后再试。"
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_DATUMS = {Datum.WGS84: "手机定位、GPS", Datum.GCJ02: "高德、腾讯地图", Datum.BD09: "百度地图"}


def routes() -> list[Route]:
    """Return the route of the page."""
    return [Route(f"{HAZARDS}{{token}}", reporting, methods=["GET", "POST"])]


async def reporting(request: Request) -> Response:
    """Show the form, or take what was told: nothing of it is read before link and form are known."""
    address = request.client.host if request.client else ""
    token = request.path_params["token"]
    if not VISITS.allows(address):
        return _nothing(OFTEN, 429)
    link = await to_thread.run_sync(_opened, token)
    if isinstance(link, str):
        return _nothing(link if WRONG.allows(address) else OFTEN, 404, {"Connection": "close"})
    if request.method == "GET":
        return await to_thread.run_sync(_shown, request, token, link)
    if not from_our_form(request):
        return _form_again(request, token, link, STALE, {}, 400)
    if not (REPORTS.allows(f"{token} {address}") and ALL_REPORTS.allows(token)):
        return _nothing(OFTEN, 429, {"Connection": "close"})
    try:
        given = await all_of(request, _largest())
    except Invalid as refusal:
        return _form_again(request, token, link, refusal.message, {}, 400)
    with closing(given):
        return await to_thread.run_sync(_taken, request, token, link, given)


def _largest() -> int:
    return min(PHOTO, served.installation().settings.max_file_bytes)


def _opened(token: str) -> LinkOpened | str:
    installation = served.installation()
    try:
        with installation.database.reading() as session:
            return link_opened(session, token, installation.clock())
    except NotFound as refusal:
        return refusal.message


def _nothing(why: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return HTMLResponse(page(TITLE, "", wrong=why), status, headers)


def _shown(request: Request, token: str, link: LinkOpened) -> Response:
    """Show the form, below the number of what was told last where the address names its form."""
    installation, key = served.installation(), request.query_params.get(RECEIPT)
    done = None
    if key:
        try:
            with installation.database.reading() as session:
                number = told_by(session, token, key, installation.clock())
            done = f"已收到，编号 {number}，由{link.unit}核查。"
        except NotFound:
            done = None
    return with_form_cookie(request, lambda form: _page(token, link, form, {}, done=done))


def _form_again(
    request: Request, token: str, link: LinkOpened, wrong: str, said: Mapping[str, str], status: int
) -> Response:
    return with_form_cookie(request, lambda form: _page(token, link, form, said, wrong=wrong), status)


def _taken(request: Request, token: str, link: LinkOpened, given: Given) -> Response:
    said = given.last()
    try:
        told = _told(given)
        photos = _photos(given)
        if told.where["coordinates"] is None:
            told = replace(told, where={**told.where, "coordinates": _where_taken(given)})
        try:
            _receive(token, told, photos)
        except Conflict as first:
            # The same form was on its way twice, and the other one is through by now.
            if first.code != "conflict_unique":
                raise
            _receive(token, told, photos)
    except Refused as refusal:
        faults = "；".join(str(fault) for fault in refusal.faults)
        again = "所填文字保留在下面，照片须重新选择。" if given.files else ""
        return _form_again(request, token, link, refusal.message + faults + again, said, 400)
    return RedirectResponse(f"{HAZARDS}{token}?{RECEIPT}={quote(told.form_key)}", 303)


def _photos(given: Given) -> list[PictureFile]:
    files = given.files.get("photos", [])
    limits.refuse_many(len(files), LINK_PHOTOS)
    for one in files:
        if one.size > _largest():
            raise Invalid(
                f"“{safe_name(one.name)}”有{limits.size(one.size)}，每张照片不超过{limits.size(_largest())}。",
                code="file_too_large",
            )
    return receive_pictures([(one.upload.file, one.name) for one in files], served.installation())


def _where_taken(given: Given) -> str | None:
    """Return where the first photograph that says so was taken, as a person would write it.

    What a camera writes that lies nowhere here is passed over: who tells of a hazard did not type it, and cannot mend it.
    """
    for one in given.files.get("photos", []):
        if (point := taken_where(one.upload.file)) is not None:
            said = f"{point[0]:.6f},{point[1]:.6f} {Datum.WGS84.label}"
            with suppress(Invalid):
                spot(said)
                return said
    return None


def _receive(token: str, told: Told, photos: list[PictureFile]) -> None:
    installation = served.installation()
    with installation.database.writing() as session:
        receive_hazard(
            Act(session, SYSTEM, installation.clock(), installation.settings, Door.LINK), token, told, photos
        )


def _told(given: Given) -> Told:
    """Return what a form says. A form is known by its own key and by what stands in it: who goes back to one that was taken
    and tells of another hazard with it has told of two.
    """
    said = given.last()
    if not _KEY.fullmatch(said.get("form_key", "")):
        raise Invalid(STALE, code="form_unknown")
    point = said.get("coordinates", "")
    datum = said.get("datum", "")
    if point and datum in list(Datum):
        point = f"{point} {Datum(datum).label}"
    where = {name: said.get(name) or None for name in ("road_name", "stake", "place")} | {"coordinates": point or None}
    return Told(
        said.get("description", ""), where, said.get("reporter") or None, f"{said['form_key']}-{_digest(given)}"
    )


def _digest(given: Given) -> str:
    files = [(one.name, one.size) for one in given.files.get("photos", [])]
    return hashlib.sha256(repr((sorted(given.last().items()), files)).encode("utf-8", "replace")).hexdigest()[:16]


def _page(
    token: str,
    link: LinkOpened,
    form: str,
    said: Mapping[str, str],
    *,
    wrong: str | None = None,
    done: str | None = None,
) -> str:
    """Return the page; what was typed and refused stands in its fields."""
    status = [f'<div role="status">{escape(done)}</div>'] if done else []
    options = "".join(
        f'<option value="{datum}"{" selected" if said.get("datum") == datum else ""}>{escape(words)}</option>'
        for datum, words in _DATUMS.items()
    )
    photos = f"照片（最多{LINK_PHOTOS}张，每张不超过{limits.size(_largest())}）"
    fields = (
        hidden("form_key", secrets.token_urlsafe(12)),
        '<label for="description">隐患情况</label>'
        '<textarea id="description" name="description" rows="4" required maxlength="2000">'
        f"{escape(said.get('description', ''))}</textarea>",
        _line("place", "地点，如 某村路口向东200米", said),
        _line("road_name", "路段，如 G318沪聂线（可不填）", said),
        _line("stake", "桩号，如 K145+370（可不填）", said),
        _line("coordinates", "坐标，如 114.871,30.392（可不填；照片带有定位的自动读取）", said),
        f'<label for="datum">坐标取自</label><select id="datum" name="datum">{options}</select>',
        f'<label for="photos">{photos}</label><input id="photos" name="photos" type="file" accept="image/*" multiple>',
        _line("reporter", "上报人（可不填）", said),
        "<button>上报</button>",
    )
    body = (
        f'<form method="post" enctype="multipart/form-data" action="{escape(sent_to(f"{HAZARDS}{token}", form))}">'
        f"{''.join(fields)}</form>"
    )
    until = f"<p>本页在{chinese_date(link.expires_on)}前有效。遇有事故和紧急危险，请拨打110、122。</p>"
    return page(TITLE, f"由{link.unit}接收。", *status, f"<section>{body}</section>", until, wrong=wrong)


def _line(name: str, label: str, said: Mapping[str, str]) -> str:
    """Return a field of one line that may stay empty."""
    return field(name, label, value=said.get(name, "")).replace(" required", "", 1)
