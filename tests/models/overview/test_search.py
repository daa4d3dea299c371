"""检索: what holds all words is found by who may see it, as it stands now, and by nobody else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from models.accident.dossier import read
from models.case.commands.filing import file_case
from models.case.tables import Finding
from models.keeping.backing_up import back_up
from models.keeping.restoring import chosen, restore
from models.keeping.vault import open_vault
from models.kernel.act import acting, find_actor
from models.kernel.errors import Invalid
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import DocumentKind, OrganisationKind, ReplyKind, Role, SearchKind
from models.migrations import upgrade
from models.office.commands.organisations import add_organisation
from models.overview.commands.indexing import anything_to_index, index_slice, mark_everything
from models.overview.queries.search import Hit, has_trigrams, index_now, search
from models.overview.rules.searching import compared, passage, words_of
from models.overview.tables import SearchDue, SearchText
from models.samples import dossier_bytes
from tests.databases import Databases
from tests.journeys.everyone import OURS, OUTSIDERS, prepared, restricted_paper, struck
from tests.models.test_migrations import BEFORE
from tests.stories import Story

MEASURE, FAILING = "安装龘型波形护栏", "龘型护栏缺失，G318弯道无防护"
KINDS = tuple(SearchKind)


def filed(story: Story, variant: int = 0) -> str:
    """File the sample, or one beside it, with a finding and a measure of words of their own."""
    dossier = json.loads(dossier_bytes("ezhou-one-death"))
    if variant:
        facts = dossier["accident"]
        facts["accident_number"] = f"{int(facts['accident_number']) + variant}"
        facts["place"] = f"{facts['place']}以东{variant}米"
    dossier["findings"][0]["text"] = FAILING
    dossier["measures"][0]["text"] = MEASURE
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        return file_case(act, read(json.dumps(dossier).encode(), now=story.at)).case_number


def indexed(story: Story) -> None:
    """Let the worker take up what was written."""
    while True:
        with story.installation.as_system(story.at) as act:
            if not index_slice(act):
                return


def found(
    story: Story,
    account: str,
    phrase: str,
    *,
    kinds: Sequence[SearchKind] = KINDS,
    after: str | None = None,
    limit: int = 200,
) -> list[Hit]:
    with story.installation.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return search(session, actor, phrase, kinds=kinds, after=after, limit=limit)


def told(hits: list[Hit]) -> list[tuple[SearchKind, str]]:
    return [(hit.kind, hit.ref) for hit in hits]


def test_words_of_one_two_and_more_characters_are_found_and_all_of_them_must_stand_there(story: Story) -> None:
    case = filed(story)
    indexed(story)
    finding, measure = (SearchKind.FINDING, "F1"), (SearchKind.MEASURE, "M1")
    assert told(found(story, "li", "龘")) == told(found(story, "li", "龘型")) == [finding, measure]
    for phrase in ("弯道无防护　缺失 龘", "弯道 缺失", "道无 G"):
        assert told(found(story, "li", phrase, kinds=[SearchKind.FINDING])) == [finding], phrase
    assert told(found(story, "li", "龘型护栏缺失")) == [finding]
    assert told(found(story, "li", "Ｇ３１８ 龘型")) == [finding]
    assert told(found(story, "li", "g318　龘")) == [finding]
    assert told(found(story, "li", "波形护栏 龘")) == [measure]
    assert found(story, "li", "龘型护栏缺失 波形护栏") == []
    assert {hit.case_number for hit in found(story, "li", "护栏")} == {case}


def test_a_quotation_mark_a_sign_of_likeness_and_half_a_query_are_words_like_others(story: Story) -> None:
    filed(story)
    indexed(story)
    for phrase in (
        '"龘型',
        "龘%护栏",
        "龘型_栏",
        "龘型 AND 护栏缺失",
        "NEAR(龘型)",
        "*",
        '""',
        "龘型*",
        "text:龘型",
        "\\龘型",
    ):
        assert [hit for hit in found(story, "li", phrase) if hit.ref == "F1"] == [], phrase


def test_a_correction_changes_what_is_found_at_once_and_what_is_new_when_the_worker_has_come_by(story: Story) -> None:
    case = filed(story)
    indexed(story)
    story.do("li", "edit-measure", case, measure="M1", text="改为安装靐型隔离栅")
    assert found(story, "li", "龘型波形护栏") == []
    indexed(story)
    assert told(found(story, "li", "靐型隔离")) == [(SearchKind.MEASURE, "M1")]
    assert found(story, "li", "波形护栏 龘") == []
    with story.installation.database.reading() as session:
        assert not anything_to_index(session)


def test_what_is_withdrawn_is_found_no_more(story: Story) -> None:
    case = filed(story)
    evidence = story.do("li", "add-evidence", case, title="龖字勘查照片", reference="调查卷宗")
    indexed(story)
    assert told(found(story, "li", "龖字勘查")) == [(SearchKind.EVIDENCE, evidence)]
    story.do("li", "withdraw-evidence", case, evidence=evidence, reason="重复")
    assert found(story, "li", "龖字勘查") == []


def test_an_agency_finds_its_own_measures_replies_and_papers_and_nothing_inside(story: Story) -> None:
    case = filed(story)
    story.address(case)
    story.issue(case, "D1")
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    with story.installation.database.reading() as session:
        name = session.execute(
            text(
                "SELECT o.name FROM assignments a JOIN measures m ON m.id = a.measure_id"
                " JOIN organisations o ON o.id = a.organisation_id WHERE m.ref = 'M1'"
            )
        ).scalar_one()
    story.employ("ju", Role.AGENCY, unit=name)
    story.employ("wai", Role.AGENCY, unit=_other_unit(story))
    indexed(story)
    assert found(story, "ju", "龘") == []  # nothing is served yet
    story.deliver(case, *notices)
    kinds = {hit.kind for hit in found(story, "ju", "龘型")}
    assert kinds == {SearchKind.MEASURE, SearchKind.PAPER}
    assert {hit.kind for hit in found(story, "li", "龘型")} == {SearchKind.FINDING, *kinds}
    assert found(story, "wai", "龘") == []
    paper = next(hit.ref for hit in found(story, "ju", "龘型", kinds=[SearchKind.PAPER]))
    story.do("ju", "acknowledge", case, paper=paper, received_by="周某")
    story.do("ju", "reply", case, measures=["M1"], kind=ReplyKind.PLAN, text="拟于爨月完成招标")
    indexed(story)
    assert [hit.kind for hit in found(story, "ju", "爨月")] == [SearchKind.REPLY]
    assert [hit.kind for hit in found(story, "wang", "爨月")] == [SearchKind.REPLY]
    assert found(story, "wai", "爨月") == []


def _other_unit(story: Story) -> str:
    with story.installation.database.writing() as session:
        add_organisation(session, "别处某局", OrganisationKind.TRANSPORT, division_code="420700")
    return "别处某局"


def test_who_is_recused_and_who_administers_finds_nothing(story: Story) -> None:
    case = filed(story)
    story.employ("guan", Role.ADMIN)
    indexed(story)
    assert found(story, "guan", "龘") == []
    assert found(story, "wang", "龘") != []
    story.do("wang", "recuse", case, who="wang", reason="与当事人有亲属关系")
    assert found(story, "wang", "龘") == []


def test_a_restricted_paper_is_found_by_its_readers_and_by_nobody_else(story: Story) -> None:
    case = prepared(story)
    paper = restricted_paper(story, case, "li", "shen", "qian", OURS)
    struck(story, case, paper)
    indexed(story)
    for who, account in OUTSIDERS.items():
        assert found(story, account, OURS) == [], who
        assert paper not in {hit.ref for hit in found(story, account, "建议", kinds=[SearchKind.PAPER])}, who
    for reader in ("li", "shen", "qian"):
        assert told(found(story, reader, OURS)) == [(SearchKind.PAPER, paper)], reader


def test_what_went_over_into_another_case_and_what_is_archived_is_found_where_it_is(story: Story) -> None:
    first, second = story.file(), filed(story, variant=1)
    indexed(story)
    assert {hit.case_number for hit in found(story, "li", "龘型")} == {second}
    story.do("ling", "merge-case", second, into=first, reason="同一事故")
    assert {hit.case_number for hit in found(story, "li", "龘型")} == {first}
    archived = story.archived(variant=2)
    indexed(story)
    kinds = {hit.kind for hit in found(story, "dang", "路") if hit.case_number == archived}
    assert {SearchKind.FINDING, SearchKind.PAPER} <= kinds


def test_a_restored_database_is_searched_again_once_the_worker_has_come_by(
    story: Story, databases: Databases, tmp_path: Path
) -> None:
    filed(story)
    back_up(story.installation, str(tmp_path / "backup"), None, story.at)
    vault = open_vault(str(tmp_path / "backup"), None)
    url = databases.empty()
    settings = Settings(home=tmp_path / "second", database_url=url)  # type: ignore[arg-type]
    restore(vault, chosen(vault, None), settings)
    database = Database(settings.database, durable=False)
    second = Story(Installation(settings, database), story.at)
    indexed(second)
    assert told(found(second, "li", "龘型护栏缺失")) == [(SearchKind.FINDING, "F1")]
    database.close()
    databases.drop(url)


def test_pages_follow_one_another_without_a_hit_twice_or_lost(story: Story) -> None:
    filed(story)
    story.file(variant=1)
    indexed(story)
    whole = found(story, "li", "路")
    assert len(whole) > 7
    paged: list[Hit] = []
    after = None
    while page := found(story, "li", "路", after=after, limit=3):
        paged += page
        after = page[-1].key
    assert paged == whole
    assert [hit.kind for hit in whole] == sorted((hit.kind for hit in whole), key=KINDS.index)


def test_a_phrase_without_words_with_too_many_and_a_key_that_is_none_are_refused(story: Story) -> None:
    for phrase, code in (
        (" \u3000\0", "words_missing"),
        ("一 二 三 四 五 六 七 八 九", "too_many_words"),
        ("长" * 61, "word_too_long"),
    ):
        with pytest.raises(Invalid) as refused:
            found(story, "li", phrase)
        assert refused.value.code == code
    for after in ("x", "finding-", "finding--1", "finding-²", "paper-9999999999999"):
        with pytest.raises(Invalid) as refused:
            found(story, "li", "路", after=after)
        assert refused.value.code == "bad_after"


def test_a_rebuilt_index_finds_the_same_and_forgets_what_is_gone(story: Story) -> None:
    filed(story)
    indexed(story)
    before = found(story, "li", "路"), found(story, "li", "龘型护栏缺失")
    with story.installation.database.writing() as session:
        session.add(SearchText(id=5 * 2**40 + 999_999, text="没有出处"))
    with story.installation.as_system(story.at) as act:
        mark_everything(act)
    indexed(story)
    assert (found(story, "li", "路"), found(story, "li", "龘型护栏缺失")) == before
    with story.installation.database.reading() as session:
        assert session.get(SearchText, 5 * 2**40 + 999_999) is None


def test_a_slice_that_is_killed_leaves_its_marks(story: Story) -> None:
    filed(story)
    with story.installation.database.reading() as session:
        marked = session.scalar(select(func.count()).select_from(SearchDue))
    with pytest.raises(KeyboardInterrupt):
        _killed_over_a_slice(story)
    with story.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SearchDue)) == marked
    indexed(story)
    assert told(found(story, "li", "龘型护栏缺失")) == [(SearchKind.FINDING, "F1")]


def _killed_over_a_slice(story: Story) -> None:
    with story.installation.as_system(story.at) as act:
        assert index_slice(act)
        raise KeyboardInterrupt


def test_without_the_index_of_trigrams_sqlite_finds_the_same(story: Story) -> None:
    filed(story)
    indexed(story)
    database = story.installation.database
    before = found(story, "li", "龘型护栏缺失")
    with database.writing() as session:
        if not has_trigrams(session):
            assert index_now(session).quick  # PostgreSQL, whose own index is always there
            return
        for name in ("insert", "update", "delete"):
            session.execute(text(f"DROP TRIGGER search_texts_{name}"))
        session.execute(text("DROP TABLE search_index"))
    assert found(story, "li", "龘型护栏缺失") == before
    with database.reading() as session:
        assert not index_now(session).quick


def test_what_was_written_before_the_upgrade_is_marked_by_it(databases: Databases) -> None:
    url = databases.empty()
    database = Database(url, durable=False)
    upgrade(database.engine, "0001")
    with database.engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(text(statement))
    upgrade(database.engine)
    with database.reading() as session:
        assert session.scalars(select(SearchDue.text_id).order_by(SearchDue.id)).all() == [2 * 2**40 + 1, 2 * 2**40 + 2]
    database.close()
    databases.drop(url)


def test_rows_that_are_written_in_bulk_are_marked_too(story: Story) -> None:
    filed(story)
    indexed(story)
    with story.installation.database.writing() as session:
        session.execute(text("UPDATE findings SET text = '麤字' WHERE ref = 'F1'"))
        finding = session.scalars(select(Finding.id).where(Finding.ref == "F1")).one()
        assert session.scalars(select(SearchDue.text_id)).all() == [2**40 + finding]


def test_a_passage_marks_every_hit_and_keeps_the_text_as_it_was_written() -> None:
    told = passage("前" * 40 + "Ｇ318国道护栏缺失，护栏低于标准" + "后" * 100, words_of("g318 护栏"))
    assert [piece.text for piece in told if piece.hit] == ["Ｇ318", "护栏", "护栏"]
    assert (told[0].text, told[-1].text) == ("…", "…")
    assert "".join(piece.text for piece in passage("短 <b>句</b>", ["句"])) == "短 <b>句</b>"


def test_a_compared_text_is_as_long_as_the_text() -> None:
    for one in ("ＡＢＣ１２３", "ﬁ㎞ İ", "\0\n\t", "龘𪚥"):
        assert len(compared(one)) == len(one)
    assert compared("ＡbＣ１\0") == "abc1 "
