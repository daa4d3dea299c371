"""Transactional outbox: work that must follow a commit is queued in the same transaction."""

from __future__ import annotations

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.tables import Outbox


def enqueue(act: Act, case: Case, topic: str, subject: str, **payload: object) -> None:
    """Queue work that must follow this commit. `topic` and `subject` make the key: the same work is queued once."""
    act.session.add(
        Outbox(
            key=f"{topic}:{subject}",
            case_id=case.id,
            topic=topic,
            payload=payload,
            created_at=act.at,
            due_at=act.at,
            tries=0,
        )
    )
