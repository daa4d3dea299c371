"""请示, 意见 and 商请督促函: which measures of which unit go this way and why, or what a person asks in own words."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import Content, Head, HeadedPaper
from models.papers.content.facts import CaseTopic, Milestone


class ReferredMeasure(Content):
    """One measure that goes through somebody else."""

    text: str
    proof: str | None = None
    due: date | None = None
    milestones: tuple[Milestone, ...] = ()


class AnnexedMeasure(Content):
    """One measure of the annex: what is to be done, by whom, until when, proved how."""

    text: str
    units: tuple[str, ...] = ()
    due: date | None = None
    proof: str | None = None


class OwnWords(Content):
    """What a person asks or proposes: one matter, the reasons, our own inclination; each may have several paragraphs."""

    matter: str
    reasons: str
    inclination: str
    annex: tuple[AnnexedMeasure, ...] = ()


class RequestForInstructions(HeadedPaper):
    """One matter: that our superior writes to a unit we may not write to, or decides by whom it is done; or what `own` asks."""

    kind: Literal["request_for_instructions"] = "request_for_instructions"
    head: Head
    case_number: str
    accident: CaseTopic
    unit: str = ""
    why: str | None = None
    found: str | None = None  # the clause that leads to the measures
    inclined: str | None = None  # which way we would prefer, as competence has it
    reported: bool = False  # a report tells our government of the hazards, which this paper does not repeat
    measures: tuple[ReferredMeasure, ...] = ()
    own: OwnWords | None = None


class Opinion(HeadedPaper):
    """意见: how we see a matter and what we propose; upward it is dealt with as a 请示, to others it is for their reference."""

    kind: Literal["opinion"] = "opinion"
    head: Head
    case_number: str
    accident: CaseTopic
    own: OwnWords


class ReferralLetter(HeadedPaper):
    """That the authority of a unit, or the police of its place, sees to measures of the unit within its own powers."""

    kind: Literal["referral_letter"] = "referral_letter"
    head: Head
    case_number: str
    accident: CaseTopic
    unit: str
    measures: tuple[ReferredMeasure, ...] = ()
