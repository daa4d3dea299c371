"""What the files of a volume really are when it is sealed: format by their bytes, size, and signs of active content."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from models.kernel.errors import Invalid
from models.kernel.storage.media import PDF, recognise
from models.papers.content import CatalogueItem

# What makes a reader of PDF run, start or unpack something. Compressed parts are not looked into.
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
_BLOCK, _OVERLAP = 1 << 20, 32


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file is called as a format, its MIME type, its bytes; `trouble` in Chinese where it is not what it should be,
    `active` where a PDF may act by itself."""

    label: str
    mime: str
    size: int
    trouble: str | None = None
    active: bool = False


def looked_into(items: Iterable[CatalogueItem], open_file: Callable[[str], BinaryIO]) -> dict[str, Looked]:
    """Return what each file of the items is, by its place; `open_file` opens one by its SHA-256."""
    found: dict[str, Looked] = {}
    for file in (file for item in items for file in item.files):
        with open_file(file.sha256) as content:
            found[file.path] = looked_at(content, PurePosixPath(file.path).name)
    return found


def looked_at(content: BinaryIO, name: str) -> Looked:
    """Return what one open file is; its name says what it should be."""
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    try:
        media = recognise(content, name, limit=sys.maxsize)
    except Invalid as refusal:
        return Looked("未能识别", "application/octet-stream", size, trouble=refusal.message.rstrip("。"))
    return Looked(media.label, media.mime, size, active=media is PDF and _acts(content))


def _acts(content: BinaryIO) -> bool:
    before = b""
    while block := content.read(_BLOCK):
        if _ACTIVE.search(before + block):
            return True
        before = block[-_OVERLAP:]
    return False
