"""Ways to damage or forge a sealed package, by someone who has read what a package is made of. Uses nothing of the product.

Each takes the package's folder and a seeded source of chance, and certainly changes something. Those of `WHOLE` make
everything agree again, the chain of events included; only a key kept elsewhere tells what `OWN_SEAL` made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Damage = Callable[[Path, Random], None]
LISTS = ("data/catalogue.json", "data/events.jsonl")
FOR_READERS = ("index.html", "data/catalogue.xml", "data/catalogue.xsd", "data/inspection.json")


# Putting things right again


def spelled(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hashed(path: Path, kind: str = "sha256") -> str:
    return hashlib.new(kind, path.read_bytes()).hexdigest()


def every(package: Path) -> list[Path]:
    return sorted(path for path in package.rglob("*") if path.is_file())


def name_of(package: Path, path: Path) -> str:
    return path.relative_to(package).as_posix()


def catalogue_of(package: Path) -> Any:
    return json.loads((package / "data/catalogue.json").read_bytes())


def events_of(package: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (package / "data/events.jsonl").read_bytes().splitlines()]


def write_events(package: Path, events: list[dict[str, Any]]) -> None:
    (package / "data/events.jsonl").write_bytes(b"".join(spelled(event) + b"\n" for event in events))


def write_catalogue(package: Path, said: Any) -> None:
    """Write the catalogue with the hashes and sizes that files have now, and bag-info after it."""
    for file in (file for item in said["items"] for file in item["files"]):
        path = package / file["path"]
        file.update(sha256=hashed(path), size=path.stat().st_size)
    (package / "data/catalogue.json").write_bytes(spelled(said) + b"\n")
    payload = [path for path in every(package) if name_of(package, path).startswith("data/")]
    oxum = f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    lines = sorted([*said["info"].items(), ("Payload-Oxum", oxum)])
    (package / "bag-info.txt").write_bytes("".join(f"{label}: {value}\n" for label, value in lines).encode())


def write_manifests(package: Path, *, second: bool = True) -> None:
    """Make all manifests agree with whatever lies there."""
    payload = [path for path in every(package) if name_of(package, path).startswith("data/")]
    if second:
        _manifest(package, "manifest-sm3.txt", payload, "sm3")
    _manifest(package, "manifest-sha256.txt", payload, "sha256")
    tags = [path for path in package.iterdir() if path.is_file() and not path.name.startswith("tagmanifest")]
    _manifest(package, "tagmanifest-sha256.txt", tags, "sha256")


def _manifest(package: Path, name: str, listed: list[Path], kind: str) -> None:
    sums = {name_of(package, path).encode(): hashed(path, kind).encode() for path in listed}
    (package / name).write_bytes(b"".join(sums[path] + b"  " + path + b"\n" for path in sorted(sums)))


def write_lists(package: Path, said: Any = None) -> None:
    write_catalogue(package, catalogue_of(package) if said is None else said)
    write_manifests(package)


def write_chain(package: Path, events: list[dict[str, Any]], said: Any = None) -> None:
    """Make everything agree: the list in the last event, all hashes of events, catalogue, bag-info, manifests."""
    said = catalogue_of(package) if said is None else said
    write_catalogue(package, said)
    listed = events[-1]["data"]
    listed["files"] = {
        name: hashed(path)
        for path in every(package)
        if ((name := name_of(package, path)).startswith("data/") or name == "index.html") and name not in LISTS
    }
    info = {label: value for label, value in said["info"].items() if label not in ("Chain-Head", "Event-Count")}
    items = [
        {**item, "files": [{key: file[key] for key in ("path", "sha256")} for file in item["files"]]}
        for item in said["items"]
    ]
    listed["catalogue_sha256"] = hashlib.sha256(spelled({"info": info, "items": items})).hexdigest()
    previous = "0" * 64
    for seq, event in enumerate(events, 1):
        event.pop("hash", None)
        event.update(seq=seq, prev_hash=previous)
        event["hash"] = previous = hashlib.sha256(spelled(event)).hexdigest()
    write_events(package, events)
    said["info"].update({"Chain-Head": previous, "Event-Count": str(len(events))})
    write_lists(package, said)


def another_seal(package: Path, key: Ed25519PrivateKey | None) -> None:
    """Put this chain under a checkpoint of our own: signed by us, or with the signature that was there."""
    info = catalogue_of(package)["info"]
    end = spelled([info["Internal-Sender-Identifier"], int(info["Event-Count"]), info["Chain-Head"]])
    proof = json.loads((package / "checkpoint.json").read_bytes())
    proof.update(index=0, leaves=1, path=[])
    line = proof["checkpoint"]
    line["root"] = hashlib.sha256(b"\0" + end).hexdigest()
    if key is not None:
        line["key"] = key.public_key().public_bytes_raw().hex()
        line["signature"] = key.sign(spelled({name: line[name] for name in line if name != "signature"})).hex()
    (package / "checkpoint.json").write_bytes(spelled(proof) + b"\n")
    write_manifests(package)


# Breaking


def some(package: Path, chance: Random) -> Path:
    return chance.choice([path for path in every(package) if path.stat().st_size])


def of_the_case(package: Path, chance: Random) -> Path:
    """Choose a file of an item."""
    return package / chance.choice([file["path"] for item in catalogue_of(package)["items"] for file in item["files"]])


def other_bytes(chance: Random) -> bytes:
    return b"%PDF-1.7 another paper " + chance.randbytes(40)


def flip_a_bit(package: Path, chance: Random) -> None:
    path = some(package, chance)
    raw = bytearray(path.read_bytes())
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
    path.write_bytes(raw)


def cut_bytes_out(package: Path, chance: Random) -> None:
    path = some(package, chance)
    raw = path.read_bytes()
    at = chance.randrange(len(raw))
    path.write_bytes(raw[:at] + raw[at + chance.randint(1, len(raw) - at) :])


def put_bytes_in(package: Path, chance: Random) -> None:
    path = some(package, chance)
    raw = path.read_bytes()
    at = chance.randint(0, len(raw))
    path.write_bytes(raw[:at] + chance.randbytes(chance.randint(1, 9)) + raw[at:])


def empty_a_file(package: Path, chance: Random) -> None:
    some(package, chance).write_bytes(b"")


def lose_a_file(package: Path, chance: Random) -> None:
    # A checkpoint that is lost without any trace is a forgery: see `seal_taken_away`.
    some(package, chance).unlink()


def leave_a_file(package: Path, chance: Random) -> None:
    folder = chance.choice(["", "data", "data/documents", "data/evidence", "data/另外"])
    (package / folder).mkdir(exist_ok=True)
    (package / folder / f"另一份{chance.randrange(10**6)}.pdf").write_bytes(other_bytes(chance))


def exchange_two_files(package: Path, chance: Random) -> None:
    one, two = chance.sample([path for path in every(package) if path.stat().st_size], 2)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def rename_a_file(package: Path, chance: Random) -> None:
    path = some(package, chance)
    path.rename(path.with_name(f"x{path.name}"))


def link_a_file(package: Path, chance: Random) -> None:
    path = some(package, chance)
    kept = package.parent / f"{package.name}.kept"
    path.rename(kept)
    path.symlink_to(kept)


def other_line_ends(package: Path, chance: Random) -> None:
    names = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sm3.txt", "data/events.jsonl", "index.html")
    path = package / chance.choice(names)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def drop_a_line_of_a_manifest(package: Path, chance: Random) -> None:
    names = ("manifest-sha256.txt", "manifest-sm3.txt", "tagmanifest-sha256.txt")
    path = package / chance.choice(names)
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    path.write_bytes(b"".join(lines))


# Forging with the lists rebuilt


def replaced_under_new_manifests(package: Path, chance: Random) -> None:
    of_the_case(package, chance).write_bytes(other_bytes(chance))
    write_manifests(package)


def replaced_under_new_lists(package: Path, chance: Random) -> None:
    own = ["data/volume.docx", "data/verify.py"]
    path = chance.choice([of_the_case(package, chance), *(package / name for name in own)])
    path.write_bytes(other_bytes(chance))
    write_lists(package)


def exchanged_under_new_lists(package: Path, chance: Random) -> None:
    places = [file["path"] for item in catalogue_of(package)["items"] for file in item["files"]]
    one, two = (package / place for place in chance.sample(places, 2))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    write_lists(package)


def added_to_every_list(package: Path, chance: Random) -> None:
    place = f"data/documents/099_另一份{chance.randrange(10**6)}.pdf"
    (package / place).parent.mkdir(exist_ok=True)
    (package / place).write_bytes(other_bytes(chance))
    said = catalogue_of(package)
    chance.choice(said["items"])["files"].append({"path": place, "sha256": "", "size": 0})
    write_lists(package, said)


def taken_from_every_list(package: Path, chance: Random) -> None:
    path = of_the_case(package, chance)
    path.unlink()
    said = catalogue_of(package)
    for item in said["items"]:
        item["files"] = [file for file in item["files"] if file["path"] != name_of(package, path)]
    if not any(path.parent.iterdir()):
        path.parent.rmdir()
    write_lists(package, said)


def retold_in_the_catalogue(package: Path, chance: Random) -> None:
    said = catalogue_of(package)
    told = {
        "title": "另一题名",
        "responsible": "另一单位",
        "number": "某公〔2020〕1号",
        "dated": "2020-01-01",
        "pages": 999,
    }
    name = chance.choice(sorted(told))
    chance.choice(said["items"])[name] = told[name]
    write_lists(package, said)


def retold_to_readers(package: Path, chance: Random) -> None:
    path = package / chance.choice(FOR_READERS)
    path.write_bytes(path.read_bytes() + b"<!-- another -->")
    write_lists(package)


def lost_for_readers(package: Path, chance: Random) -> None:
    (package / chance.choice(FOR_READERS)).unlink()
    write_lists(package)


def second_manifest_taken_away(package: Path, chance: Random) -> None:
    (package / "manifest-sm3.txt").unlink()
    write_manifests(package, second=False)


# Forging in the chain


def event_retold(package: Path, chance: Random) -> None:
    events = events_of(package)
    event = chance.choice(events)
    event["actor_name"] = "另一人"
    if chance.random() < 0.5:
        event.pop("hash")
        event["hash"] = hashlib.sha256(spelled(event)).hexdigest()
    write_events(package, events)
    write_lists(package)


def event_taken_out(package: Path, chance: Random) -> None:
    events = events_of(package)
    del events[chance.randrange(len(events) - 1)]
    write_events(package, events)
    said = catalogue_of(package)
    said["info"]["Event-Count"] = str(len(events))
    write_lists(package, said)


def chain_cut_short(package: Path, chance: Random) -> None:
    events = events_of(package)
    events = events[: chance.randint(1, len(events) - 1)]
    write_events(package, events)
    said = catalogue_of(package)
    said["info"].update({"Chain-Head": events[-1]["hash"], "Event-Count": str(len(events))})
    write_lists(package, said)


def replaced_and_all_rebuilt(package: Path, chance: Random) -> None:
    """Replace a paper and rebuild every manifest, catalogue and chain: each hash of it, wherever it stands."""
    path = of_the_case(package, chance)
    before = hashed(path)
    path.write_bytes(other_bytes(chance))
    for name in ("data/events.jsonl", "data/catalogue.xml"):
        file = package / name
        file.write_bytes(file.read_bytes().replace(before.encode(), hashed(path).encode()))
    write_chain(package, events_of(package))


def back_dated_and_all_rebuilt(package: Path, chance: Random) -> None:
    events = events_of(package)
    chance.choice(events).update(
        happened_at="2026-01-01T01:00:00.000000+00:00", recorded_at="2026-01-01T01:00:00.000000+00:00"
    )
    write_chain(package, events)


def forgotten_and_all_rebuilt(package: Path, chance: Random) -> None:
    events = events_of(package)
    spare = [at for at, event in enumerate(events) if event["kind"] == "measure_closed"]
    del events[chance.choice(spare)]
    write_chain(package, events)


def old_signature_under_a_new_root(package: Path, chance: Random) -> None:
    replaced_and_all_rebuilt(package, chance)
    another_seal(package, None)


def sealed_by_another_key(package: Path, chance: Random) -> None:
    chance.choice([replaced_and_all_rebuilt, back_dated_and_all_rebuilt, forgotten_and_all_rebuilt])(package, chance)
    another_seal(package, Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)))


def seal_taken_away(package: Path, chance: Random) -> None:
    chance.choice([replaced_and_all_rebuilt, back_dated_and_all_rebuilt, forgotten_and_all_rebuilt])(package, chance)
    (package / "checkpoint.json").unlink()
    write_manifests(package)


OWN_SEAL: tuple[Damage, ...] = (sealed_by_another_key, seal_taken_away)
WHOLE: tuple[Damage, ...] = (
    replaced_and_all_rebuilt,
    back_dated_and_all_rebuilt,
    forgotten_and_all_rebuilt,
    old_signature_under_a_new_root,
    *OWN_SEAL,
)
DAMAGES: tuple[Damage, ...] = (
    flip_a_bit,
    cut_bytes_out,
    put_bytes_in,
    empty_a_file,
    lose_a_file,
    leave_a_file,
    exchange_two_files,
    rename_a_file,
    link_a_file,
    other_line_ends,
    drop_a_line_of_a_manifest,
    replaced_under_new_manifests,
    replaced_under_new_lists,
    exchanged_under_new_lists,
    added_to_every_list,
    taken_from_every_list,
    retold_in_the_catalogue,
    retold_to_readers,
    lost_for_readers,
    second_manifest_taken_away,
    event_retold,
    event_taken_out,
    chain_cut_short,
    *WHOLE,
)
