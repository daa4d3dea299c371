"""Setting up a second factor on the own page, and signing in with it, in a browser."""

from __future__ import annotations

import re
import warnings
from base64 import b32decode
from collections.abc import Iterator
from datetime import timedelta

import pytest
from httpx import Response
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.kernel.settings import Settings
from models.office.commands.signing_in import begin_session
from models.office.rules.one_time_codes import code_of, step_at
from models.office.tables import SecondFactor
from tests.stories import Story
from tests.ui.web.conftest import PASSWORD, Look, give_password, words
from ui.web.authentication import COOKIE
from ui.web.frame import Frame
from ui.web.gate import Gate
from ui.web.signing_in import routes

with warnings.catch_warnings():  # it would rather have the successor of httpx, which is not in the lock
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1:8501"
ORIGIN = {"Origin": HERE}


@pytest.fixture
def browser(story: Story) -> Iterator[TestClient]:
    """A browser before the gate, behind which there is one page."""
    give_password(story, "qian")

    async def inside(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("inside")

    ours = Settings()
    program = Starlette(
        routes=[*routes(ours), Route("/{page:path}", inside)],
        middleware=[Middleware(Gate, settings=ours, frame=Frame())],
    )
    with TestClient(program, base_url=HERE, follow_redirects=False) as client:
        yield client


def send(browser: TestClient, shown: Response, step: str | None = None, **said: str) -> Response:
    """Fill in a form of a page and send it: the one of a step where there are several."""
    forms = re.findall(r'<form method="post" action="([^"]+)">(.*?)</form>', shown.text)
    [(to, inside)] = [one for one in forms if step is None or f'value="{step}"' in one[1]]
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', inside))
    return browser.post(to, data={**carried, **said}, headers=ORIGIN)


def sign_in(browser: TestClient, password: str = PASSWORD, to: str = "") -> Response:
    address = f"/auth/login?to={to}" if to else "/auth/login"
    return send(browser, browser.get(address), account="qian", password=password)


def alert(shown: Response) -> str:
    [said] = re.findall(r'role="alert">([^<]*)<', shown.text)
    return str(said)


def code(secret: bytes, **off: float) -> str:
    return code_of(secret, step_at(wall_clock() + timedelta(**off)))


def set_up(browser: TestClient, story: Story) -> tuple[bytes, list[str]]:
    """Set a telephone up and sign out; returns its secret and the recovery codes."""
    assert sign_in(browser).status_code == 303
    scan = send(browser, browser.get("/auth/second"), "begin", password=PASSWORD)
    assert "<svg" in scan.text
    [letters] = re.findall(r"<code>([A-Z2-7 ]+)</code>", scan.text)
    secret = b32decode(letters.replace(" ", ""))
    wrong = send(browser, scan, "confirm", code="000000")
    assert (wrong.status_code, letters in wrong.text, "<svg" in wrong.text) == (400, False, False)
    done = send(browser, wrong, "confirm", code=code(secret))
    codes = re.findall(r"<li><code>([^<]+)</code></li>", done.text)
    assert len(codes) == 10
    browser.cookies.delete(COOKIE)
    another_moment(story)
    return secret, codes


def another_moment(story: Story) -> None:
    """Let the last code be one of some time ago."""
    with story.installation.database.writing() as session:
        session.execute(update(SecondFactor).values(last_step=0))


def test_after_the_password_comes_the_code_and_then_the_page_that_was_wanted(browser: TestClient, story: Story) -> None:
    secret, _ = set_up(browser, story)
    asked = sign_in(browser, to="/cases")
    assert (asked.status_code, COOKIE in browser.cookies) == (200, False)
    assert browser.get("/cases").status_code == 401
    wrong = send(browser, asked, code="000000")
    assert (wrong.status_code, COOKIE in browser.cookies) == (401, False)
    assert "动态口令不正确" in alert(wrong)
    right = code(secret)
    let_in = send(browser, wrong, code=right)
    assert (let_in.status_code, let_in.headers["location"]) == (303, "/cases")
    assert browser.get("/cases").text == "inside"
    browser.cookies.delete(COOKIE)
    replayed = send(browser, sign_in(browser), code=right)
    assert (replayed.status_code, "已经用过" in alert(replayed)) == (401, True)


def test_a_wrong_password_asks_for_no_code(browser: TestClient, story: Story) -> None:
    set_up(browser, story)
    said = sign_in(browser, "not the password")
    assert (said.status_code, "动态口令" in said.text) == (401, False)


def test_a_recovery_code_lets_in_who_has_no_telephone(browser: TestClient, story: Story) -> None:
    _, codes = set_up(browser, story)
    assert send(browser, sign_in(browser), code=codes[3]).status_code == 303
    browser.cookies.delete(COOKIE)
    assert send(browser, sign_in(browser), code=codes[3]).status_code == 401


def test_what_the_form_carries_opens_nothing_in_another_browser_nor_for_another_account(
    browser: TestClient, story: Story
) -> None:
    secret, _ = set_up(browser, story)
    asked = sign_in(browser)
    [half] = re.findall(r'name="half" value="([^"]+)"', asked.text)
    browser.cookies.clear()
    login = browser.get("/auth/login")
    [form] = re.findall(r"form=([0-9a-f]+)", login.text)
    for carried in (half, half[:-1] + "0", "", "x", "é", half.partition(".")[0]):
        said = browser.post(f"/auth/code?form={form}", data={"half": carried, "code": code(secret)}, headers=ORIGIN)
        assert (said.status_code, COOKIE in browser.cookies) == (401, False), carried
        assert "请重新输入密码" in alert(said)


def test_a_code_is_asked_for_only_by_a_form_of_ours(browser: TestClient) -> None:
    assert browser.get("/auth/code").headers["location"] == "/auth/login"
    assert browser.post("/auth/code", data={"half": "x", "code": "1"}, headers=ORIGIN).status_code == 303
    assert browser.get("/auth/second").headers["location"] == "/auth/login"


def test_guesses_at_codes_are_slowed(browser: TestClient, story: Story) -> None:
    set_up(browser, story)
    asked = sign_in(browser)
    said = [send(browser, asked, code="000000") for _ in range(5)]
    assert said[-1].status_code == 429
    assert "retry-after" in said[-1].headers


def test_setting_up_asks_for_the_password_once_more(browser: TestClient) -> None:
    assert sign_in(browser).status_code == 303
    said = send(browser, browser.get("/auth/second"), "begin", password="not it")
    assert (alert(said), "<svg" in said.text) == ("密码不正确。", False)


def test_a_telephone_that_was_scanned_long_ago_counts_no_more(browser: TestClient, story: Story) -> None:
    assert sign_in(browser).status_code == 303
    scan = send(browser, browser.get("/auth/second"), "begin", password=PASSWORD)
    [letters] = re.findall(r"<code>([A-Z2-7 ]+)</code>", scan.text)
    with story.installation.database.writing() as session:
        session.execute(update(SecondFactor).values(begun_at=wall_clock() - timedelta(minutes=11)))
    late = send(browser, scan, "confirm", code=code(b32decode(letters.replace(" ", ""))))
    assert (late.status_code, "请重新设置" in alert(late)) == (400, True)
    assert "密码" in late.text  # it begins with the password again


def test_another_telephone_and_new_recovery_codes_want_a_code(browser: TestClient, story: Story) -> None:
    _, codes = set_up(browser, story)
    assert send(browser, sign_in(browser), code=codes[0]).status_code == 303
    own = browser.get("/auth/second")
    assert "恢复码还有 9 个" in own.text
    assert send(browser, own, "remove", code="000000").status_code == 400
    renewed = send(browser, own, "renew", code=codes[1])
    [*fresh] = re.findall(r"<li><code>([^<]+)</code></li>", renewed.text)
    assert len(fresh) == 10
    assert send(browser, own, "remove", code=codes[2]).status_code == 400
    assert send(browser, own, "remove", code=fresh[0]).status_code == 303
    assert "设置动态口令" in browser.get("/auth/second").text
    browser.cookies.delete(COOKIE)
    assert sign_in(browser).status_code == 303


def test_whose_role_must_have_one_sets_it_up_before_anything_else(
    browser: TestClient, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHENCHA_SECOND_FACTOR", "signer,admin")
    assert sign_in(browser).status_code == 303
    page = browser.get("/cases", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "/auth/second")
    assert browser.get("/media/x").status_code == 401
    assert "必须启用动态口令" in browser.get("/auth/second").text
    scan = send(browser, browser.get("/auth/second"), "begin", password=PASSWORD)
    [letters] = re.findall(r"<code>([A-Z2-7 ]+)</code>", scan.text)
    send(browser, scan, "confirm", code=code(b32decode(letters.replace(" ", ""))))
    assert browser.get("/cases").text == "inside"


@pytest.mark.parametrize(("name", "value"), [("DEMO", "1"), ("SECOND_FACTOR", "off")])
def test_a_demo_and_who_switched_it_off_are_not_bothered(
    browser: TestClient, story: Story, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    set_up(browser, story)
    monkeypatch.setenv("SHENCHA_SECOND_FACTOR", "signer")
    monkeypatch.setenv(f"SHENCHA_{name}", value)
    assert sign_in(browser).status_code == 303
    assert browser.get("/cases").text == "inside"
    assert "没有启用" in browser.get("/auth/second").text


def test_a_lost_key_shuts_the_door_with_a_sentence(browser: TestClient, story: Story) -> None:
    set_up(browser, story)
    Settings().second_factor_key_file.unlink()
    said = sign_in(browser)
    assert (said.status_code, "密钥与数据库不符" in alert(said)) == (401, True)


def test_the_own_page_shows_where_one_is_signed_in_and_takes_another_session_back(look: Look, story: Story) -> None:
    look("li", "account")
    with acting(story.installation.database, story.installation.settings, "li", wall_clock()) as act:
        begin_session(act, "another", way="password", address="10.0.0.7")
    page = look("li", "account")
    assert "/auth/second" in words(page)
    assert {"本机", "10.0.0.7"} <= set(re.findall(r"本机|10\.0\.0\.7", words(page)))
    page.button(key="own_account/take_back").click().run()
    assert not page.exception
    assert "收回登录：已办理" in words(page)
    assert "10.0.0.7" not in words(page)
