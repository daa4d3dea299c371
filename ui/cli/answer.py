"""What a verb prints: one JSON document for machines, or plain tables for people; nothing is coloured in a pipe."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from models.kernel.vocabulary import Light

PIPE_WIDTH = 4000
STYLE_OF_LIGHT = {Light.GREEN: "green", Light.BLUE: "blue", Light.YELLOW: "yellow", Light.RED: "bold red"}


@dataclass(slots=True)
class Answer:
    """How the answer to one invocation is wanted, and whether it was a bad one."""

    json: bool = False
    status: int = field(default=0)

    def give(self, value: Any, people: Callable[[], None]) -> None:
        """Print `value` as JSON where it was asked for; else let `people` print it."""
        if self.json:
            print(as_json(value))
        else:
            people()


def as_json(value: Any) -> str:
    """Return one JSON document, Chinese as it is; dates and moments in ISO, words by their value.

    A dataclass is told as its `as_json` where it has one, else as its fields.
    """
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    as_published = getattr(value, "as_json", None)
    if as_published is not None:
        return as_published()
    if is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON")


def write_out(out: Path, data: bytes) -> None:
    """Write a file for the person who asked. Raises Invalid for a place where nothing can be written."""
    from models.kernel.errors import Invalid
    from models.kernel.storage.privacy import handed_out

    try:
        with handed_out():
            out.write_bytes(data)
    except OSError as error:
        raise Invalid(f"不能写入“{out}”，请检查路径和权限。", code="file_unwritable") from error


def say(text: str = "") -> None:
    """Print a line for people, styled by nothing."""
    print(text)


def tell(text: str) -> None:
    """Print a line beside the answer, on stderr."""
    print(text, file=sys.stderr)


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, empty: str) -> None:
    """Print rows below their heads, or the sentence `empty`. A `Light` is coloured on a terminal."""
    rows = list(rows)
    if not rows:
        say(empty)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    drawn = Table(box=box.SIMPLE_HEAD if console.is_terminal else None, pad_edge=False, header_style="")
    for head in heads:
        drawn.add_column(Text(head), overflow="fold")
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row))
    if console.is_terminal:
        console.print(drawn)
        return
    # In a pipe a line is a row, however long: nothing is cut, wrapped or coloured there.
    plain = Console(file=io.StringIO(), width=PIPE_WIDTH, color_system=None, highlight=False, markup=False, emoji=False)
    with plain.capture() as captured:
        plain.print(drawn, soft_wrap=True)
    for line in captured.get().splitlines():
        say(line.rstrip())


def _cell(value: Any) -> Any:
    from rich.text import Text

    if isinstance(value, Light):
        return Text(value.label, style=STYLE_OF_LIGHT[value])
    if value is None:
        return Text("—")
    label = getattr(value, "label", None)
    return Text(str(label if isinstance(label, str) else value))
