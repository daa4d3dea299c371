"""Records the files that the worker built from a paper's frozen content; each once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import and_, select

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.case_lock import lock_case
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.outbox import enqueue
from models.kernel.rights import policy
from models.kernel.storage import limits
from models.kernel.storage.files import Stored
from models.kernel.storage.pictures import Picture
from models.kernel.vocabulary import DocumentKind, RenditionForm
from models.papers.queries.fixing import FIX_PDF, unqueued
from models.papers.tables import Document, Rendition


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that a person handed in and that lies in the store already, with further names under which it came."""

    stored: Stored
    file_name: str
    media_type: str
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureFile(Enclosure):
    """A file that was handed in to be shown, with the copies that show it."""

    picture: Picture | None = None


Handed = TypeVar("Handed", bound=Enclosure)


def each_once(files: Iterable[Handed], most: int = limits.MOST_FILES) -> list[Handed]:
    """Return each file once: what came under two names is one file that keeps both. Raises Invalid for more than `most`."""
    found: dict[str, Handed] = {}
    for file in files:
        first = found.setdefault(file.stored.sha256, file)
        names = dict.fromkeys((*first.other_names, file.file_name, *file.other_names))
        others = tuple(name for name in names if name != first.file_name)
        found[file.stored.sha256] = replace(first, other_names=others)
    limits.refuse_many(len(found), most)
    return list(found.values())


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


@dataclass(frozen=True, slots=True)
class FinalFile:
    """The final docx of a paper, in the store; `version` is that of the frozen content it was built from."""

    document_id: int
    stored: Stored
    file_name: str
    version: int


def attach_finals(act: Act, case_number: str, files: Sequence[FinalFile]) -> list[str]:
    """Record final docx files of papers of one case, as `attach_rendition`; returns the short names of what was new."""
    policy.require(act.actor, "paper.render")
    case = lock_case(act, case_number)
    papers = {paper.id: paper for paper in _papers(act, RenditionForm.FINAL_DOCX, [file.document_id for file in files])}
    new = []
    for file in files:
        paper = papers[file.document_id]
        if _is_new(paper, RenditionForm.FINAL_DOCX, file.stored, file.version):
            _attach(act, case, paper, RenditionForm.FINAL_DOCX, file.stored, file.file_name, pages=None)
            new.append(paper.ref)
            if act.settings.pdf and paper.kind is not DocumentKind.TRACEBACK_ARCHIVE:
                _queue_fixing(act, case, paper.id, paper.content_version)
    return new


def queue_fixing(act: Act, most: int) -> int:
    """Queue the PDF/A files of up to `most` papers that were issued while none was wanted; returns how many."""
    policy.require(act.actor, "paper.render")
    waiting = unqueued(act.session, most)
    for document_id, version, case_id in waiting:
        _queue_fixing(act, act.session.get_one(Case, case_id), document_id, version)
    return len(waiting)


def _queue_fixing(act: Act, case: Case, document_id: int, version: int) -> None:
    enqueue(act, case, FIX_PDF, f"{document_id}/{version}", document=document_id)


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
    case = _locked(act, document_id)
    (paper,) = _papers(act, form, [document_id])
    if not _is_new(paper, form, stored, version):
        return False
    _attach(act, case, paper, form, stored, file_name, pages=pages)
    return True


@dataclass(frozen=True, slots=True)
class _Paper:
    """What is to be known of a paper that gets a file; `standing` is the hash of the one it has."""

    id: int
    ref: str
    kind: DocumentKind
    content_version: int
    content_sha256: str | None
    standing: str | None


def _papers(act: Act, form: RenditionForm, document_ids: Sequence[int]) -> list[_Paper]:
    """Return papers whose case is locked."""
    rows = act.session.execute(
        select(
            Document.id,
            Document.ref,
            Document.kind,
            Document.content_version,
            Document.content_sha256,
            Rendition.sha256.label("standing"),
        )
        .outerjoin(
            Rendition,
            and_(
                Rendition.document_id == Document.id,
                Rendition.form == form,
                Rendition.version == Document.content_version,
            ),
        )
        .where(Document.id.in_(document_ids))
    )
    return [_Paper(*row) for row in rows]


def _is_new(paper: _Paper, form: RenditionForm, stored: Stored, version: int | None) -> bool:
    if paper.content_sha256 is None:
        raise WrongStage(f"文书{paper.ref}尚未签发，不能生成正式文件。", code="not_issued")
    if version is not None and version != paper.content_version:
        return False
    if paper.standing not in (None, stored.sha256):
        raise Conflict(f"文书{paper.ref}已有内容不同的{form.label}，不能替换。", code="rendition_differs")
    return paper.standing is None


def _attach(
    act: Act, case: Case, paper: _Paper, form: RenditionForm, stored: Stored, file_name: str, *, pages: int | None
) -> None:
    act.session.add(
        Rendition(
            document_id=paper.id,
            form=form,
            version=paper.content_version,
            sha256=stored.sha256,
            size=stored.size,
            pages=pages,
            file_name=file_name,
            made_at=act.at,
        )
    )
    record(
        act,
        case,
        "paper_rendered",
        paper=paper.ref,
        kind=paper.kind.value,
        form=form.value,
        sha256=stored.sha256,
        content_sha256=paper.content_sha256,
    )


def _locked(act: Act, document_id: int) -> Case:
    """Return a paper's case, locked."""
    case_number = act.session.scalar(
        select(Case.case_number).join(Document, Document.case_id == Case.id).where(Document.id == document_id)
    )
    if case_number is None:
        raise NotFound(f"没有内部编号为{document_id}的文书。", code="document_not_found")
    return lock_case(act, case_number)
