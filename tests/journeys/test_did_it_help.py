"""整改评估: from ten months after the report's approval each measure is looked at; the archive stays closed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.case.tables import Case
from models.clock.queries.explain import explain_deadline
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import find_actor
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event, Message, Outbox
from models.kernel.vocabulary import EffectVerdict, Light, Outcome, Role, Stage
from models.overview.commands.drafting_due import draft_due
from models.overview.queries.case_view import case_view
from models.overview.queries.worklists import waiting_on
from models.papers.commands.renditions import Enclosure
from models.rectification.tables import EvaluationFile
from tests.stories import Story

HELPED, NOT_AT_ALL = EffectVerdict.EFFECTIVE, EffectVerdict.NONE
SIGNED = datetime(2025, 12, 1, 9, tzinfo=SHANGHAI)
EARLIEST, LATEST = date(2026, 10, 1), date(2026, 12, 1)


def seen(story: Story, case: str, account: str = "li") -> dict[str, Any]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return case_view(session, actor, case, rulebook(session), story.at)


def waits(story: Story, account: str) -> list[tuple[str, str, date | None]]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        rows = waiting_on(session, actor, story.at.date())
    return [(row.wait, row.case_number, row.due_on) for row in rows if row.wait == "evaluate"]


def clock(story: Story, case: str) -> Deadline | None:
    with story.installation.database.reading() as session:
        return session.scalars(
            select(Deadline)
            .join(Case, Case.id == Deadline.case_id)
            .where(Case.case_number == case, Deadline.rule_code == "effect.evaluate")
        ).one_or_none()


def state(story: Story, case: str) -> str:
    running = clock(story, case)
    assert running is not None
    return running.state


def clock_key(case: str) -> str:
    return f"{case}/effect.evaluate/report"


def rungs(story: Story) -> list[tuple[str, str, str | None]]:
    return [(rung.deadline, rung.rung, rung.paper) for rung in sweep(story.installation, story.at).rungs]


def later(story: Story, day: date) -> None:
    story.at = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)


def evaluate(story: Story, case: str, measure: str, verdict: EffectVerdict = HELPED, **said: Any) -> None:
    form = {"looked_at": "现场查看照明设施，调取事故记录。", "conclusion": "夜间照明到位。"} | said
    story.do("wang", "evaluate-measure", case, measure=measure, effect=verdict, **form)


def close(story: Story, case: str, measure: str, outcome: Outcome = Outcome.NOT_DONE) -> None:
    story.do("li", "close-measure", case, measure=measure, outcome=outcome, reason="经费未落实。")


def archived(story: Story) -> str:
    """A case in the archive whose two measures were not seen to fall away."""
    case = story.rectifying()
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    for measure in ("M1", "M2"):
        close(story, case, measure)
    story.archive(case)
    return case


def test_it_falls_due_ten_to_twelve_months_after_the_approval_and_explains_itself(story: Story) -> None:
    case = story.rectifying()
    running = clock(story, case)
    assert running is not None
    assert (running.started_at, running.opens_on, running.due_on) == (SIGNED, EARLIEST, LATEST)
    with story.installation.database.reading() as session:
        told = explain_deadline(session, find_actor(session, "li", story.at), running.id, rulebook(session))
    assert (told.opens_on, told.due_on) == (EARLIEST, LATEST)
    assert "可自2026年10月1日起进行" in told.explanation
    assert "安全生产法" in told.explanation


def test_it_waits_on_the_officer_from_the_earliest_day_even_in_the_archive(story: Story) -> None:
    case = archived(story)
    later(story, date(2026, 9, 30))
    assert waits(story, "li") == []
    assert seen(story, case).turn == "案件已归档，没有待办事项。"
    later(story, EARLIEST)
    assert waits(story, "li") == [("evaluate", case, LATEST)]
    assert waits(story, "nei") == []
    assert "待整改评估" in seen(story, case).turn
    assert state(story, case) == "open"


def test_the_last_measure_evaluated_meets_the_clock_and_leaves_the_archive_closed(story: Story) -> None:
    case = archived(story)
    later(story, date(2026, 10, 20))
    photo = Enclosure(story.scan("现场照片"), "照片.pdf", "application/pdf")
    evaluate(
        story,
        case,
        "M1",
        figure="该路口每年夜间事故起数",
        before=4.0,
        after=1.5,
        files=[photo, photo],
        conclusion="见效。",
    )
    assert (state(story, case), waits(story, "li")) == ("open", [("evaluate", case, LATEST)])
    evaluate(story, case, "M2", NOT_AT_ALL, conclusion="宣传未落实，建议重新部署。")
    assert (state(story, case), waits(story, "li")) == ("met", [])
    view = seen(story, case)
    assert view.stage is Stage.ARCHIVED
    first, second = view.effect.measures
    assert (first.result, first.before, first.after, first.evaluated_by) == (HELPED, 4.0, 1.5, "王某")
    assert [file.sha256 for file in first.files] == [photo.stored.sha256]
    assert (second.result, second.conclusion) == (NOT_AT_ALL, "宣传未落实，建议重新部署。")
    events = [event for event in view.events if event.kind == "effect_evaluated"]
    assert [event.data["measure"] for event in events] == ["M1", "M2"]
    assert events[0].data["files"] == [photo.stored.sha256]


def test_a_late_evaluation_tells_our_leaders_and_drafts_no_order(story: Story) -> None:
    case = archived(story)
    later(story, date(2026, 12, 2))
    told = [rung for rung in rungs(story) if rung[0] == clock_key(case)]
    assert told == [(clock_key(case), "warn", None)]
    assert seen(story, case).light is Light.YELLOW
    with story.installation.database.reading() as session:
        assert session.scalar(select(Message.id).where(Message.body.contains("整改评估"))) is not None
    assert rungs(story) == []


def test_nobody_is_reminded_before_the_earliest_day(story: Story) -> None:
    case = archived(story)
    later(story, date(2026, 9, 30))
    assert clock_key(case) not in {rung[0] for rung in rungs(story)}
    later(story, EARLIEST)
    assert rungs(story) == [(clock_key(case), "remind.half", None)]


def test_an_evaluation_is_given_anew_only_with_a_reason_and_the_first_stays_on_record(story: Story) -> None:
    case = archived(story)
    later(story, EARLIEST)
    evaluate(story, case, "M1")
    with pytest.raises(Conflict, match="重新评估须写明理由"):
        evaluate(story, case, "M1", NOT_AT_ALL)
    evaluate(story, case, "M1", NOT_AT_ALL, reason="复核发现路灯已损坏。")
    [first] = [one for one in seen(story, case).effect.measures if one.measure == "M1"]
    assert (first.round, first.result, first.reason) == (2, NOT_AT_ALL, "复核发现路灯已损坏。")
    with story.installation.database.reading() as session:
        kept = session.scalars(select(Event.data).where(Event.kind == "effect_evaluated").order_by(Event.id)).all()
    assert [said["verdict"] for said in kept] == ["effective", "none"]


def test_measures_that_fell_away_need_no_evaluation_and_end_the_clock(story: Story) -> None:
    case = story.archived()  # every measure no longer applicable
    assert state(story, case) == "withdrawn"
    later(story, EARLIEST)
    assert waits(story, "li") == []
    with pytest.raises(WrongStage, match="不需要评估"):
        evaluate(story, case, "M1")


def test_a_measure_added_later_lets_a_met_clock_run_on(story: Story) -> None:
    case = story.rectifying()
    close(story, case, "M1")
    close(story, case, "M2")
    later(story, EARLIEST)
    evaluate(story, case, "M1", NOT_AT_ALL)
    evaluate(story, case, "M2", NOT_AT_ALL)
    assert state(story, case) == "met"
    added = story.do("li", "add-measure", case, text="增设减速设施。")
    assert state(story, case) == "open"
    story.do("li", "withdraw-measure", case, measure=added, reason="重复。")
    assert state(story, case) == "met"


def test_a_discontinued_case_is_not_evaluated(story: Story) -> None:
    case = story.rectifying()
    with story.installation.database.reading() as session:
        reports = session.scalars(select(Deadline.id).where(Deadline.rule_code == "effect.evaluate")).all()
    assert len(reports) == 1
    story.do("ling", "discontinue", case, reason="移送上级机关调查。")
    assert state(story, case) == "withdrawn"
    later(story, EARLIEST)
    with pytest.raises(WrongStage, match="不能评估整改效果"):
        evaluate(story, case, "M1")


def test_a_case_signed_before_there_was_a_clock_gets_it_from_the_worker(story: Story) -> None:
    case = archived(story)
    with story.installation.database.writing() as session:
        session.delete(session.scalars(select(Deadline).where(Deadline.rule_code == "effect.evaluate")).one())
    assert clock(story, case) is None
    story.do("system", draft_due, case)
    running = clock(story, case)
    assert running is not None
    assert (running.opens_on, running.due_on) == (EARLIEST, LATEST)
    story.do("system", draft_due, case)
    with story.installation.database.reading() as session:
        assert len(session.scalars(select(Deadline.id).where(Deadline.rule_code == "effect.evaluate")).all()) == 1
        assert session.scalars(select(Outbox.key).where(Outbox.key.endswith("/effect"))).all() == []


def test_open_evaluations_of_the_archive_are_handed_over(story: Story) -> None:
    case = archived(story)
    later(story, EARLIEST)
    story.employ("guan", Role.ADMIN)
    counts = story.in_office("guan", "hand-over", from_account="li", to_account="wang", reason="调离。")
    assert counts.cases == 1
    assert waits(story, "wang") == [("evaluate", case, LATEST)]


def test_each_mistake_is_told_in_words(story: Story) -> None:
    case = story.rectifying()
    with pytest.raises(WrongStage, match="自2026年10月1日起进行"):
        evaluate(story, case, "M1")
    later(story, EARLIEST)
    for account in ("nei", "shen", "qian", "ling", "dang"):
        with pytest.raises(NotAllowed, match="民警"):
            story.do(
                account, "evaluate-measure", case, measure="M1", effect=HELPED, looked_at="现场", conclusion="见效"
            )
    with pytest.raises(NotFound, match="没有编号"):
        evaluate(story, case, "M9")
    with pytest.raises(Invalid, match="查看了什么"):
        evaluate(story, case, "M1", looked_at=" ")
    with pytest.raises(Invalid, match="尚未办结，不能评为“已见效”"):
        evaluate(story, case, "M1")
    with pytest.raises(Invalid, match="写明是什么指标"):
        evaluate(story, case, "M1", NOT_AT_ALL, before=3.0)
    with pytest.raises(Invalid, match="填写整改前"):
        evaluate(story, case, "M1", NOT_AT_ALL, figure="事故起数")
    for wrong in (-1.0, float("nan"), float("inf")):
        with pytest.raises(Invalid, match="不小于0"):
            evaluate(story, case, "M1", NOT_AT_ALL, figure="事故起数", after=wrong)
    with story.installation.database.reading() as session:
        assert session.scalars(select(EvaluationFile.id)).all() == []
        assert session.scalars(select(Event.id).where(Event.kind == "effect_evaluated")).all() == []


def test_an_investigation_without_a_signed_report_is_not_evaluated(story: Story) -> None:
    case = story.file()
    with pytest.raises(WrongStage, match="当前状态为“立案”，不能评估整改效果"):
        evaluate(story, case, "M1")
    assert seen(story, case).effect is None
