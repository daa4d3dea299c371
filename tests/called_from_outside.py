"""What no line of ours reaches by its name and is used all the same: for `vulture`, which looks for dead code (`make check`)."""

# The story of a rehearsal finds its sentence by the event's kind (`flows/rehearsal/story.py`).
_._case_filed
_._responsible_confirmed
_._organ_confirmed
_._measure_changed
_._accountability_added
_._accountability_changed
_._paper_drafted
_._paper_submitted
_._paper_approved
_._paper_issued
_._paper_rendered
_._paper_sealed
_._minutes_signed
_._proof_prepared
_._proof_attached
_._paper_delivered
_._paper_acknowledged
_._reply_given
_._reply_assessed
_._measure_verified
_._measure_closed
_._no_reply_confirmed
_._rung_fired
_._order_lifted
_._order_ended
_._talk_proposed
_._talk_decided
_._talk_arranged
_._talk_held
_._organ_answered
_._not_applicable_recorded
_._case_archived
_._gaps_excused

# Columns that the record of who did what keeps, and that nothing of ours asks for yet.
_.closed_by
_.named_at

# Members of closed lists that only dossiers, forms and rows name.
_.API
_.APPROVE_FIRST
_.BRIDGE
_.BY_TRAFFIC
_.CAR
_.CYCLIST
_.ESCAPE
_.E_BIKE
_.FARM_VEHICLE
_.FOG
_.HEAD_ON
_.HOUSING
_.INSTRUCTION
_.JOINT
_.JUDICIAL
_.JUNCTION
_.LIGHT_LORRY
_.MANAGER
_.MARKET_SUPERVISION
_.MEMBER
_.MOTORCYCLE
_.NIGHT
_.ON_REQUEST
_.OTHER_UNIT
_.PARTY_FIRST
_.PEDESTRIAN
_.PROCURATORIAL
_.PUBLIC_INTEREST
_.RECORD_RULE
_.ROLLOVER
_.RURAL
_.SAME_CAUSE
_.SCHOOL_BUS
_.SIDE
_.SUPERIOR_ORDER
_.TRADE_UNION
_.TRUNK
_.UNHURT
_.UPPER_UNIT
_.URBAN
_.VIA_BETWEEN
_.VIA_COMMISSION
_.VIA_GOVERNMENT
_.VIA_PARTY
_.WET_OR_ICY
_.WORK_ZONE

# Columns, and fields of the intake format and of frozen papers, that are put on record and that people read, not the program.
_.assessed_by
_.drawn_at
_.entered_at
_.entered_by
_.given_at
_.given_by
_.linked_at
_.linked_by
_.now_in_id
_.prepared_at
_.reassigned_to_id
_.receipt_sha256
_.reopened_by
_.replaced_at
_.replaces_id
_.report_id
_.retired_by
_.scan_bytes
_.schema_
_.set_at
_.settled_by
_.settled_by_id
_.signed_in_at

# Asked by its name where the kinds are sorted (`models/office/rules/paper_kinds.py`).
_.refers

# What the command line prints as JSON for programs, and no page shows.
_.issued_in

# What libraries read or call: SQLAlchemy, drivers, Prefect, openpyxl, python-docx, zipfile, typer, Streamlit, SMTP, pytest.
_.TestClockwork
_.__signature__
_._page_hash
_._split_scope
_.append_only
_.marking
_.trigram_index
_.kept_for_ever
_.replaced_on_sqlite
_.autocommit
_.awrite_path
_.bottom_margin
_.cache_ok
_.create_system
_.daemon_threads
_.factory
_.first_line_indent
_.flow_run_name
_.format_help
_.freeze_panes
_.handle_DATA
_.handle_NOOP
_.handle_MAIL
_.handle_RCPT
_.impl
_.isolation_level
_.itself
_.left_margin
_.line_spacing
_.line_spacing_rule
_.loadscopereorder
_.number_format
_.page_height
_.page_name
_.page_width
_.prepared_max
_.process_bind_param
_.process_result_value
_.query_string
_.result_storage
_.right_margin
_.pdf_header
_.runtest
_.should_exit
_.should_validate_parameters
_.space_after
_.space_before
_.system_time
_.teardown
_.top_margin
_.type_annotation_map
_.write_path

# Registrations of paper kinds are asked by the name of their property (`models/office/rules/paper_kinds.py`).
_.any_stage

# Python's own syntax tree.
_.decorator_list

# Fields that only the published JSON and templates read.
_.started_on
_.rolled_from
_.suspension
_.review_number
_.reviewed_on
_.review_reason
_.old_title

# The parsers of XML and HTML call these.
_.handle_starttag
_.StartElementHandler
_.EndElementHandler
_.CharacterDataHandler
_.StartDoctypeDeclHandler
_.EntityDeclHandler
_.ProcessingInstructionHandler

# SQLAlchemy asks a dialect for these (`tests/compiled_once.py`).
_.engine_created
_.supports_statement_cache

# SQLAlchemy asks types of columns for these, and only a migration seals what was there before.
_.comparator_factory
_.load_dialect_impl
_.first_of_all

# Columns of the register that import profiles fill by name.
_.secondary
_.alignment
_.junction
# Columns of the register, and words why one is not counted, that are reached by their names (`models/register/rules/columns.py`).
_.jurisdiction
_.junction
_.light_condition
_.secondary
_.deaths_at_scene
_.deaths_after_rescue
_.deaths_24h
_.deaths_3d
_.deaths_7d
_.deaths_30d
_.source_updated_at
_.vehicle_kind
_.vehicle_use
_.employer_name
_.owner_name
_.injury
_.jurisdiction
_.procedure
_.NOT_ON_A_ROAD
_.ILLNESS
