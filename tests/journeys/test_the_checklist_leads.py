"""The case leads the investigator: questions by the kind of the accident, answered, set aside, or waived by another."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.case.queries.checklist import QuestionShown, checklist
from models.case.tables import Case
from models.kernel.act import acting, find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import AnswerState, Aspect
from models.optimistic_lock import refuse_stale
from tests.stories import Story


def asked(story: Story, case: str, account: str = "li") -> dict[str, QuestionShown]:
    with story.installation.database.reading() as session:
        aspects = checklist(session, find_actor(session, account, story.at), case)
    return {one.key: one for aspect in aspects for one in aspect.questions}


def test_one_death_asks_thirty_questions_and_four_deaths_ask_all_of_their_kind(story: Story) -> None:
    story.wait(days=400)
    small, grave = asked(story, story.file()), asked(story, story.file("ezhou-four-deaths"))
    assert len(small) <= 30 < len(grave)
    assert {one.aspect for one in grave.values()} == set(Aspect)
    assert any("客运" in one.text or "客车" in one.text for one in grave.values())
    assert not any("客运企业" in one.text for one in small.values())


def test_questions_are_answered_with_evidence_set_aside_and_answered_anew(story: Story) -> None:
    story.wait(days=400)
    case = story.file()
    first, second, *_ = asked(story, case)
    proof = story.do("li", "add-evidence", case, title="驾驶证查询记录", reference="调查卷宗")
    story.do("li", "answer-question", case, question=first, text="何某持C1证，准驾车型相符。", evidence=[proof])
    story.do("li", "exclude-question", case, question=second, reason="本案没有营运车辆。")
    told = asked(story, case)
    assert (told[first].answer.state, told[first].answer.evidence) == (AnswerState.ANSWERED, (proof,))
    assert told[second].answer.state is AnswerState.NOT_APPLICABLE
    story.do("wang", "answer-question", case, question=second, text="有营运车辆一辆。")
    assert asked(story, case)[second].answer.text == "有营运车辆一辆。"
    with story.installation.database.reading() as session:
        last = session.scalars(select(Event).where(Event.kind == "question_answered").order_by(Event.id.desc())).first()
    assert last.data["before"]["text"] == "本案没有营运车辆。"


def test_a_question_is_waived_by_somebody_who_does_not_carry_the_case(story: Story) -> None:
    story.wait(days=400)
    case = story.file()
    first, *_ = asked(story, case)
    for account in ("li", "wang", "nei"):
        with pytest.raises(NotAllowed):
            story.do(account, "waive-question", case, question=first, reason="事故简单。")
    story.do("shen", "waive-question", case, question=first, reason="事故简单，当事人无争议。")
    assert asked(story, case)[first].answer.by == "沈某"


def test_an_answer_is_not_replaced_by_who_never_saw_it(story: Story) -> None:
    story.wait(days=400)
    case = story.file()
    first, second, *_ = asked(story, case)
    with story.installation.database.reading() as session:
        seen = session.scalars(select(Case.last_seq).where(Case.case_number == case)).one()
    story.do("wang", "answer-question", case, question=first, text="何某持C1证，准驾车型相符。")
    for account, step in (("li", "answer-question"), ("li", "exclude-question"), ("shen", "waive-question")):
        with acting(story.installation.database, story.installation.settings, account, story.at) as act:
            with pytest.raises(Conflict, match=r"王某已于.*办理调查清单的问题"):
                refuse_stale(act, case, seen, step, {"question": first})
            refuse_stale(act, case, seen, step, {"question": second})
    with pytest.raises(Conflict, match="已有回答"):
        story.do("shen", "waive-question", case, question=first, reason="事故简单。")


def test_what_is_wrong_is_refused_and_nothing_is_kept(story: Story) -> None:
    story.wait(days=400)
    case = story.file()
    first, *_ = asked(story, case)
    with pytest.raises(NotFound, match="没有问题"):
        story.do("li", "answer-question", case, question="person.nothing", text="是。")
    with pytest.raises(NotFound, match="证据"):
        story.do("li", "answer-question", case, question=first, text="是。", evidence=["E99"])
    with pytest.raises(Invalid, match="回答"):
        story.do("li", "answer-question", case, question=first, text="  ")
    assert asked(story, case)[first].answer is None


def test_a_signed_report_ends_the_questions(story: Story) -> None:
    story.wait(days=400)
    case = story.rectifying()
    first, *_ = asked(story, case)
    with pytest.raises(WrongStage):
        story.do("li", "answer-question", case, question=first, text="是。")


def test_an_agency_sees_no_checklist(story: Story) -> None:
    case = story.rectifying()
    story.employ("ban", *_agency(story), unit="鄂州市城市管理执法委员会")
    with pytest.raises(NotFound):
        asked(story, case, account="ban")


def _agency(story: Story) -> tuple[object, ...]:
    from models.kernel.vocabulary import Role

    return (Role.AGENCY,)
