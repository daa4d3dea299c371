"""Time stamps over checkpoints: asked for by the worker and at a sealing, kept in three places, never in anybody's way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from documents.archive.verify import STAMP, TAG_MANIFEST, verify
from flows.record_watch import daily_checkpoint, look_on, put_outside, verified
from flows.stamping import stamp_owed
from models.kernel.record.signatures import make_key
from models.kernel.record.stamping import stamping
from models.kernel.record.watching import newest_checkpoints
from models.kernel.settings import Settings
from models.kernel.tables import Checkpoint, CheckpointStamp, RecordFault, RecordWatch
from models.office.tables import Authority
from tests.databases import Databases
from tests.stories import Story, staffed, story_in
from tests.time_stamping import Service, issued, listening, service
from ui import doctor
from ui.package_check import checked


@pytest.fixture
def served(story: Story) -> Service:
    """A service whose authority the office of the story knows."""
    made, home = service(story.at), story.installation.settings.home
    home.mkdir(parents=True, exist_ok=True)
    make_key(story.installation.settings.checkpoint_key_file)
    of_service(story, "https://u:geheim@stamp.example/tsa", made.write_authorities(home / "ca.pem"))
    with story.installation.database.writing() as session:
        session.execute(update(Authority).values(scan_sha256=story.scan("凭据").sha256))
    return made


def of_service(story: Story, url: str | None, authorities: Path | None) -> None:
    told = {"timestamp": None if url is None else SecretStr(url), "timestamp_ca": authorities}
    story.installation = replace(story.installation, settings=story.installation.settings.model_copy(update=told))


def days(story: Story, count: int) -> None:
    for _ in range(count):
        daily_checkpoint(story.installation, story.at)
        story.at += timedelta(days=1)


def stamped(story: Story) -> list[int]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(CheckpointStamp.number).order_by(CheckpointStamp.number)))


def told(story: Story) -> doctor.Finding:
    return doctor._time_stamps(replace(story.installation, clock=lambda: story.at))


def outside(story: Story) -> list[Path]:
    return sorted(Path(story.installation.settings.checkpoints_place).glob("*.tsr"))


def test_from_the_day_that_a_service_is_set_each_checkpoint_is_stamped_and_earlier_ones_are_not(
    story: Story, served: Service
) -> None:
    days(story, 3)
    assert stamp_owed(story.installation, story.at, served.answer) == 1
    days(story, 2)
    assert stamp_owed(story.installation, story.at, served.answer) == 2
    assert stamp_owed(story.installation, story.at, served.answer) == 0
    assert (stamped(story), served.asked) == ([3, 4, 5], 3)
    assert [path.name[:19] for path in outside(story)] == [f"checkpoint-{n:08d}" for n in (3, 4, 5)]
    with story.installation.database.reading() as session:
        assert [one.stamped_at for one in newest_checkpoints(session, 5)] == [served.at] * 3 + [None] * 2
    assert told(story).level == "good"
    assert all(not wrong for _, wrong in verified(story.installation))


def test_a_service_that_is_down_is_asked_again_ever_later_and_stands_as_owed(story: Story, served: Service) -> None:
    days(story, 1)
    served.down = True
    asked_at = []
    begin = story.at
    for minute in range(0, 200):
        before = served.asked
        stamp_owed(story.installation, begin + timedelta(minutes=minute), served.answer)
        if served.asked > before:
            asked_at.append(minute)
    assert asked_at == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    found = told(story)
    assert (found.level, "有 1 个检查点待加盖" in found.message, "geheim" in found.message) == ("note", True, False)
    story.at += timedelta(days=3)
    assert told(story).level == "bad"
    served.down = False
    assert stamp_owed(story.installation, story.at, served.answer) == 1
    assert (stamped(story), told(story).level) == ([1], "good")


def test_a_stamp_of_somebody_unknown_is_not_kept_and_the_reason_stands(story: Story, served: Service) -> None:
    days(story, 1)
    story_authorities = story.installation.settings.timestamp_ca
    assert story_authorities is not None
    story_authorities.write_bytes(Path(__file__).read_bytes())
    assert stamp_owed(story.installation, story.at, served.answer) == 0
    assert "根证书文件" in told(story).message
    served.write_authorities(story_authorities)
    served.refuses = "配额已用完"
    story.at += timedelta(hours=2)
    assert stamp_owed(story.installation, story.at, served.answer) == 0
    assert "配额已用完" in told(story).message
    assert (stamped(story), outside(story)) == ([], [])


def test_what_stands_outside_is_taken_after_a_kill_and_a_wrong_file_there_is_not(story: Story, served: Service) -> None:
    days(story, 2)
    stamp_owed(story.installation, story.at, served.answer)
    [kept] = outside(story)
    whole = kept.read_bytes()
    days(story, 1)
    stamp_owed(story.installation, story.at, served.answer)
    forgotten(story)
    kept.write_bytes(outside(story)[1].read_bytes())  # the stamp of another line
    asked = served.asked
    assert stamp_owed(story.installation, story.at, served.answer) == 2
    assert (served.asked, stamped(story)) == (asked + 1, [2, 3])
    assert kept.read_bytes() not in (whole, outside(story)[1].read_bytes())


def forgotten(story: Story) -> None:
    """Take the stamps out of the database, as a restore to an earlier moment does."""
    unlocked(story)
    with story.installation.database.writing() as session:
        session.execute(text("DELETE FROM checkpoint_stamps"))


def unlocked(story: Story) -> None:
    with story.installation.database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE checkpoint_stamps DISABLE TRIGGER USER"))
            return
        for one in ("update", "delete", "replace"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS checkpoint_stamps_no_{one}"))


def test_the_database_refuses_to_change_a_stamp_and_a_changed_one_is_found(story: Story, served: Service) -> None:
    days(story, 1)
    stamp_owed(story.installation, story.at, served.answer)
    for change in ("UPDATE checkpoint_stamps SET authority = 'x'", "DELETE FROM checkpoint_stamps"):
        with pytest.raises(DBAPIError, match="append-only"), story.installation.database.writing() as session:
            session.execute(text(change))
    unlocked(story)
    with story.installation.database.writing() as session:
        kept = session.scalars(select(CheckpointStamp)).one()
        kept.stamped_at -= timedelta(days=1)
    assert codes(story) == {"stamp"}
    with story.installation.database.writing() as session:
        session.scalars(select(CheckpointStamp)).one().answer = "AAAA"
    assert codes(story) == {"stamp"}


def codes(story: Story) -> set[str]:
    return {fault.code for _, wrong in verified(story.installation) for fault in wrong}


def test_the_round_of_the_worker_misses_a_stamp_that_is_gone_outside_and_it_is_put_there_again(
    story: Story, served: Service
) -> None:
    days(story, 1)
    stamp_owed(story.installation, story.at, served.answer)
    [gone] = outside(story)
    whole = gone.read_bytes()
    gone.unlink()
    look_on(story.installation, story.at)
    look_on(story.installation, story.at)
    with story.installation.database.reading() as session:
        assert set(session.scalars(select(RecordFault.code))) == {"stamp_lost"}
    with story.installation.database.writing() as session:  # as a restore does
        session.get_one(RecordWatch, 1).put_out = 0
    put_outside(story.installation, story.at)
    assert outside(story)[0].read_bytes() == whole
    assert codes(story) == set()


def test_where_the_service_is_taken_away_nothing_is_owed_any_more(story: Story, served: Service) -> None:
    days(story, 1)
    served.down = True
    stamp_owed(story.installation, story.at, served.answer)
    of_service(story, None, None)
    assert stamp_owed(story.installation, story.at) == 0
    with story.installation.database.reading() as session:
        found = stamping(session)
    assert (found.owed, found.error) == (0, None)


@pytest.mark.parametrize("url", ["stamp.example", "ftp://stamp.example", "http:///x"])
def test_an_address_that_is_none_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="http"):
        Settings(timestamp=SecretStr(url))


@pytest.mark.loopback
def test_a_package_is_sealed_with_its_stamp_and_gets_one_that_comes_later(
    sqlite_databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = service()
    monkeypatch.setenv("SHENCHA_HOME", str(tmp_path / "no home"))
    monkeypatch.delenv("SHENCHA_DATABASE_URL", raising=False)
    with listening(real) as url, story_in(sqlite_databases.fresh(staffed), tmp_path) as story:
        of_service(story, url, real.write_authorities(tmp_path / "ca.pem"))
        package = story.seal_volume(story.archived())
        assert [one.code for one in verify(package).remarks] == ["stamp_unchecked"]
        assert [one.code for one in checked(package).found.remarks] == ["stamp_unchecked"]
        monkeypatch.setenv("SHENCHA_TIMESTAMP_CA", str(tmp_path / "ca.pem"))
        [remark] = checked(package).found.remarks
        assert (remark.code, "示例时间戳服务" in remark.message) == ("stamp_checked", True)
        Service(*[issued("别处", ca=True)] * 3).write_authorities(tmp_path / "other.pem")
        monkeypatch.setenv("SHENCHA_TIMESTAMP_CA", str(tmp_path / "other.pem"))
        assert [one.code for one in checked(package).found.faults] == ["stamp"]
        with story.installation.database.reading() as session:
            assert session.scalars(select(Checkpoint.number)).all() == stamped(story)
        sealed = {file: file.read_bytes() for file in package.rglob("*") if file.is_file()}

        # As it is where the service was down: no stamp anywhere, and none in the package.
        forgotten(story)
        for file in (package / STAMP, *outside(story)):
            file.unlink()
        tags = package / TAG_MANIFEST
        tags.write_bytes(b"".join(line for line in sealed[tags].splitlines(True) if STAMP.encode() not in line))
        assert verify(package).ok
        real.down = True
        assert stamp_owed(story.installation, story.at) == 0
        assert not (package / STAMP).exists()
        real.down = False
        story.at += timedelta(hours=1)
        assert stamp_owed(story.installation, story.at) == 1
        assert verify(package).ok
        after = {file: file.read_bytes() for file in package.rglob("*") if file.is_file()}
        assert {file.name for file in after if sealed.get(file) != after[file]} == {STAMP, TAG_MANIFEST}
