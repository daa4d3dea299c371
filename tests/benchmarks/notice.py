"""One rectification notice: frozen content → docx, here and by the two usual ways."""

from __future__ import annotations

from documents import render
from models.papers.content import RectificationNotice
from tests.benchmarks import naive_paper, template_paper
from tests.benchmarks.measuring import Contender, Measured, Row, Size, Target, Unit, take_turns
from tests.benchmarks.same_paper import blocks, said
from tests.benchmarks.workplace import Workplace
from tests.documents import samples

BENCH = "notice"
TIMES, MILLISECONDS = 10, 2.0


def bench(_place: Workplace, size: Size) -> Measured:
    """Measure; every call of ours is another notice, so that nothing is remembered from the one before."""
    rounds, ours_a_turn, theirs_a_turn = size.of(25, 8, 2), size.of(40, 20, 2), size.of(2, 1, 1)
    notices = [_notice(number) for number in range(ours_a_turn)]
    paper = render(notices[0])
    content, template, context = blocks(paper), template_paper.template_of(paper), template_paper.context_of(paper)
    _same(paper, naive_paper.write(content), template_paper.fill(template, context))
    contenders = (
        Contender("documents.render", lambda: [render(one) for one in notices], ours_a_turn),
        Contender(
            "python-docx, default template, fonts run by run",
            lambda: [naive_paper.write(content) for _ in range(theirs_a_turn)],
            theirs_a_turn,
        ),
        Contender(
            "docxtpl, our docx as its template",
            lambda: [template_paper.fill(template, context) for _ in range(theirs_a_turn)],
            theirs_a_turn,
        ),
    )
    seconds = take_turns(contenders, rounds)
    rows = tuple(
        Row(BENCH, contender.name, Unit.MILLISECONDS, tuple(1000 * s for s in taken), ours=place == 0)
        for place, (contender, taken) in enumerate(zip(contenders, seconds, strict=True))
    )
    ours, *others = rows
    slowest_lead = min(row.behind(ours) for row in others)
    return Measured(
        BENCH,
        "One rectification notice",
        rows,
        facts=(
            f"the same {len(said(paper))} characters in {len(content)} paragraphs and tables three times, checked; "
            "the rivals are given the finished sentences, ours composes them and draws the QR code too",
        ),
        targets=(
            Target(f"at least {TIMES} times faster than either", slowest_lead >= TIMES),
            Target(f"at most {MILLISECONDS:g} ms", ours.median <= MILLISECONDS),
        ),
    )


def _notice(number: int) -> RectificationNotice:
    return samples.notice(
        url=f"https://shencha.example.org/n/{number:016x}",
        answer_code=f"{number:04d}-2X9K",
        report_number=f"江公交调〔2026〕{number + 1}号",
    )


def _same(*papers: bytes) -> None:
    """Refuse to compare papers that do not say the same."""
    words = {said(paper) for paper in papers}
    if len(words) != 1:
        raise AssertionError("the rivals' papers say something else than ours")
