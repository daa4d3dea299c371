"""What looks odd in a dossier but may be true: told to the person, never a reason to refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from models.accident.sheets import QUESTIONS, SHEETS, faults, row_faults
from models.kernel import divisions
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Fault
from models.kernel.vocabulary import PersonOutcome

from .shape import Dossier


def notes(dossier: Dossier, *, now: datetime) -> tuple[Fault, ...]:
    """Return the oddities with their JSON path, in reading order."""
    return (*_of_the_accident(dossier, now), *_of_what_follows(dossier), *_of_the_facts(dossier))


def _of_the_facts(dossier: Dossier) -> Iterator[Fault]:
    """What the sheets ask about: words that are on no list, a point without a datum or outside its division."""
    for one in SHEETS.values():
        for place, row in enumerate(dossier.facts.get(one.name, ())):
            at = f"{one.name}[{place}]" if one.many else one.name
            between = row_faults(one, row)
            for field in one.fields:
                asked = (*faults(field, row.get(field.name)), *between.get(field.name, ()))
                yield from (
                    Fault(f"{at}.{field.name}", fault.message, fault.code)
                    for fault in asked
                    if fault.code in QUESTIONS and fault.code not in _TOLD
                )


# Oddities that are told above already.
_TOLD = ("odd_figure",)


def _of_the_accident(dossier: Dossier, now: datetime) -> Iterator[Fault]:
    accident = dossier.accident
    on = local_date(accident.occurred_at)
    reported = dossier.source.report_date
    if reported and not on <= reported <= local_date(now):
        yield Fault("source.report_date", "报告日期早于事故或在将来，请核对", "odd_date")
    if not divisions.known(accident.division_code, on):
        yield Fault("accident.division_code", "事故发生当年似未使用这个行政区划代码，请核对", "division_of_other_years")
    dead = sum(person.outcome is PersonOutcome.DEAD for person in dossier.people)
    if accident.deaths is not None and dead > accident.deaths + sum(not d.counted for d in accident.later_deaths):
        yield Fault("accident.deaths", f"人员中有{dead}人写为死亡，多于死亡人数，请核对", "more_dead_than_counted")
    economic, property_loss = accident.direct_loss_yuan, accident.property_loss_yuan
    if economic is not None and property_loss is not None and property_loss > economic:
        yield Fault("accident.property_loss_yuan", "直接财产损失大于直接经济损失，请核对", "odd_loss")


def _of_what_follows(dossier: Dossier) -> Iterator[Fault]:
    on = local_date(dossier.accident.occurred_at)
    for place, measure in enumerate(dossier.measures):
        if measure.due and measure.due <= on:
            yield Fault(f"measures[{place}].due", "完成期限不晚于事故日期，请核对", "odd_date")
        if not measure.finding_refs:
            yield Fault(f"measures[{place}].finding_refs", "这项措施没有对应的问题", "measure_without_finding")
        if measure.organisation_ref is None:
            yield Fault(f"measures[{place}].organisation_ref", "未指明责任单位，发出通知前须确认", "unaddressed")
    answered = {ref for measure in dossier.measures for ref in measure.finding_refs}
    for place, finding in enumerate(dossier.findings):
        if finding.ref not in answered:
            yield Fault(f"findings[{place}]", "这个问题没有对应的整改措施", "finding_without_measure")
