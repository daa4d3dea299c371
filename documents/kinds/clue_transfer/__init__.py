"""问题线索移送函: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from documents.kinds import within
from models.papers.content import ClueTransfer

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(ClueTransfer, build, FIELDS, within=within.transfer),)
