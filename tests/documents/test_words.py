"""Every paper says what an office says, also where it was frozen by an earlier version."""

from __future__ import annotations

import json
from datetime import date

import pytest

from documents import render
from documents.drawn import within
from models.kernel.vocabulary import DocumentForm
from models.papers.content import DeadlineLine, Paper, canonical, parse
from tests.documents import samples
from tests.documents.anatomy import Docx
from tests.plain_words import faults

PAPERS = samples.papers()
COUNTED = (
    "时限：报送整改方案，7个工作日（规则notice.plan，第1版）。起算：签收期限届满，2026年4月13日，当日不计入。"
    "结果：届满日为2026年4月22日。日历版本：2026-1。"
)
OF_EARLIER = (
    DeadlineLine(
        what="签收文书",
        explanation="自文书送达之日起3个工作日内，起算当日不计入",
        basis="同类督办工作的通行做法",
        borrowed=True,
    ),
)


def text(paper: Paper) -> str:
    return Docx(render(paper)).text()


@pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)
def test_no_kind_of_paper_speaks_of_the_program(paper: Paper) -> None:
    assert faults(render(paper)) == []


def test_a_paper_numbers_what_it_lists_and_cites_nothing_else() -> None:
    report = samples.report()
    kept = report.evidence[0].model_copy(update={"number": "E7"})
    found = report.findings[0].model_copy(update={"number": "F12", "evidence": ("E7", "E9")})
    measure = report.measures[0].model_copy(update={"number": "M31", "findings": ("F12", "F13")})
    paper = report.model_copy(update={"evidence": (kept,), "findings": (found,), "duties": (), "measures": (measure,)})
    numbered = within(paper)
    assert (numbered.findings[0].evidence, numbered.measures[0].findings) == (("证1",), ("1",))  # type: ignore[union-attr]
    assert within(numbered) == numbered
    assert faults(render(paper)) == []
    assert "由证1证明" in text(paper)


def test_a_part_without_content_goes_with_its_heading_and_its_number() -> None:
    bare = samples.report().model_copy(
        update={
            "accident": samples.ACCIDENT.model_copy(update={"weather": None, "light": None}),
            "response": (),
            "duties": (),
            "evidence": (),
        }
    )
    said = text(bare)
    assert "天气" not in said
    assert "（二）应急处置情况" not in said
    assert "责任分析" not in said.replace("分析了责任", "")
    assert "四、整改措施" in said
    assert "证据目录" not in said
    assert faults(render(bare)) == []


def test_a_contact_without_a_telephone_names_none() -> None:
    head = samples.notice().head.model_copy(update={"contact_phone": None})
    said = text(samples.notice(head=head))
    assert f"（联系人：{head.contact_name}）" in said
    assert "电话：" not in said


def test_a_final_paper_is_nowhere_provisional_and_a_draft_says_so() -> None:
    open_end = samples.ACCIDENT.model_copy(update={"grade_provisional": True})
    report = samples.report()
    final = report.model_copy(update={"accident": open_end})
    assert "按截至2026年4月2日查明的伤亡和损失，事故等级为较大事故。" in text(final)
    assert faults(render(final)) == []
    draft = final.model_copy(update={"head": report.head.model_copy(update={"dated": None, "number": None})})
    assert "事故等级暂定为较大事故" in text(draft)


def test_a_date_that_a_coming_calendar_may_move_is_printed_and_the_rest_said_in_words() -> None:
    line = DeadlineLine(
        what="签收文书", due=date(2027, 1, 5), provisional=True, explanation="自文书送达之日起3个工作日内"
    )
    paper = samples.notice(replies=(line,))
    said = text(paper)
    assert "请自收到之日起3个工作日内、即2027年1月5日前（含当日）签收。" in said
    assert "2027年放假安排尚未公布，公布后日期有变动的，我单位另行书面告知。" in said
    assert faults(render(paper)) == []


def test_a_notice_frozen_by_an_earlier_version_is_laid_out_without_its_short_names() -> None:
    old = samples.notice(replies=OF_EARLIER)
    measures = tuple(m.model_copy(update={"number": f"M{n}"}) for n, m in enumerate(old.measures, 25))
    findings = tuple(f.model_copy(update={"number": f"F{n}"}) for n, f in enumerate(old.findings, 8))
    frozen = parse(canonical(old.model_copy(update={"measures": measures, "findings": findings})))
    said = text(frozen)
    assert "请自收到之日起3个工作日内" in said
    assert "通行做法" not in said
    assert faults(render(frozen)) == []


def test_an_order_frozen_by_an_earlier_version_still_prints_its_counts_once() -> None:
    order = samples.order()
    first = order.matters[0]
    old = first.original.model_copy(update={"explanation": COUNTED, "basis": "通行做法", "borrowed": True})
    same = old.model_copy(update={"explanation": "与第1项相同"})
    matters = tuple(first.model_copy(update={"measure": "M3", "original": line}) for line in (old, same, same))
    said = text(parse(canonical(order.model_copy(update={"matters": matters}))))
    assert said.count("起算：签收期限届满") == 1
    assert "第1项至第3项" in said
    assert "M3" not in said
    assert "通行做法" not in said


def test_a_letter_asks_and_a_report_to_a_superior_sets_no_dates() -> None:
    assert "以上日期按" not in text(samples.notice(DocumentForm.REPORT, replies=()))


def test_a_report_frozen_by_an_earlier_version_still_tells_what_was_found_on_the_spot() -> None:
    frozen = json.loads(canonical(samples.report()))
    frozen["survey"] = ["急弯外侧护栏缺失60米。"]
    assert "急弯外侧护栏缺失60米" in text(parse(json.dumps(frozen).encode()))
