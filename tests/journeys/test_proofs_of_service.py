"""送达回证: made ready before the paper leaves, printed with it, filled from the delivery, and back as a signed scan."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from models.clock.queries.rulebook import rulebook
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.installation import Installation
from models.kernel.vocabulary import DeliveryMode, DocumentKind, RenditionForm, Role
from models.office.tables import Organisation
from models.overview.queries.worklists import waiting_on
from models.papers.content import ProofOfService
from models.papers.kinds.proof_of_service.fill import proofs_of_service
from models.papers.tables import Document, Rendition
from tests.documents.anatomy import Docx
from tests.stories import Story
from ui.printing import print_set


def papers(story: Story) -> tuple[str, list[str]]:
    """Sign two notices and the excerpt that goes along with the first."""
    case = story.rectifying()
    notices: list[str] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    [excerpt] = story.do("li", "prepare-excerpt", case, papers=notices[:1])
    signed = [notices[0], excerpt, notices[1]]
    story.issue(case, *signed)
    return case, signed


def forms(story: Story, case: str, *refs: str, account: str = "nei") -> list[ProofOfService]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        settings, rules = story.installation.settings, rulebook(session)
        return proofs_of_service(session, actor, case, list(refs), settings=settings, rules=rules)


def waiting(story: Story, account: str = "nei") -> list[str]:
    with story.installation.database.reading() as session:
        rows = waiting_on(session, find_actor(session, account, story.at), story.at.date(), limit=500)
    return sorted(str(row.paper) for row in rows if row.wait == "attach_proof")


def test_one_form_covers_what_goes_to_one_unit_and_its_signed_scan_proves_both(story: Story) -> None:
    case, (notice, excerpt, other) = papers(story)
    story.do(
        "nei", "prepare-proof", case, papers=[notice, excerpt], mode=DeliveryMode.DIRECT, place="单位收发室", copies=2
    )
    [form] = forms(story, case, notice)
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Document.number, Document.title, Document.issued_on, Organisation.name)
            .join(Organisation, Organisation.id == Document.recipient_id)
            .where(Document.ref.in_((notice, excerpt)))
            .order_by(Document.id)
        ).all()
    assert [(one.number, one.title, one.dated) for one in form.papers] == [
        (row.number, row.title, row.issued_on) for row in rows
    ]
    assert (form.recipient, form.address, form.mode, form.copies) == (rows[0].name, "单位收发室", "direct", 2)
    assert (form.delivered_at, form.delivered_by, form.received_by) == (None, (), None)
    assert waiting(story) == []
    story.do("nei", "deliver", case, paper=notice)
    story.do("nei", "deliver", case, paper=excerpt)
    assert waiting(story) == sorted([notice, excerpt])
    story.do("nei", "attach-proof", case, paper=notice, scan=story.scan("回证"), file_name="送达回证.jpg")
    assert waiting(story) == []
    with story.installation.database.reading() as session:
        proven = session.scalars(
            select(Document.ref)
            .join(Rendition, Rendition.document_id == Document.id)
            .where(Rendition.form == RenditionForm.PROOF_OF_SERVICE)
            .order_by(Document.id)
        ).all()
    assert sorted(proven) == sorted([notice, excerpt])
    with pytest.raises(Conflict, match="已经登记"):
        story.do("nei", "attach-proof", case, paper=excerpt, scan=story.scan("回证"), file_name="送达回证.jpg")
    assert [one.recipient for one in forms(story, case, other)] != [form.recipient]


def test_a_form_is_not_waited_for_once_the_recipient_signed_online_or_the_receipt_lies_there(story: Story) -> None:
    case, (notice, excerpt, other) = papers(story)
    story.do("nei", "prepare-proof", case, papers=[notice, excerpt])
    story.do("nei", "prepare-proof", case, papers=[other])
    story.do("nei", "deliver", case, paper=notice)
    story.do("nei", "deliver", case, paper=excerpt, proof=story.scan("回证"), proof_name="回证.jpg")
    story.do("nei", "deliver", case, paper=other)
    assert waiting(story) == sorted([notice, other])
    with story.installation.database.reading() as session:
        unit = session.scalars(
            select(Organisation.name)
            .join(Document, Document.recipient_id == Organisation.id)
            .where(Document.ref == notice)
        ).one()
    story.employ("dan", Role.AGENCY, unit=unit)
    story.do("dan", "acknowledge", case, paper=notice, received_by="郑某")
    story.do("nei", "acknowledge", case, paper=other, received_by="郑某")
    assert waiting(story) == [other]
    story.do("nei", "attach-proof", case, paper=other, scan=story.scan("回证二"), file_name="回证.jpg")
    assert waiting(story) == []


def test_a_form_is_filled_from_the_delivery_and_its_receipt(story: Story) -> None:
    case, (notice, _, other) = papers(story)
    story.do(
        "nei", "deliver", case, paper=notice, mode=DeliveryMode.LEFT, witness="居委会吴某", left_reason="负责人拒绝签收"
    )
    story.do("nei", "deliver", case, paper=other, mode=DeliveryMode.POST, tracking_number="EMS123")
    story.wait(days=1)
    story.do("nei", "acknowledge", case, paper=other, received_by="郑某", happened_at=story.at - timedelta(hours=2))
    left, posted = forms(story, case, notice, other)
    assert (left.mode, left.witnesses, left.refusal) == ("left", ("居委会吴某",), "负责人拒绝签收")
    assert left.delivered_at == story.at - timedelta(days=1)
    assert (posted.tracking_number, posted.received_by, posted.recorded_on_behalf) == ("EMS123", "郑某", True)


def test_the_print_set_holds_the_papers_and_on_request_their_proofs(story: Story, tmp_path: Path) -> None:
    case, (notice, excerpt, other) = papers(story)
    story.do("nei", "prepare-proof", case, papers=[notice, excerpt])
    installation = Installation(story.installation.settings, story.installation.database, lambda: story.at)
    bare = print_set(installation, "nei", case, tmp_path / "bare.docx")
    assert (sorted(bare.papers), bare.proofs) == (sorted([notice, excerpt, other]), 0)
    assert "见证人签名" not in Docx((tmp_path / "bare.docx").read_bytes()).text()
    made = print_set(installation, "nei", case, tmp_path / "set.docx", papers=[notice, excerpt, other], proofs=True)
    assert (made.papers, made.proofs) == ([notice, excerpt, other], 2)
    text = Docx((tmp_path / "set.docx").read_bytes()).text()
    assert text.count("见证人签名") == 2
    again = print_set(installation, "nei", case, tmp_path / "again.docx", papers=[notice, excerpt, other], proofs=True)
    assert again == made
    assert (tmp_path / "again.docx").read_bytes() == (tmp_path / "set.docx").read_bytes()
    story.deliver(case, notice, excerpt, other)
    with pytest.raises(Invalid, match="没有可以打印"):
        print_set(installation, "nei", case, tmp_path / "none.docx")
    for out, refs, refusal, words in (
        ("set.txt", [notice], Invalid, "结尾"),
        ("set.docx", ["D99"], NotFound, "D99"),
    ):
        with pytest.raises(refusal, match=words):
            print_set(installation, "nei", case, tmp_path / out, papers=refs)
    with pytest.raises(NotFound, match="无权查看"):
        forms(story, case, "D99")


def test_what_is_wrong_with_a_form_is_said(story: Story) -> None:
    case, (notice, _, other) = papers(story)
    for account in ("ling", "qian"):
        with pytest.raises(NotAllowed, match="内勤"):
            story.do(account, "prepare-proof", case, papers=[notice])
    with pytest.raises(Invalid, match="同一单位"):
        story.do("nei", "prepare-proof", case, papers=[notice, other])
    with pytest.raises(WrongStage, match="没有主送单位"):
        story.do("nei", "prepare-proof", case, papers=["D1"])
    with pytest.raises(Invalid, match="至少为1份"):
        story.do("nei", "prepare-proof", case, papers=[notice], copies=0)
    with pytest.raises(Invalid, match="请指明"):
        story.do("nei", "prepare-proof", case, papers=[])
    [proposal, *_] = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    with pytest.raises(NotFound, match="无权查看"):
        story.do("nei", "prepare-proof", case, papers=[proposal])
    with pytest.raises(WrongStage, match="签发后才能"):
        story.do("li", "prepare-proof", case, papers=[proposal])
