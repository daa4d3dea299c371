"""The content of the papers: frozen, complete, the same bytes for the same content."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from models.kernel.errors import Invalid
from models.papers.content import Paper, canonical, dated, parse, title_of
from tests.documents import samples

PAPERS = samples.papers()


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_a_paper_comes_back_from_its_canonical_form_unchanged(paper: Paper) -> None:
    assert parse(canonical(paper)) == paper
    assert canonical(parse(canonical(paper))) == canonical(paper)


def test_equal_sums_have_equal_bytes() -> None:
    one, other = (
        samples.notice(accident=samples.ACCIDENT.model_copy(update={}).model_dump() | {"economic_loss": loss})
        for loss in ("100", "100.00")
    )
    assert canonical(one) == canonical(other)


def test_content_cannot_be_changed_after_the_fact() -> None:
    with pytest.raises(ValidationError):
        samples.notice().case_number = "other"


def test_wrong_content_is_refused_with_the_place_of_each_fault() -> None:
    with pytest.raises(Invalid) as refused:
        parse(b'{"kind": "rectification_notice", "colour": "red"}')
    assert {"rectification_notice.head", "rectification_notice.colour"} <= {f.path for f in refused.value.faults}


def test_every_paper_has_a_title_and_a_date() -> None:
    for paper in PAPERS.values():
        assert title_of(paper)
        assert dated(paper) is not None
