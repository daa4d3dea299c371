"""What a package brings for its readers: the index page, the catalogue as XML, and what was looked at when it was sealed."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import re
from dataclasses import asdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote

import pytest
from lxml import etree

from documents.archive import verify as verifier
from documents.archive.accompanying import accompanying
from documents.archive.bag import ARCHIVE_NUMBER, Bag, listing, write_bag
from documents.archive.catalogue_xml import VolumeTold
from documents.archive.verify import Sm3, main, verify
from models.papers.content import CatalogueItem
from models.papers.rules.package_places import LISTING
from tests.documents.archive.conftest import INFO, Forger, chained, file_of, hashed, open_file, volume_items

TOLD = VolumeTold("某某路“3·5”较大道路交通事故监管回溯档案", "永久", "深查 0.1.0")
NUMBER = "某公交调〔2026〕12号"
PAST = [
    ("paper_drafted", {"paper": "D1", "kind": "analysis_report", "recipient": "某市人民政府"}),
    ("paper_issued", {"paper": "D1", "kind": "analysis_report", "number": NUMBER}),
    ("paper_sealed", {"paper": "D1", "mode": "electronic", "certificate": "某市公安局交通警察支队电子印章"}),
    ("paper_drafted", {"paper": "D2", "kind": "supervision_order", "recipient": "某市公路管理局"}),
    ("case_archived", {"archive_number": INFO[ARCHIVE_NUMBER], "listing": LISTING}),
]
SPACE = {"c": "urn:shencha:catalogue:1"}


def made(items: tuple[CatalogueItem, ...] | None = None, past: Any = PAST, opened: Any = open_file) -> dict[str, bytes]:
    return accompanying(TOLD, items or volume_items(), INFO, chained(past), open_file=opened)


def packed(target: Path) -> Bag:
    """The small volume as the worker packs it."""
    beside = made()
    told = {"archive_number": INFO[ARCHIVE_NUMBER]}
    told |= asdict(listing(volume_items(), INFO, volume=b"PK volume", beside=beside))
    events = chained([*PAST, ("package_listed", told)])
    return write_bag(target, volume_items(), INFO, events, volume=b"PK volume", beside=beside, open_file=open_file)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return packed(tmp_path / "案卷").path


def codes(package: Path) -> set[str]:
    return {fault.code for fault in verify(package).faults}


def test_a_package_with_everything_for_its_readers_is_whole(package: Path) -> None:
    result = verify(package)
    about_papers = {"event_missing", "event_altered"}  # of the small volume, whose papers have no events of their files
    assert {fault.code for fault in result.faults} <= about_papers
    for name in verifier.ACCOMPANYING:
        assert (package / name).is_file()
    assert f"  {verifier.INDEX}\n" in (package / "tagmanifest-sha256.txt").read_text(encoding="utf-8")
    listed = json.loads((package / "data/events.jsonl").read_bytes().splitlines()[-1])["data"]["files"]
    assert set(verifier.ACCOMPANYING) <= set(listed)


def test_it_is_the_same_before_and_after_its_own_list_stands_in_the_chain() -> None:
    later = [*PAST, ("package_listed", {"archive_number": INFO[ARCHIVE_NUMBER], "files": {}})]
    assert made(past=later) == made()


@pytest.mark.parametrize("name", verifier.ACCOMPANYING)
def test_what_a_reader_is_shown_cannot_be_exchanged_or_lost(package: Path, name: str) -> None:
    forger = Forger(package)
    before = codes(package)
    forger.edit(name, lambda raw: raw.replace(b"2026", b"2027"))
    if name == verifier.SCHEMA:
        forger.edit(name, lambda raw: raw + b"\n")
    forger.rewrite_catalogue(lambda said: None)
    forger.remanifest()
    assert [fault.path for fault in verify(package).faults if fault.code == "event_altered"].count(name) == 1
    (package / name).unlink()
    forger.rewrite_catalogue(lambda said: None)
    forger.remanifest()
    assert codes(package) - before <= {"event_missing"}
    assert name in {fault.path for fault in verify(package).faults}


def test_the_second_manifest_cannot_be_lost_with_the_tag_manifest_made_anew(package: Path) -> None:
    (package / "manifest-sm3.txt").unlink()
    tags = package / "tagmanifest-sha256.txt"
    tags.write_bytes(b"".join(line for line in tags.read_bytes().splitlines(keepends=True) if b"sm3" not in line))
    assert ("manifest-sm3.txt", "missing") in {(fault.path, fault.code) for fault in verify(package).faults}


def test_a_hash_of_the_second_manifest_that_fits_no_file_is_found(package: Path) -> None:
    manifest = package / "manifest-sm3.txt"
    manifest.write_bytes(b"0" * 64 + manifest.read_bytes()[64:])
    tags = package / "tagmanifest-sha256.txt"
    new = hashlib.sha256(manifest.read_bytes()).hexdigest().encode()
    tags.write_bytes(re.sub(rb"[0-9a-f]{64}(  manifest-sm3)", new + rb"\1", tags.read_bytes()))
    assert "altered" in codes(package)


def test_the_catalogue_as_xml_says_what_the_record_knows_and_fits_its_schema() -> None:
    files = made()
    schema = etree.XMLSchema(etree.fromstring(files["data/catalogue.xsd"]))
    root = etree.fromstring(files["data/catalogue.xml"])
    schema.assertValid(root)
    assert root.xpath("string(c:volume/c:retention)", namespaces=SPACE) == "永久"
    paper = root.xpath("c:item[@sequence='1']", namespaces=SPACE)[0]

    def said(name: str) -> list[str]:
        return [str(one) for one in paper.xpath(name, namespaces=SPACE)]

    assert said("c:recipient/text()") == ["某市人民政府"]
    assert said("c:class/text()") == ["调查分析报告书"]
    assert said("c:number/text()") == [NUMBER]
    assert said("c:pages/text()") == ["12"]
    assert said("c:signature/@certificate") == ["某市公安局交通警察支队电子印章"]
    assert said("c:event/@name") == ["拟制文书", "签发编号", "用印"]
    assert said("c:file/@format") == ["未能识别", "未能识别"]  # the small volume has no real files
    assert root.xpath("count(c:item)", namespaces=SPACE) == 5
    assert "secrecy" not in files["data/catalogue.xml"].decode()


def test_signs_that_xml_cannot_hold_leave_the_catalogue_readable() -> None:
    item = CatalogueItem(sequence=1, title="甲\x07乙<&>\ufffe", responsible='"丙"')
    files = made((item,))
    root = etree.fromstring(files["data/catalogue.xml"])
    etree.XMLSchema(etree.fromstring(files["data/catalogue.xsd"])).assertValid(root)
    assert root.xpath("string(c:item/c:title)", namespaces=SPACE) == "甲\ufffd乙<&>\ufffd"


class Page(HTMLParser):
    """Collects what a page loads, links to and runs."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def test_the_index_page_loads_nothing_links_to_every_file_and_tells_how_to_verify(package: Path) -> None:
    text = (package / "index.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    assert not page.tags & {"script", "link", "img", "iframe", "object"}
    assert [unquote(link) for link in page.links] == [file.path for item in volume_items() for file in item.files]
    assert all((package / unquote(link)).is_file() for link in page.links)
    for words in ("这是什么", "怎样阅读", "怎样校验", "目录", "data/verify.py", "@media print", INFO[ARCHIVE_NUMBER]):
        assert words in text


def test_words_of_people_are_no_markup_on_the_index_page() -> None:
    hostile = "<script>alert(1)</script>\"'&"
    item = CatalogueItem(sequence=1, title=hostile, responsible=hostile, number=hostile, remark=hostile)
    page = Page()
    text = made((item,))["index.html"].decode()
    page.feed(text)
    assert "script" not in page.tags
    assert text.count("&lt;script&gt;") == 4


def test_the_inspection_names_the_four_qualities_and_what_was_found() -> None:
    said = json.loads(made()["data/inspection.json"])
    assert said["format"] == "shencha-inspection/1"
    assert said["inspected_on"] == "2026-09-01"
    assert {check["quality"] for check in said["checks"]} == {"真实性", "完整性", "可用性", "安全性"}
    found = {check["what"]: (check["result"], check["found"]) for check in said["checks"]}
    assert found["归档前的事项记录逐条衔接、内容与校验值相符"] == ("通过", "5条，逐条衔接")
    assert found["每件有电子文件"] == ("注意", "第5件没有电子文件，见目录备注")
    assert found["文件格式可以识别，与扩展名一致"][0] == "注意"
    assert found["病毒和恶意代码"][0] == "未检测"


def test_a_pdf_that_acts_by_itself_is_named_in_the_inspection_wherever_the_sign_stands() -> None:
    content = b"%PDF-1.7 " + b" " * ((1 << 20) - 14) + b"/JavaScript (x)"
    item = CatalogueItem(sequence=1, title="附件", files=(file_of(content, "data/evidence/001_附件.pdf"),))

    def opened(_: str) -> BinaryIO:
        return io.BytesIO(content)

    checks = json.loads(made((item,), opened=opened)["data/inspection.json"])["checks"]
    assert any(check["found"] == "第1件有此类标记，打开时注意" for check in checks)


# SM3


@pytest.mark.parametrize(
    ("content", "expected"),
    [  # GB/T 32905-2016, annex A
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_our_sm3_gives_the_hashes_of_the_standard(content: bytes, expected: str) -> None:
    digest = Sm3()
    digest.update(content)
    assert digest.hexdigest() == expected


@pytest.mark.parametrize("length", [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000])
def test_our_sm3_agrees_with_the_library_however_the_bytes_arrive(length: int) -> None:
    content = bytes(at % 251 for at in range(length))
    digest = Sm3()
    for at in range(0, length, 17):
        digest.update(content[at : at + 17])
        digest.hexdigest()
    assert digest.hexdigest() == hashed("sm3", content)


def test_without_the_library_a_package_is_verified_all_the_same(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = verify(package).as_json()
    monkeypatch.setattr(verifier, "sm3", Sm3)
    assert verify(package).as_json() == before


# Speaking English


def test_every_code_has_english_words() -> None:
    source = ast.parse(Path(verifier.__file__).read_text(encoding="utf-8"))
    added = [node for node in ast.walk(source) if isinstance(node, ast.Call) and _adds(node)]
    used = {node.args[2].value for node in added if isinstance(node.args[2], ast.Constant)}
    assert used == set(verifier.ENGLISH)


def _adds(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr == "add" and len(node.args) == 3


def test_it_says_in_english_what_is_wrong_where_and_what_it_cannot_know(
    bag: Bag, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(bag.path), "--english"]) == 0
    said = capsys.readouterr().out
    assert said.isascii()
    assert "Without a checkpoint or the record of the sealing nobody can tell" in said
    (bag.path / "data/volume.docx").write_bytes(b"other")
    assert main([str(bag.path), "--english"]) == 1
    said = capsys.readouterr().out
    assert "data/volume.docx: differs from its hash in the chain of events." in said
    assert "Not whole: 4 faults." in said


def test_what_it_cannot_know_is_said_until_key_or_sealing_is_given(
    bag: Bag, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(bag.path)]) == 0
    assert "如果有人把文件、目录、清单和整条事件链全部重新编造，本程序看不出来" in capsys.readouterr().out
    assert main([str(bag.path), "--manifest", bag.manifest_sha256]) == 0
    assert "看不出来" not in capsys.readouterr().out


def test_without_a_folder_the_one_that_one_stands_in_is_meant(bag: Bag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bag.path)
    assert main([]) == 0
