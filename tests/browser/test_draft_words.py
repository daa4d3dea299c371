"""A draft edited in a real browser: saved within two seconds, undone, refused with a way to the fact, and from a file."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.stories import Story
from ui.editing import draft_of
from ui.web.draft_page import address

pytestmark = [pytest.mark.browser, pytest.mark.loopback]


def test_an_officer_words_a_draft_on_the_page_and_in_a_file(story: Story, visit: Visit, tmp_path: Path) -> None:
    case = story.file()
    opening = draft_of(story.installation, "li", case, "D1").passages[0]
    officer = visit("li")
    officer.open(f"/case?number={case}&part=papers&paper=D1")
    officer.page.get_by_role("link", name="修改文字").click()
    page = officer.page
    expect(page).to_have_url(re.compile(re.escape(address(case, "D1"))))
    first = page.locator(f"section[data-passage='{opening.name}']")
    words = opening.text.replace("调查组", "本调查组")
    first.locator("textarea").fill(words)
    expect(first.locator(".told")).to_have_text("已保存")
    page.reload()
    expect(first.locator("textarea")).to_have_value(words)

    first.locator("textarea").fill(words.replace("2", "3"))
    expect(first.locator(".told a").first).to_have_attribute("href", re.compile(f"number={case}&part=facts"))
    expect(first.locator("textarea")).to_have_attribute("aria-invalid", "true")
    first.get_by_role("button", name="恢复为系统生成的文字").click()
    expect(first.locator("textarea")).to_have_value(opening.text)

    with page.expect_download() as downloading:
        page.get_by_role("link", name="导出可编辑文件").click()
    file = tmp_path / "draft.docx"
    downloading.value.save_as(file)
    document = docx.Document(str(file))
    typed = next(one for one in document.element.body.iter("{*}t") if one.text == opening.text)
    typed.text = words
    document.save(str(file))
    page.get_by_label("带回改过的文件").set_input_files(file)
    expect(page.locator("#came ins")).to_have_text(words)
    page.get_by_role("button", name="保存这1段改动").click()
    expect(first.locator("textarea")).to_have_value(words)
    assert draft_of(story.installation, "li", case, "D1").passages[0].text == words

    first.locator("textarea").fill(words.replace("调查组", "事故调查组"))
    first.get_by_role("button", name="恢复为系统生成的文字").click()  # while the words are still on their way
    expect(first.locator(".told")).to_have_text("现为系统生成的文字")
    expect(first.locator("textarea")).to_have_value(opening.text)
    assert draft_of(story.installation, "li", case, "D1").passages[0].version == 0
