"""`shencha search`: words at once, a page at a time, and the index made anew."""

from __future__ import annotations

from pathlib import Path

from tests.first_format import first_format
from tests.ui.cli.conftest import Shell


def test_words_are_found_after_the_index_was_made_anew_and_the_next_page_goes_on(shell: Shell, tmp_path: Path) -> None:
    dossier = tmp_path / "dossier.json"
    dossier.write_bytes(first_format("ezhou-one-death"))
    assert shell("case", "file", dossier, "--as", "li").status == 0
    assert shell("search", "路", "--as", "li").out == "没有找到可以查看的内容。请减少或更换要查找的词。\n"
    assert shell("search", "rebuild", "--json").json["texts"] > 5
    first = shell("search", "路", "--as", "li", "--limit", 1, "--json").json
    assert [hit["kind"] for hit in first["hits"]] == ["finding"]
    assert any(piece == {"text": "路", "hit": True} for piece in first["hits"][0]["passage"])
    second = shell("search", "words", "路", "--as", "li", "--after", first["after"], "--json").json
    assert first["hits"][0] not in second["hits"]
    told = shell("search", "路", "--as", "li", "--kind", "问题")
    assert "【路】" in told.out


def test_what_cannot_be_looked_for_is_said_and_help_is_shown(shell: Shell) -> None:
    refused = shell("search", " ", "--as", "li")
    assert (refused.status, "请输入要查找的词。" in refused.err) == (1, True)
    assert "rebuild" in shell("search", "--help").out
