"""Our samples as they were told in `case-dossier/1`, for what is asked of that format and of dossiers that tell little."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "models" / "accident" / "dossier" / "data"


def first_format(name: str) -> bytes:
    """Return the file of one of them."""
    return (DATA / f"{name}.json").read_bytes()
