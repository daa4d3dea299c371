"""What the clock writes down: lists and warnings that a pass put forward, how they went, and that a pass is done.

A pass reads and computes first; only then is it written, in one transaction with the mark that it is done. One that is
killed leaves nothing, and begun twice it writes once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from models.kernel.act import Act
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.vocabulary import ListState, OrganisationKind, WarningMethod, WarningState
from models.office.tables import Organisation
from models.prevention.queries.due import LIVE
from models.prevention.queries.looking_back import LookedBack, due_for_judging
from models.prevention.rules.proposals import Proposed, ProposedList, evidence_hash
from models.prevention.rules.tally import Tally
from models.prevention.rules.trial import YEAR
from models.prevention.tables import PassResult, RiskWarning, WarningList

SCREENING = (WarningMethod.THREE_YEAR, WarningMethod.PROBABILITY)


def keep_results(act: Act, task: str, due_on: date, results: Mapping[str, Mapping[str, Any]]) -> bool:
    """Put down what a pass computed, by code, and that it is done; returns whether nobody did before. Waits for whoever is
    at it."""
    policy.require(act.actor, "warning.watch")
    _one_at_a_time(act)
    done = select(PassResult.id).where(PassResult.task == task, PassResult.due_on == due_on, PassResult.code == "")
    if act.session.scalar(done) is not None:
        return False
    act.session.add_all(
        PassResult(task=task, due_on=due_on, code=code, data=dict(data), made_at=act.at)
        for code, data in (("", {}), *results.items())
    )
    act.session.flush()
    return True


def _one_at_a_time(act: Act) -> None:
    act.session.scalar(select(Organisation.id).where(Organisation.issues_as == "unit").with_for_update())


def put_forward(act: Act, task: str, due_on: date, lists: Iterable[ProposedList]) -> list[WarningList]:
    """Write down the lists of a pass once, without what was warned of on the same evidence; a list left empty is none.

    What a criterion names, and a burst, is open at once; a list by count or probability waits for a leader.
    """
    if not keep_results(act, task, due_on, {}):
        return []
    written = []
    for proposed in lists:
        fresh = _fresh(act, proposed)
        if fresh:
            written.append(_written(act, proposed, fresh))
    if written:
        record_admin(
            act,
            "warnings_listed",
            task=task,
            due_on=due_on.isoformat(),
            lists=[
                {"list": one.id, "method": one.method.value, "kind": one.kind.value, "length": one.length}
                for one in written
            ],
        )
    return written


def _fresh(act: Act, proposed: ProposedList) -> list[Proposed]:
    """Leave out subjects that somebody still has to look at, and evidence that warned before; of lists by count or
    probability those that one within the year named: they are judged first."""
    rows = act.session.execute(
        select(
            RiskWarning.subject_key,
            RiskWarning.state,
            RiskWarning.evidence,
            WarningList.as_of,
            (WarningList.state == ListState.RETURNED).label("returned"),
        )
        .join(WarningList, WarningList.id == RiskWarning.list_id)
        .where(RiskWarning.origin == proposed.origin, RiskWarning.kind == proposed.kind)
    ).all()
    screened = proposed.method in SCREENING
    taken = {
        row.subject_key
        for row in rows
        if row.state in LIVE or (screened and not row.returned and row.as_of > proposed.as_of - timedelta(days=YEAR))
    }
    seen = [frozenset(row.evidence) for row in rows]
    live = {number for row in rows if row.state in LIVE for number in row.evidence}
    return [
        one
        for one in proposed.warnings
        if one.subject.key not in taken
        and not any(frozenset(one.evidence) <= before for before in seen)
        # A section begins at its first accident and moves with it: while the old one is open it is the same.
        and not (one.subject.road is not None and live & set(one.evidence))
    ]


def _written(act: Act, proposed: ProposedList, fresh: list[Proposed]) -> WarningList:
    waits = proposed.method in SCREENING
    row = WarningList(
        method=proposed.method,
        kind=proposed.kind,
        criterion_id=proposed.criterion_id,
        division_code=proposed.division_code,
        unit_id=_unit_of(act, proposed.division_code),
        as_of=proposed.as_of,
        size_m=proposed.size_m,
        length=len(fresh),
        base_rate=proposed.base_rate,
        figures=_figures(proposed),
        state=ListState.DRAFTED if waits else ListState.APPROVED,
        made_at=act.at,
    )
    act.session.add(row)
    act.session.flush()
    number = _last_number(act)
    for position, one in enumerate(fresh, 1):
        subject = one.subject
        act.session.add(
            RiskWarning(
                number=f"YJ{act.today.year}-{number + position:04d}",
                list_id=row.id,
                position=position,
                origin=proposed.origin,
                kind=proposed.kind,
                subject_key=subject.key,
                title=subject.title,
                division_code=proposed.division_code,
                east_m=subject.east_m,
                north_m=subject.north_m,
                size_m=subject.size_m,
                road=subject.road,
                stake_from_m=subject.stake_from_m,
                organisation_id=subject.organisation_id,
                evidence=list(one.evidence),
                evidence_hash=evidence_hash(one.evidence),
                evidence_from=one.evidence_from,
                observed=one.observed,
                expected=one.expected,
                probability=one.probability,
                state=WarningState.DRAFTED if waits else WarningState.OPEN,
                lapses_on=lapsing(act),
            )
        )
    act.session.flush()
    return row


def _figures(proposed: ProposedList) -> dict[str, Any]:
    told: dict[str, Any] = {name: tally.as_json() for name, tally in proposed.records.items()}
    if proposed.truth is not None:
        told["calibration"] = asdict(proposed.truth)
    return told


def lapsing(act: Act) -> date:
    """Return the day from which a warning that becomes open now lapses."""
    return act.today + timedelta(days=act.settings.warning_lapse_days)


def _last_number(act: Act) -> int:
    last = act.session.scalar(
        select(func.max(RiskWarning.number)).where(RiskWarning.number.startswith(f"YJ{act.today.year}-"))
    )
    return 0 if last is None else int(last.partition("-")[2])


def _unit_of(act: Act, division_code: str) -> int:
    """Return the police unit below ours that stands in the division, else our own."""
    own = act.session.execute(select(Organisation.id, Organisation.path).where(Organisation.issues_as == "unit")).one()
    below = act.session.scalar(
        select(Organisation.id)
        .where(
            Organisation.path.startswith(own.path, autoescape=True),
            Organisation.kind == OrganisationKind.POLICE,
            Organisation.division_code == division_code,
            Organisation.merged_into_id.is_(None),
        )
        .order_by(Organisation.path)
        .limit(1)
    )
    return below or own.id


def let_lapse(act: Act) -> int:
    """Let warnings lapse that nobody approved, looked at or decided in time; returns how many.

    Nothing is lost: they can still be taken up, and are judged like the others.
    """
    policy.require(act.actor, "warning.watch")
    rows = act.session.scalars(
        select(RiskWarning)
        .where(RiskWarning.state.in_(LIVE), RiskWarning.lapses_on <= act.today)
        .order_by(RiskWarning.id)
        .with_for_update()
    ).all()
    for row in rows:
        row.state, row.version = WarningState.LAPSED, row.version + 1
    if rows:
        record_admin(act, "warnings_lapsed", warnings=[row.number for row in rows])
    return len(rows)


def keep_judgement(act: Act, judged: Iterable[LookedBack]) -> int:
    """Put down how lists went, each once, however often it is looked at; returns how many were judged now."""
    policy.require(act.actor, "warning.watch")
    found = {one.list_id: one for one in judged}
    rows = act.session.scalars(
        select(WarningList)
        .where(WarningList.id.in_(found), due_for_judging(act.session, act.today))
        .order_by(WarningList.id)
        .with_for_update()
    ).all()
    total = Tally()
    for row in rows:
        one = found[row.id]
        row.judged_on, row.judged, row.version = act.today, one.tally.as_json(), row.version + 1
        total += one.tally
        for warning in act.session.scalars(select(RiskWarning).where(RiskWarning.list_id == row.id)):
            happened = list(one.happened.get(warning.id, ()))
            warning.judged_on, warning.hit, warning.happened = act.today, bool(happened), happened
            warning.version += 1
    if rows:
        record_admin(act, "warnings_judged", lists=[row.id for row in rows], warned=total.listed, hits=total.hits)
    return len(rows)
