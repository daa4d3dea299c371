"""How large what comes in by Streamlit's own doors may be."""

from __future__ import annotations

from models.kernel.settings import Settings
from models.kernel.storage.limits import MEGA

UPLOADS = "/_stcore/upload_file/"
FRAME_OF_STREAM = 8 * MEGA
"""The largest frame that a browser sends: what stands in the fields of a page, and no files."""


def upload_megabytes(settings: Settings) -> int:
    """Return what Streamlit lets in, twice what we take: it is we who refuse, in Chinese and instead of the whole step."""
    return 2 * -(-settings.max_file_bytes // MEGA)
