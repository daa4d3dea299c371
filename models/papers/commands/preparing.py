"""Drafts, on a person's request, every paper of a kind that the case needs."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias

from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid
from models.kernel.rights import policy
from models.kernel.vocabulary import DocumentKind, Urgency
from models.office.rules.paper_kinds import ANY_STAGE, BY_HAND, folder_of

from .approval import find_paper
from .urgency import set_urgency

Drafter: TypeAlias = Callable[[Act, Case], list[str]]

_drafters: dict[DocumentKind, Drafter] = {}


def prepares(kind: DocumentKind) -> Callable[[Drafter], Drafter]:
    """Let a function draft the papers of a kind that a case needs; it returns their short names."""

    def remember(draft: Drafter) -> Drafter:
        _drafters[kind] = draft
        return draft

    return remember


def drafter(kind: DocumentKind) -> Drafter:
    """Return what drafts a kind by hand: the function in `prepare.py` of the kind's folder."""
    import_module(f"{folder_of(kind)}.prepare")
    return _drafters[kind]


@action("prepare", title="拟制通知书或建议书", rights=("paper.prepare",), same_as=("paper_drafted",))
def prepare(
    act: Act,
    case_number: str,
    *,
    kind: DocumentKind,
    priority: Urgency | None = None,
    reason: str | None = None,
) -> list[str]:
    """Draft every paper of a kind that the case needs and does not have; returns their short names. With a `priority` all of
    them are urgent, for a reason.

    Raises Invalid with one fault per measure without responsible unit (or item without competent organ), WrongStage
    before the report is signed (unless the kind does not wait for it), Conflict where nothing is left to draft.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "tell" if kind in ANY_STAGE else "rectify")
    if kind not in BY_HAND:
        raise Invalid(f"{kind.label}不能这样拟制：报告随立案拟制，督办单由超期时限拟制，档案在归档时生成。")
    drafted = drafter(kind)(act, case)
    if not drafted:
        raise Conflict(f"本案没有需要新拟的{kind.label}。", code="nothing_to_draft")
    if priority is not None:
        for ref in drafted:
            set_urgency(act, case, find_paper(act, case, ref), priority, reason)
    return drafted
