"""The page 检索 shows where words stand, marks them, takes nothing of it for markup, and refuses in a sentence."""

from __future__ import annotations

from tests.models.overview.test_search import indexed
from tests.stories import Story
from tests.ui.web.conftest import Look, words


def test_what_is_found_is_marked_and_is_never_markup(story: Story, look: Look) -> None:
    case = story.file()
    story.do("li", "edit-measure", case, measure="M1", text="安装<b>龘型</b>护栏 & 标志")
    indexed(story)
    page = look("li", "search", words="龘型")
    assert not page.exception
    assert [title.value for title in page.title] == ["检索"]
    assert "安装&lt;b&gt;<mark>龘型</mark>&lt;/b&gt;护栏 &amp; 标志" in words(page)
    assert f'href="/case?number={case}"' in words(page)


def test_a_page_ends_with_the_way_to_the_next(story: Story, look: Look) -> None:
    for variant in range(5):
        story.file(variant=variant)
    indexed(story)
    page = words(look("li", "search", words="，"))
    assert "下一页" in page
    assert "after=" in page


def test_nothing_asked_nothing_found_and_a_wrong_address_are_said(story: Story, look: Look) -> None:
    story.file()
    indexed(story)
    assert "输入要查找的词。" in words(look("li", "search"))
    assert "没有找到可以查看的内容。" in words(look("li", "search", words="齾"))
    assert "每个词最多60个字。" in words(look("li", "search", words="长" * 61))
    assert "翻页位置不正确" in words(look("li", "search", words="路", after="x"))
