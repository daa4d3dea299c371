"""Names in a folded form: two ways of writing one name compare as equal; what is stored and shown stays as it was written."""

from __future__ import annotations

import re
import unicodedata

# Brackets of every shape stand in names of enterprises; dots stand in names of minorities and of foreigners.
_BRACKETS = str.maketrans({**dict.fromkeys("[{〔【〈《﹝「『", "("), **dict.fromkeys("]}〕】〉》﹞」』", ")")})
_LEFT_OUT = re.compile(r"[\s·•・‧∙.,，、\-—–_'\"“”‘’]+")


def folded(name: str) -> str:
    """Return a name without width, case, kind of bracket, blanks, dots and quotation marks: what two spellings share."""
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", name).translate(_BRACKETS)).casefold()


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one name, however each was typed."""
    return folded(one) == folded(other)
