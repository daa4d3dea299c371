"""Data that stood in the tables of an earlier version stands in those of the next."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.accident.tables import Accident
from models.case.tables import Case
from models.keeping.backing_up import back_up
from models.keeping.restoring import chosen, restore
from models.keeping.vault import open_vault
from models.kernel.act import acting
from models.kernel.events import record, record_admin
from models.kernel.installation import Installation
from models.kernel.record import event_chain as chain
from models.kernel.record.event_record import event_record
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import DocumentKind
from models.migrations import upgrade
from models.office.queries.office_chain import office_chain
from models.office.rules.relations import Group
from models.office.rules.writing_rules import DEFAULT_MANNERS
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


OF_CASE_AND_OFFICE = (
    *BEFORE[:4],
    "INSERT INTO admin_events (kind, happened_at, actor, why, data) VALUES"
    " ('installation_created', '2025-12-01 00:00:00.250000', 'system', NULL, '{\"unit\": \"支队\"}'),"
    " ('user_added', '2025-12-02 08:00:00', 'console', '新到岗', '{\"roles\": [\"officer\"], \"account\": \"li\"}')",
)


def chained(number: str, *kinds: str) -> list[dict[str, Any]]:
    """Return events of a case as an earlier version wrote them."""
    events: list[dict[str, Any]] = []
    for seq, kind in enumerate(kinds, 1):
        event: dict[str, Any] = {
            "case_number": number,
            "seq": seq,
            "kind": kind,
            "happened_at": "2025-12-01T00:00:00.000000+00:00",
            "recorded_at": "2025-12-01T00:00:00.000000+00:00",
            "actor": "li",
            "actor_name": "李某",
            "why": None,
            "data": {"before": None, "after": "某"},
            "prev_hash": events[-1]["hash"] if events else chain.GENESIS,
        }
        events.append(event | {"hash": chain.link(event["prev_hash"], event)})
    return events


def test_chains_of_cases_stay_as_they_were_and_the_offices_begins_with_what_it_had(databases: Databases) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine, "0024")
    before = chained("4207-2025-0001", "case_filed", "sponsor_assigned", "finding_added")
    with database.engine.begin() as connection:
        for statement in OF_CASE_AND_OFFICE:
            connection.execute(text(statement))
        for event in before:
            connection.execute(
                text(
                    "INSERT INTO events (case_id, seq, kind, happened_at, recorded_at, actor, actor_name, why, data,"
                    " prev_hash, hash) VALUES (1, :seq, :kind, '2025-12-01 00:00:00', '2025-12-01 00:00:00', :actor,"
                    ' :actor_name, :why, \'{"after": "某", "before": null}\', :prev_hash, :hash)'
                ),
                {name: event[name] for name in ("seq", "kind", "actor", "actor_name", "why", "prev_hash", "hash")},
            )
        connection.execute(text("UPDATE cases SET last_seq = 3, last_hash = :hash"), {"hash": before[-1]["hash"]})
    upgrade(database.engine)
    at = datetime(2026, 1, 5, 1, tzinfo=UTC)
    with acting(database, Settings(), "system", at) as act:
        record(act, act.session.get_one(Case, 1), "case_discontinued", why="移送")
        record_admin(act, "user_disabled", account="li")
        record_admin(act, "user_enabled", account="li")
    with database.reading() as session:
        kept = event_record(session, "4207-2025-0001", until=4)
        assert [event["hash"] for event in kept[:3]] == [event["hash"] for event in before]
        assert chain.verify(kept).ok
        found = office_chain(session)
        assert (found.checked, found.earlier, found.faults) == (2, 2, ())
        rows = session.execute(text("SELECT id, seq FROM admin_events ORDER BY id")).all()
        assert [(row.id, row.seq) for row in rows] == [(1, None), (2, None), (3, 1), (4, 2)]
    for table in ("events", "admin_events"):
        for statement in (f"UPDATE {table} SET actor = 'nobody'", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
                session.execute(text(statement))
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
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


def test_units_of_before_get_their_level_by_rule_and_in_doubt_none(databases: Databases) -> None:
    units = (
        ("鄂州市公安局交通警察支队", "police", "420700", None, "unit"),
        ("鄂州市交通运输局", "transport", "420700", None, None),
        ("湖北省某交通运输厅", "transport", "420700", None, None),
        ("某综合管理机构", "other", None, "peer", None),
        ("某运输公司", "enterprise", "420704", "peer", None),
        ("国家某主管部门", "transport", None, None, None),
    )
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine, "0028")
    with database.engine.begin() as connection:
        for number, (name, kind, division, relation, issues_as) in enumerate(units, 1):
            connection.execute(
                text(
                    "INSERT INTO organisations (id, name, kind, path, division_code, relation, issues_as)"
                    " VALUES (:id, :name, :kind, :path, :division, :relation, :issues_as)"
                ),
                {
                    "id": number,
                    "name": name,
                    "kind": kind,
                    "path": f"/{number}/",
                    "division": division,
                    "relation": relation,
                    "issues_as": issues_as,
                },
            )
    upgrade(database.engine)
    with database.reading() as session:
        rows = session.execute(text("SELECT level, led_from FROM organisations ORDER BY id")).all()
    assert [row.level for row in rows] == ["city", "city", None, "city", None, "nation"]
    assert [row.led_from for row in rows] == [row.level for row in rows]
    database.close()
    databases.drop(url)


def test_manners_that_nobody_changed_speak_as_new_ones_do_and_others_stay(databases: Databases) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine, "0035")
    shipped = (
        ("department", "rectification_notice", "letter", "关于商请落实{accident}整改措施的函", "请函复。", "system"),
        ("subordinate", "rectification_notice", "notice", "关于落实{accident}整改措施的通知", "特此通知。", "system"),
        ("enterprise", "rectification_notice", "notice", "关于落实{accident}整改措施的通知", "特此通知。", "system"),
        ("subordinate", "correction", "notice", "关于更正{number}文书的通知", "特此通知。", "system"),
        ("outside", "reminder", "letter", "关于商请函复{accident}整改措施落实情况的函", "请函复。", "li"),
    )
    row = text(
        "INSERT INTO manners (recipients, kind, version, form, title, closing, issued_by, copies_industry_authority,"
        " with_excerpt, author, reason, valid_from) VALUES (:to, :kind, 1, :form, :title, :closing, 'own_unit', false,"
        " false, :author, '默认', '2025-12-01 00:00:00')"
    )
    with database.engine.begin() as connection:
        for values in shipped:
            names = ("to", "kind", "form", "title", "closing", "author")
            connection.execute(row, dict(zip(names, values, strict=True)))
    upgrade(database.engine)
    with database.reading() as session:
        rows = session.execute(text("SELECT * FROM manners ORDER BY version")).all()
        said = {(one.recipients, one.kind): (one.version, one.form, one.title, one.closing) for one in rows}
    for (group, kind), (version, form, title, closing) in said.items():
        now = DEFAULT_MANNERS[Group(group), DocumentKind(kind)]
        kept = (group, kind) in (("subordinate", "correction"), ("outside", "reminder"))
        assert version == (1 if kept else 2)
        if (group, kind) != ("outside", "reminder"):
            assert (form, title, closing) == (now.form.value, now.title, now.closing)
    assert said["outside", "reminder"][3] == "请函复。"
    database.close()
    databases.drop(url)


def test_a_backup_of_the_first_version_comes_back_as_one_of_this(databases: Databases, tmp_path: Path) -> None:
    database, target = Database(databases.empty(), durable=False), databases.empty()
    upgrade(database.engine, "0001")
    with database.engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
        connection.execute(text("UPDATE cases SET last_hash = :genesis"), {"genesis": chain.GENESIS})
    home = Settings(home=tmp_path / "home")
    back_up(Installation(home, database), str(tmp_path / "to"), None, datetime(2026, 3, 5, tzinfo=UTC))
    database.close()
    vault = open_vault(str(tmp_path / "to"), None)
    restore(vault, chosen(vault, None), Settings(home=tmp_path / "again", database_url=target))  # type: ignore[arg-type]
    there = Database(target)
    with there.reading() as session:
        assert session.execute(text("SELECT count(*) FROM milestones")).scalar() == 2
        assert session.scalars(select(Case.case_number)).all() == ["4207-2025-0001"]
    there.close()
