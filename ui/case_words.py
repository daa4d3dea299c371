"""What a case is about, in the words of lists and heads: 较大事故（暂定）, or 隐患交办."""

from __future__ import annotations

from typing import Protocol

from models.kernel.vocabulary import CaseKind, Grade

WORK_ORDER = "隐患交办"


class OfAKind(Protocol):
    """A case as lists and pages have it."""

    @property
    def kind(self) -> CaseKind: ...
    @property
    def grade(self) -> Grade | None: ...
    @property
    def grade_provisional(self) -> bool: ...


def grade_told(case: OfAKind) -> str:
    """Return the grade of the accident, 较大（暂定）; of a work order that it is one."""
    if case.grade is None:
        return WORK_ORDER
    return f"{case.grade.label}{'（暂定）' if case.grade_provisional else ''}"


def kind_told(case: OfAKind) -> str:
    """Return what the case is about: 较大事故（暂定）, or 隐患交办."""
    if case.grade is None:
        return WORK_ORDER
    return f"{case.grade.label}事故{'（暂定）' if case.grade_provisional else ''}"
