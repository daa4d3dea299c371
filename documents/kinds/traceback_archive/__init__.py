"""监管回溯档案 as a paper volume: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.content import TracebackArchive

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(TracebackArchive, build, FIELDS),)
