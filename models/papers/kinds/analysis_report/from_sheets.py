"""What the sheets add to the report: the course by the minute, the road, earlier accidents, losses, appraisals, lessons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from models.kernel.vocabulary import SubjectType
from models.papers.content import (
    AppraisalEntry,
    DutyEntry,
    EarlierAccident,
    LossEntry,
    RoadFacts,
    TimelineEntry,
    Told,
)
from models.papers.filling.findings import once
from models.papers.filling.sheets_in_words import Facts, column, in_one, paragraphs, phrases, when

# Facts of the accident that stand elsewhere in the report, or are no matter of the accident's own.
_ELSEWHERE = (
    *("casualties_settled", "coordinates", "direct_loss_yuan", "property_loss_yuan", "occurred_at", "time_known"),
    *("deaths", "serious_injuries", "minor_injuries", "injured_unspecified", "stake", "road_class", "weather"),
)
_ARRIVALS = (
    ("alarm_at", "报警"),
    ("dispatched_at", "出警"),
    ("police_at", "交警到场"),
    ("ambulance_at", "急救到场"),
    ("fire_at", "消防到场"),
    ("leaders_at", "领导到场"),
    ("rescued_at", "救援完成"),
    ("reported_at", "上报"),
    ("road_open_at", "恢复通行"),
)


def texts(facts: Facts, sheet: str) -> tuple[str, ...]:
    """Return a list of paragraphs."""
    return tuple(text for row in facts.rows[sheet] if (text := row.get("text")))


def nature(facts: Facts) -> tuple[str, ...]:
    """Return what else there is to say of the accident."""
    short = "，".join(phrases(facts, "accident", facts.accident, without=_ELSEWHERE))
    long = (f"{label}：{text}" for label, text in paragraphs(facts, "accident", facts.accident))
    return tuple(filter(None, (short, *long)))


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
    """Return 应急处置: who was there when, then each part under its word."""
    form = facts.form("response")
    arrivals = [f"{when(form[name], on=occurred_at)}{what}" for name, what in _ARRIVALS if form.get(name)]
    said = [*phrases(facts, "response", form, without=[name for name, _ in _ARRIVALS])]
    first = "，".join((*said, *arrivals))
    return tuple(filter(None, (first, *(f"{label}：{text}" for label, text in paragraphs(facts, "response", form)))))


def road(facts: Facts, row: Any) -> RoadFacts:
    """Return the road: its figures in a sentence, what stands beside it each under its word."""
    form = facts.form("road")
    told = [Told(label=label, text=text) for label, text in paragraphs(facts, "road", form, without=("description",))]
    for kind, text in _facilities(facts):
        told.append(Told(label=kind, text=text))
    said = [*phrases(facts, "road", form), *((form["description"],) if form.get("description") else ())]
    return RoadFacts(
        name=row.road_name,
        number=row.road_number,
        stake=row.stake,
        road_class=row.road_class,
        description="，".join(said) or None,
        told=tuple(told),
    )


def _facilities(facts: Facts) -> Iterator[tuple[str, str]]:
    """Each section with its stakes, length and state, by its kind in the order of the list."""
    rows = facts.rows["facilities"]
    by_kind: dict[str, list[str]] = {}
    for row, kind in zip(rows, column(facts, "facilities", "kind", rows), strict=True):
        between = "至".join(filter(None, (row.get("from_stake"), row.get("to_stake"))))
        said = phrases(facts, "facilities", row, without=("kind", "from_stake", "to_stake", "state"))
        state = row.get("state")
        by_kind.setdefault(kind or "设施", []).append("，".join(filter(None, (between, *said, state))))
    for kind, told in by_kind.items():
        yield kind, "；".join(told)


def surroundings(facts: Facts) -> tuple[Told, ...]:
    """Return weather as it was measured, and what lies around."""
    form = facts.form("weather")
    short = "，".join(phrases(facts, "weather", form))
    told = [Told(label="气象", text=short)] if short else []
    return (*told, *(Told(label=label, text=text) for label, text in paragraphs(facts, "weather", form)))


def earlier(facts: Facts) -> tuple[EarlierAccident, ...]:
    """Return what happened on the same section before."""
    return tuple(
        EarlierAccident(
            on=date.fromisoformat(row["on"]),
            place=row.get("stake") or row.get("place"),
            pattern=row.get("pattern"),
            deaths=_figure(row.get("deaths")),
            injured=_figure(row.get("injured")),
            weather=row.get("weather"),
            note=row.get("note"),
        )
        for row in facts.rows["earlier_accidents"]
        if _is_day(row.get("on"))
    )


def _figure(value: Any) -> int | None:
    """Return a count; what nobody can read as one yet stands in no paper."""
    return value if isinstance(value, int) else None


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False  # half typed


def losses(facts: Facts) -> tuple[LossEntry, ...]:
    """Return the parts of the loss."""
    rows = facts.rows["losses"]
    kinds = column(facts, "losses", "kind", rows)
    return tuple(
        LossEntry(kind=kind, amount=Decimal(str(row["amount_yuan"])), note=row.get("note"))
        for row, kind in zip(rows, kinds, strict=True)
        if kind and isinstance(row.get("amount_yuan"), int | float)
    )


def conflicts(facts: Facts) -> tuple[str, ...]:
    """Return what published figures contradict each other in, and which is used."""
    told = []
    for row in facts.rows["conflicts"]:
        used = f"，采用{row['used']}" if row.get("used") else ""
        why = f"，理由：{row['why']}" if row.get("why") else ""
        told.append(
            f"{row.get('subject', '')}：{row.get('source', '')}为{row.get('figure', '')}，"
            f"{row.get('other_source', '')}为{row.get('other_figure', '')}{used}{why}"
        )
    return tuple(told)


def survey(facts: Facts) -> tuple[str, ...]:
    """Return what was found and measured on the spot, a sentence each."""
    found = []
    for row in facts.rows["survey"]:
        value, unit = column(facts, "survey", "value", [row])[0], row.get("unit", "")
        measured = f"{value}{unit}" if value else None
        said = phrases(facts, "survey", row, without=("item", "value", "unit"))
        found.append("，".join(filter(None, (row.get("item"), measured, *said, row.get("description")))))
    return tuple(filter(None, found))


def appraisals(facts: Facts) -> tuple[AppraisalEntry, ...]:
    """Return what institutes found out."""
    rows = facts.rows["appraisals"]
    institutes = column(facts, "appraisals", "institute_ref", rows)
    known = ("subject", "institute", "institute_ref", "conclusion", "evidence")
    return tuple(
        AppraisalEntry(
            subject=row["subject"],
            institute=row.get("institute") or institute,
            conclusion=row.get("conclusion"),
            told="，".join(phrases(facts, "appraisals", row, without=known)) or None,
            evidence=row.get("evidence"),
        )
        for row, institute in zip(rows, institutes, strict=True)
        if row.get("subject")
    )


def relations(facts: Facts) -> tuple[str, ...]:
    """Return the contracts between units, a sentence each."""
    told = (in_one(facts, "contracts", row) for row in facts.rows["contracts"])
    return tuple(filter(None, told))


def unit(facts: Facts, organisation_id: int) -> str | None:
    """Return what was found out about a unit: itself, its figures, what it was told before."""
    details = facts.units.get(organisation_id)
    if details is None:
        return None
    ref = details["ref"]
    own = in_one(facts, "organisations", details, without=("name", "kind", "division_code", "credit_code"))
    figures = "，".join(_indicator(facts, row) for row in _of(facts, "indicators", ref))
    before = (in_one(facts, "penalties", row, without=("organisation_ref",)) for row in _of(facts, "penalties", ref))
    return "".join(filter(None, (own, f"{figures}。" if figures else "", *before))) or None


def _of(facts: Facts, sheet: str, ref: str) -> Iterator[Mapping[str, Any]]:
    return (row for row in facts.rows[sheet] if row.get("organisation_ref") == ref)


def _indicator(facts: Facts, row: Mapping[str, Any]) -> str:
    value = column(facts, "indicators", "value", [row])[0] or ""
    period = "至".join(
        filter(None, (column(facts, "indicators", name, [row])[0] for name in ("period_from", "period_to")))
    )
    beside = "，".join(filter(None, (period, row.get("source"))))
    return f"{row.get('item', '')}{value}{row.get('unit', '')}" + (f"（{beside}）" if beside else "")


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
                duty=row.get("duty"),
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
    beside = "，".join(filter(None, (details.get("speciality"), details.get("group"))))
    said = details.get("position") or ""
    count = f"{details['count']}人" if details.get("count") else ""
    return f"{said}{count}{f'（{beside}）' if beside else ''}" or None
