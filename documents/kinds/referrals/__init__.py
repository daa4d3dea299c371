"""请示 and 商请督促函: how they look, and what templates of them may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.kinds.referrals.content import ReferralLetter, RequestForInstructions

from .fields import LETTER, REQUEST
from .layout import letter, request

DRAWN = (Drawn(RequestForInstructions, request, REQUEST), Drawn(ReferralLetter, letter, LETTER))
