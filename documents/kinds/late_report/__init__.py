"""逾期情况报告: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.content import LateReport

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(LateReport, build, FIELDS),)
