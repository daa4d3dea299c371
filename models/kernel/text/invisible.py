"""Characters that nobody sees and no paper can print: one rule for every door, with their place in the text."""

from __future__ import annotations

import unicodedata

from models.kernel.errors import Invalid

_KINDS = ("Cc", "Cf", "Cs", "Zl", "Zp")


def first_invisible(text: str) -> str | None:
    """Return where the first such character stands and which it is, in words; None where there is none."""
    if text.isprintable():  # knows no line break, so what it refuses is looked at character by character
        return None
    for place, character in enumerate(text, 1):
        if _unprintable(character):
            return f"第{place}个字符，U+{ord(character):04X}"
    return None


def refuse_invisible(what: str, text: str) -> None:
    """Refuse a text with such a character, whatever ends its lines. Raises Invalid with its place."""
    if place := first_invisible(text.replace("\r\n", "\n")):
        raise Invalid(f"{what}含有不可见的控制字符（{place}），请删除后重试。", code="control_character")


def _unprintable(character: str) -> bool:
    # Private use stays allowed: rare characters of names live there. Non-characters break XML.
    if unicodedata.category(character) in _KINDS:
        return character not in "\n\t"
    return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
