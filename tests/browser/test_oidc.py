"""Signing in by a service of the house: a real provider, the real server; what of its answers is believed, and what not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from models.kernel.act import acting
from models.kernel.calendar.time import wall_clock
from models.office.commands.users import link_identity
from models.office.tables import User, WebSession
from models.overview.commands.leaving import disable_user
from tests.browser.serving import serving, visiting
from tests.databases import Databases
from tests.provider import CLIENT, SECRET, Provider, sign_in_service
from tests.stories import Story, staffed, story_in
from ui.web.authentication import COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.loopback]


@dataclass(frozen=True, slots=True)
class Scene:
    """The office, its sign-in service, and where the pages are."""

    story: Story
    provider: Provider
    address: str


@pytest.fixture(scope="module")
def scene(sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One provider and one server for the file: li and wang come in by the service, nobody by password."""
    url, home = sqlite_databases.fresh(staffed), tmp_path_factory.mktemp("oidc")
    with sign_in_service() as provider, story_in(url, home) as story:
        with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
            link_identity(act, "li", provider.issuer, "A001")
            link_identity(act, "wang", provider.issuer, "A002")
        told = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
        with serving(home, url, **told) as address:
            yield Scene(story, provider, address)
    sqlite_databases.drop(url)


@pytest.fixture
def client(scene: Scene) -> Iterator[httpx.Client]:
    """A browser without cookies that follows no redirect by itself; the service behaves until told otherwise."""
    scene.provider.subject, scene.provider.wrong = "A001", None
    with httpx.Client(base_url=scene.address, headers={"Accept": "text/html"}, trust_env=False, timeout=30) as client:
        yield client


def come_back(client: httpx.Client) -> str:
    """Go out to the service; returns the address it sends the browser back to."""
    out = client.get("/auth/oidc")
    assert out.status_code == 302
    return client.get(out.headers["location"]).headers["location"]


def told(answer: httpx.Response) -> str:
    """Return the one sentence of a refusal."""
    [sentence] = re.findall(r'role="alert">([^<]*)<', answer.text)
    return str(sentence)


def stream_opens(scene: Scene, client: httpx.Client) -> bool:
    """Try to open Streamlit's stream with the cookies of a browser."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    try:
        with connect(
            f"{scene.address.replace('http', 'ws', 1)}/_stcore/stream",
            origin=scene.address,  # type: ignore[arg-type]  # a plain string is one
            additional_headers={"Cookie": cookies},
            proxy=None,
        ):
            return True
    except InvalidStatus as refused:
        if refused.response.status_code != 403:
            raise
        return False


def test_who_the_service_vouches_for_comes_in_as_the_local_account_until_it_is_disabled(
    scene: Scene, client: httpx.Client
) -> None:
    scene.provider.subject = "A002"
    assert not stream_opens(scene, client)
    answer = client.get(come_back(client))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}="))
    assert "HttpOnly" in cookie
    assert client.get("/cases").status_code == 200
    assert stream_opens(scene, client)
    story = scene.story
    with story.installation.database.reading() as session:
        session_of = select(User.account, WebSession.way).join(WebSession, WebSession.user_id == User.id)
        assert session.execute(session_of.where(User.account == "wang")).all() == [("wang", "oidc")]
    with acting(story.installation.database, story.installation.settings, "console", wall_clock()) as act:
        disable_user(act, "wang", reason="调离")
    assert client.get("/cases").headers["location"].startswith("/auth/login")
    assert not stream_opens(scene, client)
    again = client.get(come_back(client))
    assert again.status_code == 401
    assert told(again) == "您在统一身份认证的身份（A002）还没有对应本系统的账号，请联系管理员。"


def test_a_person_without_an_account_is_told_so_in_one_sentence(scene: Scene, client: httpx.Client) -> None:
    scene.provider.subject = "<b>Z</b>"
    answer = client.get(come_back(client))
    assert answer.status_code == 401
    assert told(answer) == "您在统一身份认证的身份（&lt;b&gt;Z&lt;/b&gt;）还没有对应本系统的账号，请联系管理员。"
    assert COOKIE not in client.cookies
    with scene.story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(User).where(User.name.contains("Z"))) == 0


@pytest.mark.parametrize("wrong", ["nonce", "issuer", "audience", "signature", "expired", "unsigned", "missing"])
def test_a_token_that_is_not_right_opens_nothing(scene: Scene, client: httpx.Client, wrong: str) -> None:
    scene.provider.wrong = wrong
    answer = client.get(come_back(client))
    assert answer.status_code == 401, wrong
    assert told(answer) == "统一身份认证没有确认您的身份，请重新登录。"
    assert COOKIE not in client.cookies
    assert not stream_opens(scene, client)


def test_an_answer_to_another_browser_or_given_twice_opens_nothing(scene: Scene, client: httpx.Client) -> None:
    back = come_back(client)
    forged = client.get(re.sub(r"state=[^&]+", "state=forged", back))
    assert (forged.status_code, told(forged)) == (401, "统一身份认证没有确认您的身份，请重新登录。")
    with httpx.Client(base_url=scene.address, trust_env=False) as other:
        assert other.get(back).status_code == 401
    assert client.get(back.partition("?")[0]).status_code == 401
    assert client.get(f"{back.partition('?')[0]}?error=access_denied").status_code == 401
    assert client.get(back).status_code == 303
    client.cookies.delete(COOKIE)
    assert client.get(back).status_code == 401
    assert COOKIE not in client.cookies


def test_a_person_signs_in_by_the_service_and_out_again(scene: Scene, browser: Browser) -> None:
    scene.provider.subject, scene.provider.wrong = "A001", None
    with visiting(browser, scene.address) as officer:
        officer.page.goto(f"{scene.address}/")
        officer.page.get_by_role("link", name="用统一身份认证登录").click()
        officer.settled()
        officer.reads("我的待办")
        officer.reads("李某")
        officer.page.get_by_role("link", name="退出登录").click()
        officer.page.get_by_role("button", name="退出登录").click()
        officer.page.get_by_text("统一身份认证仍然记得您").wait_for()
        officer.page.get_by_role("link", name="退出统一身份认证").click()
        officer.page.wait_for_selector("#password")
        assert scene.provider.left == [{"client_id": CLIENT, "post_logout_redirect_uri": f"{scene.address}/auth/login"}]
        officer.page.goto(f"{scene.address}/cases")
        assert "/auth/login" in officer.page.url
        assert officer.complaints == []
        assert {address.startswith(scene.provider.issuer) for address in officer.elsewhere} == {True}


def leaving(scene: Scene, client: httpx.Client, issuer: str) -> tuple[int, str]:
    """Ask to be signed out at a service; returns the status and the sentence."""
    installation = scene.story.installation
    settings = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    with serving(installation.settings.home, installation.settings.database, **settings) as address:
        answer = client.get(f"{address}/auth/oidc/out")
    return answer.status_code, told(answer)


def test_where_the_service_cannot_be_left_from_here_that_is_said(scene: Scene, client: httpx.Client) -> None:
    with sign_in_service() as stubborn:
        stubborn.ends = False
        assert leaving(scene, client, stubborn.issuer) == (502, "统一身份认证不能从这里退出，请关闭浏览器。")
    away = (502, "现在连接不上统一身份认证，没有在那里退出；请关闭浏览器。")
    assert leaving(scene, client, stubborn.issuer) == away
