"""责令限期消除安全隐患决定书: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.kinds.compel_decision.content import CompelDecision

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(CompelDecision, build, FIELDS),)
