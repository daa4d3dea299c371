"""Registers of notices kept elsewhere: thousands of real ones, and what their keepers said of them on each day."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from models.clock.commands.registers import import_notices
from models.clock.queries.registers import RegisterStates, derived_state, register_list, register_states
from models.clock.queries.rulebook import rulebook
from models.clock.rules.deadline_rules import DEFAULT_RULES, Unit
from models.clock.rules.deadlines import compute
from models.clock.rules.registers import NoticeState, notice_state, register_rule
from models.clock.tables import RegisteredNotice
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.calendar.workdays import Calendar
from models.kernel.errors import Invalid, NotAllowed, NotFound
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Role
from tests.stories import Story

DAY = timedelta(days=1)
RULE = "56d"
SMALL = """ref,issued_on,addressees,replies,remark
A-1,2026-01-05,2,2,done
A-2,2026-01-05,2,1,
,2026-01-05,1,0,no reference
A-2,2026-01-06,1,0,the same reference again
A-3,2026-01-05,0,1,addressees unknown
"""


def load(
    story: Story, data: bytes, as_of: date, *, rule: str = RULE, account: str = "console", skip_bad: bool = False
) -> RegisterStates:
    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        return import_notices(act, data, name="PFD", rule=rule, as_of=as_of, skip_bad=skip_bad)


def events(shared_data: Path) -> list[dict[str, str]]:
    """Observed changes of status, without those that lack what the rule needs: a day, and whom it went to."""
    with (shared_data / "notices" / "pfd-status-events-2024.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = {state.value for state in NoticeState}
    return [row for row in rows if row["issued_on"] and row["addressees"] != "0" and row["status_to"] in known]


def test_pfd_every_notice_has_the_state_that_was_published(story: Story, shared_data: Path) -> None:
    data = (shared_data / "notices" / "pfd-notices-2025-07-31.csv").read_bytes()
    day = date(2025, 7, 31)
    told = load(story, data, day)
    assert (told.compared, told.different) == (2915, ())
    assert told.as_json()["states"] == {"completed": 1738, "pending": 43, "partial": 399, "overdue": 735}
    assert told.late == 399 + 735
    with story.installation.database.reading() as session:
        state = derived_state(day).label("state")
        rows = session.execute(select(RegisteredNotice, state)).all()
        assert len(rows) == 2915
        for row in rows:
            notice = row.RegisteredNotice
            assert notice.due_on == notice.issued_on + timedelta(days=56)
            assert notice_state(notice.addressees, notice.replies, notice.due_on, day).value == row.state


def test_pfd_each_observed_state_is_the_derived_one_on_that_day(shared_data: Path, pfd_calendar: Calendar) -> None:
    rule = register_rule(RULE, {})
    wrong = []
    seen = events(shared_data)
    for row in seen:
        issued, observed = date.fromisoformat(row["issued_on"]), date.fromisoformat(row["observed_at"][:10])
        due_on = compute(rule, datetime(*issued.timetuple()[:3], tzinfo=SHANGHAI), pfd_calendar).due_on
        derived = notice_state(int(row["addressees"]), int(row["replies_to"]), due_on, observed)
        if derived.value != row["status_to"]:
            wrong.append((row["ref"], derived.value, row["status_to"]))
    assert len(seen) > 3000
    assert wrong == []


def test_pfd_each_item_turns_late_on_day_57(shared_data: Path, pfd_calendar: Calendar) -> None:
    rule = register_rule(RULE, {})
    late = [row for row in events(shared_data) if row["status_from"] == "pending" and row["status_to"] != "completed"]
    ages: Counter[int] = Counter()
    for row in late:
        if row["status_to"] == "pending":
            continue
        issued, observed = date.fromisoformat(row["issued_on"]), date.fromisoformat(row["observed_at"][:10])
        due_on = compute(rule, datetime(*issued.timetuple()[:3], tzinfo=SHANGHAI), pfd_calendar).due_on
        addressees, before, after = int(row["addressees"]), int(row["replies_from"]), int(row["replies_to"])
        assert notice_state(addressees, before, due_on, issued + 56 * DAY) is NoticeState.PENDING
        assert notice_state(addressees, after, due_on, issued + 57 * DAY).value == row["status_to"]
        assert observed >= issued + 57 * DAY
        ages[(observed - issued).days] += 1
    assert sum(ages.values()) > 500
    # Nobody was seen late before day 57, and on no day were more seen to turn late than on that one.
    assert ages.most_common(1)[0][0] == min(ages) == 57


@pytest.fixture
def pfd_calendar() -> Calendar:
    return Calendar.of([], {})


def test_a_register_is_loaded_as_it_is_and_replaced_as_a_whole(story: Story) -> None:
    told = load(story, SMALL.encode(), date(2026, 3, 2))
    assert dict(told.states) == {
        NoticeState.COMPLETED: 1,
        NoticeState.PENDING: 4,
        NoticeState.PARTIAL: 0,
        NoticeState.OVERDUE: 0,
    }
    with story.installation.database.reading() as session:
        later = register_states(session, "PFD", date(2026, 3, 3))
        assert (later.late, later.states[NoticeState.PENDING]) == (3, 1)
        with pytest.raises(NotFound, match="没有名为“无”的登记簿"):
            register_states(session, "无", date(2026, 3, 3))
    load(story, SMALL.replace("A-2,2026-01-05,2,1", "A-2,2026-01-05,2,2").encode(), date(2026, 3, 3))
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RegisteredNotice)) == 5
        assert register_states(session, "PFD", date(2026, 3, 3)).states[NoticeState.COMPLETED] == 2
        loads = session.scalars(select(AdminEvent).where(AdminEvent.kind == "register_loaded")).all()
        assert [event.data["replaced"] for event in loads] == [False, True]


def test_every_bad_row_is_told_with_its_line_and_nothing_is_written(story: Story) -> None:
    bad = SMALL.replace("A-1,2026-01-05,2", "A-1,5.1.2026,two").replace(",1,0,no", ",1,-1,no")
    with pytest.raises(Invalid, match="登记簿有3处错误") as refused:
        load(story, bad.encode(), date(2026, 3, 2))
    assert [fault.path for fault in refused.value.faults] == [
        "第2行.issued_on",
        "第2行.addressees",
        "第4行.replies",
    ]
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(RegisteredNotice)) == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"ref,issued_on\nA,2026-01-05\n", "登记簿缺少列：addressees、replies"),
        (b"", "登记簿缺少列"),
        (b"ref,issued_on,addressees,replies\n", "没有任何通知"),
        (b"\xff\xff\xff", "不是 UTF-8 或 GBK"),
    ],
)
def test_what_is_no_register_is_refused(story: Story, data: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        load(story, data, date(2026, 3, 2))


def test_a_rule_is_a_code_or_a_length(story: Story) -> None:
    with story.installation.database.reading() as session:
        known = rulebook(session).latest
    assert register_rule("notice.plan", known) is known["notice.plan"]
    weeks = register_rule("10wr", known)
    assert (weeks.unit, weeks.amount, weeks.roll_over) == (Unit.WORKING_DAYS, 10, True)
    assert (register_rule(RULE, known).unit, register_rule(RULE, known).roll_over) == (Unit.CALENDAR_DAYS, False)
    for wrong in ("56", "notice.read", "0x5d", "-5d", ""):
        with pytest.raises(Invalid, match="56d为56日"):
            register_rule(wrong, known)
    with pytest.raises(Invalid, match="时限必须是1至3650"):
        register_rule("0d", {rule.code: rule for rule in DEFAULT_RULES})


def test_who_manages_the_office_loads_registers(story: Story) -> None:
    with pytest.raises(NotAllowed):
        load(story, SMALL.encode(), date(2026, 3, 2), account="li")


CHINESE = """文号,发文日期,应答复单位数,已答复单位数,备注
江公交〔2026〕1号,2026年1月5日,2,2,
江公交〔2026〕2号,2026/1/5,2,1,
"""


def workbook(rows: list[list[object]], *, sheets: int = 1) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for _ in range(sheets - 1):
        book.create_sheet()
    book.save(out)
    return out.getvalue()


HEADS = ["文号", "发文日期", "应答复单位数", "已答复单位数"]


@pytest.mark.parametrize(
    "data",
    [
        CHINESE.encode(),
        CHINESE.encode("utf-8-sig"),
        CHINESE.encode("gbk"),
        workbook([HEADS, ["江公交〔2026〕1号", date(2026, 1, 5), 2, 2.0], ["…2号", "2026.1.5", "2", 1], [None, ""]]),
    ],
    ids=["utf-8", "utf-8 with mark", "GBK", "xlsx"],
)
def test_a_register_is_read_as_an_office_writes_it(story: Story, data: bytes) -> None:
    told = load(story, data, date(2026, 1, 6))
    assert (told.states[NoticeState.COMPLETED], told.states[NoticeState.PENDING]) == (1, 1)


def test_a_workbook_of_several_sheets_or_none_that_opens_is_refused(story: Story) -> None:
    with pytest.raises(Invalid, match="只有一张工作表"):
        load(story, workbook([HEADS], sheets=2), date(2026, 1, 6))
    with pytest.raises(Invalid, match="打不开"):
        load(story, b"PK\x03\x04 no workbook", date(2026, 1, 6))


def test_a_column_under_two_heads_is_refused(story: Story) -> None:
    with pytest.raises(Invalid, match="“ref”和“文号”是同一列"):
        load(
            story,
            ("文号,ref" + CHINESE.removeprefix("文号")).replace("文号,ref", "ref,文号").encode(),
            date(2026, 1, 6),
        )


def test_sound_rows_are_loaded_without_the_bad_ones_only_where_that_is_said(story: Story) -> None:
    bad = CHINESE.replace("2026/1/5", "元月五日").encode()
    with pytest.raises(Invalid, match="登记簿有1处错误，未载入"):
        load(story, bad, date(2026, 1, 6))
    told = load(story, bad, date(2026, 1, 6), skip_bad=True)
    assert sum(told.states.values()) == 1
    assert [fault.path for fault in told.left_out] == ["第3行.发文日期"]
    with pytest.raises(Invalid, match="2处错误"):
        load(story, bad.replace(b"2026\xe5\xb9\xb41", b"x"), date(2026, 1, 6), skip_bad=True)


def test_what_was_issued_after_the_day_asked_for_is_in_no_state(story: Story) -> None:
    told = load(story, SMALL.encode(), date(2026, 1, 5))
    assert (sum(told.states.values()), told.later) == (4, 1)


def test_loaded_registers_are_listed_to_who_manages_the_office(story: Story) -> None:
    load(story, SMALL.encode(), date(2026, 3, 2))
    story.employ("guan", Role.ADMIN)
    with story.installation.reading("guan") as read:
        [one] = register_list(read.session, read.actor)
    assert (one.name, one.rule, one.notices, one.author) == ("PFD", RULE, 5, "console")
    assert (one.first_issued_on, one.last_issued_on) == (date(2026, 1, 5), date(2026, 1, 6))
    with story.installation.reading("li") as read, pytest.raises(NotAllowed):
        register_list(read.session, read.actor)
