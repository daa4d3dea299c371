"""Small code tables of our own (data/codes.tsv): road class, weather, light, accident pattern, cause.

They group free text for figures and filters; a dossier keeps the words it came with.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from models.kernel.errors import NotFound
from models.kernel.vocabulary import Aspect, CodeTable

# A cause's first digit tells its aspect.
_ASPECTS = dict(zip("12345", Aspect, strict=True))


class Code(NamedTuple):
    """One code with its name and the other words that mean it."""

    code: str
    name: str
    aliases: tuple[str, ...]


@cache
def _tables() -> dict[str, tuple[Code, ...]]:
    found: dict[str, list[Code]] = {}
    text = (files("models.kernel") / "data" / "codes.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        table, code, name, aliases = line.split("\t")
        found.setdefault(table, []).append(Code(code, name, tuple(aliases.split())))
    return {table: tuple(codes) for table, codes in found.items()}


@cache
def _words(table: CodeTable) -> dict[str, str]:
    return {word: code.code for code in entries(table) for word in (code.name, *code.aliases)}


def entries(table: CodeTable) -> tuple[Code, ...]:
    """Return a table's codes in their order."""
    return _tables()[table]


def match(table: CodeTable, text: str | None) -> str | None:
    """Return the code whose name or alias the whole text is; None otherwise.

    A part of the text is never enough: 未超载 does not mean 超载.
    """
    return _words(table).get("".join(text.split())) if text else None


def name(table: CodeTable, code: str) -> str:
    """Return a code's name. Raises NotFound."""
    for entry in entries(table):
        if entry.code == code:
            return entry.name
    raise NotFound(f"{table.label}代码 {code} 不存在", code="unknown_code")


def aspect_of(cause: str) -> Aspect:
    """Return the aspect of a cause code. Raises NotFound for a code that is not in the table."""
    name(CodeTable.CAUSE, cause)
    return _ASPECTS[cause[0]]
