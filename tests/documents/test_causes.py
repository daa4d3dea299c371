"""致因图: what is drawn, that it can be read, and that it is the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from lxml import etree

from documents import render
from documents.causes.marks import drawing
from documents.causes.pages import HEIGHT, WIDTH, Box, Page, broken, pages_of, told
from documents.check import faults
from documents.drawing.svg import svg
from models.kernel.vocabulary import Aspect, FindingLevel, SubjectType
from models.papers.content import DutyEntry, FindingEntry, MeasureEntry
from models.papers.content.causes import Causes
from models.papers.content.wording import width
from tests.documents import samples
from tests.documents.anatomy import Docx, W

BEND = FindingEntry(
    number="F1", level=FindingLevel.DIRECT, aspect=Aspect.PERSON, text="行经急弯没有减速。", tags=("超速",)
)
RAIL = FindingEntry(
    number="F2",
    level=FindingLevel.INDIRECT,
    aspect=Aspect.ROAD,
    text="弯道外侧没有护栏；也没有标志。",
    organisations=("江城市公路管理中心",),
    duty_failure=True,
)
FENCE = MeasureEntry(number="M1", text="在弯道外侧加装护栏。", findings=("F2",))
SLOW = MeasureEntry(number="M2", text="设置减速标线。", findings=("F1", "F2"))
PUBLIC = MeasureEntry(number="M3", text="开展宣传教育。")


def of(*entries: FindingEntry | MeasureEntry | DutyEntry, numbered: bool = True) -> Causes:
    kinds = (FindingEntry, MeasureEntry, DutyEntry)
    found, measures, duties = (tuple(one for one in entries if isinstance(one, kind)) for kind in kinds)
    return Causes(accident=samples.ACCIDENT, findings=found, measures=measures, duties=duties, numbered=numbered)


def many(findings: int, measures: int) -> Causes:
    """A case such as never was: long names, each finding answered by several measures, some of them shared."""
    aspects = list(Aspect)
    return of(
        *(
            FindingEntry(
                number=f"F{n}",
                level=FindingLevel.DIRECT if n % 11 == 0 else FindingLevel.INDIRECT,
                aspect=aspects[n % 5],
                text="没有按照规定开展隐患排查治理，" * 4,
                organisations=(f"江城市第{n % 13}某某道路旅客运输集团股份有限公司",),
                duty_failure=n % 3 > 0,
            )
            for n in range(findings)
        ),
        *(
            MeasureEntry(
                number=f"M{n}", text="对全部车辆逐台检查" * 6, findings=(f"F{n % findings}", f"F{n * 7 % findings}")
            )
            for n in range(measures)
        ),
    )


def shown(causes: Causes) -> str:
    return svg(drawing(pages_of(causes)[0]), "致因图")


def words(page: Page, *looks: str) -> list[str]:
    return ["".join(box.lines) for box in page.boxes if box.look in looks]


def numbers(text: str) -> Iterator[int]:
    """The measures that a box names, spans counted out."""
    for first, last in re.findall(r"M(\d+)(?:—M(\d+))?", text):
        yield from range(int(first), int(last or first) + 1)


def named(page: Page, word: str) -> Box:
    [box] = [box for box in page.boxes if "".join(box.lines).startswith(word)]
    return box


def crossed(page: Page) -> Iterator[tuple[Box, Box]]:
    for one, other in combinations(page.boxes, 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        if not beside and one.y < other.y + other.height and other.y < one.y + one.height:
            yield one, other


def test_the_accident_stands_above_direct_causes_and_these_above_the_indirect_ones() -> None:
    [page] = pages_of(of(RAIL, BEND, FENCE, SLOW))
    assert named(page, "事故：").y < named(page, "F1").y < named(page, "F2").y
    assert words(page, "label") == ["人", "直接原因", "路", "间接原因"]


def test_a_cause_its_unit_and_its_measures_stand_beside_each_other_and_are_joined() -> None:
    [page] = pages_of(of(RAIL, FENCE))
    cause, unit, measure = (named(page, word) for word in ("F2", "江城市公路", "M1"))
    assert cause.x + cause.width < unit.x
    assert unit.x + unit.width < measure.x
    heads = {line.end for line in page.lines if line.arrow}
    assert (cause.x + cause.width, cause.y + cause.height // 2) in heads
    assert (measure.x, measure.y + measure.height // 2) in heads


def test_a_cause_is_told_by_its_tags_and_without_them_by_its_first_clause() -> None:
    [page] = pages_of(of(BEND, RAIL))
    assert words(page, "direct") == ["F1 超速"]
    assert words(page, "indirect") == ["F2 弯道外侧没有护栏"]


def test_a_measure_is_drawn_once_and_cited_afterwards() -> None:
    [page] = pages_of(of(BEND, RAIL, FENCE, SLOW))
    assert words(page, "measure") == ["M2 设置减速标线", "M1 在弯道外侧加装护栏", "又见措施M2"]


def test_a_measure_that_answers_no_finding_is_not_lost() -> None:
    [page] = pages_of(of(RAIL, FENCE, PUBLIC))
    assert words(page, "measure")[-1] == "M3 开展宣传教育"
    assert words(page, "label")[-1] == "其他措施"


def test_a_unit_that_only_the_list_of_duties_names_is_drawn_and_a_person_never() -> None:
    unit = DutyEntry(subject="江城市教育局", not_done="没有检查校车。")
    person = DutyEntry(subject="王某某", subject_type=SubjectType.PERSON, not_done="没有巡查。")
    done = DutyEntry(subject="江城市气象局", facts="发布了预警。")
    [page] = pages_of(of(RAIL, unit, person, done))
    assert words(page, "unit") == ["江城市公路管理中心", "江城市教育局"]


def test_without_causes_and_measures_nothing_is_drawn() -> None:
    assert pages_of(of()) == ()


def test_a_small_case_is_one_page_with_every_word() -> None:
    [page] = pages_of(many(9, 9))
    assert page.height <= HEIGHT
    assert sum(text.startswith("F") for text in words(page, "direct", "indirect")) == 9


def test_what_does_not_fit_is_folded_by_number_before_it_is_paged() -> None:
    [page] = pages_of(many(8, 30))
    assert any("项）" in text for text in words(page, "measure"))


@pytest.mark.parametrize(("findings", "measures"), [(1, 0), (3, 5), (14, 30), (60, 120), (200, 1)])
@pytest.mark.parametrize("height", [HEIGHT, None])
def test_no_box_lies_over_another_and_none_leaves_the_page(findings: int, measures: int, height: int | None) -> None:
    pages = pages_of(many(findings, measures), height=height)
    assert pages
    for page in pages:
        assert list(crossed(page)) == []
        assert all(box.x >= 0 and box.x + box.width <= WIDTH for box in page.boxes)
        assert all(box.y >= 0 and box.y + box.height <= page.height for box in page.boxes)
        assert height is None or page.height <= height


def test_sixty_findings_and_a_hundred_and_twenty_measures_stay_readable() -> None:
    causes = many(60, 120)
    pages = pages_of(causes)
    assert 1 < len(pages) <= 8
    for page in pages:
        for box in page.boxes:
            assert len(box.lines) <= 5 or box.look == "label"
    assert all(page.boxes[0].look == "accident" for page in pages)
    shown = {n for page in pages for text in words(page, "measure") for n in numbers(text)}
    assert shown == set(range(120))


def test_the_same_facts_give_the_same_picture() -> None:
    assert shown(many(20, 20)) == shown(many(20, 20))
    report = samples.report(cause_picture="事故致因图")
    assert render(report) == render(report)


@pytest.mark.parametrize(
    "text", ["速度90.5km/h，超过限速，", "一二三四五，六七八九十。", "A" * 40, "", "”，”，”，”，”，"]
)
@pytest.mark.parametrize("letters", [3, 5.5, 12])
def test_text_is_broken_within_its_width_and_none_of_it_is_lost(text: str, letters: float) -> None:
    lines = broken(text, letters, 100)
    assert "".join(lines) == text
    assert all(width(line) <= letters for line in lines)
    assert not any(line[0] in "，。" for line in lines[1:] if len(line) > 1 and "，”" not in text)


def test_what_is_cut_off_is_marked() -> None:
    lines = broken("一二三四五六七八九十", 4, 2)
    assert lines == ("一二三四", "五六七…")


def test_markup_in_a_finding_stays_text() -> None:
    evil = BEND.model_copy(update={"tags": ('<script>"&',)})
    tree = etree.fromstring(shown(of(evil)).encode())
    assert any('<script>"&' in (text.text or "") for text in tree.iter("{http://www.w3.org/2000/svg}text"))
    docx = Docx(render(samples.report(findings=(evil,), measures=(), cause_picture="事故致因图")))
    assert '<script>"&' in "".join(docx.body.itertext())


def test_the_words_beside_the_picture_tell_all_of_it() -> None:
    said = told(of(BEND, RAIL, FENCE, SLOW, PUBLIC))
    assert said[0].startswith("“3·15”较大道路交通事故：")
    assert said[1:] == (
        "直接原因（人）：F1 超速。措施：M2 设置减速标线。",
        "间接原因（路）：F2 弯道外侧没有护栏。职责未履行：江城市公路管理中心。措施：M1 在弯道外侧加装护栏；又见措施M2。",
        "其他措施：M3 开展宣传教育。",
    )


def test_the_report_carries_it_with_caption_and_words_for_who_does_not_see() -> None:
    docx = Docx(render(samples.report(cause_picture="事故致因图")))
    captions = [p for p in docx.body.iter(W + "p") if "".join(p.itertext()) == "图1　事故致因图"]
    assert len(captions) == 1
    [described] = [e.get("descr") for e in docx.document.iter() if e.tag.endswith("}docPr")]
    assert "职责未履行：江城市公路管理中心" in described
    assert faults(render(samples.report(cause_picture="事故致因图"))) == faults(render(samples.report()))


def test_numbers_of_shapes_are_theirs_alone() -> None:
    found = many(60, 120)
    docx = Docx(render(samples.report(findings=found.findings, measures=found.measures, cause_picture="事故致因图")))
    ids = [e.get("id") for e in docx.document.iter() if e.tag.endswith(("}docPr", "}cNvPr"))]
    assert len(ids) == len(set(ids))


def test_a_report_that_was_frozen_without_the_picture_keeps_its_bytes() -> None:
    assert b"AlternateContent" not in Docx(render(samples.report())).parts["word/document.xml"]


def test_what_was_promised_before_is_a_table_of_the_report_and_absent_without_one() -> None:
    text = Docx(render(samples.report(promised=samples.PROMISED))).text()
    assert "此前整改措施落实情况" in text
    for words_ in ("2025年5月6日", "同一路段", "在弯道外侧加装护栏，增设急弯警告标志。", "未办结（待完成）"):
        assert words_ in text
    assert "此前整改措施" not in Docx(render(samples.report())).text()
