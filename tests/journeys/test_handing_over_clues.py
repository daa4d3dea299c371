"""问题线索移送: chosen clues with their materials go to the organ that may look; list, receipt and answer stay on record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.accountability.tables import AccountabilityItem, ClueNews
from models.clock.queries.rulebook import rulebook
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import ClueAnswer, DeliveryMode, DocumentForm, DocumentKind, RenditionForm, SubjectType
from models.overview.queries.case_view import case_view
from models.overview.queries.worklists import waiting_on
from models.papers.content import ClueTransfer
from models.papers.filling import frozen
from models.papers.queries.documents import document_list
from models.papers.tables import Document, Rendition
from tests.stories import STAFF, Story

ORGAN = "鄂州市纪委监委"
PROOF = {"mode": DeliveryMode.CONFIDENTIAL_POST, "register_number": "机要35"}


def handed(story: Story, case: str, **said: object) -> str:
    story.approved(ORGAN)
    given: dict[str, object] = {"organ": ORGAN, "items": ["A5"], "findings": ["F8"]}
    return str(story.do("li", "prepare-clue-transfer", case, **(given | said)))


def evidence(story: Story, case: str, finding: str, title: str) -> str:
    scan = {"file": story.scan(title), "file_name": f"{title}.pdf", "media_type": "application/pdf"}
    return str(story.do("li", "add-evidence", case, title=title, finding=finding, **scan))


def content(story: Story, ref: str) -> ClueTransfer:
    with story.installation.database.reading() as session:
        said = frozen(session, session.scalars(select(Document.id).where(Document.ref == ref)).one())
    assert isinstance(said, ClueTransfer)
    return said


def waits(story: Story, account: str) -> set[str]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return {str(row.wait) for row in waiting_on(session, actor, story.at.date(), limit=500)}


def test_clues_go_out_with_their_materials_while_the_investigation_runs_and_the_list_comes_back_signed(
    story: Story,
) -> None:
    case = story.file("ezhou-four-deaths", bare=True)
    ledger, photo = evidence(story, case, "F15", "监管台账"), evidence(story, case, "F8", "养护照片")
    evidence(story, case, "F1", "行驶记录")
    paper = handed(story, case, originals=[ledger], source="调取台账比对发现")
    [number] = story.issue(case, paper)
    assert "移" in number
    said = content(story, paper)
    assert (said.head.form, said.head.recipients) == (DocumentForm.LETTER, (ORGAN,))
    assert said.basis == ("《中华人民共和国监察法》第三十七条",)
    assert [(one.number, one.original) for one in said.materials] == [(ledger, True), (photo, False)]
    first, second = said.clues
    assert (first.subject_type, first.materials, first.source) == (SubjectType.PERSON, (ledger,), "调取台账比对发现")
    assert second.materials == (photo,)
    assert said.transferred_by == ("李某",)
    with story.installation.database.reading() as session:
        item = session.scalars(select(AccountabilityItem).where(AccountabilityItem.ref == "A5")).one()
        assert item.document_id is None
        assert item.text not in str(session.scalars(select(Document.content).where(Document.ref == paper)).one())

    story.do("li", "deliver", case, paper=paper, **PROOF)
    assert "record_receipt" in waits(story, "li")
    assert "record_receipt" not in waits(story, "nei")
    with pytest.raises(Invalid, match="移送回执"):
        story.do("li", "acknowledge", case, paper=paper, received_by="案管室某")
    story.do(
        "li",
        "acknowledge",
        case,
        paper=paper,
        received_by="案管室某",
        incoming_number="鄂州纪收〔2025〕8号",
        scan=story.scan("清单"),
        scan_name="移送材料清单.pdf",
    )
    assert "record_receipt" not in waits(story, "li")
    with story.installation.database.reading() as session:
        kept = session.scalars(select(Rendition.file_name).where(Rendition.form == RenditionForm.PROOF_OF_SERVICE))
        assert list(kept) == ["移送材料清单.pdf"]


def test_the_answers_of_the_organ_are_recorded_until_it_has_said_all(story: Story) -> None:
    case = story.rectifying("ezhou-four-deaths")
    paper = handed(story, case)
    story.issue(case, paper)
    with pytest.raises(WrongStage, match="已送达的问题线索移送函"):
        story.do("li", "record-clue-answer", case, paper=paper, answer=ClueAnswer.ACCEPTED)
    story.do("li", "deliver", case, paper=paper, **PROOF)
    early = story.at - timedelta(hours=1)
    with pytest.raises(Invalid, match="早于送达"):
        story.do("li", "record-clue-answer", case, paper=paper, answer=ClueAnswer.ACCEPTED, happened_at=early)
    with pytest.raises(Invalid, match="理由"):
        story.do("li", "record-clue-answer", case, paper=paper, answer=ClueAnswer.NOT_ACCEPTED)
    story.do("li", "record-clue-answer", case, paper=paper, answer=ClueAnswer.ACCEPTED)
    with pytest.raises(Conflict, match="已受理"):
        story.do("li", "record-clue-answer", case, paper=paper, answer=ClueAnswer.ACCEPTED)
    story.do(
        "li", "record-clue-answer", case, paper=paper, answer=ClueAnswer.CONCLUDED, incoming_number="纪函〔2026〕1号"
    )
    with pytest.raises(Conflict, match="办结"):
        story.do("li", "record-clue-answer", case, paper=paper, answer=ClueAnswer.REFERRED, reason="转上级机关")
    with story.installation.database.reading() as session:
        assert list(session.scalars(select(ClueNews.answer).order_by(ClueNews.id))) == [
            "accepted",
            "concluded",
        ]
        assert len(session.scalars(select(Event).where(Event.kind == "clue_answered")).all()) == 2
    with pytest.raises(WrongStage, match="倒查问责建议书"):
        story.do("li", "record-answer", case, paper=paper, answer="adopted")


def test_nobody_off_the_list_learns_that_clues_were_handed_over(story: Story) -> None:
    case = story.rectifying("ezhou-four-deaths")
    paper = handed(story, case)
    story.issue(case, paper)
    story.do("li", "deliver", case, paper=paper, **PROOF)
    story.do("li", "record-clue-answer", case, paper=paper, answer=ClueAnswer.ACCEPTED)
    for account in STAFF:
        with story.installation.database.reading() as session:
            actor = find_actor(session, account, story.at)
            listed = {row.ref for row in document_list(session, actor, case)}
            shown = case_view(session, actor, case, rulebook(session), story.at)
        told = {event.kind for event in shown.events if event.data.get("paper") == paper}
        on_list = account in ("li", "shen", "qian")
        assert (paper in listed, bool(told), "移送" in shown.turn) == (on_list, on_list, on_list)
    for account, action, said in (
        ("wang", "acknowledge", {"received_by": "某"}),
        ("nei", "record-clue-answer", {"answer": ClueAnswer.CONCLUDED}),
        ("wang", "draft-withdrawal", {"reason": "对象有误"}),
    ):
        with pytest.raises(NotFound, match="无权查看"):
            story.do(account, action, case, paper=paper, **said)


def test_what_is_wrong_with_a_transfer_is_said_and_nothing_is_drafted(story: Story) -> None:
    case = story.file("ezhou-four-deaths")
    proof = evidence(story, case, "F15", "监管台账")
    other = evidence(story, case, "F1", "行驶记录")
    for wrong, refusal, words in (
        ({"items": [], "findings": []}, Invalid, "请指明要移送"),
        ({"items": ["A2"]}, Invalid, "没有关联的问题"),
        ({"items": ["A99"]}, NotFound, "没有编号为“A99”的问责事项"),
        ({"organ": "某市不存在的机关"}, NotFound, "不存在的机关"),
        ({"organ": "鄂城区人民政府"}, WrongStage, "是下级人民政府，本单位不能直接向其移送问题线索"),
        ({"originals": [other]}, Invalid, "不在移送材料中"),
    ):
        with pytest.raises(refusal, match=words):
            handed(story, case, **wrong)
    for account in ("nei", "ling", "qian"):
        with pytest.raises(NotAllowed, match="民警"):
            story.do(account, "prepare-clue-transfer", case, organ=ORGAN, items=["A5"])
    story.do("li", "withdraw-evidence", case, evidence=proof, reason="调取有误")
    with pytest.raises(Invalid, match="已撤回"):
        handed(story, case, materials=[proof])
    assert story.papers(case, kind=DocumentKind.CLUE_TRANSFER) == []


def test_a_clue_is_handed_to_an_organ_once_unless_the_transfer_came_to_nothing(story: Story) -> None:
    case = story.file("ezhou-four-deaths")
    paper = handed(story, case)
    with pytest.raises(Conflict, match=paper):
        handed(story, case, findings=[])
    story.do("li", "void", case, paper=paper, reason="线索尚需核实")
    again = handed(story, case, findings=[])
    story.issue(case, again)
    story.do("li", "deliver", case, paper=again, **PROOF)
    withdrawal = story.do("li", "draft-withdrawal", case, paper=again, reason="移送对象有误")
    story.issue(case, withdrawal)
    with pytest.raises(Conflict, match=again):
        handed(story, case, findings=[])
    story.do("li", "deliver", case, paper=withdrawal, **PROOF)
    handed(story, case, findings=[])
