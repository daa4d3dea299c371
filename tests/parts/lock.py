"""The parts as `requirements.lock` pins them, and which of them `pyproject.toml` asks for by name."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PART = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Part:
    """A distribution by its normal name, its version, and the SHA-256 of each of its files that may be installed."""

    name: str
    version: str
    hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """The product itself, its parts in the order of their names, and the parts that it asks for by name."""

    name: str
    version: str
    licence: str
    parts: tuple[Part, ...]
    asked_for: tuple[str, ...]


def parts(lock: str) -> tuple[Part, ...]:
    """Return the parts that the text of a lock pins, in the order of their names."""
    found = []
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock):
        named = _PART.match(entry)
        if named is not None:
            name = canonicalize_name(named[1])
            found.append(Part(name, named[2], tuple(sorted(_HASH.findall(entry)))))
    return tuple(sorted(found, key=lambda part: part.name))


def product(root: Path) -> Product:
    """Return what a checkout is made of in earnest."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked_for = sorted(canonicalize_name(Requirement(line).name) for line in project["dependencies"])
    pinned = parts((root / "requirements.lock").read_text(encoding="utf-8"))
    return Product(project["name"], project["version"], project["license"], pinned, tuple(asked_for))
