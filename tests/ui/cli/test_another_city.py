"""An installation of another city carries that city's names and no others, or says which it does."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.kernel.tables import AdminEvent
from models.office.tables import Organisation
from models.papers.tables import NumberSeries
from tests.ui.cli.conftest import Shell
from ui.installation import open_installation

XIANGYANG, DIVISION = "襄阳市公安局交通警察支队", "420600"


@pytest.fixture
def xiangyang(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings that README names, and no more."""
    monkeypatch.setenv("SHENCHA_UNIT", XIANGYANG)
    monkeypatch.setenv("SHENCHA_UNIT_DIVISION", DIVISION)


def names() -> tuple[dict[str, str], list[str]]:
    """Return the own bodies by what they issue as, and how their numbers begin."""
    with open_installation() as installation, installation.database.reading() as session:
        rows = session.execute(
            select(Organisation.issues_as, Organisation.name).where(Organisation.issues_as.is_not(None))
        )
        bodies = {row.issues_as or "": row.name for row in rows}
        return bodies, list(session.scalars(select(NumberSeries.prefix).order_by(NumberSeries.prefix)))


def named(shell: Shell) -> tuple[str, str]:
    """Return what the doctor says of names."""
    found = {one["part"]: one for one in shell("doctor", "--json").json["findings"]}["names"]
    return found["level"], found["message"]


@pytest.mark.loopback
@pytest.mark.usefixtures("xiangyang")
def test_unit_and_division_name_bureau_commission_and_every_series(bare: Shell) -> None:
    assert bare("init").status == 0
    bodies, series = names()
    assert bodies == {
        "unit": XIANGYANG,
        "bureau": "襄阳市公安局",
        "commission": "襄阳市道路交通安全委员会办公室",
    }
    assert len([prefix for prefix in series if prefix.startswith("襄阳公交")]) == 57
    assert "4206" in series
    assert not [prefix for prefix in series if "鄂" in prefix or prefix == "4207"]
    assert named(bare) == ("good", "襄阳市公安局交通警察支队，代字以“襄阳公交”开头")
    shown = {row["name"]: (row["value"], row["origin"]) for row in bare("settings", "--json").json}
    assert shown["bureau"] == ("襄阳市公安局", "default")
    assert "鄂州" not in bare("settings").out


@pytest.mark.loopback
def test_our_own_names_are_what_they_were(bare: Shell) -> None:
    bare("init")
    bodies, series = names()
    assert bodies["bureau"] == "鄂州市公安局"
    assert bodies["commission"] == "鄂州市道路交通安全委员会办公室"
    assert {"鄂州公交调", "鄂州公交局整", "鄂州公交安督", "4207", "J001-事故"} <= set(series)
    assert named(bare)[0] == "good"


@pytest.mark.loopback
@pytest.mark.usefixtures("xiangyang")
def test_what_somebody_set_stands(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_SERIES_STEM", "襄公交")
    monkeypatch.setenv("SHENCHA_BUREAU", "襄阳市人民政府")
    monkeypatch.setenv("SHENCHA_SERIES", '{"unit:analysis_report": "襄公调"}')
    bare("init")
    bodies, series = names()
    assert bodies["bureau"] == "襄阳市人民政府"
    assert {"襄公调", "襄公交局调", "襄公交整"} <= set(series)
    assert named(bare)[0] == "good"


def test_what_does_not_follow_has_to_be_said_before_anything_is_made(
    bare: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a move left another city's names in every series, for good."""
    monkeypatch.setenv("SHENCHA_UNIT", XIANGYANG)
    said = bare("init")
    assert said.status == 1
    assert said.err.startswith("由本单位全称“襄阳市公安局交通警察支队”和行政区划 420700 不能得出下列名称")
    for setting in ("SHENCHA_BUREAU", "SHENCHA_COMMISSION", "SHENCHA_SERIES_STEM"):
        assert setting in said.err
    assert "shencha init" in bare("case", "list").err
    monkeypatch.setenv("SHENCHA_UNIT_DIVISION", DIVISION)
    assert bare("init").status == 0


@pytest.mark.loopback
def test_an_installation_that_nobody_used_follows_its_settings(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    bare("init")
    monkeypatch.setenv("SHENCHA_UNIT", XIANGYANG)
    monkeypatch.setenv("SHENCHA_UNIT_DIVISION", DIVISION)
    level, message = named(bare)
    assert level == "bad"
    for told in ("本单位现为“鄂州市公安局交通警察支队”，按设置应为“襄阳市公安局交通警察支队”", "等59个"):
        assert told in message
    assert bare("init", "--json").json["remarks"] == []
    bodies, series = names()
    assert set(bodies.values()) == {XIANGYANG, "襄阳市公安局", "襄阳市道路交通安全委员会办公室"}
    assert not [prefix for prefix in series if "鄂" in prefix or prefix == "4207"]
    assert named(bare)[0] == "good"
    with open_installation() as installation, installation.database.reading() as session:
        [event] = session.scalars(select(AdminEvent).where(AdminEvent.kind == "installation_renamed"))
    assert event.data["changes"]["bureau"] == ["鄂州市公安局", "襄阳市公安局"]
    assert len(event.data["changes"]) == 3 + 59


@pytest.mark.loopback
def test_an_installation_that_was_used_keeps_its_names_and_says_which(
    shell: Shell, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = names()
    monkeypatch.setenv("SHENCHA_UNIT", XIANGYANG)
    monkeypatch.setenv("SHENCHA_UNIT_DIVISION", DIVISION)
    said = shell("init")
    assert names() == before
    assert said.status == 0
    for told in (
        "注意：本单位现为“鄂州市公安局交通警察支队”，按设置应为“襄阳市公安局交通警察支队”，已经有案件或者文书，不再更改。",
        "注意：向上级行文的机关现为“鄂州市公安局”，按设置应为“襄阳市公安局”，已经有案件或者文书，不再更改。",
        "注意：编号开头",
    ):
        assert told in said.out
    assert named(shell)[0] == "bad"


@pytest.mark.loopback
def test_missing_settings_turn_no_installation_into_ours(bare: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as there:
        there.setenv("SHENCHA_UNIT", XIANGYANG)
        there.setenv("SHENCHA_UNIT_DIVISION", DIVISION)
        bare("init")
    before = names()
    assert "注意：本单位现为“襄阳市公安局交通警察支队”" in bare("init").out
    assert names() == before


@pytest.mark.loopback
def test_names_from_before_that_cannot_be_derived_are_told(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHENCHA_UNIT", "襄阳市公安局交通警察支队襄州大队")
    monkeypatch.setenv("SHENCHA_UNIT_DIVISION", "420607")
    level, message = named(shell)
    assert level == "bad"
    assert (
        "向上级行文的机关现为“鄂州市公安局”，由本单位全称和行政区划不能得出，请核对后设置 SHENCHA_BUREAU。" in message
    )
    assert "请核对后设置 SHENCHA_SERIES_STEM。" in message
