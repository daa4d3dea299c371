"""A person has the last word: a draft is edited on the page or in an office program, and issued in these words."""

from __future__ import annotations

import io
from collections.abc import Mapping

import docx
import pytest
from sqlalchemy import select

from flows.rendering import render_papers_of
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event
from models.papers.commands.last_word import LONGEST
from models.papers.queries.last_word import PassageShown
from tests.documents.anatomy import Docx
from tests.stories import Story
from ui.editing import came_back, draft_of, editable_file
from ui.papers_out import paper_file

CLOSING = "整改措施/2"


def passages(story: Story, case: str, account: str = "li") -> Mapping[str, PassageShown]:
    return {one.name: one for one in draft_of(story.installation, account, case, "D1").passages}


def edited(data: bytes, words: Mapping[str, str]) -> bytes:
    """Return a file in which somebody typed over some paragraphs, as they would in an office program."""
    document = docx.Document(io.BytesIO(data))
    for paragraph in document.element.body.iter("{*}p"):
        for old, new in words.items():
            texts = list(paragraph.iter("{*}t"))
            if texts and texts[-1].text == old:
                texts[-1].text = new
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def some(story: Story, case: str, count: int = 2) -> list[PassageShown]:
    """Return paragraphs that may be edited, first of all those that state no figure."""
    every = [one for one in passages(story, case).values() if not one.fixed]
    return sorted(every, key=lambda one: (any(map(str.isdigit, one.text)), one.name))[:count]


def words_of(story: Story, case: str) -> str:
    _, data = paper_file(story.installation, "li", case, "D1")
    return Docx(data).text()


@pytest.fixture
def case(story: Story) -> str:
    case = story.file()
    story.address(case)
    return case


def test_a_draft_edited_in_an_office_program_is_issued_in_these_words(story: Story, case: str) -> None:
    one, other = some(story, case)
    name, file = editable_file(story.installation, "li", case, "D1")
    assert name.endswith("（可编辑）.docx")
    back = edited(file, {one.text: f"经查，{one.text}", other.text: f"{other.text}特此说明。"})
    shown = came_back(story.installation, "li", back)
    assert {each.name: each.now for each in shown.differences} == {
        one.name: f"经查，{one.text}",
        other.name: f"{other.text}特此说明。",
    }
    assert not shown.saved
    assert f"经查，{one.text}" not in words_of(story, case)
    assert came_back(story.installation, "li", back, save=True).saved
    kept = passages(story, case)[one.name]
    assert (kept.text, kept.by) == (f"经查，{one.text}", "李某")
    story.issue(case, "D1")
    render_papers_of(story.installation, case, story.at)
    said = words_of(story, case)
    assert f"经查，{one.text}" in said
    assert f"{other.text}特此说明。" in said
    with story.installation.database.reading() as session:
        [event] = session.scalars(select(Event).where(Event.kind == "text_kept"))
    assert set(event.data["passages"]) == {one.name, other.name}
    with pytest.raises(WrongStage, match="文字不能再改"):
        story.do("li", "keep-text", case, paper="D1", passage=one.name, text="改。")


def test_words_stand_until_the_facts_under_them_change_and_then_a_person_decides(story: Story, case: str) -> None:
    story.strict = True
    finding = next(one for one in passages(story, case).values() if "直接原因" in one.name)
    story.do("li", "keep-text", case, paper="D1", passage=finding.name, text=f"经查，{finding.text}", seen_version=0)
    assert f"经查，{finding.text}" in words_of(story, case)
    story.do("li", "edit-finding", case, finding="F1", text="驾驶人未按照操作规范安全驾驶。")
    now = passages(story, case)[finding.name]
    assert (now.kept, now.was) == (f"经查，{finding.text}", finding.text)
    assert now.text == now.generated != finding.text
    assert "经查" not in words_of(story, case)
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "approve", case, paper="D1")
    with pytest.raises(Invalid) as refusal:
        story.do("qian", "sign", case, paper="D1")
    [overtaken] = [one for one in refusal.value.faults if one.code == "text_overtaken"]
    assert "所依据的案件情况已变更" in overtaken.message
    with pytest.raises(NotAllowed):
        story.do("li", "drop-text", case, paper="D1", passage=finding.name)
    story.do("qian", "drop-text", case, paper="D1", passage=finding.name, seen_version=now.version)
    story.strict = False
    story.do("qian", "sign", case, paper="D1")


def test_a_fact_is_not_changed_by_way_of_the_words(story: Story, case: str) -> None:
    opening = next(iter(passages(story, case).values()))
    figure = next(one for one in ("1人死亡", "3人死亡", "2人死亡", "1人受伤") if one in opening.text)
    text = opening.text.replace(figure, f"9{figure[1:]}")
    with pytest.raises(Invalid, match=f"改动了案件里的事实“{figure}”，文书里不能改；请到“事故情况”修改") as refusal:
        story.do("li", "keep-text", case, paper="D1", passage=opening.name, text=text)
    assert {one.code for one in refusal.value.faults} == {"fact_changed", "fact_added"}
    with pytest.raises(Invalid, match="写入了案件里没有的事实“《甲乙法》”"):
        story.do("li", "keep-text", case, paper="D1", passage=opening.name, text=f"{opening.text}依据《甲乙法》。")


def test_who_may_write_and_what_no_paragraph_can_be(story: Story, case: str) -> None:
    [one] = some(story, case, 1)
    for account in ("shen", "ling", "nei"):
        with pytest.raises((NotAllowed, NotFound)):
            story.do(account, "keep-text", case, paper="D1", passage=one.name, text="改。")
    for text, code in ((" \n ", "text_empty"), ("字" * (LONGEST + 1), "text_too_long"), ("字\x07", "invisible")):
        with pytest.raises(Invalid) as refusal:
            story.do("li", "keep-text", case, paper="D1", passage=one.name, text=text)
        assert refusal.value.code == code
    with pytest.raises(NotFound, match="没有段落"):
        story.do("li", "keep-text", case, paper="D1", passage="没有/1", text="改。")
    with pytest.raises(NotFound, match="没有保留的修改"):
        story.do("li", "drop-text", case, paper="D1", passage=one.name)
    version = story.do("li", "keep-text", case, paper="D1", passage=one.name, text=f"{one.text}改。", seen_version=0)
    with pytest.raises(Conflict, match="刚才已由李某改过"):
        story.do("wang", "keep-text", case, paper="D1", passage=one.name, text="再改。", seen_version=0)
    story.do("wang", "keep-text", case, paper="D1", passage=one.name, text=f"{one.text}再改。", seen_version=version)
    story.do("wang", "keep-text", case, paper="D1", passage=one.name, text=one.text)
    assert passages(story, case)[one.name].version == 0
    story.do("li", "submit", case, paper="D1")
    story.do("shen", "keep-text", case, paper="D1", passage=one.name, text=f"{one.text}核稿改。")
    with pytest.raises(NotAllowed):
        story.do("li", "keep-text", case, paper="D1", passage=one.name, text="改。")


def test_a_file_of_another_state_or_another_paper_is_refused(story: Story, case: str) -> None:
    [one] = some(story, case, 1)
    _, file = editable_file(story.installation, "li", case, "D1")
    with pytest.raises(Conflict, match="不是这份文书的"):
        came_back(story.installation, "li", file, of=(case, "D2"))
    story.do("li", "keep-text", case, paper="D1", passage=one.name, text=f"{one.text}改。")
    with pytest.raises(Conflict, match="请重新导出"):
        came_back(story.installation, "li", file)
    with pytest.raises(NotFound):
        editable_file(story.installation, "li", case, "D99")
