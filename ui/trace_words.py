"""How a trace (回溯) is told: a thing in one line, what is met elsewhere in the cells of a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ui.event_sentence import when

if TYPE_CHECKING:  # the command line loads no query before it needs one
    from models.overview.queries.traced import Trace
    from models.overview.queries.traced_elsewhere import SharedThing
    from models.overview.rules.tracing import Node, Step

BACK, FORWARD, ALL, ELSEWHERE = "由来", "后续", "全案脉络", "其他案件"
NO_BACK, NO_FORWARD = "没有更早的来源。", "还没有后续。"
AGAIN = "（其后见上）"
HEADS = ("共同点", "名称", "案件", "发生时间", "案件名称", "涉及")
NONE_ELSEWHERE = "您可查看的其他案件中，没有同一路段、单位、企业、原因或人员。"


def told(node: Node) -> str:
    """Return a thing in one line: its short name, what it is, what it says, when, and whether it counts no more."""
    named = f"{node.ref} {node.what}" if node.ref else node.what
    at = "" if node.at is None else f"（{when(node.at)[:10]}）"
    return f"{named}：{node.text}{at}{'［已撤回或作废］' if node.void else ''}"


def parts(trace: Trace) -> Iterator[tuple[str, tuple[Step, ...], str]]:
    """Yield the parts of a trace: heading, what was met after the beginning itself, what to say where that is nothing."""
    if not trace.start:
        yield ALL, trace.forward, "本案还没有可以回溯的内容。"
        return
    for heading, steps, nothing in ((BACK, trace.back, NO_BACK), (FORWARD, trace.forward, NO_FORWARD)):
        yield heading, steps if len(steps) > len(trace.start) else (), nothing


def rows(things: tuple[SharedThing, ...]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield a line for each case that shares something, and one where there are more than are told."""
    for thing in things:
        for one in thing.cases:
            refs = "、".join(one.refs)
            yield thing.by.label, thing.named, one.case_number, when(one.occurred_at), one.title, refs
        if thing.more:
            yield thing.by.label, thing.named, "", "", f"另有更早的案件，只列最近 {len(thing.cases)} 起", ""
