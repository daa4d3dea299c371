"""The verifier: whatever is changed in a package is found, and what cannot be found is known."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from documents.archive import verify as verifier
from documents.archive.bag import CASE_NUMBER, Bag, add_stamp, write_bag
from documents.archive.catalogue import outline
from documents.archive.verify import main, verify
from models.kernel.record import event_chain as chain
from models.kernel.record import merkle
from models.kernel.record.signatures import Ed25519, Signer, Sm2
from models.kernel.record.time_stamps import asked_for
from models.papers.rules.package_places import LISTING
from tests.documents.archive.conftest import INFO, Forger, linked, open_file, volume_items
from tests.time_stamping import service

REPORT = "data/documents/001-2_某公交调〔2026〕12号_关于“3·5”较大道路交通事故的调查分析报告.pdf"
PLAN = "data/replies/004_整改方案.pdf"
EVERY_FILE = [
    "bag-info.txt",
    "bagit.txt",
    "manifest-sha256.txt",
    "manifest-sm3.txt",
    "tagmanifest-sha256.txt",
    "data/catalogue.json",
    "data/events.jsonl",
    "data/verify.py",
    "data/volume.docx",
    REPORT,
    PLAN,
    "data/evidence/003_con.txt",
]


def codes(path: Path, expect_manifest: str | None = None) -> set[str]:
    return {fault.code for fault in verify(path, expect_manifest).faults}


# Changed files


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_byte_more_is_found(forger: Forger, name: str):
    forger.edit(name, lambda raw: raw + b"\n")
    assert codes(forger.path)


@pytest.mark.parametrize("name", [name for name in EVERY_FILE if "con.txt" not in name])
@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: b"",
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: bytes([raw[0] ^ 0x20]) + raw[1:],
        lambda raw: raw[:-1] + b"\r\n",
        lambda raw: b" " + raw,
    ],
    ids=["a byte less", "half", "emptied", "BOM", "case of a letter", "CRLF", "a space before"],
)
def test_a_changed_file_is_found(forger: Forger, name: str, change: Callable[[bytes], bytes]):
    forger.edit(name, change)
    assert codes(forger.path)


@pytest.mark.parametrize("name", ["bag-info.txt", "bagit.txt", "data/catalogue.json", "data/events.jsonl"])
@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw + b"\n",
        lambda raw: raw[:-1],
        lambda raw: raw.replace(b":", b": ", 1),
        lambda raw: b"\xff" + raw,
    ],
    ids=["BOM", "CRLF", "empty line", "no last newline", "a space", "not UTF-8"],
)
def test_another_spelling_is_found_although_the_manifests_agree(forger: Forger, name: str, change):
    forger.edit(name, change)
    forger.remanifest()
    assert codes(forger.path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_single_byte_changed_anywhere_is_found(sound: Path, data: st.DataObject):
    files = sorted(path for path in sound.rglob("*") if path.is_file() and path.stat().st_size)
    file = data.draw(st.sampled_from(files))
    raw = file.read_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    flip = data.draw(st.integers(1, 255))
    try:
        file.write_bytes(raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :])
        assert not verify(sound).ok, (file.name, at, flip)
    finally:
        file.write_bytes(raw)
    assert verify(sound).ok


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_bytes_cut_out_or_put_in_anywhere_are_found(sound: Path, data: st.DataObject):
    file = data.draw(st.sampled_from(sorted(path for path in sound.rglob("*") if path.is_file())))
    raw = file.read_bytes()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, len(raw)))
    changed = raw[:start] + data.draw(st.binary(max_size=3)) + raw[end:]
    assume(changed != raw)
    try:
        file.write_bytes(changed)
        assert not verify(sound).ok, (file.name, start, end)
    finally:
        file.write_bytes(raw)


def test_every_byte_of_the_unprotected_tag_manifest_counts(sound: Path):
    file = sound / "tagmanifest-sha256.txt"
    raw = file.read_bytes()
    try:
        for at in range(len(raw)):
            for flip in (0x01, 0x20, 0x80):
                file.write_bytes(raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :])
                assert not verify(sound).ok, (at, flip)
    finally:
        file.write_bytes(raw)


# Files and folders


@pytest.mark.parametrize(
    "name",
    [
        "读我.txt",
        ".DS_Store",
        "fetch.txt",
        "manifest-md5.txt",
        "manifest-sha512.txt",
        "tagmanifest-md5.txt",
        "data/Thumbs.db",
        "data/evidence/005_照片.jpg",
        "data/evidence/more/a.jpg",
        "other/a.txt",
    ],
)
def test_a_file_more_is_found_at_any_level(forger: Forger, name: str):
    file = forger.path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"x")
    assert "unlisted" in codes(forger.path)
    forger.remanifest()
    assert codes(forger.path)


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_file_less_is_found(forger: Forger, name: str):
    (forger.path / name).unlink()
    assert {"missing", "manifest"} & codes(forger.path)
    if name not in ("manifest-sha256.txt", "manifest-sm3.txt", "tagmanifest-sha256.txt", "bag-info.txt", "bagit.txt"):
        forger.remanifest()
        assert codes(forger.path)


@pytest.mark.parametrize("name", [REPORT, "data/evidence/003_con.txt", "bagit.txt", "data/events.jsonl"])
def test_a_renamed_file_is_found(forger: Forger, name: str):
    file = forger.path / name
    file.rename(file.with_name("x" + file.name))
    assert {"missing", "unlisted"} <= codes(forger.path)


@pytest.mark.parametrize("name", ["data/volume.docx", "data/verify.py"])
def test_a_part_that_every_volume_has_is_missed_even_with_new_manifests(forger: Forger, name: str):
    (forger.path / name).unlink()
    forger.rewrite_catalogue(lambda said: None)
    forger.remanifest()
    assert codes(forger.path) == {"missing", "event_missing"}


@pytest.mark.parametrize("place", ["data/evidence/more/a.jpg", "data/a.jpg", "data/other/a.jpg"])
def test_a_file_in_another_place_is_found_even_when_every_list_has_it(forger: Forger, place: str):
    file = forger.path / place
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"x")
    entry = {"path": place, "sha256": hashlib.sha256(b"x").hexdigest(), "size": 1}
    forger.rewrite_catalogue(lambda said: said["items"][4]["files"].append(entry))
    forger.remanifest()
    assert codes(forger.path) == {"place", "event_unlisted", "event_catalogue"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
@pytest.mark.parametrize("name", [PLAN, "bagit.txt", "data/evidence"])
def test_what_cannot_be_read_is_a_fault_and_no_crash(forger: Forger, name: str):
    (forger.path / name).chmod(0)
    try:
        assert "unreadable" in codes(forger.path)
    finally:
        (forger.path / name).chmod(0o700)


def test_two_files_exchanged_are_found_even_with_new_manifests(forger: Forger):
    one, two = forger.path / REPORT, forger.path / PLAN
    first = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(first)
    assert codes(forger.path) >= {"altered"}
    forger.remanifest()
    assert codes(forger.path) == {"catalogue_altered", "event_altered"}


def test_an_empty_folder_is_found(forger: Forger):
    (forger.path / "data/evidence/空").mkdir()
    assert codes(forger.path) == {"empty_folder"}


@pytest.mark.parametrize("target", ["outside", REPORT], ids=["outside", "inside"])
def test_a_symlink_is_found_even_to_the_right_bytes(forger: Forger, tmp_path: Path, target: str):
    file = forger.path / PLAN
    elsewhere = tmp_path / "outside"
    elsewhere.write_bytes(file.read_bytes())
    file.unlink()
    file.symlink_to(elsewhere if target == "outside" else forger.path / target)
    assert "special_file" in codes(forger.path)


def test_a_linked_folder_is_found_and_not_entered(forger: Forger, tmp_path: Path):
    shutil.move(forger.path / "data/replies", tmp_path / "replies")
    (forger.path / "data/replies").symlink_to(tmp_path / "replies", target_is_directory=True)
    assert codes(forger.path) >= {"special_file", "missing"}


def test_a_pipe_is_found_and_not_opened(forger: Forger):
    os.mkfifo(forger.path / "data/evidence/005_pipe")
    assert codes(forger.path) == {"special_file"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("003_CON.txt", "collision"),
        ("cafe\u0301.txt", "name"),
        ("nul.txt", "name"),
        (".hidden", "name"),
        ("a ", "name"),
        ("a:b", "name"),
        ("a\nb", "name"),
        ("图\u202egpj.exe", "name"),
    ],
)
def test_a_name_that_another_system_reads_differently_is_found(forger: Forger, name: str, code: str):
    (forger.path / "data/evidence" / name).write_bytes(b"")
    assert code in codes(forger.path)


def test_a_name_that_is_not_utf8_is_found_and_printable(forger: Forger):
    (forger.path / os.fsdecode(b"data/evidence/\xff.txt")).write_bytes(b"")
    faults = verify(forger.path).faults
    assert "name" in {fault.code for fault in faults}
    assert all(fault.path.encode("utf-8") for fault in faults)


# Manifests


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: raw + b"0" * 64 + b"  data/../../etc/passwd\n", "traversal"),
        (lambda raw: raw + b"0" * 64 + b"  /etc/passwd\n", "traversal"),
        (lambda raw: raw + b"0" * 64 + b"  C:/Windows/x\n", "traversal"),
        (lambda raw: raw + b"0" * 64 + b"  data\\x\n", "traversal"),
        (lambda raw: raw + raw.splitlines(keepends=True)[-1], "duplicate"),
        (lambda raw: raw.splitlines(keepends=True)[-1] + raw, "manifest_order"),
        (lambda raw: b"".join(reversed(raw.splitlines(keepends=True))), "manifest_order"),
        (lambda raw: raw.replace(b"  ", b" ", 1), "manifest_line"),
        (lambda raw: raw.replace(b"  ", b"\t", 1), "manifest_line"),
        (lambda raw: raw.replace(b"  ", b" *", 1), "manifest_line"),
        (lambda raw: raw[:64].upper() + raw[64:], "manifest_line"),
        (lambda raw: raw.replace(b"\n", b"\r\n"), "manifest_line"),
        (lambda raw: raw.replace("％".encode(), b"%"), "manifest_line"),
        (lambda raw: raw.replace(b"data/v", b"data/%76"), "manifest_line"),
        (lambda raw: raw.replace(b"  data", b"  ./data"), "missing"),
        (lambda raw: b"\n" + raw, "manifest_line"),
        (lambda raw: raw[:-1], "manifest"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "manifest_line"),
        (lambda raw: raw + b"0" * 64 + b"  data/\xff\n", "manifest_line"),
    ],
)
def test_a_manifest_has_one_spelling(forger: Forger, change: Callable[[bytes], bytes], code: str):
    forger.edit("manifest-sha256.txt", change)
    assert code in codes(forger.path)


def test_percent_carriage_return_and_line_feed_are_the_only_escapes():
    assert verifier.encoded("a%b\r\n") == "a%25b%0D%0A"
    assert verifier._decoded(b"a%25b%0D%0A") == "a%b\r\n"
    assert verifier._decoded(b"%2525") == "%25"
    assert verifier._decoded(b"%0a") is None


# Events


def test_the_verifier_links_as_the_domain_does(events: list[dict[str, Any]]):
    for event in events:
        assert verifier.link(chain.GENESIS, event) == chain.link(chain.GENESIS, event)
    assert (verifier.FIELDS, verifier.GENESIS) == (chain.FIELDS, chain.GENESIS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_the_verifier_spells_json_as_the_domain_does(value: Any):
    assert verifier.canonical(value) == chain.canonical(value)


def test_an_edited_event_is_found_by_its_line(forger: Forger):
    forger.edit("data/events.jsonl", lambda raw: raw.replace("张某".encode(), "李某".encode(), 1))
    forger.remanifest()
    forger.rewrite_catalogue(lambda said: None)
    forger.remanifest()
    (fault,) = verify(forger.path).faults
    assert (fault.code, fault.path) == ("event_hash", "data/events.jsonl:1")


def test_an_edited_event_with_its_own_hash_breaks_the_next_link(forger: Forger):
    events = forger.events()
    events[1]["why"] = "改"
    events[1]["hash"] = chain.link(events[1]["prev_hash"], events[1])
    forger.rewrite_events(events)
    forger.rewrite_catalogue(lambda said: None)
    forger.remanifest()
    assert codes(forger.path) == {"event_link"}


def test_a_removed_event_in_the_middle_is_found(forger: Forger):
    events = forger.events()
    del events[1]
    forger.rewrite_events(events)
    forger.rewrite_catalogue(lambda said: said["info"].update({"Event-Count": "3"}))
    forger.remanifest()
    assert codes(forger.path) == {"event_link", "event_seq"}


def test_a_cut_tail_is_found_by_the_stated_head(forger: Forger):
    forger.rewrite_events(forger.events()[:-1])
    forger.rewrite_catalogue(lambda said: said["info"].update({"Event-Count": "3"}))
    forger.remanifest()
    assert codes(forger.path) >= {"chain_head", "event_unlisted_package"}


def relist(forger: Forger, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the last two events and carry their hashes on, as whoever holds the package can."""
    events = forger.events()
    change(events)
    previous = events[1]["hash"]
    for event in events[2:]:
        event["prev_hash"], event["hash"] = previous, chain.link(previous, event)
        previous = event["hash"]
    forger.rewrite_events(events)
    forger.rewrite_catalogue(lambda said: said["info"].update({"Chain-Head": previous}))
    forger.remanifest()


@pytest.mark.parametrize("data", [None, [], 5, {"archive_number": "X001-2026-Y-JJ-0001", "files": [1], "paper": {}}])
def test_a_last_event_that_lists_nothing_is_found_and_no_crash(forger: Forger, data: Any):
    relist(forger, lambda events: events[3].update(data=data))
    assert codes(forger.path) & {"event_unlisted", "event_unlisted_package"}


def test_a_package_whose_chain_never_closed_its_volume_is_found(forger: Forger):
    relist(forger, lambda events: events[2].update(kind="measure_closed"))
    assert codes(forger.path) == {"event_unsealed"}
    relist(
        forger, lambda events: events[2].update(kind="case_archived", data={"archive_number": "X001-2026-Y-JJ-0002"})
    )
    assert codes(forger.path) == {"event_unsealed"}


@pytest.mark.parametrize(
    "data",
    [
        {"reply": "R1", "files": 5},
        {"paper": "D1", "renamed": ["D1"], "sha256": 7},
        {"paper": ["D1"], "scan": "x"},
        {"paper": "D1", "number": {}, "form": []},
    ],
)
@pytest.mark.parametrize("kind", ["reply_given", "paper_issued", "paper_rendered", "case_absorbed", "case_merged"])
def test_an_event_that_says_nonsense_of_files_is_no_crash(forger: Forger, kind: str, data: Any):
    events = forger.events()
    events[0].update(kind=kind, data=data)
    forger.rewrite_events(events)
    assert "event_hash" in codes(forger.path)


def test_the_verifier_and_the_domain_agree_on_the_list(bag: Bag):
    assert verifier.LISTING == LISTING
    said = json.loads((bag.path / "data/catalogue.json").read_bytes())
    assert verifier.outline(verifier.Catalogue(said["info"], said["items"])) == outline(volume_items(), INFO)


def test_events_of_another_case_are_found(forger: Forger):
    forger.rewrite_catalogue(lambda said: said["info"].update({"Internal-Sender-Identifier": "4207-2026-0002"}))
    forger.remanifest()
    assert codes(forger.path) == {"event_case", "event_catalogue"}


@pytest.mark.parametrize(
    "line",
    [
        b"{}",
        b"[]",
        b"",
        b"{",
        b'{"seq":1,"seq":1}',
        b'{"a":NaN}',
        b'{"a":1e999}',
        b'{"a":"\\ud800"}',
        b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_a_line_that_is_no_event_is_found(forger: Forger, line: bytes):
    forger.edit("data/events.jsonl", lambda raw: raw + line + b"\n")
    assert "event_line" in codes(forger.path)


@pytest.mark.parametrize("seq", [True, 1.0, "1", None])
def test_a_number_that_only_equals_one_is_found(forger: Forger, seq: object):
    events = forger.events()
    events[0]["seq"] = seq
    forger.rewrite_events(events)
    assert "event_seq" in codes(forger.path)


def test_a_rewritten_history_is_found_only_by_the_manifest_recorded_at_sealing(bag: Bag, forger: Forger):
    # Whoever holds the whole package can forge events, hashes, catalogue and manifests together. Then it agrees with
    # itself; the sealing event in the database knows better.
    events = forger.events()
    del events[0]
    previous = chain.GENESIS
    for seq, event in enumerate(events, 1):
        event["actor_name"], event["seq"] = "李某", seq
        event["prev_hash"], event["hash"] = previous, chain.link(previous, event)
        previous = event["hash"]
    forger.rewrite_events(events)
    forger.rewrite_catalogue(lambda said: said["info"].update({"Chain-Head": previous, "Event-Count": "3"}))
    forger.remanifest()
    assert verify(forger.path).ok
    assert codes(forger.path, bag.manifest_sha256) == {"sealed_manifest"}


@pytest.mark.parametrize("name", ["data/volume.docx", "data/verify.py"])
def test_a_file_exchanged_with_every_list_of_it_is_found_by_the_last_event(bag: Bag, forger: Forger, name: str):
    forger.edit(name, lambda raw: raw + b"#")
    forger.rewrite_catalogue(lambda said: None)
    forger.remanifest()
    assert codes(forger.path) == {"event_altered"}
    assert codes(forger.path, bag.manifest_sha256) == {"event_altered", "sealed_manifest"}


def test_the_recorded_manifest_fixes_the_tag_files_too(bag: Bag, forger: Forger):
    forger.edit("bag-info.txt", lambda raw: raw.replace(b"2026-09-01", b"2026-09-02"))
    forger.remanifest()
    assert codes(forger.path, bag.manifest_sha256) == {"info"}


# Catalogue


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda said: said["items"].pop(), "event_catalogue"),
        (lambda said: said["items"][4].update(remark="原件已销毁"), "event_catalogue"),
        (lambda said: said["info"].update({"Contact-Name": "张某"}), "event_catalogue"),
        (lambda said: said["items"].pop(1), "catalogue_unlisted"),
        (lambda said: said["items"].reverse(), "catalogue_item"),
        (lambda said: said["items"][0].pop("title"), "catalogue_item"),
        (lambda said: said["items"][0].update(sequence=True), "catalogue_item"),
        (lambda said: said["items"][0].update(files={}), "catalogue_item"),
        (lambda said: said["items"][0]["files"].pop(), "catalogue_unlisted"),
        (lambda said: said["items"][0]["files"][0].update(sha256="0" * 64), "catalogue_altered"),
        (lambda said: said["items"][0]["files"][0].update(size=1), "catalogue_altered"),
        (lambda said: said["items"][0]["files"][0].update(size=9.0), "catalogue_altered"),
        (lambda said: said["items"][0]["files"][0].update(path="data/../x"), "catalogue_missing"),
        (lambda said: said["items"][0]["files"][0].update(path="data/events.jsonl"), "catalogue_missing"),
        (lambda said: said["items"][0]["files"][0].update(path=1), "catalogue_item"),
        (lambda said: said["items"][0]["files"].append(said["items"][0]["files"][0]), "catalogue_duplicate"),
        (lambda said: said["items"].append(None), "catalogue_item"),
        (lambda said: said.update(items={}), "catalogue_item"),
        (lambda said: said.update(format="shencha-archive/2"), "catalogue"),
        (lambda said: said.update(more=1), "catalogue"),
        (lambda said: said["info"].pop("Chain-Head"), "catalogue_info"),
        (lambda said: said["info"].update({"Contact-Name": "a\nb"}), "catalogue_info"),
        (lambda said: said["info"].update({"Contact-Name": ""}), "catalogue_info"),
        (lambda said: said["info"].update({"Event-Count": "5"}), "event_count"),
    ],
)
def test_the_catalogue_agrees_with_the_files_and_the_last_event(forger: Forger, change, code: str):
    forger.rewrite_catalogue(change)
    forger.remanifest()
    assert code in codes(forger.path)


def test_a_catalogue_with_a_key_twice_is_found(forger: Forger):
    forger.edit("data/catalogue.json", lambda raw: raw.replace(b'{"format"', b'{"format":"x","format"', 1))
    forger.remanifest()
    assert "catalogue" in codes(forger.path)


# Alone


def test_it_imports_the_standard_library_only():
    source = ast.parse(Path(verifier.__file__).read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(source) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(source) if isinstance(node, ast.ImportFrom)]
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def alone(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    # -I and -S: no site-packages and nothing of this repository.
    return subprocess.run([sys.executable, "-I", "-S", *arguments], cwd=cwd, capture_output=True, check=False)


def test_the_copy_in_a_package_runs_alone(bag: Bag, tmp_path: Path):
    ended = alone("data/verify.py", cwd=bag.path)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert f"校验通过。清单校验值 {bag.manifest_sha256}。" in ended.stdout.decode()
    assert verify(bag.path).ok
    (bag.path / PLAN).write_bytes(b"plam")
    ended = alone(str(bag.path / "data/verify.py"), str(bag.path), cwd=tmp_path)
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert "校验不通过，共 4 处。" in ended.stdout.decode()
    ended = alone("data/verify.py", "--json", cwd=bag.path)
    assert ended.returncode == 1
    assert json.loads(ended.stdout) == verify(bag.path).as_json()


def test_the_command_compares_with_the_recorded_manifest(bag: Bag, capsys: pytest.CaptureFixture[str]):
    assert main([str(bag.path), "--manifest", bag.manifest_sha256]) == 0
    assert main([str(bag.path), "--manifest", "0" * 64]) == 1
    assert "与封卷时记录的校验值不符" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        main([str(bag.path), "--manifest", "abc"])
    assert ended.value.code == 2


@pytest.mark.parametrize("path", ["没有", "bagit.txt"])
def test_what_is_no_folder_is_no_package(bag: Bag, path: str):
    assert codes(bag.path / path) == {"not_a_package"}


def test_an_empty_folder_is_no_package(tmp_path: Path):
    assert codes(tmp_path) >= {"empty_folder", "missing", "manifest"}


# The checkpoint in a package


def under_a_checkpoint(target: Path, key: Ed25519PrivateKey | Signer, *, changed: bytes = b"PK volume") -> Path:
    """Write the small volume with the proof that the end of its chain was under a checkpoint signed by a key."""
    signer = Ed25519(key) if isinstance(key, Ed25519PrivateKey) else key
    events = linked(changed)
    end = merkle.ChainEnd(INFO[CASE_NUMBER], events[-1]["seq"], events[-1]["hash"])
    ends = [end, merkle.ChainEnd("4207-2026-0002", 3, "ab" * 32)]
    said: dict[str, Any] = {"format": verifier.CHECKPOINT_FORMAT, "number": 1, "root": merkle.root(ends)}
    said |= {"algorithm": signer.algorithm, "key": signer.public}
    said["signature"] = signer.sign(chain.canonical(said)).hex()
    proof = {"checkpoint": said, "index": 0, "leaves": 2, "path": list(merkle.inclusion(ends, 0).path)}
    return write_bag(target, volume_items(), INFO, events, volume=changed, proof=proof, open_file=open_file).path


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def test_a_package_is_held_against_the_checkpoint_in_it_and_the_key_given(tmp_path: Path, key: Ed25519PrivateKey):
    result = verify(under_a_checkpoint(tmp_path / "案卷", key), None, public(key))
    assert result.faults == []
    assert (result.compared.checkpoint, result.compared.key) == (True, True)
    assert "由所给的密钥签名" in verifier.comparisons(result.compared)


def test_a_checkpoint_signed_by_sm2_is_checked_by_the_verifier_alone(tmp_path: Path):
    signer, other = Sm2(1234567), Sm2(7654321)
    package = under_a_checkpoint(tmp_path / "案卷", signer)
    assert verify(package, None, signer.public).compared.key
    assert {one.code for one in verify(package, None, other.public).faults} == {"checkpoint_key"}
    said = json.loads((package / "checkpoint.json").read_bytes())
    said["checkpoint"]["key"] = other.public
    (package / "checkpoint.json").write_bytes(chain.canonical(said) + b"\n")
    Forger(package).remanifest()
    assert {one.code for one in verify(package).faults} == {"checkpoint_signature"}


def stamped(target: Path, key: Ed25519PrivateKey, over: bytes | None = None) -> Path:
    """Write the small volume with a time stamp over its checkpoint, or over something else."""
    package = under_a_checkpoint(target, key)
    line = json.loads((package / "checkpoint.json").read_bytes())["checkpoint"]
    add_stamp(package, service().answer(asked_for(over or chain.canonical(line) + b"\n", 5)))
    return package


def test_a_time_stamp_is_told_as_not_checkable_without_more(tmp_path: Path, key: Ed25519PrivateKey):
    result = verify(stamped(tmp_path / "案卷", key), None, public(key))
    assert result.ok
    [remark] = result.remarks
    assert (remark.path, remark.code) == ("checkpoint.tsr", "stamp_unchecked")
    assert remark.message.startswith("时间戳所载时间为 2026-03-01 00:00:00（世界时）；本程序不能核对其签名")


def test_a_stamp_takes_the_place_of_one_that_is_there_and_packing_again_keeps_it(
    tmp_path: Path, key: Ed25519PrivateKey
):
    package = stamped(tmp_path / "案卷", key)
    kept = (package / "checkpoint.tsr").read_bytes()
    under_a_checkpoint(tmp_path / "案卷", key)
    assert (package / "checkpoint.tsr").read_bytes() == kept
    add_stamp(package, kept + b"")
    assert verify(package).ok
    assert [file.name for file in tmp_path.iterdir()] == ["案卷"]


@pytest.mark.parametrize("garbage", [b"", b"0", b"x" * 9, b"0\x80\x00", b"0\x84\xff\xff\xff\xff", b"0\x03\x02\x01\x00"])
def test_what_is_no_stamp_of_the_checkpoint_is_found(tmp_path: Path, key: Ed25519PrivateKey, garbage: bytes):
    assert "stamp_other" in codes(stamped(tmp_path / "one", key, b"another line\n"))
    package = stamped(tmp_path / "two", key)
    (package / "checkpoint.tsr").write_bytes(garbage)
    assert {"stamp", "altered"} <= codes(package)
    (package / "checkpoint.json").unlink()
    assert "stamp" in codes(package)


def test_who_builds_everything_anew_cannot_sign_it(tmp_path: Path, key: Ed25519PrivateKey):
    true = under_a_checkpoint(tmp_path / "true", key)
    forged = under_a_checkpoint(tmp_path / "forged", Ed25519PrivateKey.generate(), changed=b"PK other")
    assert verify(forged).ok  # by itself it is whole: only the key tells
    assert {one.code for one in verify(forged, None, public(key)).faults} == {"checkpoint_key"}
    shutil.copy(true / "checkpoint.json", forged)
    Forger(forged).remanifest()
    assert {one.code for one in verify(forged, None, public(key)).faults} == {"checkpoint_root"}
    (forged / "checkpoint.json").unlink()
    Forger(forged).remanifest()
    assert {one.code for one in verify(forged, None, public(key)).faults} == {"checkpoint_missing"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda said: said["checkpoint"].update(number=2), "checkpoint_signature"),
        (lambda said: said["checkpoint"].update(signature="00" * 64), "checkpoint_signature"),
        (lambda said: said["checkpoint"].update(signature=None), "checkpoint_signature"),
        (lambda said: said["checkpoint"].update(algorithm="ML-DSA-65"), "checkpoint_algorithm"),
        (lambda said: said.update(index=1), "checkpoint_root"),
        (lambda said: said.update(index=True), "checkpoint_root"),
        (lambda said: said.update(leaves=5), "checkpoint_root"),
        (lambda said: said.update(path=[]), "checkpoint_root"),
        (lambda said: said.update(path=["zz"]), "checkpoint_root"),
        (lambda said: said.update(more=1), "checkpoint"),
        (lambda said: said["checkpoint"].update(format="x"), "checkpoint"),
    ],
)
def test_a_changed_proof_is_found(tmp_path: Path, key: Ed25519PrivateKey, change: Callable[[Any], None], code: str):
    package = under_a_checkpoint(tmp_path / "案卷", key)
    said = json.loads((package / "checkpoint.json").read_bytes())
    change(said)
    (package / "checkpoint.json").write_bytes(chain.canonical(said) + b"\n")
    assert "altered" in codes(package)
    Forger(package).remanifest()
    assert code in codes(package)


@given(st.binary(max_size=200), st.integers(0, 511))
def test_the_signatures_of_others_are_judged_as_the_library_judges_them(data: bytes, bit: int):
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(data).digest())
    signature = bytearray(key.sign(data))
    assert verifier._signed(public(key), data, signature.hex())
    signature[bit // 8] ^= 1 << bit % 8
    assert not verifier._signed(public(key), data, signature.hex())
    assert not verifier._signed(public(key), data + b"x", key.sign(data).hex())
