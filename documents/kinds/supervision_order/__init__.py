"""限期落实督办单: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.content import SupervisionOrder

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(SupervisionOrder, build, FIELDS),)
