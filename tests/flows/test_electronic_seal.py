"""An issued paper sealed by the provider that the settings name."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from documents import pdf
from documents.sealing.local import LocalSeal
from flows.electronic_seal import seal_provider, sealed_paper
from models.kernel.errors import Invalid, NotFound, WrongStage
from models.kernel.settings import Settings
from models.papers.tables import Document
from tests.documents.sealing.test_local import AT, key
from tests.stories import Story


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    file = tmp_path / "seal.p12"
    file.write_bytes(key())
    return Settings(seal_key=file, seal_passphrase=SecretStr("pass"))


def test_without_a_key_or_with_one_that_cannot_be_read_the_person_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="SHENCHA_SEAL_KEY"):
        seal_provider(Settings(), AT)
    with pytest.raises(Invalid, match="不能读取"):
        seal_provider(Settings(seal_key=tmp_path / "none.p12"), AT)


def test_only_an_issued_paper_is_sealed(story: Story, settings: Settings) -> None:
    provider = seal_provider(settings, AT)
    story.file()
    with pytest.raises(WrongStage, match="尚未签发"):
        sealed_paper(story.installation, 1, provider)
    with pytest.raises(NotFound):
        sealed_paper(story.installation, 99, provider)


@pytest.mark.office
@pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed")
def test_an_issued_paper_becomes_a_sealed_pdf(story: Story, settings: Settings) -> None:
    story.rectifying()
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document.id).where(Document.ref == "D1")).one()
    provider = seal_provider(settings, AT)
    assert isinstance(provider, LocalSeal)
    assert [report.good for report in provider.examine(sealed_paper(story.installation, paper, provider).pdf)] == [True]
