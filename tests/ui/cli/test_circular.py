"""`shencha circular`: the figures of a period before anything is drafted, drafting, and the list."""

from __future__ import annotations

import os

import pytest
from openpyxl import load_workbook

from tests.journeys.test_a_circular import SINCE, TRANSPORT, UNTIL, Quarter
from tests.stories import story_in
from tests.ui.cli.conftest import Shell


def test_a_circular_is_looked_at_drafted_and_listed(
    shell: Shell, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with story_in(os.environ["SHENCHA_DATABASE_URL"], tmp_path_factory.mktemp("files")) as story:
        Quarter(story)
    period = ("--from", SINCE, "--until", UNTIL)
    seen = shell("circular", "preview", *period, "--as", "li")
    assert seen.status == 0, seen.err
    assert TRANSPORT in seen.out
    assert "样本过少，不计算" in seen.out
    told = shell("circular", "preview", *period, "--as", "li", "--json").json
    assert [unit["due"] for unit in told["units"]] == [5, 2, 1]
    asked = ("--period-from", SINCE, "--period-until", UNTIL)
    assert shell("office", "draft-circular", *asked, "--as", "li").status == 0
    assert "2026年第一季度" in shell("circular", "list", "--as", "li").out
    assert told["accidents"] is None
    book = tmp_path_factory.mktemp("book") / "circular.xlsx"
    assert shell("circular", "preview", *period, "--as", "li", "--xlsx", book).status == 0
    assert load_workbook(book).sheetnames == ["单位", "逾期未完成"]
    refused = shell("circular", "preview", "--from", UNTIL, "--until", SINCE, "--as", "li")
    assert refused.status == 1
    assert "末日早于首日" in refused.err
