"""A sample of 问询函."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import DocumentForm
from models.papers.content import Paper
from models.papers.kinds.fact_inquiry.content import FactInquiry
from tests.documents.further_samples import ROADS, head
from tests.documents.samples import ACCIDENT, CASE


def papers() -> dict[str, Paper]:
    """Return the samples of this kind, by a name fit for a file."""
    title = "关于了解“3·15”较大道路交通事故有关情况的函"
    letter = FactInquiry(
        head=head(DocumentForm.LETTER, title, ROADS, number="江公交问〔2026〕1号", dated=date(2026, 3, 20)),
        case_number=CASE,
        accident=ACCIDENT,
        questions=("事故路段护栏的设计、验收和养护资料", "近三年该路段的隐患排查记录"),
        due=date(2026, 3, 31),
    )
    return {"fact_inquiry": letter}
