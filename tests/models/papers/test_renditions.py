"""A file of a paper is put on record once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models.kernel.errors import Conflict, NotAllowed, NotFound, WrongStage
from models.kernel.storage.files import Stored
from models.kernel.tables import Event
from models.kernel.vocabulary import RenditionForm
from models.papers.commands.renditions import attach_rendition
from models.papers.tables import Document, Rendition
from tests.stories import Story

FILE = Stored("ab" * 32, 1234)
OTHER = Stored("cd" * 32, 1234)


def document(story: Story, ref: str) -> int:
    with story.installation.database.reading() as session:
        return session.scalars(select(Document.id).where(Document.ref == ref)).one()


def attach(story: Story, document_id: int, stored: Stored = FILE) -> bool:
    with story.installation.as_system(story.at) as act:
        return attach_rendition(act, document_id, RenditionForm.FINAL_DOCX, stored, "文书.docx")


def counted(story: Story) -> tuple[int | None, int | None]:
    with story.installation.database.reading() as session:
        return (
            session.scalar(select(func.count()).select_from(Rendition)),
            session.scalar(select(func.count()).select_from(Event).where(Event.kind == "paper_rendered")),
        )


def test_the_same_file_again_changes_nothing(story: Story) -> None:
    story.rectifying()
    report = document(story, "D1")
    assert [attach(story, report), attach(story, report)] == [True, False]
    assert counted(story) == (1, 1)


def test_another_file_for_the_same_content_is_refused(story: Story) -> None:
    story.rectifying()
    report = document(story, "D1")
    attach(story, report)
    with pytest.raises(Conflict, match="已有内容不同的正式文件"):
        attach(story, report, OTHER)
    assert counted(story) == (1, 1)


def test_a_draft_has_no_final_file(story: Story) -> None:
    story.file()
    with pytest.raises(WrongStage, match="尚未签发"):
        attach(story, document(story, "D1"))
    assert counted(story) == (0, 0)


def test_a_paper_that_never_was_has_no_file(story: Story) -> None:
    with pytest.raises(NotFound):
        attach(story, 99)


def test_no_person_puts_a_final_file_on_record(story: Story) -> None:
    case = story.rectifying()
    report = document(story, "D1")
    with pytest.raises(NotAllowed):
        story.do("li", lambda act, _: attach_rendition(act, report, RenditionForm.FINAL_DOCX, FILE, "文书.docx"), case)
