"""Findings, measures and evidence as rows of tables: added, taken back, held by a paper, chosen from the knowledge base."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.case.commands.facts import Change, change_facts, remove_fact_row, restore_fact_row
from models.case.commands.taking_over import take_over
from models.case.queries.fact_progress import facts_filled
from models.case.tables import Evidence, FactChange, Finding
from models.clock.queries.rulebook import rulebook
from models.kernel.act import find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Invalid, NotFound, WrongStage
from models.kernel.vocabulary import DocumentKind
from models.knowledge.queries import suggested
from models.papers.queries.preflight import preflight
from models.papers.tables import Document
from models.rectification.tables import Measure
from tests.sheets import Sheets
from tests.stories import Story


@pytest.fixture
def sheets(story: Story) -> Sheets:
    return Sheets(story)


def an_entry(sheets: Sheets) -> str:
    today = local_date(sheets.story.at)
    return suggested("动态监控没有处置疲劳驾驶报警", today, breach=today)[0].key


def taken(sheets: Sheets, measures: tuple[int, ...] = (0,), op: str = "k1") -> str:
    found: str = sheets.story.do("li", take_over, sheets.case, entry=an_entry(sheets), measures=measures, op=op)
    return found


def standing(sheets: Sheets, table: type[Finding] | type[Measure] | type[Evidence]) -> set[str]:
    with sheets.story.installation.database.reading() as session:
        return set(session.scalars(select(table.ref).where(table.withdrawn_at.is_(None))))


def test_evidence_whose_original_lies_somewhere_is_a_row_with_its_place(sheets: Sheets) -> None:
    row = sheets.add("evidence", title="现场照片一组", reference="事故卷宗第二册第15至18页", finding_ref="F1")
    assert sheets.texts("evidence", "reference")[row] == "事故卷宗第二册第15至18页"
    assert sheets.texts("evidence", "finding_ref")[row] == "F1"
    with pytest.raises(Invalid, match="原件存放处"):
        sheets.add("evidence", title="没有写明在哪里")
    with pytest.raises(Invalid, match="增加问责事项"):
        sheets.add("accountability", proposal="另一项")


def test_who_added_a_row_by_mistake_takes_it_back_and_a_row_that_stood_is_withdrawn_with_a_reason(
    sheets: Sheets,
) -> None:
    before = standing(sheets, Measure)
    row = sheets.add("measures", text="加装护栏。", organisation_ref="鄂州市城市管理执法委员会", due="2026年3月1日")
    held = sheets.texts("measures", "organisation_ref")[row]
    assert held
    sheets.remove("measures", row)
    assert standing(sheets, Measure) == before
    sheets.restore("measures", row)
    assert sheets.texts("measures", "organisation_ref")[row] == held
    assert sheets.texts("measures", "due")[row] == "2026年3月1日"
    with pytest.raises(Invalid, match="撤回"):
        sheets.remove("measures", sorted(before)[0])
    sheets.set(f"measures.{row}.proof", "照片", by="wang")
    with pytest.raises(Invalid, match="撤回"):
        sheets.remove("measures", row)


def test_an_entry_of_the_knowledge_base_becomes_a_finding_with_its_basis_and_measures(sheets: Sheets) -> None:
    sheets.story.at = datetime(2026, 3, 2, 1, tzinfo=UTC)  # the knowledge base begins in 2026
    finding = taken(sheets)
    assert taken(sheets) == finding  # the same act, whose answer was lost
    shown = {row.ref: row.cells for row in sheets.shown("findings").rows}[finding]
    assert "【" in shown["text"].text
    assert shown["legal_basis"].text.startswith("《")
    assert shown["basis_text"].text.startswith("《")
    [measure] = [ref for ref, about in sheets.texts("measures", "finding_refs").items() if finding in about]
    assert sheets.texts("measures", "proof")[measure]
    sheets.set(f"findings.{finding}.text", "某公司未按规定处置疲劳驾驶报警。")
    sheets.story.do("li", remove_fact_row, sheets.case, sheet="findings", row=finding, op="back")
    assert finding not in standing(sheets, Finding)
    assert measure not in standing(sheets, Measure)
    sheets.story.do("li", restore_fact_row, sheets.case, sheet="findings", row=finding, op="forth")
    assert sheets.texts("findings", "text")[finding] == "某公司未按规定处置疲劳驾驶报警。"
    assert finding in sheets.texts("measures", "finding_refs")[measure]
    with pytest.raises(Invalid, match="没有所选的措施"):
        taken(sheets, (99,), op="k2")
    with pytest.raises(NotFound, match="条目"):
        sheets.story.do("li", take_over, sheets.case, entry="no-such", measures=(), op="k3")


def test_a_finding_without_words_is_told_missing_and_its_report_cannot_be_signed(sheets: Sheets) -> None:
    story = sheets.story
    [paper] = [ref for ref, kind in _papers(sheets) if kind is DocumentKind.ANALYSIS_REPORT]
    sheets.set("findings.F1.text", "")
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        filled = facts_filled(session, actor, sheets.case, ["findings"]).sheets["findings"]
        remarks = preflight(
            session,
            actor,
            sheets.case,
            paper,
            settings=story.installation.settings,
            rules=rulebook(session),
            today=local_date(story.at),
        )
    assert filled.required - filled.filled == 1
    assert [one.text for one in remarks if "问题描述未写定" in one.text and one.blocks]


def _papers(sheets: Sheets) -> list[tuple[str, DocumentKind]]:
    with sheets.story.installation.database.reading() as session:
        return [(row.ref, row.kind) for row in session.execute(select(Document.ref, Document.kind))]


def test_a_measure_that_an_issued_notice_carries_says_so_and_is_not_changed(story: Story) -> None:
    sheets = Sheets(story)
    story.address(sheets.case)
    [first, *_] = sorted(standing(sheets, Measure))
    [paper] = story.do("li", "prepare-advance", sheets.case, measures=[first], reason="仍在通行，随时可能再次发生事故")
    sheets.set(f"measures.{first}.proof", "验收单和照片")  # a draft is filled anew
    story.issue(sheets.case, paper)
    held = {row.ref: row.held for row in sheets.shown("measures").rows}
    assert held.pop(first) == f"整改措施{first}已列入文书{paper}，不能再修改。"
    assert set(held.values()) <= {""}
    with pytest.raises(WrongStage, match="已列入文书"):
        sheets.set(f"measures.{first}.proof", "照片")


def test_ten_rows_are_one_event_of_the_record(sheets: Sheets) -> None:
    changes = [Change("F1", "proof", f"证据链第{n}稿", None, f"c{n}") for n in range(10)]
    sheets.story.do("li", change_facts, sheets.case, sheet="findings", changes=changes)
    assert len(sheets.events("facts_changed")) == 1
    with sheets.story.installation.database.reading() as session:
        assert len(session.scalars(select(FactChange)).all()) == 10
