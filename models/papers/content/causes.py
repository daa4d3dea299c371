"""致因: what a picture of causes is drawn from. The report holds it in its own entries, the case's page reads it anew."""

from __future__ import annotations

from .common import Content
from .facts import AccidentFacts, DutyEntry, FindingEntry, MeasureEntry


class Causes(Content):
    """An accident, what was found to have led to it, whose duty was not done, and what must be done now.

    `numbered` says whether findings are called by their numbers: not in a paper that prints these nowhere else.
    """

    accident: AccidentFacts
    findings: tuple[FindingEntry, ...] = ()
    duties: tuple[DutyEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()
    numbered: bool = True
