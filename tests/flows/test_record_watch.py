"""The worker's watch: a checkpoint a day that also stands outside, and a round through every chain and file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from flows.record_watch import daily_checkpoint, explain, look_on, verified
from models.case.tables import Case, Evidence
from models.keeping.backing_up import stored_columns
from models.kernel.record.signatures import make_key
from models.kernel.record.watching import watched
from models.kernel.tables import RecordFault
from models.kernel.vocabulary import AuthorityKind, IncomingKind
from models.office.tables import Authority
from models.overview.queries.stored_files import OF_CASES, OF_THE_OFFICE
from models.tables import Base
from tests.stories import Story


@pytest.fixture
def watched_over(story: Story) -> Story:
    story.installation.settings.home.mkdir(parents=True, exist_ok=True)
    make_key(story.installation.settings.checkpoint_key_file)
    story.file("ezhou-one-death")
    with story.installation.database.writing() as session:
        session.execute(update(Authority).values(scan_sha256=story.scan("凭据").sha256))
    return story


def outside(story: Story) -> Path:
    return Path(story.installation.settings.checkpoints_place)


def a_round(story: Story) -> None:
    """Look until a round has ended."""
    before = story.at
    story.at += timedelta(minutes=1)
    for _ in range(10):
        look_on(story.installation, story.at)
        with story.installation.database.reading() as session:
            whole = watched(session).whole_at
        if whole is not None and whole > before:
            return
    raise AssertionError("the round does not end")


def faults(story: Story) -> set[tuple[str, str]]:
    with story.installation.database.reading() as session:
        return {(one.stream, one.code) for one in session.scalars(select(RecordFault))}


def test_a_day_has_one_checkpoint_and_its_line_stands_outside(watched_over: Story) -> None:
    story = watched_over
    for _ in range(2):
        daily_checkpoint(story.installation, story.at)
    story.at += timedelta(days=1)
    daily_checkpoint(story.installation, story.at)
    assert [path.name[:19] for path in sorted(outside(story).glob("*.json"))] == [
        "checkpoint-00000001",
        "checkpoint-00000002",
    ]
    with story.installation.database.reading() as session:
        found = watched(session)
    assert (found.newest, found.put_out) == (2, 2)
    assert all(not wrong for _, wrong in verified(story.installation))


def test_a_round_that_finds_nothing_says_when_it_ended(watched_over: Story) -> None:
    story = watched_over
    daily_checkpoint(story.installation, story.at)
    a_round(story)
    with story.installation.database.reading() as session:
        found = watched(session)
    assert (found.whole_at, found.whole_streams, list(found.faults)) == (story.at, 1, [])


def test_a_fault_keeps_its_first_day_and_goes_when_it_is_gone(watched_over: Story) -> None:
    story = watched_over
    with story.installation.database.reading() as session:
        case = session.scalars(select(Case)).one()
    for seq, first in ((case.last_seq + 1, None), (case.last_seq + 1, story.at + timedelta(minutes=1))):
        with story.installation.database.writing() as session:
            session.execute(text("UPDATE cases SET last_seq = :seq"), {"seq": seq})
        a_round(story)
        with story.installation.database.reading() as session:
            [kept] = watched(session).faults
        assert (kept.stream, kept.code) == (case.case_number, "chain_end")
        assert first in (None, kept.found_at)
    with story.installation.database.writing() as session:
        session.execute(text("UPDATE cases SET last_seq = :seq"), {"seq": case.last_seq})
    a_round(story)
    assert faults(story) == set()


def test_a_damaged_and_a_missing_file_are_found(watched_over: Story) -> None:
    story = watched_over
    with story.installation.database.reading() as session:
        number = session.scalars(select(Case.case_number)).one()
    story.do("li", "add-evidence", number, title="现场照片", file=story.scan(), file_name="照片.pdf")
    with story.installation.database.reading() as session:
        file = Path(
            story.installation.files.path(
                session.scalars(select(Evidence.sha256).where(Evidence.sha256.is_not(None))).one()
            )
        )
    file.write_bytes(b"x")
    a_round(story)
    assert faults(story) == {(number, "file_damaged")}
    file.unlink()
    a_round(story)
    assert faults(story) == {(number, "file_missing")}


def lose(story: Story, sha256: str) -> None:
    Path(story.installation.files.path(sha256)).unlink()


def test_the_scans_of_what_came_in_and_of_what_answered_it_are_looked_at(watched_over: Story) -> None:
    story = watched_over
    with story.installation.database.reading() as session:
        number = session.scalars(select(Case.case_number)).one()
    came, answer = story.scan("来文"), story.scan("复函")
    said = {"number": "鄂州检建〔2026〕6号", "sender_name": "鄂州市人民检察院", "demand": "书面回复。"}
    story.do(
        "nei",
        "register-incoming",
        number,
        incoming_kind=IncomingKind.PROCURATORIAL,
        dated=story.at.date(),
        scan=came,
        file_name="检察建议.pdf",
        **said,
    )
    closed = {"incoming": "W1", "note": "已书面回复。", "scan": answer, "file_name": "复函.pdf"}
    story.do("nei", "close-incoming", number, **closed)
    lose(story, answer.sha256)
    a_round(story)
    assert faults(story) == {(number, "file_missing")}


def test_the_scan_of_a_recorded_authority_is_looked_at_with_the_offices_record(watched_over: Story) -> None:
    story = watched_over
    scan = story.scan("同意")
    story.in_office(
        "nei",
        "record-authority",
        basis_kind=AuthorityKind.COMMISSION_RULE,
        number="鄂州道安委〔2026〕1号",
        given_by="鄂州市道路交通安全委员会",
        scope="工作规则。",
        scan=scan,
        file_name="规则.pdf",
        valid_from=story.at.date(),
    )
    lose(story, scan.sha256)
    a_round(story)
    assert faults(story) == {("office", "file_missing")}


def test_every_column_that_names_a_stored_file_is_looked_at_and_kept_in_backups() -> None:
    looked_at = {list(statement.selected_columns)[-1] for statement in (*OF_CASES, *OF_THE_OFFICE)}
    asked = {(column.table.name, column.name) for column in looked_at}
    kept = {(name, column) for name in Base.metadata.tables for column in stored_columns(name)}
    assert asked == kept


def test_a_database_of_an_earlier_day_is_known_by_what_stands_outside_until_it_is_explained(
    watched_over: Story,
) -> None:
    story = watched_over
    daily_checkpoint(story.installation, story.at)
    (outside(story) / "checkpoint-00000002-aaaaaaaaaaaa.json").write_bytes(b"{}\n")
    a_round(story)
    assert faults(story) == {("checkpoints", "checkpoint_unknown")}
    explain(story.installation, story.at, "数据盘损坏，从前一日备份恢复。")
    a_round(story)
    assert faults(story) == set()


def test_a_line_that_is_taken_away_or_changed_outside_is_missed(watched_over: Story) -> None:
    story = watched_over
    daily_checkpoint(story.installation, story.at)
    [line] = outside(story).glob("checkpoint-00000001-*.json")
    line.write_text(line.read_text().replace("events", "event5"))
    a_round(story)
    assert faults(story) == {("checkpoints", "checkpoint_differs")}
    line.unlink()
    a_round(story)
    assert faults(story) == {("checkpoints", "checkpoint_lost")}
