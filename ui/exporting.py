"""Final files on their way out: docx and PDF/A from the store; a PDF not on record is made from the frozen content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePath

from documents import pdf as office
from flows.rendering import built, render_paper
from models.kernel.errors import Invalid, Refused
from models.kernel.installation import Installation
from models.kernel.lifecycle import SIGNED
from models.kernel.storage.privacy import handed_out
from models.kernel.vocabulary import DocumentKind
from models.papers.queries.documents import PaperShown, document_list
from models.papers.queries.fixing import fixed_files
from ui.readings import paper_on_record


@dataclass(frozen=True, slots=True)
class ExportedPaper:
    """A paper written, as `document list` shows it, its `path` and `pdf` relative to the folder."""

    paper: PaperShown
    pdf: str | None

    def as_json(self) -> dict[str, object]:
        """Return what is told of the paper, and beside it its PDF."""
        return {one.name: getattr(self.paper, one.name) for one in fields(self.paper)} | {"pdf": self.pdf}


@dataclass(slots=True)
class Exported:
    """The papers written, notes for people, and how many papers were left out because their file is damaged or gone."""

    papers: list[ExportedPaper] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: int = 0

    def leave_out(self, why: str) -> None:
        """Note that a paper is not written, and why."""
        self.notes.append(why)
        self.left_out += 1


def export(
    installation: Installation,
    account: str | None,
    case_number: str,
    out: Path,
    *,
    kind: DocumentKind | None = None,
    pdf: bool = False,
) -> Exported:
    """Write the final files of a case's papers into `out`; what the account may not see is not there for it.

    A signed paper that waits for the worker is rendered here and now, by the worker's own step; the volume, which the
    worker alone packs, is named in the notes, as is a missing LibreOffice and each paper whose file is damaged: the
    others are written all the same. Raises NotFound, Invalid for a folder that cannot be written.
    """
    exported = Exported()
    papers = [paper for paper in _papers(installation, account, case_number) if kind in (None, paper.kind)]
    # A list, not a generator: every paper that waits is rendered, not only the first.
    rendered = [_render_now(installation, paper, exported) for paper in papers if _waits(paper)]
    if any(rendered):
        papers = [paper for paper in _papers(installation, account, case_number) if kind in (None, paper.kind)]
    volumes = [paper.ref for paper in papers if paper.kind is DocumentKind.TRACEBACK_ARCHIVE and _waits(paper)]
    if volumes:
        exported.notes.append(f"案卷{'、'.join(volumes)}尚未封装，请启动后台工作进程（shencha up）后再导出。")
    sound = _sound(installation, papers, exported)
    listed = [paper for paper, _ in sound]
    for paper in listed:
        if paper.restricted:
            paper_on_record(installation, account, case_number, paper.ref)
    made = _pdfs(installation, listed, exported.notes) if pdf else {}
    try:
        with handed_out():
            out.mkdir(parents=True, exist_ok=True)
            for (paper, sha256), path in zip(sound, _names(listed), strict=True):
                (out / path).write_bytes(installation.files.read(sha256))
                twin = PurePath(path).with_suffix(".pdf").name if paper.ref in made else None
                if twin is not None:
                    (out / twin).write_bytes(made[paper.ref])
                exported.papers.append(ExportedPaper(replace(paper, path=path), twin))
    except OSError as error:
        raise Invalid(f"不能写入文件夹“{out}”，请检查路径和权限。", code="folder_unwritable") from error
    return exported


def _sound(
    installation: Installation, papers: Sequence[PaperShown], exported: Exported
) -> list[tuple[PaperShown, str]]:
    """Return the papers whose final file is whole, with its hash; the others are named. One read more keeps no file in memory."""
    found = []
    for paper in papers:
        if paper.sha256 is None:
            continue
        try:
            installation.files.read(paper.sha256)
        except Refused as failure:
            exported.leave_out(f"文书{paper.ref}未导出：{failure.message}")
        else:
            found.append((paper, paper.sha256))
    return found


def _waits(paper: PaperShown) -> bool:
    return paper.status in SIGNED and paper.sha256 is None


def _render_now(installation: Installation, paper: PaperShown, exported: Exported) -> bool:
    if paper.kind is DocumentKind.TRACEBACK_ARCHIVE:
        return False
    try:
        return render_paper(installation, paper.id, installation.clock())
    except Refused as failure:  # the template it was signed with is damaged
        exported.leave_out(f"文书{paper.ref}未导出：{failure.message}")
        return False


def _papers(installation: Installation, account: str | None, case_number: str) -> list[PaperShown]:
    with installation.reading(account) as read:
        return document_list(read.session, read.actor, case_number)


def _names(papers: Sequence[PaperShown]) -> list[str]:
    """Return a file name for each paper; two of one name are told apart by the paper's short name."""
    names: list[str] = []
    for paper in papers:
        name = PurePath(paper.path)
        names.append(str(name) if str(name) not in names else f"{name.stem} {paper.ref}{name.suffix}")
    return names


def _pdfs(installation: Installation, papers: Sequence[PaperShown], notes: list[str]) -> dict[str, bytes]:
    with installation.database.reading() as session:
        known = fixed_files(session, [paper.id for paper in papers])
        found = _kept(installation, papers, known, notes)
        rest = [paper for paper in papers if paper.id not in known]
        if rest and not office.available():
            notes.append("本机未安装 LibreOffice，不能生成 PDF，只导出了 docx 文件。")
            return found
        files = [built(session, installation.files, paper.id) for paper in rest]
    return found | dict(zip((paper.ref for paper in rest), office.convert(files), strict=True))


def _kept(
    installation: Installation, papers: Sequence[PaperShown], known: Mapping[int, str], notes: list[str]
) -> dict[str, bytes]:
    """Return the PDF/A files on record by the papers' short names; a damaged one is named and left out."""
    found = {}
    for paper in papers:
        if paper.id in known:
            try:
                found[paper.ref] = installation.files.read(known[paper.id])
            except Refused as failure:
                notes.append(f"文书{paper.ref}的 PDF 未导出：{failure.message}")
    return found
