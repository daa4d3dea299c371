"""限制公开: whoever is not on its list does not learn that a paper exists, by any question and through any door."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.kernel.tables import Message
from models.kernel.vocabulary import ProposalAnswer, ReviewOutcome
from tests.databases import Databases
from tests.journeys import everyone
from tests.journeys.everyone import ABOVE, OURS, OUTSIDERS, READING
from tests.roles import as_role, with_roles
from tests.stories import PASSWORD, Story, give_passwords, staffed, story_in
from ui.cli import main

# Before the command line stand the same functions: who asks there are kinds of people whose answers differ most.
SPEAKING = ("another officer", "an archivist", "an agency with a notice", "an administrator", "an auditor")
INSIDERS = {"li": OURS, "shen": OURS, "qian": OURS, "shang": ABOVE, "shangshen": ABOVE, "shangqian": ABOVE}


@pytest.fixture
def story(databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A staffed office; on PostgreSQL by the role of the pages, with the second wall behind the predicates."""
    url = databases.fresh(staffed)
    with contextlib.ExitStack() as after:
        if databases.server is None:
            after.callback(databases.drop, url)
        else:
            url = as_role(after.enter_context(with_roles(databases, url)), "web")
        yield after.enter_context(story_in(url, tmp_path))


@pytest.fixture
def sqlite_story(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Story]:
    """A story on one kind of database, where no second wall stands behind the predicates; that the answers are the same on
    both is asked before anything happens, and what the command line prints is made of these answers."""
    url = sqlite_databases.fresh(staffed)
    with story_in(url, tmp_path / "home") as story:
        yield story
    sqlite_databases.drop(url)


def marked(told: dict[str, str], *words: str) -> list[str]:
    """Return which answers hold a word, in what was asked or told; whoever searches for it says it themselves."""
    return [
        name
        for name, answer in told.items()
        if any(word in answer or word in name.replace(f"('phrase', '{word}')", "") for word in words)
    ]


def both_papers(story: Story, case: str) -> tuple[str, str]:
    ours = everyone.restricted_paper(story, case, "li", "shen", "qian", OURS)
    above = everyone.restricted_paper(story, case, "shang", "shangshen", "shangqian", ABOVE)
    everyone.struck(story, case, ours)
    return ours, above


def test_every_answer_is_what_it_was_before_the_papers(story: Story) -> None:
    case = everyone.prepared(story)
    known = everyone.questions(story, case)
    before = {kind: everyone.answers(story, account, known) for kind, account in OUTSIDERS.items()}
    both_papers(story, case)
    for kind, account in OUTSIDERS.items():
        after = everyone.answers(story, account, known)
        assert marked(after, OURS, ABOVE) == [], kind
        differing = [name for name in after if after[name] != before[kind][name]]
        assert differing == [], f"{kind} can tell by {differing[0]} that something is there"
    for account, word in INSIDERS.items():
        mine = marked(everyone.answers(story, account, known), word)
        assert any(name.startswith("case_view.case_view") for name in mine), account
        assert marked(everyone.answers(story, account, known), *({OURS, ABOVE} - {word})) == [], account


def test_no_later_event_lets_a_word_out(sqlite_story: Story) -> None:
    """Answers, corrections, flags, late clocks: only the words are looked for, for other things happen as well."""
    story = sqlite_story
    case = everyone.prepared(story)
    ours, above = both_papers(story, case)
    day = story.at.date()
    said = {"number": "认字〔2025〕1号", "decided_on": day, "issued_by": "华容大队", "findings": ["F1", "F2", "F3"]}
    story.do("li", "record-liability", case, **said)
    story.do(
        "li",
        "record-review",
        case,
        liability=said["number"],
        outcome=ReviewOutcome.REVOKED,
        decided_on=day,
        issued_by="支队",
        reason="事实不清",
    )
    story.do("li", "record-answer", case, paper=ours, answer=ProposalAnswer.RECEIVED, incoming_number=f"{OURS}来文")
    story.do(
        *("li", "draft-correction", case),
        paper=ours,
        reason=f"{OURS}写错",
        places=["正文"],
        wrong=[f"{OURS}甲"],
        right=[f"{OURS}乙"],
    )
    story.wait(days=60)
    told = sweep(story.installation, story.at)
    assert told.failed == []
    assert not any(word in str(told) for word in (OURS, ABOVE))
    known = everyone.questions(story, case)
    for kind, account in OUTSIDERS.items():
        assert marked(everyone.answers(story, account, known), OURS, ABOVE) == [], kind
    with story.installation.database.reading() as session:
        messages = session.execute(select(Message.subject, Message.body, Message.key)).all()
    assert not any(word in str(message) for message in messages for word in (OURS, ABOVE))
    assert {message.body for message in messages if f"/{ours}/" in message.key or message.key.endswith(ours)} <= {
        "有一件文书待办"
    }
    assert above


def test_the_archive_is_as_closed_as_the_papers_in_it(sqlite_story: Story) -> None:
    """A volume with a restricted paper inside has a list of its own: who stands on every list in it, and who archives."""
    story = sqlite_story
    case = everyone.prepared(story)
    both_papers(story, case)
    story.settle(case)
    story.excuse(case, "shangqian")
    number = story.do("dang", "archive", case)
    known = everyone.questions(story, case)
    for kind, account in OUTSIDERS.items():
        told = everyone.answers(story, account, known)
        assert marked(told, OURS, ABOVE) == [], kind
        assert (marked(told, number) != []) == (account == "dang"), kind


def test_every_verb_of_the_command_line_is_asked() -> None:
    """A new verb is asked here or said not to read; one that nobody looked at fails."""
    assert set(everyone.verbs()) == set(READING) | everyone.NOT_READING
    assert set(READING).isdisjoint(everyone.NOT_READING)


def test_a_new_reading_function_is_found_and_one_nobody_can_ask_fails() -> None:
    names = {name for name, _ in everyone.reading_functions()}
    assert {
        "case_view.case_view",
        "worklists.waiting_on",
        "outdated_papers.flagged_papers",
        "readers.reader_list",
    } <= names

    def unheard_of(session: object, actor: object, secret_of: str) -> str:
        return secret_of

    with pytest.raises(AssertionError, match="secret_of"):
        list(everyone.asked(unheard_of, {}))


Shell = Callable[..., str]


@pytest.fixture
def shell(
    sqlite_story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """A command line on the database of the story."""
    monkeypatch.setenv("SHENCHA_HOME", str(sqlite_story.installation.settings.home))
    monkeypatch.setenv("SHENCHA_DATABASE_URL", sqlite_story.installation.settings.database)
    (tmp_path / "password").write_text(PASSWORD)
    monkeypatch.setenv("SHENCHA_PASSWORD_FILE", str(tmp_path / "password"))

    def run(*arguments: str) -> str:
        give_passwords(sqlite_story.installation.settings.database)
        capsys.readouterr()
        main(list(arguments))
        said = capsys.readouterr()
        return said.out + said.err

    return run


def spoken(shell: Shell, verb: str, account: str | None, folder: Path, *more: str, **names: str) -> str:
    """Return everything that a verb says to somebody, and what it writes."""
    typed = [part.format(out=folder, **names) for part in READING[verb]]
    said = shell(*verb.split(), *typed, *(("--as", account) if account else ()), *more)
    return f"{said}{everyone.words_in(folder) if folder.exists() else ''}".replace(str(folder), "")


def test_the_command_line_says_the_same_as_before(sqlite_story: Story, shell: Shell, tmp_path: Path) -> None:
    told = sqlite_story
    case = everyone.prepared(told)
    known = everyone.questions(told, case)
    next_paper, clock = known["paper"][3], str(known["deadline_id"][2])
    asked = {verb: everyone.account_option(found) for verb, found in everyone.verbs().items() if verb in READING}
    names = {"case": case, "paper": next_paper, "deadline": clock}

    def everything(account: str, at: str, *more: str) -> dict[str, str]:
        return {
            verb: spoken(shell, verb, account, tmp_path / at / account, *more, **names)
            for verb, personal in asked.items()
            if personal
        }

    everything("li", "first")  # whoever exports first has the files made
    before = {kind: everything(OUTSIDERS[kind], "before", "--json") for kind in SPEAKING}
    ours, _ = both_papers(told, case)
    assert ours == next_paper
    for kind in SPEAKING:
        after = everything(OUTSIDERS[kind], "after", "--json")
        assert marked(after, OURS, ABOVE) == [], kind
        # What others took away meanwhile stands in the record of readings, and an auditor reads that.
        assert {**after, "record readings": ""} == {**before[kind], "record readings": ""}, kind
    assert marked(everything("ling", "text"), OURS, ABOVE) == []
    for verb, personal in asked.items():
        if not personal:
            said = spoken(shell, verb, None, tmp_path / "nobody", **names)
            assert not any(word in said for word in (OURS, ABOVE)), verb
    mine = everything("li", "mine")
    assert set(marked(mine, OURS)) >= {"case show", "document list", "document export"}
    assert "李某" in mine["document readers"]
