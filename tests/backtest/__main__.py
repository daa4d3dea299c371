"""`python -m tests.backtest`: judge warnings on real years, print, and write the tables of docs/warnings.md."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from models.prevention.rules.cells import History
from tests.backtest.alarms import Alarms, alarms
from tests.backtest.barcelona import read
from tests.backtest.lists import (
    LISTED_AT_THE_END_OF,
    SHORT,
    By,
    calibrated,
    counted,
    fall,
    find,
    five_percent,
    over_all_draws,
    own_rate,
    spread,
)
from tests.backtest.repairs import Chosen, Claims, claims

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "warnings.md"
BEGIN, END = "<!-- written by `make backtest` -->", "<!-- end of what `make backtest` writes -->"
SIZES = (150, 300, 500)
MISSING = "The shared accidents are not at hand ({folder}): nothing was judged."

Line = tuple[str, ...]
Trials = Mapping[tuple[int, Chosen], Claims]


def main() -> int:
    """Judge, print and write; returns the exit status: 1 where the data is missing or a target is missed."""
    data = Path(os.environ.get("SHENCHA_SHARED_DATA") or ROOT.parent / "shared" / "data") / "accidents"
    if not (data / "barcelona-2010.csv").exists():
        print(MISSING.format(folder=data))
        return 1
    began = time.monotonic()
    accidents, told = read(data)
    counts = {size: counted(accidents, size) for size in SIZES}
    trials = {(sites, chosen): claims(counts[150], chosen, sites) for sites in (10, 50) for chosen in Chosen}
    targets = [*_targets_of_lists(counts), *_targets_of_alarms(alarms(accidents, 150)), *_targets_of_repairs(trials)]
    parts = [
        *(f"- {one}" for one in told),
        "",
        *_table(("what", "target", "found", ""), targets),
        "",
        *_lists(counts),
        *_calibration(counts[150]),
        *_datum(data, counts[150]),
        *_repairs(trials),
    ]
    text = "\n".join(parts)
    print(f"{text}\n\n{time.monotonic() - began:.0f} s")
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return int(any("missed" in line[-1] for line in targets))


def _targets_of_lists(counts: Mapping[int, History]) -> Iterator[Line]:
    small = counts[150]
    twentieth = five_percent(small)
    ours = find(small, By.PROBABILITY, twentieth).lift
    yield _least("severe lift, 50 sites", 5.8, find(small, By.PROBABILITY, SHORT).lift)
    yield _least("severe lift, 5 % of sites", 4.4, ours)
    for by, target in ((By.LAST_SEVERE, 1.9), (By.LAST_ALL, 1.04), (By.THREE_YEARS, 0.97)):
        what, wanted, found, met = _least(
            f"lift at 5 % against: {by.value}", target, ours / over_all_draws(small, by, twentieth)
        )
        yield what, wanted, f"{found} (five seeds: {ours / find(small, by, twentieth).lift:.2f})", met
    yield _most("calibration at 150 m: ECE", 0.015, calibrated(small).gap, 4)
    for size, target in zip(SIZES, (0.06, 0.15, 0.27), strict=True):
        yield _least(f"Brier skill at {size} m", target, calibrated(counts[size]).skill, 3)


def _targets_of_alarms(raised: Alarms) -> Iterator[Line]:
    yield _most("alarms of bursts per 30 days and 10,000 accidents a year", 3, raised.rate, 1)
    yield _least("accidents in the 30 days after an alarm, times the expectation", 2, raised.times, 1)


def _targets_of_repairs(trials: Trials) -> Iterator[Line]:
    for sites, most in ((10, 0.08), (50, 0.12)):
        worst = max(told.matched for (number, _), told in trials.items() if number == sites)
        yield _most(f"“it helped” where nothing was done, {sites} sites, at worst", most, worst)
    seen = trials[10, Chosen.THREE_YEARS].power
    yield _least("a real −25 % seen at 10 sites of the baseline, 3 years before and after", 0.8, seen)


def _least(what: str, target: float, found: float, digits: int = 2) -> Line:
    return what, f"≥ {target:g}", f"{found:.{digits}f}", "met" if found >= target else "**missed**"


def _most(what: str, target: float, found: float, digits: int = 3) -> Line:
    return what, f"≤ {target:g}", f"{found:.{digits}f}", "met" if found <= target else "**missed**"


def _lists(counts: Mapping[int, History]) -> Sequence[str]:
    lines = []
    for size, history in counts.items():
        for length in (SHORT, five_percent(history)) if size == min(SIZES) else (five_percent(history),):
            for by in By:
                found = find(history, by, length)
                low, high = found.together.lift_interval
                lines.append(
                    (
                        f"{size} m",
                        f"{length} of {len(history.sites):,}",
                        by.value,
                        f"{found.together.recall:.1%}",
                        f"{found.lift:.1f} [{low:.1f}–{high:.1f}]",
                        spread(list(found.by_year.values())),
                        f"{found.together.precision:.0%} ({found.together.base_rate:.0%})",
                    )
                )
    heading = ("sites of", "list", "goes by", "next year's severe", "lift [95 %]", "by year", "sites hit (any site)")
    severe, three = fall(counts[150], By.LAST_SEVERE), fall(counts[150], By.THREE_YEARS)
    return [
        f"Lists made at the end of {LISTED_AT_THE_END_OF[0]} to {LISTED_AT_THE_END_OF[-1]}, judged by the year after:",
        "",
        *_table(heading, lines),
        "",
        f"Nothing done, the severe accidents of the 50 sites with most of them fall by {severe:.0%} in the next year, all "
        f"accidents of the 50 sites with most in three years by {three:.0%}.",
        "",
    ]


def _calibration(history: History) -> Sequence[str]:
    told, own = calibrated(history), own_rate(history)
    lines = [
        (f"{one.low:.0%}–{one.high:.0%}", f"{one.sites:,}", f"{one.foreseen:.1%}", f"{one.happened:.1%}")
        for one in told.bins
    ]
    return [
        "What was foreseen for cells of 150 m, and what came:",
        "",
        *_table(("probability", "site-years", "foreseen", "happened"), lines),
        "",
        f"A place's own share of years with a severe accident, taken as its probability, has a skill of {own.skill:.2f}.",
        "",
    ]


def _datum(data: Path, mended: History) -> Sequence[str]:
    mixed = counted(read(data, one_datum=False)[0], 150)
    lifts = [find(one, By.THREE_YEARS, SHORT).by_year for one in (mixed, mended)]
    years = (2013, 2014)
    seen, instead = (fmean(one[year] for year in years) for one in lifts)
    return [
        f"With the two data mixed, the three-year lists of {years[0]} and {years[1]} have a lift of {seen:.1f} "
        f"instead of {instead:.1f}.",
        "",
    ]


def _repairs(trials: Trials) -> Sequence[str]:
    lines = []
    for (sites, chosen), told in trials.items():
        shares = (told.before_after, told.empirical_bayes, told.matched, told.power)
        lines.append((str(sites), chosen.value, *(f"{share:.1%}" for share in shares)))
    heading = (
        "sites",
        "drawn from the worst 5 % by",
        "before/after",
        "empirical Bayes",
        "**matched**",
        "−25 % seen (matched)",
    )
    return ["How often “it helped” is said of sites where nothing was done:", "", *_table(heading, lines)]


def _table(heading: Line, lines: Sequence[Line]) -> list[str]:
    rows = [heading, ("---",) * len(heading), *lines]
    return [f"| {' | '.join(line)} |" for line in rows]


if __name__ == "__main__":
    sys.exit(main())
