"""A case is carried as far as it goes by itself, and not twice."""

from __future__ import annotations

import hashlib
import io

import docx
import pytest
from sqlalchemy import select

from documents.archive.verify import verify
from flows.case import Carried, carry
from flows.installation import working_in
from flows.rendering import render_paper
from flows.traceback_archive import pack
from models.archive.tables import Archive, ArchiveItem
from models.case.tables import Evidence
from models.kernel.errors import NotFound, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentStatus
from models.papers.tables import Document, Rendition
from tests.stories import Story

NOTHING = Carried()


def carried(story: Story, case: str) -> Carried:
    with working_in(story.installation):
        return carry(story.installation, case, story.at)


def test_an_unknown_case_is_refused(story: Story) -> None:
    with pytest.raises(NotFound):
        carried(story, "4207-2025-0001")


def test_a_signed_report_is_rendered_and_brings_its_drafts(story: Story) -> None:
    case = story.rectifying()
    assert carried(story, case) == Carried(("D2", "D3", "D4"), ("D1",))
    assert carried(story, case) == NOTHING


def test_the_file_is_the_paper_named_for_people(story: Story) -> None:
    case = story.rectifying()
    carried(story, case)
    with story.installation.database.reading() as session:
        file = session.scalars(select(Rendition)).one()
        paper = session.scalars(select(Document).where(Document.ref == "D1")).one()
    data = story.installation.files.read(file.sha256)
    assert (hashlib.sha256(data).hexdigest(), len(data)) == (file.sha256, file.size)
    assert file.file_name == f"{paper.number} {paper.title}.docx"
    assert paper.number is not None
    assert any(paper.number in text.text for text in docx.Document(io.BytesIO(data)).paragraphs)


def test_a_draft_and_a_voided_paper_are_not_rendered(story: Story) -> None:
    case = story.rectifying()
    carried(story, case)
    story.issue(case, "D2")
    story.do("qian", "void", case, paper="D2", reason="主送单位有误。")
    assert carried(story, case).rendered == ()
    assert story.papers(case, DocumentStatus.VOID) == ["D2"]


def test_an_archived_case_is_packed_once_and_verifies(story: Story) -> None:
    case = story.archived()
    first = carried(story, case)
    assert first.packed
    assert first.rendered == tuple(story.papers(case, DocumentStatus.ISSUED, DocumentStatus.DELIVERED)[:-1])
    assert carried(story, case) == NOTHING
    with story.installation.database.reading() as session:
        archive = session.scalars(select(Archive)).one()
        volume = session.get_one(Document, archive.document_id)
        events = session.scalars(select(Event).order_by(Event.seq)).all()
        items = session.scalars(select(ArchiveItem)).all()
        evidence = len(session.scalars(select(Evidence.id)).all())
    assert archive.package_path is not None
    checked = verify(story.installation.settings.archives / archive.package_path, archive.manifest_sha256)
    assert (checked.ok, checked.faults) == (True, [])
    assert volume.status is DocumentStatus.ISSUED
    assert volume.content_sha256 is not None
    # The evidence lies in a paper file: the catalogue lists it, the package holds nothing of it.
    assert (archive.item_count - evidence, len(items)) == (4, 4)
    sealed = [event for event in events if event.kind == "archive_packed"]
    assert [event.data["manifest_sha256"] for event in sealed] == [archive.manifest_sha256]
    assert sealed[0].seq > archive.chain_length


def test_a_run_killed_between_the_package_and_its_record_is_finished_by_the_next(story: Story) -> None:
    case = story.archived()
    carried(story, case)
    with story.installation.database.writing() as session:
        archive = session.scalars(select(Archive)).one()
        recorded = archive.manifest_sha256, archive.package_path
        for item in session.scalars(select(ArchiveItem)):
            session.delete(item)
        archive.manifest_sha256 = archive.package_path = archive.packed_at = None
    story.wait(days=3)
    assert carried(story, case).packed
    with story.installation.database.reading() as session:
        again = session.scalars(select(Archive)).one()
    assert (again.manifest_sha256, again.package_path) == recorded


def test_a_volume_waits_for_the_files_that_its_catalogue_lists(story: Story) -> None:
    case = story.archived()
    with story.installation.database.reading() as session:
        volume = session.scalars(select(Archive.document_id)).one()
    with pytest.raises(WrongStage, match="D1、D2、D3、D4的正式文件尚未生成"):
        pack(story.installation, volume, story.at)
    with story.installation.database.reading() as session:
        assert session.get_one(Document, volume).content is None
    assert case


def test_a_paper_that_is_no_volume_cannot_be_packed(story: Story) -> None:
    story.rectifying()
    with pytest.raises(WrongStage, match="不是已归档案件的监管回溯档案"):
        pack(story.installation, 1, story.at)


def test_rendering_the_same_paper_later_gives_the_same_file(story: Story) -> None:
    story.rectifying()
    assert render_paper(story.installation, 1, story.at)
    story.wait(days=1)
    assert not render_paper(story.installation, 1, story.at)
