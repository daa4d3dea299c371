"""A case is archived when nothing is missing, or when somebody else let it be missing: told, approved, and printed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from documents.archive.verify import verify
from models.archive.commands.excusing import excuse_missing
from models.archive.queries.archives import ended_unarchived
from models.archive.rules.gaps import GapKind
from models.archive.tables import Archive, GapExcuse
from models.case.tables import Case, Evidence
from models.kernel.act import acting, find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, DocumentStatus, RenditionForm, Role, Stage
from models.papers.filling import frozen
from models.papers.tables import Document, Rendition
from tests.journeys.conftest import GoOn
from tests.stories import Story

WHY = "已核实，原件存放纸质卷宗。"


class Served:
    """A case whose papers were served and whose measures were closed with a reason: nobody signed, nobody answered."""

    def __init__(self, story: Story) -> None:
        self.story, self.case = story, story.rectifying()
        papers = story.prepare(self.case)
        story.issue(self.case, *papers)
        story.deliver(self.case, *papers)
        story.settle(self.case)


@pytest.fixture
def served(go_on: GoOn) -> tuple[Story, str]:
    begun = go_on(Served)
    return begun.story, begun.case


def kinds(story: Story, case: str, account: str = "ling") -> set[str]:
    return {one.kind for one in story.lacking(case, account)}


def test_what_is_missing_is_listed_with_its_unit_and_its_way_out(served: tuple[Story, str]) -> None:
    story, case = served
    found = story.lacking(case, "li")
    assert {
        GapKind.MEASURE_UNDONE,
        GapKind.NOTICE_UNANSWERED,
        GapKind.RECEIPT_MISSING,
        GapKind.PROPOSAL_UNANSWERED,
    } <= {one.kind for one in found}
    [unsigned, *_] = [one for one in found if one.kind == GapKind.RECEIPT_MISSING]
    assert unsigned.unit is not None
    assert unsigned.unit in unsigned.text
    assert (unsigned.part, unsigned.step, unsigned.excusable) == ("papers", "acknowledge", True)
    with pytest.raises(WrongStage, match=r"还不能归档，有\d+处缺项") as refused:
        story.do("dang", "archive", case)
    assert {fault.code for fault in refused.value.faults} >= {GapKind.MEASURE_UNDONE, GapKind.RECEIPT_MISSING}
    story.employ("jiaotong", Role.AGENCY, unit=unsigned.unit)
    with pytest.raises(NotFound):
        story.lacking(case, "jiaotong")


def test_a_reason_needs_somebody_else_than_whose_case_it_is_and_who_archives(served: tuple[Story, str]) -> None:
    story, case = served
    keys = [one.key for one in story.lacking(case) if one.excusable]
    for account in ("li", "dang", "nei", "shen"):
        with pytest.raises(NotAllowed):
            story.do(account, "excuse-missing", case, missing=keys, reason=WHY)
    with pytest.raises(Invalid, match="没有名为"):
        story.do("ling", "excuse-missing", case, missing=["receipt_missing/D99"], reason=WHY)
    with pytest.raises(Invalid):
        story.do("ling", "excuse-missing", case, missing=keys, reason=" ")
    story.employ("both", Role.LEADER, Role.ARCHIVIST)
    story.do("both", "excuse-missing", case, missing=keys, reason=WHY)
    with pytest.raises(Conflict, match="已经准予"):
        story.do("ling", "excuse-missing", case, missing=keys, reason=WHY)
    story.excuse(case)
    with pytest.raises(NotAllowed, match="不能自己归档"):
        story.do("both", "archive", case)
    story.do("dang", "archive", case)


def test_what_would_go_on_in_a_closed_case_is_ended_first(story: Story) -> None:
    case = story.rectifying()
    drafted = story.prepare(case)
    open_ones = story.lacking(case)
    assert {one.kind for one in open_ones} >= {GapKind.MEASURE_OPEN, GapKind.PAPER_UNSETTLED, GapKind.PAPER_MISSING}
    assert not any(one.excusable for one in open_ones if one.kind != GapKind.GRADE_PROVISIONAL)
    with pytest.raises(Invalid, match="须先办理"):
        story.do("ling", "excuse-missing", case, missing=[open_ones[0].key], reason=WHY)
    assert any(one.text.startswith(f"文书{drafted[0]}") for one in open_ones)


def test_a_paper_that_was_voided_after_it_got_its_number_keeps_its_file(served: tuple[Story, str]) -> None:
    story, case = served
    story.excuse(case)
    kept = story.scan("已编号的文书")
    with story.installation.database.writing() as session:
        paper = session.scalars(select(Document).where(Document.number.is_not(None)).order_by(Document.id)).first()
        assert paper is not None
        told = {"version": 1, "file_name": "文书.pdf", "sha256": kept.sha256, "size": kept.size, "made_at": story.at}
        session.add(Rendition(document_id=paper.id, form=RenditionForm.SEALED_SCAN, **told))
        paper.status, paper.void_reason = DocumentStatus.VOID, "写错。"
    Path(story.installation.files.path(kept.sha256)).unlink()
    assert GapKind.FILE_MISSING in kinds(story, case)


def test_nothing_is_excused_in_a_case_that_has_its_volume(story: Story) -> None:
    case = story.file()
    story.do("ling", "discontinue", case, reason="经查不属于道路交通事故。")
    story.excuse(case)
    story.do("dang", "archive", case)  # and stays ended: its stage says nothing of the volume
    with pytest.raises(WrongStage, match="已归档，不办理缺项"):
        story.do("ling", "excuse-missing", case, missing=["receipt_missing/D1"], reason=WHY)


def test_a_reason_counts_for_the_thing_as_it_stood(served: tuple[Story, str]) -> None:
    story, case = served
    story.excuse(case)
    assert story.lacking(case) == []
    gone = story.scan("现场勘查笔录")
    ref = story.do("li", "add-evidence", case, title="现场勘查笔录", file=gone, file_name="笔录.pdf")
    Path(story.installation.files.path(gone.sha256)).unlink()
    [lost] = story.lacking(case)
    assert lost.kind == GapKind.FILE_MISSING
    story.excuse(case)
    assert story.lacking(case) == []
    with story.installation.database.writing() as session:
        session.scalars(select(Evidence).where(Evidence.ref == ref)).one().sha256 = "cd" * 32
    assert kinds(story, case) == {GapKind.FILE_MISSING}


def test_what_was_missing_stands_in_the_volume_and_in_its_package(served: tuple[Story, str]) -> None:
    story, case = served
    story.excuse(case)
    story.do("dang", "archive", case)
    package = story.seal_volume(case)
    with story.installation.database.reading() as session:
        volume = frozen(session, session.scalars(select(Archive.document_id)).one())
        kept = session.scalars(select(GapExcuse)).all()
        told = session.scalars(select(Event).where(Event.kind == "gaps_excused")).all()
    assert volume.kind == "traceback_archive"
    assert len(volume.notes.excused) == len(kept) == sum(len(event.data["gaps"]) for event in told)
    assert all(one.reason == WHY and one.approved_by for one in volume.notes.excused)
    catalogue = json.loads((package / "data/catalogue.json").read_bytes())
    assert [one["what"] for one in catalogue["excused"]] == [one.what for one in volume.notes.excused]
    page = (package / "index.html").read_text()
    assert "六、归档时的缺项" in page
    assert WHY in page
    assert verify(package).faults == []
    forged = (package / "data/catalogue.json").read_text().replace(WHY, "材料齐全。")
    (package / "data/catalogue.json").write_text(forged)
    assert "event_catalogue" in {fault.code for fault in verify(package).faults}


def test_a_file_that_cannot_be_read_any_more_is_left_out_and_said_so(served: tuple[Story, str]) -> None:
    story, case = served
    gone = story.scan("现场勘查笔录")
    ref = story.do("li", "add-evidence", case, title="现场勘查笔录", file=gone, file_name="笔录.pdf")
    Path(story.installation.files.path(gone.sha256)).unlink()
    assert f"证据{ref}（现场勘查笔录）的文件在文件库中找不到，不能读取" in {one.text for one in story.lacking(case)}
    story.excuse(case)
    story.do("dang", "archive", case)
    package = story.seal_volume(case)
    assert verify(package).faults == []
    catalogue = json.loads((package / "data/catalogue.json").read_bytes())
    [item] = [one for one in catalogue["items"] if one["title"] == "证据：现场勘查笔录"]
    assert item["files"] == []
    assert "经批准缺存" in item["remark"]


def test_a_case_that_was_ended_before_its_time_is_archived_and_stays_ended(story: Story) -> None:
    case = story.file()
    story.do("ling", "discontinue", case, reason="经查不属于道路交通事故。")
    with pytest.raises(NotAllowed):
        story.do("li", "archive", case)
    story.excuse(case)
    with story.installation.database.reading() as session:
        dang = find_actor(session, "dang", story.at)
        assert [one.case_number for one in ended_unarchived(session, dang)] == [case]
    number = story.do("dang", "archive", case)
    with pytest.raises(Conflict, match="已归档"):
        story.do("dang", "archive", case)
    assert verify(story.seal_volume(case)).faults == []
    story.do("dang", "supplement-archive", case, title="上级复核意见", file=story.scan("复核"), reason="后到。")
    story.do("dang", "reopen-archive", case, reason="漏收材料。")
    assert story.do("dang", "archive", case) != number
    with story.installation.database.reading() as session:
        stands = session.execute(select(Case.stage, Case.stage_reason)).one()
    assert tuple(stands) == (Stage.DISCONTINUED, "经查不属于道路交通事故。")


def test_a_reopened_case_goes_through_the_same_gate(served: tuple[Story, str]) -> None:
    story, case = served
    story.excuse(case)
    story.do("dang", "archive", case)
    story.seal_volume(case)
    story.wait(days=2)
    story.do("dang", "reopen-archive", case, reason="上级复核认为护栏未完成。")
    assert story.lacking(case) == []  # nothing changed: what was excused stays so
    measure = story.do("li", "add-measure", case, text="补装护栏。", findings=["F1"])
    assert {one.key for one in story.lacking(case)} == {f"measure_unaddressed/{measure}"}


def test_nothing_is_learned_of_a_restricted_paper(story: Story) -> None:
    case = story.rectifying("ezhou-four-deaths")
    [proposal, *_] = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    told = json.dumps([one.text for one in story.lacking(case, "dang")], ensure_ascii=False)
    assert proposal not in told
    assert "其他文书" not in told
    assert DocumentKind.ACCOUNTABILITY_PROPOSAL.label not in told
    with pytest.raises(WrongStage) as refused:
        story.do("dang", "archive", case)
    assert "有其他文书的事项未办完，请与主办民警、上级单位核对" in {fault.message for fault in refused.value.faults}
    assert any(proposal in one.text for one in story.lacking(case, "li"))


def test_a_refused_reason_leaves_nothing_behind(served: tuple[Story, str]) -> None:
    story, case = served
    [first, *_] = story.lacking(case)
    with (
        pytest.raises(Invalid),
        acting(story.installation.database, story.installation.settings, "ling", story.at + timedelta(1)) as act,
    ):
        excuse_missing(act, case, missing=[str(first.key), "nothing/D1"], reason=WHY)
    with story.installation.database.reading() as session:
        assert session.scalars(select(GapExcuse)).all() == []
