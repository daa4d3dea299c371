"""分案: splits a case whose dossier was two accidents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from models.accident.rules.grading import grade, trigger
from models.accident.tables import Accident, Person, Vehicle
from models.accountability.tables import AccountabilityItem
from models.case.announcements import AccidentRetold
from models.case.commands.regrading import casualties_of, regrade
from models.case.tables import PROVING, Case, Evidence, Finding, FindingPerson, TeamMember
from models.joining.tables import Recusal
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.base import Json
from models.kernel.case_accident import accident_of, grade_of, refuse_hazard
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record
from models.kernel.lifecycle import SIGNED, UNSIGNED
from models.kernel.outbox import enqueue
from models.kernel.reactions import announce
from models.kernel.record import event_chain as chain
from models.kernel.refs import EvidenceRef, FindingRef, MeasureRef, PersonRef, VehicleRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Stage, Trigger
from models.papers.commands.first_report import begin_report
from models.papers.commands.numbers import draw
from models.papers.commands.outdated_papers import flag
from models.papers.tables import AnnexedMeasure, Document, DocumentAssignment
from models.rectification.commands.effect_clock import keep_clock
from models.rectification.tables import Assignment, Measure, MeasureFinding

from .moving_rows import move_involved, move_measures, move_papers, move_rows, refuse_bundled

COPIED = ("division_code", "road_name", "road_number", "stake", "road_class", "weather", "light", "pattern")
FIGURES = {
    "deaths": "死亡人数",
    "serious_injuries": "重伤人数",
    "minor_injuries": "轻伤人数",
    "injured_unspecified": "伤情未定人数",
    "economic_loss": "直接经济损失",
    "property_loss": "直接财产损失",
}


Splittable = TypeVar("Splittable", Finding, Measure, Evidence, Vehicle, Person)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What goes into the new case."""

    findings: list[Finding]
    measures: list[Measure]
    evidence: list[Evidence]
    vehicles: list[Vehicle]
    people: list[Person]

    @property
    def any(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.findings or self.measures or self.evidence or self.vehicles or self.people)


@action(
    "split-case", title="分案：从本案分出一起事故另行立案", rights=("case.join",), decides=True, same_as=("case_split",)
)
def split_case(
    act: Act,
    case_number: str,
    *,
    title: str,
    occurred_at: datetime,
    place: str,
    text: str,
    reason: str,
    deaths: int = 0,
    serious_injuries: int = 0,
    minor_injuries: int = 0,
    injured_unspecified: int = 0,
    economic_loss: int = 0,
    property_loss: int = 0,
    vehicles: Sequence[VehicleRef] = (),
    people: Sequence[PersonRef] = (),
    findings: Sequence[FindingRef] = (),
    measures: Sequence[MeasureRef] = (),
    evidence: Sequence[EvidenceRef] = (),
) -> str:
    """Take a second accident out of a case into one of its own; returns the new case's number.

    The figures given are the second accident's part and are taken off the first; both are graded and triggered anew,
    and each has its limit from its own accident. Measures take along their clocks, their answers and the papers that
    carry nothing else. A signed report that told of both is flagged.

    Raises NotAllowed, WrongStage (report under approval), NotFound for a short name that is not there, Invalid (a paper
    carries also what stays, or an unsigned one lists in its annex what goes; a finding and its measure apart; figures
    larger than the whole), Conflict where the second accident is on file already.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.join", unit_path=unit_path(act, case))
    refuse_hazard(case)
    refuse_bundled(act, case)
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "split")
    why = require_reason(reason)
    for said, what in ((title, "名称"), (place, "地点"), (text, "简要情况")):
        if not said.strip():
            raise Invalid(f"请填写分出事故的{what}。", code="empty_text")
    if occurred_at > act.at:
        raise Invalid("事故发生时间晚于现在，请核对。", code="in_the_future")
    chosen = Chosen(
        findings=_named(act, Finding, Finding.case_id == case.id, findings, "问题"),
        measures=_named(act, Measure, Measure.case_id == case.id, measures, "整改措施"),
        evidence=_named(act, Evidence, Evidence.case_id == case.id, evidence, "证据"),
        vehicles=_named(act, Vehicle, Vehicle.accident_id == case.accident_id, vehicles, "车辆"),
        people=_named(act, Person, Person.accident_id == case.accident_id, people, "人员"),
    )
    if not chosen.any:
        raise Invalid("请指明分出的车辆、人员、问题、措施或者证据。", code="nothing_to_split")
    papers = _carrying(act, [row.id for row in chosen.measures])
    _refuse_annexed(act, [row.id for row in chosen.measures])
    _whole(act, case, chosen)
    accident = accident_of(act.session, case)
    given = (deaths, serious_injuries, minor_injuries, injured_unspecified, economic_loss, property_loss)
    part = dict(zip(FIGURES, given, strict=True))
    before = {name: getattr(accident, name) for name in FIGURES}
    _take_off(accident, part)
    second = _second(act, accident, part, before, title, occurred_at, place, text)
    new = _new_case(act, case, second, why)
    renamed = move_rows(act, case, new, Finding, chosen.findings)
    renamed |= move_measures(act, case, new, chosen.measures)
    renamed |= move_rows(act, case, new, Evidence, chosen.evidence)
    renamed |= move_involved(act, case, new, Vehicle, chosen.vehicles, "V")
    renamed |= move_involved(act, case, new, Person, chosen.people, "P")
    move_rows(act, case, new, AccountabilityItem, _items(act, case, chosen.people))
    move_papers(act, case, new, papers)
    _surroundings(act, case, new)
    record(act, new, "case_split_off", why=why, other_case=case_number, renamed=renamed, **_told(new))
    record(
        act,
        case,
        "case_split",
        why=why,
        other_case=new.case_number,
        renamed=renamed,
        before=before,
        after={name: getattr(accident, name) for name in FIGURES},
    )
    regrade(act, case, accident, why=f"部分情况分出另立案件{new.case_number}，文书所载情况需更正")
    for one in (case, new):
        announce(act, AccidentRetold(one))
    keep_clock(act, case)
    if case.report_approved_at is not None and (chosen.findings or chosen.measures):
        _flag_report(act, case, new)
    enqueue(act, new, "carry", f"{new.case_number}/split")
    return new.case_number


def _named(
    act: Act, table: type[Splittable], owner: ColumnElement[bool], refs: Iterable[str], what: str
) -> list[Splittable]:
    wanted = list(dict.fromkeys(refs))
    found = {row.ref: row for row in act.session.scalars(select(table).where(owner, table.ref.in_(wanted)))}
    missing = [ref for ref in wanted if ref not in found]
    if missing:
        raise NotFound(f"本案没有编号为“{'、'.join(missing)}”的{what}。", code="ref_not_found")
    return [found[ref] for ref in wanted]


def _carrying(act: Act, measures: Sequence[int]) -> list[Document]:
    """Return the papers that carry the measures. Raises Invalid where one carries also what stays."""
    hands = select(Assignment.id).where(Assignment.measure_id.in_(measures))
    carried = select(DocumentAssignment.document_id).where(DocumentAssignment.assignment_id.in_(hands))
    papers = act.session.scalars(
        select(Document).where(Document.id.in_(carried), Document.status != DocumentStatus.VOID).order_by(Document.id)
    ).all()
    mixed = act.session.scalars(
        select(Document.ref)
        .join(DocumentAssignment, DocumentAssignment.document_id == Document.id)
        .where(Document.id.in_([paper.id for paper in papers]), DocumentAssignment.assignment_id.not_in(hands))
        .distinct()
        .order_by(Document.ref)
    ).all()
    if mixed:
        raise Invalid(
            f"文书{'、'.join(mixed)}同时载有留在本案的措施，请先以更正、撤销文书处理，或一并分出。", code="paper_mixed"
        )
    return list(papers)


def _refuse_annexed(act: Act, measures: Sequence[int]) -> None:
    """Refuse to take a measure out from under a paper that lists it in its annex and can still change with it."""
    papers = act.session.scalars(
        select(Document.ref)
        .join(AnnexedMeasure, AnnexedMeasure.document_id == Document.id)
        .where(AnnexedMeasure.measure_id.in_(measures), Document.status.in_(UNSIGNED))
        .distinct()
        .order_by(Document.ref)
    ).all()
    if papers:
        raise Invalid(
            f"文书{'、'.join(papers)}的附件列有分出的措施，请先签发或者作废该文书，再分案。", code="measure_annexed"
        )


def _whole(act: Act, case: Case, chosen: Chosen) -> None:
    """Refuse to tear apart what rests on each other: a measure and its finding, a finding and its person, evidence."""
    findings, measures = {row.id for row in chosen.findings}, {row.id for row in chosen.measures}
    rows = act.session.execute(
        select(Measure.ref.label("measure"), Measure.id.label("measure_id"), Finding.ref, Finding.id)
        .join(MeasureFinding, MeasureFinding.measure_id == Measure.id)
        .join(Finding, Finding.id == MeasureFinding.finding_id)
        .where(Measure.case_id == case.id)
    )
    torn = [f"{row.measure}与{row.ref}" for row in rows if (row.measure_id in measures) != (row.id in findings)]
    people = {row.id for row in chosen.people}
    named = act.session.execute(
        select(Person.ref.label("person"), Person.id.label("person_id"), Finding.ref, Finding.id)
        .join(FindingPerson, FindingPerson.person_id == Person.id)
        .join(Finding, Finding.id == FindingPerson.finding_id)
        .where(Finding.case_id == case.id)
    )
    torn += [f"{row.person}与{row.ref}" for row in named if (row.person_id in people) != (row.id in findings)]
    proofs = {row.id for row in chosen.evidence}
    proving = act.session.execute(
        select(Evidence.ref.label("proof"), Evidence.id.label("proof_id"), Finding.ref, Finding.id)
        .join(PROVING, PROVING.c.evidence_id == Evidence.id)
        .join(Finding, Finding.id == PROVING.c.finding_id)
        .where(Evidence.case_id == case.id)
    )
    torn += [f"{row.proof}与{row.ref}" for row in proving if (row.proof_id in proofs) != (row.id in findings)]
    if torn:
        raise Invalid(f"互相对应的内容须一并分出或一并留下：{'、'.join(torn)}。", code="torn_apart")


def _take_off(accident: Accident, part: dict[str, int]) -> None:
    for name, figure in part.items():
        whole = getattr(accident, name)
        if figure < 0:
            raise Invalid(f"{FIGURES[name]}不能为负数，请修改。", code="negative")
        if whole is None and figure:
            raise Invalid(f"本案的{FIGURES[name]}尚未查清，不能分出。", code="figure_unknown")
        if whole is not None and figure > whole:
            raise Invalid(f"分出的{FIGURES[name]}超过本案的{whole}，请核对。", code="more_than_all")
        if whole is not None:
            setattr(accident, name, whole - figure)


def _second(
    act: Act,
    first: Accident,
    part: dict[str, int],
    before: dict[str, int | None],
    title: str,
    occurred_at: datetime,
    place: str,
    text: str,
) -> Accident:
    taken = act.session.scalar(
        select(Case.case_number)
        .join(Accident, Accident.id == Case.accident_id)
        .where(
            Accident.occurred_at == occurred_at,
            Accident.division_code == first.division_code,
            Accident.place == place.strip(),
        )
    )
    if taken is not None:
        raise Conflict(f"同一时间、地点的事故已立案，案件编号{taken}。", code="duplicate_accident")
    second = Accident(
        title=title.strip(),
        occurred_at=occurred_at,
        place=place.strip(),
        summary=text.strip(),
        source_title=first.source_title,
        production_safety=first.production_safety,
        investigated_by=first.investigated_by,
        # What is not known of the whole is not known of its part.
        **{name: None if before[name] is None else figure for name, figure in part.items()},
        **{name: getattr(first, name) for name in COPIED},
    )
    act.session.add(second)
    act.session.flush()
    return second


def _new_case(act: Act, case: Case, accident: Accident, why: str) -> Case:
    casualties = casualties_of(accident)
    graded = grade(casualties)
    hurt = (accident.minor_injuries or 0) + (accident.injured_unspecified or 0)
    cause = trigger(casualties, act.settings.scope, other_injuries=hurt, reason=why)
    prefix, year, number = draw(act, case.unit_id, "case", used_for=f"accident {accident.id}")
    new = Case(
        case_number=f"{prefix}-{year}-{number:04d}",
        accident_id=accident.id,
        title=accident.title,
        unit_id=case.unit_id,
        officer_id=case.officer_id,
        sponsor_id=case.sponsor_id,
        stage=Stage.INVESTIGATING,
        grade=graded.grade,
        grade_provisional=graded.provisional,
        trigger=cause,
        trigger_reason=why if cause is Trigger.DISCRETIONARY else None,
        filed_at=act.at,
        clock_from=accident.occurred_at,
        split_from_id=case.id,
        last_seq=0,
        last_hash=chain.GENESIS,
    )
    act.session.add(new)
    act.session.flush()
    begin_report(act, new, event="事故发生")
    return new


def _told(new: Case) -> Json:
    return {"grade": grade_of(new).value, "grade_provisional": new.grade_provisional, "trigger": str(new.trigger)}


def _items(act: Act, case: Case, people: Sequence[Person]) -> list[AccountabilityItem]:
    """What asks about people who go, as long as no proposal carries it."""
    return list(
        act.session.scalars(
            select(AccountabilityItem)
            .where(
                AccountabilityItem.case_id == case.id,
                AccountabilityItem.person_id.in_([person.id for person in people]),
                AccountabilityItem.document_id.is_(None),
            )
            .order_by(AccountabilityItem.id)
        )
    )


def _surroundings(act: Act, case: Case, new: Case) -> None:
    """Who stays out of the one stays out of the other; the team investigates both."""
    act.session.add_all(
        Recusal(
            case_id=new.id,
            user_id=row.user_id,
            kind=row.kind,
            reason=row.reason,
            recorded_by=row.recorded_by,
            recorded_at=act.at,
        )
        for row in act.session.scalars(select(Recusal).where(Recusal.case_id == case.id, Recusal.ended_at.is_(None)))
    )
    act.session.add_all(
        TeamMember(
            case_id=new.id,
            ref=row.ref,
            name=row.name,
            role=row.role,
            organisation_id=row.organisation_id,
            details=row.details,
        )
        for row in act.session.scalars(select(TeamMember).where(TeamMember.case_id == case.id).order_by(TeamMember.id))
    )


def _flag_report(act: Act, case: Case, new: Case) -> None:
    why = f"报告所载部分问题和措施已分出，另立案件{new.case_number}，须以更正文书说明"
    reports = act.session.scalars(
        select(Document).where(
            Document.case_id == case.id,
            Document.kind == DocumentKind.ANALYSIS_REPORT,
            Document.status.in_(SIGNED),
        )
    ).all()
    for report in reports:
        flag(act, case, report, {}, why)
        record(act, case, "paper_flagged", why=why, paper=report.ref, number=report.number, changes={})
