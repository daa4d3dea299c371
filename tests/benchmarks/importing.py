"""Bringing a plain file into the register, checked and written as people do it, on both databases; and what memory it takes."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from io import BytesIO

from models.kernel.act import acting
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.storage.files import Stored
from models.register.queries.profiles import Versioned
from models.register.rules.intake import batches
from models.register.rules.profile import built_in_profile
from models.register.rules.territory import Territory
from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.workplace import AT, Workplace
from tests.stories import staffed
from ui.accident_files import bring_in, check

BENCH = "importing"
HEADS = "事故编号,事故日期,发生时间,事故地点,道路编号,桩号,死亡人数,重伤人数,轻伤人数,直接财产损失,天气,经度,纬度"
WISHED = 2_000
DAY = date(2024, 1, 1)


def bench(place: Workplace, size: Size) -> Measured:
    """Import files of new accidents, one a round, and the last one once more."""
    rounds, amount = size.of(5, 2, 1), size.of(20_000, 5_000, 50)
    profile = Versioned(built_in_profile("office-register"), 0)
    with ExitStack() as stack:
        contenders = []
        for name, on_postgres in (("PostgreSQL", True), ("SQLite", False)):
            if on_postgres and place.server is None:
                continue
            database = stack.enter_context(place.database(on_postgres=on_postgres, prepare=staffed))
            files = _files(amount)
            contenders.append(
                Contender(name, lambda d=database, f=files: _import(d, profile, *next(f)), amount)  # type: ignore[misc]
            )
        seconds = take_turns(contenders, rounds)
    rows = tuple(
        Row(BENCH, f"rows of {one.name}", Unit.ROWS, tuple(1 / each for each in taken), group=one.name)
        for one, taken in zip(contenders, seconds, strict=True)
    )
    small, large = (_peak(profile, times * amount) for times in (1, 4))
    return Measured(
        BENCH,
        f"{amount:,} accidents of a plain file come into the register",
        rows,
        (
            "a file is read twice: checked as a whole, then written in batches of 1,000, each a durable transaction",
            f"memory while reading {amount:,} accidents {small:.1f} MB, {4 * amount:,} accidents {large:.1f} MB",
        ),
        (Target(f"at least {WISHED:,} rows a second on both databases", all(row.median >= WISHED for row in rows)),),
    )


def _import(database: Database, profile: Versioned, number: int, stream: BytesIO) -> None:
    installation = Installation(Settings(), database, clock=lambda: AT)
    told = check(installation, stream, profile.profile, compare=False)
    run = bring_in(
        installation,
        lambda: acting(database, installation.settings, "li", AT),
        stream,
        Stored(f"{number:064d}", stream.getbuffer().nbytes),
        name="台账.csv",
        profile=profile,
        total=told.accidents,
    )
    assert run.added == told.accidents


def _files(amount: int) -> Iterator[tuple[int, BytesIO]]:
    number = 0
    while True:
        yield number, _file(number, amount)
        number += 1


def _file(number: int, amount: int) -> BytesIO:
    """Return a file of accidents that no other one holds: in a square of some kilometres, all over two years."""
    lines = (
        f"{number}-{row},{DAY + timedelta(days=row % 700)},{row % 24}:{row % 60:02d},滨湖路{number}-{row}号,G316,"
        f"K{row % 300}+{row % 1000},0,{row % 2},1,{row},晴,{114.6 + row % 977 / 5000:.6f},{30.3 + row % 877 / 5000:.6f}"
        for row in range(amount)
    )
    return BytesIO("\n".join((HEADS, *lines, "")).encode("gb18030"))


def _peak(profile: Versioned, amount: int) -> float:
    """Return the megabytes that reading a file takes at most, the file itself apart."""
    stream = _file(0, amount)
    tracemalloc.start()
    for _ in batches(stream, profile.profile, Territory(), today=AT.date()):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / (1 << 20)
