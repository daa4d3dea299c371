"""打印套件: papers of a case as one file to print, on request each with the 送达回证 that goes along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from documents import bundle, render
from documents import pdf as office
from flows.rendering import built, render_paper
from models.clock.queries.rulebook import rulebook
from models.kernel.errors import Invalid, NotFound
from models.kernel.installation import Installation
from models.kernel.lifecycle import SIGNED
from models.kernel.storage.privacy import handed_out
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.papers.content import ProofOfService
from models.papers.kinds.proof_of_service.fill import proofs_of_service
from models.papers.queries.documents import PaperShown, document_list
from ui.readings import paper_on_record

UNSERVED = (DocumentStatus.ISSUED, DocumentStatus.SEALED)


@dataclass(frozen=True, slots=True)
class PrintSet:
    """What lies in the file, in its order: short names of papers, and of how many proofs of service."""

    papers: list[str]
    proofs: int


def print_set(
    installation: Installation,
    account: str | None,
    case_number: str,
    out: Path,
    *,
    papers: Sequence[str] = (),
    proofs: bool = False,
) -> PrintSet:
    """Write papers into one docx or PDF, by the ending of `out`; without `papers` all that are signed and not served.

    With `proofs` the 送达回证 of each recipient follows its papers; papers made ready on one form share it. Nothing is
    recorded. Raises NotFound for what the account may not see, Invalid for another ending, an unsigned paper, a PDF
    without LibreOffice, nothing to print, or a file that cannot be written.
    """
    as_pdf = out.suffix.lower() == ".pdf"
    if not as_pdf and out.suffix.lower() != ".docx":
        raise Invalid("打印套件的文件名应以 .docx 或 .pdf 结尾。", code="print_set_ending")
    if as_pdf and not office.available():
        raise Invalid("本机未安装 LibreOffice，不能生成 PDF，请改用 .docx。", code="no_libreoffice")
    wanted = _wanted(installation, account, case_number, papers)
    for paper in wanted:
        if paper.restricted:
            paper_on_record(installation, account, case_number, paper.ref)
    forms = _forms(installation, account, case_number, [paper.ref for paper in wanted]) if proofs else []
    with installation.database.reading() as session:
        made = {paper.ref: built(session, installation.files, paper.id) for paper in wanted}
    pages: list[bytes] = []
    for place, paper in enumerate(wanted):
        pages.append(made[paper.ref])
        later = {other.number for other in wanted[place + 1 :]}
        pages += [render(form) for form in forms if _ends_with(form, paper.number, later)]
    data = bundle.merge_pdf(office.convert(pages)) if as_pdf else bundle.merge(pages)
    try:
        with handed_out():
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(data)
    except OSError as error:
        raise Invalid(f"不能写入“{out}”，请检查路径和权限。", code="file_unwritable") from error
    return PrintSet([paper.ref for paper in wanted], len(forms))


def _wanted(
    installation: Installation, account: str | None, case_number: str, papers: Sequence[str]
) -> list[PaperShown]:
    with installation.reading(account) as read:
        listed = document_list(read.session, read.actor, case_number)
    volume = DocumentKind.TRACEBACK_ARCHIVE
    if papers:
        by_ref = {paper.ref: paper for paper in listed if paper.kind is not volume}
        missing = [ref for ref in papers if ref not in by_ref]
        if missing:
            raise NotFound(f"本案没有编号为“{'、'.join(missing)}”的文书，或您无权查看。", code="paper_not_found")
        wanted = [by_ref[ref] for ref in dict.fromkeys(papers)]
        unsigned = [paper.ref for paper in wanted if paper.status not in SIGNED]
        if unsigned:
            raise Invalid(f"文书{'、'.join(unsigned)}尚未签发，不能打印正式文件。", code="not_issued")
    else:
        wanted = [
            paper
            for paper in listed
            if paper.kind is not volume and paper.recipient is not None and paper.status in UNSERVED
        ]
    if not wanted:
        raise Invalid("没有可以打印的文书：没有已签发而未送达的文书。", code="nothing_to_print")
    for paper in wanted:
        if paper.sha256 is None:
            render_paper(installation, paper.id, installation.clock())
    return wanted


def _forms(installation: Installation, account: str | None, case_number: str, refs: list[str]) -> list[ProofOfService]:
    with installation.reading(account) as read:
        return proofs_of_service(
            read.session,
            read.actor,
            case_number,
            refs,
            settings=installation.settings,
            rules=rulebook(read.session),
        )


def _ends_with(form: ProofOfService, number: str | None, later: set[str | None]) -> bool:
    """A form comes after the last of its papers in the set."""
    own = {paper.number for paper in form.papers}
    return number in own and own.isdisjoint(later)
