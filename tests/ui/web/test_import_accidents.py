"""The page on which files come into the register: checked, imported, mended; profiles; cases that are proposed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.register.commands.profiles import set_profile
from models.register.queries.profiles import Versioned
from tests.models.register.files import a_file, plain
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.accident_files import bring_in, check, received


@pytest.fixture
def imported(story: Story) -> Story:
    """A file was brought in: one accident of last week with a death, one row with a negative number."""
    story.at = wall_clock()
    day = (story.at - timedelta(days=7)).date()
    profile, stream = Versioned(plain(), 1), a_file(f"A1,{day} 08:20,滨湖路,1,晴,,", f"A2,{day},文星大道,-1,雨,,")
    installation = story.installation
    taken = received(stream, "台账.csv", installation, profile.profile)
    told = check(installation, stream, profile.profile)

    with acting(installation.database, installation.settings, "li", story.at) as act:
        set_profile(act, plain().text, reason="本单位台账")
    bring_in(
        *(installation, lambda: acting(installation.database, installation.settings, "li", story.at)),
        *(stream, taken.stored),
        name=taken.name,
        profile=profile,
        total=told.accidents,
    )
    return story


def test_an_officer_mends_a_row_in_quarantine(imported: Story, look: Look) -> None:
    assert "第3行“死亡”列：“-1”是负数，数量不能小于0。" in words(look("li", "import", part="quarantine"))
    page = look("li", "import", part="quarantine", row="1")
    first = page.text_input[0]
    assert (first.label, first.value) == ("死亡", "-1")
    still = _pressed(page, "保存并重试导入")
    assert "仍有错误" in words(still)
    still.text_input[0].set_value("0")
    done = _pressed(still, "保存并重试导入")
    assert "第3行的事故已导入。" in words(done)
    assert "没有待处理的行" in words(done)


def test_runs_profiles_and_proposed_cases_are_shown(imported: Story, look: Look) -> None:
    runs = words(look("nei", "import", part="runs"))
    assert "台账.csv" in runs
    assert "没有不同之处" in words(look("nei", "import", part="runs", run="1"))
    page = look("nei", "import", part="profiles", profile="plain")
    assert page.text_area[0].value == plain().text
    page.text_input[0].set_value("改名")
    page.text_area[0].set_value(plain().text.replace("普通台账", "大队台账"))
    assert "第2版已启用" in words(_pressed(page, "启用"))
    proposed = look("li", "import", part="proposed")
    assert "滨湖路" in words(proposed)
    assert "/file?draft=" in words(_pressed(proposed, "填写立案表"))


def test_whoever_may_not_import_has_no_such_page(imported: Story, look: Look) -> None:
    assert "台账.csv" not in words(look("ling", "import", part="runs"))


def _pressed(page: AppTest, label: str) -> AppTest:
    done = next(button for button in page.button if button.label == label).click().run()
    assert not done.exception
    return done
