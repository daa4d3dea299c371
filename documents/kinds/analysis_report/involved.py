"""调查分析报告书: who and what was in the accident, as tables and a few sentences each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from documents.kinds.sentences import sentence
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import PersonOutcome
from models.papers.content import AnalysisReport, PersonFacts, Told, VehicleFacts
from models.papers.content.wording import NOTHING, listed, number, or_nothing

_NAMELESS = "姓名待查的人员"
_PUPIL = "学生"
_TOGETHER = 3  # vehicles that stand beside each other in one table
_FEW = 3  # people whom nobody needs to count by classes


def people(paper: AnalysisReport) -> str:
    """How many were in it, what happened to whom, and what was found out about each."""
    if paper.short:
        return _named(f"{p.name or _NAMELESS}（{'，'.join(_casualty(p))}）" for p in paper.people)
    return _counted(paper) + _casualties(paper.people) + _each_person(paper.people)


def _named(names: Iterable[str]) -> str:
    named = listed(names)
    return "" if named == NOTHING else body(sentence(named))


def _role(person: PersonFacts) -> str:
    return person.role_word or person.role.label


def _casualty(person: PersonFacts) -> list[str]:
    outcome = [] if person.outcome is PersonOutcome.UNKNOWN else [person.outcome.label]
    return [_role(person), *outcome]


def _counted(paper: AnalysisReport) -> str:
    """The casualties by classes of people, where there are more than can be counted at a glance.

    A list that leaves out some of the dead or injured counts nobody but those whom it names.
    """
    everybody = paper.people
    if not everybody:
        return ""
    roles = Counter(map(_role, everybody))
    whole = paper.edition < 3 or _everybody_listed(paper)
    who = f"{'事故涉及' if whole else '列明人员'}{len(everybody)}人"
    told = body(f"{who}，其中{'、'.join(f'{role}{n}人' for role, n in roles.items())}。")
    if len(everybody) <= _FEW or not whole:
        return told
    classes: dict[str, list[PersonFacts]] = {}
    for one in everybody:
        also = "（学生）" if _PUPIL in one.further_roles else ""
        classes.setdefault(f"{one.vehicle_type or ''}{_role(one)}{also}", []).append(one)
    rows = [_class(name, those) for name, those in (*classes.items(), ("合计", everybody))]
    header = ("类别", "人数", "死亡", "其中现场死亡", "重伤", "轻伤", "未受伤", "不详")
    parts = (3.4, 0.8, 0.8, 1.2, 0.8, 0.8, 1, 0.8)
    return told + table(header, rows, parts, title="伤亡统计（单位：人）", blank=True)


def _everybody_listed(paper: AnalysisReport) -> bool:
    """Whether as many dead and injured are listed as the accident had; what is not known of it contradicts nothing."""
    accident, outcomes = paper.accident, Counter(one.outcome for one in paper.people)
    known = (accident.serious_injuries, accident.minor_injuries, accident.injured_unspecified)
    injured = sum(one or 0 for one in known) if any(one is not None for one in known) else None
    listed_injured = outcomes[PersonOutcome.SERIOUS] + outcomes[PersonOutcome.MINOR]
    return accident.deaths in (None, outcomes[PersonOutcome.DEAD]) and injured in (None, listed_injured)


def _class(name: str, those: Sequence[PersonFacts]) -> tuple[str, ...]:
    outcomes = Counter(one.outcome for one in those)
    at_scene = sum(one.outcome is PersonOutcome.DEAD and one.death_place == "现场" for one in those)
    unknown = outcomes[PersonOutcome.UNKNOWN]
    return (
        name,
        str(len(those)),
        str(outcomes[PersonOutcome.DEAD]),
        str(at_scene),
        *(str(outcomes[one]) for one in (PersonOutcome.SERIOUS, PersonOutcome.MINOR, PersonOutcome.UNHURT)),
        str(unknown) if unknown else NOTHING,
    )


def _casualties(everybody: Sequence[PersonFacts]) -> str:
    rows = [_person_row(n, p) for n, p in enumerate(everybody, 1)]
    header = ("序号", "姓名", "性别、\n年龄", "身份", "车辆、座位", "单位、职务", "伤亡情况", "事故\n责任")
    return table(header, rows, (0.7, 1, 0.9, 1, 1.7, 1.6, 2.4, 1.2), title="人员情况", blank=True)


def _lines(*parts: str | None) -> str:
    return "\n".join(filter(None, parts)) or NOTHING


def _person_row(n: int, person: PersonFacts) -> tuple[str, ...]:
    age = None if person.age is None else f"{person.age}岁"
    outcome = None if person.outcome is PersonOutcome.UNKNOWN else person.outcome.label
    return (
        str(n),
        or_nothing(person.name),
        _lines(person.sex, age),
        _lines(_role(person), *person.further_roles),
        _lines(person.vehicle, person.seat),
        "".join(filter(None, (person.organisation, person.position))) or NOTHING,
        _lines(outcome, person.harm, person.died, person.death_place),
        or_nothing(person.share),
    )


def _each_person(everybody: Sequence[PersonFacts]) -> str:
    known = [one for one in everybody if one.told]
    return "".join(led(f"{n}. ", _told_of(one)) for n, one in enumerate(known, 1))


def _told_of(person: PersonFacts) -> str:
    age = None if person.age is None else f"{person.age}岁"
    plate = f"（{person.vehicle}）" if person.vehicle and person.vehicle_type else person.vehicle or ""
    role = f"{person.vehicle_type or ''}{plate}{_role(person)}"
    who = "，".join(filter(None, (person.name or _NAMELESS, person.sex, age, role)))
    return f"{who}。{sentence(person.told)}"


def vehicles(paper: AnalysisReport) -> str:
    """The vehicles side by side, and what else was found out about each."""
    if paper.short:
        return _named(map(_called, paper.vehicles))
    known = [one for one in paper.vehicles if one.told]
    told = (led(f"{n}. ", f"{_called(one) or '车辆'}。{sentence(one.told)}") for n, one in enumerate(known, 1))
    return "".join((*_side_by_side(paper.vehicles), *told))


def _called(vehicle: VehicleFacts) -> str:
    if vehicle.plate and vehicle.type:
        return f"{vehicle.plate}（{vehicle.type}）"
    return vehicle.plate or vehicle.type or ""


def _side_by_side(every: Sequence[VehicleFacts]) -> Iterator[str]:
    for at in range(0, len(every), _TOGETHER):
        some = every[at : at + _TOGETHER]
        rows = [
            (lines[0].label, *(or_nothing(line.text) for line in lines))
            for lines in zip(*map(_of_vehicle, some), strict=True)
            if any(line.text for line in lines)
        ]
        header = ("项目", *(one.plate or one.type or f"车辆{n}" for n, one in enumerate(some, at + 1)))
        yield table(header, rows, (1.4, *(2.6 for _ in some)), title="车辆情况", blank=True)


def _of_vehicle(vehicle: VehicleFacts) -> tuple[Told, ...]:
    """What the table says of a vehicle, a line each, with no text where nothing is known."""
    until = f"至{number(vehicle.speed_until_kmh)}" if vehicle.speed_until_kmh is not None else ""
    told = (
        ("车辆类型", vehicle.type),
        ("使用性质", vehicle.usage),
        ("登记所有人", vehicle.owner),
        ("核定载质量", _measured(vehicle.approved_load_kg, "千克")),
        ("实际载质量", _measured(vehicle.actual_load_kg, "千克")),
        ("核定载人", _measured(vehicle.approved_persons, "人")),
        ("实际载人", _measured(vehicle.actual_persons, "人")),
        ("车速", _measured(vehicle.speed_kmh, "千米/小时", until)),
        ("限速", _measured(vehicle.speed_limit_kmh, "千米/小时")),
    )
    first = (Told(label=label, text=text or "") for label, text in told)
    return (*first, *vehicle.rows, Told(label="安全隐患", text="；".join(vehicle.defects)))


def _measured(figure: float | None, unit: str, until: str = "") -> str | None:
    return None if figure is None else f"{number(figure)}{until}{unit}"
