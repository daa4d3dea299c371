"""The files of a paper: what the worker built from frozen content is put on record once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from models.errors import Conflict, Invalid, NotFound, WrongStage
from models.files import Stored
from models.rules import policy
from models.rules.vocabulary import RenditionForm
from models.tables import Case, Document, Rendition

from .act import Act, lock_case, record


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that a person handed in and that lies in the store already."""

    stored: Stored
    file_name: str
    media_type: str


def add_version(act: Act, document: Document, form: RenditionForm, stored: Stored, file_name: str) -> Rendition:
    """Put a file that a person handed in beside the earlier ones of its form, as their next version.

    Raises Conflict where the very same file is on record in that form. The caller has asked the policy.
    """
    if stored.size == 0:
        raise Invalid(f"{form.label}是空文件，请重新上传。", code="empty_file")
    known = act.session.execute(
        select(Rendition.version, Rendition.sha256).where(Rendition.document_id == document.id, Rendition.form == form)
    ).all()
    if any(row.sha256 == stored.sha256 for row in known):
        raise Conflict(f"同一份{form.label}已经登记。", code="same_file")
    kept = Rendition(
        document_id=document.id,
        form=form,
        version=max((row.version for row in known), default=0) + 1,
        sha256=stored.sha256,
        size=stored.size,
        file_name=file_name,
        made_at=act.at,
    )
    act.session.add(kept)
    return kept


def attach_rendition(
    act: Act,
    document_id: int,
    form: RenditionForm,
    stored: Stored,
    file_name: str,
    *,
    pages: int | None = None,
    version: int | None = None,
) -> bool:
    """Record a stored file as a form of an issued paper; returns False, and changes nothing, where it is on record.

    Each version of frozen content has one file of each form for ever; what was built from a `version` that was changed
    since is let fall. Raises NotFound, WrongStage (nothing frozen yet), Conflict
    where another file stands for the same content.
    """
    policy.require(act.actor, "paper.render")
    document = _locked(act, document_id)
    if document.content is None:
        raise WrongStage(f"文书{document.ref}尚未签发，不能生成正式文件。", code="not_issued")
    if version is not None and version != document.content_version:
        return False
    standing = act.session.scalar(
        select(Rendition.sha256).where(
            Rendition.document_id == document.id, Rendition.form == form, Rendition.version == document.content_version
        )
    )
    if standing == stored.sha256:
        return False
    if standing is not None:
        raise Conflict(f"文书{document.ref}已有内容不同的{form.label}，不能替换。", code="rendition_differs")
    act.session.add(
        Rendition(
            document_id=document.id,
            form=form,
            version=document.content_version,
            sha256=stored.sha256,
            size=stored.size,
            pages=pages,
            file_name=file_name,
            made_at=act.at,
        )
    )
    case = act.session.get_one(Case, document.case_id)
    record(
        act,
        case,
        "paper_rendered",
        paper=document.ref,
        kind=document.kind.value,
        form=form.value,
        sha256=stored.sha256,
        content_sha256=document.content_sha256,
    )
    return True


def _locked(act: Act, document_id: int) -> Document:
    """Return a paper, its case locked."""
    case_number = act.session.scalar(
        select(Case.case_number).join(Document, Document.case_id == Case.id).where(Document.id == document_id)
    )
    if case_number is None:
        raise NotFound(f"没有内部编号为{document_id}的文书。", code="document_not_found")
    lock_case(act, case_number)
    return act.session.get_one(Document, document_id)
