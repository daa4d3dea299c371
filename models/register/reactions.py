"""What the register does when something happens to a case."""

from __future__ import annotations

from models.case.announcements import AccidentRetold, CaseFiled, ResultChanged
from models.kernel.act import Act
from models.kernel.reactions import reacts_to

from .commands.following import follow_case


@reacts_to(CaseFiled)
def register_the_accident(act: Act, fact: CaseFiled) -> None:
    """An accident that is investigated stands in the register."""
    follow_case(act, fact.case)


@reacts_to(AccidentRetold)
def retell_the_accident(act: Act, fact: AccidentRetold) -> None:
    """When, where or how it happened, or who was in it, is known otherwise."""
    follow_case(act, fact.case)


@reacts_to(ResultChanged)
def correct_its_casualties(act: Act, fact: ResultChanged) -> None:
    """The casualties are known otherwise."""
    follow_case(act, fact.case)
