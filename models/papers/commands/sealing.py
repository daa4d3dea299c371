"""用印: records the sealed original, as a scan of paper or as a sealed PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import unit_path
from models.kernel.errors import Fault, Invalid, WrongStage
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_cases, visible_documents
from models.kernel.storage.files import Stored
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, DocumentStatus, RenditionForm, SealMode
from models.papers.rules.numbering import as_written
from models.papers.tables import Document

from .approval import find_paper
from .renditions import Enclosure, add_version
from .shared_papers import lock_linked, lock_sharing, record_of_paper
from .writing_rules import seal_of


@action("seal", title="登记用印，上传用印扫描件", rights=("paper.seal", "paper.seal_restricted"))
def seal(act: Act, case_number: str, *, paper: PaperRef, scan: Stored, file_name: str) -> None:
    """Record that a signed paper was sealed, with the scan of the sealed original as a file of its own.

    Raises WrongStage where the paper is not signed, or no seal on paper is asked for.
    """
    case = lock_linked(act, case_number)
    stamp(act, case, find_paper(act, case, paper), scan, file_name)


def _may_seal(act: Act, case: Case, document: Document) -> None:
    """A clerk seals; what only a named list may read is sealed by the officer on it."""
    action = "paper.seal_restricted" if document.restricted else "paper.seal"
    policy.require(act.actor, action, unit_path=unit_path(act, case))


def stamp(act: Act, case: Case, document: Document, scan: Stored, file_name: str, *, why: str | None = None) -> None:
    """Put the scan of a sealed original on record. Minutes are sealed by the signatures of both sides."""
    _may_seal(act, case, document)
    _mode(act, document, SealMode.PAPER)
    document.status = lifecycle.advance(lifecycle.PAPER, document.status, "seal")
    document.sealed_at = act.at
    add_version(act, document, RenditionForm.SEALED_SCAN, scan, file_name)
    kind = "minutes_signed" if document.kind is DocumentKind.TALK_MINUTES else "paper_sealed"
    record_of_paper(act, document, kind, why=why, scan=scan.sha256, mode=SealMode.PAPER.value)


@action(
    "seal-electronically",
    title="登记电子用印，上传电子签章 PDF",
    rights=("paper.seal", "paper.seal_restricted"),
    decides=True,
)
def seal_electronically(
    act: Act, case_number: str, *, paper: PaperRef, sealed: Stored, file_name: str, certificate: str
) -> None:
    """Record the PDF that an electronic seal was put on, and the certificate; by a provider, or uploaded by a clerk.

    Raises WrongStage where the paper is not signed, or no electronic seal is used; Invalid without certificate.
    """
    case = lock_linked(act, case_number)
    document = find_paper(act, case, paper)
    may_seal_electronically(act, case, document)
    if not certificate.strip():
        raise Invalid("请填写电子印章所用的证书。", code="certificate_missing")
    document.status, document.sealed_at = lifecycle.advance(lifecycle.PAPER, document.status, "seal"), act.at
    add_version(act, document, RenditionForm.SEALED_PDF, sealed, file_name)
    record_of_paper(
        act,
        document,
        "paper_sealed",
        scan=sealed.sha256,
        mode=SealMode.ELECTRONIC.value,
        certificate=certificate.strip(),
    )


def may_seal_electronically(act: Act, case: Case, document: Document) -> None:
    """Refuse before a provider is asked. Raises NotAllowed, or WrongStage where the paper may not be sealed now."""
    _may_seal(act, case, document)
    _mode(act, document, SealMode.ELECTRONIC)
    lifecycle.advance(lifecycle.PAPER, document.status, "seal")


def _mode(act: Act, document: Document, wanted: SealMode) -> None:
    used = seal_of(act, document)
    if used is SealMode.NONE:
        raise WrongStage("该文书不用印，无需登记用印。", code="no_seal")
    if used is not wanted:
        raise WrongStage(f"该文书设置为{used.label}，不能登记为{wanted.label}。", code="other_seal")


@action("replace-scan", title="更换用印扫描件（送达前）", rights=("paper.seal", "paper.seal_restricted"))
def replace_scan(act: Act, case_number: str, *, paper: PaperRef, scan: Stored, file_name: str, reason: str) -> None:
    """Put a better scan beside the one of a sealed paper, as its next version; only before the paper is delivered."""
    case = lock_linked(act, case_number)
    document = find_paper(act, case, paper)
    _may_seal(act, case, document)
    _mode(act, document, SealMode.PAPER)
    if document.status is DocumentStatus.DELIVERED:
        raise WrongStage("文书已送达，不能更换用印扫描件。", code="delivered")
    document.status = lifecycle.advance(lifecycle.PAPER, document.status, "reseal")
    why = require_reason(reason)
    kept = add_version(act, document, RenditionForm.SEALED_SCAN, scan, file_name)
    record_of_paper(act, document, "scan_replaced", why=why, scan=scan.sha256, version=kept.version)


@action(
    "seal-scans",
    title="批量登记用印，按文件名中的文号对应",
    rights=("paper.seal", "paper.seal_restricted"),
    after="hand-over",
)
def seal_scans(act: Act, *, scans: Iterable[Enclosure]) -> list[str]:
    """Seal several papers at once: each scan's file name holds the 发文字号 of its paper. Returns the numbers.

    Raises Invalid with one fault per file that fits no waiting paper or several, and then seals none.
    """
    files = list(scans)
    if not files:
        raise Invalid("请指明用印扫描件。", code="no_scan")
    waiting = act.session.execute(
        select(Document.id, Document.number, Document.case_id, Case.case_number)
        .join(Case, Case.id == Document.case_id)
        .where(
            Document.status == DocumentStatus.ISSUED,
            visible_cases(act.actor),
            visible_documents(act.actor),
        )
        .order_by(Document.id)
    ).all()
    numbers = {row.number: row for row in waiting}
    matched = _matched(files, list(numbers))
    # Always in the order of the cases, so that two batches at the same moment do not wait for each other.
    lock_sharing(act, [numbers[number].id for number in matched])
    for number in sorted(matched, key=lambda number: (numbers[number].case_id, numbers[number].id)):
        case = act.session.get_one(Case, numbers[number].case_id)
        document = act.session.get_one(Document, numbers[number].id, populate_existing=True)
        stamp(act, case, document, matched[number].stored, matched[number].file_name)
    return list(matched)


def _matched(files: Sequence[Enclosure], numbers: Sequence[str]) -> dict[str, Enclosure]:
    matched: dict[str, Enclosure] = {}
    faults: list[Fault] = []
    for file in files:
        name = as_written(file.file_name)
        found = [number for number in numbers if number in name]
        if len(found) != 1:
            said = "文件名中没有待用印文书的文号" if not found else f"文件名中有几个文号：{'、'.join(found)}"
            faults.append(Fault(file.file_name, said, "scan_unmatched"))
        elif found[0] in matched:
            faults.append(Fault(file.file_name, f"文号{found[0]}已有另一个文件", "scan_twice"))
        else:
            matched[found[0]] = file
    if faults:
        raise Invalid("有文件不能按文号对应，全部未登记：" + "；".join(map(str, faults)) + "。", faults=faults)
    return matched
