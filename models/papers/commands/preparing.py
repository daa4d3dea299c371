"""Drafts, on a person's request, every paper of a kind that the case needs."""

from __future__ import annotations

from models.kernel import lifecycle, policy
from models.kernel.act import Act
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid
from models.kernel.vocabulary import DocumentKind

from .drafting import draft_proposals
from .excerpts import draft_notices_with_excerpts


def prepare(act: Act, case_number: str, *, kind: DocumentKind) -> list[str]:
    """Draft every paper of a kind that the case needs and does not have; returns their short names.

    Raises Invalid with one fault per measure without responsible unit (or item without competent organ), WrongStage
    before the report is signed, Conflict where nothing is left to draft.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "rectify")
    if kind is DocumentKind.RECTIFICATION_NOTICE:
        drafted = draft_notices_with_excerpts(act, case)
    elif kind is DocumentKind.ACCOUNTABILITY_PROPOSAL:
        drafted = draft_proposals(act, case)
    else:
        raise Invalid(f"{kind.label}不能这样拟制：报告随立案拟制，督办单由超期时限拟制，档案在归档时生成。")
    if not drafted:
        raise Conflict(f"本案没有需要新拟的{kind.label}。", code="nothing_to_draft")
    return drafted
