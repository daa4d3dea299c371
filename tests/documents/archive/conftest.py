"""A small volume with every kind of item, and ways to forge it."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from documents.archive.bag import ARCHIVE_NUMBER, CASE_NUMBER, DATE, Bag, listing, write_bag
from documents.archive.verify import sm3
from models.kernel.record.event_chain import GENESIS, canonical, link
from models.papers.content import ArchivedFile, CatalogueItem
from models.papers.rules.package_places import LISTING, PackageFolder, package_place

INFO = {
    ARCHIVE_NUMBER: "X001-2026-Y-JJ-0001",
    CASE_NUMBER: "4207-2026-0001",
    DATE: "2026-09-01",
    "Source-Organization": "某市公安局交通警察支队",
}


CONTENTS = {
    hashlib.sha256(content).hexdigest(): content
    for content in (b"PK report", b"%PDF report", b"\xff\xd8 picture", b"", b"plan")
}


def open_file(sha256: str) -> BinaryIO:
    """Stand in for the store."""
    return io.BytesIO(CONTENTS[sha256])


def file_of(content: bytes, path: str) -> ArchivedFile:
    return ArchivedFile(path=path, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def volume_items() -> tuple[CatalogueItem, ...]:
    title, number = "关于“3·5”较大道路交通事故的调查分析报告", "某公交调〔2026〕12号"

    def report(part: int, suffix: str) -> str:
        return package_place(PackageFolder.DOCUMENTS, 1, title, suffix, number=number, part=part)

    picture = package_place(PackageFolder.EVIDENCE, 2, "限速标志/超载30%照片", ".JPG")
    empty = package_place(PackageFolder.EVIDENCE, 3, "con", ".txt")
    plan = package_place(PackageFolder.REPLIES, 4, "整改方案", ".pdf")
    return (
        CatalogueItem(
            sequence=1,
            responsible="某市公安局交通警察支队",
            number=number,
            title=title,
            dated=date(2026, 4, 2),
            pages=12,
            files=(file_of(b"PK report", report(1, ".docx")), file_of(b"%PDF report", report(2, ".pdf"))),
        ),
        CatalogueItem(sequence=2, title="限速标志/超载30%照片", files=(file_of(b"\xff\xd8 picture", picture),)),
        CatalogueItem(sequence=3, title="con", files=(file_of(b"", empty),)),
        CatalogueItem(sequence=4, title="整改方案", responsible="某市公路管理局", files=(file_of(b"plan", plan),)),
        CatalogueItem(sequence=5, title="另存文书", remark="原件存机要室"),
    )


def chained(happened: Iterable[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Link events of one case, each given by its kind and data."""
    events: list[dict[str, Any]] = []
    previous = GENESIS
    for seq, (kind, data) in enumerate(happened, 1):
        event: dict[str, Any] = {
            "case_number": INFO[CASE_NUMBER],
            "seq": seq,
            "kind": kind,
            "happened_at": "2026-08-01T09:00:00+08:00",
            "recorded_at": "2026-08-01T09:30:00+08:00",
            "actor": "officer",
            "actor_name": "张某",
            "why": "现场复查合格",
            "data": data,
        }
        event["hash"] = link(previous, event)
        previous = event["hash"]
        events.append(event)
    return events


CLOSED = ("measure_closed", {"before": {"state": "待复查"}, "after": {"state": "办结"}})
ARCHIVED = ("case_archived", {"archive_number": INFO[ARCHIVE_NUMBER], "listing": LISTING})


def linked(volume: bytes = b"PK volume") -> list[dict[str, Any]]:
    """Events of the small volume: two of the case, its closing, and the list of what its package holds."""
    listed = {"archive_number": INFO[ARCHIVE_NUMBER], **asdict(listing(volume_items(), INFO, volume=volume))}
    return chained([CLOSED, CLOSED, ARCHIVED, ("package_listed", listed)])


TAGS = "tagmanifest-sha256.txt"


def hashed(kind: str, content: bytes) -> str:
    """Return a hash in hex digits."""
    digest = hashlib.sha256() if kind == "sha256" else sm3()
    digest.update(content)
    return digest.hexdigest()


@dataclass(frozen=True)
class Forger:
    """Changes a package and makes it consistent again as far as someone without the original could."""

    path: Path

    def lines(self, name: str) -> list[bytes]:
        return (self.path / name).read_bytes().splitlines(keepends=True)

    def edit(self, name: str, change: Callable[[bytes], bytes]) -> None:
        file = self.path / name
        file.write_bytes(change(file.read_bytes()))

    def remanifest(self) -> None:
        """Recompute both manifests over whatever lies there."""
        payload = [p for p in (self.path / "data").rglob("*") if p.is_file()]
        for manifest, kind in (("manifest-sm3.txt", "sm3"), ("manifest-sha256.txt", "sha256"), (TAGS, "sha256")):
            tags = (p for p in self.path.iterdir() if p.is_file() and not p.name.startswith("tag"))
            entries = {
                p.relative_to(self.path).as_posix().replace("%", "%25").encode(): hashed(kind, p.read_bytes())
                for p in (tags if manifest == TAGS else payload)
            }
            text = b"".join(entries[name].encode() + b"  " + name + b"\n" for name in sorted(entries))
            (self.path / manifest).write_bytes(text)

    def rewrite_catalogue(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Change the catalogue and carry its statements into bag-info, weights included."""
        said = json.loads((self.path / "data/catalogue.json").read_bytes())
        change(said)
        (self.path / "data/catalogue.json").write_bytes(canonical(said) + b"\n")
        payload = [p for p in (self.path / "data").rglob("*") if p.is_file()]
        oxum = f"{sum(p.stat().st_size for p in payload)}.{len(payload)}"
        pairs = sorted([*said["info"].items(), ("Payload-Oxum", oxum)])
        (self.path / "bag-info.txt").write_text("".join(f"{k}: {v}\n" for k, v in pairs), encoding="utf-8")

    def rewrite_events(self, events: list[dict[str, Any]]) -> None:
        (self.path / "data/events.jsonl").write_bytes(b"".join(canonical(event) + b"\n" for event in events))

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines("data/events.jsonl")]


@pytest.fixture
def events() -> list[dict[str, Any]]:
    return linked()


@pytest.fixture
def items() -> tuple[CatalogueItem, ...]:
    return volume_items()


@pytest.fixture
def info() -> dict[str, str]:
    return dict(INFO)


@pytest.fixture
def bag(tmp_path: Path) -> Bag:
    return write_bag(tmp_path / "案卷", volume_items(), INFO, linked(), volume=b"PK volume", open_file=open_file)


@pytest.fixture
def forger(bag: Bag) -> Forger:
    return Forger(bag.path)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package to copy or to read, never to change."""
    target = tmp_path_factory.mktemp("sound") / "案卷"
    return write_bag(target, volume_items(), INFO, linked(b"PK"), volume=b"PK", open_file=open_file).path
