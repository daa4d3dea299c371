"""Data that stood in the tables of an earlier version stands in those of the next."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select, text

from models.accident.tables import Accident
from models.kernel.database import Database
from models.migrations import upgrade
from tests.databases import Databases

BEFORE = (
    "INSERT INTO organisations (id, name, kind, path) VALUES (1, '支队', 'police', '/1/')",
    "INSERT INTO users (id, account, name, organisation_id, must_change_password, created_at)"
    " VALUES (1, 'li', '李某', 1, false, '2025-12-01 00:00:00')",
    "INSERT INTO accidents (id, title, occurred_at, division_code, place, summary)"
    " VALUES (1, '事故', '2025-12-01 00:00:00', '420704', '某路', '相撞')",
    "INSERT INTO cases (id, case_number, accident_id, title, unit_id, officer_id, stage, grade, grade_provisional,"
    " trigger, filed_at, clock_from, version, last_seq, last_hash)"
    " VALUES (1, '4207-2025-0001', 1, '案件', 1, 1, 'rectifying', 'ordinary', false,"
    " 'scope', '2025-12-01 00:00:00', '2025-12-01 00:00:00', 1, 0, '')",
    "INSERT INTO measures (id, case_id, ref, position, text, milestones) VALUES (1, 1, 'M1', 1, '措施一',"
    ' \'[{"text": "先期", "due": "2026-01-15"}, {"text": "后期", "due": null}]\')',
    "INSERT INTO measures (id, case_id, ref, position, text, milestones) VALUES (2, 1, 'M2', 2, '措施二', '[]')",
)


def test_milestones_that_were_a_list_inside_their_measure_become_rows(databases: Databases) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine, "0001")
    with database.engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    upgrade(database.engine)
    with database.reading() as session:
        rows = session.execute(
            text("SELECT case_id, measure_id, ref, kind, text, due_on FROM milestones ORDER BY id")
        ).all()
        assert [(r.case_id, r.measure_id, r.ref, r.kind, r.text) for r in rows] == [
            (1, 1, "S1", "stage", "先期"),
            (1, 1, "S2", "stage", "后期"),
        ]
        assert [str(r.due_on) for r in rows] == [str(date(2026, 1, 15)), "None"]
        assert session.execute(text("SELECT count(*) FROM measures")).scalar() == 2
    database.close()
    databases.drop(url)


SIGNED_LONG_AGO = (
    *BEFORE[:2],
    "INSERT INTO accidents (id, title, occurred_at, division_code, place, summary, road_number, stake)"
    " VALUES (1, '事故', '2025-12-01 00:00:00', '420704', '某路', '相撞', 'G50', 'K700+350'),"
    " (2, '事故', '2025-12-02 00:00:00', '420704', '某路', '相撞', 'G50', '桥头'),"
    " (3, '事故', '2025-12-03 00:00:00', '420704', '某路', '相撞', NULL, NULL),"
    " (4, '事故', '2025-12-04 00:00:00', '420704', '某路', '相撞', NULL, NULL)",
    *(
        "INSERT INTO cases (id, case_number, accident_id, title, unit_id, officer_id, stage, stage_reason, grade,"
        " grade_provisional, trigger, filed_at, clock_from, report_approved_at, version, last_seq, last_hash)"
        f" VALUES ({nth}, '4207-2025-000{nth}', {nth}, '案件', 1, 1, '{stage}', '原因', 'ordinary', false,"
        f" 'scope', '2025-12-01 00:00:00', '2025-12-01 00:00:00', {approved}, 1, 0, '')"
        for nth, (stage, approved) in enumerate(
            (
                ("rectifying", "'2026-01-10 00:00:00'"),
                ("archived", "'2026-01-12 00:00:00'"),
                ("investigating", "NULL"),
                ("discontinued", "'2026-01-12 00:00:00'"),
            ),
            start=1,
        )
    ),
)


def test_cases_signed_before_there_was_an_evaluation_wait_for_the_worker_and_stakes_are_measured(
    databases: Databases,
) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine, "0005")
    with database.engine.begin() as connection:
        for statement in SIGNED_LONG_AGO:
            connection.execute(text(statement))
    upgrade(database.engine)
    with database.reading() as session:
        stakes = session.execute(text("SELECT stake, stake_m FROM accidents ORDER BY id")).all()
        assert [tuple(row) for row in stakes] == [("K700+350", 700_350), ("桥头", None), (None, None), (None, None)]
        queued = session.execute(text("SELECT key, topic, case_id, done_at FROM outbox ORDER BY case_id")).all()
        assert [tuple(row) for row in queued] == [
            ("carry:4207-2025-0001/effect", "carry", 1, None),
            ("carry:4207-2025-0002/effect", "carry", 2, None),
        ]
    database.close()
    databases.drop(url)


ANSWERED = (
    *BEFORE[:4],
    "INSERT INTO measures (id, case_id, ref, position, text) VALUES (1, 1, 'M1', 1, '措施一'), (2, 1, 'M2', 2, '措施二')",
    "INSERT INTO assignments (id, case_id, measure_id, organisation_id, part, state)"
    " VALUES (1, 1, 1, 1, 'lead', 'awaiting_plan'), (2, 1, 2, 1, 'lead', 'awaiting_completion')",
    "INSERT INTO replies (id, case_id, ref, assignment_id, organisation_id, kind, text, author_id, on_behalf, happened_at,"
    " recorded_at) VALUES"
    " (1, 1, 'R1', 1, 1, 'refusal', '不归我单位', 1, false, '2025-12-05 08:00:00', '2025-12-05 08:00:00'),"
    " (2, 1, 'R2', 2, 1, 'plan', '方案', 1, false, '2025-12-06 08:00:00', '2025-12-06 08:00:00')",
    "INSERT INTO assessments (reply_id, verdict, assessor_id, assessed_at)"
    " VALUES (2, 'accepted', 1, '2025-12-07 08:00:00')",
    *(
        "INSERT INTO deadlines (id, key, case_id, assignment_id, organisation_id, turn, rule_code, rule_version,"
        " excluded_days, changes, start_event, started_at, first_due_on, due_on, provisional, calendar_version, version,"
        f" state, closed_at) VALUES ({row}, 'k{row}', 1, {hand}, 1, 'theirs', '{rule}', 1, 0, '{{}}', '送达',"
        f" '2025-12-01 00:00:00', '2025-12-20', '2025-12-20', false, '1', 1, '{state}', {closed})"
        for row, hand, rule, state, closed in (
            (1, 1, "notice.plan", "met", "'2025-12-05 08:00:00'"),
            (2, 1, "measure.complete", "met", "'2025-12-05 08:00:00'"),
            (3, 2, "notice.plan", "met", "'2025-12-06 08:00:00'"),
            (4, 2, "measure.complete", "open", "NULL"),
        )
    ),
)


def test_clocks_that_an_unjudged_reply_had_met_wait_for_its_judgement(databases: Databases) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine, "0016")
    with database.engine.begin() as connection:
        for statement in ANSWERED:
            connection.execute(text(statement))
    upgrade(database.engine)
    with database.reading() as session:
        rows = session.execute(text("SELECT id, state, answered_by_id FROM deadlines ORDER BY id")).all()
    assert [tuple(row) for row in rows] == [
        (1, "answered", 1),
        (2, "answered", 1),
        (3, "met", None),
        (4, "open", None),
    ]
    database.close()
    databases.drop(url)


OF_A_CASE = (
    *BEFORE[:4],
    "INSERT INTO organisations (id, name, kind, path) VALUES (2, '某顺（集团）公司', 'enterprise', '/2/'),"
    " (3, '养护中心', 'road_authority', '/3/')",
    "INSERT INTO vehicles (id, accident_id, ref, owner_id, defects) VALUES (1, 1, 'V1', 3, '[]')",
    "INSERT INTO people (id, accident_id, ref, role, outcome, organisation_id) VALUES (1, 1, 'P1', 'driver', 'dead', 2)",
    "INSERT INTO measures (id, case_id, ref, position, text) VALUES (1, 1, 'M1', 1, '措施一')",
    "INSERT INTO assignments (id, case_id, measure_id, organisation_id, part, state) VALUES (1, 1, 1, 3, 'lead', 'unissued')",
    "INSERT INTO team_members (id, case_id, name, role) VALUES (4, 1, '甲', 'lead'), (9, 1, '乙', 'member')",
)


def test_a_case_of_before_gets_its_list_of_units_and_its_team_short_names(databases: Databases) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine, "0024")
    with database.engine.begin() as connection:
        for statement in OF_A_CASE:
            connection.execute(text(statement))
    upgrade(database.engine)
    with database.reading() as session:
        units = session.execute(text("SELECT ref, organisation_id FROM case_organisations ORDER BY position")).all()
        assert [tuple(row) for row in units] == [("O1", 2), ("O2", 3)]
        assert session.execute(text("SELECT ref FROM team_members ORDER BY id")).scalars().all() == ["T1", "T2"]
        names = session.execute(text("SELECT folded_name FROM organisations ORDER BY id")).scalars().all()
        assert names == ["支队", "某顺(集团)公司", "养护中心"]
        assert session.scalars(select(Accident.details)).all() == [{}]
    database.close()
    databases.drop(url)
