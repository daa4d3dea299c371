"""What the database knows of the secret behind links and answer codes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.tables import AdminEvent
from models.papers.rules import links
from models.rectification.tables import NoticeLink


def kept_fingerprint(session: Session) -> str | None:
    """Return the fingerprint on record; None where none was kept yet."""
    return session.scalar(
        select(AdminEvent.data["fingerprint"].as_string())
        .where(AdminEvent.kind == "link_key_set")
        .order_by(AdminEvent.id.desc())
        .limit(1)
    )


def fits_printed_links(session: Session, secret: bytes | None) -> bool:
    """Return whether the newest link that was printed follows from the secret, for a database without a fingerprint."""
    newest = session.execute(
        select(NoticeLink.document_id, NoticeLink.version, NoticeLink.token_sha256)
        .order_by(NoticeLink.document_id.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return True
    document_id, version, kept = newest
    return bool(secret) and links.fingerprint(links.token(secret or b"", document_id, version)) == kept
