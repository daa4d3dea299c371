"""合并单位: two units are one, or one goes on with the other's work; everything that pointed to the one leads to the other.

Rows point to the unit that goes on; what may exist once only and stands there already stays with the merged one, which
lies below the other in the tree and so is seen from there. Issued papers are frozen and keep their words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    cast,
    exists,
    func,
    literal,
    select,
    union,
)
from sqlalchemy import insert as insert_into
from sqlalchemy.orm import aliased

from models.accident.sheets import SHEETS, Sheet
from models.accident.sheets.of_the_involved import BEHIND
from models.accident.tables import Person, Vehicle
from models.case.fact_columns import OF_THE_UNIT, TABLES
from models.case.queries.fact_rows import UNLISTED
from models.case.tables import Case, CaseOrganisation, FactRow, Finding, FindingOrganisation, TeamMember
from models.clock.tables import Deadline
from models.joining.tables import MovedRef
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.base import Base
from models.kernel.errors import Conflict, Invalid
from models.kernel.events import record, record_admin
from models.kernel.refs import UnitRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import AssignmentState
from models.office.commands.organisations import changeable, find_organisation
from models.office.commands.unit_changes import put_below
from models.office.tables import MovedPointer, Organisation, OrganisationName
from models.papers.tables import Document
from models.rectification.tables import Assignment

from .moving_rows import pointing

# Where a unit stands by itself: its history, the list of a case, and the tree are seen to one by one.
_OWN_WAY = {
    MovedPointer.__tablename__,
    OrganisationName.__tablename__,
    CaseOrganisation.__tablename__,
    FindingOrganisation.__tablename__,
}


@action(
    "merge-organisation",
    title="合并单位：并入另一单位",
    rights=("office.manage",),
    own_verb=True,
    asks="合并后不能拆开，请确认两个名称确为同一单位，或该单位的职责已由另一单位承接。",
)
def merge_organisation(
    act: Act, *, organisation: UnitRef, into: UnitRef, reason: str, seen_version: int | None = None
) -> str:
    """Merge a unit into another one that goes on (`into`) with its open notices, clocks and accounts; returns that one.

    The running cases concerned have it in their records, the office too. Raises NotAllowed, NotFound, Invalid (the same
    unit, no reason, one below the other), Conflict for a body in whose name papers leave, or where both have the same
    measure in hand.
    """
    policy.require(act.actor, "office.manage")
    why = require_reason(reason)
    gone, goes_on = find_organisation(act.session, organisation), find_organisation(act.session, into)
    _may_merge(act, gone, goes_on)
    _locked(act, gone)
    gone = changeable(act, str(gone.id), seen_version)
    goes_on = changeable(act, str(goes_on.id), None)
    # Whoever was first may have changed the tree, the hands of a measure or the cases concerned while this act waited.
    _may_merge(act, gone, goes_on)
    cases = _locked(act, gone)
    # Of a case that only a restricted paper leads to, nobody else may read that it concerns the unit.
    told = set(act.session.scalars(union(*_openly(gone))))
    moved = _point_on(act, cases, gone, goes_on)
    for case in cases:
        if case.closed_at is None and case.id in told:
            record(act, case, "unit_merged", why=why, former=gone.name, now=goes_on.name)
    record_admin(
        act,
        "organisation_merged",
        why=why,
        organisation=gone.id,
        name=gone.name,
        into=goes_on.id,
        into_name=goes_on.name,
        moved=moved,
    )
    return goes_on.name


def _may_merge(act: Act, gone: Organisation, goes_on: Organisation) -> None:
    if gone.id == goes_on.id:
        raise Invalid(f"两个名称都是“{goes_on.name}”，请核对。", code="same_unit")
    if gone.issues_as is not None:
        raise Conflict(f"“{gone.name}”是本系统的发文机关，不能并入其他单位。", code="own_body")
    if goes_on.path.startswith(gone.path):
        raise Invalid(f"“{goes_on.name}”在“{gone.name}”之下，请反过来合并，或先调整上级单位。", code="parent_circle")
    other = aliased(Assignment)
    both = (
        select(Case.case_number)
        .join(Assignment, Assignment.case_id == Case.id)
        .join(other, other.measure_id == Assignment.measure_id)
        .where(
            Assignment.organisation_id == gone.id,
            other.organisation_id == goes_on.id,
            Assignment.state != AssignmentState.CLOSED,
            other.state != AssignmentState.CLOSED,
        )
        .distinct()
        .order_by(Case.case_number)
    )
    numbers = act.session.scalars(both.limit(5)).all()
    if numbers:
        raise Conflict(
            f"两个单位正在承办同一项整改措施（案件{'、'.join(numbers)}），请办案单位先变更其中之一，再合并单位。",
            code="both_in_hand",
        )


def _locked(act: Act, gone: Organisation) -> list[Case]:
    """Return the cases that concern a unit, locked in their order: an administrator need not be allowed to read them."""
    concerned = union(
        *_openly(gone),
        select(Deadline.case_id).where(Deadline.organisation_id == gone.id),
        select(Document.case_id).where(Document.recipient_id == gone.id),
        *_naming(gone),
    ).subquery()
    query = select(Case).where(Case.id.in_(select(concerned.c[0]))).order_by(Case.id)
    return list(act.session.scalars(query.with_for_update()).all())


def _openly(unit: Organisation) -> Iterator[Any]:
    """Yield what finds the cases of which everybody who sees them may know that they concern a unit."""
    for table in (CaseOrganisation, Assignment, TeamMember):
        yield select(table.case_id).where(table.organisation_id == unit.id)
    yield select(Document.case_id).where(Document.recipient_id == unit.id, Document.restricted.is_(False))
    findings = select(Finding.case_id).join(FindingOrganisation, FindingOrganisation.finding_id == Finding.id)
    yield findings.where(FindingOrganisation.organisation_id == unit.id)
    yield select(Case.id).join(Vehicle, Vehicle.accident_id == Case.accident_id).where(Vehicle.owner_id == unit.id)


def _naming(unit: Organisation) -> Iterator[Any]:
    """Yield what finds the cases in which a row names a unit by its row number in what it holds."""
    name = literal(f'"{UNLISTED}{unit.id}"')
    for table in (FactRow, *TABLES.values()):
        if "details" not in table.__table__.c:
            continue
        held = cast(table.details, String).contains(name)
        if "case_id" in table.__table__.c:
            yield select(table.case_id).where(held)
        elif "accident_id" in table.__table__.c:
            yield select(Case.id).join(table, table.accident_id == Case.accident_id).where(held)


def _point_on(act: Act, cases: Sequence[Case], gone: Organisation, goes_on: Organisation) -> dict[str, int]:
    """Let all that points to a unit point to the one that goes on; returns how many rows of each table."""
    for case in cases:
        _one_name(act, case, gone, goes_on)
    _take_over(act, gone, goes_on)
    _free_occasions(act, gone, goes_on)
    _link_once(act, gone, goes_on)
    act.session.flush()
    moved = {
        f"{_table(column).name}.{column.name}": count
        for column in _pointers()
        if (count := _move(act, column, gone, goes_on))
    }
    act.session.flush()
    act.session.expire_all()
    return moved


def _take_over(act: Act, gone: Organisation, goes_on: Organisation) -> None:
    """Put the merged unit and what lay below it under the other one, which takes over what it lacks."""
    for child in act.session.scalars(select(Organisation).where(Organisation.parent_id == gone.id)).all():
        if child.id != goes_on.id:
            put_below(act, child, goes_on)
    put_below(act, gone, goes_on)
    gone.merged_into_id, gone.disabled_at, gone.pending_since = goes_on.id, act.at, None
    gone.version += 1
    goes_on.version += 1
    goes_on.contact, goes_on.phone = goes_on.contact or gone.contact, goes_on.phone or gone.phone
    if goes_on.credit_code is None and gone.credit_code is not None:
        code, gone.credit_code = gone.credit_code, None
        act.session.flush()  # it is unique: the one lets it go before the other has it
        goes_on.credit_code = code


def _one_name(act: Act, case: Case, gone: Organisation, goes_on: Organisation) -> None:
    """Let a case know the two units as one, under the short name of the one that goes on where it has one."""
    listed = {
        one.organisation_id: one
        for one in act.session.scalars(
            select(CaseOrganisation).where(
                CaseOrganisation.case_id == case.id, CaseOrganisation.organisation_id.in_([gone.id, goes_on.id])
            )
        )
    }
    former, kept = listed.get(gone.id), listed.get(goes_on.id)
    if former is not None and kept is None:
        former.organisation_id, kept = goes_on.id, former
    now = f"{UNLISTED}{goes_on.id}" if kept is None else kept.ref
    names = {f"{UNLISTED}{gone.id}": now, **({} if former is None else {former.ref: now})}
    if former is not None and kept is not None and former is not kept:
        # What a unit is stands with the unit itself: a word that only the other's row holds would say otherwise.
        found_out = {name: said for name, said in former.details.items() if name not in OF_THE_UNIT}
        kept.details = {**found_out, **kept.details}
        kept.versions = {**former.versions, **kept.versions}
        act.session.add(MovedRef(case_id=case.id, ref=former.ref, now_in_id=case.id, now=kept.ref))
        act.session.delete(former)
        act.session.flush()
    for sheet, row in _rows(act, case):
        told = pointing(sheet, row.details, {}, names)
        if told != row.details:
            row.details = told


def _rows(act: Act, case: Case) -> Iterator[tuple[Sheet, Any]]:
    """Yield every row of a case that holds facts of its own, with its sheet."""
    for row in act.session.scalars(select(FactRow).where(FactRow.case_id == case.id)):
        yield SHEETS[row.sheet], row
    for name, table in TABLES.items():
        if name in ("source", "accident"):
            continue  # no field of theirs names a unit
        owner = table.accident_id == case.accident_id if table in (Person, Vehicle) else table.case_id == case.id
        for row in act.session.scalars(select(table).where(owner)):
            if table is not Person or (row.role in BEHIND) == (name == "officials"):
                yield SHEETS[name], row


def _free_occasions(act: Act, gone: Organisation, goes_on: Organisation) -> None:
    """Count the papers of the one on behind those of the other: of each case, kind and recipient every paper has a number."""
    last = {
        (row.case_id, row.kind): row.last
        for row in act.session.execute(
            select(Document.case_id, Document.kind, func.max(Document.occasion).label("last"))
            .where(Document.recipient_id == goes_on.id)
            .group_by(Document.case_id, Document.kind)
        )
    }
    mine = select(Document).where(Document.recipient_id == gone.id).order_by(Document.id)
    for paper in act.session.scalars(mine).all():
        same = (paper.case_id, paper.kind)
        if same in last:
            paper.occasion = last[same] = last[same] + 1


def _link_once(act: Act, gone: Organisation, goes_on: Organisation) -> None:
    """Let each finding that names the one name the other, once."""
    links = act.session.scalars(select(FindingOrganisation).where(FindingOrganisation.organisation_id == gone.id)).all()
    there = set(
        act.session.scalars(
            select(FindingOrganisation.finding_id).where(FindingOrganisation.organisation_id == goes_on.id)
        )
    )
    for link in links:
        act.session.delete(link)
    act.session.flush()
    act.session.add_all(
        FindingOrganisation(finding_id=link.finding_id, organisation_id=goes_on.id)
        for link in links
        if link.finding_id not in there
    )


def _pointers() -> Iterator[Column[Any]]:
    """Yield every column that points to a unit and follows it."""
    units = Organisation.__table__
    for table in Base.metadata.sorted_tables:
        if table.name in _OWN_WAY:
            continue
        for column in table.c:
            if (table.name, column.name) == (Organisation.__tablename__, "parent_id"):
                continue
            if any(key.column.table is units for key in column.foreign_keys):
                yield column


def _move(act: Act, column: Column[Any], gone: Organisation, goes_on: Organisation) -> int:
    """Let the rows of a column point on, but for those that would stand there twice; returns how many did."""
    table = _table(column)
    of_gone = (column == gone.id, *_not_twice(table, column, goes_on))
    if table is Organisation.__table__:
        of_gone = (*of_gone, table.c.id.not_in([gone.id, goes_on.id]))
    if "id" in table.primary_key.columns:
        act.session.execute(
            insert_into(MovedPointer).from_select(
                ["of", "row_id", "attribute", "former_id", "moved_on"],
                select(literal(table.name), table.c.id, literal(column.name), column, literal(act.today)).where(
                    *of_gone
                ),
            )
        )
    done: Any = act.session.execute(table.update().where(*of_gone).values({column.name: goes_on.id}))
    return int(done.rowcount)


def _table(column: Column[Any]) -> Table:
    assert isinstance(column.table, Table)
    return column.table


def _not_twice(table: Table, column: Column[Any], goes_on: Organisation) -> Iterator[ColumnElement[bool]]:
    """Yield what keeps out the rows that are unique in the table and stand there for the other unit already."""
    for others in _unique_with(table, column):
        there = table.alias()
        same = (there.c[other] == table.c[other] for other in others)
        yield ~exists(select(1).select_from(there).where(there.c[column.name] == goes_on.id, *same).correlate(table))


def _unique_with(table: Table, column: Column[Any]) -> Iterator[list[str]]:
    unique = (
        one
        for one in (*table.constraints, *table.indexes)
        if isinstance(one, UniqueConstraint | PrimaryKeyConstraint) or (isinstance(one, Index) and one.unique)
    )
    for one in unique:
        names = [part.name for part in one.columns]
        if column.name in names and len(names) > 1:
            yield [name for name in names if name != column.name]
