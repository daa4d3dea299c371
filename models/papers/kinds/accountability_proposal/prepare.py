"""倒查问责建议书 by hand: one for each competent organ."""

from __future__ import annotations

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.vocabulary import DocumentKind
from models.papers.commands.drafting import draft_proposals
from models.papers.commands.preparing import prepares


@prepares(DocumentKind.ACCOUNTABILITY_PROPOSAL)
def prepare(act: Act, case: Case) -> list[str]:
    """Draft the proposals of a case."""
    return draft_proposals(act, case)
