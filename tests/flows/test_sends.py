"""Messages on their way out: planned once, sent, tried again, never twice to a chat; no failure hides another."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import requests
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from sqlalchemy import func, select, update

from flows.sends import BROKEN_OFF, LEASE, claim, plan, send_off
from models.case.tables import Case
from models.kernel.act import acting
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import NotAllowed, NotFound, WrongStage
from models.kernel.rights.secrecy import PAPER_WAITS
from models.kernel.storage.database import Database
from models.kernel.tables import Event, Message
from models.kernel.vocabulary import Medium, Role, SendState, SmtpSecurity
from models.office.commands.channels import add_channel, disable_channel
from models.office.tables import Send, User
from models.overview.commands.messages import resend, settle
from models.overview.commands.sends import announce_stuck
from models.overview.queries.messages import inbox, troubled_sends
from tests.outside import LOOPBACK, Chat, MailServer, chat_service, mail_server
from tests.stories import Story

pytestmark = pytest.mark.loopback

HOOK = "SHENCHA_CHANNEL_ZHIDUI"


@pytest.fixture(autouse=True)
def _silence(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)


@pytest.fixture
def post() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    with chat_service() as service:
        monkeypatch.setenv(HOOK, service.url)
        yield service


@pytest.fixture
def quiet(story: Story) -> Story:
    """An office with an administrator and a case of officer li, whose own messages are out of the way."""
    story.employ("guan", Role.ADMIN)
    story.file()
    with story.installation.database.writing() as session:
        session.execute(update(Message).values(planned_at=story.at))
    return story


def by_mail(story: Story, post: MailServer, **settings: Any) -> None:
    given = {
        "smtp_host": LOOPBACK,
        "smtp_port": post.port,
        "smtp_security": SmtpSecurity.NONE,
        "mail_from": "shencha@police.example.com",
        "smtp_seconds": 1.0,
        **settings,
    }
    story.installation = replace(story.installation, settings=story.installation.settings.model_copy(update=given))


def address(story: Story, where: str, *, user: str | None = "li", organisation: str | None = None) -> int:
    medium = Medium.CHAT if where.startswith("SHENCHA") else Medium.MAIL
    with acting(story.installation.database, story.installation.settings, "guan", story.at) as act:
        return add_channel(act, medium, where, user=user, organisation=organisation)


def tell(story: Story, *subjects: str, user: str = "li", **more: Any) -> None:
    """Put messages into an inbox as those who cause them do."""
    with story.installation.database.writing() as session:
        person = session.scalars(select(User.id).where(User.account == user)).one()
        case = session.scalars(select(Case.id)).first()
        number = session.scalar(select(func.count()).select_from(Message)) or 0
        session.add_all(
            Message(
                key=f"test/{number + i}/u{person}",
                case_id=case,
                organisation_id=None,
                user_id=person,
                subject=subject,
                body=more.get("body", f"{subject}。"),
                sent_at=story.at,
                **{name: value for name, value in more.items() if name != "body"},
            )
            for i, subject in enumerate(subjects)
        )


def work(story: Story, worker: str = "one", *media: Medium, **options: Any) -> int:
    plan(story.installation, story.at)
    return sum(send_off(story.installation, worker, lambda: story.at, medium, **options) for medium in media or Medium)


def sends(story: Story) -> list[Send]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Send).order_by(Send.id)))


def states(story: Story) -> list[SendState]:
    return [send.state for send in sends(story)]


def test_a_message_goes_to_each_address_of_its_addressee_once(quiet: Story, post: MailServer, chat: Chat) -> None:
    by_mail(quiet, post)
    address(quiet, "li@example.com")
    address(quiet, HOOK)
    address(quiet, "wang@example.com", user="wang")
    tell(quiet, "超期预警：报送整改方案")
    assert work(quiet) == 2
    assert work(quiet) == 0
    (mail,) = post.mails
    assert (mail["To"], mail["Subject"]) == ("li@example.com", "超期预警：报送整改方案")
    assert "超期预警：报送整改方案。" in mail.get_content()
    (note,) = chat.notes
    assert (note["title"], note["message"]) == ("超期预警：报送整改方案", "超期预警：报送整改方案。")
    assert states(quiet) == [SendState.SENT] * 2
    assert {send.sent_at for send in sends(quiet)} == {quiet.at}


def test_a_message_to_a_unit_goes_to_the_unit(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post)
    address(quiet, "unit@example.com", user=None, organisation=quiet.installation.settings.unit)
    case = quiet.rectifying(variant=1)
    papers = quiet.prepare(case)
    quiet.issue(case, *papers)
    with quiet.installation.database.reading() as session:
        unit = session.scalars(select(User.organisation_id).where(User.account == "li")).one()
    with quiet.installation.database.writing() as session:
        session.add(
            Message(
                key="test/o",
                case_id=1,
                organisation_id=unit,
                user_id=None,
                subject="收到",
                body="收到。",
                sent_at=quiet.at,
            )
        )
    work(quiet)
    assert post.subjects == ["收到"]


def test_an_address_gets_nothing_from_before_it_was_entered(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post)
    tell(quiet, "旧消息")
    quiet.wait(minutes=1)
    address(quiet, "li@example.com")
    work(quiet)
    assert (post.mails, sends(quiet)) == ([], [])


def test_a_refused_recipient_hides_no_other_and_is_tried_at_0_5_and_30_minutes_then_hourly(
    quiet: Story, post: MailServer
) -> None:
    by_mail(quiet, post)
    address(quiet, "gone@example.com")
    address(quiet, "li@example.com")
    post.refuses = {"gone@example.com"}
    tell(quiet, "提醒")
    began, at = quiet.at, []
    for _ in range(5):
        assert work(quiet) in (1, 2)
        (refused,) = [send for send in sends(quiet) if send.address == "gone@example.com"]
        at.append((quiet.at - began).total_seconds() / 60)
        assert "550" in str(refused.last_error)
        quiet.at = refused.due_at - timedelta(microseconds=1)
        assert work(quiet) == 0
        quiet.at = refused.due_at
    assert at == [0, 5, 30, 90, 150]
    assert (refused.state, refused.tries) == (SendState.STUCK, 5)
    assert len(post.to("li@example.com")) == 1
    post.refuses = set()
    work(quiet)
    assert len(post.to("gone@example.com")) == 1
    assert states(quiet) == [SendState.SENT] * 2


def test_a_server_that_is_away_hangs_or_closes_costs_one_try_a_tick(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post, smtp_seconds=0.3)
    address(quiet, "li@example.com")
    address(quiet, "wang@example.com", user="wang")
    post.hangs = True
    tell(quiet, "提醒")
    tell(quiet, "提醒", user="wang")
    assert work(quiet) == 1
    assert [send.last_error for send in sends(quiet)] == ["发信服务器没有应答，等待超时。", None]
    by_mail(quiet, post, smtp_port=1)
    assert work(quiet) == 1
    assert "不能连接发信服务器" in str(sends(quiet)[1].last_error)
    by_mail(quiet, post)
    post.hangs = False
    quiet.wait(minutes=5)
    assert work(quiet) == 2
    assert len(post.mails) == 2


def test_a_connection_lost_after_data_leads_to_a_second_mail_under_the_same_id(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post)
    address(quiet, "li@example.com")
    post.loses = 1
    tell(quiet, "提醒")
    work(quiet)
    assert states(quiet) == [SendState.WAITING]
    quiet.wait(minutes=5)
    work(quiet)
    assert states(quiet) == [SendState.SENT]
    one, two = post.mails
    assert one["Message-ID"] == two["Message-ID"]
    assert one.as_bytes() == two.as_bytes()


def test_a_mail_in_a_dead_workers_hands_is_taken_over_after_its_lease(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post)
    address(quiet, "li@example.com")
    tell(quiet, "提醒")
    plan(quiet.installation, quiet.at)
    assert claim(quiet.installation, "dead", quiet.at, Medium.MAIL) is not None
    quiet.at += LEASE - timedelta(microseconds=1)
    assert work(quiet) == 0
    quiet.at += timedelta(microseconds=1)
    assert work(quiet) == 1
    assert (states(quiet), sends(quiet)[0].tries) == ([SendState.SENT], 2)


def test_a_chat_note_in_a_dead_workers_hands_becomes_uncertain_and_a_person_decides(quiet: Story, chat: Chat) -> None:
    address(quiet, HOOK)
    tell(quiet, "提醒", "催办")
    plan(quiet.installation, quiet.at)
    for _ in range(2):
        assert claim(quiet.installation, "dead", quiet.at, Medium.CHAT) is not None
    quiet.at += LEASE
    assert work(quiet) == 0
    assert [(send.state, send.last_error) for send in sends(quiet)] == [(SendState.UNCERTAIN, BROKEN_OFF)] * 2
    quiet.wait(days=10)
    assert work(quiet) == 0
    assert chat.notes == []
    one, two = (send.id for send in sends(quiet))
    database, settings = quiet.installation.database, quiet.installation.settings
    with pytest.raises(NotAllowed), acting(database, settings, "ling", quiet.at) as act:
        resend(act, one, note="群里没有看到")
    with acting(database, settings, "li", quiet.at) as act:
        resend(act, one, note="群里没有看到")
    with acting(database, settings, "li", quiet.at) as act:
        settle(act, two, note="群里已经看到")
    with pytest.raises(WrongStage), acting(database, settings, "li", quiet.at) as act:
        settle(act, two, note="再来一次")
    with pytest.raises(NotFound), acting(database, settings, "li", quiet.at) as act:
        settle(act, 99, note="没有这条")
    assert work(quiet) == 1
    assert [note["title"] for note in chat.notes] == ["提醒"]
    assert states(quiet) == [SendState.SENT, SendState.HANDLED]
    with database.reading() as session:
        kinds = session.scalars(select(Event.kind).where(Event.kind.startswith("message_")).order_by(Event.id)).all()
    assert list(kinds) == ["message_resent", "message_handled"]


def test_a_chat_that_hangs_is_uncertain_and_one_that_refuses_is_tried_again(quiet: Story, chat: Chat) -> None:
    address(quiet, HOOK)
    chat.status = 503
    tell(quiet, "提醒")
    work(quiet)
    (send,) = sends(quiet)
    assert (send.state, send.last_error) == (SendState.WAITING, "聊天服务拒绝：HTTP 503")
    chat.status, chat.hangs = 200, True
    quiet.wait(minutes=5)
    work(quiet)
    (send,) = sends(quiet)
    assert (send.state, send.tries) == (SendState.UNCERTAIN, 2)
    assert "geheim" not in str(send.last_error)


@pytest.mark.parametrize(
    ("address_of_it", "service", "taken", "refused"),
    [
        ("wecombot://6ba7b810-9dad-11d1-80b4-00c04fd430c8", NotifyWeComBot, "errcode", 93000),
        ("dingtalk://abcdefgh1234", NotifyDingTalk, "errcode", 310000),
        ("feishu://6ba7b810-9dad-11d1-80b4-00c04fd430c8", NotifyFeishu, "code", 9499),
    ],
)
def test_a_robot_that_answers_200_and_refuses_in_its_answer_did_not_send(
    quiet: Story,
    monkeypatch: pytest.MonkeyPatch,
    chat: Chat,
    address_of_it: str,
    service: type[Any],
    taken: str,
    refused: int,
) -> None:
    monkeypatch.setattr(service, "notify_url", f"http://{LOOPBACK}:{chat.port}/robot")
    monkeypatch.setenv(HOOK, address_of_it)
    address(quiet, HOOK)
    tell(quiet, "提醒")
    chat.answer = json.dumps({taken: refused, "errmsg": "invalid webhook url", "msg": "param invalid"})
    work(quiet)
    (send,) = sends(quiet)
    assert (send.state, send.last_error) == (SendState.WAITING, f"聊天服务拒绝：错误代码 {refused}")
    chat.answer = json.dumps({taken: 0, "errmsg": "ok"})
    quiet.wait(minutes=5)
    work(quiet)
    assert states(quiet) == [SendState.SENT]
    assert len(chat.notes) == 2


def test_what_a_robots_answer_is_read_by_stays_with_that_note(
    quiet: Story, monkeypatch: pytest.MonkeyPatch, chat: Chat
) -> None:
    monkeypatch.setattr(NotifyWeComBot, "notify_url", f"http://{LOOPBACK}:{chat.port}/robot")
    monkeypatch.setenv(HOOK, "wecombot://6ba7b810-9dad-11d1-80b4-00c04fd430c8")
    chat.answer = json.dumps({"errcode": 0})
    before = (requests.Session.send, requests.post, NotifyWeComBot.send)
    address(quiet, HOOK)
    tell(quiet, "提醒")
    work(quiet)
    assert states(quiet) == [SendState.SENT]
    assert (requests.Session.send, requests.post, NotifyWeComBot.send) == before
    assert requests.Session.send.__module__ == "requests.sessions"
    assert sys.modules[NotifyWeComBot.__module__].requests is requests


def test_a_robot_whose_answer_nobody_can_read_is_uncertain(
    quiet: Story, monkeypatch: pytest.MonkeyPatch, chat: Chat
) -> None:
    monkeypatch.setattr(NotifyWeComBot, "notify_url", f"http://{LOOPBACK}:{chat.port}/robot")
    monkeypatch.setenv(HOOK, "wecombot://6ba7b810-9dad-11d1-80b4-00c04fd430c8")
    address(quiet, HOOK)
    tell(quiet, "提醒")
    chat.answer = "<html>请先登录</html>"
    work(quiet)
    (send,) = sends(quiet)
    assert (send.state, send.last_error) == (SendState.UNCERTAIN, "聊天服务的答复不能识别，是否送达不明。")


def test_a_chat_that_is_not_there_got_nothing_and_is_tried_again(
    quiet: Story, monkeypatch: pytest.MonkeyPatch, chat: Chat
) -> None:
    address(quiet, HOOK)
    tell(quiet, "提醒")
    monkeypatch.setenv(HOOK, f"json://{LOOPBACK}:1/hook")
    work(quiet)
    assert [(send.state, send.last_error) for send in sends(quiet)] == [(SendState.WAITING, "不能连接聊天服务。")]
    for wrong, told in (
        ("", f"没有设置密钥 {HOOK}。"),
        ("nonsense", f"密钥 {HOOK} 的内容不是可以识别的聊天群地址。"),
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#a/#b",
            f"密钥 {HOOK} 指向多个对象，请为每个聊天群各设一个密钥。",
        ),
    ):
        monkeypatch.setenv(HOOK, wrong)
        quiet.wait(hours=2)
        work(quiet)
        assert sends(quiet)[0].last_error == told
    monkeypatch.setenv(HOOK, chat.url)
    quiet.wait(hours=2)
    work(quiet)
    assert states(quiet) == [SendState.SENT]


def test_who_was_thought_dead_and_was_not_tells_what_really_happened(quiet: Story, chat: Chat) -> None:
    address(quiet, HOOK)
    chat.hangs = True
    chat_url_patience = timedelta(seconds=0)
    tell(quiet, "提醒")
    slow = Thread(target=work, args=(quiet, "slow", Medium.CHAT), kwargs={"lease": chat_url_patience})
    slow.start()
    assert chat.arrived.wait(10)
    assert claim(quiet.installation, "two", quiet.at, Medium.CHAT) is None
    assert states(quiet) == [SendState.UNCERTAIN]
    chat.hangs = False
    chat.release.set()
    slow.join()
    assert states(quiet)[0] in (SendState.UNCERTAIN, SendState.SENT)
    assert len(chat.notes) == 1


def test_two_workers_send_nothing_twice(quiet: Story, post: MailServer, chat: Chat) -> None:
    by_mail(quiet, post, digest_after=1000)
    address(quiet, "li@example.com")
    address(quiet, HOOK)
    subjects = [f"提醒{number}" for number in range(15)]
    tell(quiet, *subjects)
    together = Barrier(2)

    def go(worker: str) -> None:
        database = Database(quiet.installation.database.url, durable=False)
        mine = Story(replace(quiet.installation, database=database), quiet.at)
        together.wait()
        work(mine, worker)
        database.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(go, ["one", "two"]))
    work(quiet)
    assert sorted(post.subjects) == sorted(subjects)
    assert sorted(note["title"] for note in chat.notes) == sorted(subjects)
    assert set(states(quiet)) == {SendState.SENT}
    assert {send.tries for send in sends(quiet)} == {1}


def test_more_than_a_days_measure_goes_into_one_digest(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post, digest_after=5)
    address(quiet, "li@example.com")
    address(quiet, "wang@example.com", user="wang")
    tell(quiet, *(f"提醒{number}" for number in range(6)))
    tell(quiet, "王的提醒", user="wang")
    assert work(quiet) == 1
    assert post.subjects == ["王的提醒"]
    tell(quiet, "又一条")
    tell(quiet, "紧急", urgent=True)
    assert work(quiet) == 1
    assert post.subjects == ["王的提醒", "紧急"]
    quiet.at = datetime(2025, 12, 2, 7, 59, tzinfo=SHANGHAI)
    assert work(quiet) == 0
    quiet.at = datetime(2025, 12, 2, 8, 0, tzinfo=SHANGHAI)
    assert work(quiet) == 1
    digest = post.mails[-1]
    assert digest["Subject"] == "消息汇总（2025年12月2日）：7条"
    assert [f"提醒{n}" in digest.get_content() for n in range(6)] == [True] * 6
    assert "又一条" in digest.get_content()
    quiet.wait(days=1)
    assert work(quiet) == 0
    tell(quiet, "次日的提醒")
    assert work(quiet) == 1
    assert post.subjects[-1] == "次日的提醒"


def test_the_sixth_of_a_day_waits_for_the_digest_though_five_went_alone(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post, digest_after=5)
    address(quiet, "li@example.com")
    for number in range(8):
        tell(quiet, f"提醒{number}")
        work(quiet)
        quiet.wait(minutes=1)
    assert post.subjects == [f"提醒{number}" for number in range(5)]
    quiet.wait(days=1)
    work(quiet)
    assert post.subjects[5:] == ["消息汇总（2025年12月2日）：3条"]


def test_a_week_without_a_worker_loses_nothing_and_floods_nobody(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post, digest_after=5)
    address(quiet, "li@example.com")
    for day in range(7):
        tell(quiet, *(f"第{day}天第{number}条" for number in range(60)))
        quiet.wait(days=1)
    work(quiet)
    assert post.mails == []
    quiet.wait(days=1)
    assert work(quiet) == 1
    (digest,) = post.mails
    assert digest["Subject"].endswith("：420条")
    assert "另有370条，请在系统内查看。" in digest.get_content()
    assert states(quiet).count(SendState.FOLDED) == 420


def test_a_digest_that_was_tried_takes_in_nothing_more(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post, digest_after=1)
    address(quiet, "li@example.com")
    tell(quiet, "甲", "乙")
    work(quiet)
    quiet.at = datetime(2025, 12, 2, 8, 0, tzinfo=SHANGHAI)
    post.refuses_all = True
    work(quiet)
    tell(quiet, "丙", "丁")
    work(quiet)
    days = [send.digest_on for send in sends(quiet) if send.digest_on]
    assert days == [date(2025, 12, 2), date(2025, 12, 3)]
    post.refuses_all = False
    quiet.wait(days=1)
    work(quiet)
    assert sorted(post.subjects) == ["消息汇总（2025年12月2日）：2条", "消息汇总（2025年12月3日）：2条"]


def test_nothing_goes_out_at_night_but_what_is_urgent(quiet: Story, post: MailServer, chat: Chat) -> None:
    by_mail(quiet, post)
    address(quiet, "li@example.com")
    address(quiet, HOOK)
    quiet.at = datetime(2025, 12, 1, 22, 0, tzinfo=SHANGHAI)
    tell(quiet, "提醒")
    tell(quiet, "紧急", urgent=True)
    work(quiet)
    assert (post.subjects, [note["title"] for note in chat.notes]) == (["紧急"], ["紧急"])
    quiet.at = datetime(2025, 12, 2, 6, 59, tzinfo=SHANGHAI)
    assert work(quiet) == 0
    quiet.at = datetime(2025, 12, 2, 7, 0, tzinfo=SHANGHAI)
    assert work(quiet) == 2
    assert post.subjects == ["紧急", "提醒"]


def test_on_rest_days_nothing_goes_out_where_it_is_set_so(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post, quiet_rest_days=True, quiet_hours="", digest_after=1)
    address(quiet, "li@example.com")
    quiet.at = datetime(2025, 12, 5, 23, 0, tzinfo=SHANGHAI)  # a Friday
    tell(quiet, "甲", "乙")
    work(quiet)
    quiet.at = datetime(2025, 12, 7, 12, 0, tzinfo=SHANGHAI)
    tell(quiet, "丙", "丁")
    assert work(quiet) == 0
    quiet.at = datetime(2025, 12, 8, 8, 0, tzinfo=SHANGHAI)
    assert work(quiet) == 1
    assert post.subjects == ["消息汇总（2025年12月8日）：4条"]


def test_what_is_stuck_is_told_daily_to_the_officer_until_it_is_handled(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post)
    address(quiet, "wang@example.com", user="wang")
    address(quiet, "li@example.com")
    post.refuses = {"wang@example.com"}
    tell(quiet, "提醒", user="wang")

    def announced() -> int:
        with quiet.installation.as_system(quiet.at) as act:
            return announce_stuck(act)

    for minutes in (5, 25, 60):
        assert announced() == 0
        work(quiet)
        quiet.wait(minutes=minutes)
    assert (announced(), announced()) == (1, 0)
    quiet.wait(days=1)
    assert (announced(), announced()) == (1, 0)
    work(quiet)
    with quiet.installation.database.reading() as session:
        told = session.scalars(select(Message).where(Message.key.startswith("stuck/")).order_by(Message.id)).all()
        assert [one.subject for one in told] == ["消息未能送达：1条"] * 2
        actor = acting(quiet.installation.database, quiet.installation.settings, "li", quiet.at)
    with actor as act:
        (row,) = troubled_sends(act.session, act.actor)
        assert (row.recipient, row.address) == ("王某", "wang@example.com")
        settle(act, row.id, note="已电话告知")
    quiet.wait(days=1)
    assert announced() == 0


def test_a_note_about_stuck_messages_that_is_stuck_itself_is_not_told_of_again(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post)
    address(quiet, "li@example.com")
    post.refuses_all = True
    tell(quiet, "提醒")
    for _ in range(5):
        work(quiet)
        quiet.wait(hours=2)
        with quiet.installation.as_system(quiet.at) as act:
            announce_stuck(act)
    quiet.wait(days=1)
    with quiet.installation.as_system(quiet.at) as act:
        announce_stuck(act)
    with quiet.installation.database.reading() as session:
        told = session.scalars(select(Message.subject).where(Message.key.startswith("stuck/"))).all()
    assert set(told) == {"消息未能送达：1条"}


def test_a_stuck_digest_is_told_to_the_officer_of_each_case_and_settled_for_all(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post, digest_after=1)
    quiet.file(variant=1)
    with quiet.installation.database.writing() as session:
        session.execute(update(Message).values(planned_at=quiet.at))
    address(quiet, "wang@example.com", user="wang")
    post.refuses_all = True
    tell(quiet, "甲", "乙", user="wang")
    with quiet.installation.database.writing() as session:
        session.execute(update(Message).where(Message.subject == "乙").values(case_id=2))
    quiet.at = datetime(2025, 12, 2, 8, 0, tzinfo=SHANGHAI)
    plan(quiet.installation, quiet.at - timedelta(hours=1))
    for minutes in (5, 25, 0):
        work(quiet)
        quiet.wait(minutes=minutes)
    with quiet.installation.as_system(quiet.at) as act:
        assert announce_stuck(act) == 2
    database, settings = quiet.installation.database, quiet.installation.settings
    with acting(database, settings, "li", quiet.at) as act:
        (row,) = troubled_sends(act.session, act.actor)
        assert (row.messages, row.case_number, row.subject) == (2, None, None)
        settle(act, row.id, note="已当面告知")
    with database.reading() as session:
        events = session.execute(select(Event.case_id).where(Event.kind == "message_handled")).all()
    assert len(events) == 2


def test_of_a_restricted_paper_only_that_one_waits_leaves_the_house(quiet: Story, post: MailServer, chat: Chat) -> None:
    by_mail(quiet, post, public_url="https://shencha.example.com")
    address(quiet, "li@example.com")
    address(quiet, HOOK)
    tell(quiet, PAPER_WAITS, body=PAPER_WAITS, restricted=True)
    work(quiet)
    (mail,) = post.mails
    assert mail["Subject"] == PAPER_WAITS
    assert mail.get_content().strip() == PAPER_WAITS
    (note,) = chat.notes
    assert (note["title"], note["message"]) == ("", PAPER_WAITS)
    with acting(quiet.installation.database, quiet.installation.settings, "li", quiet.at) as act:
        newest = inbox(act.session, act.actor)[0]
    assert (newest.case_number, newest.subject) == (None, PAPER_WAITS)


def test_what_waits_for_a_disabled_address_is_settled(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post)
    number = address(quiet, "li@example.com")
    post.refuses_all = True
    tell(quiet, "提醒")
    work(quiet)
    with acting(quiet.installation.database, quiet.installation.settings, "guan", quiet.at) as act:
        assert disable_channel(act, number, reason="已换邮箱") == 1
    post.refuses_all = False
    quiet.wait(days=1)
    tell(quiet, "又一条")
    assert work(quiet) == 0
    assert [(send.state, send.note) for send in sends(quiet)] == [(SendState.HANDLED, "地址停用：已换邮箱")]


def test_a_sender_with_a_name_is_named_in_its_mails(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post, mail_from="事故深度调查办公室 <shencha@police.example.com>")
    address(quiet, "li@example.com")
    tell(quiet, "提醒")
    work(quiet)
    [sent] = post.mails
    assert str(sent["From"]) == "事故深度调查办公室 <shencha@police.example.com>"


def test_what_would_fail_the_same_way_again_is_told_at_once_and_not_tried_every_few_minutes(
    quiet: Story, post: MailServer
) -> None:
    by_mail(quiet, post, mail_from="办公室 <a@b")
    address(quiet, "li@example.com")
    tell(quiet, "提醒")
    work(quiet)
    [send] = sends(quiet)
    assert (send.state, send.tries) == (SendState.STUCK, 1)
    assert str(send.last_error).startswith("发件人或者收件人的邮件地址不可用")
    assert send.due_at - quiet.at == timedelta(days=1)


def test_a_sender_that_the_server_refuses_for_good_is_told_at_once(quiet: Story, post: MailServer) -> None:
    by_mail(quiet, post)
    address(quiet, "li@example.com")
    post.refuses_senders = True
    tell(quiet, "提醒")
    work(quiet)
    [send] = sends(quiet)
    assert (send.state, send.tries) == (SendState.STUCK, 1)
    assert str(send.last_error).startswith("发信服务器不接受发件人")
    assert "553" in str(send.last_error)
    post.refuses_senders = False
    quiet.at = send.due_at
    work(quiet)
    assert post.subjects == ["提醒"]
