"""Facts of a case: entered, half typed, overtaken, repeated, removed and put back; what follows from them."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from models.accident.rules.identities import half_hidden
from models.accident.tables import Accident, Person, Vehicle
from models.case.commands.accidents import set_losses
from models.case.commands.facts import (
    Change,
    ChangedFact,
    Overtaken,
    add_fact_rows,
    change_facts,
)
from models.case.commands.findings import edit_finding
from models.case.queries.facts import MASKED
from models.case.tables import Case, FactChange
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import FindingLevel, Grade, PersonRole, Role, Stage
from models.office.tables import Organisation
from models.rectification.commands.measures import confirm_responsible
from tests.sheets import Sheets
from tests.stories import Story


@pytest.fixture
def sheets(story: Story) -> Sheets:
    return Sheets(story)


def test_a_wrong_place_is_put_right_in_place_and_on_record(sheets: Sheets) -> None:
    changed = sheets.set("accident.1.place", "鄂州市华容区临江路与滨湖路路口", seen=0)
    assert changed == ChangedFact(1, (), "鄂州市华容区临江路与滨湖路路口")
    assert sheets.one(Accident).place == "鄂州市华容区临江路与滨湖路路口"
    [event] = sheets.events("facts_changed")
    [told] = event.data["changes"]
    assert (told["row"], told["label"], told["after"]) == ("1", "地点", "鄂州市华容区临江路与滨湖路路口")
    [change] = sheets.feed()
    assert (change.seq, change.by, change.field, change.version) == (1, "李某", "place", 1)
    assert sheets.one(Case).stage is Stage.INVESTIGATING


def test_what_is_queried_stands_in_its_column_and_the_rest_beside_it(sheets: Sheets) -> None:
    sheets.set("vehicles.V1.approved_load_kg", "1.5吨")
    sheets.set("vehicles.V1.vin", "LSVAA4182E2123456")
    row = sheets.one(Vehicle)
    assert (row.approved_load_kg, row.details) == (1500, {"vin": "LSVAA4182E2123456"})
    assert row.versions == {"approved_load_kg": 1, "vin": 1}
    assert sheets.texts("vehicles", "approved_load_kg") == {"V1": "1500"}


def test_what_nobody_can_read_yet_is_kept_and_told_and_changes_no_figure(sheets: Sheets) -> None:
    changed = sheets.set("accident.1.deaths", "约5人")
    assert (changed.value, [fault.code for fault in changed.faults]) == ("约5人", ["not_exact"])
    assert sheets.one(Accident).deaths == 1
    [row] = sheets.shown("accident").rows
    assert (row.cells["deaths"].text, row.cells["deaths"].version) == ("约5人", 1)
    assert sheets.set("accident.1.deaths", "2人").value == 2
    assert (sheets.one(Accident).deaths, sheets.one(Accident).details) == (2, {})


def test_a_figure_that_grades_grades_at_once(sheets: Sheets) -> None:
    sheets.set("accident.1.deaths", "三人")
    assert sheets.one(Case).grade is Grade.LARGE
    assert sheets.events("case_regraded")
    sheets.set("accident.1.deaths", 1)
    assert sheets.one(Case).grade is Grade.ORDINARY


def test_money_is_kept_to_the_fen_and_graded_by_the_yuan(sheets: Sheets) -> None:
    sheets.set("accident.1.direct_loss_yuan", "9999999.99元")
    assert (sheets.one(Accident).economic_loss, sheets.one(Case).grade) == (9_999_999, Grade.ORDINARY)
    assert sheets.texts("accident", "direct_loss_yuan") == {"1": "9999999.99"}
    sheets.set("accident.1.direct_loss_yuan", "1000万")
    assert (sheets.one(Accident).details, sheets.one(Case).grade) == ({}, Grade.LARGE)


def test_coordinates_are_kept_as_given_and_indexed_in_one_datum(sheets: Sheets) -> None:
    sheets.set("accident.1.coordinates", "114.8751,30.3873 GCJ-02")
    row = sheets.one(Accident)
    assert row.details["coordinates"] == {"x": 114.8751, "y": 30.3873, "datum": "gcj02"}
    assert (row.longitude, row.latitude) == (pytest.approx(114.87, abs=1e-3), pytest.approx(30.39, abs=1e-3))
    sheets.set("accident.1.coordinates", "")
    assert (sheets.one(Accident).longitude, sheets.one(Accident).details) == (None, {})


def test_who_saw_an_older_version_hears_who_was_first(sheets: Sheets) -> None:
    sheets.set("people.P1.position", "司机", seen=0)
    with pytest.raises(Overtaken, match=r"李某已于.*把“职务”改为“司机”") as refused:
        sheets.set("people.P1.position", "驾驶员", seen=0, by="wang")
    assert (refused.value.value, refused.value.version, refused.value.by) == ("司机", 1, "李某")
    assert sheets.set("people.P1.position", "驾驶员", seen=1, by="wang").version == 2
    assert sheets.set("people.P1.injury", "轻微擦伤", seen=0, by="wang").version == 1


def test_who_was_first_with_a_number_is_told_and_the_number_is_not(sheets: Sheets) -> None:
    sheets.set("people.P1.phone", "13900001234", seen=0)
    with pytest.raises(Overtaken, match=r"改为“13\*{7}34”") as refused:
        sheets.set("people.P1.phone", "13900005678", seen=0, by="wang")
    assert "0000" not in refused.value.message


def test_the_same_act_twice_is_one(sheets: Sheets) -> None:
    first = sheets.set("people.P1.position", "司机", op="a")
    sheets.set("people.P1.position", "驾驶员", op="b")
    assert sheets.set("people.P1.position", "司机", op="a") == first
    assert sheets.texts("people", "position")["P1"] == "驾驶员"
    assert sheets.add("timeline", op="c", what="报警") == sheets.add("timeline", op="c", what="报警") == "L1"
    with pytest.raises(Conflict, match="另一次操作"):
        sheets.set("people.P1.position", "司机", op="a", by="wang")
    with pytest.raises(Invalid, match="操作编号"):
        sheets.set("people.P1.position", "司机", op=" ")


def test_what_changes_nothing_is_no_change(sheets: Sheets) -> None:
    assert sheets.set("people.P1.name", "何某").version == 0
    assert sheets.feed() == ()


def test_many_cells_pasted_at_once_are_one_event_or_nothing(sheets: Sheets) -> None:
    changes = [Change("P1", "age", "35岁", op="p/1"), Change("P2", "age", "61", op="p/2")]
    sheets.story.do("li", change_facts, sheets.case, sheet="people", changes=changes)
    assert len(sheets.events("facts_changed")) == 1
    assert sheets.texts("people", "age") == {"P1": "35", "P2": "61"}
    wrong = [Change("P1", "age", "36", op="q/1"), Change("P9", "age", "62", op="q/2")]
    with pytest.raises(NotFound, match="P9"):
        sheets.story.do("li", change_facts, sheets.case, sheet="people", changes=wrong)
    assert sheets.texts("people", "age")["P1"] == "35"


def test_rows_stand_where_they_are_put(sheets: Sheets) -> None:
    first = sheets.add("course", text="第一段。")
    last = sheets.add("course", text="第三段。")
    between = sheets.add("course", after=first, text="第二段。")
    assert [row.ref for row in sheets.shown("course").rows] == [first, between, last]
    rows = [{"at": "2025-06-03 21:15", "what": "碰撞"}, {"at": "2025年6月3日21时16分", "what": "报警"}]
    refs = sheets.story.do("li", add_fact_rows, sheets.case, sheet="timeline", op="t", rows=rows)
    assert refs == ["L1", "L2"]
    assert sheets.texts("timeline", "at") == {"L1": "2025年6月3日21时15分", "L2": "2025年6月3日21时16分"}
    assert [change.what for change in sheets.feed()] == ["added"] * 5


def test_a_removed_row_comes_back_with_all_it_held(sheets: Sheets) -> None:
    ref = sheets.add("vehicles", plate="鄂G·A1234", type="重型自卸货车", cargo="石料", owner_ref="O1")
    sheets.remove("vehicles", ref)
    assert list(sheets.texts("vehicles", "plate")) == ["V1"]
    assert sheets.add("vehicles", plate="鄂G·B5678") == "V3"
    sheets.restore("vehicles", ref)
    [row] = [row for row in sheets.shown("vehicles").rows if row.ref == ref]
    assert [row.cells[name].text for name in ("plate", "type", "cargo", "owner_ref")] == [
        "鄂G·A1234",
        "重型自卸货车",
        "石料",
        "鄂州市城市管理执法委员会",
    ]
    course = sheets.add("course", text="一段。")
    sheets.remove("course", course)
    assert sheets.shown("course").rows == ()
    sheets.restore("course", course)
    assert sheets.texts("course", "text") == {course: "一段。"}
    with pytest.raises(NotFound, match="没有删除过"):
        sheets.restore("course", course)


def test_what_something_points_to_is_not_removed(sheets: Sheets) -> None:
    for sheet, row in (("people", "P1"), ("vehicles", "V1"), ("organisations", "O1")):
        with pytest.raises(Conflict, match="引用"):
            sheets.remove(sheet, row)
    with pytest.raises(Invalid, match="撤回"):
        sheets.remove("findings", "F1")
    with pytest.raises(Invalid, match="只有一份"):
        sheets.remove("road", "1")


def test_a_unit_is_found_however_it_is_typed_and_made_where_it_is_needed(sheets: Sheets) -> None:
    assert sheets.set("vehicles.V1.owner_ref", "鄂州市 城市管理执法委员会").value == "O1"
    assert sheets.set("vehicles.V1.owner_ref", "鄂州市公安局交通警察支队").value == "O3"
    changed = sheets.set("vehicles.V1.owner_ref", "某顺运输公司")
    assert [fault.code for fault in changed.faults] == ["unknown_reference"]
    ref = sheets.add("organisations", name="鄂州市某顺（集团）运输有限公司", kind="企业", vehicles="64辆")
    assert sheets.add("organisations", name="鄂州市某顺(集团)运输有限公司") == ref
    assert sheets.add("organisations", 名称="鄂州市某顺 (集团) 运输有限公司") == ref
    assert sheets.set("vehicles.V1.owner_ref", "鄂州市某顺(集团) 运输有限公司").value == ref
    assert sheets.texts("vehicles", "owner_ref") == {"V1": "鄂州市某顺（集团）运输有限公司"}
    assert sheets.texts("organisations", "vehicles")[ref] == "64"
    assert sheets.set(f"organisations.{ref}.name", "鄂州市某顺达运输有限公司").faults == ()
    with pytest.raises(WrongStage, match="管理员"):
        sheets.set("organisations.O3.name", "别的支队")


def test_an_unknown_word_is_kept_and_the_nearest_offered(sheets: Sheets) -> None:
    changed = sheets.set("people.P1.role", "三轮车驾驶人")
    assert [fault.code for fault in changed.faults] == ["unknown_word_kept"]
    assert sheets.one(Person, Person.ref == "P1").role is PersonRole.OTHER
    assert sheets.texts("people", "role")["P1"] == "三轮车驾驶人"
    sheets.set("people.P1.role", "驾驶员")
    assert sheets.one(Person, Person.ref == "P1").role is PersonRole.DRIVER
    assert sheets.texts("people", "role")["P1"] == "驾驶人"


def test_officials_stand_in_a_list_of_their_own(sheets: Sheets) -> None:
    ref = sheets.add("officials", name="罗某", role="公职人员", organisation_ref="O1", in_charge_of="路灯管理")
    assert ref not in sheets.texts("people", "name")
    assert sheets.texts("officials", "organisation_ref") == {ref: "鄂州市城市管理执法委员会"}
    sheets.set("findings.F2.person_refs", "罗某；P1")
    assert sheets.texts("findings", "person_refs")["F2"] == "何某；罗某"


def test_findings_and_measures_are_changed_where_they_stand(sheets: Sheets) -> None:
    ref = sheets.add("findings", text="劝导站周五无人值守。", level="间接", aspect="管理", organisation_refs="O1")
    assert sheets.texts("findings", "organisation_refs")[ref] == "鄂州市城市管理执法委员会"
    sheets.set("measures.M1.due", "2026.12.31")
    sheets.set("measures.M1.organisation_ref", "O2")
    sheets.set("measures.M1.proof", "联合验收单")
    sheets.set("measures.M1.finding_refs", f"F2、{ref}")
    [row] = [row for row in sheets.shown("measures").rows if row.ref == "M1"]
    assert [row.cells[name].text for name in ("due", "finding_refs", "proof")] == [
        "2026年12月31日",
        f"F2；{ref}",
        "联合验收单",
    ]
    with pytest.raises(Invalid, match="措施内容"):
        sheets.add("measures", due="2026-12-31")


def test_personal_data_is_read_by_officers_alone(sheets: Sheets) -> None:
    number = "420704198001010015"
    assert sheets.set("people.P1.id_number", number).faults == ()
    [row, _] = sheets.shown("people", by="ling").rows
    assert (row.cells["id_number"].value, row.cells["id_number"].text) == (None, MASKED)
    assert sheets.feed(by="ling")[0].value is None
    assert number not in str([event.data for event in sheets.events("facts_changed")])
    assert sheets.texts("people", "id_number")["P1"] == "4207**********0015"
    [row, other] = sheets.shown("people", clear=True).rows
    assert row.cells["id_number"].value == number
    assert (sheets.shown("people").hides, sheets.shown("people", clear=True).clear) == (True, True)
    assert not other.cells["phone"].masked  # nothing is there, and something can be written
    [row, _] = sheets.shown("people", by="ling", clear=True).rows
    assert (row.cells["id_number"].value, row.cells["id_number"].text) == (None, MASKED)


def test_what_is_shown_half_hidden_is_not_taken_for_the_number_itself(sheets: Sheets) -> None:
    sheets.set("people.P1.phone", "13900001234")
    for field, hidden in (("phone", "13*******34"), ("id_number", "4207**********0015")):
        with pytest.raises(Invalid) as refused:
            sheets.set(f"people.P1.{field}", hidden)
        assert refused.value.code == "hidden_value"
    assert sheets.feed()[-1].text == "13*******34"
    [row, _] = sheets.shown("people", clear=True).rows
    assert row.cells["phone"].value == "13900001234"


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        ("42070419800101004X", "4207**********004X"),
        ("13900001234", "13*******34"),
        ("123", "***"),
        ("武汉市内", "****"),
        ("", ""),
    ],
)
def test_numbers_are_half_hidden_however_short_they_are(whole: str, shown: str) -> None:
    assert half_hidden(whole) == shown


def test_mediation_is_walled_off(sheets: Sheets) -> None:
    sheets.set("mediation.1.state", "调解中")
    with pytest.raises(NotAllowed, match="办理人员"):
        sheets.shown("mediation", by="ling")
    assert sheets.feed(by="ling") == ()
    assert len(sheets.feed()) == 1
    assert "调解中" not in str([event.data for event in sheets.events("facts_changed")])


def test_who_may_not_change_facts_changes_none(sheets: Sheets) -> None:
    for account in ("ling", "nei", "qian"):
        with pytest.raises(NotAllowed, match="民警"):
            sheets.set("accident.1.weather", "雨", by=account)
    sheets.story.employ("jia", Role.AGENCY, unit="鄂州市城市管理执法委员会")
    with pytest.raises(NotFound):
        sheets.shown("accident", by="jia")
    with pytest.raises(NotFound):
        sheets.set("accident.1.weather", "雨", by="jia")


def test_required_and_impossible_values_are_refused(sheets: Sheets) -> None:
    with pytest.raises(Invalid, match="不能为空"):
        sheets.set("accident.1.place", " ")
    with pytest.raises(Invalid, match="将来"):
        sheets.set("accident.1.occurred_at", "2035年1月1日8时")
    with pytest.raises(Invalid, match="不可见"):
        sheets.set("accident.1.place", "某路\u200b东侧")
    with pytest.raises(NotFound, match="nothing"):
        sheets.set("accident.1.nothing", "1")
    with pytest.raises(Invalid, match="只有一份"):
        sheets.add("road")
    other = sheets.story.file(variant=3)
    with pytest.raises(Conflict, match=other):
        sheets.set("accident.1.place", sheets.one(Accident, Accident.id != 1).place)


def test_a_date_without_a_time_stands_where_the_time_is_said_to_be_unknown(sheets: Sheets) -> None:
    assert [fault.code for fault in sheets.set("accident.1.occurred_at", "2025-06-02").faults] == ["time_missing"]
    sheets.set("accident.1.time_known", "只知日期")
    assert sheets.set("accident.1.occurred_at", "2025-06-02").value == "2025-06-02T00:00:00+08:00"


def test_a_date_that_was_written_first_stands_as_soon_as_the_time_is_said_to_be_unknown(sheets: Sheets) -> None:
    sheets.set("accident.1.occurred_at", "2025-06-02")
    sheets.set("accident.1.time_known", "时间不详")
    assert sheets.texts("accident", "occurred_at") == {"1": "2025年6月2日0时00分"}
    assert "occurred_at" not in sheets.one(Accident).details


def test_a_required_cell_may_be_blank_while_somebody_writes(sheets: Sheets) -> None:
    changed = sheets.set("people.P1.role", "")
    assert (changed.value, [fault.code for fault in changed.faults]) == (None, ["missing"])
    assert sheets.set("people.P1.role", "").version == changed.version
    assert sheets.texts("people", "role")["P1"] == ""
    sheets.set("people.P1.role", "行人")
    assert sheets.texts("people", "role")["P1"] == "行人"
    assert "role" not in sheets.one(Person, Person.ref == "P1").details
    with pytest.raises(Invalid, match="不能为空"):
        sheets.set("accident.1.occurred_at", "")


def test_the_feed_can_only_be_added_to_and_its_digest_stands_in_the_record(sheets: Sheets) -> None:
    sheets.set("accident.1.weather", "雨")
    [event] = sheets.events("facts_changed")
    assert (event.data["first"], event.data["last"], len(event.data["digest"])) == (1, 1, 64)
    for statement in ("UPDATE fact_changes SET row = 'x'", "DELETE FROM fact_changes"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            sheets.story.installation.database.engine.begin() as connection,
        ):
            connection.execute(text(statement))
    assert sheets.one(FactChange).row == "1"
    with sheets.story.installation.database.reading() as session:
        assert session.scalars(select(Organisation.folded_name).where(Organisation.folded_name.is_(None))).all() == []


def test_whose_accountability_is_looked_at_is_told_to_those_who_may_know(sheets: Sheets) -> None:
    sheets.set("accountability.A2.responsibility", "监管责任")
    sheets.set("accountability.A2.sanctions", "诫勉谈话；书面检查")
    assert sheets.texts("accountability", "sanctions")["A2"] == "诫勉谈话；书面检查"
    assert sheets.shown("accountability", by="ling").rows == ()
    assert sheets.feed(by="ling") == ()
    assert [event.data["item"] for event in sheets.events("accountability_changed")] == ["A2", "A2"]
    assert sheets.events("facts_changed") == []
    with pytest.raises(WrongStage, match="不能改为他人"):
        sheets.set("accountability.A2.subject_ref", "P1")
    with pytest.raises(Invalid, match="增加问责事项"):
        sheets.add("accountability", proposal="另一事项")
    with pytest.raises(NotFound):
        sheets.set("accountability.A2.responsibility", "直接责任", by="wang")


def test_the_team_and_evidence_say_more_than_their_columns(sheets: Sheets) -> None:
    ref = sheets.add("team", name="方某某", role="专家", speciality="道路安全")
    assert (ref, sheets.texts("team", "role")) == ("T2", {"T1": "组长单位", "T2": "专家"})
    sheets.story.do("li", "add-evidence", sheets.case, title="现场照片", reference="档案室3柜")
    sheets.set("evidence.E1.extent", "86张")
    assert sheets.texts("evidence", "extent") == {"E1": "86张"}
    with pytest.raises(Invalid, match="登记证据"):
        sheets.add("evidence", title="又一份")


def test_while_the_report_is_under_approval_no_sheet_says_that_it_can_be_edited(sheets: Sheets) -> None:
    assert sheets.shown("people").editable
    sheets.story.address(sheets.case)
    sheets.story.do("li", "submit", sheets.case, paper="D1")
    assert not sheets.shown("people").editable


def test_a_step_of_its_own_leaves_nothing_beside_the_column_that_it_writes(sheets: Sheets) -> None:
    seen = sheets.set("accident.1.direct_loss_yuan", "1234.56").version
    sheets.story.do("li", set_losses, sheets.case, economic_loss=5000, reason="核定")
    assert sheets.texts("accident", "direct_loss_yuan") == {"1": "5000"}
    with pytest.raises(Overtaken, match="5000"):
        sheets.set("accident.1.direct_loss_yuan", "2000", seen=seen)
    seen = sheets.set("findings.F1.level", "不知道").version
    sheets.story.do("li", edit_finding, sheets.case, finding="F1", level=FindingLevel.INDIRECT)
    assert sheets.texts("findings", "level")["F1"] == "间接原因"
    with pytest.raises(Overtaken, match="间接原因"):
        sheets.set("findings.F1.level", "直接原因", seen=seen)


def test_person_and_date_of_a_measure_wait_for_its_unit_and_outlive_it(sheets: Sheets) -> None:
    ref = sheets.add("measures", text="加强巡查")

    def told() -> tuple[str, ...]:
        names = ("organisation_ref", "responsible_person", "due", "cooperating_person")
        return tuple(sheets.texts("measures", name)[ref] for name in names)

    for field, value in (("responsible_person", "某甲"), ("due", "2027-03-31"), ("cooperating_person", "某乙")):
        sheets.set(f"measures.{ref}.{field}", value)
    assert told() == ("", "某甲", "2027年3月31日", "某乙")
    sheets.set(f"measures.{ref}.organisation_ref", "O1")
    sheets.set(f"measures.{ref}.cooperating_refs", "O2")
    assert told()[1:] == ("某甲", "2027年3月31日", "某乙")
    for field in ("organisation_ref", "cooperating_refs"):
        sheets.set(f"measures.{ref}.{field}", "")
    assert told() == ("", "某甲", "2027年3月31日", "某乙")
    unit = "鄂州市城市管理执法委员会"
    sheets.story.do("li", confirm_responsible, sheets.case, measure=ref, organisation=unit)
    assert told() == (unit, "某甲", "2027年3月31日", "某乙")


def test_a_date_that_is_none_goes_on_waiting_when_a_unit_takes_the_measure(sheets: Sheets) -> None:
    ref = sheets.add("measures", text="加强巡查", due="尽快")
    sheets.set(f"measures.{ref}.organisation_ref", "O1")
    assert sheets.texts("measures", "due")[ref] == "尽快"
