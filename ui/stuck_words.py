"""Sentences about steps that no account may take, with as much as the reader may know."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line loads no query before it needs one
    from models.overview.queries.stuck import StuckStep


def about_stuck(step: StuckStep) -> str | None:
    """Return the paper, or measure and answer, that a step is about; None for who may know of no content."""
    inside = step.inside
    if inside is None:
        return None
    if inside.measure:
        answer = f" 反馈{inside.reply}" if inside.reply else ""
        return f"{inside.measure}（{step.organisation}）{answer}"
    return f"{inside.paper} {inside.paper_title}" if inside.paper else None
