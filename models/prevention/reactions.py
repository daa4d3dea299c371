"""What prevention does when something happens to a case."""

from __future__ import annotations

from models.case.announcements import CaseFiled, PlaceCorrected
from models.kernel.act import Act
from models.kernel.reactions import reacts_to

from .commands.recurrences import look_for_recurrences


@reacts_to(CaseFiled)
def look_for_measures_that_did_not_help(act: Act, fact: CaseFiled) -> None:
    """Put down which earlier measures this accident happened in spite of."""
    look_for_recurrences(act, fact.case)


@reacts_to(PlaceCorrected)
def look_again_from_the_right_place(act: Act, fact: PlaceCorrected) -> None:
    """Let fall what rested on the wrong place or owner, and put down what the right one shows."""
    look_for_recurrences(act, fact.case)
