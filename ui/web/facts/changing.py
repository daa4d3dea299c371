"""Takes changes of a sheet as a browser sends them: in their order, in one act, and says of each what became of it.

What is refused is refused alone: the others of the same request are saved all the same. Cells that come together are one
change of the case's record, and so are the rows of one pasted block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby

from models.accident.rules.identities import half_hidden
from models.accident.sheets import Field, Value, parse, sheet, shown
from models.case.commands.evidence import withdraw_evidence
from models.case.commands.facts import (
    Change,
    ChangedFact,
    Overtaken,
    add_fact_row,
    add_fact_rows,
    change_facts,
    correct_cell,
    correct_fact,
    remove_fact_row,
    restore_fact_row,
)
from models.case.commands.findings import withdraw_finding
from models.case.commands.taking_over import take_over
from models.case.queries.facts import CellShown, RowShown, last_seq, sheet_shown, sight_of
from models.kernel.act import Act
from models.kernel.errors import Invalid, NotFound, Refused
from models.kernel.installation import Installation
from models.overview.commands.foreseeing import foresee
from models.rectification.commands.measures import withdraw_measure
from ui.web.facts.asked import Asked, Kind
from ui.web.facts.progress import part_filled
from ui.web.facts.told import Json, Theirs, cell_text, cell_told, refusal_told, theirs_told
from ui.web.parts.asking import clock_lines

_MOVES: Mapping[Kind, Callable[..., object]] = {Kind.REMOVE: remove_fact_row, Kind.RESTORE: restore_fact_row}
_WITHDRAWALS: Mapping[str, Callable[..., object]] = {
    "findings": lambda act, case, row, reason: withdraw_finding(act, case, finding=row, reason=reason),
    "measures": lambda act, case, row, reason: withdraw_measure(act, case, measure=row, reason=reason),
    "evidence": lambda act, case, row, reason: withdraw_evidence(act, case, evidence=row, reason=reason),
}
_PLACE = re.compile(r"\d{1,3}", re.ASCII)
_FOR_NOW = "试算"  # the reason of a step that is taken back


def foreseen(
    installation: Installation, account: str, case: str, sheet_name: str, row: str, field: str, value: str
) -> Json:
    """Return which papers a correction would flag, and which clocks it would move; nothing is written."""
    named = {"sheet": sheet_name, "row": row, "field": field, "value": value}
    found = foresee(
        installation.database,
        installation.settings,
        account,
        installation.clock(),
        [lambda act: correct_fact(act, case, **named, reason=_FOR_NOW)],
    )
    [papers] = found.results
    if isinstance(papers, Refused):
        raise papers
    return {"papers": papers, "clocks": clock_lines(found)}


def take(installation: Installation, account: str, case: str, sheet_name: str, ops: Sequence[Asked]) -> Json:
    """Do what was asked, and return what became of each change, and how far the part is filled in now.

    Raises Refused where nothing of it may be done.
    """
    with installation.acting(account) as act:
        said = _Taking(act, case, sheet_name, ops).all()
        act.session.flush()
        return {"said": said, "filled": part_filled(act.session, act.actor, case, sheet_name)}


class _Taking:
    def __init__(self, act: Act, case: str, sheet_name: str, ops: Sequence[Asked]) -> None:
        self.act, self.case, self.sheet, self.ops = act, case, sheet(sheet_name), ops
        self.rows: dict[str, str] = {}  # what the browser called a row that it added, and its short name
        self.fresh: dict[str, RowShown | None] = {}  # rows that this request made, with all that it writes into them

    def all(self) -> list[Json]:
        return [told for group in _groups(self.ops) for told in self._group(group)]

    def _group(self, group: Sequence[Asked]) -> list[Json]:
        kind = group[0].kind
        if kind is Kind.ADD:
            return self._add(group)
        if kind is not Kind.SET:
            return [self._step(group[0])]
        return [
            told
            for done, some in groupby(group, lambda op: self.rows.get(op.row) in self.fresh)
            for told in (map(self._written, some) if done else self._change(list(some)))
        ]

    def _add(self, group: Sequence[Asked]) -> list[Json]:
        whole = [op.op for op in group] == [f"{group[0].block}/{number}" for number in range(1, len(group) + 1)]
        if len(group) > 1 and not whole:
            return self._one_by_one(group)
        before = self._seq()
        try:
            with self._undone_if_refused():
                refs = self._added(group)
        except Refused as refusal:
            return self._one_by_one(group) if len(group) > 1 else [refusal_told(refusal)]
        self.rows |= {op.row: ref for op, ref in zip(group, refs, strict=True)}
        if self._seq() == before + len(group):  # else it was done before, and what came later counts
            self.fresh |= dict.fromkeys(refs)
        return [{"status": 200, "row": ref} for ref in refs]

    def _one_by_one(self, group: Sequence[Asked]) -> list[Json]:
        return [told for op in group for told in self._add([op])]

    def _added(self, group: Sequence[Asked]) -> list[str]:
        """Add rows with what the same request writes into them: some cannot stand without it."""
        values = [self._values(op.row) for op in group]
        act, case, name = self.act, self.case, self.sheet.name
        if len(group) > 1:
            return add_fact_rows(act, case, sheet=name, op=group[0].block, rows=values)
        return [add_fact_row(act, case, sheet=name, op=group[0].op, values=values[0])]

    @contextmanager
    def _undone_if_refused(self) -> Iterator[None]:
        """Take back what a refused change had begun, in the database and in the objects that were read meanwhile."""
        try:
            with self.act.session.begin_nested():
                yield
        except Refused:
            self.act.session.expire_all()
            raise

    def _values(self, row: str) -> dict[str, Value]:
        return {op.field: op.value for op in self.ops if op.kind is Kind.SET and op.row == row}

    def _seq(self) -> int:
        self.act.session.flush()
        return last_seq(self.act.session, sight_of(self.act.session, self.act.actor, self.case).case)

    def _written(self, op: Asked) -> Json:
        """Tell what stands in a cell of a row that was just added with it."""
        row = self.rows[op.row]
        if self.fresh[row] is None:
            found = sheet_shown(self.act.session, self.act.actor, self.case, self.sheet.name, clear=True)
            self.fresh |= {one.ref: one for one in found.rows if one.ref in self.fresh}
        there = self.fresh[row]
        # Who adds a row may be one who must not see it, as an official whose accountability is looked at.
        cell = CellShown(op.value, op.value, 1) if there is None else there.cells[op.field]
        return {"status": 200, "row": row, **cell_told(self.sheet.field(op.field), cell)}

    def _change(self, group: Sequence[Asked]) -> list[Json]:
        try:
            changes = [Change(self._row(op), op.field, op.value, op.seen, op.op) for op in group]
            with self._undone_if_refused():
                done = change_facts(self.act, self.case, sheet=self.sheet.name, changes=changes)
        except Refused as refusal:
            if len(group) == 1 and isinstance(refusal, Overtaken):
                return [self._overtaken(group[0], refusal)]
            if len(group) == 1:
                return [refusal_told(refusal)]
            half = len(group) // 2  # the one that is refused is found: each half is tried by itself
            return self._change(group[:half]) + self._change(group[half:])
        return [self._saved(op, one) for op, one in zip(group, done, strict=True)]

    def _step(self, op: Asked) -> Json:
        try:
            with self._undone_if_refused():
                return {"status": 200, **_STEPS[op.kind](self, op)}
        except Overtaken as refusal:
            return self._overtaken(op, refusal)
        except Refused as refusal:
            return refusal_told(refusal)

    def _move(self, op: Asked) -> Json:
        row = self._row(op)
        if op.kind is Kind.REMOVE and op.reason and self.sheet.name in _WITHDRAWALS:
            _WITHDRAWALS[self.sheet.name](self.act, self.case, row, op.reason)
        else:
            _MOVES[op.kind](self.act, self.case, sheet=self.sheet.name, row=row, op=op.op)
        return {"row": row}

    def _take(self, op: Asked) -> Json:
        entry, *places = op.value.split() or [""]
        if not entry or not all(_PLACE.fullmatch(place) for place in places):
            raise Invalid("没有写明选用哪一条。", code="bad_change")
        return {"row": take_over(self.act, self.case, entry=entry, measures=[*map(int, places)], op=op.op)}

    def _correct(self, op: Asked) -> Json:
        named = {"sheet": self.sheet.name, "row": op.row, "field": op.field}
        papers = correct_cell(self.act, self.case, **named, value=op.value, reason=op.reason, seen=op.seen)
        found = sheet_shown(self.act.session, self.act.actor, self.case, self.sheet.name, clear=True)
        cell = next(row.cells[op.field] for row in found.rows if row.ref == op.row)
        return {"row": op.row, "papers": papers, **cell_told(self.sheet.field(op.field), cell)}

    def _row(self, op: Asked) -> str:
        row = self.rows.get(op.row, op.row)
        if row.startswith("+"):
            raise NotFound("这一行没有建立，请先填写必填项。", code="row_unknown")
        return row

    def _saved(self, op: Asked, done: ChangedFact) -> Json:
        field = self.sheet.field(op.field)
        cell = CellShown(done.value, shown(field, done.value), done.version, done.faults)
        return {"status": 200, "row": self._row(op), **cell_told(field, cell)}

    def _overtaken(self, op: Asked, refusal: Overtaken) -> Json:
        field = self.sheet.field(op.field)
        cell = CellShown(refusal.value, shown(field, refusal.value), refusal.version)
        if cell_text(field, cell) == op.value or _means(field, op.value, refusal.value):
            return {"status": 200, "row": self._row(op), **cell_told(field, cell)}  # both wrote the same
        mine = refusal.by == self.act.actor.name
        told = half_hidden(str(refusal.value)) if field.personal and refusal.value else cell_text(field, cell)
        theirs = Theirs(told, refusal.version, refusal.by, refusal.at, mine)
        return {**refusal_told(refusal), "theirs": theirs_told(theirs)}


def _means(field: Field, text: str, value: Value) -> bool:
    try:
        return parse(field, text) == value
    except Invalid:
        return False


_STEPS: Mapping[Kind, Callable[[_Taking, Asked], Json]] = {
    Kind.REMOVE: _Taking._move,
    Kind.RESTORE: _Taking._move,
    Kind.TAKE: _Taking._take,
    Kind.CORRECT: _Taking._correct,
}


def _groups(ops: Sequence[Asked]) -> Iterator[list[Asked]]:
    """Return the changes in their order, those together that can be done together."""
    for (kind, _), group in groupby(ops, lambda op: (op.kind, op.block if op.kind is Kind.ADD else "")):
        if kind in (Kind.ADD, Kind.SET):
            yield list(group)
        else:
            yield from ([op] for op in group)
