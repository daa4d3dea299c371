"""Who stands how to whom, and what each may be sent; the issuer is Ezhou's traffic police unless said otherwise."""

from __future__ import annotations

import pytest

from models.kernel.errors import Invalid
from models.kernel.vocabulary import OrganisationKind, Relation
from models.office.rules.relations import Body, Group, Level, group, level, other_city, relation, within

K = OrganisationKind
CITY = Body(K.POLICE, "420700")
COUNTY = Body(K.POLICE, "420704")


@pytest.mark.parametrize(
    ("issuer", "recipient", "expected_relation", "expected_group"),
    [
        (CITY, Body(K.GOVERNMENT, "420700"), Relation.SUPERIOR, Group.SUPERIOR),
        (CITY, Body(K.PARTY_COMMITTEE, "420000"), Relation.SUPERIOR, Group.SUPERIOR),
        (COUNTY, Body(K.GOVERNMENT, "420700"), Relation.SUPERIOR, Group.SUPERIOR),
        (COUNTY, Body(K.GOVERNMENT, "000000"), Relation.SUPERIOR, Group.SUPERIOR),
        (CITY, Body(K.GOVERNMENT, "420704"), Relation.SUBORDINATE, Group.SUBORDINATE),
        (COUNTY, Body(K.GOVERNMENT, "420704100"), Relation.SUBORDINATE, Group.SUBORDINATE),
        (COUNTY, Body(K.GOVERNMENT, "420703"), Relation.NOT_SUBORDINATE, Group.DEPARTMENT),
        (CITY, Body(K.GOVERNMENT, "420100"), Relation.NOT_SUBORDINATE, Group.OUTSIDE),
        (CITY, Body(K.GOVERNMENT, "350000"), Relation.NOT_SUBORDINATE, Group.OUTSIDE),
        (CITY, Body(K.TRANSPORT, "420700"), Relation.PEER, Group.DEPARTMENT),
        (CITY, Body(K.TRANSPORT, "420704"), Relation.SUBORDINATE, Group.SUBORDINATE),
        (COUNTY, Body(K.TRANSPORT, "420704"), Relation.PEER, Group.DEPARTMENT),
        (COUNTY, Body(K.TRANSPORT, "420703"), Relation.PEER, Group.DEPARTMENT),
        (COUNTY, Body(K.TRANSPORT, "420700"), Relation.NOT_SUBORDINATE, Group.DEPARTMENT),
        (COUNTY, Body(K.TRANSPORT, "420000"), Relation.NOT_SUBORDINATE, Group.DEPARTMENT),
        (CITY, Body(K.TRANSPORT, "420100"), Relation.NOT_SUBORDINATE, Group.OUTSIDE),
        (CITY, Body(K.TRANSPORT, None), Relation.NOT_SUBORDINATE, Group.DEPARTMENT),
        (CITY, Body(K.ENTERPRISE, "420704"), Relation.SUBORDINATE, Group.ENTERPRISE),
        (CITY, Body(K.ENTERPRISE, None), Relation.SUBORDINATE, Group.ENTERPRISE),
        (COUNTY, Body(K.ENTERPRISE, "420703"), Relation.NOT_SUBORDINATE, Group.ENTERPRISE_ELSEWHERE),
        (COUNTY, Body(K.ENTERPRISE, "420100"), Relation.NOT_SUBORDINATE, Group.ENTERPRISE_OTHER_CITY),
        (CITY, Body(K.DISCIPLINE_INSPECTION, "420700"), Relation.NOT_SUBORDINATE, Group.OUTSIDE),
        (CITY, Body(K.PROCURATORATE, "420704"), Relation.NOT_SUBORDINATE, Group.OUTSIDE),
        (CITY, Body(K.COURT, "420704"), Relation.NOT_SUBORDINATE, Group.OUTSIDE),
    ],
)
def test_kind_and_division_decide_where_the_tree_is_silent(
    issuer: Body, recipient: Body, expected_relation: Relation, expected_group: Group
) -> None:
    assert (relation(issuer, recipient), group(issuer, recipient)) == (expected_relation, expected_group)


def test_the_tree_goes_before_kind_and_division() -> None:
    us = Body(K.POLICE, "420704", (1, 4, 9))
    bureau, station, ourselves = (Body(K.POLICE, "420704", path) for path in ((1, 4), (1, 4, 9, 12), (1, 4, 9)))
    stranger = Body(K.POLICE, "420704", (1, 4, 10))
    found = [relation(us, body) for body in (bureau, station, ourselves, stranger)]
    assert found == [Relation.SUPERIOR, Relation.SUBORDINATE, Relation.SUBORDINATE, Relation.PEER]


def test_what_a_person_fixed_goes_before_everything() -> None:
    transport, enterprise = Body(K.TRANSPORT, "420700", (1, 2)), Body(K.ENTERPRISE, "420700")
    us = Body(K.POLICE, "420700", (1,))
    assert group(us, transport) is Group.SUBORDINATE
    assert group(us, transport, override=Relation.PEER) is Group.DEPARTMENT
    assert group(us, transport, override=Relation.SUPERIOR) is Group.SUPERIOR
    assert group(us, enterprise, override=Relation.NOT_SUBORDINATE) is Group.ENTERPRISE_ELSEWHERE


def test_a_municipality_is_one_city() -> None:
    jiangjin = Body(K.POLICE, "500116")
    assert not other_city(jiangjin, Body(K.ENTERPRISE, "500229"))
    assert other_city(jiangjin, Body(K.ENTERPRISE, "510100"))
    assert not other_city(COUNTY, Body(K.TRANSPORT, "420000"))


def test_a_division_code_tells_its_level_and_what_it_lies_in() -> None:
    codes = ["000000", "420000", "420700", "420704", "420704100", "420704100000", "110000", "42"]
    expected = [
        Level.NATION,
        Level.PROVINCE,
        Level.CITY,
        Level.COUNTY,
        *[Level.TOWNSHIP] * 2,
        *[Level.PROVINCE] * 2,
    ]
    assert [level(code) for code in codes] == expected
    assert within("420704100", "420700")
    assert not within("420700", "420704")


@pytest.mark.parametrize("code", ["", "4207a0", "42070", "４２０７００"])
def test_a_wrong_division_code_is_refused(code: str) -> None:
    with pytest.raises(Invalid, match="行政区划代码"):
        Body(K.OTHER, code)
