"""What every measure needs before a paper carries it: a finding, a real unit, a person or post, a date, a way of proof."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from models.papers.content.facts import FindingEntry, MeasureEntry

from .remarks import Part, Remark, doubtful, missing

# Who is addressed must be one body that can answer: 各县区交通运输部门 is many, 有关部门 is nobody.
COLLECTIVE = re.compile(
    r"^各|各(?:有关|相关|县|市|区|乡|镇|街道|部门|单位|企业)|(?:有关|相关)(?:部门|单位|企业)|等(?:部门|单位|企业)$"
)


def of_measures(measures: Iterable[MeasureEntry], *, issued_on: date | None) -> Iterator[Remark]:
    """Yield what the measures of a report or a notice lack. `issued_on` is the day of the paper, None in a draft."""
    for one in measures:
        if one.lead is None:
            yield missing("measure_unaddressed", Part.MEASURES, f"措施{one.number}没有责任单位。", row=one.number)
        elif COLLECTIVE.search(one.lead):
            yield missing(
                "measure_collective",
                Part.MEASURES,
                f"措施{one.number}的责任单位“{one.lead}”不是一个确定的单位，请拆分到具体单位。",
                row=one.number,
            )
        if one.responsible_person is None:
            yield missing("measure_person", Part.MEASURES, f"措施{one.number}没有责任人或责任岗位。", row=one.number)
        if one.due is None and one.due_explanation is None:
            yield missing("measure_undated", Part.MEASURES, f"措施{one.number}没有完成期限。", row=one.number)
        if one.due is not None and issued_on is not None and one.due <= issued_on:
            yield missing(
                "measure_past",
                Part.MEASURES,
                f"措施{one.number}的完成期限不晚于文书签发之日，收文单位无法按期完成。",
                row=one.number,
                waivable=False,
            )
        if not one.proof:
            yield missing("measure_proof", Part.MEASURES, f"措施{one.number}没有写明以什么证明完成。", row=one.number)
        if not one.findings:
            yield missing("measure_finding", Part.MEASURES, f"措施{one.number}没有对应的问题。", row=one.number)


def of_findings(findings: Iterable[FindingEntry], measures: Iterable[MeasureEntry]) -> Iterator[Remark]:
    """Yield what the findings of a report lack: evidence, a basis where a duty was not done, a measure that answers."""
    answered = {number for measure in measures for number in measure.findings}
    for one in findings:
        if not one.evidence:
            yield missing("finding_evidence", Part.FINDINGS, f"问题{one.number}没有证据。", row=one.number)
        if not one.basis:
            tell = missing if one.duty_failure else doubtful
            yield tell("finding_basis", Part.FINDINGS, f"问题{one.number}没有依据的规定。", row=one.number)
        if one.number not in answered:
            yield doubtful("finding_unanswered", Part.FINDINGS, f"问题{one.number}没有对应的整改措施。", row=one.number)
