"""调查分析报告书: introduction, facts, course, causes, duties, measures; signatures and evidence as attachments."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from documents.kinds.duties import duties
from documents.kinds.forms import closing, enclosed
from documents.kinds.sentences import aspect, evidence, finding_note, graded, happened, measures, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.measures import KAI
from documents.layout.numbered import document, sections, subsections
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind, FindingLevel, PersonOutcome
from models.papers.content import AnalysisReport, FindingEntry, PersonFacts, VehicleFacts
from models.papers.content.wording import NOTHING, day, listed, norms, number, or_nothing, ordinal, people, sums

TEAM_LIST, EVIDENCE_LIST = "调查组成员签名表", "证据目录"


def _opening(paper: AnalysisReport) -> str:
    basis = f"依据{norms(paper.legal_basis)}，" if paper.legal_basis else ""
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
        person.role_word or person.role.label,
        or_nothing(person.vehicle),
        post or NOTHING,
        NOTHING if person.outcome is PersonOutcome.UNKNOWN else person.outcome.label,
    )


def _sentence_of(names: Iterable[str]) -> str:
    named = listed(names)
    return "" if named == NOTHING else body(sentence(named))


def _casualty(person: PersonFacts) -> list[str]:
    outcome = [] if person.outcome is PersonOutcome.UNKNOWN else [person.outcome.label]
    return [person.role.label, *outcome]


def _vehicle(vehicle: VehicleFacts) -> str:
    if vehicle.plate and vehicle.type:
        return f"{vehicle.plate}（{vehicle.type}）"
    return vehicle.plate or vehicle.type or ""


def _people(paper: AnalysisReport) -> str:
    if paper.short:
        return _sentence_of(f"{p.name or '姓名待查'}（{'，'.join(_casualty(p))}）" for p in paper.people)
    rows = [_person_row(n, p) for n, p in enumerate(paper.people, 1)]
    everybody = table(
        ("序号", "姓名", "身份", "所在车辆", "单位和职务", "伤亡"), rows, (640, 1200, 1300, 1500, 3304, 900)
    )
    return everybody + _each((p.name or "姓名待查", p.told) for p in paper.people)


def _each(told: Iterable[tuple[str, str | None]]) -> str:
    """Each of several under a number and its name; of whom there is nothing more to say is left out."""
    known = [(name, text) for name, text in told if text]
    return "".join(led(f"{n}. {name}。", sentence(text)) for n, (name, text) in enumerate(known, 1))


def _vehicles(paper: AnalysisReport) -> str:
    if paper.short:
        return _sentence_of(_vehicle(v) for v in paper.vehicles)
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
    every = table(header, rows, (1480, 1200, 900, 1364, 1500, 1240, 1160))
    return every + _each((_vehicle(v) or "车辆", v.told) for v in paper.vehicles)


def _road(paper: AnalysisReport) -> str:
    road = paper.road
    names = [n for n in (road.name, road.number, road.stake, road.road_class) if n]
    told = sentence("，".join(names)) + sentence(road.description)
    return (body(told) if told else "") + _each((one.label, one.text) for one in road.told)


def _earlier(paper: AnalysisReport) -> str:
    """Earlier accidents of the same section, with what they add up to."""
    rows = [
        (
            str(n),
            day(one.on),
            or_nothing(one.place),
            or_nothing(one.pattern),
            or_nothing(one.deaths),
            or_nothing(one.injured),
            or_nothing(one.weather),
            or_nothing(one.note),
        )
        for n, one in enumerate(paper.earlier, 1)
    ]
    if not rows:
        return ""
    deaths, injured = (sum(getattr(one, of) or 0 for one in paper.earlier) for of in ("deaths", "injured"))
    header = ("序号", "日期", "地点", "形态", "死亡（人）", "受伤（人）", "天气", "说明")
    told = body(f"同一路段此前发生事故{len(rows)}起，死亡{deaths}人、受伤{injured}人。")
    return told + table(header, rows, (0.7, 1.7, 1.3, 2.0, 1.0, 1.0, 0.8, 1.5))


def _losses(paper: AnalysisReport) -> str:
    """The parts of the loss with their sum, and figures that were published otherwise."""
    amounts = [one.amount for one in paper.losses]
    *told, whole = sums([*amounts, sum(amounts, start=Decimal(0))])
    rows = [(one.kind, amount, or_nothing(one.note)) for one, amount in zip(paper.losses, told, strict=True)]
    if rows:
        rows.append(("合计", whole, NOTHING))
    return table(("类别", "金额", "说明"), rows, (3, 2, 3)) + _sentences(paper.conflicts)


def _organisations(paper: AnalysisReport) -> str:
    described = [o for o in paper.organisations if o.description]
    named = listed(f"{o.name}（{o.kind.label}）" for o in paper.organisations if not o.description)
    text = "".join(
        led(f"{n}. {o.name}（{o.kind.label}）。", sentence(o.description)) for n, o in enumerate(described, 1)
    )
    others = f"其他相关单位：{named}。" if described else f"{named}。"
    return text + (body(others) if named != NOTHING else "") + _sentences(paper.relations)


def _surroundings(paper: AnalysisReport) -> str:
    known = (("天气", paper.accident.weather), ("光线", paper.accident.light))
    told = "；".join(f"{label}：{word}" for label, word in known if word)
    beside = _each((one.label, one.text) for one in paper.surroundings)
    return (body(sentence(told)) if told else "") + beside


def _facts(paper: AnalysisReport) -> str:
    return subsections(
        ("事故等级", body(graded(paper.accident, paper.head.dated)) + _sentences(paper.nature)),
        ("人员情况", _people(paper)),
        ("车辆情况", _vehicles(paper)),
        ("道路情况", _road(paper)),
        ("同一路段既往事故", _earlier(paper)),
        ("相关单位情况", _organisations(paper)),
        ("天气和环境情况", _surroundings(paper)),
        ("损失情况", _losses(paper)),
    )


def _sentences(texts: Iterable[str]) -> str:
    return "".join(body(sentence(text)) for text in texts)


def _timeline(paper: AnalysisReport) -> str:
    rows = [(or_nothing(t.at), t.what, or_nothing(t.source), or_nothing(t.evidence)) for t in paper.timeline]
    return table(("时间", "事项", "来源", "证据编号"), rows, (1.8, 4.2, 1.8, 1.2))


def _appraisals(paper: AnalysisReport) -> str:
    rows = [
        (
            a.subject,
            or_nothing(a.institute),
            sentence(a.conclusion) + sentence(a.told) or NOTHING,
            or_nothing(a.evidence),
        )
        for a in paper.appraisals
    ]
    return table(("项目", "机构", "意见", "证据编号"), rows, (1.6, 1.8, 4.4, 1.2))


def _course(paper: AnalysisReport) -> str:
    course = paper.course or ((paper.accident.summary,) if paper.accident.summary else ())
    return subsections(
        ("事故发生经过", _sentences(course)),
        ("时间线", "" if paper.short else _timeline(paper)),
        ("应急处置情况", _sentences(paper.response)),
    )


def _stated(finding: FindingEntry) -> str:
    return f"{finding.text.rstrip('。')}（{aspect(finding)}）。"


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
    told = ""
    for n, (name, found) in enumerate(by_organisation.items(), 1):
        told += led(f"{n}. ", f"{name if name != NOTHING else '其他方面'}：")
        told += "".join(led(f"（{m}）", f"{_stated(f)}{_note_alone(f)}") for m, f in enumerate(found, 1))
    return subsections(
        ("现场勘查情况", _sentences(paper.survey)),
        ("检验鉴定意见", "" if paper.short else _appraisals(paper)),
        ("直接原因", "".join(_finding(n, f) for n, f in enumerate(direct, 1))),
        ("间接原因和存在的问题", told),
    )


def _note_alone(finding: FindingEntry) -> str:
    """The organisation already heads the group."""
    return finding_note(finding.model_copy(update={"organisations": ()}))


def _duties(paper: AnalysisReport) -> str:
    if not paper.duties:
        return ""
    return body("本部分只说明职责、依据和未履行的事实，不提出处理意见。") + duties(paper.duties)


def _lesson(n: int, text: str) -> str:
    """A lesson's first sentence is its heading."""
    first, _, rest = sentence(text).partition("。")
    return led(f"（{ordinal(n)}）{first}。", rest, KAI)


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
        + sections(
            ("基本情况", _facts(paper)),
            ("事故发生经过和应急处置情况", _course(paper)),
            ("原因分析和存在的问题", _causes(paper)),
            ("责任分析", _duties(paper)),
            ("整改措施", measures(paper.measures)),
            ("教训", "".join(_lesson(n, text) for n, text in enumerate(paper.lessons, 1))),
        )
        + body(closing(head))
    )
    titles, pages = enclosed(
        (TEAM_LIST, _signatures(paper)), (EVIDENCE_LIST, evidence(paper.evidence)), others=paper.attachments
    )
    return document(head, top(head) + close(text, head, titles) + pages + imprint(head), DocumentKind.ANALYSIS_REPORT)
