"""A whole case leaves as one file and comes into another office: equal after the round trip, or refused in one sentence."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import signal
import socket
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from flows.record_watch import verified_case
from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem, Reader
from models.archive.tables import Archive, ArchiveDisposal
from models.case.tables import Case, FactChange
from models.joining.tables import CaseLink
from models.keeping.dump import counted, lines, snapshot, tables_of
from models.keeping.exporting import Exported, export_case
from models.keeping.importing import Imported, import_case
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, Refused
from models.kernel.rights.visible import visible_cases
from models.kernel.storage.personal_keys import HEAD
from models.kernel.storage.sealed_columns import Secret
from models.kernel.tables import AdminEvent, Event, Message, Outbox
from models.kernel.vocabulary import DocumentKind, DocumentStatus, LinkNature, OrganisationKind
from models.office.commands.organisations import register
from models.office.tables import Organisation, User
from models.papers.tables import CircularRow, Document, EnteredNumber
from tests.databases import Databases
from tests.journeys.test_a_life_on_paper import BRIGADE, Life
from tests.journeys.test_one_work_for_several_cases import Merged
from tests.stories import START, WRITTEN, Story, staffed, story_in

CASE = "4207-2025-0001"
Row = dict[str, Any]

# What says where and when a parcel was written and by which checkpoint it is proved.
DIFFERS = ("tables/about", "/manifest")


def exported(story: Story, case: str, to: Path, account: str = "li", secret: bytes | None = None) -> Exported:
    return export_case(story.installation, account, case, to, secret)


def imported(story: Story, file: Path, account: str = "li", *, dry_run: bool = False) -> Imported:
    return import_case(story.installation, account, file, None, dry_run=dry_run)


def content(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist() if not name.endswith(DIFFERS)}


@contextmanager
def another(databases: Databases, home: Path, at: Story | None) -> Iterator[Story]:
    """Another office, with a key of its own for what is personal."""
    url = databases.fresh(staffed)
    with pytest.MonkeyPatch.context() as patch, story_in(url, home) as story:
        patch.setenv("SHENCHA_PERSONAL_KEY", str(home / "personal.key"))
        story.at = at.at if at else story.at
        yield story
    databases.drop(url)


def test_numbers_of_persons_are_sealed_by_the_key_of_each_office(sqlite_databases: Databases, tmp_path: Path) -> None:
    number, phone, odd = "42070419900101123X", "13900001234", "clear:1:甲"
    with another(sqlite_databases, tmp_path / "one", None) as story:
        case = story.file()
        with story.installation.database.writing() as session:
            person = session.scalars(select(Person).order_by(Person.id)).first()
            assert person is not None
            person.id_number, person.details = number, {**person.details, "phone": phone}
            said = {"case_id": 1, "sheet": "people", "row": person.ref, "field": "phone", "what": "set", "version": 1}
            for seq, before in enumerate((Secret(phone), odd), 1001):
                told = {"seq": seq, "op_id": str(seq), "changed_by": 1, "changed_at": story.at, "before": before}
                session.add(FactChange(**said, **told))
        exported(story, case, tmp_path / "first.zip")
    inside = b"".join(
        gzip.decompress(one) if one[:2] == b"\x1f\x8b" else one for one in content(tmp_path / "first.zip").values()
    )
    assert number.encode() in inside
    assert HEAD.encode() not in inside
    with another(sqlite_databases, tmp_path / "other", story) as there:
        imported(there, tmp_path / "first.zip")
        with there.installation.database.reading() as session:
            [met] = session.scalars(select(Person).where(Person.id_mark == number))
            assert (met.id_number, met.details["phone"]) == (number, phone)
            assert session.scalars(select(FactChange.before).order_by(FactChange.id)).all()[-2:] == [phone, odd]
        exported(there, case, tmp_path / "second.zip")
    assert content(tmp_path / "second.zip") == content(tmp_path / "first.zip")


def test_a_case_goes_from_office_to_office_and_back_without_a_difference(
    story: Story, databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    story.file(variant=8)
    if databases.server:
        case = story.archived()
        story.seal_volume(case)
    else:
        story.installation.files.put(WRITTEN)
        case = Life(story).case
        with pytest.raises(NotAllowed, match="无权查看的内容"):  # whose own unit is asked there
            exported(story, case, tmp_path / "first.zip")
        _ask_another_unit(story)
    exported(story, case, tmp_path / "first.zip")
    other: Databases = request.getfixturevalue("sqlite_databases" if databases.server else "postgres_databases")
    with another(other, tmp_path / "other", story) as there:
        there.at = START
        there.file(variant=9)
        there.at = story.at
        told = imported(there, tmp_path / "first.zip")
        exported(there, case, tmp_path / "second.zip")
        after = there.file(variant=10)
        assert int(after[-4:]) == int(case[-4:]) + 1, "a number that came is not drawn again"
        assert set(there.papers(case)) == set(story.papers(case))
    assert told.events > 30
    assert {one.code for one in told.made} == {"unit_made"}
    assert content(tmp_path / "first.zip") == content(tmp_path / "second.zip")


def _ask_another_unit(story: Story) -> None:
    with story.installation.database.writing() as session:
        own = select(Organisation.id).where(Organisation.name == story.installation.settings.unit).scalar_subquery()
        other = session.scalars(select(Organisation.id).where(Organisation.name == BRIGADE)).one()
        asked = update(AccountabilityItem).where(AccountabilityItem.organisation_id == own)
        session.execute(asked.values(organisation_id=other))


def test_what_ties_two_cases_comes_with_the_one_that_is_imported_later(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    with another(sqlite_databases, tmp_path / "one", None) as story:
        first, second = story.file(), story.file(variant=5)
        story.do("li", "link-case", first, other=second, nature=LinkNature.SECONDARY, reason="后车追尾")
        for case in (first, second):
            exported(story, case, tmp_path / f"{case}.zip")
    with another(sqlite_databases, tmp_path / "other", story) as there:
        assert imported(there, tmp_path / f"{first}.zip").waiting == (second,)
        assert imported(there, tmp_path / f"{second}.zip").waiting == ()
        with there.installation.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(CaseLink)) == 1
        for case in (first, second):
            exported(there, case, tmp_path / f"again-{case}.zip")
            assert content(tmp_path / f"again-{case}.zip") == content(tmp_path / f"{case}.zip")


def test_a_case_that_rests_on_another_comes_after_that_one(sqlite_databases: Databases, tmp_path: Path) -> None:
    with another(sqlite_databases, tmp_path / "one", None) as story:
        merged = Merged(story)
        merged.merge()
        merged.complete()
        first, second = merged.first.case, merged.second.case
        for case in (first, second):
            exported(story, case, tmp_path / f"{case}.zip")
    with another(sqlite_databases, tmp_path / "other", story) as there:
        with pytest.raises(Conflict, match="请先导入该案") as refusal:
            imported(there, tmp_path / f"{second}.zip")
        assert refusal.value.code == "other_case_missing"
        for case in (first, second):
            imported(there, tmp_path / f"{case}.zip")
        for case in (first, second):
            exported(there, case, tmp_path / f"again-{case}.zip")
            assert content(tmp_path / f"again-{case}.zip") == content(tmp_path / f"{case}.zip")


def circular(story: Story, case: str, named: list[int]) -> None:
    """Put a circular of a quarter into a case, with what it says of units by their row numbers."""
    with story.installation.database.writing() as session:
        held = session.scalars(select(Case).where(Case.case_number == case)).one()
        paper = Document(
            case_id=held.id,
            ref="D90",
            kind=DocumentKind.CIRCULAR,
            issuer_id=held.unit_id,
            occasion=1,
            title="关于整改情况的通报",
            status=DocumentStatus.DRAFT,
            round=1,
            author_id=held.officer_id,
            restricted=False,
            drafted_at=story.at,
        )
        session.add(paper)
        session.flush()
        lines: dict[str, Any] = {
            "figures": {},
            "lessons": [],
            "practices": [],
            "steps": [],
            "report_by": date(2026, 4, 9),
        }
        quarter = {"period_from": date(2026, 1, 1), "period_until": date(2026, 3, 31), "edition": 1}
        session.add(CircularRow(document_id=paper.id, named=named, **quarter, **lines))


def unit_made(story: Story, name: str) -> int:
    with story.installation.as_system(story.at) as act:
        return register(act, name, OrganisationKind.ENTERPRISE, division_code="420704")


def test_what_no_column_says_to_be_a_unit_is_known_again_and_no_foreign_file_comes_along(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    with another(sqlite_databases, tmp_path / "one", None) as story:
        (_, case), foreign = (story.file(variant=8), story.file()), story.scan("另案材料")
        story.do("li", "add-evidence", case, title=foreign.sha256, reference="档案室")  # as anybody may write it
        unit = unit_made(story, "甲公司")
        circular(story, case, [unit])
        with story.installation.database.writing() as session:
            note = {"case_id": 2, "organisation_id": unit, "subject": "一", "body": "二", "sent_at": story.at}
            session.add(Message(key=f"{case}/D90/served/o{unit}", **note))
        exported(story, case, tmp_path / "first.zip")
    assert not [name for name in content(tmp_path / "first.zip") if foreign.sha256 in name]
    with another(sqlite_databases, tmp_path / "other", story) as there:
        for name in ("乙公司", "丙公司", "丁公司"):
            unit_made(there, name)
        imported(there, tmp_path / "first.zip")
        with there.installation.database.reading() as session:
            here = session.scalars(select(Organisation.id).where(Organisation.name == "甲公司")).one()
            assert session.scalars(select(CircularRow.named)).one() == [here] != [unit]
            assert session.scalars(select(Message.key)).one() == f"{case}/D90/served/o{here}"
        exported(there, case, tmp_path / "second.zip")
    assert content(tmp_path / "second.zip") == content(tmp_path / "first.zip")
    with another(sqlite_databases, tmp_path / "third", story) as taken:
        circular(taken, taken.file(variant=9), [])
        with pytest.raises(Conflict, match="2026-01-01至2026-03-31的通报在本系统已有"):
            imported(taken, tmp_path / "first.zip")


def test_a_number_of_the_register_that_is_known_here_is_told(sqlite_databases: Databases, tmp_path: Path) -> None:
    def entered(story: Story, case: str) -> None:
        told = {"agency_code": "某公交", "year": 2026, "serial": 9, "entered_by": 1, "entered_at": story.at}
        with story.installation.database.writing() as session:
            unit = session.scalar(select(Case.unit_id).where(Case.case_number == case))
            session.add(EnteredNumber(issuer_id=unit, number="某公交〔2026〕9号", used_for=f"{case}/D1", **told))

    with another(sqlite_databases, tmp_path / "one", None) as story:
        _, case = story.file(variant=8), story.file()
        entered(story, case)
        exported(story, case, tmp_path / "case.zip")
    with another(sqlite_databases, tmp_path / "other", story) as there:
        entered(there, there.file(variant=9))
        with pytest.raises(Conflict, match="某公交〔2026〕9号”在本系统的发文登记簿中已有"):
            imported(there, tmp_path / "case.zip")


def test_a_case_that_was_destroyed_leaves_no_more(sqlite_databases: Databases, tmp_path: Path) -> None:
    with another(sqlite_databases, tmp_path / "one", None) as story:
        case = story.archived()
        package = story.seal_volume(case)
        decided = {"proposed_by": 1, "proposed_at": story.at, "approved": True, "decided_by": 2, "decided_at": story.at}
        with story.installation.database.writing() as session:
            session.add(ArchiveDisposal(archive_id=1, reason="无价值", destroyed_at=story.at, proof={}, **decided))
        shutil.rmtree(package)
        with pytest.raises(Conflict, match="已按规定销毁"):
            exported(story, case, tmp_path / "case.zip")


def test_a_unit_that_is_not_there_waits_for_confirmation_and_a_person_cannot_come_in(
    parcel: Path, sqlite_databases: Databases, tmp_path: Path
) -> None:
    with another(sqlite_databases, tmp_path / "other", None) as there:
        unit = there.installation.settings.unit
        with there.installation.database.writing() as session:
            session.execute(
                update(Organisation).where(Organisation.name == unit).values(name="外地支队", folded_name="x")
            )
        told = imported(there, parcel, "ling")
        assert f"{unit}" in [one.path for one in told.made]
        assert "李某（li-2）" in [one.path for one in told.made], "the account name is another person's here"
        with there.installation.database.reading() as session:
            made = session.scalars(select(User).where(User.account == "li-2")).one()
            assert made.disabled_at is not None
            assert made.password_hash is None
            assert session.scalar(select(Organisation.pending_since).where(Organisation.name == unit)) is not None
            ling = find_actor(session, "ling", there.at)
            assert session.scalar(select(Case.case_number).where(visible_cases(ling))) == CASE
            [told_of] = session.scalars(select(AdminEvent).where(AdminEvent.kind == "case_imported"))
        assert told_of.actor == "ling"
        assert told_of.data["case"] == CASE
        assert verified_case_of(there) == ()


def test_only_the_officer_who_may_read_all_of_it_exports_a_case_and_that_is_on_record(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    with another(sqlite_databases, tmp_path / "one", None) as story:
        case = story.rectifying()
        for account in ("wang", "ling", "dang"):
            with pytest.raises(NotAllowed):
                exported(story, case, tmp_path / "no.zip", account)
        story.prepare(case)
        done = exported(story, case, tmp_path / "yes.zip")
        with story.installation.database.writing() as session:
            [told_of] = session.scalars(select(AdminEvent).where(AdminEvent.kind == "case_exported"))
            assert (told_of.actor, told_of.data["case"], told_of.data["sha256"]) == ("li", case, done.sha256)
            session.execute(update(Reader).values(removed_at=story.at, removed_by=Reader.user_id))
        with pytest.raises(NotAllowed, match="无权查看的内容") as refusal:
            exported(story, case, tmp_path / "no.zip")
        assert refusal.value.code == "not_all_readable"
        assert [path.name for path in tmp_path.glob("*.zip*")] == ["yes.zip"]
        assert not list((tmp_path / "one").glob(".parcel-*"))


def test_a_parcel_is_encrypted_by_a_key_and_opens_with_no_other(
    sqlite_databases: Databases, parcel: Path, tmp_path: Path
) -> None:
    with another(sqlite_databases, tmp_path / "one", None) as story:
        case = story.file()
        exported(story, case, tmp_path / "kept.zip", secret=b"correct horse battery")
        with pytest.raises(Conflict, match="已经存在"):
            exported(story, case, tmp_path / "kept.zip")
        with pytest.raises(Invalid, match="没有文件夹"):
            exported(story, case, tmp_path / "nowhere" / "kept.zip")
    assert "李某".encode() not in (tmp_path / "kept.zip").read_bytes()
    with another(sqlite_databases, tmp_path / "other", None) as there:
        for secret in (None, b"another horse battery"):
            with pytest.raises(Refused) as refusal:
                import_case(there.installation, "li", tmp_path / "kept.zip", secret)
            assert refusal.value.code in ("backup_key_missing", "backup_key_wrong")
        import_case(there.installation, "li", tmp_path / "kept.zip", b"correct horse battery")
        with pytest.raises(Conflict, match="已在本系统") as again:
            import_case(there.installation, "li", tmp_path / "kept.zip", b"correct horse battery")
        assert again.value.code == "case_exists"


def rewritten(
    file: Path, table: str, change: Callable[[list[Row]], list[Row]], told: dict[str, Any] | None = None
) -> None:
    """Change rows of a parcel and rebuild every hash above them, as a forger would."""
    with zipfile.ZipFile(file) as packed:
        entries = {name: packed.read(name) for name in packed.namelist()}
    part = f"backups/{CASE}/tables/{table}"
    body = json.loads(entries[f"backups/{CASE}/manifest"].splitlines()[0]) | (told or {})
    [one] = [one for one in body["tables"] if one["name"] == table]
    rows = [
        dict(zip(one["columns"], json.loads(line), strict=True)) for line in gzip.decompress(entries[part]).splitlines()
    ]
    plain = b"".join(spelled([row[name] for name in one["columns"]]) for row in change(rows))
    entries[part] = gzip.compress(plain)
    one |= {"rows": plain.count(b"\n"), "sha256": hashlib.sha256(plain).hexdigest()}
    line = spelled(body)
    entries[f"backups/{CASE}/manifest"] = line + hashlib.sha256(line).hexdigest().encode() + b"\n"
    packed_again(file, entries)


def spelled(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def packed_again(file: Path, entries: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(file, "w", how) as packed:
        for name, data in entries.items():
            packed.writestr(name, data)


def entry(file: Path, change: Callable[[dict[str, bytes]], Any], how: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(file) as packed:
        entries = {name: packed.read(name) for name in packed.namelist()}
    change(entries)
    packed_again(file, entries, how)


def of(column: str, value: Any) -> Callable[[list[Row]], list[Row]]:
    """Return what sets a column of the first row."""
    return lambda rows: [rows[0] | {column: value}, *rows[1:]]


def stored(entries: dict[str, bytes]) -> str:
    return next(name for name in entries if name.startswith("files/"))


VOLUME: Row = {
    name: {"id": 1, "archive_number": "J001-2025-D30-事故-0001", "package_path": "J001-2025-D30-事故-0002"}.get(name)
    for name in Archive.__table__.columns.keys()  # noqa: SIM118  no dictionary
}

# What is done to a parcel, and by which code it is refused.
DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "an event is changed": (lambda to: rewritten(to, "events", of("why", "anders")), "chain_broken"),
    "an event is gone": (lambda to: rewritten(to, "events", lambda rows: rows[:-1]), "chain_broken"),
    "all events are gone": (lambda to: rewritten(to, "events", lambda _: []), "chain_broken"),
    "the chain ends elsewhere": (lambda to: rewritten(to, "cases", of("last_hash", "0" * 64)), "chain_broken"),
    "a package where another's lies": (
        lambda to: rewritten(to, "archives", lambda _: [VOLUME]),
        "parcel_path",
    ),
    "another proof": (
        lambda to: rewritten(to, "about", lambda rows: [{"about": [rows[0]["about"][0] | {"head": "0" * 64}]}]),
        "chain_broken",
    ),
    "the database of another": (lambda to: rewritten(to, "cases", list, {"database": "sqlite"}), "not_a_parcel"),
    "a newer version": (lambda to: rewritten(to, "cases", list, {"schema": "9999"}), "schema_newer"),
    "an older version": (lambda to: rewritten(to, "cases", list, {"schema": "0044"}), "schema_older"),
    "a row number twice": (lambda to: rewritten(to, "documents", of("id", 7)), "parcel_strange"),
    "a pointer to nothing": (lambda to: rewritten(to, "documents", of("issuer_id", 77)), "parcel_strange"),
    "a pointer backwards": (lambda to: rewritten(to, "documents", of("issuer_id", -1)), "parcel_strange"),
    "a word that is none": (lambda to: rewritten(to, "cases", of("stage", "wunder")), "parcel_strange"),
    "no case": (lambda to: rewritten(to, "cases", lambda _: []), "parcel_strange"),
    "two cases": (lambda to: rewritten(to, "cases", lambda rows: rows * 2), "parcel_strange"),
    "bytes of rows": (
        lambda to: entry(to, lambda held: held.update({f"backups/{CASE}/tables/cases": b"x"})),
        "backup_damaged",
    ),
    "rows gone": (lambda to: entry(to, lambda held: held.pop(f"backups/{CASE}/tables/cases")), "backup_incomplete"),
    "no manifest": (lambda to: entry(to, lambda held: held.pop(f"backups/{CASE}/manifest")), "not_a_parcel"),
    "no head": (lambda to: entry(to, lambda held: held.pop("shencha-backups.json")), "not_a_parcel"),
    "a file is gone": (lambda to: entry(to, lambda held: held.pop(stored(held))), "parcel_damaged"),
    "a file is another": (lambda to: entry(to, lambda held: held.update({stored(held): b"anders"})), "parcel_damaged"),
    "a path outside": (lambda to: entry(to, lambda held: held.update({"../x": b"x"})), "parcel_path"),
    "a path inside": (lambda to: entry(to, lambda held: held.update({f"backups/{CASE}/../x": b""})), "parcel_path"),
    "packed tightly": (lambda to: entry(to, lambda _: None, zipfile.ZIP_DEFLATED), "parcel_bomb"),
    "a bomb": (
        lambda to: entry(to, lambda held: held.update({f"files/00/{'0' * 62}": bytes(1 << 22)}), zipfile.ZIP_DEFLATED),
        "parcel_bomb",
    ),
    "a bomb of rows": (
        lambda to: entry(
            to, lambda held: held.update({f"backups/{CASE}/tables/cases": gzip.compress(bytes(80 << 20), 1)})
        ),
        "parcel_bomb",
    ),
    "cut": (lambda to: to.write_bytes(to.read_bytes()[:-900]), "not_a_parcel"),
    "empty": (lambda to: to.write_bytes(b""), "not_a_parcel"),
    "no file": (lambda to: to.unlink(), "file_not_found"),
    "a folder": (lambda to: tuple(call() for call in (to.unlink, to.mkdir)), "file_not_found"),
}


def test_a_parcel_that_is_damaged_or_forged_is_refused_and_nothing_is_written(
    parcel: Path, sqlite_databases: Databases, tmp_path: Path
) -> None:
    with another(sqlite_databases, tmp_path / "other", None) as there:
        before = everything(there)
        for what, (damage, code) in DAMAGE.items():
            file = tmp_path / "damaged.zip"
            shutil.copy(parcel, file)
            damage(file)
            with pytest.raises(Refused) as refusal:
                imported(there, file)
            assert refusal.value.code == code, what
            assert refusal.value.message.endswith("。"), what
            assert everything(there) == before, what
            shutil.rmtree(file) if file.is_dir() else file.unlink(missing_ok=True)
        assert imported(there, parcel, dry_run=True).events == 2
        assert everything(there) == before
        with pytest.raises(NotAllowed):
            imported(there, parcel, "dang")
        with pytest.raises(Refused, match="没有签名"):
            import_case(there.installation, "li", parcel, None, key="0" * 64)


def test_what_an_office_still_has_to_destroy_is_no_work_of_another(sqlite_databases: Databases, tmp_path: Path) -> None:
    with another(sqlite_databases, tmp_path / "one", None) as story:
        case = story.file()
        with story.installation.database.writing() as session:
            for topic in ("destroy", "fix-pdf", "carry"):
                queued = {"payload": {}, "due_at": story.at, "created_at": story.at, "tries": 0}
                session.add(Outbox(key=topic, topic=topic, case_id=1, **queued))
        exported(story, case, tmp_path / "case.zip")
    with another(sqlite_databases, tmp_path / "other", story) as there:
        imported(there, tmp_path / "case.zip")
        with there.installation.database.reading() as session:
            assert not {"destroy", "fix-pdf"} & set(session.scalars(select(Outbox.topic)))
            assert "carry" in set(session.scalars(select(Outbox.topic)))


def test_an_import_that_ends_in_the_middle_leaves_no_row_and_is_begun_anew(
    parcel: Path, sqlite_databases: Databases, tmp_path: Path
) -> None:
    with another(sqlite_databases, tmp_path / "other", None) as there:
        (tmp_path / "other" / f".parcel-{socket.gethostname()}-999999999-0").mkdir(parents=True)
        before = rows(there)
        with there.installation.database.writing() as session:
            session.connection().exec_driver_sql(
                "CREATE TRIGGER torn BEFORE INSERT ON admin_events BEGIN SELECT RAISE(ABORT, 'torn'); END"
            )
        with pytest.raises(Refused):
            imported(there, parcel)
        assert rows(there) == before
        with there.installation.database.writing() as session:
            session.connection().exec_driver_sql("DROP TRIGGER torn")
        imported(there, parcel)
        assert not list((tmp_path / "other").glob(".parcel-*"))


def inserted(story: Story, work: Callable[[Story], object], *, killed_at: int | None = None) -> int:
    """Return how many statements of `work` put rows in; `killed_at` ends this process before that one."""
    seen = 0

    @event.listens_for(story.installation.database.engine, "before_cursor_execute")
    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal seen
        if statement.startswith("INSERT"):
            if seen == killed_at:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1

    work(story)
    event.remove(story.installation.database.engine, "before_cursor_execute", look)
    return seen


def killed(story: Story, work: Callable[[Story], object], at: int) -> None:
    """Let another process do it, and kill that one before its insert of this number."""
    child = os.fork()
    if not child:
        try:
            with story_in(str(story.installation.settings.database), story.installation.settings.home) as same:
                inserted(same, work, killed_at=at)
        finally:
            os._exit(1)
    assert os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_who_is_killed_while_a_case_leaves_or_comes_leaves_nothing_half_written(
    parcel: Path, sqlite_databases: Databases, tmp_path: Path
) -> None:
    def bring(story: Story) -> None:
        imported(story, parcel)

    def take(story: Story) -> None:
        exported(story, CASE, tmp_path / "again.zip")

    with another(sqlite_databases, tmp_path / "other", None) as there:
        tried = inserted(there, lambda story: imported(story, parcel, dry_run=True))
        before = rows(there)
        for at in (tried // 2, tried + tried // 2, 2 * tried):  # tried, written, and put on record at last
            killed(there, bring, at)
            assert rows(there) == before, at
        # Tried, written, and at last the row of the register with its parties, and the record.
        assert inserted(there, bring) > 2 * tried + 1
        killed(there, take, inserted(there, lambda story: exported(story, CASE, tmp_path / "once.zip")) - 1)
        assert not (tmp_path / "again.zip").exists()
        take(there)
        assert content(tmp_path / "again.zip") == content(parcel)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["again.zip", "once.zip", "other"]
        assert not list((tmp_path / "other").glob(".parcel-*"))


def rows(story: Story) -> dict[str, object]:
    with snapshot(story.installation.database) as connection:
        return {table.name: counted(lines(connection, table)) for table in tables_of(connection)}


def everything(story: Story) -> tuple[object, ...]:
    """Return how much there is of what an import would add to, and the files of the home."""
    with story.installation.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(one))
            for one in (Case, Event, AdminEvent, User, Organisation)
        ]
    return counts, sorted(path for path in story.installation.settings.home.rglob("*") if path.is_file())


def verified_case_of(story: Story) -> tuple[object, ...]:
    with story.installation.database.reading() as session:
        return tuple(verified_case(session, story.installation, CASE))


@pytest.fixture(scope="module")
def parcel(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with a stored file, exported."""
    folder = tmp_path_factory.mktemp("parcel")
    with another(sqlite_databases, folder / "home", None) as story:
        case = story.file()
        assert case == CASE
        scan = story.scan()
        story.do(
            "li", "add-evidence", case, title="勘查笔录", file=scan, file_name="笔录.pdf", media_type="application/pdf"
        )
        exported(story, case, folder / "case.zip")
    return folder / "case.zip"
