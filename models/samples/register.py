"""A register of some three hundred accidents of three years, to look at: invented roads and plates, the same every time.

The roads lie where no such road is; one junction is as dangerous as a hot spot of a county, and two rows are one accident.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import PartyLiability, Procedure

ACCIDENTS = 300
DAYS = 3 * 365
HOT_SHARE = 0.13
SEED = 20_250_101
PATTERNS = ("追尾碰撞", "侧面碰撞", "正面相撞", "刮撞行人", "撞固定物", "侧翻")
VEHICLES = ("小型轿车", "重型半挂牵引车", "普通二轮摩托车", "电动自行车", "轻型厢式货车", "大型普通客车")
WEATHERS = ("晴", "晴", "阴", "雨", "雾")
CAUSES = ("未按规定让行", "超速行驶", "未保持安全距离", "逆向行驶", "疲劳驾驶")
LIABILITY = (PartyLiability.MAIN, PartyLiability.EQUAL, PartyLiability.MINOR, PartyLiability.FULL)


@dataclass(frozen=True, slots=True)
class Road:
    """An invented road: a straight line between two points in degrees, of so many metres."""

    number: str
    name: str
    division_code: str
    road_class: str
    begins: tuple[float, float]
    ends: tuple[float, float]
    metres: int

    def at(self, stake_m: int) -> tuple[float, float]:
        """Return the degrees east and north of a stake."""
        part = stake_m / self.metres
        (west, south), (east, north) = self.begins, self.ends
        return round(west + (east - west) * part, 6), round(south + (north - south) * part, 6)


ROADS = (
    Road("X901", "青杨线", "420704", "县道", (114.78, 30.32), (114.96, 30.36), 17_800),
    Road("X902", "柳湖线", "420703", "县道", (114.66, 30.44), (114.80, 30.50), 15_000),
    Road("Y903", "梅岭线", "420702", "乡道", (114.56, 30.18), (114.68, 30.24), 13_300),
    Road("S990", "云台线", "420704", "省道", (114.84, 30.26), (114.90, 30.42), 18_700),
)
HOT = (ROADS[0], 12_300)
"""The road and the stake of the junction where much happens."""


@dataclass(frozen=True, slots=True)
class SampleParty:
    """A party of a sample: its plate, vehicle, owner and liability."""

    plate: str
    vehicle_kind: str
    owner_name: str | None
    liability: PartyLiability


@dataclass(frozen=True, slots=True)
class SampleAccident:
    """An accident of the sample; `point` are degrees east and north."""

    key: str
    occurred_at: datetime
    road: Road
    stake_m: int
    point: tuple[float, float]
    place: str
    pattern: str
    weather: str
    light: str
    cause: str
    procedure: Procedure
    deaths: int
    serious: int
    minor: int
    property_loss: int | None
    parties: tuple[SampleParty, ...]


def sample_accidents(today: date) -> Iterator[SampleAccident]:
    """Yield the accidents of the three years before a day, the earliest first; the last one is the one before it, told once
    more."""
    chance = Random(SEED)  # noqa: S311  the same every time, and nothing secret
    days = sorted(chance.randrange(DAYS) for _ in range(ACCIDENTS))
    last = None
    for number, day in enumerate(days, 1):
        last = _accident(chance, number, today - timedelta(days=DAYS - day))
        yield last
    assert last is not None  # there are some
    yield replace(last, key="示例-重报", occurred_at=last.occurred_at + timedelta(minutes=6))


def _accident(chance: Random, number: int, day: date) -> SampleAccident:
    hot = chance.random() < HOT_SHARE
    road, stake = HOT if hot else (chance.choice(ROADS), 0)
    stake += chance.randrange(-40, 41) if hot else chance.randrange(road.metres)
    # Dusk and the hour before midnight are the worst of the day.
    hour = chance.choices(range(24), [1, 1, 1, 1, 1, 2, 4, 7, 6, 4, 4, 4, 4, 4, 4, 5, 6, 9, 10, 8, 6, 4, 3, 2])[0]
    killed = chance.choices((0, 1, 2), (94, 5, 1) if not hot else (86, 12, 2))[0]
    serious = chance.choices((0, 1, 2), (80, 16, 4))[0]
    minor = chance.choices((0, 1, 2, 3), (30, 45, 20, 5))[0]
    hurt = killed + serious + minor
    return SampleAccident(
        f"示例-{number:04d}",
        datetime.combine(day, time(hour, chance.randrange(60)), SHANGHAI),
        road,
        stake,
        road.at(stake),
        f"{road.name}{'与青山村道路口' if hot else '路段'}",
        chance.choice(PATTERNS),
        chance.choice(WEATHERS),
        "白天" if 7 <= hour < 18 else chance.choice(("夜间有路灯照明", "夜间无路灯照明")),
        chance.choice(CAUSES),
        Procedure.GENERAL if hurt > 1 or killed or serious else Procedure.SIMPLE,
        killed,
        serious,
        minor,
        None if chance.random() < 0.05 else chance.randrange(2, 200) * 100,
        tuple(_party(chance) for _ in range(chance.choices((1, 2, 3), (20, 70, 10))[0])),
    )


def _party(chance: Random) -> SampleParty:
    kind = chance.choice(VEHICLES)
    # No plate has an I or an O.
    plate = f"鄂G{chance.choice('IO')}{chance.randrange(10_000):04d}"
    owner = f"某某运输有限公司（示例{chance.randrange(1, 6)}）" if kind in VEHICLES[1:2] + VEHICLES[4:] else None
    return SampleParty(plate, kind, owner, chance.choice(LIABILITY))
