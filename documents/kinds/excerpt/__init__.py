"""调查分析报告摘录: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from documents.kinds import within
from models.papers.content import Excerpt

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(Excerpt, build, FIELDS, within=within.excerpt),)
