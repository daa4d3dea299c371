"""Which template a paper is made with, and the list of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.kernel.rights import policy
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.office.tables import Organisation, User
from models.papers.tables import Document, Template


def in_use(session: Session, issuer_id: int, kind: DocumentKind, form: DocumentForm | None) -> Template | None:
    """Return the template for a paper now: the one for its form before the one for every form; None for our own."""
    return session.scalars(
        select(Template)
        .where(
            Template.issuer_id == issuer_id,
            Template.kind == kind,
            Template.retired_at.is_(None),
            or_(Template.form.is_(None), Template.form == form),
        )
        .order_by(Template.form.is_(None))
        .limit(1)
    ).one_or_none()


def template_file_of(session: Session, document_id: int) -> str | None:
    """Return the hash of the template that a paper was signed with; None for our own form."""
    return session.scalar(
        select(Template.sha256).join(Document, Document.template_id == Template.id).where(Document.id == document_id)
    )


@dataclass(frozen=True, slots=True)
class TemplateShown:
    """A template of an issuer, who handed it in, and since when it is no longer used."""

    id: int
    issuer: str
    kind: DocumentKind
    form: DocumentForm | None
    version: int
    file_name: str
    sha256: str
    uploaded_by: str
    uploaded_at: datetime
    retired_at: datetime | None


def template_list(session: Session, actor: Actor) -> list[TemplateShown]:
    """Return every template with who handed it in, newest first per issuer and kind. Raises NotAllowed."""
    policy.require(actor, "office.manage")
    rows = session.execute(
        select(
            Template.id,
            Organisation.name.label("issuer"),
            Template.kind,
            Template.form,
            Template.version,
            Template.file_name,
            Template.sha256,
            User.name.label("uploaded_by"),
            Template.uploaded_at,
            Template.retired_at,
        )
        .join(Organisation, Organisation.id == Template.issuer_id)
        .join(User, User.id == Template.uploaded_by)
        .order_by(Template.issuer_id, Template.kind, Template.version.desc())
    )
    return [TemplateShown(**row._mapping) for row in rows]
