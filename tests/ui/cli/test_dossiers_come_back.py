"""A real dossier is upgraded, filed and exported: every leaf comes out as it went in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.ui.cli.conftest import Shell

SHARED = ("baoan-2020-03-22", "hukun-2014-07-19", "jiangjin-2015-12-12", "xinxian-2016-05-14", "yangshuo-2019-06-09")
WITHOUT_ORDER = frozenset(
    {"organisation_refs", "person_refs", "finding_refs", "cooperating_refs", "cause_tags", "defects", "legal_basis"}
)
"""Lists of what a row concerns: the same things in another order are the same."""


def leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Return every value with its place; a row is known by its short name, not by where it stands."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from leaves(value, f"{path}.{key}")
    elif isinstance(tree, list) and path.rpartition(".")[2] in WITHOUT_ORDER:
        yield from ((f"{path}[]", one) for one in sorted(tree))
    elif isinstance(tree, list):
        for at, one in enumerate(tree):
            name = one.get("ref", at) if isinstance(one, Mapping) else at
            yield from leaves(one, f"{path}[{name}]")
    else:
        yield path, tree


@pytest.mark.parametrize("name", SHARED)
def test_nothing_of_a_real_dossier_is_lost_on_its_way_in_and_out(
    name: str, shell: Shell, shared_data: Path, tmp_path: Path
) -> None:
    upgraded, out = tmp_path / "2.json", tmp_path / "out.json"
    assert shell("case", "upgrade-dossier", shared_data / "dossiers" / f"{name}.json", "--out", upgraded).status == 0
    filed = shell("case", "file", upgraded, "--as", "li", "--reason", "群众反映集中的路段", "--json")
    case = filed.json["case_number"]
    said = shell("case", "export-dossier", case, "--as", "li", "--out", out)
    assert (said.status, said.err) == (0, "")
    went_in, came_out = (sorted(leaves(json.loads(file.read_bytes())), key=repr) for file in (upgraded, out))
    assert len(went_in) > 250
    assert [one for one in went_in if one not in came_out] == []
    assert [one for one in came_out if one not in went_in] == []
