"""Shared by commands that edit facts of a case: until when editing is open, and how a change is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from models.case.fact_columns import fields_in
from models.case.tables import Case, Finding
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.base import Base, Json
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Invalid, NotFound, WrongStage
from models.kernel.rights import policy
from models.kernel.text.invisible import refuse_invisible
from models.kernel.text.short_names import OfCase
from models.kernel.vocabulary import CaseKind, Stage
from models.rectification.tables import Measure


def open_for_editing(act: Act, case_number: str) -> Case:
    """Return the locked case if its findings may change; the first change moves it from 立案 to 调查."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    if case.kind is CaseKind.HAZARD:
        raise WrongStage("隐患交办没有调查报告，不登记问题和问责事项；可增加整改措施。", code="no_accident")
    if case.stage is Stage.RECTIFYING:
        raise WrongStage("报告已签发，问题和证据不能再修改；可增加整改措施。", code="report_signed")
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    return case


def worded(text: str, what: str) -> str:
    if not text.strip():
        raise Invalid(f"请填写{what}内容。", code="empty_text")
    refuse_invisible(what, text)
    return text.strip()


def by_ref(act: Act, table: type[OfCase], case: Case, ref: str, what: str) -> OfCase:
    """Return a row of the case by its short name. Raises NotFound, in words, for one that is not there."""
    row = act.session.scalars(select(table).where(table.case_id == case.id, table.ref == ref)).one_or_none()
    if row is None:
        raise NotFound(f"本案没有编号为“{ref}”的{what}。", code="ref_not_found")
    return row


def change(row: Base, wanted: Mapping[str, object], *, strict: bool = True) -> Json:
    """Set the given values, by column, and return before and after, as an event keeps them, of those that differ.

    An empty text takes away. A sheet that shows one of the columns shows what is written here.
    """
    before: Json = {}
    after: Json = {}
    for name, given in wanted.items():
        value = None if given == "" else given
        if given is not None and getattr(row, name) != value:
            before[name], after[name] = _plain(getattr(row, name)), _plain(value)
            setattr(row, name, value)
    if not after and strict:
        raise Invalid("没有要修改的内容。", code="nothing_to_change")
    overwrite(row, fields_in(row, after))
    return {"before": before, "after": after} if after else {}


def overwrite(record: Any, fields: Iterable[str]) -> None:
    """Drop what the details of a row keep of fields that a step of its own has just written elsewhere, and count the
    changes: who still looks at what stood there is told so (`Overtaken`) before it comes back."""
    names = set(fields)
    if names:
        record.details = {name: kept for name, kept in record.details.items() if name not in names}
        record.versions = {**record.versions, **{name: record.versions.get(name, 0) + 1 for name in names}}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def count_of(act: Act, table: type[Finding | Measure], case: Case) -> int:
    return act.session.scalar(select(func.count()).select_from(table).where(table.case_id == case.id)) or 0
