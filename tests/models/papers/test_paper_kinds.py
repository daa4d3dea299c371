"""Every kind of paper is registered once, and everything that belongs to it is there."""

from __future__ import annotations

from importlib import import_module
from typing import get_type_hints

import pytest

from documents.drawn import drawn_kinds
from models.kernel.vocabulary import FIVE_DOCUMENTS, DocumentKind
from models.office.rules.paper_kinds import BY_HAND, CARRYING, DIRECTIVE, folder_of, folders, paper_kind, paper_kinds
from models.office.rules.series import SERIES_MARKS
from models.office.rules.writing_rules import DEFAULT_MANNERS
from models.papers.commands.preparing import drafter
from models.papers.content import types
from models.papers.filling.register import filler

# A form that is made from a delivery and is never drafted.
NEVER_DRAFTED = (DocumentKind.PROOF_OF_SERVICE,)


def test_each_kind_is_registered_exactly_once() -> None:
    registered = [one.kind for folder in folders() for one in import_module(f"{folder}.kind").KINDS]
    assert sorted(registered) == sorted(DocumentKind)
    assert list(paper_kinds()) == list(drawn_kinds()) == list(types()) == list(DocumentKind)


@pytest.mark.parametrize("kind", DocumentKind)
def test_what_is_drawn_and_filled_is_the_content_of_the_kind(kind: DocumentKind) -> None:
    content = types()[kind]
    assert drawn_kinds()[kind].content is content
    assert content.__module__ == f"{folder_of(kind)}.content"
    assert content.model_fields["kind"].default == kind.value
    if kind not in NEVER_DRAFTED:
        fill = filler(kind)
        assert get_type_hints(fill)["return"] is content
        assert fill.__module__ == f"{folder_of(kind)}.fill"


@pytest.mark.parametrize("kind", BY_HAND)
def test_what_people_may_ask_for_can_be_drafted(kind: DocumentKind) -> None:
    assert drafter(kind).__module__ == f"{folder_of(kind)}.prepare"


def test_no_two_kinds_are_numbered_alike() -> None:
    assert len(set(SERIES_MARKS.values())) == len(SERIES_MARKS)


def test_what_is_addressed_has_a_series_and_a_row() -> None:
    assert {kind for _, kind in DEFAULT_MANNERS} == {kind for kind, one in paper_kinds().items() if one.titles}
    assert all(one.series for one in paper_kinds().values() if one.titles)


def test_what_hands_over_measures_orders_nothing_and_an_order_is_restricted_to_nobody() -> None:
    assert not set(CARRYING) & set(DIRECTIVE)
    assert not any(paper_kind(kind).restricted for kind in (*CARRYING, *DIRECTIVE))


def test_the_mechanism_stays_five() -> None:
    assert [kind for kind in DocumentKind if kind.one_of_five] == list(FIVE_DOCUMENTS)
    assert len(FIVE_DOCUMENTS) == 5
