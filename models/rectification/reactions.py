"""What rectification does when something happens to a paper or a case."""

from __future__ import annotations

from models.case.facts import CaseFiled, PlaceCorrected
from models.kernel.act import Act
from models.kernel.reactions import reacts_to
from models.papers.facts import PaperIssued, PaperReceived, PaperTakesEffect, ReportApproved

from .commands.amending import take_effect
from .commands.effect_clock import keep_clock
from .commands.notice_links import offer_link
from .commands.recurrences import look_for_recurrences
from .commands.serving import count_from_receipt, start_clocks


@reacts_to(CaseFiled)
def look_for_measures_that_did_not_help(act: Act, fact: CaseFiled) -> None:
    """Put down which earlier measures this accident happened in spite of."""
    look_for_recurrences(act, fact.case)


@reacts_to(PlaceCorrected)
def look_again_from_the_right_place(act: Act, fact: PlaceCorrected) -> None:
    """Let fall what rested on the wrong place or owner, and put down what the right one shows."""
    look_for_recurrences(act, fact.case)


@reacts_to(ReportApproved)
def start_the_clock_of_the_evaluation(act: Act, fact: ReportApproved) -> None:
    """Let the clock of 整改评估 run from the approval of the report."""
    keep_clock(act, fact.case)


@reacts_to(PaperIssued)
def open_the_page_of_a_notice(act: Act, fact: PaperIssued) -> None:
    """Let the address on the paper open its page."""
    offer_link(act, fact.document)


@reacts_to(PaperTakesEffect)
def let_a_paper_take_effect(act: Act, fact: PaperTakesEffect) -> None:
    """Start the clocks of the recipient, and let a correction or withdrawal do what it says."""
    start_clocks(act, fact.case, fact.document, fact.at)
    take_effect(act, fact.case, fact.document, fact.at)


@reacts_to(PaperReceived)
def count_a_plan_from_the_receipt(act: Act, fact: PaperReceived) -> None:
    """Let the receipt meet its clock, and the plan be counted from it."""
    count_from_receipt(act, fact.document, fact.at)
