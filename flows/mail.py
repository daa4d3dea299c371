"""One mail to one address: built the same each time from its row, handed to the mail server of the settings."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Refused
from models.kernel.settings import Settings, sender_of
from models.kernel.vocabulary import SmtpSecurity

PORTS = {SmtpSecurity.NONE: 25, SmtpSecurity.STARTTLS: 587, SmtpSecurity.TLS: 465}
SENDER = "深查系统"
CLOSING, PERMANENT = 421, 500
SILENT = "发信服务器没有应答，等待超时。"


class NotSent(Refused):
    """The message was not taken over, or nobody knows whether it was.

    `server` where the way there is at fault, `lasting` where another try would fail the same way until somebody mends it.
    """

    code = "not_sent"

    def __init__(self, message: str, *, server: bool = False, unsure: bool = False, lasting: bool = False) -> None:
        super().__init__(message)
        self.server, self.unsure, self.lasting = server, unsure, lasting


def ready(settings: Settings) -> bool:
    """Return whether the settings name a mail server and a sender."""
    return bool(settings.smtp_host and settings.mail_from)


def mail(settings: Settings, key: str, to: str, subject: str, body: str, at: datetime) -> EmailMessage:
    """Return the mail of a row. `key` names the row: the same key gives the same Message-ID, however often it goes."""
    try:
        name, address = sender_of(settings.mail_from or "")
        sender, receiver = Address(name or SENDER, addr_spec=address), Address(addr_spec=to)
    except (ValueError, IndexError) as error:
        raise NotSent(f"发件人或者收件人的邮件地址不可用：{error}", lasting=True) from error
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = receiver
    message["Subject"] = " ".join(subject.split())
    message["Date"] = at.astimezone(SHANGHAI)
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{sender.domain}>"
    # Answers of machines that are on holiday are of no use here.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="base64")
    return message


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """Open the way to the mail server. Raises NotSent, `server` being at fault, with the reason in one sentence."""
    if not ready(settings):
        raise NotSent("未设置发信服务器（SHENCHA_SMTP_HOST）或者发件人（SHENCHA_MAIL_FROM）。", server=True)
    with _told():
        server = _greeted(settings)
    try:
        with _told():
            if settings.smtp_security is SmtpSecurity.STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                password = settings.smtp_password
                server.login(settings.smtp_user, password.get_secret_value() if password else "")
        yield server
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def _greeted(settings: Settings) -> smtplib.SMTP:
    host, port = settings.smtp_host or "", settings.smtp_port or PORTS[settings.smtp_security]
    if settings.smtp_security is SmtpSecurity.TLS:
        return smtplib.SMTP_SSL(host, port, timeout=settings.smtp_seconds, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=settings.smtp_seconds)


def hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """Give one mail to the server. Raises NotSent: refused for this address, or the server is lost (`server`)."""
    with _told():
        server.send_message(message)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the library raises into one sentence; passwords stand in none of them."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        raise NotSent(f"收件人被拒绝：{code} {_text(said)}") from refused
    except smtplib.SMTPAuthenticationError as refused:
        raise NotSent("发信服务器拒绝登录，请检查账号和口令。", server=True) from refused
    except smtplib.SMTPServerDisconnected as lost:
        hung = isinstance(lost.__context__, TimeoutError)
        raise NotSent(SILENT if hung else "与发信服务器的连接中断。", server=True) from lost
    except smtplib.SMTPConnectError as refused:
        raise NotSent(f"发信服务器拒绝连接：{refused.smtp_code} {_text(refused.smtp_error)}", server=True) from refused
    except smtplib.SMTPSenderRefused as refused:
        # 5xx is for good (RFC 5321, 4.2.1), and it speaks of our own setting, not of who is to get the mail.
        raise NotSent(
            f"发信服务器不接受发件人 {refused.sender}：{refused.smtp_code} {_text(refused.smtp_error)}",
            server=refused.smtp_code == CLOSING,
            lasting=refused.smtp_code >= PERMANENT,
        ) from refused
    except smtplib.SMTPResponseException as refused:
        raise NotSent(
            f"发信服务器拒绝：{refused.smtp_code} {_text(refused.smtp_error)}", server=refused.smtp_code == CLOSING
        ) from refused
    except smtplib.SMTPException as other:
        raise NotSent(f"发信失败：{other}") from other
    except TimeoutError as silence:
        raise NotSent(SILENT, server=True) from silence
    except (ssl.SSLError, OSError) as failed:
        raise NotSent(f"不能连接发信服务器：{failed.strerror or failed}", server=True) from failed


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
