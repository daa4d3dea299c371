"""What a volume holds: its items with their files, the catalogue's rows on paper and its machine-readable form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import BinaryIO

from documents.archive.verify import FORMAT
from models.rules.chain import JSON, canonical
from models.rules.file_names import LIMIT, safe_name

HEADINGS = ("序号", "责任者", "文号", "题名", "日期", "页数", "备注")
EMPTY = "—"

# A title is no path: a slash in it must not cut off what stands before. RFC 8493 encodes "%" in manifests, and
# validators in wide use do not decode it: full width needs no encoding.
_WIDE = str.maketrans({"/": "／", "\\": "＼", "%": "％"})
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class Folder(StrEnum):
    """Where an item's files lie in the package."""

    DOCUMENTS = "documents"
    EVIDENCE = "evidence"
    REPLIES = "replies"


@dataclass(frozen=True, slots=True)
class ItemFile:
    """One file of an item: its SHA-256 as recorded on arrival, its suffix (".pdf"), and how to open its bytes."""

    sha256: str
    suffix: str
    open: Callable[[], BinaryIO] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the catalogue: a paper with its renditions, a piece of evidence, a reply.

    `pages` is known only where there is a PDF. An item without files stands for one kept elsewhere (secret papers).
    """

    folder: Folder
    title: str
    responsible: str = ""
    document_number: str = ""
    dated: date | None = None
    pages: int | None = None
    note: str = ""
    files: tuple[ItemFile, ...] = ()


def rows(items: Iterable[Item]) -> tuple[tuple[str, ...], ...]:
    """Return the catalogue as printed, under `HEADINGS`; a field without content is struck with a dash."""
    return tuple(
        (
            str(number),
            item.responsible or EMPTY,
            item.document_number or EMPTY,
            item.title or EMPTY,
            f"{item.dated.year}年{item.dated.month}月{item.dated.day}日" if item.dated else EMPTY,
            EMPTY if item.pages is None else str(item.pages),
            item.note or EMPTY,
        )
        for number, item in enumerate(items, start=1)
    )


def places(items: Iterable[Item]) -> Iterator[tuple[str, ItemFile]]:
    """Yield every file with its path in the package, in catalogue order.

    Names begin with the item's number, and the file's where there are several: so no two can collide.
    """
    for number, item in enumerate(items, start=1):
        for part, file in enumerate(item.files, start=1):
            which = f"{number:03d}" if len(item.files) == 1 else f"{number:03d}-{part}"
            words = "_".join([which, *(word for word in (item.document_number, item.title) if word)])
            suffix = file.suffix.lower() if _SUFFIX.fullmatch(file.suffix.lower()) else ""
            name = safe_name(words.translate(_WIDE), LIMIT - len(suffix))
            yield f"data/{item.folder}/{name}{suffix}", file


def catalogue_json(items: Iterable[Item], info: Mapping[str, str], sizes: Mapping[str, int]) -> bytes:
    """Return catalogue.json: what the package says of itself, and each item with its files' paths, hashes and bytes.

    `sizes` maps each path of `places` to its size. One line of canonical JSON.
    """
    kept = tuple(items)
    where = iter(places(kept))
    entries: list[JSON] = []
    for number, item in enumerate(kept, start=1):
        placed = [next(where) for _ in item.files]
        files: list[JSON] = [{"path": path, "sha256": file.sha256, "size": sizes[path]} for path, file in placed]
        entries.append(
            {
                "no": number,
                "responsible": item.responsible,
                "document_number": item.document_number,
                "title": item.title,
                "dated": item.dated.isoformat() if item.dated else None,
                "pages": item.pages,
                "note": item.note,
                "files": files,
            }
        )
    return canonical({"format": FORMAT, "info": dict(info), "items": entries}) + b"\n"
