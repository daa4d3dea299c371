"""查阅记录: what is put down, once a look, in a chain that checkpoints cover; and who may read it."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from flows.record_watch import take, verified
from models.kernel.act import acting, find_actor
from models.kernel.errors import Invalid, NotAllowed
from models.kernel.record.readings import readings_faults
from models.kernel.tables import CheckpointEnd
from models.kernel.vocabulary import ReadingKind, Role
from models.office.commands.readings import note_reading
from models.office.queries.readings import ReadingShown, reading_list
from tests.stories import Story
from ui.papers_out import paper_file
from ui.readings import on_record

PERSONAL, EXPORT = ReadingKind.PERSONAL, ReadingKind.EXPORT


def note(story: Story, account: str, kind: ReadingKind, what: str, case: str | None = None) -> None:
    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        note_reading(act, kind, what, case)


def listed(story: Story, about: str | None = None) -> list[ReadingShown]:
    with story.installation.database.reading() as session:
        return reading_list(session, find_actor(session, "cha", story.at), about=about)


def faults(story: Story) -> list[str]:
    with story.installation.database.reading() as session:
        return [fault.code for fault in readings_faults(session)]


@pytest.fixture
def audited(story: Story) -> Story:
    story.employ("guan", Role.ADMIN)
    story.employ("cha", Role.AUDITOR, by="guan")
    return story


def test_looking_again_is_one_reading_and_every_export_is_one(audited: Story) -> None:
    for _ in range(3):
        note(audited, "li", PERSONAL, "people[P1]", "4207-2026-0001")
        note(audited, "li", EXPORT, "案情卷", "4207-2026-0001")
        audited.wait(minutes=1)
    note(audited, "wang", PERSONAL, "people[P1]", "4207-2026-0001")
    audited.wait(hours=1)
    note(audited, "li", PERSONAL, "people[P1]", "4207-2026-0001")
    told = [(one.account, one.kind) for one in reversed(listed(audited))]
    assert told == [("li", PERSONAL), *[("li", EXPORT)] * 3, ("wang", PERSONAL), ("li", PERSONAL)]
    assert [one.seq for one in listed(audited, "wang")] == [5]
    assert len(listed(audited, "4207-2026-0001")) == 6
    assert listed(audited, "4207-2026-0002") == []


def test_nobody_but_the_auditor_reads_it_and_nobody_changes_it(audited: Story) -> None:
    note(audited, "li", EXPORT, "整改台账")
    for account in ("li", "guan", "ling", "qian"):
        with audited.installation.database.reading() as session, pytest.raises(NotAllowed):
            reading_list(session, find_actor(session, account, audited.at))
    for statement in ("UPDATE readings SET account = 'wang'", "DELETE FROM readings"):
        with pytest.raises(Exception, match="append-only"), audited.installation.database.writing() as session:
            session.execute(text(statement))


def test_an_auditor_is_nothing_else(audited: Story) -> None:
    for roles in ([Role.AUDITOR, Role.ADMIN], [Role.SIGNER, Role.AUDITOR], [Role.AUDITOR, Role.CLERK]):
        with pytest.raises(Invalid) as refused:
            audited.employ("liang", *roles, by="guan")
        assert refused.value.code == "auditor_alone"
        with pytest.raises(Invalid):
            audited.in_office("guan", "set-roles", user="cha", roles=roles, reason="兼任。")


def test_a_chain_that_was_cut_or_written_anew_is_found(audited: Story) -> None:
    for nth in range(4):
        note(audited, "li", EXPORT, f"第{nth}份")
    assert faults(audited) == []
    with audited.installation.as_system(audited.at) as act:
        take(act)
        kept = act.session.scalars(select(CheckpointEnd.events).where(CheckpointEnd.stream == "readings")).all()
    assert kept == [4]
    assert dict(verified(audited.installation))["readings"] == []
    postgres = audited.installation.database.engine.dialect.name == "postgresql"
    for change, found in (
        ("UPDATE readings SET what = '别的' WHERE seq = 2", {"readings_chain"}),
        ("DELETE FROM readings WHERE seq = 4", {"readings_chain", "readings_lost"}),
    ):
        with audited.installation.database.engine.begin() as connection:
            for statement in (
                ["ALTER TABLE readings DISABLE TRIGGER USER"]
                if postgres
                else [f"DROP TRIGGER IF EXISTS readings_no_{step}" for step in ("update", "delete")]
            ):
                connection.execute(text(statement))
            connection.execute(text(change))
        assert set(faults(audited)) == found


def test_restricted_papers_and_packages_are_told_and_open_papers_are_not(audited: Story) -> None:
    case = audited.file()
    audited.address(case)
    audited.issue(case, "D1")
    papers = audited.prepare(case)
    audited.issue(case, *papers)
    audited.deliver(case, *papers)
    with audited.installation.database.reading() as session:
        restricted = (
            session.execute(
                text("SELECT ref FROM documents WHERE restricted AND kind <> 'traceback_archive' ORDER BY id")
            )
            .scalars()
            .all()
        )
    assert restricted
    paper_file(audited.installation, "li", case, "D1")
    assert listed(audited) == []
    paper_file(audited.installation, "li", case, restricted[0])
    [told] = listed(audited)
    assert (told.account, told.what, told.case_number) == ("li", f"文书{restricted[0]}", case)


def test_the_system_reads_for_nobody(audited: Story) -> None:
    on_record(audited.installation, "system", EXPORT, "一切")
    assert listed(audited) == []
