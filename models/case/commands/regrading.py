"""重新定级: recomputes grade and trigger after losses changed, and flags papers that state the old ones."""

from __future__ import annotations

from models.accident.rules.grading import Casualties, grade, trigger
from models.accident.tables import Accident
from models.case.announcements import ResultChanged
from models.case.tables import Case
from models.clock.commands.replanning import replan
from models.clock.queries.rulebook import rules_of
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.case_accident import grade_of
from models.kernel.events import record
from models.kernel.reactions import announce
from models.kernel.vocabulary import Trigger
from models.papers.commands.outdated_papers import flag_papers, retitle_drafts


def casualties_of(accident: Accident) -> Casualties:
    """Return the figures of an accident that bear on its grade."""
    missing = accident.details.get("missing")
    return Casualties(
        accident.deaths,
        accident.serious_injuries,
        accident.economic_loss,
        unspecified=accident.injured_unspecified,
        missing=missing if isinstance(missing, int) else None,
        settled=accident.details.get("casualties_settled") is True,
    )


def regrade(act: Act, case: Case, accident: Accident, *, why: str) -> None:
    """Compute grade and trigger anew; open clocks are counted again, drafts retitled, signed papers flagged with `why`.

    What was the unit's own decision stays one: a case is never out of scope because a figure fell.
    """
    _trigger(act, case, accident, why)
    before, graded = grade_of(case), grade(casualties_of(accident))
    case.grade, case.grade_provisional = graded.grade, graded.provisional
    if before is not graded.grade:
        record(act, case, "case_regraded", before=before.value, after=graded.grade.value)
        told = f"事故等级由{before.label}调整为{graded.grade.label}"
        of_case = Deadline.case_id == case.id
        replan(act, rules_of(act), of_case, occasion=f"grade/{case.last_seq}", why=told, by_newest_rule=True)
        retitle_drafts(act, case, before)
    flag_papers(act, case, accident, why=why)
    announce(act, ResultChanged(case, why))


def _trigger(act: Act, case: Case, accident: Accident, why: str) -> None:
    hurt = (accident.minor_injuries or 0) + (accident.injured_unspecified or 0)
    reason = case.trigger_reason or why
    now = trigger(casualties_of(accident), act.settings.scope, other_injuries=hurt, reason=reason)
    if now is case.trigger:
        return
    before, case.trigger = case.trigger, now
    case.trigger_reason = reason if now is Trigger.DISCRETIONARY else case.trigger_reason
    record(act, case, "trigger_changed", why=why, before=before and before.value, after=now.value)
