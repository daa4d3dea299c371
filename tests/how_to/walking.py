"""Follow a page of docs/how-to to the letter in a copy of the tree, so that a page which no longer works is found.

A page says what to do in a paragraph before a fenced block: ``A new file, `path`:``, ``In `path`, below `line`:`` or
``In `path`, instead of `line`:``. The block is what is written there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^(?P<where>[^\n]+):\n\n```\w*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
NEW = re.compile(r"A new file, `(?P<path>[^`]+)`")
CHANGED = re.compile(r"In `(?P<path>[^`]+)`, (?P<how>below|instead of) `(?P<line>[^`]+)`")


@dataclass(frozen=True, slots=True)
class Change:
    """What a page says to write: a new file, or lines below or instead of the one line that says `line`."""

    path: str
    text: str
    how: str = "new"
    line: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the tree in which a page was followed; `touched` are the files that it named."""

    folder: Path
    touched: tuple[str, ...]

    def program_files(self) -> list[str]:
        """Return the files that belong to the program, and not to its tests."""
        return [path for path in self.touched if not path.startswith("tests/")]

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run python in the copy, with the copy's code."""
        home = {
            "SHENCHA_HOME": str(self.folder / "home"),
            "PYTHONPATH": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("SHENCHA_", "PYTEST_", "COV_"))
        }
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={**kept, **home},
            capture_output=True,
            text=True,
            check=False,
        )

    def style(self) -> subprocess.CompletedProcess[str]:
        """Check what was touched as `make check` does."""
        checked = self.python("-m", "ruff", "check", *self.touched)
        return checked if checked.returncode else self.python("-m", "ruff", "format", "--check", *self.touched)

    def pytest(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run tests of the copy."""
        return self.python("-m", "pytest", "-p", "no:cacheprovider", "-n", "0", "-rA", *arguments)


def changes_of(page: str, words: Mapping[str, str]) -> list[Change]:
    """Return what a page says to write, in its order; `words` fill in what it leaves to the day, as a number.

    Raises ValueError for a block of which the page does not say where it goes.
    """
    for word, meaning in words.items():
        page = page.replace(word, meaning)
    found = [_change(block["where"], block["text"]) for block in BLOCK.finditer(page)]
    if len(found) != page.count("\n```\n"):
        raise ValueError("the page has a block and does not say in the line before where it goes")
    return found


def _change(where: str, text: str) -> Change:
    if new := NEW.fullmatch(where):
        return Change(new["path"], text)
    if changed := CHANGED.fullmatch(where):
        return Change(changed["path"], text, changed["how"], changed["line"])
    raise ValueError(f"the page does not say where a block goes: {where}")


def follow(page: Path, folder: Path, words: Mapping[str, str] | None = None) -> Copy:
    """Copy the tree into `folder` and do there what a page says. Raises ValueError where it cannot be done."""
    _copy(folder)
    changes = changes_of(page.read_text(encoding="utf-8"), words or {})
    for change in changes:
        _write(folder / change.path, change)
    return Copy(folder, tuple(dict.fromkeys(change.path for change in changes)))


def _copy(folder: Path) -> None:
    """Copy every file that the repository knows or would take in; neither its history nor what tools left behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for path in filter(None, listed.stdout.split("\0")):
        if (ROOT / path).is_file():  # one that was removed and not yet committed is still listed
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, folder / path)


def _write(file: Path, change: Change) -> None:
    if change.how == "new":
        if file.exists():
            raise ValueError(f"{change.path} is there already")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(change.text, encoding="utf-8")
        return
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    at = [number for number, line in enumerate(lines) if line.strip() == change.line]
    if len(at) != 1:
        raise ValueError(f"{change.path} says “{change.line}” {len(at)} times")
    lines[at[0] + (change.how == "below") : at[0] + 1] = [change.text]
    file.write_text("".join(lines), encoding="utf-8")
