"""A sealed volume: looked at every year, handed to the city archive, kept as its result asks, destroyed when two say so."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from documents.archive.verify import verify
from flows.archive_audit import audit
from flows.archive_disposal import destroy
from flows.archive_transfer import hand_over
from flows.outbox import work_off
from flows.record_watch import verified_case
from models.archive.commands.retention import derive_anew
from models.archive.queries.archives import archive_shown, package_of
from models.archive.queries.audits import overdue
from models.archive.queries.disposals import disposals
from models.archive.tables import Archive, ArchiveAudit, ArchiveDisposal, ArchiveItem, ArchiveTransfer
from models.case.tables import Case, Evidence
from models.keeping.backing_up import back_up
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.storage.privacy import owner_only
from models.kernel.tables import Event
from models.kernel.vocabulary import Grade
from models.papers.tables import Document
from tests.journeys.conftest import GoOn
from tests.stories import Story

REASON = "鉴定认为已无保存价值。"


class Sealed:
    """A case with an evidence file of its own and one that another case holds, too, sealed with a supplement."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.case = story.rectifying()
        self.own, self.shared = story.scan("本案独有"), story.scan("两案共有")
        other = story.file(variant=3)
        for file in (self.own, self.shared):
            story.do("li", "add-evidence", self.case, title="调查笔录", file=file, file_name="笔录.pdf")
        story.do("li", "add-evidence", other, title="调查笔录", file=self.shared, file_name="笔录.pdf")
        papers = story.prepare(self.case)
        story.issue(self.case, *papers)
        story.deliver(self.case, *papers)
        self.number = story.archive(self.case)
        self.package = story.seal_volume(self.case)
        self.added = story.do(
            "dang",
            "supplement-archive",
            self.case,
            title="复核意见",
            file=story.scan("复核"),
            file_name="复核.pdf",
            reason="后到。",
        )
        while work_off(story.installation, "worker", story.at).any:
            pass


@pytest.fixture
def sealed(go_on: GoOn) -> Sealed:
    begun: Sealed = go_on(Sealed)
    begun.package = Path(begun.story.installation.settings.archives) / begun.package.name
    return begun


def rows(story: Story, query: Any) -> list[Any]:
    with story.installation.database.reading() as session:
        return list(session.scalars(query))


def looked(story: Story, **how: Any) -> dict[str, int]:
    told = story.installation_at()
    return {one.number: len(one.faults) for one in audit(told, "dang", **how)}


def test_every_package_is_looked_at_once_a_year_and_what_is_wrong_is_on_record(sealed: Sealed) -> None:
    story = sealed.story
    assert looked(story) == {}
    story.wait(days=366)
    with story.installation.database.reading() as session:
        assert overdue(session, story.at) == (2, 0)  # the volume and what was added to it
    assert looked(story) == {sealed.number: 0, sealed.added: 0}
    assert looked(story) == {}
    [victim, *_] = sorted((sealed.package / "data/evidence").iterdir())
    kept = victim.read_bytes()
    victim.write_bytes(kept[:-1] + b"?")
    assert looked(story, number=sealed.number)[sealed.number] > 0
    with story.installation.database.reading() as session:
        assert overdue(session, story.at) == (0, 1)
    victim.write_bytes(kept)
    assert looked(story) == {sealed.number: 0}  # what was not sound is due again at once
    assert [look.sound for look in rows(story, select(ArchiveAudit).order_by(ArchiveAudit.id))] == [
        True,
        True,
        False,
        True,
    ]
    told = rows(story, select(Event).where(Event.kind == "archive_audited"))
    assert [event.data["sound"] for event in told] == [True, True, False, True]
    with pytest.raises(NotFound):
        looked(story, number="J001-1999-Y-事故-0001")
    assert list(audit(story.installation_at(), "li", everything=True)) == []


def test_what_is_handed_over_is_listed_and_read_back(sealed: Sealed, tmp_path: Path) -> None:
    story = sealed.story
    with pytest.raises(Invalid, match="接收档案的单位"):
        hand_over(story.installation_at(), "dang", tmp_path / "to", " ")
    with pytest.raises(NotFound):
        hand_over(story.installation_at(), "li", tmp_path / "to", "市档案馆")
    found: list[tuple[int, bool]] = []  # who takes it away is on record before anything lies there
    with owner_only():  # as every program of ours runs
        for folder in (sealed.package, *sealed.package.rglob("*")):
            folder.chmod(0o700 if folder.is_dir() else 0o600)
        done = hand_over(
            story.installation_at(),
            "dang",
            tmp_path / "to",
            "市档案馆",
            before_writing=lambda count: found.append((count, any(tmp_path.glob("*to*")))),
        )
    assert found == [(2, False)]
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "file").touch()
    modes = [{one.stat().st_mode for one in (top, *top.rglob("*"))} for top in (done.path, mine)]
    assert modes[0] == modes[1]  # the city archive can read it
    assert done.packages == (sealed.number, sealed.added)
    sums = dict(reversed(line.split("  ", 1)) for line in (done.path / "manifest-sha256.txt").read_text().splitlines())
    assert all(hashlib.sha256((done.path / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    told = json.loads((done.path / "transfer.json").read_bytes())
    assert (told["recipient"], [one["archive_number"] for one in told["packages"]]) == (
        "市档案馆",
        [sealed.number, sealed.added],
    )
    for one in told["packages"]:
        assert verify(done.path / one["folder"], one["manifest_sha256"]).ok
    sheet = load_workbook(done.path / "移交清册.xlsx").active
    assert sheet is not None
    assert sheet.cell(4, 2).value == sealed.number
    [transfer] = rows(story, select(ArchiveTransfer))
    assert (transfer.recipient, transfer.list_sha256) == ("市档案馆", done.list_sha256)
    with pytest.raises(Conflict, match="已经存在"):
        hand_over(story.installation_at(), "dang", tmp_path / "to", "市档案馆")


def test_a_package_that_is_not_whole_is_not_handed_over(sealed: Sealed, tmp_path: Path) -> None:
    story = sealed.story
    (sealed.package / "data/volume.docx").write_bytes(b"?")
    with pytest.raises(WrongStage, match="没有移交"):
        hand_over(story.installation_at(), "dang", tmp_path / "to", "市档案馆")
    assert not (tmp_path / "to").exists()
    assert rows(story, select(ArchiveTransfer)) == []


def test_the_retention_follows_the_result(sealed: Sealed) -> None:
    story, case = sealed.story, sealed.case
    [before] = rows(story, select(Archive))
    assert before.retention == "D30"
    story.do("dang", "reopen-archive", case, reason="伤者死亡，重新办理。")
    story.do("li", "set-losses", case, economic_loss=20_000_000, reason="损失核定。")
    with story.installation.database.reading() as session:
        assert session.scalars(select(Case.grade).where(Case.case_number == case)).one() is not Grade.ORDINARY
    [after] = rows(story, select(Archive))
    assert (after.retention, after.keep_until) == ("Y", None)
    [told] = rows(story, select(Event).where(Event.kind == "retention_changed"))
    assert (told.data["before"], told.data["after"]) == ("D30", "Y")
    assert after.archive_number == before.archive_number


def test_nothing_is_destroyed_before_its_time_or_by_one_person(sealed: Sealed) -> None:
    story, case = sealed.story, sealed.case
    with pytest.raises(WrongStage, match="期满以后才能销毁"):
        story.do("dang", "propose-disposal", case, reason=REASON)
    with pytest.raises(WrongStage, match="没有提出销毁"):
        story.do("ling", "decide-disposal", case, approve=True, reason=REASON)
    story.at += timedelta(days=366 * 32)
    for account in ("li", "ling", "nei"):
        with pytest.raises(NotAllowed):
            story.do(account, "propose-disposal", case, reason=REASON)
    story.do("dang", "propose-disposal", case, reason=REASON)
    with pytest.raises(Conflict, match="待决定"):
        story.do("dang", "propose-disposal", case, reason=REASON)
    with pytest.raises(NotAllowed):
        story.do("dang", "decide-disposal", case, approve=True, reason=REASON)
    story.do("ling", "decide-disposal", case, approve=False, reason="仍有查考价值。")
    assert sealed.package.is_dir()
    story.do("dang", "propose-disposal", case, reason=REASON)  # another year, another appraisal


def test_an_approval_ends_when_the_result_asks_for_longer(sealed: Sealed) -> None:
    story, case = sealed.story, sealed.case
    story.at += timedelta(days=366 * 32)
    story.do("dang", "propose-disposal", case, reason=REASON)
    story.do("ling", "decide-disposal", case, approve=True, reason="同意。")
    with story.installation.database.writing() as session:  # what an earlier version let pass without a look
        session.execute(update(Case).where(Case.case_number == case).values(grade=Grade.LARGE))
    assert work_off(story.installation, "worker", story.at).failed == 0  # nothing is tried again for ever
    assert sealed.package.is_dir()
    with story.installation.database.reading() as session:
        [one] = disposals(session, find_actor(session, "dang", story.at))
    assert (one.state, one.lapsed_at) == ("保管期限延长，已失效", story.at)
    assert len(rows(story, select(Event).where(Event.kind == "disposal_lapsed"))) == 1
    with pytest.raises(WrongStage, match="永久保管"):
        story.do("dang", "propose-disposal", case, reason=REASON)
    story.do("dang", "reopen-archive", case, reason="重新办理。")  # the volume is free again


def test_nothing_happens_to_a_volume_while_its_disposal_waits(sealed: Sealed) -> None:
    story, case = sealed.story, sealed.case
    story.at += timedelta(days=366 * 32)
    late = {"title": "来信", "file": story.scan("来信"), "file_name": "来信.pdf", "reason": "后到。"}
    story.do("dang", "supplement-archive", case, **late)
    with pytest.raises(WrongStage, match="补2尚未封装"):
        story.do("dang", "propose-disposal", case, reason=REASON)
    while work_off(story.installation, "worker", story.at).any:
        pass
    story.do("dang", "propose-disposal", case, reason=REASON)
    with pytest.raises(Conflict, match="先决定是否销毁"):
        story.do("dang", "supplement-archive", case, **{**late, "file": story.scan("再来信")})
    with pytest.raises(Conflict, match="先决定是否销毁"):
        story.do("dang", "reopen-archive", case, reason="重新办理。")
    story.do("ling", "decide-disposal", case, approve=False, reason="仍有查考价值。")
    story.do("dang", "reopen-archive", case, reason="重新办理。")


def test_what_is_destroyed_leaves_index_and_proof_and_what_others_hold(
    sealed: Sealed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    story, case, files = sealed.story, sealed.case, sealed.story.installation.files
    story.at += timedelta(days=366 * 32)
    story.do("dang", "propose-disposal", case, reason=REASON)
    story.do("ling", "decide-disposal", case, approve=True, reason="同意。")
    assert sealed.package.is_dir()
    while work_off(story.installation, "worker", story.at).any:
        pass
    assert not sealed.package.exists()
    assert list(Path(story.installation.settings.archives).glob("*补1")) == []
    assert (files.exists(sealed.own.sha256), files.exists(sealed.shared.sha256)) == (False, True)
    [row] = rows(story, select(ArchiveDisposal))
    assert {one["archive_number"] for one in row.proof["packages"]} == {sealed.number, sealed.added}
    assert all(one["manifest_sha256"] and one["chain_head"] for one in row.proof["packages"])
    with story.installation.database.reading() as session:
        dang = find_actor(session, "dang", story.at)
        items = session.scalar(select(func.count()).select_from(ArchiveItem))
        assert len(archive_shown(session, dang, sealed.number).items) == items == len(row.proof["items"])
        assert [one.state for one in disposals(session, dang)] == ["已销毁"]
        assert verified_case(session, story.installation, case) == ()
        assert overdue(session, story.at) == (0, 0)
        evidence = select(Evidence.id).join(Case).where(Case.case_number == case)
        assert session.scalars(evidence).all() != []
    made = back_up(story.installation, str(tmp_path_factory.mktemp("elsewhere")), None, story.at)
    assert sealed.own.sha256 not in made.manifest.lacking  # nobody misses it
    assert destroy(story.installation, case, row.id, story.at) is False
    for action in ("propose-disposal", "reopen-archive"):
        with pytest.raises(WrongStage, match="已批准销毁"):
            story.do("dang", action, case, reason=REASON)
    with story.installation.database.reading() as session, pytest.raises(WrongStage, match="已销毁"):
        package_of(session, find_actor(session, "dang", story.at), sealed.added)


def test_what_is_destroyed_is_not_said_to_be_kept_longer_its_earlier_volumes_neither(sealed: Sealed) -> None:
    story = sealed.story
    with story.installation.database.writing() as session:
        volume = session.scalars(select(Archive)).one()
        told = {one.name: getattr(volume, one.name) for one in Archive.__table__.columns if one.name != "id"}
        other = session.scalars(select(Document.id).where(Document.case_id == volume.case_id)).first()
        told |= {"version": 2, "document_id": other, "archive_number": "早先一卷", "reopened_at": story.at}
        session.add(Archive(**told | {"reopened_by": volume.archived_by, "reopened_reason": "重新办理。"}))
        decided = {"proposed_by": 1, "proposed_at": story.at, "approved": True, "decided_by": 2, "decided_at": story.at}
        session.add(ArchiveDisposal(archive_id=volume.id, reason=REASON, destroyed_at=story.at, proof={}, **decided))
    with story.installation.as_system(story.at) as act:
        case = act.session.scalars(select(Case).where(Case.case_number == sealed.case)).one()
        case.grade = Grade.LARGE
        derive_anew(act, case, "损失核定。")
    assert {one.retention for one in rows(story, select(Archive))} == {"D30"}
