"""约谈通知 and 约谈纪要: how it looks, and what a template of it may name."""

from __future__ import annotations

from documents.drawn import Drawn
from models.papers.content import TalkMinutes, TalkNotice

from .fields import MINUTES, NOTICE
from .layout import minutes, notice

DRAWN = (
    Drawn(TalkNotice, notice, NOTICE),
    Drawn(TalkMinutes, minutes, MINUTES),
)
