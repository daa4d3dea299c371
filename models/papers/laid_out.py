"""How a paper reads once it is laid out. The layout stands in a room above, and is asked by name, as reactions are."""

from __future__ import annotations

from importlib import import_module

from models.papers.content import Paper
from models.papers.content.passages import LaidOut

DRAWING = "documents"
"""By name: papers say what is in a paper, and know nothing of how it is drawn."""


def laid_out(paper: Paper) -> LaidOut:
    """Return a paper's paragraphs and tables as its file will have them."""
    told: LaidOut = import_module(DRAWING).laid_out(paper)
    return told
