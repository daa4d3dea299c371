"""The entries: enough of every aspect, none twice, each with its law, its blanks and what mends it."""

from collections import Counter
from datetime import date

import pytest

from models.accident.rules import codes
from models.kernel.errors import NotFound
from models.kernel.vocabulary import Aspect, CodeTable, OrganisationKind
from models.knowledge.queries import suggested
from models.knowledge.rules.entries import basis_on, ready_on
from models.knowledge.rules.library import entries, entry, library, similar_duties, suggest
from models.knowledge.rules.ranking import pairs

TODAY = date(2026, 11, 30)


def test_there_are_entries_of_every_aspect():
    counted = Counter(one.aspect for one in entries(TODAY))
    assert sum(counted.values()) >= 200
    assert min(counted[aspect] for aspect in Aspect) >= 10


def test_no_two_entries_have_one_title_or_one_finding():
    for told in ("title", "finding", "duty"):
        assert [one for one, times in Counter(getattr(one, told) for one in entries(TODAY)).items() if times > 1] == []


def test_no_measure_is_only_an_exhortation():
    texts = [measure.text for one in entries(TODAY) for measure in one.measures]
    assert [one for one in texts if one.startswith(("加强", "高度重视", "提高认识", "进一步"))] == []
    assert [one for one in texts if one.endswith("。")] == []


def test_nobody_orders_a_court_or_a_procuratorate_to_mend_anything():
    asked = {measure.by for one in entries(TODAY) for measure in one.measures}
    assert asked.isdisjoint({OrganisationKind.COURT, OrganisationKind.PROCURATORATE})


def test_every_cause_of_the_code_table_has_an_entry():
    used = {cause for one in entries(TODAY) for cause in one.causes}
    assert [one.name for one in codes.entries(CodeTable.CAUSE) if one.code not in used] == []


def test_a_basis_is_ready_only_where_all_of_it_was_compared():
    speed, tank = entry("driver.speed.limit", TODAY), entry("hazardous.overload", TODAY)
    assert ready_on(speed, TODAY)
    assert not ready_on(speed, date(2016, 5, 14))
    assert not ready_on(speed, date(2003, 1, 1))
    assert not ready_on(tank, date(2025, 1, 1))
    assert {one.checked for one in basis_on(tank, date(2025, 1, 1))} == {True, False}


def test_most_entries_are_ready_today():
    ready = [one for one in entries(TODAY) if ready_on(one, TODAY)]
    assert len(ready) >= 300


def test_every_entry_has_a_basis_in_force_today():
    assert [one.key for one in entries(TODAY) if not basis_on(one, TODAY)] == []


def test_what_is_no_longer_in_force_is_not_cited():
    titles = [one.title for one in basis_on(entry("hazardous.parking", TODAY), TODAY)]
    assert titles == ["中华人民共和国道路运输条例"]


def test_blanks_are_told_in_their_order():
    assert entry("vehicle.inspection.overdue", TODAY).blanks == ("车辆", "日期", "时长")


def test_an_unknown_entry_is_not_found():
    with pytest.raises(NotFound):
        entry("nowhere", TODAY)


def test_before_the_first_version_there_is_nothing():
    assert entries(date(2025, 12, 31)) == ()
    assert suggest("超速", date(2025, 12, 31)) == ()


@pytest.mark.parametrize(
    ("finding", "key"),
    [
        ("货车超载68%", "driver.overload.goods"),
        ("骑电动车闯红灯", "ebike.signal"),
        ("驾驶员边开车边玩手机", "driver.phone"),
        ("某公司没有给驾驶员做安全培训，签到表代签", "enterprise.training.false"),
        ("县交通局对挂靠经营不查处", "transport.affiliation"),
        ("养护中心的巡查记录写设施完好，与实际不符", "road.patrol.false"),
        ("拖拉机挂车违规载人去务工", "farm.passengers"),
        ("幼儿园用面包车接送幼儿", "schoolbus.kindergarten"),
    ],
)
def test_the_entry_meant_is_among_those_suggested(finding: str, key: str):
    assert key in [one.key for one in suggest(finding, TODAY)]


def test_suggestions_keep_to_the_aspect_and_the_limit():
    found = suggest("车辆超载，企业未制止", TODAY, aspect=Aspect.MANAGEMENT, limit=3)
    assert len(found) == 3
    assert {one.aspect for one in found} == {Aspect.MANAGEMENT}


@pytest.mark.parametrize("text", ["", "。，", "7", "xyzzy"])
def test_where_nothing_is_near_nothing_is_suggested(text: str):
    assert suggest(text, TODAY) == ()


def test_similar_duties_are_those_of_others():
    one = entry("enterprise.training", TODAY)
    found = similar_duties(one, TODAY, limit=4)
    assert len(found) == 4
    assert one not in found
    assert "enterprise.training.induction" in [other.key for other in found]


def test_figures_and_punctuation_part_the_pairs():
    assert pairs("限速60公里，超速") == {"限速": 1, "公里": 1, "超速": 1}


def test_the_library_is_loaded_once():
    assert library() is library()


def test_what_is_suggested_says_which_law_nobody_has_compared():
    days = (date(2012, 1, 1), TODAY)
    found = [one for day in days for one in suggested("路侧没有护栏", TODAY, breach=day)]
    cited = [one for entry in found for one in entry.basis]
    assert {one.checked for one in cited} == {True, False}
    assert all(("（未核对原文）：" in one.told) is not one.checked for one in cited)
    assert all(codes.match(CodeTable.CAUSE, cause) for entry in found for cause in entry.causes)
