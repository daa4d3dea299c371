"""One act on one sheet of a locked case: reads what was typed, refuses who was overtaken, feeds and tells what changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from models.accident.sheets import QUESTIONS, SHEETS, Field, Value, faults, parse, sheet, shown
from models.accident.sheets.fields import POINTERS, FieldKind
from models.accident.sheets.values import moment_in_words
from models.accident.sheets.written import day
from models.accident.tables import Accident
from models.accountability.tables import AccountabilityItem
from models.case.fact_columns import table_of
from models.case.queries.fact_rows import BY_NUMBER, Refs, StoredRow, rows_of
from models.case.queries.facts import WALLED, Sight, hidden, in_words, last_seq, refuse_walled, sight_of
from models.case.tables import Case, FactChange, FactRow
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Fault, Invalid, NotFound, WrongStage
from models.kernel.events import record, record_admin
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_documents
from models.kernel.text.short_names import free_ref
from models.kernel.vocabulary import (
    DocumentStatus,
    OrganisationKind,
    Stage,
)
from models.office.commands.organisations import add_organisation
from models.office.commands.restricted import examined_by
from models.office.tables import Organisation, User
from models.papers.commands.outdated_papers import flag
from models.papers.queries.saying import Saying, papers_saying
from models.papers.tables import Document

from .cases import require_running
from .fact_following import follow, recount
from .fact_making import blank, refuse_pointed, taken
from .fact_writing import find_unit, list_unit, put

LONGEST_OP = 64
LONGEST_TOLD = 200  # characters of a value that an event repeats; the whole stands in the feed, by its digest
_HINTS = {
    "evidence": "证据须连同文件或存放处登记，请用“登记证据”。",
    "accountability": "请用“增加问责事项”。",
}
_WITHDRAWN = {"findings": "问题", "measures": "整改措施", "evidence": "证据", "accountability": "问责事项"}


@dataclass(frozen=True, slots=True)
class Change:
    """A cell as somebody leaves it: a text as it was typed, or a value as JSON. `seen` is the version that was shown."""

    row: str
    field: str
    value: Value
    seen: int | None = None
    op: str = ""


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """What became of a cell: its new version, what is wrong or asked about it, and the value that is kept."""

    version: int
    faults: tuple[Fault, ...]
    value: Value


class Overtaken(Conflict):
    """Somebody else changed the cell after it was shown. Carries what stands there now, by whom and since when."""

    def __init__(self, message: str, *, value: Value, version: int, by: str, at: datetime) -> None:
        super().__init__(message, code="conflict_seen")
        self.value, self.version, self.by, self.at = value, version, by, at


class Desk:
    """One act on one sheet of a locked case: what is changed is put into the feed, and told in one event."""

    def __init__(self, act: Act, case_number: str, name: str, *, correcting: str | None = None) -> None:
        self.act, self.sheet, self.reason = act, sheet(name), correcting
        self.case = _open(act, case_number, correcting=correcting is not None)
        self.sight: Sight = sight_of(act.session, act.actor, case_number)
        refuse_walled(self.sheet, self.sight)
        self.refs = Refs(act.session, self.case)
        self.seq = last_seq(act.session, self.case)
        self.told: list[tuple[FactChange, Field | None]] = []

    def change(self, changes: Sequence[Change]) -> list[ChangedFact]:
        """Change cells, and do what follows from it."""
        before = self._occurred_at()
        done = [self._change(one) for one in changes]
        self._finish(before)
        return done

    def correct(self, row: str, field: str, value: str, why: str) -> list[str]:
        """Change a cell and flag the papers that say what stood there."""
        before = self._occurred_at()
        one = self.sheet.field(field)
        stood = in_words(one, self._row(row).values.get(one.name), self.refs)
        # Personal data and what few may know stand in no paper: another text that is the same would be flagged with them.
        silent = one.personal or one.name in _FIGURES or self.sheet.name == WALLED
        said = [] if silent else papers_saying(self.act.session, self.case.id, stood)
        changed = self._change(Change(row, one.name, value, None, self._op()))
        blocking = [fault for fault in changed.faults if fault.code not in QUESTIONS]
        if blocking:
            raise Invalid(f"“{one.label}”{blocking[0].message}。", faults=blocking, code=blocking[0].code)
        now = in_words(one, self._row(row).values.get(one.name), self.refs)
        if stood == now:
            raise Invalid("没有要修改的内容。", code="nothing_to_change")
        self._finish(before)
        told = "" if self.sheet.name in _QUIET else f"由{stood or '未填'}更正为{now or '空'}"
        self._flag(said, f"{one.label}{told or '已更正'}（{why}），文书所载需更正")
        return self._visible(said)

    def _visible(self, said: Sequence[Saying]) -> list[str]:
        """Return what the papers are called that the actor may know of; the others are flagged all the same."""
        seen = self.act.session.scalars(
            select(Document.id).where(Document.id.in_([one.id for one in said]), visible_documents(self.act.actor))
        ).all()
        return [one.called for one in said if one.id in seen]

    def add(self, rows: Sequence[Mapping[str, Value]], op: str, after: str | None) -> list[str]:
        """Add rows to a list."""
        _named(op)
        if not self.sheet.many:
            raise Invalid(f"“{self.sheet.title}”只有一份，请直接填写。", code="single_form")
        if self.sheet.name in _HINTS:
            raise Invalid(_HINTS[self.sheet.name], code="own_step")
        ops = [op if len(rows) == 1 else f"{op}/{number}" for number in range(1, len(rows) + 1)]
        again = [self._again(one) for one in ops]
        if all(again):
            return [one.row for one in again if one is not None]
        before = self._occurred_at()
        added = [self._add(values, one, after) for values, one in zip(rows, ops, strict=True)]
        self._finish(before)
        return added

    def remove(self, ref: str, op: str) -> None:
        """Take a row out."""
        if self._again(_named(op), ref) is not None:
            return
        if not self.sheet.many:
            raise Invalid(f"“{self.sheet.title}”只有一份，不能删除，请清空各项。", code="single_form")
        if self.sheet.name in _WITHDRAWN:
            raise Invalid(f"{_WITHDRAWN[self.sheet.name]}不删除，请用“撤回”并写明理由。", code="own_step")
        row = self._row(ref)
        refuse_pointed(self.act, self.case, self.sheet, self.refs, self.sight, ref)
        if row.record is None:
            raise Conflict(f"“{ref}”还被本案的问题、措施、人员或车辆引用，不能删除。", code="still_named")
        self._note(ref, None, "removed", op, 0, before=row.values, after=None)
        if isinstance(row.record, FactRow):
            row.record.removed_at = self.act.at
        else:
            self.act.session.delete(row.record)
        self._finish(None)

    def restore(self, ref: str, op: str) -> str:
        """Put a row back."""
        if self._again(_named(op), ref) is not None:
            return ref
        gone = self.act.session.scalars(
            select(FactChange)
            .where(
                FactChange.case_id == self.case.id,
                FactChange.sheet == self.sheet.name,
                FactChange.row == ref,
                FactChange.what.in_(("removed", "restored")),
            )
            .order_by(FactChange.seq.desc())
            .limit(1)
        ).one_or_none()
        if gone is None or gone.what != "removed":
            raise NotFound(f"“{self.sheet.title}”中没有删除过“{ref}”。", code="ref_not_found")
        self._note(ref, None, "restored", op, 0, before=None, after=gone.before)
        if table_of(self.sheet) is FactRow:
            self.act.session.execute(
                update(FactRow)
                .where(FactRow.case_id == self.case.id, FactRow.sheet == self.sheet.name, FactRow.ref == ref)
                .values(removed_at=None)
            )
        else:
            self._make(ref, gone.before, None)
        self._finish(None)
        return ref

    # What follows is one step of one of the acts above.

    def _change(self, one: Change) -> ChangedFact:
        field = self.sheet.field(one.field)
        done = self._again(_named(one.op), one.row, field.name)
        if done is not None:
            return ChangedFact(done.version, faults(field, done.after), done.after)
        row = self._row(one.row)
        self._refuse_overtaken(row, field, one)
        before = row.values.get(field.name)
        value = self._read(field, one.value, row)
        if value == before:
            return ChangedFact(row.versions.get(field.name, 0), faults(field, value), value)
        put(self.act, self.case, self.sheet, row, field, value, self.refs)
        version = row.versions[field.name]
        self._note(row.ref, field, "set", one.op, version, before=before, after=value)
        return ChangedFact(version, faults(field, value), value)

    def _row(self, ref: str) -> StoredRow:
        # Links are replaced by statements of their own: what is read next must see them.
        self.act.session.flush()
        kept = hidden(self.act.actor, self.sheet, self.sight)
        found = [
            row for row in rows_of(self.act.session, self.case, self.sheet, self.refs, *kept, ref=ref) if row.ref == ref
        ]
        item = found[0].record if found else None
        if not found or (isinstance(item, AccountabilityItem) and examined_by(self.act, item)):
            raise NotFound(f"“{self.sheet.title}”中没有“{ref}”。", code="ref_not_found")
        if isinstance(item, AccountabilityItem):
            self._refuse_carried(item)
        return found[0]

    def _refuse_carried(self, item: AccountabilityItem) -> None:
        paper = None if item.document_id is None else self.act.session.get(Document, item.document_id)
        if paper is not None and paper.status not in (*lifecycle.DRAFTS, DocumentStatus.VOID):
            raise Conflict(f"问责事项{item.ref}所在的建议书已提交，不能再修改。", code="item_carried")

    def _read(self, field: Field, said: Value, row: StoredRow) -> Value:
        """Return the value that is kept of what was typed: understood, or as it is."""
        if not isinstance(said, str):
            return said if said != [] else None
        try:
            return parse(field, said, self._rows(field))
        except Invalid as refusal:
            return self._otherwise(field, said.strip(), row, refusal)

    def _otherwise(self, field: Field, said: str, row: StoredRow, refusal: Invalid) -> Value:
        if field.kind is FieldKind.ORGANISATION and refusal.code == "unknown_reference":
            return find_unit(self.act, self.case, said, self.refs) or said
        known = row.values.get("time_known")
        if field.name == "occurred_at" and refusal.code == "time_missing" and known in ("date", "unknown"):
            return f"{day(said).isoformat()}T00:00:00+08:00"
        if refusal.code in ("control_character", "too_long"):
            raise Invalid(f"“{field.label}”{refusal.message}。", code=refusal.code)
        return said

    def _rows(self, field: Field) -> Mapping[str, str]:
        if field.kind not in POINTERS or field.target is None:
            return {}
        if field.target in BY_NUMBER:
            return self.refs.rows(field.target)
        return {row.ref: row.ref for row in rows_of(self.act.session, self.case, SHEETS[field.target], self.refs)}

    def _refuse_overtaken(self, row: StoredRow, field: Field, one: Change) -> None:
        version = row.versions.get(field.name, 0)
        if one.seen is None or version <= one.seen:
            return
        last = self.act.session.execute(
            select(User.name, FactChange.changed_at, FactChange.changed_by, FactChange.what)
            .join(User, User.id == FactChange.changed_by)
            .where(
                FactChange.case_id == self.case.id,
                FactChange.sheet == self.sheet.name,
                FactChange.row == row.ref,
                (FactChange.field == field.name) | (FactChange.field.is_(None)),
            )
            .order_by(FactChange.seq.desc())
            .limit(1)
        ).one_or_none()
        value = row.values.get(field.name)
        by, at = (last.name, last.changed_at) if last is not None else ("他人", self.act.at)
        when = moment_in_words(at.astimezone(SHANGHAI).replace(second=0))
        now = in_words(field, value, self.refs) or "空"
        raise Overtaken(
            f"{by}已于{when}把“{field.label}”改为“{now}”，本次未保存，请核对后再改。",
            value=value,
            version=version,
            by=by,
            at=at,
        )

    def _add(self, values: Mapping[str, Value], op: str, after: str | None) -> str:
        ref = free_ref(taken(self.act, self.case, self.sheet), self.sheet.prefix)
        if self.sheet.name == "organisations":
            return self._add_unit(values, op)
        typed = {self.sheet.field(name): value for name, value in values.items()}
        blank = StoredRow(ref, 0, None)
        read = {field.name: self._read(field, value, blank) for field, value in typed.items()}
        self._make(ref, read, after)
        self._note(ref, None, "added", op, 1, before=None, after=read)
        return ref

    def _add_unit(self, values: Mapping[str, Value], op: str) -> str:
        """Put a unit on the case's list: one of the tree where it is known there, else a new one."""
        name = self._unit_name(values.get("name"))
        known = find_unit(self.act, self.case, name, self.refs)
        ref = known or list_unit(self.act, self.case, self._new_unit(name).id, self.refs)
        read = {"name": name}
        row = self._row(ref)
        for said, value in values.items():
            field = self.sheet.field(said)
            if field.name != "name" and (kept := self._read(field, value, row)) is not None:
                put(self.act, self.case, self.sheet, row, field, kept, self.refs)
                read[field.name] = kept  # type: ignore[assignment]
        self._note(ref, None, "added", op, 1, before=None, after=read)
        return ref

    def _unit_name(self, said: Value) -> str:
        """Return the name of a new unit: unlike half a date, half a name is no unit's. Raises Invalid."""
        field = self.sheet.field("name")
        try:
            name = parse(field, str(said or ""))
        except Invalid as refusal:
            raise Invalid(f"“{field.label}”{refusal.message}。", code=refusal.code) from None
        if name is None:
            raise Invalid("请先填写单位名称。", code="missing")
        return str(name)

    def _new_unit(self, name: str) -> Organisation:
        policy.require(self.act.actor, "organisation.add")
        unit = add_organisation(self.act.session, name, OrganisationKind.OTHER)
        self.act.session.add(
            record_admin(self.act, "organisation_added", organisation=unit.id, name=name, kind="other")
        )
        return unit

    def _make(self, ref: str, values: Mapping[str, Value], after: str | None) -> None:
        """Make the row and write what it holds."""
        position = self._position(after) if table_of(self.sheet) is FactRow else 0
        made = blank(self.act, self.case, self.sheet, self.refs, ref, values, position=position)
        made.details, made.versions = {}, {}
        self.act.session.add(made)
        self.act.session.flush()
        for kind in ("people", "vehicles", "findings"):
            self.refs.forget(kind)
        row = StoredRow(ref, 0, made)
        for name, value in values.items():
            if value is not None:
                put(self.act, self.case, self.sheet, row, self.sheet.field(name), value, self.refs)

    def _position(self, after: str | None) -> int:
        """Return the place of a new row: behind another one, whose followers move on, or at the end."""
        of_sheet = (FactRow.case_id == self.case.id, FactRow.sheet == self.sheet.name)
        if after is None:
            return (self.act.session.scalar(select(func.max(FactRow.position)).where(*of_sheet)) or 0) + 1
        place = self._row(after).position + 1
        moved = update(FactRow).where(*of_sheet, FactRow.position >= place).values(position=FactRow.position + 1)
        self.act.session.execute(moved)
        return place

    def _again(self, op: str, row: str | None = None, field: str | None = None) -> FactChange | None:
        """Return what an act of this name did before; `row` None for one that adds. Raises Conflict where it was another's,
        or did something else."""
        done = self.act.session.scalars(select(FactChange).where(FactChange.op_id == op)).one_or_none()
        if done is None:
            return None
        before = (done.case_id, done.sheet, done.changed_by, done.field, done.row)
        if before != (self.case.id, self.sheet.name, self.act.person, field, row or done.row):
            raise Conflict("这次操作的编号已用于另一次操作，本次未保存，请刷新后重试。", code="op_taken")
        return done

    def _note(
        self, row: str, field: Field | None, what: str, op: str, version: int, *, before: Any, after: Any
    ) -> None:
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
            before=before,
            after=after,
        )
        self.act.session.add(change)
        self.told.append((change, field))

    def _op(self) -> str:
        return f"correct/{self.case.case_number}/{self.seq + 1}"

    def _occurred_at(self) -> datetime | None:
        if self.sheet.name != "accident":
            return None
        return self.act.session.get_one(Accident, self.case.accident_id).occurred_at

    def _finish(self, occurred_at: datetime | None) -> None:
        """Tell the case's record in one event, and do what follows."""
        if not self.told:
            return
        self._record()
        changed = [(self.sheet.name, field.name) for _, field in self.told if field is not None]
        why = f"{'、'.join(dict.fromkeys(field.label for _, field in self.told if field is not None))}已变更，文书所载情况需更正"
        follow(self.act, self.case, changed, why=why)
        if occurred_at is not None and ("accident", "occurred_at") in changed:
            recount(self.act, self.case, occurred_at, why="事故时间更正")

    def _record(self) -> None:
        digest = hashlib.sha256("\n".join(map(_canonical, (change for change, _ in self.told))).encode()).hexdigest()
        data: dict[str, Any] = {
            "sheet": self.sheet.name,
            "first": self.told[0][0].seq,
            "last": self.told[-1][0].seq,
            "digest": digest,
        }
        if self.sheet.name == "accountability":
            # Told, as every act on an item, to those alone who know the subjects.
            for item in dict.fromkeys(change.row for change, _ in self.told):
                record(self.act, self.case, "accountability_changed", why=self.reason, item=item, **data)
            return
        kind = "facts_changed" if self.reason is None else "facts_corrected"
        quiet = self.sheet.name in _QUIET
        changes = [_in_an_event(change, field, quiet=quiet) for change, field in self.told]
        record(self.act, self.case, kind, why=self.reason, **data, changes=changes)

    def _flag(self, said: Iterable[Saying], why: str) -> None:
        for paper in said:
            flag(self.act, self.case, self.act.session.get_one(Document, paper.id), {}, why)
            record(self.act, self.case, "paper_flagged", why=why, paper=paper.ref, number=paper.number, changes={})


# Of these sheets the case's record tells no values: fewer people may know them than may read the record.
_QUIET = (WALLED, "officials")
# Figures are compared with what each paper says of the accident (`regrade`), not looked for in its words.
_FIGURES = frozenset(
    {"deaths", "serious_injuries", "minor_injuries", "injured_unspecified", "direct_loss_yuan", "property_loss_yuan"}
    | {"accident_number", "occurred_at", "casualties_settled"}
)


def _open(act: Act, case_number: str, *, correcting: bool) -> Case:
    """Return the locked case whose facts may be changed. Raises WrongStage with what to do instead."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.facts" if correcting else "facts.edit", unit_path=unit_path(act, case))
    if correcting:
        require_running(case)
        if case.stage is Stage.REVIEWING:
            raise WrongStage("报告正在审批，案情不能修改，请先退回报告。", code="report_in_review")
        return case
    if case.stage is Stage.RECTIFYING:
        raise WrongStage("报告已签发，事故情况以“更正事故情况”修改，并写明理由。", code="report_signed")
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    return case


def _named(op: str) -> str:
    """Return the name of an act. Raises Invalid for none."""
    if not op.strip() or len(op) > LONGEST_OP:
        raise Invalid(f"操作编号不能为空，最多{LONGEST_OP}个字符。", code="bad_op")
    return op


def _canonical(change: FactChange) -> str:
    """Return a change as the text of which the record keeps the digest."""
    said = (change.seq, change.sheet, change.row, change.field, change.what, change.before, change.after)
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


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
