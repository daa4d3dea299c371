"""Who may write what to whom: answers by hand, and a walk over every kind, level, place and paper that finds no "never"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from models.kernel.vocabulary import AuthorityKind, DocumentForm, Level, OrganisationKind, Purpose, Standing
from models.office.rules.competence import (
    DIRECTIVE,
    LEAVES,
    Copy,
    Row,
    Ruling,
    Way,
    judge,
    judge_organ,
    judge_subject,
    never,
    shipped,
)
from models.office.rules.ranks import NO_ORGAN, described
from models.office.rules.relations import Body
from models.office.rules.stands import Missing, Stand, stand, steps

K = OrganisationKind
TODAY = date(2026, 3, 20)
PLACES = {"市": "420700", "区": "420704", "县": "420704", "省": "420000", "乡": "420704100"}


def _body(kind: K, name: str, division: str | None, path: tuple[int, ...] = ()) -> Body:
    return described(kind, name, division, path)


BODIES = {
    "市局": _body(K.POLICE, "市公安局", "420700", (1,)),
    "市支队": _body(K.POLICE, "市公安局交警支队", "420700", (1, 2)),
    "县局": _body(K.POLICE, "县公安局", "420704", (3,)),
    "县大队": _body(K.POLICE, "县公安局交警大队", "420704", (3, 4)),
    "区大队": _body(K.POLICE, "市公安局交警支队某区大队", "420704", (1, 2, 5)),
    "区分局": _body(K.POLICE, "某区公安分局", "420704", (1, 6)),
    "省厅": _body(K.POLICE, "某省公安厅", "420000"),
    "省总队": _body(K.POLICE, "某省公安厅交警总队", "420000"),
    "外省支队": _body(K.POLICE, "外市公安局交警支队", "430100"),
    "市道安办": _body(K.SAFETY_COMMISSION, "市道路交通安全委员会办公室", "420700"),
    "区道安办": _body(K.SAFETY_COMMISSION, "区道路交通安全委员会办公室", "420704"),
    "市政府": _body(K.GOVERNMENT, "某市人民政府", "420700"),
    "区政府": _body(K.GOVERNMENT, "某区人民政府", "420704"),
    "县政府": _body(K.GOVERNMENT, "某县人民政府", "420704"),
    "乡政府": _body(K.GOVERNMENT, "某乡人民政府", "420704100"),
    "省政府": _body(K.GOVERNMENT, "某省人民政府", "420000"),
    "市委": _body(K.PARTY_COMMITTEE, "中共某市委员会", "420700"),
    "区委": _body(K.PARTY_COMMITTEE, "中共某区委员会", "420704"),
    "市交通": _body(K.TRANSPORT, "某市交通运输局", "420700"),
    "区交通": _body(K.TRANSPORT, "某区交通运输局", "420704"),
    "省交通": _body(K.TRANSPORT, "某省交通运输厅", "420000"),
    "邻市交通": _body(K.TRANSPORT, "邻市交通运输局", "420100"),
    "外省交通": _body(K.TRANSPORT, "外市交通运输局", "430100"),
    "国家部门": _body(K.TRANSPORT, "国家交通运输主管部门", None),
    "市公路": _body(K.ROAD_AUTHORITY, "市公路事业发展中心", "420700"),
    "省安监": _body(K.EMERGENCY_MANAGEMENT, "某省安全生产监督管理局", "420000"),
    "市编办": Body(K.OTHER, "420700", level=Level.CITY, led_from=Level.CITY, name="市委编办"),
    "垂管所": Body(K.MARKET_SUPERVISION, "420704", level=Level.COUNTY, led_from=Level.PROVINCE, name="省局驻县管理所"),
    "市监委": _body(K.DISCIPLINE_INSPECTION, "某市监察委员会", "420700"),
    "省监委": _body(K.DISCIPLINE_INSPECTION, "某省监察委员会", "420000"),
    "外省监委": _body(K.DISCIPLINE_INSPECTION, "外市监察委员会", "430100"),
    "市检察院": _body(K.PROCURATORATE, "某市人民检察院", "420700"),
    "市法院": _body(K.COURT, "某市中级人民法院", "420700"),
    "区企业": _body(K.ENTERPRISE, "某运输公司", "420704"),
    "外省企业": _body(K.ENTERPRISE, "外省某运输公司", "430100"),
    "层级不明": _body(K.OTHER, "某联合体", "420704"),
}
ANSWERS = [
    (line.split("\t") + [""] * 7)[:7]
    for line in (Path(__file__).parent / "competence_answers.tsv").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(
    ("issuer", "recipient", "purpose", "held", "outcome", "way", "form"), ANSWERS, ids=lambda cell: cell or "-"
)
def test_the_table_gives_the_answers_that_were_worked_out_by_hand(
    issuer: str, recipient: str, purpose: str, held: str, outcome: str, way: str, form: str
) -> None:
    found = judge(BODIES[issuer], BODIES[recipient], Purpose(purpose), TODAY, held=_held(held))
    assert (_outcome(found), found.refused) == (outcome, outcome == "refused"), found.sentence
    if way:
        assert found.way == way, found.sentence
    if form:
        assert found.form == form, found.sentence


def _held(cell: str) -> set[AuthorityKind]:
    return {AuthorityKind(one) for one in cell.split(",") if one}


def _outcome(found: Ruling) -> str:
    if found.refused:
        return "refused"
    return {Way.DIRECT: "direct", Way.DECIDE_FIRST: "decide"}.get(found.way, "via")


def test_there_are_at_least_a_hundred_answers_by_hand() -> None:
    assert len({tuple(answer[:4]) for answer in ANSWERS}) >= 100


ISSUERS = [
    _body(kind, name, division, path)
    for kind, name, division, path in (
        (K.POLICE, "某省公安厅", "420000", (10,)),
        (K.POLICE, "某省公安厅交警总队", "420000", (10, 11)),
        (K.POLICE, "某市公安局", "420700", (1,)),
        (K.POLICE, "某市公安局交警支队", "420700", (1, 2)),
        (K.POLICE, "某县公安局", "420704", (3,)),
        (K.POLICE, "某县公安局交警大队", "420704", (3, 4)),
        (K.SAFETY_COMMISSION, "某市道路交通安全委员会办公室", "420700", ()),
        (K.SAFETY_COMMISSION, "某县道路交通安全委员会办公室", "420704", ()),
    )
]
DIVISIONS = ("420000", "420700", "420703", "420704", "420704100", "420100", "430000", "430524", None)
HELD = ((), tuple(AuthorityKind))


def _everybody() -> Iterator[Body]:
    for kind, division, level, led in product(K, DIVISIONS, (*Level, None), (*Level, None)):
        standings = (Standing.ORGAN, Standing.TRAFFIC_POLICE) if kind is K.POLICE else (Standing.ORGAN,)
        for standing in standings:
            plain = described(kind, "某单位", division)
            yield Body(kind, division, (), level, led, plain.line, standing, "某单位")


EVERYBODY = tuple(_everybody())


@pytest.mark.parametrize("issuer", ISSUERS, ids=lambda issuer: issuer.name)
def test_no_level_line_kind_or_paper_ever_gets_what_it_must_never_get(issuer: Body) -> None:
    seen: set[tuple[Stand, Purpose, bool]] = set()
    for recipient in EVERYBODY:
        found = stand(issuer, recipient)
        for purpose, held in product(Purpose, HELD):
            # What a ruling says hangs on the stand alone; whether the stand is right hangs on every recipient.
            ruling = judge(issuer, recipient, purpose, TODAY, held=held)
            _never_upward(issuer, recipient, ruling)
            if (found, purpose, bool(held)) not in seen:
                seen.add((found, purpose, bool(held)))
                _never_by_form(ruling, held=bool(held))
                assert ruling.sentence.count("。") == 1
                assert ruling.leaves or "请" in ruling.sentence


def _never_upward(issuer: Body, recipient: Body, ruling: Ruling) -> None:
    if not ruling.leaves:
        return
    enterprise = recipient.kind in NO_ORGAN
    if not enterprise:
        assert recipient.level is not None
        assert steps(issuer, recipient) <= 1 or recipient.level is None, "no skipping of a level"
    if ruling.purpose in DIRECTIVE:
        assert recipient.kind not in (
            K.GOVERNMENT,
            K.PARTY_COMMITTEE,
            K.COURT,
            K.PROCURATORATE,
            K.DISCIPLINE_INSPECTION,
        )
        if not enterprise and steps(issuer, recipient) >= 0 and recipient.kind is not K.POLICE:
            assert ruling.needs is AuthorityKind.COMMISSION_RULE, "a peer only on the commission's rule"
            assert steps(issuer, recipient) == 0
    if ruling.purpose in (Purpose.PROPOSE, Purpose.CLUE):
        assert not enterprise
    if recipient.kind is K.PARTY_COMMITTEE:
        raise AssertionError("party committees are written to by the party organisation")


def _never_by_form(ruling: Ruling, *, held: bool) -> None:
    if not ruling.leaves:
        return
    upward = (Stand.OWN_GOVERNMENT, Stand.SUPERIOR, Stand.COMMISSION)
    if ruling.form in (DocumentForm.REPORT, DocumentForm.REQUEST):
        assert ruling.stand in upward
    if ruling.purpose is Purpose.REQUEST:
        assert ruling.form is DocumentForm.REQUEST, "no request inside a report"
    if ruling.stand in upward and ruling.stand is not Stand.COMMISSION:
        assert ruling.form in (DocumentForm.REPORT, DocumentForm.REQUEST)
    if ruling.stand is Stand.LOWER_GOVERNMENT and ruling.form is DocumentForm.NOTICE:
        assert held
        assert ruling.needs in (AuthorityKind.CONSENT, AuthorityKind.AUTHORISATION)


def test_every_key_of_the_table_has_a_row_that_needs_nothing() -> None:
    rows = shipped().rows
    for key in product(Standing, Stand, Purpose):
        assert (rows[key][-1].needs, rows[key][-1].power) == (None, None), key


def test_no_shipped_row_says_what_none_may_say_and_every_basis_is_known() -> None:
    table = shipped()
    for (_, found, purpose), rows in table.rows.items():
        for row in rows:
            assert row.refused or not never(found, purpose, row.ways[0], row.form, row.needs)
            assert set(row.basis) <= set(table.bases)


def test_a_paper_of_a_day_rests_on_what_was_in_force_that_day() -> None:
    issuer, organ = BODIES["市局"], BODIES["市监委"]
    held = {AuthorityKind.PARTY_APPROVAL}
    articles = [
        [basis.text for basis in judge(issuer, organ, Purpose.CLUE, day, held=held).basis]
        for day in (date(2014, 7, 19), date(2019, 1, 1), date(2026, 1, 1))
    ]
    assert articles == [
        [],
        ["《中华人民共和国监察法》第三十四条"],
        ["《中华人民共和国监察法》第三十七条"],
    ]
    assert judge(issuer, organ, Purpose.PROPOSE, date(2011, 1, 1)).basis == ()


def test_a_row_of_the_place_counts_before_the_shipped_one_on_its_days_only() -> None:
    key = Standing.ORGAN, Stand.PEER, Purpose.REMIND
    local = Row(ways=(Way.TELL_LEADERS,), refused=True, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))
    table = shipped().with_rows({key: (local,)})

    def leaves(day: date) -> bool:
        return judge(BODIES["市局"], BODIES["市交通"], Purpose.REMIND, day, table=table).leaves

    assert [leaves(date(2025, 12, 31)), leaves(date(2026, 1, 1)), leaves(date(2026, 7, 1))] == [True, False, True]


def test_an_organ_examines_neither_itself_nor_whoever_stands_above_it() -> None:
    issuer, organ = BODIES["市支队"], BODIES["市监委"]
    assert judge_organ(issuer, organ, [BODIES["区交通"]], TODAY).leaves
    itself = Body(K.TRANSPORT, "420700", (7,), Level.CITY, Level.CITY, name="某局")
    assert judge_organ(issuer, itself, [itself], TODAY).way is Way.TO_ORGAN
    assert judge_organ(issuer, organ, [BODIES["省交通"]], TODAY).way is Way.TO_ORGAN
    assert judge_organ(issuer, organ, [BODIES["外省企业"]], TODAY).leaves
    assert judge_subject(issuer, BODIES["市政府"]) is not None
    assert judge_subject(issuer, BODIES["区政府"]) is None


def test_what_is_not_known_of_a_unit_is_named_and_a_person_decides_first() -> None:
    issuer = BODIES["市支队"]
    unknown = [
        Body(K.TRANSPORT, "420704", name="某局"),
        Body(K.TRANSPORT, "420704", level=Level.COUNTY, name="某局"),
        Body(K.TRANSPORT, None, level=Level.COUNTY, led_from=Level.COUNTY, name="某局"),
        Body(K.ENTERPRISE, None, name="某公司"),
    ]
    found = [judge(issuer, one, Purpose.ADVISE, TODAY) for one in unknown]
    assert [one.missing for one in found] == [Missing.LEVEL, Missing.LEADER, Missing.PLACE, Missing.PLACE]
    assert all(one.missing is not None and one.missing.label in one.sentence for one in found)
    decided = Body(K.TRANSPORT, None, level=Level.UNDETERMINED, name="某局")
    assert judge(issuer, decided, Purpose.ADVISE, TODAY).way is Way.VIA_SUPERIOR


def test_a_district_of_a_municipality_stands_directly_below_it() -> None:
    district = _body(K.POLICE, "某区公安局", "500116", (1,))
    assert stand(district, _body(K.POLICE, "某市公安局", "500000")) is Stand.SUPERIOR
    assert stand(district, _body(K.TRANSPORT, "某市交通局", "500000")) is Stand.HIGHER_HERE


def test_copies_go_to_who_leads_the_one_who_writes_or_the_one_written_to() -> None:
    assert judge(BODIES["市支队"], BODIES["区大队"], Purpose.ADVISE, TODAY).copies == (Copy.THEIR_BUREAU,)
    assert judge(BODIES["县大队"], BODIES["市公路"], Purpose.URGENT, TODAY).copies == (Copy.OWN_SUPERIOR,)


@pytest.mark.parametrize(
    ("kind", "name", "division", "level"),
    [
        (K.TRANSPORT, "湖南省交通运输厅", "430000", Level.PROVINCE),
        (K.TRANSPORT, "湖南省交通运输厅", "430100", None),
        (K.TRANSPORT, "深圳市交通运输局宝安管理局", "440306", None),
        (K.MARKET_SUPERVISION, "长沙县工商行政管理局湘龙工商所", "430121", None),
        (K.GOVERNMENT, "国务院", None, Level.NATION),
        (K.OTHER, "珠海市有关部门", "440400", None),
        (K.ENTERPRISE, "某公司", "440400", None),
        (K.TRANSPORT, "鄂州市交通运输局", "420700", Level.CITY),
        (K.ROAD_AUTHORITY, "某县公路站", "420704", Level.COUNTY),
        (K.GOVERNMENT, "某省某市人民政府", "420700", Level.CITY),
        (K.TRANSPORT, "某区道路运输管理所", "500104", Level.COUNTY),
        (K.POLICE, "某市公安局交警支队高速公路大队", "440300", None),
        (K.POLICE, "某省公安厅交警总队高速公路管理支队", "430000", None),
        (K.POLICE, "某区公安局交巡警支队", "500116", Level.COUNTY),
        (K.POLICE, "某市公安局交警支队车辆管理所", "430100", None),
    ],
)
def test_a_level_is_taken_from_name_and_place_and_left_open_in_doubt(
    kind: K, name: str, division: str | None, level: Level | None
) -> None:
    assert described(kind, name, division).level is level


def test_the_ways_on_which_a_paper_leaves_are_three() -> None:
    assert LEAVES == (Way.DIRECT, Way.BY_BUREAU, Way.BY_COMMISSION)
