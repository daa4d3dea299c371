"""One act on one sheet of a locked case: refuses who was overtaken, changes what was asked, and does what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select, update

from models.accident.rules.identities import half_hidden
from models.accident.sheets import QUESTIONS, Field, Sheet, Value, faults, parse, sheet
from models.accident.sheets.values import moment_in_words
from models.accountability.tables import AccountabilityItem
from models.case.fact_columns import LINKED, table_of
from models.case.queries.carried import carried, told_carried
from models.case.queries.fact_rows import Refs, StoredRow, rows_of
from models.case.queries.facts import Sight, hidden, in_words, last_seq, refuse_walled, sight_of
from models.case.tables import Case, Evidence, FactChange, FactRow, Finding
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.case_accident import accident_of, refuse_hazard
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Fault, Invalid, NotFound, WrongStage
from models.kernel.events import record, record_admin
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_documents
from models.kernel.text.short_names import free_ref
from models.kernel.vocabulary import DocumentStatus, OrganisationKind, Stage
from models.office.commands.organisations import add_organisation, waits_since
from models.office.commands.restricted import examined_by
from models.office.tables import Organisation
from models.papers.commands.outdated_papers import flag
from models.papers.queries.saying import Saying, papers_saying
from models.papers.tables import Document, PaperFlag
from models.rectification.tables import Assignment, Measure

from .cases import require_running
from .fact_feed import LONGEST_OP, QUIET, Feed
from .fact_following import follow, recount
from .fact_making import blank, refuse_pointed, taken
from .fact_reading import read
from .fact_writing import find_unit, list_unit, put

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

    def correct(self, row: str, field: str, value: str, why: str, *, seen: int | None) -> list[str]:
        """Change a cell and flag the papers that say what stood there; returns all that were flagged for it."""
        before, flagged = self._occurred_at(), self._flags()
        one = self.sheet.field(field)
        stood = in_words(one, self._row(row).values.get(one.name), self.refs)
        # Personal data and what few may know stand in no paper: another text that is the same would be flagged with them.
        silent = one.personal or one.name in _FIGURES or self.sheet.walled
        said = [] if silent else papers_saying(self.act.session, self.case.id, stood)
        op = f"correct/{self.case.case_number}/{self.feed.seq + 1}"
        changed = self._change(Change(row, one.name, value, seen, op))
        blocking = [fault for fault in changed.faults if fault.code not in QUESTIONS]
        if blocking:
            raise Invalid(f"“{one.label}”{blocking[0].message}。", faults=blocking, code=blocking[0].code)
        now = in_words(one, self._row(row).values.get(one.name), self.refs)
        if stood == now:
            raise Invalid("没有要修改的内容。", code="nothing_to_change")
        self._finish(before)
        told = "" if self.sheet.name in QUIET else f"由{stood or '未填'}更正为{now or '空'}"
        self._flag(said, f"{one.label}{told or '已更正'}（{why}），文书所载需更正")
        self.act.session.flush()
        return self._visible([paper for paper, why in self._flags().items() if flagged.get(paper) != why])

    def _flags(self) -> dict[int, tuple[str, str]]:
        """Return the papers that are flagged, by row number, with what for."""
        standing = select(PaperFlag).where(PaperFlag.case_id == self.case.id, PaperFlag.settled_at.is_(None))
        return {one.document_id: (one.reason, str(one.changes)) for one in self.act.session.scalars(standing)}

    def _visible(self, papers: Sequence[int]) -> list[str]:
        """Return what the papers are called that the actor may know of; the others are flagged all the same."""
        seen = self.act.session.execute(
            select(Document.id, Document.ref, Document.number, Document.title)
            .where(Document.id.in_(papers), visible_documents(self.act.actor))
            .order_by(Document.id)
        )
        return [Saying(*row).called for row in seen]

    def add(self, rows: Sequence[Mapping[str, Value]], op: str, after: str | None) -> list[str]:
        """Add rows to a list."""
        if not self.sheet.many:
            raise Invalid(f"“{self.sheet.title}”只有一份，请直接填写。", code="single_form")
        if self.sheet.name == "accountability":
            raise Invalid("请用“增加问责事项”。", code="own_step")
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
        if self.feed.done(op, ref) is not None:
            return
        if not self.sheet.many:
            raise Invalid(f"“{self.sheet.title}”只有一份，不能删除，请清空各项。", code="single_form")
        row = self._row(ref)
        if self.sheet.name in _WITHDRAWN and (self.sheet.name == "accountability" or not self.feed.is_fresh(ref)):
            raise Invalid(f"{_WITHDRAWN[self.sheet.name]}不删除，请用“撤回”并写明理由。", code="own_step")
        if self.sheet.name == "findings":
            self._with_its_measures("remove", self.feed.last(ref, what=("added",)), op)
        refuse_pointed(self.act, self.case, self.sheet, self.refs, self.sight, ref)
        if row.record is None:
            raise Conflict(f"“{ref}”还被本案的问题、措施、人员或车辆引用，不能删除。", code="still_named")
        self.feed.note(ref, None, "removed", op, 0, before=row.values, after=None)
        if isinstance(row.record, FactRow):
            row.record.removed_at = self.act.at
        elif isinstance(row.record, (Finding, Measure, Evidence)):
            row.record.withdrawn_at = self.act.at  # one that was just added by mistake
            if isinstance(row.record, Measure):
                self.act.session.execute(delete(Assignment).where(Assignment.measure_id == row.record.id))
        else:
            self.act.session.delete(row.record)
        self._finish(None)

    def restore(self, ref: str, op: str) -> str:
        """Put a row back."""
        if self.feed.done(op, ref) is not None:
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
        elif self.sheet.name in _WITHDRAWN:
            self._stand_again(ref, gone.before)
        else:
            self._make(ref, gone.before, None)
        if self.sheet.name == "findings":
            self._with_its_measures("restore", gone, op)
        self._finish(None)
        return ref

    def _with_its_measures(self, step: Literal["remove", "restore"], change: FactChange | None, op: str) -> None:
        """Do the same to measures that came, or went, by the same step as their finding, chosen from the knowledge base."""
        if change is None:
            return
        self.act.session.flush()
        rows = self.act.session.scalars(
            select(FactChange.row)
            .join(Measure, (Measure.case_id == FactChange.case_id) & (Measure.ref == FactChange.row))
            .where(
                FactChange.case_id == self.case.id,
                FactChange.sheet == "measures",
                FactChange.op_id.startswith(f"{change.op_id}.m", autoescape=True),
                Measure.withdrawn_at.is_(None) if step == "remove" else Measure.withdrawn_at.is_not(None),
            )
            .order_by(FactChange.seq)
        ).all()
        for number, row in enumerate(rows, 1):
            on_measures = SheetAct(self.act, self.case.case_number, "measures")
            again = on_measures.remove if step == "remove" else on_measures.restore
            again(row, f"{op}.m/{number}")
            self.act.session.flush()
        self.feed.seq = last_seq(self.act.session, self.case)

    # What follows is one step of one of the acts above.

    def _change(self, one: Change) -> ChangedFact:
        field = self.sheet.field(one.field)
        done = self.feed.done(one.op, one.row, field.name)
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
        if (self.sheet.name, field.name) == ("accident", "time_known"):
            self._read_time_again(row, one.op)
        return ChangedFact(version, faults(field, value), value)

    def _read_time_again(self, row: StoredRow, op: str) -> None:
        """Understand a date that was written before it was said that no time is known."""
        said = row.record.details.get("occurred_at")
        if isinstance(said, str):
            self._change(Change(row.ref, "occurred_at", said, None, f"{op[: LONGEST_OP - 2]}/t"))

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
        self._refuse_carried(item)
        return found[0]

    def _refuse_carried(self, item: object) -> None:
        if isinstance(item, Measure):
            paper = carried(self.act.session, [item.id]).get(item.id)
            if paper is not None:
                raise WrongStage(told_carried(item.ref, paper), code="measure_carried")
        elif isinstance(item, AccountabilityItem):
            self._refuse_submitted(item)

    def _refuse_submitted(self, item: AccountabilityItem) -> None:
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
        now = (half_hidden(str(value)) if field.personal and value else in_words(field, value, self.refs)) or "空"
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
        name = self._unit_name(typed.get("name"))
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

    def _stand_again(self, ref: str, values: Mapping[str, Value]) -> None:
        """Let a finding, measure or proof that was taken out stand again; a measure in the hands in which it was."""
        table = table_of(self.sheet)
        of_case = (table.case_id == self.case.id, table.ref == ref)
        self.act.session.execute(update(table).where(*of_case).values(withdrawn_at=None))
        record = self.act.session.scalars(select(table).where(*of_case)).one()
        hands = LINKED["measures"] - {"finding_refs"} if self.sheet.name == "measures" else ()
        for field in self.sheet.fields:
            if field.name in hands and values.get(field.name) is not None:
                put(self.act, self.case, self.sheet, StoredRow(ref, 0, record), field, values[field.name], self.refs)

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
        return accident_of(self.act.session, self.case).occurred_at

    def _finish(self, occurred_at: datetime | None) -> None:
        """Tell the case's record in one event, and do what follows."""
        self.feed.record()
        changed = [(self.sheet.name, "" if field is None else field.name) for _, field in self.feed.noted]
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
    refuse_hazard(case)
    if one.walled:
        policy.require(act.actor, "mediation.handle", unit_path=unit_path(act, case))
        require_running(case)
        return case
    policy.require(act.actor, "case.facts" if correcting else "facts.edit", unit_path=unit_path(act, case))
    if correcting:
        require_running(case)
        if case.stage is Stage.REVIEWING:
            raise WrongStage("报告正在审批，案情不能修改，请先退回报告。", code="report_in_review")
        return case
    if one.lasting and case.stage in (Stage.REVIEWING, Stage.RECTIFYING):
        return case
    if case.stage is Stage.RECTIFYING:
        raise WrongStage("报告已签发，事故情况以“更正事故情况”修改，并写明理由。", code="report_signed")
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "investigate")
    return case
