"""请示, 意见 and 商请督促函: how they look, and what templates of them may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.kinds.referrals.content import Opinion, ReferralLetter, RequestForInstructions

from .fields import LETTER, OPINION, REQUEST
from .layout import letter, opinion, request

DRAWN = (
    Drawn(RequestForInstructions, request, REQUEST),
    Drawn(ReferralLetter, letter, LETTER),
    Drawn(Opinion, opinion, OPINION),
)
