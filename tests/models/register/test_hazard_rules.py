"""Where a hazard lies, which two may be one, what a cell of a ledger means, what a site check has to answer."""

from __future__ import annotations

from datetime import date

import pytest

from models.kernel.errors import Invalid
from models.kernel.vocabulary import HazardGrade, HazardState
from models.register.rules.hazard_ledger import read_ledger
from models.register.rules.hazards import hazard_number, is_number, likeness, may_be_one, road_number, spot, staked
from models.register.rules.site_checks import ANSWERS, read_answers, site_questions

TODAY = date(2026, 6, 1)
HEAD = "序号,路段,桩号,隐患描述,等级,排查时间,责任单位,责任人,资金,期限,状态,验收\n"


def one(**cells: str) -> dict[str, object]:
    """Return what a ledger with one line says of its hazard."""
    line = {"序号": "1", "路段": "G318", "隐患描述": "护栏缺失", "排查时间": "2026-05-01", **cells}
    row = ",".join(line.get(head, "") for head in HEAD.strip().split(","))
    read = read_ledger((HEAD + row).encode("gb18030"), today=TODAY)
    if read.faults:
        raise Invalid("；".join(map(str, read.faults)))
    return {**read.lines[0].said, "acceptance": read.lines[0].acceptance}


def test_numbers_and_roads_and_stakes_are_read_as_people_write_them() -> None:
    assert hazard_number("YH", 2026, 1) == "YH2026-0001"
    assert is_number("YH2026-12345")
    assert not is_number("YH2026-1")
    assert [road_number(text) for text in ("G318沪聂线", "沪聂线（g318）", "XG318", "某某大道", None)] == [
        *("G318", "G318", None),
        *(None, None),
    ]
    assert (staked("K12+300").metres, staked("K12+300").end) == (12_300, None)
    for stretch in ("K12+300至K12+900", "K12+300-K12+900", "K12+300～K12+900"):
        assert (staked(stretch).metres, staked(stretch).end) == (12_300, 12_900)
    with pytest.raises(Invalid, match="不是桩号"):
        staked("K12+300至路口")


def test_a_point_is_kept_in_one_datum_and_a_cell_of_whole_metres() -> None:
    point = spot("114.871,30.392 WGS-84")
    assert (point.longitude, point.latitude) == (114.871, 30.392)
    assert point.east_m // 1_000_000 == 38
    shifted = spot("114.871,30.392 GCJ-02")
    assert 300 < abs(shifted.east_m - point.east_m) < 700


def test_two_are_alike_by_their_words_and_the_days_they_were_seen() -> None:
    short, long = "急弯外侧护栏缺失", "急弯外侧护栏缺失十余米，夜间无反光标志"
    assert likeness(short, long) == 1.0
    assert likeness(short, "路面积水") == 0.0
    assert likeness("坑", "坑") == 0.0  # one character says too little
    assert may_be_one((short, date(2026, 1, 1)), (long, date(2026, 4, 1)))
    assert not may_be_one((short, date(2026, 1, 1)), (long, date(2026, 4, 2)))


@pytest.mark.parametrize(
    ("cells", "column", "means"),
    [
        ({"排查时间": "2026/5/1"}, "found_on", date(2026, 5, 1)),
        ({"排查时间": "2026.05.01"}, "found_on", date(2026, 5, 1)),
        ({"排查时间": "2026年5月1日"}, "found_on", date(2026, 5, 1)),
        ({"排查时间": "46143"}, "found_on", date(2026, 5, 1)),
        ({"排查时间": "2026-05-01 00:00:00"}, "found_on", date(2026, 5, 1)),
        ({"期限": "2026年6月底前"}, "due_on", date(2026, 6, 30)),
        ({"期限": "2028年2月"}, "due_on", date(2028, 2, 29)),
        ({"期限": "2026年6月15日前"}, "due_on", date(2026, 6, 15)),
        ({"资金": "5万元"}, "funds", 50_000),
        ({"资金": "1.25万"}, "funds", 12_500),
        ({"资金": "50000"}, "funds", 50_000),
        ({"资金": ""}, "funds", None),
        ({"等级": "重大隐患"}, "severity", HazardGrade.MAJOR),
        ({"状态": ""}, "state", HazardState.REPORTED),
        ({"状态": "待整改"}, "state", HazardState.CHECKED),
        ({"验收": "2026-05-20"}, "state", HazardState.CLOSED),
        ({"验收": "2026年5月20日验收合格"}, "accepted_on", date(2026, 5, 20)),
        ({"验收": "2026年5月20日验收合格"}, "acceptance", "2026年5月20日验收合格"),
        ({"验收": "未验收"}, "accepted_on", None),
        ({"桩号": "K1至K2"}, "stake_m", 1000),
        ({"责任人": "'+某甲"}, "responsible_person", "+某甲"),
    ],
)
def test_a_cell_means_what_an_office_means_by_it(cells: dict[str, str], column: str, means: object) -> None:
    assert one(**cells)[column] == means


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"排查时间": "去年"}, "第2行“排查时间”：“去年”不是可以识别的日期"),
        ({"排查时间": "2026-06-02"}, "晚于今天"),
        ({"期限": "立即"}, "“立即”不是期限"),
        ({"期限": "2026-04-30"}, "早于排查时间"),
        ({"资金": "约5万"}, "不是确切的数"),
        ({"资金": "0.5"}, "须是不小于0的整元数"),
        ({"等级": "较大"}, "不认识等级“较大”"),
        ({"状态": "还行"}, "不认识状态“还行”"),
        ({"验收": "合格"}, "请写明验收日期"),
        ({"桩号": "路口"}, "不是桩号"),
        ({"隐患描述": ""}, "第2行“隐患描述”：请填写"),
        ({"序号": ""}, "请填写序号"),
        ({"路段": ""}, "请写明路段、桩号或者地点"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_head(cells: dict[str, str], told: str) -> None:
    with pytest.raises(Invalid) as refused:
        one(**cells)
    assert told in refused.value.message


def test_a_file_that_is_no_ledger_is_refused_as_a_whole() -> None:
    for data, told in (
        (b"a,b,c\n1,2,3", "没有找到台账的表头"),
        ("序号,路段,隐患描述\n1,G318,缺".encode(), "缺少列：排查时间"),
        ("编号,序号,路段,隐患描述,排查时间\n".encode(), "是同一列"),
        (HEAD.encode(), "没有任何隐患"),
        (b"\xff\xfe\x00\x81", "不是 UTF-8 或 GBK"),
        (b"PK\x03\x04 no book", "隐患台账"),
    ):
        with pytest.raises(Invalid) as refused:
            read_ledger(data, today=TODAY)
        assert told in refused.value.message


def test_a_site_check_answers_every_question_once_and_says_what_is_wrong() -> None:
    questions = site_questions()
    assert [*dict.fromkeys(question.aspect for question in questions)] == ["人", "车", "路", "环", "管"]
    assert len({question.key for question in questions}) == len(questions)
    fine = [f"{question.key}={ANSWERS[1]}" for question in questions]
    assert list(read_answers(reversed(fine))) == [question.key for question in questions]
    for wrong in (fine[1:], [*fine, fine[0]], [*fine[1:], f"{questions[0].key}=有问题"], [*fine[1:], "nothing=无问题"]):
        with pytest.raises(Invalid, match="现场核查表有"):
            read_answers(wrong)
