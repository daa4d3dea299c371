"""Good dossiers are read as they are."""

import json
from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from models import samples
from models.accident import dossier
from models.accident.sheets import SHEETS
from models.kernel.errors import NotFound
from models.kernel.vocabulary import AccountabilityCategory, Aspect, OrganisationKind, PersonOutcome
from tests.first_format import first_format

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)


def test_every_real_dossier_loads(shared_data):
    files = (shared_data / "dossiers").glob("*.json")
    loaded = {file.stem: dossier.read(file.read_bytes(), now=NOW) for file in files}
    hukun = loaded["hukun-2014-07-19"]
    assert len(loaded) == 5
    assert (hukun.accident.deaths, len(hukun.measures), len(hukun.accountability)) == (54, 33, 121)


@pytest.mark.parametrize("name", samples.NAMES)
def test_every_sample_loads_and_comes_back_the_same(name):
    first = dossier.read(first_format(name), now=NOW)
    again = first.model_dump_json(by_alias=True).encode()
    assert dossier.read(again, now=NOW) == first
    data = samples.dossier_bytes(name)
    read = dossier.read(data, now=NOW)
    assert dossier.write(read) == json.loads(data)


def test_another_sample_is_not_found():
    with pytest.raises(NotFound, match="可用的有：ezhou-four-deaths"):
        samples.dossier_bytes("../secrets")


def test_values_arrive_typed():
    read = dossier.read(samples.dossier_bytes("ezhou-four-deaths"), now=NOW)
    assert read.accident.occurred_at == datetime(2025, 8, 15, 22, 42, tzinfo=UTC)
    assert read.organisations[5].kind is OrganisationKind.GOVERNMENT
    assert read.people[1].outcome is PersonOutcome.DEAD
    assert read.accountability[0].category is AccountabilityCategory.WITH_JUDICIARY
    assert read.measures[0].milestones[0].due == date(2025, 10, 31)
    assert read.measures[4].cooperating_refs == ("O5",)


def test_the_sample_for_a_first_run_touches_everything():
    read = dossier.read(samples.dossier_bytes("ezhou-four-deaths"), now=NOW)
    addressed = {measure.organisation_ref for measure in read.measures}
    kinds = {unit.kind for unit in read.organisations if unit.ref in addressed}
    assert {finding.aspect for finding in read.findings} == set(Aspect)
    assert None not in addressed
    assert all(
        read.facts[sheet] for sheet, one in SHEETS.items() if sheet not in ("conflicts", "figures") and not one.lasting
    )
    assert {item.category for item in read.accountability} == set(AccountabilityCategory)
    assert {OrganisationKind.GOVERNMENT, OrganisationKind.TRANSPORT, OrganisationKind.ENTERPRISE} <= kinds


def test_a_byte_order_mark_is_no_fault(raw, faults_of):
    assert faults_of(b"\xef\xbb\xbf" + json.dumps(raw).encode()) == ()


def test_keys_that_may_be_null_may_be_left_out(raw, faults_of):
    def without_nulls(value):
        if isinstance(value, dict):
            return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
        return [without_nulls(inner) for inner in value] if isinstance(value, list) else value

    assert faults_of(without_nulls(raw)) == ()


def test_a_read_dossier_cannot_be_changed():
    read = dossier.read(samples.dossier_bytes("ezhou-one-death"), now=NOW)
    with pytest.raises(ValidationError):
        read.accident.deaths = 0


def test_optional_numbers_are_kept_in_capitals(raw):
    raw["people"][0]["id_number"] = "42070419800101004x"
    raw["organisations"][0]["credit_code"] = "91110000600037341l"
    read = dossier.read(json.dumps(raw).encode(), now=NOW)
    assert read.people[0].id_number == "42070419800101004X"
    assert read.organisations[0].credit_code == "91110000600037341L"


def test_informational_items_are_those_already_decided():
    informational = {category.label for category in AccountabilityCategory if category.informational}
    assert informational == {"司法机关已采取措施", "免予追责"}


def test_the_schema_says_everything_in_chinese_and_refuses_other_keys():
    schema = dossier.schema()
    definitions = [schema, *schema["$defs"].values()]
    objects = [definition for definition in definitions if "properties" in definition]
    assert len(objects) == 12
    for definition in objects:
        assert definition["additionalProperties"] is False
        for key, value in definition["properties"].items():
            assert not value["title"].isascii(), key
    assert schema["$defs"]["AccountabilityItem"]["properties"]["category"]["enum"][0] == "行政处罚"
    assert "police 公安机关" in schema["$defs"]["OrganisationKind"]["description"]
    assert json.loads(json.dumps(schema)) == schema
