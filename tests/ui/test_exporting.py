"""Papers on their way out of the system: what is damaged is named and keeps no other back."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from flows.outbox import work_off
from models.kernel.vocabulary import RenditionForm
from models.papers.tables import Rendition
from tests.stories import Story
from ui.exporting import export


def hashes(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        return list(
            session.scalars(
                select(Rendition.sha256).where(Rendition.form == RenditionForm.FINAL_DOCX).order_by(Rendition.id)
            )
        )


def test_export_goes_on_past_a_damaged_and_a_missing_file_and_names_both(story: Story, tmp_path: Path) -> None:
    case = story.archived()
    while work_off(story.installation, "one", story.at).any:
        pass
    damaged, missing, *sound = hashes(story)
    Path(story.installation.files.path(damaged)).chmod(0o600)
    Path(story.installation.files.path(damaged)).write_bytes(b"PK other bytes")
    Path(story.installation.files.path(missing)).unlink()
    told = export(story.installation, "li", case, tmp_path / "out")
    assert len(told.papers) == len(list((tmp_path / "out").iterdir())) == len(sound) > 0
    assert told.left_out == 2
    assert [note.partition("：")[0] for note in told.notes] == ["文书D1未导出", "文书D2未导出"]
    assert "用 shencha restore 备份位置 --files 补回" in told.notes[0]
