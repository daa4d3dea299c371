"""An archivist finds a volume, looks into it, checks it, takes it away, supplements and reopens it."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware

from flows.archive_supplement import pack_supplement
from flows.case import carry
from flows.installation import working_in
from models.archive.queries.archives import Sought, archive_list
from models.archive.tables import Archive, ArchiveSupplement
from models.kernel.act import acting, find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import Role
from models.office.commands.signing_in import begin_session
from models.papers.rules.retention import Retention
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.passwords import token_hash
from ui.web.authentication import COOKIE
from ui.web.files_out import routes
from ui.web.frame import Frame
from ui.web.gate import Gate

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture
def sealed(story: Story) -> tuple[str, str]:
    """A sealed case; its number and its 档号. The archivist stands on the volume's list, for it holds restricted papers."""
    story.at = wall_clock()
    case = story.archived()
    with working_in(story.installation):
        carry(story.installation, case, story.at)
    with story.installation.database.reading() as session:
        return case, session.scalars(select(Archive.archive_number)).one()


def found(story: Story, account: str = "dang", **sought: object) -> list[str]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return [row.archive_number for row in archive_list(session, actor, Sought(**sought))]  # type: ignore[arg-type]


def test_a_volume_is_found_by_number_case_words_year_retention_and_end(
    story: Story, sealed: tuple[str, str], look: Look
) -> None:
    case, number = sealed
    year = local_date(story.at).year
    for sought in (
        {},
        {"words": number[-6:]},
        {"words": case},
        {"year": year},
        {"retention": Retention.YEARS_30},
        {"due": local_date(story.at).replace(year=year + 31)},
    ):
        assert found(story, **sought) == [number], sought
    for sought in (
        {"words": "没有"},
        {"year": year - 1},
        {"retention": Retention.PERMANENT},
        {"due": local_date(story.at)},
    ):
        assert found(story, **sought) == [], sought
    for view, told in (("audit", number), ("ended", "没有待归档的终止案件"), ("disposals", "没有提出销毁的案卷")):
        page = look("dang", "archives", view=view)
        assert not page.exception
        assert told in words(page), view
    page = look("dang", "archives", words=case)
    assert not page.exception
    assert f"/volume?number={number}" in words(page)
    assert "没有符合条件的案卷" in words(look("dang", "archives", year="1999"))


def test_a_restricted_volume_is_for_those_on_its_list(story: Story, sealed: tuple[str, str], look: Look) -> None:
    story.employ("er", Role.ARCHIVIST)
    assert found(story, "er") == []
    assert "您无权查看" in words(look("er", "volume", number=sealed[1]))


def test_the_volume_is_checked_supplemented_and_reopened_on_its_page(
    story: Story, sealed: tuple[str, str], look: Look
) -> None:
    case, number = sealed
    page = look("dang", "volume", number=number)
    assert not page.exception
    assert "卷内目录" in words(page)
    checked = next(button for button in page.button if button.label == "校验档案包").click().run()
    assert "档案包完整" in words(checked)
    story.do("dang", "supplement-archive", case, title="评估记录", file=story.scan("评估"), reason="后补。")
    assert "待封装" in words(look("dang", "volume", number=number))
    with story.installation.database.reading() as session:
        supplement = session.scalars(select(ArchiveSupplement.id)).one()
        folder = session.scalars(select(Archive.package_path)).one()
    pack_supplement(story.installation, supplement, story.at)
    assert f"{quote(number)}-%E8%A1%A51.zip" in words(look("dang", "volume", number=number))
    (Path(story.installation.settings.archives) / str(folder) / "data" / "volume.docx").write_bytes(b"changed")
    spoilt = next(button for button in look("dang", "volume", number=number).button if button.label == "校验档案包")
    assert "处问题" in words(spoilt.click().run())
    story.do("dang", "reopen-archive", case, reason="复核后重办。")
    assert "复核后重办" in words(look("dang", "volume", number=number))


def test_a_case_that_was_ended_and_has_its_volume_is_not_sent_to_be_archived(story: Story, look: Look) -> None:
    story.at = wall_clock()
    case = story.file()
    story.do("ling", "discontinue", case, reason="经查不属于道路交通事故。")
    story.excuse(case)
    assert "去归档" in words(look("dang", "case", number=case, part="complete"))
    story.do("dang", "archive", case)
    told = words(look("dang", "case", number=case, part="complete"))
    assert "本案已归档" in told
    assert "去归档" not in told


def test_the_package_comes_as_one_zip_for_the_archivist_alone(story: Story, sealed: tuple[str, str]) -> None:
    _, number = sealed
    program = Starlette(
        routes=routes(), middleware=[Middleware(Gate, settings=story.installation.settings, frame=Frame())]
    )
    for account, status in (("dang", 200), ("nei", 404), ("shen", 404)):
        with acting(story.installation.database, story.installation.settings, account, wall_clock()) as act:
            begin_session(act, token_hash(account), way="oidc")
        browser = TestClient(program, base_url="http://127.0.0.1:8501", cookies={COOKIE: account})
        answer = browser.get(f"/file/archives/{quote(number)}.zip")
        assert answer.status_code == status, account
        if status == 200:
            names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
            assert any(name.endswith("/manifest-sha256.txt") for name in names)
