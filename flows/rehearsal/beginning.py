"""The first day: the case is filed, what the dossier leaves open is settled, and every assumption is said."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time

from sqlalchemy import select

from flows.rehearsal import desk, police
from flows.rehearsal.assumed import examined
from flows.rehearsal.run import OFFICER, Run, moment
from flows.rehearsal.scenarios import Scenario
from models.accident.dossier import Dossier
from models.accident.rules.grading import counts, window_ends
from models.case.commands.filing import Filed, file_case
from models.case.tables import Case
from models.clock.queries.rulebook import rules_of
from models.kernel.act import acting
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.vocabulary import AssignmentState, Level, Purpose, Trigger
from models.office.commands import organisations
from models.office.queries.competence import body_of
from models.office.rules.stands import missing
from models.office.tables import Organisation
from models.papers.commands.competence import our_competence
from models.papers.queries.writing import group_of
from models.rectification.tables import Assignment, Measure

FILED_AT, SETTLED_AT = time(9, 0), time(9, 30)
REPORT_AFTER = 20  # working days after filing, if the limit leaves as many
REASON = "为训练和检验办理流程开展推演"


def begin(run: Run, dossier: Dossier) -> tuple[Filed, date]:
    """File the case and settle what is open; return what filing computed and the day on which the report goes off."""
    occurred = dossier.accident.occurred_at
    day = run.rules.calendar.next_workday(local_date(occurred))
    at = moment(day, FILED_AT)
    run.hire(at)
    with acting(run.installation.database, run.installation.settings, OFFICER, at) as act:
        filed = file_case(act, dossier, reason=REASON)
    run.case_number = filed.case_number
    run.case_id = run.rows(select(Case.id).where(Case.case_number == filed.case_number))[0].id
    run.assume(f"事故发生于{chinese_date(local_date(occurred))}，推演于其后第一个工作日{chinese_date(day)}立案。")
    _say_who(run, dossier, at)
    if filed.trigger is Trigger.DISCRETIONARY:
        run.assume(f"该事故既非法定应查，也不属于本单位调查范围，推演按酌定开展，理由为“{REASON}”。")
    _say_deaths(run, dossier)
    _address(run, dossier, moment(day, SETTLED_AT))
    _settle_unknown(run, at)
    _choose_late(run, at)
    return filed, _report_day(run, day)


def _say_who(run: Run, dossier: Dossier, at: datetime) -> None:
    assumed = run.assumed
    source = "案情卷所列" if assumed.unit_named else "按行政区划推定"
    run.assume(f"办案单位设为事故发生地县级公安交警：{assumed.unit}（{source}）。")
    run.assume(
        f"对上行文以{assumed.bureau}名义，督办单可以{assumed.commission}名义制发；"
        f"发文字号以“{assumed.series_stem}”开头，签发后由内勤编号、打印、用印，直接送达并收回送达回证；"
        "用印、签字和送达回证的扫描件均为模拟。"
    )
    run.assume(
        "民警、审核、法制会签、签发、内勤、领导、档案员和各单位收文人均为推演设定；文书当日下午提交，次一工作日核稿（报告和问责建议书另经会签）、签发、用印并送达。"
    )
    if assumed.bureau in examined(dossier, (assumed.bureau,)):
        run.assume(f"问责事项涉及{assumed.bureau}，实际办理时应由上一级公安机关承办，推演仍由{assumed.unit}办理。")
    elif any(item.about_us for item in run.rows(desk.unproposed(run.case_id))):
        run.hire_above(at)
        run.assume(
            f"问责事项涉及{assumed.unit}或者其下级单位，相关建议书由上级公安机关{assumed.bureau}的推演人员拟制、审批和送达。"
        )


def _say_deaths(run: Run, dossier: Dossier) -> None:
    accident, settings = dossier.accident, run.installation.settings
    for death in accident.later_deaths:
        within = counts(death.date, accident.occurred_at, accident_day_counts=settings.accident_day_counts)
        if within == death.counted:
            continue
        last = window_ends(accident.occurred_at, accident_day_counts=settings.accident_day_counts)
        place = f"在7日期内（至{chinese_date(last)}）" if within else f"在7日期外（止于{chinese_date(last)}）"
        told = "计入" if death.counted else "未计入"
        run.assume(
            f"{chinese_date(death.date)}的死亡{place}，案情卷{told}死亡人数；推演沿用案情卷的{accident.deaths}人，请核对。"
        )
    if any(death.date > local_date(accident.occurred_at) for death in accident.later_deaths):
        run.assume("案情卷所列事故后死亡在立案时一并登记。")


def _address(run: Run, dossier: Dossier, at: datetime) -> None:
    """Give measures without unit to the county's transport bureau."""
    held = select(Assignment.measure_id).where(Assignment.case_id == run.case_id)
    open_ones = run.rows(
        select(Measure.ref).where(Measure.case_id == run.case_id, Measure.id.not_in(held)).order_by(Measure.position)
    )
    if not open_ones:
        return
    refs = [row.ref for row in open_ones]
    places = [str(n) for n, measure in enumerate(dossier.measures, 1) if measure.ref in refs]
    run.assume(f"第{'、'.join(places)}项措施未指明责任单位，推演交由{run.assumed.transport.name}承担。")
    unit = police.ensure(run, run.assumed.transport, at)
    dues = {measure.ref: measure.due for measure in dossier.measures}
    for ref in refs:
        own = dues[ref]
        due = own if own is not None and own > local_date(at) else None
        run.act(OFFICER, "confirm-responsible", at, measure=ref, organisation=str(unit), due=due)


def _settle_unknown(run: Run, at: datetime) -> None:
    """Say of each unit with measures what nobody can tell from the dossier: 无法确认."""
    held = {row.organisation_id for row in run.rows(desk.in_hands(run.case_id, AssignmentState.UNISSUED))}
    with acting(run.installation.database, run.installation.settings, "system", at) as act:
        units = [act.session.get_one(Organisation, unit) for unit in sorted(held)]
        unknown = [unit for unit in units if missing(body_of(unit)) is not None]
        for unit in unknown:
            organisations.edit_organisation(
                act, organisation=str(unit.id), unit_level=Level.UNDETERMINED, reason="案情卷未写明（推演设定）"
            )
        names = "、".join(unit.name for unit in unknown)
    if unknown:
        run.assume(f"案情卷未写明{names}的层级或者所在地，推演按无法确认处理，有关措施报请上级机关办理。")


def _choose_late(run: Run, at: datetime) -> None:
    """In `late`, the unit with the most measures among those that may get an order, else a reminder; the first where
    several tie."""
    if run.scenario is not Scenario.LATE:
        return
    burden = Counter(row.organisation_id for row in run.rows(desk.in_hands(run.case_id, AssignmentState.UNISSUED)))
    with acting(run.installation.database, run.installation.settings, OFFICER, at) as act:
        units = {unit: act.session.get_one(Organisation, unit) for unit in burden}
        manners = rules_of(act).manners
        may = our_competence(act)
        written = [unit for unit in burden if may.ruling(units[unit], Purpose.ADVISE).leaves]
        orderable = [
            unit
            for unit in written
            if manners.may_get_order(group_of(may.ours, units[unit])) and may.ruling(units[unit], Purpose.ORDER).leaves
        ]
        remindable = [unit for unit in written if may.ruling(units[unit], Purpose.REMIND).leaves]
        names = {unit: units[unit].name for unit in written}
    if not orderable:
        run.assume("本案没有适用督办单的责任单位：未登记道路交通安全委员会的规则，也没有本系统下级单位承担措施。")
    chosen = orderable or remindable
    if not chosen:
        run.assume("本案没有可以催办的责任单位，推演中各单位均按时办理。")
        return
    paper = "督办单" if orderable else "催办函"
    run.late_unit = max(chosen, key=lambda unit: burden[unit])
    run.assume(
        f"逾期单位设为{names[run.late_unit]}：适用{paper}的单位中承担措施最多（{burden[run.late_unit]}项），"
        f"在送达回证上签收，收到{paper}之前不反馈，之后立即落实。"
    )


def _report_day(run: Run, filed_on: date) -> date:
    """The report goes off on its day after filing, and in any case within its limit."""
    calendar = run.rules.calendar
    wished = calendar.add_workdays(filed_on, REPORT_AFTER)
    due = run.rows(desk.report_limit(run.case_id))[0].due_on
    last = due if calendar.is_workday(due) else calendar.add_workdays(due, -1)
    day = max(min(wished, last), filed_on)
    run.assume(f"调查分析报告于{chinese_date(day)}提交审批（立案后第{REPORT_AFTER}个工作日，且不晚于期限）。")
    return day
