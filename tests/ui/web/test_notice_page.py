"""The page behind the code on a notice: what the link shows, what the digits allow, and what nobody gets by trying."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from httpx import Response
from pydantic import SecretStr
from sqlalchemy import func, select
from starlette.applications import Starlette

from models.accident.dossier.workbook_out import blank
from models.case.tables import Case
from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.storage.limits import LONGEST_TEXT, MEGA
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, RenditionForm, ReplyKind
from models.office.rules.slowing import ONE
from models.office.tables import User
from models.overview.commands.leaving import disable_user
from models.papers.tables import Document, Rendition
from models.rectification.queries.notice_links import SCAN_ACCOUNT
from models.rectification.tables import Assignment, Measure, Reply, ReplyDraft, ReplyFile
from tests.journeys.test_milestones import Staged
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.web import notice_page
from ui.web.rate_limit import Pace

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f0005050102a2d9c5f40000000049454e44ae426082"
)


@pytest.fixture
def browser(story: Story, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A telephone that knows nothing of us; the office prints links."""
    monkeypatch.setenv("SHENCHA_PUBLIC_URL", "https://anjian.example")
    monkeypatch.setenv("SHENCHA_LINK_KEY", "only for this test")
    monkeypatch.setattr(notice_page, "VISITS", Pace(100, 1))
    monkeypatch.setattr(notice_page, "WRONG", Pace(3, 60))
    settings = story.installation.settings.model_copy(
        update={"public_url": "https://anjian.example", "link_key": SecretStr("only for this test")}
    )
    story.installation = replace(story.installation, settings=settings)
    story.at = wall_clock()
    with TestClient(Starlette(routes=notice_page.routes()), base_url="https://anjian.example") as client:
        yield client


@pytest.fixture
def served(story: Story, browser: TestClient) -> tuple[str, str]:
    """The address and the code of a served notice."""
    return serve(story)


def serve(story: Story, variant: int = 0) -> tuple[str, str]:
    case = story.rectifying(variant=variant)
    [notice, *_] = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, notice)
    story.deliver(case, notice)
    with story.installation.database.reading() as session:
        content = session.scalars(
            select(Document.content)
            .join(Case, Case.id == Document.case_id)
            .where(Document.ref == notice, Case.case_number == case)
        ).one()
    assert content is not None
    return content["url"].removeprefix("https://anjian.example"), content["answer_code"]


def send(
    browser: TestClient,
    address: str,
    step: str,
    files: list[bytes] | None = None,
    scan: bytes | None = None,
    **said: object,
) -> str:
    to, key = form(browser, address)
    named = [("files", (f"现场{n}.png", data, "image/png")) for n, data in enumerate(files or [])]
    if scan is not None:
        named.append(("scan", ("盖章.xlsx" if scan.startswith(b"PK") else "盖章.png", scan, "image/png")))
    answer = browser.post(to, data={"form_key": key, "step": step, **said}, files=named or None)
    return f"{answer.status_code} {answer.text}"


def form(browser: TestClient, address: str) -> tuple[str, str]:
    """Open a notice and return where its form is sent to, and the key of that one form."""
    page = browser.get(address).text
    [to] = re.findall(r'<form method="post" action="([^"]+)"', page)
    [key] = re.findall(r'name="form_key" value="([^"]+)"', page)
    return to, key


def test_a_clerk_with_five_minutes_signs_and_answers_from_a_telephone(
    story: Story, browser: TestClient, served: tuple[str, str]
) -> None:
    address, code = served
    page = browser.get(address).text
    assert "为什么" in page
    assert "尚未签收" in page
    assert "反馈类型" not in page
    assert "已签收" in send(browser, address, "acknowledge", name="周某", code=f"{code[:4]} {code[4:]}")
    page = browser.get(address).text
    assert "周某于" in page
    measures = re.findall(r'name="measures" value="(M\d+)"', page)
    told = send(
        browser, address, "reply", [PNG], name="周某", code=code, kind="plan", measures=measures, text="三十日内完成。"
    )
    assert told.startswith("200")
    assert "请等待研判" in told
    assert "三十日内完成" in browser.get(address).text
    with story.installation.database.reading() as session:
        assert set(session.scalars(select(Reply.kind))) == {ReplyKind.PLAN}
        assert set(session.scalars(select(ReplyFile.media_type))) == {"image/png"}


def test_the_files_of_an_answer_open_from_its_own_notice_only(
    story: Story, browser: TestClient, served: tuple[str, str]
) -> None:
    address, code = served
    other, _ = serve(story, variant=1)  # of the same unit, over another accident
    send(browser, address, "acknowledge", name="周某", code=code)
    measures = re.findall(r'name="measures" value="(M\d+)"', browser.get(address).text)
    send(
        browser, address, "reply", [PNG], name="周某", code=code, kind="plan", measures=measures, text="三十日内完成。"
    )
    [file, *_] = re.findall(r'href="([^"]+/1)"', browser.get(address).text)
    given = browser.get(file)
    assert (given.status_code, given.headers["content-type"], given.content) == (200, "image/png", PNG)
    assert browser.get(file.removesuffix("1") + "2").status_code == 404
    assert browser.get(file.replace(address, other)).status_code == 404
    assert browser.get(file.replace(address, address[:-1])).status_code == 404


def test_a_unit_that_lost_its_code_answers_by_a_scan_with_its_seal(
    story: Story, browser: TestClient, served: tuple[str, str], look: Look
) -> None:
    address, _ = served
    assert "请填写答复码，或上传加盖公章的扫描件" in send(browser, address, "acknowledge", name="周某")
    assert "须是图片或 PDF" in send(browser, address, "acknowledge", name="周某", scan=blank())
    assert "请填写您的姓名" in send(browser, address, "acknowledge", scan=PNG)
    assert "尚未签收" in browser.get(address).text
    assert "已签收" in send(browser, address, "acknowledge", name="周某", scan=PNG)
    measures = re.findall(r'name="measures" value="(M\d+)"', browser.get(address).text)
    plan = {"name": "周某", "kind": "plan", "measures": measures, "text": "三十日内完成。"}
    assert "请等待研判" in send(browser, address, "reply", scan=PNG + b"reply", **plan)
    with story.installation.database.reading() as session:
        scans = session.scalars(select(Rendition.form).where(Rendition.file_name == "盖章.png")).all()
        assert scans == [RenditionForm.PROOF_OF_SERVICE]
        assert set(session.scalars(select(ReplyFile.file_name))) == {"盖章.png"}
        by = set(session.scalars(select(Event.actor_name).where(Event.kind.in_(("paper_acknowledged", "reply_given")))))
        assert by == {"周某（盖章扫描件）"}
        case = session.scalars(select(Case.case_number)).one()
    assert "核对附件中扫描件上的印章" in words(look("li", "case", number=case, part="measures", measure=measures[0]))
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        disable_user(act, scan_account(story), reason="扫描件上的印章不是该单位的。")
    more = {**plan, "kind": "completion", "text": "已完成。"}
    assert "不能凭盖章扫描件答复" in send(browser, address, "reply", scan=PNG, **more)


def test_a_scan_beside_the_code_goes_on_record_too_and_the_same_file_once(
    story: Story, browser: TestClient, served: tuple[str, str]
) -> None:
    address, code = served
    send(browser, address, "acknowledge", name="周某", code=code, scan=PNG)
    measures = re.findall(r'name="measures" value="(M\d+)"', browser.get(address).text)
    plan = {"name": "周某", "code": code, "kind": "plan", "measures": measures, "text": "三十日内完成。"}
    assert "请等待研判" in send(browser, address, "reply", [PNG + b"1", PNG + b"2"], scan=PNG + b"1", **plan)
    with story.installation.database.reading() as session:
        assert session.scalars(select(Rendition.file_name).where(Rendition.file_name == "盖章.png")).all()
        assert set(session.scalars(select(func.count()).select_from(ReplyFile).group_by(ReplyFile.reply_id))) == {2}
        assert set(session.scalars(select(Event.actor_name).where(Event.kind == "reply_given"))) == {"周某（答复码）"}


def scan_account(story: Story) -> str:
    with story.installation.database.reading() as session:
        return session.scalars(select(User.account).where(User.account.startswith(SCAN_ACCOUNT))).one()


def test_scans_come_at_a_pace(browser: TestClient, served: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_page, "SCANS", Pace(1, 600))
    address, _ = served
    told = [send(browser, address, "acknowledge", name=name, scan=PNG) for name in ("周某", "吴某")]
    assert "已签收" in told[0]
    assert "过于频繁" in told[1]


def test_without_the_digits_one_writes_but_answers_nothing(
    story: Story, browser: TestClient, served: tuple[str, str]
) -> None:
    address, code = served
    send(browser, address, "acknowledge", name="周某", code=code)
    assert "草稿已保存" in send(browser, address, "draft", kind="plan", text="正在制定", name="周某")
    assert "正在制定" in browser.get(address).text
    refused = send(
        browser, address, "reply", [PNG], kind="plan", text="正在制定方案", measures=["M1"], code="1", name="周某"
    )
    assert refused.startswith("400")
    assert "答复码不正确" in refused
    assert "正在制定方案" in refused  # what was typed is not lost
    with story.installation.database.reading() as session:
        assert session.scalars(select(Reply.id)).all() == []
        assert session.scalars(select(ReplyDraft.text)).one() == "正在制定"


def test_each_mistake_is_one_sentence(browser: TestClient, served: tuple[str, str]) -> None:
    address, code = served
    assert "请填写您的姓名" in send(browser, address, "acknowledge", code=code)
    send(browser, address, "acknowledge", name="周某", code=code)
    assert "请选择反馈类型" in send(browser, address, "reply", name="周某", code=code, text="完成")
    assert "不是可以识别的日期" in send(
        browser, address, "reply", name="周某", code=code, kind="extension", text="雨季", requested_due="明天"
    )
    program = send(browser, address, "reply", [b"MZ\x90 a program"], name="周某", code=code, kind="plan", text="完成")
    assert program.startswith("400")
    assert 'role="alert"' in program
    assert browser.post(address, data={"step": "draft"}).status_code == 400  # not from a page of ours


def test_links_cannot_be_found_by_trying(browser: TestClient, served: tuple[str, str]) -> None:
    address, _ = served
    wrong = f"{address[:-1]}{'a' if address[-1] != 'a' else 'b'}"
    said = [browser.get(wrong).text for _ in range(5)]
    assert "链接无效" in said[0]
    assert "过于频繁" in said[-1]


def test_an_address_comes_as_often_as_it_may() -> None:
    now = 0.0
    pace = Pace(2, 10, monotonic=lambda: now)
    assert [pace.allows("a"), pace.allows("a"), pace.allows("a"), pace.allows("b")] == [True, True, False, True]
    now = 10.0
    assert [pace.allows("a"), pace.allows("a")] == [True, False]


def test_a_draft_written_by_link_keeps_the_milestone(story: Story, browser: TestClient) -> None:
    staged = Staged(story)
    staged.serve()
    with story.installation.database.reading() as session:
        content = session.scalars(
            select(Document.content)
            .join(Assignment, Assignment.notice_id == Document.id)
            .join(Measure, Measure.id == Assignment.measure_id)
            .where(Measure.ref == staged.measure)
        ).one()
    assert content is not None
    address = content["url"].removeprefix("https://anjian.example")
    named = f"{staged.measure}/{staged.lasting}"
    said = {"kind": "progress", "measures": staged.measure, "milestone": named, "text": "改造过半。", "name": "周某"}
    assert "草稿已保存" in send(browser, address, "draft", **said)
    assert f'value="{named}" selected' in browser.get(address).text
    send(browser, address, "draft", **{**said, "measures": ["M1", "M2"]})  # of one measure, or of none
    with story.installation.database.reading() as session:
        assert session.scalars(select(ReplyDraft.milestone)).one() is None


@pytest.fixture
def signed(browser: TestClient, served: tuple[str, str]) -> tuple[str, dict[str, object]]:
    """The address of a notice that was signed for, and a plan about all of its measures."""
    address, code = served
    send(browser, address, "acknowledge", name="周某", code=code)
    measures = re.findall(r'name="measures" value="(M\d+)"', browser.get(address).text)
    return address, {"name": "周某", "code": code, "kind": "plan", "measures": measures, "text": "三十日内完成。"}


def test_a_long_answer_is_kept_whole_or_refused_whole(
    story: Story, browser: TestClient, signed: tuple[str, dict[str, object]]
) -> None:
    address, plan = signed
    long, too_long = "整" * 8_006, "长" * (LONGEST_TEXT + 1)
    for step in ("draft", "reply"):
        told = send(browser, address, step, **{**plan, "text": too_long})
        assert told.startswith("400")
        assert "反馈内容共20001个字符，最多20000个字符" in told
        assert too_long in told  # as it was typed
    with story.installation.database.reading() as session:
        assert session.scalars(select(Reply.id)).all() == session.scalars(select(ReplyDraft.id)).all() == []
    assert "请等待研判" in send(browser, address, "reply", **{**plan, "text": long})
    with story.installation.database.reading() as session:
        assert set(session.scalars(select(Reply.text))) == {long}


def test_one_file_that_is_refused_keeps_the_whole_answer_back(
    story: Story, browser: TestClient, signed: tuple[str, dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, plan = signed
    monkeypatch.setenv("SHENCHA_MAX_FILE_BYTES", str(MEGA))
    page = browser.get(address).text
    assert "照片和文件（最多5个，每个不超过1 MB，盖章扫描件计算在内" in page
    assert "扫描件或照片（不超过1 MB）" in page
    for files, sentence in (
        ([PNG, PNG + b"\0" * 2 * MEGA], "“现场1.png”有2 MB，每个文件不超过1 MB"),
        ([PNG + b"%d" % n for n in range(7)], "共7个文件，一次最多5个"),
        ([PNG, b"MZ a program"], "“现场1.png”是可执行程序"),
        ([PNG, b""], "“现场1.png”是空文件"),
    ):
        told = send(browser, address, "reply", files, **plan)
        assert told.startswith("400")
        assert sentence in told
        assert "所填文字都保留在下面，文件须重新选择" in told
        assert "三十日内完成。</textarea>" in told
    with story.installation.database.reading() as session:
        assert session.scalars(select(Reply.id)).all() == []


def test_an_answer_whose_file_the_store_did_not_take_is_not_filed(
    story: Story,
    browser: TestClient,
    signed: tuple[str, dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    address, plan = signed
    (tmp_path / "full").write_text("no folder")
    monkeypatch.setenv("SHENCHA_FILES_URL", str(tmp_path / "full"))
    told = send(browser, address, "reply", [PNG], **plan)
    assert told.startswith("400")
    assert "“现场0.png”没有保存成功，本次没有提交任何内容" in told
    with story.installation.database.reading() as session:
        assert session.scalars(select(Reply.id)).all() == []


def test_the_same_scan_under_two_names_is_one_file_with_both_names(
    story: Story, browser: TestClient, signed: tuple[str, dict[str, object]]
) -> None:
    address, plan = signed
    assert "请等待研判" in send(browser, address, "reply", [PNG, PNG], **plan)
    with story.installation.database.reading() as session:
        files = session.execute(select(ReplyFile.reply_id, ReplyFile.file_name, ReplyFile.other_names)).all()
        assert {(file.file_name, *file.other_names) for file in files} == {("现场0.png", "现场1.png")}
        assert len(files) == len({file.reply_id for file in files})
    assert "现场0.png（又名现场1.png）" in browser.get(address).text


def test_a_form_is_taken_once_however_often_it_comes(
    story: Story, browser: TestClient, signed: tuple[str, dict[str, object]]
) -> None:
    """Reload, a double click, or no answer because the server was gone: the receipt is the same, and one answer lies there."""
    address, plan = signed
    to, key = form(browser, address)
    report = {**plan, "kind": "progress", "step": "reply", "form_key": key}

    def sent(**other: object) -> Response:
        return browser.post(to, data={**report, **other}, files=[("files", ("a.png", PNG))], follow_redirects=False)

    first, again = sent(), sent()
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"] == f"{address}?receipt={key}"
    page = browser.get(first.headers["location"]).text
    assert re.search(r"回执\d+号，\d{4}-\d\d-\d\d \d\d:\d\d提交：反馈已提交（R1", page)
    other = sent(text="另有进展。")
    assert other.status_code == 400
    assert "这张表单已于" in other.text
    assert "另有进展。</textarea>" in other.text
    with story.installation.database.reading() as session:
        assert len(session.scalars(select(Reply.id)).all()) == len(plan["measures"])  # type: ignore[arg-type]
        events = session.scalars(select(Event.kind)).all()
    assert events.count("reply_given") == len(plan["measures"])  # type: ignore[arg-type]
    # A receipt opens with its own notice only.
    elsewhere, _ = serve(story, variant=1)
    assert "回执" not in browser.get(f"{elsewhere}?receipt={key}").text


def test_signing_twice_is_one_signature(browser: TestClient, served: tuple[str, str]) -> None:
    address, code = served
    to, key = form(browser, address)
    said = {"step": "acknowledge", "form_key": key, "name": "周某", "code": code}
    told = {browser.post(to, data=said, follow_redirects=False).headers["location"] for _ in range(2)}
    assert told == {f"{address}?receipt={key}"}


def test_who_guesses_codes_waits_longer_each_time(browser: TestClient, served: tuple[str, str]) -> None:
    address, code = served
    for _ in range(ONE.free):
        assert "答复码不正确" in send(browser, address, "acknowledge", name="周某", code="00000000")
    to, key = form(browser, address)
    said = {"step": "acknowledge", "form_key": key, "name": "周某", "code": code}
    refused = browser.post(to, data=said)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert "答复码输错次数较多，请于1秒后再试，或以书面答复。" in refused.text


def test_an_answer_by_link_is_taken_back_as_long_as_nobody_worked_on_it(
    story: Story, browser: TestClient, served: tuple[str, str]
) -> None:
    address, code = served
    who = {"name": "周某", "code": code}
    assert send(browser, address, "acknowledge", **who).startswith("200")
    measures = re.findall(r'name="measures" value="([^"]+)"', browser.get(address).text)
    said = {"kind": ReplyKind.PLAN.value, "measures": measures[:1], "text": "三月底前完成"}
    assert "反馈已提交" in send(browser, address, "reply", **said, **who)
    page = browser.get(address).text
    [choice] = re.findall(r'<select id="taken_back".*?<option value="([^"]+/R\d+)"', page, re.DOTALL)
    assert "撤回反馈须填写答复码。" in send(browser, address, "withdraw", taken_back=choice, name="周某")
    assert "请选择要撤回的反馈。" in send(browser, address, "withdraw", **who)
    assert "已撤回" in send(browser, address, "withdraw", taken_back=choice, **who)
    assert 'id="taken_back"' not in browser.get(address).text
    assert "400" in send(browser, address, "withdraw", taken_back=choice, **who)
