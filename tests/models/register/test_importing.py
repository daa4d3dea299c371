"""Files come into the register: once, whole, and what people set there is kept."""

from __future__ import annotations

import zipfile
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from models.kernel.act import Act, acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Conflict, Invalid, NotAllowed
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import ImportState, QuarantineState
from models.office.tables import Organisation
from models.register.commands.importing import begin_import, give_up_import, write_batch
from models.register.commands.profiles import set_profile
from models.register.commands.proposing import begin_case
from models.register.commands.quarantine import drop, mend, retry
from models.register.queries.imports import difference_list, quarantine_list, run_list
from models.register.queries.profiles import Versioned, profile_in_force
from models.register.queries.proposed import proposed_cases
from models.register.rules.intake import Batch, batches
from models.register.rules.profile import Profile, built_in_profile, read_profile
from models.register.rules.territory import Territory
from models.register.tables import ImportRun, RegisterChange, RegisteredAccident, RegisteredParty
from tests.models.register.files import a_file, plain
from tests.stories import Story
from ui.accident_files import Checked, bring_in, check, received, refuse_checked

NOW = datetime(2026, 11, 30, 9, tzinfo=SHANGHAI)
ROWS = (
    "A1,2024-03-05 08:20,滨湖路,1,晴,114.88,30.39",
    "A2,2024-03-06,文星大道,0,雨,114.89,30.38",
    "A3,2024-13-07,坏行,0,雨,,",
)


class Desk:
    """Somebody who brings files in."""

    def __init__(self, story: Story) -> None:
        self.story = story
        story.at = NOW
        self.installation = story.installation

    def act(self, account: str = "li") -> AbstractContextManager[Act]:
        return acting(self.installation.database, self.installation.settings, account, NOW)

    def bring(self, stream: BytesIO, profile: Versioned | None = None, *, name: str = "台账.csv") -> ImportRun:
        """Bring a file in, as a page does it."""
        versioned = profile or Versioned(plain(), 1)
        taken = received(stream, name, self.installation, versioned.profile)
        told = self.checked(stream, versioned)
        refuse_checked(told, versioned.profile, all_or_none=False, shift_reason=None)
        return bring_in(
            *(self.installation, self.act, stream, taken.stored),
            name=taken.name,
            profile=versioned,
            total=told.accidents,
        )

    def checked(self, stream: BytesIO, profile: Versioned) -> Checked:
        return check(self.installation, stream, profile.profile)

    def rows(self) -> list[RegisteredAccident]:
        with self.installation.database.reading() as session:
            return list(session.scalars(select(RegisteredAccident).order_by(RegisteredAccident.id)))


@pytest.fixture
def desk(story: Story) -> Desk:
    return Desk(story)


def test_good_rows_come_in_bad_ones_wait_and_the_same_file_again_changes_nothing(desk: Desk) -> None:
    with desk.act("nei") as act:
        set_profile(act, plain().text, reason="本单位台账")
    with desk.installation.database.reading() as session:
        profile = profile_in_force(session, "plain")
    run = desk.bring(a_file(*ROWS), profile)
    assert (run.state, run.added, run.quarantined, run.position) == (ImportState.DONE, 2, 1, 3)
    first, second = desk.rows()
    assert (first.source, first.source_key, first.deaths, first.hour, second.hour) == ("plain", "A1", 1, 8, None)
    assert (first.occurred_on, first.weekday, first.east_m is not None) == (date(2024, 3, 5), 2, True)
    again = desk.bring(a_file(*ROWS), profile)
    assert (again.added, again.changed, again.unchanged, again.quarantined) == (0, 0, 2, 1)
    with desk.act() as act:
        assert len(desk.rows()) == 2
        (waiting,) = quarantine_list(act.session, act.actor)
        assert waiting.told == "第4行“日期”列：“2024-13-07”不是日历上的日期。"
        assert act.session.scalar(select(func.count()).select_from(RegisterChange)) == 0
        kinds = list(act.session.scalars(select(AdminEvent.kind).where(AdminEvent.kind == "accidents_imported")))
        assert len(kinds) == 2
    with pytest.raises(Invalid) as still, desk.act() as act:
        retry(act, waiting.id, Territory())
    assert still.value.code == "still_wrong"
    with desk.act() as act:
        mend(act, waiting.id, {(4, "日期"): "2024-12-07"})
    with desk.act() as act:
        retry(act, waiting.id, Territory())
    assert [one.source_key for one in desk.rows()] == ["A1", "A2", "A3"]
    with pytest.raises(Conflict), desk.act() as act:
        drop(act, waiting.id, reason="重复")
    with desk.act() as act:
        (settled,) = quarantine_list(act.session, act.actor, state=None)
        assert settled.state is QuarantineState.IMPORTED


def test_a_correction_shows_the_difference_and_what_people_or_a_case_set_is_kept(desk: Desk) -> None:
    profile = Versioned(plain(), 1)
    desk.bring(a_file(*ROWS[:2]), profile)
    with desk.installation.database.writing() as session:
        second = session.scalars(select(RegisteredAccident).where(RegisteredAccident.source_key == "A2")).one()
        second.deaths, second.longitude, second.edited = 2, 114.5, ["deaths", "longitude"]
    corrected = a_file(ROWS[0].replace("路,1,", "路,3,"), ROWS[1].replace("道,0,", "道,1,"))
    run = desk.bring(corrected, profile)
    assert (run.changed, run.unchanged) == (1, 1)
    first, second = desk.rows()
    assert (first.deaths, first.version, second.deaths, second.longitude, second.version) == (3, 2, 2, 114.5, 1)
    with desk.act() as act:
        told = difference_list(act.session, act.actor, run.id)
    assert {(one.source_key, one.field, one.ours, one.theirs, one.taken) for one in told} == {
        ("A1", "死亡人数", 1, 3, True),
        ("A2", "死亡人数", 2, 1, False),
        ("A2", "经度", 114.5, 114.89, False),
    }
    # The source says nothing, or less exactly, or the same: nothing is taken away.
    vague = desk.bring(a_file("A1,2024-03-05,,不详,,,"), profile)
    assert (vague.changed, vague.unchanged) == (0, 1)


def test_an_accident_of_a_case_is_not_counted_twice(desk: Desk) -> None:
    case = desk.story.file()
    (row,) = desk.rows()
    with desk.installation.database.writing() as session:
        session.get_one(RegisteredAccident, row.id).accident_number = "A1"
    day = row.occurred_at.astimezone(SHANGHAI).date()
    run = desk.bring(a_file(f"A1,{day},另一种写法,9,晴,114.88,30.39"))
    (after,) = desk.rows()
    assert (run.added, after.source, after.source_key, after.deaths) == (0, "plain", "A1", row.deaths)
    assert case
    assert after.accident_id == row.accident_id


def test_the_same_number_in_another_year_is_another_accident_and_is_asked_about(desk: Desk) -> None:
    desk.bring(a_file(*ROWS[:2]))
    run = desk.bring(a_file("A1,2025-06-05,滨湖路,0,晴,,", "A4,2025-06-05,滨湖路,0,晴,,"))
    assert (run.added, run.quarantined, len(desk.rows())) == (1, 1, 3)
    with desk.act() as act:
        (waiting,) = quarantine_list(act.session, act.actor)
    assert waiting.faults[0]["code"] == "key_of_another_year"


def test_a_killed_import_goes_on_where_it_was_left_and_two_never_write_the_same(desk: Desk) -> None:
    profile = Versioned(plain(), 1)
    stream = a_file(*(f"A{number},2024-03-05,滨湖路,0,晴,," for number in range(2_500)))
    taken = received(stream, "长.csv", desk.installation, profile.profile)
    with desk.act() as act:
        run = begin_import(act, taken.stored, name=taken.name, profile=profile, total=2_500).id
    first, second, _ = batches(stream, profile.profile, Territory(), today=NOW.date())
    with desk.act() as act:
        write_batch(act, run, first, profile.profile)
    with pytest.raises(Conflict), desk.act() as act:
        write_batch(act, run, first, profile.profile)
    with pytest.raises(ZeroDivisionError):
        _killed_while_writing(desk, run, second, profile.profile)
    assert len(desk.rows()) == 1_000
    done = desk.bring(stream, profile, name="长.csv")
    assert (done.id, done.added, done.rows, len(desk.rows())) == (run, 2_500, 2_500, 2_500)
    with pytest.raises(Conflict), desk.act() as act:
        give_up_import(act, run)


def _killed_while_writing(desk: Desk, run: int, batch: Batch, profile: Profile) -> None:
    with desk.act() as act:
        write_batch(act, run, batch, profile)
        raise ZeroDivisionError


def test_a_datum_that_changes_inside_a_series_is_detected_and_refused(desk: Desk) -> None:
    def year(number: int, east: float) -> BytesIO:
        rows = (f"{number}-{n},{number}-03-05,滨湖路{n}号,0,晴,{114.8 + n / 1000 + east:.6f},30.39" for n in range(40))
        return a_file(*rows)

    desk.bring(year(2013, 0.0))
    desk.bring(year(2014, 0.0001))
    with pytest.raises(Invalid) as refusal:
        desk.bring(year(2015, 0.00234))
    assert refusal.value.code == "datum_changed"
    assert "datum" in refusal.value.message
    assert len(desk.rows()) == 80
    told = desk.checked(year(2015, 0.00234), Versioned(plain(), 1))
    refuse_checked(told, plain(), all_or_none=False, shift_reason="已逐点核对")
    other = plain(plain().text + 'datum = "gcj02"\n')
    assert desk.checked(year(2015, 0.0), Versioned(other, 2)).shift is not None


def test_nothing_comes_in_where_all_or_none_was_asked_for_or_nothing_can_be_read(desk: Desk) -> None:
    profile = Versioned(plain(), 1)
    told = desk.checked(a_file(*ROWS), profile)
    with pytest.raises(Invalid) as refusal:
        refuse_checked(told, profile.profile, all_or_none=True, shift_reason=None)
    assert [fault.path for fault in refusal.value.faults] == ["第4行“日期”列"]
    with pytest.raises(Invalid) as nothing:
        desk.bring(a_file("A1,昨天,,,,,"))
    assert nothing.value.code == "nothing_good"
    with desk.act() as act:
        assert (desk.rows(), run_list(act.session, act.actor)) == ([], [])


def test_parties_come_with_their_accidents_or_after_them(desk: Desk) -> None:
    known = Versioned(built_in_profile("police-parties"), 0)
    accidents = Versioned(read_profile(plain().text.replace('source = "plain"', 'source = "police"')), 1)
    desk.bring(a_file(*ROWS[:2]), accidents)
    heads = "SGBH,RYLX,SGZR,SHCD,JL,HPHM,XM"
    rows = ("A1,驾驶人,1,未伤,3,鄂G12345,某人", "A1,行人,5,死亡,,,某人", "A9,驾驶人,1,,,,某人")
    run = desk.bring(a_file(*rows, heads=heads), known, name="人员.csv")
    assert (run.changed, run.quarantined) == (1, 1)
    with desk.act() as act:
        parties = act.session.scalars(select(RegisteredParty).order_by(RegisteredParty.position)).all()
        assert [(one.plate, one.years_driving) for one in parties] == [("鄂G12345", 3), (None, None)]
        (waiting,) = quarantine_list(act.session, act.actor)
        # Names of persons are in a column that the profile does not name: they are not kept.
        assert "某人" not in str(waiting.cells)
    again = desk.bring(a_file(*rows, heads=heads), known, name="人员.csv")
    assert (again.changed, again.unchanged) == (0, 1)


def test_a_case_is_proposed_for_recent_accidents_in_scope_and_a_person_files_it(desk: Desk) -> None:
    recent, old = NOW.date() - timedelta(days=10), NOW.date() - timedelta(days=90)
    desk.bring(a_file(*(f"B1,{recent} 08:20,滨湖路,1,晴,,", f"B2,{recent},滨湖路,0,晴,,", f"B3,{old},滨湖路,2,晴,,")))
    with desk.act() as act:
        (found,) = proposed_cases(act.session, act.actor, act.settings, act.today)
        assert found.accident_number == "B1"
        assert begin_case(act, found.id)
    with pytest.raises(NotAllowed), desk.act("shen") as act:
        proposed_cases(act.session, act.actor, act.settings, act.today)


def test_who_may_not_import_is_told_so(desk: Desk) -> None:
    with pytest.raises(NotAllowed), desk.act("ling") as act:
        set_profile(act, plain().text, reason="试")
    with pytest.raises(NotAllowed), desk.act("ling") as act:
        run_list(act.session, act.actor)


def test_a_profile_is_a_version_of_its_own_with_each_change(desk: Desk) -> None:
    with desk.act() as act:
        assert set_profile(act, plain().text, reason="本单位台账").version == 1
        with pytest.raises(Conflict):
            set_profile(act, plain().text, reason="再来一次")
        changed = plain().text.replace("普通台账", "普通事故台账")
        with pytest.raises(Conflict):
            set_profile(act, changed, reason="改名", seen_version=0)
        assert set_profile(act, changed, reason="改名", seen_version=1).version == 2
        assert profile_in_force(act.session, "plain", 1).profile.title == "普通台账"
        # What comes with the product is changed the same way.
        own = built_in_profile("office-register").text.replace("单位自建事故台账", "大队事故台账")
        assert set_profile(act, own, reason="换名", seen_version=0).version == 1
        assert profile_in_force(act.session, "office-register").profile.title == "大队事故台账"


def test_no_table_a_large_file_and_a_program_are_refused(desk: Desk) -> None:
    small = desk.installation.settings.model_copy(update={"max_import_bytes": 6000})
    cases = (
        (BytesIO(b""), "空.csv", "file_empty"),
        (BytesIO(b"MZ" + b"a" * 50), "程序.csv", "file_kind"),
        (BytesIO(b"%PDF-1.7 "), "报告.csv", "file_kind"),
        (BytesIO(b"<html><body>"), "页.csv", "file_kind"),
        (a_file(*ROWS), "台账.docx", "file_misnamed"),
        (a_file(*ROWS, encoding="utf-16-le"), "台账.csv", "bad_encoding"),
        (a_file(*ROWS * 60), "大.csv", "file_too_large"),
        (_bomb(), "炸弹.xlsx", "file_zip_bomb"),
    )
    for stream, name, code in cases:
        with pytest.raises(Invalid) as refusal:
            received(stream, name, type(desk.installation)(small, desk.installation.database), plain())
        assert refusal.value.code == code, name


def _bomb() -> BytesIO:
    """A workbook of some kilobytes that unfolds to megabytes."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for part in ("[Content_Types].xml", "xl/workbook.xml"):
            package.writestr(part, "<a/>")
        package.writestr("xl/worksheets/sheet1.xml", " " * 4_000_000)
    return made


def test_a_row_in_quarantine_comes_in_only_when_what_was_wrong_is_right(desk: Desk) -> None:
    with desk.act() as act:
        set_profile(act, plain().text, reason="本单位台账")
    with desk.installation.database.reading() as session:
        profile = profile_in_force(session, "plain")
    shifted, doubled = "A5,2024-03-05,滨湖路,东侧,0,晴,,", "A1,2024-03-05 08:20,别处,3,晴,,"
    stream = a_file(*ROWS[:2], shifted, doubled)
    desk.bring(stream, profile)
    with desk.act() as act:
        width, twice = quarantine_list(act.session, act.actor)
    for one in (width, twice):
        with pytest.raises(Invalid, match="仍有错误"), desk.act() as act:
            retry(act, one.id, Territory())
    with desk.act() as act:
        mend(act, width.id, {(4, "地点"): "滨湖路东侧", (4, "死亡"): "0", (4, "天气"): "晴", (4, "经度"): ""})
        mend(act, twice.id, {(5, "编号"): "A6"})
    for one in (width, twice):
        with desk.act() as act:
            retry(act, one.id, Territory())
    told = {row.source_key: (row.place, row.deaths) for row in desk.rows()}
    assert told == {"A1": ("滨湖路", 1), "A2": ("文星大道", 0), "A5": ("滨湖路东侧", 0), "A6": ("别处", 3)}


def test_what_a_later_profile_reads_is_not_lost_to_a_row_in_quarantine(desk: Desk) -> None:
    def bring(text: str) -> None:
        with desk.act() as act:
            set_profile(act, text, reason="本单位台账")
        with desk.installation.database.reading() as session:
            desk.bring(stream, profile_in_force(session, "plain"))

    stream = a_file(
        "A1,2024-03-05,甲,0,1,,,2", "A2,2024-13-05,乙,0,1,,,3", heads="编号,日期,地点,死亡,天气,经度,纬度,重伤"
    )
    bring(plain().text)
    with desk.act() as act:
        (waiting,) = quarantine_list(act.session, act.actor)
        mend(act, waiting.id, {(3, "日期"): "2024-12-05"})
        set_profile(act, plain().text.replace('deaths = "死亡"', 'deaths = "死亡"\nserious = "重伤"'), reason="补重伤")
    with pytest.raises(Invalid, match="没有保存这些列：重伤"), desk.act() as act:
        retry(act, waiting.id, Territory())
    with desk.installation.database.reading() as session:
        desk.bring(stream, profile_in_force(session, "plain"))
    with desk.act() as act:
        mend(act, waiting.id, {(3, "日期"): "2024-12-05"})
        retry(act, waiting.id, Territory())
    assert [row.serious for row in desk.rows()] == [2, 3]


def test_the_unit_that_figures_go_by_follows_the_jurisdiction_that_a_source_corrects(desk: Desk) -> None:
    with desk.installation.database.reading() as session:
        ours = session.scalars(select(Organisation).where(Organisation.issues_as == "unit")).first()
    assert ours is not None
    text = plain().text.replace("[accident]", '[accident]\njurisdiction = "管辖"')
    heads = "编号,日期,地点,死亡,天气,经度,纬度,管辖"
    for named, unit in ((ours.name, ours.id), ("外地大队", None)):
        desk.bring(a_file(f"A1,2024-03-05,甲,0,1,,,{named}", heads=heads), Versioned(plain(text), 1))
        (row,) = desk.rows()
        assert (row.jurisdiction, row.unit_id) == (named, unit)


def test_a_draft_never_takes_the_place_of_a_profile_that_is_there(desk: Desk) -> None:
    with desk.act() as act:
        set_profile(act, plain().text, reason="本单位台账", new=True)
        with pytest.raises(Conflict, match="请换一个名称"):
            set_profile(act, plain().text + "# 另一份\n", reason="另一份", new=True)
