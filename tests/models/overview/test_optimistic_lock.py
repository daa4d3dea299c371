"""Who acts on what was shown is told who acted on the same thing since: for every step that names something."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from sqlalchemy import select

from models.actions import ACTIONS, REGISTRY
from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.case_lock import lock_case
from models.kernel.errors import Conflict
from models.kernel.events import record
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.refs import IN_EVENTS, Thing, refs_of
from models.optimistic_lock import refuse_stale
from tests.databases import Databases
from tests.stories import Story, staffed, story_in

SAME = {name: action.same_as for name, action in REGISTRY.items() if action.same_as}
NAMING = [
    (action, parameter, thing)
    for action, step in ACTIONS.items()
    for parameter, thing in refs_of(step).items()
    if thing in IN_EVENTS
]
# Words of Chinese or English that name a thing in the signatures; a new one without a declared reference is a mistake.
SPOKEN = {name for _, name, _ in NAMING} | {"deadline", "talk", "paper", "measure", "reply", "finding", "evidence"}


@pytest.fixture(scope="module")
def story(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    url = sqlite_databases.fresh(staffed)
    with story_in(url, Path(tmp_path_factory.mktemp("fresh"))) as told:
        yield told
    sqlite_databases.drop(url)


@pytest.fixture(scope="module")
def case(story: Story) -> str:
    return story.file()


def last(story: Story, case: str) -> int:
    with story.installation.database.reading() as session:
        return session.scalars(select(Case.last_seq).where(Case.case_number == case)).one()


def happens(story: Story, case: str, by: str, kind: str = "paper_edited", **data: Any) -> None:
    with acting(story.installation.database, story.installation.settings, by, story.at) as act:
        record(act, lock_case(act, case), kind, **data)


def goes_on(story: Story, case: str, seen: int, action: str, **answers: Any) -> None:
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        refuse_stale(act, case, seen, action, answers)


def test_every_step_says_what_it_is_about() -> None:
    for action, step in ACTIONS.items():
        things = {thing for thing in refs_of(step).values() if thing in IN_EVENTS}
        assert bool(things or action in SAME) is not REGISTRY[action].adds, action
    assert set(SAME) <= set(ACTIONS)
    assert {kind for kinds in SAME.values() for kind in kinds} <= set(HAPPENINGS)


@pytest.mark.parametrize("action", REGISTRY)
def test_a_parameter_that_sounds_like_a_thing_is_declared_as_one(action: str) -> None:
    step = REGISTRY[action].command
    hints = get_type_hints(step)
    for name in inspect.signature(step).parameters:
        if name in SPOKEN and hints[name] is not bool:
            assert name in refs_of(step), name
    assert set(refs_of(step).values()) <= set(Thing)


@pytest.mark.parametrize(("action", "parameter", "thing"), NAMING)
def test_what_another_did_to_the_same_thing_is_told_with_who_when_and_what(
    story: Story, case: str, action: str, parameter: str, thing: Thing
) -> None:
    this, that = (901, 902) if thing is Thing.TALK else ("甲九", "乙九")
    many = "Sequence" in str(ACTIONS[action].__annotations__[parameter]) or parameter.endswith("s")
    answers = {parameter: [this] if many else this}
    at = story.at.astimezone(SHANGHAI)
    for name in IN_EVENTS[thing]:
        seen = last(story, case)
        happens(story, case, "wang", **{name: that})
        happens(story, case, "wang", **{name: [that]})
        happens(story, case, "li", **{name: this})
        happens(story, case, "system", **{name: this})
        goes_on(story, case, seen, action, **answers)
        happens(story, case, "wang", **{name: [this, that] if name.endswith("s") else this})
        with pytest.raises(Conflict, match=f"王某已于{at:%H:%M}对同一内容“修改文书”，本次未保存") as refused:
            goes_on(story, case, seen, action, **answers)
        assert refused.value.code == "conflict_seen"
        goes_on(story, case, last(story, case), action, **answers)


@pytest.mark.parametrize("action", SAME)
def test_a_step_about_the_whole_case_is_refused_where_somebody_took_the_same_one(
    story: Story, case: str, action: str
) -> None:
    seen = last(story, case)
    other = next(kind for kind in HAPPENINGS if kind not in SAME[action])
    happens(story, case, "wang", kind=other)
    happens(story, case, "li", kind=SAME[action][0])
    goes_on(story, case, seen, action)
    happens(story, case, "wang", kind=SAME[action][0])
    with pytest.raises(Conflict, match=f"王某已于.*对本案“{HAPPENINGS[SAME[action][0]]}”"):
        goes_on(story, case, seen, action)


def test_a_clock_is_the_same_by_its_row_and_by_its_key(story: Story, case: str) -> None:
    seen = last(story, case)
    with story.installation.database.reading() as session:
        row = session.execute(select(Deadline.id, Deadline.key).limit(1)).one()
    happens(story, case, "wang", kind="deadline_suspended", deadline=row.key)
    for said in (str(row.id), row.key):
        with pytest.raises(Conflict, match="中止计时"):
            goes_on(story, case, seen, "resume", deadline=said)
    goes_on(story, case, seen, "resume", deadline="0")


def test_an_act_of_another_day_is_told_with_its_day(story: Story, case: str) -> None:
    seen = last(story, case)
    happens(story, case, "wang", reply="R77")
    story.wait(days=1)
    with pytest.raises(Conflict, match="王某已于2025年12月1日09:00对同一内容"):
        goes_on(story, case, seen, "assess", reply="R77")
    story.wait(days=-1)
