"""What a thief of papers does: changes a package and rebuilds its lists. Uses nothing of the product."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def spelled(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def rebuild(package: Path, change: Callable[[dict[str, Any]], None] = lambda said: None) -> None:
    """Make catalogue, bag-info and both manifests agree with whatever lies in the package now."""
    catalogue = package / "data/catalogue.json"
    said = json.loads(catalogue.read_bytes())
    change(said)
    for item in said["items"]:
        for file in item["files"]:
            content = (package / file["path"]).read_bytes()
            file.update(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    catalogue.write_bytes(spelled(said) + b"\n")
    payload = [path for path in (package / "data").rglob("*") if path.is_file()]
    oxum = f"{sum(path.stat().st_size for path in payload)}.{len(payload)}"
    lines = sorted([*said["info"].items(), ("Payload-Oxum", oxum)])
    (package / "bag-info.txt").write_bytes("".join(f"{label}: {value}\n" for label, value in lines).encode())
    if (package / "manifest-sm3.txt").exists():
        write_manifest(package, "manifest-sm3.txt", payload, kind="sm3")
    write_manifest(package, "manifest-sha256.txt", payload)
    tags = [path for path in package.iterdir() if path.is_file() and not path.name.startswith("tagmanifest")]
    write_manifest(package, "tagmanifest-sha256.txt", tags)


def write_manifest(package: Path, name: str, listed: list[Path], *, kind: str = "sha256") -> None:
    """Write a manifest over these files."""
    sums = {
        path.relative_to(package).as_posix().encode(): hashlib.new(kind, path.read_bytes()).hexdigest().encode()
        for path in listed
    }
    (package / name).write_bytes(b"".join(sums[path] + b"  " + path + b"\n" for path in sorted(sums)))


def rechain(package: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change the events and give every one of them a new hash, as if the case had gone so; then rebuild the lists."""
    file = package / "data/events.jsonl"
    events = [json.loads(line) for line in file.read_bytes().splitlines()]
    change(events)
    previous = "0" * 64
    for seq, event in enumerate(events, 1):
        event.pop("hash", None)
        event["seq"], event["prev_hash"] = seq, previous
        event["hash"] = previous = hashlib.sha256(spelled(event)).hexdigest()
    file.write_bytes(b"".join(spelled(event) + b"\n" for event in events))
    rebuild(package, lambda said: said["info"].update({"Chain-Head": previous, "Event-Count": str(len(events))}))
