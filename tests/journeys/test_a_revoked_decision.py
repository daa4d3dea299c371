"""A 认定书 falls in its review: what was built on it is open again until somebody confirms or withdraws it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import DocumentKind, ReviewOutcome
from models.overview.queries.worklists import waiting_on
from models.papers.tables import Document, PaperFlag
from tests.journeys.test_two_accidents_are_one import look
from tests.stories import Story

NUMBER = "鄂州公交认字〔2025〕第0603号"


def decide(story: Story, case: str, account: str = "li", **more: Any) -> list[str]:
    said = {"number": NUMBER, "decided_on": date(2025, 6, 20), "issued_by": "华容大队", **more}
    return list(story.do(account, "record-liability", case, **said))


def review(story: Story, case: str, outcome: ReviewOutcome = ReviewOutcome.REVOKED, **more: Any) -> list[str]:
    said = {
        "liability": NUMBER,
        "outcome": outcome,
        "decided_on": date(2025, 7, 20),
        "issued_by": "鄂州市公安局交通警察支队",
        "reason": "责任划分事实不清",
        **more,
    }
    return list(story.do("li", "record-review", case, **said))


def waits(story: Story, account: str) -> list[str]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return [row.wait for row in waiting_on(session, actor, story.at.date())]


def flagged(story: Story) -> set[str]:
    with story.installation.database.reading() as session:
        return set(
            session.scalars(
                select(Document.ref)
                .join(PaperFlag, PaperFlag.document_id == Document.id)
                .where(PaperFlag.settled_at.is_(None))
            )
        )


def test_a_decision_that_is_upheld_leaves_everything_as_it_is(story: Story) -> None:
    case = story.file()
    assert decide(story, case, scan=story.scan(), scan_name="认定书.pdf") == ["F1"]
    assert review(story, case, ReviewOutcome.UPHELD, reason=None) == []
    view = look(story, case)
    assert [(one.number, one.review) for one in view.joined.liability] == [(NUMBER, ReviewOutcome.UPHELD)]
    assert view.joined.reopened_findings == []
    with pytest.raises(Conflict, match="一次为限"):
        review(story, case)
    with pytest.raises(Conflict, match="仍然有效"):
        decide(story, case, number="另一份")


def test_a_revoked_one_reopens_its_findings_and_holds_the_report_until_they_are_settled(story: Story) -> None:
    case = story.file()
    decide(story, case, findings=["F1", "F2"])
    assert review(story, case) == ["F1", "F2"]
    assert "reconfirm" in waits(story, "li")
    assert "待重新确认或撤回问题" in look(story, case).turn
    with pytest.raises(WrongStage, match="F1、F2"):
        story.do("li", "submit", case, paper="D1")
    with pytest.raises(NotAllowed):
        story.do("ling", "confirm-finding", case, finding="F1", reason="另有监控录像证实")
    story.do("li", "confirm-finding", case, finding="F1", reason="另有监控录像证实")
    with pytest.raises(WrongStage, match="无须重新确认"):
        story.do("li", "confirm-finding", case, finding="F1", reason="另有监控录像证实")
    story.do("li", "withdraw-finding", case, finding="F2", reason="认定已撤销")
    assert "reconfirm" not in waits(story, "li")
    story.do("li", "submit", case, paper="D1")
    assert decide(story, case, number="重新认定〔2025〕1号", findings=["F1"]) == ["F1"]


def test_signed_papers_built_on_them_are_flagged_until_all_are_confirmed(story: Story) -> None:
    case = story.rectifying()
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    decide(story, case, findings=["F2"])
    review(story, case)
    carrying = flagged(story)
    assert carrying == {"D1", notices[0]}  # the notice that carries M1, which answers F2; the other rests on F1, F3
    with pytest.raises(WrongStage, match="F2待重新确认"):
        story.do("dang", "archive", case)
    story.do("li", "confirm-finding", case, finding="F2", reason="另有证据")
    assert flagged(story) == set()


def test_a_finding_withdrawn_after_the_report_leaves_the_flags(story: Story) -> None:
    case = story.rectifying()
    decide(story, case)
    review(story, case, ReviewOutcome.CHANGED)
    with pytest.raises(WrongStage, match="报告已签发"):
        story.do("li", "withdraw-finding", case, finding="F2", reason="认定已变更")
    story.do("li", "withdraw-finding", case, finding="F1", reason="认定已变更")
    assert "D1" in flagged(story)
    assert look(story, case).joined.reopened_findings == []


def test_what_is_wrong_in_a_decision_or_its_review_is_refused(story: Story) -> None:
    case = story.file()
    with pytest.raises(NotAllowed, match="民警、内勤"):
        decide(story, case, account="ling")
    with pytest.raises(Invalid, match="晚于今天"):
        decide(story, case, decided_on=date(2030, 1, 1))
    with pytest.raises(Invalid, match="文号"):
        decide(story, case, number=" ")
    with pytest.raises(NotFound, match="F9"):
        decide(story, case, findings=["F9"])
    with pytest.raises(NotFound, match="没有文号"):
        review(story, case)
    decide(story, case)
    with pytest.raises(Conflict, match="已经登记"):
        decide(story, case)
    with pytest.raises(Invalid, match="理由"):
        review(story, case, reason=" ")
    with pytest.raises(Invalid, match="认定书之后"):
        review(story, case, decided_on=date(2025, 6, 1))
