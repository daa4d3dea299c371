"""调查分析报告书: introduction, facts, course, causes, duties, measures; signatures and evidence as attachments."""

from __future__ import annotations

from collections.abc import Iterable

from documents.kinds.forms import closing
from documents.kinds.sentences import aspect, evidence, finding_note, graded, happened, measures, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import enclosure, top
from documents.layout.measures import KAI
from documents.layout.numbered import document, heading, subheading
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.papers import AnalysisReport, DutyEntry, FindingEntry, PersonFacts, VehicleFacts
from models.papers.wording import NOTHING, listed, number, or_nothing, ordinal, people
from models.rules.vocabulary import DocumentKind, FindingLevel, SubjectType

TEAM_LIST, EVIDENCE_LIST = "调查组成员签名表", "证据目录"


def _opening(paper: AnalysisReport) -> str:
    basis = f"依据{listed(paper.legal_basis)}，" if paper.legal_basis else ""
    members = listed(dict.fromkeys(m.organisation for m in paper.team if m.organisation))
    team = f"调查组由{members}派员组成。" if members != NOTHING else ""
    return body(
        f"{happened(paper.accident)}{basis}调查组对该起事故开展了深度调查，查明了事故经过和原因，"
        f"分析了责任，提出了整改措施。{team}现将有关情况报告如下："
    )


def _load(vehicle: VehicleFacts) -> str:
    parts = []
    if vehicle.approved_load_kg is not None or vehicle.actual_load_kg is not None:
        parts.append(f"载质量：核定{_kg(vehicle.approved_load_kg)}，实际{_kg(vehicle.actual_load_kg)}")
    if vehicle.approved_persons is not None or vehicle.actual_persons is not None:
        parts.append(f"载人：核定{people(vehicle.approved_persons)}，实际{people(vehicle.actual_persons)}")
    return "\n".join(parts) or NOTHING


def _kg(load: float | None) -> str:
    return NOTHING if load is None else f"{number(load)}千克"


def _speed(vehicle: VehicleFacts) -> str:
    if vehicle.speed_kmh is None and vehicle.speed_limit_kmh is None:
        return NOTHING
    return f"{number(vehicle.speed_kmh)}/{number(vehicle.speed_limit_kmh)}"


def _person_row(n: int, person: PersonFacts) -> tuple[str, ...]:
    post = "".join(part for part in (person.organisation, person.position) if part)
    return (
        str(n),
        or_nothing(person.name),
        person.role.label,
        or_nothing(person.vehicle),
        post or NOTHING,
        person.outcome.label,
    )


def _people(paper: AnalysisReport) -> str:
    if paper.short:
        named = (f"{or_nothing(p.name)}（{p.role.label}，{p.outcome.label}）" for p in paper.people)
        return body(sentence(listed(named)))
    rows = [_person_row(n, p) for n, p in enumerate(paper.people, 1)]
    return table(("序号", "姓名", "身份", "所在车辆", "单位和职务", "伤亡"), rows, (640, 1200, 1300, 1500, 3304, 900))


def _vehicles(paper: AnalysisReport) -> str:
    if paper.short:
        named = (f"{or_nothing(v.plate)}（{or_nothing(v.type)}）" for v in paper.vehicles)
        return body(sentence(listed(named)))
    rows = [
        (
            or_nothing(v.plate),
            or_nothing(v.type),
            or_nothing(v.usage),
            or_nothing(v.owner),
            _load(v),
            _speed(v),
            listed(v.defects, by="；"),
        )
        for v in paper.vehicles
    ]
    header = ("号牌号码", "车辆类型", "使用性质", "所有人", "核定与实际载量", "车速/限速\n（km/h）", "技术缺陷")
    return table(header, rows, (1480, 1200, 900, 1364, 1500, 1240, 1160))


def _road(paper: AnalysisReport) -> str:
    road = paper.road
    names = listed(n for n in (road.name, road.number, road.stake, road.road_class) if n)
    return body(
        sentence(names) + sentence(road.description) if names != NOTHING else sentence(road.description) or NOTHING
    )


def _organisations(paper: AnalysisReport) -> str:
    if not paper.organisations:
        return body(NOTHING)
    described = [o for o in paper.organisations if o.description]
    named = listed(f"{o.name}（{o.kind.label}）" for o in paper.organisations if not o.description)
    text = "".join(
        led(f"{n}. {o.name}（{o.kind.label}）。", sentence(o.description)) for n, o in enumerate(described, 1)
    )
    others = f"其他相关单位：{named}。" if described else f"{named}。"
    return text + (body(others) if named != NOTHING else "")


def _facts(paper: AnalysisReport) -> str:
    accident = paper.accident
    weather = f"天气：{or_nothing(accident.weather)}；光线：{or_nothing(accident.light)}。"
    return (
        heading("一、基本情况")
        + led("（一）事故等级和损失。", graded(accident) + happened(accident), KAI)
        + subheading("（二）人员情况")
        + _people(paper)
        + subheading("（三）车辆情况")
        + _vehicles(paper)
        + subheading("（四）道路情况")
        + _road(paper)
        + subheading("（五）相关单位情况")
        + _organisations(paper)
        + led("（六）天气和环境情况。", weather, KAI)
    )


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(body(text) for text in texts) or body(NOTHING)


def _course(paper: AnalysisReport) -> str:
    course = paper.course or ((paper.accident.summary,) if paper.accident.summary else ())
    return (
        heading("二、事故发生经过和应急处置情况")
        + subheading("（一）事故发生经过")
        + _paragraphs(course)
        + subheading("（二）应急处置情况")
        + _paragraphs(paper.response)
    )


def _stated(finding: FindingEntry) -> str:
    return f"{finding.text.rstrip('。')}（问题{finding.number}，{aspect(finding)}）。"


def _finding(n: int, finding: FindingEntry) -> str:
    return led(
        f"{n}. ",
        f"{_stated(finding)}{finding_note(finding)}",
    )


def _causes(paper: AnalysisReport) -> str:
    direct = [f for f in paper.findings if f.level is FindingLevel.DIRECT]
    indirect = [f for f in paper.findings if f.level is not FindingLevel.DIRECT]
    by_organisation: dict[str, list[FindingEntry]] = {}
    for finding in indirect:
        by_organisation.setdefault(listed(finding.organisations), []).append(finding)
    text = heading("三、原因分析和存在的问题") + subheading("（一）直接原因")
    text += "".join(_finding(n, f) for n, f in enumerate(direct, 1)) or body(NOTHING)
    text += subheading("（二）间接原因和存在的问题")
    for n, (name, found) in enumerate(by_organisation.items(), 1):
        text += led(f"{n}. ", f"{name if name != NOTHING else '其他方面'}：")
        text += "".join(led(f"（{m}）", f"{_stated(f)}{_note_alone(f)}") for m, f in enumerate(found, 1))
    return text + ("" if by_organisation else body(NOTHING))


def _note_alone(finding: FindingEntry) -> str:
    """The organisation already heads the group."""
    return finding_note(finding.model_copy(update={"organisations": ()}))


def duty(n: int, entry: DutyEntry) -> str:
    """A duty, its basis, how it was not done and what proves it."""
    post = "".join(part for part in (entry.organisation, entry.position) if part)
    name = f"{entry.subject}（{post}）" if post and entry.subject_type is SubjectType.PERSON else entry.subject
    facts = sentence(entry.facts)
    return (
        led(f"（{ordinal(n)}）{name}。", facts, KAI)
        + body(f"应尽职责：{sentence(entry.duty) or NOTHING}职责依据：{listed(entry.basis)}。")
        + body(f"未履行情况：{sentence(entry.not_done) or NOTHING}")
        + body(f"证据：{listed(entry.evidence)}。")
    )


def _duties(paper: AnalysisReport) -> str:
    if not paper.duties:
        return heading("四、责任分析") + body(NOTHING)
    note = "本部分只说明职责、依据和未履行的事实，不提出处理意见。"
    return heading("四、责任分析") + body(note) + "".join(duty(n, d) for n, d in enumerate(paper.duties, 1))


def _signatures(paper: AnalysisReport) -> str:
    rows = [
        (or_nothing(m.name), m.role, "".join(x for x in (m.organisation, m.position) if x) or NOTHING, None)
        for m in paper.team
    ]
    return table(("姓名", "调查组职务", "单位和职务", "签名"), rows, (1.5, 1.5, 4.0, 2.0))


def build(paper: AnalysisReport) -> Sheet:
    """Lay out the report."""
    head = paper.head
    text = (
        _opening(paper)
        + _facts(paper)
        + _course(paper)
        + _causes(paper)
        + _duties(paper)
        + heading("五、整改措施")
        + measures(paper.measures)
        + body(closing(head))
    )
    enclosed = (TEAM_LIST, EVIDENCE_LIST, *(a.title for a in paper.attachments))
    whole = (
        top(head)
        + close(text, head, enclosed)
        + enclosure(1, TEAM_LIST)
        + _signatures(paper)
        + enclosure(2, EVIDENCE_LIST)
        + evidence(paper.evidence)
        + imprint(head)
    )
    return document(head, whole, DocumentKind.ANALYSIS_REPORT)
