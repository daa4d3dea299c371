"""What every measure needs before a paper carries it: a finding, a real unit, a person or post, a date, a way of proof."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from models.kernel.vocabulary import Part
from models.papers.content.facts import FindingEntry, MeasureEntry

from .remarks import Place, Remark, doubtful, missing

# Who is addressed must be one body that can answer: 各县区交通运输部门 is many, 有关部门 is nobody.
COLLECTIVE = re.compile(
    r"^各|各(?:有关|相关|县|市|区|乡|镇|街道|部门|单位|企业)|(?:有关|相关)(?:部门|单位|企业)|等(?:部门|单位|企业)$"
)


def of_measures(measures: Iterable[MeasureEntry], *, issued_on: date | None, demands: bool) -> Iterator[Remark]:
    """Yield what the measures of a report or a notice lack. `issued_on` is the day of the paper, None in a draft.

    A paper that `demands` something of its recipient cannot go out with a date that nobody can keep any more.
    """
    for one in measures:
        yield from _unit(one)
        # Who only helps is not told what others did wrong; that the measure answers something is checked in the report.
        unfounded = not one.findings and one.part is not Part.COOPERATING
        undated = one.due is None and one.due_explanation is None
        for lacks, code, what, said in (
            (one.responsible_person is None, "measure_person", "责任人或责任岗位", "没有责任人或责任岗位"),
            (undated, "measure_undated", "完成期限", "没有完成期限"),
            (not one.proof, "measure_proof", "完成的证明方式", "没有写明以什么证明完成"),
            (unfounded, "measure_finding", "对应的问题", "没有对应的问题"),
        ):
            if lacks:
                yield missing(code, Place.MEASURES, what, f"措施{one.number}{said}。", row=one.number)
        if one.due is not None and issued_on is not None and one.due <= issued_on:
            yield missing(
                "measure_past",
                Place.MEASURES,
                "可以遵守的完成期限",
                f"措施{one.number}的完成期限不晚于文书签发之日，收文单位无法按期完成。",
                row=one.number,
                waivable=not demands,
            )


def _unit(one: MeasureEntry) -> Iterator[Remark]:
    if one.lead is None:
        text = f"措施{one.number}没有责任单位。"
        yield missing("measure_unaddressed", Place.MEASURES, "责任单位", text, row=one.number)
    elif COLLECTIVE.search(one.lead):
        text = f"措施{one.number}的责任单位“{one.lead}”不是一个确定的单位，请拆分到具体单位。"
        yield missing("measure_collective", Place.MEASURES, "确定的责任单位", text, row=one.number)


def of_findings(findings: Iterable[FindingEntry], measures: Iterable[MeasureEntry]) -> Iterator[Remark]:
    """Yield what the findings of a report lack: evidence, a basis where a duty was not done, a measure that answers."""
    answered = {number for measure in measures for number in measure.findings}
    for one in findings:
        if not one.evidence:
            yield missing("finding_evidence", Place.FINDINGS, "证据", f"问题{one.number}没有证据。", row=one.number)
        if not one.basis:
            tell = missing if one.duty_failure else doubtful
            yield tell(
                "finding_basis", Place.FINDINGS, "依据的规定", f"问题{one.number}没有依据的规定。", row=one.number
            )
        if one.number not in answered:
            yield doubtful(
                "finding_unanswered",
                Place.FINDINGS,
                "整改措施",
                f"问题{one.number}没有对应的整改措施。",
                row=one.number,
            )
