"""Somebody replaces a paper of a sealed archive and rebuilds every list: both verifiers refuse the package."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select

from documents.archive import verify as verifier
from flows.archive_supplement import pack_supplement
from flows.case import carry
from flows.installation import working_in
from models.archive.tables import Archive, ArchiveSupplement
from models.case.tables import Case
from models.kernel.errors import Invalid, NotFound
from models.kernel.vocabulary import ReplyKind, Verdict
from models.office.tables import Organisation
from models.papers.commands.renditions import Enclosure
from models.rectification.tables import Assignment, Measure
from tests.databases import Databases
from tests.journeys.rebuilt import rebuild, rechain
from tests.stories import Story, staffed, story_in
from ui.package_check import checked
from ui.package_out import encapsulate, taken_out

EARLIER = Path(__file__).parent / "sealed_by_an_earlier_version.zip"


@pytest.fixture(scope="module")
def told(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A case with papers, seals, proofs, evidence, an answer with a file and a photograph; sealed and supplemented."""
    url = sqlite_databases.fresh(staffed)
    home = tmp_path_factory.mktemp("home")
    with story_in(url, home) as story:
        case = story.file()
        story.address(case)
        story.do("li", "add-evidence", case, title="限速标志照片", file=story.scan("照片"), file_name="照片.jpg")
        story.issue(case, "D1")
        papers = story.prepare(case)
        story.issue(case, *papers)
        story.deliver(case, *papers)
        for paper in papers:
            story.do("li", "acknowledge", case, paper=paper, received_by="吴某")
        story.do("nei", "attach-proof", case, paper=papers[0], scan=story.scan("回证"), file_name="回证.pdf")
        measure, unit = _first_hand(story, case)
        about = {"measure": measure, "organisation": unit}
        reply = _answered(story, case, measure, unit)
        story.do("li", "assess", case, reply=reply, verdict=Verdict.ACCEPTED, reason="材料齐全。")
        photo = {"photo": story.scan("现场"), "photo_name": "现场.jpg"}
        story.do("wang", "verify", case, passed=True, place="事故路段", note="已完成。", **photo, **about)
        story.archive(case)
        with working_in(story.installation):
            carry(story.installation, case, story.at)
        story.wait(days=30)
        story.do("dang", "supplement-archive", case, title="评估记录", file=story.scan("评估"), reason="评估在后。")
        with story.installation.database.reading() as session:
            pack_supplement(story.installation, session.scalars(select(ArchiveSupplement.id)).one(), story.at)
            volume = session.scalars(select(Archive.package_path)).one()
        with story.installation.database.reading() as session:
            supplement = session.scalars(select(ArchiveSupplement.package_path)).one()
        archives = Path(story.installation.settings.archives)
        both = {"volume": archives / str(volume), "supplement": archives / str(supplement)}
        yield {"url": url, "installation": story.installation, **both}
    sqlite_databases.drop(url)


def _first_hand(story: Story, case: str) -> tuple[str, str]:
    with story.installation.database.reading() as session:
        row = session.execute(
            select(Measure.ref, Organisation.name)
            .join(Assignment, Assignment.measure_id == Measure.id)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .join(Case, Case.id == Assignment.case_id)
            .where(Case.case_number == case, Assignment.notice_id.is_not(None))
            .order_by(Assignment.id)
        ).first()
    assert row is not None
    return row.ref, row.name


def _answered(story: Story, case: str, measure: str, unit: str) -> str:
    file = Enclosure(story.scan("整改完成报告"), "整改完成报告.pdf", "application/pdf")
    said = {"measures": [measure], "organisation": unit, "text": "已完成整改。", "files": [file]}
    (plan,) = story.do("nei", "reply", case, kind=ReplyKind.PLAN, **said)
    story.do("li", "assess", case, reply=plan, verdict=Verdict.ACCEPTED, reason="方案可行。")
    (reply,) = story.do("nei", "reply", case, kind=ReplyKind.COMPLETION, **said)
    return str(reply)


@pytest.fixture
def beside(told: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The process stands beside the database that sealed the packages."""
    monkeypatch.setenv("SHENCHA_DATABASE_URL", told["url"])
    return told


@pytest.fixture
def elsewhere(told: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The process knows no database."""
    monkeypatch.setenv("SHENCHA_HOME", str(tmp_path / "no home"))
    monkeypatch.delenv("SHENCHA_DATABASE_URL", raising=False)
    return told


def copied(package: Path, to: Path) -> Path:
    return Path(shutil.copytree(package, to / package.name))


def alone(package: Path) -> tuple[int, str]:
    """What the verifier kept elsewhere says of a package, run by itself."""
    command = [sys.executable, "-I", "-S", verifier.__file__, str(package)]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.stderr == b""
    return ended.returncode, ended.stdout.decode()


def found(package: Path, code: str) -> list[str]:
    return [fault.path for fault in checked(package).found.faults if fault.code == code]


def test_an_untouched_package_says_with_what_it_was_compared(beside: dict[str, Any]) -> None:
    for which in ("volume", "supplement"):
        result = checked(beside[which])
        assert (result.found.faults, result.found.remarks) == ([], [])
        assert result.found.compared == verifier.Compared(events=True, sealing=True, checkpoint=True)
        assert result.sealing == "已与本机数据库的封卷记录核对"
        status, said = alone(beside[which])
        assert status == 0
        assert "已与包内事件链核对；已与包内检查点核对（签名是否出自封卷单位" in said
        assert said.splitlines()[0].endswith("；未与封卷时的记录核对。")
    names = {path.suffix for path in (beside["volume"] / "data/replies").iterdir()}
    assert names == {".pdf", ".jpg"}
    assert len(list((beside["volume"] / "data/evidence").iterdir())) == 1


def test_a_package_explains_itself_to_whoever_opens_it(beside: dict[str, Any]) -> None:
    for which in ("volume", "supplement"):
        package: Path = beside[which]
        root = etree.fromstring((package / "data/catalogue.xml").read_bytes())
        etree.XMLSchema(etree.fromstring((package / "data/catalogue.xsd").read_bytes())).assertValid(root)
        items = json.loads((package / "data/catalogue.json").read_bytes())["items"]
        tag = "{urn:shencha:catalogue:1}"
        assert [item.findtext(f"{tag}title") for item in root.iter(f"{tag}item")] == [item["title"] for item in items]
        with_files = [item for item in root.iter(f"{tag}item") if item.find(f"{tag}file") is not None]
        assert all(item.find(f"{tag}event") is not None for item in with_files)
        checks = json.loads((package / "data/inspection.json").read_bytes())["checks"]
        assert checks[0]["result"] == "通过"
        page = (package / "index.html").read_text(encoding="utf-8")
        assert all(escape(item["title"]) in page for item in items)
        assert "<script" not in page
    volume = etree.fromstring((beside["volume"] / "data/catalogue.xml").read_bytes())
    assert {"整改报告通知书", "调查分析报告书", "证据", "整改反馈"} <= set(
        volume.xpath("//*[local-name()='class']/text()")
    )
    assert volume.xpath("//*[local-name()='recipient']/text()")


def test_far_from_its_database_it_says_that_the_sealing_was_not_compared(elsewhere: dict[str, Any]) -> None:
    result = checked(elsewhere["volume"])
    assert result.found.ok
    assert result.found.compared == verifier.Compared(events=True, sealing=False, checkpoint=True)
    assert result.sealing == "未与封卷记录核对（本机没有数据库）"


@pytest.mark.parametrize("which", ["volume", "supplement"])
def test_whoever_replaces_any_file_and_rebuilds_every_list_is_found(
    elsewhere: dict[str, Any], tmp_path: Path, which: str
) -> None:
    package = copied(elsewhere[which], tmp_path)
    files = sorted(path for path in (package / "data").rglob("*") if path.is_file())
    replaced = [path for path in files if path.name not in ("catalogue.json", "events.jsonl")]
    assert len(replaced) >= 3
    for path in replaced:
        sound = path.read_bytes()
        path.write_bytes(b"%PDF-1.7 another paper")
        rebuild(package)
        name = path.relative_to(package).as_posix()
        assert name in found(package, "event_altered")
        status, said = alone(package)
        assert status == 1
        assert f"{name}：内容与事件链记载的校验值不符。" in said
        path.write_bytes(sound)
        rebuild(package)
        assert alone(package)[0] == 0


def test_whoever_adds_takes_away_exchanges_or_retells_is_found(elsewhere: dict[str, Any], tmp_path: Path) -> None:
    package = copied(elsewhere["volume"], tmp_path)
    papers = sorted((package / "data/documents").iterdir())

    added = package / "data/documents/099_另一份文书.pdf"
    added.write_bytes(b"%PDF another")
    entry = {"path": "data/documents/099_另一份文书.pdf", "sha256": "", "size": 0}
    rebuild(package, lambda said: said["items"][0]["files"].append(entry))
    assert found(package, "event_unlisted") == ["data/documents/099_另一份文书.pdf"]
    added.unlink()
    rebuild(package, lambda said: said["items"][0]["files"].pop())
    assert alone(package)[0] == 0

    first, second = papers[0].read_bytes(), papers[1].read_bytes()
    papers[0].write_bytes(second)
    papers[1].write_bytes(first)
    rebuild(package)
    assert len(found(package, "event_altered")) >= 2
    papers[0].write_bytes(first)
    papers[1].write_bytes(second)
    rebuild(package)

    rebuild(package, lambda said: said["items"][0].update(responsible="另一单位"))
    assert found(package, "event_catalogue") == ["data/catalogue.json"]

    gone = next(path for path in (package / "data/evidence").iterdir())
    gone.unlink()
    name = gone.relative_to(package).as_posix()

    def forget(said: dict[str, Any]) -> None:
        for item in said["items"]:
            item["files"] = [file for file in item["files"] if file["path"] != name]

    rebuild(package, forget)
    assert name in found(package, "event_missing")
    assert "事件链记载了此文件，包内没有" in alone(package)[1]


def test_a_new_package_cannot_pass_for_an_old_one_by_losing_its_list(elsewhere: dict[str, Any], tmp_path: Path) -> None:
    for which in ("volume", "supplement"):
        package = copied(elsewhere[which], tmp_path)
        file = package / "data/events.jsonl"
        *events, listed = [json.loads(line) for line in file.read_bytes().splitlines()]
        assert listed["kind"] == "package_listed"
        file.write_bytes(b"".join(line + b"\n" for line in file.read_bytes().splitlines()[:-1]))
        stated = {"Chain-Head": events[-1]["hash"], "Event-Count": str(len(events))}
        rebuild(package, lambda said, stated=stated: said["info"].update(stated))  # type: ignore[misc]
        assert found(package, "event_unlisted_package") == ["data/events.jsonl"]
        assert "事件链缺少末尾列明档案包文件的一条" in alone(package)[1]


def test_whoever_builds_the_whole_chain_anew_is_found_by_the_checkpoint_and_beside_the_database(
    beside: dict[str, Any], tmp_path: Path
) -> None:
    package = copied(beside["volume"], tmp_path)

    def another(events: list[dict[str, Any]]) -> None:
        for event in events:
            event["actor_name"] = "李某某"

    rechain(package, another)
    status, said = alone(package)
    assert (status, "checkpoint.json：案卷的事件链不在此检查点之内。" in said) == (1, True)
    result = checked(package)
    assert {fault.code for fault in result.found.faults} == {"checkpoint_root", "sealed_manifest", "sealed_head"}
    assert any("清单校验值与封卷时记录的" in fault.message for fault in result.found.faults)
    (package / "checkpoint.json").unlink()
    rechain(package, lambda events: None)
    assert alone(package)[0] == 0  # it agrees with itself
    assert {fault.code for fault in checked(package).found.faults} == {"sealed_manifest", "sealed_head"}

    package = copied(beside["volume"], tmp_path / "shorter")
    rechain(package, lambda events: events.pop(3))
    assert "sealed_events" in {fault.code for fault in checked(package).found.faults}


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """Packages sealed by the version before packages were listed in their chains: volumes and a supplement."""
    with zipfile.ZipFile(EARLIER) as kept:
        kept.extractall(tmp_path)
    return tmp_path


def payload(package: Path) -> list[Path]:
    """Every file that events of the case speak of."""
    files = sorted(path for path in (package / "data").rglob("*") if path.is_file())
    return [path for path in files if path.relative_to(package).as_posix() not in verifier.OWN]


def test_a_package_of_an_earlier_version_verifies_and_says_what_nobody_can_prove(earlier: Path) -> None:
    for package in (earlier / "volume", earlier / "supplement"):
        status, said = alone(package)
        assert (status, said.count("无法由事件链核对（由早期版本封装）")) == (0, 2)
        remarks = verifier.verify(package).remarks
        assert [remark.path for remark in remarks] == ["data/verify.py", "data/volume.docx"]
        own = [sys.executable, "-I", "-S", "data/verify.py"]
        assert subprocess.run(own, cwd=package, capture_output=True, check=False).returncode == 0
    # Papers whose files were made only after the case was closed had their events after the end of that chain.
    later = verifier.verify(earlier / "rendered-later")
    assert (later.ok, len(later.remarks)) == (True, 6)


@pytest.mark.parametrize("which", ["volume", "supplement"])
def test_a_replaced_paper_of_an_earlier_version_is_found_by_the_event_it_came_by(earlier: Path, which: str) -> None:
    package = earlier / which
    for path in payload(package):
        sound = path.read_bytes()
        path.write_bytes(b"PK another paper")
        rebuild(package)
        name = path.relative_to(package).as_posix()
        assert name in [fault.path for fault in verifier.verify(package).faults]
        assert f"{name}：内容与" in alone(package)[1]
        path.write_bytes(sound)
    rebuild(package)
    assert verifier.verify(package).ok


def test_papers_of_an_earlier_version_that_change_places_are_found(earlier: Path) -> None:
    package = earlier / "volume"
    papers = [path for path in payload(package) if path.suffix == ".docx"]
    for one, other in pairwise(papers):
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)
        rebuild(package)
        assert {"event_altered", "event_missing"} == {fault.code for fault in verifier.verify(package).faults}
        one.write_bytes(first)
        other.write_bytes(second)


def test_a_file_taken_from_a_package_of_an_earlier_version_or_put_into_it_is_found(earlier: Path) -> None:
    package = earlier / "volume"
    for path in payload(package):
        sound, name = path.read_bytes(), path.relative_to(package).as_posix()
        kept = (package / "data/catalogue.json").read_bytes()
        path.unlink()

        def forget(said: dict[str, Any], name: str = name) -> None:
            for item in said["items"]:
                item["files"] = [file for file in item["files"] if file["path"] != name]

        rebuild(package, forget)
        assert "event_missing" in {fault.code for fault in verifier.verify(package).faults}, name
        path.write_bytes(sound)
        (package / "data/catalogue.json").write_bytes(kept)
    items = json.loads((package / "data/catalogue.json").read_bytes())["items"]
    for place, title in (
        ("data/evidence/099_证据E99：伪证.pdf", "证据E99：伪证"),
        ("data/replies/099_措施M1完成情况（R9）.pdf", "措施M1完成情况（R9）"),
        ("data/documents/099_另一份文书.pdf", "另一份文书"),
    ):
        (package / place).write_bytes(b"%PDF")
        new = {**items[0], "sequence": len(items) + 1, "title": title, "number": "某公〔2025〕9号"}
        new["files"] = [{"path": place, "sha256": "", "size": 0}]
        rebuild(package, lambda said, new=new: said["items"].append(new))  # type: ignore[misc]
        assert (place, "event_unlisted") in [(f.path, f.code) for f in verifier.verify(package).faults]
        (package / place).unlink()
        rebuild(package, lambda said: said["items"].pop())


def test_a_case_that_took_over_another_one_is_sealed_whole(story: Story) -> None:
    first, second = story.file(), story.file(variant=5)
    for case in (first, second):
        story.address(case)
        story.do("li", "add-evidence", case, title="照片", file=story.scan(case), file_name="照片.jpg")
        story.issue(case, "D1")
    for case in (second, first):
        drafted = story.prepare(case)
        story.issue(case, *drafted)
        story.deliver(case, *drafted)
    with working_in(story.installation):
        carry(story.installation, second, story.at)
    story.do("ling", "merge-case", second, into=first, reason="现场勘查确认为同一起事故")
    story.archive(first)
    package = story.seal_volume(first)
    result = verifier.verify(package)
    assert (result.faults, result.remarks) == ([], [])
    taken = next(path for path in (package / "data/evidence").iterdir() if path.read_bytes().endswith(second.encode()))
    taken.write_bytes(b"%PDF another")
    rebuild(package)
    assert found(package, "event_altered") == [taken.relative_to(package).as_posix()]


def test_each_item_of_a_package_goes_out_as_an_encapsulation_and_comes_back_equal(
    told: dict[str, Any], tmp_path: Path
) -> None:
    for which in ("volume", "supplement"):
        package = told[which]
        says = verifier.verify(package).says
        assert says is not None
        out, back = tmp_path / which, tmp_path / f"{which} back"
        assert encapsulate(told["installation"], "dang", says.archive_number, out) == says.items
        sealed = {file.name: file.read_bytes() for file in package.glob("data/*/*")}
        taken = {}
        for one in sorted(out.glob("*.xml")):
            taken.update(taken_out(one, None, back).files)
        assert taken == sealed
        assert {file.name: file.read_bytes() for file in back.glob("*/*")} == sealed
        schema = etree.XMLSchema(etree.parse(out / "encapsulation.xsd"))
        assert all(schema.validate(etree.parse(one, etree.XMLParser(huge_tree=True))) for one in out.glob("*.xml"))
        with pytest.raises(Invalid, match="已经存在"):
            encapsulate(told["installation"], "dang", says.archive_number, out)
        with pytest.raises(Invalid, match="不是用所给的密钥签名"):
            taken_out(one, "ab" * 32, None)
        with pytest.raises(NotFound):
            encapsulate(told["installation"], "cheng", says.archive_number, tmp_path / "none")
