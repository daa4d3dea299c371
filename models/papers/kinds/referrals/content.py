"""请示 and 商请督促函: which measures of which unit, and why they go this way."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import Content, Head, HeadedPaper
from models.papers.content.facts import AccidentFacts, Milestone


class ReferredMeasure(Content):
    """One measure that goes through somebody else."""

    text: str
    proof: str | None = None
    due: date | None = None
    milestones: tuple[Milestone, ...] = ()


class RequestForInstructions(HeadedPaper):
    """One matter: that our superior writes to a unit we may not write to, or decides by whom it is done."""

    kind: Literal["request_for_instructions"] = "request_for_instructions"
    head: Head
    case_number: str
    accident: AccidentFacts
    unit: str
    why: str | None = None
    found: str | None = None  # the clause that leads to the measures
    inclined: str | None = None  # which way we would prefer, as competence has it
    reported: bool = False  # a report tells our government of the hazards, which this paper does not repeat
    measures: tuple[ReferredMeasure, ...] = ()


class ReferralLetter(HeadedPaper):
    """That the authority of a unit, or the police of its place, sees to measures of the unit within its own powers."""

    kind: Literal["referral_letter"] = "referral_letter"
    head: Head
    case_number: str
    accident: AccidentFacts
    unit: str
    measures: tuple[ReferredMeasure, ...] = ()
