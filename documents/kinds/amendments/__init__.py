"""更正 and 撤销: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.content import Correction, Withdrawal

from .fields import CORRECTION, WITHDRAWAL
from .layout import correction, withdrawal

DRAWN = (
    Drawn(Correction, correction, CORRECTION),
    Drawn(Withdrawal, withdrawal, WITHDRAWAL),
)
