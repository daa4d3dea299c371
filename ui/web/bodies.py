"""Limits on request bodies: declared length, counted bytes, and a timeout for bodies that stop arriving.

Nothing of it is read here. Who is refused by what stands in the head of a request has brought nothing into the process.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import anyio
from starlette.types import Message, Receive

from documents.templates.package import LARGEST_FILE
from models.kernel.settings import Settings
from models.kernel.storage.limits import MEGA, MOST_FILES
from models.register.commands.hazard_links import LINK_PHOTOS
from ui.web.server_limits import UPLOADS, upload_megabytes

SMALL = 64 * 1024
"""Enough for every form without a file."""
FRAME = MEGA
"""What stands around the files of a form: its fields and the lines between."""
HEARD = 4
"""How many times what is taken is listened to, and dropped, so that who sends too much is told so in a sentence."""
PAUSE, WHOLE = 30.0, 900.0
"""Seconds after which a body that does not come on, or does not end, is given up."""
LINKS, HAZARDS, FACTS, DRAFT = "/n/", "/h/", "/facts/", "/draft/"
PHOTO = 10 * MEGA
"""How much one photograph of a hazard may be that comes by a link, from whoever has it."""


class Slow(Exception):
    """The body of a request did not come on."""


class Longer(Exception):
    """The body of a request is longer than was declared."""


def most(path: str, settings: Settings) -> int:
    """Return how much may come to an address."""
    if path.startswith(LINKS):
        return HEARD * MOST_FILES * settings.max_file_bytes + FRAME
    if path.startswith(HAZARDS):
        return HEARD * LINK_PHOTOS * PHOTO + FRAME
    if path.startswith(UPLOADS):
        return upload_megabytes(settings) * MEGA + FRAME
    if path.startswith(DRAFT):
        return HEARD * LARGEST_FILE
    return FRAME if path.startswith(FACTS) else SMALL  # a pasted block of cells


def refused(headers: Mapping[str, str], limit: int) -> tuple[int, str] | None:
    """Return status and sentence for a body that is not declared, or declared too long; None for one that may come."""
    if "transfer-encoding" in headers:
        return 411, "请求没有写明内容的长度，已拒绝。"
    declared = headers.get("content-length", "0")
    if not (declared.isascii() and declared.isdecimal()):
        return 400, "请求写明的长度不是数字，已拒绝。"
    if int(declared) > limit:
        return 413, f"提交的内容过大（{int(declared) // MEGA} MB），已拒绝，没有保存任何内容。"
    return None


class Watched:
    """The receiving end of a request, which ends what is longer than declared and what does not come on."""

    def __init__(self, receive: Receive, declared: int) -> None:
        self.receive, self.left = receive, declared
        self.whole = time.monotonic() + WHOLE
        self.complete = declared == 0

    async def __call__(self) -> Message:
        """Return the next message. Raises Slow, Longer."""
        if self.complete:
            return await self.receive()
        try:
            with anyio.fail_after(min(PAUSE, max(0.0, self.whole - time.monotonic()))):
                message = await self.receive()
        except TimeoutError as late:
            raise Slow from late
        if message["type"] == "http.request":
            self.left -= len(message.get("body", b""))
            self.complete = not message.get("more_body", False)
            if self.left < 0:
                raise Longer
        return message
