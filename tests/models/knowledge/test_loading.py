"""The files are read strictly: what is wrong is told with file and entry, and nothing half is loaded."""

from datetime import date
from pathlib import Path

import pytest

from models.kernel.errors import Invalid
from models.knowledge.rules.library import load

LAW = """
[[law]]
key = "law"
title = "某法"
issued_by = "某机关"
[[law.edition]]
passed = 2019-12-01
valid_from = 2020-01-01
valid_to = 2021-12-31
held = false
[[law.edition]]
passed = 2021-12-01
valid_from = 2022-01-01
held = true
"""
PROVISION = """
[[provision]]
key = "law/1"
[[provision.wording]]
article = "第一条"
text = "应当慢行。"
valid_from = 2020-01-01
valid_to = 2021-12-31
[[provision.wording]]
article = "第二条"
text = "应当慢行、停车。"
valid_from = 2022-01-01
checked_from = 2022-01-01
"""
ENTRY = """
[[entry]]
key = "driver.slow"
aspect = "person"
title = "未慢行"
duty = "应当慢行"
roles = ["driver"]
basis = ["law/1"]
finding = "【驾驶人】未慢行。"
causes = ["超速"]
version = 1
valid_from = 2026-01-01
[[entry.measure]]
text = "设置减速设施"
by = "road_authority"
proof = "照片"
days = 30
"""
QUESTION = """
[[question]]
key = "person.slow"
aspect = "person"
text = "是否慢行？"
vehicles = ["bus"]
short = 1
answered_by = ["people.licence_class", "evidence"]
version = 1
valid_from = 2026-01-01
"""
IN_SECOND = "provisions/law.toml law/1 第2项"
POWER = """
[[power]]
key = "go_slow"
provisions = ["law/1"]
text = "{law}规定应当慢行"
"""
FILES = {
    "laws.toml": LAW,
    "provisions/law.toml": PROVISION,
    "powers.toml": POWER,
    "entries/a.toml": ENTRY,
    "questions/a.toml": QUESTION,
}


def written(folder: Path, changed: dict[str, str] | None = None) -> Path:
    for name, text in {**FILES, **(changed or {})}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_what_is_right_is_loaded(tmp_path: Path):
    found = load(written(tmp_path))
    (entry,) = found.entries
    assert entry.measures[0].days == 30
    cited = entry.basis[0].on(date(2021, 1, 1))
    assert cited is not None
    assert cited.name == "《某法》第一条"
    assert found.questions[0].answered_by == ("people.licence_class", "evidence")


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "place"),
    [
        ("entries/a.toml", "title =", "titel =", "unknown_key", "entries/a.toml driver.slow"),
        ("entries/a.toml", 'title = "未慢行"', "", "text_expected", "entries/a.toml driver.slow"),
        ("entries/a.toml", 'title = "未慢行"', 'title = " 未慢行"', "text_expected", "entries/a.toml driver.slow"),
        ("entries/a.toml", '["law/1"]', '["law/2"]', "unknown_law", "entries/a.toml driver.slow"),
        ("entries/a.toml", '["law/1"]', "[]", "missing", "entries/a.toml driver.slow"),
        ("entries/a.toml", '["law/1"]', '["law/1", "law/1"]', "duplicate", "entries/a.toml driver.slow"),
        ("entries/a.toml", '["超速"]', '["未超速"]', "unknown_word", "entries/a.toml driver.slow"),
        ("entries/a.toml", '"person"', '"persons"', "unknown_word", "entries/a.toml driver.slow"),
        ("entries/a.toml", 'roles = ["driver"]', "", "missing", "entries/a.toml driver.slow"),
        ("entries/a.toml", "【驾驶人】", "驾驶人", "no_blank", "entries/a.toml driver.slow"),
        ("entries/a.toml", "【驾驶人】", "【驾驶人】【", "no_blank", "entries/a.toml driver.slow"),
        ("entries/a.toml", "days = 30", "days = 0", "number_expected", "entries/a.toml driver.slow 第1项"),
        ("entries/a.toml", "days = 30", "days = true", "number_expected", "entries/a.toml driver.slow 第1项"),
        ("entries/a.toml", "road_authority", "roads", "unknown_word", "entries/a.toml driver.slow 第1项"),
        ("entries/a.toml", "version = 1", "version = 0", "number_expected", "entries/a.toml driver.slow"),
        ("entries/a.toml", "2026-01-01", "2026-01-01T00:00:00", "date_expected", "entries/a.toml driver.slow"),
        ("entries/a.toml", "[[entry.measure]]", "[entry.measure]", "list_expected", "entries/a.toml driver.slow"),
        ("entries/a.toml", "[[entry]]", "[[entries]]", "unknown_key", "entries/a.toml"),
        ("entries/a.toml", "[[entry]]", "[[entry]", "not_toml", "entries/a.toml"),
        ("questions/a.toml", "people.licence_class", "people.shoe", "unknown_field", "questions/a.toml person.slow"),
        ("questions/a.toml", '["bus"]', '["tram"]', "unknown_word", "questions/a.toml person.slow"),
        ("questions/a.toml", '["bus"]', '"bus"', "list_expected", "questions/a.toml person.slow"),
        ("questions/a.toml", "short = 1", "short = 4", "number_expected", "questions/a.toml person.slow"),
        ("provisions/law.toml", "law/1", "lex/1", "unknown_law", "provisions/law.toml lex/1"),
        ("provisions/law.toml", "valid_to = 2021-12-31", "", "overlap", "provisions/law.toml law/1"),
        ("provisions/law.toml", "2021-12-31", "2022-01-01", "overlap", "provisions/law.toml law/1"),
        ("provisions/law.toml", "2021-12-31", "2019-12-31", "ends_before_it_begins", "provisions/law.toml law/1"),
        ("provisions/law.toml", "2020-01-01", "2019-01-01", "outside_editions", "provisions/law.toml law/1 第1项"),
        ("provisions/law.toml", "checked_from = 2022-01-01", "checked_from = 2021-12-31", "not_held", IN_SECOND),
        ("powers.toml", '["law/1"]', '["law/2"]', "unknown_provision", "powers.toml go_slow"),
        ("powers.toml", "{law}", "该法", "law_missing", "powers.toml go_slow"),
        ("laws.toml", "valid_to = 2021-12-31", "", "overlap", "laws.toml law"),
        ("laws.toml", "held = true", 'held = "yes"', "boolean_expected", "laws.toml law 第2项"),
        ("laws.toml", "passed = 2019-12-01", "", "missing", "laws.toml law 第1项"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_file_and_entry(
    tmp_path: Path, file: str, old: str, new: str, code: str, place: str
):
    assert old in FILES[file]
    with pytest.raises(Invalid) as refused:
        load(written(tmp_path, {file: FILES[file].replace(old, new, 1)}))
    assert (refused.value.code, refused.value.message.partition("：")[0]) == (code, place)
    assert refused.value.faults[0].path == place


@pytest.mark.parametrize("file", FILES)
def test_the_same_twice_is_refused(tmp_path: Path, file: str):
    with pytest.raises(Invalid) as refused:
        load(written(tmp_path, {file: FILES[file] * 2}))
    assert refused.value.code == "duplicate"


@pytest.mark.parametrize(("file", "unit"), [("entries/a.toml", ENTRY), ("questions/a.toml", QUESTION)])
def test_a_later_version_takes_the_place_of_the_earlier_from_its_day_on(tmp_path: Path, file: str, unit: str):
    later = unit.replace("version = 1", "version = 2").replace("慢行", "缓行").replace("2026-01-01", "2027-01-01")
    found = load(written(tmp_path, {file: later + unit}))
    assert max(len(found.entries), len(found.questions)) == 2
    too_early = later.replace("2027-01-01", "2026-01-01")
    with pytest.raises(Invalid) as refused:
        load(written(tmp_path, {file: unit + too_early}))
    assert refused.value.code == "overlap"


@pytest.mark.parametrize(("file", "unit"), [("entries/a.toml", ENTRY), ("questions/a.toml", QUESTION)])
def test_two_names_for_the_same_are_refused(tmp_path: Path, file: str, unit: str):
    with pytest.raises(Invalid) as refused:
        load(written(tmp_path, {file: unit + unit.replace(".slow", ".slowly")}))
    assert refused.value.code == "duplicate"
