"""A waiting step in words, and the address where it is taken."""

from __future__ import annotations

from urllib.parse import urlencode

from models.overview.queries.waiting.rows import Wait
from models.overview.queries.worklists import Waiting
from ui.web.parts.choices import short

LONGEST = 40
UNSENT = "stuck"  # the address of the page where messages that did not arrive are handled
# Steps that are about the case as a whole.
STEP_OF = {
    Wait.EVALUATE: "evaluate-measure",
    Wait.RECURRENCE: "decide-recurrence",
    Wait.CLOSE_INCOMING: "close-incoming",
}


def step_address(wait: Waiting) -> str:
    """Return where the step is taken: the page of the case, at what it is about; that of messages for one of them."""
    if wait.send:
        return f"/{UNSENT}?send={wait.send}"
    asked = {name: value for name, value in (("measure", wait.measure), ("reply", wait.reply)) if value}
    part = "measures" if asked else "papers" if wait.paper else "more"
    if not asked and wait.paper:
        asked = {"paper": wait.paper}
    if wait.wait is Wait.ARCHIVE:
        part = "complete"  # what is missing comes before the step itself
    if not asked and wait.wait in STEP_OF:
        asked = {"action": STEP_OF[wait.wait]}
    return f"/case?{urlencode({'number': wait.case_number, 'part': part, **asked})}"


def about(wait: Waiting) -> str:
    """Return what a step is about: the paper, the message, or the measure and whose it is or who answered."""
    if wait.send:
        return f"外发消息 {wait.send}"
    if wait.measure:
        return f"{wait.measure} {short(wait.measure_text or '', LONGEST)}（{_whose(wait)}）"
    if wait.paper:
        return f"{wait.paper} {wait.paper_title}{'（' + wait.recipient + '）' if wait.recipient else ''}"
    return wait.organisation or wait.case_number


def _whose(wait: Waiting) -> str:
    """Return the unit that a person looks for: who answered, and until when more time is asked for; else who owes."""
    if wait.reply is None:
        return wait.organisation or "未确认"
    until = f"，申请延至{wait.requested_due_on}" if wait.requested_due_on else ""
    return f"{wait.answered_by}{until}"
