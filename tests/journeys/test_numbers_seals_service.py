"""A signed paper is numbered, sealed and served; only then the recipient's clocks run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.clock.tables import Deadline
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import DeliveryMode, DocumentKind, RenditionForm, Role, SealMode, SeriesMode
from models.papers.commands.renditions import Enclosure
from models.papers.tables import Delivery, Document, DrawnNumber, EnteredNumber, NumberCounter, Rendition
from tests.stories import Story

NOTICE = DocumentKind.RECTIFICATION_NOTICE


def notices(story: Story) -> tuple[str, list[str]]:
    """File a case, sign its report, and take its notices to the signature."""
    case = story.rectifying()
    papers: list[str] = story.do("li", "prepare", case, kind=NOTICE)
    return case, papers


def clocks(story: Story) -> int:
    with story.installation.database.reading() as session:
        return len(session.scalars(select(Deadline.id).where(Deadline.rule_code == "notice.acknowledge")).all())


def renditions(story: Story, form: RenditionForm) -> list[int]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Rendition.version).where(Rendition.form == form).order_by(Rendition.id)))


def approve(story: Story, case: str, paper: str) -> None:
    story.do("li", "submit", case, paper=paper)
    story.do("shen", "approve", case, paper=paper)


def external(story: Story, mode: SeriesMode = SeriesMode.EXTERNAL) -> None:
    said = {"issuer": story.installation.settings.unit, "kind": NOTICE, "mode": mode, "reason": "沿用发文登记簿"}
    story.in_office("console", "set-series", **said)
    story.in_office("console", "set-series", **(said | {"issuer": story.installation.settings.bureau}))


def test_a_number_of_the_offices_own_register_is_entered_checked_and_kept(story: Story) -> None:
    external(story)
    case, (first, second, *_) = notices(story)
    approve(story, case, first)
    with pytest.raises(Invalid, match="填写登记簿"):
        story.do("qian", "sign", case, paper=first)
    with pytest.raises(Invalid, match="六角括号"):
        story.do("qian", "sign", case, paper=first, number="鄂州公交[2025]35号")
    with pytest.raises(Invalid, match="年份"):
        story.do("qian", "sign", case, paper=first, number="鄂州公交〔2023〕35号")
    assert story.do("qian", "sign", case, paper=first, number="鄂州公交〔2025〕35号") == "鄂州公交〔2025〕35号"
    approve(story, case, second)
    with story.installation.database.reading() as session:
        issuers = session.scalars(select(Document.issuer_id).where(Document.ref.in_((first, second)))).all()
    if len(set(issuers)) == 1:
        with pytest.raises(Conflict, match="发文登记簿"):
            story.do("qian", "sign", case, paper=second, number="鄂州公交〔2025〕35号")
    story.do("qian", "sign", case, paper=second, number="鄂州公交〔2025〕36号")
    story.do("qian", "void", case, paper=first, reason="受文单位有误")
    with story.installation.database.reading() as session:
        register = session.execute(
            select(EnteredNumber.number, EnteredNumber.used_for, EnteredNumber.void_reason).order_by(
                EnteredNumber.serial
            )
        ).all()
        drawn = session.scalars(select(DrawnNumber.used_for).where(DrawnNumber.used_for.contains(f"/{first}"))).all()
    assert register == [
        ("鄂州公交〔2025〕35号", f"{case}/{first}", "受文单位有误"),
        ("鄂州公交〔2025〕36号", f"{case}/{second}", None),
    ]
    assert drawn == []


def test_an_own_series_takes_no_number_and_goes_on_after_the_register(story: Story) -> None:
    case, (first, second, *_) = notices(story)
    approve(story, case, first)
    with pytest.raises(Invalid, match="本系统编号"):
        story.do("qian", "sign", case, paper=first, number="鄂州公交整〔2025〕7号")
    external(story)
    with story.installation.database.reading() as session:
        prefix = (
            "鄂州公交局整"
            if session.scalars(select(Document.number).where(Document.ref == first, Document.form == "report")).all()
            else "鄂州公交整"
        )
    story.do("qian", "sign", case, paper=first, number=f"{prefix}〔2025〕7号")
    external(story, SeriesMode.OWN)
    with story.installation.database.reading() as session:
        assert 7 in session.scalars(select(NumberCounter.last)).all()
    approve(story, case, second)
    story.do("qian", "sign", case, paper=second)


def test_only_an_administrator_says_where_numbers_come_from(story: Story) -> None:
    with pytest.raises(NotAllowed, match="管理员"):
        story.in_office(
            "nei",
            "set-series",
            issuer=story.installation.settings.unit,
            kind=NOTICE,
            mode=SeriesMode.EXTERNAL,
            reason="沿用发文登记簿",
        )


def test_without_a_seal_the_clocks_start_with_the_delivery(story: Story) -> None:
    case, (first, *_) = notices(story)
    story.issue(case, first)
    with pytest.raises(WrongStage, match="不用印"):
        story.do("nei", "seal", case, paper=first, scan=story.scan(), file_name="用印.pdf")
    assert clocks(story) == 0
    story.do("nei", "deliver", case, paper=first)
    assert clocks(story) == 1


def test_with_a_seal_on_paper_the_clocks_start_when_sealed_and_delivered(story: Story) -> None:
    story.sealing(SealMode.PAPER)
    case, (first, *_) = notices(story)
    with pytest.raises(WrongStage, match="不能用印"):
        story.do("nei", "seal", case, paper=first, scan=story.scan(), file_name="用印.pdf")
    story.issue(case, first)
    with pytest.raises(WrongStage, match="用印后才能送达"):
        story.do("nei", "deliver", case, paper=first)
    with pytest.raises(NotAllowed, match="内勤"):
        story.do("qian", "seal", case, paper=first, scan=story.scan(), file_name="用印.pdf")
    with pytest.raises(WrongStage, match="设置为纸质用印"):
        story.do(
            "nei",
            "seal-electronically",
            case,
            paper=first,
            sealed=story.scan(),
            file_name="章.pdf",
            certificate="某证书",
        )
    story.do("nei", "seal", case, paper=first, scan=story.scan("一"), file_name="用印.pdf")
    assert clocks(story) == 0
    with pytest.raises(Conflict, match="已经登记"):
        story.do("nei", "replace-scan", case, paper=first, scan=story.scan("一"), file_name="用印.pdf", reason="不清")
    story.do("nei", "replace-scan", case, paper=first, scan=story.scan("二"), file_name="用印.pdf", reason="不清晰")
    assert renditions(story, RenditionForm.SEALED_SCAN) == [1, 2]
    story.do("nei", "deliver", case, paper=first)
    assert clocks(story) == 1
    with pytest.raises(WrongStage, match="已送达"):
        story.do("nei", "replace-scan", case, paper=first, scan=story.scan("三"), file_name="用印.pdf", reason="不清晰")


def test_with_an_electronic_seal_the_clocks_start_when_sealed_and_delivered(story: Story) -> None:
    story.sealing(SealMode.ELECTRONIC)
    case, (first, *_) = notices(story)
    story.issue(case, first)
    with pytest.raises(WrongStage, match="设置为电子印章"):
        story.do("nei", "seal", case, paper=first, scan=story.scan(), file_name="用印.pdf")
    with pytest.raises(WrongStage, match="用印后才能送达"):
        story.do("nei", "deliver", case, paper=first)
    said = {"paper": first, "sealed": story.scan(), "file_name": "章.pdf"}
    with pytest.raises(Invalid, match="证书"):
        story.do("nei", "seal-electronically", case, certificate=" ", **said)
    story.do("nei", "seal-electronically", case, certificate="某局电子印章", **said)
    assert clocks(story) == 0
    story.do("nei", "deliver", case, paper=first, mode=DeliveryMode.ELECTRONIC)
    assert clocks(story) == 1
    assert renditions(story, RenditionForm.SEALED_PDF) == [1]


def test_a_restricted_paper_is_sealed_by_the_officer_on_its_list(story: Story) -> None:
    story.sealing(SealMode.PAPER)
    case = story.rectifying("ezhou-four-deaths")
    proposal, *_ = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.issue(case, proposal)
    story.do("li", "seal", case, paper=proposal, scan=story.scan(), file_name="用印.pdf")
    story.do("li", "deliver", case, paper=proposal, mode=DeliveryMode.CONFIDENTIAL_POST, register_number="机12")
    first, *_ = story.do("li", "prepare", case, kind=NOTICE)
    story.issue(case, first)
    with pytest.raises(NotAllowed, match="内勤"):
        story.do("li", "seal", case, paper=first, scan=story.scan(), file_name="用印.pdf")


def test_several_scans_find_their_papers_by_number_or_none_is_sealed(story: Story) -> None:
    story.sealing(SealMode.PAPER)
    case, papers = notices(story)
    numbers = story.issue(case, *papers[:2])

    def scans(*names: str) -> list[Enclosure]:
        return [Enclosure(story.scan(name), name, "application/pdf") for name in names]

    spelled = [number.replace("〔", "[").replace("〕", "] ") for number in numbers]
    with pytest.raises(Invalid, match="全部未登记") as refusal:
        story.in_office("nei", "seal-scans", scans=scans(f"{spelled[0]}.pdf", f"扫描 {numbers[0]}.pdf", "scan0003.pdf"))
    assert [fault.code for fault in refusal.value.faults] == ["scan_twice", "scan_unmatched"]
    assert renditions(story, RenditionForm.SEALED_SCAN) == []
    assert story.in_office("nei", "seal-scans", scans=scans(*(f"{name}盖章.pdf" for name in spelled))) == numbers
    assert renditions(story, RenditionForm.SEALED_SCAN) == [1, 1]
    with pytest.raises(Invalid, match="没有待用印"):
        story.in_office("nei", "seal-scans", scans=scans(f"{numbers[0]}.pdf"))


@pytest.mark.parametrize(
    ("mode", "given", "missing"),
    [
        (DeliveryMode.LEFT, {"witness": "社区工作人员吴某"}, "留置理由"),
        (DeliveryMode.LEFT, {"left_reason": "拒绝签收"}, "见证人"),
        (DeliveryMode.POST, {}, "邮件号"),
        (DeliveryMode.CONFIDENTIAL_POST, {}, "机要登记号"),
        (DeliveryMode.EXCHANGE, {"register_number": " "}, "交换登记号"),
        (DeliveryMode.DIRECT, {"tracking_number": "EMS1"}, "不填写邮件号"),
    ],
)
def test_each_mode_of_service_needs_its_own_proof(
    story: Story, mode: DeliveryMode, given: dict[str, str], missing: str
) -> None:
    case, (first, *_) = notices(story)
    story.issue(case, first)
    with pytest.raises(Invalid, match=missing):
        story.do("nei", "deliver", case, paper=first, mode=mode, **given)
    assert clocks(story) == 0


def test_a_paper_that_was_left_keeps_witness_reason_and_the_scan_of_its_proof(story: Story) -> None:
    case, (first, second, *_) = notices(story)
    story.issue(case, first, second)
    story.wait(days=1)
    at = story.at - timedelta(hours=20)
    story.do(
        "nei",
        "deliver",
        case,
        paper=first,
        mode=DeliveryMode.LEFT,
        witness="吴某",
        left_reason="拒绝签收",
        happened_at=at,
        proof=story.scan("回证"),
        proof_name="送达回证.jpg",
    )
    with story.installation.database.reading() as session:
        row = session.scalars(select(Delivery)).one()
        told = session.scalars(select(Event).where(Event.kind == "paper_delivered")).one()
        clock = session.scalars(select(Deadline).where(Deadline.rule_code == "notice.acknowledge")).one()
    assert (row.witness, row.left_reason, row.delivered_at, row.recorded_at) == ("吴某", "拒绝签收", at, story.at)
    assert (told.data["witness"], clock.started_at) == ("吴某", at)
    assert renditions(story, RenditionForm.PROOF_OF_SERVICE) == [1]
    with pytest.raises(WrongStage, match="尚未送达"):
        story.do("nei", "attach-proof", case, paper=second, scan=story.scan("回证二"), file_name="回证.jpg")
    with pytest.raises(Conflict, match="已经登记"):
        story.do("nei", "attach-proof", case, paper=first, scan=story.scan("回证"), file_name="回证.jpg")
    story.do("nei", "attach-proof", case, paper=first, scan=story.scan("背面"), file_name="回证.jpg")
    assert renditions(story, RenditionForm.PROOF_OF_SERVICE) == [1, 2]


def test_a_leader_neither_seals_nor_serves(story: Story) -> None:
    story.employ("fu", Role.LEADER)
    case, (first, *_) = notices(story)
    story.issue(case, first)
    for action, said in (("deliver", {}), ("attach-proof", {"scan": story.scan(), "file_name": "回证.jpg"})):
        with pytest.raises(NotAllowed, match="内勤"):
            story.do("fu", action, case, paper=first, **said)
