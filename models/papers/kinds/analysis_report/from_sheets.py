"""What the sheets add to the report: the course by the minute, the road, earlier accidents, losses, appraisals, lessons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from models.accident.sheets import SHEETS, shown
from models.kernel.vocabulary import OrganisationKind, SubjectType
from models.papers.content import (
    AccidentFacts,
    AppraisalEntry,
    DutyEntry,
    EarlierAccident,
    LossEntry,
    PersonFacts,
    RoadFacts,
    StatementEntry,
    SurveyEntry,
    TimelineEntry,
    Told,
)
from models.papers.filling.draft import CaseFacts
from models.papers.filling.findings import once
from models.papers.filling.prose import one_text, sentences
from models.papers.filling.sheets_in_words import Facts, column, paragraphs, when

_ARRIVALS = (
    ("alarm_at", "报警"),
    ("dispatched_at", "公安机关出警"),
    ("police_at", "交警到达现场"),
    ("ambulance_at", "急救人员到达现场"),
    ("fire_at", "消防救援人员到达现场"),
    ("leaders_at", "有关领导到达现场"),
    ("rescued_at", "救援完成"),
    ("reported_at", "上报事故情况"),
    ("road_open_at", "恢复通行"),
)


def texts(facts: Facts, sheet: str) -> tuple[str, ...]:
    """Return a list of paragraphs."""
    return tuple(text for row in facts.rows[sheet] if (text := row.get("text")))


def nature(facts: Facts, decided: Sequence[str] = ()) -> tuple[str, ...]:
    """Return what else there is to say of the accident; `decided` tells of the decisions on liability that are on record."""
    told = sentences(facts, "accident", facts.accident)
    apart = (f"{_APART}。",) if _inquiry(facts) else ()
    served = column(facts, "accident", "liability_served_on", [facts.accident])[0]
    return (*told, *apart, *facts.later_deaths, *decided, *((f"事故认定书于{served}送达。",) if served else ()))


_APART = "该项调查依法单独进行，本报告与其批复的事故调查报告不一致的，以批复为准"


def _inquiry(facts: Facts) -> str | None:
    """Return who holds the inquiry of a production-safety accident beside ours (令493 art. 19): what it comes to prevails."""
    by = facts.accident.get("investigated_by")
    return by if by and facts.accident.get("production_safety") and "公安" not in by else None


def accident(facts: Facts, known: AccidentFacts) -> AccidentFacts:
    """Return the accident with its losses to the fen, which its columns hold in whole yuan."""
    exact = (("economic_loss", "direct_loss_yuan"), ("property_loss", "property_loss_yuan"))
    amounts = {name: facts.accident.get(field) for name, field in exact}
    found = {name: Decimal(str(one)) for name, one in amounts.items() if isinstance(one, int | float)}
    return known.model_copy(update=found)


def character(facts: Facts) -> str | None:
    """Return 事故性质; whether it is one of production safety, too, is for the inquiry's approval to say."""
    own, by = column(facts, "accident", "nature", [facts.accident])[0], _inquiry(facts)
    if own is None or by is None or "生产安全" in own or facts.accident.get("inquiry_approval"):
        return own
    return f"{own}；是否属于生产安全责任事故，以{by}的批复为准"


def liability(people: Sequence[PersonFacts]) -> str | None:
    """Return who answers for the accident to what share: 王某某负全部责任，李某、乘员无责任; a class that shares one as such."""
    by_share: dict[str, list[str]] = {}
    for one in people:
        if one.share:
            alike = [other for other in people if other.role is one.role]
            together = len(alike) > _NAMED and all(other.share == one.share for other in alike)
            called = one.role.label if together else one.name or one.role.label
            by_share.setdefault(one.share, []).append(called)
    told = ((share, list(dict.fromkeys(names))) for share, names in by_share.items())
    return "，".join(f"{_some(names)}{_share(share)}" for share, names in told) or None


_NAMED = 3  # people whom a line names one by one


def _share(share: str) -> str:
    return share if share.startswith("无") else f"负{share}"


def _some(names: Sequence[str]) -> str:
    return "、".join(names) if len(names) <= _NAMED else f"{names[0]}等{len(names)}人"


def timeline(facts: Facts, occurred_at: datetime) -> tuple[TimelineEntry, ...]:
    """Return the course by the minute, in the order of the list."""
    return tuple(
        TimelineEntry(
            at=when(row.get("at"), on=occurred_at),
            what=row["what"],
            source=row.get("source"),
            evidence=row.get("evidence"),
        )
        for row in facts.rows["timeline"]
        if row.get("what")
    )


def response(facts: Facts, occurred_at: datetime) -> tuple[str, ...]:
    """Return 应急处置: who was there when, in the order of the clock, then what was done."""
    form = facts.form("response")
    arrived = sorted((form[name], name) for name, _ in _ARRIVALS if form.get(name))
    words = dict(_ARRIVALS)
    caller = form.get("alarm_by") or ""
    first = "，".join(
        f"{when(at, on=occurred_at)}{caller if name == 'alarm_at' else ''}{words[name]}" for at, name in arrived
    )
    return tuple(
        filter(
            None,
            (
                f"{first}。" if first else "",
                *sentences(facts, "response", form),
            ),
        )
    )


def response_judged(facts: Facts) -> tuple[str, ...]:
    """Return 应急处置评估."""
    return sentences(facts, "response", facts.form("response"), of="response_appraisal")


def road(facts: Facts, row: CaseFacts) -> RoadFacts:
    """Return the road in sentences, what stands beside it each under its word."""
    form = facts.form("road")
    told = dict(paragraphs(facts, "road", form, without=("description",)))
    for kind, text in _facilities(facts):
        told[kind] = f"{told[kind].rstrip('。；')}。{text}" if kind in told else text
    number = f"（{row.road_number}）" if row.road_number and row.road_name else row.road_number or ""
    class_, grade = (column(facts, "road", name, [form])[0] for name in ("administrative", "technical_grade"))
    grade = grade or row.road_class
    said = bool(class_ and grade and class_ in (row.road_name or ""))  # 县道岭坪线 is called by its class
    also = {
        "the_road": f"{row.road_name or ''}{number}" or "该路",
        "stake": row.stake,
        "administrative": grade if said else class_ or ("事故发生道路" if row.road_name or row.road_number else None),
        "technical_grade": None if said or grade == class_ else grade,
    }
    return RoadFacts(
        name=row.road_name,
        number=row.road_number,
        stake=row.stake,
        road_class=row.road_class,
        description=one_text(sentences(facts, "road", form, **also)),
        told=tuple(Told(label=label, text=text) for label, text in told.items()),
    )


def _facilities(facts: Facts) -> Iterator[tuple[str, str]]:
    """Each section with its stakes, length and state, by its kind in the order of the list."""
    rows = facts.rows["facilities"]
    by_kind: dict[str, list[str]] = {}
    for row, kind in zip(rows, column(facts, "facilities", "kind", rows), strict=True):
        section = "至".join(filter(None, (row.get("from_stake"), row.get("to_stake"))))
        said = one_text(sentences(facts, "facilities", row, section=section))
        if said:
            by_kind.setdefault(kind or "设施", []).append(said)
    for kind, told in by_kind.items():
        yield kind, "".join(told)


def surroundings(facts: Facts, row: CaseFacts) -> tuple[Told, ...]:
    """Return weather as it was measured, and what lies around."""
    form = facts.form("weather")
    measured = column(facts, "weather", "conditions", [form])[0]
    known = row.weather if row.weather and row.weather not in (measured or "") else None
    told = sentences(facts, "weather", form, light=row.light, sky="，".join(filter(None, (known, measured))) or None)
    return tuple(Told(text=text) for text in told)


def earlier(facts: Facts) -> tuple[EarlierAccident, ...]:
    """Return what happened on the same section before."""
    return tuple(
        EarlierAccident(
            on=date.fromisoformat(row["on"]),
            place="，".join(filter(None, (row.get("stake"), row.get("place")))) or None,
            pattern=row.get("pattern"),
            deaths=_figure(row.get("deaths")),
            injured=_figure(row.get("injured")),
            weather=row.get("weather"),
            note=row.get("note"),
        )
        for row in facts.rows["earlier_accidents"]
        if _is_day(row.get("on"))
    )


def _figure(value: object) -> int | None:
    """Return a count; what nobody can read as one yet stands in no paper."""
    return value if isinstance(value, int) else None


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False  # half typed


def losses(facts: Facts) -> tuple[LossEntry, ...]:
    """Return the parts of the loss."""
    rows = facts.rows["losses"]
    kinds = column(facts, "losses", "kind", rows)
    return tuple(
        LossEntry(
            kind=kind,
            amount=Decimal(str(row["amount_yuan"])),
            property=row.get("property") is True,
            note=row.get("note"),
            source=row.get("source"),
        )
        for row, kind in zip(rows, kinds, strict=True)
        if kind and isinstance(row.get("amount_yuan"), int | float)
    )


def conflicts(facts: Facts) -> tuple[str, ...]:
    """Return what published figures contradict each other in, and which is used."""
    told = []
    for row in facts.rows["conflicts"]:
        used = f"，采用{row['used']}" if row.get("used") else ""
        why = f"，理由是{row['why']}" if row.get("why") else ""
        told.append(
            f"关于{row.get('subject', '')}，{row.get('source', '')}为{row.get('figure', '')}，"
            f"{row.get('other_source', '')}为{row.get('other_figure', '')}{used}{why}"
        )
    return tuple(told)


def survey(facts: Facts) -> tuple[SurveyEntry, ...]:
    """Return what was found and measured on the spot."""
    rows = facts.rows["survey"]
    values, moments = (column(facts, "survey", name, rows) for name in ("value", "measured_at"))
    return tuple(
        SurveyEntry(
            item=row["item"],
            stake=row.get("stake"),
            value=f"{value}{row.get('unit') or ''}" if value else None,
            description=row.get("description"),
            how="\n".join(filter(None, (row.get("method"), row.get("measured_by"), at))) or None,
            evidence=row.get("evidence"),
        )
        for row, value, at in zip(rows, values, moments, strict=True)
        if row.get("item")
    )


def statements(facts: Facts) -> tuple[StatementEntry, ...]:
    """Return what people said."""
    rows = facts.rows["statements"]
    people, moments = (column(facts, "statements", name, rows) for name in ("person_ref", "taken_at"))
    return tuple(
        StatementEntry(
            person=row.get("person_name") or person,
            taken="\n".join(filter(None, (at, row.get("place"), row.get("taken_by")))) or None,
            content=row["content"],
            evidence=row.get("evidence"),
        )
        for row, person, at in zip(rows, people, moments, strict=True)
        if row.get("content")
    )


_DATES = (("commissioned_on", "委托"), ("concluded_on", "出具"), ("served_on", "送达"))


def appraisals(facts: Facts) -> tuple[AppraisalEntry, ...]:
    """Return what institutes found out."""
    rows = facts.rows["appraisals"]
    of = {name: column(facts, "appraisals", name, rows) for name in ("institute_ref", "vehicle_ref", "person_ref")}
    dates = {name: column(facts, "appraisals", name, rows) for name, _ in _DATES}
    return tuple(
        AppraisalEntry(
            subject=row["subject"],
            institute=row.get("institute") or of["institute_ref"][at],
            about="、".join(filter(None, (of["vehicle_ref"][at], of["person_ref"][at]))) or None,
            number=row.get("number"),
            conclusion=row.get("conclusion"),
            told=f"方法为{row['method']}。" if row.get("method") else None,
            dates=tuple(Told(label=word, text=day) for name, word in _DATES if (day := dates[name][at])),
            evidence=row.get("evidence"),
        )
        for at, row in enumerate(rows)
        if row.get("subject")
    )


def relations(facts: Facts) -> tuple[str, ...]:
    """Return the contracts between units, a sentence each."""
    told = (one_text(_contract(facts, row)) for row in facts.rows["contracts"])
    return tuple(filter(None, told))


def _contract(facts: Facts, row: Mapping[str, Any]) -> tuple[str, ...]:
    names = (column(facts, "contracts", name, [row])[0] for name in ("first_ref", "second_ref", "second_person_ref"))
    return sentences(facts, "contracts", row, parties="与".join(filter(None, names)) or None)


_IN_BUSINESS = (OrganisationKind.ENTERPRISE.value, OrganisationKind.INSPECTION_AGENCY.value)


def unit(facts: Facts, organisation_id: int, kind: str, *, failed: bool) -> str | None:
    """Return what was found out about a unit: itself, its figures, what it was told before.

    The duties of one that failed in some are told with those. Its people are not: whom only accountability asks about
    few may know, and whom a finding concerns is named there.
    """
    details = facts.units.get(organisation_id)
    if details is None:
        return None
    ref = details["ref"]
    scope = column(facts, "organisations", "scope", [details])[0]
    business = {"business": scope.rstrip("。"), "scope": None} if scope and kind in _IN_BUSINESS else {}
    own = sentences(facts, "organisations", details, **business, **_above(facts, details))
    figures = _figures(facts, list(_of(facts, "indicators", ref)))
    before = (one_text(_penalty(facts, row)) for row in _of(facts, "penalties", ref))
    done = (
        ()
        if failed
        else (one_text(sentences(facts, "duties", row, of="duties_done")) for row in _of(facts, "duties", ref))
    )
    return one_text(filter(None, (*own, *done, *figures, *before)))


def _of(facts: Facts, sheet: str, ref: str) -> Iterator[Mapping[str, Any]]:
    return (row for row in facts.rows[sheet] if row.get("organisation_ref") == ref)


def _above(facts: Facts, details: Mapping[str, Any]) -> dict[str, str | None]:
    """Its authority and its superior in one clause where they are the same unit."""
    authority, parent = (column(facts, "organisations", name, [details])[0] for name in ("authority_ref", "parent_ref"))
    same = {"authority_ref": None, "parent_ref": None} if authority and authority == parent else {}
    return {**same, "both": authority if same else None}


def _figures(facts: Facts, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Its figures, those of one period and source in one sentence."""
    for (period, source), alike in groupby(rows, lambda row: (_period(facts, row), row.get("source"))):
        *others, last = list(alike)
        told = [one_text(sentences(facts, "indicators", row, period=None, source=None)) for row in others]
        told.append(one_text(sentences(facts, "indicators", last, period=None, source=source)))
        text = "，".join(one.rstrip("。") for one in told if one)
        yield f"{period}，{text}。" if period and text else f"{text}。" if text else ""


def _period(facts: Facts, row: Mapping[str, Any]) -> str | None:
    """2026年1月1日至3月13日; 截至2026年3月13日 where nobody said since when."""
    begin, end = (column(facts, "indicators", name, [row])[0] for name in ("period_from", "period_to"))
    if begin is None or end is None:
        return f"截至{end}" if end else begin
    return f"{begin}至{end.removeprefix(begin[: begin.index('年') + 1]) if '年' in begin else end}"


_DID = {"行政处罚": "作出行政处罚", "监督检查": "开展监督检查", "通报": "予以通报"}


def _penalty(facts: Facts, row: Mapping[str, Any]) -> tuple[str, ...]:
    by, kind, person = (column(facts, "penalties", name, [row])[0] for name in ("by_ref", "kind", "person_ref"))
    return sentences(
        facts,
        "penalties",
        row,
        by=row.get("by_name") or by,
        did=_DID.get(kind or "", kind) or "作出处理",
        content=str(row.get("content") or "").removeprefix(kind or "") or None,
        whom=f"对{person}" if person else None,
    )


def duties(facts: Facts, found: Sequence[DutyEntry]) -> tuple[DutyEntry, ...]:
    """Return the duties that findings say were not done, each with what the list of duties adds, then those of the list
    alone."""
    listed: dict[str, list[DutyEntry]] = {}
    for one in _listed_duties(facts):
        listed.setdefault(one.subject, []).append(one)
    told = tuple(_told_of(entry, listed.pop(entry.subject, ())) for entry in found)
    return (*told, *(one for of_unit in listed.values() for one in of_unit if one.not_done))


def _listed_duties(facts: Facts) -> Iterator[DutyEntry]:
    rows = facts.rows["duties"]
    for row, name in zip(rows, column(facts, "duties", "organisation_ref", rows), strict=True):
        if name:
            yield DutyEntry(
                subject=name,
                subject_type=SubjectType.ORGANISATION,
                duty=one_text(sentences(facts, "duties", row)),
                basis=tuple(row.get("legal_basis", ())),
                facts=row.get("performed"),
                not_done=row.get("not_done"),
                evidence=(row["evidence"],) if row.get("evidence") else (),
            )


def _told_of(entry: DutyEntry, listed: Sequence[DutyEntry]) -> DutyEntry:
    """Return what findings say of a unit's duty together with what the list says of it; each thing once."""
    if not listed:
        return entry
    return entry.model_copy(
        update={
            "duty": _in_sentences(one.duty for one in listed),
            "basis": once(norm for one in (*listed, entry) for norm in one.basis),
            "facts": _in_sentences(one.facts for one in (*listed, entry)),
            "not_done": _in_sentences(one.not_done for one in (entry, *listed)),
            "evidence": once(number for one in (entry, *listed) for number in one.evidence),
        }
    )


def _in_sentences(texts: Iterable[str | None]) -> str | None:
    return "".join(f"{text.rstrip('。')}。" for text in texts if text) or None


def post(details: Mapping[str, Any]) -> str | None:
    """Return a member's post, with what they know best and the group they are in."""
    group = shown(SHEETS["team"].field("group"), details.get("group"))
    beside = "，".join(filter(None, (details.get("speciality"), group, details.get("note"))))
    said = details.get("position") or ""
    count = f"{details['count']}人" if details.get("count") else ""
    return f"{said}{count}{f'（{beside}）' if beside else ''}" or None
