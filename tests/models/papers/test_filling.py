"""What the papers say, filled from the rows of one small case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.accident.code_tables import words_of
from models.clock.queries.rulebook import Rulebook
from models.kernel.errors import NotFound, WrongStage
from models.kernel.settings import Settings
from models.kernel.vocabulary import DocumentForm, DocumentKind, SubjectType
from models.papers.content import (
    AccountabilityProposal,
    AnalysisReport,
    RectificationNotice,
    SupervisionOrder,
    TracebackArchive,
    canonical,
    parse,
)
from models.papers.filling import content, frozen
from models.rectification.tables import Assignment, Measure, MeasureFinding
from tests.models.world import PENALTY, Statements, World, deadline, document

ON = date(2026, 3, 26)


def fill(session: Session, world: World, rules: Rulebook, ref: str, **more: Any) -> Any:
    settings = Settings(public_url="https://example.test/", phone="0711-1234567")
    given: dict[str, Any] = {"issued_on": ON, "number": "鄂州公交〔2026〕9号", "signatory": None, **more}
    return content(session, world.ids[ref], settings=settings, rules=rules, **given)


def test_a_paper_survives_being_frozen(session: Session, world: World, rules: Rulebook) -> None:
    for ref in ("D1", "D2", "D4", "D5"):
        paper = fill(session, world, rules, ref)
        assert parse(canonical(paper)) == paper


def test_the_notice_holds_only_its_recipients_measures_and_problems(
    session: Session, world: World, rules: Rulebook
) -> None:
    paper = fill(session, world, rules, "D2")
    assert isinstance(paper, RectificationNotice)
    assert [m.number for m in paper.measures] == ["M1", "M2"]
    assert [f.number for f in paper.findings] == ["F1"]
    assert paper.findings[0].evidence == ("E1",)
    assert paper.measures[1].due == date(2026, 9, 30)
    assert (paper.report_number, paper.report_dated) == ("鄂州公交调〔2026〕1号", date(2026, 2, 20))
    assert paper.url == "https://example.test/notice/4207-2026-0001/D2"
    assert "某运输有限公司" not in canonical(paper).decode()


def test_the_notices_limits_are_told_with_the_dates_of_a_service_on_its_day(
    session: Session, world: World, rules: Rulebook
) -> None:
    replies = fill(session, world, rules, "D2").replies
    # A letter asks for no receipt: the signed proof of service is one.
    assert [line.what for line in replies] == ["报送整改方案", "完成整改措施（表中另定日期的除外）"]
    assert all(line.due is not None and line.borrowed and line.basis is None for line in replies)
    assert replies[0].explanation == "自收到本函之日起7个工作日内"
    draft = fill(session, world, rules, "D2", issued_on=None, number=None)
    assert [line.explanation for line in draft.replies] == [line.explanation for line in replies]
    assert all(line.due is None for line in draft.replies)


def test_no_limit_is_set_to_a_superior(session: Session, world: World, rules: Rulebook) -> None:
    paper = document(
        world,
        "D9",
        DocumentKind.RECTIFICATION_NOTICE,
        form=DocumentForm.REPORT,
        recipient_id=world.ids["government"],
    )
    session.add(paper)
    session.flush()
    world.ids["D9"] = paper.id
    notice = fill(session, world, rules, "D9", signatory="何某")
    assert notice.replies == ()
    assert notice.head.signatory == "何某"


def test_an_enterprises_paper_is_copied_to_its_industry_authority(
    session: Session, world: World, rules: Rulebook
) -> None:
    head = fill(session, world, rules, "D3").head
    assert (head.recipients, head.copied_to) == (("鄂州某运输有限公司",), ("鄂州市交通运输局",))
    assert head.mark == "鄂州市公安局交通警察支队文件"
    letter = fill(session, world, rules, "D2").head
    assert (letter.mark, letter.copied_to) == ("鄂州市公安局交通警察支队", ())


def test_the_order_lists_what_is_late_and_how_it_was_counted(session: Session, world: World, rules: Rulebook) -> None:
    paper = fill(session, world, rules, "D4")
    assert isinstance(paper, SupervisionOrder)
    (matter,) = paper.matters
    assert (matter.measure, matter.original.due, matter.days_late) == ("1", date(2026, 3, 11), 15)
    assert matter.not_done == "未收到书面回复"
    assert matter.original.explanation is not None
    assert "逐日计算" in matter.original.explanation
    assert matter.original.basis is None  # a demand of ours names no law
    assert "规则" not in matter.original.explanation
    assert (paper.notice_number, paper.notice_delivered_on) == ("鄂州公交整〔2026〕1号", date(2026, 3, 2))
    assert (paper.silence_confirmed_by, paper.silence_confirmed_on) == ("陈某", date(2026, 3, 24))
    assert paper.new_limit.due == date(2026, 4, 10)  # 10 working days after 26 March, without 清明 on 6 April
    assert paper.new_limit.explanation == "自督办单送达之日起10个工作日内"


def test_a_count_that_is_told_already_is_only_pointed_at(session: Session, world: World, rules: Rulebook) -> None:
    session.add(deadline(world, "notice.plan", "roads", date(2026, 3, 11), about="M2", assignment_id=world.ids["A-M2"]))
    session.flush()
    first, second = fill(session, world, rules, "D4").matters
    assert "逐日计算" in (first.original.explanation or "")
    assert (second.measure, second.original.explanation) == ("2", "与第1项相同")
    assert second.done == "2026年3月4日提交整改方案：计划于九月底前完成标志补设"


def test_a_draft_order_names_no_new_date(session: Session, world: World, rules: Rulebook) -> None:
    paper = fill(session, world, rules, "D4", issued_on=None, number=None)
    assert paper.new_limit.due is None
    assert [m.days_late for m in paper.matters] == [None]


def test_a_second_order_cites_the_first(session: Session, world: World, rules: Rulebook) -> None:
    again = document(
        world,
        "D8",
        DocumentKind.SUPERVISION_ORDER,
        recipient_id=world.ids["roads"],
        occasion=3,
    )
    before = document(
        world,
        "D7",
        DocumentKind.SUPERVISION_ORDER,
        recipient_id=world.ids["roads"],
        occasion=2,
        number="鄂州公交督〔2026〕7号",
        status="delivered",
        content={},
    )
    session.add_all([before, again])
    session.flush()
    world.ids["D8"] = again.id
    paper = fill(session, world, rules, "D8")
    assert (paper.ordinal, paper.previous_number) == (3, "鄂州公交督〔2026〕7号")


def test_the_proposal_names_duties_and_no_penalty(session: Session, world: World, rules: Rulebook) -> None:
    paper = fill(session, world, rules, "D5")
    assert isinstance(paper, AccountabilityProposal)
    (subject,) = paper.subjects
    assert (subject.subject, subject.subject_type) == ("鄂州市公路事业发展中心", SubjectType.ORGANISATION)
    assert (subject.facts, subject.basis) == ("弯道缺少警告标志。", ("《公路法》",))
    assert [e.number for e in paper.evidence] == ["E1"]
    text = canonical(paper).decode()
    assert PENALTY not in text
    assert "党纪政务处分" not in text


def test_the_proposal_notes_only_subjects_behind_the_same_findings(
    session: Session, world: World, rules: Rulebook
) -> None:
    noted = fill(session, world, rules, "D5").noted
    assert [(n.subject, n.state) for n in noted] == [("鄂州某运输有限公司", "司法机关已采取措施")]


def test_the_report_tells_everything_but_penalties_and_identity_numbers(
    session: Session, world: World, rules: Rulebook
) -> None:
    paper = fill(session, world, rules, "D1")
    assert isinstance(paper, AnalysisReport)
    assert [f.number for f in paper.findings] == ["F1", "F2", "F3"]
    assert [d.subject for d in paper.duties] == ["鄂州市公路事业发展中心", "鄂州某运输有限公司"]
    assert [(m.number, m.lead, m.due) for m in paper.measures][1] == ("M2", "鄂州市公路事业发展中心", date(2026, 9, 30))
    assert paper.measures[0].due_explanation == "自文书送达之日起30日内"
    assert [e.number for e in paper.evidence] == ["E1", "E2"]
    assert [(m.name, m.role) for m in paper.team] == [("梁某", "组长")]
    assert [(p.name, p.organisation) for p in paper.people] == [("朱某", "鄂州某运输有限公司")]
    text = canonical(paper).decode()
    assert "110101199003070011" not in text
    assert PENALTY not in text


def test_the_volume_numbers_papers_evidence_and_replies(session: Session, world: World, rules: Rulebook) -> None:
    volume = document(world, "D6", DocumentKind.TRACEBACK_ARCHIVE, form=None, title="樊口段“1·15”事故监管回溯档案")
    session.add(volume)
    session.flush()
    world.ids["D6"] = volume.id
    paper = fill(session, world, rules, "D6")
    assert isinstance(paper, TracebackArchive)
    assert [(i.sequence, i.number, i.title) for i in paper.items] == [
        (1, "鄂州公交调〔2026〕1号", "关于鄂城区“1·15”较大道路交通事故的调查分析报告"),
        (2, "鄂州公交整〔2026〕1号", "关于D2整改事项的通知"),
        (3, "鄂州公交整〔2026〕2号", "关于D3整改事项的通知"),
        (4, None, "证据：道路现场勘查笔录"),
        (5, None, "证据：车辆检验报告"),
        (6, None, "鄂州市公路事业发展中心关于第2项措施的整改方案"),
    ]
    assert paper.items[1].files[0].path == "data/documents/002_鄂州公交整〔2026〕1号_关于D2整改事项的通知.docx"
    assert paper.items[4].remark == "原件存放：支队物证室3号柜"
    assert paper.replies[0].evidence == paper.items[5].files
    assert [(d.recipient, d.recorded_on_behalf) for d in paper.deliveries] == [
        ("鄂州市公路事业发展中心", True),
        ("鄂州某运输有限公司", False),
    ]
    assert [o.measure for o in paper.outcomes] == ["第1项措施", "第2项措施", "第3项措施"]
    assert paper.events[2].what == "送达（鄂州公交整〔2026〕1号）"
    assert paper.event_count == 7


@pytest.mark.parametrize("ref", ["D1", "D2", "D4", "D5"])
def test_filling_a_paper_takes_the_same_statements_however_much_there_is(
    session: Session, world: World, rules: Rulebook, ref: str
) -> None:
    words_of(session)  # read once a transaction, whatever is filled in it
    with Statements(world.database) as before:
        fill(session, world, rules, ref)
    for n in range(10, 30):
        measure = Measure(case_id=world.ids["case"], ref=f"M{n}", position=n, text="再补一块标志")
        session.add(measure)
        session.flush()
        session.add(MeasureFinding(measure_id=measure.id, finding_id=world.ids["F1"]))
        session.add(
            Assignment(
                case_id=world.ids["case"],
                measure_id=measure.id,
                organisation_id=world.ids["roads"],
                part="lead",
                state="unissued",
            )
        )
    session.flush()
    with Statements(world.database) as after:
        fill(session, world, rules, ref)
    assert before.count == after.count


def test_only_an_issued_paper_is_read_as_frozen(session: Session, world: World, rules: Rulebook) -> None:
    with pytest.raises(WrongStage, match="尚未签发"):
        frozen(session, world.ids["D4"])
    with pytest.raises(NotFound):
        frozen(session, 999)
    with pytest.raises(NotFound):
        content(session, 999, settings=Settings(), rules=rules, issued_on=None, number=None, signatory=None)
