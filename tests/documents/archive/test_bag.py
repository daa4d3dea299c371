"""Writing a package: the same bytes every time, complete or not there at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from documents.archive.bag import ARCHIVE_NUMBER, CASE_NUMBER, DATE, Bag, write_bag
from documents.archive.verify import verify
from models.kernel.errors import Conflict, Invalid
from models.papers.content import ArchivedFile, CatalogueItem
from tests.documents.archive.conftest import CONTENTS, INFO, file_of, open_file


def tree(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def test_a_package_is_sound_and_tells_its_manifest_and_head(bag: Bag, events: list[dict[str, Any]]):
    assert verify(bag.path, bag.manifest_sha256).as_json() == {
        "ok": True,
        "faults": [],
        "remarks": [],
        "manifest_sha256": bag.manifest_sha256,
        "compared": {"events": True, "sealing": True, "checkpoint": False, "key": False},
        "says": {
            "External-Identifier": INFO[ARCHIVE_NUMBER],
            "Chain-Head": bag.head,
            "Event-Count": "4",
            "items": 5,
        },
    }
    assert hashlib.sha256((bag.path / "manifest-sha256.txt").read_bytes()).hexdigest() == bag.manifest_sha256
    assert (bag.items, bag.head) == (5, events[-1]["hash"])


def test_the_package_is_laid_out_as_bagit_wants(bag: Bag):
    files = tree(bag.path)
    assert sorted(files) == [
        "bag-info.txt",
        "bagit.txt",
        "data/catalogue.json",
        "data/documents/001-1_某公交调〔2026〕12号_关于“3·5”较大道路交通事故的调查分析报告.docx",
        "data/documents/001-2_某公交调〔2026〕12号_关于“3·5”较大道路交通事故的调查分析报告.pdf",
        "data/events.jsonl",
        "data/evidence/002_限速标志／超载30％照片.jpg",
        "data/evidence/003_con.txt",
        "data/replies/004_整改方案.pdf",
        "data/verify.py",
        "data/volume.docx",
        "manifest-sha256.txt",
        "manifest-sm3.txt",
        "tagmanifest-sha256.txt",
    ]
    payload = [content for name, content in files.items() if name.startswith("data/")]
    assert f"Payload-Oxum: {sum(map(len, payload))}.9\n" in files["bag-info.txt"].decode()
    assert "Bagging-Date: 2026-09-01\n" in files["bag-info.txt"].decode()
    assert f"Chain-Head: {bag.head}\n" in files["bag-info.txt"].decode()
    assert "data/evidence/002_限速标志／超载30％照片.jpg\n" in files["manifest-sha256.txt"].decode()
    said = json.loads(files["data/catalogue.json"])
    assert [item["sequence"] for item in said["items"]] == [1, 2, 3, 4, 5]
    assert said["items"][4]["files"] == []


def test_another_place_gets_the_same_bytes(bag: Bag, tmp_path: Path, items, info, events):
    again = write_bag(tmp_path / "other", iter(items), info, iter(events), volume=b"PK volume", open_file=open_file)
    assert tree(again.path) == tree(bag.path)
    assert again == replace(bag, path=again.path)


def test_writing_again_leaves_the_identical_package_untouched(bag: Bag, items, info, events):
    before = {path: path.stat().st_mtime_ns for path in bag.path.rglob("*")}
    inode = bag.path.stat().st_ino
    assert write_bag(bag.path, items, info, events, volume=b"PK volume", open_file=open_file) == bag
    assert ({path: path.stat().st_mtime_ns for path in bag.path.rglob("*")}, bag.path.stat().st_ino) == (before, inode)
    assert list(bag.path.parent.iterdir()) == [bag.path]


def test_a_different_package_at_the_place_is_refused_and_stays(bag: Bag, items, info, events):
    before = tree(bag.path)
    with pytest.raises(Conflict, match="已经存在且内容不同"):
        write_bag(bag.path, items, info, events, volume=b"PK another volume", open_file=open_file)
    assert tree(bag.path) == before
    assert list(bag.path.parent.iterdir()) == [bag.path]


def test_a_damaged_copy_of_the_same_package_is_refused(bag: Bag, items, info, events):
    (bag.path / "data/volume.docx").write_bytes(b"PK volumE")
    with pytest.raises(Conflict):
        write_bag(bag.path, items, info, events, volume=b"PK volume", open_file=open_file)


@pytest.mark.parametrize("standing", ["empty folder", "file"])
def test_anything_else_at_the_place_is_refused(tmp_path: Path, items, info, events, standing: str):
    target = tmp_path / "taken"
    target.mkdir() if standing == "empty folder" else target.write_text("x")
    with pytest.raises(Conflict):
        write_bag(target, items, info, events, volume=b"PK", open_file=open_file)


@pytest.mark.parametrize("stated", [{"sha256": hashlib.sha256(b"recorded").hexdigest()}, {"size": 7}])
def test_a_file_that_is_not_what_was_recorded_stops_the_package(tmp_path: Path, info, events, stated):
    file = file_of(b"stored", "data/evidence/001_照片.jpg").model_copy(update=stated)
    wrong = CatalogueItem(sequence=1, title="照片", files=(file,))
    with pytest.raises(Invalid, match="与登记的校验值或大小不符"):
        write_bag(tmp_path / "bag", [wrong], info, events, volume=b"PK", open_file=lambda _: io.BytesIO(b"stored"))
    assert list(tmp_path.iterdir()) == []


def test_files_are_copied_block_by_block(tmp_path: Path, info, events):
    content = b"0123456789abcdef" * 250_000

    class Counting(io.BytesIO):
        largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            got = super().read(size)
            Counting.largest = max(Counting.largest, len(got))
            return got

    def opened(_: str) -> BinaryIO:
        return Counting(content)

    film = CatalogueItem(sequence=1, title="录像", files=(file_of(content, "data/evidence/001_录像.mp4"),))
    write_bag(tmp_path / "bag", [film], info, events, volume=b"PK", open_file=opened)
    assert 0 < Counting.largest <= 1 << 20


def test_a_broken_chain_is_not_archived(tmp_path: Path, items, info, events):
    events[1]["why"] = "改动"
    with pytest.raises(Invalid, match="不能归档") as refusal:
        write_bag(tmp_path / "bag", items, info, events, volume=b"PK", open_file=open_file)
    assert [fault.code for fault in refusal.value.faults] == ["chain_hash"]
    assert list(tmp_path.iterdir()) == []


def test_a_case_without_events_or_of_another_number_is_not_archived(tmp_path: Path, items, info, events):
    with pytest.raises(Invalid):
        write_bag(tmp_path / "bag", items, info, [], volume=b"PK", open_file=open_file)
    with pytest.raises(Invalid):
        write_bag(
            tmp_path / "bag", items, info | {CASE_NUMBER: "4207-2026-0002"}, events, volume=b"PK", open_file=open_file
        )


@pytest.mark.parametrize("label", [ARCHIVE_NUMBER, CASE_NUMBER, DATE])
def test_a_missing_label_is_named(tmp_path: Path, items, info, events, label: str):
    del info[label]
    with pytest.raises(Invalid) as refusal:
        write_bag(tmp_path / "bag", items, info, events, volume=b"PK", open_file=open_file)
    assert label in {fault.path for fault in refusal.value.faults}


@pytest.mark.parametrize(
    "pair",
    [
        (DATE, "2026年9月1日"),
        (DATE, "20260901"),
        ("Contact-Name", "甲\n乙"),
        ("Contact-Name", ""),
        ("Contact-Name", " 甲"),
        ("Contact: Name", "甲"),
        ("Payload-Oxum", "1.1"),
        ("Chain-Head", "0"),
    ],
)
def test_a_label_that_would_not_fit_on_its_line_is_refused(tmp_path: Path, items, info, events, pair):
    with pytest.raises(Invalid) as refusal:
        write_bag(tmp_path / "bag", items, info | dict([pair]), events, volume=b"PK", open_file=open_file)
    assert [fault.path for fault in refusal.value.faults] == [pair[0]]


@pytest.mark.parametrize(
    "path",
    [
        "data/evidence/../../../outside",
        "/etc/passwd",
        "data/evidence/",
        "data/evidence/a/b.jpg",
        "data/other/a.jpg",
        "data/events.jsonl",
        "evidence/a.jpg",
        "data/evidence/con.jpg",
        "data/evidence/a\nb",
    ],
)
def test_a_path_that_some_system_could_not_hold_is_refused(tmp_path: Path, info, events, path: str):
    item = CatalogueItem(sequence=1, title="照片", files=(file_of(b"", path),))
    with pytest.raises(Invalid, match="案卷目录有误") as refusal:
        write_bag(tmp_path / "bag", [item], info, events, volume=b"PK", open_file=open_file)
    assert [fault.code for fault in refusal.value.faults] == ["item_path"]
    assert list(tmp_path.iterdir()) == []


def test_paths_that_differ_only_in_case_and_lines_out_of_sequence_are_refused(tmp_path: Path, info, events):
    files = (file_of(b"", "data/evidence/a.jpg"), file_of(b"", "data/evidence/A.jpg"))
    item = CatalogueItem(sequence=2, title="照片", files=files)
    with pytest.raises(Invalid) as refusal:
        write_bag(tmp_path / "bag", [item], info, events, volume=b"PK", open_file=open_file)
    assert [fault.code for fault in refusal.value.faults] == ["item_sequence", "item_path_twice"]


KILLED = textwrap.dedent(
    """
    import json, os, sys
    from pathlib import Path
    from documents.archive.bag import write_bag
    from models.papers.content import CatalogueItem

    def open_file(sha256):
        if sha256 == "0":
            os._exit(9)
        return open(os.devnull, "rb")

    info, events, items = json.load(sys.stdin)
    items = [CatalogueItem.model_validate(item) for item in items]
    write_bag(Path(sys.argv[1]), items, info, events, volume=b"PK", open_file=open_file)
    """
)


def test_a_killed_run_shows_nothing_and_the_next_one_clears_up(tmp_path: Path, items, info, events):
    target = tmp_path / "bag"
    root = Path(__file__).parents[3]
    whole = file_of(b"", "data/evidence/001-1_a.txt")
    deadly = ArchivedFile(path="data/evidence/001-2_b.txt", sha256="0")
    item = CatalogueItem(sequence=1, title="照片", files=(whole, deadly))
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(target)],
        input=json.dumps([info, events, [item.model_dump()]]).encode(),
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        check=False,
    )
    assert ended.returncode == 9
    assert not target.exists()
    assert (tmp_path / ".bag.partial/data/evidence/001-1_a.txt").exists()
    bag = write_bag(target, items, info, events, volume=b"PK volume", open_file=open_file)
    assert verify(bag.path).ok
    assert list(tmp_path.iterdir()) == [target]


def test_a_second_writer_at_the_same_time_is_refused_and_harms_nothing(tmp_path: Path, items, info, events):
    target = tmp_path / "bag"
    refused: list[str] = []

    def meanwhile(sha256: str) -> BinaryIO:
        with pytest.raises(Conflict, match="另一个任务") as refusal:
            write_bag(target, items, info, events, volume=b"PK volume", open_file=open_file)
        refused.append(refusal.value.code)
        return io.BytesIO(CONTENTS[sha256])

    bag = write_bag(target, items, info, events, volume=b"PK volume", open_file=meanwhile)
    assert verify(bag.path).ok
    assert set(refused) == {"package_busy"}
