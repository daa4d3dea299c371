"""隐患交办: a hazard that was looked at becomes a case without an accident, worked off on the clocks and papers of every case."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.case.commands.editing import worded
from models.case.tables import Case, Evidence
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.record import event_chain as chain
from models.kernel.refs import UnitRef
from models.kernel.rights import policy
from models.kernel.storage.files import FileStore
from models.kernel.storage.media import kind_of
from models.kernel.vocabulary import CaseKind, HazardState, Stage
from models.office.commands.organisations import find_organisation, own_unit
from models.papers.commands.numbers import draw_name
from models.papers.content.wording import hazard_name
from models.papers.filling.hazards import ORDER, SITE_CHECK, photographs, told_by, where_of
from models.rectification.commands.measures import add_measure
from models.rectification.commands.own_work import take_on
from models.rectification.tables import Measure, Verification
from models.register.commands.hazard_steps import locked, note_step
from models.register.tables import Hazard

SERIES = "work_order"
OPEN = (HazardState.REPORTED, HazardState.CHECKED)


@action("open-work-order", title="交办隐患", rights=("case.file",), adds=True)
def open_work_order(
    act: Act,
    *,
    hazard: str,
    text: str,
    organisation: UnitRef,
    due: date,
    responsible_person: str | None = None,
    proof: str | None = None,
    found: str | None = None,
    danger: str | None = None,
    title: str | None = None,
) -> str:
    """Open the case of a hazard with its first measure; returns the case's number, 4207-H2026-0001.

    Its ground is the look on site: of a hazard that nobody checked yet, `found` says what was seen there today. Further
    measures are added to the case, and its notices prepared and signed like those of every other; what our own unit does
    itself needs none. Raises NotFound, WrongStage for a hazard that is ordered, closed or dismissed, Invalid without a ground,
    Conflict where somebody was quicker.
    """
    unit = own_unit(act.session)
    policy.require(act.actor, "case.file", unit_path=unit.path)
    row = locked(act, hazard, None)
    _may_be_ordered(act, row)
    answering = find_organisation(act.session, organisation)
    _check(act, row, found, danger)
    name = worded(title, "名称") if title else hazard_name(where_of(row))
    case = Case(
        case_number=draw_name(act, unit.id, SERIES, lambda prefix, year, number: f"{prefix}{year}-{number:04d}"),
        kind=CaseKind.HAZARD,
        hazard_id=row.id,
        title=name,
        unit_id=unit.id,
        officer_id=act.person,
        stage=Stage.RECTIFYING,
        grade_provisional=False,
        filed_at=act.at,
        clock_from=act.at,
        last_seq=0,
        last_hash=chain.GENESIS,
    )
    act.session.add(case)
    row.state, row.responsible_id, row.due_on = HazardState.ORDERED, answering.id, due
    note_step(act, row, "hazard_ordered", case=case.case_number)
    record(
        act, case, "work_order_opened", hazard=row.hazard_number, organisation=answering.name, due_on=due.isoformat()
    )
    _keep_photographs(act, case, row)
    ref = add_measure(
        act,
        case.case_number,
        text=text,
        organisation=answering.name,
        responsible_person=responsible_person,
        due=due,
        proof=proof,
    )
    if answering.id == unit.id:
        of_case = Measure.case_id == case.id, Measure.ref == ref
        take_on(act, case, act.session.scalars(select(Measure).where(*of_case)).one())
    return case.case_number


def _may_be_ordered(act: Act, row: Hazard) -> None:
    if row.state in OPEN:
        return
    known = select(Case.case_number).where(Case.hazard_id == row.id, Case.stage != Stage.DISCONTINUED)
    number = act.session.scalar(known)
    if number is not None:
        raise Conflict(f"隐患{row.hazard_number}已交办，案件编号{number}，不再重复交办。", code="hazard_ordered")
    raise WrongStage(f"隐患{row.hazard_number}当前为“{row.state.label}”，不能交办。", code="hazard_over")


def _check(act: Act, row: Hazard, found: str | None, danger: str | None) -> None:
    """Keep what was seen on site with the hazard, beside what its site check says already. Raises Invalid without either."""
    if not told_by(row, SITE_CHECK) and not (found or "").strip():
        raise Invalid(
            f"隐患{row.hazard_number}还没有现场核查，请先核查，或者写明现场核查发现的情况。", code="not_checked"
        )
    said = {
        "found": found and worded(found, "现场核查发现的情况"),
        "danger": danger and worded(danger, "危险所在"),
        "checked_on": act.today.isoformat() if found else None,
    }
    row.details = {**row.details, ORDER: {name: told for name, told in said.items() if told}}


def _keep_photographs(act: Act, case: Case, row: Hazard) -> None:
    """Let the photographs of a hazard be evidence of its case, so that the volume keeps them."""
    store = FileStore(act.settings.files)
    for number, sha256 in enumerate(photographs(row), 1):
        with store.open(sha256) as stream:
            media, size = kind_of(stream), stream.seek(0, 2)
        evidence = Evidence(
            case_id=case.id,
            ref=f"E{number}",
            title=f"隐患照片{number}",
            file_name=f"{row.hazard_number}-{number}{media.suffixes[0]}",
            media_type=media.mime,
            size=size,
            sha256=sha256,
            added_by=act.person,
            added_at=act.at,
        )
        act.session.add(evidence)
        record(act, case, "evidence_added", evidence=evidence.ref, title=evidence.title, sha256=sha256)


def close_hazard(act: Act, case: Case) -> None:
    """销号: the work order is archived with every measure verified or explained. Does nothing for another case."""
    row = _of(act, case)
    if row is None:
        return
    looked = act.session.scalar(
        select(Verification.verified_at)
        .where(Verification.case_id == case.id, Verification.passed)
        .order_by(Verification.verified_at.desc())
        .limit(1)
    )
    row.state, row.state_reason = HazardState.CLOSED, f"案件{case.case_number}办结"
    row.accepted_on = None if looked is None else local_date(looked)
    told = row.accepted_on and row.accepted_on.isoformat()
    note_step(act, row, "hazard_closed", case=case.case_number)
    record(act, case, "hazard_closed", hazard=row.hazard_number, accepted_on=told)


def reopen_hazard(act: Act, case: Case, state: HazardState) -> None:
    """Let a hazard be worked on again: its volume was opened anew, or its work order ended before its time."""
    row = _of(act, case)
    if row is None or row.state is state:
        return
    row.state, row.state_reason, row.accepted_on = state, None, None
    note_step(act, row, "hazard_reopened", case=case.case_number)
    record(act, case, "hazard_reopened", hazard=row.hazard_number, state=state.value)


def _of(act: Act, case: Case) -> Hazard | None:
    if case.hazard_id is None:
        return None
    return act.session.scalars(select(Hazard).where(Hazard.id == case.hazard_id).with_for_update()).one()
