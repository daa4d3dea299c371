"""A paper read in the page: the same words as in the file, laid out by its styles, and never as markup."""

from __future__ import annotations

import re

from documents import render
from tests.documents.samples import report
from ui.web.parts.preview import readable


def test_the_rendering_says_what_the_file_says_in_its_look() -> None:
    html = readable(render(report()))
    assert "调查分析报告" in re.sub(r"<[^>]+>", "", html)
    assert "text-align:center" in html
    assert "color:#c00000" in html
    assert "text-indent:2em" in html


def test_what_people_wrote_is_never_markup() -> None:
    paper = report().model_copy(
        update={"head": report().head.model_copy(update={"title": ("<script>alert(1)</script>",)})}
    )
    html = readable(render(paper))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
