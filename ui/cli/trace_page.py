"""A trace (回溯) on the command line: a tree back, a tree forward, a table of other cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.cli.answer import say, table
from ui.trace_words import AGAIN, ELSEWHERE, HEADS, NONE_ELSEWHERE, parts, rows, told

if TYPE_CHECKING:
    from models.overview.queries.traced import Trace


def show_trace(trace: Trace) -> None:
    """Print a trace, a thing a line, indented by how many steps away it is."""
    say(f"{trace.case_number} {trace.title}")
    for heading, steps, nothing in parts(trace):
        say(f"\n{heading}")
        for step in steps:
            branch = f"{'  ' * (step.depth - 1)}└ " if step.depth else ""
            say(f"{branch}{told(trace.graph.nodes[step.key])}{AGAIN if step.again else ''}")
        if not steps:
            say(nothing)
    if trace.inside:
        say(f"\n{ELSEWHERE}")
        table(HEADS, rows(trace.elsewhere), empty=NONE_ELSEWHERE)
