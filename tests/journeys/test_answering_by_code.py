"""The code on a notice: the link shows and lets write, the digits in the sealed paper let answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, TooSoon
from models.kernel.rights.policy import SYSTEM
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, DocumentStatus, ReplyKind
from models.office.commands.guessing import Guesser
from models.office.rules.slowing import ONE
from models.papers.commands.delivery import acknowledge
from models.papers.rules import links
from models.papers.tables import Document
from models.rectification.commands.link_keys import replace_link_key
from models.rectification.commands.notice_links import answering, answering_by_scan, drafting
from models.rectification.commands.reply_drafts import save_draft
from models.rectification.commands.replying import reply
from models.rectification.commands.submissions import receipt, taken_before
from models.rectification.queries.link_keys import fits_printed_links, kept_fingerprint
from models.rectification.queries.notice_links import NoticeShown, notice_page, opened
from models.rectification.tables import ReplyDraft
from tests.stories import Story


def printed(story: Story, case: str, paper: str) -> tuple[str, str]:
    """Return the token and the code that stand on a paper."""
    with story.installation.database.reading() as session:
        content = session.scalars(select(Document.content).where(Document.ref == paper)).one()
    assert content is not None
    base, _, token = content["url"].rpartition("/n/")
    assert base == "https://anjian.example"
    assert content["answer_code"] not in content["url"]
    return token, content["answer_code"]


def served(story: Story) -> tuple[str, list[str]]:
    """Issue and serve all notices of a case in an office that prints links."""
    settings = story.installation.settings.model_copy(
        update={"public_url": "https://anjian.example/", "link_key": SecretStr("only for this test")}
    )
    story.installation = replace(story.installation, settings=settings)
    case = story.rectifying()
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    return case, notices


def page(story: Story, token: str) -> NoticeShown:
    with story.installation.database.reading() as session:
        return notice_page(session, opened(session, token, story.at), rulebook(session), story.at)


def test_a_clerk_without_an_account_signs_for_a_notice_and_answers_it(story: Story) -> None:
    case, notices = served(story)
    token, code = printed(story, case, notices[0])
    with pytest.raises(NotFound, match="尚未送达"):
        page(story, token)
    story.deliver(case, *notices)
    story.wait(days=1)
    shown = page(story, token)
    assert shown.paper == notices[0]
    assert shown.acknowledged_at is None
    measures = [measure.ref for measure in shown.measures]
    assert measures
    database, settings = story.installation.database, story.installation.settings
    with answering(database, settings, token, f"{code[:4]} {code[4:]}", "周某", story.at) as (act, notice):
        acknowledge(act, notice.case_number, paper=notice.paper, received_by="周某")
    with answering(database, settings, token, code, "周某", story.at) as (act, notice):
        reply(act, notice.case_number, kind=ReplyKind.PLAN, measures=measures, text="三十日内完成。")
    shown = page(story, token)
    assert shown.received_by == "周某"
    assert [r.kind for m in shown.measures for r in m.replies] == [ReplyKind.PLAN] * len(measures)
    with database.reading() as session:
        told = session.execute(select(Event.kind, Event.actor_name).where(Event.actor.like("code-%"))).all()
        doors = set(session.scalars(select(Event.data["door"].as_string()).where(Event.actor.like("code-%"))))
    assert ("paper_acknowledged", "周某（答复码）") in {tuple(row) for row in told}
    assert doors == {"link"}
    with pytest.raises(Conflict), answering(database, settings, token, code, "吴某", story.at) as (act, notice):
        acknowledge(act, notice.case_number, paper=notice.paper, received_by="吴某")


def test_a_link_shows_no_other_recipients_measures(story: Story) -> None:
    case, notices = served(story)
    story.deliver(case, *notices)
    seen: list[str] = []
    for notice in notices:
        shown = page(story, printed(story, case, notice)[0])
        mine = [measure.ref for measure in shown.measures]
        assert not set(mine) & set(seen)
        seen += mine
    token, code = printed(story, case, notices[0])
    other = page(story, printed(story, case, notices[1])[0]).measures
    with (
        pytest.raises(NotFound, match="无权查看"),
        answering(story.installation.database, story.installation.settings, token, code, "周某", story.at) as (
            act,
            opened_one,
        ),
    ):
        reply(act, opened_one.case_number, kind=ReplyKind.PLAN, measures=[other[0].ref], text="方案")


def test_two_people_of_a_unit_who_answer_by_scan_at_once_do_so_by_one_account(story: Story) -> None:
    case, notices = served(story)
    story.deliver(case, *notices)
    token, _ = printed(story, case, notices[0])
    database, settings = story.installation.database, story.installation.settings

    def answers(name: str) -> int | None:
        with answering_by_scan(database, settings, token, name, story.at) as (act, _):
            return act.actor.id

    with ThreadPoolExecutor(1) as others:
        with answering_by_scan(database, settings, token, "周某", story.at) as (act, _):
            second = others.submit(answers, "吴某")
            # The second comes while the first is not finished, and waits.
            with pytest.raises(TimeoutError):
                second.result(0.5)
            first = act.actor.id
        assert second.result(30) == first


def test_wrong_codes_make_the_next_one_wait_and_hold_up_nobody_else(story: Story) -> None:
    case, notices = served(story)
    story.deliver(case, *notices)
    token, code = printed(story, case, notices[0])
    database, settings = story.installation.database, story.installation.settings
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    there, here = Guesser("198.51.100.7"), Guesser("192.0.2.1")

    def answer(code: str, by: Guesser) -> str:
        with answering(database, settings, token, code, "周某", story.at, by) as (_, notice):
            return notice.paper

    for _ in range(ONE.free):
        with pytest.raises(NotAllowed, match="八位数字"):
            answer(wrong, there)
    with pytest.raises(TooSoon, match="请于1秒后再试"):
        answer(code, there)
    assert answer(code, here) == notices[0]  # whoever has the paper, elsewhere, is not held up
    story.wait(seconds=1)
    for seconds in (2, 4, 8):
        with pytest.raises(NotAllowed, match="八位数字"):
            answer(wrong, there)
        with pytest.raises(TooSoon, match=f"请于{seconds}秒后再试"):
            answer(code, there)
        story.wait(seconds=seconds)
    with answering(database, settings, token, code, "周某", story.at, there) as (act, notice):
        acknowledge(act, notice.case_number, paper=notice.paper, received_by="周某")
    with pytest.raises(Invalid, match="姓名"), answering(database, settings, token, code, " ", story.at):
        raise AssertionError("nobody answered")


def test_a_draft_needs_the_link_alone_and_answers_nothing(story: Story) -> None:
    case, notices = served(story)
    story.deliver(case, *notices)
    token, _ = printed(story, case, notices[0])
    for words in ("正在", "正在制定方案"):
        with drafting(story.installation.database, story.installation.settings, token, story.at) as (act, notice):
            save_draft(
                act, notice.document_id, notice.organisation_id, kind=ReplyKind.PLAN, text=words, written_by="周某"
            )
    shown = page(story, token)
    assert shown.draft.text == "正在制定方案"  # type: ignore[index]
    assert not any(measure.replies for measure in shown.measures)
    with story.installation.database.reading() as session:
        assert len(session.scalars(select(ReplyDraft.id)).all()) == 1


def test_links_end_and_die_with_their_paper(story: Story) -> None:
    case, notices = served(story)
    token, _ = printed(story, case, notices[0])
    story.do("qian", "void", case, paper=notices[0], reason="主送单位有误")
    with pytest.raises(NotFound, match="作废"):
        page(story, token)
    story.deliver(case, *notices[1:])
    token, _ = printed(story, case, notices[1])
    with pytest.raises(NotFound, match="链接无效"):
        page(story, token[:-1] + ("a" if token[-1] != "a" else "b"))
    story.at += timedelta(days=181)
    with pytest.raises(NotFound, match="已于"):
        page(story, token)


def test_an_office_without_secret_prints_no_code(story: Story) -> None:
    settings = story.installation.settings.model_copy(update={"public_url": "https://anjian.example"})
    story.installation = replace(story.installation, settings=settings)
    case = story.rectifying()
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    with story.installation.database.reading() as session:
        contents = session.scalars(
            select(Document.content).where(
                Document.kind == DocumentKind.RECTIFICATION_NOTICE, Document.status == DocumentStatus.ISSUED
            )
        ).all()
    assert len(contents) == len(notices)
    assert all(content and content["answer_code"] is None and "/notice/" in content["url"] for content in contents)


def test_a_new_key_ends_what_is_printed_and_is_known_by_its_links_alone(story: Story) -> None:
    case, notices = served(story)
    token, _ = printed(story, case, notices[0])
    story.deliver(case, *notices)
    assert page(story, token).paper == notices[0]
    with story.installation.database.reading() as session:
        assert fits_printed_links(session, b"only for this test")
        assert not fits_printed_links(session, b"another")
        assert not fits_printed_links(session, None)
    with acting(story.installation.database, story.installation.settings, SYSTEM.account, story.at) as act:
        assert replace_link_key(act, b"another") == len(notices)
    with pytest.raises(NotFound):
        page(story, token)
    with story.installation.database.reading() as session:
        assert fits_printed_links(session, b"another")
        assert kept_fingerprint(session) == links.key_fingerprint(b"another")


def test_a_form_that_comes_twice_at_once_is_taken_once(story: Story) -> None:
    """Two clicks, at two processes: the second waits for the first, and then has nothing to do."""
    case, notices = served(story)
    story.deliver(case, *notices)
    token, code = printed(story, case, notices[0])
    database, settings = story.installation.database, story.installation.settings

    told: list[str] = []

    def takes() -> int | None:
        with answering(database, settings, token, code, "周某", story.at) as (act, notice):
            before = taken_before(act, "one form", notice.document_id, "its words")
            return None if before is None else before.number

    def second() -> int | None:
        try:
            return takes()
        except Conflict as lost:  # PostgreSQL tells who waited; the door asks again
            told.append(lost.message)
            return takes()

    with ThreadPoolExecutor(1) as others:
        with answering(database, settings, token, code, "周某", story.at) as (act, notice):
            assert taken_before(act, "one form", notice.document_id, "its words") is None
            other = others.submit(second)
            with pytest.raises(TimeoutError):
                other.result(0.5)
            acknowledge(act, notice.case_number, paper=notice.paper, received_by="周某")
            first = receipt(act, "one form", "已签收。")
        assert other.result(30) == first.number
        assert set(told) <= {"同一内容已经存在，本次操作未写入。"}  # in no words of the tables
    with (
        answering(database, settings, token, code, "周某", story.at) as (act, notice),
        pytest.raises(Conflict, match="已签收"),
    ):
        taken_before(act, "one form", notice.document_id, "other words")
