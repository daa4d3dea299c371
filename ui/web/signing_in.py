"""The routes of signing in and out: own accounts by password; a service of the unit by OpenID Connect is in `oidc`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from models.kernel.errors import Invalid, NotAllowed, Refused, TooSoon
from models.kernel.installation import Installation
from models.kernel.rights.policy import SYSTEM
from models.kernel.settings import Settings
from models.kernel.vocabulary import Door
from models.office.commands.guessing import Guesser
from models.office.commands.signing_in import begin_session, change_password, end_session, guessed_right, take_guess
from models.office.queries.signing_in import password_hash_of
from models.office.rules.slowing import KNOWN
from ui.demo_accounts import DEMO_PASSWORD, one_of_each
from ui.passwords import fits, hashed, new_token, refuse_weak, token_hash
from ui.second_factor import check, half_way, is_half_way, second, whose_half
from ui.web import second_factor, served
from ui.web.authentication import COOKIE, SECURE_COOKIE, token_in, who
from ui.web.forms import STALE, browser_of, by_https, fields_of, from_our_form, with_form_cookie
from ui.web.frame import OWN
from ui.web.gate import CODE, PASSWORD, SERVICE_OUT, SIGN_IN, secure
from ui.web.own_page import emptying, field, form, hidden, page, table, way
from ui.web.own_password import own_password_shown

LANGUAGE = "shencha_language"
YEAR = 365 * 24 * 3600
# One sentence whatever is wrong: it tells nobody which accounts exist.
AGAIN = "登录未完成或已超时，请重新输入密码。"
WRONG = "账号或密码不正确；连续输错的，须等待一段时间再试。"
OWN_FILES = frozenset(one.name for one in OWN.iterdir() if one.suffix in (".css", ".js"))
# The mark of a browser from which somebody has signed in before.
BROWSER, SECURE_BROWSER = "shencha_browser", "__Host-shencha_browser"


async def sign_in(request: Request) -> Response:
    """Show the sign-in form, or compare what came from it."""
    if request.method == "GET":
        return await to_thread.run_sync(partial(_form, request, _inside(request.query_params.get("to", ""))))
    if not from_our_form(request):
        return await to_thread.run_sync(partial(_form, request, "", wrong=STALE, status=403))
    said = await fields_of(request)
    return await to_thread.run_sync(partial(_compared, request, said, _inside(said.get("to", ""))))


def _compared(request: Request, said: Mapping[str, str], to: str) -> Response:
    account, password = said.get("account", "").strip(), said.get("password", "")
    try:
        installation = served.installation()
        with installation.acting(SYSTEM.account) as act:
            take_guess(act, account, _guesser(request))
        with installation.database.reading() as session:
            kept = password_hash_of(session, account, installation.clock())
        # The known password of the demo opens nothing where this is no demo.
        if not fits(kept, password) or (password == DEMO_PASSWORD and not installation.settings.demo):
            return _form(request, to, wrong=WRONG, status=401, account=account)
        assert kept is not None
        if second(installation, account) is not None:
            half = half_way(installation, account, kept, browser_of(request), installation.clock())
            return _code_form(request, half, to)
        return _in(request, installation, account, to, kept)
    except TooSoon as refusal:
        return _form(request, to, wrong=refusal.message, status=429, account=account, wait=refusal.seconds)
    except Refused as refusal:
        return _form(request, to, wrong=refusal.message, status=401, account=account)
    except SQLAlchemyError:
        return _form(request, to, account=account)  # which says it


def _in(request: Request, installation: Installation, account: str, to: str, kept: str) -> Response:
    answer = opened(request, installation, account, "password", to, password_hash=kept)
    return _known(request, installation, account, answer)


async def code(request: Request) -> Response:
    """Compare the code that follows the password, and let in who shows both."""
    if request.method == "GET" or not from_our_form(request):
        return RedirectResponse(SIGN_IN, 303)
    said = await fields_of(request)
    return await to_thread.run_sync(_code_compared, request, said)


def _code_compared(request: Request, said: Mapping[str, str]) -> Response:
    half, to = said.get("half", ""), _inside(said.get("to", ""))
    account, browser = whose_half(half), browser_of(request)
    try:
        installation = served.installation()
        now = installation.clock()
        with installation.database.reading() as session:
            kept = password_hash_of(session, account, now)
        if kept is None or not is_half_way(installation, half, kept, browser, now):
            return _form(request, to, wrong=AGAIN, status=401)
        check(installation, account, said.get("code", ""), _guesser(request))
        return _in(request, installation, account, to, kept)
    except TooSoon as refusal:
        return _code_form(request, half, to, wrong=refusal.message, status=429, wait=refusal.seconds)
    except NotAllowed as refusal:
        return _code_form(request, half, to, wrong=refusal.message, status=401)
    except Refused as refusal:
        return _form(request, to, wrong=refusal.message, status=401)
    except SQLAlchemyError:
        return _form(request, to)  # which says it


def _code_form(
    request: Request, half: str, to: str, *, wrong: str | None = None, status: int = 200, wait: int | None = None
) -> Response:
    fields = (
        field("code", "动态口令（6 位），或者恢复码", complete="one-time-code", focus=True),
        hidden("half", half),
        hidden("to", to),
    )
    told = "密码正确。请输入手机上显示的动态口令；手机不在身边的，输入一个恢复码。"
    return with_form_cookie(
        request,
        lambda token: page("动态口令", told, form(CODE, token, fields, "登录"), way(SIGN_IN, "返回"), wrong=wrong),
        status,
        _retry(wait),
    )


def _guesser(request: Request) -> Guesser:
    """Return by which address and which browser somebody guesses. The mark of a browser opens nothing."""
    mark = request.cookies.get(SECURE_BROWSER) or request.cookies.get(BROWSER)
    return Guesser(request.client.host if request.client else None, token_hash(mark) if mark else None)


def _known(request: Request, installation: Installation, account: str, answer: Response) -> Response:
    """Mark the browser from which an account signed in: what strangers try will not hold it up."""
    mark = request.cookies.get(SECURE_BROWSER) or request.cookies.get(BROWSER) or new_token()
    address = request.client.host if request.client else None
    with installation.acting(SYSTEM.account) as act:
        guessed_right(act, account, Guesser(address, token_hash(mark)))
    safe = secure(request, installation.settings)
    name = SECURE_BROWSER if safe else BROWSER
    answer.set_cookie(name, mark, httponly=True, samesite="lax", secure=safe, max_age=int(KNOWN.total_seconds()))
    return answer


def opened(
    request: Request, installation: Installation, account: str, how: str, to: str, *, password_hash: str | None = None
) -> Response:
    """Begin a session of an account that has shown who it is, and lead on. Raises Refused."""
    token = new_token()
    with replace(installation, door=Door.OIDC if how == "oidc" else installation.door).acting(account) as act:
        begin_session(
            act,
            token_hash(token),
            way=how,
            address=request.client.host if request.client else None,
            password_hash=password_hash,
        )
    answer = RedirectResponse(to or "/", 303)
    safe = secure(request, installation.settings)
    answer.set_cookie(
        SECURE_COOKIE if safe else COOKIE,
        token,
        httponly=True,
        samesite="lax",
        secure=safe,
        max_age=int(served.longest(installation.settings).total_seconds()),
    )
    return answer


async def sign_out(request: Request) -> Response:
    """Ask once, because a link elsewhere must not sign anybody out; then end the session."""
    if request.method == "GET":
        found = await to_thread.run_sync(who, served.installation(), token_in(request.cookies))
        unsent = "" if found is None else emptying(found.account)
        return with_form_cookie(
            request,
            lambda token: page("退出登录", "退出后须重新登录。", form("/auth/logout", token, (), "退出登录"), unsent),
        )
    if not from_our_form(request):
        return RedirectResponse("/auth/logout", 303)
    by_service = await to_thread.run_sync(_ended, token_in(request.cookies))
    # A page and no redirection: a form of ours may lead nowhere else, and who shares a computer shall read this.
    answer: Response = HTMLResponse(_elsewhere_too(by_service)) if by_service else RedirectResponse(SIGN_IN, 303)
    for name in (COOKIE, SECURE_COOKIE):
        answer.delete_cookie(name, secure=name == SECURE_COOKIE, httponly=True)
    return answer


def _ended(token: str | None) -> str | None:
    """End the session; returns the name of the service by which the person came and that is still signed in to."""
    installation = served.installation()
    found = who(installation, token)
    if found is None or token is None:
        return None
    with installation.acting(found.account) as act:
        end_session(act, token_hash(token))
    return installation.settings.oidc_name if found.way == "oidc" and installation.settings.oidc_issuer else None


def _elsewhere_too(service: str) -> str:
    return page(
        "已退出登录",
        f"您已退出本系统，但{service}仍然记得您。与他人共用电脑的，请一并退出。",
        way(SERVICE_OUT, f"退出{service}"),
        way(SIGN_IN, "返回登录页"),
    )


async def own_password(request: Request) -> Response:
    """Show the form of the own password, or change it."""
    token = token_in(request.cookies)
    found = await to_thread.run_sync(lambda: who(served.installation(), token))
    if found is None or token is None:
        return RedirectResponse(SIGN_IN, 303)
    if request.method == "GET":
        return _password_form(request, first=found.must_change_password)
    if not from_our_form(request):
        return _password_form(request, first=found.must_change_password, wrong=STALE)
    said = await fields_of(request)
    try:
        await to_thread.run_sync(_changed, found.account, token, said)
    except TooSoon as refusal:
        return _password_form(request, first=found.must_change_password, wrong=refusal.message, wait=refusal.seconds)
    except Refused as refusal:
        return _password_form(request, first=found.must_change_password, wrong=refusal.message)
    return RedirectResponse("/", 303)


def _changed(account: str, token: str, said: Mapping[str, str]) -> None:
    installation = served.installation()
    old, new, again = said.get("old", ""), said.get("new", ""), said.get("again", "")
    kept = own_password_shown(installation, account, token, old, "原密码不正确。")
    if new != again:
        raise Invalid("两次输入的新密码不一致。", code="passwords_differ")
    if new in (old, DEMO_PASSWORD):
        raise Invalid("新密码不能与原密码或演示密码相同。", code="password_same")
    refuse_weak(new, account)
    fresh = hashed(new)
    with installation.acting(account) as act:
        change_password(act, fresh, was=kept, token_hash=token_hash(token))


def _password_form(request: Request, *, first: bool, wrong: str | None = None, wait: int | None = None) -> Response:
    told = "首次登录，请先修改密码，再开始办理。" if first else "修改后，其他设备上的登录随即失效。"
    fields = (
        field("old", "原密码", secret=True, complete="current-password", focus=True),
        field("new", "新密码（至少 10 个字符）", secret=True, complete="new-password"),
        field("again", "再输一次新密码", secret=True, complete="new-password"),
    )
    back = "" if first else way("/", "返回")
    return with_form_cookie(
        request,
        lambda token: page("修改密码", told, form(PASSWORD, token, fields, "保存新密码"), back, wrong=wrong),
        429 if wait else 400 if wrong else 200,
        _retry(wait),
    )


def _retry(wait: int | None) -> dict[str, str] | None:
    return None if wait is None else {"Retry-After": str(wait)}


def _form(
    request: Request,
    to: str,
    *,
    wrong: str | None = None,
    status: int = 200,
    account: str = "",
    wait: int | None = None,
) -> Response:
    fields = (
        field("account", "账号", value=account, complete="username", focus=True),
        field("password", "密码", secret=True, complete="current-password"),
        hidden("to", to),
    )
    further = []
    try:
        installation = served.installation()
        if installation.settings.oidc_issuer:
            further.append(way("/auth/oidc", f"用{installation.settings.oidc_name}登录"))
        if installation.settings.demo:
            further.append(_demo(installation))
    except Refused as refusal:
        wrong, status = refusal.message, 503 if status == 200 else status
    except SQLAlchemyError as error:
        served.told_once(error)
        wrong, status = served.NO_ANSWER, 503
    return with_form_cookie(
        request,
        lambda token: page("深查", "道路交通事故深度调查", form(SIGN_IN, token, fields, "登录"), *further, wrong=wrong),
        status,
        _retry(wait),
    )


def _demo(installation: Installation) -> str:
    rows = one_of_each(installation)
    return table(f"演示账号，密码均为 {DEMO_PASSWORD}：", rows) if rows else ""


def _inside(to: str) -> str:
    """Return where to lead after signing in, only if it is an address of ours."""
    return to if to.startswith("/") and not to.startswith(("//", "/\\", "/auth/")) else ""


async def language(request: Request) -> Response:
    """Keep the language that this browser wants for menu and headings."""
    answer = RedirectResponse("/", 303)
    wanted = "en" if request.query_params.get("to") == "en" else "zh"
    answer.set_cookie(LANGUAGE, wanted, httponly=True, samesite="lax", secure=by_https(request), max_age=YEAR)
    return answer


async def _own_file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in OWN_FILES:
        return PlainTextResponse("没有这个文件。", 404)
    return FileResponse(Path(OWN) / name, headers={"Cache-Control": "no-cache"})


def routes(settings: Settings) -> list[Route]:
    """Return the routes of signing in and out, and of the files that these pages need."""
    found = [
        Route(SIGN_IN, sign_in, methods=["GET", "POST"]),
        Route(CODE, code, methods=["GET", "POST"]),
        Route("/auth/logout", sign_out, methods=["GET", "POST"]),
        Route(PASSWORD, own_password, methods=["GET", "POST"]),
        Route("/auth/language", language),
    ]
    if settings.oidc_issuer:
        from ui.web import oidc

        found += oidc.routes(settings)
    return [*found, *second_factor.routes(), Route("/auth/{name}", _own_file)]
