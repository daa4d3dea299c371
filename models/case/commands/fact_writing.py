"""Puts one value where it lies: a column, the details of its row, rows beside it, or the unit that it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, exists, select

from models.accident.sheets import SHEETS, Field, FieldKind, Sheet, Value, faults
from models.accident.sheets.fields import POINTERS
from models.accident.sheets.values import QUESTIONS
from models.accident.tables import Accident
from models.accountability.tables import AccountabilityFinding
from models.case.fact_columns import BLANK, COLUMNS, OF_THE_UNIT, Holds, degrees, fits, never_null, to_column
from models.case.queries.fact_rows import BY_NUMBER, UNLISTED, Refs, StoredRow, rows_of
from models.case.tables import (
    Case,
    CaseOrganisation,
    Evidence,
    EvidenceFinding,
    FactRow,
    FindingOrganisation,
    FindingPerson,
)
from models.joining.tables import MovedRef
from models.kernel.act import Act
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.text.folded import folded
from models.kernel.text.short_names import free_ref
from models.office.queries.known_units import alike, known_units, meant
from models.office.tables import Organisation, User
from models.rectification.tables import MeasureFinding

from . import measure_hands

Writer = Callable[[Act, Case, Any, Value, Refs], bool]
"""Writes a value where one field alone lies; tells whether it is held there. Else the details of the row keep it."""


def put(act: Act, case: Case, sheet: Sheet, row: StoredRow, field: Field, value: Value, refs: Refs) -> None:
    """Write a value and count the change. What is not understood yet stays in the details and touches no column.

    A required field may be blank while somebody writes: the details say so, and the column keeps what it held.
    Raises Invalid for one without which no case stands, and what the place of the value refuses.
    """
    record = _record(act, case, sheet, row)
    blank = value is None and field.required
    if blank:
        _refuse_blank(sheet, record, field)
    stays = blank and never_null(sheet, field) and field.name != "summary"  # its column may hold an empty text
    understood = all(fault.code in QUESTIONS or fault.code == "missing" for fault in faults(field, value))
    if understood:
        _refuse_dangling(act, case, field, value, refs)
    else:
        _refuse_in_place(act, sheet, record, field)
    held = understood and not stays and _place(act, case, sheet, record, field, value, refs)
    details = {name: kept for name, kept in record.details.items() if name != field.name}
    if stays:
        details[field.name] = BLANK
    elif value is not None and not held:
        details[field.name] = value
    record.details = details
    record.versions = {**record.versions, field.name: record.versions.get(field.name, 0) + 1}


def _refuse_blank(sheet: Sheet, record: Any, field: Field) -> None:
    """Refuse to empty what grade, limits and duplicates rest on, whom an item is about, and a file that is there."""
    filed = isinstance(record, Evidence) and record.sha256 is not None and field.name == "reference"
    if filed or field.name in _NEVER_BLANK.get(sheet.name, ()) or sheet.name == "accountability":
        raise Invalid(f"“{field.label}”不能为空，请填写正确的内容。", code="missing")


def _refuse_dangling(act: Act, case: Case, field: Field, value: Value, refs: Refs) -> None:
    """Refuse what points to no row of the case: a name that nobody bears, or a row that was taken out. Raises Invalid."""
    if field.kind not in POINTERS or field.target is None or value is None:
        return
    wanted = {*value} if isinstance(value, list) else {str(value)}
    if field.target in BY_NUMBER:
        wanted -= refs.ids(field.target).keys()
    if wanted:
        wanted -= {row.ref for row in rows_of(act.session, case, SHEETS[field.target], refs)}
    if wanted:
        raise Invalid(f"“{field.label}”中的“{min(wanted)}”不在本案，请先登记或核对。", code="unknown_reference")


def _refuse_in_place(act: Act, sheet: Sheet, record: Any, field: Field) -> None:
    """Refuse half-typed words over what may not be changed at all: what stood there could not be put back."""
    if _SPECIAL.get((sheet.name, field.name)) is _fixed:
        raise _subject_fixed()
    if sheet.name == "measures" and field.name in measure_hands.FIELDS:
        measure_hands.refuse_carried(act, record.id)


def _record(act: Act, case: Case, sheet: Sheet, row: StoredRow) -> Any:
    """Return the row that carries details, made where a form was not begun or a unit is on no list yet."""
    if row.record is None:
        if sheet.name == "organisations":
            unit = int(row.ref.removeprefix(UNLISTED))
            row.record = CaseOrganisation(
                case_id=case.id, organisation_id=unit, ref=row.ref, position=row.position, details={}, versions={}
            )
        else:
            row.record = FactRow(case_id=case.id, sheet=sheet.name, ref=row.ref, position=1, details={}, versions={})
        act.session.add(row.record)
    return row.record


def _place(act: Act, case: Case, sheet: Sheet, record: Any, field: Field, value: Value, refs: Refs) -> bool:
    """Write a value that is understood into the column or the rows that hold it; return whether they hold it whole."""
    special = _SPECIAL.get((sheet.name, field.name))
    if special is not None:
        return special(act, case, record, value, refs)
    if sheet.name == "organisations":
        if field.name in OF_THE_UNIT:
            _of_the_unit(act, case, record, field, value)
        return fits(sheet, field, value)
    if field.kind is FieldKind.PLACE and isinstance(record, Accident):
        record.longitude, record.latitude = degrees(value if isinstance(value, dict) else None)
        return fits(sheet, field, value)
    column = COLUMNS.get(sheet.name, {}).get(field.name)
    if column is None:
        return False
    if column.holds is Holds.UNIT:
        setattr(record, column.attribute, None if value is None else refs.unit_number(str(value)))
    elif column.holds is Holds.VEHICLE:
        setattr(record, column.attribute, None if value is None else refs.ids("vehicles")[str(value)])
    else:
        setattr(record, column.attribute, to_column(column, value))
    return fits(sheet, field, value)


def list_unit(act: Act, case: Case, organisation_id: int, refs: Refs) -> str:
    """Put a unit on the case's list, unless it stands there; returns its short name."""
    known = refs.of("organisations").get(organisation_id)
    if known is not None:
        return known
    listed = set(refs.of("organisations").values())
    # What a unit was called here before it was merged into another one still means that other one.
    gone = act.session.scalars(select(MovedRef.ref).where(MovedRef.case_id == case.id, MovedRef.ref.startswith("O")))
    ref = free_ref(listed | set(gone), "O")
    position = len(listed) + 1
    act.session.add(
        CaseOrganisation(
            case_id=case.id, organisation_id=organisation_id, ref=ref, position=position, details={}, versions={}
        )
    )
    act.session.flush()
    refs.forget("organisations")
    return ref


def find_unit(act: Act, case: Case, name: str, refs: Refs) -> str | None:
    """Return the short name of the unit that is called so, however typed: one of the case, else of the tree, which is
    then put on the case's list; None where there is none or more than one."""
    units = meant(known_units(act.session, [name]).get(folded(name), ()))
    return list_unit(act, case, units[0].id, refs) if len(units) == 1 else None


def _of_the_unit(act: Act, case: Case, record: CaseOrganisation, field: Field, value: Value) -> None:
    """Change what a unit is called or is, where only this case knows it. Raises WrongStage, Conflict."""
    unit = act.session.get_one(Organisation, record.organisation_id)
    column = OF_THE_UNIT[field.name]
    wanted = to_column(column, value)
    if getattr(unit, column.attribute) == wanted:
        return
    if not _known_here_only(act, case, unit):
        raise WrongStage(
            f"“{unit.name}”还用于其他案件或账号，{field.label}由管理员修改；如为另一单位，请另行登记。",
            code="unit_shared",
        )
    if field.name == "name":
        _refuse_second(act, unit, str(value))
    setattr(unit, column.attribute, wanted)


def _known_here_only(act: Act, case: Case, unit: Organisation) -> bool:
    elsewhere = exists(
        select(1).where(CaseOrganisation.organisation_id == unit.id, CaseOrganisation.case_id != case.id)
    )
    staffed = exists(select(1).where(User.organisation_id == unit.id))
    above = exists(select(1).where(Organisation.parent_id == unit.id))
    return unit.issues_as is None and not act.session.scalar(select(elsewhere | staffed | above))


def _refuse_second(act: Act, unit: Organisation, name: str) -> None:
    known = alike(act.session, name, unit.division_code, but=unit.id)
    if known is not None:
        raise Conflict(f"“{name}”已登记为另一单位“{known.name}”，请改用该单位。", code="known_as")


def _title(_act: Act, case: Case, record: Accident, value: Value, _refs: Refs) -> bool:
    record.title = case.title = str(value)
    return True


def _summary(_act: Act, _case: Case, record: Accident, value: Value, _refs: Refs) -> bool:
    record.summary = str(value or BLANK)
    return True


def _links(table: Any, owner: str, other: str, sheet: str) -> Writer:
    """Return what replaces the rows that link a row to others."""

    def write(act: Act, _case: Case, record: Any, value: Value, refs: Refs) -> bool:
        wanted = value if isinstance(value, list) else []
        resolve: Callable[[str], int] = refs.unit_number if sheet == "organisations" else refs.ids(sheet).__getitem__
        numbers = [resolve(ref) for ref in wanted]
        act.session.flush()
        act.session.execute(delete(table).where(getattr(table, owner) == record.id))
        act.session.add_all(table(**{owner: record.id, other: number}) for number in dict.fromkeys(numbers))
        return True

    return write


def _original(_act: Act, _case: Case, record: Evidence, value: Value, _refs: Refs) -> bool:
    """Say where the original lies; what lies with us as a file lies nowhere else."""
    if record.sha256 is not None:
        raise WrongStage(
            "该证据的原件是已上传的文件，不能改写存放处；如有另一份，请另行登记。", code="evidence_is_file"
        )
    record.reference = str(value)
    return True


def _supports(_act: Act, _case: Case, record: Evidence, value: Value, refs: Refs) -> bool:
    record.finding_id = None if value is None else refs.ids("findings")[str(value)]
    return True


def _fixed(_act: Act, _case: Case, _record: Any, _value: Value, _refs: Refs) -> bool:
    raise _subject_fixed()


def _subject_fixed() -> WrongStage:
    return WrongStage("问责对象不能改为他人，请另行增加问责事项。", code="subject_fixed")


_NEVER_BLANK: Mapping[str, frozenset[str]] = {
    "source": frozenset({"title"}),
    "accident": frozenset({"occurred_at", "division_code", "place"}),
    "organisations": frozenset({"name"}),
}
_SPECIAL: Mapping[tuple[str, str], Writer] = {
    ("source", "title"): _title,
    ("accident", "summary"): _summary,
    ("findings", "organisation_refs"): _links(FindingOrganisation, "finding_id", "organisation_id", "organisations"),
    ("findings", "person_refs"): _links(FindingPerson, "finding_id", "person_id", "people"),
    ("measures", "finding_refs"): _links(MeasureFinding, "measure_id", "finding_id", "findings"),
    ("measures", "organisation_ref"): measure_hands.put_lead,
    ("measures", "cooperating_refs"): measure_hands.put_partners,
    ("measures", "responsible_person"): measure_hands.putting_in_lead("responsible_person"),
    ("measures", "cooperating_person"): measure_hands.put_partners_person,
    ("measures", "due"): measure_hands.putting_in_lead("due_on"),
    ("evidence", "finding_ref"): _supports,
    ("evidence", "other_finding_refs"): _links(EvidenceFinding, "evidence_id", "finding_id", "findings"),
    ("evidence", "reference"): _original,
    ("accountability", "finding_refs"): _links(AccountabilityFinding, "item_id", "finding_id", "findings"),
    ("accountability", "subject_type"): _fixed,
    ("accountability", "subject_ref"): _fixed,
}
