"""Sentences about steps that no account may take, with as much as the reader may know."""

from __future__ import annotations

from typing import Any


def about_stuck(step: dict[str, Any]) -> str | None:
    """Return the paper, or measure and answer, that a step is about; None for who may know of no content."""
    if "paper" not in step:
        return None
    if step["measure"]:
        answer = f" 反馈{step['reply']}" if step["reply"] else ""
        return f"{step['measure']}（{step['organisation']}）{answer}"
    return f"{step['paper']} {step['paper_title']}" if step["paper"] else None
