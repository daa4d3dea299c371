"""When a specialised carrier may be ordered: at the boundaries of months, deaths, shares, hearing and law."""

from __future__ import annotations

from datetime import date

import pytest

from models.papers.kinds.compel_decision.conditions import grave, lacking, six_months_after, within_six_months
from models.papers.kinds.compel_decision.content import CompelDecision, GraveAccident, Hearing, Party
from models.papers.kinds.compel_decision.fill import provisions
from models.papers.laid_out import laid_out
from models.papers.preflight import Weight, remarks_on
from tests.documents.kinds.compel_decision import CARRIER, LAW, decision

OWN = date(2026, 3, 13)
TOLD = Hearing(told_on=date(2026, 4, 27), stated=False)


def accident(on: date, *, deaths: int = 3, share: str = "主要责任", number: str | None = "1号") -> GraveAccident:
    return GraveAccident(on=on, place="某地", deaths=deaths, share=share, liability_number=number)


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2025, 10, 28), date(2026, 4, 28)),
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2023, 8, 31), date(2024, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_six_months_end_on_the_day_of_the_same_number_or_the_last_of_the_month(day: date, after: date) -> None:
    assert six_months_after(day) == after


@pytest.mark.parametrize(
    ("deaths", "share", "counts"),
    [
        (3, "主要责任", True),
        (3, "全部责任", True),
        (2, "全部责任", False),
        (3, "同等责任", False),
        (30, "次要责任", False),
    ],
)
def test_an_accident_counts_from_three_deaths_and_the_main_share(deaths: int, share: str, *, counts: bool) -> None:
    assert grave(accident(OWN, deaths=deaths, share=share)) is counts


@pytest.mark.parametrize(
    ("other", "counts"),
    [
        (date(2025, 9, 13), False),  # six months to the day: in doubt not within
        (date(2025, 9, 14), True),
        (date(2026, 3, 13), True),
        (date(2026, 9, 12), True),
        (date(2026, 9, 13), False),
    ],
)
def test_two_accidents_lie_within_six_months_up_to_the_day_before(other: date, *, counts: bool) -> None:
    found = within_six_months([accident(OWN), accident(other)], OWN)
    assert (len(found) == 2) is counts


def test_an_accident_of_this_case_is_always_one_of_them_and_the_most_are_told() -> None:
    early, before, after = date(2025, 9, 20), date(2025, 12, 1), date(2026, 5, 1)
    three = [accident(one) for one in (early, before, after)]
    assert [one.on for one in within_six_months([accident(OWN), *three], OWN)] == [early, before, OWN]
    assert within_six_months(three, OWN) == ()
    assert within_six_months([accident(OWN, share="次要责任"), *three], OWN) == ()


CARRIER_OF = Party(name=CARRIER, specialised=True)
PAIR = (accident(date(2025, 10, 28)), accident(OWN))


def codes(**said: object) -> list[str]:
    values: dict[str, object] = {"party": CARRIER_OF, "accidents": PAIR, "hearing": TOLD, "basis": LAW} | said
    return [one.code for one in lacking(**values)]  # type: ignore[arg-type]


def test_nothing_lacks_where_all_conditions_hold() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"party": Party(name=CARRIER)}, "no_carrier"),
        ({"accidents": PAIR[:1]}, "no_second_accident"),
        ({"accidents": (accident(OWN, number=None), PAIR[0])}, "no_liability"),
        ({"hearing": None}, "not_told"),
        ({"hearing": Hearing(stated=False)}, "not_told"),
        ({"hearing": Hearing(told_on=OWN)}, "not_heard"),
        ({"hearing": Hearing(told_on=OWN, stated=True, stated_on=OWN, statement="有异议")}, "not_heard"),
        ({"basis": LAW[:1]}, "no_basis"),
        ({"unsettled": ("告知和陈述申辩B1的告知日期",)}, "unsettled"),
    ],
)
def test_each_condition_is_asked_by_itself(said: dict[str, object], code: str) -> None:
    assert codes(**said) == [code]


@pytest.mark.parametrize(
    ("on", "known"),
    [
        (date(2018, 4, 30), 0),  # before 公安部令第146号
        (date(2021, 4, 28), 1),  # the wording of the law was compared from its edition of 2021 on
        (date(2021, 4, 29), 2),
    ],
)
def test_a_day_without_its_law_names_none_and_so_has_no_order(on: date, known: int) -> None:
    assert len(provisions(on)) == known
    assert ("no_basis" in codes(basis=provisions(on))) is (known < 2)


def remarks(**said: object) -> dict[str, bool]:
    """What keeps a decision from being signed, and whether somebody may let it pass."""
    return {one.code: one.waivable for one in remarks_on(decision(**said)) if one.weight is Weight.MISSING}


def test_a_whole_decision_may_be_signed() -> None:
    assert remarks() == {}


@pytest.mark.parametrize(
    ("said", "code", "waivable"),
    [
        ({"party": Party(name=CARRIER, specialised=True, address="某路", representative="邱某")}, "party_code", True),
        ({"accidents": ()}, "no_second_accident", False),
        ({"measures": ()}, "no_measures", False),
        ({"hazards": (), "evidence": ()}, "no_findings", True),
        ({"evidence": ()}, "no_evidence", True),
        ({"reconsidered_by": ()}, "no_remedy", True),
        ({"hearing": Hearing(told_on=date(2026, 5, 9), stated=False)}, "heard_later", True),
    ],
)
def test_what_a_decision_lacks_keeps_it_from_being_signed(
    said: dict[str, object], code: str, *, waivable: bool
) -> None:
    assert remarks(**said).get(code) is waivable


def test_an_item_that_counts_other_vehicles_than_the_annex_is_asked_about() -> None:
    paper = decision()
    assert not [one for one in remarks_on(paper) if one.code == "vehicles_counted"]
    fewer = decision(vehicles=paper.vehicles[1:])
    assert [one.row for one in remarks_on(fewer) if one.code == "vehicles_counted"] == ["M1"]


def test_what_has_a_date_of_its_own_is_ordered_by_that_date() -> None:
    whole = decision()
    first, *others = whole.measures
    own = first.model_copy(update={"due": date(2026, 5, 20)})
    some = text_of(decision(measures=(own, *others)))
    assert "30日内消除下列安全隐患（另行写明日期的除外），第30日6月7日为休息日，截止日为2026年6月8日（含当日；" in some
    assert "安全技术检验合格（2026年5月20日前，含当日）；" in some
    every = text_of(decision(measures=(own,)))
    assert "责令你公司按照各项写明的日期消除下列安全隐患：" in every
    assert "30日内" not in every


def test_the_party_is_spoken_to_and_not_of() -> None:
    whole = decision()
    first, *others = whole.hazards
    named = decision(hazards=(first.model_copy(update={"text": f"{CARRIER}没有安全管理人员。"}), *others))
    assert "以下安全隐患：你公司没有安全管理人员；" in text_of(named)


def text_of(paper: CompelDecision) -> str:
    return "".join(line.text for line in laid_out(paper).lines)
