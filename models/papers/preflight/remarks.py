"""A remark on a paper that is not signed yet: what is missing or doubtful, in words, and where it is put right."""

from __future__ import annotations

from dataclasses import dataclass

from models.kernel.vocabulary import Word


class Weight(Word):
    """How much a remark weighs."""

    MISSING = "missing", "缺项"
    DOUBTFUL = "doubtful", "存疑"


class Place(Word):
    """Where in the case the thing is put right."""

    ACCIDENT = "accident", "事故情况"
    PEOPLE = "people", "人员"
    VEHICLES = "vehicles", "车辆"
    TEAM = "team", "调查组"
    UNITS = "units", "单位"
    CARRIER = "carrier", "专业运输单位"
    FINDINGS = "findings", "问题"
    MEASURES = "measures", "整改措施"
    ACCOUNTABILITY = "accountability", "问责事项"
    PAPER = "paper", "文书"
    OFFICE = "office", "机关设置"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to put right. `what` is what is missing, as a noun (责任人); `row` the short name of what it is about (F1,
    M2); `waivable` whether somebody else than the author may let it pass with a reason."""

    code: str
    weight: Weight
    place: Place
    what: str
    text: str
    row: str | None = None
    waivable: bool = True

    @property
    def key(self) -> str:
        """Return the name by which a waiver refers to the remark: measure_undated/M2."""
        return f"{self.code}/{self.row}" if self.row else self.code


def missing(code: str, place: Place, what: str, text: str, *, row: str | None = None, waivable: bool = True) -> Remark:
    """Return a remark that keeps the paper from being signed."""
    return Remark(code, Weight.MISSING, place, what, text, row, waivable)


def doubtful(code: str, place: Place, what: str, text: str, *, row: str | None = None) -> Remark:
    """Return a remark that only asks."""
    return Remark(code, Weight.DOUBTFUL, place, what, text, row)
