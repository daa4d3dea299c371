"""Oddities are told and never refused."""

import json

from models import samples
from models.accident import dossier
from tests.first_format import first_format
from tests.models.accident.dossier.conftest import NOW


def told(raw):
    read = dossier.read(json.dumps(raw).encode(), now=NOW)
    return [(note.path, note.code) for note in dossier.notes(read, now=NOW)]


def test_a_sound_dossier_has_no_notes():
    for name in samples.NAMES:
        assert told(json.loads(samples.dossier_bytes(name))) == []
    assert told(json.loads(first_format("ezhou-one-death"))) == []


def test_unaddressed_measures_are_noted(raw):
    assert told(raw) == [
        ("measures[14].organisation_ref", "unaddressed"),
        ("measures[15].organisation_ref", "unaddressed"),
        ("accident.coordinates", "datum_unknown"),
    ]


def test_what_looks_odd_is_noted_with_its_place(raw):
    raw["source"]["report_date"] = "2020-01-01"
    raw["accident"]["division_code"] = "110103"
    raw["accident"]["deaths"] = 2
    raw["accident"]["property_loss_yuan"] = 9_999_999
    raw["measures"] = [{"ref": "M1", "organisation_ref": "O1", "text": "整改", "due": "2025-08-16"}]
    raw["findings"] = raw["findings"][:1]
    raw["accountability"] = []
    assert told(raw) == [
        ("source.report_date", "odd_date"),
        ("accident.division_code", "division_of_other_years"),
        ("accident.deaths", "more_dead_than_counted"),
        ("accident.property_loss_yuan", "odd_loss"),
        ("measures[0].due", "odd_date"),
        ("measures[0].finding_refs", "measure_without_finding"),
        ("findings[0]", "finding_without_measure"),
        ("accident.coordinates", "datum_unknown"),
    ]
