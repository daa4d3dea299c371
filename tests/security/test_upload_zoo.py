"""The upload zoo before every door: each animal gets one sentence, or is kept as evidence that nobody opens unwarned."""

from __future__ import annotations

import inspect
import io
import re
import resource
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from starlette.applications import Starlette

from documents.check import faults as faults_of
from documents.taking_back import opened
from models.accident.dossier.intake import understood
from models.accident.dossier.workbook_out import blank
from models.actions import REGISTRY
from models.case.queries.attachments import FileFound
from models.clock.rules.calendar_file import read_calendar
from models.clock.rules.ladder_file import read_ladder
from models.clock.rules.register_files import register_lines
from models.kernel.calendar.time import wall_clock
from models.kernel.errors import Refused
from models.kernel.storage.media import recognise, refuse_acting
from models.kernel.tables import FileExamination
from models.kernel.vocabulary import DocumentKind
from models.office import organisation_list
from models.rectification.tables import Reply
from tests.databases import Databases
from tests.documents.template_files import NOTICE
from tests.pictures import photograph
from tests.security.zoo import Animal, docx, field, packed_objects, pdf, relation, xlsx, zipped, zoo
from tests.stories import START, Story, staffed
from tests.ui.web.conftest import read_by_pages
from tests.ui.web.test_notice_page import form, serve
from ui.action_shape import shape
from ui.cli.actions import _taken_in
from ui.incoming import receive
from ui.own_forms import examined, put_into_use
from ui.web import notice_page
from ui.web.facts.asked import from_json
from ui.web.files_out import CAREFUL, handed_in
from ui.web.rate_limit import Pace

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

MEGA = 1 << 20
ROOM = 400 * MEGA
"""What the whole zoo may cost this process in memory; one animal of it unpacks to 60 MB, and one claims far more."""


@pytest.fixture
def office(tmp_path: Path, sqlite_databases: Databases, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    url = sqlite_databases.fresh(staffed)
    with read_by_pages(url, tmp_path, monkeypatch) as told:
        yield told
    sqlite_databases.drop(url)


@pytest.fixture(autouse=True)
def _memory_stays_bounded() -> Iterator[None]:
    zoo()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before < ROOM


def stored(story: Story) -> int:
    return len(list(story.installation.files.all()))


def outcome(taking: Callable[[], object]) -> Refused | None:
    """What a door says; anything but a refusal in our words goes on up and fails the test."""
    try:
        taking()
    except Refused as refusal:
        told = [refusal.message, *map(str, refusal.faults)]
        assert all(re.search(r"[\u4e00-\u9fff]", one) and "Traceback" not in one for one in told), told
        return refusal
    return None


def test_every_animal_is_refused_in_one_sentence_of_its_kind() -> None:
    for animal in zoo():

        def taking(animal: Animal = animal) -> None:
            stream = io.BytesIO(animal.data)
            refuse_acting(stream, recognise(stream, animal.name), animal.name)

        refusal = outcome(taking)
        assert refusal is not None, animal.what
        assert (refusal.code, refusal.message.count("。")) == (animal.code, 1), (animal.what, refusal.message)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("方案.docx", docx(relation("attachedTemplate", r"file:///C:\Users\a\Templates\Normal.dotm"))),
        ("方案.docx", docx(relation("hyperlink", "https://www.gov.cn/a"), body=field(" PAGE "))),
        ("图表.docx", docx(relation("package", "../embeddings/a.xlsx", ""), word__embeddings__a_xlsx=xlsx())),
        ("台账.xlsx", xlsx()),
        ("案情卷.xlsx", blank()),
        ("模板.docx", NOTICE),
        ("报告.pdf", pdf("/OpenAction [3 0 R /Fit]")),
        ("报告.pdf", pdf("", "<< /Subtype /Link /A << /S /URI /URI (http://www.gov.cn) >> >>")),
        ("报告.pdf", pdf("", packed_objects("<< /S /URI /URI (http://www.gov.cn) >>"))),
        ("附件.zip", zipped({"照片/1.jpg": photograph(across=64, down=48), "方案.docx": docx(), "报告.pdf": pdf()})),
        ("照片.jpg", photograph(across=64, down=48)),
    ],
)
def test_what_an_office_writes_every_day_is_taken(name: str, data: bytes) -> None:
    stream = io.BytesIO(data)
    refuse_acting(stream, recognise(stream, name), name)
    assert stream.read() == data


def test_no_action_takes_in_an_animal_and_evidence_is_kept_as_it_came(office: Story, tmp_path: Path) -> None:
    """Every file that any action of the registry takes, at the command line; pages take the same way."""
    paths = {}
    for number, animal in enumerate(zoo()):
        folder = tmp_path / str(number)
        folder.mkdir()
        paths[animal.what] = folder / animal.name
        paths[animal.what].write_bytes(animal.data)
    doors = [
        (name, step.command, parameter)
        for name, step in REGISTRY.items()
        for parameter in inspect.signature(step.command).parameters
        if _is_file(step.command, parameter)
    ]
    assert len(doors) > 20
    before, kept = stored(office), 0
    for number, (name, step, parameter) in enumerate(doors):
        many = shape(step, parameter).many
        met = zoo() if "evidence" in name or "pictures" in name else zoo()[number % 3 :: 3]  # all of them meet several
        for animal in met:
            given: Any = {parameter: [paths[animal.what]] if many else paths[animal.what]}
            refusal = outcome(lambda step=step, given=given: _taken_in(step, given, office.installation))
            photo = name in ("add-pictures", "edit-hazard") and "jpg" in animal.name
            taken = animal.kept and (name == "add-evidence" or photo)
            assert (refusal is None) == taken, (name, animal.what)
            kept += taken
    with office.installation.database.reading() as session:
        marked = session.scalars(select(FileExamination)).all()
    assert all(one.acts for one in marked)
    assert kept > len(marked) > 30
    copy = 1  # of the picture that is a zip too
    assert stored(office) - before == len(marked) + copy


def _is_file(step: Callable[..., Any], parameter: str) -> bool:
    try:
        return shape(step, parameter).file
    except (KeyError, TypeError, ValueError):
        return False


def test_evidence_that_acts_is_saved_under_a_name_that_warns_and_never_shown(office: Story) -> None:
    for animal in (one for one in zoo() if one.kept):
        taken = receive(io.BytesIO(animal.data), animal.name, office.installation, evidence=True)
        answer = handed_in(FileFound(taken.name, taken.stored.sha256, taken.media_type))
        said = answer.headers["content-disposition"]
        assert said.startswith("attachment"), animal.what
        assert "%E5%B0%8F%E5%BF%83" in said, CAREFUL
        assert bytes(answer.body) == animal.data
    innocent = receive(io.BytesIO(pdf()), "报告.pdf", office.installation, evidence=True)
    shown = handed_in(FileFound(innocent.name, innocent.stored.sha256, innocent.media_type))
    assert shown.headers["content-disposition"].startswith("inline")


def test_a_file_from_before_there_was_a_rule_still_goes_out_and_is_not_shown(office: Story) -> None:
    script = next(one for one in zoo() if one.what == "pdf with a script")
    nested = next(one for one in zoo() if one.code == "file_zip_nested")
    for animal, kind in ((script, "application/pdf"), (nested, None)):
        kept = office.installation.files.put(animal.data)
        answer = handed_in(FileFound(animal.name, kept.sha256, kind))
        assert answer.headers["content-disposition"].startswith("attachment"), animal.what


def test_what_reads_files_says_a_sentence_about_every_animal(office: Story) -> None:
    """Imports, forms of the unit, drafts that come back, and what is sent by a table while somebody types."""
    readers: Sequence[tuple[str, Callable[[bytes], object]]] = (
        ("dossier", lambda data: understood(data, now=START)),
        ("register", register_lines),
        ("units", lambda data: organisation_list.read(data, limit=30 * MEGA)),
        ("calendar", read_calendar),
        ("ladder", read_ladder),
        ("draft", opened),
        ("table", from_json),
    )
    for what, reader in readers:
        for animal in zoo():
            with office.installation.database.reading():
                assert outcome(lambda reader=reader, data=animal.data: reader(data)) is not None, (what, animal.what)


def test_no_animal_becomes_a_form_of_the_unit(office: Story) -> None:
    before = stored(office)
    for animal in zoo():
        assert examined(animal.data, DocumentKind.RECTIFICATION_NOTICE).faults, animal.what

        def handing_in(animal: Animal = animal) -> object:
            return put_into_use(
                office.installation,
                "console",
                animal.data,
                animal.name,
                issuer=office.installation.settings.unit,
                kind=DocumentKind.RECTIFICATION_NOTICE,
                form=None,
            )

        assert outcome(handing_in) is not None
    assert stored(office) == before


def test_a_check_of_any_document_ends_with_faults_or_a_sentence() -> None:
    for animal in zoo():
        outcome(lambda data=animal.data: faults_of(data))


def test_who_comes_by_a_printed_link_is_told_which_file_and_nothing_is_kept(
    office: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"PUBLIC_URL": "https://anjian.example", "LINK_KEY": "only for this test"}
    for name, value in told.items():
        monkeypatch.setenv(f"SHENCHA_{name}", value)
    for pace in ("VISITS", "WRONG", "SCANS", "ALL_SCANS"):
        monkeypatch.setattr(notice_page, pace, Pace(10_000, 1))
    settings = office.installation.settings.model_copy(
        update={"public_url": told["PUBLIC_URL"], "link_key": SecretStr(told["LINK_KEY"])}
    )
    office.installation = replace(office.installation, settings=settings)
    office.at = wall_clock()
    address, code = serve(office)
    with TestClient(Starlette(routes=notice_page.routes()), base_url=told["PUBLIC_URL"]) as browser:
        to, key = form(browser, address)
        before = stored(office)
        for animal in zoo():
            said = {"form_key": key, "step": "acknowledge", "name": "周某", "code": code}
            answer = browser.post(to, data=said, files={"scan": (animal.name, animal.data, "image/png")})
            assert answer.status_code == 400, animal.what
            assert f"“{animal.name}”" in answer.text, animal.what
    assert stored(office) == before
    with office.installation.database.reading() as session:
        assert session.scalar(select(func.count(Reply.id))) == 0
        assert session.scalar(select(func.count()).select_from(FileExamination)) == 0
