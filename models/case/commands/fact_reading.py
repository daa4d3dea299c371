"""What somebody typed into a cell, as the value that is kept: understood, or as it is."""

from __future__ import annotations

from collections.abc import Mapping

from models.accident.sheets import SHEETS, Field, Value, parse
from models.accident.sheets.fields import POINTERS, FieldKind
from models.accident.sheets.written import day
from models.case.queries.fact_rows import BY_NUMBER, Refs, StoredRow, rows_of
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.errors import Invalid

from .fact_writing import find_unit

HIDDEN = "***"
"""What stands in no number and no address, and in each that is shown half hidden."""


def read(act: Act, case: Case, field: Field, said: Value, row: StoredRow, refs: Refs) -> Value:
    """Return the value to keep. Raises Invalid for what no database and no paper could hold."""
    if not isinstance(said, str):
        return said if said != [] else None
    if field.personal and HIDDEN in said:
        raise Invalid(f"“{field.label}”填的是隐去以后的内容，没有保存；请先显示完整内容再修改。", code="hidden_value")
    try:
        return parse(field, said, _rows(act, case, field, refs))
    except Invalid as refusal:
        return _otherwise(act, case, field, said.strip(), row, refs, refusal)


def _otherwise(act: Act, case: Case, field: Field, said: str, row: StoredRow, refs: Refs, refusal: Invalid) -> Value:
    if field.kind is FieldKind.ORGANISATION and refusal.code == "unknown_reference":
        return find_unit(act, case, said, refs) or said
    known = row.values.get("time_known")
    if field.name == "occurred_at" and refusal.code == "time_missing" and known in ("date", "unknown"):
        return f"{day(said).isoformat()}T00:00:00+08:00"
    if refusal.code in ("control_character", "too_long"):
        raise Invalid(f"“{field.label}”{refusal.message}。", code=refusal.code)
    return said


def _rows(act: Act, case: Case, field: Field, refs: Refs) -> Mapping[str, str]:
    """Return what may be written for the rows that a field may point to."""
    if field.kind not in POINTERS or field.target is None:
        return {}
    if field.target in BY_NUMBER:
        return refs.rows(field.target)
    return {row.ref: row.ref for row in rows_of(act.session, case, SHEETS[field.target], refs)}
