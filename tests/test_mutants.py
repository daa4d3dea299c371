"""The planted mutants still fit the program, and their tests are among the fast ones; `make mutants` plants them."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.mutants.__main__ import planted
from tests.mutants.planted import PLANTED, Mutant
from tests.test_fast import files


@pytest.mark.parametrize("mutant", PLANTED, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_one_line_that_stands_there(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text("utf-8")
    before, after = text.splitlines(), planted(text, mutant).splitlines()
    assert [old != new for old, new in zip(before, after, strict=True)].count(True) == 1


def test_each_mutant_has_its_own_name_and_is_caught_by_fast_tests() -> None:
    assert len({mutant.name for mutant in PLANTED}) == len(PLANTED)
    named = {ROOT / test.partition("::")[0] for mutant in PLANTED for test in mutant.tests}
    assert named <= set(files())
