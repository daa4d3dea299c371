"""One paper as a file for a person: the final file where it is issued, else what it would say today."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from documents import pdf as office
from documents import render
from documents.bundle import merge
from flows.rendering import built
from models.clock.queries.rulebook import rulebook
from models.kernel.errors import NotFound, WrongStage
from models.kernel.installation import Installation
from models.kernel.lifecycle import UNSIGNED
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.overview.queries.examinations import known_of, refuse_locked
from models.papers.filling import content
from models.papers.queries.documents import PaperShown, document_list
from models.papers.queries.fixing import fixed_files
from ui.readings import paper_on_record

KEPT = 32
"""How many PDFs are kept: making one takes seconds, and a paper is looked at several times in a row."""


def paper_file(
    installation: Installation, account: str, case_number: str, ref: str, *, pdf: bool = False
) -> tuple[str, bytes]:
    """Return name and bytes of a paper as the account may see it; as PDF the one on record, where there is one.

    Raises NotFound where it may not, WrongStage for a volume that is not packed, Refused where no PDF can be made.
    """
    with installation.reading(account) as read:
        papers = document_list(read.session, read.actor, case_number)
        paper = next((one for one in papers if one.ref == ref), None)
        if paper is None:
            raise NotFound(f"没有文书“{ref}”，或您无权查看。", code="document_not_found")
        volume = paper.kind is DocumentKind.TRACEBACK_ARCHIVE
        if paper.status is DocumentStatus.VOID or (volume and paper.sha256 is None):
            raise WrongStage(f"文书{ref}没有可以查看的文件。", code="no_file")
    if paper.restricted:
        paper_on_record(installation, account, case_number, ref)
    return paper.path, _bytes(installation, paper, pdf=pdf)


def _bytes(installation: Installation, paper: PaperShown, *, pdf: bool) -> bytes:
    with installation.database.reading() as session:
        if paper.status in UNSIGNED:
            said = content(session, paper.id, settings=installation.settings, rules=rulebook(session))
            data = render(said, read=installation.files.read)
        elif pdf and (known := fixed_files(session, [paper.id]).get(paper.id)) is not None:
            refuse_locked(known_of(session, known))
            return installation.files.read(known)
        elif paper.sha256 is not None and not pdf:
            data = installation.files.read(paper.sha256)
        else:
            data = built(session, installation.files, paper.id)
    return _pdf(data) if pdf else data


def print_set(installation: Installation, account: str, papers: Sequence[tuple[str, str]], *, pdf: bool) -> bytes:
    """Return several papers (case number, short name) as one file to print. Raises as `paper_file` does."""
    files = [paper_file(installation, account, case_number, ref)[1] for case_number, ref in papers]
    together = merge(files)
    return _pdf(together) if pdf else together


@lru_cache(maxsize=KEPT)
def _pdf(docx: bytes) -> bytes:
    [made] = office.convert([docx])
    return made
