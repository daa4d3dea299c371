"""The machine-readable catalogue of a volume."""

from __future__ import annotations

import json

from documents.archive.catalogue import catalogue_json, faults_of
from models.papers.content import CatalogueItem


def test_the_catalogue_says_what_the_paper_says_and_where_each_file_lies(items: tuple[CatalogueItem, ...]):
    sizes = {file.path: 7 for item in items for file in item.files}
    said = json.loads(catalogue_json(items, {"Contact-Name": "某"}, sizes))
    assert said["format"] == "shencha-archive/1"
    assert said["info"] == {"Contact-Name": "某"}
    for entry, item in zip(said["items"], items, strict=True):
        written = item.model_dump(mode="json", exclude={"files"})
        written = {key: value for key, value in written.items() if key != "about" or value is not None}
        assert {key: value for key, value in entry.items() if key != "files"} == written
        assert entry["files"] == [{"path": f.path, "sha256": f.sha256, "size": 7} for f in item.files]


def test_paths_made_by_the_rule_can_be_packed(items: tuple[CatalogueItem, ...]):
    assert list(faults_of(items)) == []
