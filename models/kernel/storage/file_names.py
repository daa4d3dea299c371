"""File names that Windows, macOS and Linux all accept and all spell alike."""

from __future__ import annotations

import re
import unicodedata

LIMIT = 160
"""Longest name in UTF-8 bytes, suffix included: leaves room for folders within Windows' 260 characters."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")
# Control, format (direction marks turn names round on screen), surrogate, private, unassigned, line separators.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_name(name: str, limit: int = LIMIT) -> str:
    """Return `name` as one path component in NFC, at most `limit` (≥ 32) UTF-8 bytes, its suffix kept; never empty.

    Of a path only the last component is taken, as some browsers send the whole one. A safe name is left as it is.
    """
    last = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    stem, suffix = _split(_plain(last))
    stem = _cut(stem, limit - len(suffix)) or "未命名"
    # Windows reserves a device's name with any suffix ("nul.tar.gz").
    if _RESERVED.fullmatch(stem.split(".")[0].rstrip()):
        stem = "_" + _cut(stem, limit - len(suffix) - 1)
    return stem + suffix


def _plain(text: str) -> str:
    kept = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE)
    return _trim(re.sub(" +", " ", _FORBIDDEN.sub("_", unicodedata.normalize("NFC", kept))))


def _trim(text: str) -> str:
    """Drop what hides a file, reads as an option or a home folder, or is dropped by Windows."""
    return text.lstrip(" .-~").rstrip(" .")


def _split(name: str) -> tuple[str, str]:
    stem, dot, rest = name.rpartition(".")
    return (stem, dot + rest) if _trim(stem) and _SUFFIX.fullmatch(dot + rest) else (name, "")


def _cut(text: str, limit: int) -> str:
    return _trim(text.encode("utf-8")[:limit].decode("utf-8", "ignore"))
