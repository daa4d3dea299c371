"""Sheets (情况表): everything that an investigation collects, each thing declared once as a field, for every door."""

from __future__ import annotations

from .among import row_faults
from .catalogue import SHEETS, pointers, sheet, targets
from .fields import Choice, Field, FieldKind
from .sheet import ONLY_ROW, Sheet
from .values import QUESTIONS, Value, faults, parse, shown

__all__ = [
    "ONLY_ROW",
    "QUESTIONS",
    "SHEETS",
    "Choice",
    "Field",
    "FieldKind",
    "Sheet",
    "Value",
    "faults",
    "parse",
    "pointers",
    "row_faults",
    "sheet",
    "shown",
    "targets",
]
