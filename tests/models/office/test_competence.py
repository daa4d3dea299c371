"""Whoever stands above us, lives by trade, or whose place nobody knows is neither ordered nor asked: every combination."""

from __future__ import annotations

from itertools import product

import pytest

from models.kernel.vocabulary import DocumentKind, OrganisationKind, Relation
from models.office.rules.competence import (
    NO_ORGAN,
    OF_LAW,
    RULERS,
    Bar,
    Part,
    missing_parts,
    order_bar,
    order_refusal,
    organ_bar,
    organ_refusal,
    subject_refusal,
)
from models.office.rules.paper_kinds import DIRECTIVE
from models.office.rules.relations import Body
from models.office.rules.writing_rules import DEFAULT_MANNERS

K = OrganisationKind
ISSUERS = {
    "city": Body(K.POLICE, "420700", (1, 2)),
    "county": Body(K.POLICE, "420704", (1, 2)),
    "province": Body(K.POLICE, "420000", (1, 2)),
}
DIVISIONS = ("000000", "420000", "420100", "420700", "420703", "420704", "420704100", "430000", "430524", None)
# Alone in the tree, above us, and inside our own line.
PATHS = ((), (9,), (1,), (1, 2, 3))
OVERRIDES = (None, *Relation)
EVERYBODY = [
    (Body(kind, division, path), override) for kind, division, path, override in product(K, DIVISIONS, PATHS, OVERRIDES)
]


@pytest.mark.parametrize("who", ISSUERS)
def test_no_order_and_no_summons_ever_goes_up_or_to_who_is_none_of_ours(who: str) -> None:
    issuer = ISSUERS[who]
    free = [(body, said) for body, said in EVERYBODY if order_bar(issuer, body, override=said) is None]
    assert free
    for body, said in free:
        assert body.kind not in (*NO_ORGAN, *OF_LAW, *RULERS)
        assert said is not Relation.SUPERIOR
        assert body.path != (1,)
        assert body.level is None or (issuer.level is not None and body.level >= issuer.level)
        ours = body.path == (1, 2, 3)
        placed = said in (Relation.PEER, Relation.SUBORDINATE)
        assert body.division is not None or ours or placed


@pytest.mark.parametrize("who", ISSUERS)
def test_no_proposal_ever_goes_up_or_to_who_is_no_organ_or_is_examined(who: str) -> None:
    issuer = ISSUERS[who]
    for body, said in EVERYBODY:
        assert not body.path or organ_bar(issuer, body, override=said, subjects=[body]) is Bar.ITSELF
        if organ_bar(issuer, body, override=said) is not None:
            continue
        assert body.kind not in (*NO_ORGAN, *RULERS)
        assert said is not Relation.SUPERIOR
        assert body.path != (1,)
        assert body.level is None or (issuer.level is not None and body.level >= issuer.level)


def test_no_row_of_the_table_of_manners_is_asked_by_the_rule() -> None:
    """The rule takes no row: an edited table cannot speak for a recipient that it bars."""
    government = Body(K.GOVERNMENT, "420700")
    assert {kind for _, kind in DEFAULT_MANNERS} >= set(DIRECTIVE)
    assert order_bar(ISSUERS["city"], government, override=Relation.SUBORDINATE) is Bar.SUPERIOR


@pytest.mark.parametrize(
    ("recipient", "override", "bar"),
    [
        (Body(K.GOVERNMENT, "420704"), None, Bar.SUPERIOR),
        (Body(K.GOVERNMENT, "420700"), None, Bar.SUPERIOR),
        (Body(K.PARTY_COMMITTEE, "420704"), None, Bar.SUPERIOR),
        (Body(K.POLICE, "420704", (1,)), None, Bar.SUPERIOR),
        (Body(K.TRANSPORT, "420704"), Relation.SUPERIOR, Bar.SUPERIOR),
        (Body(K.TRANSPORT, "420700"), None, Bar.HIGHER),
        (Body(K.TRANSPORT, "420700"), Relation.SUBORDINATE, Bar.HIGHER),
        (Body(K.EMERGENCY_MANAGEMENT, "420000"), None, Bar.HIGHER),
        (Body(K.TRANSPORT, "000000"), None, Bar.HIGHER),
        (Body(K.TRANSPORT, None), None, Bar.UNKNOWN),
        (Body(K.TRANSPORT, None), Relation.NOT_SUBORDINATE, Bar.UNKNOWN),
        (Body(K.TRANSPORT, None), Relation.PEER, None),
        (Body(K.ENTERPRISE, "420704"), None, Bar.ENTERPRISE),
        (Body(K.ENTERPRISE, "420704"), Relation.SUBORDINATE, Bar.ENTERPRISE),
        (Body(K.INSPECTION_AGENCY, "420704"), None, Bar.ENTERPRISE),
        (Body(K.COURT, "420704"), Relation.PEER, Bar.OF_LAW),
        (Body(K.GOVERNMENT, "420704100"), None, Bar.RULER),
        (Body(K.TRANSPORT, "420703"), None, Bar.ELSEWHERE),
        (Body(K.TRANSPORT, "420704"), None, None),
        (Body(K.TRANSPORT, None, (1, 2, 3)), None, None),
    ],
)
def test_a_county_unit_may_order_its_own_place_and_nobody_above(
    recipient: Body, override: Relation | None, bar: Bar | None
) -> None:
    assert order_bar(ISSUERS["county"], recipient, override=override) is bar


@pytest.mark.parametrize(
    ("organ", "subject", "bar"),
    [
        (Body(K.DISCIPLINE_INSPECTION, "420704"), Body(K.TRANSPORT, "420704"), None),
        (Body(K.DISCIPLINE_INSPECTION, "420704"), Body(K.TRANSPORT, "420700"), Bar.NO_AUTHORITY),
        (Body(K.EMERGENCY_MANAGEMENT, "420704"), Body(K.ENTERPRISE, "420700"), None),
        (Body(K.DISCIPLINE_INSPECTION, "420700"), Body(K.TRANSPORT, "420704"), Bar.HIGHER),
        (Body(K.DISCIPLINE_INSPECTION, "420703"), Body(K.TRANSPORT, "420703"), None),
        (Body(K.DISCIPLINE_INSPECTION, "430524"), Body(K.TRANSPORT, "430524"), Bar.ELSEWHERE),
        (Body(K.EMERGENCY_MANAGEMENT, None), Body(K.ENTERPRISE, "420704"), Bar.UNKNOWN),
        (Body(K.GOVERNMENT, "420704"), Body(K.TRANSPORT, "420704"), Bar.SUPERIOR),
        (Body(K.GOVERNMENT, "420704100"), Body(K.TRANSPORT, "420704"), Bar.RULER),
        (Body(K.ENTERPRISE, "420704"), Body(K.ENTERPRISE, "420704"), Bar.ENTERPRISE),
        (Body(K.TRANSPORT, "420704", (7, 8)), Body(K.TRANSPORT, "420704", (7,)), Bar.ITSELF),
    ],
)
def test_a_county_unit_asks_the_organ_of_its_level_that_is_not_concerned(
    organ: Body, subject: Body, bar: Bar | None
) -> None:
    assert organ_bar(ISSUERS["county"], organ, subjects=[subject]) is bar


def test_every_refusal_is_one_sentence_that_names_the_body_and_the_open_way() -> None:
    orders = {order_bar(issuer, body, override=said) for issuer in ISSUERS.values() for body, said in EVERYBODY}
    for bar, kind in product(orders - {None}, DIRECTIVE):
        assert bar is not None
        told = order_refusal(bar, "某局", kind)
        assert (told.message[:2], told.message.count("。"), "请" in told.message) == ("某局", 1, True)
        assert kind.label in told.message
    organs = {*Bar} - {Bar.OF_LAW, Bar.SUPERIOR_CONCERNED}
    assert all("请" in organ_refusal(bar, "某局").message for bar in organs)
    assert "请" in subject_refusal(Bar.SUPERIOR_CONCERNED, "某市人民政府").message


def test_a_subject_stands_in_a_proposal_with_duty_basis_fact_and_evidence_only() -> None:
    for duty, basis, fact, evidence in product((True, False), repeat=4):
        lacking = missing_parts(duty=duty, basis=basis, fact=fact, evidence=evidence)
        assert (lacking == ()) is (duty and basis and fact and evidence)
        assert [part in lacking for part in Part] == [not duty, not basis, not fact, not evidence]


def test_a_proposal_is_no_directive() -> None:
    assert DocumentKind.ACCOUNTABILITY_PROPOSAL not in DIRECTIVE
