"""The page of a case tells when its measures are evaluated, and what happened again after them."""

from __future__ import annotations

import json
from datetime import timedelta

from models.accident.dossier import read
from models.case.commands.filing import file_case
from models.kernel.act import acting
from models.samples import dossier_bytes
from tests.stories import Story
from tests.ui.web.conftest import Look, words


def happened_again(story: Story) -> str:
    dossier = json.loads(dossier_bytes("ezhou-one-death"))
    story.wait(days=30)
    dossier["accident"] |= {
        "accident_number": "4207032026010001",
        "place": "临江路另一处",
        "occurred_at": (story.at - timedelta(hours=2)).isoformat(),
    }
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        return file_case(act, read(json.dumps(dossier).encode(), now=story.at)).case_number


def test_both_cases_show_the_new_accident_beside_the_old_measure(story: Story, look: Look) -> None:
    old = story.rectifying()
    shown = words(look("li", "case", number=old))
    assert "2026-10-01起，至2026-12-01" in shown
    assert "整改后又发生" not in shown
    new = happened_again(story)
    for case in (old, new):
        app = look("li", "case", number=case)
        shown = words(app)
        assert not app.exception
        for said in ("整改后又发生", "X1", old, new, "同一路段", "待处理"):
            assert said in shown, (case, said)


def test_what_waits_opens_the_step_that_decides_it(story: Story, look: Look) -> None:
    story.rectifying()
    new = happened_again(story)
    listed = words(look("li", "todo"))
    assert f"/case?number={new}&amp;part=more&amp;action=decide-recurrence" in listed
    form = look("li", "case", number=new, part="more", action="decide-recurrence")
    assert not form.exception
    assert [box.label for box in form.multiselect] == ["整改后又发生的事项（可不填）"]
