"""How a list tells earlier accidents like one: its headings, the accident in four cells, a measure in three."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.event_sentence import when

if TYPE_CHECKING:  # the command line loads no query before it needs one
    from models.prevention.queries.similar import Promised, SimilarAccident

HEADS = ("案件", "发生时间", "地点", "共同点", "当时的措施", "责任单位", "现在状态")
NONE = "没有找到类似事故。"


def of_accident(one: SimilarAccident) -> tuple[str, str, str, str]:
    """Return case, time and place of an earlier accident, and what it has in common with the one at hand."""
    return one.case_number, when(one.occurred_at), one.place, "；".join(thing.words for thing in one.alike)


def of_measure(promised: Promised | None) -> tuple[str | None, str | None, str | None]:
    """Return what was promised then, by whom, and how it stands now; blanks where nothing was."""
    if promised is None:
        return None, None, None
    return f"{promised.measure} {promised.text}", promised.organisation, promised.standing
