"""通报: drafts what the commission's office tells its members, of a period or of one occasion; a person approves and signs it.

A circular lives in the oldest running case that it speaks of, and is named in the others (decision 0042).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from models.case.tables import Case
from models.clock.queries.rulebook import rules_of
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.events import record, record_admin
from models.kernel.refs import PaperRef, UnitRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Purpose, Rhythm
from models.office.commands.organisations import find_organisation, issuing_body
from models.office.commands.users import require_manager
from models.office.queries.competence import Competence
from models.office.tables import Organisation
from models.overview.queries.circular_accidents import accident_figures
from models.overview.queries.circular_figures import Counted, circular_figures, late_in_case
from models.papers.commands.approval import find_paper
from models.papers.commands.bundling import put_on
from models.papers.commands.competence import our_competence
from models.papers.commands.drafting import amendable, draft_paper
from models.papers.commands.shared_papers import lock_cases
from models.papers.rules.periods import Period, last_ended
from models.papers.tables import CircularRecipient, CircularRhythm, CircularRow, Document, withdrawn

TO_REPORT = 10
"""Working days after the drafting, until which late units report where nobody said otherwise."""
LATEST = timedelta(days=31)
"""So long after a period its circular is drafted by itself; later a person asks for it."""
ABOUT, ABOUT_BOTH = "道路交通事故整改措施落实情况", "道路交通事故及整改措施落实情况"


@action("draft-circular", title="拟制定期通报：一个时期整改措施落实情况", rights=("paper.prepare",))
def draft_circular(
    act: Act,
    *,
    period_from: date,
    period_until: date,
    practices: Sequence[str] = (),
    next_steps: Sequence[str] = (),
    report_by: date | None = None,
) -> str:
    """Draft the circular of a period with the figures as of its end; returns case and short name.

    Raises WrongStage without the commission's recorded rule, Conflict where one of the period stands or nothing is to be
    told, Invalid for a period that is not over, NotAllowed for who may not prepare papers in one of the cases.
    """
    return _draft_of_period(act, Period.ended(period_from, period_until, act.today), practices, next_steps, report_by)


def draft_due_circular(act: Act) -> str | None:
    """Draft a circular that the rhythm asks for, once; returns case and short name, None where none is due, nothing is to
    be told, or nobody could get it. Only the clock asks, which asks again for the next."""
    policy.require(act.actor, "case.carry")
    for period in due_periods(act):
        try:
            return _draft_of_period(act, period, (), (), None)
        except (Conflict, NotFound, WrongStage):  # each is raised before anything is written
            continue
    return None


def due_periods(act: Act) -> list[Period]:
    """Return the periods whose circular is due and was never drafted, voided ones too: that was somebody's decision.

    Who tells of each month tells of the year, too.
    """
    rhythm = rules_of(act).rhythm(act.today)
    if rhythm is Rhythm.NEVER or not our_competence(act).circulates:
        return []
    rhythms = (Rhythm.MONTH, Rhythm.YEAR) if rhythm is Rhythm.MONTH else (rhythm,)
    ended = (last_ended(one, act.today) for one in rhythms)
    return [
        period
        for period in ended
        if act.today - period.until <= LATEST
        and rules_of(act).rhythm(period.until) is rhythm
        and not _ever_drafted(act, period)
    ]


def _ever_drafted(act: Act, period: Period) -> bool:
    drafted = select(CircularRow.document_id).where(
        CircularRow.period_from == period.since, CircularRow.period_until == period.until
    )
    return act.session.scalar(drafted.limit(1)) is not None


def _draft_of_period(
    act: Act, period: Period, practices: Sequence[str], steps: Sequence[str], report_by: date | None
) -> str:
    ours = _entitled(act)
    # One at a time: whoever drafts the same circular meanwhile waits here and finds it.
    act.session.scalar(select(Organisation.id).where(Organisation.issues_as == "commission").with_for_update())
    edition = _edition(act, period)
    counted = circular_figures(act.session, policy.SYSTEM, rules_of(act), period, act.today)
    if not counted.named:
        raise Conflict(f"{period.days}没有到期或者逾期的整改措施可以通报。", code="nothing_to_draft")
    if not counted.cases:
        raise Conflict("所涉案件均已归档或者终止，没有可以制发通报的案件。", code="nothing_to_draft")
    home, *others = lock_cases(act, counted.cases)
    for case in (home, *others):
        policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    accidents = accident_figures(act.session, policy.SYSTEM, act.settings.unit_division, period, act.today)
    counted = replace(counted, figures=counted.figures.model_copy(update={"accidents": accidents}))
    paper = _draft(act, home, ours, f"{period.called}{ABOUT if accidents is None else ABOUT_BOTH}")
    put_on(act, paper, others)
    act.session.add(
        CircularRow(
            document_id=paper.id,
            period_from=period.since,
            period_until=period.until,
            edition=edition,
            **_said(act, counted, (), practices, steps, report_by),
        )
    )
    act.session.flush()
    return f"{home.case_number} {paper.ref}"


@action("draft-case-circular", title="拟制专题通报：一起事故或者一个单位的情况", rights=("paper.prepare",), adds=True)
def draft_case_circular(
    act: Act,
    case_number: str,
    *,
    subject: str,
    lessons: Sequence[str] = (),
    late_unit: UnitRef | None = None,
    next_steps: Sequence[str] = (),
    report_by: date | None = None,
) -> str:
    """Draft a circular about one matter of a case: its lessons, or a unit that is late with it; returns its short name.

    Raises WrongStage without the commission's recorded rule, or where the unit may not be named; Invalid where nothing is
    said, Conflict where the unit is late with nothing.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "tell")
    ours = _entitled(act)
    about = subject.strip().removeprefix("关于").removesuffix("的通报")
    if not about:
        raise Invalid("请填写通报的主题。", code="empty_text")
    counted = Counted() if late_unit is None else _late(act, ours, case, late_unit)
    if late_unit is None and not _lines(lessons):
        raise Invalid("请写明通报的问题和教训，或者逾期的单位。", code="nothing_to_tell")
    paper = _draft(act, case, ours, about)
    said = _said(act, counted, lessons, (), next_steps, report_by)
    act.session.add(CircularRow(document_id=paper.id, edition=1, **said))
    act.session.flush()
    return paper.ref


@action("edit-circular", title="修改通报的做法、问题和要求", rights=("paper.amend",))
def edit_circular(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    lessons: Sequence[str] | None = None,
    practices: Sequence[str] | None = None,
    next_steps: Sequence[str] | None = None,
    report_by: date | None = None,
) -> None:
    """Change what the drafter added to a circular that nobody submitted; its figures stay. Raises WrongStage, Invalid."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.amend", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    row = act.session.get(CircularRow, document.id)
    if row is None:
        raise WrongStage(f"文书{paper}不是通报。", code="no_circular")
    amendable(document)
    given = {"lessons": lessons, "practices": practices, "steps": next_steps}
    wanted: dict[str, object] = {name: _lines(lines) for name, lines in given.items() if lines is not None}
    if report_by is not None:
        wanted["report_by"] = _later(act, report_by)
    if not wanted:
        raise Invalid("请填写要修改的内容。", code="nothing_to_change")
    before = {name: _plain(getattr(row, name)) for name in wanted}
    for name, value in wanted.items():
        setattr(row, name, value)
    after = {name: _plain(value) for name, value in wanted.items()}
    record(act, case, "paper_edited", paper=paper, before=before, after=after)


@action("set-circular-rhythm", title="设置通报周期", rights=("office.manage",))
def set_circular_rhythm(act: Act, *, every: Rhythm, reason: str, valid_from: date, plan: str | None = None) -> None:
    """Say how often a circular is drafted by itself, for periods that end on a day or later. Raises NotAllowed, Invalid.

    Monthly only by the assessment plan of the place, which is named (整治形式主义为基层减负若干规定).
    """
    require_manager(act)
    named = (plan or "").strip() or None
    if every is Rhythm.MONTH and named is None:
        raise Invalid("月度通报须有本地考核方案作依据，请写明文件名称和文号。", code="plan_missing")
    act.session.add(
        CircularRhythm(
            every=every,
            basis=named,
            valid_from=valid_from,
            author=act.actor.account,
            reason=require_reason(reason),
            set_at=act.at,
        )
    )
    record_admin(
        act,
        "circular_rhythm_set",
        why=require_reason(reason),
        every=every.value,
        plan=named,
        valid_from=valid_from.isoformat(),
    )


def _entitled(act: Act) -> Competence:
    """Return what we may do. Raises WrongStage where no recorded rule of the commission speaks of circulars."""
    ours = our_competence(act)
    if not ours.circulates:
        raise WrongStage("通报须依据道路交通安全委员会的规则，请先登记道路交通安全委员会的规则。", code="rule_missing")
    return ours


def _edition(act: Act, period: Period) -> int:
    """Return which circular of the period this is. Raises Conflict while one stands."""
    rows = act.session.execute(
        select(Document.status, Document.ref, Case.case_number, Document.id.in_(withdrawn()).label("withdrawn"))
        .join(CircularRow, CircularRow.document_id == Document.id)
        .join(Case, Case.id == Document.case_id)
        .where(CircularRow.period_from == period.since, CircularRow.period_until == period.until)
    ).all()
    for row in rows:
        if row.status is not DocumentStatus.VOID and not row.withdrawn:
            raise Conflict(
                f"{period.called}的通报已经拟制（案件{row.case_number}文书{row.ref}）。", code="circular_drafted"
            )
    return len(rows) + 1


def _late(act: Act, ours: Competence, case: Case, late_unit: str) -> Counted:
    unit = find_organisation(act.session, late_unit)
    counted = late_in_case(act.session, ours, case.id, unit.id, act.today)
    if not counted.named:
        ruling = ours.ruling(unit, Purpose.CIRCULATE, by="commission")
        raise WrongStage(ruling.sentence, code=ruling.code)
    if not counted.figures.matters:
        raise Conflict(f"{unit.name}在本案没有逾期的整改措施。", code="nothing_to_draft")
    return counted


def _draft(act: Act, home: Case, ours: Competence, about: str) -> Document:
    """Draft the paper to all members and commissions below that it may go to."""
    units = recipients(act, ours)
    if not units:
        raise NotFound("没有可以收到通报的单位，请先在单位管理中登记成员单位。", code="recipients_missing")
    paper = draft_paper(act, home, DocumentKind.CIRCULAR, units[0].id, unit=about)
    act.session.add_all(CircularRecipient(document_id=paper.id, organisation_id=unit.id) for unit in units)
    return paper


def recipients(act: Act, ours: Competence) -> list[Organisation]:
    """Return the members of the commission and the commissions below; of our own police the bureau alone."""
    own = select(Organisation.path).where(Organisation.issues_as.in_(("unit", "bureau")))
    inside = act.session.scalars(own).all()
    commission = issuing_body(act.session, "commission").id
    units = act.session.scalars(
        select(Organisation)
        .where(Organisation.disabled_at.is_(None), Organisation.id != commission)
        .order_by(Organisation.id)
    )
    return [
        unit
        for unit in units
        if (unit.issues_as == "bureau" or not any(unit.path.startswith(path) for path in inside))
        and ours.may_name(unit)
    ]


def _said(
    act: Act,
    counted: Counted,
    lessons: Sequence[str],
    practices: Sequence[str],
    steps: Sequence[str],
    report_by: date | None,
) -> dict[str, object]:
    return {
        "figures": counted.figures.model_dump(mode="json"),
        "named": list(counted.named),
        "lessons": _lines(lessons),
        "practices": _lines(practices),
        "steps": _lines(steps),
        "report_by": rules_of(act).calendar.add_workdays(act.today, TO_REPORT)
        if report_by is None
        else _later(act, report_by),
    }


def _lines(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _later(act: Act, day: date) -> date:
    if day <= act.today:
        raise Invalid("报送进展的日期必须晚于今天。", code="due_past")
    return day


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
