"""倒查问责建议书: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from documents.kinds import within
from models.papers.content import AccountabilityProposal

from .fields import FIELDS
from .layout import build

DRAWN = (Drawn(AccountabilityProposal, build, FIELDS, within=within.proposal),)
