"""Whether a part is known to be weak, by advisories in the format of OSV that lie on this machine: nothing is asked online.

An export of https://osv.dev for PyPI is a zip of such files; a folder may hold files, zips, or both.
https://ossf.github.io/osv-schema/
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tests.parts.lock import Part

Advisory = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Weak:
    """A part that an advisory names, under which names it is known, and the versions in which it is mended."""

    part: Part
    names: tuple[str, ...]
    mended: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in a line."""
        mended = f"; mended in {', '.join(self.mended)}" if self.mended else "; not mended yet"
        return f"{self.part.name} {self.part.version}: {', '.join(self.names)}{mended}"


def advisories(folder: Path) -> Iterator[Advisory]:
    """Yield every advisory below a folder. Raises ValueError for a file that is none."""
    for path in sorted(folder.rglob("*.json")):
        yield _read(path.read_bytes(), str(path))
    for path in sorted(folder.rglob("*.zip")):
        with zipfile.ZipFile(path) as export:
            for name in sorted(one for one in export.namelist() if one.endswith(".json")):
                yield _read(export.read(name), f"{path}: {name}")


def _read(data: bytes, place: str) -> Advisory:
    told = json.loads(data)
    if not isinstance(told, dict) or "id" not in told:
        raise ValueError(f"{place} is no advisory of OSV")
    return told


def weak(parts: Iterable[Part], known: Iterable[Advisory]) -> list[Weak]:
    """Return which parts advisories name, in the order of parts and advisories."""
    by_name = {part.name: part for part in parts}
    found = []
    for told in known:
        if told.get("withdrawn"):
            continue
        for affected in told.get("affected", ()):
            package = affected.get("package", {})
            part = by_name.get(canonicalize_name(package.get("name", "")))
            if part is not None and package.get("ecosystem") == "PyPI" and _holds(affected, part.version):
                found.append(Weak(part, (told["id"], *told.get("aliases", ())), _mended(affected)))
    return sorted(found, key=lambda one: (one.part.name, one.names))


def _holds(affected: Mapping[str, Any], version: str) -> bool:
    if version in affected.get("versions", ()):
        return True
    ranges = (one for one in affected.get("ranges", ()) if one.get("type") == "ECOSYSTEM")
    return any(_within(one.get("events", ()), Version(version)) for one in ranges)


def _within(events: Iterable[Mapping[str, str]], version: Version) -> bool:
    """Return whether a version lies between an event that brings the weakness in and the next that ends it."""
    weak_now = False
    for at, kind in sorted(_moments(events)):
        if at > version or (at == version and kind == "last_affected"):
            break
        weak_now = kind == "introduced"
    return weak_now


def _moments(events: Iterable[Mapping[str, str]]) -> Iterator[tuple[Version, str]]:
    for event in events:
        for kind, at in event.items():
            if kind in ("introduced", "fixed", "last_affected"):
                try:
                    yield Version(at), kind
                except InvalidVersion:  # of another way to count, which a later event states again
                    continue


def _mended(affected: Mapping[str, Any]) -> tuple[str, ...]:
    events = (event for one in affected.get("ranges", ()) for event in one.get("events", ()))
    return tuple(event["fixed"] for event in events if "fixed" in event)
