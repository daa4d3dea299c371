"""Writes a sealed volume as a BagIt 1.0 package (RFC 8493): the same input gives the same bytes, all or nothing.

Not `bagit`: it packs a folder in place, and a killed run would leave half a package where the whole one belongs.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from documents.archive import verify
from documents.archive.catalogue import catalogue_json, faults_of, outline
from documents.archive.workplace import workplace
from models.kernel.errors import Conflict, Fault, Invalid
from models.kernel.record import event_chain as chain
from models.kernel.record.event_chain import JSON
from models.kernel.storage.files import BLOCK
from models.kernel.storage.place import synced
from models.papers.content import CatalogueItem, ExcusedGap
from models.papers.rules.package_places import PackageListing

ARCHIVE_NUMBER, CASE_NUMBER, DATE = verify.ARCHIVE_NUMBER, verify.CASE_NUMBER, verify.DATE
VOLUME_TWIN = verify.VOLUME_TWIN


@dataclass(frozen=True, slots=True)
class Bag:
    """A written package; `manifest_sha256` belongs into the event that seals it, `head` is its last event's hash."""

    path: Path
    items: int
    manifest_sha256: str
    head: str


def listing(
    items: Iterable[CatalogueItem],
    info: Mapping[str, str],
    *,
    volume: bytes,
    twin: bytes | None = None,
    beside: Mapping[str, bytes] | None = None,
    excused: Sequence[ExcusedGap] = (),
) -> PackageListing:
    """Return what the last event of a package says of it.

    Only the chain itself, the catalogue, which names its head, and the manifests, which weigh both, have no hash in it.
    `beside` are the pages and lists made for readers (`documents.archive.accompanying`), by path; `excused` is what was
    missing when the volume was closed.
    """
    kept = tuple(items)
    files = {file.path: file.sha256 for item in kept for file in item.files}
    files[verify.VOLUME] = hashlib.sha256(volume).hexdigest()
    if twin is not None:
        files[verify.VOLUME_TWIN] = hashlib.sha256(twin).hexdigest()
    files[verify.VERIFIER] = hashlib.sha256(_verifier()).hexdigest()
    files |= {name: hashlib.sha256(data).hexdigest() for name, data in (beside or {}).items()}
    return PackageListing(files, hashlib.sha256(outline(kept, info, excused)).hexdigest())


def write_bag(
    target: Path,
    items: Iterable[CatalogueItem],
    info: Mapping[str, str],
    events: Iterable[Mapping[str, JSON]],
    *,
    volume: bytes,
    twin: bytes | None = None,
    proof: Mapping[str, JSON] | None = None,
    stamp: bytes | None = None,
    beside: Mapping[str, bytes] | None = None,
    excused: Sequence[ExcusedGap] = (),
    open_file: Callable[[str], BinaryIO],
) -> Bag:
    """Write the package to `target`, or leave it as it stands there with exactly these bytes.

    `info` holds bag-info labels: at least `ARCHIVE_NUMBER`, `CASE_NUMBER` and `DATE` (ISO day); `events` are the
    case's, oldest first, with their hashes; `volume` is the paper volume as docx, `twin` as PDF/A where there is one;
    `proof` shows that the last event was under a checkpoint, `stamp` is the time stamp over that where it came in time
    (a package that stands there keeps the one it has, or gets it); `beside` and `excused` are what `listing` was given;
    `open_file` opens a file of the store by its SHA-256. Files are copied block by block and must have the hash (and
    size, if given) that their item states. Nothing appears under `target` before it is complete and on disk.

    Raises Invalid (bad info, items or paths, broken chain, a file that is not what was recorded) and Conflict
    (another package or anything else stands at `target`, or somebody is writing it right now).
    """
    kept = tuple(items)
    given = _checked_info(info)
    if faults := list(faults_of(kept)):
        raise Invalid("案卷目录有误，不能归档。", faults=faults, code="archive_items")
    lines, head = _event_lines(events, given[CASE_NUMBER])
    stated = given | {verify.CHAIN_HEAD: head, verify.EVENT_COUNT: str(lines.count(b"\n"))}
    with workplace(target) as place:
        tags = {} if proof is None else {verify.CHECKPOINT: chain.canonical(proof) + b"\n"}
        if stamp is not None:
            tags[verify.STAMP] = stamp
        own = _own(lines, volume, twin) | dict(beside or {})
        tags |= {name: own.pop(name) for name in list(own) if not name.startswith("data/")}
        manifest_sha256 = _fill(place, kept, stated, own, tags, open_file, excused)
        if not target.exists():
            place.rename(target)
            synced(target.parent)
        elif not _identical(place, target):
            raise Conflict(f"“{target.name}”已经存在且内容不同，请先核对，再换一个位置导出。", code="package_exists")
        elif stamp is not None and not (target / verify.STAMP).exists():
            _take_stamp(place, target)
    return Bag(target, len(kept), manifest_sha256, head)


def add_stamp(package: Path, stamp: bytes) -> None:
    """Put the time stamp of its checkpoint into a sealed package, in the place of one that is there.

    Nothing that was sealed changes: a time stamp is a tag file, which neither the payload manifest nor the chain names. A
    killed run leaves it unlisted, and doing it again mends that. Raises OSError where the package cannot be written to, and
    Conflict where somebody is writing it.
    """
    own = f"{hashlib.sha256(stamp).hexdigest()}  {verify.STAMP}\n".encode()
    lines = sorted([*_tags_but_stamp(package), own], key=lambda line: line[66:])
    with workplace(package) as place:
        (place / verify.STAMP).write_bytes(stamp)
        (place / verify.TAG_MANIFEST).write_bytes(b"".join(lines))
        _take_stamp(place, package)


def _take_stamp(place: Path, package: Path) -> None:
    for name in (verify.STAMP, verify.TAG_MANIFEST):
        synced(place / name)
        (place / name).replace(package / name)
    synced(package)


def _tags_but_stamp(package: Path) -> list[bytes]:
    lines = (package / verify.TAG_MANIFEST).read_bytes().splitlines(keepends=True)
    return [line for line in lines if not line.endswith(f"  {verify.STAMP}\n".encode())]


def _own(events: bytes, volume: bytes, twin: bytes | None) -> dict[str, bytes]:
    """Return what a package brings beside the files of its items, by path."""
    own = {verify.EVENTS: events, verify.VOLUME: volume, verify.VERIFIER: _verifier()}
    return own if twin is None else own | {verify.VOLUME_TWIN: twin}


def _fill(
    place: Path,
    items: tuple[CatalogueItem, ...],
    info: dict[str, str],
    own: dict[str, bytes],
    tags: dict[str, bytes],
    open_file: Callable[[str], BinaryIO],
    excused: Sequence[ExcusedGap],
) -> str:
    """Write all files of the package into the empty folder `place`; return the hash of its manifest."""
    sums: dict[str, str] = {}
    seconds: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def put(name: str, content: BinaryIO) -> None:
        sums[name], seconds[name], sizes[name] = _copied(content, place / name)

    for file in (file for item in items for file in item.files):
        with open_file(file.sha256) as content:
            put(file.path, content)
        if sums[file.path] != file.sha256 or file.size not in (None, sizes[file.path]):
            raise Invalid(f"“{Path(file.path).name}”的内容与登记的校验值或大小不符，不能归档。", code="file_altered")
    for name, data in own.items():
        put(name, io.BytesIO(data))
    put(verify.CATALOGUE, io.BytesIO(catalogue_json(items, info, sizes, excused)))
    manifest, tags = _manifest(sums), {**tags, verify.SM3_MANIFEST: _manifest(seconds)}
    oxum = f"{sum(sizes.values())}.{len(sizes)}"
    put("bag-info.txt", io.BytesIO(verify.info_bytes(info, oxum)))
    put("bagit.txt", io.BytesIO(verify.BAGIT))
    put(verify.MANIFEST, io.BytesIO(manifest))
    for name, data in tags.items():
        put(name, io.BytesIO(data))
    put(verify.TAG_MANIFEST, io.BytesIO(_manifest({name: sums[name] for name in (*verify.TAGS, *tags)})))
    # All at the end: the first wait takes most of the others' with it.
    for path in (*place.rglob("*"), place):
        synced(path)
    return sums[verify.MANIFEST]


def _verifier() -> bytes:
    return Path(verify.__file__).read_bytes()


def _copied(content: BinaryIO, to: Path) -> tuple[str, str, int]:
    """Copy block by block; return SHA-256, SM3 and size."""
    digest, second = hashlib.sha256(), verify.sm3()
    size = 0
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("xb") as out:
        while block := content.read(BLOCK):
            digest.update(block)
            second.update(block)
            size += len(block)
            out.write(block)
    return digest.hexdigest(), second.hexdigest(), size


def _manifest(sums: Mapping[str, str]) -> bytes:
    lines = sorted((verify.encoded(name).encode("utf-8"), digest) for name, digest in sums.items())
    return b"".join(digest.encode("ascii") + b"  " + name + b"\n" for name, digest in lines)


def _identical(written: Path, standing: Path) -> bool:
    """A sound package is fixed, byte for byte, by its tag manifest; an unsound one is identical to nothing.

    A time stamp makes no other package: each that is asked for is another, and it may come later.
    """
    return verify.verify(standing).ok and _tags_but_stamp(written) == _tags_but_stamp(standing)


def _event_lines(events: Iterable[Mapping[str, JSON]], case_number: str) -> tuple[bytes, str]:
    """Return the events as JSON Lines and the last one's hash; a broken chain is not archived."""
    kept = list(events)
    checked = chain.verify(kept)
    faults = [*checked.faults]
    if not kept:
        faults.append(Fault("events", "没有任何事件", "chain_empty"))
    elif kept[0].get("case_number") != case_number:
        faults.append(Fault("events", "案件编号与案卷信息不同", "chain_case"))
    if faults:
        raise Invalid("事件记录不完整，不能归档。", faults=faults, code="chain_broken")
    previous = chain.GENESIS
    lines = []
    for event in kept:
        covered: dict[str, JSON] = {name: event[name] for name in chain.FIELDS}
        covered |= {"prev_hash": previous, "hash": event["hash"]}
        lines.append(chain.canonical(covered) + b"\n")
        previous = str(event["hash"])
    return b"".join(lines), checked.head


def _checked_info(info: Mapping[str, str]) -> dict[str, str]:
    computed = (verify.CHAIN_HEAD, verify.EVENT_COUNT)
    faults = [
        Fault(label, "缺少此项", "info_missing") for label in (ARCHIVE_NUMBER, CASE_NUMBER, DATE) if label not in info
    ]
    faults += [
        Fault(label, "应为一行不空的文字，且不由系统计算", "info_value")
        for label, value in info.items()
        if label in computed or not verify.plain_info((label, value))
    ]
    if not faults and not _is_day(info[DATE]):
        faults.append(Fault(DATE, "应为 2026-03-05 形式的日期", "info_date"))
    if faults:
        raise Invalid("案卷信息有误，不能归档。", faults=faults, code="archive_info")
    return dict(info)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
