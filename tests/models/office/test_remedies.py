"""Who hears a reconsideration of a decision: by level, leader and place of the body, and the law of the day."""

from __future__ import annotations

from datetime import date

import pytest

from models.kernel.vocabulary import Level, OrganisationKind
from models.office.rules.ranks import described
from models.office.rules.relations import Body
from models.office.rules.remedies import heard_by

TODAY = date(2026, 5, 8)


def police(name: str, division: str | None) -> Body:
    return described(OrganisationKind.POLICE, name, division)


@pytest.mark.parametrize(
    ("name", "division", "heard"),
    [
        ("鄂州市公安局交通警察支队", "420700", ("鄂州市人民政府",)),
        ("鄂州市公安局交通警察支队鄂城大队", "420704", ("鄂州市人民政府", "鄂城区人民政府")),
        ("鄂州市公安局鄂城分局交警大队", "420704", ("鄂州市人民政府", "鄂城区人民政府")),
        ("新县公安局交警大队", "411523", ("新县人民政府",)),
        ("某省公安厅交警总队", "420000", ()),
        ("某大队", None, ()),
    ],
)
def test_the_government_above_the_body_hears_it_and_of_a_city_s_brigade_the_one_of_its_place_too(
    name: str, division: str | None, heard: tuple[str, ...]
) -> None:
    assert heard_by(police(name, division), TODAY) == heard


def test_who_leads_a_brigade_may_be_said() -> None:
    named = Body(OrganisationKind.POLICE, "420704", level=Level.COUNTY, led_from=Level.CITY, name="鄂城交警大队")
    assert heard_by(named, TODAY) == ("鄂州市人民政府", "鄂城区人民政府")


def test_before_the_law_of_2024_none_is_named() -> None:
    brigade = police("鄂州市公安局交通警察支队鄂城大队", "420704")
    assert heard_by(brigade, date(2023, 12, 31)) == ()
    assert heard_by(brigade, date(2024, 1, 1)) != ()
