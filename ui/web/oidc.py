"""Sign-in by the unit's OpenID Connect service: it says who comes; the local account says what they may do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from anyio import to_thread
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from httpx import HTTPError
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from models.kernel.errors import Refused
from models.kernel.settings import Settings
from models.office.queries.signing_in import account_of
from ui.web import served
from ui.web.gate import SERVICE_OUT, SIGN_IN
from ui.web.own_page import page, way

BACK = "/auth/oidc/back"
# What an answer of the service can be: none at all, a refusal, a token that is not right, or no answer of its kind.
WRONG = (AuthlibBaseError, HTTPError, JoseError, KeyError, ValueError, RuntimeError)


def routes(settings: Settings) -> list[Route]:
    """Return the three routes: over to the service, back with its answer, and over to be signed out there, too."""
    assert settings.oidc_issuer is not None
    issuer = settings.oidc_issuer.rstrip("/")
    oauth = OAuth()
    oauth.register(
        "house",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
    )

    async def out(request: Request) -> Response:
        # The service sends people back to the address that was registered with it, whatever name they came by.
        back = f"{settings.public_url.rstrip('/')}{BACK}" if settings.public_url else str(request.url_for("oidc_back"))
        try:
            answer: Response = await oauth.house.authorize_redirect(request, back)
        except WRONG:
            return _refused(f"现在连接不上{settings.oidc_name}，请稍后再试，或用本系统账号登录。")
        return answer

    async def back(request: Request) -> Response:
        try:
            token: dict[str, Any] = await oauth.house.authorize_access_token(request)
            subject = str(token["userinfo"]["sub"])
        except WRONG:
            return _refused(f"{settings.oidc_name}没有确认您的身份，请重新登录。")
        return await to_thread.run_sync(_opened, request, issuer, subject, settings.oidc_name)

    async def leave(request: Request) -> Response:
        """Lead to where the service ends its own session (RP-Initiated Logout 1.0), and from there to our sign-in."""
        try:
            end = (await oauth.house.load_server_metadata()).get("end_session_endpoint")
        except WRONG:
            return _refused(f"现在连接不上{settings.oidc_name}，没有在那里退出；请关闭浏览器。", "未能一并退出", 502)
        if not end:
            return _refused(f"{settings.oidc_name}不能从这里退出，请关闭浏览器。", "未能一并退出", 502)
        home = settings.public_url.rstrip("/") if settings.public_url else str(request.base_url).rstrip("/")
        asked = {"client_id": settings.oidc_client_id, "post_logout_redirect_uri": f"{home}{SIGN_IN}"}
        return RedirectResponse(f"{end}{'&' if '?' in end else '?'}{urlencode(asked)}", 303)

    return [Route("/auth/oidc", out), Route(BACK, back, name="oidc_back"), Route(SERVICE_OUT, leave)]


def _opened(request: Request, issuer: str, subject: str, name: str) -> Response:
    from ui.web.signing_in import opened

    try:
        installation = served.installation()
        with installation.database.reading() as session:
            account = account_of(session, issuer, subject, installation.clock())
        if account is None:
            return _refused(f"您在{name}的身份（{subject}）还没有对应本系统的账号，请联系管理员。")
        return opened(request, installation, account, "oidc", "/")
    except Refused as refusal:
        return _refused(refusal.message)


def _refused(told: str, title: str = "未能登录", status: int = 401) -> Response:
    return HTMLResponse(page(title, "", way(SIGN_IN, "返回登录页"), wrong=told), status)
