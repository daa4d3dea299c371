"""The pages of who may write to whom: an answer for one unit and paper, the recorded papers, the table and its own rows."""

from __future__ import annotations

import pytest

from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import AuthorityKind, OrganisationKind, Purpose, Role, Standing
from models.office.commands.organisations import add_organisation
from models.office.rules.competence import Way
from models.office.rules.stands import Stand
from tests.stories import Story
from tests.ui.web.conftest import Look, words

DISTRICT, ROADS = "鄂城区人民政府", "鄂州市某交通局"


@pytest.fixture
def units(story: Story) -> dict[str, str]:
    """A lower government and a peer, by their names their numbers."""
    story.at = wall_clock()
    with story.installation.database.writing() as session:
        district = add_organisation(session, DISTRICT, OrganisationKind.GOVERNMENT, division_code="420704")
        roads = add_organisation(session, ROADS, OrganisationKind.TRANSPORT, division_code="420700")
        return {DISTRICT: str(district.id), ROADS: str(roads.id)}


def test_an_officer_is_told_in_whose_name_a_paper_may_go_or_which_way_is_open(
    story: Story, look: Look, units: dict[str, str]
) -> None:
    asked = {"kind": "rectification_notice", "on": story.at.date().isoformat()}
    to_a_peer = words(look("li", "competence", recipient=units[ROADS], **asked))
    assert "可以" in to_a_peer
    assert story.installation.settings.unit in to_a_peer
    assert "独立行文资格（某公通〔2020〕1号）" in to_a_peer
    below = words(look("li", "competence", recipient=units[DISTRICT], **asked))
    assert "不可以" in below
    assert "请先请示本级人民政府，经同意并登记后行文" in below


def test_where_a_unit_is_chosen_the_form_says_whether_its_paper_may_go(
    story: Story, look: Look, units: dict[str, str]
) -> None:
    case = story.file()
    page = look("li", "case", number=case, part="more", action="add-measure")
    assert not page.exception
    [unit] = [box for box in page.selectbox if box.label.startswith("单位")]
    chosen = unit.select(units[DISTRICT]).run()
    assert "请先请示本级人民政府" in words(chosen)
    chosen = next(box for box in chosen.selectbox if box.label.startswith("单位")).select(units[ROADS]).run()
    assert f"{ROADS}是平级部门：以{story.installation.settings.unit}名义，以函行文。" in words(chosen)


def test_a_clerk_records_and_ends_a_paper_and_an_officer_only_reads_it(story: Story, look: Look) -> None:
    kept = story.in_office(
        "nei",
        "record-authority",
        basis_kind=AuthorityKind.COMMISSION_RULE,
        title="《某市道路交通安全委员会工作规则》",
        number="某道安委〔2025〕3号",
        article="第十六条",
        given_by="某市道路交通安全委员会",
        scope="督办、约谈",
        scan=story.scan(),
        file_name="规则.pdf",
        valid_from=story.at.date(),
    )
    shown = look("nei", "competence", part="papers", authority=str(kept))
    assert "《某市道路交通安全委员会工作规则》（某道安委〔2025〕3号）第十六条" in words(shown)
    assert {"终止行文凭据", "登记行文凭据（附扫描件）"} <= {one.label for one in shown.expander}
    assert f"/file-authority/{kept}" in words(shown)
    assert not look("li", "competence", part="papers").expander


def test_the_whole_table_is_filtered_and_a_row_of_the_place_stands_first_and_is_ended(story: Story, look: Look) -> None:
    story.at = wall_clock()
    story.employ("guan", Role.ADMIN)
    story.in_office(
        "guan",
        "set-competence",
        issuer_standing=Standing.TRAFFIC_POLICE,
        recipient_stand=Stand.PEER,
        purpose=Purpose.ADVISE,
        way=Way.BY_BUREAU,
        basis="鄂州市公文处理办法第九条",
        reason="按本市规定",
        valid_from=story.at.date(),
    )
    asked = {"part": "table", "issuer": "traffic_police", "stand": "peer", "purpose": "advise"}
    shown = words(look("guan", "competence", **asked))
    assert shown.index("鄂州市公文处理办法第九条") < shown.index("《党政机关公文处理工作条例》第十七条")
    assert "本地规定第1版（guan：按本市规定）" in shown
    ending = look("guan", "competence", part="table", row="1")
    assert "终止本地行文权限" in {one.label for one in ending.expander}
    story.in_office("guan", "end-competence", competence=1, reason="办法修订")
    assert "已终止" not in words(look("guan", "competence", **asked))  # it counts to the end of its last day
    assert "终止本地行文权限" not in {one.label for one in look("guan", "competence", part="table", row="1").expander}


def test_the_table_is_paged_and_the_next_page_keeps_the_filter(story: Story, look: Look) -> None:
    first = look("li", "competence", part="table", issuer="organ")
    assert "下一页" in words(first)
    assert "issuer=organ" in words(first)
    assert not first.exception
    assert not first.expander
