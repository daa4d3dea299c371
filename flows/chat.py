"""One note to one chat (企业微信, 钉钉, 飞书 and others) through `apprise`: taken, refused, or nobody knows."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from types import FunctionType, MethodType
from typing import Any

import requests
from apprise import Apprise, NotifyBase, NotifyFormat, NotifyType, OverflowMode

from flows.mail import NotSent
from models.kernel.settings import channel_secrets

# The library answers yes or no and tells the rest to its log, which also tells the secret: it is read here, by
# ourselves alone, and nothing of it is handed on.
LOG = logging.getLogger("apprise")
REFUSED = re.compile(r"error=(\d{3})")
# Failures before the first byte of the note left. After any other nobody knows whether the note arrived.
NEVER_LEFT = re.compile(r"NewConnectionError|NameResolutionError|ConnectTimeoutError|SSLError|ProxyError|InvalidURL")
# These answer HTTP 200 to a wrong key and to a note too many, too; what is true stands in their answer, 0 for taken.
# (企业微信 and 钉钉 robots: errcode; 飞书 and Lark: code.) The library looks at the status only and calls that sent.
ANSWER_CODES = {"wecombot": "errcode", "dingtalk": "errcode", "feishu": "code", "lark": "code"}


class _Client:
    """What one note is sent with in place of the module `requests`: a session of its own, whose answers are kept."""

    def __init__(self) -> None:
        self.answers: list[requests.Response] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def post(self, url: str, **named: Any) -> requests.Response:
        """Send as `requests.post` does."""
        with requests.Session() as session:
            answer = session.post(url, **named)
        self.answers.append(answer)
        return answer


def _send_by(client: _Client, chat: NotifyBase) -> None:
    """Let one chat, and nothing else in this process, send by a client: the library throws the answer away.

    Its `send` is run with another `requests` among its globals; the library has no place to give it a session.
    """
    plain = type(chat).send
    own = FunctionType(
        plain.__code__, {**plain.__globals__, "requests": client}, plain.__name__, plain.__defaults__, plain.__closure__
    )
    own.__kwdefaults__ = plain.__kwdefaults__
    # mypy refuses to replace a method, for whoever shares the class: this is the one object's own, gone with it.
    chat.send = MethodType(own, chat)  # type: ignore[method-assign]


class _Heard(logging.Handler):
    """What the library says in one thread."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.thread, self.lines = get_ident(), list[str]()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.lines.append(record.getMessage())


def tell(secret: str, subject: str, body: str) -> None:
    """Send a note to the chat whose address is the secret of that name. Raises NotSent, `unsure` where nobody knows."""
    url = channel_secrets().get(secret)
    if url is None:
        raise NotSent(f"没有设置密钥 {secret}。")
    client = _Client()
    with _listening() as heard:
        try:
            chat = Apprise.instantiate(url.get_secret_value())
        except Exception as broken:  # what a plugin makes of a wrong address is its own affair: nothing has left yet
            raise NotSent(f"密钥 {secret} 的内容不能使用：{type(broken).__name__}。") from broken
        if chat is None:
            raise NotSent(f"密钥 {secret} 的内容不是可以识别的聊天群地址。")
        if len(chat) != 1:
            # Where one of several refuses, a second try would reach the others twice.
            raise NotSent(f"密钥 {secret} 指向多个对象，请为每个聊天群各设一个密钥。")
        code = ANSWER_CODES.get(str(getattr(chat, "secure_protocol", None)))
        if code is not None:
            _send_by(client, chat)
        taken = chat.notify(
            title="" if subject == body else subject,
            body=body,
            notify_type=NotifyType.INFO,
            body_format=NotifyFormat.TEXT,
            overflow=OverflowMode.TRUNCATE,
        )
    if taken:
        if code is not None:
            _believe(client.answers, code)
        return
    said = "\n".join(heard.lines)
    refused = REFUSED.search(said)
    if refused is not None:
        raise NotSent(f"聊天服务拒绝：HTTP {refused.group(1)}")
    if NEVER_LEFT.search(said):
        raise NotSent("不能连接聊天服务。")
    raise NotSent("聊天服务没有应答，是否送达不明。", unsure=True)


def _believe(answers: list[requests.Response], code: str) -> None:
    """Raise NotSent where a service that tells refusals in its answer told one."""
    try:
        told = answers[-1].json()
        number = int(told[code])
    except (IndexError, ValueError, KeyError, TypeError):
        raise NotSent("聊天服务的答复不能识别，是否送达不明。", unsure=True) from None
    if number != 0:
        raise NotSent(f"聊天服务拒绝：错误代码 {number}")


@contextmanager
def _listening() -> Iterator[_Heard]:
    heard, level, onward = _Heard(), LOG.level, LOG.propagate
    LOG.addHandler(heard)
    LOG.setLevel(logging.DEBUG)
    LOG.propagate = False
    try:
        yield heard
    finally:
        LOG.removeHandler(heard)
        LOG.setLevel(level)
        LOG.propagate = onward
