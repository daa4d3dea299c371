"""问询函: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.kinds.fact_inquiry.content import FactInquiry

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(FactInquiry, build, FIELDS),)
