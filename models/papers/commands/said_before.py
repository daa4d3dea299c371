"""What a paper said at the step before: nobody signs what the reviewers did not see."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from models.clock.queries.rulebook import rules_of
from models.kernel.act import Act
from models.kernel.calendar.local_time import SHANGHAI, chinese_date
from models.kernel.errors import Conflict
from models.office.tables import User
from models.papers import content as papers
from models.papers.filling import content
from models.papers.tables import Approval, Document


def said_now(act: Act, document: Document) -> str:
    """Return the hash of what a paper says before anybody numbers and dates it.

    Whom to telephone is the installation's affair, and no matter of the review. Nor are words that a person wrote in the
    place of ours: once the paper is under way only who has the step before them can change those, and the record tells it.
    """
    settings = act.settings.model_copy(update={"contact": "", "phone": None})
    said = content(
        act.session,
        document.id,
        settings=settings,
        rules=rules_of(act),
        issued_on=None,
        number=None,
        signatory=None,
    )
    return hashlib.sha256(papers.canonical(said.model_copy(update={"kept": ()}))).hexdigest()


def refuse_unseen(act: Act, document: Document, step: Approval) -> None:
    """Refuse a step on a paper that says something else than when the step before passed it on. Raises Conflict."""
    before = act.session.execute(
        select(Approval.said_sha256, Approval.decided_at, Approval.role, User.name)
        .join(User, User.id == Approval.decided_by)
        .where(
            Approval.document_id == document.id,
            Approval.round == document.round,
            Approval.position < step.position,
            Approval.said_sha256.is_not(None),
        )
        .order_by(Approval.position.desc())
        .limit(1)
    ).one_or_none()
    if before is None or before.decided_at is None or before.said_sha256 == said_now(act, document):
        return
    at = before.decided_at.astimezone(SHANGHAI)
    raise Conflict(
        f"文书{document.ref}的内容在{before.name}{chinese_date(at.date())}{at:%H:%M}{before.role.label}之后有变化，"
        "请退回，核对后重新提交审批。",
        code="changed_since_review",
    )
