"""Text files as offices write them: in UTF-8, or as many programs still do, in GB 18030."""

from __future__ import annotations


def decoded(data: bytes) -> str | None:
    """Return the text of a file, without the mark at its beginning; None where it is in neither encoding."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
