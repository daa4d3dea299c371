"""What may answer a question: sheets of facts with their fields, named as `sheet.field`, or a whole sheet.

The one place of this room that knows the names of the facts; when a sheet changes its fields, only this list follows.
"""

from __future__ import annotations

_SHEETS = {
    "source": "title report_id report_date",
    "accident": (
        "accident_number occurred_at time_known occurred_until division_code place village road_name road_number "
        "stake direction roadside reference_point reference_distance_m reference_direction end_stake road_class "
        "coordinates weather light pattern nature secondary secondary_note escape escape_note casualties_settled "
        "deaths deaths_at_scene missing serious_injuries minor_injuries injured_unspecified direct_loss_yuan "
        "property_loss_yuan production_safety investigated_by inquiry_paper inquiry_lead inquiry_approval "
        "inquiry_approved_on liability_served_on summary"
    ),
    "course": "text",
    "timeline": "at what source evidence",
    "response": (
        "alarm_at alarm_by dispatched_at police_at ambulance_at fire_at leaders_at rescued_at reported_at "
        "road_open_at rescue treatment traffic environment aftercare interim_measures appraisal shortcomings"
    ),
    "losses": "kind amount_yuan property note source",
    "conflicts": "subject figure source other_figure other_source used why",
    "lessons": "text",
    "mediation": "mediator state agreed_on outcome",
    "people": (
        "name id_number role further_roles vehicle_ref seat organisation_ref position hired_since outcome sex age "
        "phone address injury cause_of_death died_at death_place liability belt helmet licence_number "
        "licence_class licence_first_issued licence_valid_until licence_issuer probation qualification "
        "qualification_valid_until points violations alcohol driving_before behaviour note"
    ),
    "officials": (
        "name id_number role organisation_ref position party_member post_since post_until in_charge_of sex age "
        "phone address vehicle_ref outcome note"
    ),
    "vehicles": (
        "plate plate_kind type part drawn_by_ref brand vin registered_on usage owner_ref owner_name actual_owner "
        "attached attachment_note inspection_valid_until inspected_by_ref insurance permit permit_valid_until "
        "approved_load_kg actual_load_kg gross_kg approved_persons actual_persons overload_percent cargo "
        "hazard_class un_number route gnss_provider gnss_state speed_kmh speed_until_kmh collision_speed "
        "speed_method speed_limit_kmh defects modified maintenance damage stopped_at stop_stake note"
    ),
    "road": (
        "administrative technical_grade length_km from_to section_from section_to alignment radius_m "
        "slope_percent superelevation_percent width_m shoulder lanes separation surface surface_state friction "
        "sight_distance_m roadside drop_m water_depth_m guard_rail signs markings lighting speed_limits junction "
        "works designed_by built_by designed_on handed_over_on rebuilt_on manager_ref maintainer_ref police_ref "
        "traffic_volume hazard_list treatment_estimate_yuan description"
    ),
    "facilities": "kind what from_stake to_stake length_m side state known_since evidence",
    "weather": "conditions temperature wind precipitation visibility_m sun warning source surroundings activities",
    "earlier_accidents": "on stake place pattern deaths injured weather note",
    "organisations": (
        "name kind division_code credit_code short_name legal_form representative actual_controller founded "
        "address scope licence licence_issuer_ref licence_valid_until authority_ref parent_ref vehicles "
        "own_vehicles attached_vehicles drivers staff safety_management earlier_accidents description"
    ),
    "indicators": "organisation_ref item value unit period_from period_to source",
    "contracts": "first_ref second_ref second_person_ref kind signed_on valid_until content fee",
    "penalties": "organisation_ref person_ref on by_ref by_name kind number content carried_out",
    "duties": "organisation_ref duty legal_basis wording authority_ref performed not_done evidence",
    "team": "name role organisation_ref position speciality group count note",
    "appraisals": (
        "subject institute institute_ref vehicle_ref person_ref method commissioned_on concluded_on served_on "
        "conclusion number evidence"
    ),
    "statements": "person_ref person_name taken_at taken_by place content evidence",
    "survey": "item stake value unit description method measured_at measured_by evidence",
    "figures": "caption kind evidence taken_at taken_by place in_report",
    "evidence": "title form extent obtained obtained_from taken_by place note",
    "findings": (
        "level aspect cause_tags text organisation_refs person_refs legal_basis basis_text duty_failure effect "
        "proof no_basis_because no_evidence_because"
    ),
    "measures": (
        "finding_refs organisation_ref cooperating_refs addressee_words responsible_person text due proof basis "
        "funds_yuan"
    ),
    "accountability": (
        "subject_type subject_ref category proposal finding_refs competent_organ_ref duty legal_basis facts "
        "in_favour responsibility sanctions judicial_state judicial_on decided_by decided_on"
    ),
}
FIELDS = {sheet: frozenset(fields.split()) for sheet, fields in _SHEETS.items()}


def is_known(name: str) -> bool:
    """Return whether a sheet, or a field of a sheet, has this name."""
    sheet, dot, field = name.partition(".")
    return sheet in FIELDS and (not dot or field in FIELDS[sheet])
