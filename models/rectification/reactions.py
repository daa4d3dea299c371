"""What rectification does when something happens to a paper."""

from __future__ import annotations

from models.kernel.act import Act
from models.kernel.reactions import reacts_to
from models.papers.announcements import PaperIssued, PaperReceived, PaperTakesEffect, ReportApproved

from .commands.amending import take_effect
from .commands.effect_clock import keep_clock
from .commands.notice_links import offer_link
from .commands.serving import count_from_receipt, start_clocks


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
