"""A dossier in which every field of every sheet says something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.accident.dossier import read, write
from models.accident.sheets import SHEETS, Field, FieldKind, Sheet
from tests.first_format import first_format
from tests.stories import START


def example(sheet: Sheet, field: Field) -> Any:
    """A value of the field; no other field has its text."""
    kinds: dict[FieldKind, Any] = {
        FieldKind.TEXT: f"{sheet.title}{field.label}一",
        FieldKind.LONG: f"{sheet.title}{field.label}的情况。",
        FieldKind.INTEGER: 3,
        FieldKind.DECIMAL: 3.5,
        FieldKind.MONEY: 1200.55,
        FieldKind.DATE: "2025-06-01",
        FieldKind.MOMENT: "2025-06-03T21:15:00+08:00",
        FieldKind.CLOCK: "21:15",
        FieldKind.BOOLEAN: True,
        FieldKind.CHOICES: [field.choices[0].value if field.choices else f"{sheet.title}{field.label}一"],
        FieldKind.STAKE: "K12+318",
        FieldKind.PLACE: {"x": 114.87, "y": 30.39, "datum": "gcj02"},
    }
    return field.choices[0].value if field.kind is FieldKind.CHOICE else kinds[field.kind]


def every_field(sheet: Sheet, refs: Mapping[str, str]) -> dict[str, Any]:
    pointing = (FieldKind.REF, FieldKind.REFS, FieldKind.ORGANISATION)
    said: dict[str, Any] = {}
    for field in sheet.fields:
        if field.standard in ("GB 11643", "GB 32100", "GB/T 2260") or field.name in ("subject_ref", "subject_type"):
            continue
        if field.kind in pointing:
            to = refs[str(field.target)]
            said[field.name] = [to] if field.kind is FieldKind.REFS else to
        else:
            said[field.name] = example(sheet, field)
    return said


def full_dossier() -> dict[str, Any]:
    """A dossier in which every field of every sheet says something."""
    tree = write(read(first_format("ezhou-one-death"), now=START))
    refs = {"organisations": "O1", "people": "P1", "vehicles": "V1", "findings": "F1"}
    for one in SHEETS.values():
        said = every_field(one, refs)
        if not one.many:
            kept = tree.get(one.name, {})
            tree[one.name] = {**said, **{name: kept[name] for name in ("occurred_at", "division_code") if name in kept}}
        elif one.name == "accountability":
            tree[one.name][0] |= said
        elif one.name in tree:
            first = tree[one.name][0]
            first |= {
                name: value for name, value in said.items() if name not in ("name", "cooperating_refs", "drawn_by_ref")
            }
        else:
            tree[one.name] = [{"ref": f"{one.prefix}1" if one.prefix != "P" else "P9", **said}]
    tree["measures"][0] |= {"organisation_ref": "O1", "cooperating_refs": ["O2"]}
    return tree
