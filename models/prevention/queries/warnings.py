"""风险预警, read side: lists, warnings with what they rest on, what was promised there, and how all of them did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.kernel import divisions
from models.kernel.errors import Invalid, NotAllowed, NotFound
from models.kernel.rights.policy import POLICE, Actor, reaches
from models.kernel.rights.visible import in_territory, visible_cases, visible_register
from models.kernel.settings import Settings
from models.kernel.vocabulary import (
    ListState,
    Role,
    WarningKind,
    WarningMethod,
    WarningOutcome,
    WarningState,
)
from models.office.tables import Organisation, User
from models.prevention.rules.criteria import criterion_from
from models.prevention.rules.judging import Calibration, calibration
from models.prevention.rules.tally import Tally, tally_from, total
from models.prevention.tables import RiskWarning, WarningCriterion, WarningList
from models.rectification.tables import Assignment
from models.register.tables import Hazard, RegisteredAccident

from .criteria import last_record
from .similar import Promised, promised_in

_HANDLER, _DECIDER = aliased(User), aliased(User)
ONLY_POLICE = "风险预警只供公安机关内部使用。"


@dataclass(frozen=True, slots=True)
class ListShown:
    """One list: what it is by, for which division and day, where it stands, what such lists did before, how it went."""

    id: int
    method: WarningMethod
    kind: WarningKind
    criterion: str | None
    division: str
    unit: str
    as_of: date
    size_m: int | None
    length: int
    base_rate: float | None
    state: ListState
    decided_by: str | None
    decision_reason: str | None
    records: Mapping[str, Tally]
    judged: Tally | None
    judged_on: date | None
    version: int

    @property
    def title(self) -> str:
        """Return how a person calls it."""
        return f"{self.division}{self.kind.label}名单（{self.criterion or self.method.label}，{self.as_of}）"


@dataclass(frozen=True, slots=True)
class WarningShown:
    """One warning as a row of a list. `key` marks the row for the next page."""

    key: str
    number: str
    list_id: int
    position: int
    kind: WarningKind
    method: WarningMethod
    criterion: str | None
    title: str
    division: str
    as_of: date
    evidence_from: date
    observed: int
    expected: float | None
    probability: float | None
    base_rate: float | None
    state: WarningState
    lapses_on: date | None
    hit: bool | None
    version: int

    @property
    def by(self) -> str:
        """Return what warned, as a person calls it."""
        return self.criterion or self.method.label


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """One registered accident that a warning rests on, or that came after it."""

    id: int
    occurred_on: date
    place: str | None
    pattern: str | None
    cause: str | None
    deaths: int | None
    serious: int | None
    light: int | None
    east_m: int | None
    north_m: int | None
    case_number: str | None


@dataclass(frozen=True, slots=True)
class WarningWhole:
    """A warning with all that is known: its criterion and basis, evidence, what was promised there, what became of it."""

    row: WarningShown
    basis: str | None
    fires: str | None
    borrowed: bool
    record: tuple[Tally, date] | None
    evidence: tuple[EvidenceShown, ...]
    since: tuple[EvidenceShown, ...]
    promised: tuple[tuple[str, Promised], ...]
    east_m: int | None
    north_m: int | None
    size_m: int | None
    state_reason: str | None
    outcome: WarningOutcome | None
    hazard: str | None
    handled_by: str | None
    handled_at: datetime | None
    decided_by: str | None
    objections: tuple[Mapping[str, str], ...]
    judged_on: date | None
    happened: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """How warnings of one origin did: lists judged, and the calibration of their probabilities where they had any."""

    origin: str
    tally: Tally
    calibration: Calibration | None


def require_sight(actor: Actor) -> None:
    """Refuse who has no part in warnings: agencies, administrators. Raises NotAllowed."""
    if not actor.has(*POLICE, Role.SYSTEM):
        raise NotAllowed(ONLY_POLICE)


def warning_lists(
    session: Session, actor: Actor, *, state: ListState | None = None, after: str | None = None, limit: int = 50
) -> list[ListShown]:
    """Return up to `limit` lists, the newest first; `after` is the number of the last one shown. Raises Invalid."""
    require_sight(actor)
    query = (
        select(WarningList, WarningCriterion, Organisation.name, _DECIDER.name.label("decider"))
        .join(Organisation, Organisation.id == WarningList.unit_id)
        .outerjoin(WarningCriterion, WarningCriterion.id == WarningList.criterion_id)
        .outerjoin(_DECIDER, _DECIDER.id == WarningList.decided_by)
        .where(visible_register(actor))
        .order_by(WarningList.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(WarningList.state == state)
    if after is not None:
        query = query.where(WarningList.id < _key(after))
    return [_list_shown(row) for row in session.execute(query)]


def _division(code: str) -> str:
    return divisions.own_name(code) if divisions.known(code) else code


def _key(after: str) -> int:
    if not (after.isascii() and after.isdigit()):
        raise Invalid("翻页标记有误，请从第一页重新打开。", code="bad_key")
    return int(after)


def _list_shown(row: Row[WarningList, WarningCriterion, str, str]) -> ListShown:
    one, criterion, unit, decider = row
    return ListShown(
        one.id,
        one.method,
        one.kind,
        None if criterion is None else criterion.data["name"],
        _division(one.division_code),
        unit,
        one.as_of,
        one.size_m,
        one.length,
        one.base_rate,
        one.state,
        decider,
        one.decision_reason,
        {name: tally_from(data) for name, data in one.figures.items() if name != "calibration"},
        None if one.judged_on is None else tally_from(one.judged),
        one.judged_on,
        one.version,
    )


def warning_rows(
    session: Session,
    actor: Actor,
    *,
    state: WarningState | None = None,
    about: WarningKind | None = None,
    list_id: int | None = None,
    after: str | None = None,
    limit: int = 50,
) -> list[WarningShown]:
    """Return up to `limit` warnings: the newest list first, each in its order; `after` is the last row's `key`.

    Raises NotAllowed for who is not of the police, Invalid for a key that is none.
    """
    require_sight(actor)
    query = _rows(actor).limit(limit)
    for column, wanted in ((RiskWarning.state, state), (RiskWarning.kind, about), (RiskWarning.list_id, list_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    if after is not None:
        of_list, _, row = after.partition("-")
        last = _key(of_list), _key(row)
        further = and_(RiskWarning.list_id == last[0], RiskWarning.id > last[1])
        query = query.where(or_(RiskWarning.list_id < last[0], further))
    query = query.order_by(RiskWarning.list_id.desc(), RiskWarning.id)
    return [_shown(*row) for row in session.execute(query)]


def _rows(actor: Actor) -> Select[RiskWarning, WarningList, WarningCriterion]:
    return (
        select(RiskWarning, WarningList, WarningCriterion)
        .join(WarningList, WarningList.id == RiskWarning.list_id)
        .outerjoin(WarningCriterion, WarningCriterion.id == WarningList.criterion_id)
        .where(visible_register(actor))
    )


def _shown(one: RiskWarning, of: WarningList, criterion: WarningCriterion | None) -> WarningShown:
    return WarningShown(
        f"{one.list_id}-{one.id}",
        one.number,
        one.list_id,
        one.position,
        one.kind,
        of.method,
        None if criterion is None else criterion.data["name"],
        one.title,
        _division(one.division_code),
        of.as_of,
        one.evidence_from,
        one.observed,
        one.expected,
        one.probability,
        of.base_rate,
        one.state,
        one.lapses_on,
        one.hit,
        one.version,
    )


def waiting_warnings(session: Session, actor: Actor) -> int:
    """Return how many things wait for a person: open warnings for an officer of the place, lists and dismissals for its
    leader. One statement each."""
    here = in_territory(actor, WarningList.__table__.c.unit_id)
    count = 0
    if reaches(actor, "warning.handle"):
        count += _of_state(session, here, WarningState.OPEN)
    if reaches(actor, "warning.approve"):
        count += _of_state(session, here, WarningState.PROPOSED)
        undecided = WarningList.state == ListState.DRAFTED, WarningList.judged_on.is_(None)
        drafted = select(func.count()).select_from(WarningList).where(*undecided, here)
        count += session.scalar(drafted) or 0
    return count


def _of_state(session: Session, here: ColumnElement[bool], state: WarningState) -> int:
    query = select(func.count()).select_from(RiskWarning).join(WarningList, WarningList.id == RiskWarning.list_id)
    return session.scalar(query.where(RiskWarning.state == state, here)) or 0


def warning_whole(session: Session, actor: Actor, settings: Settings, number: str) -> WarningWhole:
    """Return one warning with all that is known of it. Raises NotAllowed, NotFound."""
    require_sight(actor)
    row = session.execute(
        _rows(actor)
        .add_columns(_HANDLER.name.label("handler"), _DECIDER.name.label("decider"), Hazard.hazard_number)
        .outerjoin(_HANDLER, _HANDLER.id == RiskWarning.handled_by)
        .outerjoin(_DECIDER, _DECIDER.id == RiskWarning.decided_by)
        .outerjoin(Hazard, Hazard.id == RiskWarning.hazard_id)
        .where(RiskWarning.number == number)
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为“{number}”的风险预警。", code="warning_not_found")
    one, of, held, handler, decider, hazard = row
    criterion = held and criterion_from(
        held.data,
        code=held.code,
        version=held.version,
        basis=held.basis,
        borrowed=held.borrowed,
        in_force=held.in_force,
    )
    # The newest first, as they are shown; a cause of a big town rests on more than a statement may name.
    evidence = _accidents(session, actor, RegisteredAccident.id.in_(one.evidence[:SHOWN]))
    there = _there(one)
    later = and_(there, RegisteredAccident.occurred_on > of.as_of) if there is not None else None
    return WarningWhole(
        _shown(one, of, held),
        criterion.basis if criterion else None,
        criterion.fires if criterion else None,
        criterion.borrowed if criterion else False,
        last_record(session, criterion.code) if criterion else None,
        evidence,
        () if later is None else _accidents(session, actor, later),
        _promised(session, actor, settings, one),
        one.east_m,
        one.north_m,
        one.size_m,
        one.state_reason,
        one.outcome,
        hazard,
        handler,
        one.handled_at,
        decider,
        tuple(one.objections),
        one.judged_on,
        tuple(one.happened),
    )


SHOWN = 200
"""So many accidents of a warning are shown, the newest."""


def _accidents(session: Session, actor: Actor, wanted: ColumnElement[bool]) -> tuple[EvidenceShown, ...]:
    seen = and_(Case.accident_id == RegisteredAccident.accident_id, visible_cases(actor))
    rows = session.execute(
        select(
            RegisteredAccident.id,
            RegisteredAccident.occurred_on,
            RegisteredAccident.place,
            RegisteredAccident.pattern,
            RegisteredAccident.cause,
            RegisteredAccident.deaths,
            RegisteredAccident.serious,
            RegisteredAccident.light,
            RegisteredAccident.east_m,
            RegisteredAccident.north_m,
            Case.case_number,
        )
        .outerjoin(Case, seen)
        .where(wanted, visible_register(actor))
        .order_by(RegisteredAccident.occurred_on.desc(), RegisteredAccident.id.desc())
        .limit(SHOWN)
    )
    return tuple(EvidenceShown(**row._mapping) for row in rows)


def _there(one: RiskWarning) -> ColumnElement[bool] | None:
    """Return counted accidents on a warning's place or section; None for what is no place."""
    lies = _lies(one, RegisteredAccident)
    return None if lies is None else and_(RegisteredAccident.exclusion.is_(None), lies)


def _lies(one: RiskWarning, of: type[RegisteredAccident] | type[Hazard], around: int = 0) -> ColumnElement[bool] | None:
    """Return rows on a warning's place or section, or within `around` metres about it; None for what is no place."""
    if one.east_m is not None and one.north_m is not None and one.size_m is not None:
        far = one.size_m + around
        return and_(
            of.east_m >= one.east_m - around,
            of.east_m < one.east_m + far,
            of.north_m >= one.north_m - around,
            of.north_m < one.north_m + far,
        )
    if one.road is not None and one.stake_from_m is not None and one.size_m is not None:
        name, _, division = one.road.partition("@")
        on_road = of.road_number == name
        if division:
            on_road = and_(of.road_name == name, of.division_code == division)
        return and_(
            on_road,
            of.stake_m >= one.stake_from_m - around,
            of.stake_m < one.stake_from_m + one.size_m + around,
        )
    return None


AT_ONCE = 5_000
"""So many rows a statement names: evidence may be of any length."""


def investigated(session: Session, evidence: Sequence[int]) -> list[int]:
    """Return the accidents, as their cases know them, of those rows of evidence that have a case."""
    found: list[int] = []
    for first in range(0, len(evidence), AT_ONCE):
        named = RegisteredAccident.id.in_(evidence[first : first + AT_ONCE])
        known = select(RegisteredAccident.accident_id).where(named, RegisteredAccident.accident_id.is_not(None))
        found += [number for number in session.scalars(known) if number is not None]
    return found


def _promised(session: Session, actor: Actor, settings: Settings, one: RiskWarning) -> tuple[tuple[str, Promised], ...]:
    """Return the measures of cases of accidents there or nearby, of work orders there, or in the hands of the enterprise,
    each with its case."""
    near = settings.recurrence_radius
    accidents, hazards = _lies(one, RegisteredAccident, near), _lies(one, Hazard, near)
    ways = [Case.accident_id.in_(investigated(session, one.evidence))]
    if accidents is not None and hazards is not None:
        counted = RegisteredAccident.exclusion.is_(None), accidents
        ways.append(Case.accident_id.in_(select(RegisteredAccident.accident_id).where(*counted)))
        ways.append(Case.hazard_id.in_(select(Hazard.id).where(hazards)))
    if one.organisation_id is not None:
        ways.append(Case.id.in_(select(Assignment.case_id).where(Assignment.organisation_id == one.organisation_id)))
    cases = session.execute(
        select(Case.id, Case.case_number)
        .where(or_(*ways), visible_cases(actor), in_territory(actor, Case.__table__.c.unit_id))
        .order_by(Case.id.desc())
        .limit(SHOWN)
    ).all()
    promised = promised_in(session, [row.id for row in cases]) if cases else {}
    return tuple((row.case_number, measure) for row in cases for measure in promised.get(row.id, ()))


def warning_results(session: Session, actor: Actor) -> list[Results]:
    """Return how the judged lists of each criterion and method did, the longest record first. Raises NotAllowed."""
    require_sight(actor)
    origin = case((WarningList.criterion_id.is_not(None), WarningCriterion.code), else_=WarningList.method).label(
        "origin"
    )
    lists = session.execute(
        select(origin, WarningCriterion.data, WarningList.method, WarningList.judged)
        .outerjoin(WarningCriterion, WarningCriterion.id == WarningList.criterion_id)
        .where(WarningList.judged_on.is_not(None), visible_register(actor))
        .order_by(WarningList.id)
    ).all()
    tallies: defaultdict[str, list[Tally]] = defaultdict(list)
    called = {}
    for row in lists:
        tallies[row.origin].append(tally_from(row.judged))
        called[row.origin] = row.data["name"] if row.data else row.method.label
    foreseen: defaultdict[str, list[tuple[float, bool, float]]] = defaultdict(list)
    for row in session.execute(
        select(RiskWarning.origin, RiskWarning.probability, RiskWarning.hit, WarningList.base_rate)
        .join(WarningList, WarningList.id == RiskWarning.list_id)
        .where(RiskWarning.judged_on.is_not(None), RiskWarning.probability.is_not(None))
    ):
        foreseen[row.origin].append((row.probability, row.hit, row.base_rate or 0.0))
    results = [Results(called[origin], total(of), _truth(foreseen[origin])) for origin, of in tallies.items()]
    return sorted(results, key=lambda one: -one.tally.listed)


def _truth(foreseen: list[tuple[float, bool, float]]) -> Calibration | None:
    if len(foreseen) < FEWEST_FORESEEN:
        return None
    probability, came, base = zip(*foreseen, strict=True)
    return calibration(probability, came, base)


FEWEST_FORESEEN = 50
"""Below so many judged probabilities nothing is said of how true they were (样本不足)."""
