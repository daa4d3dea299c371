"""The format as JSON Schema, for people who write dossiers with other tools."""

from __future__ import annotations

from typing import Any

from models.accident.dossier import second, shape
from models.kernel import vocabulary
from models.kernel.vocabulary import Word


def schema(version: int = 1) -> dict[str, Any]:
    """Return the JSON Schema of a format; references, and dates and counts among each other, are checked by `read` alone."""
    of = second.model() if version == 2 else shape.Dossier
    found = of.model_json_schema(by_alias=True)
    found.pop("description", None)
    for name, definition in found["$defs"].items():
        # Names and docstrings are for programmers; the schema's reader gets the field's words.
        definition.pop("title", None)
        definition.pop("description", None)
        word = getattr(vocabulary, name, None)
        if word is not None and issubclass(word, Word):
            definition["description"] = "；".join(f"{w.value} {w.label}" for w in word)
    told = "一起事故的结构化案情；null 表示未知，可空的键可以省略，不认识的键会被拒绝"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **found,
        "title": "案情卷",
        "description": f"case-dossier/{version}：{told}",
    }
