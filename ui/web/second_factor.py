"""The page of the own second factor: set up with a picture, new recovery codes, another telephone. It works without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from models.kernel.errors import Invalid, Refused, TooSoon
from models.kernel.installation import Installation
from models.office.commands.second_factor import confirm_second_factor
from models.office.queries.signing_in import SignedIn
from models.office.rules.one_time_codes import in_letters
from ui.event_sentence import when
from ui.passwords import token_hash
from ui.second_factor import SWITCHED_OFF, begin, key_of, owes, picture, removed, renewed, second
from ui.web import served
from ui.web.authentication import token_in, who
from ui.web.forms import STALE, fields_of, from_our_form, with_form_cookie
from ui.web.gate import PASSWORD, SECOND, SIGN_IN
from ui.web.own_page import block, field, form, hidden, page, way
from ui.web.own_password import desk, own_password_shown

TITLE = "动态口令"
OFFERED = "启用后，登录时除密码外还要输入手机上显示的 6 位动态口令；密码被他人知道时，账号仍然安全。"
OWED = "您的角色必须启用动态口令，请先设置，再开始办理。"
HOW = "用手机上的动态口令程序（如系统自带的密码管理、常用的身份验证器）扫描二维码，再输入它显示的 6 位数字。"
AGAIN = "手机上已有的密钥仍然有效，请输入它现在显示的 6 位数字；没有扫描成功的，请重新设置。"
KEEP = "请抄写或打印以下恢复码，与手机分开保管：手机不在时每个可以代替动态口令用一次。离开本页后不再显示。"


async def own_second_factor(request: Request) -> Response:
    """Show how the own second factor stands, or take a step of setting it up or away."""
    token = token_in(request.cookies)
    found = await to_thread.run_sync(lambda: who(served.installation(), token))
    if found is None or token is None:
        return RedirectResponse(SIGN_IN, 303)
    if found.must_change_password:
        return RedirectResponse(PASSWORD, 303)
    if request.method == "GET":
        return await to_thread.run_sync(_shown, request, found)
    if not from_our_form(request):
        return await to_thread.run_sync(lambda: _shown(request, found, wrong=STALE, status=403))
    said = await fields_of(request)
    return await to_thread.run_sync(_done, request, found, token, said)


def _done(request: Request, found: SignedIn, token: str, said: Mapping[str, str]) -> Response:
    installation = served.installation()
    step = STEPS.get(said.get("step", ""))
    try:
        if step is None:
            raise Invalid(STALE, code="no_step")
        return step(request, installation, found, token, said)
    except TooSoon as refusal:
        return _shown(request, found, wrong=refusal.message, status=429, wait=refusal.seconds)
    except Refused as refusal:
        if refusal.code == "wrong_code" and said.get("step") == "confirm":
            return _once_more(request, refusal.message)
        return _shown(request, found, wrong=refusal.message, status=400)


def _begin(
    request: Request, installation: Installation, found: SignedIn, token: str, said: Mapping[str, str]
) -> Response:
    if found.way == "password":
        own_password_shown(installation, found.account, token, said.get("password", ""), "密码不正确。")
    return _scan(request, found.account, begin(installation, found.account))


def _confirm(
    request: Request, installation: Installation, found: SignedIn, token: str, said: Mapping[str, str]
) -> Response:
    key = key_of(installation)
    with installation.acting(found.account) as act:
        codes = confirm_second_factor(act, key, said.get("code", ""), token_hash=token_hash(token))
    return _codes(request, "动态口令已启用", codes)


def _renew(
    request: Request, installation: Installation, found: SignedIn, token: str, said: Mapping[str, str]
) -> Response:
    return _codes(request, "新的恢复码", renewed(installation, found.account, said.get("code", ""), desk(token)))


def _remove(
    request: Request, installation: Installation, found: SignedIn, token: str, said: Mapping[str, str]
) -> Response:
    removed(installation, found.account, said.get("code", ""), desk(token))
    return RedirectResponse(SECOND, 303)


Step = Callable[[Request, Installation, SignedIn, str, Mapping[str, str]], Response]
STEPS: Mapping[str, Step] = {"begin": _begin, "confirm": _confirm, "renew": _renew, "remove": _remove}


def _shown(
    request: Request, found: SignedIn, *, wrong: str | None = None, status: int = 200, wait: int | None = None
) -> Response:
    installation = served.installation()
    has, owed = second(installation, found.account), owes(installation, found.account)
    back = "" if owed else way("/account", "返回")

    def made(token: str) -> str:
        if not installation.settings.second_factor_on:
            return page(TITLE, SWITCHED_OFF, back, wrong=wrong)
        if has is None:
            shown = (
                (field("password", "密码", secret=True, complete="current-password", focus=True),)
                if found.way == "password"
                else ()
            )
            start = form(SECOND, token, (*shown, hidden("step", "begin")), "设置动态口令")
            return page(TITLE, OWED if owed else OFFERED, start, back, wrong=wrong)
        told = f"已于 {when(has.since)} 启用，恢复码还有 {has.codes_left} 个。更换手机的，先停用，再重新设置。"
        new = form(SECOND, token, (_code("renew-code"), hidden("step", "renew")), "换发恢复码")
        away = form(SECOND, token, (_code("remove-code"), hidden("step", "remove")), "停用动态口令")
        return page(TITLE, told, new, away, back, wrong=wrong)

    return with_form_cookie(request, made, status, None if wait is None else {"Retry-After": str(wait)})


def _code(place: str) -> str:
    return field("code", "动态口令或者恢复码", complete="one-time-code", place=place)


def _scan(request: Request, account: str, secret: bytes) -> Response:
    letters = in_letters(secret)
    grouped = " ".join(letters[n : n + 4] for n in range(0, len(letters), 4))
    by_hand = block(f"不能扫描的，在程序中手工输入密钥：<code>{escape(grouped)}</code>")
    return with_form_cookie(
        request,
        lambda token: page(
            TITLE,
            HOW,
            block(picture(account, secret), kind="picture"),
            by_hand,
            _first_code(token),
            way(SECOND, "返回"),
        ),
    )


def _once_more(request: Request, wrong: str) -> Response:
    """Ask for the first code again, without what was scanned: that is shown to who gave the password, once."""
    return with_form_cookie(
        request, lambda token: page(TITLE, AGAIN, _first_code(token), way(SECOND, "重新设置"), wrong=wrong), 400
    )


def _first_code(token: str) -> str:
    code = field("code", "动态口令（6 位）", complete="one-time-code", focus=True)
    return form(SECOND, token, (code, hidden("step", "confirm")), "启用")


def _codes(request: Request, title: str, codes: Sequence[str]) -> Response:
    listed = "".join(f"<li><code>{escape(code)}</code></li>" for code in codes)
    return with_form_cookie(
        request, lambda _token: page(title, KEEP, block(f"<ol>{listed}</ol>"), way("/", "已经保管好，继续"))
    )


def routes() -> list[Route]:
    """Return the route of the own second factor."""
    return [Route(SECOND, own_second_factor, methods=["GET", "POST"])]
