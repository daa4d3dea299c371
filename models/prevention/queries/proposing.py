"""What the register puts forward on a day: by criteria, bursts and screening. Reads and computes; writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.settings import Settings
from models.kernel.vocabulary import WarningKind, WarningMethod
from models.prevention.rules.accident_rows import NOWHERE, Accidents, Involved, Subjects, by_place, by_section, subjects
from models.prevention.rules.bursts import BACK_DAYS, WINDOW_DAYS, bursts
from models.prevention.rules.cells import Flags, History, Ints, history, periods_back
from models.prevention.rules.criteria import Criterion
from models.prevention.rules.firing import Fired, fired, usual
from models.prevention.rules.judging import Calibration, calibration
from models.prevention.rules.probability import Foreseen, foresee
from models.prevention.rules.proposals import Proposed, ProposedList, Subject
from models.prevention.rules.screening import YEARS, three_years, worst_first
from models.prevention.rules.tally import Tally
from models.prevention.rules.trial import YEAR, trial
from models.prevention.tables import RiskWarning
from models.register.tables import RegisteredAccident

from .accident_columns import IN_DIVISION, accident_columns, involved_units, unit_names
from .criteria import newest_criteria

SEED = 1000  # added to a period, which may be negative: ties are drawn by it
EARLY = 31
"""Days of three years that may have passed without an accident before the register's first one."""
FEWEST = 2
"""A place or a unit with one accident in three years is on no list."""
UNITS = (WarningKind.ENTERPRISE, WarningKind.EMPLOYER)


def by_criteria(session: Session, settings: Settings, day: date) -> list[ProposedList]:
    """Return what the criteria in force name at the end of a day, a list for each criterion and division."""
    asked = [(row, one) for row, one in newest_criteria(session).values() if one.in_force]
    if not asked:
        return []
    since = day.toordinal() - max(one.days for _, one in asked)
    accidents = accident_columns(session, day, since=date.fromordinal(since))
    lists: list[ProposedList] = []
    for row, criterion in asked:
        involved = involved_units(session, accidents, criterion.kind)
        named = fired(criterion, accidents, involved, day.toordinal())
        lists += _of_criterion(session, settings, row, criterion, accidents, involved, named, day)
    return lists


def tried_criteria(session: Session, settings: Settings, day: date) -> dict[str, Tally]:
    """Return how each criterion in force did on earlier years, by its code."""
    accidents = accident_columns(session, day)
    return {
        code: trial(
            one,
            accidents,
            involved_units(session, accidents, one.kind),
            day.toordinal(),
            with_serious=settings.severe_with_serious,
        )
        for code, (_, one) in newest_criteria(session).items()
        if one.in_force
    }


def _of_criterion(
    session: Session,
    settings: Settings,
    row: int,
    criterion: Criterion,
    accidents: Accidents,
    involved: Involved,
    named: list[Fired],
    day: date,
) -> Iterator[ProposedList]:
    since = date.fromordinal(day.toordinal() - criterion.days + 1)
    mean = usual(criterion, accidents, involved, day.toordinal()) if named else None
    asked = [(one.across, one.along) for one in named]
    told = _subjects(session, settings, criterion.kind, criterion.size_m, accidents, involved, asked)
    by_division: defaultdict[str, list[Proposed]] = defaultdict(list)
    for one, subject in zip(named, told, strict=True):
        evidence = tuple(int(accidents.ids[at]) for at in reversed(one.evidence))
        where = _division(settings, accidents, criterion.kind, int(one.evidence[-1]))
        by_division[where].append(Proposed(subject, evidence, since, len(evidence), mean))
    for where, warnings in sorted(by_division.items()):
        most_first = tuple(sorted(warnings, key=lambda warning: (-warning.observed, warning.subject.key)))
        yield ProposedList(
            WarningMethod.CRITERION,
            criterion.kind,
            criterion.code,
            row,
            where,
            day,
            criterion.size_m,
            None,
            most_first,
            {},
        )


def _division(settings: Settings, accidents: Accidents, kind: WarningKind, at: int) -> str:
    """Return the division that a warning belongs to; units and causes are the whole territory's."""
    number = int(accidents.division[at])
    if kind in (*UNITS, WarningKind.CAUSE) or number == NOWHERE:
        return settings.unit_division
    return accidents.divisions[number]


def by_bursts(session: Session, settings: Settings, day: date) -> list[ProposedList]:
    """Return places where more accidents of one cause came within 30 days than the place's own past lets expect.

    What an earlier burst rested on is spent. A register of less than a year knows no past, and names none.
    """
    since = date.fromordinal(day.toordinal() - BACK_DAYS - WINDOW_DAYS)
    accidents = accident_columns(session, day, since=since)
    if not len(accidents):
        return []
    kind, of = _places_of(settings, accidents)
    if not len(of.at):
        return []
    rests = select(RiskWarning.evidence).where(RiskWarning.origin == WarningMethod.BURST.value)
    used = {number for evidence in session.scalars(rests) for number in evidence}
    ids = accidents.ids[of.at]
    found = bursts(
        of.sites,
        accidents.days[of.at],
        accidents.cause[of.at] + 1,
        since=int(accidents.days[0]),
        from_day=day.toordinal() - WINDOW_DAYS + 1,
        spent=np.isin(ids, np.fromiter(used, np.int64, len(used))),
    )
    size = settings.warning_site
    asked = [(int(of.sites.across[one.site]), int(of.sites.along[one.site]) * _step(kind, size)) for one in found]
    told = _subjects(session, settings, kind, size, accidents, involved_units(session, accidents, kind), asked)
    by_division: defaultdict[str, list[Proposed]] = defaultdict(list)
    for one, subject in zip(found, told, strict=True):
        cause = accidents.causes[one.kind - 1] if one.kind else "原因未填"
        last = int(of.at[one.evidence[-1]])
        by_division[_division(settings, accidents, kind, last)].append(
            Proposed(
                replace(subject, key=f"{subject.key}/{cause}", title=f"{subject.title}：{cause}"),
                evidence=tuple(int(number) for number in reversed(ids[one.evidence])),
                evidence_from=date.fromordinal(one.day - WINDOW_DAYS + 1),
                observed=one.seen,
                expected=one.expected,
            )
        )
    return [
        ProposedList(
            WarningMethod.BURST, kind, WarningMethod.BURST.value, None, where, day, size, None, tuple(warnings)
        )
        for where, warnings in sorted(by_division.items())
    ]


def _step(kind: WarningKind, size_m: int) -> int:
    """Return by what a site's `along` becomes that of `Fired`: a section's is in metres."""
    return size_m if kind is WarningKind.SECTION else 1


def _places_of(settings: Settings, accidents: Accidents) -> tuple[WarningKind, Subjects]:
    """Return sites or sections of roads, whichever the register locates more accidents by."""
    placed, staked = by_place(accidents, settings.warning_site), by_section(accidents, settings.warning_site)
    if len(placed.at) >= len(staked.at):
        return WarningKind.SITE, placed
    return WarningKind.SECTION, staked


@dataclass(frozen=True, slots=True)
class _Screened:
    """One kind of subject over all years, and what is foreseen of each."""

    kind: WarningKind
    size_m: int | None
    accidents: Accidents
    involved: Involved
    of: Subjects
    history: History
    counts: Ints
    foreseen: Foreseen | None


def kept_up(first: date, last: date, day: date) -> bool:
    """Return whether a register, by the days of its first and last accident, goes back three years and goes on till now."""
    today = day.toordinal()
    return first.toordinal() <= today - YEARS * YEAR + EARLY and last.toordinal() > today - YEAR


def by_screening(session: Session, settings: Settings, day: date) -> list[ProposedList]:
    """Return the lists of the subjects with the most accidents in three years, as long as each unit can work on.

    Places are sites or sections of roads, whichever the register locates more accidents by. None where the register does
    not go back three years (样本不足), or nothing happened within the last year: then it is not kept up.
    """
    accidents = accident_columns(session, day)
    if not len(accidents):
        return []
    first, last = (date.fromordinal(int(accidents.days[end])) for end in (0, -1))
    if not kept_up(first, last, day):
        return []
    lists: list[ProposedList] = []
    for kind in (_places_of(settings, accidents)[0], *UNITS):
        involved = involved_units(session, accidents, kind)
        screened = _screened(settings, kind, accidents, involved, day)
        if screened is not None:
            lists += _of_screening(session, settings, screened, day)
    return lists


def _screened(
    settings: Settings, kind: WarningKind, accidents: Accidents, involved: Involved, day: date
) -> _Screened | None:
    of = subjects(kind, accidents, involved, settings.warning_site)
    if not len(of.at):
        return None
    severe = accidents.severe(with_serious=settings.severe_with_serious)[of.at]
    past = history(of.sites, periods_back(accidents.days[of.at], day.toordinal() + 1), severe)
    if past.last < 0:
        return None
    size = None if kind in UNITS else settings.warning_site
    return _Screened(kind, size, accidents, involved, of, past, three_years(past, 0), foresee(past, 0))


def _of_screening(session: Session, settings: Settings, one: _Screened, day: date) -> Iterator[ProposedList]:
    # The later accident of a site says in which division it lies: rows come in the order of their days.
    where = np.full(len(one.of.sites), NOWHERE)
    if one.kind not in UNITS:
        where[one.of.sites.of] = one.accidents.division[one.of.at]
    if settings.unit_division in one.accidents.divisions:  # what lies nowhere is on our own list, which is one
        where[where == NOWHERE] = one.accidents.divisions.index(settings.unit_division)
    since = day.toordinal() - YEARS * YEAR + 1
    recent = one.accidents.days[one.of.at] >= since
    records, truth = screening_record(one.history, settings.warning_capacity * len(np.unique(where)))
    foreseen = one.foreseen
    by_probability = settings.warning_by_probability and foreseen is not None
    scores = foreseen.probability if by_probability and foreseen is not None else one.counts
    for number in np.unique(where):
        among = (where == number) & (one.counts >= FEWEST)
        chosen = worst_first(scores, settings.warning_capacity, seed=day.toordinal(), among=among)
        if not len(chosen):
            continue
        step = _step(one.kind, settings.warning_site)
        asked = [(int(one.of.sites.across[at]), int(one.of.sites.along[at]) * step) for at in chosen]
        told = _subjects(session, settings, one.kind, one.size_m, one.accidents, one.involved, asked)
        known = (where == number) & (one.counts > 0)
        expected = float(one.counts[known].mean())
        warnings = tuple(
            Proposed(
                subject,
                evidence=_evidence(one, int(at), recent),
                evidence_from=date.fromordinal(since),
                observed=int(one.counts[at]),
                expected=expected,
                probability=None if foreseen is None else float(foreseen.probability[at]),
            )
            for at, subject in zip(chosen, told, strict=True)
        )
        yield ProposedList(
            WarningMethod.PROBABILITY if by_probability else WarningMethod.THREE_YEAR,
            one.kind,
            WarningMethod.PROBABILITY.value if by_probability else WarningMethod.THREE_YEAR.value,
            None,
            settings.unit_division if number == NOWHERE else one.accidents.divisions[number],
            day,
            one.size_m,
            None if foreseen is None else foreseen.base_rate,
            warnings,
            records,
            truth,
        )


def _evidence(one: _Screened, site: int, recent: Flags) -> tuple[int, ...]:
    at = np.unique(one.of.at[(one.of.sites.of == site) & recent])
    return tuple(int(number) for number in reversed(one.accidents.ids[at]))


def screening_record(past: History, length: int) -> tuple[dict[str, Tally], Calibration | None]:
    """Return how lists of that length did on the unit's own earlier years, by the three-year count and by probability, and
    how true the probabilities were; each is judged by the year after it, and a year without three before it is left out.
    """
    by_count, by_probability = Tally(), Tally()
    foreseen, came, known_before = [], [], []
    for period in range(past.first + YEARS - 1, min(past.last, 0)):
        known = past.known(period)
        after = np.where(known, past.severe[period + 1 - past.first], 0)
        plain = worst_first(three_years(past, period), length, seed=period + SEED)
        by_count += _year(after, known, plain, plain)
        found = foresee(past, period)
        if found is not None:
            likely = worst_first(found.probability, len(plain), seed=period + SEED, among=known)
            by_probability += _year(after, known, likely, plain)
            foreseen.append(found.probability[known])
            came.append(after[known] > 0)
            known_before.append(np.full(int(known.sum()), found.base_rate))
    records = {WarningMethod.THREE_YEAR.value: by_count, WarningMethod.PROBABILITY.value: by_probability}
    if not foreseen:
        return records, None
    return records, calibration(np.concatenate(foreseen), np.concatenate(came), np.concatenate(known_before))


def _year(after: Ints, known: Flags, listed: Ints, plain: Ints) -> Tally:
    found, beside = after[listed], after[plain]
    return Tally(
        lists=1,
        listed=len(listed),
        universe=int(known.sum()),
        hits=int((found > 0).sum()),
        hit_anywhere=int((after > 0).sum()),
        caught=int(found.sum()),
        severe=int(after.sum()),
        baseline_hits=int((beside > 0).sum()),
        baseline_caught=int(beside.sum()),
    )


def _subjects(
    session: Session,
    settings: Settings,
    kind: WarningKind,
    size_m: int | None,
    accidents: Accidents,
    involved: Involved,
    asked: Sequence[tuple[int, int]],
) -> list[Subject]:
    """Return subjects by `across` and `along` as `Fired` names them: a section's `along` is in metres."""
    if kind is WarningKind.SITE and size_m is not None:
        return _places(session, size_m, asked)
    if kind is WarningKind.SECTION and size_m is not None:
        return [_section(accidents.roads[across], along, size_m) for across, along in asked]
    if kind is WarningKind.CAUSE:
        return [Subject(accidents.causes[across], accidents.causes[across]) for across, _ in asked]
    keys = [involved.names[across] for across, _ in asked]
    names = unit_names(session, keys, kind)
    return [
        Subject(key, names.get(key, key), organisation_id=int(key[1:]) if key.startswith("#") else None) for key in keys
    ]


def _section(road: str, begins: int, size_m: int) -> Subject:
    name = road.partition(IN_DIVISION)[0]
    title = f"{name} {in_stakes(begins)}至{in_stakes(begins + size_m)}"
    return Subject(f"{road}/{begins}/{size_m}", title, size_m=size_m, road=road, stake_from_m=begins)


def in_stakes(metres: int) -> str:
    """Return K145+370 for metres from a road's beginning."""
    return f"K{metres // 1000}+{metres % 1000:03d}"


def _places(session: Session, size_m: int, asked: Sequence[tuple[int, int]]) -> list[Subject]:
    found = []
    for across, along in asked:
        east, north = across * size_m, along * size_m
        # What the last accident there called the place is how people know it.
        newest = session.execute(
            select(RegisteredAccident.place, RegisteredAccident.road_name)
            .where(
                RegisteredAccident.east_m >= east,
                RegisteredAccident.east_m < east + size_m,
                RegisteredAccident.north_m >= north,
                RegisteredAccident.north_m < north + size_m,
                RegisteredAccident.exclusion.is_(None),
            )
            .order_by(RegisteredAccident.occurred_on.desc(), RegisteredAccident.id.desc())
            .limit(1)
        ).one_or_none()
        called = (newest and (newest.place or newest.road_name)) or "未写明地点"
        found.append(
            Subject(
                f"{east}/{north}/{size_m}", f"{called}（{size_m}米见方）", east_m=east, north_m=north, size_m=size_m
            )
        )
    return found
