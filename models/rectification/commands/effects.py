"""整改评估: records, ten to twelve months after the report's approval, whether each measure helped."""

from __future__ import annotations

import math
from collections.abc import Iterable

from sqlalchemy import func, select

from models.case.commands.editing import by_ref
from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import chinese_date
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.refs import MeasureRef
from models.kernel.rights import policy
from models.kernel.vocabulary import AssignmentState, EffectVerdict
from models.papers.commands.renditions import Enclosure, each_once
from models.rectification.queries.effects import refuted, worth_evaluating
from models.rectification.tables import Assignment, Evaluation, EvaluationFile, Measure

from .effect_clock import keep_clock


@action("evaluate-measure", title="评估一项整改措施的效果", rights=("effect.evaluate",))
def evaluate_measure(
    act: Act,
    case_number: str,
    *,
    measure: MeasureRef,
    effect: EffectVerdict,
    looked_at: str,
    conclusion: str,
    figure: str | None = None,
    before: float | None = None,
    after: float | None = None,
    files: Iterable[Enclosure] = (),
    reason: str | None = None,
) -> None:
    """Say whether a measure helped. The last measure's evaluation meets the case's clock; an archived case stays so.

    `figure` names what was counted before and after. A measure that was evaluated is evaluated anew only with a
    `reason`. Raises WrongStage before the earliest day or outside rectification and archive, Invalid for an empty
    form, or for “effective” said of a measure that is not closed or after which an accident happened again.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "effect.evaluate", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "evaluate")
    row: Measure = by_ref(act, Measure, case, measure, "整改措施")
    _ripe(act, case, row)
    if not looked_at.strip() or not conclusion.strip():
        raise Invalid("请填写评估时查看了什么（looked-at）和评估结论（conclusion）。", code="empty_text")
    name = figure.strip() if figure and figure.strip() else None
    _countable(name, before, after)
    if effect is EffectVerdict.EFFECTIVE:
        _may_be_effective(act, row)
    last = act.session.scalar(select(func.max(Evaluation.round)).where(Evaluation.measure_id == row.id))
    why = reason.strip() if reason and reason.strip() else None
    if last is not None and why is None:
        raise Conflict(f"整改措施{measure}已评估；重新评估须写明理由（reason）。", code="evaluated")
    said = Evaluation(
        case_id=case.id,
        measure_id=row.id,
        round=(last or 0) + 1,
        verdict=effect,
        looked_at=looked_at.strip(),
        figure=name,
        figure_before=before,
        figure_after=after,
        conclusion=conclusion.strip(),
        reason=why,
        evaluated_by=act.person,
        evaluated_at=act.at,
    )
    act.session.add(said)
    act.session.flush()
    enclosed = each_once(files)
    act.session.add_all(
        EvaluationFile(
            evaluation_id=said.id,
            file_name=enclosure.file_name,
            media_type=enclosure.media_type,
            size=enclosure.stored.size,
            sha256=enclosure.stored.sha256,
            other_names=list(enclosure.other_names) or None,
        )
        for enclosure in enclosed
    )
    record(
        act,
        case,
        "effect_evaluated",
        why=why,
        measure=measure,
        verdict=effect.value,
        looked_at=said.looked_at,
        figure=name,
        before=before,
        after=after,
        conclusion=said.conclusion,
        round=said.round,
        files=[enclosure.stored.sha256 for enclosure in enclosed],
    )
    keep_clock(act, case)


def _ripe(act: Act, case: Case, measure: Measure) -> None:
    """Refuse an evaluation before its earliest day, and of a measure that has no effect to look at."""
    worth = act.session.scalar(select(Measure.id).where(Measure.id == measure.id, worth_evaluating()))
    if worth is None:
        raise WrongStage(f"整改措施{measure.ref}已撤回、被取代或不再适用，不需要评估。", code="nothing_to_evaluate")
    clock = keep_clock(act, case)
    if clock is not None and clock.opens_on is not None and act.today < clock.opens_on:
        raise WrongStage(f"整改评估自{chinese_date(clock.opens_on)}起进行，请届时填写。", code="too_early")


def _countable(figure: str | None, before: float | None, after: float | None) -> None:
    known = [value for value in (before, after) if value is not None]
    if figure is None and known:
        raise Invalid(
            "填写了整改前后的数字，请写明是什么指标（figure），如“该路段每年事故起数”。", code="figure_unnamed"
        )
    if figure is not None and not known:
        raise Invalid("写明了指标，请填写整改前（before）或整改后（after）的数字。", code="figure_missing")
    if not all(math.isfinite(value) and value >= 0 for value in known):
        raise Invalid("整改前后的数字须是不小于0的数，请修改。", code="figure_bad")


def _may_be_effective(act: Act, measure: Measure) -> None:
    unfinished = act.session.scalar(
        select(Assignment.id)
        .where(Assignment.measure_id == measure.id, Assignment.state != AssignmentState.CLOSED)
        .limit(1)
    )
    if unfinished is not None:
        raise Invalid(
            f"整改措施{measure.ref}尚未办结，不能评为“已见效”，请评为部分见效、未见效或无法判断。", code="not_closed"
        )
    if act.session.scalar(select(Measure.id).where(Measure.id == measure.id, refuted())) is not None:
        raise Invalid(
            f"整改措施{measure.ref}之后又发生事故，已认定未见效，不能评为“已见效”，请如实评估。", code="refuted"
        )
