"""Hundreds of damages by chance, each found; hundreds of untouched packages, none suspected."""

from __future__ import annotations

import ast
import hashlib
import io
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from documents.archive.accompanying import accompanying
from documents.archive.bag import ARCHIVE_NUMBER, CASE_NUMBER, listing, write_bag
from documents.archive.catalogue_xml import VolumeTold
from documents.archive.verify import CHECKPOINT_FORMAT, verify
from models.kernel.record import event_chain as chain
from models.kernel.record import merkle
from models.papers.content import ArchivedFile, CatalogueItem
from models.papers.rules.package_places import LISTING, PackageFolder, package_place
from tests.documents.archive import damages
from tests.documents.archive.conftest import CLOSED, INFO, chained

SEED = 20261130
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw().hex()
WORDS = "关于某路道路交通事故整改措施的通知函“3·5”〔2026〕/100% a.B-_（二）"


class Volume:
    """A volume by chance: papers, evidence, replies, an item without a file; with the events they came by."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.contents: dict[str, bytes] = {}
        self.items: list[CatalogueItem] = []
        self.past: list[tuple[str, dict[str, Any]]] = [CLOSED]
        for at in range(chance.randint(1, 4)):
            self._paper(f"D{at + 1}", f"某公交整〔2026〕{at + 1}号")
        for at in range(chance.randint(1, 3)):
            self._enclosure(PackageFolder.EVIDENCE, "evidence", f"E{at + 1}")
        for at in range(chance.randint(0, 2)):
            self._enclosure(PackageFolder.REPLIES, "reply", f"R{at + 1}")
        self.items.append(CatalogueItem(sequence=len(self.items) + 1, title="实物", remark="原件存放：物证室"))
        self.past += [CLOSED, ("case_archived", {"archive_number": INFO[ARCHIVE_NUMBER], "listing": LISTING})]

    def open(self, sha256: str) -> BinaryIO:
        """Stand in for the store."""
        return io.BytesIO(self.contents[sha256])

    def _title(self) -> str:
        return "".join(self.chance.choices(WORDS, k=self.chance.randint(1, 30))).strip() or "无题"

    def _file(self, beginning: bytes) -> str:
        content = beginning + self.chance.randbytes(self.chance.randint(8, 3000))
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents[sha256] = content
        return sha256

    def _add(self, folder: PackageFolder, title: str, files: list[tuple[str, str]], **said: Any) -> None:
        sequence = len(self.items) + 1
        several = len(files) > 1
        placed = tuple(
            ArchivedFile(
                path=package_place(
                    folder, sequence, title, suffix, number=said.get("number"), part=part if several else None
                ),
                sha256=sha256,
            )
            for part, (suffix, sha256) in enumerate(files, 1)
        )
        self.items.append(CatalogueItem(sequence=sequence, title=title, files=placed, **said))

    def _paper(self, ref: str, number: str) -> None:
        docx, pdf = self._file(b"PK\x03\x04"), self._file(b"%PDF-1.7\n")
        self.past.append(("paper_drafted", {"paper": ref, "recipient": "某市公路管理局"}))
        self.past.append(("paper_issued", {"paper": ref, "number": number, "kind": "rectification_notice"}))
        self.past.append(("paper_rendered", {"paper": ref, "form": "final_docx", "sha256": docx}))
        self.past.append(("paper_rendered", {"paper": ref, "form": "pdf", "sha256": pdf}))
        files = [(".docx", docx), (".pdf", pdf)]
        self._add(PackageFolder.DOCUMENTS, self._title(), files, number=number, dated=date(2026, 4, 2), pages=3)

    def _enclosure(self, folder: PackageFolder, kind: str, ref: str) -> None:
        sha256 = self._file(b"\xff\xd8\xff")
        event = ("evidence_added", {"evidence": ref, "sha256": sha256})
        self.past.append(event if kind == "evidence" else ("reply_given", {"reply": ref, "files": [sha256]}))
        self._add(folder, self._title(), [(".jpg", sha256)], about=f"{kind}/{ref}", responsible="某单位")


def sealed(target: Path, chance: Random) -> Path:
    """Seal a volume by chance, under a checkpoint that our key signed."""
    volume = Volume(chance)
    paper = b"PK\x03\x04" + chance.randbytes(200)
    beside = accompanying(
        VolumeTold("监管回溯档案", "永久", "深查"), volume.items, INFO, chained(volume.past), open_file=volume.open
    )
    told = asdict(listing(volume.items, INFO, volume=paper, beside=beside))
    events = chained([*volume.past, ("package_listed", {"archive_number": INFO[ARCHIVE_NUMBER], **told})])
    last = merkle.ChainEnd(INFO[CASE_NUMBER], events[-1]["seq"], events[-1]["hash"])
    others = [merkle.ChainEnd(f"4207-2026-{at:04}", at, "ab" * 32) for at in range(2, chance.randint(3, 9))]
    ends = [last, *others]
    line: dict[str, Any] = {"format": CHECKPOINT_FORMAT, "number": 1, "root": merkle.root(ends)}
    line |= {"algorithm": "Ed25519", "key": PUBLIC}
    line["signature"] = KEY.sign(chain.canonical(line)).hex()
    shown = {"checkpoint": line, "index": 0, "leaves": len(ends), "path": list(merkle.inclusion(ends, 0).path)}
    sealing = {"volume": paper, "proof": shown, "beside": beside, "open_file": volume.open}
    return write_bag(target, volume.items, INFO, events, **sealing).path


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a package is written to disk for good, file by file, and that is slow."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(prefix="shencha-damages-", dir=memory) as folder:
        yield Path(folder)


def found(package: Path, key: str | None) -> list[str]:
    return [f"{fault.path}: {fault.code}" for fault in verify(package, None, key).faults]


def untouched(place: Path, count: int) -> None:
    for at in range(count):
        package = sealed(place / f"案卷{at}", Random(SEED + at))
        assert (found(package, PUBLIC), found(package, None), at) == ([], [], at)
        shutil.rmtree(package)


def damaged(place: Path, count: int) -> None:
    """Damage packages one after the other, each kind in turn; one package serves all kinds once."""
    seen: Counter[str] = Counter()
    package = place / "案卷"
    whole = place / "whole"
    for at in range(count):
        kind = damages.DAMAGES[at % len(damages.DAMAGES)]
        if at % len(damages.DAMAGES) == 0:
            shutil.rmtree(whole, ignore_errors=True)
            sealed(whole, Random(SEED + at))
        shutil.copytree(whole, package)
        kind(package, Random(SEED + at))
        assert found(package, PUBLIC), (kind.__name__, at)
        # By itself a package that somebody else has sealed whole agrees with itself: the forger forgot nothing.
        assert bool(found(package, None)) == (kind not in damages.OWN_SEAL), (kind.__name__, at)
        shutil.rmtree(package)
        seen[kind.__name__] += 1
    assert sum(seen.values()) == count
    assert len(seen) == len(damages.DAMAGES)


def test_no_untouched_package_is_suspected(place: Path) -> None:
    untouched(place, 60)


def test_every_damage_is_found_where_the_key_is_at_hand(place: Path) -> None:
    damaged(place, 60)


@pytest.mark.long
def test_none_of_a_thousand_untouched_packages_is_suspected(place: Path) -> None:
    untouched(place, 1000)


@pytest.mark.long
def test_each_of_a_thousand_damages_is_found_where_the_key_is_at_hand(place: Path) -> None:
    damaged(place, 1000)


def test_the_damages_are_made_without_anything_of_ours() -> None:
    source = ast.parse(Path(damages.__file__).read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(source) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(source) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= {*sys.stdlib_module_names, "cryptography"}
    assert len(damages.DAMAGES) >= 12
