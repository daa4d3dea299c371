"""The words of the sheets are data: added, offered at every door, retired, and never taken from a rule that reads them."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select

from models.accident.dossier import notes, read, schema
from models.accident.dossier.workbook_out import blank
from models.accident.sheets import SHEETS, FieldKind, faults
from models.accident.sheets.words_in_force import declared
from models.accident.tables import CodeEntry
from models.case.commands.facts import add_fact_row, change_fact
from models.case.queries.facts import sheet_shown
from models.kernel.act import acting, find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Role
from models.office.commands.codes import add_code
from models.office.queries.codes import code_list
from models.samples import dossier_bytes
from tests.stories import Story
from ui.web.facts.shape import columns

WHY = "部门职责调整。"


@pytest.fixture
def administered(story: Story) -> Story:
    story.employ("guan", Role.ADMIN)
    return story


def _offered(story: Story, sheet: str, field: str) -> list[str]:
    with story.installation.database.reading():
        return [one.label for one in SHEETS[sheet].field(field).offered]


def _add(story: Story, table: str, label: str, by: str = "guan", **said: object) -> None:
    story.in_office(by, "add-code", table=table, label=label, reason=WHY, **said)


def _retire(story: Story, table: str, label: str, by: str = "guan") -> None:
    story.in_office(by, "retire-code", table=table, label=label, reason=WHY)


def test_a_word_that_was_added_is_offered_by_grid_workbook_schema_and_check_alike(administered: Story) -> None:
    _add(administered, "team.role", "观察员", aliases=["列席人员"])
    with administered.installation.database.reading():
        role = next(column for column in columns(SHEETS["team"]) if column.name == "role")
        assert "观察员" in (role.choices or ())
        assert faults(SHEETS["team"].field("role"), "观察员") == ()
        words = load_workbook(BytesIO(blank()))["词表"]
        assert "观察员" in {cell.value for column in words.columns for cell in column}
        assert "观察员" in json.dumps(schema(2), ensure_ascii=False)
    assert "观察员" not in json.dumps(schema(2), ensure_ascii=False)  # outside of it our own words are in force


def test_a_case_keeps_an_added_kind_of_unit_and_asks_about_one_that_nobody_knows(administered: Story) -> None:
    case = administered.file()
    unit = administered.do("li", add_fact_row, case, sheet="organisations", op="a", values={"name": "鄂州铁路段"})
    asked = _kind(administered, case, unit, "铁路监管部门", "b")
    assert [fault.code for fault in asked] == ["unknown_word_kept"]
    _add(administered, "organisations.kind", "铁路监管部门", aliases=["铁路部门"])
    assert _kind(administered, case, unit, "铁路部门", "c") == ()
    with administered.installation.database.reading() as session:
        rows = sheet_shown(session, find_actor(session, "li", administered.at), case, "organisations").rows
    assert {row.ref: row.cells["kind"].text for row in rows}[unit] == "铁路监管部门"


def _kind(story: Story, case: str, unit: str, said: str, op: str) -> object:
    return story.do(
        "li", change_fact, case, sheet="organisations", row=unit, field="kind", value=said, seen=None, op=op
    ).faults


def test_an_import_keeps_an_unknown_word_and_offers_the_nearest(administered: Story) -> None:
    raw = json.loads(dossier_bytes("ezhou-one-death"))
    raw["schema"] = "case-dossier/2"
    raw["vehicles"][0]["part"] = "半挂车"
    with administered.installation.database.reading():
        dossier = read(json.dumps(raw).encode(), now=administered.at)
        [told] = [one for one in notes(dossier, now=administered.at) if one.path == "vehicles[0].part"]
    assert dossier.facts["vehicles"][0]["part"] == "半挂车"
    assert told.code == "unknown_word_kept"
    assert "最接近的是“挂车”" in told.message
    _add(administered, "vehicles.part", "半挂车")
    with administered.installation.database.reading():
        assert "vehicles[0].part" not in {one.path for one in notes(dossier, now=administered.at)}


def test_a_field_without_words_takes_any_text_until_somebody_adds_one(administered: Story) -> None:
    with administered.installation.database.reading():
        assert SHEETS["vehicles"].field("type").kind is FieldKind.TEXT
    _add(administered, "vehicles.type", "重型半挂牵引车", standard="GA/T 16.4", standard_code="Q11")
    with administered.installation.database.reading() as session:
        field = SHEETS["vehicles"].field("type")
        assert (field.kind, field.open) == (FieldKind.CHOICE, True)
        assert [fault.code for fault in faults(field, "别的车")] == ["unknown_word_kept"]
        [shown] = code_list(session, find_actor(session, "guan", administered.at), "vehicles.type")
    assert (shown.standard, shown.standard_code) == ("GA/T 16.4", "Q11")


def test_a_retired_word_is_offered_no_more_and_understood_as_before(administered: Story) -> None:
    assert "挂牌督办" in _offered(administered, "penalties", "kind")
    _retire(administered, "penalties.kind", "挂牌督办")
    assert "挂牌督办" not in _offered(administered, "penalties", "kind")
    with administered.installation.database.reading() as session:
        assert faults(SHEETS["penalties"].field("kind"), "挂牌督办") == ()
        kinds = session.scalars(select(AdminEvent.kind).order_by(AdminEvent.id.desc())).first()
    assert kinds == "code_retired"
    with pytest.raises(Conflict, match="已经停用"):
        _retire(administered, "penalties.kind", "挂牌督办")
    _add(administered, "penalties.kind", "挂牌督办")
    assert "挂牌督办" in _offered(administered, "penalties", "kind")


@pytest.mark.parametrize(
    ("table", "label"),
    [
        ("organisations.kind", "公安机关"),
        ("people.role", "驾驶人"),
        ("team.role", "组长单位"),
        ("findings.level", "直接原因"),
    ],
)
def test_what_a_rule_reads_cannot_be_retired(administered: Story, table: str, label: str) -> None:
    with pytest.raises(Conflict, match="由规则使用"):
        _retire(administered, table, label)


def test_a_list_that_rules_read_as_a_whole_takes_no_further_word(administered: Story) -> None:
    with pytest.raises(Conflict, match="不能增加"):
        _add(administered, "findings.aspect", "天")


def test_a_word_is_there_once_whatever_way_it_is_spelt(administered: Story) -> None:
    with pytest.raises(Conflict, match="已有“专家”"):
        _add(administered, "team.role", "专家组成员")
    with pytest.raises(Conflict, match="已指“专家”"):
        _add(administered, "team.role", "顾问", aliases=["专 家"])
    for wrong, sentence in ((" ", "请填写"), ("甲、乙", "分隔符"), ("词" * 61, "最多60个字")):
        with pytest.raises(Invalid, match=sentence):
            _add(administered, "team.role", wrong)
    for wrong, sentence in (
        ({"aliases": [f"写法{n}" for n in range(30)]}, "最多20种"),
        ({"standard": "GB/T 1", "standard_code": " "}, "一并填写"),
        ({"standard": "标" * 61, "standard_code": "1"}, "最多60个字符"),
        ({"standard": "GB\x00", "standard_code": "1"}, "不可见"),
    ):
        with pytest.raises(Invalid, match=sentence):
            _add(administered, "team.role", "观察员", **wrong)
    with pytest.raises(NotFound, match="代码表"):
        _add(administered, "没有的表", "词")
    with pytest.raises(NotAllowed, match="管理员"):
        _add(administered, "team.role", "观察员", by="li")
    with pytest.raises(NotAllowed, match="管理员"):
        _retire(administered, "penalties.kind", "约谈", by="li")


def test_every_word_of_ours_is_in_the_tables_once_and_a_second_set_up_changes_none(administered: Story) -> None:
    with administered.installation.database.reading() as session:
        kept = session.execute(select(CodeEntry.list, CodeEntry.value)).all()
    assert len(kept) == len(set(kept))
    assert {tuple(row) for row in kept} == {
        (name, word.value) for name, table in declared().tables.items() for word in table.words
    }


def test_words_are_read_once_a_transaction_and_the_tables_once_a_version(
    administered: Story,
) -> None:
    asked: list[str] = []
    engine = administered.installation.database.engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    for _ in range(3):
        with administered.installation.database.reading():
            for _cell in range(50):
                assert SHEETS["team"].field("role").choices
    of_codes = [statement for statement in asked if "code_entries" in statement]
    assert len(of_codes) in (3, 4)  # the version three times, and the tables where nobody had read them yet
    assert sum("max(" in statement for statement in of_codes) == 3


def _add_and_fail(story: Story) -> None:
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        add_code(act, table="team.role", label="观察员", reason=WHY)
        assert "观察员" in {one.label for one in SHEETS["team"].field("role").choices}
        raise RuntimeError


def test_a_change_that_is_not_kept_is_no_news_for_others(administered: Story) -> None:
    with pytest.raises(RuntimeError):
        _add_and_fail(administered)
    assert "观察员" not in _offered(administered, "team", "role")
    _add(administered, "team.role", "记录员")
    assert {"观察员", "记录员"} & set(_offered(administered, "team", "role")) == {"记录员"}
