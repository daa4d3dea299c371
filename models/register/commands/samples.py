"""Puts the sample of accidents into the register of a demo."""

from __future__ import annotations

from sqlalchemy import select

from models.accident.rules.stakes import Stake
from models.kernel.act import Act
from models.kernel.rights import policy
from models.register.tables import RegisteredAccident, RegisteredParty
from models.samples.register import SampleAccident, SampleParty, sample_accidents

from .editing import RIGHT
from .following import when, where_on_the_grid

SOURCE = "sample"


def put_samples(act: Act) -> int:
    """Write the sample of the three years before today; returns how many. A second time none. Raises NotAllowed."""
    policy.require(act.actor, RIGHT)
    there = select(RegisteredAccident.id).where(RegisteredAccident.source == SOURCE).limit(1)
    if act.session.scalar(there) is not None:
        return 0
    samples = list(sample_accidents(act.today))
    rows = [_row(act, one) for one in samples]
    act.session.add_all(rows)
    act.session.flush()
    act.session.add_all(
        _party(row.id, place, party)
        for row, one in zip(rows, samples, strict=True)
        for place, party in enumerate(one.parties, 1)
    )
    return len(rows)


def _row(act: Act, one: SampleAccident) -> RegisteredAccident:
    return RegisteredAccident(
        source=SOURCE,
        source_key=one.key,
        **when(one.occurred_at),
        **where_on_the_grid(*one.point),
        division_code=one.road.division_code,
        procedure=one.procedure,
        place=one.place,
        road_name=one.road.name,
        road_number=one.road.number,
        road_class=one.road.road_class,
        stake=str(Stake(one.stake_m)),
        stake_m=one.stake_m,
        weather=one.weather,
        light_condition=one.light,
        pattern=one.pattern,
        cause=one.cause,
        escaped=False,
        secondary=False,
        deaths=one.deaths,
        serious=one.serious,
        light=one.minor,
        property_loss=one.property_loss,
        vehicles=len(one.parties),
        recorded_at=act.at,
    )


def _party(row: int, place: int, party: SampleParty) -> RegisteredParty:
    return RegisteredParty(
        accident_id=row,
        position=place,
        role="驾驶人",
        plate=party.plate,
        vehicle_kind=party.vehicle_kind,
        owner_name=party.owner_name,
        liability=party.liability,
    )
