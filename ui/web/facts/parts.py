"""Parts of an investigation (调查各部分) as the case page shows them: which sheets stand together, which columns at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.accident.sheets import Field, Sheet, sheet

FEW = 10
"""A sheet with so many columns shows all of them."""


@dataclass(frozen=True, slots=True)
class FactsPart:
    """One part: its name in the address, its title, the sheets that stand in it in their order."""

    name: str
    title: str
    sheets: tuple[str, ...]


PARTS: Mapping[str, FactsPart] = {
    part.name: part
    for part in (
        FactsPart("accident", "事故", ("accident", "course", "timeline")),
        FactsPart("people", "人员", ("people", "officials")),
        FactsPart("vehicles", "车辆", ("vehicles",)),
        FactsPart("road", "道路与环境", ("road", "facilities", "weather", "earlier_accidents")),
        FactsPart("organisations", "单位", ("organisations", "indicators", "contracts", "penalties", "duties")),
        FactsPart("carrier", "专业运输单位", ("carrier_accidents", "hearings", "unsafe_vehicles")),
        FactsPart("team", "调查组", ("team",)),
        FactsPart("response", "应急处置", ("response",)),
        FactsPart("appraisals", "鉴定", ("appraisals", "statements", "survey")),
        FactsPart("losses", "损失与教训", ("losses", "conflicts", "lessons", "mediation")),
    )
}
NEEDS: Mapping[str, tuple[str, ...]] = {
    "organisations": ("name",),
    "findings": ("text",),
    "measures": ("text",),
    "evidence": ("title", "reference"),
}
"""Without which words no row can be added: until they are written the browser keeps the others."""
WITHDRAWN = frozenset({"findings", "measures", "evidence"})
"""Sheets whose rows are not deleted but withdrawn with a reason, by a step of their own."""
ABOUT: Mapping[str, str] = {"findings": "finding", "measures": "measure"}
"""Sheets of whose rows each has a page of its own, and by which word the address names it."""
# What is asked first of a row with many columns; the others are one click away.
USUAL: Mapping[str, str] = {
    "people": (
        "name role vehicle_ref seat outcome injury cause_of_death licence_class belt liability organisation_ref"
    ),
    "officials": "name role organisation_ref position in_charge_of post_since post_until note",
    "vehicles": (
        "plate type usage part owner_ref actual_owner approved_load_kg actual_load_kg approved_persons actual_persons "
        "speed_kmh inspection_valid_until insurance"
    ),
    "organisations": "name kind short_name legal_form representative licence carrier authority_ref vehicles drivers",
    "findings": "text aspect level organisation_refs legal_basis duty_failure cause_tags person_refs",
    "measures": "text finding_refs organisation_ref responsible_person due proof cooperating_refs",
    "evidence": "title reference finding_ref other_finding_refs form extent obtained obtained_from taken_by place note",
    "scene": "kind label vehicle_ref along_m across_m heading_deg to_along_m to_across_m",
    "figures": "caption kind evidence in_report section",
    "appraisals": "subject institute vehicle_ref person_ref method concluded_on conclusion number",
}


def sheets_of(part: FactsPart) -> tuple[Sheet, ...]:
    """Return the sheets of a part."""
    return tuple(sheet(name) for name in part.sheets)


def in_order(of: Sheet) -> list[Field]:
    """Return the fields of a sheet as a table shows them: those that are asked first, then the others."""
    first = USUAL.get(of.name, "").split()
    return [of.field(name) for name in first] + [field for field in of.fields if field.name not in first]


def is_usual(of: Sheet, field: Field) -> bool:
    """Return whether a column is shown at first: it is asked often, or nothing works without it."""
    usual = USUAL.get(of.name)
    if usual is None:
        return len(of.fields) <= FEW or field.required or of.fields.index(field) < FEW
    return field.required or field.name in usual.split()
