"""A hazard comes in by form, by link and in a ledger, is looked at on site, and is confirmed or found to be none."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from pydantic import SecretStr
from sqlalchemy import select

from models.kernel.act import Act, find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from models.kernel.record.event_record import as_record
from models.kernel.rights.policy import SYSTEM
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Door, HazardGrade, HazardSource, HazardState, OrganisationKind, Role
from models.overview.queries.stored_files import office_files
from models.papers.tables import DrawnNumber
from models.register.commands.hazard_ledgers import LedgerImported, import_hazards
from models.register.commands.hazard_links import Told, receive_hazard
from models.register.queries.hazard_links import link_list, link_opened
from models.register.queries.hazards import (
    Filters,
    HazardShown,
    hazard_list,
    hazard_photo,
    hazard_shown,
    hazards_to_check,
)
from models.register.rules.site_checks import site_questions
from tests.pictures import photograph
from tests.stories import Story
from ui.hazard_book import hazard_ledger
from ui.incoming import take_in_pictures

ROADS = "鄂州市交通运输局"
HEADS = (
    *("序号", "路段", "桩号", "隐患描述", "等级", "排查时间"),
    *("责任单位", "责任人", "资金（万元）", "期限", "状态", "验收"),
)
LINE = (
    1,
    "G316福兰线",
    "K845+200",
    "急弯处缺少警示标志",
    "一般",
    "2025年11月3日",
    ROADS,
    "某甲",
    1.5,
    "2025年12月底前",
    "",
    "",
)
SAID = {"description": "急弯外侧护栏缺失十余米", "road_name": "S239武鄂线", "stake": "K12+300"}
FINE = [f"{question.key}=无问题" for question in site_questions()[1:]]
ANSWERS = [f"{site_questions()[0].key}=有问题：行人横穿，无过街设施", *FINE]


def reported(story: Story, account: str = "li", **otherwise: Any) -> str:
    number: str = story.in_office(account, "report-hazard", **{**SAID, **otherwise})
    return number


def seen(story: Story, number: str, account: str = "li") -> HazardShown:
    with story.installation.database.reading() as session:
        return hazard_shown(session, find_actor(session, account, story.at), number)


def numbers(story: Story, account: str, **narrowed: Any) -> list[str]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return [one.hazard_number for one in hazard_list(session, actor, Filters(**narrowed))]


def book(*rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> bytes:
    made = Workbook()
    made.active.append(("某区道路交通安全隐患排查治理台账",))
    for row in (heads, *rows):
        made.active.append(row)
    made.active.append(("填表人：", "某乙"))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def loaded(story: Story, data: bytes, account: str = "li", **said: Any) -> LedgerImported:
    from models.kernel.act import acting

    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        return import_hazards(act, data, **{"ledger": "2025年台账", **said})


def record(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(AdminEvent.kind).order_by(AdminEvent.seq)))


def test_an_officer_tells_of_it_looks_at_it_and_confirms_it(story: Story, tmp_path: Path) -> None:
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(photograph())
    photos = take_in_pictures([photo], story.installation)
    number = reported(story, photos=photos, coordinates="114.871,30.392 GCJ-02", severity=HazardGrade.ORDINARY)
    assert number == "YH2025-0001"
    found = seen(story, number)
    assert (found.state, found.source, found.road_number, found.stake) == (
        *(HazardState.REPORTED, HazardSource.PATROL),
        *("S239", "K12+300"),
    )
    # Some 500 m lie between the datum of the maps on the market and the one that surveys use.
    assert (found.longitude, found.latitude) == (pytest.approx(114.8655, abs=1e-3), pytest.approx(30.3944, abs=1e-3))
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        assert hazards_to_check(session, actor) == 1
        assert hazard_photo(session, actor, number, 1).sha256 == photos[0].stored.sha256
        assert hazard_photo(session, actor, number, 1, small=True).sha256 != photos[0].stored.sha256
        assert photos[0].stored.sha256 in office_files(session)
        with pytest.raises(NotFound, match="没有这张照片"):
            hazard_photo(session, actor, number, 2)

    story.wait(days=1)
    check = {"hazard": number, "confirmed": True, "site_answers": ANSWERS, "checked_with": "wang"}
    with pytest.raises(Invalid, match="请选择等级"):
        story.in_office("li", "check-site", **check)
    with pytest.raises(Invalid, match="现场核查表有1处不合格") as refused:
        story.in_office("li", "check-site", **{**check, "site_answers": ANSWERS[:-1]}, severity=HazardGrade.MAJOR)
    assert [fault.message for fault in refused.value.faults] == ["尚未填写"]
    for account in ("nei", "ling", "shen"):
        with pytest.raises(NotAllowed, match="由民警办理"):
            story.in_office(account, "check-site", **check, severity=HazardGrade.MAJOR)
    story.in_office("li", "check-site", **check, severity=HazardGrade.MAJOR, seen_version=found.version)
    with pytest.raises(Conflict, match="已被他人修改"):  # two at once: the second one saw what is no more
        story.in_office(
            "wang", "check-site", **{**check, "checked_with": None}, severity=HazardGrade.MAJOR, seen_version=1
        )
    now = seen(story, number)
    assert (now.state, now.severity) == (HazardState.CHECKED, HazardGrade.MAJOR)
    assert now.site_check is not None
    assert now.site_check["with"] == "wang"
    assert now.site_check["answers"][site_questions()[0].key] == {"answer": "有问题", "note": "行人横穿，无过街设施"}
    assert [step.kind for step in now.steps] == ["hazard_reported", "hazard_checked"]
    assert record(story)[-2:] == ["hazard_reported", "hazard_checked"]


def test_the_same_place_is_told_of_once_unless_a_person_says_it_is_another(story: Story) -> None:
    first = reported(story)
    story.wait(days=20)
    with pytest.raises(Conflict, match=f"附近已有相似的隐患：{first}") as refused:
        reported(story, description="急弯外侧护栏缺失", stake="K12+360")
    assert refused.value.code == "hazard_alike"
    assert reported(story, description="急弯外侧护栏缺失", stake="K12+360", despite_similar=True) == "YH2025-0002"
    assert [one.hazard_number for one in seen(story, first).alike] == ["YH2025-0002"]
    assert reported(story, description="路面积水结冰", stake="K12+360") == "YH2025-0003"
    assert reported(story, stake="K15+000") == "YH2025-0004"
    story.wait(days=100)
    assert reported(story) == "YH2026-0001"  # a year has numbers of its own, and 90 days are over


def test_what_is_no_place_no_day_or_no_persons_to_tell_is_refused_and_draws_no_number(story: Story) -> None:
    for wrong, words in (
        ({"description": " "}, "请填写隐患描述"),
        ({"stake": "路边"}, "不是桩号"),
        ({"coordinates": "114.871,30.392"}, "请在坐标后注明坐标系"),
        ({"coordinates": "30.392,14.871 WGS-84"}, "不在我国范围内"),
        ({"road_name": None}, "请写明是哪条道路"),
        ({"road_name": None, "stake": None}, "请写明地点"),
        ({"found_on": story.at.date() + timedelta(days=1)}, "晚于今天"),
        ({"due": story.at.date() - timedelta(days=1)}, "期限早于排查时间"),
        ({"funds": -1}, "整元数"),
        ({"hazard_source": HazardSource.WARNING}, "隐患来源可选"),
        ({"division_code": "990000"}, "单位信息有误"),
    ):
        with pytest.raises(Invalid) as refused:
            reported(story, **wrong)
        assert words in refused.value.message + "".join(str(fault) for fault in refused.value.faults)
    for account in ("ling", "shen", "dang"):
        with pytest.raises(NotAllowed):
            reported(story, account)
    with story.installation.database.reading() as session:
        assert session.scalars(select(DrawnNumber).where(DrawnNumber.used_for.startswith("hazard/"))).all() == []


def test_an_agency_sees_what_it_told_of_or_has_to_mend_and_nothing_else(story: Story) -> None:
    story.in_office("li", "add-organisation", name=ROADS, kind=OrganisationKind.TRANSPORT)
    story.employ("jiao", Role.AGENCY, unit=ROADS)
    theirs = reported(story, "jiao", hazard_source=HazardSource.LEAD)
    ours = reported(story, description="路口信号灯不亮", stake="K3+100")
    to_mend = reported(story, description="桥面破损", stake="K6+900", responsible_unit=ROADS)
    assert numbers(story, "jiao") == [to_mend, theirs]
    assert set(numbers(story, "ling")) == {theirs, ours, to_mend}
    shown = seen(story, to_mend, "jiao")
    assert (shown.reporter, shown.steps, shown.accidents) == (None, [], [])
    with pytest.raises(NotFound):
        seen(story, ours, "jiao")
    with pytest.raises(NotFound):
        story.in_office("jiao", "edit-hazard", hazard=ours, reason="改", place="别处")
    with pytest.raises(NotAllowed):
        story.in_office("jiao", "edit-hazard", hazard=theirs, reason="改", place="别处")


def test_a_leader_decides_that_it_is_none_and_nothing_moves_it_then(story: Story) -> None:
    number = reported(story)
    story.in_office("nei", "edit-hazard", hazard=number, reason="现场补充", place="某村口", due=story.at.date())
    [_, step] = seen(story, number).steps
    assert step.data["changes"]["place"] == [None, "某村口"]
    with pytest.raises(Invalid, match="没有要修改"):
        story.in_office("nei", "edit-hazard", hazard=number, reason="再改", place="某村口")
    story.in_office("nei", "edit-hazard", hazard=number, reason="道路写错", road_name="沿江大道")
    assert seen(story, number).road_number is None  # that of the road before would lead to what lies there
    fine = [f"{question.key}=无问题" for question in site_questions()]
    with pytest.raises(Invalid, match="请填写核查情况"):
        story.in_office("wang", "check-site", hazard=number, confirmed=False, site_answers=fine)
    story.in_office("wang", "check-site", hazard=number, confirmed=False, site_answers=fine, note="护栏已补齐")
    assert seen(story, number).state is HazardState.REPORTED  # an officer finds nothing; a leader decides
    with pytest.raises(NotAllowed):
        story.in_office("wang", "dismiss-hazard", hazard=number, reason="已补齐")
    with pytest.raises(Invalid, match="请填写理由"):
        story.in_office("ling", "dismiss-hazard", hazard=number, reason=" ")
    story.in_office("ling", "dismiss-hazard", hazard=number, reason="护栏已补齐")
    assert (seen(story, number).state, seen(story, number).state_reason) == (HazardState.DISMISSED, "护栏已补齐")
    for account, step_name, said in (
        ("ling", "dismiss-hazard", {"reason": "再次"}),
        ("li", "edit-hazard", {"reason": "再次", "place": "别处"}),
        ("li", "check-site", {"confirmed": False, "site_answers": fine, "note": "无"}),
    ):
        with pytest.raises(Conflict, match="不作隐患处理"):
            story.in_office(account, step_name, hazard=number, **said)
    assert numbers(story, "li", open_only=True) == []
    assert numbers(story, "li", state=HazardState.DISMISSED, words="护栏 沿江") == [number]


def test_a_ledger_comes_in_whole_and_again_changes_what_it_says_otherwise(story: Story) -> None:
    first = book(
        LINE,
        (2, "S239武鄂线", "K1+000至K2+000", "路面破损", "重大", "2025/11/4", "某镇人民政府", "", "", "", "整改中", ""),
    )
    looked = loaded(story, first, dry_run=True)
    assert (looked.added, looked.faults, numbers(story, "li")) == (["第3行", "第4行"], [], [])
    done = loaded(story, first)
    assert (done.added, done.passed_over) == (["YH2025-0001", "YH2025-0002"], [5])
    again = loaded(story, first)
    assert (again.added, again.changed, again.not_taken, again.unchanged) == ([], [], [], 2)
    assert record(story).count("hazards_imported") == 1
    found = seen(story, "YH2025-0001")
    assert (found.funds, str(found.due_on), found.severity) == (15_000, "2025-12-31", HazardGrade.ORDINARY)
    assert (found.responsible_name, found.ledger and found.ledger["key"]) == (ROADS, "1")

    # Here a person changes one thing, in the ledger two change: what was changed here stays, and is told.
    story.in_office("nei", "edit-hazard", hazard="YH2025-0001", reason="核对", responsible_person="某丙")
    later = (*LINE[:7], "某丁", 2, *LINE[9:])
    change = loaded(story, book(later))
    assert [(one.column, one.before, one.after) for one in change.changed] == [("funds", 15_000, 20_000)]
    assert [(one.column, one.before, one.after) for one in change.not_taken] == [("responsible_person", "某丙", "某丁")]
    assert loaded(story, book(later)).unchanged == 1
    # Another's ledger of the same name, and one with fewer columns, take nothing away.
    few = loaded(
        story,
        book((1, "G316福兰线", "急弯处缺少警示标志", "2025-11-03"), heads=("序号", "路段", "隐患描述", "排查时间")),
    )
    assert (few.changed, few.not_taken, few.unchanged) == ([], [], 1)
    assert seen(story, "YH2025-0001").funds == 20_000


def test_a_bad_row_is_named_by_row_and_column_and_nothing_is_half_written(story: Story) -> None:
    bad = book(
        LINE,
        (2, "", "", "护栏缺失", "较大", "去年", "", "", "-3", "", "很好", ""),
        (1, "G316", "K1", "路面破损", "一般", "2025-11-03", "", "", "", "2025-10-01", "未整改", "2025-11-20"),
    )
    with pytest.raises(Invalid, match="未写入任何内容") as refused:
        loaded(story, bad)
    told = [str(fault) for fault in refused.value.faults]
    for place in ("等级", "排查时间", "资金（万元）", "状态", "路段"):
        assert any(line.startswith(f"第4行“{place}”") for line in told), place
    assert any(line.startswith("第5行“期限”：2025-10-01早于排查时间") for line in told)
    assert any(line.startswith("第5行“状态”：已于2025-11-20验收") for line in told)
    assert numbers(story, "li") == []
    done = loaded(story, bad, skip_bad=True)
    assert (done.added, len(done.faults)) == (["YH2025-0001"], len(told))
    for account in ("ling", "dang"):
        with pytest.raises(NotAllowed):
            loaded(story, bad, account)
    twice = book(LINE, LINE)
    with pytest.raises(Invalid) as refused:
        loaded(story, twice)
    assert "“1”与第3行重复" in str(refused.value.faults[0])


def test_what_is_exported_and_read_again_changes_nothing(story: Story) -> None:
    reported(story, place="某村口", due=story.at.date(), severity=HazardGrade.MAJOR, funds=30_000)
    reported(story, description="=1+1 形的标线磨损", stake="K20+100", responsible_unit=None)
    loaded(
        story,
        book(LINE, (2, "S239", "K9", "桥面破损", "", "2025-10-04", "", "", "", "", "已整改", "2025年10月20日验收合格")),
    )
    for as_csv in (False, True):
        _, data = hazard_ledger(story.installation_at(), "li", Filters(), as_csv=as_csv)
        again = loaded(story, data, ledger="导出")
        assert (again.added, again.changed, again.not_taken, again.unchanged) == ([], [], [], 4)
    # What people wrote since the file was made is newer than the file.
    number = numbers(story, "li")[0]
    story.in_office("nei", "edit-hazard", hazard=number, reason="现场补充", description="后来核实的情况")
    late = loaded(story, data, ledger="导出")
    assert late.changed == []
    assert [(one.hazard_number, one.column) for one in late.not_taken] == [(number, "description")]


def linking(story: Story) -> None:
    settings = story.installation.settings.model_copy(update={"link_key": SecretStr("only for this test")})
    story.installation = replace(story.installation, settings=settings)


def comes(story: Story, token: str, key: str = "k1", **said: str | None) -> str:
    where = {"place": "某村路口", "road_name": None, "stake": None, "coordinates": None, **said}
    told = Told("路口积水，夜间看不清", where, "网格员某甲", key)
    with story.installation.database.writing() as session:
        return receive_hazard(Act(session, SYSTEM, story.at, story.installation.settings, Door.LINK), token, told)


def test_a_link_lets_people_without_account_tell_and_read_nothing_until_it_is_revoked(story: Story) -> None:
    linking(story)
    for account in ("nei", "ling"):
        with pytest.raises(NotAllowed):
            story.in_office(account, "make-hazard-link", given_to="某镇网格员")
    token = story.in_office("li", "make-hazard-link", given_to="某镇网格员", division_code="420704")
    number = comes(story, token)
    assert comes(story, token) == number  # the same form again is the same hazard
    assert comes(story, token, "k2", place="某村东头") != number
    found = seen(story, number)
    assert (found.source, found.division_code) == (HazardSource.GRID, "420704")
    assert found.reporter == "网格员某甲，上报链接“某镇网格员”"
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        [link] = link_list(session, actor, story.installation.settings.link_secret, story.at.date())
        assert (link.hazards, link.token) == (2, token)
        assert link_list(session, find_actor(session, "ling", story.at), b"", story.at.date()) == []
        event = session.scalars(select(AdminEvent).where(AdminEvent.kind == "hazard_reported")).first()
        assert event is not None
        assert as_record("office", event)["data"]["door"] == "link"
    with pytest.raises(Invalid):
        comes(story, token, "k3", place=None)
    with pytest.raises(NotFound):
        comes(story, "nobodys")
    with pytest.raises(NotAllowed):
        story.in_office("nei", "revoke-hazard-link", link=link.id, reason="不再使用")
    story.in_office("wang", "revoke-hazard-link", link=link.id, reason="外传")
    with pytest.raises(Refused, match="无效或者已停用"):
        comes(story, token, "k4")
    with story.installation.database.reading() as session:
        [ended] = link_list(session, find_actor(session, "li", story.at), None, story.at.date())
        assert (ended.revoked_by, ended.revoke_reason, ended.token) == ("王某", "外传", None)
    late = story.in_office("li", "make-hazard-link", given_to="另一镇", expires_on=story.at.date())
    with story.installation.database.reading() as session:
        assert link_opened(session, late, story.at).unit
        with pytest.raises(NotFound):
            link_opened(session, late, story.at + timedelta(days=1))
