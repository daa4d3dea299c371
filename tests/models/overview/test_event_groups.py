"""The record as it is read: what one person typed into one table in one go is one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.overview.queries.case_view import EventShown
from models.overview.queries.event_groups import PAUSE, grouped
from ui.event_sentence import about

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def event(
    seq: int, *, person: int = 1, sheet: str = "people", kind: str = "facts_changed", after: timedelta | None = None
) -> EventShown:
    at = START + (timedelta(minutes=seq) if after is None else after)
    changes = [{"row": "P1", "what": "set", "label": f"栏{seq}"}]
    data = {"sheet": sheet, "changes": changes} if kind == "facts_changed" else {"paper": "D1"}
    return EventShown(seq, kind, "修改事故情况", at, at, "李某", person, None, data)


def seqs(*events: EventShown) -> list[list[int]]:
    newest_first = sorted(events, key=lambda one: -one.seq)
    return [[one.seq for one in group.events] for group in grouped(newest_first)]


def test_cells_of_one_person_in_one_sheet_are_together_whatever_came_between_and_a_namesake_is_another() -> None:
    assert seqs(event(1), event(2, person=2), event(3), event(4, kind="paper_drafted"), event(5)) == [
        [5, 3, 1],
        [4],
        [2],
    ]


def test_another_sheet_a_long_pause_and_every_other_event_stand_alone() -> None:
    late = event(9, after=timedelta(minutes=1) + PAUSE + timedelta(seconds=1))
    assert seqs(event(1), late) == [[9], [1]]
    assert seqs(event(1), event(2, sheet="vehicles")) == [[2], [1]]
    assert seqs(event(1, kind="paper_drafted"), event(2, kind="paper_drafted")) == [[2], [1]]


def test_a_line_names_the_first_cells_and_counts_them_all() -> None:
    [group] = grouped([event(seq) for seq in range(6, 0, -1)])
    assert about(group.events) == " 人员：P1栏1、P1栏2、P1栏3、P1栏4等6处"
    assert about((event(1, kind="paper_drafted"),)) == " D1"
