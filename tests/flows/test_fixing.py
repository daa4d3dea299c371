"""PDF/A of issued papers: in a queue of its own, on record, sealed into the volume; owed where it cannot be made."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from documents import pdf
from documents.archive.verify import VOLUME_TWIN, verify
from flows.case import carry
from flows.fixing import make_up
from flows.installation import working_in
from flows.outbox import Queue, work_off
from models.archive.tables import Archive
from models.kernel.errors import Refused
from models.kernel.installation import Installation
from models.kernel.tables import Event, Outbox
from models.kernel.vocabulary import DocumentKind, RenditionForm
from models.papers.filling import frozen
from models.papers.queries.fixing import FIX_PDF, GIVEN_UP, owed_count
from models.papers.tables import Document, Rendition
from tests.databases import Databases
from tests.documents.pdfa import faults
from tests.stories import Story, staffed, story_in

needs_office = pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed")


@pytest.fixture
def story(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A staffed office that wants PDF/A files."""
    with story_in(sqlite_databases.fresh(staffed), tmp_path_factory.mktemp("home")) as story:
        story.installation = wanting(story.installation, pdf=True)
        yield story


def wanting(installation: Installation, *, pdf: bool) -> Installation:
    return replace(installation, settings=installation.settings.model_copy(update={"pdf": pdf}))


def pdfs(story: Story) -> dict[str, Rendition]:
    with story.installation.database.reading() as session:
        found = session.execute(
            select(Document.ref, Rendition)
            .join(Document, Document.id == Rendition.document_id)
            .where(Rendition.form == RenditionForm.PDF)
        )
        return {row.ref: row.Rendition for row in found}


def owed(story: Story) -> int:
    with story.installation.database.reading() as session:
        return owed_count(session)


def waiting(story: Story, topic: str) -> list[Outbox]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Outbox).where(Outbox.topic == topic, Outbox.done_at.is_(None))))


def work(story: Story, queue: Queue = Queue.BOTH) -> int:
    failed = 0
    while (worked := work_off(story.installation, "one", story.at, queue=queue)).any:
        failed += worked.failed
    return failed


def package_of(story: Story) -> tuple[Path, str]:
    with story.installation.database.reading() as session:
        row = session.execute(select(Archive.package_path, Archive.manifest_sha256)).one()
    return Path(story.installation.settings.archives) / row.package_path, row.manifest_sha256


def broken_office(folder: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    """Put a LibreOffice before all others that does as told."""
    folder.mkdir()
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.office
@needs_office
def test_every_issued_paper_gets_a_pdf_a_file_on_record_and_in_the_chain(story: Story) -> None:
    case = story.rectifying()
    work(story, Queue.QUICK)
    assert pdfs(story) == {}
    assert owed(story) == len(waiting(story, FIX_PDF)) == 1
    assert work(story, Queue.SLOW) == 0
    [(ref, kept)] = pdfs(story).items()
    data = story.installation.files.read(kept.sha256)
    assert faults(data) == []
    assert (kept.pages or 0) == pdf.pages(data)
    assert kept.file_name.endswith(".pdf")
    with story.installation.database.reading() as session:
        told = session.scalars(
            select(Event.data).where(Event.kind == "paper_rendered").order_by(Event.seq.desc())
        ).all()
    assert case
    assert (told[0]["paper"], told[0]["form"], told[0]["sha256"]) == (ref, "pdf", kept.sha256)
    assert owed(story) == 0


@pytest.mark.office
@needs_office
def test_a_sealed_package_holds_every_paper_as_pdf_a_and_the_volume_too(story: Story) -> None:
    case = story.archived()
    assert work(story) == 0
    made = pdfs(story)
    assert sorted(made) == story.papers(case)
    package, manifest = package_of(story)
    checked = verify(package, manifest)
    assert checked.ok, checked.faults
    said = json.loads((package / "data/catalogue.json").read_bytes())
    hashes = {file["sha256"] for item in said["items"] for file in item["files"]}
    with story.installation.database.reading() as session:
        volume = session.scalars(select(Document).where(Document.kind == DocumentKind.TRACEBACK_ARCHIVE)).one()
        items = frozen(session, volume.id).model_dump()["items"]
    assert {one.sha256 for ref, one in made.items() if ref != volume.ref} <= hashes
    assert (package / VOLUME_TWIN).read_bytes() == story.installation.files.read(made[volume.ref].sha256)
    assert {item["number"]: item["pages"] for item in items if item["number"]}, "papers are counted"
    assert all(item["pages"] for item in items if item["number"] and item["files"])
    (package / VOLUME_TWIN).write_bytes(b"%PDF-1.7 another")
    assert not verify(package).ok


def test_without_libreoffice_papers_are_issued_and_sealed_and_the_pdfs_are_owed(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    story.rectifying()
    assert work(story) == 0
    assert (owed(story), len(waiting(story, FIX_PDF))) == (1, 1)
    story.archived(variant=1)
    assert work(story) == 0
    package, manifest = package_of(story)
    assert verify(package, manifest).ok
    assert not (package / VOLUME_TWIN).exists()


def test_where_none_are_wanted_none_are_queued(story: Story) -> None:
    story.installation = wanting(story.installation, pdf=False)
    story.rectifying()
    assert work(story) == 0
    assert waiting(story, FIX_PDF) == []


@pytest.mark.office
@needs_office
def test_papers_issued_while_none_were_wanted_are_made_up_later(story: Story) -> None:
    story.installation = wanting(story.installation, pdf=False)
    story.rectifying()
    work(story)
    assert make_up(story.installation, story.at) == 0
    story.installation = wanting(story.installation, pdf=True)
    assert make_up(story.installation, story.at) == 1
    assert make_up(story.installation, story.at) == 0, "once is enough"
    assert work(story) == 0
    assert len(pdfs(story)) == 1


def test_a_libreoffice_that_crashes_is_told_and_tried_again_and_holds_up_no_paper(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_office(tmp_path / "bin", monkeypatch, "exit 7")
    story.rectifying()
    assert work(story, Queue.QUICK) == 0
    assert work(story, Queue.SLOW) == 1
    [row] = waiting(story, FIX_PDF)
    assert (row.tries, row.last_error) == (1, "LibreOffice 未能完成 PDF 转换，请检查其安装。")
    assert row.due_at > story.at


@pytest.mark.parametrize(
    "program",
    [
        "#!/nobody/interprets/this\n",
        "neither script nor program",
        '#!/bin/sh\nfor each; do last=$out; out=$each; [ "$last" = --outdir ] && mkdir -p "$out/0.pdf"; done\n',
    ],
    ids=["no interpreter", "no program", "a folder in place of a file"],
)
def test_a_libreoffice_that_cannot_start_or_leaves_no_file_is_told_as_one_that_fails(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_office(tmp_path / "bin", monkeypatch, "")
    (tmp_path / "bin" / "soffice").write_text(program)
    with pytest.raises(Refused) as refused:
        pdf.convert([b""])
    assert refused.value.code == "pdf_failed"


def test_a_libreoffice_that_hangs_is_ended_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken_office(tmp_path / "bin", monkeypatch, "sleep 600")
    monkeypatch.setattr(pdf, "_START", 0)
    monkeypatch.setattr(pdf, "_EACH", 0.2)
    with pytest.raises(Refused, match="已中止"):
        pdf.convert([b""])


def test_a_volume_waits_for_its_pdfs_some_minutes_and_then_is_sealed_without(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken_office(tmp_path / "bin", monkeypatch, "exit 7")
    case = story.archived()
    for tries in range(GIVEN_UP):
        assert not sealed(story), f"not after {tries} tries"
        work(story)
        story.wait(minutes=6)
    work(story)
    assert sealed(story)
    package, manifest = package_of(story)
    assert verify(package, manifest).ok
    assert case


def sealed(story: Story) -> bool:
    with story.installation.database.reading() as session:
        return session.scalars(select(Archive.packed_at)).one() is not None


@pytest.mark.office
@needs_office
def test_a_case_carried_by_hand_is_sealed_with_its_pdfs(story: Story) -> None:
    case = story.archived()
    with working_in(story.installation):
        assert carry(story.installation, case, story.at).packed
    assert sorted(pdfs(story)) == story.papers(case)
    assert work(story) == 0
