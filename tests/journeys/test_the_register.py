"""An accident stands in the register before anybody investigates it: people correct it, find it twice, give it its case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.kernel.act import find_actor
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Exclusion, Procedure, Role
from models.register.commands.following import when, where_on_the_grid
from models.register.queries.around import Around, Section
from models.register.queries.duplicates import duplicates_of, suspected
from models.register.queries.enterprises import enterprise_known
from models.register.queries.places import place_known
from models.register.queries.register_list import Wanted, register_found, register_list, within
from models.register.queries.registered import RegisteredShown, registered
from models.register.tables import Hazard, RegisteredAccident, RegisteredParty
from tests.stories import Story

AT = datetime(2025, 11, 3, 18, 20, tzinfo=SHANGHAI)
WHY = "核对原始记录"


def comes(story: Story, key: str, *, plates: tuple[str, ...] = (), at: datetime = AT, **columns: Any) -> int:
    """Put an accident into the register as an import does; returns its row number."""
    point = columns.pop("point", None)
    with story.installation.database.writing() as session:
        row = RegisteredAccident(
            source="acd",
            source_key=key,
            recorded_at=story.at,
            **{"division_code": "420704", "procedure": Procedure.GENERAL, **columns},
            **when(at),
            **(where_on_the_grid(*point) if point else {}),
        )
        session.add(row)
        session.flush()
        session.add_all(
            RegisteredParty(accident_id=row.id, position=place, plate=plate) for place, plate in enumerate(plates, 1)
        )
        return row.id


def shown(story: Story, row: int, account: str = "li") -> RegisteredShown:
    with story.installation.database.reading() as session:
        return registered(session, find_actor(session, account, story.at), row)


def listed(story: Story, account: str = "li", **wanted: Any) -> list[int]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return [one.id for one in register_list(session, actor, Wanted(**wanted), limit=50)]


def edit(story: Story, row: int, field: str, value: str, **said: Any) -> int:
    version: int = story.in_office(
        "li", "correct-registered-accident", accident=row, field=field, value=value, reason=WHY, **said
    )
    return version


def acts(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        kinds = session.scalars(select(AdminEvent.kind).order_by(AdminEvent.id))
        return [kind for kind in kinds if kind.startswith("registered_")]


def test_a_correction_keeps_what_stood_there_who_changed_it_and_why(story: Story) -> None:
    row = comes(story, "1", deaths=0, place="某路口")
    edit(story, row, "deaths", "1")
    edit(story, row, "死亡人数（7日内）", "2")
    edit(story, row, "occurred_at", "2025-11-04 07:05")
    edit(story, row, "coordinates", "114.9,30.4")
    edit(story, row, "stake", "145公里370米")
    edit(story, row, "place", "")
    now = shown(story, row)
    texts = {one.name: one.text for one in now.columns}
    assert (texts["deaths"], texts["occurred_at"], texts["stake"], texts["place"]) == (
        "2",
        "2025-11-04 07:05",
        "K145+370",
        "",
    )
    assert (now.east_m is not None, now.stake_m, now.version) == (True, 145_370, 7)
    assert {one.name for one in now.columns if one.edited} >= {"deaths", "occurred_at", "coordinates", "stake", "place"}
    assert [(one.before, one.after, one.by, one.reason) for one in now.changes][-2:] == [
        ("1", "2", "李某", WHY),
        ("0", "1", "李某", WHY),
    ]
    with story.installation.database.reading() as session:
        kept = session.get_one(RegisteredAccident, row)
        assert (kept.occurred_on, kept.weekday, kept.hour) == (date(2025, 11, 4), 2, 7)
        assert {"occurred_on", "weekday", "hour", "east_m", "stake_m"} <= set(kept.edited)
    assert acts(story) == ["registered_accident_corrected"] * 6


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("deaths", "-1", "“死亡人数（7日内）”应为不小于0的整数"),
        ("deaths", "两人", "不小于0的整数"),
        ("occurred_at", "", "“发生时间”不能为空"),
        ("occurred_at", "昨天", "不是日期和时间"),
        ("deaths", "3000000000", "不能大于100000"),
        ("occurred_at", "2099-03-05 18:30", "今天以前"),
        ("road_name", "长" * 201, "最多200个字符"),
        ("division_code", "999999", "不是行政区划代码"),
        ("stake", "桥头", "不是桩号"),
        ("coordinates", "30.4,114.9", "不在地球上"),
        ("coordinates", "114.9", "经度,纬度"),
        ("escaped", "也许", "“是”或“否”"),
        ("exclusion", "与另一起为同一事故", "应为：非道路交通事故、因病死亡、来源已撤销"),
        ("source_key", "x", "没有“source_key”这一栏"),
    ],
)
def test_what_is_no_value_is_refused_with_its_column(story: Story, field: str, value: str, told: str) -> None:
    row = comes(story, "1")
    with pytest.raises(Invalid, match=told):
        edit(story, row, field, value)
    assert shown(story, row).version == 1


def test_a_key_of_a_page_that_is_none_is_refused(story: Story) -> None:
    with story.installation.database.reading() as session, pytest.raises(Invalid, match="翻页位置有误"):
        register_list(session, find_actor(session, "li", story.at), Wanted(), after="2026-99-99/1")


def test_what_was_no_road_accident_is_none_again_when_it_is_apart(story: Story) -> None:
    gone, stays = comes(story, "1"), comes(story, "2")
    edit(story, gone, "exclusion", "非道路交通事故")
    story.in_office("li", "merge-registered-accidents", accident=gone, stays=stays, reason=WHY)
    story.in_office("li", "split-registered-accident", accident=gone, reason=WHY)
    assert (shown(story, gone).exclusion, shown(story, gone).exclusion_reason) == (Exclusion.NOT_ON_A_ROAD, WHY)


def test_who_corrects_an_old_page_or_changes_nothing_is_told(story: Story) -> None:
    row = comes(story, "1", deaths=0)
    assert edit(story, row, "deaths", "1", seen_version=1) == 2
    with pytest.raises(Conflict, match="已被他人更正"):
        edit(story, row, "deaths", "3", seen_version=1)
    with pytest.raises(Conflict, match="没有变化"):
        edit(story, row, "deaths", "1")
    with pytest.raises(NotFound, match="没有序号为999"):
        edit(story, 999, "deaths", "1")
    for account in ("ling", "shen", "dang"):
        with pytest.raises(NotAllowed):
            story.in_office(account, "correct-registered-accident", accident=row, field="deaths", value="3", reason=WHY)


def test_what_is_no_road_accident_is_counted_no_more_and_may_count_again(story: Story) -> None:
    row = comes(story, "1")
    edit(story, row, "exclusion", "因病死亡")
    assert (listed(story), listed(story, counted=False)) == ([], [row])
    assert shown(story, row).exclusion_reason == WHY
    edit(story, row, "exclusion", "")
    assert (listed(story), shown(story, row).exclusion_reason) == ([row], None)


def test_what_came_twice_is_proposed_with_reasons_and_counted_once(story: Story) -> None:
    one = comes(story, "1", plates=("鄂G7X001",), deaths=1, serious=0, light=0, point=(114.9, 30.4))
    other = comes(
        story,
        "2",
        plates=("鄂G7X001",),
        deaths=1,
        serious=0,
        light=0,
        point=(114.9003, 30.4),
        at=AT + timedelta(minutes=9),
    )
    comes(story, "3", plates=("鄂G7X009",), point=(114.9003, 30.4), at=AT + timedelta(minutes=9))
    with story.installation.database.reading() as session:
        [pair] = duplicates_of(session, find_actor(session, "li", story.at), one)
    assert ((pair.one.id, pair.other.id), pair.likeness.score) == ((one, other), 99)
    assert pair.likeness.reasons == (
        "时间相差9分钟",
        "相距28米",
        "号牌相同（鄂G7X001）",
        "伤亡相同（死亡1人、受伤0人）",
    )
    story.in_office("nei", "merge-registered-accidents", accident=other, stays=one, reason="同一起事故")
    assert len(listed(story)) == 2
    gone = shown(story, other)
    assert (gone.exclusion, gone.merged_into_id, shown(story, one).same) == (Exclusion.MERGED, one, (other,))
    with pytest.raises(Conflict, match="请更正那一行"):
        edit(story, other, "deaths", "2")
    with pytest.raises(Conflict, match="已并入"):
        story.in_office("li", "merge-registered-accidents", accident=one, stays=other, reason=WHY)
    with pytest.raises(Invalid, match="两个序号相同"):
        story.in_office("li", "merge-registered-accidents", accident=one, stays=one, reason=WHY)
    story.in_office("li", "split-registered-accident", accident=other, reason="系两起事故")
    assert len(listed(story)) == 3
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        assert suspected(session, actor, AT.date(), AT.date(), limit=9) == [], "a person has told them apart"
    with pytest.raises(Conflict, match="无需拆分"):
        story.in_office("li", "split-registered-accident", accident=other, reason=WHY)
    assert acts(story) == ["registered_accidents_merged", "registered_accident_split"]


def test_two_rows_that_a_person_tells_apart_are_not_proposed_again(story: Story) -> None:
    one = comes(story, "1", plates=("鄂G7X001",), place="某路口")
    other = comes(story, "2", plates=("鄂G7X001",), place="某路口")
    story.in_office("li", "tell-accidents-apart", accident=other, another=one, reason="前后两起追尾")
    with story.installation.database.reading() as session:
        assert duplicates_of(session, find_actor(session, "li", story.at), one) == []
    with pytest.raises(Conflict, match="已确认不是同一起"):
        story.in_office("li", "tell-accidents-apart", accident=one, another=other, reason=WHY)


def test_a_row_without_a_number_is_given_its_case_and_the_accident_counts_once(story: Story) -> None:
    case = story.file()
    [own] = listed(story)
    row = comes(story, "1", jurisdiction="某大队")
    story.in_office("li", "link-registered-accident", accident=row, case=case, reason="同一起事故")
    assert listed(story) == [row]
    now = shown(story, row)
    assert (now.case_number, now.deaths, len(now.parties) > 0) == (case, 1, True)
    with pytest.raises(Conflict, match="已对应序号"):
        story.in_office("li", "link-registered-accident", accident=row, case=case, reason=WHY)
    story.in_office("li", "split-registered-accident", accident=own, reason="不是该案")
    assert (shown(story, own).case_number, shown(story, row).case_number) == (case, None)
    assert (len(shown(story, own).parties) > 0, shown(story, row).parties) == (True, ())
    with pytest.raises(NotFound, match="没有编号为"):
        story.in_office("li", "link-registered-accident", accident=row, case="4207-2025-0999", reason=WHY)


def test_two_investigated_accidents_are_merged_as_cases(story: Story) -> None:
    story.file()
    story.file(variant=2)
    first, second = listed(story)
    with pytest.raises(Conflict, match="请在案件中并案"):
        story.in_office("li", "merge-registered-accidents", accident=first, stays=second, reason=WHY)


def test_the_list_is_found_by_days_place_and_words_a_page_at_a_time(story: Story) -> None:
    rows = [
        comes(
            story,
            f"{day}",
            at=AT - timedelta(days=day),
            accident_number=f"42070420251{day:04}",
            place=f"新民街第{day}号路口",
            road_number="G316" if day % 2 else None,
            stake_m=1000 * day if day % 2 else None,
            deaths=1 if day == 3 else 0,
            plates=(f"鄂G7X{day:03}",),
            division_code="420703" if day == 4 else "420704",
        )
        for day in range(6)
    ]
    assert listed(story) == rows
    assert listed(story, since=AT.date() - timedelta(days=2), until=AT.date() - timedelta(days=1)) == rows[1:3]
    assert listed(story, division="420700") == rows
    assert listed(story, division="420703") == [rows[4]]
    assert listed(story, road="g316") == [rows[1], rows[3], rows[5]]
    assert listed(story, deaths=1) == [rows[3]]
    assert listed(story, has_case=True) == []
    assert listed(story, words="420704202510002") == [rows[2]]
    assert listed(story, words="鄂g7x005") == [rows[5]]
    assert listed(story, words="新民街 第1号") == [rows[1]]
    assert listed(story, words="100%") == []
    with story.installation.database.reading() as session:
        actor = find_actor(session, "ling", story.at)
        first = register_list(session, actor, Wanted(), limit=3)
        further = register_list(session, actor, Wanted(), limit=9, after=first[-1].key)
        assert [one.id for one in (*first, *further)] == rows
        found = register_found(session, actor, Wanted())
        assert (found.accidents, found.deaths, found.more) == (6, 1, False)
        with pytest.raises(Invalid, match="翻页位置有误"):
            register_list(session, actor, Wanted(), limit=3, after="x")
        with pytest.raises(Invalid, match="起始日期晚于"):
            register_list(session, actor, Wanted(since=AT.date(), until=date(2020, 1, 1)), limit=3)
    assert within(Wanted(words="新民街"), AT.date()).since == AT.date() - timedelta(days=365)
    assert within(Wanted(words="鄂G7X005"), AT.date()).since is None


def test_an_agency_sees_no_register(story: Story) -> None:
    story.employ("ju", Role.AGENCY, unit="鄂州市公安局")
    row = comes(story, "1")
    assert listed(story, "ju") == []
    with pytest.raises(NotFound):
        shown(story, row, "ju")


def test_a_place_tells_its_accidents_cases_promises_and_hazards(story: Story) -> None:
    here = (114.9, 30.4)
    rows = [comes(story, f"{year}", at=AT.replace(year=year), point=here, deaths=1) for year in (2023, 2024, 2025)]
    comes(story, "far", point=(114.92, 30.4))
    comes(story, "stake", road_number="G316", stake_m=12_400)
    with story.installation.database.writing() as session:
        session.add(
            Hazard(
                hazard_number="YH2025-0001",
                source="patrol",
                description="护栏缺失",
                found_on=AT.date(),
                state="reported",
                reported_at=story.at,
                **where_on_the_grid(*here),
            )
        )
    spot = shown(story, rows[0])
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        assert spot.east_m is not None
        assert spot.north_m is not None
        known = place_known(session, actor, Around(spot.east_m, spot.north_m), AT.date())
        along = place_known(session, actor, Section("G316", 12_000), AT.date())
    assert [(year.year, year.accidents, year.severe, year.deaths) for year in known.years] == [
        (2025, 1, 1, 1),
        (2024, 1, 1, 1),
        (2023, 1, 1, 1),
    ]
    assert [one.hazard_number for one in known.hazards] == ["YH2025-0001"]
    assert len(along.accidents) == 1


def test_an_enterprise_tells_its_accidents_how_liable_it_was_and_what_it_was_served(story: Story) -> None:
    story.file("ezhou-four-deaths")
    with story.installation.database.reading() as session:
        owner = session.scalars(select(RegisteredParty.owner_id).where(RegisteredParty.owner_id.is_not(None))).first()
        assert owner is not None
        known = enterprise_known(session, find_actor(session, "li", story.at), owner)
    assert sum(known.years.values()) == 1
    assert known.accidents[0].case_number == "4207-2025-0001"
    assert known.measures
