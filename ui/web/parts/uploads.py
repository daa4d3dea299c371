"""Fields for files: how many and how large is told before, and told the same everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, overload

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from models.kernel.storage import limits
from ui.web.parts.words import plain


@overload
def upload(
    label: str, limit: int, *, key: str | None = None, kinds: Sequence[str] | None = None, many: Literal[False] = False
) -> UploadedFile | None: ...


@overload
def upload(
    label: str, limit: int, *, key: str | None = None, kinds: Sequence[str] | None = None, many: Literal[True]
) -> list[UploadedFile]: ...


def upload(
    label: str, limit: int, *, key: str | None = None, kinds: Sequence[str] | None = None, many: bool = False
) -> UploadedFile | list[UploadedFile] | None:
    """Show a field for a file of at most `limit` bytes, or for several files."""
    # Streamlit lets in more than we take (`server_limits`), so that its own words, which we hide, would tell other sizes.
    told = f"{label}（{'每个' if many else ''}不超过{limits.size(limit)}）"
    return st.file_uploader(plain(told), type=kinds, accept_multiple_files=many, key=key)
