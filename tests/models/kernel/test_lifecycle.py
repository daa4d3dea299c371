"""The lives of a case, a paper and a measure: as tables that a reviewer can read, and as laws that hold for all of them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from models.kernel import lifecycle
from models.kernel.errors import WrongStage
from models.kernel.lifecycle import ACTIONS, CASE, GUARDS, MEASURE, PAPER, Transition, advance, can
from models.kernel.vocabulary import AssignmentState, DocumentStatus, Stage, Word

# Each line: the action, the fact that must hold, what follows ("=": it stays as it is), and from where it may be taken.
CASES = """
investigate    -                 investigating  filed
investigate    -                 =              investigating
notify_early   -                 investigating  filed
notify_early   -                 =              investigating
submit_report  has_findings      reviewing      filed investigating
return_report  -                 investigating  reviewing
sign_report    -                 rectifying     reviewing
rectify        -                 =              rectifying
tell           -                 =              filed investigating reviewing
tell           -                 =              rectifying
archive        measures_settled  archived       rectifying
archive        -                 =              discontinued
reopen         -                 rectifying     archived
reopen         -                 =              discontinued
evaluate       -                 =              rectifying archived
discontinue    no_open_paper     discontinued   filed investigating rectifying
merge          -                 discontinued   filed investigating rectifying
go_on          -                 =              filed investigating rectifying
split          -                 investigating  filed
split          -                 =              investigating rectifying
transfer       -                 discontinued   filed investigating reviewing
transfer       -                 discontinued   rectifying
come_back      was_transferred   investigating  discontinued
receive        -                 =              filed investigating
"""
PAPERS = """
submit_to_in_review       -                in_review       draft returned
submit_to_countersigning  -                countersigning  draft returned
submit_to_signing         -                signing         draft returned
pass_to_in_review         -                =               in_review
pass_to_in_review         -                in_review       countersigning
pass_to_countersigning    -                countersigning  in_review
pass_to_countersigning    -                =               countersigning
pass_to_signing           -                signing         in_review countersigning
return                    -                returned        in_review countersigning signing
sign                      -                issued          signing
redraft                   -                returned        issued
seal                      -                sealed          issued
deliver                   seal_not_needed  delivered       issued
deliver                   -                delivered       sealed
reseal                    -                =               sealed
void                      -                void            draft returned issued
void                      -                void            sealed
lapse                     -                void            draft returned in_review
lapse                     -                void            countersigning signing
revive                    -                returned        void
"""
MEASURES = """
serve                           -         awaiting_receipt       unissued
serve_decision                  -         awaiting_completion    unissued
take_on                         -         awaiting_completion    unissued
refer                           -         referred               unissued
close_referred                  -         closed                 referred
open_way                        -         unissued               referred
acknowledge                     -         awaiting_plan          awaiting_receipt
acknowledge_urgent              -         awaiting_completion    awaiting_receipt
reply                           -         =                      awaiting_plan awaiting_completion returned
accept_plan                     -         awaiting_completion    awaiting_plan returned
accept_plan                     -         =                      awaiting_completion awaiting_verification
accept_completion               -         awaiting_verification  awaiting_plan awaiting_completion returned
return                          -         returned               awaiting_plan awaiting_completion awaiting_verification
return                          -         =                      returned
dispute                         -         disputed               awaiting_plan awaiting_completion returned
confirm_to_awaiting_plan        -         awaiting_plan          disputed
confirm_to_awaiting_completion  -         awaiting_completion    disputed
confirm_to_returned             -         returned               disputed
join_to_awaiting_plan           -         awaiting_plan          unissued awaiting_completion returned
join_to_awaiting_plan           -         =                      awaiting_plan
join_to_awaiting_completion     -         awaiting_completion    unissued awaiting_plan returned
join_to_awaiting_completion     -         =                      awaiting_completion
join_to_returned                -         returned               unissued awaiting_plan awaiting_completion
join_to_returned                -         =                      returned
join_to_awaiting_verification   -         awaiting_verification  unissued awaiting_plan awaiting_completion
join_to_awaiting_verification   -         awaiting_verification  returned
withdraw_notice                 -         unissued               awaiting_receipt awaiting_plan awaiting_completion
withdraw_notice                 -         unissued               returned awaiting_verification disputed referred
verify                          -         =                      awaiting_verification
close_as_done                   verified  closed                 awaiting_verification
close_with_reason               -         closed                 unissued awaiting_receipt awaiting_plan
close_with_reason               -         closed                 awaiting_completion returned awaiting_verification
close_with_reason               -         closed                 disputed referred
"""
LIVES: dict[str, tuple[tuple[Transition[Any], ...], str, Word]] = {
    "case": (CASE, CASES, Stage.FILED),
    "paper": (PAPER, PAPERS, DocumentStatus.DRAFT),
    "measure": (MEASURE, MEASURES, AssignmentState.UNISSUED),
}
# What is over, and the only ways on from there.
OVER: dict[Word, set[str]] = {
    Stage.ARCHIVED: {"reopen", "evaluate"},
    Stage.DISCONTINUED: {"come_back", "archive", "reopen"},
    DocumentStatus.DELIVERED: set(),
    DocumentStatus.VOID: {"revive"},
    AssignmentState.CLOSED: set(),
}
lives = pytest.mark.parametrize("life", LIVES)


def rows_of(text: str) -> list[tuple[str, str, str | None, str]]:
    return [
        (source, action, None if guard == "-" else guard, source if target == "=" else target)
        for action, guard, target, *sources in (line.split() for line in text.strip().splitlines())
        for source in sources
    ]


@lives
def test_a_life_is_this_table(life: str) -> None:
    table, text, _ = LIVES[life]
    written = [(row.source.value, row.action, row.guard, row.target.value) for row in table]
    assert sorted(written, key=str) == sorted(rows_of(text), key=str)


@lives
def test_an_action_leads_from_a_state_to_one_other(life: str) -> None:
    table, _, _ = LIVES[life]
    assert len({(row.source, row.action) for row in table}) == len(table)


@lives
def test_every_state_is_reached_from_the_first_and_so_is_every_transition(life: str) -> None:
    table, _, first = LIVES[life]
    reached, before = {first}, set[Word]()
    while reached != before:
        before = set(reached)
        reached |= {row.target for row in table if row.source in reached}
    assert reached == set(type(first))
    assert all(row.source in reached for row in table)


@pytest.mark.parametrize("state", OVER)
def test_nothing_leads_out_of_what_is_over_but_the_named_ways(state: Word) -> None:
    [table] = [table for table, _, first in LIVES.values() if type(first) is type(state)]
    assert {row.action for row in table if row.source is state} == OVER[state]


@lives
def test_every_other_state_can_still_come_to_an_end(life: str) -> None:
    table, _, first = LIVES[life]
    ending, before = {state for state in type(first) if state in OVER}, set[Word]()
    while ending != before:
        before = set(ending)
        ending |= {row.source for row in table if row.target in ending}
    assert ending == set(type(first))


@lives
def test_a_transition_is_taken_where_its_row_allows_and_its_guard_holds(life: str) -> None:
    table, _, first = LIVES[life]
    for state in type(first):
        for action in {row.action for row in table}:
            row = next((row for row in table if row.source is state and row.action == action), None)
            assert can(table, state, action) is (row is not None)
            if row is None:
                with pytest.raises(WrongStage, match=f"当前状态为“{state.label}”，不能"):
                    advance(table, state, action, dict.fromkeys(GUARDS, True))
            elif row.guard is None:
                assert advance(table, state, action) is row.target
            else:
                assert advance(table, state, action, {row.guard: True}) is row.target
                others = {guard: guard != row.guard for guard in GUARDS}
                for facts in (others, {}, None):
                    with pytest.raises(WrongStage, match=f"^{GUARDS[row.guard]}。$") as refused:
                        advance(table, state, action, facts)
                    assert refused.value.code == f"guard_{row.guard}"


def test_every_action_has_its_word_and_no_word_is_kept_for_what_is_gone() -> None:
    actions = {row.action for table, _, _ in LIVES.values() for row in table}
    assert {action if action in ACTIONS else action.split("_to_")[0] for action in actions} == set(ACTIONS)


def test_every_guard_and_every_action_is_asked_by_some_command() -> None:
    """A row that no command takes is a way that nobody walks. `submit_to_…` is put together where it is asked."""
    said: set[str] = set()
    for path in Path(lifecycle.__file__).parents[1].glob("*/**/*.py"):
        if path.name != "lifecycle.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            said |= {str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    table = [row for rows, _, _ in LIVES.values() for row in rows]
    asked = {row.action if "_to_" not in row.action else f"{row.action.split('_to_')[0]}_to_" for row in table}
    assert asked - said == set()
    assert {row.guard for row in table if row.guard} - said == set()
    assert {row.guard for row in table if row.guard} == set(GUARDS)


def test_what_a_life_is_asked_as_one_is_said_once() -> None:
    assert {*lifecycle.RUNNING, *lifecycle.ENDED} == set(Stage)
    assert {stage for stage in Stage if can(CASE, stage, "tell")} == set(lifecycle.RUNNING)
    assert {status for status in DocumentStatus if can(PAPER, status, "submit_to_in_review")} == set(lifecycle.DRAFTS)
    assert set(lifecycle.OPEN_STATES) == set(AssignmentState) - {AssignmentState.CLOSED}
