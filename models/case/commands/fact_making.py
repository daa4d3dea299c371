"""Rows of sheets as they begin, the short names that are free, and what keeps a row from being taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from models.accident.sheets import SHEETS, Sheet, Value
from models.accident.sheets.fields import POINTERS
from models.accident.tables import Person, Vehicle
from models.accountability.tables import AccountabilityItem
from models.case.fact_columns import table_of
from models.case.queries.fact_rows import Refs, rows_of
from models.case.queries.facts import Sight, hidden
from models.case.tables import Case, CaseOrganisation, Evidence, FactChange, FactRow, Finding, TeamMember
from models.joining.tables import MovedRef
from models.kernel.act import Act
from models.kernel.errors import Conflict, Invalid
from models.kernel.vocabulary import Aspect, FindingLevel, PersonOutcome, PersonRole
from models.office.tables import Organisation
from models.rectification.tables import Measure


def blank(
    act: Act, case: Case, sheet: Sheet, refs: Refs, ref: str, values: Mapping[str, Value], *, position: int
) -> Any:
    """Return a row that says nothing yet but what its table asks for. Raises Invalid where it cannot stand so."""
    name = sheet.name
    if name in ("people", "officials"):
        role = PersonRole.OTHER if name == "people" else PersonRole.OFFICIAL
        return Person(accident_id=case.accident_id, ref=ref, role=role, outcome=PersonOutcome.UNKNOWN)
    if name == "vehicles":
        return Vehicle(accident_id=case.accident_id, ref=ref, defects=[])
    if name == "team":
        return TeamMember(case_id=case.id, ref=ref, role="member")
    if name in ("findings", "measures"):
        return _worded(act, case, sheet, ref, values)
    if name == "evidence":
        return _original(act, case, ref, values)
    if name == "organisations":
        unit = _unit_again(act, values)
        return CaseOrganisation(case_id=case.id, organisation_id=unit, ref=ref, position=len(refs.of(name)) + 1)
    return FactRow(case_id=case.id, sheet=name, ref=ref, position=position)


def _worded(act: Act, case: Case, sheet: Sheet, ref: str, values: Mapping[str, Value]) -> Finding | Measure:
    text = str(values.get("text") or "").strip()
    if not text:
        what = "问题描述" if sheet.name == "findings" else "措施内容"
        raise Invalid(f"请先填写{what}。", code="missing")
    table: Any = Finding if sheet.name == "findings" else Measure
    place = act.session.scalar(select(func.count()).select_from(table).where(table.case_id == case.id)) or 0
    if table is Measure:
        return Measure(case_id=case.id, ref=ref, position=place + 1, text=text)
    return Finding(
        case_id=case.id,
        ref=ref,
        position=place + 1,
        level=FindingLevel.INDIRECT,
        aspect=Aspect.MANAGEMENT,
        text=text,
        cause_tags=[],
        legal_basis=[],
        duty_failure=False,
    )


def _original(act: Act, case: Case, ref: str, values: Mapping[str, Value]) -> Evidence:
    """Return evidence whose original lies somewhere; a file comes by a step of its own."""
    title, reference = (str(values.get(one) or "").strip() for one in ("title", "reference"))
    if not title or not reference:
        raise Invalid("请先填写证据名称和原件存放处；有文件的，用“登记证据”上传。", code="missing")
    return Evidence(case_id=case.id, ref=ref, title=title, reference=reference, added_by=act.person, added_at=act.at)


def _unit_again(act: Act, values: Mapping[str, Value]) -> int:
    units = act.session.scalars(select(Organisation.id).where(Organisation.name == values.get("name"))).all()
    if len(units) != 1:
        raise Conflict("该单位已改名或不止一个，不能恢复，请重新登记。", code="unit_changed")
    return units[0]


def taken(act: Act, case: Case, sheet: Sheet) -> set[str]:
    """Return the short names that rows of a sheet have or had: a removed one comes back under its own."""
    names = ("people", "officials") if sheet.name in ("people", "officials") else (sheet.name,)
    had = select(FactChange.row).where(FactChange.case_id == case.id, FactChange.sheet.in_(names))
    moved = select(MovedRef.ref).where(MovedRef.case_id == case.id)
    table = table_of(sheet)
    of_accident = table in (Person, Vehicle)
    owner = table.accident_id == case.accident_id if of_accident else table.case_id == case.id
    here = select(table.ref).where(owner, *((FactRow.sheet == sheet.name,) if table is FactRow else ()))
    return {ref for query in (had, moved, here) for ref in act.session.scalars(query)}


def refuse_pointed(act: Act, case: Case, sheet: Sheet, refs: Refs, sight: Sight, ref: str) -> None:
    """Refuse to take out what another row points to. Raises Conflict that names it, where the actor may know of it."""
    for one, row, label in _pointing(act, case, sheet, refs, ref):
        seen = {
            kept.ref for kept in rows_of(act.session, case, SHEETS[one], refs, *hidden(act.actor, SHEETS[one], sight))
        }
        if row in seen:
            raise Conflict(f"“{ref}”还被“{SHEETS[one].title}”{row}的“{label}”引用，请先改那一项。", code="still_named")
        raise Conflict(f"“{ref}”还被本案其他内容引用，不能删除。", code="still_named")
    if _is_subject(act, case, sheet, refs, ref):
        # Whose accountability is looked at is not told to everybody who may edit facts.
        raise Conflict(f"“{ref}”还被本案其他内容引用，不能删除。", code="still_named")


def _pointing(act: Act, case: Case, sheet: Sheet, refs: Refs, ref: str) -> Iterator[tuple[str, str, str]]:
    """Yield sheet, row and word of each field that points to a row."""
    own = "people" if sheet.name == "officials" else sheet.name
    for one in SHEETS.values():
        fields = [field for field in one.fields if field.kind in POINTERS and field.target == own]
        if not fields:
            continue
        for row in rows_of(act.session, case, one, refs):
            for field in fields:
                value = row.values.get(field.name)
                if value == ref or (isinstance(value, list) and ref in value):
                    yield one.name, row.ref, field.label


def _is_subject(act: Act, case: Case, sheet: Sheet, refs: Refs, ref: str) -> bool:
    """Asked of the table itself: who may not see an item must not take out its subject either."""
    items = select(AccountabilityItem.id).where(AccountabilityItem.case_id == case.id)
    if sheet.name == "organisations":
        return (
            act.session.scalars(items.where(AccountabilityItem.organisation_id == refs.unit_id(ref))).first()
            is not None
        )
    if sheet.name not in ("people", "officials"):
        return False
    person = act.session.scalars(select(Person).where(Person.accident_id == case.accident_id, Person.ref == ref)).one()
    asked = act.session.scalars(items.where(AccountabilityItem.person_id == person.id)).first()
    return person.user_id is not None or asked is not None
