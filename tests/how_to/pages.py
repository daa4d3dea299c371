"""A page of `docs/how-to` as what it tells to do: its fenced blocks with a file name, applied to a copy of the tree."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_BLOCK = re.compile(r"^```(?P<language>\w+) (?P<file>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def copied(to: Path) -> Path:
    """Copy what is in the repository, and what is about to be, without history and environment."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, to / name)
    return to


def state(tree: Path) -> dict[str, str]:
    """Return the hash of every file of a tree, without what running leaves behind."""
    return {
        str(file.relative_to(tree)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(tree.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }


def apply(page: str, tree: Path, words: Mapping[str, str], *, only: str = "") -> None:
    """Do what the blocks of a page say, those whose file name begins with `only`; `words` stand for placeholders."""
    for block in _BLOCK.finditer((ROOT / "docs" / "how-to" / page).read_text(encoding="utf-8")):
        file, text = block["file"], block["text"]
        for placeholder, word in words.items():
            file, text = file.replace(placeholder, word), text.replace(placeholder, word)
        if not file.startswith(only):
            continue
        where = tree / file
        if block["language"] == "diff":
            where.write_text(_added(where.read_text(encoding="utf-8"), text), encoding="utf-8")
        else:
            assert not where.exists(), f"{file} is there already"
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_text(text, encoding="utf-8")


def _added(text: str, diff: str) -> str:
    """Put the lines with + below the lines that stand before them, which the file holds once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if not line.startswith("+"))
    after = "".join(line[1:] for line in lines)
    assert text.count(before) == 1, f"the file holds {before!r} {text.count(before)} times"
    return text.replace(before, after)
