"""先行整改通知 as 通知, 函 or 报告: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from documents.kinds import within
from models.papers.content import AdvanceNotice

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(AdvanceNotice, build, FIELDS, within=within.advance),)
