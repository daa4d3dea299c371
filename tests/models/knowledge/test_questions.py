"""The checklist: enough, none twice, not too much for a small team, and each answered by something that is asked for."""

from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from models.kernel.errors import Invalid
from models.kernel.vocabulary import Aspect
from models.knowledge.rules.answers import is_known
from models.knowledge.rules.library import questions, questions_for
from models.knowledge.rules.profile import AccidentForm, AccidentProfile, RoadKind, VehicleKind
from models.knowledge.rules.questions import FULL_FROM_DEATHS, SHORT_LIMIT, Question
from models.knowledge.rules.ranking import pairs

TODAY = date(2026, 11, 30)
Kind = VehicleKind | RoadKind | AccidentForm
KINDS: list[Kind] = [*VehicleKind, *RoadKind, *AccidentForm]


def accident(deaths: int, *kinds: Kind) -> AccidentProfile:
    return AccidentProfile(
        deaths,
        frozenset(one for one in kinds if isinstance(one, VehicleKind)),
        frozenset(one for one in kinds if isinstance(one, RoadKind)),
        frozenset(one for one in kinds if isinstance(one, AccidentForm)),
    )


def asked(deaths: int, *kinds: Kind) -> tuple[Question, ...]:
    return questions_for(accident(deaths, *kinds), TODAY)


def test_there_are_questions_of_every_aspect():
    counted = Counter(one.aspect for one in questions(TODAY))
    assert sum(counted.values()) >= 150
    assert min(counted[aspect] for aspect in Aspect) >= 15


def test_no_two_questions_ask_the_same():
    told = [(one.key, set(pairs(one.text))) for one in questions(TODAY)]
    alike = [
        (key, other)
        for (key, mine), (other, theirs) in combinations(told, 2)
        if len(mine & theirs) > 0.6 * len(mine | theirs)
    ]
    assert alike == []


def test_every_text_is_one_question():
    assert [one.key for one in questions(TODAY) if one.text.count("？") != 1 or not one.text.endswith("？")] == []


@pytest.mark.parametrize("deaths", [0, 1, 2])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_one_or_two_deaths_are_asked_at_most_thirty_questions(kind: Kind, deaths: int):
    short, full = asked(deaths, kind), asked(FULL_FROM_DEATHS, kind)
    assert 20 <= len(short) <= SHORT_LIMIT
    assert {one.key for one in short} < {one.key for one in full}
    assert {one.aspect for one in short} == set(Aspect)


def test_many_kinds_together_are_asked_no_more():
    kinds = (VehicleKind.BUS, VehicleKind.HAZARDOUS_GOODS, RoadKind.MOTORWAY, AccidentForm.REAR_END, AccidentForm.FIRE)
    short = asked(2, *kinds)
    assert len(short) == SHORT_LIMIT
    assert {"bus.route", "hazardous.cargo", "fire.origin", "rear_end.lead"} <= {one.key for one in short}


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_kind_is_asked_what_is_special_to_it(kind: Kind):
    everybody = {one.key for one in asked(FULL_FROM_DEATHS)}
    special = [one for one in asked(FULL_FROM_DEATHS, kind) if one.key not in everybody]
    assert len(special) >= 2
    assert set(special) & set(asked(1, kind))


def test_from_three_deaths_all_that_applies_is_asked():
    profile = accident(3, VehicleKind.BUS, RoadKind.TUNNEL)
    assert set(questions_for(profile, TODAY)) == {one for one in questions(TODAY) if one.applies.met(profile)}
    assert len(asked(3)) >= 60


def test_conditions_of_different_lists_must_all_be_true():
    assert "lorry.temperature" not in {one.key for one in asked(3, VehicleKind.HEAVY_LORRY)}
    assert "lorry.temperature" in {one.key for one in asked(3, VehicleKind.HEAVY_LORRY, RoadKind.DANGEROUS)}


def test_questions_come_by_aspect():
    order = [list(Aspect).index(one.aspect) for one in asked(3, VehicleKind.BUS)]
    assert order == sorted(order)


def test_every_answer_has_a_place():
    assert all(is_known(name) for one in questions(TODAY) for name in one.answered_by)
    assert is_known("people.licence_class")
    assert not is_known("people.shoe_size")
    assert not is_known("nothing")


def test_fewer_than_no_deaths_are_refused():
    with pytest.raises(Invalid):
        accident(-1)
