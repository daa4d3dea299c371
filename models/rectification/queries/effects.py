"""整改评估, read side: which measures are to be evaluated, what was said of each, and since when and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, Row, and_, exists, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.rights.policy import Actor
from models.kernel.rights.whose_step import police
from models.kernel.vocabulary import EffectVerdict, Outcome, RecurrenceDecision
from models.office.tables import User
from models.prevention.tables import Recurrence
from models.rectification.tables import Assignment, Evaluation, EvaluationFile, Measure

_LATEST = aliased(Evaluation)

RULE = "effect.evaluate"
# What another measure took over, or what nobody needs any more, has no effect to look at.
FELL_AWAY = (Outcome.SUPERSEDED, Outcome.NO_LONGER_APPLICABLE)


@dataclass(frozen=True, slots=True)
class EvaluationFileShown:
    """A file that came with an evaluation; `size` in bytes."""

    file_name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class MeasureEvaluated:
    """A measure with its last evaluation. `result` is what holds now: an accident that happened again outweighs what was
    said before it."""

    measure: str
    text: str
    result: EffectVerdict | None
    refuted: bool
    round: int | None
    verdict: EffectVerdict | None
    looked_at: str | None
    figure: str | None
    before: float | None
    after: float | None
    conclusion: str | None
    reason: str | None
    evaluated_by: str | None
    evaluated_at: datetime | None
    files: list[EvaluationFileShown]


@dataclass(frozen=True, slots=True)
class EffectShown:
    """The evaluation of a case: its clock with its earliest and last day, and each measure."""

    deadline: int
    key: str
    opens_on: date | None
    due_on: date
    state: str
    completed_at: datetime | None
    measures: list[MeasureEvaluated]


def worth_evaluating() -> ColumnElement[bool]:
    """Measures that stand, in the hands of at least one unit that did not see them fall away, or still of nobody."""
    held = exists(select(1).where(Assignment.measure_id == Measure.id).correlate(Measure))
    stands = exists(
        select(1)
        .where(
            Assignment.measure_id == Measure.id,
            or_(Assignment.outcome.is_(None), Assignment.outcome.not_in(FELL_AWAY)),
        )
        .correlate(Measure)
    )
    return and_(Measure.withdrawn_at.is_(None), or_(stands, not_(held)))


def refuted() -> ColumnElement[bool]:
    """Measures of which a person said, when an accident happened again, that they did not help."""
    return exists(
        select(1)
        .where(Recurrence.measure_id == Measure.id, Recurrence.decision == RecurrenceDecision.REOPENED)
        .correlate(Measure)
    )


def effect_of(session: Session, actor: Actor, case_id: int) -> EffectShown | None:
    """Return the evaluation of a case: its earliest and last day, and each measure with its last evaluation.

    None before the report was signed, and for who does not see the case as the police do. Three statements.
    """
    clock = session.execute(
        select(Deadline.id, Deadline.key, Deadline.opens_on, Deadline.due_on, Deadline.state, Deadline.closed_at)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.case_id == case_id, Deadline.rule_code == RULE, police(actor))
    ).one_or_none()
    if clock is None:
        return None
    newest = (
        select(func.max(_LATEST.round)).where(_LATEST.measure_id == Measure.id).correlate(Measure).scalar_subquery()
    )
    rows = session.execute(
        select(
            Measure.ref,
            Measure.text,
            refuted().label("refuted"),
            Evaluation.id,
            Evaluation.round,
            Evaluation.verdict,
            Evaluation.looked_at,
            Evaluation.figure,
            Evaluation.figure_before,
            Evaluation.figure_after,
            Evaluation.conclusion,
            Evaluation.reason,
            Evaluation.evaluated_at,
            User.name.label("evaluated_by"),
        )
        .select_from(Measure)
        .outerjoin(Evaluation, and_(Evaluation.measure_id == Measure.id, Evaluation.round == newest))
        .outerjoin(User, User.id == Evaluation.evaluated_by)
        .where(Measure.case_id == case_id, worth_evaluating())
        .order_by(Measure.position, Measure.id)
    ).all()
    files = _files(session, [row.id for row in rows if row.id is not None])
    return EffectShown(
        deadline=clock.id,
        key=clock.key,
        opens_on=clock.opens_on,
        due_on=clock.due_on,
        state=clock.state,
        completed_at=clock.closed_at if clock.state == "met" else None,
        measures=[_shown(row, files.get(row.id, [])) for row in rows],
    )


def _files(session: Session, evaluations: list[int]) -> dict[int, list[EvaluationFileShown]]:
    found: dict[int, list[EvaluationFileShown]] = {}
    for row in session.execute(
        select(EvaluationFile.evaluation_id, EvaluationFile.file_name, EvaluationFile.sha256, EvaluationFile.size)
        .where(EvaluationFile.evaluation_id.in_(evaluations))
        .order_by(EvaluationFile.id)
    ):
        found.setdefault(row.evaluation_id, []).append(EvaluationFileShown(row.file_name, row.sha256, row.size))
    return found


def _shown(row: Row[*tuple[object, ...]], files: list[EvaluationFileShown]) -> MeasureEvaluated:
    return MeasureEvaluated(
        measure=row.ref,
        text=row.text,
        result=EffectVerdict.NONE if row.refuted else row.verdict,
        refuted=row.refuted,
        round=row.round,
        verdict=row.verdict,
        looked_at=row.looked_at,
        figure=row.figure,
        before=row.figure_before,
        after=row.figure_after,
        conclusion=row.conclusion,
        reason=row.reason,
        evaluated_by=row.evaluated_by,
        evaluated_at=row.evaluated_at,
        files=files,
    )


def left_to_evaluate(session: Session, case_id: int) -> tuple[int, int]:
    """Return how many measures of a case are worth evaluating, and how many of them nobody has evaluated yet."""
    done = exists(select(1).where(Evaluation.measure_id == Measure.id).correlate(Measure))
    row = session.execute(
        select(func.count().label("all"), func.count().filter(not_(done)).label("left"))
        .select_from(Measure)
        .where(Measure.case_id == case_id, worth_evaluating())
    ).one()
    return row.all, row.left


def opened_by(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Clocks whose act makes sense on a day; also for rows that wait on no clock."""
    return or_(Deadline.opens_on.is_(None), Deadline.opens_on <= today)
