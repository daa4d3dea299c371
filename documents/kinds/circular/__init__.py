"""通报: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.kinds.circular.content import Circular

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(Circular, build, FIELDS),)
