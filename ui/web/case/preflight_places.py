"""The parts of an investigation in which what a paper states is entered."""

from __future__ import annotations

from models.papers.preflight import Place

SHEETS = {
    Place.ACCIDENT: "accident",
    Place.PEOPLE: "people",
    Place.VEHICLES: "vehicles",
    Place.TEAM: "team",
    Place.UNITS: "organisations",
    Place.CARRIER: "carrier",
}
ROWS = {Place.FINDINGS: "finding", Place.MEASURES: "measure"}
