"""Forms on pages outside Streamlit, with CSRF tokens bound to the browser.

The token stands in the address that a form is sent to: it is compared before anything of the form itself is read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from models.kernel.errors import Invalid
from models.kernel.storage import limits
from ui.passwords import form_token
from ui.web.bodies import SMALL

# The prefix makes a browser refuse the cookie from any other host: who lays one in knows the tokens that go with it.
FORM_COOKIE, SECURE_FORM_COOKIE, TOKEN = "shencha_form", "__Host-shencha_form", "form"
BY_HTTPS = "shencha.by_https"
"""Where the gate notes in a request whether the browser came by https, to us or to the proxy in front of us."""
REMEMBERED = 30 * 24 * 3600
STALE = "页面已过期，请重新填写。"
FIELDS, FILES = 300, 100
WORDS, HEAD = limits.MEGA, 8 * limits.KILO
"""How much all words of a form may be, and what stands before one of its parts."""
TOO_MUCH = (
    f"所填的文字过长，没有提交；一项文字最多{limits.LONGEST_TEXT}个字符。"
    "请用浏览器的“后退”回到刚才填写的页面，缩短后再提交。"
)


@dataclass(frozen=True, slots=True)
class Handed:
    """A file of a form. Of one that is larger than is taken there is the size, and not the whole."""

    upload: UploadFile
    size: int

    @property
    def name(self) -> str:
        """Return the name that it came under."""
        return self.upload.filename or "附件"


@dataclass(frozen=True, slots=True)
class Given:
    """What a form brought: words by the name of their field, and files."""

    words: Mapping[str, list[str]]
    files: Mapping[str, list[Handed]] = field(default_factory=dict)

    def last(self) -> dict[str, str]:
        """Return the words of each field, the last where there are several."""
        return {name: values[-1].strip() for name, values in self.words.items()}


class _Parts(MultiPartParser):
    """The parser of the library, which keeps no more of a file than may be taken, and no more files than may come."""

    def __init__(self, request: Request, largest: int) -> None:
        super().__init__(request.headers, request.stream(), max_files=FILES, max_fields=FIELDS, max_part_size=WORDS)
        self.largest, self.sizes = largest, dict[int, int]()
        self.words = self.head = 0

    def on_part_begin(self) -> None:
        self.head = 0
        super().on_part_begin()

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._count_head(end - start)
        super().on_header_field(data, start, end)

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._count_head(end - start)
        super().on_header_value(data, start, end)

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        file = self._current_part.file
        if file is None:
            self.words += end - start
            if self.words > WORDS:
                raise MultiPartException("too many words")
        else:
            before = self.sizes.get(id(file), 0)
            self.sizes[id(file)] = before + end - start
            if self._current_files > limits.MOST_FILES + 1 or before > self.largest:
                return
        super().on_part_data(data, start, end)

    def _count_head(self, more: int) -> None:
        self.head += more
        if self.head > HEAD:
            raise MultiPartException("too long a head of a part")


def with_form_cookie(
    request: Request, made: Callable[[str], str], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with the page that `made` returns for the token of its forms."""
    cookie, secure = browser_of(request) or secrets.token_urlsafe(16), by_https(request)
    answer = HTMLResponse(made(form_token(cookie)), status, headers)
    name = SECURE_FORM_COOKIE if secure else FORM_COOKIE
    answer.set_cookie(name, cookie, httponly=True, samesite="strict", secure=secure, max_age=REMEMBERED)
    return answer


def by_https(request: HTTPConnection) -> bool:
    """Return whether the browser came by https."""
    return bool(request.scope.get(BY_HTTPS, request.url.scheme == "https"))


def browser_of(request: HTTPConnection) -> str:
    """Return the mark that forms left in a browser; empty where there is none."""
    return request.cookies.get(SECURE_FORM_COOKIE if by_https(request) else FORM_COOKIE, "")


def sent_to(address: str, token: str) -> str:
    """Return the address that a form is sent to."""
    return f"{address}?{TOKEN}={token}"


def from_our_form(request: HTTPConnection) -> bool:
    """Return whether a form was on a page that we sent to this browser; nothing of the form is read."""
    cookie, shown = browser_of(request), request.query_params.get(TOKEN, "")
    return bool(cookie) and secrets.compare_digest(shown.encode(), form_token(cookie).encode())


async def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a form without files; the gate lets in no more of one than is worth reading."""
    async with request.form(max_files=0, max_fields=10, max_part_size=SMALL) as given:
        return {name: value for name, value in given.items() if isinstance(value, str)}


async def all_of(request: Request, largest: int) -> Given:
    """Return the fields and files of a form. Files larger than `largest`, and too many, are counted and not kept.

    Raises Invalid for what no form of ours brings.
    """
    parser: Any
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        parser = _Parts(request, largest)
    else:
        if int(request.headers.get("content-length", "0")) > WORDS:
            raise Invalid(TOO_MUCH, code="form_too_large")
        parser = FormParser(request.headers, request.stream(), max_fields=FIELDS, max_part_size=WORDS)
    try:
        found = await parser.parse()
    except MultiPartException as refused:
        raise Invalid(TOO_MUCH, code="form_too_large") from refused
    words: dict[str, list[str]] = {}
    files: dict[str, list[Handed]] = {}
    for name, value in found.multi_items():
        if isinstance(value, str):
            words.setdefault(name, []).append(value)
        elif value.filename:
            files.setdefault(name, []).append(Handed(value, parser.sizes.get(id(value), 0)))
        else:
            await value.close()
    return Given(words, files)


@contextmanager
def closing(given: Given) -> Iterator[Given]:
    """Let go of the files at the end."""
    try:
        yield given
    finally:
        for one in (file for files in given.files.values() for file in files):
            one.upload.file.close()
