"""Sends a test message to one address at once and returns the other side's answer."""

from __future__ import annotations

from datetime import datetime

from flows import chat, mail
from models.kernel.settings import Settings
from models.kernel.vocabulary import Medium

SUBJECT = "深查系统试发"
BODY = "这是一条试发消息，收到即说明此地址可以接收深查系统的消息，无需回复。"


def try_address(settings: Settings, medium: Medium, address: str, now: datetime) -> None:
    """Send the test note. Raises NotSent with what the other side said."""
    if medium is Medium.CHAT:
        chat.tell(address, SUBJECT, BODY)
        return
    with mail.connected(settings) as server:
        mail.hand_over(server, mail.mail(settings, f"try/{now.isoformat()}/{address}", address, SUBJECT, BODY, now))


def try_server(settings: Settings) -> None:
    """Greet the mail server, log in and go. Raises NotSent."""
    with mail.connected(settings):
        pass
