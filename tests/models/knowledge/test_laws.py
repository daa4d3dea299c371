"""Every quotation is what the statute says: compared with the published texts, and held by its hash."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from models.knowledge.rules.laws import Provision, Wording
from models.knowledge.rules.library import library, power
from tests.models.knowledge import statutes

QUOTED = Path(__file__).parent / "quoted.tsv"
WORDINGS = [(provision, wording) for provision in library().provisions.values() for wording in provision.wordings]


def hashes() -> list[str]:
    """Return a line for each quoted wording: provision, article, in force from, SHA-256 of what is quoted."""
    return [
        "\t".join((one.key, wording.article, str(wording.valid_from), sha256(wording.text.encode()).hexdigest()))
        for one, wording in WORDINGS
    ]


def test_a_changed_quotation_is_noticed():
    # Whoever changes one on purpose compares it with the statute and writes its line anew.
    assert QUOTED.read_text("utf-8").splitlines() == hashes()


@pytest.mark.parametrize("key", sorted(library().laws))
def test_every_compared_quotation_stands_literally_in_the_published_text(key: str, shared_data: Path):
    law = library().laws[key]
    compared = [
        (provision, wording) for provision, wording in WORDINGS if provision.law.key == key and wording.checked_from
    ]
    wrong = []
    for provision, wording in compared:
        assert wording.checked_from is not None
        edition = law.edition_on(wording.checked_from)
        assert edition is not None
        text = statutes.file_of(shared_data / "laws", law.title, edition.passed).read_text("utf-8")
        article = statutes.NAMED.fullmatch(wording.article)
        assert article is not None
        if not statutes.says(statutes.articles(text)[article[1]], wording.article, wording.text):
            wrong.append(provision.key)
    assert wrong == []


def test_a_law_whose_text_was_compared_lies_among_the_texts(shared_data: Path):
    held = [(law.title, one.passed) for law in library().laws.values() for one in law.editions if one.held]
    assert len(held) == 10
    assert [one for one in held if not statutes.file_of(shared_data / "laws", *one).exists()] == []


def test_what_nobody_compared_says_so():
    loose = {one.law.title for one, wording in WORDINGS if wording.checked_from is None}
    assert loose == {
        "危险化学品安全管理条例",
        "地方党政领导干部安全生产责任制规定",
        "中华人民共和国安全生产法",  # the edition before that of 2021
    }


def test_every_provision_is_the_basis_of_a_duty_or_of_a_power():
    used = {provision.key for entry in library().entries for provision in entry.basis}
    used |= {provision.key for power in library().powers.values() for provision in power.provisions}
    assert used == set(library().provisions)


def provision(key: str) -> Provision:
    return library().provisions[key]


def test_a_duty_is_cited_as_in_force_on_the_day_of_the_breach():
    head = provision("work_safety_law/21(5)")
    before, after = head.on(date(2021, 8, 31)), head.on(date(2021, 9, 1))
    assert before is not None
    assert after is not None
    assert (before.article, after.article) == ("第十八条第五项", "第二十一条第五项")
    assert "双重预防工作机制" in after.text
    assert "双重预防工作机制" not in before.text
    assert (before.checked, after.checked) == (False, True)


def test_a_wording_that_was_in_force_earlier_is_compared_from_the_held_edition_on():
    limit = provision("road_traffic_safety_law/42.1")
    assert limit.on(date(2004, 4, 30)) is None
    cited = [limit.on(day) for day in (date(2016, 5, 14), date(2021, 4, 28), date(2021, 4, 29))]
    assert [one and one.checked for one in cited] == [False, False, True]
    assert {one and one.name for one in cited} == {"《中华人民共和国道路交通安全法》第四十二条第一款"}


@pytest.mark.parametrize(
    ("article", "quoted", "right"),
    [
        ("第二条第一款", "应当慢行。", True),
        ("第二条第二款", "应当慢行。", False),
        ("第二条", "应当慢行。", False),
        ("第二条第二款第二项", "有下列情形：……（二）雪；", True),
        ("第二条第二款第一项", "有下列情形：……（二）雪；", False),
        ("第二条第二款", "（二）雪；……有下列情形：", False),
    ],
)
def test_a_quotation_under_a_wrong_number_is_found(article: str, quoted: str, right: bool):
    text = "第一条 为了安全。\n\n第二条 应当慢行。\n\n有下列情形：\n\n（一）雨；\n\n（二）雪；\n"
    assert statutes.says(statutes.articles(text)["第二条"], article, quoted) is right


def test_wordings_are_short_enough_to_be_read():
    def length(one: Wording) -> int:
        return len(one.text)

    assert max(length(wording) for _, wording in WORDINGS) < 600


def test_a_paper_says_by_what_power_it_is_written_only_where_that_was_law_on_its_day():
    told = power("investigate", date(2026, 3, 13))
    assert told is not None
    assert "《道路交通事故处理程序规定》（公安部令第146号）第二十九条、第一百一十二条第二项的规定" in told
    assert power("investigate", date(2018, 4, 30)) is None
    assert power("report_to_government", date(2014, 7, 19)) is None  # law then, but nobody compared the wording
