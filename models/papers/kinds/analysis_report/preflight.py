"""What 调查分析报告书 must hold before it is signed: counted people named, causes proved, measures that somebody can do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from models.kernel.vocabulary import FindingLevel, PersonOutcome, PersonRole
from models.papers.preflight import Place, Remark, checks, doubtful, missing
from models.papers.preflight.measures import of_findings, of_measures
from models.papers.preflight.words import prose_of

from .content import AnalysisReport

PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•]?[A-Z0-9*]{4,6}挂?")
DEATHS_SAID = re.compile(r"(?:致|造成|共|已|死亡)\D{0,6}?(\d+)人死亡|死亡(\d+)人")
LEAD = "组长"


@checks(AnalysisReport)
def of_report(report: AnalysisReport) -> Iterator[Remark]:
    """Yield what the report lacks."""
    yield from _casualties(report)
    yield from _vehicles(report)
    yield from _accident(report)
    yield from _team(report)
    if not any(one.level is FindingLevel.DIRECT for one in report.findings):
        yield missing("no_direct_cause", Place.FINDINGS, "直接原因", "报告没有写明事故的直接原因。")
    yield from of_findings(report.findings, report.measures)
    if not report.measures:
        yield missing("no_measures", Place.MEASURES, "整改措施", "报告没有提出整改措施。")
    yield from of_measures(report.measures, issued_on=report.head.dated, demands=False)
    yield from _figures(report)


def _casualties(report: AnalysisReport) -> Iterator[Remark]:
    """Who is counted is listed, and the grade is settled: a final report has no provisional grade."""
    accident = report.accident
    if accident.grade_provisional:
        yield missing(
            "grade_provisional", Place.ACCIDENT, "确定的事故等级", "事故等级仍为暂定，请查清伤亡和损失后再签发。"
        )
    listed = Counter(person.outcome for person in report.people)
    for outcome, counted in (
        (PersonOutcome.DEAD, accident.deaths),
        (PersonOutcome.SERIOUS, accident.serious_injuries),
        (PersonOutcome.MINOR, accident.minor_injuries),
    ):
        if counted is None:
            what = f"{outcome.label}人数"
            yield missing("casualties_unknown", Place.ACCIDENT, what, f"{what}尚未查清。", row=outcome.value)
        elif counted != listed[outcome]:
            yield missing(
                "casualties_differ",
                Place.PEOPLE,
                f"{outcome.label}人员名单",
                f"统计为{outcome.label}{counted}人，人员表中{outcome.label}的有{listed[outcome]}人。",
                row=outcome.value,
            )
    said = {int(found[1] or found[2]) for found in DEATHS_SAID.finditer(accident.summary or "")}
    if accident.deaths is not None and said - {accident.deaths}:
        told = "、".join(f"{number}人" for number in sorted(said))
        yield doubtful(
            "deaths_said", Place.ACCIDENT, "一致的死亡人数", f"事故经过写死亡{told}，统计为{accident.deaths}人。"
        )


def _vehicles(report: AnalysisReport) -> Iterator[Remark]:
    """Every vehicle that is named is in the table of vehicles, and every driver drives one of them."""
    plates = {vehicle.plate for vehicle in report.vehicles if vehicle.plate}
    if not report.vehicles:
        yield missing("no_vehicle", Place.VEHICLES, "涉事车辆", "没有填写涉事车辆。")
    named = {found[0] for text in prose_of(report) for found in PLATE.finditer(text)}
    for plate in sorted(named - plates):
        yield doubtful("vehicle_unlisted", Place.VEHICLES, "车辆", f"文中提到的车辆“{plate}”不在车辆表中。", row=plate)
    for person in report.people:
        if person.role is PersonRole.DRIVER and person.vehicle is None and plates:
            yield doubtful(
                "driver_without_vehicle",
                Place.PEOPLE,
                "所驾车辆",
                f"没有写明驾驶人{person.name or ''}驾驶哪一辆车。",
                row=person.name,
            )


def _accident(report: AnalysisReport) -> Iterator[Remark]:
    accident = report.accident
    if not (report.course or accident.summary):
        yield missing("no_course", Place.ACCIDENT, "事故经过", "没有写明事故发生的经过。")
    if not (report.road.name or report.road.number):
        yield missing("no_road", Place.ACCIDENT, "事故道路", "没有写明事故发生在哪条道路。")
    for value, what, code in (
        (accident.weather, "天气", "weather"),
        (accident.light, "照明情况", "light"),
        (accident.pattern, "事故形态", "pattern"),
        (accident.economic_loss, "直接经济损失", "loss"),
    ):
        if value is None:
            yield doubtful(f"accident_{code}", Place.ACCIDENT, what, f"没有填写{what}。")


def _figures(report: AnalysisReport) -> Iterator[Remark]:
    """Every figure that was asked for can be shown."""
    for caption in report.left_out:
        yield missing(
            "figure_left_out",
            Place.PAPER,
            "附图的图片",
            f"附图“{caption}”没有可以列入报告的图片：请用“登记照片和图”登记其PNG或JPEG图片并填写证据编号；"
            "现场图也可以在“现场图要素”中填写位置后由系统绘制。",
            row=caption,
        )


def _team(report: AnalysisReport) -> Iterator[Remark]:
    """The report is signed by a team; where nobody is named the officer in charge stands alone."""
    if not any(member.role == LEAD for member in report.team):
        yield doubtful("team_lead", Place.TEAM, "调查组组长", "没有写明调查组组长。")
