"""电子案卷校验：python verify.py [目录] [--english] [--json] [--manifest 校验值] [--key 公钥]。只用标准库，可单独运行。

Ends with 0 when the package is whole, 1 when it is not, 2 when it was asked wrongly; `--english` speaks English.

Checks an archive package beyond BagIt 1.0 (RFC 8493): every byte of every file, nothing unlisted, one spelling of
everything, the catalogue, the chain of events, each file against the hash that its event in the chain carries, and the
chain's end against the signed checkpoint in the package. Who changes a file and rebuilds catalogue and manifests is found
by the chain. Who builds the whole chain anew, too, cannot sign a checkpoint over it: `--key` says whose signature it must
be. Without the key it is found only against what was recorded when the package was sealed (`--manifest`, or
`shencha archive verify` beside the database). Run a verifier kept elsewhere where that matters: the copy in a package
could have been exchanged too.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import stat
import sys
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
TAGS = ("bag-info.txt", "bagit.txt", MANIFEST)
# How the chain's end leads to a signed checkpoint; packages of earlier versions have none.
CHECKPOINT = "checkpoint.json"
# The payload's second hash, and the page to begin with; packages of earlier versions have none.
SM3_MANIFEST, INDEX = "manifest-sm3.txt", "index.html"
# What a service outside answered to who asked it to stamp the checkpoint (RFC 3161); it may come after the sealing.
STAMP = "checkpoint.tsr"
LATER_TAGS = (CHECKPOINT, SM3_MANIFEST, INDEX, STAMP)
CHECKPOINT_FORMAT, PROOF = "shencha-checkpoint/1", {"checkpoint", "index", "leaves", "path"}
CATALOGUE, EVENTS = "data/catalogue.json", "data/events.jsonl"
VERIFIER, VOLUME = "data/verify.py", "data/volume.docx"
OWN = (CATALOGUE, EVENTS, VERIFIER, VOLUME)
VOLUME_TWIN = "data/volume.pdf"  # the volume as PDF/A, where one could be made; packages of earlier versions have none
# The catalogue for other systems, its schema, and what was looked at when the package was sealed (四性检测).
CATALOGUE_XML, SCHEMA, INSPECTION = "data/catalogue.xml", "data/catalogue.xsd", "data/inspection.json"
ACCOMPANYING = (CATALOGUE_XML, SCHEMA, INSPECTION, INDEX)
UNCATALOGUED = (*OWN, VOLUME_TWIN, CATALOGUE_XML, SCHEMA, INSPECTION)
FOLDERS = ("documents", "evidence", "replies")
FORMAT = "shencha-archive/1"
ARCHIVE_NUMBER, CASE_NUMBER, DATE = "External-Identifier", "Internal-Sender-Identifier", "Bagging-Date"
CHAIN_HEAD, EVENT_COUNT, OXUM = "Chain-Head", "Event-Count", "Payload-Oxum"
GENESIS = "0" * 64
FIELDS = ("case_number", "seq", "kind", "happened_at", "recorded_at", "actor", "actor_name", "why", "data")
EVENT = {*FIELDS, "prev_hash", "hash"}
INFO = (ARCHIVE_NUMBER, CASE_NUMBER, DATE, CHAIN_HEAD, EVENT_COUNT)
ENTRY = {"sequence", "responsible", "number", "title", "dated", "pages", "remark", "files"}
FILE = {"path", "sha256", "size"}
# The event that closes a volume or takes up a supplement says whether the list of the package's files follows it. Only
# packages of earlier versions have no list: their files are checked against the events of the case alone.
ARCHIVED, SUPPLEMENTED, LISTED, LISTING = "case_archived", "archive_supplemented", "package_listed", "shencha-listing/1"
EXCUSED = "gaps_excused"
UNCHECKED = "无法由事件链核对（由早期版本封装）"

_LINE = re.compile(rb"([0-9a-f]{64})  ([^\r\n]+)")
_LABEL = re.compile(r"[A-Z][A-Za-z0-9-]*")
_UNPRINTED = ("Cc", "Cf", "Cs", "Zl", "Zp")
_HASH = re.compile(r"[0-9a-f]{64}")
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something found wrong: the file, or file and line; what is wrong; and its code."""

    path: str
    message: str
    code: str


@dataclass(frozen=True, slots=True)
class Compared:
    """What a package was held against: its own chain of events, what was recorded at its sealing, the checkpoint in it,
    and the key that must have signed that."""

    events: bool
    sealing: bool
    checkpoint: bool = False
    key: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """What a package states of itself."""

    archive_number: str
    chain_head: str
    event_count: str
    items: int

    def as_json(self) -> dict[str, object]:
        """Return it under the labels of bag-info.txt."""
        told = {ARCHIVE_NUMBER: self.archive_number, CHAIN_HEAD: self.chain_head, EVENT_COUNT: self.event_count}
        return {**told, "items": self.items}


@dataclass(frozen=True, slots=True)
class Result:
    """What was found of a package.

    `remarks` name what the chain of a package of an earlier version cannot prove. `says` is None where the catalogue
    cannot be read.
    """

    faults: list[Fault]
    remarks: list[Fault]
    manifest_sha256: str | None
    compared: Compared
    says: Statement | None

    @property
    def ok(self) -> bool:
        """Return whether the package is whole."""
        return not self.faults

    def as_json(self) -> dict[str, object]:
        """Return it as published."""
        return {
            "ok": self.ok,
            "faults": [asdict(fault) for fault in self.faults],
            "remarks": [asdict(remark) for remark in self.remarks],
            "manifest_sha256": self.manifest_sha256,
            "compared": asdict(self.compared),
            "says": None if self.says is None else self.says.as_json(),
        }


class Event(NamedTuple):
    """An event as the record has it; `data` is empty where it is no object, which its hash makes a fault."""

    kind: str
    data: dict[str, object]

    def text(self, name: str) -> str | None:
        """Return a text of its data."""
        value = self.data.get(name)
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Placed:
    """A file of the catalogue: its place, hash, what it belongs to by the words of its item, and its item's number."""

    place: str
    sha256: str
    owner: tuple[str, str] | None
    number: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The catalogue as it was read; of `items` not each need be well-formed."""

    info: dict[str, str]
    items: list[object]
    excused: object = None

    def statement(self) -> Statement:
        """Return what the package states of itself."""
        return Statement(self.info[ARCHIVE_NUMBER], self.info[CHAIN_HEAD], self.info[EVENT_COUNT], len(self.items))

    def files(self) -> list[Placed]:
        """Return every catalogued file. What is malformed is reported elsewhere."""
        found = []
        for item in self.items:
            if not isinstance(item, dict) or not isinstance(item.get("files"), list):
                continue
            for file in item["files"]:
                if isinstance(file, dict) and isinstance(file.get("path"), str) and isinstance(file.get("sha256"), str):
                    owner = _owner(file["path"], item.get("title"), item.get("about"))
                    found.append(Placed(file["path"], file["sha256"], owner, str(item.get("number"))))
        return found


class Faults(list[Fault]):
    """Everything found wrong, in the order met."""

    def add(self, path: str, message: str, code: str) -> None:
        # A name that is not UTF-8 must still be printable.
        shown = path.encode("utf-8", "backslashreplace").decode("utf-8")
        self.append(Fault(shown, message, code))


def canonical(value: object) -> bytes:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8, no NaN."""
    return _SPELL(value).encode("utf-8")


# Made once: a package has up to a million events. What was parsed holds no circle.
_SPELL = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
).encode
_READ = json.JSONDecoder().raw_decode


def link(prev_hash: object, event: dict[str, object]) -> str:
    """The hash of an event after `prev_hash`; equals `models.kernel.record.event_chain.link`."""
    covered = {name: event[name] for name in FIELDS}
    covered["prev_hash"] = prev_hash
    return hashlib.sha256(canonical(covered)).hexdigest()


def encoded(path: str) -> str:
    """A path as a manifest spells it (RFC 8493, 2.1.3)."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def info_bytes(info: dict[str, str], oxum: str) -> bytes:
    """The only bag-info.txt that belongs to what the catalogue says and the payload weighs."""
    pairs = sorted([*info.items(), (OXUM, oxum)])
    return "".join(f"{label}: {value}\n" for label, value in pairs).encode("utf-8")


def plain_info(pair: tuple[str, object]) -> bool:
    """Whether a label and its value fit on one unfolded line of bag-info.txt, and are not computed there."""
    label, value = pair
    if not isinstance(value, str) or not value or value != value.strip() or label == OXUM:
        return False
    return _LABEL.fullmatch(label) is not None and not any(unicodedata.category(c) in _UNPRINTED for c in value)


def verify(path: str | os.PathLike[str], expect_manifest: str | None = None, expect_key: str | None = None) -> Result:
    """Return what is found of the package in a folder; bad input is a fault, never an error.

    `expect_manifest` is the SHA-256 of manifest-sha256.txt as recorded when the package was sealed; `expect_key` the
    public key (Ed25519, 64 hex digits, or SM2, 130) that must have signed the checkpoint.
    """
    root, faults, remarks = Path(path), Faults(), Faults()
    recorded = expect_manifest is not None
    if not root.is_dir():
        faults.add("", "不是文件夹，或者不存在", "not_a_package")
        return Result(faults, remarks, None, Compared(events=False, sealing=recorded), None)
    files = _walk(root, faults)
    twice = SM3_MANIFEST in files
    both = {name: _sums(root / name, name, twice and name.startswith("data/"), faults) for name in files}
    sums = {name: one for name, (one, _) in both.items()}
    payload = {name for name in files if name.startswith("data/")}

    if _read(root, "bagit.txt", files, faults) not in (BAGIT, None):
        faults.add("bagit.txt", "内容与规定的两行不完全一致", "declaration")
    tags = _manifest(root, TAG_MANIFEST, files, faults)
    _compare(TAG_MANIFEST, tags, {name: sums[name] for name in files if name in (*TAGS, *LATER_TAGS)}, faults)
    for name in TAGS:
        if name not in files and name not in tags:
            faults.add(name, "缺少此文件", "missing")
    for name in sorted(set(files) - payload - {*TAGS, *LATER_TAGS, TAG_MANIFEST}):
        faults.add(name, "清单以外的文件", "unlisted")
    listed = _manifest(root, MANIFEST, files, faults)
    _compare(MANIFEST, listed, {name: sums[name] for name in payload}, faults)
    if twice:
        second = _manifest(root, SM3_MANIFEST, files, faults)
        _compare(SM3_MANIFEST, second, {name: both[name][1] for name in payload}, faults)
    for name in sorted({*listed, *payload}):
        _check_place(name, faults)
    for name in OWN:
        if name not in payload and name not in listed:
            faults.add(name, "缺少此文件", "missing")

    said = _check_catalogue(_read(root, CATALOGUE, files, faults), {n: (sums[n], files[n]) for n in payload}, faults)
    info = None if said is None else said.info
    told = _check_events(_read(root, EVENTS, files, faults), info, faults)
    if said is not None and told.last is not None:
        spoken = {name: sums[name] for name in files if name in payload or name == INDEX}
        if _check_record(said, told, told.last, spoken, faults, remarks) and SM3_MANIFEST not in files:
            faults.add(SM3_MANIFEST, "缺少此文件", "missing")
    oxum = f"{sum(files[name] for name in payload)}.{len(payload)}"
    stated = _read(root, "bag-info.txt", files, faults)
    if stated is not None and info is not None and stated != info_bytes(info, oxum):
        faults.add("bag-info.txt", f"与目录所载信息或实际内容（Payload-Oxum: {oxum}）不符", "info")
    if expect_manifest is not None and sums.get(MANIFEST) != expect_manifest:
        faults.add(MANIFEST, "与封卷时记录的校验值不符", "sealed_manifest")
    proof = _read(root, CHECKPOINT, files, faults)
    proved = _check_checkpoint(proof, info, expect_key, faults)
    _check_stamp(_read(root, STAMP, files, faults), proof, faults, remarks)
    compared = Compared(said is not None and told.last is not None, recorded, proved, proved and expect_key is not None)
    return Result(faults, remarks, sums.get(MANIFEST), compared, None if said is None else said.statement())


def _walk(root: Path, faults: Faults) -> dict[str, int]:
    """Return relative path → size of every regular file; anything else below `root` is a fault."""
    found: dict[str, int] = {}
    spelled: dict[str, str] = {}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(root / folder) as entries:
                children = sorted((entry.name, entry.stat(follow_symlinks=False)) for entry in entries)
        except OSError:
            faults.add(folder, "不能读取，请检查权限和存储介质", "unreadable")
            continue
        if not children:
            faults.add(folder, "空文件夹", "empty_folder")
        for component, facts in children:
            name = folder + component
            _check_name(name, component, spelled, faults)
            if stat.S_ISDIR(facts.st_mode):
                waiting.append(name + "/")
            elif stat.S_ISREG(facts.st_mode):
                found[name] = facts.st_size
            else:
                faults.add(name, "符号链接或特殊文件", "special_file")
    return found


def _check_name(path: str, component: str, spelled: dict[str, str], faults: Faults) -> None:
    """Refuse what another system would spell differently, hide, or take for another file."""
    twin = spelled.setdefault(unicodedata.normalize("NFC", path.casefold()), path)
    if twin != path:
        faults.add(path, f"与“{twin}”只差大小写或字符写法", "collision")
    strange = any(unicodedata.category(c) in _UNPRINTED or c in '<>:"\\|?*' for c in component)
    if strange or component != unicodedata.normalize("NFC", component):
        faults.add(path, "文件名含有不允许的字符", "name")
    elif component[0] in " .-~" or component[-1] in " ." or _RESERVED.fullmatch(component):
        faults.add(path, "文件名在有的系统上不可用", "name")


def _check_place(name: str, faults: Faults) -> None:
    parts = name.split("/")
    if name not in UNCATALOGUED and not (len(parts) == 3 and parts[0] == "data" and parts[1] in FOLDERS and parts[2]):
        faults.add(name, "不在案卷规定的位置", "place")


def _sums(path: Path, name: str, twice: bool, faults: Faults) -> tuple[str, str]:
    """Return a file's SHA-256 and, where asked for both, its SM3; read once, block by block."""
    digest, second = hashlib.sha256(), sm3()
    try:
        with path.open("rb") as stream:
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
                if twice:
                    second.update(block)
    except OSError:
        faults.add(name, "不能读取，请检查权限和存储介质", "unreadable")
        return "", ""
    return digest.hexdigest(), second.hexdigest()


def _read(root: Path, name: str, files: dict[str, int], faults: Faults) -> bytes | None:
    """Return a tag file's bytes; None where it is missing, which is reported elsewhere."""
    if name not in files:
        return None
    try:
        return (root / name).read_bytes()
    except OSError:
        faults.add(name, "不能读取，请检查权限和存储介质", "unreadable")
        return None


def _manifest(root: Path, name: str, files: dict[str, int], faults: Faults) -> dict[str, str]:
    """Read `hash, two spaces, path, LF` lines in strictly rising byte order: there is one spelling of a manifest."""
    raw = _read(root, name, files, faults)
    if not raw or not raw.endswith(b"\n"):
        faults.add(name, "清单缺失、为空或没有结束行", "manifest")
        return {}
    listed: dict[str, str] = {}
    last = b""
    for number, line in enumerate(raw[:-1].split(b"\n"), start=1):
        match = _LINE.fullmatch(line)
        path = _decoded(match.group(2)) if match else None
        if match is None or path is None:
            faults.add(f"{name}:{number}", "不是“校验值、两个空格、路径”的规定格式", "manifest_line")
            continue
        if path.startswith("/") or ".." in path.split("/") or "\\" in path or re.match("[A-Za-z]:", path):
            faults.add(f"{name}:{number}", f"路径“{path}”指向包外", "traversal")
        if path in listed:
            faults.add(f"{name}:{number}", f"路径“{path}”重复", "duplicate")
        elif match.group(2) <= last:
            faults.add(f"{name}:{number}", "各行没有按路径排序", "manifest_order")
        last = match.group(2)
        listed[path] = match.group(1).decode("ascii")
    return listed


def _decoded(raw: bytes) -> str | None:
    """Return the path that a manifest spells, None unless it is the one right spelling."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    path = text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return path if encoded(path) == text else None


def _compare(manifest: str, listed: dict[str, str], actual: dict[str, str], faults: Faults) -> None:
    for name in sorted({*listed, *actual}):
        if name not in actual:
            faults.add(name, f"列在 {manifest} 中，但文件不存在", "missing")
        elif name not in listed:
            faults.add(name, f"没有列入 {manifest}", "unlisted")
        elif listed[name] != actual[name]:
            faults.add(name, "内容与清单中的校验值不符", "altered")


def _parsed(raw: bytes) -> dict[str, object] | None:
    """Return the JSON object that `raw` spells canonically, else None. A repeated key has no canonical spelling."""
    try:
        value, _ = _READ(raw.decode("utf-8"))  # what stands behind it is not spelled by the value
        return value if isinstance(value, dict) and canonical(value) == raw else None
    except (ValueError, RecursionError):
        return None


def _linked(line: bytes, event: dict[str, object]) -> str:
    """The same as `link`, of an event in its one spelling: what the hash covers is that line without the hash itself."""
    own = b',"hash":"%b","kind":' % str(event["hash"]).encode("utf-8", "replace")
    before, _, after = line.partition(own)
    if not after or own in after:  # no hash, or data that look like one
        return link(event["prev_hash"], event)
    return hashlib.sha256(before + b',"kind":' + after).hexdigest()


def _same(value: object, number: int) -> bool:
    """Whether a JSON value is this very integer; Python holds true and 1.0 to equal 1."""
    return type(value) is int and value == number


def _check_catalogue(raw: bytes | None, payload: dict[str, tuple[str, int]], faults: Faults) -> Catalogue | None:
    """Check that the catalogue and the files agree one to one; return what it says."""
    if raw is None:
        return None
    said = _parsed(raw[:-1]) if raw.endswith(b"\n") else None
    if said is None or set(said) - {"excused"} != {"format", "info", "items"} or said["format"] != FORMAT:
        faults.add(CATALOGUE, f"不是 {FORMAT} 的规范 JSON", "catalogue")
        return None
    info, items = said["info"], said["items"]
    if not isinstance(info, dict) or not set(INFO) <= set(info) or not all(map(plain_info, info.items())):
        faults.add(CATALOGUE, "案卷信息缺项或写法不对", "catalogue_info")
        return None
    named: set[str] = set()
    for number, item in enumerate(items if isinstance(items, list) else [None], start=1):
        if not isinstance(item, dict) or set(item) - {"about"} != ENTRY or not _same(item["sequence"], number):
            faults.add(CATALOGUE, f"第 {number} 项缺少字段或序号不连续", "catalogue_item")
            continue
        for file in item["files"] if isinstance(item["files"], list) else [None]:
            if not isinstance(file, dict) or set(file) != FILE or not isinstance(file["path"], str):
                faults.add(CATALOGUE, f"第 {number} 项的文件缺少字段", "catalogue_item")
                continue
            place = file["path"]
            if place in named:
                faults.add(place, "在目录中重复出现", "catalogue_duplicate")
            elif place not in payload or place in UNCATALOGUED:
                faults.add(place, "目录中的文件不存在", "catalogue_missing")
            elif file["sha256"] != payload[place][0] or not _same(file["size"], payload[place][1]):
                faults.add(place, "内容与目录中的校验值或大小不符", "catalogue_altered")
            named.add(place)
    for place in sorted(set(payload) - named - set(UNCATALOGUED)):
        faults.add(place, "没有列入目录", "catalogue_unlisted")
    return Catalogue(info, items if isinstance(items, list) else [], said.get("excused"))


def _check_events(raw: bytes | None, info: dict[str, str] | None, faults: Faults) -> _Told:
    """Check the chain event by event, and that it ends where the catalogue says; return what it tells."""
    told = _Told(None if info is None else info[ARCHIVE_NUMBER])
    if raw is None:
        return told
    if not raw.endswith(b"\n"):
        faults.add(EVENTS, "事件记录为空或最后一行不完整", "events")
    case = None if info is None else info[CASE_NUMBER]
    head: object = GENESIS
    number = 0
    for ended in io.BytesIO(raw):  # no event is kept: a million of them would be most of what this program holds
        if not ended.endswith(b"\n"):
            break
        number += 1
        line = ended[:-1]
        event = _parsed(line)
        if event is None or event.keys() != EVENT:
            faults.add(f"{EVENTS}:{number}", "不是规范 JSON 或字段不全", "event_line")
            head = None
            continue
        if not _same(event["seq"], number):
            faults.add(f"{EVENTS}:{number}", f"序号是 {event['seq']}，应为 {number}", "event_seq")
        if event["prev_hash"] != head:
            faults.add(f"{EVENTS}:{number}", "与前一条事件的哈希不衔接", "event_link")
        if event["hash"] != _linked(line, event):
            faults.add(f"{EVENTS}:{number}", "内容与其哈希不符", "event_hash")
        if case is not None and event["case_number"] != case:
            faults.add(f"{EVENTS}:{number}", "案件编号与案卷不同", "event_case")
        head = event["hash"]
        data = event["data"]
        told.hear(Event(str(event["kind"]), data if isinstance(data, dict) else {}))
    if info is not None and info[CHAIN_HEAD] != head:
        faults.add(EVENTS, "最后一条事件不是案卷所载的链尾", "chain_head")
    if info is not None and info[EVENT_COUNT] != str(number):
        faults.add(EVENTS, "事件条数与案卷所载不符", "event_count")
    return told


def outline(said: Catalogue) -> bytes:
    """What the last event hashes of a catalogue: all but the chain's own head and length, and the weights of files."""
    info = {label: value for label, value in said.info.items() if label not in (CHAIN_HEAD, EVENT_COUNT)}
    items: list[object] = []
    for item in said.items:
        files = item.get("files") if isinstance(item, dict) else None
        kept = [{**file, "size": None} for file in files if isinstance(file, dict)] if isinstance(files, list) else []
        for file in kept:
            del file["size"]
        items.append({**item, "files": kept} if isinstance(item, dict) else item)
    told = {"info": info, "items": items}
    return canonical(told if said.excused is None else {**told, "excused": said.excused})


def _check_record(
    said: Catalogue, told: _Told, last: Event, sums: dict[str, str], faults: Faults, remarks: Faults
) -> bool:
    """Check every file against the hash that its event carries: the list at the chain's end, and the event it came by.

    Returns whether the package must have a second manifest: its list names the page that came with it.
    """
    number, opened = said.info[ARCHIVE_NUMBER], told.opened
    if opened is None:
        faults.add(EVENTS, f"事件链没有档号“{number}”的归档记载", "event_unsealed")
        return False
    listed = last.kind == LISTED and last.text("archive_number") == number
    if listed:
        _check_list(said, last, sums, faults)
    elif "listing" in opened.data or last is not opened:
        faults.add(EVENTS, "事件链缺少末尾列明档案包文件的一条", "event_unlisted_package")
    else:
        for name in (VERIFIER, VOLUME):
            if name in sums:
                remarks.add(name, UNCHECKED, "event_silent")
        for name in (VOLUME_TWIN, *ACCOMPANYING):
            if name in sums:
                faults.add(name, "事件链没有记载此文件", "event_unlisted")
    if opened.kind == SUPPLEMENTED:
        _check_supplement(opened, said, faults)
    else:
        _check_origins(told, said, listed, faults, remarks)
    files = last.data.get("files") if listed else None
    return isinstance(files, dict) and INDEX in files


def _check_list(said: Catalogue, told: Event, sums: dict[str, str], faults: Faults) -> None:
    """The last event lists the package: no file more, none less, each with its hash, and the catalogue as it is."""
    stated = told.data.get("files")
    files: dict[str, object] = stated if isinstance(stated, dict) else {}
    for name in sorted({*files, *sums} - {CATALOGUE, EVENTS}):
        if name not in sums:
            faults.add(name, "事件链记载了此文件，包内没有", "event_missing")
        elif name not in files:
            faults.add(name, "事件链没有记载此文件", "event_unlisted")
        elif files[name] != sums[name]:
            faults.add(name, "内容与事件链记载的校验值不符", "event_altered")
    if told.text("catalogue_sha256") != hashlib.sha256(outline(said)).hexdigest():
        faults.add(CATALOGUE, "目录与事件链记载的校验值不符", "event_catalogue")


def _check_supplement(told: Event, said: Catalogue, faults: Faults) -> None:
    for file in said.files():
        if file.sha256 != told.text("sha256"):
            faults.add(file.place, "内容与补充归档事件记载的校验值不符", "event_altered")


def _owner(place: str, title: object, about: object) -> tuple[str, str] | None:
    """Return what a file belongs to, as the events name it: said by its item, or in earlier versions by the item's title.

    Of a paper its number tells.
    """
    if isinstance(about, str):
        kind, _, ref = about.partition("/")
        return (kind, ref) if kind in _SPOKEN else None
    said = title if isinstance(title, str) else ""
    matches = (
        (kind, pattern.fullmatch(said)) for folder, pattern, kind in _TITLES if place.startswith(f"data/{folder}/")
    )
    return next(((kind, match.group(1)) for kind, match in matches if match is not None), None)


_TITLES = (
    ("evidence", re.compile(r"证据(.+?)：.*", re.DOTALL), "evidence"),
    ("replies", re.compile(r"措施.*（([^（）]+)）", re.DOTALL), "reply"),
    ("replies", re.compile(r"措施(.+)现场复查照片", re.DOTALL), "measure"),
)
_OWNERS = ("reply", "evidence", "paper", "measure")
_HASHES = ("sha256", "scan", "proof", "photo", "receipt")
# Findings, measures, papers and replies that came from another case keep their first events there.
_JOINED = ("case_absorbed", "case_split_off")
_FOREIGN_PAPERS = ("paper_taken_over", "measure_merged")
_CLOSING = (ARCHIVED, SUPPLEMENTED)
_TELLING = frozenset({*_OWNERS, "renamed", "home", "lost"})
"""Without any of these the data of an event tell nothing of files."""


class _Told:
    """What the events of a case tell of files: whose each hash is, what must lie in a volume, what began elsewhere."""

    def __init__(self, number: str | None) -> None:
        self.number = number
        """档号 of the package, which the event that closed it says."""
        self.opened: Event | None = None
        """The last event that closed the package; what had to be in it then is `closed`."""
        self.last: Event | None = None
        self.closed: dict[tuple[str, str], set[str]] = {}
        self.known: dict[tuple[str, str], set[str]] = {}
        self.needed: dict[tuple[str, str], set[str]] = {}
        self.forms: dict[tuple[str, str], dict[str, str]] = {}
        self.numbers: dict[str, set[str]] = {}
        self.foreign: set[str] = set()
        self.foreign_papers = False
        self.signed: set[tuple[str, str]] = set()
        self.lost: set[str] = set()

    def hear(self, event: Event) -> None:
        """Take in what the next event tells."""
        self.last = event
        if event.kind in _FOREIGN_PAPERS:
            self.foreign_papers = True
        if not _TELLING.isdisjoint(event.data):
            self._take(event)
        if event.kind in _CLOSING and event.text("archive_number") == self.number:
            self.opened, self.closed = event, self._wanted()

    def _take(self, event: Event) -> None:
        kind, data = event.kind, event.data
        lost = data.get("lost") if kind == EXCUSED else None
        self.lost |= {str(one) for one in lost} if isinstance(lost, list) else set()
        renamed = data.get("renamed")
        moved = renamed if isinstance(renamed, dict) else {}
        if kind in _JOINED:
            self.foreign |= {str(now) for now in moved.values()}
        elif moved:
            self._drop({(owner, str(ref)) for owner in _OWNERS for ref in moved})
        self.foreign_papers |= "home" in data
        owner = next(((name, ref) for name in _OWNERS if name in data and (ref := event.text(name)) is not None), None)
        if owner is None:
            return
        if kind == "paper_taken_over" or "home" in data:
            self.foreign.add(owner[1])
        hashes = {one for name in _HASHES if name in data and (one := event.text(name)) is not None}
        files = data.get("files")
        if kind == "reply_given" and isinstance(files, list):
            hashes |= {one for one in files if isinstance(one, str)}
        if hashes:
            self.known.setdefault(owner, set()).update(hashes)
        if kind == "paper_moved" or kind in ("evidence_withdrawn", "reply_withdrawn"):
            self._drop({owner})
        elif kind in ("paper_issued", ARCHIVED):
            self.signed.add(owner)
            self.forms[owner] = {}
            number = data.get("number") if kind == "paper_issued" else data.get("archive_number")
            self.numbers.setdefault(str(number), set()).add(owner[1])
        elif kind == "paper_redrafted":
            self.signed.discard(owner)
            self.forms[owner] = {}
        elif kind == "paper_rendered":
            self.forms.setdefault(owner, {})[str(data.get("form"))] = str(data.get("sha256"))
            return
        if hashes:
            self.needed.setdefault(owner, set()).update(hashes)

    def _drop(self, owners: set[tuple[str, str]]) -> None:
        for owner in owners:
            self.needed.pop(owner, None)
            self.forms.pop(owner, None)
            self.signed.discard(owner)

    def _wanted(self) -> dict[tuple[str, str], set[str]]:
        """Return whose files must be there, with their hashes. What was never signed is in no volume, and what somebody
        approved to be missing need not be."""
        found = {owner: set(hashes) for owner, hashes in self.needed.items()}
        for owner, forms in self.forms.items():
            found.setdefault(owner, set()).update(forms.values())
        signed = {owner: hashes for owner, hashes in found.items() if owner[0] != "paper" or owner in self.signed}
        return {owner: hashes - self.lost for owner, hashes in signed.items()}


def _check_origins(told: _Told, said: Catalogue, listed: bool, faults: Faults, remarks: Faults) -> None:
    """Hold each file against the events of what it belongs to: signed and rendered, sealed, served, answered.

    What was closed holds all that the events up to then speak of. A paper whose file was made after the chain of an
    earlier version had ended has no event for it: one docx and one PDF of each.
    """
    placed = []
    present: dict[tuple[str, str], set[str]] = {}
    for file in said.files():
        papers = [("paper", ref) for ref in sorted(told.numbers.get(file.number, ()))]
        owners = [file.owner] if file.owner else papers
        placed.append((file.place, file.sha256, owners))
        for one in owners:
            present.setdefault(one, set()).add(file.sha256)
    missing = sorted(owner for owner, hashes in told.closed.items() if hashes - present.get(owner, set()))
    for kind, ref in missing:
        faults.add(EVENTS, f"事件链记载了{_SPOKEN[kind]}{ref}的文件，包内没有", "event_missing")
    late: set[tuple[str, str]] = set()
    for place, sha256, owners in placed:
        if any(sha256 in told.known.get(one, ()) for one in owners):
            continue
        native = [one for one in owners if one in told.known or one in told.signed]
        foreign = any(one[1] in told.foreign for one in owners) or (not owners and told.foreign_papers)
        if foreign or (listed and not native):
            if not listed:
                remarks.add(place, UNCHECKED, "event_silent")
        elif not native:
            faults.add(place, "事件链没有记载此文件", "event_unlisted")
        elif not listed and native[0] not in missing and _came_late(told, native[0], place, late):
            remarks.add(place, UNCHECKED, "event_silent")
        else:
            faults.add(place, "内容与事件链记载的校验值不符", "event_altered")


_SPOKEN = {"paper": "文书", "evidence": "证据", "reply": "反馈", "measure": "整改措施"}


def _came_late(told: _Told, paper: tuple[str, str], place: str, late: set[tuple[str, str]]) -> bool:
    """Whether a file of an earlier version's package may be what was made of a paper after the chain had ended."""
    form = {"docx": "final_docx", "pdf": "pdf"}.get(place.rpartition(".")[2])
    if paper[0] != "paper" or form is None or form in told.forms.get(paper, {}) or (paper[1], form) in late:
        return False
    late.add((paper[1], form))
    return True


def _check_checkpoint(raw: bytes | None, info: dict[str, str] | None, key: str | None, faults: Faults) -> bool:
    """Check that the chain's end leads to the root of a signed checkpoint; return whether that could be looked at."""
    if raw is None:
        if key is not None:
            faults.add(CHECKPOINT, "没有检查点，不能与所给的密钥核对", "checkpoint_missing")
        return False
    said = _parsed(raw[:-1]) if raw.endswith(b"\n") else None
    line = said.get("checkpoint") if said is not None and set(said) == PROOF else None
    if said is None or not isinstance(line, dict) or line.get("format") != CHECKPOINT_FORMAT:
        faults.add(CHECKPOINT, f"不是 {CHECKPOINT_FORMAT} 的规范 JSON", "checkpoint")
        return False
    if info is None or not info[EVENT_COUNT].isdecimal():
        return False
    end = canonical([info[CASE_NUMBER], int(info[EVENT_COUNT]), info[CHAIN_HEAD]])
    if _root_from(hashlib.sha256(b"\x00" + end).digest(), said) != line.get("root"):
        faults.add(CHECKPOINT, "案卷的事件链不在此检查点之内", "checkpoint_root")
    signature, signed_by = line.get("signature"), line.get("key")
    if key is not None and signed_by != key:
        faults.add(CHECKPOINT, "检查点不是用所给的密钥签名", "checkpoint_key")
    signed = _SIGNED.get(str(line.get("algorithm")))
    if signed is not None:
        covered = canonical({name: value for name, value in line.items() if name != "signature"})
        if not signed(str(signed_by), covered, str(signature)):
            faults.add(CHECKPOINT, "检查点的签名与内容不符", "checkpoint_signature")
    elif signature is not None:
        faults.add(CHECKPOINT, f"本程序不认识签名算法“{line.get('algorithm')}”，请另行核对签名", "checkpoint_algorithm")
    return True


_SHA256 = bytes.fromhex("608648016503040201")  # 2.16.840.1.101.3.4.2.1


def _check_stamp(raw: bytes | None, proof: bytes | None, faults: Faults, remarks: Faults) -> None:
    """Read what a time stamp says it stamps. Who signed it, only its service's certificate can tell: a remark says so."""
    if raw is None:
        return
    try:
        said = json.loads(proof or b"")
        told = _told_by(raw)
    except (ValueError, IndexError, RecursionError):
        faults.add(STAMP, "不是检查点的时间戳（RFC 3161）", "stamp")
        return
    line = said.get("checkpoint") if isinstance(said, dict) else None
    digest = hashlib.sha256(canonical(line) + b"\n")
    if told is None or told[0] != digest.digest():
        faults.add(STAMP, "不是对包内检查点加盖的时间戳", "stamp_other")
        return
    how = f"openssl ts -verify -digest {digest.hexdigest()} -in {STAMP} -CAfile 根证书"
    when = f"时间戳所载时间为 {told[1]}（世界时）"
    remarks.add(STAMP, f"{when}；本程序不能核对其签名，请取得时间戳服务的根证书，用 {how} 核对", "stamp_unchecked")


def _told_by(answer: bytes) -> tuple[bytes, str] | None:
    """The SHA-256 that an answer stamps, and when; None for another hash. Raises ValueError, IndexError for no answer."""
    _, token = _parts(_parts(answer)[0][1])[:2]
    signed = _parts(_parts(_parts(token[1])[1][1])[0][1])
    held = _parts(_parts(signed[2][1])[1][1])[0][1]
    _, _, (_, imprint), _, (_, at) = _parts(_parts(held)[0][1])[:5]
    (_, algorithm), (_, digest) = _parts(imprint)
    moment = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d(?:\.\d+)?)Z", at.decode("ascii"))
    if moment is None:
        raise ValueError("no time")
    year, month, day, hour, minute, second = moment.groups()
    when = f"{year}-{month}-{day} {hour}:{minute}:{second}"
    return (digest, when) if _parts(algorithm)[0][1] == _SHA256 else None


def _parts(der: bytes) -> list[tuple[int, bytes]]:
    """What stands one after the other in DER: tags and contents. Raises ValueError, IndexError."""
    found, at = [], 0
    while at < len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length > 0x80:
            more = length - 0x80
            length, at = int.from_bytes(der[at : at + more], "big"), at + more
        elif length == 0x80:
            raise ValueError("no DER")
        if at + length > len(der):
            raise ValueError("no DER")
        found.append((tag, der[at : at + length]))
        at += length
    return found


def _root_from(node: bytes, proof: dict[str, object]) -> str | None:
    """The root of a Merkle tree (RFC 6962) to which a leaf and its proof lead; None for a proof that fits no such tree."""
    at, width, path = proof["index"], proof["leaves"], proof["path"]
    if not isinstance(path, list) or not all(isinstance(one, str) and _HASH.fullmatch(one) for one in path):
        return None
    if type(at) is not int or type(width) is not int or not 0 <= at < width:
        return None
    beside = [bytes.fromhex(one) for one in path]
    while width > 1:
        if at ^ 1 < width:
            if not beside:
                return None
            other = beside.pop(0)
            node = hashlib.sha256(b"\x01" + (other + node if at % 2 else node + other)).digest()
        at, width = at // 2, (width + 1) // 2
    return None if beside else node.hex()


# Ed25519 (RFC 8032, 5.1) with whole numbers only: slow and without secrets, for a signature is checked here, never made.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]
_NEUTRAL: _Point = (0, 1, 1, 0)


def _added(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, p: _Point) -> _Point:
    total = _NEUTRAL
    while factor:
        if factor & 1:
            total = _added(total, p)
        p, factor = _added(p, p), factor >> 1
    return total


def _point(raw: bytes) -> _Point | None:
    """The point that 32 bytes say; None where they say none."""
    y = int.from_bytes(raw, "little")
    odd, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and odd):
        return None
    x = _P - x if x & 1 != odd else x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, -1, _P) % _P).to_bytes(32, "little"))


def _signed(key: str, data: bytes, signature: str) -> bool:
    """Whether a signature over some bytes is by a key; both as hex digits."""
    if not _HASH.fullmatch(key) or not re.fullmatch(r"[0-9a-f]{128}", signature) or _BASE is None:
        return False
    public, first, s = (
        bytes.fromhex(key),
        bytes.fromhex(signature[:64]),
        int.from_bytes(bytes.fromhex(signature[64:]), "little"),
    )
    a, r = _point(public), _point(first)
    if a is None or r is None or s >= _L:
        return False
    h = int.from_bytes(hashlib.sha512(first + public + data).digest(), "little") % _L
    left, right = _times(s, _BASE), _added(r, _times(h, a))
    same_x = (left[0] * right[2] - right[0] * left[2]) % _P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % _P == 0


# SM2 (GB/T 32918.2 on the curve of GB/T 32918.5), as plainly as the standard tells it.
_SP = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_SA = _SP - 3
_SB = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_SN = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_SG = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
_SM2_KEY = re.compile(r"04[0-9a-f]{128}")
_SM2_USER = b"1234567812345678"
_Affine = tuple[int, int] | None  # None is the point at infinity


def _sm2_added(p: _Affine, q: _Affine) -> _Affine:
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % _SP == 0:
        return None
    slope = (3 * p[0] * p[0] + _SA) * pow(2 * p[1], -1, _SP) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, _SP)
    x = (slope * slope - p[0] - q[0]) % _SP
    return x, (slope * (p[0] - x) - p[1]) % _SP


def _sm2_times(factor: int, p: _Affine) -> _Affine:
    total: _Affine = None
    while factor:
        if factor & 1:
            total = _sm2_added(total, p)
        p, factor = _sm2_added(p, p), factor >> 1
    return total


def _sm2_signed(key: str, data: bytes, signature: str) -> bool:
    """Whether a signature (r, s) over some bytes is by a key (04, x, y); both as hex digits."""
    if not _SM2_KEY.fullmatch(key) or not re.fullmatch(r"[0-9a-f]{128}", signature):
        return False
    x, y = int(key[2:66], 16), int(key[66:], 16)
    if x >= _SP or y >= _SP or (y * y - x * x * x - _SA * x - _SB) % _SP:
        return False
    r, s = int(signature[:64], 16), int(signature[64:], 16)
    t = (r + s) % _SN
    if not 0 < r < _SN or not 0 < s < _SN or not t:
        return False
    curve = b"".join(one.to_bytes(32, "big") for one in (_SA, _SB, *_SG))
    who = _sm3_of((len(_SM2_USER) * 8).to_bytes(2, "big") + _SM2_USER + curve + bytes.fromhex(key[2:]))
    found = _sm2_added(_sm2_times(s, _SG), _sm2_times(t, (x, y)))
    return found is not None and (int.from_bytes(_sm3_of(who + data), "big") + found[0]) % _SN == r


def _sm3_of(data: bytes) -> bytes:
    digest = sm3()
    digest.update(data)
    return bytes.fromhex(digest.hexdigest())


# How a checkpoint may be signed: by which algorithm, and what checks it.
_SIGNED = {"Ed25519": _signed, "SM2": _sm2_signed}


class Sm3:
    """SM3 (GB/T 32905-2016), for a Python whose OpenSSL lacks it: right, and slow."""

    _T = tuple(
        ((0x79CC4519 if j < 16 else 0x7A879D8A) << j % 32 | (0x79CC4519 if j < 16 else 0x7A879D8A) >> 32 - j % 32)
        & 0xFFFFFFFF
        for j in range(64)
    )

    def __init__(self) -> None:
        self._state: tuple[int, ...] = (
            0x7380166F,
            0x4914B2B9,
            0x172442D7,
            0xDA8A0600,
            0xA96F30BC,
            0x163138AA,
            0xE38DEE4D,
            0xB0FB0E4E,
        )
        self._rest, self._length = b"", 0

    def update(self, data: bytes) -> None:
        """Take further bytes."""
        self._length += len(data)
        data = self._rest + data
        whole = len(data) // 64 * 64
        for at in range(0, whole, 64):
            self._state = self._next(self._state, data[at : at + 64])
        self._rest = data[whole:]

    def hexdigest(self) -> str:
        """Return the hash of what was taken so far, as 64 hex digits."""
        end = self._rest + b"\x80" + b"\0" * ((55 - self._length) % 64) + (self._length * 8).to_bytes(8, "big")
        state: tuple[int, ...] = self._state
        for at in range(0, len(end), 64):
            state = self._next(state, end[at : at + 64])
        return "".join(f"{word:08x}" for word in state)

    @classmethod
    def _next(cls, state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
        w = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ _turned(w[j - 3], 15)
            w.append(x ^ _turned(x, 15) ^ _turned(x, 23) ^ _turned(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            turned = _turned(a, 12)
            first = _turned((turned + e + cls._T[j]) & 0xFFFFFFFF, 7)
            if j < 16:
                mixed, chosen = a ^ b ^ c, e ^ f ^ g
            else:
                mixed, chosen = a & b | a & c | b & c, e & f | ~e & g
            one = (mixed + d + (first ^ turned) + (w[j] ^ w[j + 4])) & 0xFFFFFFFF
            two = (chosen + h + first + w[j]) & 0xFFFFFFFF
            a, b, c, d = one, a, _turned(b, 9), c
            e, f, g, h = two ^ _turned(two, 9) ^ _turned(two, 17), e, _turned(f, 19), g
        return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))


def _turned(word: int, by: int) -> int:
    return (word << by | word >> 32 - by) & 0xFFFFFFFF


class Hashing(Protocol):
    """What takes bytes and tells their hash."""

    def update(self, data: bytes, /) -> None:
        """Take further bytes."""

    def hexdigest(self) -> str:
        """Return the hash as hex digits."""


def sm3() -> Hashing:
    """Begin an SM3 hash: by OpenSSL where it has it, else by ourselves."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return Sm3()


# What each code means, for readers without Chinese; the place in front of it says where.
ENGLISH = {
    "not_a_package": "is no folder, or does not exist",
    "declaration": "is not exactly the two lines that BagIt 1.0 prescribes",
    "missing": "is missing",
    "unlisted": "is in no manifest",
    "altered": "differs from its hash in a manifest",
    "unreadable": "cannot be read; look at rights and medium",
    "empty_folder": "is an empty folder",
    "special_file": "is a symbolic link or special file",
    "collision": "differs from another name only by case or spelling",
    "name": "has a name that some systems cannot hold",
    "place": "lies where no file of a volume belongs",
    "manifest": "is missing, empty, or has no end of line",
    "manifest_line": "is not a line of hash, two spaces, path",
    "traversal": "names a path outside the package",
    "duplicate": "names a path twice",
    "manifest_order": "is not in the order of paths",
    "info": "differs from what the catalogue says or the files weigh",
    "sealed_manifest": "differs from the hash recorded at the sealing",
    "catalogue": "is no catalogue in canonical JSON",
    "catalogue_info": "lacks statements of the volume, or spells them wrongly",
    "catalogue_item": "has an item that lacks fields or is out of sequence",
    "catalogue_duplicate": "stands twice in the catalogue",
    "catalogue_missing": "stands in the catalogue and is not there",
    "catalogue_altered": "differs from its hash or size in the catalogue",
    "catalogue_unlisted": "is not in the catalogue",
    "events": "is empty, or its last line is not whole",
    "event_line": "is no event in canonical JSON with all its fields",
    "event_seq": "is out of sequence",
    "event_link": "does not follow the hash of the event before it",
    "event_hash": "differs from its own hash",
    "event_case": "is of another case",
    "event_count": "has another number of events than stated",
    "event_unsealed": "has no event that closed this volume",
    "event_unlisted_package": "lacks the last event that lists the files of the package",
    "event_unlisted": "is in no event",
    "event_missing": "is spoken of by events and is not there, or lacks a file of which events speak",
    "event_altered": "differs from its hash in the chain of events",
    "event_catalogue": "differs from the hash of the catalogue in the chain of events",
    "event_silent": "cannot be checked by events (sealed by an earlier version)",
    "chain_head": "does not end with the event that the volume states",
    "checkpoint_missing": "is missing, so the key given proves nothing",
    "checkpoint": "is no proof of a checkpoint in canonical JSON",
    "checkpoint_root": "is of a checkpoint that this chain of events was not under",
    "checkpoint_key": "is not signed by the key given",
    "checkpoint_signature": "has a signature that does not fit what it says",
    "stamp": "is no time stamp of a checkpoint (RFC 3161)",
    "stamp_other": "is a time stamp over something else than the checkpoint in the package",
    "stamp_unchecked": "is a time stamp over the checkpoint in the package; who signed it cannot be checked without the "
    "certificate of the service (openssl ts -verify)",
    "checkpoint_algorithm": "is signed in a way that this program does not know; check the signature otherwise",
}


def unknown(compared: Compared, *, english: bool = False) -> list[str]:
    """Say what nobody can know of a package from what it was held against; nothing where all is known."""
    if compared.sealing or compared.key:
        return []
    if not compared.checkpoint:
        return [_NO_CHECKPOINT[english]]
    return [_NO_KEY[english]]


_NO_CHECKPOINT = (
    "没有检查点，也没有封卷记录可以核对：如果有人把文件、目录、清单和整条事件链全部重新编造，本程序看不出来；"
    "请向封卷单位索取封卷时记录的清单校验值，用 --manifest 核对。",
    "Without a checkpoint or the record of the sealing nobody can tell whether files, catalogue, manifests and the whole "
    "chain of events were made anew: ask the unit for the hash of the manifest, and give it as --manifest.",
)
_NO_KEY = (
    "没有给出公钥：如果有人把整个案卷连同检查点全部重新编造并用自己的密钥签名，本程序看不出来；"
    "请向封卷单位索取其公布的公钥，用 --key 核对。",
    "Without the public key nobody can tell whether the whole package and its checkpoint were made anew and signed by "
    "somebody else: ask the unit for its published key, and give it as --key.",
)


def comparisons_in_english(compared: Compared) -> str:
    """Say in English what a package was held against."""
    events = "held against its chain of events" if compared.events else "not held against a chain of events"
    if not compared.checkpoint:
        checkpoint = "no checkpoint to hold it against"
    else:
        checkpoint = "held against the checkpoint in it, " + (
            "signed by the key given" if compared.key else "by any key"
        )
    sealing = "held against the record of its sealing" if compared.sealing else "not held against its sealing"
    return f"{events}; {checkpoint}; {sealing}.".capitalize()


def comparisons(compared: Compared) -> str:
    """Say in Chinese what a package was held against."""
    sealing = "已与封卷时的记录核对" if compared.sealing else "未与封卷时的记录核对"
    return f"{held(compared)}；{sealing}。"


def held(compared: Compared) -> str:
    """Say in Chinese which of the proofs inside a package it was held against."""
    events = "已与包内事件链核对" if compared.events else "未能与包内事件链核对"
    if not compared.checkpoint:
        return f"{events}；包内没有可核对的检查点"
    whose = "，由所给的密钥签名" if compared.key else "（签名是否出自封卷单位，须用其公布的公钥核对）"
    return f"{events}；已与包内检查点核对{whose}"


def main(arguments: list[str] | None = None) -> int:
    """Print the result; return 0 when the package is whole, 1 when it is not."""
    parser = argparse.ArgumentParser(
        description="校验深查电子案卷 · verify a sealed volume of shencha",
        epilog="退出码：0 完整，1 不完整，2 用法不对 · exit status: 0 whole, 1 not whole, 2 asked wrongly",
    )
    parser.add_argument("path", nargs="?", default=_here(), help="案卷文件夹 · folder of the package")
    parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON")
    parser.add_argument("--english", action="store_true", help="用英文说明 · speak English")
    parser.add_argument("--manifest", metavar="SHA256", help="封卷时记录的清单校验值 · hash of the manifest as sealed")
    parser.add_argument(
        "--key",
        metavar="公钥",
        help="封卷单位公布的检查点公钥（Ed25519 为 64 位十六进制，SM2 为 130 位） · public key of the checkpoint",
    )
    given = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A console without Chinese shows escapes instead of failing.
        sys.stdout.reconfigure(errors="backslashreplace")
    if given.manifest is not None and not _HASH.fullmatch(given.manifest):
        parser.error("--manifest 应为 64 位小写十六进制校验值")
    if given.key is not None and not _HASH.fullmatch(given.key) and not _SM2_KEY.fullmatch(given.key):
        parser.error("--key 应为小写十六进制公钥：Ed25519 为 64 位，SM2 为 04 开头的 130 位")
    result = verify(given.path, given.manifest, given.key)
    if given.json:
        print(json.dumps(result.as_json()))
    else:
        print("\n".join(_in_english(result) if given.english else _in_chinese(result)))
    return 0 if result.ok else 1


def _here() -> Path:
    """The package that is meant where none is named: the one around this file, else the folder one stands in."""
    around = Path(__file__).resolve().parent.parent
    return around if (around / "bagit.txt").is_file() else Path()


def _in_chinese(result: Result) -> list[str]:
    found = (*result.faults, *result.remarks)
    told = [f"{one.path}：{one.message}。" if one.path else f"{one.message}。" for one in found]
    manifest = f"清单校验值 {result.manifest_sha256}。" if result.manifest_sha256 else ""
    end = f"校验通过。{manifest}" if result.ok else f"校验不通过，共 {len(result.faults)} 处。{manifest}"
    return [*told, comparisons(result.compared), *unknown(result.compared), end]


def _in_english(result: Result) -> list[str]:
    told = [f"{one.path or 'The path'}: {ENGLISH[one.code]}." for one in (*result.faults, *result.remarks)]
    manifest = f" Hash of the manifest: {result.manifest_sha256}." if result.manifest_sha256 else ""
    end = f"Whole.{manifest}" if result.ok else f"Not whole: {len(result.faults)} faults.{manifest}"
    return [*told, comparisons_in_english(result.compared), *unknown(result.compared, english=True), end]


if __name__ == "__main__":
    sys.exit(main())
