"""风险预警: the register names places and enterprises, people decide about each, and a year later each is judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from flows.warnings import anything_due, pass_all
from models.kernel.act import find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import (
    HazardSource,
    HazardState,
    ListState,
    PartyLiability,
    Role,
    WarningKind,
    WarningMethod,
    WarningOutcome,
    WarningState,
)
from models.prevention.queries.warnings import warning_whole
from models.prevention.tables import RiskWarning, WarningList
from models.register.tables import Hazard, RegisteredAccident
from tests.databases import Databases
from tests.registers import at, of_company, on_road, put, town
from tests.stories import Story, staffed, story_in

HAZARD = WarningOutcome.HAZARD


@pytest.fixture
def quiet(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """An office on one database: what is told here leaves the arithmetic of both as it is."""
    url = sqlite_databases.fresh(staffed)
    with story_in(url, tmp_path / "home") as told:
        yield told
    sqlite_databases.drop(url)


def today(story: Story) -> date:
    return local_date(story.at)


def registered(story: Story, rows: Iterable[RegisteredAccident]) -> list[int]:
    with story.installation.database.writing() as session:
        return put(session, rows)


def warned(story: Story, *origins: str) -> list[RiskWarning]:
    with story.installation.database.reading() as session:
        query = select(RiskWarning).order_by(RiskWarning.id)
        return list(session.scalars(query.where(RiskWarning.origin.in_(origins)) if origins else query))


def one(story: Story, number: str) -> RiskWarning:
    with story.installation.database.reading() as session:
        return session.scalars(select(RiskWarning).where(RiskWarning.number == number)).one()


def passes(story: Story) -> dict[str, int]:
    return pass_all(story.installation, story.at)


def events(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(AdminEvent.kind).order_by(AdminEvent.seq)))


def two_deaths(story: Story) -> list[int]:
    return registered(story, [at(today(story) - timedelta(days=days), 100, 100 + days, deaths=1) for days in (200, 10)])


def test_two_deaths_at_a_place_warn_once_and_a_third_warns_again(story: Story) -> None:
    assert not anything_due(story.installation, story.at)
    ids = two_deaths(story)
    assert passes(story)["criteria"] == 1
    [warning] = warned(story)
    assert (warning.origin, warning.kind, warning.state) == ("site.art49", WarningKind.SITE, WarningState.OPEN)
    assert (warning.evidence, warning.observed) == (ids[::-1], 2)
    assert (warning.east_m, warning.size_m, warning.number) == (38_620_000, 500, "YJ2025-0001")
    assert not anything_due(story.installation, story.at)
    story.wait(days=1)
    assert passes(story) == {"criteria": 0, "bursts": 0}
    registered(story, [at(today(story), 300, 300, deaths=1)])
    story.wait(days=1)
    assert passes(story)["criteria"] == 0  # somebody still looks at the first one
    story.in_office("li", "confirm-warning", warning=warning.number, outcome=HAZARD, note="现场查看。")
    story.wait(days=1)
    assert passes(story)["criteria"] == 1
    assert len(warned(story)[-1].evidence) == 3


def test_a_confirmed_warning_becomes_a_hazard_that_is_checked(story: Story) -> None:
    two_deaths(story)
    passes(story)
    with pytest.raises(NotAllowed, match="民警"):
        story.in_office("nei", "confirm-warning", warning="YJ2025-0001", outcome=HAZARD, note="现场查看。")
    with pytest.raises(NotFound, match="YJ2025-0009"):
        story.in_office("li", "confirm-warning", warning="YJ2025-0009", outcome=HAZARD, note="现场查看。")
    with pytest.raises(Invalid, match="理由"):
        story.in_office("li", "confirm-warning", warning="YJ2025-0001", outcome=HAZARD, note=" ")
    number = story.in_office("li", "confirm-warning", warning="YJ2025-0001", outcome=HAZARD, note="路口无照明。")
    with story.installation.database.reading() as session:
        hazard = session.scalars(select(Hazard)).one()
        assert hazard.hazard_number == number == "YH2025-0001"
        assert (hazard.source, hazard.state) == (HazardSource.WARNING, HazardState.REPORTED)
        assert hazard.description == "风险预警YJ2025-0001：某路口（500米见方），2024-12-02以来登记事故2起。路口无照明。"
        assert hazard.east_m == 38_620_250
    with pytest.raises(WrongStage, match="已采纳"):
        story.in_office("wang", "dismiss-warning", warning="YJ2025-0001", reason="不属于本辖区。")
    assert events(story)[-3:] == ["warnings_listed", "hazard_reported", "warning_confirmed"]


def test_who_saw_an_older_version_is_told(story: Story) -> None:
    two_deaths(story)
    passes(story)
    seen = warned(story)[0].version
    story.in_office("li", "dismiss-warning", warning="YJ2025-0001", reason="已完成改造。", seen_version=seen)
    with pytest.raises(Conflict, match="已被他人办理"):
        story.in_office(
            "wang", "confirm-warning", warning="YJ2025-0001", outcome=HAZARD, note="查看", seen_version=seen
        )


def test_a_dismissal_is_a_leaders_and_never_the_proposers(story: Story) -> None:
    two_deaths(story)
    passes(story)
    story.employ("both", Role.OFFICER, Role.LEADER)
    with pytest.raises(WrongStage, match="没有提请"):
        story.in_office("ling", "decide-dismissal", warning="YJ2025-0001", approve=True)
    story.in_office("both", "dismiss-warning", warning="YJ2025-0001", reason="道路已经改线。")
    with pytest.raises(NotAllowed, match="不能自己批准"):
        story.in_office("both", "decide-dismissal", warning="YJ2025-0001", approve=True)
    with pytest.raises(NotAllowed, match="领导"):
        story.in_office("li", "decide-dismissal", warning="YJ2025-0001", approve=True)
    with pytest.raises(Invalid, match="理由"):
        story.in_office("ling", "decide-dismissal", warning="YJ2025-0001", approve=False)
    story.in_office("ling", "decide-dismissal", warning="YJ2025-0001", approve=False, reason="请附改线资料。")
    assert one(story, "YJ2025-0001").state is WarningState.OPEN
    story.in_office("li", "dismiss-warning", warning="YJ2025-0001", reason="道路已经改线，附资料。")
    story.in_office("ling", "decide-dismissal", warning="YJ2025-0001", approve=True)
    row = one(story, "YJ2025-0001")
    assert (row.state, row.state_reason) == (WarningState.DISMISSED, "道路已经改线，附资料。")
    story.wait(days=1)
    assert passes(story)["criteria"] == 0  # the same evidence never warns again


def test_what_nobody_looked_at_lapses_and_can_still_be_taken_up(story: Story) -> None:
    two_deaths(story)
    passes(story)
    story.wait(days=29)
    passes(story)
    assert one(story, "YJ2025-0001").state is WarningState.OPEN
    story.wait(days=1)
    assert passes(story)["lapsing"] == 1
    assert one(story, "YJ2025-0001").state is WarningState.LAPSED
    story.in_office("li", "confirm-warning", warning="YJ2025-0001", outcome=HAZARD, note="补充核查。")
    assert one(story, "YJ2025-0001").state is WarningState.CONFIRMED


def test_an_enterprise_is_warned_of_by_its_blame_and_may_object(story: Story) -> None:
    day = today(story)
    ids = registered(story, [on_road(day - timedelta(days=n), 5000 * n, deaths=1) for n in (5, 15, 25)])
    with story.installation.database.writing() as session:
        of_company(session, ids, "某 运输（集团）公司", PartyLiability.EQUAL)
        of_company_minor = put(session, [on_road(day - timedelta(days=n), 90_000 * n, deaths=1) for n in (5, 15, 25)])
        of_company(session, of_company_minor, "另一公司", PartyLiability.MINOR)
    passes(story)
    [warning] = warned(story)
    assert (warning.origin, warning.title) == ("enterprise.high_risk", "某 运输（集团）公司")
    with pytest.raises(Invalid, match="不能晚于今天"):
        story.in_office(
            "li",
            "record-objection",
            warning=warning.number,
            sender_name="某公司",
            text="异议",
            dated=day + timedelta(days=1),
        )
    story.in_office(
        "li", "record-objection", warning=warning.number, sender_name="某公司", text="其中一起车辆已经转让。", dated=day
    )
    assert one(story, warning.number).objections[0]["said"] == "其中一起车辆已经转让。"
    assert one(story, warning.number).state is WarningState.OPEN


def test_a_list_waits_for_a_leader_and_a_year_later_it_is_judged(quiet: Story) -> None:
    story = quiet
    day = today(story)
    registered(story, town(day, 8, sites=200))
    done = passes(story)
    assert done["screening"] == 10
    with story.installation.database.reading() as session:
        listed = session.scalars(select(WarningList).where(WarningList.method == WarningMethod.THREE_YEAR)).one()
        assert (listed.state, listed.length, listed.division_code) == (ListState.DRAFTED, 10, "420704")
        assert listed.base_rate is not None
        assert 0.1 < listed.base_rate < 0.6
        assert listed.figures["three_year"]["lift"] > 1.5
        assert 0 <= listed.figures["calibration"]["gap"] < 0.15
        first = session.scalars(
            select(RiskWarning).where(RiskWarning.list_id == listed.id, RiskWarning.position == 1)
        ).one()
        assert first.probability is not None
        assert first.probability > listed.base_rate
        assert first.expected is not None
        assert first.observed > first.expected
    with pytest.raises(WrongStage, match="名单待批准"):
        story.in_office("li", "confirm-warning", warning=first.number, outcome=HAZARD, note="查看")
    with pytest.raises(NotAllowed):
        story.in_office("li", "approve-warning-list", warning_list=listed.id, approve=True)
    story.in_office("ling", "approve-warning-list", warning_list=listed.id, approve=True, seen_version=1)
    with pytest.raises(Conflict):
        story.in_office("ling", "approve-warning-list", warning_list=listed.id, approve=True, seen_version=1)
    with pytest.raises(WrongStage, match="已批准"):
        story.in_office("ling", "approve-warning-list", warning_list=listed.id, approve=True)
    assert one(story, first.number).state is WarningState.OPEN
    # The year goes by: something severe at the first, nothing elsewhere of the list.
    registered(
        story,
        [at(day + timedelta(days=100), (first.east_m or 0) - 38_620_000, (first.north_m or 0) - 13_360_000, deaths=1)],
    )
    story.wait(days=365 + 6)
    assert "judging" not in passes(story)
    story.wait(days=1)
    assert "judging" not in passes(story)  # the register does not reach the end of the year: nothing is known
    registered(story, [at(day + timedelta(days=366), 90_000, 90_000)])
    story.wait(days=1)
    assert passes(story)["judging"] >= 1
    row = one(story, first.number)
    assert (row.hit, len(row.happened), row.state) == (True, 1, WarningState.LAPSED)
    with story.installation.database.reading() as session:
        judged = session.get_one(WarningList, listed.id)
        assert (judged.judged["listed"], judged.judged["hits"], judged.judged["severe"]) == (10, 1, 1)
        assert (
            session.scalar(select(func.count()).where(RiskWarning.list_id == listed.id, RiskWarning.hit.is_(None))) == 0
        )
    story.wait(days=1)
    assert "judging" not in passes(story)


def test_lists_are_made_when_the_years_are_imported_and_our_own_is_one(quiet: Story) -> None:
    story = quiet
    registered(story, [at(today(story), division_code=None)])
    assert "screening" not in passes(story)
    rows = town(today(story), 4, sites=30)
    for row in rows:
        row.division_code = "420700" if (row.east_m or 0) // 500 % 2 else None
    registered(story, rows)
    story.wait(days=1)
    assert passes(story)["screening"] > 0
    with story.installation.database.reading() as session:
        listed = session.scalars(select(WarningList).where(WarningList.method == WarningMethod.THREE_YEAR)).all()
    assert [one.division_code for one in listed] == ["420700"]
    assert listed[0].length <= story.installation.settings.warning_capacity


def test_a_divisions_list_is_held_against_its_own_places(quiet: Story) -> None:
    story = quiet
    day = today(story)
    far = [
        at(day - timedelta(days=n), 50_000 * place, 90_000, deaths=1, division_code="420702")
        for n in (20, 200)
        for place in (1, 2, 3)
    ]
    registered(story, [*far, at(day - timedelta(days=210), 100, 100, deaths=1), at(day - timedelta(days=9), deaths=1)])
    assert passes(story)["criteria"] == 4
    registered(story, [at(day + timedelta(days=50), 50_000, 90_000, deaths=1, division_code="420702")])
    registered(story, [at(day + timedelta(days=380), 900_000, 900_000)])
    story.wait(days=365 + 8)
    assert passes(story)["judging"] == 2
    with story.installation.database.reading() as session:
        lists = session.scalars(select(WarningList).where(WarningList.as_of == day)).all()
        judged = {one.division_code: one.judged for one in lists}
    assert {code: (one["universe"], one["severe"], one["caught"]) for code, one in judged.items()} == {
        "420702": (3, 1, 1),
        "420704": (1, 0, 0),
    }


def test_a_returned_list_reaches_nobody(quiet: Story) -> None:
    story = quiet
    registered(story, town(today(story), 4, sites=30))
    passes(story)
    with story.installation.database.reading() as session:
        listed = session.scalars(select(WarningList.id).where(WarningList.state == ListState.DRAFTED)).first()
    with pytest.raises(Invalid, match="理由"):
        story.in_office("ling", "approve-warning-list", warning_list=listed, approve=False)
    story.in_office("ling", "approve-warning-list", warning_list=listed, approve=False, reason="人力不足，先办前五处。")
    with story.installation.database.reading() as session:
        states = session.scalars(select(RiskWarning.state).where(RiskWarning.list_id == listed).distinct()).all()
    assert states == [WarningState.DISMISSED]


def test_a_list_that_no_leader_looks_at_lapses_and_can_still_be_approved(quiet: Story) -> None:
    story = quiet
    registered(story, town(today(story), 4, sites=30))
    passes(story)
    with story.installation.database.reading() as session:
        listed = session.scalars(select(WarningList.id).where(WarningList.state == ListState.DRAFTED)).first()
        number = session.scalars(select(RiskWarning.number).where(RiskWarning.list_id == listed)).first() or ""
    story.wait(days=30)
    passes(story)
    assert one(story, number).state is WarningState.LAPSED
    with pytest.raises(WrongStage, match="现在不能研判"):
        story.in_office("li", "confirm-warning", warning=number, outcome=HAZARD, note="查看")
    with story.installation.database.writing() as session:
        session.get_one(WarningList, listed).judged_on = today(story)
    with pytest.raises(WrongStage, match="一年已过"):
        story.in_office("ling", "approve-warning-list", warning_list=listed, approve=True)
    with story.installation.database.writing() as session:
        session.get_one(WarningList, listed).judged_on = None
    story.in_office("ling", "approve-warning-list", warning_list=listed, approve=True)
    assert one(story, number).state is WarningState.OPEN


def test_a_warning_may_ask_for_a_case_where_there_is_none(quiet: Story) -> None:
    story = quiet
    two_deaths(story)
    passes(story)
    with story.installation.database.writing() as session:  # a busy cause of a big town
        row = session.scalars(select(RiskWarning)).one()
        row.evidence = [*row.evidence, *range(1000, 300_000)]
    with story.installation.database.reading() as session:
        whole = warning_whole(session, find_actor(session, "li", story.at), story.installation.settings, row.number)
    assert len(whole.evidence) == 2
    case = WarningOutcome.CASE
    assert story.in_office("li", "confirm-warning", warning="YJ2025-0001", outcome=case, note="提请。") == "YJ2025-0001"
    with story.installation.database.reading() as session:
        assert session.scalars(select(Hazard)).all() == []


def test_a_criterion_is_data(quiet: Story) -> None:
    story = quiet
    story.employ("guan", Role.ADMIN)
    with pytest.raises(NotAllowed):
        story.in_office("li", "set-criterion", criterion="site.art49", days=180, reason="试行")
    with pytest.raises(Invalid, match="没有任何改动"):
        story.in_office("guan", "set-criterion", criterion="site.art49", days=365, reason="试行")
    with pytest.raises(Invalid, match="“三起”不能识别"):
        story.in_office("guan", "set-criterion", criterion="site.art49", fires=["三起"], reason="试行")
    with pytest.raises(NotFound, match="新增的"):
        story.in_office("guan", "set-criterion", criterion="site.neu", reason="试行")
    assert (
        story.in_office("guan", "set-criterion", criterion="site.art49", fires=["3亡", "1亡3"], reason="按本地规定")
        == 2
    )
    registered(story, [at(today(story) - timedelta(days=n), 100, 100, deaths=1) for n in (200, 10)])
    passes(story)
    assert warned(story) == []
    version = story.in_office(
        "guan",
        "set-criterion",
        criterion="site.local",
        name="本地多发点",
        warning_kind=WarningKind.SITE,
        fires=["2亡"],
        days=365,
        metres=200,
        basis="本支队排查办法",
        borrowed=False,
        reason="按本地规定",
    )
    assert version == 1
    story.wait(days=1)
    passes(story)
    assert [row.origin for row in warned(story)] == ["site.local"]
