"""案情: enters, changes, removes and corrects facts of a case, one at a time or many in one act, for every door alike.

Until the report is signed a fact is changed in place; afterwards only by 更正事故情况, with a reason. Every act names
itself (`op`): done again, after a connection broke, it gives its old answer and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from models.accident.sheets import Value
from models.case.queries.facts import FOUND
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_accident import accident_of
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason

from .cases import require_running
from .fact_following import follow
from .sheet_act import Change, ChangedFact, Overtaken, SheetAct

__all__ = [
    "Change",
    "ChangedFact",
    "Overtaken",
    "add_fact_row",
    "add_fact_rows",
    "change_fact",
    "change_facts",
    "correct_cell",
    "correct_fact",
    "remove_fact_row",
    "restore_fact_row",
    "settle_casualties",
]


def change_fact(
    act: Act, case_number: str, *, sheet: str, row: str, field: str, value: Value, seen: int | None, op: str
) -> ChangedFact:
    """Change one fact in place. `seen` None takes whatever stands there. What nobody can understand is kept and told.

    Raises NotFound, NotAllowed, WrongStage after the report is signed, Overtaken where somebody was first, Invalid.
    """
    [changed] = change_facts(act, case_number, sheet=sheet, changes=[Change(row, field, value, seen, op)])
    return changed


def change_facts(act: Act, case_number: str, *, sheet: str, changes: Sequence[Change]) -> list[ChangedFact]:
    """Change several facts of a sheet in one act, all or none; the case's record gets one event. As `change_fact`."""
    return SheetAct(act, case_number, sheet).change(changes)


def add_fact_row(
    act: Act,
    case_number: str,
    *,
    sheet: str,
    op: str,
    after: str | None = None,
    values: Mapping[str, Value] | None = None,
) -> str:
    """Add a row to a list, behind another one where its order can be chosen; returns its short name.

    Raises Invalid for a form, for a row that cannot stand without what is missing, and for lists with steps of their own.
    """
    return add_fact_rows(act, case_number, sheet=sheet, op=op, after=after, rows=[values or {}])[0]


def add_fact_rows(
    act: Act, case_number: str, *, sheet: str, op: str, rows: Sequence[Mapping[str, Value]], after: str | None = None
) -> list[str]:
    """Add several rows, as from a spreadsheet, all or none; returns their short names in that order."""
    return SheetAct(act, case_number, sheet).add(rows, op, after)


def remove_fact_row(act: Act, case_number: str, *, sheet: str, row: str, op: str) -> None:
    """Take a row out that nothing else points to; it can be put back. Raises Conflict with what points to it."""
    SheetAct(act, case_number, sheet).remove(row, op)


def restore_fact_row(act: Act, case_number: str, *, sheet: str, row: str, op: str) -> str:
    """Put back a row that was removed, with all it held. Raises NotFound where none of that name was removed."""
    return SheetAct(act, case_number, sheet).restore(row, op)


@action("correct-fact", title="更正事故情况", rights=("case.facts",), same_as=("facts_corrected",), after="set-losses")
def correct_fact(act: Act, case_number: str, *, sheet: str, row: str, field: str, value: str, reason: str) -> list[str]:
    """Correct a fact with a reason, also after the report is signed; returns the papers that say otherwise, which are
    flagged. Grade, trigger and limits that rest on it are counted anew.

    `sheet`, `row` and `field` name the fact as a dossier does. Raises Invalid for a value that is none.
    """
    return correct_cell(act, case_number, sheet=sheet, row=row, field=field, value=value, reason=reason, seen=None)


def correct_cell(
    act: Act, case_number: str, *, sheet: str, row: str, field: str, value: str, reason: str, seen: int | None
) -> list[str]:
    """Correct a fact as `correct_fact`, for a page that shows its cell: `seen` is the version that was shown.

    Raises Overtaken, too, where somebody corrected it since.
    """
    why = require_reason(reason)
    on_sheet = SheetAct(act, case_number, sheet, correcting=why)
    if on_sheet.sheet.name in FOUND and on_sheet.case.report_approved_at is not None:
        raise WrongStage("报告已签发，问题、措施和问责事项不能再修改；可增加整改措施。", code="report_signed")
    return on_sheet.correct(row, field, value, why, seen=seen)


@action(
    "settle-casualties",
    title="确认伤亡已查清",
    rights=("case.facts",),
    same_as=("casualties_settled",),
    after="correct-fact",
)
def settle_casualties(act: Act, case_number: str, *, reason: str | None = None) -> None:
    """Say that the figures of dead, missing and injured are final: what is not given is none. The grade is no longer
    provisional for want of them. Raises Conflict where that was said, Invalid while the deaths are open."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.facts", unit_path=unit_path(act, case))
    require_running(case)
    accident = accident_of(act.session, case)
    if accident.details.get("casualties_settled") is True:
        raise Conflict("伤亡已确认查清。", code="settled")
    if accident.deaths is None or accident.details.get("missing"):
        raise Invalid("死亡人数尚未填写，或仍有失踪人员，不能确认伤亡已查清。", code="casualties_open")
    accident.details = {**accident.details, "casualties_settled": True}
    accident.versions = {**accident.versions, "casualties_settled": accident.versions.get("casualties_settled", 0) + 1}
    record(act, case, "casualties_settled", why=(reason and reason.strip()) or None, deaths=accident.deaths)
    follow(act, case, [("accident", "casualties_settled")], why="伤亡已查清，文书所载伤亡情况需核对")
