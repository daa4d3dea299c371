"""案情: a sheet as an actor may see it, with each cell's faults and version, and the feed of what changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from models.accident.rules.identities import half_hidden
from models.accident.sheets import SHEETS, Field, Sheet, Value, faults, row_faults, sheet, shown
from models.accident.sheets.fields import POINTERS
from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem
from models.case.tables import Case, FactChange, MediationHandler
from models.kernel import lifecycle
from models.kernel.case_accident import accident_of, refuse_hazard
from models.kernel.errors import Fault, NotAllowed, NotFound
from models.kernel.lifecycle import RUNNING
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import (
    POLICE,
    in_territory,
    knows_all_subjects,
    only_asked_about,
    read_of,
    visible_cases,
)
from models.kernel.vocabulary import Role
from models.office.tables import Organisation, User

from .carried import carried, told_carried
from .fact_rows import Refs, StoredRow, rows_of

MASKED = "（已隐去）"
FOUND = ("findings", "measures", "accountability")
"""What the report says was found and must follow: once it is signed, no correction of a fact touches it."""


@dataclass(frozen=True, slots=True)
class CellShown:
    """One cell: its value as JSON, as an office writes it, how often it was changed, what is wrong or asked.

    `masked` is personal data that this reader may not see, or did not ask to see: then there is no value.
    """

    value: Value
    text: str
    version: int
    faults: tuple[Fault, ...] = ()
    masked: bool = False


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row by its short name, with every field of its sheet. `held` says why it cannot be changed."""

    ref: str
    position: int
    cells: Mapping[str, CellShown]
    held: str = ""


@dataclass(frozen=True, slots=True)
class SheetShown:
    """A sheet of a case. `seq` is the last change it holds; `editable` whether the reader may change it in place, and
    `correctable` whether only by a correction with a reason, because the report is signed. `hides` says that the
    reader may ask for personal data that is hidden, `clear` that some is told whole: that is put on record."""

    sheet: str
    seq: int
    rows: tuple[RowShown, ...]
    editable: bool = False
    correctable: bool = False
    hides: bool = False
    clear: bool = False


@dataclass(frozen=True, slots=True)
class FactChangeShown:
    """One change: of a field (`what` is set), or of a row as a whole (added, removed, restored; then without a value)."""

    seq: int
    sheet: str
    row: str
    field: str | None
    what: str
    value: Value
    text: str
    version: int
    by: str
    account: str
    at: datetime
    op: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What an actor may see of the facts of one case."""

    case: Case = field(repr=False)
    unit_path: str
    edits: bool
    personal: bool
    subjects: bool
    handles: bool
    corrects: bool = False

    def correctable(self, one: Sheet) -> bool:
        """Whether the actor may correct facts of a sheet with a reason: what the report found stays as it was signed, and
        what no report tells is changed in place."""
        signed = self.case.report_approved_at is not None
        told = one.name not in FOUND and not one.walled and not one.lasting
        return self.corrects and signed and self.case.stage in RUNNING and told

    @property
    def editable(self) -> bool:
        """Whether the actor may change facts in place: not while the report is under approval, nor once it is signed."""
        return self.edits and lifecycle.can(lifecycle.CASE, self.case.stage, "investigate")

    def may_change(self, one: Sheet) -> bool:
        """Whether the actor may change a sheet in place: one that no report tells as long as the case runs."""
        if one.lasting:
            return self.edits and self.case.stage in RUNNING
        return self.handles and self.case.closed_at is None if one.walled else self.editable

    def keeps_out(self, one: Sheet) -> bool:
        """Whether a sheet is walled off from the actor, who does not handle what it is about."""
        return one.walled and not self.handles


def sheet_shown(
    session: Session, actor: Actor, case_number: str, sheet_name: str, *, clear: bool = False
) -> SheetShown:
    """Return a sheet of a case as the actor may see it. Raises NotFound, NotAllowed for who is not of the police there.

    Personal data are half hidden; who asks for them `clear` puts that on record first (`ui.readings`).
    """
    one, sight = sheet(sheet_name), sight_of(session, actor, case_number)
    refuse_walled(one, sight)
    refs = Refs(session, sight.case)
    rows = rows_of(session, sight.case, one, refs, *hidden(actor, one, sight))
    papers = carried(session, [row.record.id for row in rows]) if one.name == "measures" else {}
    personal = sight.personal and any(
        row.values.get(field.name) for row in rows for field in one.fields if field.personal
    )
    return SheetShown(
        one.name,
        last_seq(session, sight.case),
        tuple(_row(one, row, refs, sight, papers, clear=clear) for row in rows),
        editable=sight.may_change(one),
        correctable=sight.correctable(one),
        hides=personal and not clear,
        clear=personal and clear,
    )


def changes_since(
    session: Session, actor: Actor, case_number: str, seq: int, sheet_name: str | None = None
) -> tuple[FactChangeShown, ...]:
    """Return the changes of a case's facts after one, in their order; of one sheet, or of all that the actor may see."""
    sight = sight_of(session, actor, case_number)
    rows = session.execute(
        select(FactChange, User.name, User.account)
        .join(User, User.id == FactChange.changed_by)
        .where(
            FactChange.case_id == sight.case.id,
            FactChange.seq > seq,
            *(() if sheet_name is None else (FactChange.sheet == sheet(sheet_name).name,)),
        )
        .order_by(FactChange.seq)
    ).all()
    seen = _seen_rows(session, actor, sight, {change.sheet for change, _, _ in rows})
    told = [row for row in rows if (only := seen[row[0].sheet]) is None or row[0].row in only]
    return tuple(_change(change, name, account, sight) for change, name, account in told)


def sight_of(session: Session, actor: Actor, case_number: str) -> Sight:
    """Return what an actor may see of a case's facts. Raises NotFound, NotAllowed, WrongStage for a work order."""
    row = session.execute(
        select(
            Case,
            Organisation.path,
            in_territory(actor, Case.__table__.c.unit_id).label("own"),
            knows_all_subjects(actor).label("subjects"),
            handles_mediation(actor).label("handles"),
        )
        .join(Organisation, Organisation.id == Case.unit_id)
        .where(Case.case_number == case_number, visible_cases(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为“{case_number}”的案件，或您无权查看。", code="case_not_found")
    if not (actor.has(Role.SYSTEM) or (row.own and actor.has(*POLICE))):
        raise NotAllowed("案情由办案单位掌握，您只能查看发给本单位的文书和措施。", code="facts_inside")
    refuse_hazard(row.Case)
    return Sight(
        row.Case,
        row.path,
        edits=_may(actor, "facts.edit", row.path),
        personal=_may(actor, "facts.personal", row.path),
        corrects=_may(actor, "case.facts", row.path),
        subjects=bool(row.subjects),
        handles=bool(row.handles) and _may(actor, "mediation.handle", row.path),
    )


def happened_at(session: Session, actor: Actor, case_number: str) -> datetime:
    """Return when the accident happened. Raises NotFound, NotAllowed, as all facts do."""
    return accident_of(session, sight_of(session, actor, case_number).case).occurred_at


def handles_mediation(actor: Actor) -> ColumnElement[bool]:
    """Cases whose mediation the actor handles: the officer in charge, and who is named for it."""
    named = exists(
        select(1)
        .where(
            MediationHandler.case_id == Case.id,
            MediationHandler.user_id == actor.id,
            MediationHandler.released_at.is_(None),
        )
        .correlate(Case)
    )
    return or_(Case.officer_id == actor.id, named)


def _may(actor: Actor, right: str, unit_path: str) -> bool:
    try:
        policy.require(actor, right, unit_path=unit_path)
    except NotAllowed:
        return False
    return True


def refuse_walled(one: Sheet, sight: Sight) -> None:
    """Refuse a sheet that is walled off to who does not handle what it is about. Raises NotAllowed."""
    if sight.keeps_out(one):
        raise NotAllowed(f"“{one.title}”只由办理人员查看。", code="facts_walled")


def hidden(actor: Actor, one: Sheet, sight: Sight) -> tuple[ColumnElement[bool], ...]:
    """Return what keeps from the actor the rows that tell whose accountability is looked at."""
    if one.name == "accountability":
        return (_items_of(actor, sight),)
    return (not_(only_asked_about(actor)),) if one.name in ("people", "officials") and not sight.subjects else ()


def _items_of(actor: Actor, sight: Sight) -> ColumnElement[bool]:
    """Items that the actor may read whole: what a paper says belongs to its list, whoever put the item down."""
    carried = read_of(actor, AccountabilityItem)
    return or_(AccountabilityItem.document_id.is_(None), carried) if sight.subjects else carried


def last_seq(session: Session, case: Case) -> int:
    """Return the number of a case's last change of a fact; 0 before the first."""
    return session.scalar(select(func.max(FactChange.seq)).where(FactChange.case_id == case.id)) or 0


def cells_of(
    one: Sheet, row: StoredRow, refs: Refs, *, personal: bool = True, clear: bool = True
) -> dict[str, CellShown]:
    """Return every cell of a row; personal data for who may see them, whole where that was asked for."""
    between = row_faults(one, row.values)
    return {field.name: _cell(field, row, refs, between.get(field.name, ()), personal, clear) for field in one.fields}


def _cell(
    field: Field, row: StoredRow, refs: Refs, between: tuple[Fault, ...], personal: bool, clear: bool
) -> CellShown:
    value, version = row.values.get(field.name), row.versions.get(field.name, 0)
    if field.personal and not personal:
        return CellShown(None, MASKED if value else "", version, masked=True)
    if field.personal and value and not clear:
        return CellShown(None, half_hidden(str(value)), version, faults(field, value), masked=True)
    return CellShown(value, in_words(field, value, refs), version, (*faults(field, value), *between))


def in_words(field: Field, value: Value, refs: Refs) -> str:
    """Return a value as an office writes it; a row that is pointed to by the name it has, where it has one."""
    if field.kind not in POINTERS or field.target is None or value is None:
        return shown(field, value)
    called = refs.called(field.target)
    several = value if isinstance(value, list) else [str(value)]
    return "；".join(called.get(ref, ref) for ref in several)


def _row(one: Sheet, row: StoredRow, refs: Refs, sight: Sight, papers: Mapping[int, str], *, clear: bool) -> RowShown:
    paper = papers.get(row.record.id) if papers else None
    held = "" if paper is None else told_carried(row.ref, paper)
    return RowShown(row.ref, row.position, cells_of(one, row, refs, personal=sight.personal, clear=clear), held)


def _seen_rows(session: Session, actor: Actor, sight: Sight, sheets: set[str]) -> dict[str, set[str] | None]:
    """Return of each sheet the rows that the actor may hear of; None for all of them, nothing of a walled one."""
    found: dict[str, set[str] | None] = {}
    for name in sheets:
        found[name] = None
        if sight.keeps_out(sheet(name)):
            found[name] = set()
        elif name == "accountability":
            items = select(AccountabilityItem.ref).where(AccountabilityItem.case_id == sight.case.id)
            found[name] = set(session.scalars(items.where(_items_of(actor, sight))))
        elif not sight.subjects and name == "officials":
            people = select(Person.ref).where(Person.accident_id == sight.case.accident_id)
            found[name] = set(session.scalars(people.where(not_(only_asked_about(actor)))))
    return found


def _change(change: FactChange, name: str, account: str, sight: Sight) -> FactChangeShown:
    field = None if change.field is None else SHEETS[change.sheet].field(change.field)
    masked = field is not None and field.personal
    value = None if field is None or masked else change.after
    hidden_text = half_hidden(str(change.after)) if sight.personal else MASKED
    return FactChangeShown(
        seq=change.seq,
        sheet=change.sheet,
        row=change.row,
        field=change.field,
        what=change.what,
        value=value,
        text=hidden_text if masked and change.after else "" if field is None else shown(field, value),
        version=change.version,
        by=name,
        account=account,
        at=change.changed_at,
        op=change.op_id,
    )
