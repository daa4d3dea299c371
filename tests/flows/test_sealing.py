"""A provider of electronic seals gets a paper's PDF once somebody may seal it; what comes back is on record."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from documents import pdf
from flows.sealing import seal_by_provider
from models.kernel.errors import NotAllowed, Refused, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, DocumentStatus, RenditionForm, SealMode
from models.papers.rules.electronic_seal import Sealed, SealRequest
from models.papers.tables import Rendition
from tests.stories import Story


class Stamp:
    """Writes the paper's number behind the PDF, or refuses."""

    name = "试验印章"

    def __init__(self, refusal: Refused | None = None) -> None:
        self.refusal, self.asked = refusal, list[SealRequest]()

    def seal(self, pdf: bytes, request: SealRequest) -> Sealed:
        self.asked.append(request)
        if self.refusal is not None:
            raise self.refusal
        return Sealed(pdf + f"\n% {request.number}".encode(), "某局电子印章")


@pytest.mark.office
@pytest.mark.skipif(not pdf.available(), reason="no LibreOffice on this machine")
def test_a_provider_seals_the_pdf_of_a_signed_paper_and_nothing_else(story: Story) -> None:
    story.sealing(SealMode.ELECTRONIC)
    case = story.rectifying()
    paper, *_ = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    stamp = Stamp()
    with pytest.raises(WrongStage, match="不能用印"):
        seal_by_provider(story.installation, stamp, "nei", case, paper, story.at)
    [number] = story.issue(case, paper)
    with pytest.raises(NotAllowed, match="内勤"):
        seal_by_provider(story.installation, stamp, "ling", case, paper, story.at)
    assert stamp.asked == []
    with pytest.raises(Refused, match="证书已过期"):
        seal_by_provider(story.installation, Stamp(Refused("印章证书已过期。")), "nei", case, paper, story.at)
    assert story.papers(case, DocumentStatus.ISSUED) == ["D1", paper]
    sha256 = seal_by_provider(story.installation, stamp, "nei", case, paper, story.at)
    assert story.installation.files.read(sha256).endswith(number.encode())
    assert story.papers(case, DocumentStatus.SEALED) == [paper]
    with story.installation.database.reading() as session:
        kept = session.scalars(select(Rendition.sha256).where(Rendition.form == RenditionForm.SEALED_PDF)).all()
        told = session.scalars(select(Event).where(Event.kind == "paper_sealed")).one()
    assert (kept, told.data["certificate"]) == ([sha256], "某局电子印章")
