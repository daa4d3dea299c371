"""What comes after the seal: a supplement in a package of its own, a case reopened and archived into a further volume."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from documents.archive.verify import verify
from flows.archive_supplement import pack_supplement
from flows.case import carry
from flows.installation import working_in
from flows.outbox import work_off
from models.archive.queries.archives import Sought, archive_list, archive_shown, package_of
from models.archive.tables import Archive, ArchiveSupplement
from models.case.tables import Case
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, Role, Stage
from models.office.queries.administration import account_page, unit_page
from models.papers.rules.retention import Retention
from models.papers.tables import Document
from tests.stories import Story


def sealed(story: Story) -> str:
    """Archive a case and seal its volume."""
    case = story.archived()
    with working_in(story.installation):
        carry(story.installation, case, story.at)
    return case


def supplemented(story: Story, case: str, said: str = "整改评估记录", **more: Any) -> Any:
    given = {"title": "整改效果评估记录", "file": story.scan(said), "reason": "评估在归档后完成。"} | more
    return story.do("dang", "supplement-archive", case, **given)


def one(story: Story, query: Any) -> Any:
    with story.installation.database.reading() as session:
        return session.execute(query).one()


def test_a_supplement_is_sealed_beside_the_volume_and_changes_nothing_in_it(story: Story) -> None:
    case = sealed(story)
    before = one(story, select(Archive.manifest_sha256, Archive.archive_number, Archive.package_path))
    story.wait(days=300)
    number = supplemented(story, case, file_name="评估.pdf", media_type="application/pdf")
    assert number == f"{before.archive_number}-补1"
    while work_off(story.installation, "worker", story.at).any:
        pass
    row = one(story, select(ArchiveSupplement.package_path, ArchiveSupplement.manifest_sha256, ArchiveSupplement.id))
    package = Path(story.installation.settings.archives) / row.package_path
    checked = verify(package, row.manifest_sha256)
    assert checked.ok, checked.faults
    catalogue = json.loads((package / "data/catalogue.json").read_bytes())
    assert catalogue["info"]["Supplement-To"] == before.archive_number
    assert catalogue["info"]["Supplement-To-Manifest"] == before.manifest_sha256
    assert [item["title"] for item in catalogue["items"]] == ["整改效果评估记录"]
    assert verify(Path(story.installation.settings.archives) / before.package_path, before.manifest_sha256).ok
    assert pack_supplement(story.installation, row.id, story.at) is False
    kinds = select(Event.kind).order_by(Event.seq.desc()).limit(3)
    with story.installation.database.reading() as session:
        assert session.scalars(kinds).all() == ["supplement_packed", "package_listed", "archive_supplemented"]


def test_a_supplement_that_was_begun_twice_is_the_same_package(story: Story) -> None:
    case = sealed(story)
    supplemented(story, case)
    supplement = one(story, select(ArchiveSupplement.id)).id
    assert pack_supplement(story.installation, supplement, story.at)
    first = one(story, select(ArchiveSupplement.manifest_sha256)).manifest_sha256
    with story.installation.database.writing() as session:  # as if the worker had died before it was put on record
        row = session.get_one(ArchiveSupplement, supplement)
        row.package_path, row.manifest_sha256, row.packed_at = None, None, None
    story.wait(hours=1)
    assert pack_supplement(story.installation, supplement, story.at)
    assert one(story, select(ArchiveSupplement.manifest_sha256)).manifest_sha256 == first


def test_supplements_are_refused_to_others_too_early_and_twice(story: Story) -> None:
    case = story.archived()
    with pytest.raises(WrongStage, match="尚未封装"):
        supplemented(story, case)
    with working_in(story.installation):
        carry(story.installation, case, story.at)
    for account in ("li", "nei", "ling"):
        with pytest.raises(NotAllowed):
            story.do(account, "supplement-archive", case, title="材料", file=story.scan("一"), reason="补。")
        with pytest.raises(NotAllowed):
            story.do(account, "reopen-archive", case, reason="重办。")
    supplemented(story, case)
    with pytest.raises(Conflict, match="第1次"):
        supplemented(story, case)
    with pytest.raises(Invalid, match="题名"):
        supplemented(story, case, "二", title=" ")
    with pytest.raises(Invalid):
        supplemented(story, case, "三", reason=" ")
    other = story.rectifying(variant=1)
    with pytest.raises(WrongStage, match="尚未归档"):
        supplemented(story, other)
    with pytest.raises(WrongStage, match="尚未归档"):
        story.do("dang", "reopen-archive", other, reason="重办。")


def test_a_reopened_case_is_rectified_and_archived_into_a_further_volume(story: Story) -> None:
    case = sealed(story)
    first = one(story, select(Archive.archive_number, Archive.manifest_sha256, Archive.package_path))
    story.wait(days=40)
    story.do("dang", "reopen-archive", case, reason="上级复核认为护栏未完成。")
    stands = one(story, select(Case.stage, Case.closed_at))
    assert (stands.stage, stands.closed_at) == (Stage.RECTIFYING, None)
    with pytest.raises(WrongStage):
        story.do("dang", "reopen-archive", case, reason="再次重办。")
    measure = story.do("li", "add-measure", case, text="补装护栏。", findings=["F1"])
    with pytest.raises(WrongStage, match="未办结"):
        story.do("dang", "archive", case)
    story.do("li", "withdraw-measure", case, measure=measure, reason="已由其他单位完成。")
    second = story.do("dang", "archive", case)
    assert second != first.archive_number
    while work_off(story.installation, "worker", story.at).any:
        pass
    with story.installation.database.reading() as session:
        volumes = session.execute(
            select(
                Archive.version,
                Archive.archive_number,
                Archive.package_path,
                Archive.manifest_sha256,
                Archive.reopened_at,
            ).order_by(Archive.version)
        ).all()
        papers = session.scalars(
            select(Document.occasion).where(Document.kind == DocumentKind.TRACEBACK_ARCHIVE).order_by(Document.id)
        ).all()
    assert [volume.version for volume in volumes] == papers == [1, 2]
    assert [volume.archive_number for volume in volumes] == [first.archive_number, second]
    assert volumes[0].reopened_at is not None
    assert volumes[1].reopened_at is None
    for volume in volumes:
        checked = verify(Path(story.installation.settings.archives) / volume.package_path, volume.manifest_sha256)
        assert checked.ok, checked.faults


def test_volumes_and_accounts_are_read_alike_on_both_databases(story: Story) -> None:
    case = sealed(story)
    supplement = supplemented(story, case)
    pack_supplement(story.installation, one(story, select(ArchiveSupplement.id)).id, story.at)
    story.employ("guan", Role.ADMIN)
    with story.installation.database.reading() as session:
        keeper, admin = (find_actor(session, account, story.at) for account in ("dang", "guan"))
        year = story.at.year
        [volume] = archive_list(session, keeper, Sought(words=case, year=year, retention=Retention.YEARS_30))
        due = Sought(due=date(year + 40, 1, 1))
        assert [row.id for row in archive_list(session, keeper, due)] == [volume.id]
        assert archive_list(session, keeper, due, after=volume.key) == []
        assert archive_list(session, keeper, Sought(), after=volume.key) == []
        number = volume.archive_number
        shown = archive_shown(session, keeper, number)
        assert [row.archive_number for row in shown.supplements] == [supplement]
        found = package_of(session, keeper, number)
        assert (found.path, found.manifest_sha256) == (volume.package_path, volume.manifest_sha256)
        assert package_of(session, keeper, supplement).path == shown.supplements[0].package_path
        with pytest.raises(NotFound):
            package_of(session, admin, number)
        accounts = account_page(session, admin, words="党")
        assert [row.account for row in accounts] == ["dang"]
        first, *rest = unit_page(session, admin, limit=500)
        assert unit_page(session, admin, after=first.key, limit=500) == rest
