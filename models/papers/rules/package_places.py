"""Where each file of a volume lies in its electronic package: folder, item number, document number, title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models.kernel.storage.file_names import LIMIT, safe_name

# A title is no path: a slash in it must not cut off what stands before. RFC 8493 encodes "%" in manifests, and
# validators in wide use do not decode it: full width needs no encoding.
_WIDE = str.maketrans({"/": "／", "\\": "＼", "%": "％"})
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")

# Stands in the event that closes a volume or takes up a supplement: its package ends with the list of its files. A
# package without the list whose event says so was tampered with; an event without it is of an earlier version.
LISTING = "shencha-listing/1"


class PackageFolder(StrEnum):
    """Part of the package by what a file is."""

    DOCUMENTS = "documents"
    EVIDENCE = "evidence"
    REPLIES = "replies"


@dataclass(frozen=True, slots=True)
class PackageListing:
    """What the last event of a package says of it: each file's hash by its path, and that of the catalogue's outline."""

    files: Mapping[str, str]
    catalogue_sha256: str


def package_place(
    folder: PackageFolder, sequence: int, title: str, suffix: str, *, number: str | None = None, part: int | None = None
) -> str:
    """Return a file's path in the package, as `data/documents/003-2_鄂州公交调〔2026〕12号_….pdf`.

    `sequence` is the item's line in the catalogue, `part` counts the item's files where it has several: paths of one
    volume then never collide, on no system. `suffix` is the file's own (".pdf"); a strange one is dropped.
    """
    which = f"{sequence:03d}" if part is None else f"{sequence:03d}-{part}"
    kept = suffix.lower() if _SUFFIX.fullmatch(suffix.lower()) else ""
    words = "_".join([which, *(word.translate(_WIDE) for word in (number, title) if word)])
    return f"data/{folder}/{safe_name(words, LIMIT - len(kept))}{kept}"
