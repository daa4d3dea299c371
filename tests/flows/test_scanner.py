"""Files are examined for malware: while somebody waits, later by the worker, and what is found is locked and told."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.examining import examine_slice
from flows.scanner import Away, ask
from models.clock.queries.rulebook import rulebook
from models.kernel.act import Act, acting
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from models.kernel.settings import Settings, scanner_of
from models.kernel.tables import AdminEvent, FileExamination, Message
from models.kernel.vocabulary import FileState, Role
from models.overview.commands.examinations import examine_again, release
from models.overview.queries.case_contents import CaseContents
from models.overview.queries.case_view import CaseRead
from models.overview.queries.examinations import known_of, refuse_locked
from tests.security.clamd import MALWARE, NAME, Clamd, clamd
from tests.stories import Story
from ui.incoming import Incoming, receive

INFECTED = "会议记录。".encode() + MALWARE
CLEAN = "会议记录。".encode()


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Clamd]:
    with clamd(tmp_path) as scanner:
        yield scanner


@pytest.fixture
def watched(story: Story, scanner: Clamd) -> Story:
    """An office whose files are examined."""
    return examined_by(story, scanner.address)


def examined_by(story: Story, address: str | None, seconds: float = 5.0) -> Story:
    settings = story.installation.settings.model_copy(update={"scanner": address, "scanner_seconds": seconds})
    story.installation = replace(story.installation, settings=settings)
    return story


def came(story: Story, data: bytes, *, evidence: bool = True) -> Incoming:
    return receive(io.BytesIO(data), "记录.txt", story.installation_at(), evidence=evidence)


def acting_as(story: Story, account: str) -> AbstractContextManager[Act]:
    return acting(story.installation.database, story.installation.settings, account, story.at)


def state_of(story: Story, sha256: str) -> tuple[FileState, str | None]:
    with story.installation.database.reading() as session:
        one = session.get_one(FileExamination, sha256)
        return one.state, one.found


def worked(story: Story) -> int:
    return examine_slice(story.installation, lambda: story.at, lambda: True)


def as_evidence(story: Story, data: bytes) -> tuple[str, Incoming]:
    case, taken = story.file(bare=True), came(story, data)
    story.do(
        "li", "add-evidence", case, title="记录", file=taken.stored, file_name=taken.name, media_type=taken.media_type
    )
    return case, taken


def test_a_clean_file_is_known_to_be_clean_when_it_is_taken(watched: Story, scanner: Clamd) -> None:
    taken = came(watched, CLEAN, evidence=False)
    assert state_of(watched, taken.stored.sha256) == (FileState.CLEAN, None)
    assert scanner.heard == [len(CLEAN)]
    assert worked(watched) == 0


def test_malware_is_refused_and_nothing_of_it_is_kept(watched: Story) -> None:
    with pytest.raises(Invalid, match=f"“记录.txt”查出恶意程序（{NAME}），没有保存") as refusal:
        came(watched, INFECTED, evidence=False)
    assert refusal.value.code == "file_malware"
    assert list(watched.installation.files.all()) == []


def test_malware_that_is_evidence_is_kept_locked_and_told_to_the_officer_once(watched: Story) -> None:
    case, taken = as_evidence(watched, INFECTED)
    sha256 = taken.stored.sha256
    watched.wait(minutes=16)
    for _ in range(2):
        worked(watched)
        with watched.installation.as_system(watched.at) as act:
            examine_again(act, sha256)
    worked(watched)
    with watched.installation.database.reading() as session:
        with pytest.raises(Conflict, match="不能打开或下载"):
            refuse_locked(known_of(session, sha256))
        [told] = session.scalars(select(Message).where(Message.key.like("malware/%")))
        found = session.scalars(select(AdminEvent.data).where(AdminEvent.kind == "malware_found")).all()
    assert case in told.subject
    assert NAME in told.body
    assert [one["cases"] for one in found] == [[case]]
    assert watched.installation.files.read(sha256) == INFECTED, "evidence is not altered"


@pytest.mark.parametrize("asked_at_once", [True, False])
def test_the_officer_is_told_though_the_scanner_was_faster_than_the_case(
    story: Story, scanner: Clamd, *, asked_at_once: bool
) -> None:
    examined_by(story, scanner.address if asked_at_once else None)
    case, taken = story.file(bare=True), came(story, INFECTED)
    examined_by(story, scanner.address)
    for _ in range(2):
        worked(story)  # before the case's transaction is through
    with story.installation.database.reading() as session:
        assert session.scalars(select(AdminEvent.id).where(AdminEvent.kind == "malware_found")).all() == []
    story.do("li", "add-evidence", case, title="记录", file=taken.stored, file_name="记录.txt", media_type="text/plain")
    story.wait(minutes=16)
    examined_by(story, "clamd:/nowhere/clamd.sock")
    assert worked(story) == 0
    assert state_of(story, taken.stored.sha256) == (FileState.FOUND, NAME)  # nor forgotten where nobody can be asked
    examined_by(story, scanner.address)
    scanner.says = "INSTREAM size limit exceeded. ERROR"  # what was found is told, whatever is said of it now
    assert worked(story) == 1
    with story.installation.database.reading() as session:
        [told] = session.scalars(select(Message.subject).where(Message.key.like("malware/%")))
        [found] = session.scalars(select(AdminEvent.data).where(AdminEvent.kind == "malware_found"))
    assert case in told
    assert found["cases"] == [case]
    assert worked(story) == 0


def test_an_administrator_lets_a_file_out_for_a_reason_and_nobody_else_does(watched: Story) -> None:
    _, taken = as_evidence(watched, INFECTED)
    watched.employ("guan", Role.ADMIN)
    signs = taken.stored.sha256[:12]
    with acting_as(watched, "li") as act, pytest.raises(NotAllowed):
        release(act, signs, "误报。")
    with acting_as(watched, "guan") as act, pytest.raises(Invalid, match="请填写理由"):
        release(act, signs, " ")
    with acting_as(watched, "guan") as act, pytest.raises(NotFound):
        release(act, "0" * 64, "误报。")
    with acting_as(watched, "guan") as act, pytest.raises(Invalid, match="前8位"):
        release(act, "%", "误报。")
    with acting_as(watched, "guan") as act:
        release(act, signs, "厂家确认为误报。")
    with acting_as(watched, "guan") as act, pytest.raises(Conflict, match="不需要放行"):
        release(act, signs, "误报。")
    with watched.installation.database.reading() as session:
        refuse_locked(known_of(session, taken.stored.sha256))
        why = session.scalars(select(AdminEvent.why).where(AdminEvent.kind == "file_released")).all()
    assert why == ["厂家确认为误报。"]


def test_a_scanner_that_is_away_holds_nobody_up_and_is_asked_again(story: Story, scanner: Clamd) -> None:
    examined_by(story, "clamd:/nowhere/clamd.sock")
    case, taken = as_evidence(story, INFECTED)
    assert state_of(story, taken.stored.sha256) == (FileState.WAITING, None)
    assert worked(story) == 0
    examined_by(story, scanner.address)
    assert worked(story) == 1
    assert state_of(story, taken.stored.sha256) == (FileState.FOUND, NAME)
    with story.installation.reading("li") as read:
        view = CaseRead(lambda: nullcontext(read.session), read.actor, case, read.at, rulebook(read.session))
        [shown] = [one for one in CaseContents(view, read.actor).evidence if one.sha256]
    assert shown.known is not None
    assert shown.known.locked


def test_a_file_that_is_known_to_be_infected_is_refused_without_asking(watched: Story) -> None:
    as_evidence(watched, INFECTED)
    examined_by(watched, None)
    with pytest.raises(Invalid, match="查出恶意程序"):
        came(watched, INFECTED, evidence=False)


def test_what_a_scanner_cannot_examine_is_said_and_not_asked_about_for_ever(watched: Story, scanner: Clamd) -> None:
    scanner.says = "INSTREAM size limit exceeded. ERROR"
    taken = came(watched, CLEAN)
    assert state_of(watched, taken.stored.sha256) == (FileState.FAILED, "INSTREAM size limit exceeded.")
    assert worked(watched) == 0


def test_a_silent_scanner_is_given_up_in_time(scanner: Clamd) -> None:
    scanner.silent = True
    with pytest.raises(Away):
        ask(scanner.address, io.BytesIO(CLEAN), 0.2)


def test_without_a_scanner_files_wait_for_one(story: Story) -> None:
    taken = came(story, CLEAN)
    assert state_of(story, taken.stored.sha256) == (FileState.WAITING, None)
    assert worked(story) == 0


@pytest.mark.parametrize("wrong", ["clamd", "clamd://host", "clamd://host:0", "http://host:1", "clamd:relative"])
def test_an_address_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="不是查杀程序的地址"):
        scanner_of(wrong)
    with pytest.raises(ValueError, match="不是查杀程序的地址"):
        Settings(scanner=wrong)


def test_both_kinds_of_addresses_are_understood() -> None:
    assert scanner_of("clamd://127.0.0.1:3310") == ("127.0.0.1", 3310)
    assert scanner_of("clamd://[::1]:3310") == ("::1", 3310)
    assert scanner_of("clamd:/run/clamav/clamd.sock") == "/run/clamav/clamd.sock"
