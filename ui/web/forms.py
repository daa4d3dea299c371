"""Forms on our own pages: each carries a token that only the page we sent to this browser can know."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from ui.passwords import form_token

FORM_COOKIE = "shencha_form"
STALE = "页面已过期，请重新填写。"
LONGEST_FIELD = 500


def with_form_cookie(request: Request, made: Callable[[str], str], status: int = 200) -> Response:
    """Answer with the page that `made` returns for the token of its forms."""
    cookie = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(16)
    answer = HTMLResponse(made(form_token(cookie)), status)
    answer.set_cookie(FORM_COOKIE, cookie, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


def from_our_form(request: HTTPConnection, said: Mapping[str, str]) -> bool:
    """Return whether a form was on a page that we sent to this browser."""
    cookie = request.cookies.get(FORM_COOKIE, "")
    return bool(cookie) and secrets.compare_digest(said.get("form_token", "").encode(), form_token(cookie).encode())


async def fields_of(request: Request, *, longest: int = LONGEST_FIELD) -> dict[str, str]:
    """Return the fields of a form; files and overlong values are no part of ours."""
    async with request.form(max_files=0, max_fields=10, max_part_size=64 * 1024) as given:
        return {name: value for name, value in given.items() if isinstance(value, str) and len(value) <= longest}
