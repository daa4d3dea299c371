"""整改报告通知书 by hand: one for each responsible unit, with the excerpts that go with it."""

from __future__ import annotations

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.vocabulary import DocumentKind
from models.papers.commands.excerpts import draft_notices_with_excerpts
from models.papers.commands.preparing import prepares


@prepares(DocumentKind.RECTIFICATION_NOTICE)
def prepare(act: Act, case: Case) -> list[str]:
    """Draft the notices of a case."""
    return draft_notices_with_excerpts(act, case)
