"""The feed of a case's facts: what acts did before, what one changes now, and what the case's record tells of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from models.accident.sheets import Field, Sheet, shown
from models.case.queries.facts import last_seq
from models.case.tables import Case, FactChange
from models.kernel.act import Act
from models.kernel.errors import Conflict, Invalid
from models.kernel.events import record
from models.kernel.storage.personal_keys import keys_of
from models.kernel.storage.sealed_columns import PERSONAL, Secret
from models.office.tables import User

QUIET = ("officials",)
"""The sheets whose values the case's record does not tell: fewer people may know them than may read the record."""
LONGEST_OP = 64
FRESH = timedelta(hours=1)
"""How long who added a finding, a measure or evidence by mistake takes it back; later it is withdrawn with a reason."""
LONGEST_TOLD = 200  # characters of a value that an event repeats; the whole stands in the feed, by its digest


class Feed:
    """What one act on one sheet of a locked case puts into the feed, told in one event at its end."""

    def __init__(self, act: Act, case: Case, sheet: Sheet, reason: str | None) -> None:
        self.act, self.case, self.sheet, self.reason = act, case, sheet, reason
        self.seq = last_seq(act.session, case)
        self.noted: list[tuple[FactChange, Field | None]] = []

    def note(self, row: str, field: Field | None, what: str, op: str, version: int, *, before: Any, after: Any) -> None:
        """Put a change into the feed: `what` is set, added, removed or restored."""
        self.seq += 1
        change = FactChange(
            case_id=self.case.id,
            seq=self.seq,
            sheet=self.sheet.name,
            row=row,
            field=None if field is None else field.name,
            what=what,
            op_id=op,
            version=version,
            changed_by=self.act.person,
            changed_at=self.act.at,
            reason=self.reason,
            before=_kept(field, before),
            after=_kept(field, after),
        )
        self.act.session.add(change)
        self.noted.append((change, field))

    @property
    def fields(self) -> list[Field]:
        """Return the fields that were set, in their order."""
        return [field for _, field in self.noted if field is not None]

    def record(self) -> None:
        """Tell the case's record what was noted."""
        if not self.noted:
            return
        mark = keys_of(self.act.session.get_bind().dialect).mark
        lines = (_canonical(change, mark) for change, _ in self.noted)
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        data: dict[str, Any] = {
            "sheet": self.sheet.name,
            "first": self.noted[0][0].seq,
            "last": self.noted[-1][0].seq,
            "digest": digest,
        }
        if self.sheet.name == "accountability":
            # Told, as every act on an item, to those alone who know the subjects.
            for item in dict.fromkeys(change.row for change, _ in self.noted):
                record(self.act, self.case, "accountability_changed", why=self.reason, item=item, **data)
            return
        if self.sheet.walled:
            # The record is read by all who see the case: it vouches for the change, and tells nothing of it.
            record(self.act, self.case, "facts_changed", **data, changes=[])
            return
        kind = "facts_changed" if self.reason is None else "facts_corrected"
        quiet = self.sheet.name in QUIET
        changes = [_in_an_event(change, field, quiet=quiet) for change, field in self.noted]
        record(self.act, self.case, kind, why=self.reason, **data, changes=changes)

    def done(self, op: str, row: str | None = None, field: str | None = None) -> FactChange | None:
        """Return what an act of this name did before; `row` None for one that adds.

        Raises Invalid for no name, Conflict where it was another's, or did something else.
        """
        if not op.strip() or len(op) > LONGEST_OP:
            raise Invalid(f"操作编号不能为空，最多{LONGEST_OP}个字符。", code="bad_op")
        found = self.act.session.scalars(select(FactChange).where(FactChange.op_id == op)).one_or_none()
        if found is None:
            return None
        before = (found.case_id, found.sheet, found.changed_by, found.field, found.row)
        if before != (self.case.id, self.sheet.name, self.act.person, field, row or found.row):
            raise Conflict("这次操作的编号已用于另一次操作，本次未保存，请刷新后重试。", code="op_taken")
        return found

    def last(self, row: str, *, what: Collection[str]) -> FactChange | None:
        """Return the last of such changes of a row as a whole."""
        query = select(FactChange).where(*self._of(row), FactChange.what.in_(what))
        return self.act.session.scalars(query.order_by(FactChange.seq.desc()).limit(1)).one_or_none()

    def is_fresh(self, row: str) -> bool:
        """Tell whether the actor has just added a row, or put it back, and nobody else has written in it."""
        last = self.last(row, what=("added", "restored"))
        if last is None or self.act.at - last.changed_at > FRESH:
            return False
        others = select(FactChange.id).where(*self._of(row), FactChange.changed_by != self.act.person).limit(1)
        return self.act.session.scalars(others).one_or_none() is None

    def last_by(self, row: str, field: Field) -> tuple[str, datetime]:
        """Return who changed a cell last, and when; somebody, now, where a step beside the sheets wrote it."""
        found = self.act.session.execute(
            select(User.name, FactChange.changed_at)
            .join(User, User.id == FactChange.changed_by)
            .where(*self._of(row), (FactChange.field == field.name) | (FactChange.field.is_(None)))
            .order_by(FactChange.seq.desc())
            .limit(1)
        ).one_or_none()
        return ("他人", self.act.at) if found is None else (found.name, found.changed_at)

    def _of(self, row: str) -> tuple[ColumnElement[bool], ...]:
        return (
            FactChange.case_id == self.case.id,
            FactChange.sheet == self.sheet.name,
            FactChange.row == row,
        )


def _kept(field: Field | None, value: Any) -> Any:
    """Return a value as the feed holds it: a personal one is sealed in the database."""
    return Secret(value) if field is not None and field.personal and isinstance(value, str) else value


def _canonical(change: FactChange, mark: Callable[[str], str]) -> str:
    """Return a change as the text of which the record keeps the digest.

    Of personal data it says their keyed hash: who has the record alone could else try all telephone numbers.
    """
    before, after = _marked(change.before, mark), _marked(change.after, mark)
    said = (change.seq, change.sheet, change.row, change.field, change.what, before, after)
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _marked(value: Any, mark: Callable[[str], str]) -> Any:
    if isinstance(value, Secret):
        return mark(value)
    if isinstance(value, dict):
        return {name: mark(str(one)) if name in PERSONAL and one is not None else one for name, one in value.items()}
    return value


def _in_an_event(change: FactChange, field: Field | None, *, quiet: bool) -> dict[str, Any]:
    """Return what an event says of a change: no personal data, nothing of what few may know, no long text twice."""
    told: dict[str, Any] = {"row": change.row, "what": change.what}
    if field is None:
        return told
    told["label"] = field.label
    before, after = shown(field, change.before), shown(field, change.after)
    if not (quiet or field.personal or max(len(before), len(after)) > LONGEST_TOLD):
        told |= {"before": before, "after": after}
    return told
