"""Figures as text for a terminal, as Markdown for the documentation, as JSON for whoever compares runs."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.measuring import Measured, Row

HEADINGS = ("", "median", "min – max", "runs", "ours is")


def machine() -> str:
    """Say in one line on what was measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    python = f"{platform.python_implementation()} {'.'.join(map(str, sys.version_info[:3]))}"
    return f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, {platform.system()}, {python}"


def others() -> str:
    """Say how busy the machine is beside us: figures from a busy one are slow, their ratios less so."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def markdown(benches: Sequence[Measured]) -> str:
    """Return one section a bench: table, what was checked, targets."""
    return "\n\n".join(_section(measured) for measured in benches)


def _section(measured: Measured) -> str:
    lines = [f"## {measured.title} (`{measured.bench}`)", ""]
    lines += _aligned([HEADINGS, *_cells(measured)])
    lines += ["", *(f"- {fact}" for fact in measured.facts)] if measured.facts else []
    lines += ["", *(f"Target: {target.wish}: **{'met' if target.met else 'missed'}**." for target in measured.targets)]
    return "\n".join(lines).rstrip()


def _cells(measured: Measured) -> Iterable[tuple[str, ...]]:
    for row in measured.rows:
        ours = next((one for one in measured.rows if one.ours and one.group == row.group), None)
        lead = "—" if ours is None or row.ours else f"{_figure(row.behind(ours))} × {_word(row)}"
        yield (
            f"**{row.what}**" if row.ours else row.what,
            f"{_figure(row.median)} {row.unit.value}",
            f"{_figure(min(row.figures))} – {_figure(max(row.figures))}",
            str(len(row.figures)),
            lead,
        )


def _word(row: Row) -> str:
    return "faster" if row.unit.less_is_better else "the rate"


def _figure(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"

    rule = "|" + "|".join(f"-{'-' * width}{'-' if place == 0 else ':'}" for place, width in enumerate(widths)) + "|"
    head, *body = rows
    return [line(head), rule, *map(line, body)]


def as_json(benches: Sequence[Measured]) -> dict[str, Any]:
    """Return everything that was measured, every round of it."""
    return {
        "machine": machine(),
        "busy": others(),
        "benches": [
            {
                "bench": measured.bench,
                "title": measured.title,
                "facts": list(measured.facts),
                "targets": [{"wish": target.wish, "met": target.met} for target in measured.targets],
                "rows": [
                    {
                        "what": row.what,
                        "unit": row.unit.value,
                        "ours": row.ours,
                        "median": row.median,
                        "figures": list(row.figures),
                    }
                    for row in measured.rows
                ],
            }
            for measured in benches
        ],
    }
