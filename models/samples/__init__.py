"""Sample dossiers of our own making; every event, unit and person in them is invented."""

from __future__ import annotations

from importlib.resources import files

from models.kernel.errors import NotFound

NAMES = ("ezhou-four-deaths", "ezhou-one-death", "ezhou-injuries")


def dossier_bytes(name: str) -> bytes:
    """Return the file of one sample. Raises NotFound for other names than NAMES."""
    if name not in NAMES:
        raise NotFound(f"没有名为“{name}”的样例，可用的有：{'、'.join(NAMES)}", code="unknown_sample")
    return (files("models.samples") / f"{name}.json").read_bytes()
