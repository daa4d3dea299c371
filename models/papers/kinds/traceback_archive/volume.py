"""The catalogue of a volume: every paper that got a number, the evidence, replies and site checks, with their files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case, Evidence, IncomingPaper
from models.kernel.calendar.local_time import local_date
from models.kernel.lifecycle import SIGNED
from models.kernel.vocabulary import DocumentKind, DocumentStatus, RenditionForm
from models.office.tables import Organisation
from models.papers.content import ArchivedFile, CatalogueItem
from models.papers.filling.draft import Draft
from models.papers.queries.case_papers import of_case
from models.papers.rules.package_places import PackageFolder, package_place
from models.papers.tables import Amendment, Document, Rendition
from models.rectification.tables import Reply, ReplyFile

from .content import RESTRICTED

LOST = "原文件不能读取，经批准缺存"
KINDS = list(DocumentKind)
AMENDED = {DocumentKind.CORRECTION: "已更正", DocumentKind.WITHDRAWAL: "已撤销"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: what it is called, which bytes."""

    name: str
    sha256: str
    size: int | None


class Catalogue:
    """Numbers the items one after the other; a file's place in the package begins with its item's number.

    `lost` are the hashes of files that cannot be read and that somebody approved to be missing: their items say so.
    """

    def __init__(self) -> None:
        self.items: list[CatalogueItem] = []
        self.lost: set[str] = set()

    def add(
        self,
        folder: PackageFolder,
        title: str,
        files: Sequence[StoredFile] = (),
        *,
        responsible: str | None = None,
        number: str | None = None,
        dated: date | None = None,
        pages: int | None = None,
        remark: str | None = None,
        about: str | None = None,
    ) -> tuple[ArchivedFile, ...]:
        """Append one line and return its files as they lie in the package; `about` is whose they are, as evidence/E2."""
        sequence = len(self.items) + 1
        there = [file for file in files if file.sha256 not in self.lost]
        if len(there) < len(files):
            remark = "；".join(filter(None, (remark, LOST)))
        archived = tuple(
            ArchivedFile(
                path=package_place(
                    folder,
                    sequence,
                    title,
                    PurePosixPath(file.name).suffix,
                    number=number,
                    part=part if len(there) > 1 else None,
                ),
                sha256=file.sha256,
                size=file.size,
            )
            for part, file in enumerate(there, 1)
        )
        self.items.append(
            CatalogueItem(
                sequence=sequence,
                responsible=responsible,
                number=number,
                title=title,
                dated=dated,
                pages=pages,
                remark=remark,
                about=about,
                files=archived,
            )
        )
        return archived


@dataclass(frozen=True, slots=True)
class _Rendered:
    form: RenditionForm
    file_name: str
    sha256: str
    size: int
    pages: int | None
    version: int


def add_papers(session: Session, draft: Draft, catalogue: Catalogue) -> None:
    """Add every paper that was numbered, voided ones with their reason, in the order of the five."""
    issuer = aliased(Organisation)
    papers = session.execute(
        select(
            Document.id,
            Document.kind,
            Document.title,
            Document.number,
            Document.status,
            Document.void_reason,
            Document.issued_on,
            Document.restricted,
            Document.content_version,
            Document.case_id,
            Case.case_number,
            issuer.name.label("issuer"),
        )
        .join(issuer, issuer.id == Document.issuer_id)
        .join(Case, Case.id == Document.case_id)
        .where(
            of_case(draft.row.case_id),
            Document.id != draft.row.id,
            Document.number.is_not(None),
            Document.status.in_((*SIGNED, DocumentStatus.VOID)),
        )
        .order_by(Document.id)
    ).all()
    renditions: defaultdict[int, list[_Rendered]] = defaultdict(list)
    for file in session.execute(
        select(
            Rendition.document_id,
            Rendition.form,
            Rendition.file_name,
            Rendition.sha256,
            Rendition.size,
            Rendition.pages,
            Rendition.version,
        )
        .join(Document, Document.id == Rendition.document_id)
        .where(of_case(draft.row.case_id))
        .order_by(Rendition.document_id, Rendition.id)
    ):
        renditions[file[0]].append(_Rendered(*file[1:]))
    amended: defaultdict[int, list[tuple[DocumentKind, str]]] = defaultdict(list)
    for by in session.execute(
        select(Amendment.amended_id, Document.kind, Document.number)
        .join(Document, Document.id == Amendment.document_id)
        .where(of_case(draft.row.case_id), Amendment.effective_at.is_not(None))
        .order_by(Document.id)
    ):
        amended[by.amended_id].append((by.kind, by.number))
    for paper in sorted(papers, key=lambda p: (KINDS.index(p.kind), p.issued_on or date.max, p.id)):
        files = [
            f
            for f in renditions[paper.id]
            if f.form not in (RenditionForm.FINAL_DOCX, RenditionForm.PDF) or f.version == paper.content_version
        ]
        remarks = [f"作废：{paper.void_reason}"] if paper.status is DocumentStatus.VOID else []
        remarks += [f"{AMENDED[kind]}：见{number}" for kind, number in amended[paper.id]]
        remarks += [f"与案件{paper.case_number}共用"] if paper.case_id != draft.row.case_id else []
        remarks += [RESTRICTED] if paper.restricted else []
        catalogue.add(
            PackageFolder.DOCUMENTS,
            paper.title,
            [StoredFile(f.file_name, f.sha256, f.size) for f in files],
            responsible=paper.issuer,
            number=paper.number,
            dated=paper.issued_on,
            pages=next((f.pages for f in reversed(files) if f.form is RenditionForm.PDF), None),
            remark="；".join(remarks) or None,
        )


def add_incoming(session: Session, draft: Draft, catalogue: Catalogue) -> None:
    """Add every paper that came in, with what it was answered or lifted by."""
    rows = session.scalars(
        select(IncomingPaper).where(IncomingPaper.case_id == draft.row.case_id).order_by(IncomingPaper.id)
    )
    for row in rows:
        files = [StoredFile(row.scan_name, row.scan_sha256, row.scan_bytes)]
        if row.closing_sha256 is not None:
            files.append(StoredFile(row.closing_name or "", row.closing_sha256, row.closing_bytes or 0))
        answered = f"（{row.closing_number}）" if row.closing_number else ""
        catalogue.add(
            PackageFolder.DOCUMENTS,
            f"来文：{row.kind.label}",
            files,
            responsible=row.sender,
            number=row.number,
            dated=row.dated,
            remark=f"办理结果{answered}：{row.outcome}" if row.outcome else None,
        )


def add_evidence(session: Session, draft: Draft, catalogue: Catalogue, unit: str) -> None:
    """Add the standing evidence; what is no file is named with where its original lies."""
    for row in session.execute(
        select(
            Evidence.ref,
            Evidence.title,
            Evidence.file_name,
            Evidence.sha256,
            Evidence.size,
            Evidence.reference,
            Evidence.added_at,
        )
        .where(Evidence.case_id == draft.row.case_id, Evidence.withdrawn_at.is_(None))
        .order_by(Evidence.id)
    ):
        files = [StoredFile(row.file_name or "", row.sha256, row.size)] if row.sha256 else []
        catalogue.add(
            PackageFolder.EVIDENCE,
            f"证据：{row.title}",
            files,
            responsible=unit,
            dated=local_date(row.added_at),
            remark=f"原件存放：{row.reference}" if row.reference else None,
            about=f"evidence/{row.ref}",
        )


def files_of_replies(session: Session, case_id: int) -> dict[int, list[StoredFile]]:
    """Return the files that came with each reply of a case."""
    found: defaultdict[int, list[StoredFile]] = defaultdict(list)
    for row in session.execute(
        select(ReplyFile.reply_id, ReplyFile.file_name, ReplyFile.sha256, ReplyFile.size)
        .join(Reply, Reply.id == ReplyFile.reply_id)
        .where(Reply.case_id == case_id)
        .order_by(ReplyFile.id)
    ):
        found[row.reply_id].append(StoredFile(row.file_name, row.sha256, row.size))
    return found
