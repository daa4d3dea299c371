"""One act on one sheet of a locked case: refuses who was overtaken, changes what was asked, and does what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from models.accident.sheets import QUESTIONS, Field, Sheet, Value, faults, sheet
from models.accident.sheets.values import moment_in_words
from models.accident.tables import Accident
from models.accountability.tables import AccountabilityItem
from models.case.fact_columns import table_of
from models.case.queries.fact_rows import Refs, StoredRow, rows_of
from models.case.queries.facts import Sight, hidden, in_words, refuse_walled, sight_of
from models.case.tables import Case, FactRow
from models.kernel import lifecycle
from models.kernel.act import Act
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
from models.office.commands.organisations import add_organisation, waits_since
from models.office.commands.restricted import examined_by
from models.office.tables import Organisation
from models.papers.commands.outdated_papers import flag
from models.papers.queries.saying import Saying, papers_saying
from models.papers.tables import Document

from .cases import require_running
from .fact_feed import Feed
from .fact_following import follow, recount
from .fact_making import blank, refuse_pointed, taken
from .fact_reading import read
from .fact_writing import find_unit, list_unit, put

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


class SheetAct:
    """One act on one sheet of a locked case: each of its methods is one, done whole or not at all."""

    def __init__(self, act: Act, case_number: str, name: str, *, correcting: str | None = None) -> None:
        self.act, self.sheet = act, sheet(name)
        self.case = _open(act, case_number, self.sheet, correcting=correcting is not None)
        self.sight: Sight = sight_of(act.session, act.actor, case_number)
        refuse_walled(self.sheet, self.sight)
        self.refs = Refs(act.session, self.case)
        self.feed = Feed(act, self.case, self.sheet, correcting)

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
        # What is walled off stands in no paper: one that happens to hold the same words must not be flagged for it.
        told = one.name not in _FIGURES and not self.sheet.walled
        said = papers_saying(self.act.session, self.case.id, stood) if told else []
        op = f"correct/{self.case.case_number}/{self.feed.seq + 1}"
        changed = self._change(Change(row, one.name, value, None, op))
        blocking = [fault for fault in changed.faults if fault.code not in QUESTIONS]
        if blocking:
            raise Invalid(f"“{one.label}”{blocking[0].message}。", faults=blocking, code=blocking[0].code)
        now = in_words(one, self._row(row).values.get(one.name), self.refs)
        if stood == now:
            raise Invalid("没有要修改的内容。", code="nothing_to_change")
        self._finish(before)
        self._flag(said, f"{one.label}由{stood or '未填'}更正为{now or '空'}（{why}），文书所载需更正")
        return self._visible(said)

    def _visible(self, said: Sequence[Saying]) -> list[str]:
        """Return what the papers are called that the actor may know of; the others are flagged all the same."""
        seen = self.act.session.scalars(
            select(Document.id).where(Document.id.in_([one.id for one in said]), visible_documents(self.act.actor))
        ).all()
        return [one.called for one in said if one.id in seen]

    def add(self, rows: Sequence[Mapping[str, Value]], op: str, after: str | None) -> list[str]:
        """Add rows to a list."""
        if not self.sheet.many:
            raise Invalid(f"“{self.sheet.title}”只有一份，请直接填写。", code="single_form")
        if self.sheet.name in _HINTS:
            raise Invalid(_HINTS[self.sheet.name], code="own_step")
        ops = [op if len(rows) == 1 else f"{op}/{number}" for number in range(1, len(rows) + 1)]
        again = [self.feed.done(one) for one in ops]
        if all(again):
            return [one.row for one in again if one is not None]
        before = self._occurred_at()
        added = [self._add(values, one, after) for values, one in zip(rows, ops, strict=True)]
        self._finish(before)
        return added

    def remove(self, ref: str, op: str) -> None:
        """Take a row out."""
        if self.feed.done(op) is not None:
            return
        if not self.sheet.many:
            raise Invalid(f"“{self.sheet.title}”只有一份，不能删除，请清空各项。", code="single_form")
        if self.sheet.name in _WITHDRAWN:
            raise Invalid(f"{_WITHDRAWN[self.sheet.name]}不删除，请用“撤回”并写明理由。", code="own_step")
        row = self._row(ref)
        refuse_pointed(self.act, self.case, self.sheet, self.refs, self.sight, ref)
        if row.record is None:
            raise Conflict(f"“{ref}”还被本案的问题、措施、人员或车辆引用，不能删除。", code="still_named")
        self.feed.note(ref, None, "removed", op, 0, before=row.values, after=None)
        if isinstance(row.record, FactRow):
            row.record.removed_at = self.act.at
        else:
            self.act.session.delete(row.record)
        self._finish(None)

    def restore(self, ref: str, op: str) -> str:
        """Put a row back."""
        if self.feed.done(op) is not None:
            return ref
        gone = self.feed.last(ref, what=("removed", "restored"))
        if gone is None or gone.what != "removed":
            raise NotFound(f"“{self.sheet.title}”中没有删除过“{ref}”。", code="ref_not_found")
        self.feed.note(ref, None, "restored", op, 0, before=None, after=gone.before)
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
        done = self.feed.done(one.op)
        if done is not None:
            return ChangedFact(done.version, faults(field, done.after), done.after)
        row = self._row(one.row)
        self._refuse_overtaken(row, field, one)
        before = row.values.get(field.name)
        value = self._read(field.name, one.value, row)
        if value == before:
            return ChangedFact(row.versions.get(field.name, 0), faults(field, value), value)
        put(self.act, self.case, self.sheet, row, field, value, self.refs)
        version = row.versions[field.name]
        self.feed.note(row.ref, field, "set", one.op, version, before=before, after=value)
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

    def _refuse_overtaken(self, row: StoredRow, field: Field, one: Change) -> None:
        version = row.versions.get(field.name, 0)
        if one.seen is None or version <= one.seen:
            return
        by, at = self.feed.last_by(row.ref, field)
        value = row.values.get(field.name)
        when = moment_in_words(at.replace(second=0))
        now = in_words(field, value, self.refs) or "空"
        raise Overtaken(
            f"{by}已于{when}把“{field.label}”改为“{now}”，本次未保存，请核对后再改。",
            value=value,
            version=version,
            by=by,
            at=at,
        )

    def _add(self, values: Mapping[str, Value], op: str, after: str | None) -> str:
        typed = {self.sheet.field(name).name: value for name, value in values.items()}
        if self.sheet.name == "organisations":
            return self._add_unit(typed, op)
        ref = free_ref(taken(self.act, self.case, self.sheet), self.sheet.prefix)
        kept = {name: self._read(name, value, StoredRow(ref, 0, None)) for name, value in typed.items()}
        self._make(ref, kept, after)
        self.feed.note(ref, None, "added", op, 1, before=None, after=kept)
        return ref

    def _add_unit(self, typed: Mapping[str, Value], op: str) -> str:
        """Put a unit on the case's list: one of the tree where it is known there, else a new one."""
        name = str(typed.get("name") or "").strip()
        if not name:
            raise Invalid("请先填写单位名称。", code="missing")
        known = find_unit(self.act, self.case, name, self.refs)
        ref = known or list_unit(self.act, self.case, self._new_unit(name).id, self.refs)
        row = self._row(ref)
        kept: dict[str, Value] = {"name": name}
        for one, said in typed.items():
            if one != "name" and (value := self._read(one, said, row)) is not None:
                put(self.act, self.case, self.sheet, row, self.sheet.field(one), value, self.refs)
                kept[one] = value
        self.feed.note(ref, None, "added", op, 1, before=None, after=kept)
        return ref

    def _read(self, name: str, said: Value, row: StoredRow) -> Value:
        return read(self.act, self.case, self.sheet.field(name), said, row, self.refs)

    def _new_unit(self, name: str) -> Organisation:
        policy.require(self.act.actor, "organisation.add")
        unit = add_organisation(self.act.session, name, OrganisationKind.OTHER, pending_since=waits_since(self.act))
        record_admin(self.act, "organisation_added", organisation=unit.id, name=name, kind="other")
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

    def _occurred_at(self) -> datetime | None:
        if self.sheet.name != "accident":
            return None
        return self.act.session.get_one(Accident, self.case.accident_id).occurred_at

    def _finish(self, occurred_at: datetime | None) -> None:
        """Tell the case's record in one event, and do what follows."""
        self.feed.record()
        changed = [(self.sheet.name, field.name) for field in self.feed.fields]
        why = f"{'、'.join(dict.fromkeys(field.label for field in self.feed.fields))}已变更，文书所载情况需更正"
        follow(self.act, self.case, changed, why=why)
        if occurred_at is not None and ("accident", "occurred_at") in changed:
            recount(self.act, self.case, occurred_at, why="事故时间更正")

    def _flag(self, said: Iterable[Saying], why: str) -> None:
        for paper in said:
            flag(self.act, self.case, self.act.session.get_one(Document, paper.id), {}, why)
            record(self.act, self.case, "paper_flagged", why=why, paper=paper.ref, number=paper.number, changes={})


# Figures are compared with what each paper says of the accident (`regrade`), not looked for in its words.
_FIGURES = frozenset(
    {"deaths", "serious_injuries", "minor_injuries", "injured_unspecified", "direct_loss_yuan", "property_loss_yuan"}
    | {"accident_number", "occurred_at", "casualties_settled"}
)


def _open(act: Act, case_number: str, one: Sheet, *, correcting: bool) -> Case:
    """Return the locked case whose facts may be changed. Raises WrongStage with what to do instead."""
    case = lock_case(act, case_number)
    if one.walled:
        policy.require(act.actor, "mediation.handle", unit_path=unit_path(act, case))
        require_running(case)
        return case
    policy.require(act.actor, "case.facts" if correcting else "facts.edit", unit_path=unit_path(act, case))
    if correcting:
        require_running(case)
        return case
    if case.stage is Stage.RECTIFYING:
        raise WrongStage("报告已签发，事故情况以“更正事故情况”修改，并写明理由。", code="report_signed")
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    return case
