"""立案: files a dossier as a case, or refuses it as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from models.accident.dossier import Dossier, completed
from models.accident.rules.grading import grade, trigger
from models.accident.sheets import SHEETS
from models.accident.tables import Accident
from models.case.announcements import CaseFiled
from models.case.fact_columns import beside
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.errors import Conflict
from models.kernel.events import record
from models.kernel.outbox import enqueue
from models.kernel.reactions import announce
from models.kernel.record import event_chain as chain
from models.kernel.rights import policy
from models.kernel.vocabulary import Grade, Stage, Trigger
from models.office.commands.organisations import own_unit
from models.papers.commands.first_report import begin_report
from models.papers.commands.numbers import draw

from .dossier_rows import DossierRows, form_of
from .regrading import casualties_of


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing computed."""

    case_number: str
    grade: Grade
    grade_provisional: bool
    trigger: Trigger


def file_case(act: Act, dossier: Dossier, *, reason: str | None = None, received_at: datetime | None = None) -> Filed:
    """File a case from a dossier: accident, people, vehicles, units, findings, measures, accountability items.

    Grade and trigger are computed, never taken over. `received_at` is when a transferred case arrived: its limit
    counts from there. Raises Conflict for an accident that has a case, Invalid where the accident is out of scope
    and no reason is given.
    """
    unit = own_unit(act.session)
    policy.require(act.actor, "case.file", unit_path=unit.path)
    dossier = completed(dossier)
    facts = dossier.accident
    _refuse_duplicate(act, dossier)
    accident = _accident(dossier)
    casualties = casualties_of(accident)
    graded = grade(casualties)
    other_injuries = (facts.minor_injuries or 0) + (facts.injured_unspecified or 0)
    why = trigger(casualties, act.settings.scope, other_injuries=other_injuries, reason=reason or "")
    act.session.add(accident)
    act.session.flush()
    prefix, year, number = draw(act, unit.id, "case", used_for=f"accident {accident.id}")
    case = Case(
        case_number=f"{prefix}-{year}-{number:04d}",
        accident_id=accident.id,
        title=dossier.source.title,
        unit_id=unit.id,
        officer_id=act.person,
        stage=Stage.FILED,
        grade=graded.grade,
        grade_provisional=graded.provisional,
        trigger=why,
        trigger_reason=reason.strip() if reason and why is Trigger.DISCRETIONARY else None,
        filed_at=act.at,
        clock_from=received_at or facts.occurred_at,
        last_seq=0,
        last_hash=chain.GENESIS,
    )
    act.session.add(case)
    act.session.flush()
    DossierRows(act, case, dossier).write()
    begin_report(act, case, event="收到移送的案件" if received_at else "事故发生")
    record(
        act,
        case,
        "case_filed",
        why=case.trigger_reason,
        grade=graded.grade.value,
        grade_provisional=graded.provisional,
        trigger=why.value,
        accident_number=facts.accident_number,
        deaths=facts.deaths,
        findings=len(dossier.findings),
        measures=len(dossier.measures),
        accountability=len(dossier.accountability),
    )
    announce(act, CaseFiled(case))
    enqueue(act, case, "carry", f"{case.case_number}/filed")
    return Filed(case.case_number, graded.grade, graded.provisional, why)


def _refuse_duplicate(act: Act, dossier: Dossier) -> None:
    facts = dossier.accident
    same = (Accident.occurred_at == facts.occurred_at) & (Accident.division_code == facts.division_code)
    # An accident that was merged into another is on file under the case that goes on.
    goes_on = aliased(Case)
    number = func.coalesce(goes_on.case_number, Case.case_number)
    query = (
        select(number)
        .select_from(Case)
        .join(Accident, Accident.id == Case.accident_id)
        .outerjoin(goes_on, goes_on.id == Case.merged_into_id)
    )
    if facts.accident_number is not None:
        same_number = act.session.scalar(query.where(Accident.accident_number == facts.accident_number))
        if same_number is not None:
            raise Conflict(
                f"事故编号{facts.accident_number}已立案，案件编号{same_number}，不再重复立案。",
                code="duplicate_accident",
            )
    first = act.session.scalar(query.where(same, Accident.place == facts.place))
    if first is not None:
        raise Conflict(f"同一时间、地点的事故已立案，案件编号{first}，不再重复立案。", code="duplicate_accident")


def _accident(dossier: Dossier) -> Accident:
    facts = dossier.accident
    told = {**form_of(dossier, "source"), **form_of(dossier, "accident")}
    return Accident(
        details={**beside(SHEETS["source"], told), **beside(SHEETS["accident"], told)},
        versions={},
        production_safety=told.get("production_safety"),
        investigated_by=told.get("investigated_by"),
        accident_number=facts.accident_number,
        title=dossier.source.title,
        occurred_at=facts.occurred_at,
        division_code=facts.division_code,
        place=facts.place,
        road_name=facts.road_name,
        road_number=facts.road_number,
        stake=facts.stake,
        road_class=facts.road_class,
        longitude=facts.longitude,
        latitude=facts.latitude,
        weather=facts.weather,
        light=facts.light,
        pattern=facts.pattern,
        deaths=facts.deaths,
        serious_injuries=facts.serious_injuries,
        minor_injuries=facts.minor_injuries,
        injured_unspecified=facts.injured_unspecified,
        economic_loss=facts.direct_loss_yuan,
        property_loss=facts.property_loss_yuan,
        summary=facts.summary,
        source_title=dossier.source.title,
    )
